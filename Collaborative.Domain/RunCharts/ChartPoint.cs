using Collaborative.Domain.Aggregates;

namespace Collaborative.Domain.RunCharts;

/// <summary>
/// One position of a series as it comes in. A posted <paramref name="Value"/> is plotted as it is; without one, the value is
/// numerator / denominator × multiplier. With neither, or with 0/0, the position is a gap: it keeps its place and is never a zero.
/// </summary>
/// <param name="Label">Names the position; unique in its series ("2026-03" for a month).</param>
/// <param name="Value">In plotted units; finite.</param>
/// <param name="Numerator">Finite.</param>
/// <param name="Denominator">Finite, at least 0; 0 only under a numerator of 0.</param>
/// <param name="Size">How many observations stand behind a mean; whole, at least 1.</param>
/// <param name="Deviation">The standard deviation of those observations; there is none for one alone.</param>
public readonly record struct ChartPoint(
    string Label, double? Value = null, double? Numerator = null, double? Denominator = null, double? Size = null, double? Deviation = null)
{
    /// <summary>A position that stands for several observations: their mean is plotted, or their standard deviation on an S chart.</summary>
    public static ChartPoint OfSubgroup(string label, IReadOnlyList<double> observations)
    {
        if (observations.Count == 0)
        {
            return new(label);
        }

        var sum = new ExactSum();
        foreach (var observation in observations)
        {
            sum.Add(observation);
        }

        var mean = sum.Total / observations.Count;
        var squares = new ExactSum();
        foreach (var observation in observations)
        {
            squares.Add((observation - mean) * (observation - mean));
        }

        var deviation = observations.Count > 1 ? Math.Sqrt(squares.Total / (observations.Count - 1)) : (double?)null;
        return new(label, mean, Size: observations.Count, Deviation: deviation);
    }
}
