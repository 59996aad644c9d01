using System.Globalization;
using System.IO.Compression;
using System.Text;
using Collaborative.Domain.Imports;

namespace Collaborative.Tests.Durability.Mutations;

/// <summary>A file as it should be, and the figures that it says: the stock from which spoilt files are made.</summary>
/// <param name="Measure">The code that the request must name, where the file names no measure.</param>
public sealed record GoodDocument(string Name, string Type, byte[] Content, IReadOnlyDictionary<Place, Said> Says, string? Measure = null)
{
    public static readonly string[] Teams = ["alder", "birch"];
    public static readonly string[] Measures = ["vap", "cauti"];

    private static readonly string[] Months = ["2026-01", "2026-02", "2026-03"];

    private const string Populations = "http://terminology.hl7.org/CodeSystem/measure-population";

    /// <summary>One of each format and shape.</summary>
    public static IReadOnlyList<GoodDocument> All { get; } =
    [
        Of("CSV long", ImportMedia.Csv, Long, Places()),
        Of("CSV long with semicolons", ImportMedia.Csv, places => Long(places).Replace("\"of \"\"us\"\", again\"", "again", StringComparison.Ordinal).Replace(',', ';').Replace("\n", "\r\n", StringComparison.Ordinal), Places()),
        Of("CSV with a column for each month", ImportMedia.Csv, Wide, Places()),
        Of("CSV with a column for each month, of one measure", ImportMedia.Csv, WideOfOne, Places(Teams, ["vap"]), "vap"),
        Of("CSV with a column for each measure", ImportMedia.Csv, ByMeasure, Places()),
        Of("CSV with two rows for each figure", ImportMedia.Csv, TwoRows, Places()),
        OfBytes("XLSX", ImportMedia.Workbook, places => WorkbookParts.Archive(Sheets(places)), Places()),
        Of("FHIR R4 report", ImportMedia.FhirJson, places => Report(places[0], false), Places(["alder"], ["vap"], ["2026-02"])),
        Of("FHIR R5 report", ImportMedia.FhirJson, places => Report(places[0], true), Places(["birch"], ["cauti"], ["2026-03"])),
        Of("FHIR bundle", ImportMedia.FhirJson, Bundle, Places()),
        Of("FHIR lines", ImportMedia.FhirLines, places => string.Concat(places.Select((place, i) => Report(place, i % 2 == 1).ReplaceLineEndings(" ") + "\n")), Places()),
        Of("QRDA", ImportMedia.Xml, Qrda, Places(["alder"], Measures, ["2026-02"])),
    ];

    public override string ToString() => Name;

    private static GoodDocument Of(string name, string type, Func<List<(Place, Said)>, string> write, List<(Place Place, Said Said)> places, string? measure = null) =>
        OfBytes(name, type, all => Encoding.UTF8.GetBytes(write(all)), places, measure);

    private static GoodDocument OfBytes(string name, string type, Func<List<(Place, Said)>, byte[]> write, List<(Place Place, Said Said)> places, string? measure = null) =>
        new(name, type, write(places), places.ToDictionary(place => place.Place, place => place.Said), measure);

