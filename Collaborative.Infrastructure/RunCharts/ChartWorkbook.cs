using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Workbooks;

namespace Collaborative.Infrastructure.RunCharts;

/// <summary>A chart as a workbook: the spreadsheet's own chart above the points that it is drawn from, and a sheet that says what the rules found.</summary>
public static class ChartWorkbook
{
    private const int ChartFromRow = 4;
    private const int ChartToRow = 26;
    private const int ChartColumns = 12;
    private const int FindingsColumns = 8;
    private const int DescriptionLines = 8;

    public static byte[] Write(ChartDocument document)
    {
        using var output = new MemoryStream();
        var file = new WorkbookFile(output);
        var names = new SheetNames();
        using (var sheet = file.Sheet(names.Next("Chart"), new SheetLook { Widths = [12, 14, 14, 14, 14, 14, 14, 14, 16] }))
        {
            WritePoints(sheet, document);
        }

        using (var sheet = file.Sheet(names.Next("Findings"), new SheetLook { Widths = [16, 12, 12, 14, 14, 14, 14, 60] }))
        {
            WriteFindings(sheet, document);
        }

        file.Complete();
        return output.ToArray();
    }

    private static void WritePoints(SheetWriter sheet, ChartDocument document)
    {
        var (chart, points) = (document.Chart, document.Chart.Analysis.Points);
        sheet.NextRow();
        sheet.Text(LongForm.Guard(chart.Title), CellStyle.Title);
        sheet.NextRow();
        sheet.Text(LongForm.Guard(string.Join(" · ", new[] { chart.Subject, ChartWords.AggregateName(chart), ChartWords.TypeName(chart.Analysis.Settings.Type), Unit(chart) }.Where(text => !string.IsNullOrWhiteSpace(text)))));
        sheet.NextRow();
        sheet.Text($"As of {document.Answer.AsOf.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}");
        sheet.SkipRows(ChartToRow - sheet.RowNumber);
        var lines = ChartSheetLines.Of(chart);
        var isMonthly = Array.TrueForAll(points, point => Month.TryParse(point.Label, out _));
        string[] behind = ["phase", "useful", "signals", "meaning", "excluded", .. chart.Teams.Count > 0 ? (string[])["teams enrolled", "teams reporting", "teams contributing", "cohort changed"] : []];
        sheet.NextRow();
        var headings = sheet.RowNumber;
        sheet.Texts([isMonthly ? "month" : "label", "numerator", "denominator"], CellStyle.Heading);
        sheet.Texts(lines.Select(line => line.Name), CellStyle.Heading);
        sheet.Texts(behind, CellStyle.Heading);
        const int FirstLine = 4;
        sheet.FilterFromHere(FirstLine - 1 + lines.Count + behind.Length);
        var decimals = CellStyle.Decimals(chart.Decimals);
        for (var i = 0; i < points.Length; i++)
        {
            var point = points[i];
            sheet.NextRow();
            sheet.Text(LongForm.Guard(point.Label));
            sheet.Number(point.Numerator);
            sheet.Number(point.Denominator);
            foreach (var line in lines)
            {
                sheet.Number(line.Values[i], decimals);
            }

            sheet.Number(point.Phase);
            sheet.Text(YesNo(point.Useful));
            sheet.Text(Rules(point.Signals));
            sheet.Text(point.Meaning is { } meaning ? Naming.Of(meaning) : null);
            sheet.Text(YesNo(point.Excluded));
            if (i < chart.Teams.Count)
            {
                var teams = chart.Teams[i];
                sheet.Number(teams.Enrolled);
                sheet.Number(teams.Reporting);
                sheet.Number(teams.Contributing);
                sheet.Text(YesNo(teams.CohortChanged));
            }
        }

        if (points.Length == 0)
        {
            return;
        }

        sheet.Draw(new LineChart
        {
            Title = chart.Subject is null ? chart.Title : $"{chart.Title} – {chart.Subject}",
            Unit = Unit(chart),
            Description = ChartWords.Describe(chart),
            LabelCells = CellRange.Column(sheet.Name, 1, headings + 1, points.Length),
            Labels = [.. points.Select(point => LongForm.Guard(point.Label))],
            Lines = [.. lines.Select((line, i) => line.At(CellRange.Row(sheet.Name, headings, FirstLine + i, 1), CellRange.Column(sheet.Name, FirstLine + i, headings + 1, points.Length)))],
            Decimals = chart.Decimals,
            From = (0, ChartFromRow - 1),
            To = (ChartColumns, ChartToRow - 1),
        });
    }

    private static void WriteFindings(SheetWriter sheet, ChartDocument document)
    {
        var analysis = document.Chart.Analysis;
        sheet.NextRow();
        sheet.Text("What the chart says", CellStyle.Title);
        sheet.Paragraph(ChartWords.Describe(document.Chart), FindingsColumns, DescriptionLines);

        sheet.SkipRows(1);
        sheet.NextRow();
        sheet.Texts(["signal", "from", "to", "direction", "meaning", null, null, "in words"], CellStyle.Heading);
        for (var i = 0; i < document.Answer.Signals.Count; i++)
        {
            var signal = document.Answer.Signals[i];
            sheet.NextRow();
            sheet.Texts(
            [
                Naming.Of(signal.Rule), signal.From, signal.To, signal.Direction is { } direction ? Naming.Of(direction) : null, Naming.Of(signal.Meaning), null, null,
                ChartWords.Signal(document.Chart, analysis.Signals[i]),
            ]);
        }

        sheet.SkipRows(1);
        sheet.NextRow();
        sheet.Texts(["phase", "from", "to", "centre", "points", "useful", "longest run", "reason"], CellStyle.Heading);
        for (var i = 0; i < document.Answer.Phases.Count; i++)
        {
            var phase = document.Answer.Phases[i];
            sheet.NextRow();
            sheet.Number(i + 1);
            sheet.Texts([phase.From, phase.To]);
            sheet.Number(phase.Centre, CellStyle.Decimals(document.Chart.Decimals));
            sheet.Number(phase.Statistics.Points);
            sheet.Number(phase.Statistics.Useful);
            sheet.Number(phase.Statistics.LongestRun);
            sheet.Text(phase.Reason is null ? null : LongForm.Guard(phase.Reason));
        }
    }

    private static string? Unit(Chart chart) => chart.Unit ?? (ChartWords.IsPercentage(chart) ? "%" : null);

    private static string Rules(SignalSet signals)
    {
        var names = new List<string>();
        foreach (var rule in signals)
        {
            names.Add(Naming.Of(rule));
        }

        return string.Join(' ', names);
    }

    private static string YesNo(bool value) => value ? "yes" : "no";
}
