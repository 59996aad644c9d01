using Collaborative.Domain;
using Collaborative.Domain.Barriers;

namespace Collaborative.Tests.Rules;

public sealed class BarrierRulesTests
{
    // raised, at its level since, resolved, today: its age, days at its level, overdue.
    [TestCase("2026-06-01", "2026-06-01", null, "2026-06-01", 0, 0, false)]
    [TestCase("2026-06-01", "2026-06-01", null, "2026-06-15", 14, 14, false)]
    [TestCase("2026-06-01", "2026-06-01", null, "2026-06-16", 15, 15, true)]
    [TestCase("2026-06-01", "2026-06-10", null, "2026-06-24", 23, 14, false)]
    [TestCase("2026-06-01", "2026-06-10", null, "2026-06-25", 24, 15, true)]
    [TestCase("2026-06-01", "2026-06-01", "2026-06-20", "2026-07-31", 19, 19, false)]
    public void A_barrier_is_overdue_after_fourteen_days_at_its_level(string raised, string reached, string? resolved, string today, int age, int atLevel, bool overdue) =>
        Assert.That(BarrierRules.Age(Day(raised), Day(reached), resolved is null ? null : Day(resolved), Day(today)), Is.EqualTo(new BarrierAge(age, atLevel, overdue)));

    [TestCase(null, BarrierLevel.Sponsor, null, true)]
    [TestCase(BarrierLevel.Team, BarrierLevel.Team, null, true)]
    [TestCase(BarrierLevel.Team, BarrierLevel.SystemLeader, null, false)]
    [TestCase(BarrierLevel.Team, BarrierLevel.Executive, "nobody below can buy them", true)]
    [TestCase(BarrierLevel.Executive, BarrierLevel.Team, null, false)]
    [TestCase(BarrierLevel.Executive, BarrierLevel.Team, "found another supplier", true)]
    public void A_barrier_goes_to_another_level_only_with_a_reason(BarrierLevel? current, BarrierLevel asked, string? reason, bool allowed) =>
        Assert.That(BarrierRules.Refusal(current, asked, reason)?.Code, Is.EqualTo(allowed ? null : ProblemCode.EscalationNeedsReason));

    private static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
