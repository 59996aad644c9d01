using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Submissions;

public sealed class TimelinessAndLocksTests(Lane lane) : Feature(lane)
{
    private const string Figures = """{ "numerator": 4, "denominator": 100 }""";
    private const string Others = """{ "numerator": 5, "denominator": 100 }""";

    private static string Collaborative(string timeZone, int dueDay, string more = "") =>
        $$"""{ "name": "n", "topic": "t", "aim": "a", "startMonth": "2026-01", "endMonth": "2028-12", "timeZone": "{{timeZone}}", "reportDueDay": {{dueDay}}{{more}} }""";

    // The due day ends at midnight where the collaborative is: British summer time, winter time, and either side of UTC.
    [TestCase("Europe/London", 15, "2026-06", "2026-07-15T22:59:59.999Z", true)]
    [TestCase("Europe/London", 15, "2026-06", "2026-07-15T23:00:00Z", false)]
    [TestCase("Europe/London", 15, "2026-12", "2027-01-15T23:59:59.999Z", true)]
    [TestCase("Europe/London", 15, "2026-12", "2027-01-16T00:00:00Z", false)]
    [TestCase("America/New_York", 15, "2026-06", "2026-07-16T03:59:59.999Z", true)]
    [TestCase("America/New_York", 15, "2026-06", "2026-07-16T04:00:00Z", false)]
    [TestCase("Pacific/Auckland", 15, "2026-06", "2026-07-15T11:59:59.999Z", true)]
    [TestCase("Pacific/Auckland", 15, "2026-06", "2026-07-15T12:00:00Z", false)]

    // The clocks change on the due day itself: 29 March and 25 October 2026 in London.
    [TestCase("Europe/London", 29, "2026-02", "2026-03-29T22:59:59.999Z", true)]
    [TestCase("Europe/London", 29, "2026-02", "2026-03-29T23:00:00Z", false)]
    [TestCase("Europe/London", 25, "2026-09", "2026-10-25T23:59:59.999Z", true)]
    [TestCase("Europe/London", 25, "2026-09", "2026-10-26T00:00:00Z", false)]

    // A shorter month ends the due day on its last day, leap years too.
    [TestCase("UTC", 31, "2026-03", "2026-04-30T23:59:59.999Z", true)]
    [TestCase("UTC", 31, "2026-03", "2026-05-01T00:00:00Z", false)]
    [TestCase("UTC", 30, "2027-01", "2027-02-28T23:59:59.999Z", true)]
    [TestCase("UTC", 30, "2027-01", "2027-03-01T00:00:00Z", false)]
    [TestCase("UTC", 31, "2028-01", "2028-02-29T23:59:59.999Z", true)]
    [TestCase("UTC", 31, "2028-01", "2028-03-01T00:00:00Z", false)]
    public async Task A_submission_is_on_time_until_the_due_day_ends(string timeZone, int dueDay, string month, string at, bool onTime)
    {
        Clock.MoveTo("2026-01-01T00:00:00Z");
        var series = await NewSeries(collaborative: Collaborative(timeZone, dueDay));
        Clock.MoveTo(at);

        // A key of that day, since the year's first may have run out by then.
        var answer = (await (await Server.As(Role.Director, CodeIn(series))).Put($"{series}/{month}", Figures)).Is(201);
        Assert.That(answer.At("/onTime"), Is.EqualTo(onTime ? "true" : "false"), answer.At("/submittedAt"));
    }

    [Test]
    public async Task The_first_submission_decides_whether_it_was_on_time()
    {
        var series = await NewSeries(collaborative: Collaborative("UTC", 15));
        Clock.MoveTo("2026-08-10T00:00:00Z");
        (await Admin.Put($"{series}/2026-07", Figures)).Is(201);
        Clock.MoveTo("2026-09-20T00:00:00Z");
        var corrected = (await Admin.Put($"{series}/2026-07", Others, ifMatch: "1")).Is(200);
        Assert.That((corrected.At("/onTime"), corrected.At("/submittedAt"), corrected.At("/recordedAt")),
            Is.EqualTo(("true", "2026-08-10T00:00:00.000Z", "2026-09-20T00:00:00.000Z")));

        // Taken back, the month was missing: what comes now comes late.
        (await Admin.Delete($"{series}/2026-07", "2")).Is(200);
        Assert.That((await Admin.Put($"{series}/2026-07", Figures)).Is(201).At("/onTime"), Is.EqualTo("false"));
    }

    [Test]
    public async Task A_baseline_month_is_due_with_the_first_month_after_the_team_began()
    {
        var series = await NewSeries(
            collaborative: Given.Collaborative, team: """{ "name": "Late starters", "enrolledFrom": "2026-07" }""");
        foreach (var month in new[] { "2025-01", "2026-06", "2026-07" })
        {
            var answer = (await Admin.Put($"{series}/{month}", Figures)).Is(201);
            Assert.That((answer.At("/dueOn"), answer.At("/onTime")), Is.EqualTo(("2026-08-15", "true")), month);
        }
    }

