using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>What the last point of a chart says (NHS England, Making Data Count).</summary>
public enum VariationIcon
{
    CommonCause,
    ImprovementHigh,
    ImprovementLow,
    ConcernHigh,
    ConcernLow,
    NeutralHigh,
    NeutralLow,
}

/// <summary>Whether the goal will be met, as long as nothing changes (NHS England, Making Data Count).</summary>
public enum AssuranceIcon
{
    /// <summary>Every expected figure meets the goal.</summary>
    Pass,

    /// <summary>No expected figure meets the goal.</summary>
    Fail,

    /// <summary>Some expected figures meet it and some do not: hit and miss.</summary>
    Inconsistent,
}

/// <summary>The two icons of a chart.</summary>
/// <param name="Variation">By the last point with a figure, not by any earlier one.</param>
/// <param name="Assurance">By the limits at that point, so of the last phase; null without a goal, a good direction or limits.</param>
/// <param name="NoVariation">The limits fall together, since all figures are the same: the assurance then says whether they meet the goal.</param>
public sealed record Icons(VariationIcon Variation, AssuranceIcon? Assurance, bool NoVariation)
{
    /// <summary>"Improvement: higher than chance explains. The goal will be missed as long as nothing changes."</summary>
    public string Words => Assurance is null ? IconWords.Of(Variation) : $"{IconWords.Of(Variation)} {IconWords.Of(Assurance.Value, NoVariation)}";

    internal static Icons? Of(AnalysisSettings settings, PointAnalysis[] points, PhaseAnalysis[] phases, ReadOnlySpan<PointMark> marks)
    {
        // A range or a deviation is not the measure: it has neither a goal nor a good direction of its own.
        var last = Array.FindLastIndex(points, point => point.Value is not null);
        if (settings.Type is ChartType.Run or ChartType.Mr or ChartType.S || last < 0)
        {
            return null;
        }

        ref readonly var point = ref points[last];
        var (lower, upper) = (point.Lower, point.Upper);
        var noVariation = lower is { } low && upper is { } high
            ? OnTheLine.Is(low, high)
            : phases[point.Phase - 1].Statistics is { Points: > 1, Useful: 0 };
        if (phases[point.Phase - 1].Statistics.Signal is null && !noVariation)
        {
            return null;
        }

        return new(LastPoint(settings.Direction, point, marks[last]), GoalAgainstLimits(settings, point, noVariation), noVariation);
    }

    private static VariationIcon LastPoint(Direction good, in PointAnalysis point, in PointMark mark)
    {
        if (mark.Weight == 0)
        {
            return VariationIcon.CommonCause;
        }

        // Rules about the spread know no direction: such a point is a special cause, and neither good nor bad.
        var high = mark.Direction is { } went ? went == SignalDirection.Up : point.Value >= point.Centre;
        return (mark.Meaning, good) switch
        {
            (SignalMeaning.Improvement, Direction.Increase) => VariationIcon.ImprovementHigh,
            (SignalMeaning.Improvement, _) => VariationIcon.ImprovementLow,
            (SignalMeaning.Concern, Direction.Increase) => VariationIcon.ConcernLow,
            (SignalMeaning.Concern, _) => VariationIcon.ConcernHigh,
            _ => high ? VariationIcon.NeutralHigh : VariationIcon.NeutralLow,
        };
    }

    private static AssuranceIcon? GoalAgainstLimits(AnalysisSettings settings, in PointAnalysis point, bool noVariation)
    {
        if (settings.Goal is not { } goal || settings.Direction == Direction.Neutral)
        {
            return null;
        }

        var up = settings.Direction == Direction.Increase;
        if (noVariation)
        {
            return Goals.IsMet(point.Value!.Value, settings) == true ? AssuranceIcon.Pass : AssuranceIcon.Fail;
        }

        if (point.Lower is not { } lower || point.Upper is not { } upper)
        {
            return null;
        }

        return OnTheLine.Side(goal, upper) > 0 ? (up ? AssuranceIcon.Fail : AssuranceIcon.Pass)
            : OnTheLine.Side(goal, lower) < 0 ? (up ? AssuranceIcon.Pass : AssuranceIcon.Fail)
            : AssuranceIcon.Inconsistent;
    }
}

/// <summary>The icons for those who cannot see them.</summary>
public static class IconWords
{
    public static string Of(VariationIcon icon) => icon switch
    {
        VariationIcon.ImprovementHigh => "Improvement: higher than chance explains.",
        VariationIcon.ImprovementLow => "Improvement: lower than chance explains.",
        VariationIcon.ConcernHigh => "Concern: higher than chance explains.",
        VariationIcon.ConcernLow => "Concern: lower than chance explains.",
        VariationIcon.NeutralHigh => "Change: higher than chance explains.",
        VariationIcon.NeutralLow => "Change: lower than chance explains.",
        _ => "Common cause: no change beyond chance.",
    };

    public static string Of(AssuranceIcon icon, bool noVariation) => (icon, noVariation) switch
    {
        (AssuranceIcon.Pass, true) => "All figures are the same and meet the goal.",
        (AssuranceIcon.Fail, true) => "All figures are the same and miss the goal.",
        (AssuranceIcon.Pass, _) => "The goal will be met as long as nothing changes.",
        (AssuranceIcon.Fail, _) => "The goal will be missed as long as nothing changes.",
        _ => "The goal will be met at times and missed at times as long as nothing changes.",
    };
}
