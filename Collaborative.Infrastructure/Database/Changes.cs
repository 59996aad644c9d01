using Collaborative.Domain;
using Collaborative.Domain.Submissions;

namespace Collaborative.Infrastructure.Database;

/// <summary>The version of a collaborative's data: it grows with every unit of work that changes anything in it.</summary>
internal static class Changes
{
    // The update takes the collaborative's row lock, so that instants within one collaborative are strictly increasing.
    internal static readonly SqlText Advance = new(
        """
        UPDATE Collaborative
        SET DataVersion = DataVersion + 1,
            ChangedAt = CASE WHEN ChangedAt < @now THEN @now ELSE strftime('%Y-%m-%dT%H:%M:%fZ', ChangedAt, '+0.001 seconds') END
        WHERE Id = @collaborativeId
        RETURNING DataVersion, ChangedAt
        """,
        """
        UPDATE Collaborative
        SET DataVersion = DataVersion + 1,
            ChangedAt = CASE WHEN ChangedAt < @now THEN @now ELSE DATEADD(millisecond, 1, ChangedAt) END
        OUTPUT inserted.DataVersion, inserted.ChangedAt
        WHERE Id = @collaborativeId
        """);

    // SQLite has one writer, so the row is held as soon as it is looked at; SQL Server is told to hold it until the commit.
    internal static readonly SqlText HoldRow = new(
        "SELECT c.DataVersion FROM Collaborative c WHERE c.Id = @collaborativeId",
        "SELECT c.DataVersion FROM Collaborative c WITH (UPDLOCK, HOLDLOCK) WHERE c.Id = @collaborativeId");

    internal static readonly SqlText Record =
        "INSERT INTO CollaborativeChange (CollaborativeId, DataVersion, RecordedAt) VALUES (@collaborativeId, @dataVersion, @changedAt)";

    /// <summary>Keeps every other writer out of the collaborative until the commit, so that what is decided on stays as it was looked at.</summary>
    public static Task<long> Hold(this Session session, Guid collaborativeId, CancellationToken cancellation) =>
        session.First<long>(HoldRow, new { collaborativeId }, cancellation);

    internal static readonly SqlText LoadStatus = "SELECT c.Status FROM Collaborative c WHERE c.Id = @collaborativeId";

    /// <summary>The refusal of every change once the collaborative is closed or cancelled; null before that.</summary>
    public static async Task<Problem?> WhyOver(this Session session, Guid collaborativeId, CancellationToken cancellation) =>
        SubmissionRules.ClosedRefusal(await session.First<string>(LoadStatus, new { collaborativeId }, cancellation) ?? "");

    /// <summary>Marks the collaborative as changed in this unit of work.</summary>
    /// <returns>The instant that all rows of the unit carry as RecordedAt.</returns>
    public static async Task<DateTimeOffset> Mark(this Session session, Guid collaborativeId, TimeProvider clock, CancellationToken cancellation)
    {
        long version = 0;
        var changedAt = default(DateTimeOffset);
        await session.Read(
            Advance,
            new { collaborativeId, now = clock.NowToMillisecond() },
            row =>
            {
                version = row.GetInt64(0);
                changedAt = Binding.Instant(row.GetValue(1));
            },
            cancellation);
        if (version == 0)
        {
            throw new ConcurrentChangeException();
        }

        await session.Execute(Record, new { collaborativeId, dataVersion = version, changedAt }, cancellation);
        return changedAt;
    }
}
