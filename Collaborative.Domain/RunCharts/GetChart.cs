using Collaborative.Domain.Access;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>What a chart is asked to be; equal questions have equal answers as long as the data stand.</summary>
public sealed record ChartQuestion
{
    public ChartType Type { get; init; } = ChartType.Run;

    /// <summary>Unless given, perla for a run chart and shewhart3Sigma for the rest.</summary>
    public RuleSet? Rules { get; init; }

    /// <summary>Under perla: perla2011 unless given.</summary>
    public RunsTable? RunsTable { get; init; }

    /// <summary>Useful points in a row that make a shift; 6 unless given.</summary>
    public int? Shift { get; init; }

    /// <summary>Levels in a row that make a trend; 5 unless given.</summary>
    public int? Trend { get; init; }

    /// <summary>Whether the phases and flags that people have put on the chart count; yes unless given.</summary>
    public bool Marks { get; init; } = true;

    /// <summary>For charts with moving ranges; yes unless given.</summary>
    public bool? ScreenMovingRanges { get; init; }

    /// <summary>The first month analysed; the collaborative's baseline unless given.</summary>
    public Month? From { get; init; }

    /// <summary>The last month analysed; the earlier of the end month and the last complete month unless given.</summary>
    public Month? To { get; init; }

    /// <summary>How many positions, gaps included, freeze the centre line.</summary>
    public int? BaselineMonths { get; init; }

    /// <summary>Null for one team's chart.</summary>
    public Aggregate? Aggregate { get; init; }

    public Cohort Cohort { get; init; } = Cohort.All;

    public DateTimeOffset? AsOf { get; init; }

    /// <summary>What is wrong with it, whatever it is asked of.</summary>
    public IEnumerable<FieldError> Errors()
    {
        if (Rules is { } rules && ChartTypes.WhyNot(Type, rules) is { } mismatch)
        {
            yield return new FieldError("rules", "mismatch", mismatch);
        }

        if (this is { From: { } from, To: { } to } && (to < from || to - from >= GetChart.MostMonths))
        {
            yield return new FieldError("to", "range", $"The last month must not be before the first, and at most {GetChart.MostMonths} months later.");
        }
    }
}

/// <param name="TeamId">Null for the chart of all teams.</param>
public sealed record GetChart(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, ChartQuestion Question) : IQuery<ChartDocument>, IHasShape
{
    /// <summary>A longer window is a mistyped year.</summary>
    public const int MostMonths = 600;

    public IEnumerable<FieldError> ShapeErrors() => Question.Errors();
}

/// <summary>A chart in all its forms: the same object as long as nothing has changed.</summary>
/// <param name="Tag">Changes with the data and the settings.</param>
public sealed record ChartDocument(ChartAnswer Answer, Chart Chart, string Tag)
{
    /// <summary>When the next month begins, and the default window with it.</summary>
    public DateTimeOffset GoodUntil { get; init; }
}

/// <summary>The chart as the API gives it.</summary>
public sealed record ChartAnswer
{
    public required string Collaborative { get; init; }

    public string? Team { get; init; }

    public Aggregate? Aggregate { get; init; }

    public required MeasureOfChart Measure { get; init; }

    public required ChartSettings Chart { get; init; }

    public required IReadOnlyList<ChartAnswerPoint> Points { get; init; }

    public required IReadOnlyList<ChartAnswerPhase> Phases { get; init; }

    public required IReadOnlyList<ChartAnswerSignal> Signals { get; init; }

    public required PhaseStatistics Statistics { get; init; }

    /// <summary>None on a run chart.</summary>
    public Icons? Icons { get; init; }

    /// <summary>How far the series has moved from its baseline; null while there is only a baseline.</summary>
    public ChartAnswerChange? Change { get; init; }

    /// <summary>Notes in the window, those of the whole collaborative among them.</summary>
    public required IReadOnlyList<ChartNote> Annotations { get; init; }

    /// <summary>The times between learning sessions, as far as they reach into the window.</summary>
    public required IReadOnlyList<ChartBand> ActionPeriods { get; init; }

    /// <summary>Months that people have flagged, and why.</summary>
    public required IReadOnlyList<ChartAnswerFlag> Flags { get; init; }

    /// <summary>The last change that the chart knows of.</summary>
    public required DateTimeOffset AsOf { get; init; }
}

