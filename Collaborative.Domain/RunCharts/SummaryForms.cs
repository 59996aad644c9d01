using System.Globalization;
using System.Net;
using System.Text;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>The icon summary as a table to read and as a file.</summary>
public static class SummaryForms
{
    private const string CsvHeader =
        "code,name,type,direction,unit,lastMonth,lastValue,goal,goalBy,goalMet,centre,variation,assurance,words,lastSignal,lastSignalFrom,lastSignalTo,meaning,signalWords,note,chart\r\n";

    private const string Style =
        """
        body{font:15px/1.4 "Segoe UI",Helvetica,Arial,sans-serif;color:#222;margin:2rem auto;max-width:75rem;padding:0 1rem}
        table{border-collapse:collapse;width:100%}
        th,td{padding:.4rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:middle}
        th{font-weight:600}
        thead th{border-bottom:2px solid #999}
        th small{font-weight:400}
        td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td.i svg{width:2.4rem;height:2.4rem;display:block}
        small{color:#555}
        a{color:#0b5394}
        @media print{body{margin:0}a{color:inherit;text-decoration:none}tr{break-inside:avoid}}
        """;

    /// <returns>RFC 4180, CRLF, without a byte order mark, shortest numbers that restore the double.</returns>
    public static string Csv(SummaryAnswer summary)
    {
        var text = new StringBuilder(CsvHeader);
        foreach (var row in summary.Rows)
        {
            Cells(
                text,
                row.Code,
                row.Name,
                Naming.Of(row.Type),
                Naming.Of(row.Direction),
                row.Unit,
                row.LastMonth,
                Number(row.LastValue),
                Number(row.Goal?.Value),
                row.Goal?.ByMonth?.ToString(),
                row.GoalMet switch { true => "true", false => "false", null => null },
                Number(row.Centre),
                row.Icons is { } icons ? Naming.Of(icons.Variation) : null,
                row.Icons?.Assurance is { } assurance ? Naming.Of(assurance) : null,
                row.Words,
                row.LastSignal is { } signal ? Naming.Of(signal.Rule) : null,
                row.LastSignal?.From,
                row.LastSignal?.To,
                row.LastSignal is { Meaning: var meaning } ? Naming.Of(meaning) : null,
                row.SignalWords,
                row.Unavailable ?? row.Note,
                row.Chart);
        }

        return text.ToString();
    }

    /// <returns>One self-contained page; the icons stand in it as pictures, with their words beside them for those who cannot see them.</returns>
    public static string Html(SummaryAnswer summary)
    {
        var title = Html(summary.Title);
        var text = new StringBuilder(8192);
        text.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{Style}</style></head><body><h1>{title}</h1>");
        if (summary.Shares is { } shares)
        {
            text.Append("<p>").Append(Html(Words(shares))).Append("</p>");
        }

        text.Append(CultureInfo.InvariantCulture, $"<table><thead><tr><th scope=\"col\">{(summary.Measure is null ? "Measure" : "Team")}</th><th scope=\"col\">Last figure</th><th scope=\"col\">Goal</th>");
        text.Append("<th scope=\"col\" colspan=\"2\">Icons</th><th scope=\"col\">What they say</th><th scope=\"col\">Last signal</th></tr></thead><tbody>");
        foreach (var row in summary.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\"><a href=\"{Html(Picture(row.Chart))}\">{Html(row.Name)}</a>{(row.Unit is null ? "" : $"<br><small>{Html(row.Unit)}</small>")}</th>");
            text.Append("<td class=\"n\">").Append(row.LastValue is { } value ? Html(Figure(value, row)) : "–");
            text.Append(row.LastMonth is { } month ? $"<br><small>{Html(ChartWords.Label(month))}</small>" : "").Append("</td>");
            text.Append("<td class=\"n\">").Append(row.Goal?.Value is { } goal ? Html(Figure(goal, row)) : "–");
            text.Append(row.Goal?.ByMonth is { } by ? $"<br><small>by {Html(ChartWords.Label(by.ToString()))}</small>" : "").Append("</td>");
            text.Append("<td class=\"i\">").Append(row.Icons is { } icons ? IconSvg.Draw(icons.Variation) : "").Append("</td>");
            text.Append("<td class=\"i\">").Append(row.Icons?.Assurance is { } assurance ? IconSvg.Draw(assurance, row.Icons.NoVariation) : "").Append("</td>");
            text.Append("<td>").Append(Html(row.Words ?? row.Unavailable ?? row.Note ?? "")).Append("</td>");
            text.Append("<td>").Append(Html(row.SignalWords ?? "")).Append("</td></tr>");
        }

        return text.Append("</tbody></table></body></html>").ToString();
    }

    /// <summary>"3 of 24 teams are at the goal; 8 of 22 judged teams (36 %) show a favourable signal, where chance alone would show one in 19 %."</summary>
    public static string Words(SharesAnswer shares)
    {
        var goal = shares.AtGoal is { } at ? $"{at} of {shares.WithFigure} teams with a figure are at the goal. " : "";
        return shares.ShareFavourable is { } favourable && shares.ShareByChance is { } chance
            ? goal + string.Create(
                CultureInfo.InvariantCulture,
                $"{shares.Favourable} of {shares.Judged} judged teams ({favourable * 100:0}\u202f%) show a favourable signal, where chance alone would show one in {chance * 100:0}\u202f%.")
            : goal + "No team has enough figures to be judged yet.";
    }

    private static string Figure(double value, SummaryAnswerRow row) => ChartWords.Figure(value, row.Decimals);

    /// <summary>The picture behind the address of a chart.</summary>
    private static string Picture(string chart) => chart.Replace("/chart", "/chart.svg", StringComparison.Ordinal);

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string? Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    private static void Cells(StringBuilder text, params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            text.Append(i == 0 ? "" : ",");
            if (cells[i] is { } cell)
            {
                ChartCsv.Text(text, cell);
            }
        }

        text.Append("\r\n");
    }
}
