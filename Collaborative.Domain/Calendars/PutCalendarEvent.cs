using Collaborative.Domain.Access;

namespace Collaborative.Domain.Calendars;

public sealed record CalendarEventBody
{
    /// <summary>Of an event that is added: milestone, call or event. An entry of the default calendar has its own.</summary>
    public CalendarKind? Kind { get; init; }

    /// <summary>The default entry's own unless given.</summary>
    public string? Title { get; init; }

    /// <summary>The default entry's own day unless given.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day; as long as the default entry, or one day, unless given.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Takes an entry of the default calendar away.</summary>
    public bool? Removed { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Moves, renames or removes an entry of the default calendar, or adds one of one's own.</summary>
public sealed record PutCalendarEvent(Viewer Viewer, Guid CollaborativeId, string Code, CalendarEventBody Body, Preconditions Preconditions)
    : ICommand<Written<CalendarEventView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Code(Code, "event"));
        errors.AddRange(Shape.Optional(Body.Title, "/title", Shape.NameLength));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body is { From: { } from, To: { } to } && to < from)
        {
            errors.Add(new FieldError("/to", "order", $"It cannot end before it begins on {from:yyyy-MM-dd}."));
        }

        return errors;
    }

    /// <summary>What is wrong with the body, given whether the code is one of the default calendar's.</summary>
    public IEnumerable<FieldError> Errors(bool isDefault)
    {
        if (isDefault)
        {
            return Body.Kind is null ? [] : [new FieldError("/kind", "notHere", "An entry of the default calendar keeps its kind; leave it out.")];
        }

        return
        [
            .. Shape.Given(Body.Kind, "/kind", "the kind: milestone, call or event"),
            .. Body.Kind is CalendarKind.LearningSession or CalendarKind.ActionPeriod or CalendarKind.ReportDue
                ? [new FieldError("/kind", "notHere", "Learning sessions, action periods and due days come from elsewhere; add a milestone, a call or an event.")]
                : Array.Empty<FieldError>(),
            .. Shape.Required(Body.Title, "/title", "the title", Shape.NameLength),
            .. Shape.Given(Body.From, "/from", "the first day"),
            .. Body.Removed == true
                ? [new FieldError("/removed", "notHere", "Only an entry of the default calendar is removed so; take back one that you added with DELETE.")]
                : Array.Empty<FieldError>(),
        ];
    }
}

public sealed record WithdrawCalendarEvent(Viewer Viewer, Guid CollaborativeId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<CalendarEventView>>;

public sealed record GetCalendarEvent(Viewer Viewer, Guid CollaborativeId, string Code) : IQuery<CalendarEventView>;

/// <summary>What was changed in the calendar, by code.</summary>
public sealed record ListCalendarEvents(Viewer Viewer, Guid CollaborativeId, string? AfterKey, int Limit) : IQuery<Page<CalendarEventView>>;

/// <summary>What was changed; null where the default calendar's own stands.</summary>
public sealed record CalendarEventView
{
    public required string Code { get; init; }

    public CalendarKind? Kind { get; init; }

    public string? Title { get; init; }

    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }

    public required bool Removed { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
