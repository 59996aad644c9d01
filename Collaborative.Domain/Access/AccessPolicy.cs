namespace Collaborative.Domain.Access;

/// <summary>What a key may do; the names are those of the field.</summary>
public enum Role
{
    Administrator,
    Director,
    Faculty,
    Sponsor,
    DataLead,
    Member,
    Integration,
}

/// <summary>Who is asking: one API key, its role, its collaborative and, for some roles, its teams.</summary>
public sealed record Viewer
{
    public required Guid KeyId { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    /// <summary>When the key, if nobody revokes it, ceases to be good.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Null for administrators only.</summary>
    public Guid? CollaborativeId { get; init; }

    /// <summary>The teams that the key is limited to; empty when it is not limited to teams.</summary>
    public IReadOnlySet<Guid> TeamIds { get; init; } = new HashSet<Guid>();

    public bool IsLimitedToTeams => Role is Role.DataLead or Role.Member || TeamIds.Count > 0;

    /// <summary>May this viewer know that the team exists?</summary>
    public bool Sees(Guid teamId) => !IsLimitedToTeams || TeamIds.Contains(teamId);

    /// <summary>A director may do what others may not once a month is locked.</summary>
    public bool MayOverrideLocks => Role is Role.Administrator or Role.Director;
}

/// <summary>Everything that can be asked of the system, as far as access is concerned.</summary>
public enum Operation
{
    ReadMe,
    Analyse,
    ListCollaboratives,
    ReadCollaborative,
    EditCollaborative,
    ReadTeams,
    EditTeams,
    ReadMeasures,
    EditMeasures,
    ReadSubmissions,
    WriteSubmissions,
    ReadTeamCharts,
    ReadAggregateCharts,
    ReadReporting,

    /// <summary>Notes, phases and flags on a team's charts.</summary>
    EditTeamCharts,

    /// <summary>Notes, phases and flags on the charts of all teams.</summary>
    EditAggregateCharts,

    /// <summary>Team beside team, by name.</summary>
    CompareTeams,

    /// <summary>What belongs to the whole collaborative: stage, calendar, sessions, change package, scales, library.</summary>
    ReadProgramme,

    /// <summary>Running the collaborative: all of the above, written.</summary>
    RunProgramme,

    /// <summary>A team's own papers: charter, enrolment, roster, prework, tests of change, reports, assessments, barriers.</summary>
    ReadTeamWork,
    WriteTeamWork,

    /// <summary>Faculty's part in a team's work: returning or accepting it, scoring it, noting down calls and visits.</summary>
    ReviewTeamWork,

    /// <summary>Who wrote what and when; of each entry no more than of the thing itself. For people: an integration writes figures only.</summary>
    ReadHistory,

    /// <summary>A word in the threads of the library.</summary>
    Contribute,
    Import,
    ReadImports,
    CancelImports,

    /// <summary>A person's word on an import that waits for it.</summary>
    ReviewImports,

    /// <summary>Making a collaborative out of an archive.</summary>
    ImportArchives,
}

public enum Verdict
{
    Allowed,

    /// <summary>Not yours: answered like something that does not exist.</summary>
    Hidden,

