using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using Collaborative.Domain;

namespace Collaborative.Api.Http;

/// <summary>The one table from refusals to statuses, and the one shape in which they are written (RFC 9457).</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    public static FrozenDictionary<ProblemCode, (int Status, string Title)> Table { get; } = new Dictionary<ProblemCode, (int, string)>
    {
        [ProblemCode.InvalidRequest] = (400, "The request needs mending"),
        [ProblemCode.Unauthenticated] = (401, "Who are you?"),
        [ProblemCode.Forbidden] = (403, "Not allowed for your role"),
        [ProblemCode.NotFound] = (404, "Nothing here"),
        [ProblemCode.MethodNotAllowed] = (405, "This address does not take that verb"),
        [ProblemCode.NotAcceptable] = (406, "Not available in that format"),
        [ProblemCode.PreconditionFailed] = (412, "Changed since you looked"),
        [ProblemCode.TooLarge] = (413, "Too large"),
        [ProblemCode.UnsupportedMediaType] = (415, "Format not taken here"),
        [ProblemCode.PreconditionRequired] = (428, "Say which revision you replace"),
        [ProblemCode.TooManyRequests] = (429, "Too many tries"),
        [ProblemCode.MonthLocked] = (409, "The month is locked"),
        [ProblemCode.MonthOutsideCollaborative] = (409, "The month is outside the collaborative"),
        [ProblemCode.MonthInFuture] = (409, "The month has not begun"),
        [ProblemCode.TeamWithdrawn] = (409, "The team has withdrawn"),
        [ProblemCode.CollaborativeClosed] = (409, "The collaborative is closed"),
        [ProblemCode.WaiverNotAllowed] = (409, "Only a director can excuse a team"),
        [ProblemCode.MeasureInUse] = (409, "The measure has figures already"),
        [ProblemCode.IdeaCodeTaken] = (409, "The code stands for another idea"),
        [ProblemCode.IdeaInUse] = (409, "The idea has been tested"),
        [ProblemCode.PdsaCycleClosed] = (409, "The cycle is closed"),
        [ProblemCode.PdsaCycleFollowed] = (409, "Another cycle comes after this one"),
        [ProblemCode.RampCircular] = (409, "A ramp cannot be a circle"),
        [ProblemCode.RampTooLong] = (409, "The ramp is too long"),
        [ProblemCode.TeamNotEnrolled] = (409, "The team does not take part yet"),
        [ProblemCode.EnrolmentMove] = (409, "An enrolment cannot move like that"),
        [ProblemCode.ReadinessGate] = (409, "Not ready to commit"),
        [ProblemCode.PreworkReviewed] = (409, "The prework has been accepted or waived"),
        [ProblemCode.SessionsOutOfOrder] = (409, "Learning sessions follow one another"),
        [ProblemCode.SessionAttended] = (409, "The session has taken place"),
        [ProblemCode.DayOutsideSession] = (409, "Not a day of the session"),
        [ProblemCode.DayInFuture] = (409, "The day has not come yet"),
        [ProblemCode.MemberNotOnTeam] = (409, "Not on the team on that day"),
        [ProblemCode.AggregateUndefined] = (409, "Not defined for this kind of measure"),
        [ProblemCode.ChartTypeUnavailable] = (409, "The figures do not fit this type of chart"),
        [ProblemCode.ReportAccepted] = (409, "The report has been accepted"),
        [ProblemCode.ReportNotSubmitted] = (409, "The report is not submitted"),
        [ProblemCode.ReportSubmitted] = (409, "The report has been submitted"),
        [ProblemCode.StageMoveNotAllowed] = (409, "Not a move from this stage"),
        [ProblemCode.LaunchNeedsOverride] = (409, "The launch needs an override"),
        [ProblemCode.CharterNotSubmitted] = (409, "The charter is not submitted"),
        [ProblemCode.EscalationNeedsReason] = (409, "Say why the barrier moves"),
        [ProblemCode.AssessmentNeedsReport] = (409, "There is no report to assess"),
        [ProblemCode.CalendarEventFixed] = (409, "This entry follows from something else"),
        [ProblemCode.WorkbookFull] = (409, "More than a workbook holds"),
        [ProblemCode.CollaborativeThere] = (409, "The collaborative is here already"),
        [ProblemCode.ImportEnded] = (409, "The import has ended"),
        [ProblemCode.ImportNotForReview] = (409, "The import does not wait for anybody"),
        [ProblemCode.ImportNotUndoable] = (409, "There is nothing to put back"),
        [ProblemCode.UploadOffset] = (409, "The upload stands elsewhere"),
        [ProblemCode.AddressNotAllowed] = (409, "The address may not be called"),
        [ProblemCode.SecretsNotConfigured] = (409, "Secrets cannot be kept"),
        [ProblemCode.WebhookNotReady] = (409, "The webhook sends nothing"),
        [ProblemCode.IdempotencyKeyRunning] = (409, "The first request with this key is still running"),
        [ProblemCode.IdempotencyKeyReused] = (422, "The key was used for something else"),
        [ProblemCode.ImportUnreadable] = (422, "The file cannot be read"),
        [ProblemCode.ArchiveUnreadable] = (422, "The archive cannot be read"),
        [ProblemCode.ArchiveTooNew] = (422, "The archive is newer than this program"),
        [ProblemCode.PatientLevelData] = (422, "The file is about single patients"),
        [ProblemCode.Unexpected] = (500, "Our mistake"),
        [ProblemCode.Unavailable] = (503, "Not available just now"),
    }.ToFrozenDictionary();

    /// <summary>month-locked, for /problems/month-locked.</summary>
    public static string Slug(ProblemCode code) => JsonNamingPolicy.KebabCaseLower.ConvertName(code.ToString());

    public static ProblemCode OfStatus(int status) => Table.FirstOrDefault(row => row.Value.Status == status && row.Key is not (
        ProblemCode.MonthLocked or ProblemCode.IdempotencyKeyReused)).Key is var code && Table[code].Status == status ? code
        : status >= 500 ? ProblemCode.Unexpected : ProblemCode.InvalidRequest;

    public static async Task Write(HttpContext http, Problem problem)
    {
        var (status, title) = Table[problem.Code];
        var response = http.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.Remove("ETag");
        if (status is 429 or 503)
        {
            response.Headers.RetryAfter = "5";
        }

        if (status == 401)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        await response.WriteAsJsonAsync(
            new ProblemDocument
            {
                Type = $"/problems/{Slug(problem.Code)}",
                Title = title,
                Status = status,
                Detail = problem.Detail,
                TraceId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier,
                Errors = problem.Errors,
            },
            DocumentOptions,
            ContentType,
            http.RequestAborted);
    }

    private static readonly JsonSerializerOptions DocumentOptions = new(Json.Options)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}

/// <summary>An RFC 9457 problem document.</summary>
public sealed record ProblemDocument
{
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public required string TraceId { get; init; }

    public IReadOnlyList<FieldError>? Errors { get; init; }
}
