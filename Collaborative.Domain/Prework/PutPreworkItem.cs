using Collaborative.Domain.Access;
using Collaborative.Domain.Rosters;

namespace Collaborative.Domain.Prework;

public enum PreworkType
{
    Document,

    /// <summary>Figures of the months before the work begins.</summary>
    MeasureBaseline,
    TeamRoster,
    Survey,
    CallAttendance,
    Storyboard,

    /// <summary>Accounts for those who enter and see figures.</summary>
    SystemAccess,
}

public sealed record PreworkItemBody
{
    public string? Title { get; init; }

    public PreworkType? Type { get; init; }

    /// <summary>Days from the first day of the first learning session, so -14 is two weeks before it.</summary>
    public int? DueOffsetDays { get; init; }

    /// <summary>Who on the team sees to it; the day-to-day leader unless given.</summary>
    public TeamRole? OwnerRole { get; init; }

    public string? Description { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Asks something of every team before the first learning session.</summary>
public sealed record PutPreworkItem(Viewer Viewer, Guid CollaborativeId, string Code, PreworkItemBody Body, Preconditions Preconditions)
    : ICommand<Written<PreworkItemView>>, IHasShape
{
    /// <summary>Earlier than a year before the first session there is no team that could do it.</summary>
    private const int Earliest = -366;

    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "item"),
        .. Shape.Required(Body.Title, "/title", "what is to be done", Shape.NameLength),
        .. Shape.Given(Body.Type, "/type", "the type: document, measureBaseline, teamRoster, survey, callAttendance, storyboard or systemAccess"),
        .. Shape.Given(Body.DueOffsetDays, "/dueOffsetDays", "when it is due, in days from the first learning session: -14 is two weeks before"),
        .. Body.DueOffsetDays is < Earliest or > 0 ? [new FieldError("/dueOffsetDays", "range", "Prework is due before the first learning session: give 0 or a negative number of days.")] : Array.Empty<FieldError>(),
        .. Shape.Optional(Body.Description, "/description", Shape.TextLength),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];
}

public sealed record WithdrawPreworkItem(Viewer Viewer, Guid CollaborativeId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<PreworkItemView>>;

public sealed record GetPreworkItem(Viewer Viewer, Guid CollaborativeId, string Code) : IQuery<PreworkItemView>;

/// <summary>What is asked of every team, by code.</summary>
public sealed record ListPreworkItems(Viewer Viewer, Guid CollaborativeId, PreworkType? Type, string? AfterKey, int Limit) : IQuery<Page<PreworkItemView>>;

public sealed record PreworkItemView
{
    public required string Code { get; init; }

    public required string Title { get; init; }

    public required PreworkType Type { get; init; }

    public required int DueOffsetDays { get; init; }

    public required TeamRole OwnerRole { get; init; }

    public string? Description { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>The usual checklist, to be taken as it is or changed: each item is ready to be PUT under its code.</summary>
public sealed record GetPreworkDefaults(Viewer Viewer) : IQuery<PreworkDefaults>;

public sealed record PreworkDefaults(IReadOnlyList<DefaultPreworkItem> Items);

public sealed record DefaultPreworkItem(string Code, PreworkItemBody Item);
