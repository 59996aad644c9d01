using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Reports;

public sealed class ReportingAMonthTests(Lane lane) : Feature(lane)
{
    private const string Draft = """{ "status": "draft", "successes": "Oral care on every shift", "barriers": "No brushes at night", "nextPlan": "Try the new kit" }""";

    private const string Submitted = """{ "successes": "Oral care on every shift", "barriers": "No brushes at night", "nextPlan": "Try the new kit" }""";

    [Test]
    public async Task A_report_is_saved_as_a_draft_then_submitted_and_the_first_submission_decides_whether_it_is_on_time()
    {
        var report = $"{await Team()}/reports/2026-06";
        Clock.MoveTo("2026-07-10T09:00:00Z");
        (await Admin.Put(report, Draft)).Is(201).Has("/status", "draft").Has("/onTime", "null").Has("/submittedAt", "null").Has("/dueOn", "2026-07-15");
        (await Admin.Put(report, Draft)).Is(200).Has("/revision", "1");
        (await Admin.Put(report, Submitted)).IsProblem(428, "precondition-required");
        (await Admin.Put(report, Submitted, "1")).Is(200).Has("/status", "submitted").Has("/onTime", "true").Has("/submittedAt", "2026-07-10T09:00:00.000Z");
        Clock.MoveTo("2026-07-20T09:00:00Z");
        (await Admin.Put(report, Submitted)).Is(200).Has("/revision", "2");
        (await Admin.Put(report, Submitted.Replace("night", "weekends", StringComparison.Ordinal), "2")).Is(200)
            .Has("/onTime", "true").Has("/submittedAt", "2026-07-10T09:00:00.000Z").Has("/frozenRevision", "3");
        (await Admin.Get(report)).Is(200).Has("/barriers", "No brushes at weekends").Has("/revision", "3");
    }

    [Test]
    public async Task A_report_after_the_due_day_is_late()
    {
        var report = $"{await Team()}/reports/2026-06";
        Clock.MoveTo("2026-07-16T00:00:00Z");
        (await Admin.Put(report, Submitted)).Is(201).Has("/onTime", "false");
    }

    [Test]
    public async Task A_submitted_report_does_not_become_a_draft_again()
    {
        var report = $"{await Team()}/reports/2026-06";
        (await Admin.Put(report, Submitted)).Is(201);
        (await Admin.Put(report, Draft, "1")).IsProblem(409, "report-submitted");
    }

    [Test]
    public async Task Reports_are_listed_by_month_and_team_filtered_and_paged()
    {
        var path = await NewCollaborative();
        foreach (var (team, month, body) in new[] { ("b", "2026-06", Submitted), ("A", "2026-06", Draft), ("b", "2026-05", Submitted) })
        {
            await Admin.Put($"{path}/teams/{team}", Given.Team);
            (await Admin.Put($"{path}/teams/{team}/reports/{month}", body)).Is(201);
        }

        Assert.That((await Admin.Get($"{path}/reports")).Is(200).Each("team"), Is.EqualTo(new[] { "b", "A", "b" }));
        Assert.That((await Admin.Get($"{path}/reports?month=2026-06&state=submitted")).Is(200).Each("team"), Is.EqualTo(new[] { "b" }));
        Assert.That((await Admin.Get($"{path}/reports?team=a")).Is(200).Each("month"), Is.EqualTo(new[] { "2026-06" }));
        Assert.That((await Admin.Get($"{path}/teams/b/reports")).Is(200).Each("month"), Is.EqualTo(new[] { "2026-05", "2026-06" }));
        var first = (await Admin.Get($"{path}/reports?limit=2")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("team"), Is.EqualTo(new[] { "b" }));
        var lead = await Server.As(Role.DataLead, CodeIn(path), "A");
        Assert.That((await lead.Get($"{path}/reports")).Is(200).Each("team"), Is.EqualTo(new[] { "A" }));
    }

