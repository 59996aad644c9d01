using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

/// <summary>The limits of every chart on series whose answers are known from the field's documents.</summary>
[TestFixture]
public class ControlLimitsTests
{
    private static readonly AnalysisSettings Plain = new() { Type = ChartType.Xmr, Multiplier = 1, ScreenMovingRanges = false };

    private static ChartPoint[] Quotients(double[] numerators, double[] denominators) =>
        [.. numerators.Zip(denominators, (above, below) => (above, below)).Select((pair, i) => new ChartPoint($"{i + 1}", null, pair.above, pair.below))];

    private static void Lines(PointAnalysis point, double centre, double lower, double upper, double within) => Assert.Multiple(() =>
    {
        Assert.That(point.Centre, Is.EqualTo(centre).Within(within), "centre");
        Assert.That(point.Lower, Is.EqualTo(lower).Within(within), "lower limit");
        Assert.That(point.Upper, Is.EqualTo(upper).Within(within), "upper limit");
    });

    [TestCase(false, -3.0626, 6.9515)]
    [TestCase(true, -0.7156, 4.6044)]
    public void Individual_values_with_and_without_screening(bool screen, double lower, double upper)
    {
        var analysis = Series.Judge(
            Plain with { Rules = RuleSet.MakingDataCount, ScreenMovingRanges = screen }, 1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1);
        Lines(analysis.Points[0], 1.9444, lower, upper, 5e-5);
        Assert.That(analysis.Settings.ScreenMovingRanges, Is.EqualTo(screen));
    }

    [Test]
    public void Counts() => Lines(Series.Judge(Plain with { Type = ChartType.C }, 19, 17, 22, 15, 18, 20).Points[0], 18.5, 5.597, 31.403, 5e-4);

    [Test]
    public void Proportions_and_what_they_vary_beyond_chance()
    {
        var points = Quotients([12, 15, 9, 14, 20, 18, 22, 25, 24, 27], [40, 42, 38, 41, 45, 40, 44, 46, 43, 45]);
        var plain = Analyser.Analyse(points, Plain with { Type = ChartType.P });
        var prime = Analyser.Analyse(points, Plain with { Type = ChartType.PPrime });
        Lines(plain.Points[0], .438679, .2033, .6741, 5e-5);
        Lines(plain.Points[9], .438679, .2168, .6606, 5e-5);
        Assert.That((prime.Points[0].Upper - prime.Points[0].Centre) / (plain.Points[0].Upper - plain.Points[0].Centre), Is.EqualTo(.673095).Within(5e-7));
    }

    [Test]
    public void Rates_in_plotted_units()
    {
        var points = Quotients([4, 3, 5, 2, 3, 4, 1, 2, 1, 0, 1, 0], [310, 295, 340, 280, 305, 320, 300, 290, 310, 315, 298, 305]);
        var analysis = Analyser.Analyse(points, Plain with { Type = ChartType.U, Kind = MeasureKind.Rate, Multiplier = 1000 });
        Lines(analysis.Points[0], 7.0883, 0, 21.43, 5e-3);
        Lines(analysis.Points[11], 7.0883, 0, 21.55, 5e-3);
    }

    [Test]
    public void Cases_between_events() =>
        Lines(Series.Judge(Plain with { Type = ChartType.G }, 12, 30, 5, 44, 18, 27, 60, 9, 33, 21).Points[0], 24, 0, 105.086, 5e-4);

    [Test]
    public void A_given_mean_of_cases_between_draws_the_median_that_goes_with_it() =>
        Lines(Series.Judge(Plain with { Type = ChartType.G, FixedCentre = 25.9 }, 12, 30, 5, 44).Points[0], 17.949, 0, 105.086, 5e-4);

    [TestCase(RuleSet.Shewhart3Sigma, .2988, 60.3727)]
    [TestCase(RuleSet.MakingDataCount, .2985, 60.3861)]
    public void Time_between_events(RuleSet rules, double lower, double upper) =>
        Lines(Series.Judge(Plain with { Type = ChartType.T, Rules = rules }, 3, 8, 12, 5, 20, 9, 15, 30, 7, 11).Points[0], 10.4555, lower, upper, 5e-5);

