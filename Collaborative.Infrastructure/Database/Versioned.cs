using Collaborative.Domain;
using Collaborative.Domain.Access;

namespace Collaborative.Infrastructure.Database;

/// <summary>What the current row of every versioned thing has: the latest revision, and who made it when.</summary>
/// <remarks>A row's public properties are the columns of its table and the parameters of its statements.</remarks>
/// <typeparam name="TView">What the API shows of it, and what the history keeps.</typeparam>
internal abstract record VersionedRow<TView>
{
    public const string VersionColumns = "Id, CollaborativeId, Revision, IsWithdrawn, RecordedAt, RecordedBy";

    public Guid Id { get; init; }

    public Guid CollaborativeId { get; init; }

    public int Revision { get; init; }

    /// <summary>Taken back: the row and its revisions stay, and a new PUT is the next revision.</summary>
    public bool IsWithdrawn { get; init; }

    public DateTimeOffset RecordedAt { get; init; }

    public string RecordedBy { get; init; } = "";

    /// <summary>The last part of the address: a code, or a month.</summary>
    public abstract string AddressCode { get; }

    public abstract TView View { get; }
}

/// <summary>A versioned thing that people address by a code of their own.</summary>
internal abstract record CodedRow<TView> : VersionedRow<TView>
{
    public const string CodedColumns = $"{VersionColumns}, Code, CodeKey";

    public string Code { get; init; } = "";

    public string CodeKey { get; init; } = "";

    public sealed override string AddressCode => Code;
}

/// <summary>Who writes what to where: the part of a PUT or DELETE that is the same for all versioned things.</summary>
/// <param name="TeamId">The team whose thing it is; null for what belongs to the whole collaborative.</param>
/// <param name="Subject">What kind of thing, as the history names it: "annotation".</param>
/// <param name="Reason">Why it changed, if the writer says so.</param>
internal sealed record Change(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, string Subject, Preconditions Preconditions, string? Reason);

/// <summary>PUT and DELETE of versioned things: the order of judgement, the guarded write, and the history.</summary>
internal static class Versioned
{
    /// <summary>The stage has rules of its own, and what reaches outside may be taken back at any time.</summary>
    private static readonly string[] Lasting = ["stage", "calendarLink", "connection", "webhook"];

    /// <summary>Writes a new revision unless what is there is already so.</summary>
    /// <param name="current">The row that is there, also when it was taken back; null when there never was one.</param>
    /// <param name="wanted">The row as it should be; id, revision, instant and author are filled in here.</param>
    /// <param name="rule">A rule that may say no (409): judged after the preconditions.</param>
    public static async Task<Outcome<Written<TView>>> Put<TRow, TView>(
        this Session session, Change change, SqlText insert, SqlText update, TRow? current, TRow wanted, TimeProvider clock, CancellationToken cancellation, Func<Problem?>? rule = null)
        where TRow : VersionedRow<TView>
    {
        var present = current is { IsWithdrawn: false } ? current : null;
        var row = wanted with
        {
            Id = current?.Id ?? Guid.CreateVersion7(clock.GetUtcNow()),
            CollaborativeId = change.CollaborativeId,
            Revision = current?.Revision ?? 0,
            IsWithdrawn = false,
            RecordedAt = current?.RecordedAt ?? default,
            RecordedBy = current?.RecordedBy ?? "",
        };
        var decision = Versioning.Decide(present?.Revision, row.Equals(present), change.Preconditions);
        if (decision.Problem is { } problem)
        {
            return problem;
        }

        if (decision.Value == WriteKind.Unchanged)
        {
            return new Written<TView>(present!.View, present.Revision, WriteKind.Unchanged);
        }

        if (await session.WhyOver(change, cancellation) is { } over)
        {
            return over;
        }

        if (rule?.Invoke() is { } refusal)
        {
            return refusal;
        }

        var saved = await session.Save<TRow, TView>(change, current is null ? insert : update, row, clock, cancellation);
        return new Written<TView>(saved.View, saved.Revision, decision.Value);
    }

    /// <summary>Takes a versioned thing back: a revision, not an erasure.</summary>
    /// <param name="rule">A rule that may say no (409): judged after the preconditions.</param>
    public static async Task<Outcome<Written<TView>>> Withdraw<TRow, TView>(
        this Session session, Change change, SqlText update, TRow? current, TimeProvider clock, CancellationToken cancellation, Func<Problem?>? rule = null)
        where TRow : VersionedRow<TView>
    {
        if (current is not { IsWithdrawn: false })
        {
            return Problem.NotFound;
        }

        if (Versioning.DecideDelete(current.Revision, change.Preconditions) is { } problem)
        {
            return problem;
        }

        if (await session.WhyOver(change, cancellation) is { } over)
        {
            return over;
        }

        if (rule?.Invoke() is { } refusal)
        {
            return refusal;
        }

        var saved = await session.Save<TRow, TView>(change, update, current with { IsWithdrawn = true }, clock, cancellation);
        return new Written<TView>(saved.View, saved.Revision, WriteKind.Replace);
    }

    /// <summary>What a collaborative was stays as it was once it is closed.</summary>
    private static async Task<Problem?> WhyOver(this Session session, Change change, CancellationToken cancellation) =>
        Lasting.Contains(change.Subject) ? null : await session.WhyOver(change.CollaborativeId, cancellation);

    /// <summary>Writes the row as its next revision, whatever is there; for what follows from another write.</summary>
    public static async Task<TRow> Save<TRow, TView>(
        this Session session, Change change, SqlText statement, TRow row, TimeProvider clock, CancellationToken cancellation)
        where TRow : VersionedRow<TView>
    {
        var saved = row with
        {
            Revision = row.Revision + 1,
            RecordedAt = await session.Mark(change.CollaborativeId, clock, cancellation),
            RecordedBy = change.Viewer.Name,
        };
        if (await session.Execute(statement, saved, cancellation) == 0)
        {
            throw new ConcurrentChangeException();
        }

        await session.Remember(change, saved, cancellation);
        return saved;
    }
}

/// <summary>The two writing statements of a versioned table, made from the list of its columns.</summary>
internal static class VersionedSql
{
    public static SqlText Insert(string table, string columns) =>
        $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", Names(columns).Select(name => $"@{name}"))})";

    /// <summary>Guarded by the revision: it changes nothing when somebody else was faster.</summary>
    public static SqlText Update(string table, string columns) =>
        $"UPDATE {table} SET {string.Join(", ", Names(columns).Where(name => name is not ("Id" or "CollaborativeId")).Select(name => $"{name} = @{name}"))} "
        + "WHERE Id = @Id AND CollaborativeId = @CollaborativeId AND Revision = @Revision - 1";

    /// <summary>The columns of a list, each with the alias of its table in front.</summary>
    public static string Of(string alias, string columns) => string.Join(", ", Names(columns).Select(name => $"{alias}.{name}"));

    private static string[] Names(string columns) => columns.Split(',', StringSplitOptions.TrimEntries);
}
