using Collaborative.Domain.Rosters;

namespace Collaborative.Tests.Rules;

public sealed class RosterRulesTests
{
    private static readonly DateOnly Day = new(2026, 3, 1);

    private static readonly RosterEntry[] Full =
    [
        new([TeamRole.SeniorLeader], null), new([TeamRole.DayToDayLeader], 30), new([TeamRole.DataLead], 10),
        new([TeamRole.PatientOrCommunity], null), new([TeamRole.Member], null), new([TeamRole.ClinicalChampion], null),
    ];

    [Test]
    public void A_full_team_is_complete_and_calls_for_no_remark()
    {
        var review = RosterRules.Review("north", Day, Full);
        Assert.That((review.Complete, review.Members, review.Remarks.Count), Is.EqualTo((true, 6, 0)));
    }

    [Test]
    public void One_person_may_hold_several_roles()
    {
        var review = RosterRules.Review("north", Day, [new([TeamRole.SeniorLeader, TeamRole.DayToDayLeader, TeamRole.DataLead], 25)]);
        Assert.That(review.Complete);
        Assert.That(review.Remarks.Select(remark => remark.Code), Is.EqualTo(new[] { "fewMembers", "noPatientOrCommunity" }));
        Assert.That(review.Remarks[0].Message, Does.StartWith("The team has 1 member;"));
    }

    [Test]
    public void Whoever_is_missing_is_named()
    {
        var review = RosterRules.Review("north", Day, [Full[1], Full[3], .. Full[4..], Full[4], Full[4]]);
        Assert.That(review.Missing, Is.EqualTo(new[] { TeamRole.SeniorLeader, TeamRole.DataLead }));
        Assert.That(review.Remarks.Select(remark => remark.Message), Is.EqualTo(new[] { "The team has no senior leader. Give somebody the role.", "The team has no data lead. Give somebody the role." }));
    }

    [TestCase(null, "leaderTimeUnknown")]
    [TestCase(19.9, "leaderTimeShort")]
    [TestCase(20.0, null)]
    [TestCase(40.0, null)]
    [TestCase(40.5, "leaderTimeLong")]
    public void The_leader_needs_20_to_40_percent_of_the_time(double? time, string? remark)
    {
        var review = RosterRules.Review("north", Day, [.. Full.Where(person => !person.Roles.Contains(TeamRole.DayToDayLeader)), new([TeamRole.DayToDayLeader], time)]);
        Assert.That(review.Remarks.Select(found => found.Code), remark is null ? Is.Empty : Is.EqualTo(new[] { remark }));
    }

    [TestCase(5, "fewMembers")]
    [TestCase(6, null)]
    [TestCase(10, null)]
    [TestCase(11, "manyMembers")]
    public void A_team_has_6_to_10_members(int members, string? remark)
    {
        var people = Full.Concat(Enumerable.Repeat(Full[4], 5)).Take(members).ToList();
        Assert.That(RosterRules.Review("north", Day, people).Remarks.Select(found => found.Code), remark is null ? Is.Empty : Is.EqualTo(new[] { remark }));
    }
}
