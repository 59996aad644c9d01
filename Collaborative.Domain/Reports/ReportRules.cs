namespace Collaborative.Domain.Reports;

/// <summary>How a monthly report moves: draft, submitted, then returned or accepted.</summary>
public static class ReportRules
{
    /// <summary>What a PUT makes of the report; one that has been accepted stays so when the same is sent again.</summary>
    /// <param name="same">Whether the words are those that are there.</param>
    public static MonthlyReportState Next(MonthlyReportState? current, MonthlyReportState asked, bool same) =>
        current == MonthlyReportState.Accepted && asked == MonthlyReportState.Submitted && same ? MonthlyReportState.Accepted : asked;

    /// <summary>Whether a report in this state may become what the PUT asks for.</summary>
    public static Problem? Refusal(MonthlyReportState? current, MonthlyReportState asked) => (current, asked) switch
    {
        (MonthlyReportState.Accepted, _) => new Problem(
            ProblemCode.ReportAccepted, "This report has been accepted. Ask your faculty to return it; then change it and submit it again."),
        (MonthlyReportState.Submitted, MonthlyReportState.Draft) => new Problem(
            ProblemCode.ReportSubmitted, "This report has been submitted and cannot become a draft again. Submit it once more with your changes."),
        _ => null,
    };

    /// <summary>Whether a verdict can be given on what was read; one that was given may be corrected.</summary>
    /// <param name="state">Of the report; null when there is none.</param>
    /// <param name="frozenRevision">The revision that was submitted last; null when none was.</param>
    public static Problem? ReviewRefusal(MonthlyReportState? state, int? frozenRevision, int? readRevision) => (state, frozenRevision) switch
    {
        (null or MonthlyReportState.Draft, _) or (_, null) => new Problem(
            ProblemCode.ReportNotSubmitted, frozenRevision is null
                ? "The team has not submitted this report yet; it can be reviewed once it is submitted."
                : "The team is changing this report; it can be reviewed again once it is submitted."),
        (_, { } frozen) when readRevision is { } read && read != frozen => new Problem(
            ProblemCode.PreconditionFailed, $"You read revision {read} of this report, but revision {frozen} is the one that was submitted last. Read it, then decide."),
        _ => null,
    };
}
