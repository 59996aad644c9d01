using Collaborative.Domain.Access;

namespace Collaborative.Domain.Charters;

/// <summary>How far a charter has come.</summary>
public enum CharterState
{
    Draft,
    Submitted,

    /// <summary>Sent back with a comment that says what to mend.</summary>
    Returned,
    Accepted,
}

/// <summary>What a writer makes of a charter.</summary>
public enum CharterStatus
{
    Draft,
    Submitted,
}

public enum CharterVerdict
{
    Returned,
    Accepted,
}

/// <summary>What stands in a charter. A team's starts from the collaborative's.</summary>
public record CharterText
{
    public string? Title { get; init; }

    /// <summary>The gap between what is known and what is done.</summary>
    public string? Problem { get; init; }

    public Aim? Aim { get; init; }

    /// <summary>From the baseline to the target, for each goal.</summary>
    public string? Goals { get; init; }

    /// <summary>The codes of the measures.</summary>
    public IReadOnlyList<string>? Measures { get; init; }

    public string? ScopeIn { get; init; }

    public string? ScopeOut { get; init; }

    public string? Resources { get; init; }

    /// <summary>Of the collaborative's charter only, as are those up to ChangePackage.</summary>
    public string? Mission { get; init; }

    public string? Method { get; init; }

    public string? Setting { get; init; }

    public string? Timetable { get; init; }

    public string? ExpectationsOfFaculty { get; init; }

    public string? ExpectationsOfTeams { get; init; }

    public string? Fees { get; init; }

    public string? ChangePackage { get; init; }

    /// <summary>The aim of the whole collaborative, to which the team's own contributes. Of a team's charter only, as are those that follow.</summary>
    public string? GlobalAim { get; init; }

    /// <summary>The unit or population that the team begins with.</summary>
    public string? Pilot { get; init; }

    public string? Baseline { get; init; }

    /// <summary>How the work serves what the organisation strives for.</summary>
    public string? Strategy { get; init; }

    public string? Constraints { get; init; }

    /// <summary>The senior leader who stands for the charter.</summary>
    public string? Sponsor { get; init; }

    /// <summary>The day on which the sponsor signed.</summary>
    public DateOnly? SignedOn { get; init; }

    /// <summary>Without blanks around texts and without empty ones, so that equal charters are equal.</summary>
    public static CharterText Of(CharterText text) => new()
    {
        Title = Shape.Tidy(text.Title),
        Problem = Shape.Tidy(text.Problem),
        Aim = text.Aim is { } aim
            ? new Aim { Statement = Shape.Tidy(aim.Statement), HowMuch = Shape.Tidy(aim.HowMuch), ByWhen = Shape.Tidy(aim.ByWhen), ForWhom = Shape.Tidy(aim.ForWhom) }
            : null,
        Goals = Shape.Tidy(text.Goals),
        Measures = text.Measures is { Count: > 0 } measures ? measures : null,
        ScopeIn = Shape.Tidy(text.ScopeIn),
        ScopeOut = Shape.Tidy(text.ScopeOut),
        Resources = Shape.Tidy(text.Resources),
        Mission = Shape.Tidy(text.Mission),
        Method = Shape.Tidy(text.Method),
        Setting = Shape.Tidy(text.Setting),
        Timetable = Shape.Tidy(text.Timetable),
        ExpectationsOfFaculty = Shape.Tidy(text.ExpectationsOfFaculty),
        ExpectationsOfTeams = Shape.Tidy(text.ExpectationsOfTeams),
        Fees = Shape.Tidy(text.Fees),
        ChangePackage = Shape.Tidy(text.ChangePackage),
        GlobalAim = Shape.Tidy(text.GlobalAim),
        Pilot = Shape.Tidy(text.Pilot),
        Baseline = Shape.Tidy(text.Baseline),
        Strategy = Shape.Tidy(text.Strategy),
        Constraints = Shape.Tidy(text.Constraints),
        Sponsor = Shape.Tidy(text.Sponsor),
        SignedOn = text.SignedOn,
    };
}

