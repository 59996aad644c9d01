using System.Globalization;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>
/// A chart as one self-contained SVG picture, to be read on a screen, in print, in black and white, and aloud: signals carry a shape and words
/// besides a colour, and the description holds the whole chart in sentences. No scripts, no styles, no fonts from outside.
/// </summary>
public static class ChartSvg
{
    private const double Width = 860;
    private const double Margin = 18;
    private const double PlotHeight = 300;
    private const double LaneHeight = 29;
    private const double PhaseRowHeight = 18;
    private const double LineLabelRoom = 132;
    private const double AxisFont = 12.5;
    private const double LabelFont = 13;
    private const double IconTop = Margin - 8;
    private const double TitleFont = 20;
    private const double LegendFont = 12.5;
    private const double SubtitleFont = 14;
    private const double StripFont = 11.5;
    private const string MedianDashes = "7 5";
    private const string GoalDashes = "2 4";
    private const string LimitDashes = "12 4 2 4";
    private const string TrialDashes = "5 9";
    private const int MostNoteLines = 3;
    private const double FlagHeight = 16;
    private const double FlagRowHeight = 18;
    private const double TitleLineHeight = 25;

    /// <summary>Enough for the longest name that a measure may have.</summary>
    private const int MostTitleLines = 4;

    public static string Draw(Chart chart) => new Picture(chart).Draw();

    /// <summary>One picture in the making: where everything goes, then the painting from back to front.</summary>
    private sealed class Picture
    {
        private readonly Chart chart;
        private readonly ChartAnalysis analysis;
        private readonly PointAnalysis[] points;
        private readonly ValueAxis axis;
        private readonly string[] tickWords;
        private readonly List<LaneItem> lanes;
        private readonly List<LegendItem> legend;
        private readonly List<string> remarks;
        private readonly List<string> title;
        private readonly string subtitle;
        private readonly bool months;
        private readonly int unplaced;
        private readonly double left;
        private readonly double right;
        private readonly double phaseTop;
        private readonly double top;
        private readonly double step;
        private readonly double stripTop;
        private readonly double legendTop;
        private readonly double remarksTop;
        private readonly double notesTop;
        private readonly double height;
        private readonly List<(int From, int To, string Name)> bands;
        private readonly List<ChartAnnotation> notes;
        private readonly List<Flag> flags;
        private readonly double radius;
        private readonly SvgCanvas canvas;

        public Picture(Chart chart)
        {
            this.chart = chart;
            analysis = chart.Analysis;
            points = analysis.Points;
            canvas = new(4096 + (400 * points.Length));
            axis = ValueAxis.For(analysis);
            tickWords = TickWords();
            months = points.Length > 0 && Array.TrueForAll(points, point => Month.TryParse(point.Label, out _));
            title = TextFit.Wrap(chart.Title, TitleFont, Width - (2 * Margin) - IconRoom(), MostTitleLines, bold: true);
            bands = Periods();
            subtitle = string.Join(" \u00b7 ", new[] { chart.Subject, ChartWords.AggregateName(chart) }.Where(part => !string.IsNullOrWhiteSpace(part)));

            left = Margin + tickWords.Max(words => TextFit.Width(words, AxisFont)) + 12;
            left = chart.Teams.Count > 0 ? Math.Max(left, Margin + TextFit.Width("Teams", AxisFont) + 12) : left;
            right = Width - Margin - LineLabelRoom;
            step = (right - left) / Math.Max(points.Length, 1);
            notes = [.. chart.Annotations.Where(note => PositionOf(note) >= 0)];
            flags = Flags();
            radius = Math.Round(Math.Clamp(step / 4, 2.6, 5), 1);
            lanes = SignalLanes.Place(chart, left, Width - Margin, X, out unplaced);

            var titleBottom = Math.Max(
                Margin + 18 + ((title.Count - 1) * TitleLineHeight) + (subtitle.Length > 0 ? 22 : 0),
                analysis.Icons is null ? 0 : IconTop + IconSvg.Side - 8);
            var laneRows = lanes.Count == 0 ? 0 : lanes.Max(item => item.Lane) + 1;
            var unitRow = UnitWords().Length > 0 ? 20 : 0;
            phaseTop = titleBottom + 24 + unitRow + (laneRows * LaneHeight);
            top = phaseTop + (PhaseRows() * PhaseRowHeight) + (bands.Count > 0 ? PhaseRowHeight : 0) + (flags.Count > 0 ? (flags.Max(flag => flag.Row) * FlagRowHeight) + FlagRowHeight + 6 : 0);
            stripTop = top + PlotHeight + 48;
            legendTop = stripTop + (chart.Teams.Count > 0 ? 44 : 0) + 8;
            legend = Legend();
            remarks = Remarks();
            remarksTop = legendTop + (legend.Count > 0 ? (legend[^1].Row * 20) + 20 : 0);
            notesTop = remarksTop + (remarks.Count * 18);
            height = notesTop + (notes.Count == 0 ? 0 : (notes.Count * 18) + 8) + Margin - 6;
        }