    [Test]
    public async Task A_locked_month_refuses_everything_but_a_director_with_a_reason()
    {
        var series = await NewSeries(collaborative: Collaborative("Europe/London", 15, """, "lockAfterDays": 10"""));
        var code = CodeIn(series);
        var lead = await Server.As(Role.DataLead, code, "north");
        var director = await Server.As(Role.Director, code);

        // June is due on 15 July and locked when 25 July ends in London.
        Clock.MoveTo("2026-07-25T22:59:59.999Z");
        (await lead.Put($"{series}/2026-06", Figures)).Is(201);
        Clock.MoveTo("2026-07-25T23:00:00Z");
        (await lead.Put($"{series}/2026-06", Figures)).Is(200);
        (await lead.Put($"{series}/2026-06", Others, ifMatch: "1")).IsProblem(409, "month-locked");
        (await lead.Put($"{series}/2026-06", """{ "numerator": 5, "denominator": 100, "reason": "please" }""", ifMatch: "1")).IsProblem(409, "month-locked");
        (await lead.Put($"{series}/2026-05", """{ "numerator": 5, "status": "draft" }""")).IsProblem(409, "month-locked");
        (await lead.Put($"{series}/2026-05", """{ "noData": "closed" }""")).IsProblem(409, "month-locked");
        (await lead.Delete($"{series}/2026-06", "1")).IsProblem(409, "month-locked");
        (await director.Put($"{series}/2026-06", Others, ifMatch: "1")).IsProblem(409, "month-locked");
        (await director.Put($"{series}/2026-06", """{ "numerator": 5, "denominator": 100, "reason": " " }""", ifMatch: "1")).IsProblem(409, "month-locked");
        (await director.Delete($"{series}/2026-06", "1")).IsProblem(409, "month-locked");
        (await director.Put($"{series}/2026-06", """{ "numerator": 5, "denominator": 100, "reason": "audit found one more" }""", ifMatch: "1")).Is(200);
        (await director.Put($"{series}/2026-05", """{ "numerator": 5, "denominator": 100, "reason": "was on paper" }""")).Is(201);
        (await director.Delete($"{series}/2026-06?reason=wrong%20unit", "2")).Is(200);
        (await lead.Put($"{series}/2026-07", Figures)).Is(201);
    }

    [Test]
    public async Task Without_lockAfterDays_no_month_is_ever_locked()
    {
        var series = await NewSeries(collaborative: Collaborative("UTC", 1));
        Clock.MoveTo("2028-12-31T00:00:00Z");
        (await (await Server.As(Role.DataLead, CodeIn(series), "north")).Put($"{series}/2026-01", Figures)).Is(201);
    }

    [Test]
    public async Task A_month_outside_the_collaborative_or_in_the_future_is_409()
    {
        var series = await NewSeries();
        (await Admin.Put($"{series}/2024-12", Figures)).IsProblem(409, "month-outside-collaborative");
        (await Admin.Put($"{series}/2025-01", Figures)).Is(201);
        (await Admin.Put($"{series}/2026-07", Figures)).Is(201);
        (await Admin.Put($"{series}/2026-08", Figures)).IsProblem(409, "month-in-future");
        (await Admin.Put($"{series}/2027-07", Figures)).IsProblem(409, "month-outside-collaborative");
    }

    [Test]
    public async Task A_month_begins_where_the_collaborative_is()
    {
        var auckland = await NewSeries(collaborative: Collaborative("Pacific/Auckland", 15));
        var honolulu = await NewSeries(collaborative: Collaborative("Pacific/Honolulu", 15));
        Clock.MoveTo("2026-07-31T11:59:59Z");
        (await Admin.Put($"{auckland}/2026-08", Figures)).IsProblem(409, "month-in-future");
        Clock.MoveTo("2026-07-31T12:00:00Z");
        (await Admin.Put($"{auckland}/2026-08", Figures)).Is(201);
        Clock.MoveTo("2026-08-01T09:59:59Z");
        (await Admin.Put($"{honolulu}/2026-08", Figures)).IsProblem(409, "month-in-future");
        Clock.MoveTo("2026-08-01T10:00:00Z");
        (await Admin.Put($"{honolulu}/2026-08", Figures)).Is(201);
    }

    [Test]
    public async Task A_team_that_withdrew_has_no_later_months()
    {
        var series = await NewSeries(team: """{ "name": "Leavers", "enrolledFrom": "2026-02", "withdrawnAfter": "2026-05" }""");
        (await Admin.Put($"{series}/2026-05", Figures)).Is(201);
        (await Admin.Put($"{series}/2026-06", Figures)).IsProblem(409, "team-withdrawn");
        (await Admin.Put($"{series}/2025-06", Figures)).Is(201);
    }
}