public sealed record CharterBody : CharterText
{
    /// <summary>Draft unless given; a draft may be incomplete.</summary>
    public CharterStatus? Status { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Writes a charter: the collaborative's, or a team's.</summary>
/// <param name="TeamId">Null for the collaborative's own.</param>
public sealed record PutCharter(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, CharterBody Body, Preconditions Preconditions)
    : ICommand<Written<CharterView>>, IHasShape
{
    private const int MostMeasures = 100;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        foreach (var (pointer, text) in Common(Body).Concat(OfCollaborative(Body)).Concat(OfTeam(Body)))
        {
            errors.AddRange(Shape.Optional(text, pointer, Shape.TextLength));
        }

        errors.AddRange((TeamId is null ? OfTeam(Body) : OfCollaborative(Body))
            .Where(field => Shape.Tidy(field.Text) is not null)
            .Select(field => new FieldError(field.Pointer, "notHere", $"This belongs into the charter of {(TeamId is null ? "a team" : "the collaborative")}; leave it out here.")));
        if (TeamId is null && Body.SignedOn is not null)
        {
            errors.Add(new FieldError("/signedOn", "notHere", "This belongs into the charter of a team; leave it out here."));
        }

        if (Body.Measures is { } measures)
        {
            errors.AddRange(measures.SelectMany((measure, i) => Shape.Code(measure, $"/measures/{i}")));
            if (measures.Count > MostMeasures)
            {
                errors.Add(new FieldError("/measures", "tooMany", $"Name at most {MostMeasures} measures."));
            }
        }

        if (Body.Status == CharterStatus.Submitted)
        {
            errors.AddRange(CharterRules.WhatIsMissing(Body, TeamId is not null));
        }

        return errors;
    }

    private static IEnumerable<(string Pointer, string? Text)> Common(CharterBody body) =>
    [
        ("/title", body.Title), ("/problem", body.Problem), ("/aim/statement", body.Aim?.Statement), ("/aim/howMuch", body.Aim?.HowMuch), ("/aim/byWhen", body.Aim?.ByWhen),
        ("/aim/forWhom", body.Aim?.ForWhom), ("/goals", body.Goals), ("/scopeIn", body.ScopeIn), ("/scopeOut", body.ScopeOut), ("/resources", body.Resources), ("/reason", body.Reason),
    ];

    private static IEnumerable<(string Pointer, string? Text)> OfCollaborative(CharterBody body) =>
    [
        ("/mission", body.Mission), ("/method", body.Method), ("/setting", body.Setting), ("/timetable", body.Timetable), ("/expectationsOfFaculty", body.ExpectationsOfFaculty),
        ("/expectationsOfTeams", body.ExpectationsOfTeams), ("/fees", body.Fees), ("/changePackage", body.ChangePackage),
    ];

    private static IEnumerable<(string Pointer, string? Text)> OfTeam(CharterBody body) =>
    [
        ("/globalAim", body.GlobalAim), ("/pilot", body.Pilot), ("/baseline", body.Baseline), ("/strategy", body.Strategy), ("/constraints", body.Constraints), ("/sponsor", body.Sponsor),
    ];
}

public sealed record GetCharter(Viewer Viewer, Guid CollaborativeId, Guid? TeamId) : IQuery<CharterView>;

/// <summary>What a team's charter starts from: the collaborative's, as far as a team's has it too.</summary>
public sealed record GetCharterDraft(Viewer Viewer, Guid CollaborativeId, Guid TeamId) : IQuery<CharterText>;

public sealed record CharterView : CharterText
{
    public CharterState State { get; init; }

    /// <summary>What the last review said.</summary>
    public string? ReviewComment { get; init; }

    /// <summary>When it was first accepted; a later version does not take that back.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    public int Revision { get; init; }

    public DateTimeOffset RecordedAt { get; init; }

    public string RecordedBy { get; init; } = "";
}
