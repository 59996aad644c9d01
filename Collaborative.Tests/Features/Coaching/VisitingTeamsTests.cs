using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Coaching;

public sealed class VisitingTeamsTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task A_visit_is_planned_noted_down_and_called_off_and_every_revision_stays()
    {
        var path = $"{await NewTeam()}/visits/spring";
        (await Admin.Put(path, """{ "on": "2026-09-01", "visitors": ["Dr Moss"] }""")).Is(201).Has("/actions", "[]");
        (await Admin.Put(path, """{ "on": "2026-07-01", "visitors": ["Dr Moss"], "notes": "The ward is ready.", "actions": [{ "what": "Test on one shift", "owner": "Ann", "due": "2026-07-15", "done": true }] }""", "1"))
            .Is(200).Has("/actions/0/done", "true").Has("/notes", "The ward is ready.");
        (await Admin.Delete(path, "2")).Is(200);
        (await Admin.Get(path)).IsProblem(404, "not-found");
        Assert.That(await Server.Database.Rows("SELECT Revision FROM HistoryEntry WHERE Subject = 'siteVisit' AND AddressCode = 'spring'"), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Faculty_note_visits_down_and_the_team_reads_them()
    {
        var team = await NewTeam();
        var faculty = await Server.As(Role.Faculty, CodeIn(team));
        var lead = await Server.As(Role.DataLead, CodeIn(team), "north");
        (await faculty.Put($"{team}/visits/one", """{ "on": "2026-07-01" }""")).Is(201);
        (await lead.Get($"{team}/visits/one")).Is(200);
        (await lead.Put($"{team}/visits/one", """{ "on": "2026-07-02" }""", "1")).IsProblem(403, "forbidden");
    }

    [Test]
    public async Task Visits_are_listed_by_day_and_paged()
    {
        var path = $"{await NewTeam()}/visits";
        foreach (var (code, day) in new[] { ("c", "2026-03-01"), ("b", "2026-04-01"), ("a", "2026-04-01") })
        {
            (await Admin.Put($"{path}/{code}", $$"""{ "on": "{{day}}" }""")).Is(201);
        }

        var first = (await Admin.Get(path + "?limit=2")).Is(200);
        Assert.That(first.Each("code"), Is.EqualTo(new[] { "c", "a" }));
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("code"), Is.EqualTo(new[] { "b" }));
    }

    [TestCase("""{ }""", "/on")]
    [TestCase("""{ "on": "2026-07-01", "visitors": [" "] }""", "/visitors/0")]
    [TestCase("""{ "on": "2026-07-01", "actions": [null] }""", "/actions/0")]
    public async Task A_visit_of_the_wrong_shape_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await NewTeam()}/visits/x", body)).IsInvalid(pointer);

    private async Task<string> NewTeam()
    {
        var team = $"{await NewCollaborative()}/teams/north";
        (await Admin.Put(team, Given.Team)).Is(201);
        return team;
    }
}
