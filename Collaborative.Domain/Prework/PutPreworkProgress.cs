using Collaborative.Domain.Access;
using Collaborative.Domain.Rosters;

namespace Collaborative.Domain.Prework;

public enum PreworkState
{
    NotStarted,
    InProgress,
    Submitted,
    Accepted,

    /// <summary>Not asked of this team.</summary>
    Waived,
}

public sealed record PreworkProgressBody
{
    public PreworkState? State { get; init; }

    /// <summary>What shows that it is done: an address, a file number, a sentence.</summary>
    public string? Evidence { get; init; }

    public string? Note { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Says how far a team is with one item of its prework; faculty accept it, send it back or waive it.</summary>
public sealed record PutPreworkProgress(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Item, PreworkProgressBody Body, Preconditions Preconditions)
    : ICommand<Written<PreworkProgressView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Given(Body.State, "/state", "the state: notStarted, inProgress, submitted, accepted or waived"),
        .. Shape.Optional(Body.Evidence, "/evidence", Shape.TextLength),
        .. Body.State == PreworkState.Waived ? Shape.Required(Body.Note, "/note", "the reason why this is not asked of the team", Shape.TextLength) : Shape.Optional(Body.Note, "/note", Shape.TextLength),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];
}

public sealed record GetPreworkProgress(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Item) : IQuery<PreworkProgressView>;

public sealed record PreworkProgressView
{
    public required string Item { get; init; }

    public required PreworkState State { get; init; }

    /// <summary>When it was submitted; null before.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    public string? Evidence { get; init; }

    public string? Note { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>All that is asked of one team, and how far it is.</summary>
public sealed record GetTeamPrework(Viewer Viewer, Guid CollaborativeId, Guid TeamId) : IQuery<TeamPrework>;

/// <summary>The same of all teams that the viewer may see, by team.</summary>
public sealed record ListPrework(Viewer Viewer, Guid CollaborativeId, string? AfterKey, int Limit) : IQuery<Page<TeamPrework>>;

/// <param name="ReadinessPercent">How much has been accepted or waived; null when nothing is asked.</param>
/// <param name="Overdue">How many items are past their day and not submitted.</param>
/// <param name="Items">In the order in which they are due.</param>
public sealed record TeamPrework(string Team, double? ReadinessPercent, int Overdue, IReadOnlyList<TeamPreworkItem> Items);

/// <param name="DueOn">Null while no learning session has a date.</param>
/// <param name="Overdue">Its day has passed and it has not been submitted.</param>
public sealed record TeamPreworkItem(
    string Item, string Title, PreworkType Type, TeamRole OwnerRole, DateOnly? DueOn, PreworkState State, DateTimeOffset? SubmittedAt, bool Overdue);
