using Collaborative.Domain.Access;

namespace Collaborative.Domain.Reports;

/// <summary>Where a team's monthly report stands.</summary>
public enum MonthlyReportState
{
    Draft,
    Submitted,

    /// <summary>Given back by faculty, to be changed and submitted again.</summary>
    Returned,
    Accepted,
}

public sealed record ReportBody
{
    /// <summary>Draft or submitted; submitted unless given.</summary>
    public MonthlyReportState? Status { get; init; }

    public string? Successes { get; init; }

    public string? Barriers { get; init; }

    public string? HelpNeeded { get; init; }

    /// <summary>What others can learn from this month.</summary>
    public string? Lessons { get; init; }

    public string? NextPlan { get; init; }

    /// <summary>Which sites and patients the report speaks of.</summary>
    public string? SitesCovered { get; init; }

    /// <summary>Whether the lessons may go into the library that all teams read; no unless given.</summary>
    public bool? Share { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>The words of a report. The figures, tests and scores are never typed a second time.</summary>
public sealed record ReportWords
{
    public string? Successes { get; init; }

    public string? Barriers { get; init; }

    public string? HelpNeeded { get; init; }

    public string? Lessons { get; init; }

    public string? NextPlan { get; init; }

    public string? SitesCovered { get; init; }

    public static ReportWords Of(ReportBody body) => new()
    {
        Successes = Shape.Tidy(body.Successes),
        Barriers = Shape.Tidy(body.Barriers),
        HelpNeeded = Shape.Tidy(body.HelpNeeded),
        Lessons = Shape.Tidy(body.Lessons),
        NextPlan = Shape.Tidy(body.NextPlan),
        SitesCovered = Shape.Tidy(body.SitesCovered),
    };
}

/// <summary>Saves a month's report as a draft, or submits it.</summary>
public sealed record PutReport(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month, ReportBody Body, Preconditions Preconditions)
    : ICommand<Written<MonthlyReportView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Body.Status is null or MonthlyReportState.Draft or MonthlyReportState.Submitted
            ? []
            : new[] { new FieldError("/status", "unknown", "A report is put as draft or submitted; faculty returns or accepts it with a review.") },
        .. Shape.Optional(Body.Successes, "/successes", Shape.TextLength),
        .. Shape.Optional(Body.Barriers, "/barriers", Shape.TextLength),
        .. Shape.Optional(Body.HelpNeeded, "/helpNeeded", Shape.TextLength),
        .. Shape.Optional(Body.Lessons, "/lessons", Shape.TextLength),
        .. Shape.Optional(Body.NextPlan, "/nextPlan", Shape.TextLength),
        .. Shape.Optional(Body.SitesCovered, "/sitesCovered", Shape.TextLength),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];
}

/// <param name="Revision">One that was frozen; the report as it is now unless given.</param>
public sealed record GetReport(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month, int? Revision) : IQuery<MonthlyReportView>;

/// <summary>The reports of one team or of all that the viewer may see, by month and team.</summary>
/// <param name="TeamId">Null for those of all teams.</param>
/// <param name="TeamKey">Only this team's; null for no such filter.</param>
public sealed record ListReports(
    Viewer Viewer, Guid CollaborativeId, Guid? TeamId, string? TeamKey, Month? Month, MonthlyReportState? State, ReportCursor? After, int Limit)
    : IQuery<Page<MonthlyReportView>>;

/// <summary>Where a page of reports goes on.</summary>
public sealed record ReportCursor(Month Month, string TeamKey)
{
    public static ReportCursor? Read(string text) =>
        text.Split(' ') is [var month, var team] && Domain.Month.TryParse(month, out var after) ? new ReportCursor(after, team) : null;

    public override string ToString() => $"{Month} {TeamKey}";
}

public sealed record MonthlyReportView
{
    public required string Team { get; init; }

    public required Month Month { get; init; }

    public required MonthlyReportState Status { get; init; }

    public string? Successes { get; init; }

    public string? Barriers { get; init; }

    public string? HelpNeeded { get; init; }

    public string? Lessons { get; init; }

    public string? NextPlan { get; init; }

    public string? SitesCovered { get; init; }

    public required bool Share { get; init; }

    /// <summary>When the report is due; once it has been submitted, when it was.</summary>
    public required DateOnly DueOn { get; init; }

    /// <summary>Whether the first submission came by the due day; null before it.</summary>
    public bool? OnTime { get; init; }

    /// <summary>The first submission, which decides whether the report is on time.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    public string? SubmittedBy { get; init; }

    /// <summary>The revision that was frozen last; null before the first submission.</summary>
    public int? FrozenRevision { get; init; }

    /// <summary>What faculty wrote when it returned or accepted the report.</summary>
    public string? ReviewComment { get; init; }

    /// <summary>
    /// Figures, tests, scores and barriers: as they are now while the report is a draft, as they were when it was submitted from then on.
    /// Absent from lists, and from the history, which keeps the words.
    /// </summary>
    public ReportContents? Contents { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
