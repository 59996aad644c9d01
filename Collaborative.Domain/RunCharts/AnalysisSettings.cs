using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Everything that decides how a series is judged, in one object: the analysis, its picture, its summary and its echo in an answer
/// read the same one and cannot disagree.
/// </summary>
public sealed record AnalysisSettings
{
    private readonly RunsTable runsTable = RunCharts.RunsTable.Perla2011;
    private readonly double? multiplier;
    private readonly RuleSet? rules;
    private readonly bool screen = true;

    public ChartType Type { get; init; } = ChartType.Run;

    /// <summary>Unless given, perla for a run chart and shewhart3Sigma for the rest.</summary>
    public RuleSet Rules
    {
        get => rules ?? ChartTypes.DefaultRules(Type);
        init => rules = value;
    }

    /// <summary>The runs table in force; null under rules that have none. Null sets the default, perla2011.</summary>
    public RunsTable? RunsTable
    {
        get => Rules == RuleSet.Perla ? runsTable : null;
        init => runsTable = value ?? RunCharts.RunsTable.Perla2011;
    }

    /// <summary>
    /// Whether moving ranges far beyond the mean range are left out before the limits are drawn (Nelson, Journal of Quality Technology
    /// 1982;14:172-173); null for a chart without them. Null sets the default, true.
    /// </summary>
    public bool? ScreenMovingRanges
    {
        get => ChartTypes.HasScreenedRanges(Type) ? screen : null;
        init => screen = value ?? true;
    }

    /// <summary>How the series was put together from those of many teams; null for one series. It decides what <see cref="ChartType.Auto"/> means.</summary>
    public Aggregate? Aggregate { get; init; }

    public MeasureKind Kind { get; init; } = MeasureKind.Mean;

    public Direction Direction { get; init; } = Direction.Neutral;

    /// <summary>Turns quotients into plotted units: 100 for proportions and 1 otherwise, unless set.</summary>
    public double Multiplier
    {
        get => multiplier ?? PlottedValue.DefaultMultiplier(Kind);
        init => multiplier = value;
    }

    /// <summary>In plotted units. Drawn, never part of the arithmetic.</summary>
    public double? Goal { get; init; }

    /// <summary>
    /// How many positions from the first, gaps included, set the centre line that then extends over the rest. Null, or more than
    /// there are positions: all points set it. Ignored where there are <see cref="Phases"/>.
    /// </summary>
    public int? FreezePositions { get; init; }

    /// <summary>Where new phases start, in the order of the series. Points before the first one are a phase of their own.</summary>
    public IReadOnlyList<PhaseStart> Phases { get; init; } = [];

    /// <summary>Labels that are shown, but take no part in centre, limits and run rules.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Points that a person has flagged as astronomical: a judgement that no calculation replaces (Perla 2011).</summary>
    public IReadOnlyList<FlaggedPoint> Astronomical { get; init; } = [];

    /// <summary>A centre line in plotted units that comes from elsewhere and takes the place of the computed one.</summary>
    public double? FixedCentre { get; init; }

    public RuleThresholds Thresholds { get; init; } = RuleThresholds.Default;
}

/// <summary>A new phase begins at a label; it may freeze its centre line on its own first positions.</summary>
public sealed record PhaseStart(string Label, int? FreezePositions = null, string? Reason = null);

/// <summary>A point that a person has flagged, and why.</summary>
public readonly record struct FlaggedPoint(string Label, string? Reason = null)
{
    public static implicit operator FlaggedPoint(string label) => FromString(label);

    public static FlaggedPoint FromString(string label) => new(label);
}

/// <summary>How many points make a signal.</summary>
/// <param name="Shift">Useful points in a row on one side: 6 (Perla 2011).</param>
/// <param name="Trend">Distinct levels in a row going one way: 5, that is four steps (Perla 2011).</param>
/// <param name="MinimumPoints">Points with a figure, below which no rule is applied: 10 (Perla 2011; Anhøj and Olesen 2014).</param>
/// <param name="MinimumBaseline">Points with a figure, below which a frozen centre line is called unsteady: 10.</param>
public readonly record struct RuleThresholds(int Shift, int Trend, int MinimumPoints, int MinimumBaseline)
{
    public static RuleThresholds Default { get; } = new(Shift: 6, Trend: 5, MinimumPoints: 10, MinimumBaseline: 10);
}
