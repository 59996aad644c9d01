using System.Globalization;
using System.Text;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Life;

/// <summary>How large a collaborative is, and how long it lasts.</summary>
/// <param name="Teams">Enrolled through an application.</param>
/// <param name="Months">Of reports, from January 2026.</param>
/// <param name="CyclesPerTeam">PDSA cycles in all.</param>
public sealed record LifeSize(int Teams, int Months, int CyclesPerTeam)
{
    /// <summary>160 teams, 13 months, 2,080 reports and 6,080 PDSA cycles.</summary>
    public static readonly LifeSize Whole = new(160, 13, 38);

    public static readonly LifeSize Small = new(13, 2, 3);
}

/// <summary>A collaborative through its whole life, over HTTP: what a director, faculty and teams send from charter to holding the gains.</summary>
public sealed class Life(Client admin, FixedClock clock, LifeSize size, string code)
{
    private const int Connections = 8;

    private const string Aim = """{ "statement": "Halve pneumonia in our ICUs by December 2026", "howMuch": "by half", "byWhen": "2026-12", "forWhom": "ventilated adults in our ICUs" }""";

    private static readonly string[] Roles = ["seniorLeader", "dayToDayLeader", "dataLead", "clinicalChampion", "patientOrCommunity", "member"];

    public string Path { get; } = $"/collaboratives/{code}";

    /// <summary>Requests sent.</summary>
    public int Sent { get; private set; }

    public static string Team(int number) => string.Create(CultureInfo.InvariantCulture, $"t{number:000}");

    /// <summary>From 0: January 2026.</summary>
    public static string Month(int number) => string.Create(CultureInfo.InvariantCulture, $"{2026 + (number / 12)}-{(number % 12) + 1:00}");

    public async Task Live()
    {
        clock.MoveTo("2025-09-01T09:00:00Z");
        await Plan();
        await Recruit();
        await Prepare();
        clock.MoveTo("2026-01-12T09:00:00Z");
        await Put("/stage", """{ "stage": "active", "reason": "Learning session 1", "session": { "kind": "learningSession", "number": 1 } }""", "*");
        clock.MoveTo("2027-02-20T09:00:00Z");
        await SubmitFigures();
        await TestChanges();
        await Report();
        await MeetAndCall();
        await Close();
    }

    private async Task Plan()
    {
        await Put("", """{ "name": "Safer ventilation", "topic": "Pneumonia", "aim": "Halve pneumonia by December 2026", "startMonth": "2026-01", "endMonth": "2027-01", "baselineFrom": "2025-01" }""");
        await Put("/measures/vap", """{ "name": "Pneumonia", "type": "outcome", "kind": "rate", "direction": "decrease", "multiplier": 1000, "goal": { "value": 5 } }""");
        await Put("/measures/bundle", """{ "name": "Bundle reliability", "type": "process", "kind": "proportion", "direction": "increase", "goal": { "value": 95 } }""");
        await Put("/charter", $$"""{ "title": "Safer ventilation", "problem": "One in ten gets pneumonia", "aim": {{Aim}}, "measures": ["vap"], "status": "submitted" }""");
        await Put("/charter/review", """{ "charterRevision": 1, "verdict": "accepted" }""");
        await Put("/change-package", Package());
        for (var session = 1; session <= 3; session++)
        {
            var month = (session - 1) * 4;
            await Put($"/sessions/ls{session}", $$"""{ "number": {{session}}, "title": "Learning session {{session}}", "firstDay": "{{Month(month)}}-12", "lastDay": "{{Month(month)}}-13" }""");
        }

        foreach (var (item, type, offset) in new[] { ("roster", "teamRoster", -42), ("aim", "document", -42), ("baseline", "measureBaseline", -28), ("storyboard", "storyboard", -14) })
        {
            await Put($"/prework/{item}", $$"""{ "title": "{{item}}", "type": "{{type}}", "dueOffsetDays": {{offset}}, "ownerRole": "dayToDayLeader" }""");
        }

        await Put("/calendar/plan", """{ "firstLearningSession": "2026-01-12" }""");
        await Put("/stage", """{ "stage": "recruiting", "reason": "The charter is accepted" }""", "*");
    }

