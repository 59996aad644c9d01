using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

/// <summary>Each rule on a series that just meets it, and on one that just does not.</summary>
[TestFixture]
public class ControlRulesTests
{
    /// <summary>
    /// Sixteen points before each example that set a centre of 0 and a sigma of 2/1.128, or 1.77; the example itself has no part in the lines.
    /// </summary>
    private static readonly double?[] Baseline = [1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1];

    private static int[] Marked(RuleSet rules, SignalRule rule, params double?[] example)
    {
        var settings = new AnalysisSettings { Type = ChartType.Xmr, Rules = rules, FreezePositions = Baseline.Length, Direction = Direction.Increase };
        return [.. Series.Marked(Series.Judge(settings, [.. Baseline, .. example]), rule).Where(place => place > Baseline.Length).Select(place => place - Baseline.Length)];
    }

    private static readonly object[] Examples =
    [
        new object[] { RuleSet.Shewhart3Sigma, SignalRule.OutsideLimits, new double?[] { 5.3, 5.4, -5.4 }, new[] { 2, 3 } },
        new object[] { RuleSet.Shewhart3Sigma, SignalRule.Shift, new double?[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, Array.Empty<int>() },
        new object[] { RuleSet.WesternElectric, SignalRule.Shift, new double?[] { 1, 1, 1, 0, 1, null, 1, 1, 1, 1 }, new[] { 1, 2, 3, 5, 7, 8, 9, 10 } },
        new object[] { RuleSet.WesternElectric, SignalRule.Shift, new double?[] { 1, 1, 1, 1, 1, 1, 1 }, Array.Empty<int>() },
        new object[] { RuleSet.WesternElectric, SignalRule.TwoOfThree, new double?[] { 4, -1, 4 }, new[] { 1, 3 } },
        new object[] { RuleSet.WesternElectric, SignalRule.TwoOfThree, new double?[] { 4, 1, 1, 4 }, Array.Empty<int>() },
        new object[] { RuleSet.WesternElectric, SignalRule.TwoOfThree, new double?[] { 4, -4, 0 }, Array.Empty<int>() },
        new object[] { RuleSet.WesternElectric, SignalRule.TwoOfThree, new double?[] { 9, null, 4 }, new[] { 1, 3 } },
        new object[] { RuleSet.WesternElectric, SignalRule.FourOfFive, new double?[] { 2, 2, -1, 2, 2 }, new[] { 1, 2, 4, 5 } },
        new object[] { RuleSet.WesternElectric, SignalRule.FourOfFive, new double?[] { 2, 2, -1, 2, 1 }, Array.Empty<int>() },
        new object[] { RuleSet.WesternElectric, SignalRule.Trend, new double?[] { 1, 2, 3, 4, 5, 6, 7 }, Array.Empty<int>() },
        new object[] { RuleSet.Nelson, SignalRule.Shift, new double?[] { -1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new[] { 2, 3, 4, 5, 6, 7, 8, 9, 10 } },
        new object[] { RuleSet.Nelson, SignalRule.Shift, new double?[] { 1, 1, 1, 1, 1, 1, 1, 1 }, Array.Empty<int>() },
        new object[] { RuleSet.Nelson, SignalRule.Trend, new double?[] { -2, -1, 0, 0, 1, 2, 3 }, new[] { 1, 2, 3, 4, 5, 6, 7 } },
        new object[] { RuleSet.Nelson, SignalRule.EightOutside, new double?[] { 2, -2, 3, -3, 2, 2, -2, 2, 0 }, new[] { 1, 2, 3, 4, 5, 6, 7, 8 } },
        new object[] { RuleSet.Nelson, SignalRule.EightOutside, new double?[] { 2, 2, 3, 3, 2, 2, 2, 2 }, Array.Empty<int>() },
        new object[] { RuleSet.Nelson, SignalRule.Alternating, new double?[] { 1, 0, 0 }, new[] { 1, 2 } },
        new object[] { RuleSet.HealthCareDataGuide, SignalRule.Shift, new double?[] { 1, 1, 1, 1, 1, 1, 1, 1 }, new[] { 1, 2, 3, 4, 5, 6, 7, 8 } },
        new object[] { RuleSet.HealthCareDataGuide, SignalRule.Trend, new double?[] { 3, 2, 1, 0, -1, -2 }, new[] { 1, 2, 3, 4, 5, 6 } },
        new object[] { RuleSet.HealthCareDataGuide, SignalRule.Trend, new double?[] { 2, 1, 0, -1, -0.5 }, Array.Empty<int>() },
        new object[] { RuleSet.HealthCareDataGuide, SignalRule.FourOfFive, new double?[] { 2, 2, 2, 2, 2 }, Array.Empty<int>() },
        new object[] { RuleSet.HealthCareDataGuide, SignalRule.FifteenInner, new double?[] { 2 }, Array.Empty<int>() },
        new object[] { RuleSet.HealthCareDataGuide, SignalRule.FifteenInner, new double?[] { 0.5, 2 }, new[] { 1 } },
        new object[] { RuleSet.MakingDataCount, SignalRule.Shift, new double?[] { 1, 1, 1, 1, 1, 1, 1 }, new[] { 1, 2, 3, 4, 5, 6, 7 } },
        new object[] { RuleSet.MakingDataCount, SignalRule.Shift, new double?[] { 1, 1, 1, 0, 1, 1, 1, 1 }, Array.Empty<int>() },
        new object[] { RuleSet.MakingDataCount, SignalRule.Shift, new double?[] { 1, 1, 1, null, 1, 1, 1, 1 }, new[] { 1, 2, 3, 5, 6, 7, 8 } },
        new object[] { RuleSet.MakingDataCount, SignalRule.Trend, new double?[] { -2, -1.5, -1, 0, 1, 2, 3 }, new[] { 1, 2, 3, 4, 5, 6, 7 } },
        new object[] { RuleSet.MakingDataCount, SignalRule.Trend, new double?[] { 3, 2, 1, 0, -1.5, -2, -3 }, new[] { 1, 2, 3, 4, 5, 6, 7 } },
        new object[] { RuleSet.MakingDataCount, SignalRule.Trend, new double?[] { -2, -1.5, -1, -1, 0, 1, 2, 3 }, Array.Empty<int>() },
        new object[] { RuleSet.MakingDataCount, SignalRule.TwoOfThree, new double?[] { 4, 1, 4 }, new[] { 1, 3 } },
        new object[] { RuleSet.MakingDataCount, SignalRule.TwoOfThree, new double?[] { 4, -1, 4 }, Array.Empty<int>() },
        new object[] { RuleSet.MakingDataCount, SignalRule.TwoOfThree, new double?[] { 4, -4, 1 }, Array.Empty<int>() },
        new object[] { RuleSet.MakingDataCount, SignalRule.TwoOfThree, new double?[] { 9, 4, 1 }, Array.Empty<int>() },
        new object[] { RuleSet.MakingDataCount, SignalRule.TwoOfThree, new double?[] { 9, 4, 4 }, new[] { 2, 3 } },
    ];

    [TestCaseSource(nameof(Examples))]
    public void Rules_by_example(RuleSet rules, SignalRule rule, double?[] example, int[] marked) =>
        Assert.That(Marked(rules, rule, example), Is.EqualTo(marked));

    [Test]
    public void A_moving_range_signals_above_its_limit_only()
    {
        var settings = new AnalysisSettings { Type = ChartType.Mr, Rules = RuleSet.Nelson };
        Assert.That(
            Series.Rules(Series.Judge(settings, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 30, 30.5, 30, 30.5, 30)),
            Is.EqualTo(new[] { SignalRule.OutsideLimits }));
    }

    [Test]
    public void Windows_that_share_a_point_are_one_signal()
    {
        var settings = new AnalysisSettings { Type = ChartType.Xmr, Rules = RuleSet.WesternElectric, FreezePositions = 16, Direction = Direction.Decrease };
        var analysis = Series.Judge(settings, [.. Baseline, 4, 0, 4, 4, 0, 0, 0, -4, -4]);
        Assert.That(
            analysis.Signals.Where(signal => signal.Rule == SignalRule.TwoOfThree).Select(signal => (signal.FromIndex, signal.ToIndex, signal.Meaning)),
            Is.EqualTo(new[] { (16, 19, SignalMeaning.Concern), (23, 24, SignalMeaning.Improvement) }));
    }

    [Test]
    public void Where_rules_disagree_about_a_point_the_weightier_one_decides()
    {
        // Below the lower limit, and yet the last of seven going up.
        var settings = new AnalysisSettings { Type = ChartType.Xmr, Rules = RuleSet.MakingDataCount, FreezePositions = 16, Direction = Direction.Increase };
        var analysis = Series.Judge(settings, [.. Baseline, -20, -19, -18, -17, -16, -15, -14]);
        Assert.Multiple(() =>
        {
            Assert.That(analysis.Points[^1].Signals, Is.EquivalentTo(new[] { SignalRule.OutsideLimits, SignalRule.Trend, SignalRule.Shift }));
            Assert.That(analysis.Points[^1].Meaning, Is.EqualTo(SignalMeaning.Concern));
        });
    }
}
