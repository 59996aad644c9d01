namespace Collaborative.Domain.RunCharts;

/// <summary>
/// P and U charts: everything put together is the centre, and a point's limits depend on its denominator. Binomial for proportions,
/// Poisson for rates (Montgomery, Introduction to Statistical Quality Control, chapter 7).
/// </summary>
internal static class QuotientLines
{
    public static void Draw(in PhaseFrame frame)
    {
        var multiplier = frame.Settings.Multiplier;
        var centre = frame.Settings.FixedCentre / multiplier ?? Pooled(frame);
        var binomial = frame.Settings.Type is ChartType.P or ChartType.PPrime;
        var variance = binomial ? centre * (1 - centre) : centre;
        for (var i = 0; i < frame.Points.Length; i++)
        {
            frame.Sigma[i] = Denominator(frame.Points[i]) is { } denominator ? Math.Sqrt(variance / denominator) * multiplier : double.NaN;
        }

        frame.Centre.Fill(centre * multiplier);
        frame.Origin.Fill(centre * multiplier);
        if (frame.Settings.Type is ChartType.PPrime or ChartType.UPrime)
        {
            var beyondChance = BeyondChance(frame);
            foreach (ref var sigma in frame.Sigma)
            {
                sigma *= beyondChance;
            }
        }
    }

    /// <summary>
    /// How many times as much the points vary as chance alone would have them: the moving ranges of the standardised values over d2
    /// (Laney, Quality Engineering 2002;14:531-537).
    /// </summary>
    public static double BeyondChance(in PhaseFrame frame)
    {
        for (var i = 0; i < frame.Scratch.Length; i++)
        {
            frame.Scratch[i] = (frame.Analysed[i] - frame.Centre[i]) / frame.Sigma[i];
        }

        return MovingRanges.Mean(frame, frame.Scratch) / MovingRanges.RangesPerSigma;
    }

    private static double Pooled(in PhaseFrame frame)
    {
        double above = 0, below = 0;
        for (var i = 0; i < frame.Span.Window; i++)
        {
            if (!double.IsNaN(frame.Analysed[i]) && Denominator(frame.Points[i]) is { } denominator)
            {
                above += frame.Points[i].Numerator!.Value;
                below += denominator;
            }
        }

        return above / below;
    }

    private static double? Denominator(in ChartPoint point) => point is { Numerator: not null, Denominator: > 0 } ? point.Denominator : null;
}
