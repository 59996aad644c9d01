using Collaborative.Domain;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;
using FsCheck;
using FsCheck.Fluent;

namespace Collaborative.Tests.Rules;

/// <summary>The edges of the checks of domain page 3.7; what each says over HTTP is tested with the features.</summary>
public sealed class DataQualityTests
{
    private static readonly Month March = new(2026, 3);

    private static readonly MeasureState Measure = new()
    {
        Name = "m",
        Type = MeasureType.Outcome,
        Kind = MeasureKind.Rate,
        Direction = Direction.Decrease,
        Multiplier = 1000,
        Required = true,
        MinimumDenominator = 10,
    };

    [Test]
    public void Later_months_do_not_judge_earlier_ones()
    {
        SeriesMonth[] series = [new(March, Of(4, 100)), new(March.AddMonths(1), Of(4, 100)), new(March.AddMonths(2), Of(9, 900))];
        Assert.That(Codes(March, Of(4, 100), series), Is.Empty);
        Assert.That(Codes(March.AddMonths(1), Of(4, 100), series), Is.EqualTo(new[] { "sameAsLastMonth" }));
    }

    [Test]
    public void The_usual_denominator_is_the_median_of_the_last_twelve_that_are_above_0()
    {
        // Twelve months of 100 after older ones of 1000, with a month of 0/0 that does not count.
        SeriesMonth[] series =
        [
            .. Enumerable.Range(0, 10).Select(i => new SeriesMonth(March.AddMonths(i), Of(1 + i, 1000))),
            new(March.AddMonths(10), Of(0, 0)),
            .. Enumerable.Range(11, 12).Select(i => new SeriesMonth(March.AddMonths(i), Of(1 + i, 100))),
        ];
        Assert.That(Codes(March.AddMonths(24), Of(30, 150), series), Does.Not.Contain("denominatorChanged"));
        Assert.That(Codes(March.AddMonths(24), Of(30, 151), series), Does.Contain("denominatorChanged"));
        Assert.That(Codes(March.AddMonths(24), Of(0, 0), series), Is.Empty);
    }

    [Test]
    public void Same_zeros_are_not_a_copy() =>
        Assert.That(Codes(March.AddMonths(1), Of(0, 0), [new(March, Of(0, 0))]), Is.Empty);

    [TestCase(SubmissionStatus.Waived)]
    [TestCase(SubmissionStatus.Withdrawn)]
    public void What_counts_for_nothing_is_not_judged(SubmissionStatus status) =>
        Assert.That(DataQuality.Check(Measure, March, new SubmissionState { Status = status, Figures = Of(1, 2) }, [], []), Is.Empty);

    [Test]
    public void A_draft_is_judged_like_a_submission() =>
        Assert.That(DataQuality.Check(Measure, March, new SubmissionState { Status = SubmissionStatus.Draft, Figures = Of(1, 2) }, [], []).Select(warning => warning.Code),
            Is.EqualTo(new[] { "smallDenominator" }));

    [Test]
    public void Siblings_without_a_definition_or_a_figure_say_nothing()
    {
        var measure = Measure with { DenominatorDefinition = "ventilator-days" };
        Sibling[] siblings = [new("a", null, 5), new("b", "Ventilator-days", null), new("c", "something else", 5), new("d", "VENTILATOR-DAYS", 100)];
        Assert.That(DataQuality.Check(measure, March, new SubmissionState { Status = SubmissionStatus.Submitted, Figures = Of(1, 100) }, [], siblings), Is.Empty);
    }

    [Test]
    public void No_figures_that_are_possible_make_a_check_break()
    {
        var numbers = Gen.Elements(0, 0.5, 1, 9, 100, 1e15, 1e300, double.Epsilon, double.MaxValue);
        var figures = from kind in Gen.Elements(Enum.GetValues<MeasureKind>()) from a in numbers from b in numbers from c in numbers from d in numbers select (kind, a, b, c, d);
        Prop.ForAll(Arb.From(figures), given =>
        {
            var (kind, a, b, c, d) = given;
            SeriesMonth[] series = [.. Enumerable.Range(0, 14).Select(i => new SeriesMonth(March.AddMonths(i), Possible(i % 2 == 0 ? a : c, i % 3 == 0 ? b : d)))];
            var state = new SubmissionState { Status = SubmissionStatus.Submitted, Figures = Possible(c, d) };
            return DataQuality.Check(Measure with { Kind = kind }, March.AddMonths(14), state, series, []).All(warning => warning.Message.Length > 0);
        }).QuickCheckThrowOnFailure();
    }

    private static Figures Possible(double numerator, double denominator) => Of(denominator == 0 ? 0 : numerator, denominator);

    private static Figures Of(double numerator, double denominator) => new() { Numerator = numerator, Denominator = denominator };

    private static IEnumerable<string> Codes(Month month, Figures figures, SeriesMonth[] series) =>
        DataQuality.Check(Measure, month, new SubmissionState { Status = SubmissionStatus.Submitted, Figures = figures }, series, []).Select(warning => warning.Code);
}