    /// <summary>c4 and what follows from it: A3 = 3/(c4 √n), B3 and B4 = 1 ∓ 3 √(1-c4²)/c4.</summary>
    [TestCase(2, 2.659, 0, 3.267)]
    [TestCase(5, 1.427, 0, 2.089)]
    [TestCase(10, 0.975, 0.284, 1.716)]
    [TestCase(25, 0.606, 0.565, 1.435)]
    public void Means_and_deviations_of_subgroups(int size, double a3, double b3, double b4)
    {
        var points = new ChartPoint[] { new("1", 10, Size: size, Deviation: 1), new("2", 12, Size: size, Deviation: 1) };
        Lines(Analyser.Analyse(points, Plain with { Type = ChartType.Xbar }).Points[0], 11, 11 - a3, 11 + a3, 5e-4);
        Lines(Analyser.Analyse(points, Plain with { Type = ChartType.S }).Points[0], 1, b3, b4, 6e-4);
    }

    [Test]
    public void The_long_series_for_large_subgroups_joins_the_exact_one() =>
        Assert.That(SubgroupShare(1001), Is.EqualTo(SubgroupShare(1000) + ((SubgroupShare(1000) - SubgroupShare(999)) * 0.998)).Within(1e-11));

    private static double SubgroupShare(int size)
    {
        var point = new ChartPoint("1", 0, Size: size, Deviation: 1);
        return 3 / (Analyser.Analyse([point, point with { Label = "2" }], Plain with { Type = ChartType.Xbar }).Points[0].Upper!.Value * Math.Sqrt(size));
    }

    [Test]
    public void A_subgroup_of_several_observations_has_their_mean_and_their_deviation()
    {
        Assert.Multiple(() =>
        {
            Assert.That(ChartPoint.OfSubgroup("a", [2, 4, 9]), Is.EqualTo(new ChartPoint("a", 5, Size: 3, Deviation: Math.Sqrt(13))));
            Assert.That(ChartPoint.OfSubgroup("b", [7]), Is.EqualTo(new ChartPoint("b", 7, Size: 1)));
            Assert.That(ChartPoint.OfSubgroup("c", []), Is.EqualTo(new ChartPoint("c")));
        });
    }

    [Test]
    public void A_gap_breaks_a_moving_range_and_an_excluded_point_closes_up()
    {
        var closed = Series.Judge(Plain, 10, 12, 14);
        var broken = Series.Judge(Plain, 10, 12, null, 14);
        var excluded = Series.Judge(Plain with { Excluded = ["2024-03"] }, 10, 12, 90, 14);
        Assert.Multiple(() =>
        {
            Assert.That(broken.Points[0].Upper, Is.EqualTo(12 + (3 * 2 / 1.128)).Within(1e-12), "one range of 2");
            Assert.That(excluded.Points[0].Upper, Is.EqualTo(closed.Points[0].Upper));
            Assert.That(Series.Marked(excluded, SignalRule.OutsideLimits), Is.EqualTo(new[] { 3 }), "an excluded point is still seen to lie outside");
            Assert.That(Series.Judge(Plain with { Type = ChartType.Mr }, 10, 12, null, 14, 15).Points.Select(point => point.Value), Is.EqualTo(new double?[] { null, 2, null, null, 1 }));
        });
    }

    [Test]
    public void Screening_that_would_leave_only_ranges_of_zero_is_not_done()
    {
        double?[] values = [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6];
        var screened = Series.Judge(Plain with { ScreenMovingRanges = true }, values);
        Assert.That(screened.Points[0].Upper, Is.EqualTo(Series.Judge(Plain, values).Points[0].Upper));
        Assert.That(screened.Points[0].Upper, Is.GreaterThan(screened.Points[0].Centre!.Value));
    }

