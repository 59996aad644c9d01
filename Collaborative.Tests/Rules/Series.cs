using Collaborative.Domain;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Tests.Rules;

/// <summary>Short ways to write series in examples; null is a gap.</summary>
internal static class Series
{
    public static readonly AnalysisSettings Perla = new() { Kind = MeasureKind.Mean, Direction = Direction.Increase, Rules = RuleSet.Perla };

    public static readonly AnalysisSettings Anhoej = Perla with { Rules = RuleSet.Anhoej };

    /// <summary>Examples of the rules themselves may be shorter than a chart that is worth judging.</summary>
    public static readonly AnalysisSettings RulesAlone = Perla with { Thresholds = RuleThresholds.Default with { MinimumPoints = 1 } };

    public static ChartPoint[] Of(params double?[] values)
    {
        var points = new ChartPoint[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            points[i] = new(new Month(2024, 1).AddMonths(i).ToString(), values[i]);
        }

        return points;
    }

    public static ChartAnalysis Judge(AnalysisSettings settings, params double?[] values) => Analyser.Analyse(Of(values), settings);

    /// <summary>The positions from 1 that are part of a rule's signals.</summary>
    public static int[] Marked(ChartAnalysis analysis, SignalRule rule) =>
        [.. analysis.Points.Select((point, i) => (point, i)).Where(pair => pair.point.Signals.Contains(rule)).Select(pair => pair.i + 1)];

    public static SignalRule[] Rules(ChartAnalysis analysis) => [.. analysis.Signals.Select(signal => signal.Rule)];
}
