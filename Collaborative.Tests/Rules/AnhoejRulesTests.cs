using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class AnhoejRulesTests
{
    [TestCase(10, 6, 2)]
    [TestCase(11, 6, 2)]
    [TestCase(12, 7, 3)]
    [TestCase(16, 7, 4)]
    [TestCase(17, 7, 5)]
    [TestCase(20, 7, 6)]
    [TestCase(22, 7, 7)]
    [TestCase(23, 8, 7)]
    [TestCase(24, 8, 8)]
    [TestCase(30, 8, 10)]
    [TestCase(31, 8, 11)]
    [TestCase(38, 8, 14)]
    [TestCase(45, 8, 17)]
    [TestCase(46, 9, 17)]
    [TestCase(60, 9, 23)]
    [TestCase(90, 9, 37)]
    [TestCase(91, 10, 37)]
    [TestCase(100, 10, 41)]
    [TestCase(1, 3, 0)]
    public void The_limits_are_those_of_the_documents(int useful, int longest, int crossings)
    {
        Assert.Multiple(() =>
        {
            Assert.That(AnhoejLimits.LongestRun(useful), Is.EqualTo(longest));
            Assert.That(AnhoejLimits.Crossings(useful), Is.EqualTo(crossings));
        });
    }

    [Test]
    public void Long_series_do_not_leave_the_range_of_a_double() =>
        Assert.That(AnhoejLimits.Crossings(1_000_001), Is.EqualTo(500_000 - 822).Within(2));

    [Test]
    public void A_rising_series_runs_too_long_and_crosses_too_seldom()
    {
        var analysis = Series.Judge(Series.Anhoej, 70, 72, 68, 71, 69, 73, 70, 75, 78, 80, 82, 81, 84, 86, 85, 88);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Statistics, Is.EqualTo(new PhaseStatistics(16, 16, 8, 7, 1, 4, 2, null, null, true, null)));
            Assert.That(Series.Rules(analysis), Is.EqualTo(new[] { SignalRule.LongestRun, SignalRule.LongestRun, SignalRule.Crossings }));
            Assert.That(analysis.Signals[2].Direction, Is.Null);
            Assert.That(analysis.Settings.RunsTable, Is.Null);
        });
    }

    [Test]
    public void A_run_as_long_as_the_limit_is_no_signal()
    {
        // 24 useful points about 0: limit 8; the first run is as long as that, and the rest crosses often.
        double?[] tail = [-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, -1];
        var eight = Series.Judge(Series.Anhoej with { FixedCentre = 0 }, [.. Enumerable.Repeat((double?)1, 8), .. tail]);
        var nine = Series.Judge(Series.Anhoej with { FixedCentre = 0 }, [.. Enumerable.Repeat((double?)1, 9), .. tail[..^1]]);
        Assert.Multiple(() =>
        {
            Assert.That((eight.Statistics.LongestRun, eight.Statistics.LongestRunLimit, eight.Statistics.Signal), Is.EqualTo((8, 8, false)));
            Assert.That((nine.Statistics.LongestRun, nine.Statistics.Signal), Is.EqualTo((9, true)));
            Assert.That(Series.Marked(nine, SignalRule.LongestRun), Is.EqualTo(Enumerable.Range(1, 9)));
        });
    }

    [Test]
    public void Too_many_crossings_are_no_signal() =>
        Assert.That(Series.Judge(Series.Anhoej, 1, 9, 2, 8, 1, 9, 2, 8, 1, 9).Statistics.Signal, Is.False);
}
