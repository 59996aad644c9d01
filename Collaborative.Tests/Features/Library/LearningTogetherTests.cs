using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Library;

public sealed class LearningTogetherTests(Lane lane) : Feature(lane)
{
    private const string Package =
        """
        { "aim": "Halve pneumonia", "primaryDrivers": [
          { "code": "care", "title": "Care", "secondaryDrivers": [{ "code": "mouth", "title": "Mouth", "concepts": [{ "code": "easy", "title": "Easy", "ideas": [{ "code": "oral", "title": "Oral care" }] }] }] },
          { "code": "team", "title": "Team", "secondaryDrivers": [{ "code": "rounds", "title": "Rounds", "concepts": [{ "code": "talk", "title": "Talk", "ideas": [{ "code": "goals", "title": "Daily goals" }] }] }] }] }
        """;

    [Test]
    public async Task A_shared_cycle_is_in_the_library_once_it_is_studied_and_leaves_it_with_the_consent()
    {
        var path = await NewCollaborative();
        var library = $"{path}/library";
        await Teams(path);
        var cycle = $"{path}/teams/north/pdsa/one";
        (await Admin.Put(cycle, Running("oral"))).Is(201);
        Assert.That((await Admin.Get(library)).Is(200).Count(), Is.Zero, "nothing is learned yet");
        (await Admin.Put(cycle, Studied("oral", "Bring the water to the bed"), "1")).Is(200);
        (await Admin.Get(library)).Is(200).Has("/items/0/team", "north").Has("/items/0/teamName", "North ICU").Has("/items/0/source", "pdsaCycle").Has("/items/0/sourceCode", "one")
            .Has("/items/0/idea", "oral").Has("/items/0/decision", "adapt").Has("/items/0/degreeOfBelief", "medium").Has("/items/0/content/learned", "Bring the water to the bed")
            .Has("/items/0/content/predictions/0/prediction", "Two minutes").Has("/items/0/content/scale/kind", "onePatient").Has("/items/0/sharedBy", "administrator");
        (await Admin.Put(cycle, Studied("oral", "Bring warm water to the bed"), "2")).Is(200);
        var shared = (await Admin.Get(library)).Is(200).Has("/items/0/content/learned", "Bring warm water to the bed").At("/items/0/sharedAt");
        (await Admin.Put(cycle, Studied("oral", "Bring warm water to the bed", share: false), "3")).Is(200);
        Assert.That((await Admin.Get(library)).Is(200).Count(), Is.Zero, "the consent is taken back");
        (await Admin.Put(cycle, Studied("oral", "Bring warm water to the bed"), "4")).Is(200);
        Assert.That((await Admin.Get(library)).Is(200).At("/items/0/sharedAt"), Is.Not.EqualTo(shared), "shared anew");
        (await Admin.Delete(cycle, "5")).Is(200);
        Assert.That((await Admin.Get(library)).Is(200).Count(), Is.Zero, "the cycle is taken back");
        Assert.That(
            await Server.Database.Rows($"SELECT h.Revision, h.IsWithdrawn FROM HistoryEntry h JOIN Collaborative c ON c.Id = h.CollaborativeId WHERE c.Code = '{CodeIn(path)}' AND h.Subject = 'libraryEntry' ORDER BY h.Revision"),
            Has.Count.EqualTo(5));
    }