    /// <summary>Places with figures that are nowhere else, so that one in a wrong place shows.</summary>
    private static List<(Place Place, Said Said)> Places(string[]? teams = null, string[]? measures = null, string[]? months = null)
    {
        var places = new List<(Place, Said)>();
        foreach (var team in teams ?? Teams)
        {
            foreach (var measure in measures ?? Measures)
            {
                foreach (var month in months ?? Months)
                {
                    var i = places.Count;
                    places.Add((new Place(team, measure, month), new Said(11 + (2 * i), 401 + (7 * i))));
                }
            }
        }

        return places;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Long(List<(Place Place, Said Said)> places) => "team,measure,month,numerator,denominator,note,ward\n"
        + string.Concat(places.Select((place, i) => Text(
            $"{place.Place.Team},{place.Place.Measure},{place.Place.Month},{place.Said.Numerator},{place.Said.Denominator},{(i % 3 == 0 ? "\"of \"\"us\"\", again\"" : i % 3 == 1 ? "fine" : "")},W\n")));

    private static string Wide(List<(Place Place, Said Said)> places) => "team,measure,Jan-26,2026-02,Mar 2026\n" + string.Concat(
        places.GroupBy(place => (place.Place.Team, place.Place.Measure))
            .Select(row => $"{row.Key.Team},{row.Key.Measure},{string.Join(',', row.Select(Cell))}\n"));

    private static string WideOfOne(List<(Place Place, Said Said)> places) => "team,2026-01,2026-02,2026-03\r\n" + string.Concat(
        places.GroupBy(place => place.Place.Team).Select(row => $"{row.Key},{string.Join(',', row.Select(Cell))}\r\n"));

    private static string ByMeasure(List<(Place Place, Said Said)> places) => "team,month,vap,cauti numerator,cauti denominator\n" + string.Concat(
        places.GroupBy(place => (place.Place.Team, place.Place.Month))
            .Select(row => Text($"{row.Key.Team},{row.Key.Month},{Cell(row.First())},{row.Last().Said.Numerator},{row.Last().Said.Denominator}\n")));

    private static string TwoRows(List<(Place Place, Said Said)> places) => "team,measure,part,2026-01,2026-02,2026-03\n" + string.Concat(
        places.GroupBy(place => (place.Place.Team, place.Place.Measure))
            .Select(row => Text($"{row.Key.Team},{row.Key.Measure},numerator,{string.Join(',', row.Select(place => place.Said.Numerator))}\n{row.Key.Team},{row.Key.Measure},denominator,{string.Join(',', row.Select(place => place.Said.Denominator))}\n")));

    private static string Cell((Place Place, Said Said) place) => Text($"{place.Said.Numerator}/{place.Said.Denominator}");

    /// <summary>One sheet in the long form with shared texts, and one with dates as headings.</summary>
    private static List<(string Name, string Content)> Sheets(List<(Place Place, Said Said)> places)
    {
        var shared = new List<string>();
        string Shared(string at, string text)
        {
            if (!shared.Contains(text))
            {
                shared.Add(text);
            }

            return Text($"<c r=\"{at}\" t=\"s\"><v>{shared.IndexOf(text)}</v></c>");
        }

        var first = new StringBuilder("<row r=\"1\">").Append(string.Concat("team measure month numerator denominator".Split(' ').Select((name, i) => Shared($"{(char)('A' + i)}1", name)))).Append("</row>");
        var number = 1;
        foreach (var (place, said) in places.Where(place => place.Place.Team == Teams[0]))
        {
            number++;
            first.Append(CultureInfo.InvariantCulture, $"<row r=\"{number}\">{Shared($"A{number}", place.Team)}{Shared($"B{number}", place.Measure)}{Shared($"C{number}", place.Month)}<c r=\"D{number}\"><v>{said.Numerator}</v></c><c r=\"E{number}\"><f>1+1</f><v>{said.Denominator}</v></c></row>");
        }

        var second = new StringBuilder($"<row r=\"1\">{Shared("A1", "team")}{Shared("B1", "measure")}<c r=\"C1\" s=\"1\"><v>46023</v></c><c r=\"D1\" s=\"1\"><v>46054</v></c><c r=\"E1\" s=\"1\"><v>46082</v></c></row>");
        number = 1;
        foreach (var row in places.Where(place => place.Place.Team == Teams[1]).GroupBy(place => place.Place.Measure))
        {
            number++;
            second.Append(CultureInfo.InvariantCulture, $"<row r=\"{number}\">{Shared($"A{number}", Teams[1])}{Shared($"B{number}", row.Key)}{string.Concat(row.Select((place, i) => $"<c r=\"{(char)('C' + i)}{number}\" t=\"inlineStr\"><is><t>{Cell(place)}</t></is></c>"))}</row>");
        }

        return WorkbookParts.Of([("Long", first.ToString()), ("Wide", second.ToString())], shared);
    }

    private static string Report((Place Place, Said Said) at, bool isRelease5)
    {
        var (place, said) = at;
        string Population(string code, double count) => isRelease5
            ? Text($$"""{ "linkId": "{{code}}", "code": { "coding": [{ "code": "own-{{code}}" }, { "system": "{{Populations}}", "code": "{{code}}" }] }, "count": {{count}} }""")
            : Text($$"""{ "code": { "coding": [{ "system": "{{Populations}}", "code": "{{code}}" }] }, "count": {{count}} }""");
        return $$"""
            {
              "resourceType": "MeasureReport", "status": "complete", "type": "summary",
              "measure": "http://example.org/Measure/{{place.Measure}}|2.0",
              "reporter": { "reference": "Organization/{{place.Team}}" },
              "period": { "start": "{{place.Month}}-01", "end": "{{place.Month}}-{{DateTime.DaysInMonth(2026, int.Parse(place.Month[5..], CultureInfo.InvariantCulture))}}" },
              "group": [{
                {{(isRelease5 ? "\"linkId\": \"g\"," : "")}}
                "population": [{{Population("initial-population", said.Denominator)}}, {{Population("denominator", said.Denominator)}}, {{Population("numerator", said.Numerator)}}]
              }]
            }

            """;
    }

