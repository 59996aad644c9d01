namespace Collaborative.Domain.RunCharts;

/// <summary>
/// One phase while it is worked on: spans over the series' scratch memory. NaN stands for "none" throughout.
/// Whoever draws the lines fills <see cref="Centre"/>, <see cref="Lower"/> and <see cref="Upper"/>, and for a chart with limits
/// <see cref="Origin"/> and <see cref="Sigma"/>; the rules then read them.
/// </summary>
internal readonly ref struct PhaseFrame
{
    public required AnalysisSettings Settings { get; init; }

    public required PhaseSpan Span { get; init; }

    public required ReadOnlySpan<ChartPoint> Points { get; init; }

    /// <summary>As plotted.</summary>
    public required ReadOnlySpan<double> Values { get; init; }

    /// <summary>As plotted, without the excluded ones.</summary>
    public required ReadOnlySpan<double> Analysed { get; init; }

    public required Span<double> Centre { get; init; }

    public required Span<double> Lower { get; init; }

    public required Span<double> Upper { get; init; }

    /// <summary>Where the zones start from: the centre, but for G charts, whose centre is a median, and T charts, whose zones are transformed.</summary>
    public required Span<double> Origin { get; init; }

    /// <summary>The width of a zone at each point, on the scale of <see cref="Origin"/>.</summary>
    public required Span<double> Sigma { get; init; }

    /// <summary>As long as the phase, free to use.</summary>
    public required Span<double> Scratch { get; init; }

    public ReadOnlySpan<double> Baseline => Analysed[..Span.Window];

    /// <summary>The line that lies so many sigma from the origin at a position, in plotted units and not clipped.</summary>
    public double Zone(int position, double sigmas)
    {
        var line = Origin[position] + (sigmas * Sigma[position]);
        return Settings.Type == ChartType.T ? TimeBetweenLines.FromNormal(line) : line;
    }

    /// <summary>The side of the centre line on which each point lies: +1, -1, or 0 where it is not useful.</summary>
    public required Span<sbyte> Sides { get; init; }
}

/// <summary>Where a phase lies in its series, and on which of its first positions the lines rest.</summary>
/// <param name="Start">Position of its first point, from 0.</param>
/// <param name="Length">In positions.</param>
/// <param name="Window">The first so many positions set the lines.</param>
/// <param name="Frozen">Whether a baseline was asked for; it may be as long as the phase.</param>
internal readonly record struct PhaseSpan(int Start, int Length, int Window, bool Frozen, string? Reason)
{
    /// <summary>Whether points are judged that had no part in setting the line.</summary>
    public bool Extends => Window < Length;
}