    [Test]
    public async Task The_library_is_searched_by_words_whatever_their_case_and_accents()
    {
        var path = await NewCollaborative();
        await Teams(path);
        (await Admin.Put($"{path}/teams/north/pdsa/a", Studied("oral", "Mundpflege für Ältere: 100 % geht nicht"))).Is(201);
        (await Admin.Put($"{path}/teams/south/pdsa/b", Studied("goals", "A board at the bed", "abandon"))).Is(201);
        (await Admin.Put($"{path}/teams/south/pdsa/c", Studied(null, "Nothing to do with any idea"))).Is(201);
        Assert.Multiple(async () =>
        {
            foreach (var (query, expected) in new[]
            {
                ("", "c b a"), ("?q=ALTERE%20mundpflege", "a"), ("?q=f%C3%BCr", "a"), ("?q=bed", "b"), ("?q=100%25", "a"), ("?q=%25", "c b a"), ("?q=_", "c b a"), ("?q=mundpflege%20board", ""),
                ("?q=north", "a"), ("?q=daily", "b"), ("?idea=ORAL", "a"), ("?driver=care", "a"), ("?driver=rounds", "b"), ("?driver=talk", "b"), ("?driver=nothing", ""),
                ("?decision=abandon", "b"), ("?degreeOfBelief=medium", "c b a"), ("?degreeOfBelief=high", ""), ("?team=South", "c b"), ("?source=report", ""), ("?team=south&q=bed", "b"),
            })
            {
                Assert.That(string.Join(' ', (await Admin.Get($"{path}/library{query}")).Is(200).Each("sourceCode")), Is.EqualTo(expected), query);
            }
        });
        (await Admin.Get($"{path}/library?q=a+b+c+d+e+f+g+h+i")).IsInvalid("q", "tooMany");
        (await Admin.Get($"{path}/library?after=x")).IsInvalid("after");
        var first = (await Admin.Get($"{path}/library?limit=2")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("sourceCode"), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_team_learns_from_another_team_what_that_one_shares_and_nothing_else()
    {
        var path = await NewCollaborative();
        await Teams(path);
        (await Admin.Put($"{path}/teams/south/pdsa/open", Studied("oral", "Shared with all"))).Is(201);
        (await Admin.Put($"{path}/teams/south/pdsa/own", Studied("oral", "For ourselves", share: false))).Is(201);
        var member = await Server.As(Role.Member, CodeIn(path), "north");
        Assert.That((await member.Get($"{path}/library")).Is(200).Each("sourceCode"), Is.EqualTo(new[] { "open" }));
        (await member.Get($"{path}/teams/south/pdsa/open")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task A_question_is_asked_answered_and_taken_back_by_those_who_may()
    {
        var path = await NewCollaborative();
        await Teams(path);
        var thread = $"{path}/ideas/oral/thread";
        var ann = await Server.As(Role.DataLead, CodeIn(path), "north");
        var ben = await Server.As(Role.Member, CodeIn(path), "south");
        var director = await Server.As(Role.Director, CodeIn(path));
        const string Question = """{ "kind": "question", "text": "How often at night?" }""";
        const string Reply = """{ "kind": "answer", "inReplyTo": "Q1", "text": "At every turn" }""";
        Assert.That((await ann.Get(thread)).Is(200).Count(), Is.Zero);
        (await ann.Get($"{path}/ideas/nothing/thread")).IsProblem(404, "not-found");
        (await ann.Put($"{path}/ideas/nothing/thread/q1", Question)).IsProblem(404, "not-found");
        (await ann.Put($"{thread}/q1", Question)).Is(201).Has("/author", "dataLead").Has("/idea", "oral").Has("/inReplyTo", "null");
        (await ann.Put($"{thread}/q1", Question)).Is(200).Has("/revision", "1");
        Clock.Advance(TimeSpan.FromMinutes(1));
        (await ben.Put($"{thread}/q1", Question)).IsProblem(403, "forbidden");
        (await ben.Put($"{thread}/a1", Reply.Replace("Q1", "q2", StringComparison.Ordinal))).IsInvalid("/inReplyTo", "unknown");
        (await ben.Put($"{thread}/a1", """{ "kind": "answer", "text": "At every turn" }""")).IsInvalid("/inReplyTo", "required");
        (await ben.Put($"{thread}/a1", Reply)).Is(201).Has("/inReplyTo", "q1");
        (await ben.Put($"{thread}/a2", Reply.Replace("Q1", "a1", StringComparison.Ordinal))).IsInvalid("/inReplyTo", "kind");
        (await ann.Put($"{thread}/q1", """{ "kind": "question", "inReplyTo": "a1", "text": "x" }""", "1")).IsInvalid("/inReplyTo", "order");
        (await ann.Put($"{thread}/q1", Question.Replace("night", "noon", StringComparison.Ordinal))).IsProblem(428, "precondition-required");
        (await ann.Put($"{thread}/q1", Question.Replace("night", "noon", StringComparison.Ordinal), "1")).Is(200);
        Assert.That((await ann.Get(thread)).Is(200).Each("code"), Is.EqualTo(new[] { "q1", "a1" }));
        (await ann.Delete($"{thread}/a1", "1")).IsProblem(403, "forbidden");
        (await director.Delete($"{thread}/a1?reason=Names%20a%20patient", "1")).Is(200).Has("/author", "member");
        (await ben.Get($"{thread}/a1")).IsProblem(404, "not-found");
        (await ann.Delete($"{thread}/q1", "2")).Is(200);
        Assert.That((await ann.Get(thread)).Is(200).Count(), Is.Zero);
        var sponsor = await Server.As(Role.Sponsor, CodeIn(path));
        (await sponsor.Get(thread)).Is(200);
        (await sponsor.Put($"{thread}/q2", Question)).IsProblem(403, "forbidden");
    }

    [Test]
    public async Task A_teams_own_idea_has_a_thread_once_something_learned_from_it_is_shared()
    {
        var path = await NewCollaborative();
        await Teams(path);
        (await Admin.Put($"{path}/teams/north/ideas/huddle", """{ "title": "Huddle" }""")).Is(201);
        (await Admin.Get($"{path}/ideas/huddle/thread")).IsProblem(404, "not-found");
        (await Admin.Put($"{path}/teams/north/pdsa/one", Studied("huddle", "Five minutes are enough"))).Is(201);
        (await Admin.Put($"{path}/ideas/huddle/thread/q", """{ "kind": "question", "text": "When?" }""")).Is(201);
        Assert.That((await Admin.Get($"{path}/ideas/Huddle/thread?limit=1")).Is(200).Each("text"), Is.EqualTo(new[] { "When?" }));
    }

    [Test]
    public async Task The_digest_holds_one_local_day()
    {
        Clock.MoveTo("2026-07-22T03:30:00Z");
        var path = await NewCollaborative(Given.Collaborative.Replace("\"topic\"", "\"timeZone\": \"America/New_York\", \"topic\"", StringComparison.Ordinal));
        await Teams(path);

        // New York is four hours behind in July: its 21st ends at 04:00 UTC on the 22nd.
        Clock.MoveTo("2026-07-22T03:59:00Z");
        (await Admin.Put($"{path}/teams/north/pdsa/one", Studied("oral", "Bring the water to the bed"))).Is(201);
        (await Admin.Put($"{path}/ideas/oral/thread/q", """{ "kind": "question", "text": "How often?" }""")).Is(201);
        Clock.MoveTo("2026-07-22T04:30:00Z");
        (await Admin.Put($"{path}/ideas/oral/thread/a", """{ "kind": "answer", "inReplyTo": "q", "text": "Often" }""")).Is(201);
        var day = (await Admin.Get($"{path}/digest")).Is(200).Has("/on", "2026-07-21").Has("/timeZone", "America/New_York").Has("/quiet", "false");
        Assert.That((day.Count("/entries"), day.Count("/questions"), day.Count("/answers")), Is.EqualTo((1, 1, 0)));
        (await Admin.Get($"{path}/digest?on=2026-07-22")).Is(200).Has("/answers/0/inReplyToText", "How often?").Has("/answers/0/ideaTitle", "Oral care").Has("/entries", "[]");
        (await Admin.Get($"{path}/digest?on=2026-07-20")).Is(200).Has("/quiet", "true");
        var text = (await Admin.Get($"{path}/digest.txt?on=2026-07-21")).Is(200);
        Assert.That(text.Header("Content-Type"), Does.StartWith("text/plain"));
        Assert.That(text.Text, Does.Contain("North ICU: A test [oral]").And.Contain("Learned: Bring the water to the bed").And.Contain("How often?"));
        Assert.That((await Admin.Get($"{path}/digest", accept: "text/plain")).Is(200).Text, Is.EqualTo(text.Text));
        (await Admin.Get($"{path}/digest?on=0001-01-01")).IsInvalid("on", "range");
        (await Admin.Get($"{path}/digest?on=9999-12-31")).IsInvalid("on", "range");
    }

    private static string Running(string? idea) =>
        $$"""{ "title": "A test", {{(idea is null ? "" : $"\"idea\": \"{idea}\", ")}}"scale": { "kind": "onePatient" }, "state": "running", "startedOn": "2026-03-02", "share": true, "plan": { "predictions": ["Two minutes"] } }""";

    private static string Studied(string? idea, string learned, string decision = "adapt", bool share = true) => Running(idea)
        .Replace("\"running\"", "\"closed\"", StringComparison.Ordinal)
        .Replace("\"share\": true", $"\"share\": {(share ? "true" : "false")}, \"degreeOfBelief\": \"medium\"", StringComparison.Ordinal)
        .Replace("\"plan\"", $$"""
            "study": { "results": [{ "prediction": 1, "happened": "partly" }], "learned": "{{learned}}" }, "act": { "decision": "{{decision}}" }, "plan"
            """, StringComparison.Ordinal);

    private async Task Teams(string path)
    {
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{path}/teams/south", """{ "name": "South ICU" }""")).Is(201);
        (await Admin.Put($"{path}/change-package", Package)).Is(201);
    }
}
