using System.Globalization;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Workbooks;

namespace Collaborative.Infrastructure.RunCharts;

/// <summary>One line of a chart before it has its place on a sheet.</summary>
internal sealed record SheetLine(string Name, IReadOnlyList<double?> Values, LineLook Look)
{
    public IReadOnlyList<(int Position, PointLook Look)> Marked { get; init; } = [];

    public ChartLine At(CellRange name, CellRange cells) => new(Name, name, cells, Values, Look) { Marked = Marked };
}

/// <summary>A judged series as the lines of a spreadsheet's own chart, in the colours and shapes of the pictures.</summary>
internal static class ChartSheetLines
{
    private const int PointSize = 6;
    private const int SignalSize = 8;

    /// <summary>The figures first, then a centre line for each phase, the limits where there are any, and the goal.</summary>
    public static IReadOnlyList<SheetLine> Of(Chart chart)
    {
        var (points, settings) = (chart.Analysis.Points, chart.Analysis.Settings);
        var lines = new List<SheetLine>
        {
            new("value", [.. points.Select(point => point.Value)], new LineLook(Hex(ChartColours.Path), 1.5, Marker: new PointLook("circle", PointSize, Hex(ChartColours.Dot))))
            {
                Marked = [.. points.Select(Look).Select((look, i) => (i, look)).Where(marked => marked.look is not null && points[marked.i].Value is not null).Select(marked => (marked.i, marked.look!))],
            },
        };
        var centre = ChartWords.LineName(settings);
        foreach (var (phase, number) in chart.Analysis.Phases.Select((phase, i) => (phase, i + 1)))
        {
            var name = chart.Analysis.Phases.Length == 1 ? centre : string.Create(CultureInfo.InvariantCulture, $"{centre}, phase {number}");
            lines.Add(new SheetLine(name, [.. points.Select(point => point.Phase == number ? point.Centre : null)], new LineLook(Hex(ChartColours.Ink), 1.5)));
        }

        Add("lower limit", [.. points.Select(point => point.Lower)], new LineLook(Hex(ChartColours.Limit), 1, "dash"));
        Add("upper limit", [.. points.Select(point => point.Upper)], new LineLook(Hex(ChartColours.Limit), 1, "dash"));
        Add("goal", [.. points.Select(_ => settings.Goal)], new LineLook(Hex(ChartColours.Goal), 1.5, "sysDot"));
        return lines;

        void Add(string name, double?[] values, LineLook look)
        {
            if (Array.Exists(values, value => value is not null))
            {
                lines.Add(new SheetLine(name, values, look));
            }
        }
    }

    /// <summary>A point that says something looks different: by its shape too, for paper without colour.</summary>
    private static PointLook? Look(PointAnalysis point) => point switch
    {
        { Meaning: SignalMeaning.Improvement } => new PointLook("diamond", SignalSize, Hex(ChartColours.Of(point.Meaning)), point.Excluded),
        { Meaning: SignalMeaning.Concern } => new PointLook("square", SignalSize, Hex(ChartColours.Of(point.Meaning)), point.Excluded),
        { Meaning: SignalMeaning.Neutral } => new PointLook("triangle", SignalSize, Hex(ChartColours.Of(point.Meaning)), point.Excluded),
        { Excluded: true } => new PointLook("circle", PointSize, Hex(ChartColours.Dot), IsHollow: true),
        _ => null,
    };

    private static string Hex(string colour) => colour.TrimStart('#').ToUpperInvariant();
}
