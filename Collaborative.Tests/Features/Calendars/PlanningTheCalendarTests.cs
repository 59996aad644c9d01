using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Calendars;

public sealed class PlanningTheCalendarTests(Lane lane) : Feature(lane)
{
    private const string Plan = """{ "firstLearningSession": "2026-03-03" }""";

    private const string Collaborative =
        """{ "name": "Säkrare vård; ICU, north", "topic": "t", "aim": "a", "startMonth": "2026-03", "endMonth": "2027-03", "timeZone": "Europe/London" }""";

    [Test]
    public async Task Without_a_first_session_the_calendar_has_the_due_days_only()
    {
        var path = await NewCollaborative(Collaborative);
        var calendar = (await Admin.Get($"{path}/calendar")).Is(200).Has("/firstLearningSession", "null").Has("/timeZone", "Europe/London");
        Assert.That(calendar.Each("source"), Has.Count.EqualTo(13).And.All.EqualTo("due"));
        calendar.Has("/items/0/code", "report-due-2026-03").Has("/items/0/from", "2026-04-15").Has("/items/0/kind", "reportDue");
        (await Admin.Get($"{path}/calendar/plan")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task The_calendar_follows_from_the_first_session_in_order_and_can_be_cut()
    {
        var path = await NewCollaborative(Collaborative);
        (await Admin.Put($"{path}/calendar/plan", Plan)).Is(201).Has("/learningSessions", "3").Has("/sessionDays", "2");
        (await Admin.Put($"{path}/calendar/plan", Plan)).Is(200).Has("/revision", "1");
        var calendar = (await Admin.Get($"{path}/calendar")).Is(200).Has("/firstLearningSession", "2026-03-03");
        Assert.That(calendar.Each("from"), Is.Ordered);
        Assert.That(calendar.Each("code"), Is.Unique);
        Assert.That(await Of(path, "action-period-1"), Is.EqualTo("Action period 1 2026-03-05 2026-06-29 default"));
        Assert.That(await Of(path, "action-period-3"), Is.EqualTo("Action period 3 2026-11-05 2027-03-01 default"));
        Assert.That(await Of(path, "scores-2026-03"), Is.EqualTo("Reports of 2026-03 scored 2026-04-22 2026-04-22 default"));
        Assert.That(await Of(path, "status-report-2026-03"), Is.EqualTo("Status report of 2026-03 out 2026-04-30 2026-04-30 default"));
        Assert.That((await Admin.Get($"{path}/calendar?from=2026-03-04&to=2026-03-06")).Is(200).Each("code"), Is.EqualTo(new[] { "learning-session-1", "action-period-1" }));
        (await Admin.Get($"{path}/calendar?from=tomorrow")).IsInvalid("from");

        (await Admin.Put($"{path}/calendar/plan", """{ "firstLearningSession": "2026-04-07" }""")).IsProblem(428, "precondition-required");
        (await Admin.Put($"{path}/calendar/plan", """{ "firstLearningSession": "2026-04-07" }""", "1")).Is(200);
        Assert.That(await Of(path, "learning-session-1"), Is.EqualTo("Learning session 1 2026-04-07 2026-04-08 default"));
    }

    [Test]
    public async Task Entries_are_moved_renamed_removed_and_added_and_the_action_periods_follow()
    {
        var path = await NewCollaborative(Collaborative);
        (await Admin.Put($"{path}/calendar/plan", Plan)).Is(201);
        var events = $"{path}/calendar/events";
        (await Admin.Put($"{events}/Learning-Session-2", """{ "from": "2026-07-14", "reason": "The hall is taken" }""")).Is(201);
        (await Admin.Put($"{events}/expert-meeting", """{ "title": "Expert day" }""")).Is(201);
        (await Admin.Put($"{events}/prework-call-2", """{ "removed": true }""")).Is(201);
        (await Admin.Put($"{events}/site-visit", """{ "kind": "event", "title": "Visit to the exemplar", "from": "2026-05-05", "to": "2026-05-06" }""")).Is(201);
        Assert.That(await Of(path, "learning-session-2"), Is.EqualTo("Learning session 2 2026-07-14 2026-07-15 edited"));
        Assert.That(await Of(path, "action-period-1"), Is.EqualTo("Action period 1 2026-03-05 2026-07-13 default"));
        Assert.That(await Of(path, "action-period-2"), Is.EqualTo("Action period 2 2026-07-16 2026-11-02 default"));
        Assert.That(await Of(path, "expert-meeting"), Is.EqualTo("Expert day 2025-09-30 2025-09-30 edited"));
        Assert.That(await Of(path, "prework-call-2"), Is.Null);
        Assert.That(await Of(path, "site-visit"), Is.EqualTo("Visit to the exemplar 2026-05-05 2026-05-06 edited"));
        Assert.That((await Admin.Get(events)).Is(200).Each("code"), Is.EqualTo(new[] { "expert-meeting", "Learning-Session-2", "prework-call-2", "site-visit" }));

        // A new first session moves what was not moved by hand.
        (await Admin.Put($"{path}/calendar/plan", """{ "firstLearningSession": "2026-03-10" }""", "1")).Is(200);
        Assert.That(await Of(path, "learning-session-2"), Is.EqualTo("Learning session 2 2026-07-14 2026-07-15 edited"));
        Assert.That(await Of(path, "expert-meeting"), Is.EqualTo("Expert day 2025-10-07 2025-10-07 edited"));

        (await Admin.Delete($"{events}/prework-call-2", "1")).Is(200);
        (await Admin.Delete($"{events}/site-visit?reason=cancelled", "1")).Is(200);
        Assert.That(await Of(path, "prework-call-2"), Is.EqualTo("Prework call 2 2026-02-10 2026-02-10 default"));
        Assert.That(await Of(path, "site-visit"), Is.Null);
    }

    [Test]
    public async Task Sessions_and_calls_that_are_kept_as_such_take_the_place_of_the_default_ones()
    {
        var path = await NewCollaborative(Collaborative);
        (await Admin.Put($"{path}/sessions/LS1", """{ "number": 1, "title": "Kick-off", "firstDay": "2026-03-10", "lastDay": "2026-03-11" }""")).Is(201);
        Assert.That(await Of(path, "learning-session-2"), Is.EqualTo("Learning session 2 2026-07-07 2026-07-08 default"), "the first session alone makes the calendar");
        (await Admin.Put($"{path}/calendar/plan", Plan)).Is(201);
        (await Admin.Put($"{path}/sessions/LS2", """{ "number": 2, "title": "Half-way", "firstDay": "2026-07-20", "lastDay": "2026-07-21" }""")).Is(201);
        (await Admin.Put($"{path}/calls/april", """{ "kind": "measurementLead", "title": "Data clinic", "startsAt": "2026-04-30T23:30:00Z" }""")).Is(201);
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{path}/calls/secret", """{ "kind": "oneToOne", "title": "Coaching", "startsAt": "2026-04-30T09:00:00Z", "team": "north" }""")).Is(201);

        Assert.That(await Of(path, "session.LS1"), Is.EqualTo("Kick-off 2026-03-10 2026-03-11 session"));
        Assert.That(await Of(path, "learning-session-1"), Is.Null);
        Assert.That(await Of(path, "action-period-1"), Is.EqualTo("Action period 1 2026-03-12 2026-07-19 default"));
        Assert.That(await Of(path, "action-period-2"), Is.EqualTo("Action period 2 2026-07-22 2026-11-09 default"));
        Assert.That(await Of(path, "learning-session-3"), Is.EqualTo("Learning session 3 2026-11-10 2026-11-11 default"), "the rest hangs on the first session");
        Assert.That(await Of(path, "call.april"), Is.EqualTo("Data clinic 2026-05-01 2026-05-01 call"), "by the clock of the collaborative");
        Assert.That(await Of(path, "measurement-call-2"), Is.Null, "the call of May");
        Assert.That(await Of(path, "call.secret"), Is.Null, "a call with one team is nobody else's business");
        (await Admin.Put($"{path}/calendar/events/learning-session-1", """{ "from": "2026-03-17" }""")).IsProblem(409, "calendar-event-fixed");

        var token = (await Admin.Put($"{path}/calendar/links/l", "{ }")).Is(201).At("/token")!;
        var feed = Events(Lines((await Server.With(null).Get(Feed(token))).Is(200).Bytes));
        var call = feed.Single(entry => entry["UID"].StartsWith("call.april.", StringComparison.Ordinal));
        Assert.That((call["DTSTART"], call["DTEND"]), Is.EqualTo(("20260430T233000Z", "20260501T003000Z")));
    }

    [Test]
    public async Task A_due_day_is_changed_where_it_is_kept()
    {
        var path = await NewCollaborative(Collaborative);
        var refused = (await Admin.Put($"{path}/calendar/events/report-due-2026-03", """{ "from": "2026-04-20" }""")).IsProblem(409, "calendar-event-fixed");
        Assert.That(refused.At("/detail"), Does.Contain("reportDueDay"));
    }

    [TestCase("x", """{ "title": "t", "from": "2026-01-01" }""", "/kind")]
    [TestCase("x", """{ "kind": "learningSession", "title": "t", "from": "2026-01-01" }""", "/kind")]
    [TestCase("x", """{ "kind": "event", "from": "2026-01-01" }""", "/title")]
    [TestCase("x", """{ "kind": "event", "title": "t" }""", "/from")]
    [TestCase("x", """{ "kind": "event", "title": "t", "from": "2026-01-02", "to": "2026-01-01" }""", "/to")]
    [TestCase("x", """{ "kind": "event", "title": "t", "from": "2026-01-02", "removed": true }""", "/removed")]
    [TestCase("learning-session-1", """{ "kind": "event" }""", "/kind")]
    [TestCase("learning-session-1", """{ "from": "soon" }""", "/from")]
    public async Task An_edit_of_the_wrong_shape_is_refused_with_its_place(string code, string body, string pointer)
    {
        var path = await NewCollaborative(Collaborative);
        (await Admin.Put($"{path}/calendar/plan", Plan)).Is(201);
        (await Admin.Put($"{path}/calendar/events/{code}", body)).IsInvalid(pointer);
    }

    [TestCase("""{ }""", "/firstLearningSession")]
    [TestCase("""{ "firstLearningSession": "2026-03-03", "learningSessions": 0 }""", "/learningSessions")]
    [TestCase("""{ "firstLearningSession": "2026-03-03", "learningSessions": 5 }""", "/monthsToClosing")]
    [TestCase("""{ "firstLearningSession": "0001-03-03" }""", "/firstLearningSession")]
    [TestCase("""{ "firstLearningSession": "2026-03-03", "sessionDays": 8 }""", "/sessionDays")]
    public async Task A_plan_that_makes_no_calendar_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await NewCollaborative()}/calendar/plan", body)).IsInvalid(pointer);

    [Test]
    public async Task A_link_shows_its_token_once_serves_the_calendar_without_a_key_and_can_be_revoked()
    {
        var path = await NewCollaborative(Collaborative);
        (await Admin.Put($"{path}/calendar/plan", Plan)).Is(201);
        var link = $"{path}/calendar/links/ann";
        var token = (await Admin.Put(link, """{ "title": "Ann's phone" }""")).Is(201).At("/token")!;
        (await Admin.Put(link, """{ "title": "Ann's phone" }""")).Is(200).Has("/token", "null");
        (await Admin.Get(link)).Is(200).Has("/token", "null").Has("/title", "Ann's phone");
        Assert.That((await Admin.Get($"{path}/calendar/links")).Is(200).Each("token"), Is.EqualTo(new[] { "null" }));
        foreach (var table in new[] { "CalendarLink", "HistoryEntry" })
        {
            Assert.That(string.Join('\n', await Server.Database.Rows($"SELECT {(table == "CalendarLink" ? "TokenHash" : "Content")} FROM {table}")), Does.Not.Contain(token));
        }

        var nobody = Server.With(null);
        var feed = (await nobody.Get(Feed(token))).Is(200);
        Assert.That(feed.Header("Content-Type"), Is.EqualTo("text/calendar; charset=utf-8"));
        Clock.Advance(TimeSpan.FromDays(1));
        (await nobody.Get(Feed(token), ifNoneMatch: feed.ETag)).Is(304);
        (await nobody.Get(Feed(token[..^1] + (token[^1] == 'A' ? 'B' : 'A')))).IsProblem(404, "not-found");
        (await nobody.Get(Feed("x"))).IsProblem(404, "not-found");

        (await Admin.Delete(link, "1")).Is(200);
        (await nobody.Get(Feed(token))).IsProblem(404, "not-found");
        var again = (await Admin.Put(link, """{ "title": "Ann's phone" }""")).Is(201).At("/token")!;
        Assert.That(again, Is.Not.EqualTo(token));
        (await nobody.Get(Feed(token))).IsProblem(404, "not-found");
        (await nobody.Get(Feed(again))).Is(200);
        Assert.That(Server.Log.Text, Does.Not.Contain(token).And.Not.Contain(again));
    }

    [Test]
    public async Task The_feed_is_RFC_5545_to_the_octet()
    {
        var path = await NewCollaborative(Collaborative);
        (await Admin.Put($"{path}/calendar/plan", Plan)).Is(201);
        const string Title = "Visit; with lunch, at Åsa's \\\\ Café — 日本語日本語日本語日本語日本語日本語日本語日本語";
        (await Admin.Put($"{path}/calendar/events/visit", $$"""{ "kind": "event", "title": "{{Title}}", "from": "2026-05-05", "to": "2026-05-06" }""")).Is(201);
        var token = (await Admin.Put($"{path}/calendar/links/l", "{ }")).Is(201).At("/token")!;
        var feed = (await Server.With(null).Get(Feed(token))).Is(200);
        var lines = Lines(feed.Bytes);

        Assert.That(lines[..3], Is.EqualTo(new[] { "BEGIN:VCALENDAR", "NAME:Säkrare vård\\; ICU\\, north", "PRODID:-//Collaborative//Calendar//EN" }));
        Assert.That(lines, Does.Contain("VERSION:2.0").And.Contain("REFRESH-INTERVAL;VALUE=DURATION:PT12H"));
        Assert.That(lines[^1], Is.EqualTo("END:VCALENDAR"));
        var events = Events(lines);
        Assert.That(events, Has.Count.EqualTo((await Admin.Get($"{path}/calendar")).Is(200).Count()));
        Assert.That(events.Select(entry => entry["UID"]), Is.Unique.And.All.EndsWith("@collaborative"));
        Assert.That(events.Select(entry => entry["DTSTAMP"]), Is.All.Match(@"^\d{8}T\d{6}Z$"));
        var visit = events.Single(entry => entry["UID"].StartsWith("visit.", StringComparison.Ordinal));
        Assert.That(
            (visit["SUMMARY"], visit["DTSTART;VALUE=DATE"], visit["DTEND;VALUE=DATE"], visit["SEQUENCE"], visit["TRANSP"]),
            Is.EqualTo(("Visit\\; with lunch\\, at Åsa's \\\\ Café — 日本語日本語日本語日本語日本語日本語日本語日本語", "20260505", "20260507", "1", "OPAQUE")));

        // The same event, moved: the same UID and a later sequence, also when the move is taken back.
        (await Admin.Put($"{path}/calendar/events/learning-session-1", """{ "from": "2026-03-10" }""")).Is(201);
        var moved = await Session();
        (await Admin.Delete($"{path}/calendar/events/learning-session-1", "1")).Is(200);
        var back = await Session();
        Assert.That((moved["DTSTART;VALUE=DATE"], moved["SEQUENCE"], back["DTSTART;VALUE=DATE"], back["SEQUENCE"]), Is.EqualTo(("20260310", "2", "20260303", "3")));

        async Task<IReadOnlyDictionary<string, string>> Session() =>
            Events(Lines((await Server.With(null).Get(Feed(token))).Is(200).Bytes)).Single(entry => entry["UID"].StartsWith("learning-session-1.", StringComparison.Ordinal));
    }

    [Test]
    public async Task Only_those_who_run_the_collaborative_hand_out_links()
    {
        var path = await NewCollaborative(Collaborative);
        (await (await Server.As(Role.Faculty, CodeIn(path))).Put($"{path}/calendar/links/l", "{ }")).IsProblem(403, "forbidden");
        (await (await Server.As(Role.Director, CodeIn(path))).Put($"{path}/calendar/links/l", "{ }")).Is(201);
    }

    private string Feed(string token) => $"{Server.Address}calendars/{token}.ics";

    /// <summary>Title, first and last day and source of an entry; null where there is none.</summary>
    private async Task<string?> Of(string path, string code)
    {
        var calendar = (await Admin.Get($"{path}/calendar")).Is(200);
        var i = calendar.Each("code").ToList().IndexOf(code);
        return i < 0 ? null : string.Join(' ', new[] { "title", "from", "to", "source" }.Select(member => calendar.At($"/items/{i}/{member}")));
    }

    /// <summary>The content lines: each ends in CRLF and has at most 75 octets; the folded ones are put together.</summary>
    private static string[] Lines(byte[] file)
    {
        var text = Encoding.UTF8.GetString(file);
        Assert.That(text, Does.EndWith("\r\n"));
        var lines = text[..^2].Split("\r\n");
        Assert.That(lines, Has.None.Contains("\r").And.None.Contains("\n"));
        Assert.That(lines.Select(Encoding.UTF8.GetByteCount), Is.All.LessThanOrEqualTo(75));
        return text[..^2].Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
    }

    private static List<IReadOnlyDictionary<string, string>> Events(string[] lines)
    {
        var events = new List<IReadOnlyDictionary<string, string>>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] == "BEGIN:VEVENT")
            {
                events.Add(lines[(i + 1)..Array.IndexOf(lines, "END:VEVENT", i)].Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1]));
            }
        }

        return events;
    }
}
