namespace Collaborative.Domain.RunCharts;

/// <summary>
/// One position of a series as it comes in. A posted <paramref name="Value"/> is plotted as it is; without one, the value is
/// numerator / denominator × multiplier. With neither, or with 0/0, the position is a gap: it keeps its place and is never a zero.
/// </summary>
/// <param name="Label">Names the position; unique in its series ("2026-03" for a month).</param>
/// <param name="Value">In plotted units; finite.</param>
/// <param name="Numerator">Finite.</param>
/// <param name="Denominator">Finite, at least 0; 0 only under a numerator of 0.</param>
public readonly record struct ChartPoint(string Label, double? Value = null, double? Numerator = null, double? Denominator = null);
