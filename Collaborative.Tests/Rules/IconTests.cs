using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class IconTests
{
    private static readonly AnalysisSettings Xmr = new()
    {
        Type = ChartType.Xmr,
        Rules = RuleSet.MakingDataCount,
        FreezePositions = 12,
        Direction = Direction.Increase,
    };

    /// <summary>Limits of 0 ± 5.32.</summary>
    private static readonly double?[] Steady = [1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1];

    private static Icons? After(AnalysisSettings settings, params double?[] last) => Series.Judge(settings, [.. Steady, .. last]).Icons;

    [TestCase(Direction.Increase, 1, VariationIcon.CommonCause)]
    [TestCase(Direction.Increase, 9, VariationIcon.ImprovementHigh)]
    [TestCase(Direction.Increase, -9, VariationIcon.ConcernLow)]
    [TestCase(Direction.Decrease, 9, VariationIcon.ConcernHigh)]
    [TestCase(Direction.Decrease, -9, VariationIcon.ImprovementLow)]
    [TestCase(Direction.Neutral, 9, VariationIcon.NeutralHigh)]
    [TestCase(Direction.Neutral, -9, VariationIcon.NeutralLow)]
    public void The_last_point_decides_the_variation(Direction good, double last, VariationIcon icon) =>
        Assert.That(After(Xmr with { Direction = good }, last)!.Variation, Is.EqualTo(icon));

    [Test]
    public void An_earlier_signal_and_a_gap_at_the_end_change_nothing()
    {
        Assert.Multiple(() =>
        {
            Assert.That(After(Xmr, 9, 1)!.Variation, Is.EqualTo(VariationIcon.CommonCause));
            Assert.That(After(Xmr, 9, null)!.Variation, Is.EqualTo(VariationIcon.ImprovementHigh));
        });
    }

    [TestCase(Direction.Increase, 6, AssuranceIcon.Fail)]
    [TestCase(Direction.Increase, -6, AssuranceIcon.Pass)]
    [TestCase(Direction.Increase, 0, AssuranceIcon.Inconsistent)]
    [TestCase(Direction.Increase, 5.32, AssuranceIcon.Inconsistent)]
    [TestCase(Direction.Decrease, 6, AssuranceIcon.Pass)]
    [TestCase(Direction.Decrease, -6, AssuranceIcon.Fail)]
    [TestCase(Direction.Decrease, 0, AssuranceIcon.Inconsistent)]
    [TestCase(Direction.Neutral, 6, null)]
    [TestCase(Direction.Increase, null, null)]
    public void The_goal_against_the_limits_decides_the_assurance(Direction good, double? goal, AssuranceIcon? icon) =>
        Assert.That(After(Xmr with { Direction = good, Goal = goal })!.Assurance, Is.EqualTo(icon));

    [TestCase(true, Direction.Increase, 100, AssuranceIcon.Pass)]
    [TestCase(false, Direction.Increase, 100, AssuranceIcon.Pass)]
    [TestCase(true, Direction.Increase, 101, AssuranceIcon.Fail)]
    [TestCase(false, Direction.Decrease, 99, AssuranceIcon.Fail)]
    [TestCase(true, Direction.Decrease, 101, AssuranceIcon.Pass)]
    public void Where_nothing_varies_the_figure_itself_meets_the_goal_or_not(bool screen, Direction good, double goal, AssuranceIcon icon)
    {
        var settings = Xmr with { Direction = good, Goal = goal, ScreenMovingRanges = screen };
        var icons = Series.Judge(settings, [.. Enumerable.Repeat<double?>(100, 14)]).Icons;
        Assert.That(icons, Is.EqualTo(new Icons(VariationIcon.CommonCause, icon, NoVariation: true)));
    }

    [Test]
    public void The_limits_of_the_last_phase_count()
    {
        var settings = Xmr with { Phases = [new("2025-01")], Goal = 10 };
        Assert.That(After(settings, 20, 21, 20, 21, 20)!.Assurance, Is.EqualTo(AssuranceIcon.Pass));
    }

    [TestCase(ChartType.Run)]
    [TestCase(ChartType.Mr)]
    public void Run_charts_and_ranges_have_no_icons(ChartType type) =>
        Assert.That(Series.Judge(new() { Type = type, Goal = 3, Direction = Direction.Increase }, 1, 2, 3).Icons, Is.Null);

    [Test]
    public void Icons_have_words() =>
        Assert.That(After(Xmr with { Goal = 6 }, 9)!.Words, Is.EqualTo("Improvement: higher than chance explains. The goal will be missed as long as nothing changes."));
}
