using System.Net.Http.Headers;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Tests.Durability;
using Collaborative.Tests.Support;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using C = DocumentFormat.OpenXml.Drawing.Charts;

namespace Collaborative.Tests.Features.Imports;

/// <summary>A collaborative on its way out: as a workbook and as FHIR, each of which an import takes back without loss.</summary>
public sealed class ExportTests(Lane lane) : ImportFeature(lane)
{
    private const string Workbook = ImportMedia.Workbook;
    private const string Fhir = "application/fhir+json";
    private const string FhirLines = "application/fhir+ndjson";

    private static readonly (string Code, string Body)[] Measures =
    [
        ("a-measure-with-a-code-of-forty-letters.1", Given.Measure("ratio")),
        ("a-measure-with-a-code-of-forty-letters.2", Given.Measure("count")),
        ("bundle", """{ "name": "Bundle reliability", "type": "process", "kind": "proportion", "direction": "increase", "goal": { "value": 95, "byMonth": "2026-12" }, "numerator": "=All four\nelements", "denominator": "Ventilated patients whose name and DOB were checked", "decimals": 1 }"""),
        ("Figures", Given.Measure("casesBetween")),
        ("history", """{ "name": "Costs", "type": "balancing", "kind": "mean", "direction": "neutral" }"""),
        ("stay", Given.Measure("median")),
        ("vap", """{ "name": "Pneumonia", "type": "outcome", "kind": "rate", "direction": "decrease", "multiplier": 1000, "unit": "per 1000 ventilator days", "goal": { "value": 5 } }"""),
        ("zero", Given.Measure("daysBetween")),
    ];

    private static readonly (string Series, string Month, string Body)[] Submissions =
    [
        ("north/bundle", "2025-11", """{ "numerator": 40, "denominator": 50 }"""),
        ("north/bundle", "2025-12", """{ "numerator": 0, "denominator": 0, "note": "'quoted _x000D_ and \\n" }"""),
        ("north/bundle", "2026-01", """{ "noData": "=closed, \"all\" month" }"""),
        ("north/bundle", "2026-02", """{ "numerator": 45, "denominator": 50, "note": "=HYPERLINK(\"x\")\r\nsecond line\n\ttab", "strata": [{ "scheme": "sex", "category": "=f", "numerator": 20, "denominator": 22 }, { "scheme": "sex", "category": "m", "numerator": 25, "denominator": 28 }, { "scheme": "age × \"band\"", "category": "65+", "numerator": 0, "denominator": 0 }] }"""),
        ("north/bundle", "2026-07", """{ "numerator": 9, "denominator": 10 }"""),
        ("x_Y.z/bundle", "2026-02", """{ "numerator": 3, "denominator": 4 }"""),
        ("north/vap", "2025-11", """{ "numerator": 3, "denominator": 412.5 }"""),
        ("south/vap", "2025-11", """{ "numerator": 1, "denominator": 0.1 }"""),
        ("north/vap", "2026-03", """{ "numerator": 12345678901, "denominator": 1e50, "note": "large" }"""),
        ("north/a-measure-with-a-code-of-forty-letters.1", "2026-01", """{ "numerator": 7, "denominator": 3 }"""),
        ("north/a-measure-with-a-code-of-forty-letters.2", "2026-01", """{ "numerator": 4, "strata": [{ "scheme": "ward", "category": "1", "numerator": 4, "denominator": 9.5 }] }"""),
        ("south/a-measure-with-a-code-of-forty-letters.2", "2026-01", """{ "numerator": 4.5 }"""),
        ("north/history", "2026-01", """{ "numerator": -12.25, "denominator": 3 }"""),
        ("north/history", "2026-02", """{ "value": 3.3333333333333335, "n": 12, "sd": 0.7 }"""),
        ("north/history", "2026-03", """{ "value": -1 }"""),
        ("north/history", "2026-04", """{ "numerator": 0, "denominator": 0 }"""),
        ("north/stay", "2026-01", """{ "value": 4.5, "n": 20, "strata": [{ "scheme": "sex", "category": "f", "numerator": 1, "denominator": 2 }] }"""),
        ("north/stay", "2026-02", """{ "value": 0 }"""),
        ("north/Figures", "2026-01", """{ "values": [3, 0, 12.5] }"""),
        ("north/zero", "2026-01", """{ "values": [] }"""),
        ("north/zero", "2026-02", """{ "values": [41] }"""),
        ("south/zero", "2026-02", """{ "noData": "no list" }"""),
    ];

