using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.LearningSessions;

public sealed class NotingWhoCameTests(Lane lane) : Feature(lane)
{
    private const string Present = """{ "present": [{ "member": "cy", "mode": "virtual" }, { "member": "ANN" }] }""";

    [Test]
    public async Task Attendance_rows_are_append_only_and_a_correction_is_a_new_revision()
    {
        var path = $"{await NewTeam()}/sessions/ls1/attendance/2026-03-03";
        (await Admin.Put(path, Present)).Is(201).Has("/present/0/member", "ann").Has("/present/0/mode", "inPerson").Has("/present/1/mode", "virtual");
        (await Admin.Put(path, """{ "present": [{ "member": "ann" }, { "member": "cy", "mode": "virtual" }] }""")).Is(200).Has("/revision", "1");
        (await Admin.Put(path, """{ "present": [{ "member": "cy" }], "reason": "Ann was ill" }""", "1")).Is(200).Has("/revision", "2");
        (await Admin.Get(path)).Is(200).Has("/present", """[{"member":"cy","mode":"inPerson"}]""");
        Assert.That(
            await Server.Database.Rows(
                $"SELECT a.SheetRevision, p.Code, a.AttendanceMode FROM SessionAttendance a JOIN TeamMember p ON p.Id = a.MemberId JOIN Collaborative c ON c.Id = p.CollaborativeId WHERE c.Code = '{CodeIn(path)}' ORDER BY a.SheetRevision, p.Code"),
            Is.EqualTo(new[] { "1|ann|inPerson", "1|cy|virtual", "2|cy|inPerson" }));
    }

    [Test]
    public async Task Attendance_of_someone_who_left_by_then_is_refused()
    {
        var team = await NewTeam();
        (await Admin.Put($"{team}/members/bo", """{ "name": "Bo", "roles": ["member"], "from": "2026-01-01", "to": "2026-03-03" }""")).Is(201);
        const string Bo = """{ "present": [{ "member": "bo" }] }""";
        (await Admin.Put($"{team}/sessions/ls1/attendance/2026-03-03", Bo)).Is(201);
        (await Admin.Put($"{team}/sessions/ls1/attendance/2026-03-04", Bo)).IsProblem(409, "member-not-on-team");
        (await Admin.Put($"{team}/sessions/ls1/attendance/2026-03-05", Bo)).IsProblem(409, "day-outside-session");
        (await Admin.Put($"{team}/sessions/ls1/attendance/2026-03-04", """{ "present": [{ "member": "nobody" }] }""")).IsInvalid("/present/0/member", "unknown");
        (await Admin.Put($"{team}/sessions/ls9/attendance/2026-03-04", Bo)).IsProblem(404, "not-found");
    }

    [Test]
    public async Task A_day_that_has_not_come_has_no_attendance()
    {
        var team = await NewTeam();
        (await Admin.Put($"{team.Split("/teams/")[0]}/sessions/ls2", """{ "number": 2, "title": "Second", "firstDay": "2026-07-22", "lastDay": "2026-07-23" }""")).Is(201);
        (await Admin.Put($"{team}/sessions/ls2/attendance/2026-07-22", Present)).Is(201);
        (await Admin.Put($"{team}/sessions/ls2/attendance/2026-07-23", Present)).IsProblem(409, "day-in-future");
    }

    [Test]
    public async Task A_session_that_people_came_to_is_neither_called_off_nor_moved_away_from_those_days()
    {
        var team = await NewTeam();
        var session = $"{team.Split("/teams/")[0]}/sessions/ls1";
        (await Admin.Put($"{team}/sessions/ls1/attendance/2026-03-04", Present)).Is(201);
        (await Admin.Put(session, """{ "number": 1, "title": "Launch", "firstDay": "2026-03-03" }""", "1")).IsProblem(409, "session-attended");
        (await Admin.Delete(session, "1")).IsProblem(409, "session-attended");
        (await Admin.Put(session, """{ "number": 1, "title": "Launch", "firstDay": "2026-03-04" }""", "1")).Is(200);
        (await Admin.Put($"{team}/sessions/ls1/attendance/2026-03-04", """{ "present": [] }""", "1")).Is(200);
        (await Admin.Delete(session, "2")).Is(200);
    }

    [Test]
    public async Task A_session_has_its_turnout_as_figures()
    {
        var north = await NewTeam();
        var collaborative = north.Split("/teams/")[0];
        (await Admin.Put($"{collaborative}/teams/south", Given.Team)).Is(201);
        (await Admin.Put($"{north}/members/di", """{ "name": "Di", "roles": ["member"], "from": "2026-01-01" }""")).Is(201);
        (await Admin.Put($"{north}/sessions/ls1/attendance/2026-03-03", Present)).Is(201);
        (await Admin.Get($"{collaborative}/sessions/ls1/kpis")).Is(200).Has("/teams", "2").Has("/people", "2").Has("/virtually", "1").Has("/teamsWithExpected", "0")
            .Has("/teamsWithSeniorLeader", "1").Has("/percentWithSeniorLeader", "50").Has("/missing", """["south"]""").Has("/belowExpected", """["north"]""");

        // The same person on two days is one person.
        (await Admin.Put($"{north}/sessions/ls1/attendance/2026-03-04", """{ "present": [{ "member": "di" }, { "member": "cy" }] }""")).Is(201);
        (await Admin.Get($"{collaborative}/sessions/ls1/kpis")).Is(200).Has("/people", "3").Has("/virtually", "0").Has("/teamsWithExpected", "1").Has("/belowExpected", "[]");

        // A later change of role does not change who came then.
        (await Admin.Put($"{north}/members/ann", """{ "name": "Ann", "roles": ["member"], "from": "2026-01-01" }""", "1")).Is(200);
        (await Admin.Get($"{collaborative}/sessions/ls1/kpis")).Is(200).Has("/teamsWithSeniorLeader", "1");
    }

