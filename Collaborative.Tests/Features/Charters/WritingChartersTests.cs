using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Charters;

public sealed class WritingChartersTests(Lane lane) : Feature(lane)
{
    private const string Aim =
        """{ "statement": "Halve pneumonia in our ICU by December 2026", "howMuch": "by half", "byWhen": "2026-12", "forWhom": "ventilated adults in our ICU" }""";

    private const string Charter = $$"""{ "title": "Safer ventilation", "problem": "One in ten gets pneumonia", "aim": {{Aim}}, "measures": ["M"], "status": "submitted" }""";

    private const string TeamCharter = $$"""{ "problem": "One in ten gets pneumonia", "aim": {{Aim}}, "measures": ["m"], "sponsor": "Dr Grey", "status": "submitted" }""";

    private const string Accept = """{ "charterRevision": 1, "verdict": "accepted" }""";

    [Test]
    public async Task A_charter_is_drafted_submitted_returned_mended_and_accepted()
    {
        var path = await Programme();
        var charter = $"{path}/teams/north/charter";
        var lead = await Server.As(Role.DataLead, CodeIn(path), "north");
        var faculty = await Server.As(Role.Faculty, CodeIn(path));
        (await lead.Get(charter)).IsProblem(404, "not-found");
        (await faculty.Put($"{charter}/review", Accept)).IsProblem(409, "charter-not-submitted");
        (await lead.Put(charter, """{ "problem": "One in ten" }""")).Is(201).Has("/state", "draft");
        (await faculty.Put($"{charter}/review", Accept)).IsProblem(409, "charter-not-submitted");
        (await lead.Put(charter, TeamCharter, "1")).Is(200).Has("/state", "submitted").Has("/revision", "2");
        (await faculty.Put($"{charter}/review", Accept)).IsProblem(412, "precondition-failed");
        (await faculty.Put($"{charter}/review", """{ "charterRevision": 2, "verdict": "returned" }""")).IsInvalid("/comment");

        var returned = """{ "charterRevision": 2, "verdict": "returned", "comment": "Say which unit you begin with" }""";
        (await faculty.Put($"{charter}/review", returned)).Is(201);
        (await faculty.Put($"{charter}/review", returned)).Is(200).Has("/revision", "1");
        (await lead.Get(charter)).Is(200).Has("/state", "returned").Has("/reviewComment", "Say which unit you begin with").Has("/revision", "3");
        (await lead.Put(charter, TeamCharter)).Is(200).Has("/state", "returned").Has("/revision", "3");

        (await lead.Put(charter, TeamCharter.Replace("\"sponsor\"", "\"pilot\": \"Bay A\", \"sponsor\"", StringComparison.Ordinal), "3")).Is(200).Has("/state", "submitted");
        var accepted = """{ "charterRevision": 4, "verdict": "accepted" }""";
        (await faculty.Put($"{charter}/review", accepted)).IsProblem(428, "precondition-required");
        Clock.MoveTo("2026-07-23T10:00:00Z");
        (await faculty.Put($"{charter}/review", accepted, "1")).Is(200).Has("/verdict", "accepted");
        (await lead.Get(charter)).Is(200).Has("/state", "accepted").Has("/acceptedAt", "2026-07-23T10:00:00.000Z");
        (await faculty.Put($"{charter}/review", """{ "charterRevision": 5, "verdict": "returned", "comment": "x" }""", "2")).IsProblem(409, "charter-not-submitted");
        Assert.That(
            await Server.Database.Rows($"SELECT h.Revision, h.RecordedBy FROM HistoryEntry h JOIN Team t ON t.Id = h.TeamId JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE c.Code = '{CodeIn(path)}' AND h.Subject = 'charter' ORDER BY h.Revision"),
            Is.EqualTo(new[] { "1|dataLead", "2|dataLead", "3|faculty", "4|dataLead", "5|faculty" }));
    }

    [TestCase("""{ "howMuch": "some", "byWhen": "soon" }""", "/aim/howMuch", "“some” is not a number.")]
    [TestCase("""{ "howMuch": "by half", "byWhen": "soon" }""", "/aim/byWhen", "“soon” is not a time.")]
    [TestCase("""{ "howMuch": "by half", "byWhen": "2026-12" }""", "/aim/forWhom", "Say for whom")]
    [TestCase("""{ "howMuch": "by half", "byWhen": "2025-12", "forWhom": "adults", "statement": "Halve it by 2025" }""", "/aim/byWhen", "The aim ends before the collaborative begins in 2026-01")]
    public async Task A_vague_aim_can_be_drafted_but_not_submitted(string aim, string pointer, string sentence)
    {
        var path = $"{await Programme()}/teams/north/charter";
        var body = $$"""{ "problem": "One in ten", "aim": {{aim}}, "measures": ["m"], "sponsor": "Dr Grey" }""";
        (await Admin.Put(path, body)).Is(201);
        var refused = (await Admin.Put(path, body[..^1] + """, "status": "submitted" }""", "1")).IsInvalid(pointer);
        Assert.That(refused.Each("message", "/errors"), Has.Some.StartsWith(sentence));
        (await Admin.Get(path)).Has("/state", "draft");
    }

