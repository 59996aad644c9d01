using System.Net.Http.Headers;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Tests.Durability;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Imports;

/// <summary>A partner that only knows its years to date: a chart by months is made of them all the same.</summary>
public sealed class YearToDateImportTests(Lane lane) : ImportFeature(lane)
{
    private const string Profile = """{ "partner": "EHR", "state": "confirmed", "autoAccept": true, "periods": "yearToDate", "measures": [{ "code": "CMS1", "measure": "m", "multiplyBy": 2 }] }""";

    [Test]
    public async Task Months_of_one_file_are_worked_out_in_whatever_order_they_stand()
    {
        var path = await Programme();

        var job = await ToDate(path, "north,m,2026-03,7,300,\nnorth,m,2026-01,2,100,\nsouth,CMS1,2026-01,1,50,\nnorth,m,2026-02,5,210,spring\nsouth,CMS1,2026-02,3,120,\n");

        Assert.That(Counts(job), Is.EqualTo("5 5 0 0 0"), job.Text);
        Assert.That(await Figures(path), Is.EqualTo(new[] { "north 2026-01 2/100", "north 2026-02 3/110", "north 2026-03 2/90", "south 2026-01 2/50", "south 2026-02 4/70" }));
        var rows = (await Admin.Get($"/imports/{job.At("/id")}/rows")).Is(200);
        Assert.That(rows.Each("source"), Is.EqualTo(new[] { "less 2026-02 of line 5", "null", "null", "less 2026-01 of line 3", "less 2026-01 of line 4" }));
    }

