using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Submissions;

namespace Collaborative.Infrastructure.Imports;

/// <summary>An import that a person has accepted does what she has seen, and nothing else: not what the profile has come to mean since, nor over a figure that has changed since.</summary>
internal sealed partial class ImportRun
{
    internal static readonly SqlText ReviewedRows =
        "SELECT r.RowNumber, r.Team, r.Measure, r.ReportMonth, r.ChangeJson FROM ImportRow r WHERE r.ImportId = @importId AND r.RowNumber BETWEEN @first AND @last AND r.Outcome = 'accepted'";

    internal static readonly SqlText DropReviewed = "DELETE FROM ImportRow WHERE ImportId = @importId AND RowNumber BETWEEN @first AND @last";

    private static readonly RowProblem OtherThanReviewed = new(
        "otherThanReviewed", "The figure that is there, or what the partner's codes mean, has changed since this was reviewed. Have the partner send it again, and look at it anew.");

    private bool IsReviewed => verdict == EnumText.Of(ReviewVerdict.Accepted);

    /// <summary>The rows of the plan that would have been taken, which give way to the deed.</summary>
    private async Task<Dictionary<int, ReviewedRow>> TakeReviewed(Session session, List<Row> chunk, CancellationToken cancellation)
    {
        if (chunk.Count == 0)
        {
            return [];
        }

        var place = new { importId = job.Id, first = chunk[0].Number, last = chunk[^1].Number };
        var rows = await session.Query<ReviewedRow>(ReviewedRows, place, cancellation);
        await session.Execute(DropReviewed, place, cancellation);
        return rows.ToDictionary(row => row.RowNumber);
    }

    private bool IsAsReviewed(Row row, SubmissionRow? existing, Dictionary<int, ReviewedRow> reviewed) =>
        reviewed.TryGetValue(row.Number, out var seen)
        && seen == new ReviewedRow { RowNumber = row.Number, Team = row.TeamText, Measure = row.MeasureText, ReportMonth = row.MonthText, ChangeJson = Planned(row, existing) };

    /// <summary>What the row changes, as it is shown for review.</summary>
    private static string Planned(Row row, SubmissionRow? existing) => StoredJson.Write(new PlannedChange(FiguresView.Of(existing?.State), FiguresView.Of(row.State)));

    private sealed record ReviewedRow
    {
        public int RowNumber { get; init; }

        public string? Team { get; init; }

        public string? Measure { get; init; }

        public string? ReportMonth { get; init; }

        public string? ChangeJson { get; init; }
    }
}