    private Task Recruit() => ForEachTeam(async team =>
    {
        await Put($"/teams/{Team(team)}", $$"""{ "name": "Team {{team}}", "organisation": "Hospital {{team % 40}}", "region": "Region {{team % 5}}" }""");
        var enrolment = $"/teams/{Team(team)}/enrolment";
        await Put(enrolment, """{ "state": "applied" }""");
        await Put(enrolment, """{ "state": "underReview" }""", "*");
        await Put(enrolment, """{ "state": "selected" }""", "*");
        await Put($"/teams/{Team(team)}/readiness", """{ "items": [{ "number": 1, "rating": "met" }, { "number": 2, "rating": "partly", "gapAction": "Free a day a week" }, { "number": 5, "rating": "met" }] }""");
        await Put(enrolment, """{ "state": "committed", "letter": { "seniorLeader": "Dr Grey", "signedOn": "2025-08-20" } }""", "*");
        for (var role = 0; role < Roles.Length; role++)
        {
            await Put($"/teams/{Team(team)}/members/m{role}", $$"""{ "name": "Member {{role}}", "roles": ["{{Roles[role]}}"], "from": "2025-08-01"{{(role == 1 ? ", \"timePercent\": 30" : "")}} }""");
        }
    });

    private async Task Prepare()
    {
        await Put("/stage", """{ "stage": "prework", "reason": "Teams are selected" }""", "*");
        await ForEachTeam(async team =>
        {
            await Put($"/teams/{Team(team)}/charter", $$"""{ "problem": "One in ten gets pneumonia", "aim": {{Aim}}, "measures": ["vap"], "sponsor": "Dr Grey", "status": "submitted" }""");
            await Put($"/teams/{Team(team)}/charter/review", """{ "charterRevision": 1, "verdict": "accepted" }""");
            foreach (var item in new[] { "roster", "aim", "baseline", "storyboard" })
            {
                await Put($"/teams/{Team(team)}/prework/{item}", """{ "state": "submitted", "evidence": "sent by mail" }""");
                await Put($"/teams/{Team(team)}/prework/{item}", """{ "state": "accepted", "evidence": "sent by mail" }""", "*");
            }

            await Put($"/teams/{Team(team)}/enrolment", """{ "state": "active" }""", "*");
        });
    }

    /// <summary>A baseline year and the months of the collaborative, by import.</summary>
    private async Task SubmitFigures()
    {
        var file = new StringBuilder("team,measure,month,numerator,denominator\n");
        for (var team = 0; team < size.Teams; team++)
        {
            for (var month = -12; month < size.Months; month++)
            {
                var label = month < 0 ? string.Create(CultureInfo.InvariantCulture, $"2025-{month + 13:00}") : Month(month);
                file.Append(CultureInfo.InvariantCulture, $"{Team(team)},vap,{label},{3 + ((team + month + 12) % 4) - (month > 4 ? 2 : 0)},{300 + team}\n");
                file.Append(CultureInfo.InvariantCulture, $"{Team(team)},bundle,{label},{20 + ((team + month + 12) % 5) + (month > 4 ? 15 : 0)},40\n");
            }
        }

        var job = await Jobs.Ended(admin, (await admin.Post($"{Path}/imports", file.ToString(), "text/csv")).Is(202));
        job.Has("/state", "succeeded").Has("/counts/rejected", "0");
        Sent++;
    }

