namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Time between rare events: exponential times raised to 1/3.6 are nearly normal, are charted as individual values and brought back
/// (Nelson, Journal of Quality Technology 1994;26:239-240).
/// </summary>
internal static class TimeBetweenLines
{
    private const double Power = 3.6;

    /// <summary>Below 0 there is nothing to bring back: the line is 0.</summary>
    public static double FromNormal(double value) => value <= 0 ? 0 : Math.Pow(value, Power);

    public static void Draw(in PhaseFrame frame)
    {
        for (var i = 0; i < frame.Scratch.Length; i++)
        {
            frame.Scratch[i] = ToNormal(frame.Analysed[i]);
        }

        var centre = frame.Settings.FixedCentre is { } given ? ToNormal(given) : ControlLines.Mean(frame.Scratch[..frame.Span.Window]);
        frame.Centre.Fill(FromNormal(centre));
        frame.Origin.Fill(centre);
        frame.Sigma.Fill(MovingRanges.Sigma(frame, frame.Scratch));
    }

    private static double ToNormal(double time) => Math.Pow(time, 1 / Power);
}