    private static string Bundle(List<(Place Place, Said Said)> places) => $$"""
        { "resourceType": "Bundle", "type": "transaction", "entry": [
        {{string.Join(",\n", Teams.Select(team => $$"""{ "fullUrl": "urn:uuid:{{team}}", "resource": { "resourceType": "Organization", "id": "{{team}}", "name": "The {{team}}" } }"""))}},
        {{string.Join(",\n", places.Select((place, i) => $$"""{ "fullUrl": "urn:uuid:r{{i}}", "resource": {{Report(place, i % 2 == 0)}}, "request": { "method": "POST", "url": "MeasureReport" } }"""))}}
        ] }
        """;

    private static string Qrda(List<(Place Place, Said Said)> places)
    {
        static string Aggregate(double count) => Text(
            $"""<entryRelationship typeCode="SUBJ" inversionInd="true"><observation classCode="OBS" moodCode="EVN"><code code="MSRAGG"/><value xsi:type="INT" value="{count}"/></observation></entryRelationship>""");
        static string Population(string code, double count) =>
            $"""<component><observation classCode="OBS" moodCode="EVN"><code code="ASSERTION"/><value code="{code}"/>{Aggregate(count)}</observation></component>""";
        return $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <code code="55184-6" codeSystem="2.16.840.1.113883.6.1"/><title>QRDA III</title>
              <recordTarget><patientRole><id nullFlavor="NA"/></patientRole></recordTarget>
              <documentationOf><serviceEvent><performer><assignedEntity><representedOrganization><id root="2.16.840.1.113883.4.2" extension="{places[0].Place.Team}"/><name>The {places[0].Place.Team}</name></representedOrganization></assignedEntity></performer></serviceEvent></documentationOf>
              <component><structuredBody><component><section><templateId root="2.16.840.1.113883.10.20.27.2.1"/>
            {string.Concat(places.Select(place => $"""
                <entry><organizer><reference><externalDocument><id root="2.16.840.1.113883.4.738" extension="{place.Place.Measure}"/></externalDocument></reference>
                {Population("IPOP", place.Said.Denominator)}{Population("DENOM", place.Said.Denominator)}
                {Population("NUMER", place.Said.Numerator)}</organizer></entry>

            """))}
              <entry><act><templateId root="2.16.840.1.113883.10.20.17.3.8"/><effectiveTime><low value="20260201"/><high value="20260228"/></effectiveTime></act></entry>
              </section></component></structuredBody></component></ClinicalDocument>
            """;
    }
}

/// <summary>Where a figure belongs.</summary>
public readonly record struct Place(string Team, string Measure, string Month);

/// <summary>The figure that a file says of a place.</summary>
public readonly record struct Said(double Numerator, double Denominator);

/// <summary>The parts of a workbook, and the archive that they make.</summary>
internal static class WorkbookParts
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    public static List<(string Name, string Content)> Of(IReadOnlyList<(string Name, string Rows)> sheets, IReadOnlyList<string> shared) =>
    [
        ("xl/workbook.xml", $"""<workbook xmlns="{Main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{string.Concat(sheets.Select((sheet, i) => $"<sheet name=\"{sheet.Name}\" sheetId=\"{i + 1}\" r:id=\"s{i + 1}\"/>"))}</sheets></workbook>"""),
        ("xl/_rels/workbook.xml.rels", $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{string.Concat(sheets.Select((_, i) => $"<Relationship Id=\"s{i + 1}\" Target=\"worksheets/sheet{i + 1}.xml\"/>"))}</Relationships>"""),
        ("xl/styles.xml", $"""<styleSheet xmlns="{Main}"><numFmts><numFmt numFmtId="170" formatCode="mmm\-yy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>"""),
        ("xl/sharedStrings.xml", $"""<sst xmlns="{Main}">{string.Concat(shared.Select(text => $"<si><t>{text}</t></si>"))}</sst>"""),
        .. sheets.Select((sheet, i) => ($"xl/worksheets/sheet{i + 1}.xml", $"""<worksheet xmlns="{Main}"><dimension ref="A1:E20"/><sheetData>{sheet.Rows}</sheetData></worksheet>""")),
    ];

    public static byte[] Archive(IEnumerable<(string Name, string Content)> parts) => Archive(parts.Select(part => (part.Name, Encoding.UTF8.GetBytes(part.Content))));

    public static byte[] Archive(IEnumerable<(string Name, byte[] Content)> parts, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in parts)
            {
                var entry = archive.CreateEntry(name, level);

                // The same file, byte for byte, at any time.
                entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var stream = entry.Open();
                stream.Write(content);
            }
        }

        return file.ToArray();
    }

    public static List<(string Name, byte[] Content)> Unpack(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return [.. archive.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return (entry.FullName, content.ToArray());
        })];
    }
}