    private Task TestChanges() => ForEachTeam(async team =>
    {
        for (var cycle = 0; cycle < size.CyclesPerTeam; cycle++)
        {
            // Ramps of four cycles of growing scale on one idea each.
            var (ramp, step) = (cycle / 4, cycle % 4);
            var scale = step switch { 0 => "onePatient", 1 => "oneShift", 2 => "oneUnit", _ => "several" };
            var after = step == 0 ? "" : $$""", "after": "r{{ramp}}-{{step - 1}}" """;
            await Put(
                $"/teams/{Team(team)}/pdsa/r{ramp}-{step}",
                $$"""
                { "title": "Oral care, step {{step}}", "idea": "idea{{ramp % 8}}", "measure": "bundle", "scale": { "kind": "{{scale}}", "size": {{step + 1}} }, "state": "closed"{{after}},
                  "startedOn": "{{Month(ramp % size.Months)}}-{{step + 5:00}}", "endedOn": "{{Month(ramp % size.Months)}}-{{step + 6:00}}", "plan": { "predictions": ["It takes two minutes"] },
                  "study": { "results": [{ "prediction": 1, "happened": "asPredicted" }], "learned": "A trolley helps" },
                  "act": { "decision": "{{(step == 3 ? "adopt" : "adapt")}}" }, "share": {{(cycle == 0 ? "true" : "false")}}, "degreeOfBelief": "medium" }
                """);
        }

        await Put($"/teams/{Team(team)}/ideas/idea0/progress", """{ "status": "implemented", "since": "2026-06-01" }""");
        await Put($"/teams/{Team(team)}/barriers/kits", """{ "description": "No kits at night", "owner": "Dr Grey", "level": "team", "raisedOn": "2026-03-02" }""");
    });

    private Task Report() => ForEachTeam(async team =>
    {
        for (var month = 0; month < size.Months; month++)
        {
            await Put($"/teams/{Team(team)}/reports/{Month(month)}", """{ "successes": "Oral care on every shift", "barriers": "No kits at night", "nextPlan": "Try the new kit" }""");
            await Put($"/teams/{Team(team)}/assessments/{Month(month)}/self", """{ "value": 3.0, "justification": "The bundle is used on every shift" }""");
            await Put($"/teams/{Team(team)}/assessments/{Month(month)}/director", """{ "value": 2.5, "justification": "The measure moves" }""");
        }
    });

    private async Task MeetAndCall()
    {
        await ForEachTeam(async team =>
        {
            for (var session = 1; session <= 3; session++)
            {
                await Put(
                    $"/teams/{Team(team)}/sessions/ls{session}/attendance/{Month((session - 1) * 4)}-12",
                    """{ "present": [{ "member": "m0", "mode": "inPerson" }, { "member": "m1", "mode": "inPerson" }, { "member": "m2", "mode": "virtual" }] }""");
            }
        });
        for (var month = 0; month < size.Months; month++)
        {
            await Put($"/calls/all-{month}", $$"""{ "kind": "allTeam", "title": "All teams", "startsAt": "{{Month(month)}}-20T14:00:00Z", "durationMinutes": 60, "host": "Ann" }""");
        }
    }

    private async Task Close()
    {
        await Put("/stage", """{ "stage": "closing", "reason": "The congress is planned" }""", "*");
        await Put("/stage", """{ "stage": "holdingGains", "reason": "The congress is over" }""", "*");
    }

    private static string Package()
    {
        var ideas = string.Join(", ", Enumerable.Range(0, 8).Select(idea => $$"""{ "code": "idea{{idea}}", "title": "Change idea {{idea}}", "measure": "bundle" }"""));
        return $$"""{ "aim": "Halve pneumonia", "primaryDrivers": [{ "code": "care", "title": "Reliable care", "secondaryDrivers": [{ "code": "mouth", "title": "Oral hygiene", "concepts": [{ "code": "easy", "title": "Make it easy", "ideas": [{{ideas}}] }] }] }] }""";
    }

    private Task ForEachTeam(Func<int, Task> act) =>
        Parallel.ForEachAsync(Enumerable.Range(0, size.Teams), new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (team, _) => await act(team));

    private async Task Put(string path, string body, string? ifMatch = null)
    {
        var answer = await admin.Put(Path + path, body, ifMatch);
        Assert.That(answer.Status, Is.AnyOf(200, 201), () => $"PUT {path}: {answer.Text}");
        Sent++;
    }
}
