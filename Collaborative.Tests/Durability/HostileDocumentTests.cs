using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Collaborative.Domain.Imports;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Durability;

/// <summary>Documents that mistakes and malice make, sent to a whole server: each is refused at once, or its job ends soon with a reason, and no figure comes of it.</summary>
public sealed class HostileDocumentTests(Lane lane) : ImportFeature(lane)
{
    private const string Filler = """{ "resource": { "resourceType": "Organization", "id": "o", "name": "A hospital with a long name, so that the file is longer than what is looked at first" } },""";

    private static readonly string Bundle = """{ "resourceType": "Bundle", "type": "batch", "entry": [""" + string.Concat(Enumerable.Repeat(Filler, 1_000));

    private const string Qrda = """<ClinicalDocument xmlns="urn:hl7-org:v3"><code code="55184-6"/>""";

    /// <summary>Refused by its beginning.</summary>
    private static readonly TestCaseData[] AtOnce =
    [
        Case("an external entity", ImportMedia.Xml, "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + Qrda + "&x;</ClinicalDocument>", "import-unreadable"),
        Case("an entity bomb", ImportMedia.Xml, "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>" + Qrda + "&b;</ClinicalDocument>", "import-unreadable"),
        Case("XML that is something else", ImportMedia.Xml, "<html/>", "import-unreadable"),
        Case("an encoding that nobody knows", ImportMedia.Xml, "<?xml version=\"1.0\" encoding=\"utf-7\"?>" + Qrda + "</ClinicalDocument>", "import-unreadable"),
        Case("a patient's document", ImportMedia.Xml, Qrda + "<recordTarget><patientRole><id root=\"1\" extension=\"4711\"/></patientRole></recordTarget></ClinicalDocument>", "patient-level-data"),
        Case("JSON that is something else", ImportMedia.FhirJson, """{ "figures": [1, 2, 3] }""", "import-unreadable"),
        Case("JSON nested at once", ImportMedia.FhirJson, string.Concat(Enumerable.Repeat("{\"a\":", 10_000)), "import-unreadable"),
        Case("a patient among resources", ImportMedia.FhirJson, """{ "resourceType": "Bundle", "entry": [{ "resource": { "resourceType": "Patient" } }] }""", "patient-level-data"),
        Case("a list of subjects", ImportMedia.FhirLines, """{ "resourceType": "MeasureReport", "type": "subject-list" }""", "patient-level-data"),
        Case("NULs", ImportMedia.FhirJson, "{ \"resourceType\": \0 }", "import-unreadable"),
        Case("patients in columns", ImportMedia.Csv, "team,measure,month,numerator,denominator,Date of birth\nnorth,m,2026-01,1,1,1950-01-01\n", "patient-level-data"),
        Case("a hundred thousand columns", ImportMedia.Csv, "team," + string.Join(',', Enumerable.Range(0, 100_000)), "import-unreadable"),
        Case("a compressed file", ImportMedia.Csv, Compressed("team,measure,month,numerator,denominator\n"), "import-unreadable"),
    ];

    /// <summary>Found out on the way.</summary>
    private static readonly TestCaseData[] Later =
    [
        Case("a patient far into a bundle", ImportMedia.FhirJson, Bundle + """{ "resource": { "resourceType": "Patient", "name": [{ "family": "Secretname" }] } }] }""", "patientLevelData"),
        Case("JSON nested without end", ImportMedia.FhirJson, Bundle + string.Concat(Enumerable.Repeat("{\"a\":[", 500_000)), "unreadable"),
        Case("JSON that breaks off", ImportMedia.FhirJson, Bundle + "{ \"resource\": ", "unreadable"),
        Case("one resource of 20 MB", ImportMedia.FhirJson, Bundle + "{ \"resource\": { \"resourceType\": \"MeasureReport\", \"x\": \"" + new string('a', 20_000_000), "unreadable"),
        Case("a byte order mark in the middle", ImportMedia.FhirLines, string.Concat(Enumerable.Repeat("""{ "resourceType": "Organization", "id": "o" }""" + "\n", 2_000)) + "\uFEFF{ }", "unreadable"),
        Case("XML that breaks off", ImportMedia.Xml, Qrda + string.Concat(Enumerable.Repeat("<author/>", 10_000)), "unreadable"),
        Case("XML nested without end", ImportMedia.Xml, Qrda + string.Concat(Enumerable.Repeat("<author/>", 10_000)) + string.Concat(Enumerable.Repeat("<component>", 200_000)), "unreadable"),
        Case("a text without end", ImportMedia.Xml, Qrda + string.Concat(Enumerable.Repeat("<author/>", 10_000)) + "<title>" + new string('a', 30_000_000), "unreadable"),
        Case("an attribute without end", ImportMedia.Xml, Qrda + string.Concat(Enumerable.Repeat("<author/>", 10_000)) + "<title value=\"" + new string('a', 30_000_000), "unreadable"),
        Case("measures without end", ImportMedia.Xml, Qrda + "<component><section><templateId root=\"2.16.840.1.113883.10.20.27.2.1\"/>" + string.Concat(Enumerable.Repeat("<organizer><a/></organizer>", 200_000)), "unreadable"),
        Case("an archive that is no workbook", ImportMedia.Workbook, Zip(("a.txt", "a")), "unreadable"),
        Case("a workbook cut in half", ImportMedia.Workbook, Zip(("xl/workbook.xml", new string('a', 10_000)))[..100], "unreadable"),
        Case("a bomb of a sheet", ImportMedia.Workbook, Sheet("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + new string('a', 200_000_000)), "unreadable"),
        Case("a document type far into it", ImportMedia.Xml, Qrda + string.Concat(Enumerable.Repeat("<author/>", 10_000)) + "<!DOCTYPE a [<!ENTITY a \"ha\">]><title>&a;</title></ClinicalDocument>", "unreadable"),
        Case("NULs far into a bundle", ImportMedia.FhirJson, Bundle + "\0{ } ] }", "unreadable"),
        Case("half of a pair of surrogates", ImportMedia.FhirJson, Bundle + """{ "resource": { "resourceType": "MeasureReport", "status": "\ud800" } }] }""", "unreadable"),
        Case("bytes that are no UTF-8 far into a bundle", ImportMedia.FhirJson, [.. Encoding.UTF8.GetBytes(Bundle + "{ \"resource\": { \"resourceType\": \"MeasureReport\", \"status\": \""), 0xC0, 0x80, .. "\" } }] }"u8], "unreadable"),
        Case("QRDA in UTF-16 that breaks off", ImportMedia.Xml, [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Qrda + string.Concat(Enumerable.Repeat("<author/>", 10_000)))], "unreadable"),
        Case("a bomb of rows", ImportMedia.Workbook, Sheet(string.Concat(Enumerable.Repeat("<row/>", 3_000_000))), "unreadable"),
    ];

    [TestCaseSource(nameof(AtOnce))]
    public async Task Is_refused_at_once(string type, byte[] file, string problem)
    {
        var path = await NewProgramme();

        (await Post(path, type, file)).IsProblem(422, problem);

        Assert.That((await Admin.Get($"{path}/imports")).Count(), Is.Zero);
    }

    [TestCaseSource(nameof(Later))]
    public async Task Ends_soon_with_a_reason_and_leaves_nothing(string type, byte[] file, string code)
    {
        var path = await NewProgramme();
        var clock = Stopwatch.StartNew();

        var job = await End(await Post(path, type, file));

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
        Assert.That((job.At("/state"), job.At("/problem/code"), Counts(job)), Is.EqualTo(("failed", code, "0 0 0 0 0")));
        Assert.That(job.Text, Does.Not.Contain("Secretname"));
        await Until(() => Server.Database.Rows($"SELECT COUNT(*) FROM ImportBody WHERE ImportId = '{job.At("/id")}'"), rows => rows[0] == "0");
        Assert.That(await Server.Database.Rows($"SELECT COUNT(*) FROM ImportRow WHERE ImportId = '{job.At("/id")}'"), Is.EqualTo(new[] { "0" }));
        Assert.That(await Export(path), Has.Length.LessThan(200), "Only the header");
    }

    [TestCase("application/fhir+json; charset=utf-16", "{ }", TestName = "JSON_in_another_encoding")]
    [TestCase("application/fhir+json", "team,month", TestName = "CSV_called_JSON")]
    [TestCase("application/xml", "{ }", TestName = "JSON_called_XML")]
    [TestCase("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "<a/>", TestName = "XML_called_a_workbook")]
    public async Task A_file_that_is_not_what_it_is_called_is_415(string type, string file)
    {
        var path = await NewProgramme();

        (await Post(path, type, Encoding.UTF8.GetBytes(file))).IsProblem(415, "unsupported-media-type");
    }

    [TestCase("POST", "gzip", ImportMedia.Csv)]
    [TestCase("POST", "br, gzip", ImportMedia.FhirJson)]
    [TestCase("PATCH", "gzip", "application/offset+octet-stream")]
    public async Task A_body_with_a_Content_Encoding_is_415_and_never_unpacked(string verb, string encoding, string type)
    {
        var path = await NewProgramme();
        var opened = (await Admin.Send(HttpMethod.Post, $"{path}/imports", null, more: request => request.Headers.Add("Upload-Length", "1000"))).Is(201);
        var content = new ByteArrayContent(Compressed(new string('a', 10_000_000)));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        content.Headers.Add("Content-Encoding", encoding);

        var refused = await Admin.Send(new HttpMethod(verb), verb == "POST" ? $"{path}/imports" : opened.Header("Location")!, content, more: request => request.Headers.Add("Upload-Offset", "0"));

        Assert.That(refused.IsProblem(415, "unsupported-media-type").Header("Accept-Encoding"), Is.EqualTo("identity"));
        (await Admin.Delete(opened.Header("Location")!)).Is(200);
    }

    [Test]
    public async Task In_a_wide_table_a_bad_row_leaves_the_others_alone()
    {
        var path = await NewProgramme();
        byte[] file =
        [
            .. Encoding.UTF8.GetBytes($"team,2026-01,2026-02\nnorth,1/400,{new string('9', 10_000_000)}\nnorth,1/400,x\n\"south,1/400,2/400\nsou\0th,1/400,\n"),
            0xFF, 0xFE, .. Encoding.UTF8.GetBytes("south,1/400,\nsouth,1/400,2/400,3/400\nsouth,1/400,2/400\n"),
        ];

        var job = await End(await Post(path, ImportMedia.Csv, file));

        Assert.That(job.At("/state"), Is.EqualTo("succeeded"));
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "2 lineTooLong", "4 number", "5 quotes", "6 encoding", "7 encoding", "8 columns" }), Counts(job));
        Assert.That(Counts(job), Does.StartWith("9 3 0"));
    }

    [Test]
    public async Task The_same_document_in_two_imports_at_once_is_there_once()
    {
        var path = await NewProgramme(""" "startMonth": "1980-01", "endMonth": "2027-06" """);
        var reports = Enumerable.Range(0, 500).SelectMany(i => new[] { "north", "south" }.Select(team =>
            $$"""{ "resource": { "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "http://a/Measure/m", "reporter": { "reference": "Organization/{{team}}" }, "period": { "start": "{{1980 + (i / 12)}}-{{(i % 12) + 1:00}}", "end": "{{1980 + (i / 12)}}-{{(i % 12) + 1:00}}" }, "group": [{ "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 400 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": {{i}} }] }] } }"""));
        var file = Encoding.UTF8.GetBytes($$"""{ "resourceType": "Bundle", "type": "batch", "entry": [{{string.Join(',', reports)}}] }""");

        var jobs = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ => await End(await Post(path, ImportMedia.FhirJson, file))));

        Assert.That(jobs.Select(Counts).Select(counts => string.Join(' ', counts.Split(' ')[0..3])), Is.EquivalentTo(new[] { "1000 1000 0", "1000 0 1000" }));
    }

    private static TestCaseData Case(string name, string type, string file, string code) => Case(name, type, Encoding.UTF8.GetBytes(file), code);

    private static TestCaseData Case(string name, string type, byte[] file, string code) => new TestCaseData(type, file, code).SetArgDisplayNames(name);

    private static byte[] Compressed(string text)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return file.ToArray();
    }

    private static byte[] Sheet(string rows) => Zip(
        ("xl/workbook.xml", """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>"""),
        ("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Target="worksheets/sheet1.xml"/></Relationships>"""),
        ("xl/worksheets/sheet1.xml", $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"""));

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

    private Task<Answer> Post(string path, string type, byte[] file)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return Admin.Send(HttpMethod.Post, $"{path}/imports", content);
    }
}