    [Test]
    public void Each_phase_has_its_own_limits_and_may_freeze_them()
    {
        double?[] values = [1, 2, 1, 2, 1, 2, 11, 12, 11, 12, 30, 30];
        var analysis = Series.Judge(Plain with { Phases = [new("2024-07", 4, "a new way of working")] }, values);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Phases.Select(phase => phase.Centre), Is.EqualTo(new[] { 1.5, 11.5 }));
            Assert.That(analysis.Phases[1], Has.Property("FrozenTo").EqualTo("2024-10").And.Property("Limits").EqualTo(LimitsStanding.Trial));
            Assert.That(Series.Marked(analysis, SignalRule.OutsideLimits), Is.EqualTo(new[] { 11, 12 }));
        });
    }

    [TestCase(11, LimitsStanding.Trial)]
    [TestCase(12, LimitsStanding.Usable)]
    [TestCase(20, LimitsStanding.Firm)]
    public void Few_points_make_trial_limits(int points, LimitsStanding standing)
    {
        var analysis = Series.Judge(Plain, [.. Enumerable.Range(0, points).Select(i => (double?)(i % 3))]);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Phases[0].Limits, Is.EqualTo(standing));
            Assert.That(analysis.Statistics.Note, standing == LimitsStanding.Trial ? Does.StartWith("These are trial limits: they rest on 11 points;") : Is.Null);
            Assert.That(analysis.Statistics.Signal, Is.False);
        });
    }

    [TestCase(ChartType.Xmr, new double[0], "There are no figures to judge yet.")]
    [TestCase(ChartType.Xmr, new double[] { 4 }, "There are not two neighbouring figures yet, so there is no variation to draw limits from.")]
    [TestCase(ChartType.P, new double[] { 4, 5 }, "These limits need a numerator and a denominator for each point.")]
    [TestCase(ChartType.Xbar, new double[] { 4, 5 }, "These limits need at least two observations behind a point.")]
    public void Without_limits_nothing_is_judged(ChartType type, double[] values, string note)
    {
        var analysis = Series.Judge(Plain with { Type = type }, [.. values]);
        Assert.That((analysis.Statistics.Signal, analysis.Statistics.Note), Is.EqualTo(((bool?)null, note)));
    }

    [Test]
    public void Limits_are_clipped_to_what_a_figure_can_be()
    {
        var points = Quotients([9, 10, 10, 9, 10, 10], [10, 10, 10, 10, 10, 10]);
        var percent = Analyser.Analyse(points, Plain with { Type = ChartType.P, Kind = MeasureKind.Proportion, Multiplier = 100 });
        Assert.Multiple(() =>
        {
            Assert.That(percent.Points[0].Upper, Is.EqualTo(100));
            Assert.That(Analyser.Analyse(points, Plain with { Multiplier = 100 }).Points[0].Upper, Is.GreaterThan(100), "individual values are not clipped");
        });
    }

    [Test]
    public void A_gap_has_no_limits_where_limits_depend_on_the_point()
    {
        ChartPoint[] points = [new("1", null, 5, 10), new("2", null, 0, 0), new("3", null, null, 20), new("4", null, 6, 10), new("5", null, 4, 10)];
        foreach (var type in new[] { ChartType.P, ChartType.PPrime, ChartType.U, ChartType.UPrime, ChartType.IPrime })
        {
            var limits = Analyser.Analyse(points, Plain with { Type = type }).Points.Select(point => point.Upper is not null);
            Assert.That(limits, Is.EqualTo(new[] { true, false, false, true, true }), $"{type}");
        }
    }

    [Test]
    public void Figures_at_the_ends_of_a_double_have_no_limits_rather_than_infinite_ones() =>
        Assert.That(Series.Judge(Plain, 1e308, -1e308, 1e308).Points[0].Upper, Is.Null);

    [TestCase(ChartType.T, 0, null, null, "time greater than 0")]
    [TestCase(ChartType.C, -1, null, null, "count is negative")]
    [TestCase(ChartType.P, null, 3, 2, "numerators from 0 to the denominator")]
    [TestCase(ChartType.Xmr, null, 3, -2, "denominator is negative")]
    [TestCase(ChartType.Xmr, null, 3, 0, "denominator of 0 is impossible")]
    [TestCase(ChartType.Xmr, double.NaN, null, null, "not a finite number")]
    public void Figures_that_a_chart_cannot_take_are_named(ChartType type, double? value, double? numerator, double? denominator, string why)
    {
        var point = new ChartPoint("1", value, numerator, denominator);
        Assert.Multiple(() =>
        {
            Assert.That(ChartFigures.WhyNot(point, type), Does.Contain(why));
            Assert.That(() => Analyser.Analyse([point], Plain with { Type = type }), Throws.ArgumentException.With.Message.Contains(why));
        });
    }

    [Test]
    public void Run_rules_and_limits_do_not_mix()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => Series.Judge(Plain with { Rules = RuleSet.Perla }, 1, 2), Throws.ArgumentException);
            Assert.That(() => Series.Judge(new() { Rules = RuleSet.Nelson }, 1, 2), Throws.ArgumentException);
            Assert.That(new AnalysisSettings { Type = ChartType.G }.Rules, Is.EqualTo(RuleSet.Shewhart3Sigma));
            Assert.That(new AnalysisSettings { Type = ChartType.G }.ScreenMovingRanges, Is.Null);
            Assert.That(new AnalysisSettings { Type = ChartType.Xmr }.ScreenMovingRanges, Is.True);
        });
    }

    [TestCase(MeasureKind.Proportion, null, 50, ChartType.P)]
    [TestCase(MeasureKind.Proportion, null, 2000, ChartType.PPrime)]
    [TestCase(MeasureKind.Proportion, Aggregate.Pooled, 50, ChartType.PPrime)]
    [TestCase(MeasureKind.Proportion, Aggregate.MedianOfTeams, 50, ChartType.Xmr)]
    [TestCase(MeasureKind.Rate, null, 300, ChartType.U)]
    [TestCase(MeasureKind.Rate, Aggregate.Pooled, 300, ChartType.UPrime)]
    [TestCase(MeasureKind.Ratio, null, 50, ChartType.Xmr)]
    [TestCase(MeasureKind.Count, null, 50, ChartType.C)]
    [TestCase(MeasureKind.Count, Aggregate.Pooled, 50, ChartType.Xmr)]
    [TestCase(MeasureKind.Mean, null, 50, ChartType.Xmr)]
    [TestCase(MeasureKind.Median, null, 50, ChartType.Xmr)]
    [TestCase(MeasureKind.DaysBetween, null, 50, ChartType.T)]
    [TestCase(MeasureKind.CasesBetween, null, 50, ChartType.G)]
    public void The_engine_chooses_by_kind_and_says_why(MeasureKind kind, Aggregate? aggregate, double denominator, ChartType type)
    {
        var points = Quotients([12, 15, 9, 14, 12], [denominator, denominator, denominator, denominator, denominator]);
        var analysis = Analyser.Analyse(points, new() { Type = ChartType.Auto, Kind = kind, Aggregate = aggregate });
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Settings.Type, Is.EqualTo(type));
            Assert.That(analysis.TypeReason, Does.EndWith("."));
        });
    }

    [Test]
    public void The_choice_sees_more_variation_than_chance_subgroups_and_events_on_one_day()
    {
        var wide = Quotients([5, 40, 4, 38, 6, 41], [50, 50, 50, 50, 50, 50]);
        Assert.Multiple(() =>
        {
            Assert.That(ChartChoice.For(wide, new() { Kind = MeasureKind.Proportion }).Type, Is.EqualTo(ChartType.PPrime));
            Assert.That(ChartChoice.For([ChartPoint.OfSubgroup("1", [1, 2, 3])], new() { Kind = MeasureKind.Mean }).Type, Is.EqualTo(ChartType.Xbar));
            Assert.That(ChartChoice.For(Series.Of(3, 0, 5), new() { Kind = MeasureKind.DaysBetween }).Type, Is.EqualTo(ChartType.G));
            Assert.That(ChartChoice.For(Series.Of(30, 40), new() { Kind = MeasureKind.Proportion }).Type, Is.EqualTo(ChartType.Xmr));
            Assert.That(ChartChoice.For(Quotients([3, 9], [9, 8]), new() { Kind = MeasureKind.Proportion }).Type, Is.EqualTo(ChartType.Xmr), "9 of 8 is no share");
            Assert.That(ChartChoice.For(Series.Of(-3, 5), new() { Kind = MeasureKind.DaysBetween }).Type, Is.EqualTo(ChartType.Xmr));
        });
    }
}
