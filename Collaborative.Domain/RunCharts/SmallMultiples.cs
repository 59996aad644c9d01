namespace Collaborative.Domain.RunCharts;

/// <summary>In which order the panels stand.</summary>
public enum PanelOrder
{
    /// <summary>As they were handed over: how blinded teams are shown, in the order of their codes.</summary>
    AsGiven,

    ByName,

    /// <summary>The largest last figure first.</summary>
    ByLatest,

    /// <summary>The largest sum of denominators first.</summary>
    BySize,
}

/// <summary>One small chart for each team, side by side: a bird's-eye view of who moves and who does not.</summary>
public sealed record SmallMultiples
{
    public required string Title { get; init; }

    /// <summary>Each named by its subject; all of one measure over the same positions.</summary>
    public required IReadOnlyList<Chart> Panels { get; init; }

    public PanelOrder Order { get; init; } = PanelOrder.AsGiven;

    /// <summary>Whether all panels share one vertical scale, so that heights can be compared; otherwise each has its own, which shows shapes.</summary>
    public bool CommonScale { get; init; } = true;

    public string IdPrefix { get; init; } = "panels";

    /// <summary>The panels in their order. Those that tie, or have no figure, keep the order they came in, the latter at the end.</summary>
    public IReadOnlyList<Chart> Sorted() => Order switch
    {
        PanelOrder.ByName => [.. Panels.OrderBy(NameOf, StringComparer.OrdinalIgnoreCase)],
        PanelOrder.ByLatest => [.. Panels.OrderByDescending(panel => Latest(panel) ?? double.NegativeInfinity)],
        PanelOrder.BySize => [.. Panels.OrderByDescending(Size)],
        _ => Panels,
    };

    internal static string NameOf(Chart panel) => panel.Subject ?? panel.Title;

    internal static double? Latest(Chart panel)
    {
        var points = panel.Analysis.Points;
        var last = Array.FindLastIndex(points, point => point.Value is not null);
        return last < 0 ? null : points[last].Value;
    }

    private static double Size(Chart panel)
    {
        var size = 0.0;
        foreach (ref readonly var point in panel.Analysis.Points.AsSpan())
        {
            size += point.Denominator ?? 0;
        }

        return size;
    }
}
