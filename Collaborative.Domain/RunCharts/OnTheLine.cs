namespace Collaborative.Domain.RunCharts;

/// <summary>Whether two numbers are the same for the purposes of a chart: equal fractions divide to equal doubles, but the middle of two of them need not.</summary>
public static class OnTheLine
{
    /// <summary>Relative to the larger of the two.</summary>
    public const double Tolerance = 1e-12;

    public static bool Is(double value, double line) =>
        Math.Abs(value - line) <= Tolerance * Math.Max(Math.Abs(value), Math.Abs(line));

    /// <summary>+1 above the line, -1 below it, 0 on it or where either is missing (NaN).</summary>
    public static sbyte Side(double value, double line) =>
        double.IsNaN(value) || double.IsNaN(line) || Is(value, line) ? (sbyte)0 : value > line ? (sbyte)1 : (sbyte)-1;
}
