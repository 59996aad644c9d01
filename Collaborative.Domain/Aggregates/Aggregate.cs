using Collaborative.Domain.Measures;

namespace Collaborative.Domain.Aggregates;

/// <summary>How the figures of many teams become one series.</summary>
public enum Aggregate
{
    /// <summary>Everything put together first: large teams weigh more.</summary>
    Pooled,

    /// <summary>The plain mean of the teams' values: every team weighs the same.</summary>
    MeanOfTeams,

    /// <summary>The median of the teams' values, with quartiles, smallest and largest.</summary>
    MedianOfTeams,
}

/// <summary>Which teams enter an aggregate.</summary>
public enum Cohort
{
    All,

    /// <summary>Teams that contribute in at least 90 % of the months analysed.</summary>
    Fixed,
}

/// <summary>What a pooled value is.</summary>
public enum PoolingBasis
{
    /// <summary>Sum of numerators over sum of denominators.</summary>
    Quotient,

    /// <summary>Mean weighted by the number of observations, or of gaps.</summary>
    WeightedMean,

    /// <summary>Sum over the teams, the same ones in every month.</summary>
    Sum,

    /// <summary>Sum divided by the number of teams, since the contributing teams change from month to month.</summary>
    MeanPerTeam,
}

/// <summary>Which aggregates make sense for which kind of measure.</summary>
public static class AggregateRules
{
    public static bool IsDefined(MeasureKind kind, Aggregate aggregate) => WhyNotDefined(kind, aggregate) is null;

    /// <summary>A sentence for people, or null when the aggregate is defined.</summary>
    public static string? WhyNotDefined(MeasureKind kind, Aggregate aggregate) => (kind, aggregate) switch
    {
        (MeasureKind.Median, Aggregate.Pooled) =>
            "Medians cannot be pooled; ask for the median of teams instead.",
        (MeasureKind.DaysBetween or MeasureKind.CasesBetween, Aggregate.MeanOfTeams) =>
            "Gaps between events are not averaged over teams; ask for the pooled gap or the median of teams instead.",
        _ => null,
    };
}
