using System.Net.Http.Headers;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Tests.Durability;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Imports;

/// <summary>Tables as partners have them: with totals, with parts of a month, with commas where one expects none.</summary>
public sealed class PartnerTableTests(Lane lane) : ImportFeature(lane)
{
    private const string Epic = """{ "partner": "Epic", "state": "confirmed", "teams": [{ "code": "W-12", "team": "north" }], "measures": [{ "code": "http://ehr/Measure/77|2.0.0", "measure": "m", "from": "2026-01" }] }""";

    [Test]
    public async Task A_row_of_totals_makes_no_team()
    {
        var path = await NewProgramme();

        var job = await Import(path, Header + "west,m,2026-01,1,400,\nTotal,m,2026-01,1,400,\n", "?createTeams=true");

        Assert.That((Counts(job), job.At("/result/teamsCreated")), Is.EqualTo(("2 1 0 0 1", "1")));
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "3 totals" }));
        (await Admin.Get($"{path}/teams/total")).Is(404);
    }

    [Test]
    public async Task A_separator_inside_a_quoted_heading_moves_no_column()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/measures/falls", Given.Measure("count"))).Is(201);

        var job = await Import(path, "team,measure,month,\"remark, if any\",numerator,n\nnorth,falls,2026-01,quiet,7,\nsouth,falls,x,quiet,8,\n");

        Assert.That((Counts(job), job.At("/ignoredColumns")), Is.EqualTo(("2 1 0 0 1", """["remark, if any"]""")), job.Text);
        Assert.That(await Export(path), Does.Contain("north,falls,2026-01,7,"));
        var mended = (await Admin.Get($"/imports/{job.At("/id")}/rows.csv")).Is(200).Text.Replace(",x,", ",2026-01,", StringComparison.Ordinal);
        var again = await Import(path, mended);
        Assert.That((Counts(again), again.Count("/ignoredColumns")), Is.EqualTo(("1 1 0 0 0", 1)), mended);
    }

    [Test]
    public async Task A_misspelled_month_among_the_months_is_not_lost_without_a_word()
    {
        var path = await NewProgramme();

        var refused = (await Send(path, Encoding.UTF8.GetBytes("team,measure,Apr-26,Mai-26,Jun-26\nnorth,m,2/231,3/240,4/250\n"))).IsProblem(422, "import-unreadable");
        Assert.That(refused.At("/detail"), Does.Contain("“Mai-26”"));
        Assert.That((await Send(path, Encoding.UTF8.GetBytes("team,measure,Apr-26,2026-04\nnorth,m,2/231,3/240\n"))).IsProblem(422, "import-unreadable").At("/detail"), Does.Contain("2026-04"));
        Assert.That(Counts(await Import(path, "team,region,measure,Apr-26\nnorth,West,m,2/231\n")), Is.EqualTo("1 1 0 0 0"), "what stands before the months describes the row");
    }

    [Test]
    public async Task A_column_that_may_be_of_patients_is_taken_where_it_is_a_measures()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/measures/chi", Given.Rate)).Is(201);

        Assert.That(Counts(await Import(path, "team,month,m,CHI\nnorth,2026-01,1/400,2/300\n")), Is.EqualTo("2 2 0 0 0"));
        (await Send(path, Encoding.UTF8.GetBytes("team,month,m,initials\nnorth,2026-01,1/400,AB\n"))).IsProblem(422, "patient-level-data");
        (await Send(path, Encoding.UTF8.GetBytes("team,measure,month,numerator,denominator,chi\nnorth,m,2026-02,1,400,0101501234\n"))).IsProblem(422, "patient-level-data");
    }

    [Test]
    public async Task What_is_there_twice_is_named_by_its_place()
    {
        var path = await NewProgramme();

        var job = await Import(path, "team,measure,2026-01,2026-02\nnorth,m,1/400,2/400\nNorth,m,,3/400\n");

        Assert.That((await Admin.Get($"/imports/{job.At("/id")}/rows?outcome=rejected")).At("/items/0/problems/0/message"), Is.EqualTo("This team, measure and month are in line 2, 2026-02 already."));
    }

    [Test]
    public async Task So_it_is_where_the_first_was_kept_long_before()
    {
        var path = await NewProgramme();
        var others = string.Concat(Enumerable.Range(0, 2100).Select(i => $"nobody{i},m,1/400\n"));

        var job = await Import(path, $"team,measure,2026-01\nnorth,m,1/400\n{others}north,m,2/400\n");

        Assert.That(
            await Server.Database.Rows($"SELECT r.RowNumber, r.Problems FROM ImportRow r WHERE r.ImportId = '{job.At("/id")}' AND r.Team = 'north' AND r.Outcome = 'rejected'"),
            Has.One.Items.And.All.StartsWith("2103|").And.All.Contains("are in line 2, 2026-01 already."));
    }

    [TestCase("1.024", "1024", "1.0240")]
    [TestCase("12.345.678", "12345678", "12.345.6780")]
    public async Task A_point_that_may_group_thousands_is_asked_about(string written, string one, string other)
    {
        var path = await NewProgramme();

        var job = await Import(path, $"team;measure;month;numerator;denominator\nnorth;m;2026-03;2,5;231\nnorth;m;2026-04;3;{written}\nnorth;m;2026-05;3;0.125\nnorth;m;2026-06;3;1024.5\n");

        Assert.That(await Rejected(job), Is.EqualTo(new[] { "3 thousands" }));
        Assert.That((await Admin.Get($"/imports/{job.At("/id")}/rows?outcome=rejected")).At("/items/0/problems/0/message"), Does.Contain($"{one} or {other}"));
    }

    [Test]
    public async Task What_spreadsheets_put_around_a_table_is_passed_over()
    {
        var path = await NewProgramme();

        Assert.That(Counts(await Import(path, "sep=;\r\nteam;measure;month;numerator;denominator\r\nnorth;m;2026-03;2;231\r\n;;;;\r\n")), Is.EqualTo("1 1 0 0 0"));
    }

    [Test]
    public async Task A_rejected_formula_comes_back_as_text_whatever_its_column()
    {
        var path = await NewProgramme();
        var job = await Import(path, "team,measure,month,numerator,denominator\nnorth,m,2026-03,=1+1,\"+SUM(1,2)\"\nnorth,m,2026-04,-1,231\n");

        Assert.That((await Admin.Get($"/imports/{job.At("/id")}/rows.csv")).Is(200).Text, Does.Contain("north,m,2026-03,'=1+1,\"'+SUM(1,2)\",").And.Contain("north,m,2026-04,-1,231,"));
    }

    [Test]
    public async Task A_part_of_a_month_is_never_taken_for_the_whole()
    {
        var path = await NewProgramme();

        var job = await Import(path, "team,measure,month,stratum,numerator,denominator\nnorth,m,2026-01,female,1,200\nnorth,m,2026-01,male,2,200\nnorth,m,2026-01,,3,400\n");

        Assert.That(await Rejected(job), Is.EqualTo(new[] { "2 stratum", "3 stratum" }));
        Assert.That(await Export(path), Does.Contain("north,m,2026-01,3,400,"));
    }

    [Test]
    public async Task A_lead_reviews_what_is_of_her_team_though_rows_of_it_must_be_mended()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/profiles/epic", Epic)).Is(201);
        var feed = await Server.As(Role.Integration, CodeIn(path));
        var north = await Server.As(Role.DataLead, CodeIn(path), "north");

        var job = await SendAs(path, feed, $"{Header}W-12,http://ehr/Measure/77|2.0.0,2026-01,1,400,\nW-12,m,2026-02,x,400,\n", "text/csv");
        var report = await SendAs(path, feed, Report("2026-03", "complete", Report("2026-04", "pending")), "application/fhir+json");

        Assert.That((job.At("/state"), Counts(job)), Is.EqualTo(("review", "2 1 0 0 1")), job.Text);
        Assert.That((report.At("/state"), Counts(report)), Is.EqualTo(("review", "2 1 0 0 1")), "The profile names a version, which reports lose on their way");
        foreach (var waiting in (Answer[])[job, report])
        {
            Assert.That((await north.Get($"/imports/{waiting.At("/id")}/rows")).Is(200).Each("team"), Is.EqualTo(new[] { "north", "north" }));
            (await north.Put($"/imports/{waiting.At("/id")}/review", """{ "verdict": "accepted" }""")).Is(200);
        }

        static string Report(string month, string status, string? next = null) =>
            $$"""
            { "resourceType": "MeasureReport", "status": "{{status}}", "type": "summary", "measure": "http://ehr/Measure/77|2.0.0", "reporter": { "reference": "Organization/W-12" }, "period": { "start": "{{month}}", "end": "{{month}}" },
              "group": [{ "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 400 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 3 }] }] }
            {{next}}
            """;
    }

    [Test]
    public async Task A_month_that_cannot_be_read_makes_no_code_unknown()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/profiles/epic", Epic)).Is(201);

        var job = await Import(path, $"{Header}W-12,http://ehr/Measure/77|2.0.0,soon,1,400,\n", "?profile=epic");

        Assert.That(await Rejected(job), Is.EqualTo(new[] { "2 month" }));
        Assert.That(job.Count("/unmapped"), Is.Zero);
    }

    [Test]
    public async Task A_figure_that_was_typed_and_is_put_back_is_a_typed_one_again()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-01", """{ "numerator": 5, "denominator": 400 }""")).Is(201);
        var file = Header + "north,m,2026-01,1,400,\n";
        var job = await Import(path, file);
        await End(await Admin.Send(HttpMethod.Post, $"/imports/{job.At("/id")}/undo"));

        var again = await Import(path, file);

        var row = (await Admin.Get($"/imports/{again.At("/id")}/rows")).Is(200);
        Assert.That(row.Each("code", "/items/0/problems"), Does.Contain("overwritesTyped"));
    }

    private async Task<Answer> SendAs(string path, Client client, string file, string type)
    {
        var content = new StringContent(file, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        var begun = (await client.Send(HttpMethod.Post, $"{path}/imports?profile=epic", content)).Is(202);
        return await Until(() => client.Get(begun.Header("Location")!), job => job.At("/endedAt") != "null" || job.At("/state") == "review");
    }
}
