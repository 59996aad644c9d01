using System.Globalization;
using System.Text;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Domain.ChangePackages;

/// <summary>
/// A driver diagram as one self-contained picture: the aim on the left, what drives it to the right of it, the change ideas at the far right.
/// Every driver has a strip of the height of all that hangs on it, or of its own words where they need more, so that nothing overlaps.
/// </summary>
public static class DriverDiagramSvg
{
    private const double Margin = 24;
    private const double Top = 112;
    private const double Foot = 56;
    private const double Padding = 10;
    private const double Corner = 6;
    private const double BandWidth = 5;

    private const double AimX = Margin;
    private const double AimWidth = 220;
    private const double PrimaryX = AimX + AimWidth + 56;
    private const double PrimaryWidth = 190;
    private const double SecondaryX = PrimaryX + PrimaryWidth + 56;
    private const double SecondaryWidth = 214;
    private const double IdeaX = SecondaryX + SecondaryWidth + 50;
    private const double IdeaIndent = 14;
    private const double IdeaWidth = 410;
    private const double BarX = IdeaX + IdeaWidth + 16;
    private const double BarWidth = 104;
    private const double BarHeight = 9;
    private const double CountWidth = 62;

    private const double TitleFont = 20;
    private const double HeadFont = 12.5;
    private const double AimFont = 14.5;
    private const double PrimaryFont = 14;
    private const double SecondaryFont = 13;
    private const double ConceptFont = 11.5;
    private const double IdeaFont = 12.5;
    private const double MeasureFont = 10.5;
    private const double Leading = 1.32;

    private const double PrimaryGap = 22;
    private const double SecondaryGap = 14;
    private const double ConceptGap = 10;
    private const double IdeaGap = 4;

    /// <summary>An aim that is longer is told in full by the description.</summary>
    private const int MostAimLines = 24;

    /// <param name="withProgress">Whether a bar beside each idea shows how many teams are how far.</param>
    public static string Draw(DriverDiagram diagram, bool withProgress = true, string idPrefix = "driver-diagram")
    {
        var bars = withProgress && diagram.Teams > 0;
        var tree = Arrange(diagram);
        var aim = Words.Of(diagram.Aim, AimFont, AimWidth - (2 * Padding), bold: true, MostAimLines);
        var inner = Math.Max(tree.Sum(primary => primary.Height) + (PrimaryGap * Math.Max(tree.Count - 1, 0)), aim.Height + (2 * Padding));
        var height = Top + inner + Foot;
        var width = bars ? BarX + BarWidth + CountWidth + Margin : IdeaX + IdeaWidth + Margin;
        var canvas = new SvgCanvas(16_384);
        Opening(canvas, diagram, width, height, idPrefix);
        Heading(canvas, diagram, bars, width);

        // A tree that is lower than the aim stands in the middle of it.
        var y = Top + ((inner - tree.Sum(primary => primary.Height) - (PrimaryGap * Math.Max(tree.Count - 1, 0))) / 2);
        var places = new List<(double Middle, int Number)>();
        var boxes = new List<Action>();
        foreach (var (primary, number) in tree.Select((primary, i) => (primary, i)))
        {
            places.Add((DrawPrimary(canvas, primary, number, y, boxes, bars, diagram.Teams), number));
            y += primary.Height + PrimaryGap;
        }

        var aimHeight = aim.Height + (2 * Padding);
        var aimMiddle = Math.Clamp((places[0].Middle + places[^1].Middle) / 2, Top + (aimHeight / 2), Top + inner - (aimHeight / 2));
        foreach (var (middle, number) in places)
        {
            Connect(canvas, AimX + AimWidth, aimMiddle, PrimaryX, middle, IdeaColours.Driver(number));
        }

        // Boxes are painted over the ends of the lines.
        boxes.ForEach(box => box());
        Box(canvas, AimX, aimMiddle - (aimHeight / 2), AimWidth, aimHeight, ChartColours.Ink, "#f3f4f6", aim);
        Legend(canvas, bars, height, diagram.Teams);
        return canvas.Raw("</svg>").ToString();
    }

