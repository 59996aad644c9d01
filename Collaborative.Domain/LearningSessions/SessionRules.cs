namespace Collaborative.Domain.LearningSessions;

/// <summary>When a session is, as far as its neighbours are concerned.</summary>
public sealed record SessionDates(string Code, int Number, DateOnly FirstDay, DateOnly LastDay);

/// <summary>What the sessions of a collaborative are to one another.</summary>
public static class SessionRules
{
    /// <summary>Each team typically sends three of its members.</summary>
    public const int DefaultPerTeam = 3;

    /// <summary>What teams are asked after a session unless the collaborative asks something else.</summary>
    public static readonly IReadOnlyList<EvaluationQuestion> DefaultQuestions =
    [
        new() { Code = "objectives", Text = "The session met its objectives." },
        new() { Code = "useful", Text = "We can use what we learned in our own work." },
        new() { Code = "faculty", Text = "The faculty and presenters were clear and helpful." },
        new() { Code = "teams", Text = "There was enough time to learn from other teams." },
        new() { Code = "planning", Text = "We leave with a plan for the action period." },
    ];

    /// <summary>Sessions follow one another: a later number is a later date, and no two share a day.</summary>
    public static Problem? Refusal(IEnumerable<SessionDates> others, SessionDates wanted)
    {
        foreach (var other in others)
        {
            if (other.Number == wanted.Number)
            {
                return Refused($"Session {other.Code} already is number {other.Number}; give this one another number.");
            }

            var (earlier, later) = other.Number < wanted.Number ? (other, wanted) : (wanted, other);
            if (later.FirstDay <= earlier.LastDay)
            {
                return Refused(
                    $"Session {later.Code}, number {later.Number}, would begin on {later.FirstDay:yyyy-MM-dd}, before number {earlier.Number}, {earlier.Code}, has ended on {earlier.LastDay:yyyy-MM-dd}. "
                    + "Move one of them, or change the numbers.");
            }
        }

        return null;

        static Problem Refused(string sentence) => new(ProblemCode.SessionsOutOfOrder, sentence);
    }

    /// <summary>An action period spans the end of one session to the start of the next; after the last session it lasts as long as the collaborative.</summary>
    /// <param name="sessions">In their order.</param>
    /// <param name="end">The last day of the collaborative.</param>
    public static IEnumerable<ActionPeriod> ActionPeriods(IReadOnlyList<SessionDates> sessions, DateOnly end)
    {
        for (var i = 0; i < sessions.Count; i++)
        {
            var next = i + 1 < sessions.Count ? sessions[i + 1] : null;
            var (from, to) = (sessions[i].LastDay.AddDays(1), next?.FirstDay.AddDays(-1) ?? end);

            // Sessions on days that follow one another leave no time between them.
            if (from <= to)
            {
                yield return new ActionPeriod(sessions[i].Number, sessions[i].Code, next?.Code, from, to);
            }
        }
    }
}
