using Collaborative.Domain.Access;
using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Pdsa;

/// <summary>How far a cycle has come.</summary>
public enum PdsaState
{
    Planned,
    Running,
    Studied,
    Closed,
}

/// <summary>What the team does with the change after the test.</summary>
public enum PdsaDecision
{
    Adopt,
    Adapt,
    Abandon,
}

/// <summary>Testing finds out whether a change works here; implementing makes it permanent; spreading takes it elsewhere.</summary>
public enum PdsaKind
{
    Testing,
    Implementing,
    Spreading,
}

/// <summary>How large a test is, from the smallest to the largest.</summary>
public enum ScaleKind
{
    OnePatient,
    OneClinician,
    OneShift,
    OneUnit,
    Several,
    All,
}

/// <summary>How a prediction compares with what happened.</summary>
public enum PredictionOutcome
{
    AsPredicted,
    Partly,
    Not,
}

/// <summary>How strongly the team believes that the change is an improvement.</summary>
public enum DegreeOfBelief
{
    Low,
    Medium,
    High,
}

/// <param name="Size">How many patients, shifts or units, if that says more.</param>
public sealed record PdsaScale(ScaleKind? Kind, int? Size);

public sealed record PdsaPlan
{
    public IReadOnlyList<string>? Questions { get; init; }

    public IReadOnlyList<string>? Predictions { get; init; }

    public string? Who { get; init; }

    public string? What { get; init; }

    public string? When { get; init; }

    public string? Where { get; init; }

    /// <summary>What is collected, by whom and how.</summary>
    public string? Data { get; init; }
}

public sealed record PdsaDo
{
    public string? Observations { get; init; }

    public string? Problems { get; init; }
}

/// <param name="Prediction">The number of the prediction in the plan, from 1.</param>
public sealed record PredictionResult(int? Prediction, PredictionOutcome? Happened, string? What);

public sealed record PdsaStudy
{
    public IReadOnlyList<PredictionResult>? Results { get; init; }

    public string? Summary { get; init; }

    public string? Learned { get; init; }
}

/// <param name="Next">What comes next, in words.</param>
public sealed record PdsaAct(PdsaDecision? Decision, string? Next);

public sealed record PdsaBody
{
    public string? Title { get; init; }

    public string? Objective { get; init; }

    /// <summary>The code of the change idea that is tested: of the change package, or the team's own.</summary>
    public string? Idea { get; init; }

    /// <summary>The code of the measure on whose chart the cycle is shown.</summary>
    public string? Measure { get; init; }

    /// <summary>The code of the team's cycle before this one on the ramp.</summary>
    public string? After { get; init; }

    public PdsaScale? Scale { get; init; }

    /// <summary>Under which conditions: nights, weekends, another ward.</summary>
    public string? Conditions { get; init; }

    /// <summary>Testing unless given.</summary>
    public PdsaKind? Kind { get; init; }

    public PdsaPlan? Plan { get; init; }

    public DateOnly? StartedOn { get; init; }

    public PdsaDo? Do { get; init; }

    public PdsaStudy? Study { get; init; }

    public PdsaAct? Act { get; init; }

    public DateOnly? EndedOn { get; init; }

    /// <summary>Planned unless given.</summary>
    public PdsaState? State { get; init; }

    /// <summary>Whether the other teams may learn from it in the library, once it is studied.</summary>
    public bool? Share { get; init; }

    public DegreeOfBelief? DegreeOfBelief { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

public sealed record PutPdsa(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, PdsaBody Body, Preconditions Preconditions)
    : ICommand<Written<PdsaView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => [.. Shape.Code(Code, "cycle"), .. PdsaRules.ShapeErrors(Body)];
}

public sealed record WithdrawPdsa(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<PdsaView>>;

public sealed record GetPdsa(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code) : IQuery<PdsaView>;

/// <summary>What lists of cycles can be narrowed to.</summary>
/// <param name="From">Started on or after this day.</param>
/// <param name="To">Started on or before this day.</param>
public sealed record PdsaFilter(string? Team, string? Idea, string? Measure, PdsaState? State, PdsaDecision? Decision, DateOnly? From, DateOnly? To);

/// <summary>The cycles of one team, by code.</summary>
public sealed record ListTeamPdsa(Viewer Viewer, Guid CollaborativeId, Guid TeamId, PdsaFilter Filter, string? AfterKey, int Limit) : IQuery<Page<PdsaView>>;

/// <summary>The cycles of all the teams that the viewer may look at, by team and code.</summary>
/// <param name="After">The team's key and the cycle's, after which the page begins.</param>
public sealed record ListPdsa(Viewer Viewer, Guid CollaborativeId, PdsaFilter Filter, (string TeamKey, string CodeKey)? After, int Limit) : IQuery<Page<PdsaView>>;

/// <summary>A team's tests, those that build on each other together.</summary>
/// <param name="Idea">Only ramps with a cycle of this idea.</param>
public sealed record ListRamps(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string? Idea) : IQuery<RampsView>;

public sealed record RampsView(string Team, IReadOnlyList<Ramp> Items);

public sealed record PdsaView
{
    public required string Team { get; init; }

    public required string Code { get; init; }

    public required string Title { get; init; }

    public string? Objective { get; init; }

    public string? Idea { get; init; }

    public string? Measure { get; init; }

    public string? After { get; init; }

    public required PdsaScale Scale { get; init; }

    public string? Conditions { get; init; }

    public required PdsaKind Kind { get; init; }

    public required PdsaState State { get; init; }

    public PdsaPlan? Plan { get; init; }

    public DateOnly? StartedOn { get; init; }

    public PdsaDo? Do { get; init; }

    public PdsaStudy? Study { get; init; }

    public PdsaAct? Act { get; init; }

    public DateOnly? EndedOn { get; init; }

    public PdsaDecision? Decision { get; init; }

    public required bool Share { get; init; }

    public DegreeOfBelief? DegreeOfBelief { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }

    /// <summary>What is odd about a single cycle in its ramp; absent from lists.</summary>
    public IReadOnlyList<Warning>? Warnings { get; init; }
}