    private static readonly string[] Starts = ["north,", "south,", "x_Y.z,"];

    [Test]
    public async Task A_workbook_has_a_sheet_with_a_chart_for_each_measure()
    {
        var path = await Filled();

        var answer = (await Admin.Get($"{path}/submissions.xlsx")).Is(200);

        Assert.That(answer.Header("Content-Type"), Is.EqualTo(Workbook));
        Assert.That(answer.Header("Content-Disposition"), Does.Contain("-submissions.xlsx"));
        using var document = Open(answer.Bytes);
        Assert.That(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document).Select(error => $"{error.Path?.XPath} {error.Description}"), Is.Empty);
        var sheets = document.WorkbookPart!.Workbook.Descendants<Sheet>().ToList();
        Assert.That(sheets.Select(sheet => sheet.Name!.Value), Is.EqualTo(new[]
        {
            "Collaborative", "a-measure-with-a-code-of-forty-", "a-measure-with-a-code-of-fo (2)", "bundle", "Figures (2)", "history (2)", "stay", "vap", "zero", "Figures",
        }));
        foreach (var sheet in sheets)
        {
            var part = (WorksheetPart)document.WorkbookPart.GetPartById(sheet.Id!);
            Assert.That(part.DrawingsPart?.ChartParts.Count() ?? 0, Is.EqualTo(sheet.Name!.Value is "Collaborative" or "Figures" ? 0 : 1), sheet.Name.Value);
            Assert.That(part.Worksheet.Descendants<CellFormula>(), Is.Empty);
        }

        var chart = Charts(document, "bundle").Single();
        Assert.That(chart.Descendants<C.DisplayBlanksAs>().Single().Val!.Value, Is.EqualTo(C.DisplayBlanksAsValues.Gap));
        var lines = chart.Descendants<C.LineChartSeries>().ToDictionary(line => line.Descendants<C.SeriesText>().Single().Descendants<C.NumericValue>().Single().Text);
        Assert.That(lines.Keys, Is.EqualTo(new[] { "value", "median", "goal" }));
        Assert.That(Values(lines["value"]), Is.EqualTo(new[] { "10=80", "13=88.88888888888889" }), "Only months with a figure: the rest are gaps");
        Assert.That(Values(lines["goal"]), Has.Length.EqualTo(18).And.All.EndsWith("=95"));
        Assert.That(lines["value"].Descendants<C.CategoryAxisData>().Single().Descendants<C.NumericValue>().First().Text, Is.EqualTo("2025-01"));

