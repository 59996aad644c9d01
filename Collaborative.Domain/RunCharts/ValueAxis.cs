using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>The range of a vertical axis and the distance of its ticks, in plotted units.</summary>
internal readonly record struct ValueAxis(double Bottom, double Top, double Step)
{
    /// <summary>Room left beyond the figures, as a share of their spread (domain practice: about 20 %).</summary>
    private const double HeadRoom = 0.2;

    /// <summary>An axis that starts within this share of its top may as well start at zero.</summary>
    private const double NearZero = 0.4;

    private const double SpreadOfOneLevel = 2.5;

    /// <summary>Where every figure is 0, the axis goes up to 1.</summary>
    private const double SpreadOfZeros = 5;

    private const int Intervals = 5;

    /// <summary>A small panel names only the ends of its axis, and has no room to give away.</summary>
    private const double PanelHeadRoom = 0.05;

    private const int PanelIntervals = 10;

    public static ValueAxis For(ChartAnalysis analysis)
    {
        var (low, high, full) = Range([analysis]);
        return Spanning(low, high, full, HeadRoom, Intervals);
    }

    /// <summary>One axis on which several series, all of one measure, can be compared in small panels; it ends at round figures.</summary>
    public static ValueAxis ForPanels(ReadOnlySpan<ChartAnalysis> analyses)
    {
        var (low, high, full) = Range(analyses);
        var axis = Spanning(low, high, full, PanelHeadRoom, PanelIntervals);
        return axis with { Top = Math.Ceiling((axis.Top / axis.Step) - 1e-9) * axis.Step };
    }

    private static (double Low, double High, double Full) Range(ReadOnlySpan<ChartAnalysis> analyses)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity, full = double.PositiveInfinity;
        foreach (var analysis in analyses)
        {
            foreach (ref readonly var point in analysis.Points.AsSpan())
            {
                Include(point.Value, ref low, ref high);
                Include(point.Centre, ref low, ref high);
                Include(point.Lower, ref low, ref high);
                Include(point.Upper, ref low, ref high);
            }

            var settings = analysis.Settings;
            Include(settings.Goal, ref low, ref high);
            full = settings.Kind == MeasureKind.Proportion ? settings.Multiplier : double.PositiveInfinity;
        }

        return (low, high, full);
    }

    /// <param name="full">Where the scale of a proportion ends; infinite for other figures.</param>
    public static ValueAxis Spanning(double low, double high, double full) => Spanning(low, high, full, HeadRoom, Intervals);

    private static ValueAxis Spanning(double low, double high, double full, double headRoom, int intervals)
    {
        if (low > high)
        {
            (low, high) = (0, double.IsFinite(full) ? full : 1);
        }

        // A flat series stands in the middle of an axis that shows how far from zero it is.
        var spread = !OnTheLine.Is(high, low) ? high - low
            : low != 0 ? Math.Abs(low) * SpreadOfOneLevel
            : double.IsFinite(full) ? full / 2 : SpreadOfZeros;
        var bottom = low - (headRoom * spread);
        var top = high + (headRoom * spread);
        if (low >= 0)
        {
            bottom = bottom < NearZero * top ? 0 : bottom;
        }

        if (high <= full * (1 + OnTheLine.Tolerance))
        {
            top = Math.Min(top, full);
        }

        var step = NiceStep((top - bottom) / intervals);
        return new(Math.Floor((bottom / step) + 1e-9) * step, top, step);
    }

    /// <summary>1, 2 or 5 times a power of ten, at least as large as asked.</summary>
    private static double NiceStep(double rough)
    {
        // Figures at the very ends of what a double can hold have no nice ticks.
        if (!double.IsNormal(rough))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var lead = rough / power;
        return power * (lead <= 1 + 1e-9 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }

    private static void Include(double? value, ref double low, ref double high)
    {
        if (value is { } number)
        {
            low = Math.Min(low, number);
            high = Math.Max(high, number);
        }
    }
}
