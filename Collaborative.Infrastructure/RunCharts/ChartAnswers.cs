using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Infrastructure.RunCharts;

/// <summary>Charts as the API gives them.</summary>
internal static class ChartAnswers
{
    public static ChartAnswer Of(MadeChart made)
    {
        var (analysis, snapshot) = (made.Chart.Analysis, made.Source.Snapshot);
        return new ChartAnswer
        {
            Collaborative = snapshot.Collaborative.Code,
            Team = made.Team?.Code,
            Aggregate = made.Question.Aggregate,
            Measure = MeasureOfChart.Of(made.Measure.View),
            Chart = Settings(made),
            Points = [.. analysis.Points.Select((point, i) => Point(point, i, made))],
            Phases = Phases(made),
            Signals = Signals(analysis),
            Statistics = analysis.Statistics,
            Icons = analysis.Icons,
            Change = ChartAnswerChange.Of(made.Chart),
            Annotations = [.. made.Marks.Within(made.Source.From, made.Source.To)],
            ActionPeriods = made.Chart.Bands,
            Flags = [.. made.Marks.Flags.Select(flag => new ChartAnswerFlag(flag.Month, flag.Astronomical, flag.Excluded, flag.Reason, flag.RecordedBy))],
            AsOf = snapshot.At,
        };
    }

    public static ChartSettings Settings(MadeChart made) =>
        ChartSettings.Of(made.Chart.Analysis, made.Question.BaselineMonths, made.Aggregated?.Cohort, made.Aggregated?.Basis);

    public static ChartAnswerSignal[] Signals(ChartAnalysis analysis) => Array.ConvertAll(analysis.Signals, Signal);

    public static ChartAnswerSignal Signal(Signal signal) =>
        new(signal.Rule, ChartMarks.MonthOf(signal.From), ChartMarks.MonthOf(signal.To), signal.Direction, signal.Meaning);

    private static ChartAnswerPhase[] Phases(MadeChart made) => Array.ConvertAll(made.Chart.Analysis.Phases, phase =>
    {
        var from = ChartMarks.MonthOf(phase.From);
        return new ChartAnswerPhase(from, ChartMarks.MonthOf(phase.To), phase.Centre, MonthOf(phase.FrozenFrom), MonthOf(phase.FrozenTo), phase.Reason, phase.Statistics)
        {
            Approval = made.Marks.Phases.FirstOrDefault(agreed => agreed.Start.ToString() == from) is { } agreed
                ? new PhaseApproval(agreed.RecordedBy, agreed.RecordedAt, agreed.Annotation, agreed.Policy)
                : null,
        };
    });

    private static ChartAnswerPoint Point(PointAnalysis point, int position, MadeChart made)
    {
        TeamCounts? counts = made.Aggregated is null ? null : made.Chart.Teams[position];
        AggregatePoint? aggregated = made.Aggregated?.Points[position];
        return new()
        {
            Month = ChartMarks.MonthOf(point.Label),
            Numerator = point.Numerator,
            Denominator = point.Denominator,
            Value = point.Value,
            Centre = point.Centre,
            Lower = point.Lower,
            Upper = point.Upper,
            Phase = point.Phase,
            Useful = point.Useful,
            Signals = point.Signals,
            Meaning = point.Meaning,
            TeamsEnrolled = counts?.Enrolled,
            TeamsReporting = counts?.Reporting,
            TeamsContributing = counts?.Contributing,
            ReportingRate = counts is { Enrolled: > 0 and var enrolled, Reporting: var reporting } ? (double)reporting / enrolled : null,
            TeamsAtGoal = made.AtGoal?[position],
            CohortChanged = counts?.CohortChanged,
            Minimum = aggregated?.Minimum,
            LowerQuartile = aggregated?.LowerQuartile,
            UpperQuartile = aggregated?.UpperQuartile,
            Maximum = aggregated?.Maximum,
            Excluded = point.Excluded,
        };
    }

    private static string? MonthOf(string? label) => label is null ? null : ChartMarks.MonthOf(label);
}
