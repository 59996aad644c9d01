using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Collaborative.Tests.Benchmarks;

/// <summary>Documents of the size that the largest partners send, for the teams and measures of a <see cref="Programme"/>.</summary>
internal static class LargeDocument
{
    private const int Teams = 100;
    private const int Months = 100;

    /// <summary>5 measures of 100 teams over 100 months, a report each.</summary>
    public static int Bundle(Stream stream)
    {
        const int Measures = 5;
        using var writer = new StreamWriter(stream);
        writer.Write("""{ "resourceType": "Bundle", "type": "batch", "entry": [""");
        for (var i = 0; i < Teams * Measures * Months; i++)
        {
            var (team, measure, month) = (Programme.Team(i / Months / Measures), Programme.Measure(i / Months % Measures), Programme.Month(i % Months));
            writer.Write(i > 0 ? ",\n" : "\n");
            writer.Write(string.Create(CultureInfo.InvariantCulture, $$"""
                { "fullUrl": "urn:uuid:{{i}}", "resource": { "resourceType": "MeasureReport", "id": "r{{i}}", "status": "complete", "type": "summary", "measure": "http://example.org/Measure/{{measure}}|1.0.0",
                  "date": "2026-01-01", "reporter": { "reference": "Organization/{{team}}" }, "period": { "start": "{{month}}", "end": "{{month}}" }, "improvementNotation": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/measure-improvement-notation", "code": "decrease" }] },
                  "group": [{ "population": [
                    { "code": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/measure-population", "code": "initial-population", "display": "Initial Population" }] }, "count": 400 },
                    { "code": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/measure-population", "code": "denominator", "display": "Denominator" }] }, "count": 400 },
                    { "code": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/measure-population", "code": "numerator", "display": "Numerator" }] }, "count": {{i % 9}} }] }] }, "request": { "method": "POST", "url": "MeasureReport" } }
                """));
        }

        writer.Write("] }");
        return Teams * Measures * Months;
    }

    /// <summary>400 measures of one team, each with strata, in more than 20 MB.</summary>
    public static int Qrda(Stream stream)
    {
        const int Measures = 400;
        const int Strata = 40;
        using var writer = new StreamWriter(stream);
        writer.Write($"""
            <?xml version="1.0" encoding="utf-8"?>
            <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><code code="55184-6" codeSystem="2.16.840.1.113883.6.1"/>
            <recordTarget><patientRole><id nullFlavor="NA"/></patientRole></recordTarget>
            <documentationOf><serviceEvent><performer><assignedEntity><representedOrganization><id root="2.16.840.1.113883.4.2" extension="{Programme.Team(0)}"/></representedOrganization></assignedEntity></performer></serviceEvent></documentationOf>
            <component><structuredBody><component><section><templateId root="2.16.840.1.113883.10.20.27.2.1"/>
            """);
        for (var measure = 0; measure < Measures; measure++)
        {
            writer.Write($"""<entry><organizer classCode="CLUSTER" moodCode="EVN"><reference typeCode="REFR"><externalDocument classCode="DOC" moodCode="EVN"><id root="2.16.840.1.113883.4.738" extension="{Programme.Measure(measure)}"/></externalDocument></reference>""");
            foreach (var (code, count) in new[] { ("IPOP", 4000), ("DENOM", 4000), ("NUMER", 1000 + measure) })
            {
                writer.Write($"""<component><observation classCode="OBS" moodCode="EVN"><code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><value xsi:type="CD" code="{code}" codeSystem="2.16.840.1.113883.5.4"/>{Aggregate(count)}""");
                for (var stratum = 0; stratum < Strata; stratum++)
                {
                    writer.Write($"""<entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.27.3.8"/><code code="72826-1" codeSystem="2.16.840.1.113883.6.1"/><value xsi:type="CD" code="c{stratum}" codeSystem="2.16.840.1.113883.6.238"/>{Aggregate(count / Strata)}</observation></entryRelationship>""");
                }

                writer.Write("</observation></component>\n");
            }

            writer.Write("</organizer></entry>\n");
        }

        writer.Write($"""<entry><act><templateId root="2.16.840.1.113883.10.20.17.3.8"/><effectiveTime><low value="{Programme.Month(0).FirstDay:yyyyMMdd}"/><high value="{Programme.Month(0).LastDay:yyyyMMdd}"/></effectiveTime></act></entry></section></component></structuredBody></component></ClinicalDocument>""");
        return Measures;

        static string Aggregate(int count) => string.Create(
            CultureInfo.InvariantCulture,
            $"""<entryRelationship typeCode="SUBJ" inversionInd="true"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.27.3.3"/><code code="MSRAGG" codeSystem="2.16.840.1.113883.5.4"/><value xsi:type="INT" value="{count}"/><methodCode code="COUNT"/></observation></entryRelationship>""");
    }

    /// <summary>10 measures of 100 teams over 100 months, in the long form.</summary>
    public static int Workbook(Stream stream)
    {
        const int Measures = 10;
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        Part("xl/workbook.xml", writer => writer.Write($"""<workbook xmlns="{Main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Figures" sheetId="1" r:id="s"/></sheets></workbook>"""));
        Part("xl/_rels/workbook.xml.rels", writer => writer.Write("""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Target="worksheets/sheet1.xml"/></Relationships>"""));
        Part("xl/worksheets/sheet1.xml", writer =>
        {
            writer.Write($"""<worksheet xmlns="{Main}"><sheetData>""");
            writer.Write(Row(1, "team", "measure", "month", "numerator", "denominator"));
            for (var i = 0; i < Teams * Measures * Months; i++)
            {
                writer.Write(Row(i + 2, Programme.Team(i / Months / Measures), Programme.Measure(i / Months % Measures), Programme.Month(i % Months).ToString(), (i % 9).ToString(CultureInfo.InvariantCulture), "400"));
            }

            writer.Write("</sheetData></worksheet>");
        });
        return Teams * Measures * Months;

        static string Row(int number, params string[] cells) =>
            $"<row r=\"{number}\">{string.Concat(cells.Select(cell => $"<c t=\"inlineStr\"><is><t>{cell}</t></is></c>"))}</row>";

        void Part(string name, Action<StreamWriter> write)
        {
            using var writer = new StreamWriter(archive.CreateEntry(name, CompressionLevel.Fastest).Open(), new UTF8Encoding(false));
            write(writer);
        }
    }
}
