using Collaborative.Domain.Access;

namespace Collaborative.Domain.RunCharts;

public sealed record AnnotationBody
{
    public Month? Month { get; init; }

    public AnnotationKind? Kind { get; init; }

    public string? Text { get; init; }

    /// <summary>The code of the measure whose charts show it; all of them unless given.</summary>
    public string? Measure { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Puts a note on charts: on one team's, or on everybody's.</summary>
/// <param name="TeamId">Null for a note of the whole collaborative: it is shown on all charts, those of the teams too.</param>
public sealed record PutAnnotation(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, string Code, AnnotationBody Body, Preconditions Preconditions)
    : ICommand<Written<AnnotationView>>, IHasShape
{
    /// <summary>What fits below a picture; the story belongs into a report.</summary>
    public const int TextLength = 500;

    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "annotation"),
        .. Shape.Given(Body.Month, "/month", "the month it belongs to"),
        .. Shape.Given(Body.Kind, "/kind", "the kind: testOfChange, implementation, learningSession, actionPeriod, event, dataIssue or definitionChange"),
        .. Shape.Required(Body.Text, "/text", "the text", TextLength),
        .. Body.Measure is { } measure ? Shape.Code(measure, "/measure") : [],
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];
}

public sealed record WithdrawAnnotation(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<AnnotationView>>;

public sealed record GetAnnotation(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, string Code) : IQuery<AnnotationView>;

/// <summary>The notes of one team, or of the whole collaborative, by code.</summary>
public sealed record ListAnnotations(
    Viewer Viewer, Guid CollaborativeId, Guid? TeamId, AnnotationKind? Kind, Month? Month, string? AfterKey, int Limit) : IQuery<Page<AnnotationView>>;

public sealed record AnnotationView
{
    public required string Code { get; init; }

    public required Month Month { get; init; }

    public required AnnotationKind Kind { get; init; }

    public required string Text { get; init; }

    /// <summary>Null: on the charts of all measures.</summary>
    public string? Measure { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
