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

    /// <summary>Points that a person calls obviously different, and why; looked at by the rules perla.</summary>
    public IReadOnlyList<PostedFlag>? Astronomical { get; init; }

    /// <summary>In plotted units; takes the place of the computed one.</summary>
    public double? CentreLine { get; init; }
}

public sealed record PostedMeasure
{
    /// <summary>The title of the picture.</summary>
    public string? Name { get; init; }

    public string? Unit { get; init; }

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

    public PostedThresholds? Thresholds { get; init; }

    public bool? ScreenMovingRanges { get; init; }
}

/// <summary>How many points make a signal; each as usual unless given.</summary>
public sealed record PostedThresholds
{
    /// <summary>Useful points in a row on one side, under the rules perla.</summary>
    public int? Shift { get; init; }

    /// <summary>Points in a row going one way, under the rules perla.</summary>
    public int? Trend { get; init; }

    /// <summary>Points with a figure, below which a run chart is not judged.</summary>
    public int? MinimumPoints { get; init; }

    /// <summary>Points with a figure, below which a frozen median is called unsteady.</summary>
    public int? MinimumBaseline { get; init; }
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

public sealed record PostedFlag
{
    public string? Label { get; init; }

    public string? Reason { get; init; }
}

public sealed record PostedPhase
{
    public string? Start { get; init; }

    public int? FreezePoints { get; init; }
}

/// <summary>The same answer as a chart's, with labels in the place of months.</summary>
public sealed record AnalysisAnswer
{
    public required MeasureOfAnalysis Measure { get; init; }

    public required ChartSettings Chart { get; init; }

    public required IReadOnlyList<AnalysisAnswerPoint> Points { get; init; }

    public required IReadOnlyList<ChartAnswerPhase> Phases { get; init; }

    public required IReadOnlyList<ChartAnswerSignal> Signals { get; init; }

    public required PhaseStatistics Statistics { get; init; }

    public Icons? Icons { get; init; }
}

/// <summary>The measure as the engine took it.</summary>
public sealed record MeasureOfAnalysis(string? Name, MeasureKind Kind, Direction Direction, double Multiplier, string? Unit, Goal? Goal);

public sealed record AnalysisAnswerPoint(
    string Label, double? Numerator, double? Denominator, double? Value, double? Centre, double? Lower, double? Upper, int Phase, bool Useful,
    SignalSet Signals, SignalMeaning? Meaning, bool Excluded);

/// <summary>A posted series judged, in all its forms.</summary>
public sealed record AnalysisDocument(AnalysisAnswer Answer, Chart Chart);

public static class AnalyseSeries
{
    /// <summary>Judges a posted series by the engine that draws the charts.</summary>
    public static Outcome<AnalysisDocument> Judge(PostedAnalysis posted)
    {
        if (posted.Points is not { } series)
        {
            return Problem.Invalid([new FieldError("/points", "required", "Give at least one point.")]);
        }

        if (series.Count > PostedSeries.MostPoints)
        {
            return Problem.Invalid([new FieldError("/points", "tooMany", $"Give at most {PostedSeries.MostPoints} points; there are {series.Count}.")]);
        }

        if (MissingItem(posted) is { } missing)
        {
            return Problem.Invalid([missing]);
        }

        var points = new ChartPoint[series.Count];
        for (var i = 0; i < points.Length; i++)
        {
            var point = series[i];
            if (point is { Values: not null } and not { Value: null, Numerator: null, Denominator: null })
            {
                return Problem.Invalid([new FieldError($"/points/{i}/values", "ambiguous", "Give the observations of a subgroup, or a figure, not both.")]);
            }

            points[i] = point.Values is { } observations
                ? ChartPoint.OfSubgroup(point.Label ?? "", observations)
                : new ChartPoint(point.Label ?? "", point.Value, point.Numerator, point.Denominator);
        }

        var settings = Settings(posted);
        FieldError[] errors = [.. PostedSeries.Errors(points, settings), .. Words(posted)];
        return errors.Length > 0 ? Problem.Invalid(errors) : Document(Analyser.Analyse(points, settings), posted);
    }

    /// <summary>A null in one of the lists.</summary>
    private static FieldError? MissingItem(PostedAnalysis posted) =>
        At(posted.Points, "/points", "A point needs a label.")
        ?? At(posted.Phases, "/phases", "A phase needs a start.")
        ?? At(posted.PhaseStarts, "/phaseStarts", "A phase starts at a label.")
        ?? At(posted.Exclude, "/exclude", "Exclude a point by its label.")
        ?? At(posted.Astronomical, "/astronomical", "A flag needs a label and a reason.");

    private static FieldError? At<T>(IReadOnlyList<T>? list, string pointer, string message)
        where T : class
    {
        for (var i = 0; i < list?.Count; i++)
        {
            if (list[i] is null)
            {
                return new FieldError($"{pointer}/{i}", "required", message);
            }
        }

        return null;
    }

    private static IEnumerable<FieldError> Words(PostedAnalysis posted) =>
    [
        .. Shape.Optional(posted.Measure?.Name, "/measure/name", Shape.NameLength),
        .. Shape.Optional(posted.Measure?.Unit, "/measure/unit", Shape.NameLength),
    ];

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
            Astronomical = [.. (posted.Astronomical ?? []).Select(flag => new FlaggedPoint(flag.Label ?? "", flag.Reason))],
            FixedCentre = posted.CentreLine,
            Thresholds = Thresholds(posted.Chart?.Thresholds),
        };
        return posted.Chart?.Rules is { } rules ? settings with { Rules = rules } : settings;
    }

    private static RuleThresholds Thresholds(PostedThresholds? posted)
    {
        var usual = RuleThresholds.Default;
        return new(posted?.Shift ?? usual.Shift, posted?.Trend ?? usual.Trend, posted?.MinimumPoints ?? usual.MinimumPoints, posted?.MinimumBaseline ?? usual.MinimumBaseline);
    }

    private static AnalysisDocument Document(ChartAnalysis analysis, PostedAnalysis posted) => new(Answer(analysis, posted), new Chart
    {
        Analysis = analysis,
        Title = Shape.Tidy(posted.Measure?.Name) ?? "Series",
        Unit = Shape.Tidy(posted.Measure?.Unit),
        GoalBy = posted.Measure?.Goal?.ByMonth?.ToString(),
    });

    private static AnalysisAnswer Answer(ChartAnalysis analysis, PostedAnalysis posted) => new()
    {
        Measure = new(
            Shape.Tidy(posted.Measure?.Name), analysis.Settings.Kind, analysis.Settings.Direction, analysis.Settings.Multiplier, Shape.Tidy(posted.Measure?.Unit),
            posted.Measure?.Goal),
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
