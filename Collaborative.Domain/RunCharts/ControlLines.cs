namespace Collaborative.Domain.RunCharts;

/// <summary>The lines of the charts that have limits.</summary>
internal static class ControlLines
{
    /// <summary>Shewhart's distance of a limit from the centre, in sigma.</summary>
    private const double Limit = 3;

    public static void Draw(in PhaseFrame frame)
    {
        switch (frame.Settings.Type)
        {
            case ChartType.Xmr:
                XmrLines.Draw(frame);
                break;
            case ChartType.Mr:
                MrLines.Draw(frame);
                break;
            case ChartType.P or ChartType.PPrime or ChartType.U or ChartType.UPrime:
                QuotientLines.Draw(frame);
                break;
            case ChartType.C:
                CountLines.Draw(frame);
                break;
            case ChartType.G:
                CasesBetweenLines.Draw(frame);
                break;
            case ChartType.T:
                TimeBetweenLines.Draw(frame);
                break;
            case ChartType.Xbar:
                SubgroupLines.DrawMeans(frame);
                break;
            case ChartType.S:
                SubgroupLines.DrawDeviations(frame);
                break;
            default:
                WeightedLines.Draw(frame);
                break;
        }

        var (least, most) = Range(frame.Settings);
        for (var i = 0; i < frame.Points.Length; i++)
        {
            frame.Lower[i] = Math.Max(least, frame.Zone(i, -Limit));
            frame.Upper[i] = Math.Min(most, frame.Zone(i, Limit));
        }
    }

    public static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        var count = 0;
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                sum += value;
                count++;
            }
        }

        return sum / count;
    }

    /// <summary>Where limits are clipped: nothing lies beyond these values, so a limit there would only mislead the eye.</summary>
    private static (double Least, double Most) Range(AnalysisSettings settings) => settings.Type switch
    {
        ChartType.Xmr or ChartType.Xbar or ChartType.IPrime => (double.NegativeInfinity, double.PositiveInfinity),
        ChartType.P or ChartType.PPrime => (0, settings.Multiplier),
        _ => (0, double.PositiveInfinity),
    };
}
