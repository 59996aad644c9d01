using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Submissions;

namespace Collaborative.Infrastructure.Imports;

/// <summary>Templates are filled in for days while figures change: each row says which revision it shows, so that nobody's newer figure goes back to an older one.</summary>
internal sealed partial class ImportRun
{
    internal static readonly SqlText RevisionsFrom =
        $"SELECT {SubmissionRow.Columns} FROM SubmissionRevision s WHERE s.MeasureId = @measureId AND s.TeamId = @teamId AND s.ReportMonth = @month AND s.Revision >= @shown ORDER BY s.Revision";

    private static readonly RowProblem NewerStays = new(
        "newerStays", "This row is as the template was made, and the figure has been changed since. The newer figure stays.");

    /// <summary>
    /// What the row's template does not know of. Where the same sender's imports made all of it, the workbook is hers and its last word
    /// counts, even where it goes back to what it was at first.
    /// </summary>
    /// <returns>Null where the row may be taken; otherwise why not, as a refusal or, where the sender has touched nothing, as a remark.</returns>
    private async Task<(RowProblem Problem, bool IsRefusal)?> ChangedSince(Session session, Row row, SubmissionRow? existing, CancellationToken cancellation)
    {
        if (row.Shown is not { } shown || existing is null || shown >= existing.Revision)
        {
            return null;
        }

        var revisions = new List<SubmissionRow>();
        await session.Read(
            RevisionsFrom,
            new { measureId = existing.MeasureId, teamId = existing.TeamId, month = row.Month.ToYyyymm(), shown },
            reader => revisions.Add(SubmissionRow.Read(reader)),
            cancellation);
        var since = revisions.Where(revision => revision.Revision > shown).ToList();
        return since.TrueForAll(revision => revision.ImportId is not null && revision.RecordedBy == job.CreatedBy) ? null
            : revisions[0].Revision == shown && revisions[0].State == row.State ? (NewerStays, false)
            : (new RowProblem("changedSince", $"{since[^1].RecordedBy} changed this figure after the template was made. Look at what it is now; if yours is right, enter it there, or take a new template."), true);
    }
}
