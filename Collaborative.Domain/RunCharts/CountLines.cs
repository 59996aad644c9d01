namespace Collaborative.Domain.RunCharts;

/// <summary>Counts with equal opportunity: Poisson, so that the mean is the variance (Montgomery, 7.17).</summary>
internal static class CountLines
{
    public static void Draw(in PhaseFrame frame)
    {
        var centre = frame.Settings.FixedCentre ?? ControlLines.Mean(frame.Baseline);
        frame.Centre.Fill(centre);
        frame.Origin.Fill(centre);
        frame.Sigma.Fill(Math.Sqrt(centre));
    }
}

/// <summary>
/// Cases between rare events, geometric: limits from the mean (Montgomery, chapter 7), the centre at the median, on both sides of which
/// half of such skewed values lie. A centre from elsewhere is taken for the mean, and the median that goes with it is drawn.
/// </summary>
internal static class CasesBetweenLines
{
    /// <summary>The median of a geometric distribution as a share of its mean, ln 2 (Provost and Murray 2011, p. 228).</summary>
    private const double MedianShare = 0.693;

    public static void Draw(in PhaseFrame frame)
    {
        var mean = frame.Settings.FixedCentre ?? ControlLines.Mean(frame.Baseline);
        if (frame.Settings.FixedCentre is null)
        {
            MedianLine.Draw(frame);
        }
        else
        {
            frame.Centre.Fill(MedianShare * mean);
        }

        frame.Origin.Fill(mean);
        frame.Sigma.Fill(Math.Sqrt(mean * (mean + 1)));
    }
}
