using Collaborative.Domain;
using Collaborative.Domain.LearningSessions;

namespace Collaborative.Tests.Rules;

public sealed class SessionRulesTests
{
    private static readonly SessionDates First = Dates("ls1", 1, "2026-01-20", "2026-01-21");

    private static readonly SessionDates Third = Dates("ls3", 3, "2026-09-08", "2026-09-09");

    [TestCase(2, "2026-05-05", "2026-05-06", true)]
    [TestCase(2, "2026-01-22", "2026-01-22", true)]
    [TestCase(2, "2026-01-21", "2026-01-22", false)]
    [TestCase(2, "2026-09-07", "2026-09-08", false)]
    [TestCase(2, "2025-12-01", "2025-12-02", false)]
    [TestCase(1, "2026-05-05", "2026-05-06", false)]
    [TestCase(4, "2026-05-05", "2026-05-06", false)]
    [TestCase(4, "2026-12-01", "2026-12-02", true)]
    public void Learning_session_dates_are_strictly_increasing(int number, string first, string last, bool allowed)
    {
        var refusal = SessionRules.Refusal([First, Third], Dates("new", number, first, last));
        Assert.That(refusal?.Code, Is.EqualTo(allowed ? (ProblemCode?)null : ProblemCode.SessionsOutOfOrder), refusal?.Detail);
    }

    [Test]
    public void An_action_period_spans_the_end_of_one_session_to_the_start_of_the_next()
    {
        var second = Dates("ls2", 2, "2026-05-05", "2026-05-06");
        Assert.That(SessionRules.ActionPeriods([First, second, Third], new DateOnly(2026, 12, 31)), Is.EqualTo(new[]
        {
            new ActionPeriod(1, "ls1", "ls2", new DateOnly(2026, 1, 22), new DateOnly(2026, 5, 4)),
            new ActionPeriod(2, "ls2", "ls3", new DateOnly(2026, 5, 7), new DateOnly(2026, 9, 7)),
            new ActionPeriod(3, "ls3", null, new DateOnly(2026, 9, 10), new DateOnly(2026, 12, 31)),
        }));
    }

    [Test]
    public void There_is_no_action_period_where_there_is_no_time_for_one()
    {
        var second = Dates("ls2", 2, "2026-01-22", "2026-01-22");
        Assert.That(SessionRules.ActionPeriods([First, second], new DateOnly(2026, 1, 22)), Is.Empty);
    }

    private static SessionDates Dates(string code, int number, string first, string last) =>
        new(code, number, DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture));
}
