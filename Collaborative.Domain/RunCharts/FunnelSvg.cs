using System.Globalization;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>A funnel as one self-contained picture.</summary>
public static class FunnelSvg
{
    private const double Width = 860;
    private const double Margin = 18;
    private const double Top = Margin + 76;
    private const double PlotHeight = 380;
    private const double Bottom = Top + PlotHeight;
    private const double Height = Bottom + 112;
    private const double Left = Margin + 62;
    private const double Right = Width - Margin - 118;
    private const double TitleFont = 20;
    private const double TitleLineHeight = 25;
    private const int MostTitleLines = 3;
    private const double AxisFont = 12.5;
    private const double LabelFont = 13;
    private const string InnerDashes = "5 4";

    /// <summary>Half the side of the square that a name keeps clear of.</summary>
    private const double MarkerRoom = 6;

    /// <param name="title">What is measured.</param>
    /// <param name="subtitle">Of whom and when.</param>
    /// <param name="unit">"per 1000 bed days"; null stands for "%" where the figures are percentages.</param>
    /// <param name="denominators">What lies along the horizontal axis: "bed days".</param>
    /// <param name="highlighted">The team that looks at the picture; null for none.</param>
    public static string Draw(Funnel funnel, string title, string? subtitle = null, string? unit = null, string denominators = "denominator", string? highlighted = null, string idPrefix = "funnel")
    {
        var percent = unit is "%" or "percent" || (unit is null && funnel.Settings is { Kind: MeasureKind.Proportion, Multiplier: 100 });
        var suffix = percent ? "\u202f%" : "";
        var axis = AxisOf(funnel);
        var most = Math.Max(funnel.Curves.Select(line => line.Denominator).DefaultIfEmpty(1).Max(), 1);
        var canvas = new SvgCanvas(8192 + (300 * funnel.Points.Length));
        var titleLines = TextFit.Wrap(title, TitleFont, Width - (2 * Margin), MostTitleLines, bold: true);
        var lower = (titleLines.Count - 1) * TitleLineHeight;
        canvas.Raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").Number(Width).Raw(" ").Number(Height + lower);
        canvas.Raw("\" width=\"").Number(Width).Raw("\" height=\"").Number(Height + lower).Raw("\" role=\"img\" aria-labelledby=\"");
        canvas.Escaped(idPrefix).Raw("-title ").Escaped(idPrefix).Raw("-desc\" font-family=\"Segoe UI, Helvetica Neue, Helvetica, Arial, sans-serif\">");
        canvas.Raw("<title id=\"").Escaped(idPrefix).Raw("-title\">").Escaped(title).Raw("</title>");
        canvas.Raw("<desc id=\"").Escaped(idPrefix).Raw("-desc\">").Escaped(Describe(funnel, title, suffix)).Raw("</desc>");
        canvas.Rectangle(0, 0, Width, Height + lower, "#fff");
        for (var i = 0; i < titleLines.Count; i++)
        {
            canvas.Words(Margin, Margin + 16 + (i * TitleLineHeight), TitleFont, Anchor.Start, ChartColours.Ink, titleLines[i], bold: true);
        }

        canvas.BeginGroup(0, lower, 1);
        canvas.Words(Margin, Margin + 39, 14, Anchor.Start, ChartColours.Quiet, TextFit.Shorten(subtitle ?? "", 14, Width - (2 * Margin)));
        if (!percent && unit is not null)
        {
            canvas.Words(Margin, Top - 12, AxisFont, Anchor.Start, ChartColours.Quiet, TextFit.Shorten(unit, AxisFont, Width - (2 * Margin)));
        }

        for (var tick = axis.Bottom; tick <= axis.Top + (axis.Step * 1e-6); tick += axis.Step)
        {
            canvas.Line(Left, Y(tick), Right, Y(tick), tick == axis.Bottom ? ChartColours.Axis : ChartColours.Grid, 1);
            canvas.Words(Left - 8, Y(tick) + 4.5, AxisFont, Anchor.End, ChartColours.Quiet, ChartWords.Figure(Math.Abs(tick) < axis.Step * 1e-6 ? 0 : tick, null) + suffix);
        }

        var across = ValueAxis.Spanning(0, most, double.PositiveInfinity);
        var stride = across.Step * 4 > most ? across.Step / 2 : across.Step;
        for (var tick = 0.0; tick <= most * 1.0001; tick += stride)
        {
            canvas.Line(X(tick), Bottom, X(tick), Bottom + 6, ChartColours.Axis, 1);
            canvas.Words(X(tick), Bottom + 20, AxisFont, Anchor.Middle, ChartColours.Quiet, ChartWords.Figure(tick, null));
        }

        canvas.Words((Left + Right) / 2, Bottom + 40, LabelFont, Anchor.Middle, ChartColours.Quiet, TextFit.Shorten(denominators, LabelFont, Right - Left));
        Curve(line => line.LowerInner, InnerDashes, 1.2);
        Curve(line => line.UpperInner, InnerDashes, 1.2);
        Curve(line => line.LowerOuter, null, 1.4);
        Curve(line => line.UpperOuter, null, 1.4);
        if (funnel.Settings.Goal is { } goal)
        {
            canvas.Line(Left, Y(goal), Right, Y(goal), ChartColours.Goal, 2, "2 4");
        }

        if (funnel.Centre is { } centre)
        {
            canvas.Line(Left, Y(centre), Right, Y(centre), ChartColours.Ink, 1.8);
        }

        foreach (ref readonly var point in funnel.Points.AsSpan())
        {
            canvas.BeginPath();
            MarkerShape.Trace(canvas, X(point.Denominator), Y(point.Value), 4, point.Meaning);
            canvas.EndPath("#fff", 1.2, ChartColours.Of(point.Meaning), halo: true);
        }

        Names();
        LineNames();
        Legend();
        canvas.EndGroup();
        return canvas.Raw("</svg>").ToString();

        double X(double denominator) => Left + (denominator / most * (Right - Left));

        double Y(double value) => Bottom - (Math.Clamp((value - axis.Bottom) / (axis.Top - axis.Bottom), 0, 1) * PlotHeight);

        void Curve(Func<FunnelLine, double> limit, string? dashes, double thickness)
        {
            canvas.BeginPath();
            for (var i = 0; i < funnel.Curves.Length; i++)
            {
                canvas.Raw(i == 0 ? "M" : "L").Number(X(funnel.Curves[i].Denominator)).Raw(" ").Number(Y(limit(funnel.Curves[i])));
            }

            canvas.EndPath(ChartColours.Limit, thickness, "none", dashes: dashes);
        }

        // Only teams outside the outer limits and the reader's own have names: the others are not for ranking.
        void Names()
        {
            var taken = new List<(double X1, double X2, double Y1, double Y2)>(2 * funnel.Points.Length);
            foreach (ref readonly var point in funnel.Points.AsSpan())
            {
                var (x, y) = (X(point.Denominator), Y(point.Value));
                taken.Add((x - MarkerRoom, x + MarkerRoom, y - MarkerRoom, y + MarkerRoom));
            }

            foreach (var point in funnel.Points.OrderByDescending(point => string.Equals(point.Name, highlighted, StringComparison.Ordinal)))
            {
                var own = string.Equals(point.Name, highlighted, StringComparison.Ordinal);
                if (point.Meaning is null && !own)
                {
                    continue;
                }

                var (x, y) = (X(point.Denominator), Y(point.Value));
                if (own)
                {
                    canvas.Circle(x, y, 9, ChartColours.Ink, 1.6, "none");
                }

                var words = TextFit.Shorten(point.Name, AxisFont, 150);
                var width = TextFit.Width(words, AxisFont);
                ReadOnlySpan<(double From, double Middle)> places = [(x + 12, y), (x - 12 - width, y), (x - (width / 2), y - 15), (x - (width / 2), y + 15)];
                var free = -1;
                for (var i = 0; i < places.Length && free < 0; i++)
                {
                    free = IsFree(places[i].From, width, places[i].Middle) ? i : -1;
                }

                if (free >= 0 || own)
                {
                    var (from, middle) = places[free >= 0 ? free : x + 12 + width > Right ? 1 : 0];
                    taken.Add((from, from + width, middle - (AxisFont / 2), middle + (AxisFont / 2)));
                    canvas.Words(from, middle + 4.5, AxisFont, Anchor.Start, ChartColours.Of(point.Meaning), words, bold: own, halo: true);
                }
            }

            bool IsFree(double from, double width, double middle) =>
                from > Left && from + width < Right && middle + (AxisFont / 2) < Bottom
                && !taken.Exists(box => from < box.X2 && from + width > box.X1 && middle - (AxisFont / 2) < box.Y2 && middle + (AxisFont / 2) > box.Y1);
        }

        void LineNames()
        {
            if (funnel.Centre is not { } middle || funnel.Curves.Length == 0)
            {
                return;
            }

            var last = funnel.Curves[^1];
            var labels = new List<(double Target, string Words, string Colour, bool Bold)>
            {
                (Y(last.UpperOuter), Percent(funnel.Settings.Outer), ChartColours.Quiet, false),
                (Y(last.UpperInner), Percent(funnel.Settings.Inner), ChartColours.Quiet, false),
                (Y(middle), $"All {ChartWords.Figure(middle, null)}{suffix}", ChartColours.Ink, true),
            };
            if (funnel.Settings.Goal is { } wanted)
            {
                labels.Add((Y(wanted), $"Goal {ChartWords.Figure(wanted, null)}{suffix}", ChartColours.Goal, true));
            }

            labels.Sort((a, b) => a.Target.CompareTo(b.Target));
            var y = double.NegativeInfinity;
            foreach (var (target, words, colour, bold) in labels)
            {
                y = Math.Max(target, y + 17);
                canvas.Line(Right, target, Right + 9, y, colour, 1);
                canvas.Words(Right + 12, y + 4.5, LabelFont, Anchor.Start, colour, TextFit.Shorten(words, LabelFont, Width - Right - 16, bold), bold: bold);
            }
        }

        void Legend()
        {
            var x = Left;
            foreach (var (meaning, words) in new (SignalMeaning?, string)[]
            {
                (null, "team"), (SignalMeaning.Improvement, "better than chance explains"), (SignalMeaning.Concern, "worse than chance explains"), (SignalMeaning.Neutral, "other than chance explains"),
            })
            {
                if (Array.Exists(funnel.Points, point => point.Meaning == meaning))
                {
                    canvas.BeginPath();
                    MarkerShape.Trace(canvas, x + 5, Bottom + 62, 4, meaning);
                    canvas.EndPath(ChartColours.Of(meaning), 1, ChartColours.Of(meaning));
                    canvas.Words(x + 17, Bottom + 66.5, AxisFont, Anchor.Start, ChartColours.Quiet, words);
                    x += TextFit.Width(words, AxisFont) + 37;
                }
            }

            if (funnel.Note is { } note)
            {
                canvas.Words(Left, Bottom + 90, AxisFont, Anchor.Start, ChartColours.Ink, TextFit.Shorten(note, AxisFont, Width - Margin - Left));
            }
        }
    }

