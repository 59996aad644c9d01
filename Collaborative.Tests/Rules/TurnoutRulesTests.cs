using Collaborative.Domain;
using Collaborative.Domain.Coaching;
using Collaborative.Domain.Enrolments;
using Collaborative.Domain.LearningSessions;
using Collaborative.Domain.Rosters;
using Collaborative.Domain.Teams;

namespace Collaborative.Tests.Rules;

public sealed class TurnoutRulesTests
{
    private static readonly Month Start = new(2026, 1);

    private static readonly SessionDates Session = new("ls2", 2, new DateOnly(2026, 5, 5), new DateOnly(2026, 5, 6));

    [Test]
    public void Teams_with_three_or_more_with_their_senior_leader_and_missing_are_counted()
    {
        var kpis = TurnoutRules.Sum(
            Session,
            3,
            Start,
            [Came("a", 3, 3, true), Came("b", 4, 1, false), Came("c", 2, 0, true), Came("d", 0, 0, false), Came("gone", 0, 0, false, "2026-04"), Came("late", 0, 0, false, from: "2026-06")],
            [new EvaluationQuestion { Code = "Pace", Text = "The pace was right." }, new EvaluationQuestion { Code = "other", Text = "x" }],
            new Dictionary<string, (int, int)> { ["pace"] = (4, 15) });
        Assert.Multiple(() =>
        {
            Assert.That((kpis.Teams, kpis.TeamsPresent, kpis.People, kpis.Virtually), Is.EqualTo((4, 3, 9, 5)));
            Assert.That((kpis.TeamsWithExpected, kpis.PercentWithExpected), Is.EqualTo((2, (double?)50)));
            Assert.That((kpis.TeamsWithSeniorLeader, kpis.PercentWithSeniorLeader), Is.EqualTo((2, (double?)50)));
            Assert.That(kpis.Missing, Is.EqualTo(new[] { "d" }));
            Assert.That(kpis.BelowExpected, Is.EqualTo(new[] { "c" }));
            Assert.That(kpis.WithoutSeniorLeader, Is.EqualTo(new[] { "b" }));
            Assert.That(kpis.Evaluation, Is.EqualTo(new[] { new QuestionMean("Pace", "The pace was right.", 4, 3.75), new QuestionMean("other", "x", 0, null) }));
        });
    }

    [TestCase("2026-01", null, null, "2025-12-10", true, Description = "A session before the first month is for all that begin with it.")]
    [TestCase("2026-02", null, null, "2025-12-10", false)]
    [TestCase("2026-01", "2026-03", null, "2026-03-31", true)]
    [TestCase("2026-01", "2026-03", null, "2026-04-01", false)]
    [TestCase("2026-01", null, EnrolmentState.Selected, "2026-03-01", false)]
    [TestCase("2026-01", null, EnrolmentState.Committed, "2026-03-01", true)]
    public void A_team_is_expected_while_it_takes_part(string from, string? until, EnrolmentState? enrolment, string day, bool expected) =>
        Assert.That(TurnoutRules.IsExpected(State(from, until, enrolment), Start, Date(day)), Is.EqualTo(expected));

    [TestCase("2026-05-04", "2026-06-01", ProblemCode.DayOutsideSession)]
    [TestCase("2026-05-07", "2026-06-01", ProblemCode.DayOutsideSession)]
    [TestCase("2026-05-06", "2026-05-05", ProblemCode.DayInFuture)]
    [TestCase("2026-05-06", "2026-05-06", null)]
    public void Attendance_belongs_to_a_day_of_the_session_that_has_come(string day, string today, ProblemCode? refusal) =>
        Assert.That(AttendanceRules.Refusal(Session, Date(day), Date(today), [])?.Code, Is.EqualTo(refusal));

    [TestCase("2026-01-01", null, null)]
    [TestCase("2026-01-01", "2026-05-05", null)]
    [TestCase("2026-05-05", null, null)]
    [TestCase("2026-01-01", "2026-05-04", "Ann left the team on 2026-05-04")]
    [TestCase("2026-05-06", null, "Ann joined the team on 2026-05-06")]
    public void Nobody_comes_for_a_team_after_leaving_it_or_before_joining_it(string from, string? to, string? sentence)
    {
        var refusal = AttendanceRules.Refusal(Session, Date("2026-05-05"), Date("2026-06-01"), [new RosterTime("Ann", Date(from), to is null ? null : Date(to), [TeamRole.Member])]);
        Assert.That(refusal?.Code, Is.EqualTo(sentence is null ? (ProblemCode?)null : ProblemCode.MemberNotOnTeam));
        Assert.That(refusal?.Detail, sentence is null ? Is.Null : Does.StartWith(sentence));
    }

    [Test]
    public void Calls_have_a_share_of_teams_and_teams_that_miss_two_are_named()
    {
        CallTeam[] teams = [new(Guid.NewGuid(), "a", State("2026-01")), new(Guid.NewGuid(), "b", State("2026-01")), new(Guid.NewGuid(), "late", State("2026-05"))];
        var kpis = CallRules.Kpis(
            [Call("c1", "2026-03-01T10:00:00Z", teams[0]), Call("c2", "2026-04-01T10:00:00Z", teams[0]), Call("c3", "2026-05-01T10:00:00Z", teams[0], teams[1])],
            teams,
            Start,
            at => DateOnly.FromDateTime(at.UtcDateTime));
        Assert.That(kpis.Calls.Select(call => (call.Expected, call.Present, call.Percent)), Is.EqualTo(new[] { (2, 1, (double?)50), (2, 1, 50), (3, 2, 200.0 / 3) }));
        Assert.That(kpis.OftenAbsent, Is.EqualTo(new[] { new AbsentTeam("b", 2, 3) }));
    }

    private static CallRoll Call(string code, string at, params CallTeam[] present) =>
        new(code, CallKind.AllTeam, code, DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), present.Select(team => team.Id).ToHashSet());

    private static TeamTurnout Came(string team, int people, int inPerson, bool leader, string? until = null, string from = "2026-01") => new(team, State(from, until), people, inPerson, leader);

    private static TeamState State(string from, string? until = null, EnrolmentState? enrolment = null) => new()
    {
        Name = "x",
        EnrolledFrom = Parse(from)!.Value,
        WithdrawnAfter = Parse(until),
        Enrolment = enrolment,
    };

    private static Month? Parse(string? text) => Month.TryParse(text, out var month) ? month : null;

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
