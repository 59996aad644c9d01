using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.LearningSessions;

public sealed class PlanningSessionsTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task A_session_is_planned_moved_and_called_off_and_every_revision_stays()
    {
        var path = $"{await NewCollaborative()}/sessions/LS1";
        (await Admin.Put(path, Session(1, "2026-02-03", "2026-02-04"))).Is(201).Has("/expectedPerTeam", "3").Has("/questions/0/code", "objectives").Has("/virtual", "false");
        (await Admin.Put(path, Session(1, "2026-02-10", "2026-02-11"), "1")).Is(200).Has("/firstDay", "2026-02-10");
        (await Admin.Delete(path, "2")).Is(200);
        (await Admin.Get(path)).IsProblem(404, "not-found");
        Assert.That(await Server.Database.Rows("SELECT Revision FROM HistoryEntry WHERE Subject = 'learningSession' AND AddressCode = 'LS1' ORDER BY Revision"), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_session_has_an_agenda_and_its_own_questions()
    {
        var path = $"{await NewCollaborative()}/sessions/ls1";
        (await Admin.Put(path, """
            { "number": 1, "title": "Launch", "firstDay": "2026-02-03", "lastDay": "2026-02-04", "place": "Leeds", "virtual": true, "expectedPerTeam": 5,
              "agenda": [{ "day": "2026-02-03", "starts": "09:30", "title": "Storyboards", "lead": "Faculty" }, { "title": "Team time" }],
              "questions": [{ "code": "pace", "text": "The pace was right." }] }
            """)).Is(201).Has("/agenda/0/starts", "09:30").Has("/questions/0/text", "The pace was right.").Has("/expectedPerTeam", "5");
    }

    [Test]
    public async Task Learning_session_dates_are_strictly_increasing()
    {
        var path = $"{await NewCollaborative()}/sessions";
        (await Admin.Put($"{path}/ls1", Session(1, "2026-02-03", "2026-02-04"))).Is(201);
        (await Admin.Put($"{path}/ls2", Session(2, "2026-02-04", "2026-02-05"))).IsProblem(409, "sessions-out-of-order");
        (await Admin.Put($"{path}/ls2", Session(1, "2026-06-02", "2026-06-03"))).IsProblem(409, "sessions-out-of-order");
        (await Admin.Put($"{path}/ls2", Session(2, "2026-06-02", "2026-06-03"))).Is(201);
        (await Admin.Put($"{path}/ls1", Session(1, "2026-06-02", "2026-06-03"), "1")).IsProblem(409, "sessions-out-of-order");
        (await Admin.Delete($"{path}/ls1", "1")).Is(200);
        (await Admin.Put($"{path}/first", Session(1, "2026-03-03", "2026-03-04"))).Is(201);
    }

    [Test]
    public async Task An_action_period_spans_the_end_of_one_session_to_the_start_of_the_next()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/sessions/ls2", Session(2, "2026-06-02", "2026-06-03"))).Is(201);
        (await Admin.Put($"{path}/sessions/ls1", Session(1, "2026-02-03", "2026-02-04"))).Is(201);
        (await Admin.Get($"{path}/action-periods")).Is(200)
            .Has("/items/0/from", "2026-02-05").Has("/items/0/to", "2026-06-01").Has("/items/0/after", "ls1").Has("/items/0/before", "ls2")
            .Has("/items/1/from", "2026-06-04").Has("/items/1/to", "2027-06-30").Has("/items/1/before", "null");
    }

    [Test]
    public async Task Sessions_are_listed_in_their_order_and_paged()
    {
        var path = $"{await NewCollaborative()}/sessions";
        for (var number = 3; number > 0; number--)
        {
            (await Admin.Put($"{path}/s{4 - number}", Session(number, $"2026-0{number}-03", $"2026-0{number}-04"))).Is(201);
        }

        Assert.That((await Admin.Get(path)).Is(200).Each("number"), Is.EqualTo(new[] { "1", "2", "3" }));
        var first = (await Admin.Get(path + "?limit=2")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("number"), Is.EqualTo(new[] { "3" }));
    }

    [TestCase("""{ "title": "x", "firstDay": "2026-02-03" }""", "/number")]
    [TestCase("""{ "number": 0, "title": "x", "firstDay": "2026-02-03" }""", "/number")]
    [TestCase("""{ "number": 1, "firstDay": "2026-02-03" }""", "/title")]
    [TestCase("""{ "number": 1, "title": "x" }""", "/firstDay")]
    [TestCase("""{ "number": 1, "title": "x", "firstDay": "2026-02-03", "lastDay": "2026-02-02" }""", "/lastDay")]
    [TestCase("""{ "number": 1, "title": "x", "firstDay": "2026-02-03", "expectedPerTeam": 0 }""", "/expectedPerTeam")]
    [TestCase("""{ "number": 1, "title": "x", "firstDay": "2026-02-03", "agenda": [{ "title": "y", "starts": "9:30" }] }""", "/agenda/0/starts")]
    [TestCase("""{ "number": 1, "title": "x", "firstDay": "2026-02-03", "agenda": [{ "title": "y", "day": "2026-02-04" }] }""", "/agenda/0/day")]
    [TestCase("""{ "number": 1, "title": "x", "firstDay": "2026-02-03", "agenda": [null] }""", "/agenda/0")]
    [TestCase("""{ "number": 1, "title": "x", "firstDay": "2026-02-03", "questions": [{ "code": "a", "text": "x" }, { "code": "A", "text": "y" }] }""", "/questions/1/code")]
    public async Task A_session_of_the_wrong_shape_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await NewCollaborative()}/sessions/ls1", body)).IsInvalid(pointer);

    private static string Session(int number, string first, string last) =>
        $$"""{ "number": {{number}}, "title": "Learning session {{number}}", "firstDay": "{{first}}", "lastDay": "{{last}}" }""";
}
