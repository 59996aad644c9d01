namespace Collaborative.Domain.RunCharts;

/// <summary>Individual values: the mean of the baseline, limits three sigma off, sigma from the moving ranges (Montgomery, 6.33). Never clipped.</summary>
internal static class XmrLines
{
    public static void Draw(in PhaseFrame frame)
    {
        var centre = frame.Settings.FixedCentre ?? ControlLines.Mean(frame.Baseline);
        frame.Centre.Fill(centre);
        frame.Origin.Fill(centre);
        frame.Sigma.Fill(MovingRanges.Sigma(frame, frame.Analysed));
    }
}

/// <summary>Moving ranges as points of their own: their mean, and an upper limit of 3.267 means (Montgomery, appendix VI).</summary>
internal static class MrLines
{
    /// <summary>Replaces the values of a phase by their distances from the value before; the first has none.</summary>
    public static void ToRanges(Span<double> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            values[i] = Math.Abs(values[i] - values[i - 1]);
        }

        values[0] = double.NaN;
    }

    public static void Draw(in PhaseFrame frame)
    {
        var centre = frame.Settings.FixedCentre ?? ControlLines.Mean(frame.Baseline);
        frame.Centre.Fill(centre);
        frame.Origin.Fill(centre);
        frame.Sigma.Fill((MovingRanges.UpperLimit - 1) * centre / 3);
    }
}