public sealed record MeasureOfChart(
    string Code, string Name, MeasureType Type, MeasureKind Kind, Direction Direction, double Multiplier, string? Unit, int? Decimals, Goal? Goal)
{
    public static MeasureOfChart Of(MeasureView measure) => new(
        measure.Code, measure.Name, measure.Type, measure.Kind, measure.Direction, measure.Multiplier, measure.Unit, measure.Decimals, measure.Goal);
}

/// <summary>What the chart was judged by, echoed.</summary>
/// <param name="ScreenMovingRanges">Null where the chart has no moving ranges.</param>
/// <param name="Cohort">Null for one team's chart.</param>
/// <param name="Basis">What a pooled value is; null where nothing is pooled.</param>
/// <param name="Reason">Why this type, where the engine chose it.</param>
/// <param name="Thresholds">How many points make a signal.</param>
public sealed record ChartSettings(
    ChartType Type, string? Reason, RuleSet Rules, RunsTable? RunsTable, RuleThresholds Thresholds, bool? ScreenMovingRanges, int? BaselineMonths, Cohort? Cohort, PoolingBasis? Basis)
{
    /// <summary>As the engine used them.</summary>
    public static ChartSettings Of(ChartAnalysis analysis, int? baselineMonths, Cohort? cohort, PoolingBasis? basis)
    {
        var settings = analysis.Settings;
        return new(
            settings.Type, analysis.TypeReason, settings.Rules, settings.RunsTable, settings.Thresholds, settings.ScreenMovingRanges, baselineMonths, cohort, basis);
    }
}

public sealed record ChartAnswerPoint
{
    public required string Month { get; init; }

    public double? Numerator { get; init; }

    public double? Denominator { get; init; }

    public double? Value { get; init; }

    public double? Centre { get; init; }

    public double? Lower { get; init; }

    public double? Upper { get; init; }

    public required int Phase { get; init; }

    public required bool Useful { get; init; }

    public required SignalSet Signals { get; init; }

    public SignalMeaning? Meaning { get; init; }

    public int? TeamsEnrolled { get; init; }

    public int? TeamsReporting { get; init; }

    public int? TeamsContributing { get; init; }

    /// <summary>Reporting teams out of enrolled ones, from 0 to 1; null while none is enrolled.</summary>
    public double? ReportingRate { get; init; }

    /// <summary>Of the contributing teams, those whose own figure meets the goal; null without a goal or a good direction.</summary>
    public int? TeamsAtGoal { get; init; }

    public bool? CohortChanged { get; init; }

    /// <summary>Of the teams' values; these four only for the median of teams.</summary>
    public double? Minimum { get; init; }

    public double? LowerQuartile { get; init; }

    public double? UpperQuartile { get; init; }

    public double? Maximum { get; init; }

    public required bool Excluded { get; init; }
}

public sealed record ChartAnswerPhase(string From, string To, double? Centre, string? FrozenFrom, string? FrozenTo, string? Reason, PhaseStatistics Statistics)
{
    /// <summary>Who agreed on it and when; null for a phase that nobody had to agree on.</summary>
    public PhaseApproval? Approval { get; init; }
}

/// <param name="Annotation">The code of the note that tells what happened.</param>
/// <param name="Policy">The policy that proposed it, if one did.</param>
public sealed record PhaseApproval(string By, DateTimeOffset At, string? Annotation, RephasePolicy? Policy);

public sealed record ChartAnswerFlag(Month Month, bool Astronomical, bool Excluded, string Reason, string By);

/// <summary>Centre line against centre line: see <see cref="BaselineChange"/>.</summary>
/// <param name="Relative">A share of the baseline: −0.61 for "−61 %"; null for a baseline of 0.</param>
/// <param name="Absolute">In plotted units.</param>
/// <param name="Agreed">Whether people have agreed on the current phase and its own rules find it stable.</param>
public sealed record ChartAnswerChange(CentreOf Baseline, CentreOf Current, double? Relative, double Absolute, SignalMeaning Meaning, bool Agreed, string Words)
{
    public static ChartAnswerChange? Of(Chart chart) => BaselineChange.Of(chart.Analysis) is { } change
        ? new(change.Baseline, change.Current, change.Relative, change.Absolute, change.Meaning, change.Agreed, change.Words(chart))
        : null;
}

public sealed record ChartAnswerSignal(SignalRule Rule, string From, string To, SignalDirection? Direction, SignalMeaning Meaning);
