using System.Globalization;
using System.Text;
using Collaborative.Domain.Imports;
using Collaborative.Tests.Durability.Mutations;

namespace Collaborative.Tests.Durability;

/// <summary>A file of some thousand rows for the measures a and b of teams t0, t1, …; every hundredth row is bad.</summary>
internal sealed record LargeFile(string Type, byte[] Content)
{
    private const int Months = 250;

    public static int RowsOf(int teams) => teams * Months * 2;

    public static LargeFile Csv(int teams) => new(ImportMedia.Csv, Encoding.UTF8.GetBytes(
        Rows(teams).Aggregate(new StringBuilder("team,measure,month,numerator,denominator\n"), (file, row) => file.Append(CultureInfo.InvariantCulture, $"{row.Team},{row.Measure},{row.Month},{row.Numerator},400\n")).ToString()));

    public static LargeFile WideCsv(int teams)
    {
        var file = new StringBuilder("team,measure").Append(string.Concat(Rows(1).Take(Months).Select(row => $",{row.Month}")));
        foreach (var series in Rows(teams).Chunk(Months))
        {
            file.Append(CultureInfo.InvariantCulture, $"\n{series[0].Team},{series[0].Measure}").Append(string.Concat(series.Select(row => $",{row.Numerator}/400")));
        }

        return new LargeFile(ImportMedia.Csv, Encoding.UTF8.GetBytes(file.ToString()));
    }

    public static LargeFile Bundle(int teams) => new(ImportMedia.FhirJson, Encoding.UTF8.GetBytes(
        $$"""{ "resourceType": "Bundle", "type": "batch", "entry": [{{string.Join(",\n", Rows(teams).Select(row => $$"""{ "resource": { "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "http://a/Measure/{{row.Measure}}", "reporter": { "reference": "Organization/{{row.Team}}" }, "period": { "start": "{{row.Month}}", "end": "{{row.Month}}" }, "group": [{ "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 400 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": {{(row.Numerator == "x" ? "-1" : row.Numerator)}} }] }] } }"""))}}] }"""));

    public static LargeFile Workbook(int teams)
    {
        var rows = new StringBuilder(Row(1, "team", "measure", "month", "numerator", "denominator"));
        var number = 1;
        foreach (var row in Rows(teams))
        {
            rows.Append(Row(++number, row.Team, row.Measure, row.Month, row.Numerator, "400"));
        }

        return new LargeFile(ImportMedia.Workbook, WorkbookParts.Archive(WorkbookParts.Of([("Figures", rows.ToString())], ["unused"])));

        static string Row(int number, params string[] cells) =>
            $"<row r=\"{number}\">{string.Concat(cells.Select(cell => $"<c t=\"inlineStr\"><is><t>{cell}</t></is></c>"))}</row>";
    }

    /// <summary>The same file without a bad row.</summary>
    public LargeFile Good() => this with { Content = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Content).Replace(",x,", ",1,", StringComparison.Ordinal)) };

    private static IEnumerable<(string Team, string Measure, string Month, string Numerator)> Rows(int teams) => Enumerable.Range(0, RowsOf(teams)).Select(i => (
        Invariant($"t{i / Months / 2}"),
        i / Months % 2 == 0 ? "a" : "b",
        Invariant($"{2000 + (i % Months / 12)}-{(i % Months % 12) + 1:00}"),
        i % 100 == 99 ? "x" : Invariant($"{i % 400}")));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
