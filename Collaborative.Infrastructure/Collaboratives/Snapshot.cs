using Collaborative.Domain;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Teams;

namespace Collaborative.Infrastructure.Collaboratives;

/// <summary>A collaborative with its teams and measures as they were known at an instant.</summary>
/// <param name="At">The last change at or before the instant asked for.</param>
/// <param name="IsCurrent">Whether nothing has changed since, so that the current rows are the ones.</param>
/// <param name="Teams">By code.</param>
/// <param name="Measures">By code.</param>
internal sealed record Snapshot(DateTimeOffset At, bool IsCurrent, CollaborativeRow Collaborative, IReadOnlyList<TeamRow> Teams, IReadOnlyList<MeasureRow> Measures)
{
    internal static readonly SqlText LastChange =
        "SELECT MAX(h.RecordedAt) AS At, MAX(c.ChangedAt) AS ChangedAt FROM Collaborative c JOIN CollaborativeChange h ON h.CollaborativeId = c.Id WHERE c.Id = @collaborativeId AND h.RecordedAt <= @asOf";

    internal static readonly SqlText CollaborativeAt =
        $"""
        SELECT {CollaborativeRow.Columns}
        FROM Collaborative c
        JOIN CollaborativeRevision r ON r.CollaborativeId = c.Id
        WHERE c.Id = @collaborativeId
            AND r.Revision = (SELECT MAX(o.Revision) FROM CollaborativeRevision o WHERE o.CollaborativeId = c.Id AND o.RecordedAt <= @at)
        """;

    internal static readonly SqlText TeamsAt =
        $"""
        SELECT {TeamRow.Columns}
        FROM Team t
        JOIN TeamRevision r ON r.TeamId = t.Id
        WHERE t.CollaborativeId = @collaborativeId
            AND r.Revision = (SELECT MAX(o.Revision) FROM TeamRevision o WHERE o.TeamId = t.Id AND o.RecordedAt <= @at)
        ORDER BY t.CodeKey
        """;

    internal static readonly SqlText MeasuresAt =
        $"""
        SELECT {MeasureRow.Columns}
        FROM Measure m
        JOIN MeasureRevision r ON r.MeasureId = m.Id
        WHERE m.CollaborativeId = @collaborativeId
            AND r.Revision = (SELECT MAX(o.Revision) FROM MeasureRevision o WHERE o.MeasureId = m.Id AND o.RecordedAt <= @at)
        ORDER BY m.CodeKey
        """;

    /// <summary>No instant that anybody asks for is later.</summary>
    private static readonly DateTimeOffset EndOfTime = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <returns>Null when the collaborative did not exist yet.</returns>
    public static async Task<Snapshot?> Load(Session session, Guid collaborativeId, DateTimeOffset? asOf, CancellationToken cancellation)
    {
        var change = await session.First<ChangeRow>(LastChange, new { collaborativeId, asOf = asOf ?? EndOfTime }, cancellation);
        if (change?.At is not { } at)
        {
            return null;
        }

        var parameters = new { collaborativeId, at };
        return new Snapshot(
            at,
            at == change.ChangedAt,
            (await session.First<CollaborativeRow>(CollaborativeAt, parameters, cancellation))!,
            await session.Query<TeamRow>(TeamsAt, parameters, cancellation),
            await session.Query<MeasureRow>(MeasuresAt, parameters, cancellation));
    }

    private sealed record ChangeRow
    {
        public DateTimeOffset? At { get; init; }

        public DateTimeOffset? ChangedAt { get; init; }
    }
}
