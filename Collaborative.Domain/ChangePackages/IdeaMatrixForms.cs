using System.Globalization;
using System.Text;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Domain.ChangePackages;

/// <summary>The matrix as CSV (RFC 4180): a row for each team, a column for each idea; the totals below.</summary>
public static class IdeaMatrixCsv
{
    public static string Write(IdeaMatrix matrix)
    {
        var text = new StringBuilder("team,name");
        foreach (var idea in matrix.Ideas)
        {
            text.Append(',').Append(idea.Code);
        }

        text.Append("\r\n");
        foreach (var team in matrix.Items)
        {
            text.Append(team.Team).Append(',');
            ChartCsv.Text(text, team.Name);
            foreach (var cell in team.Cells)
            {
                text.Append(',').Append(Naming.Of(cell.Status));
            }

            text.Append("\r\n");
        }

        Total(IdeaStatus.NotStarted, totals => totals.NotStarted);
        Total(IdeaStatus.Testing, totals => totals.Testing);
        Total(IdeaStatus.Implemented, totals => totals.Implemented);
        Total(IdeaStatus.Spread, totals => totals.Spread);
        return text.ToString();

        void Total(IdeaStatus status, Func<IdeaTotals, int> count)
        {
            text.Append(CultureInfo.InvariantCulture, $",{Naming.Of(status)} of {matrix.Teams} teams");
            foreach (var idea in matrix.Ideas)
            {
                text.Append(CultureInfo.InvariantCulture, $",{count(idea.Totals)}");
            }

            text.Append("\r\n");
        }
    }
}

/// <summary>
/// The matrix as one self-contained picture. Light to dark is the way from a test to spread, and each step has a shape of its own too:
/// half a square, a square, a square with a dot. A half square in outline is a test that only a PDSA cycle tells of.
/// </summary>
public static class IdeaMatrixSvg
{
    private const double Margin = 24;
    private const double Cell = 18;
    private const double Pitch = 21;
    private const double NameWidth = 190;
    private const double NameFont = 12;
    private const double IdeaFont = 11.5;
    private const double IdeaRoom = 250;
    private const double SumWidth = 40;
    private const double Slant = 55;
    private const double LeastWidth = 700;

    private static readonly double Rise = Math.Sin(Slant * Math.PI / 180);
    private static readonly double Run = Math.Cos(Slant * Math.PI / 180);

    public static string Draw(IdeaMatrix matrix, string idPrefix = "idea-matrix")
    {
        var longest = matrix.Ideas.Select(idea => Math.Min(TextFit.Width(idea.Title, IdeaFont), IdeaRoom)).DefaultIfEmpty(0).Max();
        var left = Margin + NameWidth + 10;
        var top = 92 + (longest * Rise) + 12;
        var gridWidth = matrix.Ideas.Count * Pitch;
        var bottom = top + (matrix.Items.Count * Pitch);
        var width = Math.Max(left + gridWidth + SumWidth + (longest * Run) + Margin, LeastWidth);
        var height = bottom + 92;
        var canvas = new SvgCanvas(8192 + (24 * matrix.Items.Count * matrix.Ideas.Count));
        canvas.Raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").Number(width).Raw(" ").Number(height);
        canvas.Raw("\" width=\"").Number(width).Raw("\" height=\"").Number(height).Raw("\" role=\"img\" aria-labelledby=\"");
        canvas.Escaped(idPrefix).Raw("-title ").Escaped(idPrefix).Raw("-desc\" font-family=\"Segoe UI, Helvetica Neue, Helvetica, Arial, sans-serif\">");
        canvas.Raw("<title id=\"").Escaped(idPrefix).Raw("-title\">").Escaped($"Teams and change ideas: {matrix.Name}").Raw("</title>");
        canvas.Raw("<desc id=\"").Escaped(idPrefix).Raw("-desc\">").Escaped(Describe(matrix)).Raw("</desc>");
        canvas.Rectangle(0, 0, width, height, "#fff");
        canvas.Words(Margin, 40, 20, Anchor.Start, ChartColours.Ink, TextFit.Shorten(matrix.Name, 20, width - (2 * Margin), bold: true), bold: true);
        canvas.Words(Margin, 62, 14, Anchor.Start, ChartColours.Quiet, Subtitle(matrix));
        Columns(canvas, matrix, left, top, bottom);
        Rows(canvas, matrix, left, top, gridWidth);
        Cells(canvas, matrix, left, top);
        Totals(canvas, matrix, left, bottom);
        Legend(canvas, height - 24);
        return canvas.Raw("</svg>").ToString();
    }

    private static string Subtitle(IdeaMatrix matrix) => string.Create(
        CultureInfo.InvariantCulture,
        $"{matrix.Items.Count} {(matrix.Items.Count == 1 ? "team" : "teams")}, {matrix.Ideas.Count} change {(matrix.Ideas.Count == 1 ? "idea" : "ideas")}");

    private static string Describe(IdeaMatrix matrix)
    {
        var text = new StringBuilder(Subtitle(matrix)).Append('.');
        foreach (var idea in matrix.Ideas)
        {
            var totals = idea.Totals;
            text.Append(CultureInfo.InvariantCulture, $" {idea.Title}: of {matrix.Teams} teams {totals.Spread} spread, {totals.Implemented} implemented, {totals.Testing} testing.");
        }

        return text.ToString();
    }

