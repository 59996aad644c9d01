using Collaborative.Domain.Measures;

namespace Collaborative.Domain.Aggregates;

/// <summary>
/// The figures of a measure for teams × months, reduced on entry to what aggregates need and held flat, team after team.
/// Months never set, and those without a plottable value, are gaps.
/// </summary>
public sealed class TeamSeries
{
    private readonly double[] values;
    private readonly double[] poolNumerators;
    private readonly double[] poolDenominators;

    public TeamSeries(MeasureKind kind, double multiplier, int teams, int months)
    {
        Kind = kind;
        Multiplier = multiplier;
        Teams = teams;
        Months = months;
        values = new double[teams * months];
        poolNumerators = new double[teams * months];
        poolDenominators = new double[teams * months];
        Array.Fill(values, double.NaN);
        Array.Fill(poolNumerators, double.NaN);
        Array.Fill(poolDenominators, double.NaN);
    }

    public MeasureKind Kind { get; }

    public double Multiplier { get; }

    public int Teams { get; }

    public int Months { get; }

    /// <param name="team">From 0.</param>
    /// <param name="month">From 0, the first month analysed.</param>
    /// <param name="figures">As submitted.</param>
    /// <exception cref="ArgumentException">The figures are impossible: n/0, a negative denominator, or not finite.</exception>
    public void Set(int team, int month, in TeamMonth figures)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)team, (uint)Teams, nameof(team));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)month, (uint)Months, nameof(month));
        var cell = (team * Months) + month;
        var value = PlottedValue.Of(Kind, figures, Multiplier);
        values[cell] = value ?? double.NaN;
        (poolNumerators[cell], poolDenominators[cell]) = value is { } plotted ? Share(figures, plotted) : (double.NaN, double.NaN);
    }

    /// <summary>The plotted value of one team and month; NaN for a gap.</summary>
    public double Value(int team, int month) => values[(team * Months) + month];

    internal double PoolNumerator(int team, int month) => poolNumerators[(team * Months) + month];

    internal double PoolDenominator(int team, int month) => poolDenominators[(team * Months) + month];

    /// <summary>What these figures bring to a pool: raw for quotients, in plotted units for means and gaps; NaN where they cannot enter one.</summary>
    private (double Numerator, double Denominator) Share(in TeamMonth figures, double plotted) => Kind switch
    {
        MeasureKind.Count => (plotted, 1),
        MeasureKind.Median => (double.NaN, double.NaN),
        MeasureKind.Mean when figures is { Value: null, Numerator: { } sum, Denominator: { } n } => (sum * Multiplier, n),
        MeasureKind.Mean => Weighted(plotted, figures.N),
        MeasureKind.DaysBetween or MeasureKind.CasesBetween => Weighted(plotted, figures.Gaps is { Count: > 0 } gaps ? gaps.Count : figures.N),
        _ => figures is { Numerator: { } numerator, Denominator: { } denominator and > 0 } ? (numerator, denominator) : (double.NaN, double.NaN),
    };

    private static (double Numerator, double Denominator) Weighted(double value, double? n) =>
        n is > 0 ? (value * n.Value, n.Value) : (double.NaN, double.NaN);
}
