namespace Collaborative.Domain.RunCharts;

/// <summary>The lines of a run chart: the median of the window's points over the whole phase, or a line from elsewhere; no limits.</summary>
internal static class MedianLine
{
    public static void Draw(in PhaseFrame frame)
    {
        var count = 0;
        foreach (var value in frame.Analysed[..frame.Span.Window])
        {
            if (!double.IsNaN(value))
            {
                frame.Scratch[count++] = value;
            }
        }

        var window = frame.Scratch[..count];
        window.Sort();
        frame.Centre.Fill(frame.Settings.FixedCentre ?? Quantile.Median(window));
        frame.Lower.Fill(double.NaN);
        frame.Upper.Fill(double.NaN);
    }
}
