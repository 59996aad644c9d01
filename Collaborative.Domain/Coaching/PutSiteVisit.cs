using Collaborative.Domain.Access;

namespace Collaborative.Domain.Coaching;

public sealed record SiteVisitBody
{
    public DateOnly? On { get; init; }

    /// <summary>Who visits.</summary>
    public IReadOnlyList<string>? Visitors { get; init; }

    /// <summary>What was seen and said.</summary>
    public string? Notes { get; init; }

    public IReadOnlyList<AgreedAction>? Actions { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Plans a visit to a team, or notes down what came of it.</summary>
public sealed record PutSiteVisit(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, SiteVisitBody Body, Preconditions Preconditions)
    : ICommand<Written<SiteVisitView>>, IHasShape
{
    private const int MostVisitors = 50;

    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "visit"),
        .. Shape.Given(Body.On, "/on", "the day of the visit"),
        .. Body.Visitors is { Count: > MostVisitors } ? [new FieldError("/visitors", "tooMany", $"Name at most {MostVisitors} visitors.")] : Array.Empty<FieldError>(),
        .. (Body.Visitors ?? []).SelectMany((visitor, i) => Shape.Required(visitor, $"/visitors/{i}", "the visitor's name", Shape.NameLength)),
        .. Shape.Optional(Body.Notes, "/notes", PutCoachingCall.MinutesLength),
        .. AgreedActions.ShapeErrors(Body.Actions, "/actions"),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];
}

public sealed record WithdrawSiteVisit(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<SiteVisitView>>;

public sealed record GetSiteVisit(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code) : IQuery<SiteVisitView>;

/// <summary>The visits to one team, by day.</summary>
public sealed record ListSiteVisits(Viewer Viewer, Guid CollaborativeId, Guid TeamId, VisitCursor? After, int Limit) : IQuery<Page<SiteVisitView>>;

public sealed record VisitCursor(DateOnly On, string CodeKey);

public sealed record SiteVisitView
{
    public required string Code { get; init; }

    public required string Team { get; init; }

    public required DateOnly On { get; init; }

    public required IReadOnlyList<string> Visitors { get; init; }

    public string? Notes { get; init; }

    public required IReadOnlyList<AgreedAction> Actions { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
