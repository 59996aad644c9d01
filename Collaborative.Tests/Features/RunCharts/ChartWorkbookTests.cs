using Collaborative.Domain.Imports;
using Collaborative.Tests.Support;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using C = DocumentFormat.OpenXml.Drawing.Charts;

namespace Collaborative.Tests.Features.RunCharts;

/// <summary>Charts and summaries as workbooks, with the spreadsheet's own chart in them.</summary>
public sealed class ChartWorkbookTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task A_chart_can_be_had_as_a_workbook_with_a_chart_in_it()
    {
        var path = await Charted();

        var answer = (await Admin.Get($"{path}/teams/north/measures/vap/chart.xlsx?type=xmr")).Is(200);

        Assert.That(answer.Header("Content-Type"), Is.EqualTo(ImportMedia.Workbook));
        using var document = Open(answer.Bytes);
        Assert.That(Errors(document), Is.Empty);
        var chart = document.WorkbookPart!.WorksheetParts.SelectMany(part => part.DrawingsPart?.ChartParts ?? []).Single().ChartSpace;
        var lines = chart.Descendants<C.LineChartSeries>().ToDictionary(line => line.Descendants<C.SeriesText>().Single().Descendants<C.NumericValue>().Single().Text);
        Assert.That(lines.Keys, Is.EqualTo(new[] { "value", "mean, phase 1", "mean, phase 2", "lower limit", "upper limit", "goal" }));
        Assert.That(lines["value"].Descendants<C.DataPoint>().Count(), Is.GreaterThan(0), "Signals look different");
        var values = (await Admin.Get($"{path}/teams/north/measures/vap/chart?type=xmr")).Is(200);
        var cached = lines["value"].GetFirstChild<C.Values>()!.Descendants<C.NumericPoint>().ToDictionary(point => (int)point.Index!.Value, point => point.InnerText);
        for (var i = 0; i < values.Count("/points"); i++)
        {
            Assert.That(cached.GetValueOrDefault(i, "null"), Is.EqualTo(values.At($"/points/{i}/value")), $"Point {i}");
        }

        Assert.That(document.WorkbookPart.Workbook.Descendants<Sheet>().Select(sheet => sheet.Name!.Value), Is.EqualTo(new[] { "Chart", "Findings" }));
    }

    [TestCase("/teams/north/measures/vap/chart")]
    [TestCase("/measures/vap/chart")]
    [TestCase("/teams/north/measures/gaps/chart")]
    [TestCase("/summary")]
    [TestCase("/teams/north/summary")]
    [TestCase("/measures/vap/summary")]
    public async Task A_workbook_by_suffix_is_that_by_Accept(string address)
    {
        var path = await Charted();

        var suffixed = (await Admin.Get($"{path}{address}.xlsx")).Is(200);
        var negotiated = (await Admin.Get(path + address, accept: ImportMedia.Workbook)).Is(200);

        using var document = Open(suffixed.Bytes);
        Assert.That(Errors(document), Is.Empty);
        Assert.That((negotiated.ETag, negotiated.Header("Vary"), negotiated.Header("Content-Type")), Is.EqualTo((suffixed.ETag, "Accept", ImportMedia.Workbook)));
        Assert.That(negotiated.Bytes, Is.EqualTo(suffixed.Bytes));
        (await Admin.Get($"{path}{address}.xlsx", ifNoneMatch: suffixed.ETag)).Is(304);
        Assert.That((await Admin.Get(path + address)).ETag, Is.Not.EqualTo(suffixed.ETag));
    }

    private async Task<string> Charted()
    {
        var path = await NewCollaborative("""{ "name": "=ICU", "topic": "t", "aim": "a", "startMonth": "2024-01", "endMonth": "2026-12" }""");
        (await Admin.Put($"{path}/teams/north", """{ "name": "@North" }""")).Is(201);
        (await Admin.Put($"{path}/measures/vap", """{ "name": "-Pneumonia & more", "type": "outcome", "kind": "rate", "direction": "decrease", "multiplier": 1000, "unit": "per 1000 <days>", "goal": { "value": 5 }, "decimals": 2 }""")).Is(201);
        (await Admin.Put($"{path}/measures/gaps", Given.Measure("daysBetween"))).Is(201);
        int[] numerators = [12, 11, 13, 12, 10, 12, 13, 12, 11, 100, 12, 13, 12, 11, 4, 5, 4, 3, 4, 5, 4];
        for (var i = 0; i < numerators.Length; i++)
        {
            if (i != 4)
            {
                (await Admin.Put($"{path}/teams/north/measures/vap/submissions/{2024 + (i / 12)}-{(i % 12) + 1:00}", $$"""{ "numerator": {{numerators[i]}}, "denominator": 1000 }""")).Is(201);
            }
        }

        (await Admin.Put($"{path}/teams/north/measures/gaps/submissions/2026-01", """{ "values": [3, 8, 12] }""")).Is(201);
        (await Admin.Put($"{path}/teams/north/measures/vap/phases/2025-03", """{ "reason": "The bundle holds" }""")).Is(201);
        return path;
    }

    private static SpreadsheetDocument Open(byte[] file) => SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);

    private static IEnumerable<string> Errors(SpreadsheetDocument document) =>
        new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document).Select(error => $"{error.Path?.XPath} {error.Description}");
}
