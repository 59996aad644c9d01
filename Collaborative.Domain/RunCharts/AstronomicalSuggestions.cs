namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Points that a person might want to flag as astronomical: those beyond the screened limits of individual values. A suggestion, since
/// "anyone would agree" is a judgement that no calculation replaces (Perla 2011).
/// </summary>
public static class AstronomicalSuggestions
{
    public static IReadOnlyList<string> Of(ReadOnlySpan<ChartPoint> points, AnalysisSettings settings)
    {
        var limits = Analyser.Analyse(points, settings with { Type = ChartType.Xmr, Rules = RuleSet.Shewhart3Sigma, ScreenMovingRanges = true });
        return Array.ConvertAll(Array.FindAll(limits.Points, point => point.Signals.Contains(SignalRule.OutsideLimits)), point => point.Label);
    }
}
