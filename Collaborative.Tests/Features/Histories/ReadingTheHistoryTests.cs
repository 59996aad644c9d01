using System.Reflection;
using Collaborative.Domain.Access;
using Collaborative.Domain.Histories;
using Collaborative.Infrastructure;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Histories;

public sealed class ReadingTheHistoryTests(Lane lane) : Feature(lane)
{
    private const string Barrier = """{ "description": "No brushes at night", "owner": "Dr Grey" }""";

    private const string Note = """{ "month": "2026-03", "kind": "event", "text": "A new ward opened" }""";

    [Test]
    public async Task Every_write_is_in_the_history_with_its_author()
    {
        var path = await Teams();
        var lead = Server.With((await Server.Key(Role.DataLead, CodeIn(path), ["north"], name: "Nurse Joy")).Token);
        var faculty = Server.With((await Server.Key(Role.Faculty, CodeIn(path), name: "Dr Grey")).Token);
        (await lead.Put($"{path}/teams/north/reports/2026-06", """{ "successes": "Oral care" }""")).Is(201);
        (await lead.Put($"{path}/teams/north/assessments/2026-06/self", """{ "value": 2.5, "justification": "Two tests" }""")).Is(201);
        (await faculty.Put($"{path}/teams/north/assessments/2026-06/director", """{ "value": 2.0, "justification": "One test" }""")).Is(201);
        (await faculty.Put($"{path}/teams/north/reports/2026-06/review", """{ "verdict": "returned", "comment": "Which tests?" }""")).Is(201);
        (await lead.Put($"{path}/teams/north/barriers/brushes", Barrier)).Is(201);
        (await lead.Delete($"{path}/teams/north/barriers/brushes?reason=mistyped", "1")).Is(200);
        (await Admin.Put($"{path}/scales/ours", """{ "name": "Ours", "levels": [{ "value": 1, "name": "Begun" }, { "value": 2, "name": "Done" }] }""")).Is(201);

        var history = (await faculty.Get($"{path}/history")).Is(200);
        Assert.That(
            history.Each("subject").Zip(history.Each("code"), history.Each("revision")).Zip(history.Each("recordedBy"), (entry, by) => $"{entry.First} {entry.Second} {entry.Third} {(by is "Nurse Joy" or "Dr Grey" ? by : "admin")}"),
            Is.EqualTo(new[]
            {
                "scale ours 1 admin", "barrier brushes 2 Nurse Joy", "barrier brushes 1 Nurse Joy", "report 2026-06 2 Dr Grey", "reportReview 2026-06/review 1 Dr Grey",
                "assessment 2026-06/director 1 Dr Grey", "assessment 2026-06/self 1 Nurse Joy", "report 2026-06 1 Nurse Joy",
            }));
        history.Has("/items/0/team", "null").Has("/items/1/team", "north").Has("/items/1/withdrawn", "true").Has("/items/1/reason", "mistyped")
            .Has("/items/2/withdrawn", "false").Has("/items/2/content/description", "No brushes at night").Has("/items/7/content/status", "submitted");
    }

    [Test]
    public async Task The_history_is_filtered_and_paged_newest_first()
    {
        var path = await Teams();
        var start = Clock.Now;
        foreach (var (team, code) in new[] { ("north", "a"), ("south", "b"), ("north", "c") })
        {
            Clock.Advance(TimeSpan.FromHours(1));
            (await Admin.Put($"{path}/teams/{team}/barriers/{code}", Barrier)).Is(201);
            (await Admin.Put($"{path}/teams/{team}/annotations/{code}", Note)).Is(201);
        }

        Assert.That(await Codes(Admin, $"{path}/history?subject=barrier"), Is.EqualTo(new[] { "c", "b", "a" }));
        Assert.That(await Codes(Admin, $"{path}/history?subject=annotation&team=NORTH"), Is.EqualTo(new[] { "c", "a" }));
        Assert.That(await Codes(Admin, $"{path}/history?code=b"), Is.EqualTo(new[] { "b", "b" }));
        Assert.That(await Codes(Admin, $"{path}/history?by=nobody"), Is.Empty);
        Assert.That(await Codes(Admin, $"{path}/history?subject=barrier&from={start.AddMinutes(90):yyyy-MM-ddTHH:mm:ssZ}&to={start.AddMinutes(150):yyyy-MM-ddTHH:mm:ssZ}"), Is.EqualTo(new[] { "b" }));
        var seen = new List<string?>();
        for (var next = $"{path}/history?limit=2&team=north"; next is not (null or "null");)
        {
            var page = (await Admin.Get(next)).Is(200);
            seen.AddRange(page.Each("code"));
            next = page.At("/next");
        }

        Assert.That(seen, Is.EqualTo(new[] { "c", "c", "a", "a" }));
        (await Admin.Get($"{path}/history?from=yesterday")).IsInvalid("from");
    }

    [Test]
    public async Task Who_looks_sees_of_the_history_no_more_than_of_the_things_themselves()
    {
        var path = await Teams();
        (await Admin.Put($"{path}/annotations/ours", Note)).Is(201);
        (await Admin.Put($"{path}/teams/north/barriers/north", Barrier)).Is(201);
        (await Admin.Put($"{path}/teams/south/barriers/south", Barrier)).Is(201);
        (await Admin.Put($"{path}/calendar/links/board", """{ "title": "For the board" }""")).Is(201);
        var code = CodeIn(path);
        foreach (var (role, teams, sees) in new[]
        {
            (Role.Administrator, [], "board south north ours"),
            (Role.Director, Array.Empty<string>(), "board south north ours"),
            (Role.Faculty, [], "south north ours"),
            (Role.DataLead, ["north"], "north ours"),
            (Role.Member, ["south"], "south ours"),
            (Role.Sponsor, [], "ours"),
        })
        {
            var client = await Server.As(role, role == Role.Administrator ? null : code, teams);
            Assert.That(await Codes(client, $"{path}/history"), Is.EqualTo(sees.Split(' ')), $"{role}");
        }

        (await (await Server.As(Role.Integration, code)).Get($"{path}/history")).IsProblem(403, "forbidden");
        var lead = await Server.As(Role.DataLead, code, "north");
        Assert.That(await Codes(lead, $"{path}/history?team=south"), Is.Empty);
    }

    [Test]
    public void Of_every_kind_in_the_history_it_is_said_who_reads_it()
    {
        var kinds = typeof(Registration).Assembly.GetTypes()
            .Select(type => type.GetField("Subject", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
            .Where(field => field is { IsLiteral: true }).Select(field => (string)field!.GetRawConstantValue()!).Order(StringComparer.Ordinal);
        Assert.That(
            HistoryRules.Kinds.Order(StringComparer.Ordinal),
            Is.EqualTo(kinds),
            "a new kind of thing stands in one of the lists of HistoryRules");
    }

    private static async Task<IReadOnlyList<string?>> Codes(Client client, string path) => (await client.Get(path)).Is(200).Each("code");

    private async Task<string> Teams()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{path}/teams/south", Given.Team)).Is(201);
        return path;
    }
}
