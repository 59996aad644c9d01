using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Imports.Formats;
using Collaborative.Tests.Durability;
using Collaborative.Tests.Durability.Mutations;
using Collaborative.Tests.Support;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;

namespace Collaborative.Tests.Features.Imports;

/// <summary>Workbooks as imports: the template that a team fills in, tables as people make them, and archives that mean harm.</summary>
public sealed class WorkbookTests(Lane lane) : ImportFeature(lane)
{
    private const string Styles = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="170" formatCode="mmm\-yy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="17"/><xf numFmtId="170"/></cellXfs></styleSheet>""";

    [Test]
    public async Task A_team_fills_in_its_template_and_sends_it_back()
    {
        var path = await NewProgramme(""" "startMonth": "2026-01", "endMonth": "2026-12" """);
        (await Admin.Put($"{path}/measures/gaps", Given.Measure("daysBetween"))).Is(201);
        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-02", """{ "numerator": 3, "denominator": 412.5, "note": "=not a formula", "strata": [{ "scheme": "sex", "category": "f", "numerator": 1, "denominator": 200 }] }""")).Is(201);
        (await Admin.Put($"{path}/teams/north/measures/gaps/submissions/2026-02", """{ "values": [] }""")).Is(201);

        var template = (await Admin.Get($"{path}/teams/north/template.xlsx")).Is(200);

        Assert.That(template.Header("Content-Type"), Is.EqualTo(ImportMedia.Workbook));
        var untouched = await SendWorkbook(path, template.Bytes);
        Assert.That((untouched.At("/format"), Counts(untouched)), Is.EqualTo(("xlsx", "2 0 2 0 0")), "What is there already comes back unchanged, and blank months say nothing");
        using var stream = new MemoryStream();
        await stream.WriteAsync(template.Bytes);
        using (var document = SpreadsheetDocument.Open(stream, isEditable: true))
        {
            Assert.That(new OpenXmlValidator().Validate(document).Select(error => error.Description), Is.Empty);
            var sheet = document.WorkbookPart!.WorksheetParts.Single().Worksheet;
            Assert.That(sheet.GetFirstChild<SheetProtection>()!.Sheet!.Value, Is.True);
            Assert.That(sheet.Descendants<DataValidation>().Count(), Is.EqualTo(5));
            var rows = sheet.Descendants<Row>().Skip(1).ToList();
            Assert.That(rows, Has.Count.EqualTo(2 * 7), "Two measures, January to July");
            var march = rows.Single(row => row.Elements<Cell>().ElementAt(1).InnerText == "m" && row.Elements<Cell>().ElementAt(3).InnerText == "2026-03");
            march.Elements<Cell>().ElementAt(4).CellValue = new CellValue("7");
            march.Elements<Cell>().ElementAt(5).CellValue = new CellValue("500.25");
            var xfs = document.WorkbookPart.WorkbookStylesPart!.Stylesheet.CellFormats!.Elements<CellFormat>().ToList();
            Assert.That(xfs[(int)march.Elements<Cell>().ElementAt(4).StyleIndex!.Value].Protection!.Locked!.Value, Is.False, "The figure can be filled in");
            Assert.That(xfs[(int)march.Elements<Cell>().ElementAt(3).StyleIndex!.Value].Protection, Is.Null, "Its month cannot be changed");
        }

        var job = await SendWorkbook(path, stream.ToArray());

        Assert.That(Counts(job), Is.EqualTo("3 1 2 0 0"), job.Text);
        var figure = (await Admin.Get($"{path}/teams/north/measures/m/submissions/2026-03")).Is(200);
        Assert.That((figure.At("/numerator"), figure.At("/denominator")), Is.EqualTo(("7", "500.25")));
        Assert.That((await Admin.Get($"/imports/{job.At("/id")}/rows?outcome=accepted")).At("/items/0/source"), Is.EqualTo("sheet Figures, row 11"));
    }

    [Test]
    public async Task An_old_template_takes_nobodys_newer_figure_back()
    {
        var path = await NewProgramme(""" "startMonth": "2026-01", "endMonth": "2026-12" """);
        var series = $"{path}/teams/north/measures/m/submissions";
        foreach (var month in new[] { "2026-01", "2026-02" })
        {
            (await Admin.Put($"{series}/{month}", """{ "numerator": 3, "denominator": 400 }""")).Is(201);
        }

        var lead = await Server.As(Role.DataLead, CodeIn(path), "north");
        var template = (await lead.Get($"{path}/teams/north/template.xlsx")).Is(200).Bytes;
        (await Admin.Put($"{series}/2026-01", """{ "numerator": 4, "denominator": 400 }""", ifMatch: "1")).Is(200);
        (await Admin.Put($"{series}/2026-03", """{ "numerator": 5, "denominator": 400 }""")).Is(201);

        var untouched = await SendWorkbook(path, template, lead);
        Assert.That(Counts(untouched), Is.EqualTo("2 0 2 0 0"));
        Assert.That(await Problems(untouched), Is.EqualTo(new[] { "2 unchanged newerStays", "3 unchanged null" }));

        var touched = await SendWorkbook(path, await FillIn(template, ("2026-01", "6"), ("2026-02", "7"), ("2026-03", "8"), ("2026-04", "9")), lead);
        Assert.That(Counts(touched), Is.EqualTo("4 2 0 1 2"));
        Assert.That(await Problems(touched), Is.EqualTo(new[] { "2 rejected changedSince", "3 accepted overwritesTyped", "4 rejected changedSince", "5 accepted null" }));
        Assert.That((await Admin.Get($"/imports/{touched.At("/id")}/rows")).At("/items/0/problems/0/message"), Does.Contain("changed this figure after the template was made"));

        var again = await SendWorkbook(path, await FillIn(template, ("2026-04", "10")), lead);
        Assert.That(Counts(again), Is.EqualTo("3 2 1 0 0"), "The workbook is hers: it may be filled in again and again, and back to what it was");
        Assert.That((await Admin.Get($"{path}/submissions.csv")).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => string.Join(' ', line.Split(',')[2..4])), Is.EqualTo(new[] { "2026-01 4", "2026-02 3", "2026-03 5", "2026-04 10" }));

        async Task<IEnumerable<string>> Problems(Answer job)
        {
            var rows = (await Admin.Get($"/imports/{job.At("/id")}/rows")).Is(200);
            return rows.Each("row").Zip(rows.Each("outcome"), rows.Each("problems/0/code")).Select(row => $"{row.First} {row.Second} {row.Third ?? "null"}").ToList();
        }

        static async Task<byte[]> FillIn(byte[] template, params (string Month, string Numerator)[] figures)
        {
            using var stream = new MemoryStream();
            await stream.WriteAsync(template);
            using (var document = SpreadsheetDocument.Open(stream, isEditable: true))
            {
                foreach (var (month, numerator) in figures)
                {
                    var cells = document.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Row>().Select(row => row.Elements<Cell>().ToList()).Single(row => row[3].InnerText == month);
                    (cells[4].CellValue, cells[5].CellValue) = (new CellValue(numerator), new CellValue("400"));
                }
            }

            return stream.ToArray();
        }
    }

    [Test]
    public async Task A_column_for_each_month_may_have_dates_as_headings()
    {
        var path = await NewProgramme();
        var file = Workbook(Row(1, Cell("A1", "Our figures")) + Row(3, Cell("A3", "Team"), Number("B3", 46023, 1), Number("C3", 46054, 2)) + Row(4, Cell("A4", "north"), Cell("B4", "3/400"), Cell("C4", "")) + Row(5, Cell("A5", "south"), Number("C5", 46215, 1)));

        var job = await SendWorkbook(path, file);

        Assert.That(Counts(job), Is.EqualTo("2 1 0 0 1"), job.Text);
        Assert.That(await Export(path), Does.Contain("north,m,2026-01,3,400,"));
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "3 spreadsheetDate" }), "7/12 was turned into a date");
    }

    [Test]
    public async Task A_formula_gives_its_last_value_and_says_so_and_one_without_is_refused()
    {
        var path = await NewProgramme();
        var file = Workbook(Headings() + Row(2, Cell("A2", "north"), Cell("B2", "m"), Cell("C2", "2026-01"), """<c r="D2"><f>1+2</f><v>3</v></c>""", Number("E2", 400))
            + Row(3, Cell("A3", "north"), Cell("B3", "m"), Cell("C3", "2026-02"), """<c r="D3"><f>WEBSERVICE("http://127.0.0.1:9")</f></c>""", Number("E3", 400))
            + Row(4, Cell("A4", "north"), Cell("B4", "m"), Cell("C4", "2026-03"), """<c r="D4" t="e"><v>#DIV/0!</v></c>""", Number("E4", 400)));

        var job = await SendWorkbook(path, file);

        Assert.That(Counts(job), Is.EqualTo("3 1 0 1 2"), job.Text);
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "3 formula", "4 number" }));
    }

    [Test]
    public async Task Columns_of_patients_delete_the_workbook_at_once()
    {
        var path = await NewProgramme();

        var job = await SendWorkbook(path, Workbook(Row(1, Cell("A1", "team"), Cell("B1", "MRN"), Cell("C1", "month"), Cell("D1", "m")) + Row(2, Cell("A2", "north"), Cell("B2", "4711"), Cell("C2", "2026-01"), Number("D2", 1))));

        Assert.That((job.At("/state"), job.At("/problem/code"), Counts(job)), Is.EqualTo(("failed", "patientLevelData", "0 0 0 0 0")));
        await Until(() => Server.Database.Rows($"SELECT COUNT(*) FROM ImportBody WHERE ImportId = '{job.At("/id")}'"), rows => rows[0] == "0");
    }

    [Test]
    public void A_sheet_may_declare_a_thousand_million_rows()
    {
        var file = Workbook("""<row r="1"><c r="A1" t="inlineStr"><is><t>team</t></is></c><c r="B1" t="inlineStr"><is><t>2026-01</t></is></c></row><row r="1000000000"><c r="A1000000000" t="inlineStr"><is><t>north</t></is></c><c r="XFD1000000000"><v>1</v></c><c r="B1000000000"><v>5</v></c></row>""", dimension: "A1:XFD1000000000");

        var rows = Rows(file);

        Assert.That(rows.Select(row => $"{row.Place} {row.Team} {row.Value}"), Is.EqualTo(new[] { "sheet Figures, row 1000000000, 2026-01 north 5" }));
    }

    [Test]
    public void A_bomb_of_text_is_told_before_it_is_unpacked()
    {
        var file = Workbook(Headings(), shared: "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">" + string.Concat(Enumerable.Repeat("<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>", 1_100_000)) + "</sst>");

        Assert.That(Assert.Throws<UnreadableFileException>(() => Rows(file))!.Message, Does.Contain("more text than any table"));
        Assert.That(file, Has.Length.LessThan(400_000), "It is a bomb");
    }

    [Test]
    public void A_cell_that_never_ends_is_told()
    {
        var file = Workbook("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + new string('a', 100_000_000) + "</t></is></c></row>");

        Assert.That(Assert.Throws<UnreadableFileException>(() => Rows(file))!.Message, Does.Contain("1 MB"));
    }

    [Test]
    public void Blank_rows_without_end_cost_time_but_no_memory()
    {
        var file = Workbook(Headings() + string.Concat(Enumerable.Repeat("<row/>", 2_000_000)));

        Assert.That(new XlsxFormat().Translate(Source(file)).Count(row => row is null), Is.GreaterThan(10), "Signs of life in between");
    }

    private static readonly TestCaseData[] NoWorkbooks =
    [
        new TestCaseData((byte[])[0x50, 0x4B, 3, 4, 0, 0], "cut off").SetArgDisplayNames("cut off"),
        new TestCaseData(Zip(("readme.txt", "hello")), "no workbook").SetArgDisplayNames("another archive"),
        new TestCaseData(Zip([.. Enumerable.Range(0, 2_500).Select(i => ($"x{i}", ""))]), "not like that of any spreadsheet").SetArgDisplayNames("thousands of entries"),
        new TestCaseData(Zip(("../../etc/passwd", "x"), ("xl/workbook.xml", "<a/>")), "outside").SetArgDisplayNames("a path that leads out"),
        new TestCaseData(Zip(("xl/vbaProject.bin", "x"), ("xl/workbook.xml", "<a/>")), "macros").SetArgDisplayNames("macros"),
        new TestCaseData(Zip(("xl/_rels/workbook.xml.rels", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"), ("xl/workbook.xml", "<a/>")), "DOCTYPE").SetArgDisplayNames("entities"),
    ];

    [TestCaseSource(nameof(NoWorkbooks))]
    public void What_is_no_workbook_is_told(byte[] file, string says) =>
        Assert.That(Assert.Throws<UnreadableFileException>(() => Rows(file))!.Message, Does.Contain(says));

    [TestCase("visible")]
    [TestCase("hidden")]
    [TestCase("veryHidden")]
    public void A_list_of_patients_beside_the_figures_refuses_the_workbook(string state)
    {
        var file = Workbook(Headings(), second: Row(1, Cell("A1", "All cases")) + Row(3, Cell("A3", "Ward"), Cell("B3", "PatientMRN")) + Row(4, Cell("A4", "7B"), Cell("B4", "4711")), state: state);

        var refusal = Assert.Throws<UnreadableFileException>(() => Rows(file))!;
        Assert.That((refusal.Code, refusal.Message.Contains("4711")), Is.EqualTo(("patientLevelData", false)));
    }

    [TestCase("hidden")]
    [TestCase("veryHidden")]
    public void Figures_of_a_hidden_sheet_are_not_taken(string state)
    {
        var figures = Row(2, Cell("A2", "north"), Cell("B2", "m"), Cell("C2", "2026-01"), Number("D2", 1), Number("E2", 400));

        Assert.That(Rows(Workbook(Headings() + figures, second: Headings() + figures, state: state)), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_list_of_staff_beside_the_figures_is_passed_over() => Assert.That(
        Rows(Workbook(Headings(), second: Row(1, Cell("A1", "First name"), Cell("B1", "Phone"), Cell("C1", "Email")))), Is.Empty);

    [Test]
    public void Prose_about_patients_above_the_figures_is_passed_over() => Assert.That(
        Rows(Workbook(Row(1, Cell("A1", "Wristband audit: name, MRN and DOB are checked")) + Row(2, Cell("A2", "aim"), Cell("B2", "Wrong DOB on fewer wristbands")) + Headings(3))), Is.Empty);

    [Test]
    public void More_columns_than_are_read_refuse_the_sheet() => Assert.That(
        Assert.Throws<UnreadableFileException>(() => Rows(Workbook(Row(1, Cell("A1", "team"), Cell("B1", "measure"), Cell("C1", "2026-01"), Cell("ALM1", "2026-02")))))!.Message,
        Does.Contain("more than 1000 columns"));

    [Test]
    public void A_tick_is_no_figure()
    {
        var file = Workbook(Headings() + Row(2, Cell("A2", "north"), Cell("B2", "m"), Cell("C2", "2026-01"), """<c r="D2" t="b"><v>1</v></c>""", Number("E2", 400)));

        Assert.That(Rows(file).Single().Numerator, Is.EqualTo("TRUE"));
    }

    [Test]
    public void An_entry_that_does_not_stand_where_the_directory_says_is_told()
    {
        var file = Workbook(Headings());
        file[file.AsSpan().LastIndexOf("PK\u0003\u0004"u8)] = 0;

        Assert.Throws<UnreadableFileException>(() => Rows(file));
    }

    [Test]
    public void A_damaged_archive_is_told()
    {
        var file = Workbook(Headings() + string.Concat(Enumerable.Range(2, 20_000).Select(i => Row(i, Cell($"A{i}", $"t{i * 7919 % 10007}")))));
        for (var i = file.Length / 3; i < file.Length / 3 + 200; i++)
        {
            file[i] ^= 0x5A;
        }

        Assert.Throws<UnreadableFileException>(() => Rows(file));
    }

    [Test]
    public void A_digit_that_changed_on_the_way_is_told_by_the_checksum()
    {
        var parts = WorkbookParts.Of([("Figures", Headings() + Row(2, Cell("A2", "north"), Cell("B2", "m"), Cell("C2", "2026-01"), Number("D2", 3), Number("E2", 412)))], ["unused"]);
        var file = WorkbookParts.Archive(parts.Select(part => (part.Name, Encoding.UTF8.GetBytes(part.Content))), CompressionLevel.NoCompression);
        Assert.That(Rows(file).Single().Denominator, Is.EqualTo("412"));

        file[file.AsSpan().IndexOf("412"u8)] ^= 1;

        Assert.That(Assert.Throws<UnreadableFileException>(() => Rows(file))!.Message, Does.Contain("damaged"));
    }

    private static string Headings(int row = 1) =>
        Row(row, Cell($"A{row}", "team"), Cell($"B{row}", "measure"), Cell($"C{row}", "month"), Cell($"D{row}", "numerator"), Cell($"E{row}", "denominator"));

    private static string Row(int number, params string[] cells) => $"<row r=\"{number}\">{string.Concat(cells)}</row>";

    private static string Cell(string at, string text) => $"<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>";

    private static string Number(string at, double value, int style = 0) => string.Create(CultureInfo.InvariantCulture, $"<c r=\"{at}\" s=\"{style}\"><v>{value}</v></c>");

    private static List<LongRow> Rows(byte[] file) => [.. new XlsxFormat().Translate(Source(file)).OfType<LongRow>()];

    private static ImportSource Source(byte[] file) => new(() => new MemoryStream(file), () => new MemoryStream(file), "m", PeriodReading.Usual);

    private static byte[] Workbook(string rows, string dimension = "A1", string? shared = null, string second = "", string state = "visible") => Zip(
        ("xl/workbook.xml", $"""<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Figures" sheetId="1" r:id="s1"/><sheet name="More" sheetId="2" r:id="s2" state="{state}"/></sheets></workbook>"""),
        ("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s1" Target="worksheets/sheet1.xml"/><Relationship Id="s2" Target="worksheets/sheet2.xml"/></Relationships>"""),
        ("xl/styles.xml", Styles),
        ("xl/sharedStrings.xml", shared ?? """<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>"""),
        ("xl/worksheets/sheet2.xml", $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{second}</sheetData></worksheet>"""),
        ("xl/worksheets/sheet1.xml", $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>"""));

    private static byte[] Zip(params (string Name, string Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return file.ToArray();
    }

    private async Task<Answer> SendWorkbook(string path, byte[] file, Client? sender = null)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(ImportMedia.Workbook);
        return await End(await (sender ?? Admin).Send(HttpMethod.Post, $"{path}/imports", content));
    }
}
