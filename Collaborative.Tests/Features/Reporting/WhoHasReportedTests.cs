using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Reporting;

public sealed class WhoHasReportedTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task One_call_says_who_has_reported_and_whom_to_ring()
    {
        Clock.MoveTo("2026-07-10T10:00:00Z");
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/measures/m", Given.Rate)).Is(201);
        (await Admin.Put($"{path}/measures/extra", Given.Measure("count", "\"required\": false"))).Is(201);
        foreach (var team in new[] { "done", "late", "draft", "none", "nothing", "waived" })
        {
            (await Admin.Put($"{path}/teams/{team}", Given.Team)).Is(201);
        }

        (await Admin.Put($"{path}/teams/later", """{ "name": "Later", "enrolledFrom": "2026-08" }""")).Is(201);
        await Submit(path, "done", """{ "numerator": 1, "denominator": 200 }""");
        await Submit(path, "nothing", """{ "noData": "closed" }""");
        await Submit(path, "waived", """{ "status": "waived", "reason": "fire" }""");
        Clock.MoveTo(Given.Now);
        await Submit(path, "late", """{ "numerator": 1, "denominator": 200 }""");
        await Submit(path, "draft", """{ "numerator": 1, "denominator": 200, "status": "draft" }""");

        var report = (await Admin.Get($"{path}/reporting")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(report.At("/month"), Is.EqualTo("2026-06"), "the last complete month");
            Assert.That(report.At("/dueOn"), Is.EqualTo("2026-07-15"));
            Assert.That(report.At("/teamsEnrolled"), Is.EqualTo("6"));
            Assert.That(report.At("/teamsComplete"), Is.EqualTo("4"));
            Assert.That(report.At("/teamsOnTime"), Is.EqualTo("3"));
            Assert.That(report.At("/notReported"), Is.EqualTo("""["draft","none"]"""));
            Assert.That(report.Each("measures/0/state"), Is.EqualTo(new[] { "submitted", "draft", "submitted", "missing", "noData", "waived" }));
            Assert.That(report.Each("measures/0/onTime"), Is.EqualTo(new[] { "true", "null", "false", "null", "true", "true" }));
            Assert.That(report.At("/items/0/measures/1"), Is.Null, "measures that are not required are not asked for");
        });
    }

    [Test]
    public async Task A_report_as_of_an_instant_does_not_know_what_came_later()
    {
        var series = await NewSeries();
        var path = series.Split("/teams/")[0];
        var before = (await Admin.Get($"{path}/reporting?month=2026-06")).Is(200).At("/asOf");
        await Submit(path, "north", """{ "numerator": 1, "denominator": 200 }""");
        Assert.That((await Admin.Get($"{path}/reporting?month=2026-06&asOf={before}")).Is(200).At("/teamsComplete"), Is.EqualTo("0"));
        Assert.That((await Admin.Get($"{path}/reporting?month=2026-06")).Is(200).At("/teamsComplete"), Is.EqualTo("1"));
    }

    [Test]
    public async Task The_report_is_also_a_file_for_a_spreadsheet()
    {
        var series = await NewSeries();
        var file = (await Admin.Get($"{series.Split("/teams/")[0]}/reporting.csv?month=2026-06")).Is(200);
        Assert.That(file.Text, Is.EqualTo("team,name,month,measure,state,onTime,submittedAt\r\nnorth,North ICU,2026-06,m,missing,,\r\n"));
    }

    [Test]
    public async Task An_unchanged_report_is_304()
    {
        var path = (await NewSeries()).Split("/teams/")[0];
        var report = (await Admin.Get($"{path}/reporting")).Is(200);
        (await Admin.Get($"{path}/reporting", report.ETag)).Is(304);
    }

    [Test]
    public async Task A_data_lead_sees_her_own_team_only_and_her_oldest_open_month_first()
    {
        var series = await NewSeries();
        var path = series.Split("/teams/")[0];
        (await Admin.Put($"{path}/teams/south", Given.Team)).Is(201);
        await Submit(path, "north", """{ "numerator": 1, "denominator": 200 }""", "2026-01");
        await Submit(path, "north", """{ "numerator": 1, "denominator": 200 }""", "2026-03");
        var lead = await Server.As(Role.DataLead, CodeIn(path), "north");
        Assert.That((await lead.Get($"{path}/reporting")).Is(200).Each("team"), Is.EqualTo(new[] { "north" }));
        var due = (await lead.Get($"{path}/teams/north/due-months")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(due.Each("month"), Is.EqualTo(new[] { "2026-02", "2026-04", "2026-05", "2026-06" }));
            Assert.That(due.At("/items/0/overdue"), Is.EqualTo("true"));
            Assert.That(due.At("/items/0/measures/0/state"), Is.EqualTo("missing"));
        });
        (await lead.Get($"{path}/teams/south/due-months")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task A_month_that_is_no_month_is_400() => (await Admin.Get($"{await NewCollaborative()}/reporting?month=June")).IsInvalid("month", "format");

    private async Task Submit(string path, string team, string body, string month = "2026-06") =>
        (await Admin.Put($"{path}/teams/{team}/measures/m/submissions/{month}", body)).Is(201);
}
