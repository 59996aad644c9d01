using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class PlottedValueTests
{
    private static IEnumerable<TestCaseData> Examples()
    {
        yield return new(MeasureKind.Proportion, new TeamMonth(9, 10), 100d, 90d);
        yield return new(MeasureKind.Rate, new TeamMonth(4, 310), 1000d, 4d / 310 * 1000);
        yield return new(MeasureKind.Ratio, new TeamMonth(3, 2), 1d, 1.5);
        yield return new(MeasureKind.Mean, new TeamMonth(90, 20), 1d, 4.5);
        yield return new(MeasureKind.Mean, new TeamMonth(Value: 4.5, N: 20), 100d, 4.5);
        yield return new(MeasureKind.Proportion, new TeamMonth(Value: 0.9), 100d, 0.9);
        yield return new(MeasureKind.Median, new TeamMonth(Value: 3), 1d, 3d);
        yield return new(MeasureKind.Count, new TeamMonth(Numerator: 7), 100d, 7d);
        yield return new(MeasureKind.Count, new TeamMonth(Value: 7), 100d, 7d);
        yield return new(MeasureKind.DaysBetween, new TeamMonth(Gaps: [10, 20]), 1d, 15d);
        yield return new(MeasureKind.DaysBetween, new TeamMonth(Gaps: [0]), 1d, 0d);
        yield return new(MeasureKind.Rate, new TeamMonth(0, 310), 1000d, 0d);
        yield return new(MeasureKind.Rate, new TeamMonth(0, 0), 1000d, null);
        yield return new(MeasureKind.Rate, new TeamMonth(Numerator: 3), 1000d, null);
        yield return new(MeasureKind.Rate, new TeamMonth(Denominator: 3), 1000d, null);
        yield return new(MeasureKind.CasesBetween, new TeamMonth(Gaps: []), 1d, null);
        yield return new(MeasureKind.Mean, new TeamMonth(), 1d, null);
    }

    [TestCaseSource(nameof(Examples))]
    public void Quotients_are_multiplied_posted_values_are_not_and_missing_is_never_zero(
        MeasureKind kind, TeamMonth figures, double multiplier, double? expected) =>
        Assert.That(PlottedValue.Of(kind, figures, multiplier), Is.EqualTo(expected));

    [TestCase(2d, 0d)]
    [TestCase(2d, -1d)]
    [TestCase(double.NaN, 1d)]
    [TestCase(1d, double.PositiveInfinity)]
    public void Impossible_figures_are_refused(double numerator, double denominator) =>
        Assert.That(() => PlottedValue.Of(MeasureKind.Rate, new(numerator, denominator), 1), Throws.ArgumentException);
}
