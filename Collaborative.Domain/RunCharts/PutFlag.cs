using Collaborative.Domain.Access;

namespace Collaborative.Domain.RunCharts;

public sealed record FlagBody
{
    /// <summary>An obviously different figure, as anyone would agree: a person's judgement (Perla 2011).</summary>
    public bool? Astronomical { get; init; }

    /// <summary>Shown, but without a part in centre, limits and run rules.</summary>
    public bool? Excluded { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Flags one month of a chart.</summary>
/// <param name="TeamId">Null for the charts over all teams.</param>
public sealed record PutFlag(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, Month Month, FlagBody Body, Preconditions Preconditions)
    : ICommand<Written<FlagView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors()
    {
        foreach (var error in Shape.Required(Body.Reason, "/reason", "the reason, so that others can judge it too", Shape.TextLength))
        {
            yield return error;
        }

        if (Body is not ({ Astronomical: true } or { Excluded: true }))
        {
            yield return new FieldError("/astronomical", "required", "Say astronomical, excluded or both; to take a flag back, delete it.");
        }
    }
}

public sealed record WithdrawFlag(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, Month Month, string? Reason, Preconditions Preconditions)
    : ICommand<Written<FlagView>>;

public sealed record GetFlag(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, Month Month) : IQuery<FlagView>;

/// <summary>The flagged months of a chart, in order.</summary>
public sealed record ListFlags(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, Month? After, int Limit) : IQuery<Page<FlagView>>;

public sealed record FlagView
{
    public required string Measure { get; init; }

    public required Month Month { get; init; }

    public required bool Astronomical { get; init; }

    public required bool Excluded { get; init; }

    public required string Reason { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
