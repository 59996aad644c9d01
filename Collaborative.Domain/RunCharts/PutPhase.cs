using Collaborative.Domain.Access;

namespace Collaborative.Domain.RunCharts;

public sealed record PhaseBody
{
    /// <summary>Why a new phase begins here: the engine proposes, a person decides.</summary>
    public string? Reason { get; init; }

    /// <summary>How many months from its start, gaps included, freeze the phase's centre line; all of the phase sets it unless given.</summary>
    public int? FreezeMonths { get; init; }

    /// <summary>The code of the note that tells what happened.</summary>
    public string? Annotation { get; init; }

    /// <summary>The policy that proposed it, if one did.</summary>
    public RephasePolicy? Policy { get; init; }
}

/// <summary>Begins a new phase of a chart: from this month on, the series has a centre line and rules of its own.</summary>
/// <param name="TeamId">Null for the charts over all teams.</param>
public sealed record PutPhase(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, Month Start, PhaseBody Body, Preconditions Preconditions)
    : ICommand<Written<PhaseView>>, IHasShape
{
    private const int MostFrozen = 120;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Required(Body.Reason, "/reason", "the reason why a new phase begins here", Shape.TextLength));
        errors.AddRange(Body.Annotation is { } code ? Shape.Code(code, "/annotation") : []);
        if (Body.FreezeMonths is < 1 or > MostFrozen)
        {
            errors.Add(new FieldError("/freezeMonths", "range", $"Freeze 1 to {MostFrozen} months, or leave this out."));
        }

        return errors;
    }
}

public sealed record WithdrawPhase(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, Month Start, string? Reason, Preconditions Preconditions)
    : ICommand<Written<PhaseView>>;

public sealed record GetPhase(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, Month Start) : IQuery<PhaseView>;

/// <summary>The phases that people have agreed on, in order of their months.</summary>
public sealed record ListPhases(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, Month? After, int Limit) : IQuery<Page<PhaseView>>;

public sealed record PhaseView
{
    public required string Measure { get; init; }

    public required Month Start { get; init; }

    public int? FreezeMonths { get; init; }

    public required string Reason { get; init; }

    public string? Annotation { get; init; }

    public RephasePolicy? Policy { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Who decided it.</summary>
    public required string RecordedBy { get; init; }
}
