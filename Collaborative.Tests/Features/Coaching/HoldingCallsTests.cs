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

    [TestCase("""{ "kind": "party", "title": "x", "startsAt": "2026-04-15T10:00:00Z" }""", "/kind")]
    [TestCase("""{ "kind": "allTeam", "startsAt": "2026-04-15T10:00:00Z" }""", "/title")]
    [TestCase("""{ "kind": "allTeam", "title": "x" }""", "/startsAt")]
    [TestCase("""{ "kind": "allTeam", "title": "x", "startsAt": "2026-04-15T10:00:00Z", "durationMinutes": 0 }""", "/durationMinutes")]
    [TestCase("""{ "kind": "oneToOne", "title": "x", "startsAt": "2026-04-15T10:00:00Z" }""", "/team")]
    [TestCase("""{ "kind": "oneToOne", "title": "x", "startsAt": "2026-04-15T10:00:00Z", "team": "nobody" }""", "/team")]
    [TestCase("""{ "kind": "allTeam", "title": "x", "startsAt": "2026-04-15T10:00:00Z", "team": "north" }""", "/team")]
    [TestCase("""{ "kind": "allTeam", "title": "x", "startsAt": "2026-04-15T10:00:00Z", "actions": [{ "owner": "Ann" }] }""", "/actions/0/what")]
    public async Task A_call_of_the_wrong_shape_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await NewCollaborative()}/calls/x", body)).IsInvalid(pointer);

    private static string Call(string kind, string startsAt, string more = "") => $$"""{ "kind": "{{kind}}", "title": "A call", "startsAt": "{{startsAt}}"{{more}} }""";
}
