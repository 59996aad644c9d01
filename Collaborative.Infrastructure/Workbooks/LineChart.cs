namespace Collaborative.Infrastructure.Workbooks;

/// <summary>A line chart as spreadsheets draw it themselves, from cells. The values stand in it too, for programs that only show.</summary>
internal sealed record LineChart
{
    public required string Title { get; init; }

    /// <summary>Beside the vertical axis.</summary>
    public string? Unit { get; init; }

    /// <summary>The chart in words, for those who cannot see it.</summary>
    public required string Description { get; init; }

    public required CellRange LabelCells { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    public required IReadOnlyList<ChartLine> Lines { get; init; }

    /// <summary>Decimals along the vertical axis; null: as many as it takes.</summary>
    public int? Decimals { get; init; }

    /// <summary>The corner cells that it lies between, from 0.</summary>
    public required (int Column, int Row) From { get; init; }

    public required (int Column, int Row) To { get; init; }
}

/// <param name="Values">Null is a gap, and is drawn as one.</param>
internal sealed record ChartLine(string Name, CellRange NameCell, CellRange Cells, IReadOnlyList<double?> Values, LineLook Look)
{
    /// <summary>Points that look different, by their positions from 0.</summary>
    public IReadOnlyList<(int Position, PointLook Look)> Marked { get; init; } = [];
}

/// <param name="Colour">RRGGBB.</param>
/// <param name="Width">In points.</param>
/// <param name="Dash">A preset dash of DrawingML: solid, dash, sysDot.</param>
/// <param name="Marker">The shape of each point; null for a line without points.</param>
internal sealed record LineLook(string Colour, double Width, string Dash = "solid", PointLook? Marker = null);

/// <param name="Symbol">A marker of DrawingML: circle, diamond, square, triangle.</param>
/// <param name="IsHollow">Shown without counting.</param>
internal sealed record PointLook(string Symbol, int Size, string Colour, bool IsHollow = false);
