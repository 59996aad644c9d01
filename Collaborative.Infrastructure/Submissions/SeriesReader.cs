using Collaborative.Domain;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Submissions;

/// <summary>What the data-quality checks look at: the series itself, and the same team's other measures of the month.</summary>
internal static class SeriesReader
{
    internal static readonly SqlText Series =
        """
        SELECT s.ReportMonth, s.Numerator, s.Denominator, s.Figure, s.SampleSize, s.StandardDeviation, s.Gaps
        FROM Submission s
        WHERE s.MeasureId = @measureId AND s.TeamId = @teamId AND s.Status = 'submitted'
        ORDER BY s.ReportMonth
        """;

    internal static readonly SqlText Siblings =
        """
        SELECT m.Name AS MeasureName, m.DenominatorDefinition, s.Denominator
        FROM Measure m
        JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = @teamId AND s.ReportMonth = @month
        WHERE m.CollaborativeId = @collaborativeId AND m.Id <> @measureId AND m.DenominatorDefinition IS NOT NULL AND s.Status = 'submitted'
        ORDER BY m.CodeKey
        """;

    public static async Task<SeriesMonth[]> LoadSeries(Session session, Guid measureId, Guid teamId, CancellationToken cancellation)
    {
        var series = new List<SeriesMonth>();
        await session.Read(
            Series,
            new { measureId, teamId },
            row => series.Add(new SeriesMonth(Month.FromYyyymm(row.GetInt32(0)), SubmissionRow.ReadFigures(row, 1))),
            cancellation);
        return [.. series];
    }

    public static async Task<IReadOnlyList<Sibling>> LoadSiblings(
        Session session, Guid collaborativeId, Guid measureId, Guid teamId, Month month, CancellationToken cancellation)
    {
        var rows = await session.Query<SiblingRow>(Siblings, new { collaborativeId, measureId, teamId, month }, cancellation);
        return [.. rows.Select(row => new Sibling(row.MeasureName, row.DenominatorDefinition, row.Denominator))];
    }

    private sealed record SiblingRow
    {
        public string MeasureName { get; init; } = "";

        public string? DenominatorDefinition { get; init; }

        public double? Denominator { get; init; }
    }
}
