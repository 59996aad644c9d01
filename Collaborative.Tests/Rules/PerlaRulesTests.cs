using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class PerlaRulesTests
{
    /// <summary>Golden vector 7 of the field's documents.</summary>
    private static readonly double?[] RunChartA = [70, 72, 68, 71, 69, 73, 70, 75, 78, 80, 82, 81, 84, 86, 85, 88];

    private static readonly AnalysisSettings AboutZero = Series.RulesAlone with { FixedCentre = 0 };

    [Test]
    public void A_rising_series_has_two_shifts_a_trend_and_too_few_runs()
    {
        var analysis = Series.Judge(Series.Perla, RunChartA);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Phases[0].Centre, Is.EqualTo(76.5));
            Assert.That(
                analysis.Statistics,
                Is.EqualTo(new PhaseStatistics(16, 16, 8, 7, 1, 4, 2, 5, 13, true, null)));
            Assert.That(analysis.Signals, Is.EqualTo(new Signal[]
            {
                new(SignalRule.Shift, "2024-01", "2024-08", 0, 7, SignalDirection.Down, SignalMeaning.Concern),
                new(SignalRule.Shift, "2024-09", "2025-04", 8, 15, SignalDirection.Up, SignalMeaning.Improvement),
                new(SignalRule.Trend, "2024-07", "2024-11", 6, 10, SignalDirection.Up, SignalMeaning.Improvement),
                new(SignalRule.TooFewRuns, "2024-01", "2025-04", 0, 15, null, SignalMeaning.Neutral),
            }));
            Assert.That(analysis.Points[15].Signals, Is.EqualTo(new[] { SignalRule.Shift }));
            Assert.That(analysis.Points[15].Meaning, Is.EqualTo(SignalMeaning.Improvement));
        });
    }

    [Test]
    public void A_frozen_median_judges_the_later_points_by_the_baseline()
    {
        var analysis = Series.Judge(Series.Perla with { FreezePositions = 7 }, RunChartA);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Phases[0].Centre, Is.EqualTo(70));
            Assert.That(analysis.Phases[0].FrozenFrom, Is.EqualTo("2024-01"));
            Assert.That(analysis.Phases[0].FrozenTo, Is.EqualTo("2024-07"));
            Assert.That(analysis.Phases[0].Reason, Is.EqualTo("baseline"));
            Assert.That(analysis.Statistics.Useful, Is.EqualTo(14));
            Assert.That(analysis.Statistics.Runs, Is.EqualTo(5));
            Assert.That(analysis.Statistics.LongestRun, Is.EqualTo(10));
            Assert.That(Series.Marked(analysis, SignalRule.Shift), Is.EqualTo(new[] { 6, 8, 9, 10, 11, 12, 13, 14, 15, 16 }));
            Assert.That(analysis.Statistics.Note, Is.EqualTo("The baseline median rests on 7 points; with fewer than 10 it is unsteady."));
        });
    }

    [Test]
    public void Points_on_the_median_neither_add_nor_break_a_run()
    {
        var shift = Series.Judge(AboutZero, 1, 1, 1, 1, 1, 0, 0, 1);
        var five = Series.Judge(AboutZero, 1, 1, 1, 1, 1, 0, 0, -1, -1, -1, -1, -1);
        Assert.Multiple(() =>
        {
            Assert.That(Series.Marked(shift, SignalRule.Shift), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 8 }));
            Assert.That((shift.Signals[0].FromIndex, shift.Signals[0].ToIndex), Is.EqualTo((0, 7)));
            Assert.That(Series.Rules(five), Does.Not.Contain(SignalRule.Shift));
        });
    }

    [Test]
    public void A_gap_neither_adds_to_a_run_nor_breaks_it()
    {
        var analysis = Series.Judge(AboutZero, 1, 2, 1, 2, 1, null, 0, 1);
        Assert.Multiple(() =>
        {
            Assert.That(Series.Marked(analysis, SignalRule.Shift), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 8 }));
            Assert.That(analysis.Points[5].Value, Is.Null);
            Assert.That(analysis.Points[5].Useful, Is.False);
            Assert.That(analysis.Points[5].Centre, Is.EqualTo(0));
        });
    }

    [Test]
    public void The_middle_of_two_equal_fractions_counts_as_on_the_line()
    {
        var near = 0.1 + 0.2;
        var analysis = Series.Judge(AboutZero with { FixedCentre = 0.3 }, near, near, near, 0.3, 0.4, 0.3 * (1 + 1e-11));
        Assert.That(analysis.Points.Select(point => point.Useful), Is.EqualTo(new[] { false, false, false, false, true, true }));
    }

    private static IEnumerable<TestCaseData> Trends()
    {
        yield return new(new double?[] { 1, 2, 3, 4 }, Array.Empty<string>());
        yield return new(new double?[] { 1, 2, 3, 4, 5 }, new[] { "1-5" });
        yield return new(new double?[] { 1, 2, 3, 4, 4, 5 }, new[] { "1-6" });
        yield return new(new double?[] { 1, 2, 3, 4, null, 5 }, new[] { "1-6" });
        yield return new(new double?[] { 1, 2, 3, 3, 4 }, Array.Empty<string>());
        yield return new(new double?[] { 5, 6, 6, 5, 5, 6, 7, 8, 9 }, new[] { "4-9" });
        yield return new(new double?[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2, 1 }, new[] { "1-9", "9-17" });
        yield return new(new double?[] { 3, 3, 3, 4, 5, 6, 7, 7 }, new[] { "3-8" });
        yield return new(new double?[] { 9, 7, 5, 3, -1 }, new[] { "1-5" });
        yield return new(new double?[] { 2, 2, 2 }, Array.Empty<string>());
    }

    [TestCaseSource(nameof(Trends))]
    public void A_trend_is_five_levels_one_way_and_turning_points_belong_to_both(double?[] values, string[] expected)
    {
        var analysis = Series.Judge(AboutZero with { FixedCentre = 4.5 }, values);
        var trends = analysis.Signals.Where(signal => signal.Rule == SignalRule.Trend).Select(signal => $"{signal.FromIndex + 1}-{signal.ToIndex + 1}");
        Assert.That(trends, Is.EqualTo(expected));
    }

    [Test]
    public void The_point_at_the_turn_between_two_trends_means_neither()
    {
        var analysis = Series.Judge(AboutZero with { FixedCentre = 4.5, Thresholds = new(99, 5, 1, 1) }, 1, 2, 3, 4, 5, 4, 3, 2, 1);
        Assert.That(
            analysis.Points.Select(point => point.Meaning),
            Is.EqualTo(Enumerable.Repeat<SignalMeaning?>(SignalMeaning.Improvement, 4)
                .Append(SignalMeaning.Neutral)
                .Concat(Enumerable.Repeat<SignalMeaning?>(SignalMeaning.Concern, 4))));
    }

    [Test]
    public void A_shift_outweighs_a_trend_that_says_the_opposite()
    {
        var analysis = Series.Judge(AboutZero, 9, 8, 7, 6, 5, 4, 3);
        Assert.Multiple(() =>
        {
            Assert.That(Series.Rules(analysis), Is.EqualTo(new[] { SignalRule.Shift, SignalRule.Trend }));
            Assert.That(analysis.Points[3].Meaning, Is.EqualTo(SignalMeaning.Improvement));
        });
    }

    [TestCase(Direction.Increase, SignalMeaning.Improvement)]
    [TestCase(Direction.Decrease, SignalMeaning.Concern)]
    [TestCase(Direction.Neutral, SignalMeaning.Neutral)]
    public void What_a_rise_means_depends_on_the_direction_of_good(Direction good, SignalMeaning meaning)
    {
        var analysis = Series.Judge(AboutZero with { Direction = good }, 1, 2, 1, 2, 1, 2);
        Assert.That(analysis.Signals.Single().Meaning, Is.EqualTo(meaning));
    }

    [Test]
    public void Thresholds_can_be_set()
    {
        var settings = AboutZero with { Thresholds = new(Shift: 8, Trend: 6, MinimumPoints: 1, MinimumBaseline: 10) };
        Assert.Multiple(() =>
        {
            Assert.That(Series.Judge(settings, 1, 2, 3, 4, 5, 1, 2).Signals, Is.Empty);
            Assert.That(Series.Judge(settings, 1, 2, 3, 4, 5, 6).Signals.Single().Rule, Is.EqualTo(SignalRule.Trend));
            Assert.That(Series.Judge(settings, 1, 2, 1, 2, 1, 2, 1, 2).Signals.Single().Rule, Is.EqualTo(SignalRule.Shift));
        });
    }

    [Test]
    public void An_alternating_series_has_too_many_runs()
    {
        var analysis = Series.Judge(Series.Perla, 1, 9, 2, 8, 1, 9, 2, 8, 1, 9);
        Assert.Multiple(() =>
        {
            Assert.That(Series.Rules(analysis), Is.EqualTo(new[] { SignalRule.TooManyRuns }));
            Assert.That(analysis.Statistics, Is.EqualTo(new PhaseStatistics(10, 10, 1, 6, 9, 2, 10, 3, 9, true, null)));
            Assert.That(analysis.Points.Select(point => point.Meaning), Is.All.Null);
        });
    }

    [Test]
    public void An_astronomical_point_is_what_a_person_says_it_is()
    {
        var analysis = Series.Judge(
            Series.Perla with { Astronomical = ["2024-05"] }, 4, 6, 5, 4, 40, 6, 4, 5, 6, 4, 6);
        Assert.Multiple(() =>
        {
            Assert.That(
                analysis.Signals,
                Is.EqualTo(new Signal[] { new(SignalRule.Astronomical, "2024-05", "2024-05", 4, 4, SignalDirection.Up, SignalMeaning.Improvement) }));
            Assert.That(Series.Judge(Series.Perla, 4, 6, 5, 4, 40, 6, 4, 5, 6, 4, 6).Signals, Is.Empty);
        });
    }

    [Test]
    public void Fewer_than_ten_points_are_counted_but_not_judged()
    {
        var analysis = Series.Judge(Series.Perla, 1, 2, 3, 4, 5, 6, null, 7, 8, 9);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Signals, Is.Empty);
            Assert.That(analysis.Statistics.Signal, Is.Null);
            Assert.That(analysis.Statistics.Points, Is.EqualTo(9));
            Assert.That(analysis.Statistics.Useful, Is.EqualTo(8));
            Assert.That(analysis.Statistics.LongestRun, Is.EqualTo(4));
            Assert.That(analysis.Statistics.Note, Is.EqualTo("Only 9 points so far; the rules need at least 10, so no signal is looked for."));
        });
    }

    [Test]
    public void More_than_half_on_the_median_silences_the_rules_and_suggests_a_time_between_chart()
    {
        double?[] rare = [0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 1, 1, 1, 0, 1];
        var analysis = Series.Judge(Series.Perla, rare);
        var half = Series.Judge(Series.Perla, 5, 5, 5, 5, 5, 1, 9, 1, 9, 9);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Phases[0].Centre, Is.EqualTo(0));
            Assert.That(analysis.Statistics.Signal, Is.Null);
            Assert.That(analysis.Statistics.Useful, Is.EqualTo(6));
            Assert.That(analysis.Signals, Is.Empty);
            Assert.That(analysis.Statistics.Note, Does.StartWith("10 of 16 points lie on the median").And.Contains("time"));
            Assert.That(half.Statistics.Signal, Is.False, "exactly half on the median is not more than half");
        });
    }

    [TestCase(MeasureKind.Proportion, 100d, true)]
    [TestCase(MeasureKind.Proportion, 0d, true)]
    [TestCase(MeasureKind.Count, 0d, true)]
    [TestCase(MeasureKind.Count, 100d, false)]
    [TestCase(MeasureKind.Mean, 0d, false)]
    public void More_than_half_at_the_end_of_the_scale_silences_the_rules(MeasureKind kind, double extreme, bool silent)
    {
        double?[] values = [50, 40, 60, 50, 40, extreme, extreme, extreme, extreme, extreme, extreme, extreme];
        var analysis = Series.Judge(Series.Perla with { Kind = kind, FixedCentre = 50 }, values);
        Assert.That(analysis.Statistics.Signal is null, Is.EqualTo(silent));
    }

    [Test]
    public void A_series_of_equal_values_has_no_useful_point_and_no_signal()
    {
        var analysis = Series.Judge(Series.Perla, [.. Enumerable.Repeat((double?)5, 24)]);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Signals, Is.Empty);
            Assert.That(analysis.Statistics with { Note = null }, Is.EqualTo(new PhaseStatistics(24, 0, null, null, null, null, 0, null, null, null, null) { Reason = Silence.OnTheMedian }));
        });
    }

    [Test]
    public void A_baseline_without_figures_leaves_nothing_to_judge_by()
    {
        var analysis = Series.Judge(Series.Perla with { FreezePositions = 2 }, null, null, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Phases[0].Centre, Is.Null);
            Assert.That(analysis.Statistics.Signal, Is.Null);
            Assert.That(analysis.Statistics.Note, Is.EqualTo("The baseline has no figures, so there is no median to judge by."));
        });
    }

    [Test]
    public void A_baseline_counts_positions_gaps_included_and_beyond_the_series_means_none()
    {
        double?[] values = [1, null, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21];
        Assert.Multiple(() =>
        {
            Assert.That(Series.Judge(Series.Perla with { FreezePositions = 3 }, values).Phases[0].Centre, Is.EqualTo(2));
            Assert.That(Series.Judge(Series.Perla with { FreezePositions = 13 }, values).Phases[0].Centre, Is.EqualTo(11));
            Assert.That(Series.Judge(Series.Perla with { FreezePositions = 13 }, values).Phases[0].FrozenTo, Is.Null);
            Assert.That(Series.Judge(Series.Perla with { FreezePositions = 12 }, values).Phases[0].FrozenTo, Is.EqualTo("2024-12"));
        });
    }

    [Test]
    public void Each_phase_has_its_own_median_its_own_freeze_and_its_own_rules()
    {
        double?[] first = [10, 12, 9, 13, 8, 12, 9, 11, 10, 12];
        double?[] second = [20, 22, 19, 30, 31, 32, 30, 33, 31, 32];
        var analysis = Series.Judge(
            Series.Perla with { FreezePositions = 5, Phases = [new PhaseStart("2024-11", 3, "new pathway")] }, [.. first, .. second]);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Phases.Select(phase => phase.Centre), Is.EqualTo(new double?[] { 10.5, 20 }));
            Assert.That(analysis.Phases.Select(phase => phase.FrozenTo), Is.EqualTo(new[] { null, "2025-01" }));
            Assert.That(analysis.Phases.Select(phase => phase.Reason), Is.EqualTo(new[] { null, "new pathway" }));
            Assert.That(analysis.Points.Select(point => point.Phase), Is.EqualTo(Enumerable.Repeat(1, 10).Concat(Enumerable.Repeat(2, 10))));
            Assert.That(Series.Marked(analysis, SignalRule.Shift), Is.EqualTo(new[] { 14, 15, 16, 17, 18, 19, 20 }));
            Assert.That(analysis.Statistics, Is.EqualTo(analysis.Phases[1].Statistics));
        });
    }

    [Test]
    public void An_excluded_point_is_shown_but_takes_no_part()
    {
        var analysis = Series.Judge(Series.Perla with { Excluded = ["2024-03"] }, 1, 2, 99, 3, 1, 2, 3, 1, 2, 3, 1);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Points[2].Value, Is.EqualTo(99));
            Assert.That(analysis.Points[2].Excluded, Is.True);
            Assert.That(analysis.Points[2].Useful, Is.False);
            Assert.That(analysis.Statistics.Points, Is.EqualTo(10));
            Assert.That(analysis.Phases[0].Centre, Is.EqualTo(2));
        });
    }

    [Test]
    public void An_empty_series_is_answered_not_refused()
    {
        var analysis = Series.Judge(Series.Perla);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Points, Is.Empty);
            Assert.That(analysis.Phases, Is.Empty);
            Assert.That(analysis.Statistics.Note, Is.EqualTo("There are no figures to judge yet."));
        });
    }

    [Test]
    public void Labels_that_the_series_lacks_and_figures_that_cannot_be_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => Series.Judge(Series.Perla with { Excluded = ["2030-01"] }, 1, 2), Throws.ArgumentException);
            Assert.That(() => Series.Judge(Series.Perla with { Phases = [new("2030-01")] }, 1, 2), Throws.ArgumentException);
            Assert.That(() => Series.Judge(Series.Perla with { Phases = [new("2024-02"), new("2024-01")] }, 1, 2), Throws.ArgumentException);
            Assert.That(() => Series.Judge(Series.Perla, double.NaN), Throws.ArgumentException);
            Assert.That(() => Series.Judge(Series.Perla, double.PositiveInfinity), Throws.ArgumentException);
            Assert.That(() => Analyser.Analyse([new("a", null, 2, 0)], Series.Perla), Throws.ArgumentException);
        });
    }
}