    private static void Columns(SvgCanvas canvas, IdeaMatrix matrix, double left, double top, double bottom)
    {
        for (var i = 0; i < matrix.Ideas.Count; i++)
        {
            var idea = matrix.Ideas[i];
            var x = left + (i * Pitch) + (Cell / 2);
            canvas.Raw("<text transform=\"translate(").Number(x + 3).Raw(" ").Number(top - 8).Raw(") rotate(-").Number(Slant).Raw(")\" font-size=\"").Number(IdeaFont);
            canvas.Raw("\" fill=\"").Raw(idea.Retired ? ChartColours.Quiet : ChartColours.Ink).Raw(idea.Retired ? "\" font-style=\"italic\">" : "\">");
            canvas.Escaped(TextFit.Shorten(idea.Title, IdeaFont, IdeaRoom)).Raw("</text>");
            if (i > 0 && i % 5 == 0)
            {
                canvas.Line(x - (Cell / 2) - 1.5, top - 4, x - (Cell / 2) - 1.5, bottom, ChartColours.Grid, 1);
            }
        }
    }

    private static void Rows(SvgCanvas canvas, IdeaMatrix matrix, double left, double top, double gridWidth)
    {
        for (var i = 0; i < matrix.Items.Count; i++)
        {
            var team = matrix.Items[i];
            var y = top + (i * Pitch) + (Cell / 2) + 4;
            canvas.Words(left - 10, y, NameFont, Anchor.End, ChartColours.Ink, TextFit.Shorten(team.Name, NameFont, NameWidth));
            var done = team.Cells.Count(cell => cell.Status is IdeaStatus.Implemented or IdeaStatus.Spread);
            canvas.Words(left + gridWidth + 12, y, NameFont, Anchor.Start, ChartColours.Quiet, done.ToString(CultureInfo.InvariantCulture), bold: done > 0);
        }

        canvas.Words(left + gridWidth + 12, top + (matrix.Items.Count * Pitch) + 15, 10.5, Anchor.Start, ChartColours.Quiet, "in use");
    }

    /// <summary>All cells of one kind are one path: a matrix of 160 teams and 40 ideas stays a small picture.</summary>
    private static void Cells(SvgCanvas canvas, IdeaMatrix matrix, double left, double top)
    {
        Path(_ => true, Square);
        canvas.EndPath(ChartColours.Grid, 1, "#fff");
        Path(cell => cell is { Status: IdeaStatus.Testing, Derived: true }, Half);
        canvas.EndPath(IdeaColours.Of(IdeaStatus.Implemented), 1.2, "#fff");
        Path(cell => cell is { Status: IdeaStatus.Testing, Derived: false }, Half);
        canvas.EndPath(IdeaColours.Of(IdeaStatus.Implemented), 1.2, IdeaColours.Of(IdeaStatus.Testing));
        Path(cell => cell.Status == IdeaStatus.Implemented, Square);
        canvas.EndPath("none", 0, IdeaColours.Of(IdeaStatus.Implemented));
        Path(cell => cell.Status == IdeaStatus.Spread, Square);
        canvas.EndPath("none", 0, IdeaColours.Of(IdeaStatus.Spread));
        Path(cell => cell.Status == IdeaStatus.Spread, Dot);
        canvas.Raw("\" stroke-linecap=\"round");
        canvas.EndPath("#fff", 5, "none");

        void Path(Func<MatrixCell, bool> which, Action<SvgCanvas, double, double> shape)
        {
            canvas.BeginPath();
            for (var row = 0; row < matrix.Items.Count; row++)
            {
                var cells = matrix.Items[row].Cells;
                for (var column = 0; column < cells.Count; column++)
                {
                    if (which(cells[column]))
                    {
                        shape(canvas, left + (column * Pitch), top + (row * Pitch));
                    }
                }
            }
        }
    }

    private static void Square(SvgCanvas canvas, double x, double y) => canvas.Raw("M").Number(x).Raw(" ").Number(y).Raw("h").Number(Cell).Raw("v").Number(Cell).Raw("h").Number(-Cell).Raw("z");

    private static void Half(SvgCanvas canvas, double x, double y) => canvas.Raw("M").Number(x).Raw(" ").Number(y).Raw("v").Number(Cell).Raw("h").Number(Cell).Raw("z");

    private static void Dot(SvgCanvas canvas, double x, double y) => canvas.Raw("M").Number(x + (Cell / 2)).Raw(" ").Number(y + (Cell / 2)).Raw("h0");

    /// <summary>How many teams have at least begun, below each idea.</summary>
    private static void Totals(SvgCanvas canvas, IdeaMatrix matrix, double left, double bottom)
    {
        if (matrix.Ideas.Count == 0)
        {
            return;
        }

        canvas.Words(left - 10, bottom + 15, 10.5, Anchor.End, ChartColours.Quiet, string.Create(CultureInfo.InvariantCulture, $"started, of {matrix.Teams}"));
        for (var i = 0; i < matrix.Ideas.Count; i++)
        {
            var started = matrix.Teams - matrix.Ideas[i].Totals.NotStarted;
            canvas.Words(
                left + (i * Pitch) + (Cell / 2), bottom + 15, 10.5, Anchor.Middle, ChartColours.Quiet, started.ToString(CultureInfo.InvariantCulture), bold: started > 0);
        }
    }

    private static void Legend(SvgCanvas canvas, double y)
    {
        var x = Margin;
        foreach (var (words, status, derived) in new[]
        {
            ("not started", IdeaStatus.NotStarted, false), ("testing, by a PDSA cycle", IdeaStatus.Testing, true), ("testing", IdeaStatus.Testing, false),
            ("implemented", IdeaStatus.Implemented, false), ("spread", IdeaStatus.Spread, false),
        })
        {
            var cell = new IdeaMatrix("", "", [], 1, [new MatrixTeam("", "", [new MatrixCell(status, derived, null, 0)], [])]);
            Cells(canvas, cell, x, y - 13);
            canvas.Words(x + Cell + 7, y, 12, Anchor.Start, ChartColours.Quiet, words);
            x += Cell + 7 + TextFit.Width(words, 12) + 20;
        }
    }
}