        private double Bottom => top + PlotHeight;

        public string Draw()
        {
            Opening();
            Headings();
            IconGlyphs();
            PeriodBands();
            Bands();
            Grid();
            PhaseHeads();
            PositionAxis();
            Strip();
            GoalLine();
            LimitLines();
            CentreLines();
            FlagPosts();
            Path();
            Markers();
            Lanes();
            LineLabels();
            LegendRows();
            FlagNotes();
            return canvas.Raw("</svg>").ToString();
        }

        private double X(int position) => left + ((position + 0.5) * step);

        private double Y(double value)
        {
            var share = (value - axis.Bottom) / (axis.Top - axis.Bottom);
            return Bottom - (double.IsFinite(share) ? share * PlotHeight : 0);
        }

        private void Opening()
        {
            var id = chart.IdPrefix;
            canvas.Raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").Number(Width).Raw(" ").Number(height);
            canvas.Raw("\" width=\"").Number(Width).Raw("\" height=\"").Number(height).Raw("\" role=\"img\" aria-labelledby=\"");
            canvas.Escaped(id).Raw("-title ").Escaped(id).Raw("-desc\" font-family=\"Segoe UI, Helvetica Neue, Helvetica, Arial, sans-serif\">");
            canvas.Raw("<title id=\"").Escaped(id).Raw("-title\">").Escaped(chart.Title).Raw("</title>");
            canvas.Raw("<desc id=\"").Escaped(id).Raw("-desc\">").Escaped(ChartWords.Describe(chart)).Raw("</desc>");
            canvas.Rectangle(0, 0, Width, height, "#fff");
        }

        private void Headings()
        {
            var y = Margin + 16;
            foreach (var line in title)
            {
                canvas.Words(Margin, y, TitleFont, Anchor.Start, ChartColours.Ink, line, bold: true);
                y += TitleLineHeight;
            }

            if (subtitle.Length > 0)
            {
                canvas.Words(
                    Margin, y - 2, SubtitleFont, Anchor.Start, ChartColours.Quiet, TextFit.Shorten(subtitle, SubtitleFont, Width - (2 * Margin) - IconRoom()));
            }

            var unit = UnitWords();
            if (unit.Length > 0)
            {
                canvas.Words(Margin, phaseTop - 10, AxisFont, Anchor.Start, ChartColours.Quiet, TextFit.Shorten(unit, AxisFont, Width - (2 * Margin)));
            }
        }

        private double IconRoom() => analysis.Icons is null ? 0 : ((IconSvg.Side + 6) * (analysis.Icons.Assurance is null ? 1 : 2)) + 10;

        /// <summary>Variation, then assurance, at the top right, where Making Data Count has them.</summary>
        private void IconGlyphs()
        {
            if (analysis.Icons is not { } icons)
            {
                return;
            }

            var x = Width - Margin - IconSvg.Side;
            if (icons.Assurance is { } assurance)
            {
                canvas.BeginGroup(x, IconTop, 1);
                IconSvg.Paint(canvas, assurance);
                canvas.EndGroup();
                x -= IconSvg.Side + 6;
            }

            canvas.BeginGroup(x, IconTop, 1);
            IconSvg.Paint(canvas, icons.Variation);
            canvas.EndGroup();
        }

