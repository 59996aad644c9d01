using System.Globalization;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>The control chart that fits a series, and why, in a sentence.</summary>
public readonly record struct ChartChoice(ChartType Type, string Reason)
{
    /// <summary>Subgroups so large that binomial or Poisson limits shut out any real process (domain practice: about 1000).</summary>
    private const double LargeSubgroup = 1000;

    /// <summary>
    /// How many times as much as chance the points may vary before their limits must know of it. Of stable series of 24 points about 6 %
    /// are beyond 1.3, found by simulation.
    /// </summary>
    private const double Overdispersed = 1.3;

    public static ChartChoice For(ReadOnlySpan<ChartPoint> points, AnalysisSettings settings)
    {
        var choice = ByKind(points, settings);
        foreach (ref readonly var point in points)
        {
            if (ChartFigures.WhyNot(point, choice.Type) is not null)
            {
                return new(ChartType.Xmr, "An XmR chart: some figures are not of the kind that the measure's own chart needs.");
            }
        }

        return choice;
    }

    private static ChartChoice ByKind(ReadOnlySpan<ChartPoint> points, AnalysisSettings settings)
    {
        var kind = settings.Kind;
        if (settings.Aggregate is { } aggregate)
        {
            return (aggregate, kind) switch
            {
                (Aggregate.Pooled, MeasureKind.Proportion) => new(ChartType.PPrime, "A P\u2032 chart: a proportion pooled over teams varies more than chance within one team."),
                (Aggregate.Pooled, MeasureKind.Rate) => new(ChartType.UPrime, "A U\u2032 chart: a rate pooled over teams varies more than chance within one team."),
                _ => new(ChartType.Xmr, "An XmR chart: it fits any one figure a month made from those of many teams."),
            };
        }

        return kind switch
        {
            MeasureKind.Proportion => Quotient(points, settings, ChartType.P, ChartType.PPrime, "P", "a proportion"),
            MeasureKind.Rate => Quotient(points, settings, ChartType.U, ChartType.UPrime, "U", "a rate"),
            MeasureKind.Count => new(ChartType.C, "A C chart: events are counted with equal opportunity every time."),
            MeasureKind.DaysBetween when HasZero(points) => new(ChartType.G, "A G chart: some events fall on one day, and a T chart needs times greater than 0."),
            MeasureKind.DaysBetween => new(ChartType.T, "A T chart: the figures are times between rare events."),
            MeasureKind.CasesBetween => new(ChartType.G, "A G chart: the figures are cases between rare events."),
            MeasureKind.Mean when HasSubgroups(points) => new(ChartType.Xbar, "An X\u0304 chart: several observations stand behind each figure."),
            _ => new(ChartType.Xmr, "An XmR chart: one figure each time, of no known distribution."),
        };
    }

    private static ChartChoice Quotient(
        ReadOnlySpan<ChartPoint> points, AnalysisSettings settings, ChartType plain, ChartType prime, string name, string what)
    {
        double above = 0, below = 0;
        var count = 0;
        foreach (ref readonly var point in points)
        {
            if (point is { Numerator: { } numerator, Denominator: { } denominator and > 0 })
            {
                above += numerator;
                below += denominator;
                count++;
            }
        }

        if (count == 0 || (plain == ChartType.P && above > below))
        {
            return new(ChartType.Xmr, $"An XmR chart: {what} without numerators and denominators is charted as one figure each time.");
        }

        if ((plain == ChartType.P ? below : above) / count > LargeSubgroup)
        {
            return new(prime, $"A {name}\u2032 chart: {what} with numbers so large that the limits of a {name} chart would shut out ordinary months.");
        }

        var times = BeyondChance(points, plain, above / below);
        return times > Overdispersed
            ? new(prime, string.Create(CultureInfo.InvariantCulture, $"A {name}\u2032 chart: {what} that varies {times:0.0} times as much as chance alone would have it."))
            : new(plain, $"A {name} chart: {what} that varies about as much as chance would have it.");
    }

    /// <summary>As in a Laney chart, without screening, over the whole series: neighbours tell, so that a shift in it does not.</summary>
    private static double BeyondChance(ReadOnlySpan<ChartPoint> points, ChartType plain, double centre)
    {
        var variance = plain == ChartType.P ? centre * (1 - centre) : centre;
        var sum = 0.0;
        var count = 0;
        var previous = double.NaN;
        foreach (ref readonly var point in points)
        {
            var standardised = point is { Numerator: { } numerator, Denominator: { } denominator and > 0 }
                ? ((numerator / denominator) - centre) / Math.Sqrt(variance / denominator)
                : double.NaN;
            var range = Math.Abs(standardised - previous);
            sum += double.IsNaN(range) ? 0 : range;
            count += double.IsNaN(range) ? 0 : 1;
            previous = standardised;
        }

        return sum / count / MovingRanges.RangesPerSigma;
    }

    private static bool HasZero(ReadOnlySpan<ChartPoint> points)
    {
        foreach (ref readonly var point in points)
        {
            if (point.Value == 0 || point is { Numerator: 0, Denominator: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasSubgroups(ReadOnlySpan<ChartPoint> points)
    {
        foreach (ref readonly var point in points)
        {
            if (point is { Size: >= 2, Deviation: not null })
            {
                return true;
            }
        }

        return false;
    }
}
