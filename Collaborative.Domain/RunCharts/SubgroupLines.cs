namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Several observations at each position: X̄ charts of their means, S charts of their standard deviations. The deviation within is the plain
/// mean of the subgroups' where they are of one size, and pooled where they are not (Montgomery, 6.29 to 6.31).
/// </summary>
internal static class SubgroupLines
{
    public static void DrawMeans(in PhaseFrame frame)
    {
        double weighted = 0, sizes = 0;
        for (var i = 0; i < frame.Span.Window; i++)
        {
            if (!double.IsNaN(frame.Analysed[i]) && frame.Points[i].Size is { } size)
            {
                weighted += size * frame.Analysed[i];
                sizes += size;
            }
        }

        var centre = frame.Settings.FixedCentre ?? (weighted / sizes);
        var within = Within(frame);
        frame.Centre.Fill(centre);
        frame.Origin.Fill(centre);
        for (var i = 0; i < frame.Points.Length; i++)
        {
            frame.Sigma[i] = Size(frame.Points[i]) is { } size ? within / (UnbiasedShare(size) * Math.Sqrt(size)) : double.NaN;
        }
    }

    public static void DrawDeviations(in PhaseFrame frame)
    {
        var centre = frame.Settings.FixedCentre ?? Within(frame);
        frame.Centre.Fill(centre);
        frame.Origin.Fill(centre);
        for (var i = 0; i < frame.Points.Length; i++)
        {
            var share = Size(frame.Points[i]) is { } size ? UnbiasedShare(size) : double.NaN;
            frame.Sigma[i] = centre * Math.Sqrt(1 - (share * share)) / share;
        }
    }

    /// <summary>
    /// c4: what part of sigma the standard deviation of a normal sample is on average, √(2/(n-1))·Γ(n/2)/Γ((n-1)/2). The quotient of gammas
    /// follows from the one before: q(n+1) = (n-1)/2 / q(n), q(2) = 1/√π.
    /// </summary>
    /// <param name="size">At least 2.</param>
    public static double UnbiasedShare(double size)
    {
        // The series 1 - 1/4n - 7/32n² - 19/128n³ is exact to twelve digits from here on.
        const double LongEnough = 1000;
        if (size > LongEnough)
        {
            return 1 - (1 / (4 * size)) - (7 / (32 * size * size)) - (19 / (128 * size * size * size));
        }

        var quotient = 1 / Math.Sqrt(Math.PI);
        for (var n = 2; n < size; n++)
        {
            quotient = (n - 1) / 2.0 / quotient;
        }

        return Math.Sqrt(2 / (size - 1)) * quotient;
    }

    private static double Within(in PhaseFrame frame)
    {
        double plain = 0, squares = 0, freedom = 0;
        var count = 0;
        for (var i = 0; i < frame.Span.Window; i++)
        {
            if (!double.IsNaN(frame.Analysed[i]) && frame.Points[i] is { Deviation: { } deviation, Size: { } size })
            {
                plain += deviation;
                squares += (size - 1) * deviation * deviation;
                freedom += size - 1;
                count++;
            }
        }

        return OfOneSize(frame) ? plain / count : Math.Sqrt(squares / freedom);
    }

    private static bool OfOneSize(in PhaseFrame frame)
    {
        double? first = null;
        foreach (ref readonly var point in frame.Points)
        {
            if (point.Size is { } size && size != (first ??= size))
            {
                return false;
            }
        }

        return true;
    }

    private static double? Size(in ChartPoint point) => point.Size is >= 2 ? point.Size : null;
}
