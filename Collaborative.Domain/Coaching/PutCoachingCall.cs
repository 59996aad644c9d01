using Collaborative.Domain.Access;

namespace Collaborative.Domain.Coaching;

public enum CallKind
{
    /// <summary>Every team of the collaborative.</summary>
    AllTeam,

    /// <summary>The senior leaders of all teams.</summary>
    SeniorLeader,

    /// <summary>Those who see to the figures.</summary>
    MeasurementLead,

    /// <summary>Whoever is interested in a topic.</summary>
    Affinity,

    /// <summary>One team and its coach.</summary>
    OneToOne,

    /// <summary>Whoever has a question.</summary>
    OfficeHours,
}

public sealed record CoachingCallBody
{
    public CallKind? Kind { get; init; }

    public string? Title { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>How long it lasts; an hour unless given.</summary>
    public int? DurationMinutes { get; init; }

    /// <summary>The team of a one-to-one call.</summary>
    public string? Team { get; init; }

    public string? Host { get; init; }

    public string? Agenda { get; init; }

    /// <summary>What was said and decided.</summary>
    public string? Minutes { get; init; }

    public IReadOnlyList<AgreedAction>? Actions { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Announces a call, moves it, or notes down what came of it.</summary>
public sealed record PutCoachingCall(Viewer Viewer, Guid CollaborativeId, string Code, CoachingCallBody Body, Preconditions Preconditions)
    : ICommand<Written<CoachingCallView>>, IHasShape
{
    public const int DefaultMinutes = 60;

    public const int MinutesLength = 20_000;

    private const int MostMinutes = 24 * 60;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Code(Code, "call"));
        errors.AddRange(Shape.Given(Body.Kind, "/kind", "the kind: allTeam, seniorLeader, measurementLead, affinity, oneToOne or officeHours"));
        errors.AddRange(Shape.Required(Body.Title, "/title", "the call's title", Shape.NameLength));
        errors.AddRange(Shape.Given(Body.StartsAt, "/startsAt", "when it begins"));
        errors.AddRange(Shape.Optional(Body.Host, "/host", Shape.NameLength));
        errors.AddRange(Shape.Optional(Body.Agenda, "/agenda", MinutesLength));
        errors.AddRange(Shape.Optional(Body.Minutes, "/minutes", MinutesLength));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        errors.AddRange(AgreedActions.ShapeErrors(Body.Actions, "/actions"));
        if (Body.DurationMinutes is < 1 or > MostMinutes)
        {
            errors.Add(new FieldError("/durationMinutes", "range", "A call lasts from a minute to a day."));
        }

        if (Body.Kind == CallKind.OneToOne && Body.Team is null)
        {
            errors.Add(new FieldError("/team", "required", "Name the team that this call is with."));
        }
        else if (Body.Kind is { } kind && kind != CallKind.OneToOne && Body.Team is not null)
        {
            errors.Add(new FieldError("/team", "notForKind", "Only a one-to-one call has a team; who was on another call is its attendance."));
        }
        else if (Body.Team is { } team)
        {
            errors.AddRange(Shape.Code(team, "/team"));
        }

        return errors;
    }
}

public sealed record WithdrawCoachingCall(Viewer Viewer, Guid CollaborativeId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<CoachingCallView>>;

/// <summary>A call; one with another team is not there.</summary>
public sealed record GetCoachingCall(Viewer Viewer, Guid CollaborativeId, string Code) : IQuery<CoachingCallView>;

/// <summary>The calls that the viewer may know of, by time.</summary>
public sealed record ListCoachingCalls(
    Viewer Viewer, Guid CollaborativeId, CallKind? Kind, string? Team, DateTimeOffset? From, DateTimeOffset? To, CallCursor? After, int Limit) : IQuery<Page<CoachingCallView>>;

public sealed record CallCursor(DateTimeOffset StartsAt, string CodeKey);

public sealed record CoachingCallView
{
    public required string Code { get; init; }

    public required CallKind Kind { get; init; }

    public required string Title { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required int DurationMinutes { get; init; }

    public string? Team { get; init; }

    public string? Host { get; init; }

    public string? Agenda { get; init; }

    public string? Minutes { get; init; }

    public required IReadOnlyList<AgreedAction> Actions { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
