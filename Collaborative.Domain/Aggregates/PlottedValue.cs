using Collaborative.Domain.Measures;

namespace Collaborative.Domain.Aggregates;

/// <summary>
/// The figures of one team in one month, as submitted. A quotient kind has numerator and denominator; a mean has a value and the number of
/// observations behind it, or their sum and number as numerator and denominator; a count has a value or a numerator; the between kinds have
/// their gaps, in days or cases, or their mean gap and its number.
/// </summary>
public readonly record struct TeamMonth(
    double? Numerator = null, double? Denominator = null, double? Value = null, double? N = null, IReadOnlyList<double>? Gaps = null);

/// <summary>What a chart plots for the figures of one submission.</summary>
public static class PlottedValue
{
    /// <summary>Proportions are shown as percentages; everything else as it is.</summary>
    public static double DefaultMultiplier(MeasureKind kind) => kind == MeasureKind.Proportion ? 100 : 1;

    /// <summary>
    /// The value in plotted units, or null for a gap: nothing submitted, or 0/0, "no opportunities". A numerator of 0 is a real zero.
    /// The multiplier applies to quotients, never to a posted value.
    /// </summary>
    /// <exception cref="ArgumentException">The figures are impossible: n/0, a negative denominator, or not finite.</exception>
    public static double? Of(MeasureKind kind, in TeamMonth figures, double multiplier)
    {
        var value = figures.Value ?? kind switch
        {
            MeasureKind.Count => figures.Numerator,
            MeasureKind.DaysBetween or MeasureKind.CasesBetween => MeanGap(figures.Gaps),
            _ => Quotient(figures.Numerator, figures.Denominator, multiplier),
        };
        return value is null || double.IsFinite(value.Value)
            ? value
            : throw new ArgumentException("A figure is not a finite number.", nameof(figures));
    }

    /// <summary>numerator / denominator × multiplier; null where either is missing, or for 0/0.</summary>
    /// <exception cref="ArgumentException">n/0, a negative denominator, or a number that is not finite.</exception>
    public static double? Quotient(double? numerator, double? denominator, double multiplier)
    {
        if (numerator is not { } above || denominator is not { } below)
        {
            return null;
        }

        if (!double.IsFinite(above) || !double.IsFinite(below) || below < 0)
        {
            throw new ArgumentException("Numerator and denominator must be finite, and the denominator not negative.", nameof(denominator));
        }

        // A multiplier that was changed later may carry an old quotient beyond what a number can hold; that month is then a gap.
        return below > 0 ? above / below * multiplier is var value && double.IsFinite(value) ? value : null
            : above == 0 ? null
            : throw new ArgumentException("A numerator other than 0 over a denominator of 0 is impossible.", nameof(denominator));
    }

    private static double? MeanGap(IReadOnlyList<double>? gaps)
    {
        if (gaps is not { Count: > 0 })
        {
            return null;
        }

        var sum = new ExactSum();
        for (var i = 0; i < gaps.Count; i++)
        {
            sum.Add(gaps[i]);
        }

        return sum.Total / gaps.Count;
    }
}