        /// <summary>The action periods that lie within the series, as positions.</summary>
        private List<(int From, int To, string Name)> Periods()
        {
            var found = new List<(int From, int To, string Name)>(chart.Bands.Count);
            foreach (var band in chart.Bands)
            {
                var from = months ? Array.FindIndex(points, point => Month.TryParse(point.Label, out var month) && month >= band.From && month <= band.To) : -1;
                var to = from < 0 ? -1 : Array.FindLastIndex(points, point => Month.TryParse(point.Label, out var month) && month <= band.To);
                if (from >= 0)
                {
                    found.Add((from, to, band.Name));
                }
            }

            return found;
        }

        private double BandRowTop() => phaseTop + (PhaseRows() * PhaseRowHeight);

        private void PeriodBands()
        {
            foreach (var (from, to, name) in bands)
            {
                var x = X(from) - (step / 2);
                var width = X(to) + (step / 2) - x;
                var y = BandRowTop();
                canvas.Rectangle(x + 1, y, width - 2, Bottom - y, ChartColours.Period);
                canvas.Line(x + 1, y, x + 1, Bottom, ChartColours.Grid, 1);
                canvas.Words(x + (width / 2), y + 13, AxisFont, Anchor.Middle, ChartColours.Quiet, BandName(name, width - 4));
            }
        }

        /// <summary>"Action period 1", or "AP1" where there is little room.</summary>
        private static string BandName(string name, double room) => TextFit.Width(name, AxisFont) <= room
            ? name
            : TextFit.Shorten(string.Concat(name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => char.IsAsciiDigit(word[0]) ? word : word[..1].ToUpperInvariant())), AxisFont, room);

        /// <summary>One for each position with notes; the numbers count the notes through. Rows count upwards from the plot.</summary>
        private readonly record struct Flag(int Position, string Numbers, double Left, double Width, int Row);

        private int PositionOf(ChartAnnotation note) => Array.FindIndex(points, point => string.Equals(point.Label, note.Label, StringComparison.Ordinal));

        private List<Flag> Flags()
        {
            var found = new List<Flag>(notes.Count);
            for (var i = 0; i < notes.Count; i++)
            {
                var first = i;
                while (i + 1 < notes.Count && string.Equals(notes[i + 1].Label, notes[first].Label, StringComparison.Ordinal))
                {
                    i++;
                }

                var numbers = first == i ? Invariant($"{i + 1}") : Invariant($"{first + 1}\u2013{i + 1}");
                var x = X(PositionOf(notes[first]));
                var width = TextFit.Width(numbers, StripFont, bold: true) + 8;
                var from = x + width > Width - 2 ? x - width : x;
                var row = 0;
                while (found.Exists(flag => flag.Row == row && from < flag.Left + flag.Width + 1 && from + width > flag.Left - 1))
                {
                    row++;
                }

                found.Add(new(PositionOf(notes[first]), numbers, from, width, row));
            }

            return found;
        }

        private void FlagPosts()
        {
            foreach (var flag in flags)
            {
                var (x, y) = (X(flag.Position), top - (FlagRowHeight * (flag.Row + 1)) - 3);
                canvas.Line(x, y, x, Bottom, ChartColours.Flag, 1, "1 3");
                canvas.Rectangle(flag.Left, y, flag.Width, FlagHeight, ChartColours.Flag);
                canvas.Words(flag.Left + (flag.Width / 2), y + 12, StripFont, Anchor.Middle, "#fff", flag.Numbers, bold: true);
            }
        }

        private void FlagNotes()
        {
            for (var i = 0; i < notes.Count; i++)
            {
                var note = notes[i];
                var number = (i + 1).ToString(CultureInfo.InvariantCulture);
                var words = $"{ChartWords.Label(note.Label)} \u00b7 {ChartWords.Kind(note.Kind)}: {note.Text}";
                var y = notesTop + (i * 18) + 20;
                canvas.Words(left + 20, y, LegendFont, Anchor.End, ChartColours.Flag, number, bold: true);
                canvas.Words(left + 28, y, LegendFont, Anchor.Start, ChartColours.Ink, TextFit.Shorten(words, LegendFont, Width - Margin - left - 28));
            }
        }

