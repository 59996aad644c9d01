namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Points that a person might want to flag as astronomical: those beyond the screened limits of individual values that are not part of a
/// shift, since a whole stretch of other figures is a change and no odd one out. A suggestion, since "anyone would agree" is a judgement
/// that no calculation replaces (Perla 2011).
/// </summary>
public static class AstronomicalSuggestions
{
    public static IReadOnlyList<string> Of(ReadOnlySpan<ChartPoint> points, AnalysisSettings settings)
    {
        var limits = Analyser.Analyse(points, settings with { Type = ChartType.Xmr, Rules = RuleSet.Shewhart3Sigma, ScreenMovingRanges = true });
        var runs = Analyser.Analyse(points, settings with { Type = ChartType.Run, Rules = RuleSet.Perla });
        var suggested = new List<string>();
        for (var i = 0; i < points.Length; i++)
        {
            if (limits.Points[i].Signals.Contains(SignalRule.OutsideLimits) && !runs.Points[i].Signals.Contains(SignalRule.Shift))
            {
                suggested.Add(points[i].Label);
            }
        }

        return suggested;
    }
}
