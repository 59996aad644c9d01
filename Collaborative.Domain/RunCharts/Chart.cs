using Collaborative.Domain.Aggregates;

namespace Collaborative.Domain.RunCharts;

/// <summary>A judged series with the words around it: what a picture or a file of a chart is made from.</summary>
public sealed record Chart
{
    public required ChartAnalysis Analysis { get; init; }

    /// <summary>The measure's name.</summary>
    public required string Title { get; init; }

    /// <summary>Whose figures: a team or a collaborative.</summary>
    public string? Subject { get; init; }

    /// <summary>"per 1000 ventilator days"; null stands for "%" where the figures are percentages.</summary>
    public string? Unit { get; init; }

    /// <summary>Null for one team's chart.</summary>
    public Aggregate? Aggregate { get; init; }

    /// <summary>When the goal is to be reached, as a label ("2026-12").</summary>
    public string? GoalBy { get; init; }

    /// <summary>Decimals of the figures in words; null: three significant digits.</summary>
    public int? Decimals { get; init; }

    /// <summary>One for each point, for aggregates; empty for one team's chart.</summary>
    public IReadOnlyList<TeamCounts> Teams { get; init; } = [];

    /// <summary>In the order of their months; shown on pictures as flags.</summary>
    public IReadOnlyList<ChartAnnotation> Annotations { get; init; } = [];

    /// <summary>Action periods, shown behind the points of a chart whose positions are months.</summary>
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    /// <summary>Makes ids unique where several pictures share a page: letters, digits and hyphens.</summary>
    public string IdPrefix { get; init; } = "chart";
}

/// <summary>Who stands behind one point of an aggregate.</summary>
/// <param name="Enrolled">Teams enrolled in the month.</param>
/// <param name="Reporting">Of those, the ones with a submitted row, 0/0 and "no data" included.</param>
/// <param name="Contributing">Teams with a plottable value, months before their enrolment included.</param>
/// <param name="CohortChanged">Whether the contributing teams differ by more than 10 % from the baseline's.</param>
public readonly record struct TeamCounts(int Enrolled, int Reporting, int Contributing, bool CohortChanged);