        // What the chart refers to are the cells that hold the same.
        var formula = lines["value"].GetFirstChild<C.Values>()!.Descendants<C.Formula>().Single().Text;
        Assert.That(formula, Is.EqualTo("'bundle'!$D$29:$U$29"));
        Assert.That(Cell(document, "bundle", "N29"), Is.EqualTo("80"));
        Assert.That(Cell(document, "bundle", "C29"), Is.EqualTo("value"));
        Assert.That((Cell(document, "bundle", "A33"), Cell(document, "bundle", "C33"), Cell(document, "bundle", "N33")), Is.EqualTo(("north", "numerator", "40")));
        Assert.That((Cell(document, "bundle", "P35"), Cell(document, "bundle", "V33")), Is.EqualTo(("no data", "9")), "The month that has only begun stands below the chart too");
    }

    [Test]
    public async Task The_first_sheet_says_what_it_is_and_as_of_when()
    {
        var path = await Filled();

        using var document = Open((await Admin.Get($"{path}/submissions.xlsx?measure=BUNDLE&team=north")).Is(200).Bytes);

        var cells = Cells(document, "Collaborative");
        Assert.That(cells, Does.Contain("ICU safety").And.Contain("as of").And.Contain(await LastChange(path)).And.Contain("Bundle reliability").And.Contain("'=All four\nelements").And.Contain("only of team"));
        Assert.That(document.WorkbookPart!.Workbook.Descendants<Sheet>().Count(), Is.EqualTo(3));
        Assert.That(Cells(document, "Figures"), Does.Not.Contain("south").And.Not.Contain("vap"));
    }

    [TestCase(".xlsx", Workbook)]
    [TestCase(".fhir.json", Fhir)]
    [TestCase(".fhir.ndjson", FhirLines)]
    public async Task An_import_takes_an_export_back_unchanged(string suffix, string type)
    {
        var path = await Filled();
        var csv = (await Admin.Get($"{path}/submissions.csv")).Is(200).Text;
        var file = (await Admin.Get($"{path}/submissions{suffix}")).Is(200).Bytes;

        var again = await Take(path, file, type);

        Assert.That(Counts(again), Is.EqualTo($"{Submissions.Length} 0 {Submissions.Length} 0 0"), await Problems(again));
        Assert.That((await Admin.Get($"{path}/submissions.csv")).Text, Is.EqualTo(csv));

        var copy = await Prepared();
        var taken = await Take(copy, file, type);

        var plain = await Take(await Prepared(), Encoding.UTF8.GetBytes(csv), "text/csv");
        Assert.That((Counts(taken), taken.At("/counts/rejected")), Is.EqualTo((Counts(plain), "0")), await Problems(taken));
        Assert.That((await Admin.Get($"{copy}/submissions.csv")).Text, Is.EqualTo(csv), "Byte for byte");
    }

    [TestCase(".csv", "text/csv")]
    [TestCase(".xlsx", Workbook)]
    [TestCase(".fhir.json", Fhir)]
    [TestCase(".fhir.ndjson", FhirLines)]
    public async Task The_same_data_are_the_same_bytes_under_one_tag(string suffix, string type)
    {
        var path = await Filled();
        var first = (await Admin.Get($"{path}/submissions{suffix}")).Is(200);

        var negotiated = (await Admin.Get($"{path}/submissions", accept: type)).Is(200);
        Assert.That((negotiated.ETag, negotiated.Header("Content-Type")), Is.EqualTo((first.ETag, first.Header("Content-Type"))));
        Assert.That((negotiated.Bytes, negotiated.Header("Vary")), Is.EqualTo((first.Bytes, "Accept")));
        (await Admin.Get($"{path}/submissions{suffix}", ifNoneMatch: first.ETag)).Is(304);
        var asOf = await LastChange(path);
        Assert.That((await Admin.Get($"{path}/submissions{suffix}?asOf={asOf}")).Bytes, Is.EqualTo(first.Bytes));

        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await Admin.Put($"{path}/teams/south/measures/bundle/submissions/2026-02", """{ "numerator": 1, "denominator": 2 }""")).Is(201);

        var later = (await Admin.Get($"{path}/submissions{suffix}", ifNoneMatch: first.ETag)).Is(200);
        Assert.That(later.ETag, Is.Not.EqualTo(first.ETag));
        Assert.That((await Admin.Get($"{path}/submissions{suffix}?asOf={asOf}")).Bytes, Is.EqualTo(first.Bytes), "What was known then");
    }

    [Test]
    public async Task Each_form_has_a_tag_of_its_own_and_what_there_is_not_is_406()
    {
        var path = await Filled();
        var tags = new List<string?>();
        foreach (var type in new[] { "text/csv", Workbook, Fhir, FhirLines })
        {
            tags.Add((await Admin.Get($"{path}/submissions", accept: type)).Is(200).ETag);
        }

        Assert.That(tags, Is.Unique.And.None.Null);
        (await Admin.Get($"{path}/submissions", accept: "application/pdf")).IsProblem(406, "not-acceptable");
        Assert.That((await Admin.Get($"{path}/submissions", accept: "*/*")).Is(200).Count(), Is.EqualTo(Submissions.Length), "JSON unless asked otherwise");
        (await Admin.Get($"{path}/submissions?limit=5", accept: "text/csv")).IsProblem(400, "invalid-request").Has("/errors/0/pointer", "limit");
    }

    [TestCase("?team=South", "south a-measure-with-a-code-of-forty-letters.2 2026-01|south vap 2025-11|south zero 2026-02")]
    [TestCase("?measure=STAY", "north stay 2026-01|north stay 2026-02")]
    [TestCase("?measure=bundle&from=2026-01&to=2026-02", "north bundle 2026-01|north bundle 2026-02|x_Y.z bundle 2026-02")]
    [TestCase("?team=nobody", "")]
    public async Task A_part_of_it_can_be_had(string query, string expected)
    {
        var path = await Filled();
        string[] rows = expected.Length == 0 ? [] : expected.Split('|');

        Assert.That((await Admin.Get($"{path}/submissions.csv{query}")).Is(200).Text.Split("\r\n").Where(line => Starts.Any(line.StartsWith)).Select(line => string.Join(' ', line.Split(',')[..3])), Is.EqualTo(rows));
        Assert.That(Reports((await Admin.Get($"{path}/submissions.fhir.json{query}")).Is(200)), Is.EqualTo(rows));
        using (var document = Open((await Admin.Get($"{path}/submissions.xlsx{query}")).Is(200).Bytes))
        {
            Assert.That(FigureRows(document), Is.EqualTo(rows));
        }

        var list = (await Admin.Get($"{path}/submissions{query}")).Is(200);
        Assert.That(Enumerable.Range(0, list.Count()).Select(i => $"{list.At($"/items/{i}/team")} {list.At($"/items/{i}/measure")} {list.At($"/items/{i}/month")}"), Is.EqualTo(rows));
        (await Admin.Get($"{path}/submissions.xlsx?from=2026-03&to=2026-01")).IsProblem(400, "invalid-request");
    }

    [Test]
    public async Task A_data_lead_gets_the_figures_of_her_team_only()
    {
        var path = await Filled();
        var code = path[(path.LastIndexOf('/') + 1)..];
        var lead = await Server.As(Role.DataLead, code, "south");
        var other = await Server.As(Role.DataLead, code, "x_Y.z");

        var workbook = (await lead.Get($"{path}/submissions.xlsx")).Is(200);
        var bundle = (await lead.Get($"{path}/submissions.fhir.json")).Is(200);

        using (var document = Open(workbook.Bytes))
        {
            Assert.That(FigureRows(document), Has.Count.EqualTo(3).And.All.StartWith("south "));
            Assert.That(Cells(document, "bundle"), Does.Not.Contain("north"), "Not even among those without figures");
            Assert.That(Charts(document, "bundle"), Has.Count.EqualTo(1), "The figures of all teams together are everybody's");
        }

        Assert.That(Reports(bundle), Has.Count.EqualTo(3).And.All.StartWith("south "));
        Assert.That(bundle.Text, Does.Not.Contain("north").And.Not.Contain("x_Y.z"));
        Assert.That((await other.Get($"{path}/submissions.fhir.json", ifNoneMatch: bundle.ETag)).Is(200).ETag, Is.Not.EqualTo(bundle.ETag));
        (await (await Server.As(Role.Sponsor, code)).Get($"{path}/submissions.xlsx")).IsProblem(403, "forbidden");
        (await (await Server.As(Role.Sponsor, code)).Get($"{path}/submissions", accept: Fhir)).IsProblem(403, "forbidden");
    }

    [Test]
    public async Task FHIR_reports_say_what_other_systems_look_for()
    {
        var path = await Filled();
        var bundle = (await Admin.Get($"{path}/submissions.fhir.json?team=north&measure=vap")).Is(200);

        bundle.Has("/resourceType", "Bundle").Has("/type", "collection").Has("/timestamp", await LastChange(path))
            .Has("/entry/0/resource/resourceType", "Organization").Has("/entry/0/resource/identifier/0/value", "north")
            .Has("/entry/1/resource/resourceType", "Measure").Has("/entry/1/resource/scoring/coding/0/code", "ratio");
        const string Report = "/entry/2/resource";
        var code = path[(path.LastIndexOf('/') + 1)..];
        bundle.Has($"{Report}/meta/profile/0", "http://hl7.org/fhir/us/davinci-deqm/StructureDefinition/summary-measurereport-deqm")
            .Has($"{Report}/extension/0/url", "http://hl7.org/fhir/us/davinci-deqm/StructureDefinition/extension-measureScoring")
            .Has($"{Report}/status", "complete").Has($"{Report}/type", "summary").Has($"{Report}/measure", $"urn:collaborative:measure:{code}:vap|1")
            .Has($"{Report}/reporter/reference", bundle.At("/entry/0/fullUrl")).Has($"{Report}/reporter/identifier/value", "north")
            .Has($"{Report}/period/start", "2025-11-01").Has($"{Report}/period/end", "2025-11-30").Has($"{Report}/date", (await Admin.Get($"{path}/teams/north/measures/vap/submissions/2025-11")).At("/recordedAt"))
            .Has($"{Report}/improvementNotation/coding/0/code", "decrease")
            .Has($"{Report}/group/0/population/0/code/coding/0/code", "denominator").Has($"{Report}/group/0/population/0/extension/0/valueQuantity/value", "412.5")
            .Has($"{Report}/group/0/population/1/count", "3").Has($"{Report}/group/0/measureScore/value", "0.007272727272727273");
        Assert.That(bundle.Json.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("fullUrl").GetString()), Is.Unique);

        var continuous = (await Admin.Get($"{path}/submissions.fhir.json?measure=history&from=2026-02&to=2026-02")).Is(200).Json.GetProperty("entry").EnumerateArray().Last().GetProperty("resource");
        var group = continuous.GetProperty("group")[0];
        Assert.That(group.GetProperty("population")[0].GetProperty("count").GetInt32(), Is.EqualTo(12));
        Assert.That(group.GetProperty("measureScore").GetProperty("value").GetDouble(), Is.EqualTo(3.3333333333333335));
        Assert.That(continuous.TryGetProperty("meta", out _), Is.False, "The profile asks for a direction that is better");
    }

    [Test]
    public async Task A_report_whose_score_was_changed_is_not_taken_for_its_figures_in_full()
    {
        var path = await Filled();
        var file = (await Admin.Get($"{path}/submissions.fhir.json?measure=stay&to=2026-01")).Is(200).Text;

        var job = await Take(path, Encoding.UTF8.GetBytes(file.Replace("\"measureScore\":{\"value\":4.5", "\"measureScore\":{\"value\":9.5", StringComparison.Ordinal)), Fhir);

        Assert.That(await Rejected(job), Is.EqualTo(new[] { "2 figuresDiffer" }));
        job = await Take(path, Encoding.UTF8.GetBytes(file.Replace("\"count\":20", "\"count\":21", StringComparison.Ordinal)), Fhir);
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "2 figuresDiffer" }));
    }

    [Test]
    public async Task A_collaborative_without_figures_has_its_exports_too()
    {
        var path = await Prepared();

        using (var document = Open((await Admin.Get($"{path}/submissions.xlsx")).Is(200).Bytes))
        {
            Assert.That(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document).Select(error => error.Description), Is.Empty);
            Assert.That(FigureRows(document), Is.Empty);
        }

        Assert.That(Reports((await Admin.Get($"{path}/submissions.fhir.json")).Is(200)), Is.Empty);
        (await Admin.Put("/collaboratives/later", """{ "name": "Later", "topic": "t", "aim": "a", "startMonth": "2027-01", "endMonth": "2027-12" }""")).Is(201);
        (await Admin.Put("/collaboratives/later/measures/m", Given.Rate)).Is(201);
        using (var document = Open((await Admin.Get("/collaboratives/later/submissions.xlsx")).Is(200).Bytes))
        {
            Assert.That(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document).Select(error => error.Description), Is.Empty);
        }
    }

    private async Task<string> LastChange(string path) => (await Admin.Get($"{path}/submissions?limit=1")).Is(200).At("/asOf")!;

    private async Task<string> Filled()
    {
        var path = await Prepared();
        foreach (var (series, month, body) in Submissions)
        {
            var parts = series.Split('/');
            (await Admin.Put($"{path}/teams/{parts[0]}/measures/{parts[1]}/submissions/{month}", body)).Is(201);
        }

        return path;
    }

    private async Task<string> Prepared()
    {
        var path = await NewCollaborative("""{ "name": "ICU safety", "topic": "Ventilator care", "aim": "Halve it", "startMonth": "2026-01", "endMonth": "2027-06", "baselineFrom": "2025-01" }""");
        foreach (var (team, name) in new[] { ("north", "North ICU"), ("south", "=South"), ("x_Y.z", "Team") })
        {
            (await Admin.Put($"{path}/teams/{team}", $$"""{ "name": "{{name}}" }""")).Is(201);
        }

        foreach (var (code, body) in Measures)
        {
            (await Admin.Put($"{path}/measures/{code}", body)).Is(201);
        }

        return path;
    }

    private async Task<Answer> Take(string path, byte[] file, string type)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await End(await Admin.Send(HttpMethod.Post, $"{path}/imports", content));
    }

    private async Task<string> Problems(Answer job) => job.Text + (await Admin.Get($"/imports/{job.At("/id")}/rows?limit=200")).Text;

    private static SpreadsheetDocument Open(byte[] file) => SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);

    private static WorksheetPart Part(SpreadsheetDocument document, string sheet) =>
        (WorksheetPart)document.WorkbookPart!.GetPartById(document.WorkbookPart.Workbook.Descendants<Sheet>().Single(found => found.Name == sheet).Id!);

    private static List<C.ChartSpace> Charts(SpreadsheetDocument document, string sheet) => [.. Part(document, sheet).DrawingsPart?.ChartParts.Select(part => part.ChartSpace) ?? []];

    private static List<string> Cells(SpreadsheetDocument document, string sheet) => [.. Part(document, sheet).Worksheet.Descendants<Cell>().Select(cell => cell.InnerText)];

    private static string? Cell(SpreadsheetDocument document, string sheet, string reference) =>
        Part(document, sheet).Worksheet.Descendants<Cell>().FirstOrDefault(cell => cell.CellReference == reference)?.InnerText;

    private static List<string> FigureRows(SpreadsheetDocument document) =>
        [.. Part(document, "Figures").Worksheet.Descendants<Row>().Skip(1).Select(row => string.Join(' ', row.Elements<Cell>().Take(3).Select(cell => cell.InnerText)))];

    private static string[] Values(C.LineChartSeries line) =>
        [.. line.GetFirstChild<C.Values>()!.Descendants<C.NumericPoint>().Select(point => $"{point.Index!.Value}={point.InnerText}")];

    /// <summary>Team, measure and month of each report of a bundle.</summary>
    private static List<string> Reports(Answer bundle) =>
    [
        .. bundle.Json.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource"))
            .Where(resource => resource.GetProperty("resourceType").GetString() == "MeasureReport")
            .Select(report => report.GetProperty("identifier")[0].GetProperty("value").GetString()!.Split('/'))
            .Select(parts => string.Join(' ', parts[1..])),
    ];
}
