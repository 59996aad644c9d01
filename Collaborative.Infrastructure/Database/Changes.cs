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

    internal static readonly SqlText Record =
        "INSERT INTO CollaborativeChange (CollaborativeId, DataVersion, RecordedAt) VALUES (@collaborativeId, @dataVersion, @changedAt)";

    /// <summary>Marks the collaborative as changed in this unit of work.</summary>
    /// <returns>The instant that all rows of the unit carry as RecordedAt.</returns>
    public static async Task<DateTimeOffset> Mark(this Session session, Guid collaborativeId, TimeProvider clock, CancellationToken cancellation)
    {
        var row = await session.First<Row>(Advance, new { collaborativeId, now = clock.NowToMillisecond() }, cancellation)
            ?? throw new ConcurrentChangeException();
        await session.Execute(Record, new { collaborativeId, dataVersion = row.DataVersion, changedAt = row.ChangedAt }, cancellation);
        return row.ChangedAt;
    }

    private sealed record Row
    {
        public long DataVersion { get; init; }

        public DateTimeOffset ChangedAt { get; init; }
    }
}
