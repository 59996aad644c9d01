namespace Collaborative.Domain.RunCharts;

/// <summary>
/// How far neighbours lie apart. A gap breaks the chain, since nobody knows what lay in it; an excluded point does not, its neighbours
/// close up.
/// </summary>
internal static class MovingRanges
{
    /// <summary>d2 for ranges of two, in the three decimals of the printed tables (Montgomery, Introduction to Statistical Quality Control, appendix VI).</summary>
    public const double RangesPerSigma = 1.128;

    /// <summary>D4 for ranges of two: three sigma above their mean (Montgomery, appendix VI).</summary>
    public const double UpperLimit = 3.267;

    /// <summary>3/d2 as Making Data Count rounds it.</summary>
    private const double MakingDataCountFactor = 2.66;

    /// <summary>Sigma from the mean range; NaN where there is no range.</summary>
    public static double Sigma(in PhaseFrame frame, ReadOnlySpan<double> series) =>
        frame.Settings.Rules == RuleSet.MakingDataCount
            ? Mean(frame, series) * MakingDataCountFactor / 3
            : Mean(frame, series) / RangesPerSigma;

    /// <summary>
    /// The mean range of the baseline, without the ones at or beyond their own upper limit where they are screened, once (Nelson 1982).
    /// Where only ranges of 0 would remain, that would call every other value a signal, so then all of them count.
    /// </summary>
    /// <param name="series">What ranges are taken of: NaN where a point is missing or excluded.</param>
    public static double Mean(in PhaseFrame frame, ReadOnlySpan<double> series)
    {
        var (count, sum) = Sum(frame, series, double.PositiveInfinity);
        var mean = sum / count;
        if (frame.Settings.ScreenMovingRanges != true || count == 0)
        {
            return mean;
        }

        var (kept, rest) = Sum(frame, series, UpperLimit * mean);
        return kept > 0 && rest == 0 ? mean : rest / kept;
    }

    private static (int Count, double Sum) Sum(in PhaseFrame frame, ReadOnlySpan<double> series, double below)
    {
        var sum = 0.0;
        var count = 0;
        var previous = double.NaN;
        for (var i = 0; i < frame.Span.Window; i++)
        {
            if (double.IsNaN(frame.Values[i]))
            {
                previous = double.NaN;
            }
            else if (!double.IsNaN(frame.Analysed[i]))
            {
                var range = Math.Abs(series[i] - previous);
                if (range < below)
                {
                    sum += range;
                    count++;
                }

                previous = series[i];
            }
        }

        return (count, sum);
    }
}
