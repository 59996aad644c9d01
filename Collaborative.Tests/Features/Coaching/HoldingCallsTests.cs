using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Coaching;

public sealed class HoldingCallsTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task A_call_is_announced_moved_noted_down_and_called_off_and_every_revision_stays()
    {
        var path = $"{await NewCollaborative()}/calls/april";
        (await Admin.Put(path, Call("allTeam", "2026-04-15T10:00:00Z"))).Is(201).Has("/durationMinutes", "60").Has("/startsAt", "2026-04-15T10:00:00.000Z");
        (await Admin.Put(path, Call("allTeam", "2026-04-15T12:00:00+02:00"))).Is(200).Has("/revision", "1");
        (await Admin.Put(path, Call("allTeam", "2026-04-16T10:00:00Z", """
            , "host": "Dr Moss", "agenda": "Roll call\nTests of change", "minutes": "Two teams reported.", "actions": [{ "what": "Send the bundle", "owner": "Ann", "due": "2026-05-01" }]
            """), "1")).Is(200).Has("/actions/0/due", "2026-05-01").Has("/actions/0/done", "false").Has("/minutes", "Two teams reported.");
        (await Admin.Delete(path, "2")).Is(200);
        (await Admin.Get(path)).IsProblem(404, "not-found");
        Assert.That(await Server.Database.Rows("SELECT Revision FROM HistoryEntry WHERE Subject = 'coachingCall' AND AddressCode = 'april' ORDER BY Revision"), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Calls_are_listed_by_time_filtered_and_paged()
    {
        var path = $"{await NewCollaborative()}/calls";
        (await Admin.Put($"{path}/b", Call("allTeam", "2026-04-15T10:00:00Z"))).Is(201);
        (await Admin.Put($"{path}/a", Call("seniorLeader", "2026-05-15T10:00:00Z"))).Is(201);
        (await Admin.Put($"{path}/c", Call("allTeam", "2026-04-15T10:00:00Z"))).Is(201);
        Assert.That((await Admin.Get(path)).Is(200).Each("code"), Is.EqualTo(new[] { "b", "c", "a" }));
        Assert.That((await Admin.Get(path + "?kind=allTeam")).Is(200).Each("code"), Is.EqualTo(new[] { "b", "c" }));
        Assert.That((await Admin.Get(path + "?from=2026-05-01T00:00:00Z")).Is(200).Each("code"), Is.EqualTo(new[] { "a" }));
        Assert.That((await Admin.Get(path + "?to=2026-05-01T00:00:00Z&limit=1")).Is(200).Each("code"), Is.EqualTo(new[] { "b" }));
        var first = (await Admin.Get(path + "?limit=1")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("code"), Is.EqualTo(new[] { "c" }));
        (await Admin.Get(path + "?after=xyz")).IsInvalid("after");
    }

    [Test]
    public async Task A_call_with_one_team_is_open_to_that_team_faculty_and_directors_only()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{path}/teams/south", Given.Team)).Is(201);
        (await Admin.Put($"{path}/calls/open", Call("allTeam", "2026-04-15T10:00:00Z"))).Is(201);
        (await Admin.Put($"{path}/calls/ours", Call("oneToOne", "2026-04-16T10:00:00Z", """, "team": "NORTH" """))).Is(201).Has("/team", "north");
        foreach (var (client, sees) in new[]
        {
            (await Server.As(Role.Director, CodeIn(path)), true), (await Server.As(Role.Faculty, CodeIn(path)), true), (await Server.As(Role.Member, CodeIn(path), "north"), true),
            (await Server.As(Role.DataLead, CodeIn(path), "south"), false), (await Server.As(Role.Sponsor, CodeIn(path)), false), (await Server.As(Role.Integration, CodeIn(path), "north"), false),
        })
        {
            (await client.Get($"{path}/calls/ours")).Is(sees ? 200 : 404);
            (await client.Get($"{path}/calls/open")).Is(200);
            Assert.That((await client.Get($"{path}/calls")).Is(200).Count(), Is.EqualTo(sees ? 2 : 1));
            Assert.That((await client.Get($"{path}/calls?team=north")).Is(200).Count(), Is.EqualTo(sees ? 1 : 0));
        }
    }

    [Test]
    public async Task Which_teams_were_on_a_call_is_noted_down_and_a_correction_is_a_new_revision()
    {
        var path = await NewCollaborative();
        foreach (var team in new[] { "north", "South", "west" })
        {
            (await Admin.Put($"{path}/teams/{team}", Given.Team)).Is(201);
        }

        foreach (var (call, month) in new[] { ("c1", "03"), ("c2", "04"), ("c3", "05") })
        {
            (await Admin.Put($"{path}/calls/{call}", Call("allTeam", $"2026-{month}-15T10:00:00Z"))).Is(201);
        }

        (await Admin.Put($"{path}/calls/leaders", Call("seniorLeader", "2026-03-20T10:00:00Z"))).Is(201);
        (await Admin.Put($"{path}/calls/c1/attendance", """{ "teams": ["south", "north"] }""")).Is(201).Has("/teams", """["north","South"]""");
        (await Admin.Put($"{path}/calls/c1/attendance", """{ "teams": ["north", "SOUTH"] }""")).Is(200).Has("/revision", "1");
        (await Admin.Put($"{path}/calls/c1/attendance", """{ "teams": ["north"], "reason": "South only listened in" }""", "1")).Is(200);
        (await Admin.Put($"{path}/calls/c2/attendance", """{ "teams": ["north", "south"] }""")).Is(201);
        (await Admin.Put($"{path}/calls/leaders/attendance", """{ "teams": [] }""")).Is(201);
        var kpis = (await Admin.Get($"{path}/call-kpis")).Is(200);
        Assert.That(kpis.Each("call", "/calls"), Is.EqualTo(new[] { "c1", "leaders", "c2" }), "c3 has no attendance yet");
        Assert.That(kpis.Each("present", "/calls"), Is.EqualTo(new[] { "1", "0", "2" }));
        Assert.That(kpis.Each("team", "/oftenAbsent").Zip(kpis.Each("missed", "/oftenAbsent")), Is.EqualTo(new[] { ("South", "2"), ("west", "3") }));
        (await Admin.Get($"{path}/call-kpis?kind=allTeam")).Is(200).Has("/oftenAbsent", """[{"team":"west","missed":2,"calls":2}]""");
        (await Admin.Get($"{path}/call-kpis?kind=officeHours")).IsInvalid("kind");
    }

    [Test]
    public async Task Attendance_of_a_call_names_known_teams_once_the_call_has_begun()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{path}/teams/south", Given.Team)).Is(201);
        (await Admin.Put($"{path}/calls/later", Call("allTeam", "2026-08-01T10:00:00Z"))).Is(201);
        (await Admin.Put($"{path}/calls/ours", Call("oneToOne", "2026-04-16T10:00:00Z", """, "team": "north" """))).Is(201);
        (await Admin.Put($"{path}/calls/later/attendance", """{ "teams": ["north"] }""")).IsProblem(409, "day-in-future");
        (await Admin.Put($"{path}/calls/ours/attendance", """{ "teams": ["south"] }""")).IsInvalid("/teams/0", "notForCall");
        (await Admin.Put($"{path}/calls/ours/attendance", """{ "teams": ["nobody"] }""")).IsInvalid("/teams/0", "unknown");
        (await Admin.Put($"{path}/calls/ours/attendance", """{ "teams": ["north", "North"] }""")).IsInvalid("/teams/1", "duplicate");
        (await Admin.Put($"{path}/calls/ours/attendance", """{ }""")).IsInvalid("/teams");
        (await Admin.Put($"{path}/calls/none/attendance", """{ "teams": [] }""")).IsProblem(404, "not-found");
    }

    [TestCase("""{ "kind": "party", "title": "x", "startsAt": "2026-04-15T10:00:00Z" }""", "/kind")]
    [TestCase("""{ "kind": "allTeam", "startsAt": "2026-04-15T10:00:00Z" }""", "/title")]
    [TestCase("""{ "kind": "allTeam", "title": "x" }""", "/startsAt")]
    [TestCase("""{ "kind": "allTeam", "title": "x", "startsAt": "2026-04-15T10:00:00" }""", "/startsAt")]
    [TestCase("""{ "kind": "allTeam", "title": "x", "startsAt": "2026-04-15T10:00:00Z", "durationMinutes": 0 }""", "/durationMinutes")]
    [TestCase("""{ "kind": "oneToOne", "title": "x", "startsAt": "2026-04-15T10:00:00Z" }""", "/team")]
    [TestCase("""{ "kind": "oneToOne", "title": "x", "startsAt": "2026-04-15T10:00:00Z", "team": "nobody" }""", "/team")]
    [TestCase("""{ "kind": "allTeam", "title": "x", "startsAt": "2026-04-15T10:00:00Z", "team": "north" }""", "/team")]
    [TestCase("""{ "kind": "allTeam", "title": "x", "startsAt": "2026-04-15T10:00:00Z", "actions": [{ "owner": "Ann" }] }""", "/actions/0/what")]
    public async Task A_call_of_the_wrong_shape_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await NewCollaborative()}/calls/x", body)).IsInvalid(pointer);

    private static string Call(string kind, string startsAt, string more = "") => $$"""{ "kind": "{{kind}}", "title": "A call", "startsAt": "{{startsAt}}"{{more}} }""";
}
