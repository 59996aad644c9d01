using Collaborative.Domain;
using Collaborative.Domain.Chase;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Rosters;

namespace Collaborative.Tests.Rules;

public sealed class ChaseScheduleTests
{
    // Due day, a day, and the reminders that fall on it: the month and the days from its due day.
    [TestCase(15, "2026-04-07", "")]
    [TestCase(15, "2026-04-08", "2026-03 -7")]
    [TestCase(15, "2026-04-14", "2026-03 -1")]
    [TestCase(15, "2026-04-15", "")]
    [TestCase(15, "2026-04-16", "2026-03 1")]
    [TestCase(15, "2026-04-17", "2026-03 2")]
    [TestCase(15, "2026-04-18", "2026-03 3")]
    [TestCase(15, "2026-04-19", "")]
    [TestCase(5, "2026-03-29", "2026-03 -7")]
    [TestCase(1, "2026-03-31", "2026-03 -1")]
    [TestCase(31, "2026-03-01", "2026-01 1")]
    [TestCase(31, "2026-05-01", "2026-03 1")]
    [TestCase(15, "2026-02-08", "2026-01 -7")]
    [TestCase(15, "2026-01-08", "")]
    [TestCase(15, "2027-01-16", "2026-12 1")]
    [TestCase(15, "2027-02-16", "")]
    public void Reminders_fall_a_week_and_a_day_before_and_on_three_days_after_the_due_day(int dueDay, string day, string expected) =>
        Assert.That(
            string.Join(", ", ChaseSchedule.On(DateOnly.ParseExact(day, "yyyy-MM-dd"), Rules(dueDay)).Select(due => $"{due.Month} {due.DayOffset}")),
            Is.EqualTo(expected));

    [Test]
    public void Every_month_has_its_five_reminders_whatever_the_due_day()
    {
        for (var dueDay = 1; dueDay <= 31; dueDay++)
        {
            var reminders = Enumerable.Range(0, 500).SelectMany(i => ChaseSchedule.On(new DateOnly(2025, 12, 1).AddDays(i), Rules(dueDay)));
            Assert.That(reminders.GroupBy(due => due.Month).Select(month => month.Count()), Is.All.EqualTo(5).And.Exactly(12).Items);
        }
    }

    [Test]
    public void Leads_are_written_to_and_where_there_are_none_everybody()
    {
        var lead = Person("lead", TeamRole.DataLead);
        var nurse = Person("nurse", TeamRole.Member);
        var boss = Person("boss", TeamRole.SeniorLeader);
        Assert.That(ChaseSchedule.Recipients([nurse, lead, boss]), Is.EqualTo(new[] { lead }));
        Assert.That(ChaseSchedule.Recipients([nurse, lead with { IsOptedOut = true }, boss]), Is.EqualTo(new[] { nurse, boss }));
        Assert.That(ChaseSchedule.Recipients([nurse with { Email = null }, boss with { IsOptedOut = true }]), Is.Empty);
    }

    [TestCase(null, "2026-04-16", false)]
    [TestCase("", "2026-04-16", true)]
    [TestCase("2026-04-17", "2026-04-17", true)]
    [TestCase("2026-04-17", "2026-04-18", false)]
    public void A_team_that_has_made_contact_is_let_alone_until_the_day_it_named(string? expectedBy, string day, bool letAlone)
    {
        var contact = expectedBy is null ? null : new ChaseContactView
        {
            Month = new Month(2026, 3),
            ContactedOn = new DateOnly(2026, 4, 15),
            ExpectedBy = expectedBy.Length == 0 ? null : DateOnly.ParseExact(expectedBy, "yyyy-MM-dd"),
            Revision = 1,
            RecordedAt = default,
            RecordedBy = "",
        };
        Assert.That(ChaseSchedule.IsLetAlone(contact, DateOnly.ParseExact(day, "yyyy-MM-dd")), Is.EqualTo(letAlone));
    }

    [Test]
    public void A_reminder_is_plain_and_short_and_holds_no_line_break_in_its_subject()
    {
        var text = ReminderText.Of("ICU\r\nBcc: all", "North ICU", "Ann", new DueReminder(new Month(2026, 3), 1, new DateOnly(2026, 4, 15)), ["Pneumonia", "the monthly report"], "https://c.example");
        Assert.That(text.Subject, Is.EqualTo("ICU Bcc: all – March 2026: not here yet"));
        Assert.That(ReminderText.WithOptOut(text.Body, "https://c.example/opt-out/x"), Does.StartWith("Hello Ann,\n\nThe figures of North ICU for March 2026 were due on Wednesday 15 April.")
            .And.Contain("\n- Pneumonia\n- the monthly report\n").And.EndWith("If you want no more reminders: https://c.example/opt-out/x\n"));
    }

    [Test]
    public void A_message_is_tried_six_times_within_a_working_day() =>
        Assert.That(
            Enumerable.Range(1, ReminderRetries.MostAttempts - 1).Select(attempt => ReminderRetries.WaitAfter(attempt).TotalMinutes),
            Is.EqualTo(new[] { 1, 4, 16, 64, 256 }));

    private static RosterPerson Person(string code, TeamRole role) => new(Guid.NewGuid(), code, code, [role], $"{code}@h.example", null, false);

    private static CollaborativeState Rules(int dueDay) => new()
    {
        Name = "c",
        Topic = "t",
        Aim = "a",
        StartMonth = new Month(2026, 1),
        EndMonth = new Month(2026, 12),
        BaselineFrom = new Month(2026, 1),
        TimeZone = "UTC",
        ReportDueDay = dueDay,
    };
}
