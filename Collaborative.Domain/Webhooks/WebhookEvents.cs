using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Reports;
using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Webhooks;

/// <summary>What a webhook can be told of, by the names of the field.</summary>
public enum WebhookEvent
{
    SubmissionRecorded,
    SubmissionWithdrawn,
    ImportEnded,
    ReportSubmitted,
    ReportReturned,
    ReportAccepted,
    StageMoved,

    /// <summary>Nothing happened: somebody wants to know whether the address answers.</summary>
    Ping,
}

/// <summary>How an import ended, in counts only.</summary>
/// <param name="Rows">Where the rows can be read, with a key of one's own.</param>
public sealed record EndedImport(ImportState State, RowCounts Counts, string Rows, ReviewVerdict? Verdict);

/// <summary>
/// What is sent. It goes to an address outside, where nobody's access is checked, so it says what happened and where to look, and holds no
/// figures, words or names.
/// </summary>
public sealed record WebhookPayload
{
    /// <summary>The same however often it is sent.</summary>
    public required Guid Id { get; init; }

    public required WebhookEvent Type { get; init; }

    /// <summary>When it was recorded; strictly increasing within a collaborative.</summary>
    public required string OccurredAt { get; init; }

    public required string Collaborative { get; init; }

    public string? Team { get; init; }

    public string? Measure { get; init; }

    public Month? Month { get; init; }

    /// <summary>Of the thing at <see cref="Href"/>, or of what was there.</summary>
    public int? Revision { get; init; }

    /// <summary>Where the thing itself can be read, with a key of one's own.</summary>
    public string? Href { get; init; }

    public EndedImport? Import { get; init; }
}

/// <summary>One thing that happened, as the revisions that are kept anyway tell it.</summary>
/// <param name="Source">Names the revision that tells it, and so the event, for good.</param>
/// <param name="Path">Where the thing is, below the base of the API.</param>
public sealed record Occurrence(string Source, WebhookEvent Type, DateTimeOffset OccurredAt, string Collaborative, string Path)
{
    public string? Team { get; init; }

    public string? Measure { get; init; }

    public Month? Month { get; init; }

    public int? Revision { get; init; }

    public ImportState? ImportState { get; init; }

    public RowCounts? ImportCounts { get; init; }

    /// <summary>The reviewer's word, where one was asked for.</summary>
    public ReviewVerdict? ImportVerdict { get; init; }

    /// <summary>The same for the same revision, also when it is told of again much later (RFC 9562, version 8).</summary>
    public Guid Id
    {
        get
        {
            var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(Source)).AsSpan(0, 16);
            bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
            bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
            return new Guid(bytes, bigEndian: true);
        }
    }

    /// <param name="address">What stands in front of the path.</param>
    public WebhookPayload Payload(string address) => new()
    {
        Id = Id,
        Type = Type,
        OccurredAt = OccurredAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        Collaborative = Collaborative,
        Team = Team,
        Measure = Measure,
        Month = Month,
        Revision = Revision,
        Href = address + Path,
        Import = ImportState is { } state && ImportCounts is { } counts ? new EndedImport(state, counts, $"{address}{Path}/rows", ImportVerdict) : null,
    };
}

/// <summary>Which revisions are events, and whose.</summary>
public static class WebhookRules
{
    /// <summary>Those that can be asked for.</summary>
    public static readonly IReadOnlyList<WebhookEvent> Events = [.. Enum.GetValues<WebhookEvent>().Except([WebhookEvent.Ping])];

    /// <summary>Those that may be about any team, so that a webhook for certain teams cannot have them.</summary>
    public static readonly IReadOnlyList<WebhookEvent> OfAllTeams = [WebhookEvent.ImportEnded];

    /// <summary>
    /// A figure counts once it is submitted or waived. A draft is nobody's business but its author's; where it takes the place of
    /// a figure that counted, the figure is withdrawn.
    /// </summary>
    /// <param name="before">The revision before; null for the first.</param>
    public static WebhookEvent? OfSubmission(SubmissionStatus? before, SubmissionStatus after) =>
        Counts(after) ? WebhookEvent.SubmissionRecorded
        : before is { } was && Counts(was) ? WebhookEvent.SubmissionWithdrawn
        : null;

    public static WebhookEvent? OfReport(MonthlyReportState state) => state == MonthlyReportState.Submitted ? WebhookEvent.ReportSubmitted : null;

    public static WebhookEvent OfReview(ReportVerdict verdict) => verdict == ReportVerdict.Accepted ? WebhookEvent.ReportAccepted : WebhookEvent.ReportReturned;

    /// <param name="teams">The codes of the teams that it is limited to; empty when it is not. What belongs to no team belongs to all.</param>
    public static bool IsFor(IReadOnlyCollection<WebhookEvent> events, IReadOnlyCollection<string> teams, Occurrence occurrence) =>
        events.Contains(occurrence.Type)
        && (teams.Count == 0 || (occurrence.Team is { } team ? teams.Any(code => Code.KeyOf(code) == Code.KeyOf(team)) : !OfAllTeams.Contains(occurrence.Type)));

    /// <summary>Why nothing is sent now; null when something is.</summary>
    public static Problem? WhyNotReady(WebhookView webhook) =>
        webhook.SecretSetAt is null ? new Problem(ProblemCode.WebhookNotReady, "The webhook has no secret to sign with, so it sends nothing. Have one made first: POST to its address with /secret behind it.")
        : webhook.Paused ? new Problem(ProblemCode.WebhookNotReady, "The webhook is paused, so it sends nothing. Put it with \"paused\": false first.")
        : null;

    private static bool Counts(SubmissionStatus status) => status is SubmissionStatus.Submitted or SubmissionStatus.Waived;
}
