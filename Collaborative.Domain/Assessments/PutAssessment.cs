using Collaborative.Domain.Access;

namespace Collaborative.Domain.Assessments;

/// <summary>Whose view of a team's progress it is.</summary>
public enum AssessmentKind
{
    /// <summary>The team's own.</summary>
    Self,
    Director,
    ImprovementAdvisor,

    /// <summary>What director and improvement advisor agreed on.</summary>
    Reconciled,
}

public sealed record AssessmentBody
{
    /// <summary>The code of the scale; progress-0.5-5 unless given.</summary>
    public string? Scale { get; init; }

    public double? Value { get; init; }

    public string? Justification { get; init; }

    public string? Comments { get; init; }

    public string? Suggestions { get; init; }

    /// <summary>Why the month is assessed although the team has submitted no report of it.</summary>
    public string? NoReport { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>The words of an assessment.</summary>
public sealed record AssessmentProse(string Justification, string? Comments, string? Suggestions);

public sealed record PutAssessment(
    Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month, AssessmentKind Kind, AssessmentBody Body, Preconditions Preconditions)
    : ICommand<Written<AssessmentView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Body.Scale is { } scale ? Shape.Code(scale, "/scale") : [],
        .. Shape.Given(Body.Value, "/value", "the score"),
        .. Shape.Required(Body.Justification, "/justification", "the reasons for the score", Shape.TextLength),
        .. Shape.Optional(Body.Comments, "/comments", Shape.TextLength),
        .. Shape.Optional(Body.Suggestions, "/suggestions", Shape.TextLength),
        .. Shape.Optional(Body.NoReport, "/noReport", Shape.TextLength),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];
}

public sealed record GetAssessment(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month, AssessmentKind Kind) : IQuery<AssessmentView>;

/// <summary>One team's assessments, month by month.</summary>
public sealed record ListTeamAssessments(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month? After, int Limit) : IQuery<Page<AssessmentMonth>>;

/// <summary>How the teams that the viewer may see stand in a month, by team.</summary>
/// <param name="Month">The last complete month unless given.</param>
public sealed record ListAssessments(Viewer Viewer, Guid CollaborativeId, Month? Month, string? AfterKey, int Limit) : IQuery<Page<TeamScore>>;

public sealed record AssessmentView
{
    public required string Team { get; init; }

    public required Month Month { get; init; }

    public required AssessmentKind Kind { get; init; }

    public required string Scale { get; init; }

    /// <summary>The revision of the scale on which the level was chosen; 0 for a built-in one.</summary>
    public required int ScaleRevision { get; init; }

    public required double Value { get; init; }

    /// <summary>What the scale calls the value.</summary>
    public required string Level { get; init; }

    public required string Justification { get; init; }

    public string? Comments { get; init; }

    public string? Suggestions { get; init; }

    public string? NoReport { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>All views of a team in one month.</summary>
/// <param name="Official">The reconciled score, else the director's; null when there is neither.</param>
/// <param name="Gap">How far the team's own score lies above the official one; null where one is missing or they are on different scales.</param>
/// <param name="WideGap">Worth a talk: the two are a whole point or more apart.</param>
public sealed record AssessmentMonth(
    Month Month, AssessmentView? Self, AssessmentView? Director, AssessmentView? ImprovementAdvisor, AssessmentView? Reconciled, double? Official, double? Gap, bool WideGap);

/// <summary>How one team stands in a month, in numbers.</summary>
/// <param name="LastScore">The official score before this month; never taken for this month's.</param>
public sealed record TeamScore(
    string Team,
    string Name,
    Month Month,
    double? Self,
    double? Director,
    double? ImprovementAdvisor,
    double? Reconciled,
    double? Official,
    double? Gap,
    bool WideGap,
    LastScore? LastScore);

public sealed record LastScore(Month Month, double Value);
