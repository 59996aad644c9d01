using Collaborative.Domain.Access;

namespace Collaborative.Domain.ChangePackages;

public sealed record IdeaBody
{
    public string? Title { get; init; }

    public string? Description { get; init; }

    /// <summary>The code of the secondary driver or change concept of the package that it stands under.</summary>
    public string? Under { get; init; }

    /// <summary>The code of the process measure that shows whether it is done.</summary>
    public string? Measure { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Puts an idea of a team's own beside those of the change package.</summary>
public sealed record PutIdea(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, IdeaBody Body, Preconditions Preconditions)
    : ICommand<Written<IdeaView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "idea"),
        .. Shape.Required(Body.Title, "/title", "a title", Shape.NameLength),
        .. Shape.Optional(Body.Description, "/description", ChangePackageRules.TextLength),
        .. Body.Under is { } under ? Shape.Code(under, "/under") : [],
        .. Body.Measure is { } measure ? Shape.Code(measure, "/measure") : [],
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];
}

public sealed record WithdrawIdea(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<IdeaView>>;

public sealed record GetIdea(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code) : IQuery<IdeaView>;

/// <summary>A team's own ideas, by code.</summary>
public sealed record ListIdeas(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string? AfterKey, int Limit) : IQuery<Page<IdeaView>>;

/// <summary>A change idea: of the package, or of one team.</summary>
public sealed record IdeaView
{
    public required string Code { get; init; }

    public required string Title { get; init; }

    public string? Description { get; init; }

    public string? Under { get; init; }

    public string? Measure { get; init; }

    /// <summary>An idea that has left the package, but was tested.</summary>
    public required bool Retired { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
