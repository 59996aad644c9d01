using Collaborative.Domain.Access;
using Collaborative.Domain.Aggregates;

namespace Collaborative.Domain.RunCharts;

/// <summary>Each team's total over a period against what chance allows for its size.</summary>
/// <param name="From">
/// The first month of the period; the start of the last phase of the pooled chart unless given: a funnel is for the totals of a stable
/// phase, not for a month's.
/// </param>
/// <param name="To">The last month; the last complete one unless given.</param>
public sealed record GetFunnel(
    Viewer Viewer, Guid CollaborativeId, Guid MeasureId, Month? From, Month? To, FunnelLimits Limits, Overdispersion Overdispersion, DateTimeOffset? AsOf)
    : IQuery<FunnelDocument>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => new ChartQuestion { From = From, To = To }.Errors();
}

/// <param name="Denominators">What lies along the horizontal axis: the measure's denominator in words.</param>
public sealed record FunnelDocument(FunnelAnswer Answer, Funnel Funnel, string Title, string Subtitle, string? Unit, string Denominators);

public sealed record FunnelAnswer
{
    public required string Collaborative { get; init; }

    public required MeasureOfChart Measure { get; init; }

    public required Month From { get; init; }

    public required Month To { get; init; }

    public required FunnelLimits Limits { get; init; }

    public required Overdispersion Overdispersion { get; init; }

    /// <summary>The limits that are drawn: the share of teams that chance leaves between them, and their distance in standard errors.</summary>
    public required FunnelBand Inner { get; init; }

    public required FunnelBand Outer { get; init; }

    /// <summary>Everything put together, in plotted units.</summary>
    public double? Centre { get; init; }

    /// <summary>How much more the teams vary than chance alone would have them: 1 is chance.</summary>
    public double? Phi { get; init; }

    /// <summary>The variance between teams in squared plotted units.</summary>
    public double? TauSquared { get; init; }

    public required IReadOnlyList<FunnelAnswerPoint> Points { get; init; }

    public required IReadOnlyList<FunnelLine> Curves { get; init; }

    public string? Note { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

public sealed record FunnelAnswerPoint(
    string Team, string Name, double Numerator, double Denominator, double Value,
    double LowerInner, double UpperInner, double LowerOuter, double UpperOuter, FunnelPlace Place, SignalMeaning? Meaning);