        /// <summary>Limits go from half way before a point to half way after it: where they depend on the point, that is a staircase.</summary>
        private void LimitLines()
        {
            foreach (var phase in analysis.Phases)
            {
                if (phase.Limits is { } standing)
                {
                    Staircase(phase, standing, static point => point.Upper);
                    Staircase(phase, standing, static point => point.Lower);
                }
            }
        }

        private void Staircase(PhaseAnalysis phase, LimitsStanding standing, Func<PointAnalysis, double?> limit)
        {
            canvas.BeginPath();
            double? before = null;
            for (var i = phase.FromIndex; i <= phase.ToIndex; i++)
            {
                var here = limit(points[i]);
                if (here is { } value && here != before)
                {
                    canvas.Raw(before is null ? "M" : "L").Number(X(i) - (step / 2)).Raw(" ").Number(Y(value));
                }

                if (here is not null && (i == phase.ToIndex || limit(points[i + 1]) != here))
                {
                    canvas.Raw("H").Number(X(i) + (step / 2));
                }

                before = here;
            }

            canvas.EndPath(ChartColours.Limit, 1.5, "none", dashes: standing == LimitsStanding.Trial ? TrialDashes : LimitDashes);
        }

        private string UnitWords() => ChartWords.IsPercentage(chart) ? "" : chart.Unit ?? "";

        private void Bands()
        {
            foreach (var signal in analysis.Signals)
            {
                if (signal.Rule is SignalRule.Shift or SignalRule.LongestRun)
                {
                    var x = X(signal.FromIndex) - (step / 2);
                    canvas.Rectangle(x, top, X(signal.ToIndex) + (step / 2) - x, PlotHeight, ChartColours.BandOf(signal.Meaning));
                }
            }
        }

        private string[] TickWords()
        {
            var count = (int)Math.Min(Math.Floor(((axis.Top - axis.Bottom) / axis.Step) + 1e-6), 20);
            var words = new string[Math.Max(count, 0) + 1];
            var places = (int)Math.Clamp(-Math.Floor(Math.Log10(axis.Step) + 1e-9), 0, 6);
            for (var i = 0; i < words.Length; i++)
            {
                var value = axis.Bottom + (i * axis.Step);
                words[i] = (axis.Step is < 1e-6 or >= 1e8 ? ChartWords.Figure(value, null) : ChartWords.Figure(value, places))
                    + (ChartWords.IsPercentage(chart) ? "\u202f%" : "");
            }

            return words;
        }

        private void Grid()
        {
            for (var i = 0; i < tickWords.Length; i++)
            {
                var y = Y(axis.Bottom + (i * axis.Step));
                canvas.Line(left, y, right, y, i == 0 ? ChartColours.Axis : ChartColours.Grid, 1);
                canvas.Words(left - 8, y + 4.5, AxisFont, Anchor.End, ChartColours.Quiet, tickWords[i]);
            }
        }

        /// <summary>Several phases have a row for their medians above the plot, where no point can be hidden, and one for their reasons.</summary>
        private int PhaseRows() =>
            analysis.Phases.Length < 2 ? 0 : Array.Exists(analysis.Phases, phase => phase.Reason is not null) ? 2 : 1;

        private void PhaseHeads()
        {
            if (PhaseRows() == 0)
            {
                return;
            }

            var figures = phaseTop + (PhaseRows() * PhaseRowHeight) - 7;

            foreach (var phase in analysis.Phases)
            {
                var x = X(phase.FromIndex) - (step / 2);
                var room = X(phase.ToIndex) + (step / 2) - x - 10;
                if (phase.FromIndex > 0)
                {
                    canvas.Line(x, phaseTop, x, Bottom, ChartColours.Axis, 1.2, "3 3");
                }

                if (phase.Centre is { } centre)
                {
                    var figure = ChartWords.FigureWithUnit(chart, centre);
                    var words = $"{Capital(ChartWords.LineName(analysis.Settings))} {figure}";
                    words = TextFit.Width(words, AxisFont, bold: true) <= room ? words : figure;
                    canvas.Words(x + 6, figures, AxisFont, Anchor.Start, ChartColours.Ink, words, bold: true);
                }

                if (phase.Reason is { } reason)
                {
                    canvas.Words(x + 6, phaseTop + 11, AxisFont, Anchor.Start, ChartColours.Quiet, TextFit.Shorten(reason, AxisFont, room));
                }
            }
        }