    [Test]
    public async Task A_drafts_figures_are_those_of_today_and_a_submitted_reports_those_of_its_submission()
    {
        var team = await Team();
        var path = team.Split("/teams/")[0];
        var report = $"{team}/reports/2026-06";
        (await Admin.Put($"{path}/measures/vap", """{ "name": "Pneumonia", "type": "outcome", "kind": "rate", "direction": "decrease", "multiplier": 1000, "goal": { "value": 5 } }""")).Is(201);
        (await Admin.Put($"{path}/measures/bundle", Given.Proportion)).Is(201);
        (await Admin.Put($"{team}/measures/vap/submissions/2026-06", """{ "numerator": 2, "denominator": 500 }""")).Is(201);
        (await Admin.Put($"{team}/barriers/brushes", """{ "description": "No brushes at night", "owner": "Dr Grey", "raisedOn": "2026-06-01" }""")).Is(201);
        (await Admin.Put($"{team}/pdsa/oral-care", """{ "title": "Oral care at night", "objective": "See whether it can be done", "state": "running", "startedOn": "2026-06-10", "scale": { "kind": "onePatient" }, "plan": { "predictions": ["It can"] } }""")).Is(201);
        (await Admin.Put($"{team}/pdsa/later", """{ "title": "Later", "objective": "See", "state": "running", "startedOn": "2026-07-01", "scale": { "kind": "onePatient" }, "plan": { "predictions": ["It can"] } }""")).Is(201);
        (await Admin.Put(report, Draft)).Is(201);
        (await Admin.Get(report)).Is(200).Has("/contents/aim", "Halve pneumonia in a year")
            .Has("/contents/measures/0/code", "bundle").Has("/contents/measures/0/state", "missing").Has("/contents/measures/0/value", "null")
            .Has("/contents/measures/1/state", "submitted").Has("/contents/measures/1/value", "4").Has("/contents/measures/1/numerator", "2").Has("/contents/measures/1/revision", "1")
            .Has("/contents/measures/1/goal/value", "5").Has("/contents/measures/1/chart/goalMet", "true").Has("/contents/measures/1/chart/median", "4")
            .Has("/contents/tests/0/code", "oral-care").Has("/contents/tests/0/state", "running")
            .Has("/contents/openBarriers/0/age/ageDays", "51").Has("/contents/openBarriers/0/age/overdue", "true")
            .Has("/contents/scores/assessments/official", "null").Has("/contents/scores/ceiling/value", "3");
        Assert.That((await Admin.Get(report)).Count("/contents/tests"), Is.EqualTo(1), "those that ran in the month");

        (await Admin.Put($"{team}/measures/vap/submissions/2026-06", """{ "numerator": 3, "denominator": 500 }""", "1")).Is(200);
        (await Admin.Get(report, ifNoneMatch: "1")).Is(200).Has("/contents/measures/1/value", "6");
        (await Admin.Put(report, Submitted, "1")).Is(200).Has("/contents/measures/1/value", "6");
        (await Admin.Put($"{team}/measures/vap/submissions/2026-06", """{ "numerator": 4, "denominator": 500 }""", "2")).Is(200);
        var frozen = (await Admin.Get(report)).Is(200).Has("/contents/measures/1/value", "6").Has("/contents/measures/1/revision", "2");
        (await Admin.Get(report, ifNoneMatch: frozen.ETag)).Is(304);
    }

    [Test]
    public async Task Report_snapshots_are_append_only_and_what_was_submitted_stays_readable_as_it_was()
    {
        var team = await Team();
        var path = team.Split("/teams/")[0];
        var report = $"{team}/reports/2026-06";
        (await Admin.Put($"{path}/measures/m", Given.Rate)).Is(201);
        (await Admin.Put($"{team}/measures/m/submissions/2026-06", """{ "numerator": 2, "denominator": 500 }""")).Is(201);
        (await Admin.Put(report, Submitted)).Is(201);
        (await Admin.Put($"{team}/measures/m/submissions/2026-06", """{ "numerator": 3, "denominator": 500 }""", "1")).Is(200);
        (await Admin.Put(report + "/review", """{ "verdict": "returned", "comment": "Which brushes?" }""")).Is(201);
        var first = (await Admin.Get(report + "?revision=1")).Is(200).Has("/status", "submitted").Has("/contents/measures/0/value", "4").Has("/barriers", "No brushes at night");
        (await Admin.Put(report, Submitted.Replace("brushes", "soft brushes", StringComparison.Ordinal), "2")).Is(200).Has("/frozenRevision", "3");
        (await Admin.Get(report + "?revision=3")).Is(200).Has("/contents/measures/0/value", "6").Has("/barriers", "No soft brushes at night");
        Assert.That((await Admin.Get(report + "?revision=1")).Is(200).Text, Is.EqualTo(first.Text));
        (await Admin.Get(report + "?revision=2")).IsProblem(404, "not-found");
        (await Admin.Delete(report, "3")).Is(405);
    }