    private static List<PrimaryStrip> Arrange(DriverDiagram diagram) =>
    [
        .. diagram.PrimaryDrivers.Select(primary =>
        {
            var words = Words.Of(primary.Title, PrimaryFont, PrimaryWidth - BandWidth - (2 * Padding), bold: true);
            SecondaryStrip[] secondaries =
            [
                .. primary.SecondaryDrivers.Select(secondary =>
                {
                    var own = Words.Of(secondary.Title, SecondaryFont, SecondaryWidth - BandWidth - (2 * Padding));
                    ConceptStrip[] concepts = [.. secondary.Concepts.Select(ConceptStrip.Of)];
                    return new SecondaryStrip(own, concepts, Math.Max(own.Height + (2 * Padding), Stacked(concepts.Select(concept => concept.Height), ConceptGap)));
                }),
            ];
            return new PrimaryStrip(words, secondaries, Math.Max(words.Height + (2 * Padding), Stacked(secondaries.Select(secondary => secondary.Height), SecondaryGap)));
        }),
    ];

    private static double Stacked(IEnumerable<double> heights, double gap)
    {
        var (sum, count) = heights.Aggregate((Sum: 0.0, Count: 0), (so, height) => (so.Sum + height, so.Count + 1));
        return sum + (gap * Math.Max(count - 1, 0));
    }

    /// <returns>The middle of the driver's box.</returns>
    private static double DrawPrimary(SvgCanvas canvas, PrimaryStrip strip, int number, double top, List<Action> boxes, bool bars, int teams)
    {
        var colour = IdeaColours.Driver(number);
        var y = top + ((strip.Height - Stacked(strip.Secondaries.Select(secondary => secondary.Height), SecondaryGap)) / 2);
        var middles = new List<double>();
        foreach (var secondary in strip.Secondaries)
        {
            middles.Add(DrawSecondary(canvas, secondary, number, y, boxes, bars, teams));
            y += secondary.Height + SecondaryGap;
        }

        var middle = Middle(middles, top, strip.Height, strip.Words.Height + (2 * Padding));
        foreach (var child in middles)
        {
            Connect(canvas, PrimaryX + PrimaryWidth, middle, SecondaryX, child, colour);
        }

        var boxHeight = strip.Words.Height + (2 * Padding);
        boxes.Add(() => Box(canvas, PrimaryX, middle - (boxHeight / 2), PrimaryWidth, boxHeight, colour, IdeaColours.Tint(number), strip.Words, band: true));
        return middle;
    }

    private static double DrawSecondary(SvgCanvas canvas, SecondaryStrip strip, int number, double top, List<Action> boxes, bool bars, int teams)
    {
        var colour = IdeaColours.Driver(number);
        var y = top + ((strip.Height - Stacked(strip.Concepts.Select(concept => concept.Height), ConceptGap)) / 2);
        var middles = new List<double>();
        foreach (var concept in strip.Concepts)
        {
            canvas.Rectangle(IdeaX, y, 3, concept.Height, colour);
            DrawConcept(canvas, concept, y, bars, teams);
            middles.Add(y + (concept.Height / 2));
            y += concept.Height + ConceptGap;
        }

        var boxHeight = strip.Words.Height + (2 * Padding);
        var middle = Middle(middles, top, strip.Height, boxHeight);
        foreach (var child in middles)
        {
            Connect(canvas, SecondaryX + SecondaryWidth, middle, IdeaX, child, colour);
        }

        boxes.Add(() => Box(canvas, SecondaryX, middle - (boxHeight / 2), SecondaryWidth, boxHeight, colour, "#fff", strip.Words, band: true));
        return middle;
    }