        private void GoalLine()
        {
            if (analysis.Settings.Goal is { } goal)
            {
                canvas.Line(left, Y(goal), right, Y(goal), ChartColours.Goal, 2, GoalDashes);
            }
        }

        private void CentreLines()
        {
            foreach (var phase in analysis.Phases)
            {
                if (phase.Centre is not { } centre)
                {
                    continue;
                }

                var y = Y(centre);
                var solidTo = phase.FrozenToIndex ?? phase.ToIndex;
                canvas.Line(X(phase.FromIndex) - (step / 2), y, X(solidTo) + (step / 2), y, ChartColours.Ink, 1.8);
                if (solidTo < phase.ToIndex)
                {
                    canvas.Line(X(solidTo) + (step / 2), y, X(phase.ToIndex) + (step / 2), y, ChartColours.Ink, 1.8, MedianDashes);
                }
            }
        }

        /// <summary>Joins neighbours only: a line over a gap would claim figures that nobody has.</summary>
        private void Path()
        {
            canvas.BeginPath();
            var drawn = false;
            for (var i = 0; i < points.Length; i++)
            {
                if (points[i].Value is { } value)
                {
                    canvas.Raw(drawn ? "L" : "M").Number(X(i)).Raw(" ").Number(Y(value));
                }

                drawn = points[i].Value is not null;
            }

            canvas.EndPath(ChartColours.Path, 1.6, "none");
            if (Array.TrueForAll(points, point => point.Value is null))
            {
                canvas.Words((left + right) / 2, top + (PlotHeight / 4), 16, Anchor.Middle, ChartColours.Quiet, "No figures yet");
            }
        }

        private void Markers()
        {
            for (var i = 0; i < points.Length; i++)
            {
                if (points[i].Value is { } value)
                {
                    var hollow = points[i].Excluded || (i < chart.Teams.Count && chart.Teams[i].CohortChanged);
                    Marker(X(i), Y(value), radius, points[i].Meaning, hollow, points[i].Excluded);
                }
            }
        }

        /// <summary>The shape says what the point means; a cross goes through what is excluded.</summary>
        private void Marker(double x, double y, double r, SignalMeaning? meaning, bool hollow, bool crossed)
        {
            var colour = ChartColours.Of(meaning);
            canvas.BeginPath();
            MarkerShape.Trace(canvas, x, y, r, meaning);
            canvas.EndPath(hollow ? colour : "#fff", hollow ? 1.8 : 1.2, hollow ? "#fff" : colour, halo: !hollow);
            if (crossed)
            {
                canvas.Line(x - (r * 1.4), y - (r * 1.4), x + (r * 1.4), y + (r * 1.4), colour, 1.6);
                canvas.Line(x - (r * 1.4), y + (r * 1.4), x + (r * 1.4), y - (r * 1.4), colour, 1.6);
            }
        }

        private void Lanes()
        {
            foreach (var item in lanes)
            {
                var colour = ChartColours.Of(item.Meaning);
                var y = phaseTop - (UnitWords().Length > 0 ? 26 : 7) - (item.Lane * LaneHeight);
                canvas.BeginPath();
                canvas.Raw("M").Number(item.X1).Raw(" ").Number(y).Raw("v-6");
                canvas.Raw("H").Number(item.X2).Raw("v6");
                canvas.EndPath(colour, 1.6, "none");
                canvas.Words(item.TextX, y - 12, SignalLanes.FontSize, Anchor.Start, colour, item.Words, bold: false);
            }
        }

