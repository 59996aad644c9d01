using Collaborative.Domain;
using Collaborative.Domain.Assessments;

namespace Collaborative.Tests.Rules;

public sealed class AssessmentRulesTests
{
    private static readonly Month June = new(2026, 6);

    [TestCase(0.5, true)]
    [TestCase(2.5, true)]
    [TestCase(5.0, true)]
    [TestCase(0.0, false)]
    [TestCase(2.7, false)]
    [TestCase(5.5, false)]
    [TestCase(double.NaN, false)]
    public void A_level_is_a_half_step_from_a_half_to_five(double value, bool expected) => Assert.That(AssessmentRules.IsStep(value), Is.EqualTo(expected));

    [Test]
    public void The_built_in_scales_keep_the_rules_of_scales()
    {
        foreach (var scale in BuiltInScales.All)
        {
            var values = scale.Levels.Select(level => level.Value!.Value).ToList();
            Assert.Multiple(() =>
            {
                Assert.That(values.TrueForAll(AssessmentRules.IsStep), scale.Code);
                Assert.That(values, Is.Ordered.And.Unique, scale.Code);
                Assert.That(scale.Levels, Is.All.Matches<ScaleLevel>(level => level is { Name.Length: > 0, Criteria.Count: > 0 }), scale.Code);
                Assert.That(Code.IsValid(scale.Code) && Code.KeyOf(scale.Code) == scale.Code, scale.Code);
            });
        }

        Assert.That(BuiltInScales.Progress.Levels.Select(level => level.Value), Is.EqualTo(AssessmentRules.Steps()));
        Assert.That(BuiltInScales.Classic.Levels.Select(level => level.Value), Is.EqualTo(AssessmentRules.Steps().Skip(1)));
    }

    // self, director, improvement advisor, reconciled; "-" is none.
    [TestCase("3.0 2.5 2.0 -", 2.5, 0.5, false)]
    [TestCase("3.5 2.5 2.0 -", 2.5, 1.0, true)]
    [TestCase("3.0 2.5 2.0 2.0", 2.0, 1.0, true)]
    [TestCase("2.0 3.0 - -", 3.0, -1.0, true)]
    [TestCase("3.0 - 2.0 -", null, null, false)]
    [TestCase("- 2.5 2.5 -", 2.5, null, false)]
    [TestCase("- - - -", null, null, false)]
    public void The_official_score_is_the_reconciled_one_else_the_directors_and_the_gap_is_self_minus_official(string scores, double? official, double? gap, bool wide)
    {
        var month = scores.Split(' ').Select((text, i) => (Kind: (AssessmentKind)i, text)).Where(score => score.text != "-")
            .Select(score => new Scored(score.Kind, "s", double.Parse(score.text, System.Globalization.CultureInfo.InvariantCulture))).ToList();
        Assert.That((AssessmentRules.Official(month)?.Value, AssessmentRules.Gap(month), AssessmentRules.IsWide(AssessmentRules.Gap(month))), Is.EqualTo((official, gap, wide)));
    }

    [Test]
    public void Scores_on_different_scales_have_no_gap() =>
        Assert.That(AssessmentRules.Gap([new Scored(AssessmentKind.Self, "a", 3), new Scored(AssessmentKind.Director, "b", 2)]), Is.Null);

    [Test]
    public void An_assessment_needs_a_submitted_report_or_the_reason_why_there_is_none()
    {
        Assert.That(AssessmentRules.Refusal(isReportSubmitted: false, null, June)?.Code, Is.EqualTo(ProblemCode.AssessmentNeedsReport));
        Assert.That(AssessmentRules.Refusal(isReportSubmitted: true, null, June), Is.Null);
        Assert.That(AssessmentRules.Refusal(isReportSubmitted: false, "seen on a visit", June), Is.Null);
    }

    [TestCase("", 0, null, null, null, null)]
    [TestCase("2.5", 1, 2.5, 2.5, 0.0, 0.0)]
    [TestCase("4.0 2.0 3.0", 3, 3.0, 3.0, 2 / 3.0, 1 / 3.0)]
    [TestCase("2.0 2.5 3.0 4.5", 4, 3.0, 2.75, 0.5, 0.25)]
    public void A_month_is_rolled_up_over_the_teams_that_are_scored(string scores, int scored, double? mean, double? median, double? atLeast3, double? atLeast4)
    {
        var values = scores.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        var month = DistributionMonth.Of(June, values);
        Assert.That((month.Scored, month.Mean, month.Median, month.AtLeast3, month.AtLeast4), Is.EqualTo((scored, mean, median, atLeast3, atLeast4)));
        Assert.That(month.Levels.Sum(level => level.Count), Is.EqualTo(scored));
        Assert.That(month.Levels, Has.Count.EqualTo(10));
    }
}
