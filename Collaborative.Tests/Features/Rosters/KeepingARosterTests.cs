using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Rosters;

public sealed class KeepingARosterTests(Lane lane) : Feature(lane)
{
    private const string Ann = """{ "name": "Ann Ash", "roles": ["dataLead", "seniorLeader"], "email": "ann@hospital.example", "phone": "01 234", "from": "2026-01-01", "timePercent": 20 }""";

    [Test]
    public async Task A_person_is_put_on_the_roster_changed_and_taken_off_and_every_revision_stays()
    {
        var path = $"{await NewTeam()}/members/ann";
        (await Admin.Put(path, Ann)).Is(201).Has("/roles", """["seniorLeader","dataLead"]""").Has("/optedOut", "false");
        (await Admin.Put(path, Ann)).Is(200).Has("/revision", "1");
        var left = Ann.Replace("\"timePercent\": 20", "\"to\": \"2026-06-30\", \"optedOut\": true", StringComparison.Ordinal);
        (await Admin.Put(path, left)).IsProblem(428, "precondition-required");
        (await Admin.Put(path, left, "1")).Is(200).Has("/to", "2026-06-30").Has("/timePercent", "null");
        (await Admin.Get(path)).Is(200).Has("/email", "ann@hospital.example");
        (await Admin.Delete(path + "?reason=wrong%20team", "2")).Is(200);
        (await Admin.Get(path)).IsProblem(404, "not-found");
        Assert.That(await Server.Database.Rows("SELECT Revision FROM HistoryEntry WHERE Subject = 'teamMember' AND AddressCode = 'ann' ORDER BY Revision"), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Without_a_first_day_somebody_new_is_on_the_team_from_today_and_stays_so_when_sent_again()
    {
        var path = $"{await NewTeam()}/members/bo";
        const string Bo = """{ "name": "Bo", "roles": ["member"] }""";
        (await Admin.Put(path, Bo)).Is(201).Has("/from", "2026-07-22");
        Clock.Advance(TimeSpan.FromDays(3));
        (await Admin.Put(path, Bo)).Is(200).Has("/revision", "1");
    }

    [Test]
    public async Task Whoever_wants_no_reminders_stays_so_when_something_else_changes()
    {
        var path = $"{await NewTeam()}/members/bo";
        (await Admin.Put(path, """{ "name": "Bo", "roles": ["member"], "from": "2026-01-01", "optedOut": true }""")).Is(201);
        (await Admin.Put(path, """{ "name": "Bo Ash", "roles": ["member"], "from": "2026-01-01" }""", "1")).Is(200).Has("/optedOut", "true");
        (await Admin.Put(path, """{ "name": "Bo Ash", "roles": ["member"], "from": "2026-01-01", "optedOut": false }""", "2")).Is(200).Has("/optedOut", "false");
    }

    [Test]
    public async Task People_are_listed_by_code_by_role_and_by_day()
    {
        var path = $"{await NewTeam()}/members";
        (await Admin.Put($"{path}/ann", Ann)).Is(201);
        (await Admin.Put($"{path}/Bo", """{ "name": "Bo", "roles": ["member"], "from": "2026-01-01", "to": "2026-03-31" }""")).Is(201);
        (await Admin.Put($"{path}/cy", """{ "name": "Cy", "roles": ["dataLead"], "from": "2026-04-01" }""")).Is(201);
        Assert.That((await Admin.Get(path)).Is(200).Each("code"), Is.EqualTo(new[] { "ann", "Bo", "cy" }));
        Assert.That((await Admin.Get(path + "?role=dataLead")).Is(200).Each("code"), Is.EqualTo(new[] { "ann", "cy" }));
        Assert.That((await Admin.Get(path + "?on=2026-03-31")).Is(200).Each("code"), Is.EqualTo(new[] { "ann", "Bo" }));
        var first = (await Admin.Get(path + "?limit=2")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("code"), Is.EqualTo(new[] { "cy" }));
    }

    [TestCase("""{ "roles": ["member"] }""", "/name")]
    [TestCase("""{ "name": "Ann" }""", "/roles")]
    [TestCase("""{ "name": "Ann", "roles": ["member", "member"] }""", "/roles")]
    [TestCase("""{ "name": "Ann", "roles": ["boss"] }""", "/roles/0")]
    [TestCase("""{ "name": "Ann", "roles": ["member"], "email": "ann at home" }""", "/email")]
    [TestCase("""{ "name": "Ann", "roles": ["member"], "from": "2026-03-02", "to": "2026-03-01" }""", "/to")]
    [TestCase("""{ "name": "Ann", "roles": ["member"], "to": "2026-03-01" }""", "/to")]
    [TestCase("""{ "name": "Ann", "roles": ["member"], "timePercent": 101 }""", "/timePercent")]
    public async Task What_a_roster_cannot_hold_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await NewTeam()}/members/ann", body)).IsInvalid(pointer);

    [Test]
    public async Task Contact_details_are_open_to_the_own_team_faculty_and_directors_only()
    {
        var team = await NewTeam();
        (await Admin.Put($"{team}/members/ann", Ann)).Is(201);
        (await Admin.Put(team.Replace("north", "south", StringComparison.Ordinal), Given.Team)).Is(201);
        foreach (var (client, status) in new[]
        {
            (await Server.As(Role.Director, CodeIn(team)), 200), (await Server.As(Role.Faculty, CodeIn(team)), 200), (await Server.As(Role.Member, CodeIn(team), "north"), 200),
            (await Server.As(Role.Member, CodeIn(team), "south"), 404), (await Server.As(Role.Sponsor, CodeIn(team)), 403), (await Server.As(Role.Integration, CodeIn(team)), 403),
        })
        {
            (await client.Get($"{team}/members")).Is(status);
            (await client.Get($"{team}/members/ann")).Is(status);
        }
    }

    [Test]
    public async Task A_team_is_complete_when_senior_leader_day_to_day_leader_and_data_lead_are_each_there()
    {
        var team = await NewTeam();
        (await Admin.Get($"{team}/roster")).Is(200).Has("/on", "2026-07-22").Has("/complete", "false").Has("/missing", """["seniorLeader","dayToDayLeader","dataLead"]""");
        (await Admin.Put($"{team}/members/ann", Ann)).Is(201);
        (await Admin.Put($"{team}/members/bo", """{ "name": "Bo", "roles": ["dayToDayLeader"], "from": "2026-01-01", "to": "2026-06-30", "timePercent": 30 }""")).Is(201);
        (await Admin.Get($"{team}/roster?on=2026-06-30")).Is(200).Has("/complete", "true").Has("/members", "2");
        (await Admin.Get($"{team}/roster")).Is(200).Has("/complete", "false").Has("/missing", """["dayToDayLeader"]""").Has("/remarks/0/code", "missingRole");
    }

    [Test]
    public async Task The_rosters_of_all_teams_are_listed_without_those_that_withdrew_and_narrowed_to_own_teams()
    {
        var team = await NewTeam();
        var collaborative = team.Split("/teams/")[0];
        (await Admin.Put($"{collaborative}/teams/East", Given.Team)).Is(201);
        (await Admin.Put($"{collaborative}/teams/gone", Given.Team)).Is(201);
        (await Admin.Put($"{collaborative}/teams/gone/enrolment", """{ "state": "withdrawn", "reason": "Closed" }""")).Is(201);
        (await Admin.Put($"{team}/members/ann", Ann)).Is(201);
        var all = (await Admin.Get($"{collaborative}/rosters")).Is(200);
        Assert.That(all.Each("team"), Is.EqualTo(new[] { "East", "north" }));
        Assert.That(all.Each("members"), Is.EqualTo(new[] { "0", "1" }));
        var first = (await Admin.Get($"{collaborative}/rosters?limit=1")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("members"), Is.EqualTo(new[] { "1" }));
        var lead = await Server.As(Role.DataLead, CodeIn(team), "East");
        Assert.That((await lead.Get($"{collaborative}/rosters")).Is(200).Each("team"), Is.EqualTo(new[] { "East" }));
    }

    private async Task<string> NewTeam()
    {
        var team = $"{await NewCollaborative()}/teams/north";
        (await Admin.Put(team, Given.Team)).Is(201);
        return team;
    }
}
