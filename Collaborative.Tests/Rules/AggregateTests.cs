using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class AggregateTests
{
    /// <summary>Golden vector 11 of the field's documents: five teams, one month.</summary>
    private static TeamSeries FiveTeams() => OneMonth(
        MeasureKind.Proportion, 100, new(9, 10), new(45, 60), new(100, 200), new(3, 3), new(0, 0));

    [Test]
    public void Pooled_mean_and_median_of_five_teams()
    {
        var pooled = Aggregator.Compute(FiveTeams(), Aggregate.Pooled);
        var mean = Aggregator.Compute(FiveTeams(), Aggregate.MeanOfTeams).Points[0];
        var median = Aggregator.Compute(FiveTeams(), Aggregate.MedianOfTeams).Points[0];
        Assert.Multiple(() =>
        {
            Assert.That(pooled.Points[0].Value, Is.EqualTo(157.0 / 273 * 100));
            Assert.That(pooled.Points[0].Value, Is.EqualTo(57.5).Within(0.05));
            Assert.That((pooled.Points[0].Numerator, pooled.Points[0].Denominator), Is.EqualTo((157.0, 273.0)));
            Assert.That(pooled.Basis, Is.EqualTo(PoolingBasis.Quotient));
            Assert.That(mean.Value, Is.EqualTo(78.75));
            Assert.That(median.Value, Is.EqualTo(82.5));
            Assert.That((median.Minimum, median.LowerQuartile, median.UpperQuartile, median.Maximum), Is.EqualTo((50.0, 68.75, 92.5, 100.0)));
            Assert.That(new[] { pooled.Points[0].TeamsContributing, mean.TeamsContributing, median.TeamsContributing }, Is.All.EqualTo(4));
        });
    }

    [TestCase(MeasureKind.Median, Aggregate.Pooled, false)]
    [TestCase(MeasureKind.Median, Aggregate.MeanOfTeams, true)]
    [TestCase(MeasureKind.Median, Aggregate.MedianOfTeams, true)]
    [TestCase(MeasureKind.DaysBetween, Aggregate.MeanOfTeams, false)]
    [TestCase(MeasureKind.CasesBetween, Aggregate.MeanOfTeams, false)]
    [TestCase(MeasureKind.CasesBetween, Aggregate.Pooled, true)]
    [TestCase(MeasureKind.Count, Aggregate.Pooled, true)]
    public void Some_aggregates_are_not_defined(MeasureKind kind, Aggregate aggregate, bool defined)
    {
        Assert.Multiple(() =>
        {
            Assert.That(AggregateRules.IsDefined(kind, aggregate), Is.EqualTo(defined));
            Assert.That(
                () => Aggregator.Compute(new(kind, 1, 1, 1), aggregate), defined ? Throws.Nothing : Throws.ArgumentException);
        });
    }

    [Test]
    public void Means_pool_weighted_by_their_number_and_a_mean_without_one_stays_out()
    {
        var series = OneMonth(
            MeasureKind.Mean, 1, new(Value: 4, N: 10), new(Value: 10, N: 30), new(Value: 1000), new(Numerator: 60, Denominator: 10));
        var pooled = Aggregator.Compute(series, Aggregate.Pooled);
        Assert.Multiple(() =>
        {
            Assert.That(pooled.Points[0].Value, Is.EqualTo((40.0 + 300 + 60) / 50));
            Assert.That(pooled.Points[0].TeamsContributing, Is.EqualTo(3));
            Assert.That(pooled.Basis, Is.EqualTo(PoolingBasis.WeightedMean));
            Assert.That(Aggregator.Compute(series, Aggregate.MeanOfTeams).Points[0].Value, Is.EqualTo((4.0 + 10 + 1000 + 6) / 4));
        });
    }

    [Test]
    public void Gaps_pool_over_all_events_and_the_median_is_of_the_teams_mean_gaps()
    {
        var series = OneMonth(
            MeasureKind.DaysBetween, 1, new(Gaps: [10, 20, 30]), new(Gaps: [100]), new(Gaps: []), new(Value: 5, N: 4), new(Value: 7));
        var pooled = Aggregator.Compute(series, Aggregate.Pooled).Points[0];
        var median = Aggregator.Compute(series, Aggregate.MedianOfTeams).Points[0];
        Assert.Multiple(() =>
        {
            Assert.That(pooled.Value, Is.EqualTo((60.0 + 100 + 20) / 8));
            Assert.That(pooled.TeamsContributing, Is.EqualTo(3));
            Assert.That(median.Value, Is.EqualTo((7.0 + 20) / 2), "of 5, 7, 20 and 100");
        });
    }

    [Test]
    public void Counts_are_summed_while_the_same_teams_contribute_and_averaged_otherwise()
    {
        var constant = Months(MeasureKind.Count, [[3, null, 5], [4, null, 6]]);
        var changing = Months(MeasureKind.Count, [[3, null, 5], [4, 2, null]]);
        Assert.Multiple(() =>
        {
            var sum = Aggregator.Compute(constant, Aggregate.Pooled);
            Assert.That(sum.Basis, Is.EqualTo(PoolingBasis.Sum));
            Assert.That(sum.Points.Select(point => point.Value), Is.EqualTo(new double?[] { 7, null, 11 }));
            var mean = Aggregator.Compute(changing, Aggregate.Pooled);
            Assert.That(mean.Basis, Is.EqualTo(PoolingBasis.MeanPerTeam));
            Assert.That(mean.Points.Select(point => point.Value), Is.EqualTo(new double?[] { 3.5, 2, 5 }));
            Assert.That(mean.Points.Select(point => point.TeamsContributing), Is.EqualTo(new[] { 2, 1, 1 }));
        });
    }

    [Test]
    public void The_fixed_cohort_is_the_teams_that_contribute_in_nine_tenths_of_the_months()
    {
        var nine = Enumerable.Range(0, 10).Select(i => i == 4 ? null : (double?)10).ToArray();
        var eight = Enumerable.Range(0, 10).Select(i => i > 7 ? null : (double?)99).ToArray();
        var series = Months(MeasureKind.Mean, [nine, eight, [.. Enumerable.Repeat((double?)20, 10)]]);
        var all = Aggregator.Compute(series, Aggregate.MeanOfTeams);
        var cohort = Aggregator.Compute(series, Aggregate.MeanOfTeams, Cohort.Fixed);
        Assert.Multiple(() =>
        {
            Assert.That(cohort.InCohort, Is.EqualTo(new[] { true, false, true }));
            Assert.That(cohort.Points[0].Value, Is.EqualTo(15));
            Assert.That(cohort.Points[4].Value, Is.EqualTo(20));
            Assert.That(all.Points[0].Value, Is.EqualTo(43));
        });
    }

    [Test]
    public void A_month_whose_teams_differ_by_more_than_a_tenth_from_the_baselines_says_so()
    {
        // Teams 1 to 10 are the baseline's. Team 10 misses month 3, teams 9 and 10 month 4; in month 5 two new ones stand in for those,
        // in month 6 they come on top, and nobody has figures in month 7.
        var rows = Enumerable.Range(1, 12).Select(team => Enumerable.Range(1, 7).Select(month => (team, month) switch
        {
            (_, 7) or (10, 3) or (9 or 10, 4 or 5) => null,
            (11 or 12, not (5 or 6)) => null,
            _ => (double?)1,
        }).ToArray()).ToArray();
        var points = Aggregator.Compute(Months(MeasureKind.Mean, rows), Aggregate.MeanOfTeams, baselineMonths: 2).Points;
        Assert.Multiple(() =>
        {
            Assert.That(points.Select(point => point.CohortChanged), Is.EqualTo(new[] { false, false, false, true, true, true, false }));
            Assert.That(points.Select(point => point.TeamsContributing), Is.EqualTo(new[] { 10, 10, 9, 8, 10, 12, 0 }));
        });
    }

    [Test]
    public void The_order_of_the_teams_changes_no_digit()
    {
        var random = new Random(20110120);
        var figures = Enumerable.Range(0, 160)
            .Select(_ => new TeamMonth(Value: Math.Pow(10, (random.NextDouble() * 16) - 8), N: random.Next(1, 500))).ToArray();
        foreach (var aggregate in Enum.GetValues<Aggregate>())
        {
            var first = Aggregator.Compute(OneMonth(MeasureKind.Mean, 1, figures), aggregate).Points[0];
            for (var round = 0; round < 20; round++)
            {
                random.Shuffle(figures);
                Assert.That(Aggregator.Compute(OneMonth(MeasureKind.Mean, 1, figures), aggregate).Points[0], Is.EqualTo(first), $"{aggregate}");
            }
        }
    }

    [Test]
    public void The_order_of_the_teams_changes_no_digit_even_where_figures_cancel()
    {
        double[] values = [1e100, 1e50, 1, -1e100, -1e50, 3, 1e-30];
        var first = Aggregator.Compute(OneMonth(MeasureKind.Mean, 1, [.. values.Select(value => new TeamMonth(Value: value))]), Aggregate.MeanOfTeams);
        var random = new Random(1943);
        for (var round = 0; round < 50; round++)
        {
            random.Shuffle(values);
            var again = Aggregator.Compute(OneMonth(MeasureKind.Mean, 1, [.. values.Select(value => new TeamMonth(Value: value))]), Aggregate.MeanOfTeams);
            Assert.That(again.Points[0], Is.EqualTo(first.Points[0]), string.Join(", ", values));
        }
    }

    [Test]
    public void A_long_series_of_tenths_adds_up_exactly()
    {
        var tenths = OneMonth(MeasureKind.Count, 1, [.. Enumerable.Repeat(new TeamMonth(Value: 0.1), 1000)]);
        Assert.That(Aggregator.Compute(tenths, Aggregate.Pooled).Points[0].Value, Is.EqualTo(100));
    }

    private static TeamSeries OneMonth(MeasureKind kind, double multiplier, params TeamMonth[] teams)
    {
        var series = new TeamSeries(kind, multiplier, teams.Length, 1);
        for (var team = 0; team < teams.Length; team++)
        {
            series.Set(team, 0, teams[team]);
        }

        return series;
    }

    private static TeamSeries Months(MeasureKind kind, double?[][] teams)
    {
        var series = new TeamSeries(kind, 1, teams.Length, teams[0].Length);
        for (var team = 0; team < teams.Length; team++)
        {
            for (var month = 0; month < teams[team].Length; month++)
            {
                series.Set(team, month, new(Value: teams[team][month]));
            }
        }

        return series;
    }
}