    private static void DrawConcept(SvgCanvas canvas, ConceptStrip strip, double top, bool bars, int teams)
    {
        var y = top;
        strip.Title.Paint(canvas, IdeaX + IdeaIndent, y, ChartColours.Quiet);
        y += strip.Title.Height;
        foreach (var (idea, words, measureLine) in strip.Ideas)
        {
            y += IdeaGap;
            var first = y + (IdeaFont * Leading / 2);
            canvas.Circle(IdeaX + IdeaIndent + 3, first, 1.8, ChartColours.Ink, 0.8, ChartColours.Ink);
            words.Paint(canvas, IdeaX + IdeaIndent + 12, y, ChartColours.Ink, measureLine ? null : idea.Measure);
            if (measureLine)
            {
                canvas.Words(IdeaX + IdeaIndent + 12, y + words.Height + MeasureFont, MeasureFont, Anchor.Start, ChartColours.Quiet, idea.Measure!);
            }

            if (bars)
            {
                Bar(canvas, idea.Totals, teams, first);
            }

            y += words.Height + (measureLine ? MeasureFont * Leading : 0);
        }
    }

    /// <summary>What is furthest is darkest and comes first; the rest of the frame is who has not started.</summary>
    private static void Bar(SvgCanvas canvas, IdeaTotals totals, int teams, double middle)
    {
        var y = middle - (BarHeight / 2);
        canvas.Raw("<rect x=\"").Number(BarX).Raw("\" y=\"").Number(y).Raw("\" width=\"").Number(BarWidth).Raw("\" height=\"").Number(BarHeight);
        canvas.Raw("\" fill=\"#fff\" stroke=\"").Raw(IdeaColours.Empty).Raw("\" stroke-width=\"1\"/>");
        var x = BarX;
        foreach (var (status, count) in new[] { (IdeaStatus.Spread, totals.Spread), (IdeaStatus.Implemented, totals.Implemented), (IdeaStatus.Testing, totals.Testing) })
        {
            var length = BarWidth * count / teams;
            if (count > 0)
            {
                canvas.Rectangle(x, y, length, BarHeight, IdeaColours.Of(status));
            }

            x += length;
        }

        canvas.Words(BarX + BarWidth + 8, middle + 4, 11.5, Anchor.Start, ChartColours.Quiet, string.Create(CultureInfo.InvariantCulture, $"{teams - totals.NotStarted} of {teams}"));
    }

    /// <summary>In the middle of what hangs on it, but within its own strip.</summary>
    private static double Middle(List<double> children, double top, double height, double box)
    {
        var wanted = children.Count == 0 ? top + (height / 2) : (children[0] + children[^1]) / 2;
        return Math.Clamp(wanted, top + (box / 2), Math.Max(top + height - (box / 2), top + (box / 2)));
    }

    private static void Connect(SvgCanvas canvas, double x1, double y1, double x2, double y2, string colour)
    {
        var bend = (x2 - x1) / 2;
        canvas.BeginPath();
        canvas.Raw("M").Number(x1).Raw(" ").Number(y1).Raw("C").Number(x1 + bend).Raw(" ").Number(y1).Raw(" ").Number(x2 - bend).Raw(" ").Number(y2).Raw(" ").Number(x2).Raw(" ").Number(y2);
        canvas.EndPath(colour, 1.6, "none");
    }

    private static void Box(SvgCanvas canvas, double x, double y, double width, double height, string colour, string fill, Words words, bool band = false)
    {
        canvas.Raw("<rect x=\"").Number(x).Raw("\" y=\"").Number(y).Raw("\" width=\"").Number(width).Raw("\" height=\"").Number(height);
        canvas.Raw("\" rx=\"").Number(Corner).Raw("\" fill=\"").Raw(fill).Raw("\" stroke=\"").Raw(colour).Raw("\" stroke-width=\"1.4\"/>");
        if (band)
        {
            canvas.BeginPath();
            canvas.Raw("M").Number(x + Corner).Raw(" ").Number(y).Raw("h").Number(BandWidth - Corner + 1).Raw("v").Number(height).Raw("h").Number(-(BandWidth - Corner + 1));
            canvas.Raw("a").Number(Corner).Raw(" ").Number(Corner).Raw(" 0 0 1 ").Number(-Corner).Raw(" ").Number(-Corner).Raw("v").Number(-(height - (2 * Corner)));
            canvas.Raw("a").Number(Corner).Raw(" ").Number(Corner).Raw(" 0 0 1 ").Number(Corner).Raw(" ").Number(-Corner).Raw("z");
            canvas.EndPath("none", 0, colour);
        }

        words.Paint(canvas, x + Padding + (band ? BandWidth : 0), y + Padding, ChartColours.Ink);
    }

