namespace Collaborative.Domain.RunCharts;

/// <summary>Which figures a type of chart can take: asked before a posted series is analysed, and held by the engine itself.</summary>
public static class ChartFigures
{
    /// <summary>A sentence for people about the first thing wrong with a position, or null.</summary>
    public static string? WhyNot(in ChartPoint point, ChartType type)
    {
        if (!IsFinite(point.Value) || !IsFinite(point.Numerator) || !IsFinite(point.Denominator) || !IsFinite(point.Size) || !IsFinite(point.Deviation))
        {
            return "A figure is not a finite number.";
        }

        if (point.Denominator < 0)
        {
            return "The denominator is negative.";
        }

        if (point is { Value: null, Denominator: 0, Numerator: not null and not 0 })
        {
            return "A numerator other than 0 over a denominator of 0 is impossible.";
        }

        if (point.Size < 1 || point.Deviation < 0)
        {
            return "A mean needs at least one observation, and a standard deviation is not negative.";
        }

        return type switch
        {
            ChartType.P or ChartType.PPrime when point.Numerator < 0 || point.Numerator > point.Denominator =>
                "A P chart needs numerators from 0 to the denominator.",
            ChartType.U or ChartType.UPrime when point.Numerator < 0 => "A U chart counts events; the numerator is negative.",
            ChartType.C when (point.Value ?? point.Numerator) < 0 => "A C chart counts events; the count is negative.",
            ChartType.G when point.Value < 0 => "A G chart counts cases between events; the count is negative.",
            ChartType.T when Plotted(point) <= 0 =>
                "A T chart needs a time greater than 0 between events; give part of a day (0.5) for two events on one day.",
            _ => null,
        };
    }

    private static double? Plotted(in ChartPoint point) => point.Value ?? (point.Denominator > 0 ? point.Numerator : null);

    private static bool IsFinite(double? figure) => figure is not { } number || double.IsFinite(number);
}
