using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Stages;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Stages;

/// <summary>Where a collaborative is in its life. There is no row before the first move.</summary>
internal sealed record StageRow : VersionedRow<StageView>
{
    public const string Subject = "stage";

    public const string Columns = $"{VersionColumns}, Stage, SessionKind, SessionNumber, MoveReason, OverrideReason, LaunchedAt";

    public string Stage { get; init; } = "";

    public string? SessionKind { get; init; }

    public int? SessionNumber { get; init; }

    public string? MoveReason { get; init; }

    public string? OverrideReason { get; init; }

    /// <summary>When work began; null before that.</summary>
    public DateTimeOffset? LaunchedAt { get; init; }

    public override string AddressCode => Subject;

    public StagePoint Point => new(
        EnumText.Parse<Stage>(Stage),
        SessionKind is { } kind && SessionNumber is { } number ? new StageSession(EnumText.Parse<StageSessionKind>(kind), number) : null);

    public override StageView View => new()
    {
        Stage = Point.Stage,
        Session = Point.Session,
        Since = RecordedAt,
        By = RecordedBy,
        Reason = MoveReason,
        Override = OverrideReason is null ? null : new LaunchOverride { Reason = OverrideReason },
        MayMoveTo = StageMachine.MayMoveTo(Point),
        Revision = Revision,
    };

    /// <summary>The stage that a collaborative begins with counts as revision 1; it was entered when the collaborative was made.</summary>
    public static StageRow Beginning(Guid collaborativeId, StageStart start) => new()
    {
        Id = Guid.CreateVersion7(start.RecordedAt),
        CollaborativeId = collaborativeId,
        Revision = 1,
        RecordedAt = start.RecordedAt,
        RecordedBy = start.RecordedBy,
        Stage = start.Status,
    };
}

/// <summary>What a collaborative was when it was made.</summary>
internal sealed record StageStart
{
    public string Status { get; init; } = "";

    public DateTimeOffset RecordedAt { get; init; }

    public string RecordedBy { get; init; } = "";
}

/// <summary>How the stage is read, for looking and for moving.</summary>
internal static class StageReader
{
    internal static readonly SqlText Load = $"SELECT {StageRow.Columns} FROM CollaborativeStage WHERE CollaborativeId = @collaborativeId";

    internal static readonly SqlText LoadStart =
        "SELECT r.Status, r.RecordedAt, r.RecordedBy FROM CollaborativeRevision r WHERE r.CollaborativeId = @collaborativeId AND r.Revision = 1";

    internal static readonly SqlText CountTeams =
        """
        SELECT COUNT(*) FROM Team t
        WHERE t.CollaborativeId = @collaborativeId AND (t.WithdrawnAfter IS NULL OR t.WithdrawnAfter >= @month)
            AND (t.EnrolmentState IS NULL OR t.EnrolmentState IN ('committed', 'active', 'completed'))
        """;

    public static async Task<StageRow> Current(Session session, Guid collaborativeId, CancellationToken cancellation) =>
        await session.First<StageRow>(Load, new { collaborativeId }, cancellation)
        ?? StageRow.Beginning(collaborativeId, (await session.First<StageStart>(LoadStart, new { collaborativeId }, cancellation))!);

    public static async Task<LaunchView> Launch(Session session, CollaborativeState collaborative, Guid collaborativeId, DateTimeOffset now, CancellationToken cancellation)
    {
        var teams = await session.First<int>(CountTeams, new { collaborativeId, month = collaborative.Calendar.CurrentMonth(now) }, cancellation);
        return LaunchRules.Check(teams, collaborative.EndMonth - collaborative.StartMonth + 1);
    }
}