    private static void Opening(SvgCanvas canvas, DriverDiagram diagram, double width, double height, string id)
    {
        canvas.Raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").Number(width).Raw(" ").Number(height);
        canvas.Raw("\" width=\"").Number(width).Raw("\" height=\"").Number(height).Raw("\" role=\"img\" aria-labelledby=\"");
        canvas.Escaped(id).Raw("-title ").Escaped(id).Raw("-desc\" font-family=\"Segoe UI, Helvetica Neue, Helvetica, Arial, sans-serif\">");
        canvas.Raw("<title id=\"").Escaped(id).Raw("-title\">").Escaped($"Driver diagram: {diagram.Name}").Raw("</title>");
        canvas.Raw("<desc id=\"").Escaped(id).Raw("-desc\">").Escaped(Describe(diagram)).Raw("</desc>");
        canvas.Rectangle(0, 0, width, height, "#fff");
    }

    /// <summary>The whole tree in words, for those who hear the picture.</summary>
    private static string Describe(DriverDiagram diagram)
    {
        var text = new StringBuilder("Aim: ").Append(diagram.Aim);
        foreach (var primary in diagram.PrimaryDrivers)
        {
            text.Append(" Primary driver: ").Append(primary.Title).Append('.');
            foreach (var secondary in primary.SecondaryDrivers)
            {
                text.Append(" Secondary driver: ").Append(secondary.Title).Append('.');
                foreach (var concept in secondary.Concepts)
                {
                    text.Append(" Concept: ").Append(concept.Title).Append(concept.Ideas.Count > 0 ? ", with the ideas: " : "")
                        .AppendJoin("; ", concept.Ideas.Select(idea => idea.Title)).Append('.');
                }
            }
        }

        return text.ToString();
    }

