using System.Globalization;
using System.Text;

namespace Collaborative.Domain.RunCharts;

/// <summary>Where a text is held.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>
/// Writes the few shapes that charts are made of, in the order they are painted. Presentation attributes only: a style element would be
/// refused by a page with a strict content security policy. Lengths are in user units, written with one decimal.
/// </summary>
internal sealed class SvgCanvas(int capacity)
{
    private readonly StringBuilder text = new(capacity);

    public override string ToString() => text.ToString();

    public SvgCanvas Raw(string markup)
    {
        text.Append(markup);
        return this;
    }

    public SvgCanvas Number(double value)
    {
        text.Append(CultureInfo.InvariantCulture, $"{Math.Round(value, 1) + 0.0:0.#}");
        return this;
    }

    public void Line(double x1, double y1, double x2, double y2, string colour, double width, string? dashes = null)
    {
        Raw("<line x1=\"").Number(x1).Raw("\" y1=\"").Number(y1).Raw("\" x2=\"").Number(x2).Raw("\" y2=\"").Number(y2);
        Raw("\" stroke=\"").Raw(colour).Raw("\" stroke-width=\"").Number(width);
        Raw(dashes is null ? "\"/>" : $"\" stroke-dasharray=\"{dashes}\"/>");
    }

    public void Rectangle(double x, double y, double width, double height, string fill)
    {
        Raw("<rect x=\"").Number(x).Raw("\" y=\"").Number(y).Raw("\" width=\"").Number(width).Raw("\" height=\"").Number(height);
        Raw("\" fill=\"").Raw(fill).Raw("\"/>");
    }

    /// <summary>Moves and scales what is painted until <see cref="EndGroup"/>.</summary>
    public void BeginGroup(double x, double y, double scale)
    {
        Raw("<g transform=\"translate(").Number(x).Raw(" ").Number(y).Raw(") scale(");
        text.Append(CultureInfo.InvariantCulture, $"{scale:0.###}");
        Raw(")\">");
    }

    public void EndGroup() => Raw("</g>");

    public void Circle(double x, double y, double radius, string stroke, double width, string fill)
    {
        Raw("<circle cx=\"").Number(x).Raw("\" cy=\"").Number(y).Raw("\" r=\"").Number(radius).Raw("\" fill=\"").Raw(fill);
        Raw("\" stroke=\"").Raw(stroke).Raw("\" stroke-width=\"").Number(width).Raw("\"/>");
    }

    /// <summary>Starts a path; give it points with <see cref="Number"/> and end it with <see cref="EndPath"/>.</summary>
    public void BeginPath() => Raw("<path d=\"");

    public void EndPath(string stroke, double width, string fill, bool halo = false, string? dashes = null)
    {
        Raw("\" fill=\"").Raw(fill).Raw("\" stroke=\"").Raw(stroke).Raw("\" stroke-width=\"").Number(width);
        if (dashes is not null)
        {
            Raw("\" stroke-dasharray=\"").Raw(dashes);
        }

        Raw(halo ? "\" paint-order=\"stroke\" stroke-linejoin=\"round\"/>" : "\" stroke-linejoin=\"round\"/>");
    }

    /// <param name="halo">Paints the letters over a white rim, for words that stand on lines.</param>
    public void Words(double x, double y, double size, Anchor anchor, string colour, string words, bool bold = false, bool halo = false)
    {
        Raw("<text x=\"").Number(x).Raw("\" y=\"").Number(y).Raw("\" font-size=\"").Number(size).Raw("\" fill=\"").Raw(colour);
        Raw(anchor switch { Anchor.Middle => "\" text-anchor=\"middle", Anchor.End => "\" text-anchor=\"end", _ => "" });
        Raw(bold ? "\" font-weight=\"bold" : "");
        Raw(halo ? "\" stroke=\"#fff\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\">" : "\">");
        Escaped(words).Raw("</text>");
    }

    /// <summary>Text content or attribute value: markup escaped, characters that XML 1.0 forbids replaced.</summary>
    public SvgCanvas Escaped(string words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var c = words[i];
            if (char.IsHighSurrogate(c) && i + 1 < words.Length && char.IsLowSurrogate(words[i + 1]))
            {
                text.Append(c).Append(words[++i]);
                continue;
            }

            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '"' => text.Append("&quot;"),
                < ' ' => text.Append(' '),
                '\ufffe' or '\uffff' => text.Append('\ufffd'),
                _ => text.Append(char.IsSurrogate(c) ? '\ufffd' : c),
            };
        }

        return this;
    }
}
