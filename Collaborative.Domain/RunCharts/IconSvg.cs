namespace Collaborative.Domain.RunCharts;

/// <summary>
/// The icons of Making Data Count as small pictures of their own. Besides their colours they carry a letter (high or low, pass or fail) and
/// the shape that the same meaning has on a chart, so that they can be read in black and white.
/// </summary>
public static class IconSvg
{
    /// <summary>Icons are painted on a square of this side.</summary>
    internal const double Side = 48;

    private const double Middle = Side / 2;
    private const double Radius = 21;

    public static string Draw(VariationIcon icon)
    {
        var canvas = Open(IconWords.Of(icon));
        Paint(canvas, icon);
        return canvas.Raw("</svg>").ToString();
    }

    public static string Draw(AssuranceIcon icon, bool noVariation = false)
    {
        var canvas = Open(IconWords.Of(icon, noVariation));
        Paint(canvas, icon);
        return canvas.Raw("</svg>").ToString();
    }

    internal static void Paint(SvgCanvas canvas, VariationIcon icon)
    {
        var colour = ChartColours.IconOf(icon);
        canvas.Circle(Middle, Middle, Radius, colour, 4, "#fff");
        if (icon == VariationIcon.CommonCause)
        {
            canvas.BeginPath();
            canvas.Raw("M10 26l7 -7l7 9l7 -9l7 7");
            canvas.EndPath(ChartColours.Quiet, 1.6, "none");
            for (var i = 0; i < 5; i++)
            {
                Dot(canvas, 10 + (7 * i), i switch { 1 or 3 => 19, 2 => 28, _ => 26 }, null);
            }

            return;
        }

        var high = icon is VariationIcon.ImprovementHigh or VariationIcon.ConcernHigh or VariationIcon.NeutralHigh;
        SignalMeaning meaning = icon switch
        {
            VariationIcon.ImprovementHigh or VariationIcon.ImprovementLow => SignalMeaning.Improvement,
            VariationIcon.ConcernHigh or VariationIcon.ConcernLow => SignalMeaning.Concern,
            _ => SignalMeaning.Neutral,
        };
        var (from, to) = high ? (34.0, 17.0) : (15.0, 32.0);
        for (var i = 0; i < 4; i++)
        {
            Dot(canvas, 15 + (6.5 * i), from + ((to - from) * i / 3), i == 3 ? meaning : null);
        }

        canvas.Words(17, high ? 23 : 37, 15, Anchor.Middle, ChartColours.Ink, high ? "H" : "L", bold: true);
    }

    internal static void Paint(SvgCanvas canvas, AssuranceIcon icon)
    {
        canvas.Circle(Middle, Middle, Radius, ChartColours.IconOf(icon), 4, "#fff");
        var (line, letter, at) = icon switch
        {
            AssuranceIcon.Pass => (33.0, "P", 27.0),
            AssuranceIcon.Fail => (15.0, "F", 35.0),
            _ => (28.0, "?", 21.0),
        };
        canvas.Line(8, line, 40, line, ChartColours.Goal, 2, "3 2");
        if (icon == AssuranceIcon.Inconsistent)
        {
            canvas.BeginPath();
            canvas.Raw("M9 34l7 -11l7 11l7 -11l8 11");
            canvas.EndPath(ChartColours.Quiet, 1.6, "none");
        }

        canvas.Words(Middle, at, 17, Anchor.Middle, ChartColours.Ink, letter, bold: true, halo: true);
    }

    private static SvgCanvas Open(string words)
    {
        var canvas = new SvgCanvas(1024);
        canvas.Raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\" width=\"48\" height=\"48\" role=\"img\" aria-label=\"");
        canvas.Escaped(words).Raw("\" font-family=\"Segoe UI, Helvetica Neue, Helvetica, Arial, sans-serif\"><title>").Escaped(words).Raw("</title>");
        return canvas;
    }

    private static void Dot(SvgCanvas canvas, double x, double y, SignalMeaning? meaning)
    {
        canvas.BeginPath();
        MarkerShape.Trace(canvas, x, y, meaning is null ? 2.2 : 3.4, meaning);
        var colour = meaning is null ? ChartColours.Dot : ChartColours.Of(meaning);
        canvas.EndPath(colour, 1, colour);
    }
}
