using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Reports;
using Collaborative.Domain.Submissions;
using Collaborative.Domain.Webhooks;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Reports;
using Collaborative.Infrastructure.Stages;

namespace Collaborative.Infrastructure.Webhooks;

/// <summary>
/// What happened, read from the revisions that are kept anyway: whoever writes a figure pays nothing for it, nothing that was acknowledged
/// is missing, and the same stretch of versions tells the same events however often it is read.
/// </summary>
internal static class EventLog
{
    // From the versions to their instants, and by those to the rows: both are found by an index.
    internal static readonly SqlText Submissions =
        """
        SELECT s.MeasureId, s.TeamId, s.ReportMonth, s.Revision, s.Status, p.Status AS StatusBefore, s.RecordedAt, t.Code AS Team, m.Code AS Measure
        FROM CollaborativeChange v
        JOIN SubmissionRevision s ON s.RecordedAt = v.RecordedAt AND s.Origin = 'typed'
        JOIN Team t ON t.Id = s.TeamId AND t.CollaborativeId = v.CollaborativeId
        JOIN Measure m ON m.Id = s.MeasureId
        LEFT JOIN SubmissionRevision p ON p.MeasureId = s.MeasureId AND p.TeamId = s.TeamId AND p.ReportMonth = s.ReportMonth AND p.Revision = s.Revision - 1
        WHERE v.CollaborativeId = @collaborativeId AND v.DataVersion > @after AND v.DataVersion <= @upTo
        ORDER BY v.DataVersion
        """;

    // Chosen by the instant alone: by their kind, all that there ever was of it would be gone through for each version.
    internal static readonly SqlText Entries =
        """
        SELECT h.SubjectId, h.Revision, h.Subject, h.AddressCode, CASE WHEN h.Subject IN ('report', 'reportReview', 'import') THEN h.Content ELSE '' END AS Content,
            h.RecordedAt, t.Code AS Team
        FROM CollaborativeChange v
        JOIN HistoryEntry h ON h.CollaborativeId = v.CollaborativeId AND h.RecordedAt = v.RecordedAt
        LEFT JOIN Team t ON t.Id = h.TeamId
        WHERE v.CollaborativeId = @collaborativeId AND v.DataVersion > @after AND v.DataVersion <= @upTo
        ORDER BY v.DataVersion
        """;

    internal static readonly SqlText Imports =
        """
        SELECT h.SubjectId, h.Revision, h.Subject, h.AddressCode, h.Content, h.RecordedAt
        FROM HistoryEntry h
        WHERE h.CollaborativeId = @collaborativeId AND h.Subject = 'import' AND h.RecordedAt >= @fromAt AND h.RecordedAt <= @untilAt
        ORDER BY h.RecordedAt
        """;

    /// <summary>The events of the versions after one and up to another, in their order.</summary>
    public static async Task<List<Occurrence>> Read(Session session, Guid collaborativeId, string collaborative, long after, long upTo, CancellationToken cancellation)
    {
        var key = new { collaborativeId, after, upTo };
        var typed = (await session.Query<SubmissionEvent>(Submissions, key, cancellation)).Select(row => row.Occurrence(collaborative));
        var entries = (await session.Query<EntryEvent>(Entries, key, cancellation)).Select(row => row.Occurrence(collaborative));
        return [.. typed.Concat(entries).OfType<Occurrence>().OrderBy(occurrence => occurrence.OccurredAt)];
    }

    /// <summary>The ends of imports between two instants, those that changed nothing too.</summary>
    public static async Task<IEnumerable<Occurrence>> ReadImports(
        Session session, Guid collaborativeId, string collaborative, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) =>
        (await session.Query<EntryEvent>(Imports, new { collaborativeId, fromAt = from, untilAt = until }, cancellation)).Select(row => row.Occurrence(collaborative)).OfType<Occurrence>();

    /// <summary>The event that is the end of an import.</summary>
    public static Occurrence Of(ImportEnd end, DateTimeOffset at, string collaborative) => new(Source(end.Id, 1), WebhookEvent.ImportEnded, at, collaborative, $"/imports/{end.Id:D}")
    {
        ImportState = end.State,
        ImportCounts = end.Counts,
        ImportVerdict = end.Verdict,
    };

    private static string Source(Guid subjectId, int revision) => $"history {subjectId:D} {revision}";

    private sealed record SubmissionEvent
    {
        public Guid MeasureId { get; init; }

        public Guid TeamId { get; init; }

        public Month ReportMonth { get; init; }

        public int Revision { get; init; }

        public string Status { get; init; } = "";

        public string? StatusBefore { get; init; }

        public DateTimeOffset RecordedAt { get; init; }

        public string Team { get; init; } = "";

        public string Measure { get; init; } = "";

        public Occurrence? Occurrence(string collaborative)
        {
            var before = StatusBefore is { } text ? EnumText.Parse<SubmissionStatus>(text) : (SubmissionStatus?)null;
            if (WebhookRules.OfSubmission(before, EnumText.Parse<SubmissionStatus>(Status)) is not { } type)
            {
                return null;
            }

            // What is withdrawn answers 404; its revisions do not.
            var path = $"/collaboratives/{collaborative}/teams/{Team}/measures/{Measure}/submissions/{ReportMonth}";
            return new Occurrence(
                $"submission {MeasureId:D} {TeamId:D} {ReportMonth} {Revision}",
                type,
                RecordedAt,
                collaborative,
                type == WebhookEvent.SubmissionWithdrawn ? path + "/revisions" : path)
            {
                Team = Team,
                Measure = Measure,
                Month = ReportMonth,
                Revision = Revision,
            };
        }
    }

    private sealed record EntryEvent
    {
        public Guid SubjectId { get; init; }

        public int Revision { get; init; }

        public string Subject { get; init; } = "";

        public string AddressCode { get; init; } = "";

        public string Content { get; init; } = "";

        public DateTimeOffset RecordedAt { get; init; }

        public string? Team { get; init; }

        public Occurrence? Occurrence(string collaborative)
        {
            var reports = $"/collaboratives/{collaborative}/teams/{Team}/reports";
            switch (Subject)
            {
                case ReportRow.Subject when WebhookRules.OfReport(StoredJson.Read<ReportEntry>(Content).Status) is { } submitted:
                    return Of(submitted, $"{reports}/{AddressCode}") with { Month = MonthIn(AddressCode) };
                case ReportReviewRow.Subject:
                    var review = StoredJson.Read<ReviewEntry>(Content);
                    return Of(WebhookRules.OfReview(review.Verdict), $"{reports}/{AddressCode}") with { Month = review.Month };
                case StageRow.Subject:
                    return Of(WebhookEvent.StageMoved, $"/collaboratives/{collaborative}/stage");
                case ImportEnd.Subject:
                    return EventLog.Of(StoredJson.Read<ImportEnd>(Content), RecordedAt, collaborative);
                default:
                    return null;
            }

            Occurrence Of(WebhookEvent type, string path) => new(Source(SubjectId, Revision), type, RecordedAt, collaborative, path) { Team = Team, Revision = Revision };
        }

        private static Month? MonthIn(string text) => Month.TryParse(text, out var month) ? month : null;
    }

    /// <summary>Of what was kept of a report, no more than is needed here.</summary>
    private sealed record ReportEntry(MonthlyReportState Status);

    private sealed record ReviewEntry(Month Month, ReportVerdict Verdict);
}