    /// <summary>Known to you, never allowed.</summary>
    Forbidden,
}

/// <summary>What a role may do, for a key that asks who it is.</summary>
public sealed record GetMe(Viewer Viewer) : IQuery<MeView>;

public sealed record MeView
{
    public required Guid KeyId { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    /// <summary>Null for administrators, who see all.</summary>
    public string? Collaborative { get; init; }

    /// <summary>The teams that the key is limited to; empty when it is not.</summary>
    public required IReadOnlyList<string> Teams { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required IReadOnlyList<Operation> MayDo { get; init; }
}

/// <summary>The whole of who may do what. Pure, so that the matrix test and the server read the same table.</summary>
public static class AccessPolicy
{
    private static readonly Dictionary<Operation, Role[]> Allowed = new()
    {
        [Operation.ReadMe] = Enum.GetValues<Role>(),
        [Operation.Analyse] = Enum.GetValues<Role>(),
        [Operation.ListCollaboratives] = Enum.GetValues<Role>(),
        [Operation.ReadCollaborative] = Enum.GetValues<Role>(),
        [Operation.EditCollaborative] = [Role.Administrator, Role.Director],
        [Operation.ReadTeams] = Enum.GetValues<Role>(),
        [Operation.EditTeams] = [Role.Administrator, Role.Director],
        [Operation.ReadMeasures] = Enum.GetValues<Role>(),
        [Operation.EditMeasures] = [Role.Administrator, Role.Director],
        [Operation.ReadSubmissions] = [Role.Administrator, Role.Director, Role.Faculty, Role.DataLead, Role.Member, Role.Integration],
        [Operation.WriteSubmissions] = [Role.Administrator, Role.Director, Role.DataLead, Role.Integration],
        [Operation.ReadTeamCharts] = [Role.Administrator, Role.Director, Role.Faculty, Role.DataLead, Role.Member],
        [Operation.ReadAggregateCharts] = Enum.GetValues<Role>(),
        [Operation.ReadReporting] = [Role.Administrator, Role.Director, Role.Faculty, Role.DataLead, Role.Member],
        [Operation.EditTeamCharts] = [Role.Administrator, Role.Director, Role.DataLead],
        [Operation.EditAggregateCharts] = [Role.Administrator, Role.Director],
        [Operation.CompareTeams] = [Role.Administrator, Role.Director, Role.Faculty],
        [Operation.ReadProgramme] = Enum.GetValues<Role>(),
        [Operation.RunProgramme] = [Role.Administrator, Role.Director],
        [Operation.ReadTeamWork] = [Role.Administrator, Role.Director, Role.Faculty, Role.DataLead, Role.Member],
        [Operation.WriteTeamWork] = [Role.Administrator, Role.Director, Role.DataLead],
        [Operation.ReviewTeamWork] = [Role.Administrator, Role.Director, Role.Faculty],
        [Operation.ReadHistory] = [Role.Administrator, Role.Director, Role.Faculty, Role.Sponsor, Role.DataLead, Role.Member],
        [Operation.Contribute] = [Role.Administrator, Role.Director, Role.Faculty, Role.DataLead, Role.Member],
        [Operation.Import] = [Role.Administrator, Role.Director, Role.DataLead, Role.Integration],
        [Operation.ReadImports] = [Role.Administrator, Role.Director, Role.Faculty, Role.DataLead, Role.Integration],
        [Operation.ReviewImports] = [Role.Administrator, Role.Director, Role.DataLead],
        [Operation.CancelImports] = [Role.Administrator, Role.Director, Role.DataLead, Role.Integration],
        [Operation.ImportArchives] = [Role.Administrator],
    };

    /// <summary>Everyone in a collaborative knows its teams by name; their figures are another matter.</summary>
    private static readonly Operation[] NamesOnly = [Operation.ReadTeams, Operation.EditTeams];

    public static bool IsRoleAllowed(Role role, Operation operation) => Allowed[operation].Contains(role);

    /// <param name="collaborativeId">The collaborative addressed; null when the address names none, or none that exists.</param>
    /// <param name="collaborativeNamed">Whether the address names a collaborative at all.</param>
    /// <param name="teamId">The team addressed; null when the address names none, or none that exists.</param>
    /// <param name="teamNamed">Whether the address names a team at all.</param>
    public static Verdict Decide(Viewer viewer, Operation operation, Guid? collaborativeId, bool collaborativeNamed, Guid? teamId, bool teamNamed)
    {
        if (collaborativeNamed && viewer.Role != Role.Administrator && (collaborativeId is null || viewer.CollaborativeId != collaborativeId))
        {
            return Verdict.Hidden;
        }

        if (teamNamed && !NamesOnly.Contains(operation) && viewer.IsLimitedToTeams && (teamId is null || !viewer.Sees(teamId.Value)))
        {
            return Verdict.Hidden;
        }

        return IsRoleAllowed(viewer.Role, operation) ? Verdict.Allowed : Verdict.Forbidden;
    }

    /// <summary>Who defines teams may also let an import make them.</summary>
    public static bool MayCreateTeamsByImport(Viewer viewer) => IsRoleAllowed(viewer.Role, Operation.EditTeams);
}
