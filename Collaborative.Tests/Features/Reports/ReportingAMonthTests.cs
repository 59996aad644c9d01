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