        /// <summary>Names the last lines and the goal beside the plot, pushed apart where they lie close.</summary>
        private void LineLabels()
        {
            var labels = new List<(double Target, string First, string? Second, string Colour)>(4);
            if (analysis.Settings.Goal is { } goal)
            {
                var by = chart.GoalBy is { } label ? $"by {ChartWords.Label(label)}" : null;
                labels.Add((Y(goal), $"Goal {ChartWords.FigureWithUnit(chart, goal)}", by, ChartColours.Goal));
            }

            if (analysis.Phases is [.., { Centre: { } last } phase])
            {
                labels.Add(Named(Y(last), Capital(ChartWords.LineName(analysis.Settings)), ChartWords.FigureWithUnit(chart, last), ChartColours.Ink));
                var limited = Array.FindLastIndex(points, point => point.Upper is not null);
                if (phase.Limits is { } standing && limited >= phase.FromIndex)
                {
                    var limit = standing == LimitsStanding.Trial ? "trial limit" : "limit";
                    var (lower, upper) = (points[limited].Lower!.Value, points[limited].Upper!.Value);
                    labels.Add(Named(Y(upper), $"Upper {limit}", ChartWords.FigureWithUnit(chart, upper), ChartColours.Quiet));
                    labels.Add(Named(Y(lower), $"Lower {limit}", ChartWords.FigureWithUnit(chart, lower), ChartColours.Quiet));
                }
            }

            labels.Sort((a, b) => a.Target.CompareTo(b.Target));
            const double LineHeight = 16;
            var tops = Apart(labels.ConvertAll(label => label.Target - (LineHeight / 2)), labels.ConvertAll(label => label.Second is null ? LineHeight : 2 * LineHeight));
            for (var i = 0; i < labels.Count; i++)
            {
                var (target, first, second, colour) = labels[i];
                var middle = tops[i] + (LineHeight / 2);
                var x = right + 12;
                canvas.Line(right, target, right + 9, middle, colour, 1);
                canvas.Words(x, middle + 4.5, LabelFont, Anchor.Start, colour, TextFit.Shorten(first, LabelFont, Width - 4 - x, bold: true), bold: true);
                if (second is not null)
                {
                    canvas.Words(x, middle + 4.5 + LineHeight, LabelFont, Anchor.Start, colour, TextFit.Shorten(second, LabelFont, Width - 6 - x));
                }
            }
        }

        /// <summary>Moves labels that overlap apart by the same amount up and down, and then all of them back into the plot.</summary>
        private List<double> Apart(List<double> tops, List<double> heights)
        {
            const double Gap = 3;
            for (var round = 0; round < 8; round++)
            {
                for (var i = 1; i < tops.Count; i++)
                {
                    var overlap = tops[i - 1] + heights[i - 1] + Gap - tops[i];
                    if (overlap > 0)
                    {
                        tops[i - 1] -= overlap / 2;
                        tops[i] += overlap / 2;
                    }
                }
            }

            for (var i = 0; i < tops.Count; i++)
            {
                tops[i] = Math.Max(tops[i], i == 0 ? top - 8 : tops[i - 1] + heights[i - 1] + Gap);
            }

            return tops;
        }

        /// <summary>Name and figure on one line, or on two where they are long.</summary>
        private static (double Target, string First, string? Second, string Colour) Named(double target, string name, string figure, string colour)
        {
            var whole = $"{name} {figure}";
            return TextFit.Width(whole, LabelFont, bold: true) <= LineLabelRoom ? (target, whole, null, colour) : (target, name, figure, colour);
        }

        private void PositionAxis()
        {
            if (months)
            {
                MonthAxis();
                return;
            }

            var widest = 0.0;
            var words = Array.ConvertAll(points, point => TextFit.ShortenMiddle(point.Label, AxisFont, 90));
            foreach (var label in words)
            {
                widest = Math.Max(widest, TextFit.Width(label, AxisFont));
            }

            var stride = Math.Max(1, (int)Math.Ceiling((widest + 10) / step));
            for (var i = 0; i < words.Length; i++)
            {
                canvas.Line(X(i), Bottom, X(i), Bottom + (i % stride == 0 ? 6 : 3), ChartColours.Axis, 1);
                if (i % stride == 0)
                {
                    canvas.Words(X(i), Bottom + 20, AxisFont, Anchor.Middle, ChartColours.Quiet, words[i]);
                }
            }
        }

        private void MonthAxis()
        {
            var stride = Array.Find([1, 2, 3, 4, 6, 12], every => every * step >= 29) is var found and > 0 ? found : 12;
            var yearFrom = 0;
            for (var i = 0; i < points.Length; i++)
            {
                _ = Month.TryParse(points[i].Label, out var month);
                var labelled = stride == 1 || (month.Number - 1) % stride == 0 || points.Length < stride;
                canvas.Line(X(i), Bottom, X(i), Bottom + (labelled ? 6 : 3), ChartColours.Axis, 1);
                if (labelled && (stride < 12 || step >= 8))
                {
                    canvas.Words(X(i), Bottom + 20, AxisFont, Anchor.Middle, ChartColours.Quiet, ChartWords.MonthName(month));
                }

                if (i + 1 == points.Length || (Month.TryParse(points[i + 1].Label, out var next) && next.Year != month.Year))
                {
                    YearLabel(yearFrom, i, month.Year);
                    yearFrom = i + 1;
                }
            }
        }

