using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Rules;

public sealed class ReportingCalendarTests
{
    private static readonly Month Start = new(2026, 1);

    [TestCase("2026-06", 15, "2026-07-15")]
    [TestCase("2026-12", 15, "2027-01-15")]
    [TestCase("2026-01", 31, "2026-02-28")]
    [TestCase("2028-01", 30, "2028-02-29")]
    [TestCase("2026-03", 31, "2026-04-30")]
    [TestCase("2026-03", 1, "2026-04-01")]
    public void A_month_is_due_on_the_due_day_of_the_next_or_on_its_last(string month, int dueDay, string due) =>
        Assert.That(Calendar(dueDay).DueOn(Parse(month), Start), Is.EqualTo(Day(due)));

    [TestCase("2025-01", "2026-01", "2026-02-15")]
    [TestCase("2026-01", "2026-05", "2026-06-15")]
    [TestCase("2026-07", "2026-05", "2026-08-15")]
    [TestCase("2025-01", "2025-06", "2026-02-15")]
    public void Months_before_the_beginning_are_due_with_the_first_after(string month, string enrolledFrom, string due) =>
        Assert.That(Calendar(15).DueOn(Parse(month), Parse(enrolledFrom)), Is.EqualTo(Day(due)));

    [TestCase("UTC", "2026-07-15T23:59:59.9999999Z", true)]
    [TestCase("UTC", "2026-07-16T00:00:00Z", false)]
    [TestCase("Europe/London", "2026-07-15T22:59:59.9999999Z", true)]
    [TestCase("Europe/London", "2026-07-15T23:00:00Z", false)]
    [TestCase("Asia/Kolkata", "2026-07-15T18:29:59Z", true)]
    [TestCase("Asia/Kolkata", "2026-07-15T18:30:00Z", false)]
    [TestCase("Pacific/Kiritimati", "2026-07-15T10:00:00Z", false)]
    public void The_due_day_ends_at_midnight_in_the_collaboratives_zone(string zone, string at, bool onTime) =>
        Assert.That(Calendar(15, zone).IsOnTime(Parse("2026-06"), Start, FixedClock.At(at)), Is.EqualTo(onTime));

    // In Santiago the clocks of 6 September 2026 go from 24:00 to 01:00, and in Beirut those of 29 March: that midnight is not there.
    [TestCase("America/Santiago", 5, "2026-08", "2026-09-06T03:59:59Z", true)]
    [TestCase("America/Santiago", 5, "2026-08", "2026-09-06T04:00:00Z", false)]
    [TestCase("Asia/Beirut", 28, "2026-02", "2026-03-28T21:59:59Z", true)]
    [TestCase("Asia/Beirut", 28, "2026-02", "2026-03-28T22:00:00Z", false)]

    // In Havana the hour from 00:00 to 01:00 of 1 November 2026 comes twice: the day begins with the first.
    [TestCase("America/Havana", 31, "2026-09", "2026-11-01T03:59:59Z", true)]
    [TestCase("America/Havana", 31, "2026-09", "2026-11-01T04:00:00Z", false)]
    public void A_midnight_that_is_missing_or_double_still_ends_the_day_once(string zone, int dueDay, string month, string at, bool onTime) =>
        Assert.That(Calendar(dueDay, zone).IsOnTime(Parse(month), Start, FixedClock.At(at)), Is.EqualTo(onTime));

    [TestCase(0, "2026-07-15T22:59:59Z", false)]
    [TestCase(0, "2026-07-15T23:00:00Z", true)]
    [TestCase(10, "2026-07-25T22:59:59Z", false)]
    [TestCase(10, "2026-07-25T23:00:00Z", true)]
    [TestCase(103, "2026-10-26T23:59:59Z", false)]
    [TestCase(103, "2026-10-27T00:00:00Z", true)]
    public void A_month_locks_when_its_last_day_ends(int days, string at, bool locked) =>
        Assert.That(Calendar(15, "Europe/London", days).IsLocked(Parse("2026-06"), Start, FixedClock.At(at)), Is.EqualTo(locked));

    [Test]
    public void Without_days_nothing_locks()
    {
        Assert.That(Calendar(15).IsLocked(Parse("2026-01"), Start, FixedClock.At("2999-01-01T00:00:00Z")), Is.False);
        Assert.That(Calendar(15).LockedAfter(Parse("2026-01"), Start), Is.Null);
    }

    [TestCase("UTC", "2026-07-31T23:59:59Z", "2026-07", "2026-08-01T00:00:00Z")]
    [TestCase("Pacific/Auckland", "2026-07-31T12:00:00Z", "2026-08", "2026-08-31T12:00:00Z")]
    [TestCase("Pacific/Honolulu", "2026-08-01T09:59:59Z", "2026-07", "2026-08-01T10:00:00Z")]
    [TestCase("Europe/London", "2026-03-31T22:30:00Z", "2026-03", "2026-03-31T23:00:00Z")]
    [TestCase("Europe/London", "2026-12-31T23:30:00Z", "2026-12", "2027-01-01T00:00:00Z")]
    public void The_current_month_is_that_of_the_zone(string zone, string now, string month, string next)
    {
        Assert.That(Calendar(15, zone).CurrentMonth(FixedClock.At(now)), Is.EqualTo(Parse(month)));
        Assert.That(Calendar(15, zone).NextMonthBegins(FixedClock.At(now)), Is.EqualTo(FixedClock.At(next)));
    }

    private static ReportingCalendar Calendar(int dueDay, string zone = "UTC", int? lockAfterDays = null) => new(Start, zone, dueDay, lockAfterDays);

    private static Month Parse(string text) => Month.TryParse(text, out var month) ? month : throw new AssertionException(text);

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
