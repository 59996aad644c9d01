using Collaborative.Domain.Access;
using Collaborative.Domain.Rosters;

namespace Collaborative.Domain.Prework;

/// <summary>One item as a team stands with it.</summary>
public readonly record struct PreworkStanding(string Item, string Title, PreworkType Type, TeamRole OwnerRole, int DueOffsetDays, PreworkState State, DateTimeOffset? SubmittedAt);

public static class PreworkRules
{
    private static readonly PreworkState[] Reviewed = [PreworkState.Accepted, PreworkState.Waived];

    /// <summary>Teams do and submit; faculty and directors accept and waive, and send back what they had accepted.</summary>
    /// <param name="current">What is there; not started when nothing is.</param>
    public static Problem? Refusal(Viewer viewer, PreworkState current, PreworkState wanted)
    {
        if (AccessPolicy.IsRoleAllowed(viewer.Role, Operation.ReviewTeamWork))
        {
            return null;
        }

        if (!AccessPolicy.IsRoleAllowed(viewer.Role, Operation.WriteTeamWork))
        {
            return new Problem(ProblemCode.Forbidden, "You can read your team's prework; ask your data lead to change it.");
        }

        if (Reviewed.Contains(wanted) && wanted != current)
        {
            return new Problem(ProblemCode.Forbidden, "Only faculty and directors accept or waive prework; send it as submitted.");
        }

        return Reviewed.Contains(current)
            ? new Problem(ProblemCode.PreworkReviewed, $"This has been {(current == PreworkState.Accepted ? "accepted" : "waived")} already. Ask your faculty to send it back if it must change.")
            : null;
    }

    /// <summary>When it was submitted, once it is; the first time counts until it goes back.</summary>
    public static DateTimeOffset? SubmittedAt(PreworkState wanted, DateTimeOffset? before, DateTimeOffset now) => wanted switch
    {
        PreworkState.Submitted or PreworkState.Accepted => before ?? now,
        PreworkState.Waived => before,
        _ => null,
    };

    /// <param name="firstSession">The first day of the first learning session, if there is one.</param>
    public static TeamPrework Sum(string team, IReadOnlyCollection<PreworkStanding> items, DateOnly? firstSession, DateOnly today)
    {
        var list = items.Select(item =>
        {
            DateOnly? due = firstSession?.AddDays(item.DueOffsetDays);
            return new TeamPreworkItem(item.Item, item.Title, item.Type, item.OwnerRole, due, item.State, item.SubmittedAt, due < today && item.State < PreworkState.Submitted);
        }).ToList();
        return new TeamPrework(
            team,
            list.Count == 0 ? null : 100.0 * list.Count(item => Reviewed.Contains(item.State)) / list.Count,
            list.Count(item => item.Overdue),
            list);
    }

    /// <summary>A usual checklist: what teams are asked for in the two months before the first learning session.</summary>
    public static readonly IReadOnlyList<DefaultPreworkItem> Defaults =
    [
        Default("system-access", PreworkType.SystemAccess, -56, TeamRole.DataLead, "Get access", "Accounts for those who enter and see figures."),
        Default("prework-call-1", PreworkType.CallAttendance, -56, TeamRole.DayToDayLeader, "Join the first prework call", "How the collaborative works, and what is asked of a team."),
        Default("roster", PreworkType.TeamRoster, -42, TeamRole.DayToDayLeader, "Form the team", "Six to ten people with their roles; senior leader, day-to-day leader and data lead are named."),
        Default("aim", PreworkType.Document, -42, TeamRole.DayToDayLeader, "Draft the aim", "How much, by when, for whom."),
        Default("survey", PreworkType.Survey, -28, TeamRole.DataLead, "Fill in the survey of information systems", "Which data there are, and where."),
        Default("initiatives", PreworkType.Document, -28, TeamRole.DayToDayLeader, "List the improvement work under way", "What else the same people work on."),
        Default("baseline", PreworkType.MeasureBaseline, -28, TeamRole.DataLead, "Send baseline figures", "At least 3 months of every required measure, better 12."),
        Default("prework-call-2", PreworkType.CallAttendance, -28, TeamRole.DataLead, "Join the second prework call", "What each measure means, and questions about the figures."),
        Default("charter", PreworkType.Document, -14, TeamRole.SeniorLeader, "Have the team charter accepted", "Problem, aim, measures and scope, signed by the senior leader."),
        Default("storyboard", PreworkType.Storyboard, -14, TeamRole.DayToDayLeader, "Make the storyboard", "Who you are, your aim and where you start from, for the first learning session."),
    ];

    private static DefaultPreworkItem Default(string code, PreworkType type, int due, TeamRole owner, string title, string description) =>
        new(code, new PreworkItemBody { Title = title, Type = type, DueOffsetDays = due, OwnerRole = owner, Description = description });
}
