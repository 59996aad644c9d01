using Collaborative.Domain.Access;

namespace Collaborative.Domain.Charters;

/// <summary>How the charters of the teams stand, by team.</summary>
public sealed record ListCharters(Viewer Viewer, Guid CollaborativeId, CharterState? State, string? AfterKey, int Limit) : IQuery<Page<TeamCharterView>>;

/// <param name="State">Null where nothing is written yet.</param>
/// <param name="Flag">Null where the charter was accepted in time, and where no first active month is known.</param>
public sealed record TeamCharterView(string Team, string Name, CharterState? State, DateTimeOffset? AcceptedAt, ReadinessFlag? Flag);

/// <summary>Why a team is not ready.</summary>
public sealed record ReadinessFlag(string Code, string Message);

public static class CharterRules
{
    /// <summary>What a charter needs before it can be submitted.</summary>
    public static IEnumerable<FieldError> WhatIsMissing(CharterText charter, bool isTeams) =>
    [
        .. AimStatement.WhatIsMissing(charter.Aim),
        .. Missing(charter.Problem, "/problem", "the problem: what is known to work, and what is done instead"),
        .. charter.Measures is { Count: > 0 } ? Array.Empty<FieldError>() : [new FieldError("/measures", "required", "Name the measures that will show whether the aim is reached.")],
        .. isTeams ? Missing(charter.Sponsor, "/sponsor", "the senior leader who stands for the charter") : [],
    ];

    /// <summary>What a write makes of a charter. A text that was submitted as it is stays where its review has brought it.</summary>
    public static CharterState Next(CharterState? current, bool sameText, CharterStatus asked) =>
        asked == CharterStatus.Draft ? CharterState.Draft
        : sameText && current is { } state && state != CharterState.Draft ? state
        : CharterState.Submitted;

    /// <summary>Only what was submitted is reviewed, and only as it was read.</summary>
    public static Problem? ReviewRefusal(CharterState state, int revision, int readRevision) =>
        readRevision != revision
            ? new Problem(ProblemCode.PreconditionFailed, $"The charter changed since you read revision {readRevision}: it is now revision {revision}. Read it again, then decide.")
        : state != CharterState.Submitted
            ? new Problem(ProblemCode.CharterNotSubmitted, state switch
            {
                CharterState.Draft => "The charter is still a draft; it can be reviewed once it is submitted.",
                CharterState.Returned => "The charter was returned; it can be reviewed again once it is mended and submitted.",
                _ => "The charter is accepted already; it can be reviewed again once it is changed and submitted.",
            })
        : null;

    /// <summary>A charter accepted before the first active month, or a flag.</summary>
    /// <param name="acceptedOn">The day, where the collaborative is, on which the charter was first accepted.</param>
    /// <param name="firstActive">The month in which work begins; null while that is not known.</param>
    public static ReadinessFlag? Flag(CharterState? state, DateOnly? acceptedOn, Month? firstActive) => (state, acceptedOn, firstActive) switch
    {
        (_, _, null) => null,
        (_, { } day, { } month) when Month.Of(day) < month => null,
        (_, { } day, { } month) => new ReadinessFlag("charterLate", $"The charter was accepted on {day:yyyy-MM-dd}, after work began in {month}."),
        (null, null, { } month) => new ReadinessFlag("charterMissing", $"There is no charter yet; it is to be accepted before {month}."),
        (CharterState.Draft, null, { } month) => new ReadinessFlag("charterDraft", $"The charter is a draft; it is to be accepted before {month}."),
        (CharterState.Returned, null, { } month) => new ReadinessFlag("charterReturned", $"The charter was returned to the team; it is to be accepted before {month}."),
        (_, null, { } month) => new ReadinessFlag("charterUnreviewed", $"The charter waits for its review; it is to be accepted before {month}."),
    };

    /// <summary>What a team starts from: the collaborative's charter where there is one, otherwise what the collaborative says of itself.</summary>
    public static CharterText DraftOf(CharterText collaborative, string name, string aim, IReadOnlyList<string> measures) => new()
    {
        Title = collaborative.Title ?? name,
        Problem = collaborative.Problem,
        GlobalAim = collaborative.Aim?.Statement ?? aim,
        Aim = collaborative.Aim,
        Goals = collaborative.Goals,
        Measures = measures,
        ScopeIn = collaborative.ScopeIn,
        ScopeOut = collaborative.ScopeOut,
    };

    private static IEnumerable<FieldError> Missing(string? text, string pointer, string what) =>
        Shape.Tidy(text) is null ? [new FieldError(pointer, "required", $"Give {what}.")] : [];
}
