using Collaborative.Domain.Aggregates;

namespace Collaborative.Domain.RunCharts;

/// <summary>
/// A chart in one row of a table: all measures of a team, or one measure over all teams. Read off the chart's own analysis, so that the
/// table and the chart cannot disagree.
/// </summary>
/// <param name="LastLabel">Where the last figure stands; null without one.</param>
/// <param name="GoalMet">By the last figure; null without a figure, a goal or a good direction.</param>
/// <param name="Centre">The line in force.</param>
/// <param name="Icons">Null for a chart without limits.</param>
/// <param name="LastSignal">The signal that reaches furthest; of several the weightier one. Null without one.</param>
/// <param name="Note">Why nothing is judged, or what weakens it; otherwise null.</param>
public sealed record SummaryRow(
    string? LastLabel, double? LastValue, double? Goal, bool? GoalMet, double? Centre, Icons? Icons, Signal? LastSignal, string? Note)
{
    public static SummaryRow Of(ChartAnalysis analysis)
    {
        var (points, settings) = (analysis.Points, analysis.Settings);
        var last = Array.FindLastIndex(points, point => point is { Value: not null, Excluded: false });
        var value = last < 0 ? null : points[last].Value;
        Signal? latest = null;
        foreach (var signal in ChartWords.GroupedSignals(analysis))
        {
            var order = latest is { } best ? signal.ToIndex.CompareTo(best.ToIndex) : 1;
            if (order > 0 || (order == 0 && Meanings.Weight(signal.Rule, settings.Rules) > Meanings.Weight(latest!.Value.Rule, settings.Rules)))
            {
                latest = signal;
            }
        }

        return new(
            last < 0 ? null : points[last].Label,
            value,
            settings.Goal,
            value is { } figure ? Goals.IsMet(figure, settings) : null,
            analysis.Phases is [.., var phase] ? phase.Centre : null,
            analysis.Icons,
            latest,
            analysis.Statistics.Note);
    }
}
