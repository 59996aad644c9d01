using System.Globalization;
using Collaborative.Domain.Coaching;

namespace Collaborative.Domain.Calendars;

public enum CalendarKind
{
    Milestone,
    LearningSession,
    ActionPeriod,
    Call,
    ReportDue,
    Event,
}

public enum CalendarSource
{
    /// <summary>Computed from the date of the first learning session.</summary>
    Default,

    /// <summary>Moved, renamed or added by hand.</summary>
    Edited,

    /// <summary>A learning session that is kept as such.</summary>
    Session,

    /// <summary>A call that is kept as such.</summary>
    Call,

    /// <summary>The due day of a month's figures.</summary>
    Due,
}

/// <summary>From what the default calendar is computed.</summary>
/// <param name="FirstSession">The first day of learning session 1.</param>
public sealed record CalendarPlan(DateOnly FirstSession, int LearningSessions, int SessionDays, int MonthsBetweenSessions, int MonthsToClosing)
{
    public const int DefaultLearningSessions = 3;
    public const int DefaultSessionDays = 2;
    public const int DefaultMonthsBetweenSessions = 4;
    public const int DefaultMonthsToClosing = 12;

    public static CalendarPlan Starting(DateOnly firstSession) =>
        new(firstSession, DefaultLearningSessions, DefaultSessionDays, DefaultMonthsBetweenSessions, DefaultMonthsToClosing);
}

/// <summary>One entry of the default calendar.</summary>
public sealed record DefaultEntry(string Code, CalendarKind Kind, string Title, DateOnly From, DateOnly To)
{
    /// <summary>Of a learning session: which it is.</summary>
    public int? Number { get; init; }

    /// <summary>Of a call: what kind of call.</summary>
    public CallKind? CallKind { get; init; }
}

/// <summary>The calendar of a 13-month collaborative, in offsets from the first learning session.</summary>
/// <remarks>
/// Prework of two months and learning sessions of two days: HDC and H4C collaboratives, "Improving Chronic Illness Care".
/// Learning sessions 3 to 4 and 7 to 8 months after the first, a congress after a year: Breakthrough Series white paper (2003).
/// Presenters chosen two months, asked one month, and their slides reviewed two weeks before the last session; calls monthly.
/// </remarks>
public static class DefaultCalendar
{
    /// <summary>Each with its months or weeks from the first learning session.</summary>
    private static readonly (int Months, int Weeks, string Code, string Title)[] BeforeFirstSession =
    [
        (-6, 0, "topic-approved", "Topic approved; chair, director and improvement advisor named"),
        (-5, 0, "expert-meeting", "Expert meeting: the change package is drafted"),
        (-4, 0, "planning-group", "Planning group closes charter, measures and session dates; applications open"),
        (-3, 0, "applications-close", "Applications close; teams are selected; senior leaders sign letters of commitment"),
        (0, -8, "prework-package", "Prework package issued; accounts for all teams"),
        (0, -6, "rosters-due", "Team rosters with roles and draft aims due"),
        (0, -4, "baseline-due", "Measure definitions confirmed; baseline figures due"),
        (0, -2, "charters-due", "Team charters accepted; storyboards due; presenters' slides reviewed"),
    ];

    private static readonly (int Weeks, int Number)[] PreworkCalls = [(-8, 1), (-4, 2)];

    /// <summary>Scores by a week after the due day, the status report by the end of its month.</summary>
    private const int DaysToScores = 7;

    private static readonly int[] QuartersAfterClosing = [1, 2, 3, 4];

    private const int MonthsInQuarter = 3;

    /// <summary>Every entry but the action periods, which lie between learning sessions wherever these have gone.</summary>
    public static IReadOnlyList<DefaultEntry> Of(CalendarPlan plan)
    {
        var entries = BeforeFirstSession.Select(row => Milestone(row.Code, row.Title, After(plan, row.Months).AddDays(row.Weeks * 7))).ToList();
        entries.AddRange(PreworkCalls.Select(call => Call($"prework-call-{call.Number}", $"Prework call {call.Number}", plan.FirstSession.AddDays(call.Weeks * 7), CallKind.AllTeam)));
        for (var number = 1; number <= plan.LearningSessions; number++)
        {
            var from = After(plan, (number - 1) * plan.MonthsBetweenSessions);
            entries.Add(new DefaultEntry(SessionCode(number), CalendarKind.LearningSession, $"Learning session {number}", from, from.AddDays(plan.SessionDays - 1)) { Number = number });
        }

        if (plan.LearningSessions > 1)
        {
            var last = (plan.LearningSessions - 1) * plan.MonthsBetweenSessions;
            entries.Add(Milestone("presenters-chosen", "Presenters of the last learning session chosen from reports", After(plan, last - 2)));
            entries.Add(Milestone("presenters-invited", "Presenters of the last learning session invited", After(plan, last - 1)));
            entries.Add(Milestone("slides-reviewed", "Slides of the last learning session reviewed", After(plan, last).AddDays(-14)));
        }

        for (var month = 1; month < plan.MonthsToClosing; month++)
        {
            var day = After(plan, month);
            if (month % plan.MonthsBetweenSessions != 0 || month / plan.MonthsBetweenSessions >= plan.LearningSessions)
            {
                entries.Add(Call($"all-teams-call-{month}", "Call of all teams", day, CallKind.AllTeam));
            }

            entries.Add(Call($"measurement-call-{month}", "Call of the measurement leads", day.AddDays(7), CallKind.MeasurementLead));
            if (month % 2 == 1)
            {
                entries.Add(Call($"senior-leader-call-{month}", "Call of the senior leaders", day.AddDays(14), CallKind.SeniorLeader));
            }
        }

        var closing = After(plan, plan.MonthsToClosing);
        entries.Add(new DefaultEntry(ClosingCode, CalendarKind.Event, "Closing congress: final reports and spread plans", closing, closing));
        entries.AddRange(QuartersAfterClosing.Select(quarter => Milestone(
            $"holding-gains-{quarter}", $"Holding the gains: figures of the sentinel measures, quarter {quarter}", After(plan, plan.MonthsToClosing + (quarter * MonthsInQuarter)))));
        return entries;
    }

    /// <summary>What follows each month's due day for those who run the collaborative.</summary>
    public static IEnumerable<DefaultEntry> AfterDueDay(Month month, DateOnly due)
    {
        yield return Milestone($"scores-{month}", $"Reports of {month} scored", due.AddDays(DaysToScores));
        yield return Milestone($"status-report-{month}", $"Status report of {month} out", Month.Of(due).LastDay);
    }

    public const string ClosingCode = "closing-congress";

    public static string SessionCode(int number) => string.Create(CultureInfo.InvariantCulture, $"learning-session-{number}");

    public static string PeriodCode(int number) => string.Create(CultureInfo.InvariantCulture, $"action-period-{number}");

    public static string DueCode(Month month) => $"report-due-{month}";

    /// <summary>So many months later, on the weekday of the first session: who meets on Tuesdays does not meet on a Sunday.</summary>
    private static DateOnly After(CalendarPlan plan, int months)
    {
        var day = plan.FirstSession.AddMonths(months);
        var shift = ((int)plan.FirstSession.DayOfWeek - (int)day.DayOfWeek + 7) % 7;
        return day.AddDays(shift > 3 ? shift - 7 : shift);
    }

    private static DefaultEntry Milestone(string code, string title, DateOnly day) => new(code, CalendarKind.Milestone, title, day, day);

    private static DefaultEntry Call(string code, string title, DateOnly day, CallKind kind) => new(code, CalendarKind.Call, title, day, day) { CallKind = kind };
}
