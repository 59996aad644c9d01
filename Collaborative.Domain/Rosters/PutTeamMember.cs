using Collaborative.Domain.Access;

namespace Collaborative.Domain.Rosters;

/// <summary>What somebody is on a team; one person may be several things.</summary>
public enum TeamRole
{
    /// <summary>The executive who sponsors the team and signs the letter of commitment.</summary>
    SeniorLeader,

    /// <summary>Has authority over the areas affected, and can give time and remove barriers.</summary>
    SystemLeader,
    ClinicalChampion,

    /// <summary>Leads the project from day to day: drives the tests of change and sees to the figures.</summary>
    DayToDayLeader,
    DataLead,

    /// <summary>A patient, a relative or somebody from the community.</summary>
    PatientOrCommunity,
    Member,
}

public sealed record TeamMemberBody
{
    public string? Name { get; init; }

    public IReadOnlyList<TeamRole>? Roles { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    /// <summary>The first day on the team; today for somebody new unless given.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day on the team.</summary>
    public DateOnly? To { get; init; }

    /// <summary>How much of a working week goes into the team's work.</summary>
    public double? TimePercent { get; init; }

    /// <summary>Does not want to be reminded.</summary>
    public bool? OptedOut { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Puts somebody on a team's roster.</summary>
public sealed record PutTeamMember(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, TeamMemberBody Body, Preconditions Preconditions)
    : ICommand<Written<TeamMemberView>>, IHasShape
{
    /// <summary>The longest address that can receive mail (RFC 5321).</summary>
    public const int EmailLength = 254;

    private const int PhoneLength = 100;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Code(Code, "member"));
        errors.AddRange(Shape.Required(Body.Name, "/name", "the person's name", Shape.NameLength));
        errors.AddRange(Shape.Optional(Body.Email, "/email", EmailLength));
        errors.AddRange(Shape.Optional(Body.Phone, "/phone", PhoneLength));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body.Roles is not { Count: > 0 } roles)
        {
            errors.Add(new FieldError("/roles", "required", "Give at least one role; member will do."));
        }
        else if (roles.Distinct().Count() < roles.Count)
        {
            errors.Add(new FieldError("/roles", "duplicate", "Name each role once."));
        }

        if (Shape.Tidy(Body.Email) is { } email && !IsAddress(email))
        {
            errors.Add(new FieldError("/email", "format", "An e-mail address is written like ann@hospital.example."));
        }

        if (Body is { From: { } from, To: { } to } && to < from)
        {
            errors.Add(new FieldError("/to", "order", "The last day on the team cannot be before the first."));
        }

        if (Body.TimePercent is < 0 or > 100)
        {
            errors.Add(new FieldError("/timePercent", "range", "Give the share of a working week, 0 to 100."));
        }

        return errors;
    }

    /// <summary>Whether a message could go there; nothing else can be told from the address.</summary>
    private static bool IsAddress(string email) =>
        email.Split('@') is [{ Length: > 0 }, { Length: > 0 } domain] && !domain.StartsWith('.') && !domain.EndsWith('.') && !email.Any(c => char.IsWhiteSpace(c) || c is ',' or ';' or '<' or '>' or '"');
}

public sealed record WithdrawTeamMember(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<TeamMemberView>>;

public sealed record GetTeamMember(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code) : IQuery<TeamMemberView>;

/// <summary>The people of one team, those who have left included, by code.</summary>
/// <param name="On">Only those who are on the team on this day.</param>
public sealed record ListTeamMembers(Viewer Viewer, Guid CollaborativeId, Guid TeamId, TeamRole? Role, DateOnly? On, string? AfterKey, int Limit)
    : IQuery<Page<TeamMemberView>>;

public sealed record TeamMemberView
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<TeamRole> Roles { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public required DateOnly From { get; init; }

    public DateOnly? To { get; init; }

    public double? TimePercent { get; init; }

    public required bool OptedOut { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