    [Test]
    public async Task A_teams_charter_starts_from_the_collaboratives()
    {
        var path = await Programme();
        var draft = $"{path}/teams/north/charter/draft";
        (await Admin.Get(draft)).Is(200).Has("/title", "ICU safety").Has("/globalAim", "Halve pneumonia in a year").Has("/aim", "null").Has("/measures/0", "m");
        (await Admin.Put($"{path}/charter", """{ "title": "Half written" }""")).Is(201);
        (await Admin.Get(draft)).Is(200).Has("/title", "ICU safety");
        (await Admin.Put($"{path}/charter", Charter, "1")).Is(200).Has("/measures/0", "m");
        (await Admin.Get(draft)).Is(200).Has("/title", "Safer ventilation").Has("/problem", "One in ten gets pneumonia")
            .Has("/globalAim", "Halve pneumonia in our ICU by December 2026").Has("/aim/howMuch", "by half").Has("/sponsor", "null");
        (await Admin.Get($"{path}/teams/north/charter")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task The_collaboratives_charter_is_reviewed_too()
    {
        var path = await Programme();
        (await Admin.Put($"{path}/charter", Charter)).Is(201);
        (await Admin.Put($"{path}/charter/review", Accept)).Is(201);
        (await Admin.Get($"{path}/charter/review")).Is(200).Has("/verdict", "accepted").Has("/charterRevision", "1");
        (await (await Server.As(Role.Sponsor, CodeIn(path))).Get($"{path}/charter")).Is(200).Has("/state", "accepted");
    }

    [Test]
    public async Task Charter_accepted_before_the_first_Active_month_or_the_team_shows_a_readiness_flag()
    {
        Clock.MoveTo("2026-01-10T10:00:00Z");
        var path = await Programme("north", "south", "west");
        Assert.That((await Admin.Get($"{path}/charters")).Is(200).Each("flag"), Is.All.EqualTo("null"), "nothing is known of when work begins");
        Clock.MoveTo("2026-01-20T10:00:00Z");
        (await Admin.Put($"{path}/teams/north/charter", TeamCharter)).Is(201);
        (await Admin.Put($"{path}/teams/north/charter/review", Accept)).Is(201);
        (await Admin.Put($"{path}/teams/south/charter", TeamCharter)).Is(201);
        Clock.MoveTo("2026-02-03T10:00:00Z");
        foreach (var (stage, revision) in new[] { ("recruiting", "1"), ("prework", "2"), ("active", "3") })
        {
            var launch = stage == "active" ? """, "override": { "reason": "A pilot" }""" : "";
            (await Admin.Put($"{path}/stage", $$"""{ "stage": "{{stage}}", "reason": "x"{{launch}} }""", revision)).Is(200);
        }

        Assert.That(await Flags(), Is.EqualTo(new[] { null, "charterUnreviewed", "charterMissing" }));
        (await Admin.Put($"{path}/teams/south/charter/review", Accept)).Is(201);
        (await Admin.Put($"{path}/teams/west/charter", """{ "problem": "p" }""")).Is(201);
        Assert.That(await Flags(), Is.EqualTo(new[] { null, "charterLate", "charterDraft" }));

        // What was accepted in time stays so when it is written anew.
        (await Admin.Put($"{path}/teams/north/charter", """{ "problem": "p" }""", "2")).Is(200).Has("/state", "draft");
        Assert.That(await Flags(), Is.EqualTo(new[] { null, "charterLate", "charterDraft" }));

        async Task<IEnumerable<string?>> Flags() => (await Admin.Get($"{path}/charters")).Is(200).Each("flag/code");
    }

    [Test]
    public async Task Charters_are_listed_by_team_narrowed_to_ones_own_filtered_and_paged()
    {
        var path = await Programme("b", "a", "C");
        (await Admin.Put($"{path}/teams/b/charter", TeamCharter)).Is(201);
        Assert.That((await Admin.Get($"{path}/charters")).Is(200).Each("team"), Is.EqualTo(new[] { "a", "b", "C" }));
        Assert.That((await Admin.Get($"{path}/charters?state=submitted")).Is(200).Each("team"), Is.EqualTo(new[] { "b" }));
        var first = (await Admin.Get($"{path}/charters?limit=2")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("team"), Is.EqualTo(new[] { "C" }));
        Assert.That((await (await Server.As(Role.DataLead, CodeIn(path), "a")).Get($"{path}/charters")).Is(200).Each("team"), Is.EqualTo(new[] { "a" }));
    }

    [TestCase("charter", """{ "measures": ["nothing"] }""", "/measures/0")]
    [TestCase("charter", """{ "sponsor": "Dr Grey" }""", "/sponsor")]
    [TestCase("charter", """{ "signedOn": "2026-01-01" }""", "/signedOn")]
    [TestCase("teams/north/charter", """{ "fees": "none" }""", "/fees")]
    [TestCase("teams/north/charter", """{ "status": "accepted" }""", "/status")]
    [TestCase("teams/north/charter", """{ "aim": { "byWhen": 2026 } }""", "/aim/byWhen")]
    [TestCase("teams/north/charter/review", """{ "verdict": "accepted" }""", "/charterRevision")]
    [TestCase("teams/north/charter/review", """{ "charterRevision": 1, "verdict": "fine" }""", "/verdict")]
    public async Task A_charter_of_the_wrong_shape_is_refused_with_its_place(string address, string body, string pointer) =>
        (await Admin.Put($"{await Programme()}/{address}", body)).IsInvalid(pointer);

    private async Task<string> Programme(params string[] teams)
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/measures/m", Given.Rate)).Is(201);
        foreach (var team in teams.Length == 0 ? ["north"] : teams)
        {
            (await Admin.Put($"{path}/teams/{team}", Given.Team)).Is(201);
        }

        return path;
    }
}
