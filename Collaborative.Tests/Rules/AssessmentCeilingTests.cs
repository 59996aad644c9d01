using Collaborative.Domain.Assessments;

namespace Collaborative.Tests.Rules;

public sealed class AssessmentCeilingTests
{
    // Required measures, of those reported; tests; outcomes, of those improved; goals, of those met.
    [TestCase("2 0  0  1 0  2 0", 2.0, "noRequiredMeasure noTests noOutcomeImproved goalsNotMet")]
    [TestCase("2 1  0  1 1  2 2", 2.0, "noTests")]
    [TestCase("2 0  3  1 1  2 2", 2.0, "noRequiredMeasure")]
    [TestCase("2 2  3  1 0  4 1", 3.0, "noOutcomeImproved goalsNotMet")]
    [TestCase("2 2  3  0 0  4 4", 3.0, "noOutcomeImproved")]
    [TestCase("2 2  3  1 1  4 1", 3.5, "goalsNotMet")]
    [TestCase("2 2  3  1 1  4 2", 4.0, "goalsNotMet")]
    [TestCase("2 2  3  1 1  4 3", 4.5, "goalsNotMet")]
    [TestCase("2 2  3  1 1  3 2", 4.0, "goalsNotMet")]
    [TestCase("2 2  3  1 1  4 4", 5.0, "")]
    [TestCase("2 2  3  1 1  0 0", 3.5, "noGoals")]
    [TestCase("0 0  3  1 1  1 1", 5.0, "")]
    public void The_ceiling_is_the_lowest_limit_and_every_reason_is_given(string facts, double ceiling, string reasons)
    {
        var n = facts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();
        var advice = AssessmentCeiling.Of(new ProgressFacts(n[0], n[1], n[2], n[3], n[4], n[5], n[6]));
        Assert.That((advice.Value, string.Join(' ', advice.Reasons.Select(reason => reason.Code))), Is.EqualTo((ceiling, reasons)));
        Assert.That(advice.Reasons.Select(reason => reason.Limit), Is.Ordered);
    }
}