        private void YearLabel(int from, int to, int year)
        {
            var (x1, x2) = (X(from) - (step / 2), X(to) + (step / 2));
            if (from > 0)
            {
                canvas.Line(x1, Bottom + 25, x1, Bottom + 42, ChartColours.Axis, 1);
            }

            var words = year.ToString(CultureInfo.InvariantCulture);
            var room = TextFit.Width(words, LabelFont, bold: true);
            if (x2 - x1 >= room || from == 0 && to == points.Length - 1)
            {
                canvas.Words((x1 + x2) / 2, Bottom + 38, LabelFont, Anchor.Middle, ChartColours.Ink, words, bold: true);
            }
        }

        /// <summary>How many teams stand behind each month: a bar to compare and, where there is room, the number.</summary>
        private void Strip()
        {
            if (chart.Teams.Count == 0)
            {
                return;
            }

            const double BarHeight = 16;
            var most = 1;
            foreach (var teams in chart.Teams)
            {
                most = Math.Max(most, Math.Max(teams.Enrolled, teams.Contributing));
            }

            canvas.Words(left - 8, stripTop + 29, AxisFont, Anchor.End, ChartColours.Quiet, "Teams");
            var room = TextFit.Width(most.ToString(CultureInfo.InvariantCulture), StripFont) + 4;
            var stride = Math.Max(1, (int)Math.Ceiling(room / step));
            for (var i = 0; i < Math.Min(points.Length, chart.Teams.Count); i++)
            {
                var teams = chart.Teams[i];
                var (width, tall) = (Math.Min(step * 0.7, 22), BarHeight * teams.Contributing / most);
                canvas.Rectangle(X(i) - (width / 2), stripTop + BarHeight - tall, width, tall, teams.CohortChanged ? "#6b7684" : "#c3cad3");
                if (i % stride == 0)
                {
                    var number = teams.Contributing.ToString(CultureInfo.InvariantCulture);
                    canvas.Words(X(i), stripTop + 29, StripFont, Anchor.Middle, ChartColours.Quiet, number, bold: teams.CohortChanged);
                }
            }

            canvas.Line(left, stripTop + BarHeight, right, stripTop + BarHeight, ChartColours.Axis, 1);
            canvas.Words(right + 12, stripTop + 12, StripFont, Anchor.Start, ChartColours.Quiet, "contributing,");
            canvas.Words(right + 12, stripTop + 26, StripFont, Anchor.Start, ChartColours.Quiet, TextFit.Shorten(Enrolled(), StripFont, LineLabelRoom));
        }

        private string Enrolled()
        {
            var last = chart.Teams[^1].Enrolled;
            return string.Create(CultureInfo.InvariantCulture, $"of {last} enrolled");
        }

        private enum LegendMark
        {
            Dot,
            Improvement,
            Concern,
            Change,
            Excluded,
            Changed,
            Median,
            Extended,
            Limit,
            TrialLimit,
            Goal,
            Period,
        }

        private readonly record struct LegendItem(LegendMark Mark, string Words, double X, int Row);

