using Collaborative.Domain.Access;

namespace Collaborative.Domain.ChangePackages;

/// <summary>How far a team is with an idea.</summary>
public enum IdeaStatus
{
    NotStarted,
    Testing,

    /// <summary>Part of how the work is done where it was tested.</summary>
    Implemented,

    /// <summary>Taken on beyond that place.</summary>
    Spread,
}

public sealed record ProgressBody
{
    public IdeaStatus? Status { get; init; }

    /// <summary>Since which day.</summary>
    public DateOnly? Since { get; init; }

    public string? Note { get; init; }
}

/// <summary>Says how far a team is with an idea of the package or of its own.</summary>
public sealed record PutProgress(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Idea, ProgressBody Body, Preconditions Preconditions)
    : ICommand<Written<ProgressView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Given(Body.Status, "/status", "the status: notStarted, testing, implemented or spread"),
        .. Shape.Day(Body.Since, "/since"),
        .. Shape.Optional(Body.Note, "/note", Shape.TextLength),
    ];
}

public sealed record GetProgress(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Idea) : IQuery<ProgressView>;

public sealed record ProgressView
{
    public required string Idea { get; init; }

    public required IdeaStatus Status { get; init; }

    public DateOnly? Since { get; init; }

    public string? Note { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