    private static void Heading(SvgCanvas canvas, DriverDiagram diagram, bool bars, double width)
    {
        canvas.Words(Margin, 40, TitleFont, Anchor.Start, ChartColours.Ink, TextFit.Shorten(diagram.Name, TitleFont, width - (2 * Margin), bold: true), bold: true);
        var secondaries = diagram.PrimaryDrivers.Sum(primary => primary.SecondaryDrivers.Count);
        var ideas = diagram.PrimaryDrivers.Sum(primary => primary.SecondaryDrivers.Sum(secondary => secondary.Concepts.Sum(concept => concept.Ideas.Count)));
        canvas.Words(Margin, 62, 14, Anchor.Start, ChartColours.Quiet,
            $"Driver diagram: {Count(diagram.PrimaryDrivers.Count, "primary driver")}, {Count(secondaries, "secondary driver")}, {Count(ideas, "change idea")}");
        foreach (var (x, room, name) in new[]
        {
            (AimX, AimWidth, "Aim"), (PrimaryX, PrimaryWidth, "Primary drivers"), (SecondaryX, SecondaryWidth, "Secondary drivers"), (IdeaX, IdeaWidth, "Change concepts and ideas"),
            (BarX, BarWidth + CountWidth, bars ? "Teams" : ""),
        })
        {
            if (name.Length > 0)
            {
                canvas.Words(x, Top - 20, HeadFont, Anchor.Start, ChartColours.Quiet, name, bold: true);
                canvas.Line(x, Top - 12, x + room, Top - 12, ChartColours.Grid, 1);
            }
        }
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static void Legend(SvgCanvas canvas, bool bars, double height, int teams)
    {
        if (!bars)
        {
            return;
        }

        var y = height - 22;
        var x = IdeaX;
        canvas.Words(x, y, 12, Anchor.Start, ChartColours.Quiet, teams == 1 ? "The team is:" : string.Create(CultureInfo.InvariantCulture, $"Of {teams} teams:"));
        x += 96;
        foreach (var status in new[] { IdeaStatus.Spread, IdeaStatus.Implemented, IdeaStatus.Testing, IdeaStatus.NotStarted })
        {
            canvas.Raw("<rect x=\"").Number(x).Raw("\" y=\"").Number(y - 9).Raw("\" width=\"18\" height=\"").Number(BarHeight).Raw("\" fill=\"");
            canvas.Raw(status == IdeaStatus.NotStarted ? "#fff" : IdeaColours.Of(status)).Raw("\" stroke=\"").Raw(IdeaColours.Empty).Raw("\" stroke-width=\"1\"/>");
            canvas.Words(x + 24, y, 12, Anchor.Start, ChartColours.Quiet, IdeaColours.Name(status));
            x += 24 + TextFit.Width(IdeaColours.Name(status), 12) + 22;
        }
    }

    /// <summary>Wrapped words and the room they take.</summary>
    private sealed record Words(IReadOnlyList<string> Lines, double Font, bool Bold)
    {
        public double Height => Lines.Count * Font * Leading;

        public static Words Of(string text, double font, double room, bool bold = false, int most = int.MaxValue) => new(TextFit.Lines(text, font, room, most, bold), font, bold);

        /// <param name="after">Small words that follow the last line, wherever the reader's font ends it.</param>
        public void Paint(SvgCanvas canvas, double x, double top, string colour, string? after = null)
        {
            for (var i = 0; i < Lines.Count; i++)
            {
                var y = top + (i * Font * Leading) + Font;
                if (after is null || i < Lines.Count - 1)
                {
                    canvas.Words(x, y, Font, Anchor.Start, colour, Lines[i], Bold);
                    continue;
                }

                canvas.Raw("<text x=\"").Number(x).Raw("\" y=\"").Number(y).Raw("\" font-size=\"").Number(Font).Raw("\" fill=\"").Raw(colour).Raw("\">").Escaped(Lines[i]);
                canvas.Raw("<tspan dx=\"8\" font-size=\"").Number(MeasureFont).Raw("\" fill=\"").Raw(ChartColours.Quiet).Raw("\">").Escaped(after).Raw("</tspan></text>");
            }
        }
    }

    private sealed record PrimaryStrip(Words Words, SecondaryStrip[] Secondaries, double Height);

    private sealed record SecondaryStrip(Words Words, ConceptStrip[] Concepts, double Height);

    private sealed record ConceptStrip(Words Title, IReadOnlyList<(DiagramIdea Idea, Words Words, bool MeasureLine)> Ideas, double Height)
    {
        private const double Room = IdeaWidth - IdeaIndent - 12;

        public static ConceptStrip Of(DiagramConcept concept)
        {
            var title = Words.Of(concept.Title, ConceptFont, IdeaWidth - IdeaIndent, bold: true);
            List<(DiagramIdea, Words, bool)> ideas = [];
            var height = title.Height;
            foreach (var idea in concept.Ideas)
            {
                var words = Words.Of(idea.Title, IdeaFont, Room);

                // The measure's code stands after the last word, or on a line of its own where it does not fit.
                var measureLine = idea.Measure is { } measure && TextFit.Width(words.Lines[^1], IdeaFont) + 8 + TextFit.Width(measure, MeasureFont) > Room;
                ideas.Add((idea, words, measureLine));
                height += IdeaGap + words.Height + (measureLine ? MeasureFont * Leading : 0);
            }

            return new ConceptStrip(title, ideas, height);
        }
    }
}
