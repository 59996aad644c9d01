using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>A series that is posted to be judged; nothing of it is stored.</summary>
public sealed record PostedAnalysis
{
    public PostedMeasure? Measure { get; init; }

    public PostedChart? Chart { get; init; }

    /// <summary>Any chart type goes with any kind; the order is that of the post.</summary>
    public IReadOnlyList<PostedPoint>? Points { get; init; }

    /// <summary>How many points from the first, gaps included, freeze the centre line; ignored where there are phases.</summary>
    public int? FreezePoints { get; init; }

    /// <summary>Labels at which a new phase begins.</summary>
    public IReadOnlyList<string>? PhaseStarts { get; init; }

    /// <summary>Phases that may freeze their own first points.</summary>
    public IReadOnlyList<PostedPhase>? Phases { get; init; }

    /// <summary>Labels that take no part in centre, limits and run rules.</summary>
    public IReadOnlyList<string>? Exclude { get; init; }

    /// <summary>In plotted units; takes the place of the computed one.</summary>
    public double? CentreLine { get; init; }
}

public sealed record PostedMeasure
{
    public MeasureKind? Kind { get; init; }

    public Direction? Direction { get; init; }

    public double? Multiplier { get; init; }

    public Goal? Goal { get; init; }
}

public sealed record PostedChart
{
    public ChartType? Type { get; init; }

    public RuleSet? Rules { get; init; }

    public RunsTable? RunsTable { get; init; }

    public bool? ScreenMovingRanges { get; init; }
}

/// <summary>A value, or a numerator and a denominator, or the observations of a subgroup; none of them is a gap.</summary>
public sealed record PostedPoint
{
    public string? Label { get; init; }

    public double? Value { get; init; }

    public double? Numerator { get; init; }

    public double? Denominator { get; init; }

    public IReadOnlyList<double>? Values { get; init; }
}

public sealed record PostedPhase
{
    public string? Start { get; init; }

    public int? FreezePoints { get; init; }
}

/// <summary>The same answer as a chart's, with labels in the place of months.</summary>
public sealed record AnalysisAnswer
{
    public required ChartSettings Chart { get; init; }

    public required IReadOnlyList<AnalysisAnswerPoint> Points { get; init; }

    public required IReadOnlyList<ChartAnswerPhase> Phases { get; init; }

    public required IReadOnlyList<ChartAnswerSignal> Signals { get; init; }

    public required PhaseStatistics Statistics { get; init; }

    public Icons? Icons { get; init; }
}

public sealed record AnalysisAnswerPoint(
    string Label, double? Numerator, double? Denominator, double? Value, double? Centre, double? Lower, double? Upper, int Phase, bool Useful,
    SignalSet Signals, SignalMeaning? Meaning, bool Excluded);

public static class AnalyseSeries
{
    /// <summary>Judges a posted series by the engine that draws the charts.</summary>
    public static Outcome<AnalysisAnswer> Judge(PostedAnalysis posted)
    {
        if (posted.Points is not { } series)
        {
            return Problem.Invalid([new FieldError("/points", "required", "Give at least one point.")]);
        }

        if (series.Count > PostedSeries.MostPoints)
        {
            return Problem.Invalid([new FieldError("/points", "tooMany", $"Give at most {PostedSeries.MostPoints} points; there are {series.Count}.")]);
        }

        var points = new ChartPoint[series.Count];
        for (var i = 0; i < points.Length; i++)
        {
            if (series[i] is not { } point)
            {
                return Problem.Invalid([new FieldError($"/points/{i}", "required", "A point needs a label.")]);
            }

            points[i] = point.Values is { } observations
                ? ChartPoint.OfSubgroup(point.Label ?? "", observations)
                : new ChartPoint(point.Label ?? "", point.Value, point.Numerator, point.Denominator);
        }

        var settings = Settings(posted);
        return PostedSeries.Errors(points, settings) is { Count: > 0 } errors ? Problem.Invalid(errors) : Answer(Analyser.Analyse(points, settings), posted);
    }

    private static AnalysisSettings Settings(PostedAnalysis posted)
    {
        var kind = posted.Measure?.Kind ?? MeasureKind.Mean;
        var phases = posted.Phases?.Select(phase => new PhaseStart(phase.Start ?? "", phase.FreezePoints)).ToList() ?? [];
        phases.AddRange(posted.PhaseStarts?.Select(start => new PhaseStart(start)) ?? []);
        var settings = new AnalysisSettings
        {
            Type = posted.Chart?.Type ?? ChartType.Run,
            RunsTable = posted.Chart?.RunsTable,
            ScreenMovingRanges = posted.Chart?.ScreenMovingRanges,
            Kind = kind,
            Direction = posted.Measure?.Direction ?? Direction.Neutral,
            Multiplier = posted.Measure?.Multiplier ?? Aggregates.PlottedValue.DefaultMultiplier(kind),
            Goal = posted.Measure?.Goal?.Value,
            FreezePositions = posted.FreezePoints,
            Phases = phases,
            Excluded = posted.Exclude ?? [],
            FixedCentre = posted.CentreLine,
        };
        return posted.Chart?.Rules is { } rules ? settings with { Rules = rules } : settings;
    }

    private static AnalysisAnswer Answer(ChartAnalysis analysis, PostedAnalysis posted) => new()
    {
        Chart = ChartSettings.Of(analysis, posted.FreezePoints, null, null),
        Points = Array.ConvertAll(analysis.Points, point => new AnalysisAnswerPoint(
            point.Label, point.Numerator, point.Denominator, point.Value, point.Centre, point.Lower, point.Upper, point.Phase, point.Useful,
            point.Signals, point.Meaning, point.Excluded)),
        Phases = Array.ConvertAll(analysis.Phases, phase => new ChartAnswerPhase(
            phase.From, phase.To, phase.Centre, phase.FrozenFrom, phase.FrozenTo, phase.Reason, phase.Statistics)),
        Signals = Array.ConvertAll(analysis.Signals, signal => new ChartAnswerSignal(signal.Rule, signal.From, signal.To, signal.Direction, signal.Meaning)),
        Statistics = analysis.Statistics,
        Icons = analysis.Icons,
    };
}
