using Collaborative.Domain.Calendars;
using Collaborative.Domain.Coaching;

namespace Collaborative.Tests.Rules;

public sealed class DefaultCalendarTests
{
    /// <summary>A Tuesday, so that every other day of the calendar is one too.</summary>
    private static readonly DateOnly FirstSession = new(2026, 3, 3);

    [TestCase("topic-approved", "2025-09-02", "2025-09-02")]
    [TestCase("expert-meeting", "2025-09-30", "2025-09-30")]
    [TestCase("planning-group", "2025-11-04", "2025-11-04")]
    [TestCase("applications-close", "2025-12-02", "2025-12-02")]
    [TestCase("prework-package", "2026-01-06", "2026-01-06")]
    [TestCase("prework-call-1", "2026-01-06", "2026-01-06")]
    [TestCase("rosters-due", "2026-01-20", "2026-01-20")]
    [TestCase("baseline-due", "2026-02-03", "2026-02-03")]
    [TestCase("prework-call-2", "2026-02-03", "2026-02-03")]
    [TestCase("charters-due", "2026-02-17", "2026-02-17")]
    [TestCase("learning-session-1", "2026-03-03", "2026-03-04")]
    [TestCase("learning-session-2", "2026-06-30", "2026-07-01")]
    [TestCase("presenters-chosen", "2026-09-01", "2026-09-01")]
    [TestCase("presenters-invited", "2026-10-06", "2026-10-06")]
    [TestCase("slides-reviewed", "2026-10-20", "2026-10-20")]
    [TestCase("learning-session-3", "2026-11-03", "2026-11-04")]
    [TestCase("closing-congress", "2027-03-02", "2027-03-02")]
    [TestCase("holding-gains-1", "2027-06-01", "2027-06-01")]
    [TestCase("holding-gains-4", "2028-02-29", "2028-02-29")]
    [TestCase("all-teams-call-1", "2026-03-31", "2026-03-31")]
    [TestCase("measurement-call-1", "2026-04-07", "2026-04-07")]
    [TestCase("senior-leader-call-1", "2026-04-14", "2026-04-14")]
    public void Every_entry_has_its_offset_from_the_first_learning_session(string code, string from, string to)
    {
        var entry = DefaultCalendar.Of(CalendarPlan.Starting(FirstSession)).Single(entry => entry.Code == code);
        Assert.That($"{entry.From:yyyy-MM-dd} {entry.To:yyyy-MM-dd}", Is.EqualTo($"{from} {to}"));
    }

    [Test]
    public void Everybody_meets_on_the_weekday_of_the_first_session_and_every_code_is_one_of_ours()
    {
        for (var day = FirstSession; day < FirstSession.AddDays(400); day = day.AddDays(1))
        {
            var entries = DefaultCalendar.Of(CalendarPlan.Starting(day));
            Assert.That(entries.Select(entry => entry.From.DayOfWeek), Is.All.EqualTo(day.DayOfWeek));
            Assert.That(entries.Select(entry => entry.Code), Is.Unique.And.All.Match("^[a-z0-9-]{1,40}$"));
        }
    }

    [Test]
    public void Calls_are_monthly_those_of_senior_leaders_every_other_month_and_none_of_all_teams_in_a_session()
    {
        var calls = DefaultCalendar.Of(CalendarPlan.Starting(FirstSession)).Where(entry => entry.Kind == CalendarKind.Call).ToLookup(entry => entry.CallKind);
        Assert.That(
            (calls[CallKind.AllTeam].Count(), calls[CallKind.MeasurementLead].Count(), calls[CallKind.SeniorLeader].Count()),
            Is.EqualTo((11, 11, 6)), "two of the calls of all teams are those of prework");
    }

    [Test]
    public void How_many_sessions_there_are_is_data()
    {
        var entries = DefaultCalendar.Of(new CalendarPlan(FirstSession, LearningSessions: 5, SessionDays: 1, MonthsBetweenSessions: 1, MonthsToClosing: 6));
        Assert.That(
            entries.Where(entry => entry.Kind == CalendarKind.LearningSession).Select(entry => $"{entry.Number} {entry.From:MM-dd} {entry.To:MM-dd}"),
            Is.EqualTo(new[] { "1 03-03 03-03", "2 03-31 03-31", "3 05-05 05-05", "4 06-02 06-02", "5 06-30 06-30" }));
    }
}