internal sealed class MoveStageHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<MoveStage, Outcome<Written<StageView>>>
{
    internal static readonly SqlText Insert = VersionedSql.Insert("CollaborativeStage", StageRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("CollaborativeStage", StageRow.Columns);

    internal static readonly SqlText SetStatus =
        """
        UPDATE Collaborative
        SET Status = @status, Revision = Revision + 1, RecordedAt = @recordedAt, RecordedBy = @recordedBy, Reason = @reason
        WHERE Id = @collaborativeId
        """;

    // The stage is part of what a collaborative shows, so a move is one of its revisions too.
    internal static readonly SqlText AppendRevision =
        """
        INSERT INTO CollaborativeRevision (CollaborativeId, Revision, Name, Topic, Aim, StartMonth, EndMonth, BaselineFrom, TimeZone, ReportDueDay, LockAfterDays,
            Status, RecordedAt, RecordedBy, Reason)
        SELECT c.Id, c.Revision, c.Name, c.Topic, c.Aim, c.StartMonth, c.EndMonth, c.BaselineFrom, c.TimeZone, c.ReportDueDay, c.LockAfterDays,
            c.Status, c.RecordedAt, c.RecordedBy, c.Reason
        FROM Collaborative c
        WHERE c.Id = @collaborativeId
        """;

    public async Task<Outcome<Written<StageView>>> Handle(MoveStage request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        var collaborativeId = request.CollaborativeId;
        await session.Hold(collaborativeId, cancellationToken);
        var stored = await session.First<StageRow>(StageReader.Load, new { collaborativeId }, cancellationToken);
        var current = stored ?? await StageReader.Current(session, collaborativeId, cancellationToken);
        var collaborative = (await session.First<CollaborativeRow>(GetCollaborativeHandler.Load, new { collaborativeId }, cancellationToken))!;
        var now = clock.NowToMillisecond();
        var (from, to) = (current.Point, request.To);
        var isLaunch = StageMachine.IsLaunch(from, to);
        var launch = isLaunch ? await StageReader.Launch(session, collaborative.State, collaborativeId, now, cancellationToken) : null;
        var overrideReason = Shape.Tidy(request.Body.Override?.Reason);

        // To be where it is already is no move, whatever the reason given: what is kept is why it came there.
        var wanted = from == to ? current : current with
        {
            Stage = EnumText.Of(to.Stage),
            SessionKind = to.Session is { } kind ? EnumText.Of(kind.Kind) : null,
            SessionNumber = to.Session?.Number,
            MoveReason = request.Body.Reason!.Trim(),
            OverrideReason = launch is { NeedsOverride: true } ? overrideReason : null,
            LaunchedAt = isLaunch ? now : current.LaunchedAt,
        };
        var written = await session.Put<StageRow, StageView>(
            new Change(request.Viewer, collaborativeId, null, StageRow.Subject, request.Preconditions, wanted.MoveReason),
            Insert,
            stored is null ? Insert : Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => StageMachine.Refusal(from, to) ?? (launch is null ? null : LaunchRules.Refusal(launch, overrideReason)));
        if (written is { IsRefused: false, Value.Kind: not WriteKind.Unchanged } && from.Stage != to.Stage)
        {
            var values = new { collaborativeId, status = wanted.Stage, recordedAt = written.Value.Value.Since, recordedBy = request.Viewer.Name, reason = wanted.MoveReason };
            await session.Execute(SetStatus, values, cancellationToken);
            await session.Execute(AppendRevision, new { collaborativeId }, cancellationToken);
        }

        return written;
    }
}

internal sealed class ReadStageHandler(IDatabase database, TimeProvider clock) :
    IRequestHandler<GetStage, Outcome<StageView>>,
    IRequestHandler<ListStageMoves, Outcome<Page<StageView>>>,
    IRequestHandler<GetLaunch, Outcome<LaunchView>>
{
    internal static readonly SqlText Moves = new(
        $"SELECT h.Revision, h.Content {MovesFrom} ORDER BY h.Revision LIMIT @take",
        $"SELECT TOP (@take) h.Revision, h.Content {MovesFrom} ORDER BY h.Revision");

    private const string MovesFrom = "FROM HistoryEntry h WHERE h.CollaborativeId = @collaborativeId AND h.Subject = 'stage' AND h.TeamId IS NULL AND h.Revision > @after";

    public async Task<Outcome<StageView>> Handle(GetStage request, CancellationToken cancellationToken) =>
        (await database.Read(session => StageReader.Current(session, request.CollaborativeId, cancellationToken), cancellationToken)).View;

    public async Task<Outcome<Page<StageView>>> Handle(ListStageMoves request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<MoveRow>(
                Moves, new { collaborativeId = request.CollaborativeId, after = request.AfterRevision, take = request.Limit + 1 }, cancellationToken),
            cancellationToken);
        return Paging.Page(
            rows, request.Limit, row => StoredJson.Read<StageView>(row.Content), row => row.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public async Task<Outcome<LaunchView>> Handle(GetLaunch request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<LaunchView>>(
            async session =>
            {
                var collaborative = (await session.First<CollaborativeRow>(GetCollaborativeHandler.Load, new { collaborativeId = request.CollaborativeId }, cancellationToken))!;
                return await StageReader.Launch(session, collaborative.State, request.CollaborativeId, clock.GetUtcNow(), cancellationToken);
            },
            cancellationToken);

    private sealed record MoveRow
    {
        public int Revision { get; init; }

        public string Content { get; init; } = "";
    }
}