    [Test]
    public async Task A_month_goes_on_from_the_file_before_and_says_so()
    {
        var path = await Programme();
        var first = await ToDate(path, "north,m,2026-01,2,100,\nnorth,m,2026-02,5,210,\n");
        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-02", """{ "numerator": 9, "denominator": 110 }""", ifMatch: "*")).Is(200);

        var second = await ToDate(path, "north,m,2026-03,7,300,\n");

        Assert.That(await Figures(path), Does.Contain("north 2026-03 2/90"), "What a person made of February does not matter to March");
        Assert.That((await Admin.Get($"/imports/{second.At("/id")}/rows")).At("/items/0/source"), Is.EqualTo($"less 2026-02 of import {first.At("/id")}, line 3"));
        Assert.That(Counts(await ToDate(path, "north,m,2026-03,7,300,\n")), Is.EqualTo("1 0 1 0 0"), "The same file again changes nothing");
        Assert.That(await Server.Database.Rows($"SELECT COUNT(*) FROM YearToDateFigure WHERE ImportId = '{second.At("/id")}'"), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task A_month_whose_predecessor_is_missing_or_wrong_waits_for_it()
    {
        var path = await Programme();

        var job = await ToDate(path, "north,m,2026-03,7,300,\nsouth,m,2026-01,x,100,\nsouth,m,2026-02,3,200,\nsouth,m,2026-03,2,250,\nsouth,m,2026-04,4,300,\n");

        Assert.That(await Rejected(job), Is.EqualTo(new[] { "2 noYearToDateBefore", "3 number", "4 noYearToDateBefore", "5 yearToDateFell" }));
        var sentences = (await Admin.Get($"/imports/{job.At("/id")}/rows?outcome=rejected")).Each("problems/0/message");
        Assert.That(sentences[0], Is.EqualTo("The year to date until 2026-02 is not known, so 2026-03 cannot be worked out. Send 2026-02 too, in the same file or before."));
        Assert.That(sentences[2], Is.EqualTo("The year to date until 2026-01, on line 3, has no figures that 2026-02 could be worked out from. Mend that first."));
        Assert.That(await Figures(path), Is.EqualTo(new[] { "south 2026-04 2/50" }));

        await ToDate(path, "north,m,2026-04,8,390,\nnorth,m,2026-02,6,200,\n");
        Assert.That(await Figures(path), Does.Contain("north 2026-04 1/90"), "March itself was refused, but until its end is known");
        Assert.That(Counts(await ToDate(path, "north,m,2026-03,7,300,\n")), Is.EqualTo("1 1 0 0 0"), "Now that February is known");
    }

    [Test]
    public async Task A_corrected_month_tells_which_one_to_send_again()
    {
        var path = await Programme();
        await ToDate(path, "north,m,2026-01,2,100,\nnorth,m,2026-02,5,210,\nnorth,m,2026-03,7,300,\n");

        var corrected = await ToDate(path, "north,m,2026-02,6,210,\n");

        Assert.That(Counts(corrected), Is.EqualTo("1 1 0 1 0"));
        Assert.That((await Admin.Get($"/imports/{corrected.At("/id")}/rows")).Each("problems/0/code"), Is.EqualTo(new[] { "yearToDateAfter" }));
        Assert.That(Counts(await ToDate(path, "north,m,2026-03,7,300,\n")), Is.EqualTo("1 1 0 0 0"));
        Assert.That(await Figures(path), Is.EqualTo(new[] { "north 2026-01 2/100", "north 2026-02 4/110", "north 2026-03 1/90" }));
    }

    [Test]
    public async Task What_was_undone_is_nothing_to_go_on_from()
    {
        var path = await Programme();
        await ToDate(path, "north,m,2026-01,2,100,\nnorth,m,2026-02,5,210,\n");
        var wrong = await ToDate(path, "north,m,2026-02,50,210,\n");
        var undone = await End(await Admin.Post($"/imports/{wrong.At("/id")}/undo", ""));
        Assert.That(undone.At("/state"), Is.EqualTo("succeeded"), undone.Text);

        await ToDate(path, "north,m,2026-03,7,300,\n");

        Assert.That(await Figures(path), Is.EqualTo(new[] { "north 2026-01 2/100", "north 2026-02 3/110", "north 2026-03 2/90" }));
        await End(await Admin.Post($"/imports/{undone.At("/id")}/undo", ""));
        Assert.That(await Rejected(await ToDate(path, "north,m,2026-03,7,300,\n")), Is.EqualTo(new[] { "2 yearToDateFell" }), "The undo was undone");
    }

    [Test]
    public async Task Plans_and_what_is_held_back_leave_nothing_to_go_on_from()
    {
        var path = await Programme();

        var dry = await ToDate(path, "north,m,2026-01,2,100,\nnorth,m,2026-02,5,210,\n", "&dryRun=true");
        var held = await ToDate(path, "north,m,2026-01,2,100,\nnorth,m,2026-02,5,210,\nsouth,m,2026-03,1,1,\n", "&atomic=true");

        Assert.That((Counts(dry), Counts(held)), Is.EqualTo(("2 2 0 0 0", "3 0 0 0 3")));
        Assert.That((await Admin.Get($"/imports/{dry.At("/id")}/changes")).At("/items/1/after/numerator"), Is.EqualTo("3"));
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM YearToDateFigure y JOIN ImportJob j ON j.Id = y.ImportId JOIN Collaborative c ON c.Id = j.CollaborativeId WHERE c.Code = '" + CodeIn(path) + "'"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task A_reviewed_file_is_worked_out_when_it_is_accepted()
    {
        var path = await Programme(Profile.Replace("\"autoAccept\": true", "\"autoAccept\": false", StringComparison.Ordinal));
        var feed = await Server.As(Role.Integration, CodeIn(path));
        var file = Header + "north,m,2026-01,2,100,\nnorth,m,2026-02,5,210,\n";
        var begun = (await feed.Post($"{path}/imports?profile=ehr", file, "text/csv")).Is(202).Header("Location")!;
        await Until(() => Admin.Get(begun), job => job.At("/state") == "review");

        (await Admin.Put($"{begun}/review", """{ "verdict": "accepted" }""")).Is(200);

        await Until(() => Admin.Get(begun), job => job.At("/endedAt") != "null");
        await ToDate(path, "north,m,2026-03,7,300,\n");
        Assert.That(await Figures(path), Is.EqualTo(new[] { "north 2026-01 2/100", "north 2026-02 3/110", "north 2026-03 2/90" }));
    }

    [Test]
    public async Task FHIR_reports_of_a_financial_year_become_months_with_their_strata()
    {
        var path = await Programme("""{ "partner": "EHR", "state": "confirmed", "autoAccept": true, "periods": "yearToDate", "yearStartsIn": 4, "strata": [{ "scheme": "sex", "category": "F", "toScheme": "sex", "toCategory": "female" }] }""");
        var reports = string.Join(",", Report("2025-04-01", "2025-04-30", 2, 100, 1), Report("2025-04-01", "2025-05-31", 5, 210, 3), Report("2025-05-01", "2025-05-31", 3, 110, 1));

        var job = await ToDate(path, $$"""{ "resourceType": "Bundle", "type": "collection", "entry": [{{reports}}] }""", type: "application/fhir+json");

        Assert.That(await Rejected(job), Is.EqualTo(new[] { "4 period" }));
        Assert.That(await Figures(path), Is.EqualTo(new[] { "north 2025-04 2/100", "north 2025-05 3/110" }));
        var may = (await Admin.Get($"{path}/teams/north/measures/m/submissions/2025-05")).Is(200);
        Assert.That((may.At("/strata/0/category"), may.At("/strata/0/numerator"), may.At("/strata/0/denominator")), Is.EqualTo(("female", "2", "40")));
        Assert.That((await Admin.Get($"/imports/{job.At("/id")}/rows")).Each("source")[1], Does.EndWith("; less 2025-04 of line 2"));

        static string Report(string start, string end, int numerator, int denominator, int women) =>
            $$"""
            { "resource": { "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "m", "reporter": { "reference": "Organization/north" }, "period": { "start": "{{start}}", "end": "{{end}}" },
              "group": [{ "population": [{{Populations(numerator, denominator)}}], "stratifier": [{ "code": [{ "text": "sex" }], "stratum": [{ "value": { "text": "F" }, "population": [{{Populations(women, 20 * women)}}] }] }] }] } }
            """;

        static string Populations(int numerator, int denominator) =>
            $$"""{ "code": { "coding": [{ "code": "denominator" }] }, "count": {{denominator}} }, { "code": { "coding": [{ "code": "numerator" }] }, "count": {{numerator}} }""";
    }

    [Test]
    public async Task When_the_year_starts_is_said_only_of_years_to_date()
    {
        var path = await NewProgramme();

        (await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "confirmed", "periods": "yearToDate", "yearStartsIn": 13 }""")).IsInvalid("/yearStartsIn", "range");
        (await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "confirmed", "yearStartsIn": 4 }""")).IsInvalid("/yearStartsIn", "unused");
        Assert.That((await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "confirmed", "periods": "yearToDate" }""")).Is(201).At("/yearStartsIn"), Is.EqualTo("1"));
        Assert.That((await Admin.Put($"{path}/profiles/q", """{ "partner": "Q", "state": "confirmed" }""")).Is(201).At("/yearStartsIn"), Is.EqualTo("null"));
    }

    private async Task<string> Programme(string profile = Profile)
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/profiles/ehr", profile)).Is(201);
        return path;
    }

    private async Task<Answer> ToDate(string path, string rows, string query = "", string type = "text/csv")
    {
        var content = new StringContent(type == "text/csv" ? Header + rows : rows, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await End(await Admin.Send(HttpMethod.Post, $"{path}/imports?profile=ehr{query}", content));
    }

    /// <summary>The measure's figures: team, month, numerator and denominator.</summary>
    private async Task<IEnumerable<string>> Figures(string path) =>
        (await Export(path)).Split("\r\n").Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).Select(cells => $"{cells[0]} {cells[2]} {cells[3]}/{cells[4]}");
}