    [Test]
    public async Task Attendance_is_listed_by_team_and_day_and_narrowed_to_own_teams()
    {
        var north = await NewTeam();
        var collaborative = north.Split("/teams/")[0];
        (await Admin.Put($"{collaborative}/teams/East", Given.Team)).Is(201);
        foreach (var (team, day) in new[] { ("north", "2026-03-04"), ("north", "2026-03-03"), ("East", "2026-03-04") })
        {
            (await Admin.Put($"{collaborative}/teams/{team}/sessions/ls1/attendance/{day}", """{ "present": [] }""")).Is(201);
        }

        var all = (await Admin.Get($"{collaborative}/sessions/ls1/attendance")).Is(200);
        Assert.That(all.Each("team").Zip(all.Each("day")), Is.EqualTo(new[] { ("East", "2026-03-04"), ("north", "2026-03-03"), ("north", "2026-03-04") }));
        var first = (await Admin.Get($"{collaborative}/sessions/ls1/attendance?limit=2")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("day"), Is.EqualTo(new[] { "2026-03-04" }));
        Assert.That((await Admin.Get($"{north}/sessions/ls1/attendance")).Is(200).Count(), Is.EqualTo(2));
        var member = await Server.As(Role.Member, CodeIn(north), "East");
        Assert.That((await member.Get($"{collaborative}/sessions/ls1/attendance")).Is(200).Each("team"), Is.EqualTo(new[] { "East" }));
        (await Admin.Get($"{collaborative}/sessions/ls9/attendance")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task Two_coordinators_at_once_never_lose_one_list()
    {
        var path = $"{await NewTeam()}/sessions/ls1/attendance/2026-03-03";
        (await Admin.Put(path, """{ "present": [] }""")).Is(201);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Admin.Put(path, $$"""{ "present": [{ "member": "{{(i % 2 == 0 ? "ann" : "cy")}}" }] }""", "1")));
        Assert.That(answers.Count(answer => answer is { Status: 200 }), Is.GreaterThanOrEqualTo(1));
        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(200, 412));
        (await Admin.Get(path)).Is(200).Has("/revision", "2");
    }

    [Test]
    public async Task A_team_says_what_it_thought_and_faculty_see_the_means()
    {
        var north = await NewTeam();
        var collaborative = north.Split("/teams/")[0];
        (await Admin.Put($"{collaborative}/teams/south", Given.Team)).Is(201);
        (await Admin.Put($"{north}/sessions/ls1/evaluation", """{ "ratings": [{ "question": "useful", "rating": 5 }, { "question": "OBJECTIVES", "rating": 4 }], "comments": "More time" }""")).Is(201)
            .Has("/ratings/0/question", "objectives");
        (await Admin.Put($"{collaborative}/teams/south/sessions/ls1/evaluation", """{ "ratings": [{ "question": "objectives", "rating": 1 }] }""")).Is(201);
        (await Admin.Put($"{collaborative}/teams/south/sessions/ls1/evaluation", """{ "ratings": [{ "question": "objectives", "rating": 3 }] }""", "1")).Is(200);
        (await Admin.Get($"{collaborative}/sessions/ls1/kpis")).Is(200)
            .Has("/evaluation/0/answers", "2").Has("/evaluation/0/mean", "3.5").Has("/evaluation/1/mean", "5").Has("/evaluation/2/mean", "null");
        Assert.That((await Admin.Get($"{collaborative}/sessions/ls1/evaluations")).Is(200).Each("comments"), Is.EqualTo(new[] { "More time", "null" }));
    }

    [TestCase("attendance/2026-3-3", """{ "present": [] }""", "date")]
    [TestCase("attendance/2026-03-03", """{ }""", "/present")]
    [TestCase("attendance/2026-03-03", """{ "present": [{ }] }""", "/present/0/member")]
    [TestCase("attendance/2026-03-03", """{ "present": [{ "member": "ann" }, { "member": "Ann" }] }""", "/present/1/member")]
    [TestCase("attendance/2026-03-03", """{ "present": [{ "member": "ann", "mode": "dreaming" }] }""", "/present/0/mode")]
    [TestCase("evaluation", """{ }""", "/ratings")]
    [TestCase("evaluation", """{ "ratings": [{ "question": "objectives", "rating": 6 }] }""", "/ratings/0/rating")]
    [TestCase("evaluation", """{ "ratings": [{ "question": "food", "rating": 5 }] }""", "/ratings/0/question")]
    [TestCase("evaluation", """{ "ratings": [{ "question": "objectives" }] }""", "/ratings/0")]
    public async Task What_cannot_be_noted_down_is_refused_with_its_place(string path, string body, string pointer) =>
        (await Admin.Put($"{await NewTeam()}/sessions/ls1/{path}", body)).IsInvalid(pointer);

    private async Task<string> NewTeam()
    {
        var collaborative = await NewCollaborative();
        (await Admin.Put($"{collaborative}/sessions/ls1", """{ "number": 1, "title": "Launch", "firstDay": "2026-03-03", "lastDay": "2026-03-04" }""")).Is(201);
        (await Admin.Put($"{collaborative}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{collaborative}/teams/north/members/ann", """{ "name": "Ann", "roles": ["seniorLeader"], "from": "2026-01-01" }""")).Is(201);
        (await Admin.Put($"{collaborative}/teams/north/members/cy", """{ "name": "Cy", "roles": ["dataLead"], "from": "2026-01-01" }""")).Is(201);
        return $"{collaborative}/teams/north";
    }
}
