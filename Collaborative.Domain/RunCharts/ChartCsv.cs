using System.Globalization;
using System.Text;

namespace Collaborative.Domain.RunCharts;

/// <summary>A chart as CSV (RFC 4180): a header, one row for each position, CRLF, shortest numbers that restore the double.</summary>
public static class ChartCsv
{
    private const string Columns = ",numerator,denominator,value,centre,lower,upper,phase,useful,signals,meaning,excluded";
    private const string TeamColumns = ",teamsEnrolled,teamsReporting,teamsContributing,cohortChanged";

    /// <returns>Text without a byte order mark. The team columns are there for aggregates only.</returns>
    public static string Write(Chart chart)
    {
        var points = chart.Analysis.Points;
        var text = new StringBuilder(128 + (64 * points.Length));
        text.Append(Array.TrueForAll(points, point => Month.TryParse(point.Label, out _)) ? "month" : "label").Append(Columns);
        text.Append(chart.Teams.Count > 0 ? TeamColumns : "").Append("\r\n");
        for (var i = 0; i < points.Length; i++)
        {
            var point = points[i];
            Text(text, point.Label);
            Number(text, point.Numerator);
            Number(text, point.Denominator);
            Number(text, point.Value);
            Number(text, point.Centre);
            Number(text, point.Lower);
            Number(text, point.Upper);
            text.Append(CultureInfo.InvariantCulture, $",{point.Phase},{Flag(point.Useful)},");
            Names(text, point.Signals);
            text.Append(',').Append(point.Meaning is { } meaning ? Naming.Of(meaning) : "").Append(',').Append(Flag(point.Excluded));
            if (i < chart.Teams.Count)
            {
                var teams = chart.Teams[i];
                text.Append(CultureInfo.InvariantCulture, $",{teams.Enrolled},{teams.Reporting},{teams.Contributing},{Flag(teams.CohortChanged)}");
            }

            text.Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>One text cell. A start that a spreadsheet would read as a formula gets one ' in front, which an import takes off.</summary>
    public static void Text(StringBuilder to, string cell)
    {
        var guarded = cell.Length > 0 && "=+-@'\t\r".Contains(cell[0], StringComparison.Ordinal) ? "'" + cell : cell;
        if (guarded.AsSpan().IndexOfAny("\",\r\n") < 0)
        {
            to.Append(guarded);
            return;
        }

        to.Append('"').Append(guarded.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    private static void Number(StringBuilder to, double? value)
    {
        to.Append(',');
        if (value is { } number)
        {
            to.Append(CultureInfo.InvariantCulture, $"{number:R}");
        }
    }

    private static void Names(StringBuilder to, SignalSet signals)
    {
        var separator = "";
        foreach (var rule in signals)
        {
            to.Append(separator).Append(Naming.Of(rule));
            separator = " ";
        }
    }

    private static string Flag(bool value) => value ? "true" : "false";
}
