using System.Globalization;
using Collaborative.Domain.Access;

namespace Collaborative.Domain.Rosters;

/// <summary>Whether a team has the people it needs, and who is missing.</summary>
/// <param name="On">The day that is looked at; today unless given.</param>
public sealed record ReviewRoster(Viewer Viewer, Guid CollaborativeId, Guid TeamId, DateOnly? On) : IQuery<RosterReview>;

/// <summary>The same of all teams that the viewer may see, by team; those that were declined or have withdrawn are left out.</summary>
public sealed record ListRosters(Viewer Viewer, Guid CollaborativeId, DateOnly? On, string? AfterKey, int Limit) : IQuery<Page<RosterReview>>;

/// <param name="Members">How many people are on the team that day.</param>
/// <param name="Complete">Senior leader, day-to-day leader and data lead are each there.</param>
/// <param name="Missing">Which of them are not.</param>
/// <param name="Remarks">What is missing or unusual, each in a sentence.</param>
public sealed record RosterReview(string Team, DateOnly On, int Members, bool Complete, IReadOnlyList<TeamRole> Missing, IReadOnlyList<RosterRemark> Remarks);

public sealed record RosterRemark(string Code, string Message);

/// <summary>Somebody who is on the team that day.</summary>
public readonly record struct RosterEntry(IReadOnlyList<TeamRole> Roles, double? TimePercent);

public static class RosterRules
{
    /// <summary>A home team has 6 to 10 people (expectations of participating sites).</summary>
    private const int FewestMembers = 6;

    private const int MostMembers = 10;

    /// <summary>What a project leader needs of a working week (expectations of participating sites).</summary>
    private const double LeastLeaderTime = 20;

    private const double MostLeaderTime = 40;

    private static readonly (TeamRole Role, string Words)[] Needed =
    [
        (TeamRole.SeniorLeader, "senior leader"),
        (TeamRole.DayToDayLeader, "day-to-day leader"),
        (TeamRole.DataLead, "data lead"),
    ];

    public static RosterReview Review(string team, DateOnly on, IReadOnlyCollection<RosterEntry> people)
    {
        var missing = Needed.Where(needed => !people.Any(person => person.Roles.Contains(needed.Role))).ToList();
        return new RosterReview(
            team,
            on,
            people.Count,
            missing.Count == 0,
            [.. missing.Select(needed => needed.Role)],
            [
                .. missing.Select(needed => new RosterRemark("missingRole", $"The team has no {needed.Words}. Give somebody the role.")),
                .. Size(people.Count),
                .. LeaderTime(people),
                .. people.Any(person => person.Roles.Contains(TeamRole.PatientOrCommunity))
                    ? Array.Empty<RosterRemark>()
                    : [new RosterRemark("noPatientOrCommunity", "No patient, relative or member of the community is on the team. Invite one to take part.")],
            ]);
    }

    private static IEnumerable<RosterRemark> Size(int members) => members switch
    {
        < FewestMembers => [new RosterRemark("fewMembers", $"The team has {Count(members)}; {FewestMembers} to {MostMembers} of different professions work best.")],
        > MostMembers => [new RosterRemark("manyMembers", $"The team has {Count(members)}; with more than {MostMembers} it is hard to meet. Let some take part from the edge.")],
        _ => [],
    };

    private static IEnumerable<RosterRemark> LeaderTime(IReadOnlyCollection<RosterEntry> people)
    {
        var leaders = people.Where(person => person.Roles.Contains(TeamRole.DayToDayLeader)).ToList();
        if (leaders.Count == 0)
        {
            return [];
        }

        // Two who share the work share the time.
        if (leaders.Any(leader => leader.TimePercent is null))
        {
            return [new RosterRemark("leaderTimeUnknown", "It is not noted how much time the day-to-day leader has. Fill it in: 20 to 40 % of a working week is needed.")];
        }

        var time = leaders.Sum(leader => leader.TimePercent!.Value);
        var written = time.ToString("0.#", CultureInfo.InvariantCulture);
        return time switch
        {
            < LeastLeaderTime => [new RosterRemark("leaderTimeShort", $"The day-to-day leader has {written} % of a working week; {LeastLeaderTime} to {MostLeaderTime} % is needed. Ask the senior leader for more.")],
            > MostLeaderTime => [new RosterRemark("leaderTimeLong", $"The day-to-day leader has {written} % of a working week, more than the usual {LeastLeaderTime} to {MostLeaderTime} %. Check the figure.")],
            _ => [],
        };
    }

    private static string Count(int members) => members == 1 ? "1 member" : $"{members} members";
}
