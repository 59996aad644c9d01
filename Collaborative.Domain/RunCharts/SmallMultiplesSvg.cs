using System.Globalization;

namespace Collaborative.Domain.RunCharts;

/// <summary>Small multiples as one self-contained picture, in the language of the single chart: the same lines, marks and colours.</summary>
public static class SmallMultiplesSvg
{
    private const double Width = 1180;
    private const double Margin = 18;
    private const double Gutter = 14;
    private const double HeadHeight = 20;
    private const double PlotHeight = 78;
    private const double PanelHeight = HeadHeight + PlotHeight + 16;
    private const double ScaleRoom = 38;
    private const double TitleFont = 20;
    private const double TitleLineHeight = 25;
    private const int MostTitleLines = 3;
    private const double NameFont = 12.5;
    private const double ScaleFont = 10.5;
    private const int Columns = 6;

    /// <summary>So many panels or more stand closer together.</summary>
    private const int Many = 49;

    private const int ColumnsOfMany = 8;

    public static string Draw(SmallMultiples multiples)
    {
        var panels = multiples.Sorted();
        var analyses = panels.Select(panel => panel.Analysis).ToArray();
        var columns = Math.Clamp(panels.Count, 1, panels.Count < Many ? Columns : ColumnsOfMany);
        var width = (Width - (2 * Margin) - ((columns - 1) * Gutter)) / columns;
        var rows = (panels.Count + columns - 1) / columns;
        var title = TextFit.Wrap(multiples.Title, TitleFont, Width - (2 * Margin), MostTitleLines, bold: true);
        var top = Margin + 64 + ((title.Count - 1) * TitleLineHeight);
        var height = top + (Math.Max(rows, 1) * (PanelHeight + Gutter)) + 30;
        var canvas = new SvgCanvas(4096 + (1600 * panels.Count));
        Opening(canvas, multiples, panels, height);
        for (var i = 0; i < title.Count; i++)
        {
            canvas.Words(Margin, Margin + 16 + (i * TitleLineHeight), TitleFont, Anchor.Start, ChartColours.Ink, title[i], bold: true);
        }

        canvas.Words(Margin, top - 24, 14, Anchor.Start, ChartColours.Quiet, Subtitle(multiples, panels));
        var common = multiples.CommonScale ? ValueAxis.ForPanels(analyses) : default(ValueAxis?);
        for (var i = 0; i < panels.Count; i++)
        {
            var x = Margin + (i % columns * (width + Gutter));
            var y = top + (i / columns * (PanelHeight + Gutter));
            Panel(canvas, panels[i], common ?? ValueAxis.ForPanels([panels[i].Analysis]), x, y, width);
        }

        Legend(canvas, analyses, height - 24);
        return canvas.Raw("</svg>").ToString();
    }

    private static void Opening(SvgCanvas canvas, SmallMultiples multiples, IReadOnlyList<Chart> panels, double height)
    {
        var id = multiples.IdPrefix;
        canvas.Raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").Number(Width).Raw(" ").Number(height);
        canvas.Raw("\" width=\"").Number(Width).Raw("\" height=\"").Number(height).Raw("\" role=\"img\" aria-labelledby=\"");
        canvas.Escaped(id).Raw("-title ").Escaped(id).Raw("-desc\" font-family=\"Segoe UI, Helvetica Neue, Helvetica, Arial, sans-serif\">");
        canvas.Raw("<title id=\"").Escaped(id).Raw("-title\">").Escaped(multiples.Title).Raw("</title>");
        canvas.Raw("<desc id=\"").Escaped(id).Raw("-desc\">").Escaped(Describe(multiples, panels)).Raw("</desc>");
        canvas.Rectangle(0, 0, Width, height, "#fff");
    }

