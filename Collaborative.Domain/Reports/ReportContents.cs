using Collaborative.Domain.Assessments;
using Collaborative.Domain.Barriers;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Pdsa;
using Collaborative.Domain.Reporting;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Domain.Reports;

/// <summary>What a report holds beside its words, built from what the system knows: nothing in it is typed a second time.</summary>
public sealed record ReportContents
{
    /// <summary>The collaborative's.</summary>
    public required string Aim { get; init; }

    /// <summary>By code.</summary>
    public required IReadOnlyList<ReportedMeasure> Measures { get; init; }

    /// <summary>The PDSA cycles that ran in the month, by code.</summary>
    public required IReadOnlyList<ReportedTest> Tests { get; init; }

    public required ReportedScores Scores { get; init; }

    /// <summary>Those that were open, the oldest first.</summary>
    public required IReadOnlyList<BarrierView> OpenBarriers { get; init; }

    /// <summary>The last change that it knows of.</summary>
    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>One measure in a report: the month's figures, and what the run chart up to the month says.</summary>
/// <param name="Revision">Of the submission that the figures are from; null where there is none.</param>
/// <param name="NoData">Why there are no figures, where the team said so.</param>
/// <param name="Chart">Null where there is no run chart of such figures.</param>
public sealed record ReportedMeasure(
    string Code,
    string Name,
    MeasureType Type,
    Direction Direction,
    string? Unit,
    int? Decimals,
    bool Required,
    ReportState State,
    double? Numerator,
    double? Denominator,
    double? Value,
    int? Revision,
    bool? OnTime,
    string? NoData,
    Goal? Goal,
    ReportedChart? Chart);

/// <param name="LastMonth">The last month with a figure, this one or before.</param>
/// <param name="GoalMet">By the last figure; null without a figure, a goal or a good direction.</param>
/// <param name="Median">The line in force.</param>
/// <param name="LastSignal">The signal that reaches furthest; null without one.</param>
/// <param name="Note">Why nothing is judged, or what weakens it; otherwise null.</param>
public sealed record ReportedChart(string? LastMonth, double? LastValue, bool? GoalMet, double? Median, ChartAnswerSignal? LastSignal, string? Note)
{
    public static ReportedChart Of(ChartAnalysis analysis)
    {
        var row = SummaryRow.Of(analysis);
        return new(
            row.LastLabel is { } label ? ChartMarks.MonthOf(label) : null,
            row.LastValue,
            row.GoalMet,
            row.Centre,
            row.LastSignal is { } signal
                ? new ChartAnswerSignal(signal.Rule, ChartMarks.MonthOf(signal.From), ChartMarks.MonthOf(signal.To), signal.Direction, signal.Meaning)
                : null,
            row.Note);
    }
}

public sealed record ReportedTest(
    string Code,
    string Title,
    string? Objective,
    string? Idea,
    string? Measure,
    PdsaKind Kind,
    PdsaScale Scale,
    PdsaState State,
    PdsaDecision? Decision,
    string? Learned,
    DateOnly? StartedOn,
    DateOnly? EndedOn)
{
    public static ReportedTest Of(PdsaView cycle) => new(
        cycle.Code,
        cycle.Title,
        cycle.Objective,
        cycle.Idea,
        cycle.Measure,
        cycle.Kind,
        cycle.Scale,
        cycle.State,
        cycle.Decision,
        cycle.Study?.Learned,
        cycle.StartedOn,
        cycle.EndedOn);
}

/// <param name="Assessments">The month's, side by side.</param>
/// <param name="Ceiling">How high a score the data bear out: advice, and never a score.</param>
public sealed record ReportedScores(AssessmentMonth Assessments, AssessmentCeiling Ceiling);
