using Collaborative.Domain.Access;
using Collaborative.Domain.Teams;

namespace Collaborative.Domain.LearningSessions;

/// <summary>Who came to a session as a whole, and what they thought of it.</summary>
public sealed record GetSessionKpis(Viewer Viewer, Guid CollaborativeId, string Session) : IQuery<SessionKpis>;

/// <param name="Teams">How many teams were expected: those that take part at the time.</param>
/// <param name="People">How many different people of them came, on any day.</param>
/// <param name="Virtually">How many of them came virtually only.</param>
/// <param name="TeamsPresent">How many teams sent somebody.</param>
/// <param name="TeamsWithExpected">How many sent as many people as expected, or more.</param>
/// <param name="TeamsWithSeniorLeader">How many came with their senior leader.</param>
/// <param name="Missing">Teams of which nobody came.</param>
/// <param name="BelowExpected">Teams of which somebody came, but fewer than expected.</param>
/// <param name="WithoutSeniorLeader">Teams of which somebody came, but not the senior leader.</param>
public sealed record SessionKpis(
    string Session,
    int ExpectedPerTeam,
    int Teams,
    int People,
    int Virtually,
    int TeamsPresent,
    int TeamsWithExpected,
    double? PercentWithExpected,
    int TeamsWithSeniorLeader,
    double? PercentWithSeniorLeader,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> BelowExpected,
    IReadOnlyList<string> WithoutSeniorLeader,
    IReadOnlyList<QuestionMean> Evaluation);

/// <param name="Answers">How many teams rated it.</param>
/// <param name="Mean">From 1 to 5; null when nobody did.</param>
public sealed record QuestionMean(string Question, string Text, int Answers, double? Mean);

/// <summary>How many of one team came.</summary>
public readonly record struct TeamTurnout(string Team, TeamState State, int People, int InPerson, bool SeniorLeader);

public static class TurnoutRules
{
    /// <summary>Whether a team is expected at what takes place on a day: it takes part then, or is one of those that begin with the collaborative.</summary>
    /// <param name="start">The collaborative's first month: what takes place before it is for all that begin with it.</param>
    public static bool IsExpected(TeamState team, Month start, DateOnly day) => team.IsEnrolledIn(Month.Max(Month.Of(day), start));

    /// <param name="turnout">Of every team, by code.</param>
    /// <param name="rated">How often each question was rated, and the sum of its ratings.</param>
    public static SessionKpis Sum(
        SessionDates session, int expectedPerTeam, Month start, IEnumerable<TeamTurnout> turnout,
        IReadOnlyList<EvaluationQuestion> questions, IReadOnlyDictionary<string, (int Answers, int Total)> rated)
    {
        var teams = turnout.Where(team => IsExpected(team.State, start, session.FirstDay)).ToList();
        var present = teams.FindAll(team => team.People > 0);
        var full = present.Count(team => team.People >= expectedPerTeam);
        var led = present.Count(team => team.SeniorLeader);
        return new SessionKpis(
            session.Code,
            expectedPerTeam,
            teams.Count,
            present.Sum(team => team.People),
            present.Sum(team => team.People - team.InPerson),
            present.Count,
            full,
            Percent(full, teams.Count),
            led,
            Percent(led, teams.Count),
            Names(teams, team => team.People == 0),
            Names(present, team => team.People < expectedPerTeam),
            Names(present, team => !team.SeniorLeader),
            [
                .. questions.Select(question => rated.TryGetValue(Code.KeyOf(question.Code!), out var ratings)
                    ? new QuestionMean(question.Code!, question.Text!, ratings.Answers, (double)ratings.Total / ratings.Answers)
                    : new QuestionMean(question.Code!, question.Text!, 0, null)),
            ]);
    }

    public static double? Percent(int part, int whole) => whole == 0 ? null : 100.0 * part / whole;

    private static IReadOnlyList<string> Names(List<TeamTurnout> teams, Predicate<TeamTurnout> which) => [.. teams.FindAll(which).Select(team => team.Team)];
}
