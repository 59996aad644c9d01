using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class PlottedValueTests
{
    private static IEnumerable<TestCaseData> Examples()
    {
        yield return new(MeasureKind.Proportion, new Figures(9, 10), 100d, 90d);
        yield return new(MeasureKind.Rate, new Figures(4, 310), 1000d, 4d / 310 * 1000);
        yield return new(MeasureKind.Ratio, new Figures(3, 2), 1d, 1.5);
        yield return new(MeasureKind.Mean, new Figures(90, 20), 1d, 4.5);
        yield return new(MeasureKind.Mean, new Figures(Value: 4.5, N: 20), 100d, 4.5);
        yield return new(MeasureKind.Proportion, new Figures(Value: 0.9), 100d, 0.9);
        yield return new(MeasureKind.Median, new Figures(Value: 3), 1d, 3d);
        yield return new(MeasureKind.Count, new Figures(Numerator: 7), 100d, 7d);
        yield return new(MeasureKind.Count, new Figures(Value: 7), 100d, 7d);
        yield return new(MeasureKind.DaysBetween, new Figures(Gaps: [10, 20]), 1d, 15d);
        yield return new(MeasureKind.DaysBetween, new Figures(Gaps: [0]), 1d, 0d);
        yield return new(MeasureKind.Rate, new Figures(0, 310), 1000d, 0d);
        yield return new(MeasureKind.Rate, new Figures(0, 0), 1000d, null);
        yield return new(MeasureKind.Rate, new Figures(Numerator: 3), 1000d, null);
        yield return new(MeasureKind.Rate, new Figures(Denominator: 3), 1000d, null);
        yield return new(MeasureKind.CasesBetween, new Figures(Gaps: []), 1d, null);
        yield return new(MeasureKind.Mean, new Figures(), 1d, null);
    }

    [TestCaseSource(nameof(Examples))]
    public void Quotients_are_multiplied_posted_values_are_not_and_missing_is_never_zero(
        MeasureKind kind, Figures figures, double multiplier, double? expected) =>
        Assert.That(PlottedValue.Of(kind, figures, multiplier), Is.EqualTo(expected));

    [TestCase(2d, 0d)]
    [TestCase(2d, -1d)]
    [TestCase(double.NaN, 1d)]
    [TestCase(1d, double.PositiveInfinity)]
    public void Impossible_figures_are_refused(double numerator, double denominator) =>
        Assert.That(() => PlottedValue.Of(MeasureKind.Rate, new(numerator, denominator), 1), Throws.ArgumentException);
}
