using System.Globalization;
using System.Net;
using System.Text;

namespace Collaborative.Domain.RunCharts;

/// <summary>A chart as one self-contained page: the picture, what it says, and its figures as a table.</summary>
public static class ChartHtml
{
    private const string Style =
        """
        body{font:15px/1.45 "Segoe UI",Helvetica,Arial,sans-serif;color:#222;margin:2rem auto;max-width:62rem;padding:0 1rem}
        svg{width:100%;height:auto}
        table{border-collapse:collapse}
        th,td{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:right;font-variant-numeric:tabular-nums}
        thead th{border-bottom:2px solid #999}
        th:first-child,td.w{text-align:left}
        @media print{body{margin:0}tr{break-inside:avoid}}
        """;

    public static string Draw(Chart chart)
    {
        var title = Html(chart.Subject is null ? chart.Title : $"{chart.Title}, {chart.Subject}");
        var points = chart.Analysis.Points;
        var limits = points.Any(point => point.Lower is not null || point.Upper is not null);
        var teams = chart.Teams.Count > 0;
        var text = new StringBuilder(16384);
        text.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{Style}</style></head><body>");
        text.Append(ChartSvg.Draw(chart));
        text.Append("<p>").Append(Html(ChartWords.Describe(chart))).Append("</p>");
        text.Append("<table><thead><tr><th scope=\"col\">Month</th><th scope=\"col\">Numerator</th><th scope=\"col\">Denominator</th><th scope=\"col\">Figure</th><th scope=\"col\">Centre</th>");
        text.Append(limits ? "<th scope=\"col\">Lower limit</th><th scope=\"col\">Upper limit</th>" : "").Append(teams ? "<th scope=\"col\">Teams</th>" : "");
        text.Append("<th scope=\"col\">Meaning</th></tr></thead><tbody>");
        for (var i = 0; i < points.Length; i++)
        {
            var point = points[i];
            text.Append("<tr><th scope=\"row\">").Append(Html(ChartWords.Label(point.Label))).Append("</th>");
            Cell(text, point.Numerator, null);
            Cell(text, point.Denominator, null);
            Cell(text, point.Value, chart.Decimals);
            Cell(text, point.Centre, chart.Decimals);
            if (limits)
            {
                Cell(text, point.Lower, chart.Decimals);
                Cell(text, point.Upper, chart.Decimals);
            }

            if (teams)
            {
                text.Append(CultureInfo.InvariantCulture, $"<td>{chart.Teams[i].Contributing}</td>");
            }

            text.Append("<td class=\"w\">").Append(point.Excluded ? "excluded" : point.Meaning is { } meaning ? ChartWords.Meaning(meaning) : "").Append("</td></tr>");
        }

        return text.Append("</tbody></table></body></html>").ToString();
    }

    private static void Cell(StringBuilder text, double? value, int? decimals) =>
        text.Append("<td>").Append(value is { } number ? Html(ChartWords.Figure(number, decimals)) : "\u2013").Append("</td>");

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
