namespace Collaborative.Domain.RunCharts;

/// <summary>A series judged: what a chart shows, whatever it is shown as.</summary>
/// <param name="Settings">What it was judged by.</param>
/// <param name="Points">One for each position of the series, gaps included, in its order.</param>
/// <param name="Phases">In order; none for an empty series.</param>
/// <param name="Signals">In order of phase, then rule; those of one rule and one side in order of position.</param>
/// <param name="Statistics">Those of the last phase.</param>
public sealed record ChartAnalysis(
    AnalysisSettings Settings, PointAnalysis[] Points, PhaseAnalysis[] Phases, Signal[] Signals, PhaseStatistics Statistics)
{
    /// <summary>Why this type of chart, where it was chosen by the engine; otherwise null.</summary>
    public string? TypeReason { get; init; }

    /// <summary>What the last point and the last limits say; null for a chart without limits, or while there is nothing to draw them from.</summary>
    public Icons? Icons { get; init; }
}

/// <summary>One position of a series, judged.</summary>
/// <param name="Value">In plotted units; null is a gap.</param>
/// <param name="Centre">In plotted units; null where nothing sets it.</param>
/// <param name="Lower">Lower limit in plotted units; null where the chart has none.</param>
/// <param name="Upper">Upper limit in plotted units; null where the chart has none.</param>
/// <param name="Phase">From 1.</param>
/// <param name="Useful">Has a figure, is not excluded and not on the centre line.</param>
/// <param name="Signals">The rules it is part of; rules about a whole phase mark no point.</param>
/// <param name="Meaning">What those rules together mean; null without a signal.</param>
public readonly record struct PointAnalysis(
    string Label,
    double? Numerator,
    double? Denominator,
    double? Value,
    double? Centre,
    double? Lower,
    double? Upper,
    int Phase,
    bool Useful,
    SignalSet Signals,
    SignalMeaning? Meaning,
    bool Excluded);

/// <summary>A stretch of the series with a centre line of its own. Labels, with their positions from 0 beside them.</summary>
/// <param name="Centre">In plotted units; null where no point sets it.</param>
/// <param name="FrozenFrom">The first label that set the centre line, when only some do; otherwise null.</param>
/// <param name="FrozenTo">The last such label.</param>
/// <param name="Reason">Why there is this phase ("baseline" for a frozen one that has no other reason).</param>
public sealed record PhaseAnalysis(
    string From,
    string To,
    int FromIndex,
    int ToIndex,
    double? Centre,
    string? FrozenFrom,
    string? FrozenTo,
    int? FrozenToIndex,
    string? Reason,
    PhaseStatistics Statistics)
{
    /// <summary>How far the limits can be trusted; null where there are none.</summary>
    public LimitsStanding? Limits { get; init; }
}

/// <summary>The counts behind the rules, for one phase.</summary>
/// <param name="Points">With a figure and not excluded.</param>
/// <param name="Useful">Of those, the ones not on the centre line.</param>
/// <param name="LongestRun">Most useful points in a row on one side; null without a useful point.</param>
/// <param name="LongestRunLimit">A longer run than this is a signal under the Anhøj rules.</param>
/// <param name="Crossings">How often the useful points change sides; null without a useful point.</param>
/// <param name="CrossingsLimit">Fewer crossings than this are a signal under the Anhøj rules.</param>
/// <param name="Runs">Groups of useful points on one side.</param>
/// <param name="RunsLower">Fewer runs than this are a signal; null where no number is too few, or no runs table is in force.</param>
/// <param name="RunsUpper">More runs than this are a signal; null where no number is too many, or no runs table is in force.</param>
/// <param name="Signal">Whether any rule signals; null when the rules were not applied.</param>
/// <param name="Note">A plain sentence: why the rules were not applied, or what weakens them; otherwise null.</param>
public sealed record PhaseStatistics(
    int Points,
    int Useful,
    int? LongestRun,
    int? LongestRunLimit,
    int? Crossings,
    int? CrossingsLimit,
    int Runs,
    int? RunsLower,
    int? RunsUpper,
    bool? Signal,
    string? Note)
{
    /// <summary>Why the rules were not applied; null when they were.</summary>
    public Silence? Reason { get; init; }
}
