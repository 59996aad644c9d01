namespace Collaborative.Domain.RunCharts;

/// <summary>
/// I′ charts: individual values whose precision depends on the size of their subgroup. Each moving range is brought to a subgroup of one,
/// and a point's limits go with the root of its size (Taylor, Normalized Individuals Chart, 2017). The denominator is the size, or the
/// number of observations; without either every point weighs the same. A gap has no size, and so no limits.
/// </summary>
internal static class WeightedLines
{
    /// <summary>D4 in four decimals, as the reference package has it for this chart alone.</summary>
    private const double UpperLimit = 3.2665;

    /// <summary>From the mean distance of two values to sigma, √(π/2) for their standardised difference.</summary>
    private static readonly double SigmaPerRange = Math.Sqrt(Math.PI / 2);

    public static void Draw(in PhaseFrame frame)
    {
        double weighted = 0, weights = 0;
        for (var i = 0; i < frame.Span.Window; i++)
        {
            if (!double.IsNaN(frame.Analysed[i]))
            {
                weighted += frame.Analysed[i] * Weight(frame, i);
                weights += Weight(frame, i);
            }
        }

        var centre = frame.Settings.FixedCentre ?? (weighted / weights);
        var (count, sum) = Ranges(frame, double.PositiveInfinity);
        if (frame.Settings.ScreenMovingRanges == true)
        {
            (count, sum) = Ranges(frame, UpperLimit * sum / count);
        }

        frame.Centre.Fill(centre);
        frame.Origin.Fill(centre);
        for (var i = 0; i < frame.Points.Length; i++)
        {
            frame.Sigma[i] = sum / count / Math.Sqrt(Weight(frame, i));
        }
    }

    /// <summary>Of the whole phase: this chart's ranges know neither a baseline nor exclusions, as in the reference package.</summary>
    private static (int Count, double Sum) Ranges(in PhaseFrame frame, double below)
    {
        var sum = 0.0;
        var count = 0;
        for (var i = 1; i < frame.Points.Length; i++)
        {
            var apart = Math.Abs(frame.Values[i] - frame.Values[i - 1]);
            var range = SigmaPerRange * apart / Math.Sqrt((1 / Weight(frame, i)) + (1 / Weight(frame, i - 1)));
            if (range < below)
            {
                sum += range;
                count++;
            }
        }

        return (count, sum);
    }

    private static double Weight(in PhaseFrame frame, int position) =>
        double.IsNaN(frame.Values[position]) ? double.NaN : frame.Points[position].Denominator ?? frame.Points[position].Size ?? 1;
}
