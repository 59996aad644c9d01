using Collaborative.Domain.Access;

namespace Collaborative.Domain.Calendars;

public sealed record CalendarLinkBody
{
    /// <summary>For whom, or for which program.</summary>
    public string? Title { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Makes a secret address under which a calendar program reads the calendar.</summary>
public sealed record PutCalendarLink(Viewer Viewer, Guid CollaborativeId, string Code, CalendarLinkBody Body, Preconditions Preconditions)
    : ICommand<Written<CalendarLinkView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "link"),
        .. Shape.Optional(Body.Title, "/title", Shape.NameLength),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];
}

/// <summary>From then on the address is one that does not exist.</summary>
public sealed record RevokeCalendarLink(Viewer Viewer, Guid CollaborativeId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<CalendarLinkView>>;

public sealed record GetCalendarLink(Viewer Viewer, Guid CollaborativeId, string Code) : IQuery<CalendarLinkView>;

/// <summary>The links that work, by code.</summary>
public sealed record ListCalendarLinks(Viewer Viewer, Guid CollaborativeId, string? AfterKey, int Limit) : IQuery<Page<CalendarLinkView>>;

public sealed record CalendarLinkView
{
    public required string Code { get; init; }

    public string? Title { get; init; }

    /// <summary>The secret of the address /calendars/{token}.ics; shown once, when the link is made.</summary>
    public string? Token { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>The calendar behind a secret address, as an iCalendar file (RFC 5545).</summary>
public sealed record GetCalendarFeed(string Token) : IQuery<byte[]>;
