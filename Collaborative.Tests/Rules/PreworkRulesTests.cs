using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Prework;
using Collaborative.Domain.Rosters;

namespace Collaborative.Tests.Rules;

public sealed class PreworkRulesTests
{
    [TestCase(Role.DataLead, PreworkState.NotStarted, PreworkState.Submitted, null)]
    [TestCase(Role.DataLead, PreworkState.Submitted, PreworkState.InProgress, null)]
    [TestCase(Role.DataLead, PreworkState.Submitted, PreworkState.Accepted, ProblemCode.Forbidden)]
    [TestCase(Role.DataLead, PreworkState.NotStarted, PreworkState.Waived, ProblemCode.Forbidden)]
    [TestCase(Role.DataLead, PreworkState.Accepted, PreworkState.InProgress, ProblemCode.PreworkReviewed)]
    [TestCase(Role.DataLead, PreworkState.Accepted, PreworkState.Accepted, ProblemCode.PreworkReviewed)]
    [TestCase(Role.Member, PreworkState.NotStarted, PreworkState.InProgress, ProblemCode.Forbidden)]
    [TestCase(Role.Faculty, PreworkState.Submitted, PreworkState.Accepted, null)]
    [TestCase(Role.Faculty, PreworkState.Accepted, PreworkState.InProgress, null)]
    [TestCase(Role.Director, PreworkState.NotStarted, PreworkState.Waived, null)]
    public void Teams_submit_and_faculty_accept_send_back_and_waive(Role role, PreworkState current, PreworkState wanted, ProblemCode? refusal) =>
        Assert.That(PreworkRules.Refusal(new Viewer { KeyId = Guid.NewGuid(), Name = "x", Role = role }, current, wanted)?.Code, Is.EqualTo(refusal));

    [Test]
    public void Readiness_is_what_was_accepted_or_waived_of_all()
    {
        var sum = PreworkRules.Sum(
            "north",
            [Item("a", -56, PreworkState.Accepted), Item("b", -42, PreworkState.Waived), Item("c", -28, PreworkState.Submitted), Item("d", -28, PreworkState.InProgress), Item("e", -14, PreworkState.NotStarted), Item("f", 0, PreworkState.NotStarted)],
            new DateOnly(2026, 3, 3),
            new DateOnly(2026, 2, 18));
        Assert.That(sum.ReadinessPercent, Is.EqualTo(100.0 / 3).Within(1e-12));
        Assert.That(sum.Items.Where(item => item.Overdue).Select(item => item.Item), Is.EqualTo(new[] { "d", "e" }));
        Assert.That(sum.Items[4].DueOn, Is.EqualTo(new DateOnly(2026, 2, 17)));
    }

    [Test]
    public void Without_a_session_nothing_is_due_and_without_items_nothing_is_asked()
    {
        var sum = PreworkRules.Sum("north", [Item("a", -56, PreworkState.NotStarted)], null, new DateOnly(2026, 2, 18));
        Assert.That((sum.Items[0].DueOn, sum.Overdue, sum.ReadinessPercent), Is.EqualTo(((DateOnly?)null, 0, (double?)0)));
        Assert.That(PreworkRules.Sum("north", [], null, new DateOnly(2026, 2, 18)).ReadinessPercent, Is.Null);
    }

    [Test]
    public void The_usual_checklist_can_be_put_as_it_is() => Assert.That(
        PreworkRules.Defaults.SelectMany(item => new PutPreworkItem(new Viewer { KeyId = Guid.NewGuid(), Name = "x", Role = Role.Director }, Guid.NewGuid(), item.Code, item.Item, Preconditions.None).ShapeErrors()),
        Is.Empty);

    private static PreworkStanding Item(string code, int due, PreworkState state) => new(code, code, PreworkType.Document, TeamRole.DayToDayLeader, due, state, null);
}
