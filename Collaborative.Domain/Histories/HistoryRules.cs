using Collaborative.Domain.Access;

namespace Collaborative.Domain.Histories;

/// <summary>
/// Who reads what of the history: never more than of the things themselves. What belongs to a team is read by those who read the team's
/// work, and what belongs to the whole collaborative by everyone who reads the history, but for the kinds that fewer people read.
/// </summary>
public static class HistoryRules
{
    /// <summary>The kinds that need no more than that.</summary>
    public static readonly IReadOnlyList<string> Open =
    [
        "annotation", "assessment", "attendance", "barrier", "calendar", "calendarEvent", "changeIdea", "changePackage", "charter", "charterReview",
        "chaseContact", "coachingCall", "enrolment", "flag", "ideaProgress", "learningSession", "libraryEntry", "pdsaCycle", "phase", "prework", "preworkItem", "readiness",
        "report", "reportReview", "scale", "sessionEvaluation", "siteVisit", "stage", "storyboard", "teamMember", "threadPost",
    ];

    /// <summary>Team beside team; an import may be about any of them, and others read their own only.</summary>
    public static readonly IReadOnlyList<string> OfComparisons = ["callAttendance", "import"];

    public static readonly IReadOnlyList<string> OfImports = ["importProfile"];

    /// <summary>For those who run the collaborative; so is every kind that stands nowhere here.</summary>
    public static readonly IReadOnlyList<string> OfDirectors = ["calendarLink", "connection", "webhook"];

    /// <summary>All of them.</summary>
    public static IEnumerable<string> Kinds => [.. Open, .. OfComparisons, .. OfImports, .. OfDirectors];

    public static HistorySight Sight(Viewer viewer) => new(
        AccessPolicy.IsRoleAllowed(viewer.Role, Operation.RunProgramme),
        AccessPolicy.IsRoleAllowed(viewer.Role, Operation.CompareTeams),
        AccessPolicy.IsRoleAllowed(viewer.Role, Operation.ReadImports),
        AccessPolicy.IsRoleAllowed(viewer.Role, Operation.ReadTeamWork),
        viewer.IsLimitedToTeams);
}

/// <summary>What a viewer may read of the history.</summary>
/// <param name="EveryKind">Whatever kind of thing it is.</param>
/// <param name="Teams">What belongs to teams at all.</param>
/// <param name="OwnTeamsOnly">Of that, only what belongs to the teams that the viewer's key names.</param>
public sealed record HistorySight(bool EveryKind, bool Comparisons, bool Imports, bool Teams, bool OwnTeamsOnly);
