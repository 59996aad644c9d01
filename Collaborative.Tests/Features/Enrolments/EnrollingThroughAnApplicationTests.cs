using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Enrolments;

public sealed class EnrollingThroughAnApplicationTests(Lane lane) : Feature(lane)
{
    private const string Figures = """{ "numerator": 3, "denominator": 100 }""";

    private const string Ready = """{ "items": [{ "number": 1, "rating": "met", "evidence": "Board minutes" }, { "number": 2, "rating": "partly", "gapAction": "Free a day a week" }, { "number": 5, "rating": "met", "reviewer": "Dr Moss" }] }""";

    private const string Committed = """{ "state": "committed", "letter": { "seniorLeader": "Dr Grey", "signedOn": "2026-07-20", "document": "letters/north.pdf" } }""";

    [Test]
    public async Task A_team_goes_from_application_to_completion_and_every_step_is_a_revision()
    {
        var team = await NewTeam();
        await Commit(team);
        (await Admin.Put($"{team}/enrolment", """{ "state": "active" }""", "*")).Is(200).Has("/letter/seniorLeader", "Dr Grey").Has("/on", "2026-07-22");
        (await Admin.Put($"{team}/enrolment", """{ "state": "completed" }""", "*")).Is(200).Has("/revision", "6");
        (await Admin.Get(team)).Is(200).Has("/enrolment", "completed");
        Assert.That(
            await Server.Database.Rows($"SELECT h.Revision FROM HistoryEntry h JOIN Team t ON t.Id = h.TeamId JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE h.Subject = 'enrolment' AND c.Code = '{CodeIn(team)}'"),
            Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_data_lead_applies_and_commits_but_cannot_select_her_own_team()
    {
        var team = await NewTeam();
        var lead = await Server.As(Role.DataLead, CodeIn(team), "north");
        (await lead.Put($"{team}/enrolment", """{ "state": "applied" }""")).Is(201);
        (await lead.Put($"{team}/enrolment", """{ "state": "selected" }""", "*")).IsProblem(403, "forbidden");
        (await Admin.Put($"{team}/enrolment", """{ "state": "selected" }""", "*")).Is(200);
        (await lead.Put($"{team}/readiness", Ready)).Is(201).Has("/passesGate", "true").Has("/items/2/rating", "null").Has("/items/1/gates", "true");
        (await lead.Put($"{team}/enrolment", Committed, "*")).Is(200);
        (await lead.Put($"{team}/enrolment", """{ "state": "active" }""", "*")).IsProblem(403, "forbidden");
    }

    [Test]
    public async Task Leadership_resources_and_measurement_gate_commitment()
    {
        var team = await NewTeam();
        (await Admin.Put($"{team}/enrolment", """{ "state": "applied" }""")).Is(201);
        (await Admin.Put($"{team}/enrolment", Committed, "*")).IsProblem(409, "enrolment-move");
        (await Admin.Put($"{team}/enrolment", """{ "state": "selected" }""", "*")).Is(200);
        (await Admin.Put($"{team}/enrolment", Committed, "*")).IsProblem(409, "readiness-gate");
        (await Admin.Put($"{team}/readiness", Ready.Replace("\"partly\"", "\"notMet\"", StringComparison.Ordinal))).Is(201).Has("/passesGate", "false");
        (await Admin.Put($"{team}/enrolment", Committed, "*")).IsProblem(409, "readiness-gate");
        (await Admin.Put($"{team}/readiness", Ready, "1")).Is(200);
        (await Admin.Put($"{team}/enrolment", """{ "state": "committed" }""", "*")).IsInvalid("/letter", "required");
        (await Admin.Put($"{team}/enrolment", Committed, "*")).Is(200);
    }

    [Test]
    public async Task A_team_can_submit_only_while_its_enrolment_allows_it()
    {
        var team = await NewTeam();
        (await Admin.Put($"{team}/enrolment", """{ "state": "applied" }""")).Is(201);
        (await Admin.Put($"{team}/measures/m/submissions/2026-05", Figures)).IsProblem(409, "team-not-enrolled");
        (await Admin.Get($"{team.Split("/teams/")[0]}/reporting?month=2026-05")).Is(200).Has("/teamsEnrolled", "0").Has("/items", "[]");
        (await Admin.Get($"{team}/due-months")).Is(200).Has("/items", "[]");
        var imported = (await Admin.Post($"{team.Split("/teams/")[0]}/imports", "team,measure,month,numerator,denominator\nnorth,m,2026-05,3,100\n", "text/csv")).Is(202);
        (await Jobs.Ended(Admin, imported)).Has("/counts/rejected", "1");
        (await Admin.Delete($"{team}/enrolment", "1")).Is(200);
        await Commit(team);
        (await Admin.Put($"{team}/measures/m/submissions/2026-05", Figures)).Is(201);
    }

    [Test]
    public async Task A_team_made_by_PUT_without_any_enrolment_step_counts_as_enrolled()
    {
        var team = await NewTeam();
        (await Admin.Get($"{team}/enrolment")).IsProblem(404, "not-found");
        (await Admin.Put($"{team}/measures/m/submissions/2026-05", Figures)).Is(201);
        (await Admin.Put($"{team}/enrolment", """{ "state": "applied" }""")).IsProblem(409, "enrolment-move");
        (await Admin.Get(team)).Is(200).Has("/enrolment", "null");
    }

    [Test]
    public async Task A_withdrawn_team_keeps_its_history_and_aggregates_use_its_data_up_to_the_withdrawal_month()
    {
        var team = await NewTeam();
        var collaborative = team.Split("/teams/")[0];
        foreach (var month in new[] { "2026-04", "2026-05", "2026-06" })
        {
            (await Admin.Put($"{team}/measures/m/submissions/{month}", Figures)).Is(201);
        }

        (await Admin.Put($"{team}/enrolment", """{ "state": "withdrawn" }""")).IsInvalid("/reason", "required");
        (await Admin.Put($"{team}/enrolment", """{ "state": "withdrawn", "reason": "The unit closed", "on": "2026-05-20" }""")).Is(201).Has("/lastMonth", "2026-05");
        (await Admin.Get(team)).Is(200).Has("/withdrawnAfter", "2026-05").Has("/enrolment", "withdrawn").Has("/revision", "2");
        (await Admin.Put($"{team}/measures/m/submissions/2026-07", Figures)).IsProblem(409, "team-withdrawn");
        Assert.That((await Admin.Get($"{team}/measures/m/submissions")).Is(200).Count(), Is.EqualTo(3), "its history");
        var chart = (await Admin.Get($"{collaborative}/measures/m/chart?from=2026-04&to=2026-06")).Is(200);
        Assert.That(chart.Each("numerator", "/points"), Is.EqualTo(new[] { "3", "3", "null" }));
        Assert.That(chart.Each("teamsEnrolled", "/points"), Is.EqualTo(new[] { "1", "1", "0" }));

        // The team itself cannot lose its last month by a PUT that does not know of it.
        (await Admin.Put(team, Given.Team, "*")).IsProblem(409, "team-withdrawn");
        (await Admin.Put($"{team}/enrolment", """{ "state": "active" }""", "*")).Is(200);
        (await Admin.Get(team)).Is(200).Has("/withdrawnAfter", "null");
    }

    [Test]
    public async Task A_team_that_withdraws_its_application_was_never_enrolled()
    {
        var team = await NewTeam();
        (await Admin.Put($"{team}/enrolment", """{ "state": "applied", "on": "2026-06-01" }""")).Is(201);
        (await Admin.Put($"{team}/enrolment", """{ "state": "withdrawn", "reason": "No time", "lastMonth": "2026-06" }""", "*")).IsInvalid("/lastMonth");
        (await Admin.Put($"{team}/enrolment", """{ "state": "withdrawn", "reason": "No time" }""", "*")).Is(200).Has("/lastMonth", "null");
        (await Admin.Get($"{team.Split("/teams/")[0]}/measures/m/chart?from=2026-04&to=2026-06")).Is(200).Has("/points/0/teamsEnrolled", "0");
    }

    [Test]
    public async Task An_application_made_by_mistake_is_taken_back_and_the_team_counts_as_enrolled_again()
    {
        var team = await NewTeam();
        (await Admin.Put($"{team}/enrolment", """{ "state": "applied" }""")).Is(201);
        (await Admin.Delete($"{team}/enrolment?reason=mistake", "1")).Is(200);
        (await Admin.Get($"{team}/enrolment")).IsProblem(404, "not-found");
        (await Admin.Put($"{team}/measures/m/submissions/2026-05", Figures)).Is(201);
    }

    [Test]
    public async Task Enrolments_and_checklists_are_listed_by_team_filtered_paged_and_narrowed_to_own_teams()
    {
        var team = await NewTeam();
        var collaborative = team.Split("/teams/")[0];
        foreach (var (code, state) in new[] { ("b", "applied"), ("a", "applied"), ("c", "completed") })
        {
            (await Admin.Put($"{collaborative}/teams/{code}", Given.Team)).Is(201);
            (await Admin.Put($"{collaborative}/teams/{code}/enrolment", $$"""{ "state": "{{state}}" }""")).Is(201);
            (await Admin.Put($"{collaborative}/teams/{code}/readiness", code == "a" ? Ready : """{ "items": [{ "number": 3, "rating": "met" }] }""")).Is(201);
        }

        Assert.That((await Admin.Get($"{collaborative}/enrolments")).Is(200).Each("team"), Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That((await Admin.Get($"{collaborative}/enrolments?state=applied")).Is(200).Each("team"), Is.EqualTo(new[] { "a", "b" }));
        Assert.That((await Admin.Get($"{collaborative}/readiness?passesGate=true")).Is(200).Each("team"), Is.EqualTo(new[] { "a" }));
        var first = (await Admin.Get($"{collaborative}/enrolments?limit=2")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("team"), Is.EqualTo(new[] { "c" }));
        var lead = await Server.As(Role.DataLead, CodeIn(team), "b");
        Assert.That((await lead.Get($"{collaborative}/enrolments")).Is(200).Each("team"), Is.EqualTo(new[] { "b" }));
        Assert.That((await lead.Get($"{collaborative}/readiness")).Is(200).Each("team"), Is.EqualTo(new[] { "b" }));
    }

    [TestCase("enrolment", """{ }""", "/state")]
    [TestCase("enrolment", """{ "state": "declined" }""", "/reason")]
    [TestCase("enrolment", """{ "state": "applied", "on": "2026-07-23" }""", "/on")]
    [TestCase("enrolment", """{ "state": "applied", "lastMonth": "2026-07" }""", "/lastMonth")]
    [TestCase("enrolment", """{ "state": "applied", "letter": { "seniorLeader": "Dr Grey", "signedOn": "2026-07-01" } }""", "/letter")]
    [TestCase("enrolment", """{ "state": "committed", "letter": { "signedOn": "2026-07-01" } }""", "/letter/seniorLeader")]
    [TestCase("enrolment", """{ "state": "committed", "letter": { "seniorLeader": "Dr Grey", "signedOn": "2026-08-01" } }""", "/letter/signedOn")]
    [TestCase("enrolment", """{ "state": "withdrawn", "reason": "x", "lastMonth": "2025-12" }""", "/lastMonth")]
    [TestCase("readiness", """{ "items": [] }""", "/items")]
    [TestCase("readiness", """{ "items": [{ "number": 7, "rating": "met" }] }""", "/items/0/number")]
    [TestCase("readiness", """{ "items": [{ "number": 1, "rating": "met" }, { "number": 1, "rating": "met" }] }""", "/items/1/number")]
    [TestCase("readiness", """{ "items": [{ "number": 1 }] }""", "/items/0/rating")]
    public async Task What_an_enrolment_or_a_checklist_cannot_hold_is_refused_with_its_place(string what, string body, string pointer) =>
        (await Admin.Put($"{await NewTeam()}/{what}", body)).IsInvalid(pointer);

    private async Task Commit(string team)
    {
        foreach (var state in new[] { "applied", "underReview", "selected" })
        {
            (await Admin.Put($"{team}/enrolment", $$"""{ "state": "{{state}}" }""", state == "applied" ? null : "*")).Is(state == "applied" ? 201 : 200);
        }

        (await Admin.Put($"{team}/readiness", Ready)).Is(201);
        (await Admin.Put($"{team}/enrolment", Committed, "*")).Is(200);
    }

    private async Task<string> NewTeam() => (await NewSeries()).Split("/measures/")[0];
}