    private static string Describe(SmallMultiples multiples, IReadOnlyList<Chart> panels)
    {
        int improved = 0, concerning = 0, silent = 0;
        foreach (var panel in panels)
        {
            improved += Array.Exists(panel.Analysis.Signals, signal => signal.Meaning == SignalMeaning.Improvement) ? 1 : 0;
            concerning += Array.Exists(panel.Analysis.Signals, signal => signal.Meaning == SignalMeaning.Concern) ? 1 : 0;
            silent += panel.Analysis.Statistics.Signal is null ? 1 : 0;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Subtitle(multiples, panels)}. {improved} with a signal of improvement, {concerning} with one of concern, {silent} without enough figures to judge.");
    }

    private static string Subtitle(SmallMultiples multiples, IReadOnlyList<Chart> panels)
    {
        var order = multiples.Order switch
        {
            PanelOrder.ByName => ", by name",
            PanelOrder.ByLatest => ", largest last figure first",
            PanelOrder.BySize => ", largest first",
            _ => "",
        };
        var scale = multiples.CommonScale ? "one scale for all" : "each on its own scale";
        var count = string.Create(CultureInfo.InvariantCulture, $"{panels.Count} {(panels.Count == 1 ? "chart" : "charts")}");
        var span = panels.Count > 0 && panels[0].Analysis.Points is [var first, .., var last]
            ? $", {ChartWords.Label(first.Label)} to {ChartWords.Label(last.Label)}"
            : "";
        return $"{count}{order}{span}, {scale}";
    }

    private static void Panel(SvgCanvas canvas, Chart panel, ValueAxis axis, double x, double y, double width)
    {
        var analysis = panel.Analysis;
        var points = analysis.Points;
        var (left, right, top) = (x + ScaleRoom, x + width - 4, y + HeadHeight);
        var step = (right - left) / Math.Max(points.Length, 1);
        var latest = SmallMultiples.Latest(panel) is { } value ? ChartWords.FigureWithUnit(panel, value) : "";
        var room = TextFit.Width(latest, NameFont, bold: true);
        canvas.Raw("<g>");
        canvas.Words(x, y + 13, NameFont, Anchor.Start, ChartColours.Ink, TextFit.Shorten(SmallMultiples.NameOf(panel), NameFont, width - room - 12, bold: true), bold: true);
        canvas.Words(right, y + 13, NameFont, Anchor.End, ChartColours.Of(LastMeaning(points)), latest, bold: true);
        canvas.Line(left, top + PlotHeight, right, top + PlotHeight, ChartColours.Axis, 1);
        canvas.Line(left, top, right, top, ChartColours.Grid, 1);
        canvas.Words(left - 5, top + 8, ScaleFont, Anchor.End, ChartColours.Quiet, ScaleWords(panel, axis.Top));
        canvas.Words(left - 5, top + PlotHeight + 3, ScaleFont, Anchor.End, ChartColours.Quiet, ScaleWords(panel, axis.Bottom));

        if (analysis.Settings.Goal is { } goal)
        {
            canvas.Line(left, Y(goal), right, Y(goal), ChartColours.Goal, 1.4, "2 3");
        }

        foreach (var phase in analysis.Phases)
        {
            if (phase.Centre is { } centre)
            {
                var solidTo = phase.FrozenToIndex ?? phase.ToIndex;
                canvas.Line(X(phase.FromIndex) - (step / 2), Y(centre), X(solidTo) + (step / 2), Y(centre), ChartColours.Ink, 1.2);
                if (solidTo < phase.ToIndex)
                {
                    canvas.Line(X(solidTo) + (step / 2), Y(centre), X(phase.ToIndex) + (step / 2), Y(centre), ChartColours.Ink, 1.2, "5 3");
                }
            }
        }

        if (Array.Exists(analysis.Phases, phase => phase.Limits is not null))
        {
            Trace(points, static point => point.Upper, ChartColours.Limit, 0.9, "6 3");
            Trace(points, static point => point.Lower, ChartColours.Limit, 0.9, "6 3");
        }

        if (latest.Length == 0)
        {
            canvas.Words((left + right) / 2, top + (PlotHeight / 2) + 4, NameFont, Anchor.Middle, ChartColours.Quiet, "No figures yet", halo: true);
        }

        Trace(points, static point => point.Value, ChartColours.Path, 1.2, null);
        Dots();
        for (var i = 0; i < points.Length; i++)
        {
            if (points[i] is { Value: { } marked, Meaning: { } meaning })
            {
                canvas.BeginPath();
                MarkerShape.Trace(canvas, X(i), Y(marked), Math.Clamp(step / 3, 1.6, 2.8), meaning);
                canvas.EndPath(ChartColours.Of(meaning), 0.8, ChartColours.Of(meaning));
            }
        }

        canvas.Raw("</g>");

        double X(int position) => left + ((position + 0.5) * step);

        double Y(double figure)
        {
            var share = (figure - axis.Bottom) / (axis.Top - axis.Bottom);
            return top + PlotHeight - (double.IsFinite(share) ? Math.Clamp(share, 0, 1) * PlotHeight : 0);
        }

        void Trace(PointAnalysis[] along, Func<PointAnalysis, double?> what, string colour, double thickness, string? dashes)
        {
            canvas.BeginPath();
            var drawn = false;
            for (var i = 0; i < along.Length; i++)
            {
                if (what(along[i]) is { } figure)
                {
                    canvas.Raw(drawn ? "L" : "M").Number(X(i)).Raw(" ").Number(Y(figure));
                    drawn = true;
                }
                else
                {
                    drawn = false;
                }
            }

            canvas.EndPath(colour, thickness, "none", dashes: dashes);
        }

        // All plain points are one path of strokes without a length, whose round ends are dots.
        void Dots()
        {
            canvas.BeginPath();
            for (var i = 0; i < points.Length; i++)
            {
                if (points[i] is { Value: { } plain, Meaning: null })
                {
                    canvas.Raw("M").Number(X(i)).Raw(" ").Number(Y(plain)).Raw("h0");
                }
            }

            canvas.Raw("\" stroke-linecap=\"round");
            canvas.EndPath(ChartColours.Dot, 3.2, "none");
        }
    }