        private List<LegendItem> Legend()
        {
            var items = new List<LegendItem>(8);
            var x = left;
            var row = 0;
            var line = ChartWords.LineName(analysis.Settings);
            var extended = Array.Exists(analysis.Phases, phase => phase.FrozenToIndex < phase.ToIndex);
            Add(LegendMark.Dot, months ? "month" : "point", Array.Exists(points, point => point is { Value: not null, Meaning: null, Excluded: false }));
            Add(LegendMark.Improvement, "improvement", HasMeaning(SignalMeaning.Improvement));
            Add(LegendMark.Concern, "concern", HasMeaning(SignalMeaning.Concern));
            Add(LegendMark.Change, "change", HasMeaning(SignalMeaning.Neutral));
            Add(LegendMark.Excluded, "excluded", Array.Exists(points, point => point.Excluded));
            Add(LegendMark.Changed, "teams differ by more than 10\u202f% from the baseline", chart.Teams.Any(teams => teams.CohortChanged));
            Add(LegendMark.Median, extended ? $"baseline {line}" : line, Array.Exists(analysis.Phases, phase => phase.Centre is not null));
            Add(LegendMark.Extended, $"{line} extended", extended && Array.Exists(analysis.Phases, phase => phase.Centre is not null));
            Add(LegendMark.Limit, "limits", Array.Exists(analysis.Phases, phase => phase.Limits is LimitsStanding.Usable or LimitsStanding.Firm));
            Add(LegendMark.TrialLimit, "trial limits", Array.Exists(analysis.Phases, phase => phase.Limits is LimitsStanding.Trial));
            Add(LegendMark.Goal, "goal", analysis.Settings.Goal is not null);
            Add(LegendMark.Period, "action period", bands.Count > 0);
            return items;

            bool HasMeaning(SignalMeaning meaning) => Array.Exists(points, point => point.Meaning == meaning);

            void Add(LegendMark mark, string words, bool present)
            {
                if (!present)
                {
                    return;
                }

                var width = MarkWidth(mark) + 7 + TextFit.Width(words, LegendFont) + 20;
                if (x > left && x + width > Width - Margin)
                {
                    x = left;
                    row++;
                }

                items.Add(new(mark, words, x, row));
                x += width;
            }
        }

        private static double MarkWidth(LegendMark mark) => mark >= LegendMark.Median ? 30 : 10;

        private void LegendRows()
        {
            foreach (var item in legend)
            {
                var y = legendTop + (item.Row * 20) + 10;
                var middle = item.X + (MarkWidth(item.Mark) / 2);
                switch (item.Mark)
                {
                    case LegendMark.Median or LegendMark.Extended:
                        canvas.Line(item.X, y, item.X + 30, y, ChartColours.Ink, 1.8, item.Mark == LegendMark.Extended ? MedianDashes : null);
                        break;
                    case LegendMark.Limit or LegendMark.TrialLimit:
                        canvas.Line(item.X, y, item.X + 30, y, ChartColours.Limit, 1.5, item.Mark == LegendMark.Limit ? LimitDashes : TrialDashes);
                        break;
                    case LegendMark.Period:
                        canvas.Rectangle(item.X, y - 6, 30, 12, ChartColours.Period);
                        canvas.Line(item.X, y - 6, item.X, y + 6, ChartColours.Grid, 1);
                        break;
                    case LegendMark.Goal:
                        canvas.Line(item.X, y, item.X + 30, y, ChartColours.Goal, 2, GoalDashes);
                        break;
                    default:
                        SignalMeaning? meaning = item.Mark switch
                        {
                            LegendMark.Improvement => SignalMeaning.Improvement,
                            LegendMark.Concern => SignalMeaning.Concern,
                            LegendMark.Change => SignalMeaning.Neutral,
                            _ => null,
                        };
                        Marker(middle, y, 4.4, meaning, item.Mark >= LegendMark.Excluded, item.Mark == LegendMark.Excluded);
                        break;
                }

                canvas.Words(item.X + MarkWidth(item.Mark) + 7, y + 4.5, LegendFont, Anchor.Start, ChartColours.Quiet, item.Words);
            }

            for (var i = 0; i < remarks.Count; i++)
            {
                canvas.Words(left, remarksTop + (i * 18) + 14, LegendFont, Anchor.Start, ChartColours.Ink, remarks[i]);
            }
        }

        /// <summary>What the picture cannot show: signals without room, and why rules were not applied.</summary>
        private List<string> Remarks()
        {
            var lines = new List<string>(3);
            if (unplaced > 0)
            {
                var signals = unplaced == 1 ? "signal" : "signals";
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{unplaced} more {signals}: see the figures behind this chart."));
            }

            if (analysis.Statistics.Note is { } note)
            {
                lines.AddRange(TextFit.Wrap(note, LegendFont, Width - Margin - left, MostNoteLines));
            }

            return lines;
        }

        private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

        private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
    }
}
