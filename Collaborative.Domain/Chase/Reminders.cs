using Collaborative.Domain.Access;

namespace Collaborative.Domain.Chase;

/// <summary>How reminders leave the house.</summary>
public enum ReminderChannel
{
    /// <summary>Nothing is configured, and nothing is sent.</summary>
    None,
    Smtp,
    Webhook,
}

public enum ReminderState
{
    Waiting,
    Sending,
    Sent,

    /// <summary>Not sent any more: the person opted out or left the roster meanwhile.</summary>
    Dropped,

    /// <summary>Given up after many tries, or refused for good.</summary>
    Failed,
}

/// <summary>What would go out on a day, as things stand now.</summary>
/// <param name="On">Today, where the collaborative is, unless given.</param>
public sealed record PreviewReminders(Viewer Viewer, Guid CollaborativeId, DateOnly? On) : IQuery<ReminderPreview>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => Shape.Day(On, "on");
}

public sealed record ReminderPreview
{
    public required DateOnly On { get; init; }

    public required ReminderChannel Channel { get; init; }

    /// <summary>Why nothing will be sent; null where it will.</summary>
    public string? Note { get; init; }

    public required IReadOnlyList<PreviewedReminder> Items { get; init; }

    /// <summary>Teams that owe something and are not written to.</summary>
    public required IReadOnlyList<SkippedTeam> Skipped { get; init; }
}

public sealed record PreviewedReminder(Month Month, int DayOffset, string Team, string Member, string Name, string Email, string Subject, string Body);

public sealed record SkippedTeam(Month Month, int DayOffset, string Team, SkipReason Why);

public enum SkipReason
{
    /// <summary>The team has made contact.</summary>
    Contacted,

    /// <summary>Nobody on the roster has an address and wants reminders.</summary>
    Nobody,
}

/// <summary>What a message is.</summary>
public enum MessageKind
{
    /// <summary>Something is due, or overdue.</summary>
    Reminder,

    /// <summary>What the teams shared, asked and answered the day before.</summary>
    Digest,
}

/// <summary>The messages of a collaborative, the newest first.</summary>
public sealed record ListReminders(Viewer Viewer, Guid CollaborativeId, MessageKind? Kind, ReminderState? State, Month? Month, ReminderPosition? After, int Limit) : IQuery<Page<ReminderView>>;

public sealed record ReminderPosition(DateTimeOffset CreatedAt, Guid Id);

public sealed record ReminderView
{
    public required Guid Id { get; init; }

    public required MessageKind Kind { get; init; }

    /// <summary>The month that a reminder is about; null for a digest, as is the offset.</summary>
    public Month? Month { get; init; }

    public int? DayOffset { get; init; }

    public required string Team { get; init; }

    public required string Member { get; init; }

    public required string Name { get; init; }

    public required string Email { get; init; }

    public required string Subject { get; init; }

    public required ReminderState State { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was sent, dropped or given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public string? Failure { get; init; }
}

/// <summary>How often a message is tried, and how long it waits in between.</summary>
public static class ReminderRetries
{
    /// <summary>After that it is given up: within a day the next reminder is due anyway.</summary>
    public const int MostAttempts = 6;

    /// <summary>1, 4, 16, 64 and 256 minutes.</summary>
    public static TimeSpan WaitAfter(int attempts) => TimeSpan.FromMinutes(Math.Pow(4, attempts - 1));
}

/// <summary>Whom an opt-out link belongs to.</summary>
public sealed record GetOptOut(string Token) : IQuery<OptOutView>;

/// <summary>The person whose link it was wants no more reminders.</summary>
public sealed record OptOut(Guid MemberId) : ICommand<OptOutView>;

public sealed record OptOutView(Guid MemberId, string Name, string Team, string Collaborative, bool OptedOut);