    private static SignalMeaning? LastMeaning(PointAnalysis[] points)
    {
        var last = Array.FindLastIndex(points, point => point.Value is not null);
        return last < 0 ? null : points[last].Meaning;
    }

    private static string ScaleWords(Chart panel, double value) => TextFit.Shorten(ChartWords.FigureWithUnit(panel with { Decimals = null }, value), ScaleFont, ScaleRoom - 6);

    private static void Legend(SvgCanvas canvas, ChartAnalysis[] analyses, double y)
    {
        var x = Margin;
        foreach (var (meaning, words) in new (SignalMeaning?, string)[]
        {
            (SignalMeaning.Improvement, "improvement"), (SignalMeaning.Concern, "concern"), (SignalMeaning.Neutral, "change"),
        })
        {
            if (Array.Exists(analyses, analysis => Array.Exists(analysis.Points, point => point.Meaning == meaning)))
            {
                canvas.BeginPath();
                MarkerShape.Trace(canvas, x + 5, y, 3.6, meaning);
                canvas.EndPath(ChartColours.Of(meaning), 1, ChartColours.Of(meaning));
                canvas.Words(x + 16, y + 4.5, NameFont, Anchor.Start, ChartColours.Quiet, words);
                x += TextFit.Width(words, NameFont) + 36;
            }
        }

        if (analyses.Length > 0)
        {
            Line(ChartColours.Ink, null, ChartWords.LineName(analyses[0].Settings));
        }

        if (Array.Exists(analyses, analysis => Array.Exists(analysis.Phases, phase => phase.Limits is not null)))
        {
            Line(ChartColours.Limit, "6 3", "limits");
        }

        if (Array.Exists(analyses, analysis => analysis.Settings.Goal is not null))
        {
            Line(ChartColours.Goal, "2 3", "goal");
        }

        void Line(string colour, string? dashes, string words)
        {
            canvas.Line(x, y, x + 28, y, colour, 1.4, dashes);
            canvas.Words(x + 34, y + 4.5, NameFont, Anchor.Start, ChartColours.Quiet, words);
            x += TextFit.Width(words, NameFont) + 54;
        }
    }
}