    [Test]
    public async Task A_returned_report_is_changed_and_submitted_again_and_an_accepted_one_only_after_being_returned()
    {
        var team = await Team();
        var report = $"{team}/reports/2026-06";
        var changed = Submitted.Replace("brushes", "soft brushes", StringComparison.Ordinal);
        var faculty = await Server.As(Role.Faculty, CodeIn(team));
        (await faculty.Put(report + "/review", """{ "verdict": "accepted" }""")).IsProblem(409, "report-not-submitted");
        (await Admin.Put(report, Draft)).Is(201);
        (await faculty.Put(report + "/review", """{ "verdict": "accepted" }""")).IsProblem(409, "report-not-submitted");
        (await Admin.Put(report, Submitted, "1")).Is(200);
        (await faculty.Put(report + "/review", """{ "verdict": "returned" }""")).IsInvalid("/comment", "required");
        (await faculty.Put(report + "/review", """{ "verdict": "returned", "comment": "Which brushes?", "reportRevision": 1 }""")).IsProblem(412, "precondition-failed");
        (await faculty.Put(report + "/review", """{ "verdict": "returned", "comment": "Which brushes?", "reportRevision": 2 }""")).Is(201).Has("/reportRevision", "2");
        (await faculty.Put(report + "/review", """{ "verdict": "returned", "comment": "Which brushes?" }""")).Is(200).Has("/revision", "1");
        (await Admin.Get(report)).Is(200).Has("/status", "returned").Has("/reviewComment", "Which brushes?").Has("/revision", "3");
        (await Admin.Put(report, Draft, "3")).Is(200).Has("/status", "draft");
        (await faculty.Put(report + "/review", """{ "verdict": "accepted" }""", "1")).IsProblem(409, "report-not-submitted");
        (await Admin.Put(report, changed, "4")).Is(200).Has("/status", "submitted");
        (await faculty.Put(report + "/review", """{ "verdict": "accepted" }""")).IsProblem(428, "precondition-required");
        (await faculty.Put(report + "/review", """{ "verdict": "accepted" }""", "1")).Is(200).Has("/verdict", "accepted");
        (await Admin.Put(report, changed)).Is(200).Has("/status", "accepted");
        (await Admin.Put(report, Submitted, "6")).IsProblem(409, "report-accepted");
        (await faculty.Put(report + "/review", """{ "verdict": "returned", "comment": "One more thing" }""", "2")).Is(200);
        (await Admin.Put(report, Submitted, "7")).Is(200).Has("/status", "submitted");
        (await Admin.Get(report + "/review")).Is(200).Has("/verdict", "returned").Has("/revision", "3");
    }

    [Test]
    public async Task Lessons_that_a_team_shares_are_in_the_library_from_submission_until_the_report_is_returned_or_the_consent_withdrawn()
    {
        var team = await Team();
        var path = team.Split("/teams/")[0];
        var report = $"{team}/reports/2026-06";
        const string Shared = """{ "lessons": "Ask the night shift first", "share": true }""";
        var sponsor = await Server.As(Role.Sponsor, CodeIn(path));
        (await Admin.Put(report, """{ "status": "draft", "lessons": "Ask the night shift first", "share": true }""")).Is(201);
        (await sponsor.Get($"{path}/library")).Is(200).Has("/items", "[]");
        (await Admin.Put(report, Shared, "1")).Is(200);
        (await sponsor.Get($"{path}/library")).Is(200).Has("/items/0/source", "report").Has("/items/0/sourceCode", "2026-06").Has("/items/0/content/learned", "Ask the night shift first");
        (await Admin.Put(report + "/review", """{ "verdict": "accepted" }""")).Is(201);
        Assert.That((await sponsor.Get($"{path}/library")).Is(200).Count(), Is.EqualTo(1));
        (await Admin.Put(report + "/review", """{ "verdict": "returned", "comment": "Whom exactly?" }""", "1")).Is(200);
        Assert.That((await sponsor.Get($"{path}/library")).Is(200).Count(), Is.Zero);
        (await Admin.Put(report, Shared, "4")).Is(200);
        Assert.That((await sponsor.Get($"{path}/library")).Is(200).Count(), Is.EqualTo(1));
        (await Admin.Put(report, Shared.Replace("true", "false", StringComparison.Ordinal), "5")).Is(200);
        Assert.That((await sponsor.Get($"{path}/library")).Is(200).Count(), Is.Zero);
    }

    [Test]
    public async Task Two_who_edit_a_report_at_once_never_lose_an_edit()
    {
        var report = $"{await Team()}/reports/2026-06";
        (await Admin.Put(report, Draft)).Is(201);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Admin.Put(report, Draft.Replace("kit", $"kit {i}", StringComparison.Ordinal), "1")));
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200, 412, 412, 412, 412, 412, 412, 412 }));
        (await Admin.Get(report)).Is(200).Has("/revision", "2").Has("/nextPlan", answers.Single(answer => answer.Status == 200).At("/nextPlan"));
    }

    [TestCase("2024-12", "month-outside-collaborative")]
    [TestCase("2026-08", "month-in-future")]
    public async Task A_report_is_of_a_month_of_the_collaborative(string month, string problem) =>
        (await Admin.Put($"{await Team()}/reports/{month}", Submitted)).IsProblem(409, problem);

    [Test]
    public async Task Only_faculty_returns_and_accepts() =>
        (await Admin.Put($"{await Team()}/reports/2026-06", """{ "status": "accepted" }""")).IsInvalid("/status", "unknown");

    private async Task<string> Team()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        return $"{path}/teams/north";
    }
}