    private static string Percent(FunnelBand band) => (band.Coverage * 100).ToString("0.#", CultureInfo.InvariantCulture) + "\u202f% limits";

    private static ValueAxis AxisOf(Funnel funnel)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (ref readonly var point in funnel.Points.AsSpan())
        {
            low = Math.Min(low, Math.Min(point.Value, point.LowerOuter));
            high = Math.Max(high, Math.Max(point.Value, point.UpperOuter));
        }

        if (funnel.Settings.Goal is { } goal)
        {
            (low, high) = (Math.Min(low, goal), Math.Max(high, goal));
        }

        return ValueAxis.Spanning(low, high, funnel.Settings.Kind == MeasureKind.Proportion ? funnel.Settings.Multiplier : double.PositiveInfinity);
    }

    private static string Describe(Funnel funnel, string title, string suffix)
    {
        if (funnel.Centre is not { } centre)
        {
            return $"Funnel plot of {title}. {funnel.Note}";
        }

        var outside = funnel.Points.Where(point => point.Meaning is not null).ToArray();
        var named = outside.Length is > 0 and <= 12 ? ": " + string.Join(", ", outside.Select(point => $"{point.Name} {ChartWords.Figure(point.Value, null)}{suffix}")) : "";
        var note = funnel.Note is { } text ? " " + text : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Funnel plot of {title}, {funnel.Points.Length} teams. All together {ChartWords.Figure(centre, null)}{suffix}. {outside.Length} outside the {Percent(funnel.Settings.Outer)}{named}.{note}");
    }
}
