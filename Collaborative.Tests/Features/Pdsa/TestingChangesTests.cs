using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Pdsa;

public sealed class TestingChangesTests(Lane lane) : Feature(lane)
{
    private const string Planned = """{ "title": "Oral care with one patient", "scale": { "kind": "onePatient", "size": 1 } }""";

    private const string Running =
        """
        { "title": "Oral care with one patient", "objective": "Find out whether it can be done", "measure": "m", "scale": { "kind": "onePatient", "size": 1 }, "state": "running",
          "startedOn": "2026-03-02", "plan": { "questions": ["Can it be done?"], "predictions": ["Two minutes", "Nobody forgets"], "who": "Ann", "where": "Bed 4" } }
        """;

    private const string Closed =
        """
        { "title": "Oral care with one patient", "objective": "Find out whether it can be done", "measure": "M", "scale": { "kind": "onePatient", "size": 1 }, "state": "closed",
          "startedOn": "2026-03-02", "endedOn": "2026-03-03", "plan": { "questions": ["Can it be done?"], "predictions": ["Two minutes", "Nobody forgets"], "who": "Ann", "where": "Bed 4" },
          "do": { "observations": "The sink was far away" }, "act": { "decision": "adapt", "next": "Bring a trolley" }, "degreeOfBelief": "medium",
          "study": { "results": [{ "prediction": 2, "happened": "asPredicted" }, { "prediction": 1, "happened": "not", "what": "Ten minutes" }], "learned": "Bring the water to the bed" } }
        """;

    [Test]
    public async Task A_cycle_is_planned_run_and_closed_and_every_revision_stays()
    {
        var path = $"{await Team()}/pdsa/oral-1";
        (await Admin.Put(path, Planned)).Is(201).Has("/state", "planned").Has("/kind", "testing").Has("/share", "false").Has("/team", "north");
        (await Admin.Put(path, Planned)).Is(200).Has("/revision", "1");
        (await Admin.Put(path, Running)).IsProblem(428, "precondition-required");
        (await Admin.Put(path, Running, "7")).IsProblem(412, "precondition-failed");
        (await Admin.Put(path, Running, "1")).Is(200).Has("/measure", "m").Has("/plan/predictions/1", "Nobody forgets");
        (await Admin.Put(path, Closed, "2")).Is(200).Has("/decision", "adapt").Has("/measure", "m").Has("/study/results/0/prediction", "1");
        (await Admin.Get(path)).Is(200).Has("/act/next", "Bring a trolley").Has("/warnings", "[]").Has("/endedOn", "2026-03-03");
        (await Admin.Put(path, Running, "3")).IsProblem(409, "pdsa-cycle-closed");
        (await Admin.Put(path, Closed.Replace("trolley", "small trolley", StringComparison.Ordinal), "3")).Is(200);
        (await Admin.Delete(path)).IsProblem(428, "precondition-required");
        (await Admin.Delete(path + "?reason=mistyped", "4")).Is(200);
        (await Admin.Get(path)).IsProblem(404, "not-found");
        (await Admin.Put(path, Running)).Is(201).Has("/revision", "6");
        Assert.That(
            await Server.Database.Rows($"SELECT h.Revision, h.IsWithdrawn, h.RecordedBy FROM HistoryEntry h JOIN PdsaCycle p ON p.Id = h.SubjectId WHERE h.Subject = 'pdsaCycle' AND p.Code = 'oral-1' AND h.CollaborativeId = (SELECT c.Id FROM Collaborative c WHERE c.Code = '{CodeIn(path)}') ORDER BY h.Revision"),
            Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_circular_ramp_is_refused_and_the_tests_stay_as_they_were()
    {
        var path = $"{await Team()}/pdsa";
        (await Admin.Put($"{path}/a", Planned)).Is(201);
        (await Admin.Put($"{path}/b", After("A"))).Is(201).Has("/after", "a").Has("/warnings/0/code", "scaleNotGrown");
        (await Admin.Put($"{path}/c", After("b", "oneUnit"))).Is(201).Has("/warnings", "[]");
        (await Admin.Put($"{path}/a", After("c"), "1")).IsProblem(409, "ramp-circular");
        (await Admin.Put($"{path}/a", After("a"), "1")).IsProblem(409, "ramp-circular");
        (await Admin.Put($"{path}/new", After("new"))).IsProblem(409, "ramp-circular");
        (await Admin.Put($"{path}/new", After("nothing"))).IsInvalid("/after", "unknown");
        (await Admin.Get($"{path}/a")).Is(200).Has("/after", "null").Has("/revision", "1");
        (await Admin.Delete($"{path}/b", "1")).IsProblem(409, "pdsa-cycle-followed");
        (await Admin.Get($"{path}/b")).Is(200).Has("/warnings/0/code", "scaleNotGrown");
        (await Admin.Delete($"{path}/c", "1")).Is(200);
        (await Admin.Delete($"{path}/b", "1")).Is(200);
    }

    [Test]
    public async Task A_ramp_does_not_lead_through_another_team()
    {
        var team = await Team();
        (await Admin.Put($"{team.Replace("north", "south", StringComparison.Ordinal)}", Given.Team)).Is(201);
        (await Admin.Put($"{team}/pdsa/a", Planned)).Is(201);
        (await Admin.Put($"{team.Replace("north", "south", StringComparison.Ordinal)}/pdsa/b", After("a"))).IsInvalid("/after", "unknown");
    }

    [Test]
    public async Task Ramps_show_the_tests_that_build_on_each_other()
    {
        var team = await Team();
        foreach (var (code, body) in new[] { ("z-first", Planned), ("second", After("z-first", "oneShift")), ("alone", Running), ("third", After("second", "oneUnit")) })
        {
            (await Admin.Put($"{team}/pdsa/{code}", body)).Is(201);
        }

        var ramps = (await Admin.Get($"{team}/ramps")).Is(200).Has("/team", "north");
        Assert.That(ramps.Count(), Is.EqualTo(2));
        Assert.That(ramps.At("/items/0/cycles/0/cycle/code"), Is.EqualTo("alone"), "the one that has started comes first");
        Assert.That(Enumerable.Range(0, 3).Select(i => ramps.At($"/items/1/cycles/{i}/cycle/code")), Is.EqualTo(new[] { "z-first", "second", "third" }));
        Assert.That((await Admin.Get($"{team}/ramps?idea=nothing")).Is(200).Count(), Is.Zero);
        Assert.That((await Admin.Get($"{(await Team())}/ramps")).Is(200).Count(), Is.Zero);
    }

    [Test]
    public async Task Cycles_are_listed_filtered_and_paged_over_teams()
    {
        var team = await Team();
        var collaborative = team.Split("/teams/")[0];
        (await Admin.Put($"{collaborative}/teams/east", Given.Team)).Is(201);
        (await Admin.Put($"{collaborative}/teams/east/pdsa/b", Closed)).Is(201);
        (await Admin.Put($"{team}/pdsa/a", Planned)).Is(201);
        (await Admin.Put($"{team}/pdsa/B", Running)).Is(201);
        (await Admin.Put($"{team}/pdsa/c", Closed.Replace("2026-03-02", "2026-02-27", StringComparison.Ordinal))).Is(201);
        Assert.Multiple(async () =>
        {
            foreach (var (query, expected) in new[]
            {
                ("", "east/b north/a north/B north/c"), ("?team=NORTH", "north/a north/B north/c"), ("?state=closed", "east/b north/c"), ("?decision=adapt&team=east", "east/b"),
                ("?measure=M", "east/b north/B north/c"), ("?from=2026-03-01", "east/b north/B"), ("?to=2026-03-01", "north/c"), ("?idea=x", ""), ("?measure=x", ""),
            })
            {
                var found = (await Admin.Get($"{collaborative}/pdsa{query}")).Is(200);
                Assert.That(string.Join(' ', found.Each("team").Zip(found.Each("code"), (t, c) => $"{t}/{c}")), Is.EqualTo(expected), query);
            }
        });
        Assert.That((await Admin.Get($"{team}/pdsa?state=closed")).Is(200).Each("code"), Is.EqualTo(new[] { "c" }));
        var first = (await Admin.Get($"{collaborative}/pdsa?limit=3")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("code"), Is.EqualTo(new[] { "c" }));
        (await Admin.Get($"{collaborative}/pdsa?state=open")).IsInvalid("state");
        (await Admin.Get($"{collaborative}/pdsa?after=x")).IsInvalid("after");
    }

    [Test]
    public async Task A_team_lists_its_own_tests_only()
    {
        var team = await Team();
        var collaborative = team.Split("/teams/")[0];
        (await Admin.Put($"{collaborative}/teams/east", Given.Team)).Is(201);
        (await Admin.Put($"{collaborative}/teams/east/pdsa/b", Closed)).Is(201);
        (await Admin.Put($"{team}/pdsa/a", Planned)).Is(201);
        var lead = await Server.As(Role.DataLead, CodeIn(team), "north");
        Assert.That((await lead.Get($"{collaborative}/pdsa")).Is(200).Each("code"), Is.EqualTo(new[] { "a" }));
        Assert.That((await lead.Get($"{collaborative}/pdsa?team=east")).Is(200).Count(), Is.Zero);
        (await lead.Get($"{collaborative}/teams/east/pdsa")).IsProblem(404, "not-found");
        (await lead.Put($"{team}/pdsa/a", Running, "1")).Is(200);
    }

    [TestCase("""{ "scale": { "kind": "onePatient" } }""", "/title")]
    [TestCase("""{ "title": "x" }""", "/scale/kind")]
    [TestCase("""{ "title": "x", "scale": { "kind": "oneHospital" } }""", "/scale/kind")]
    [TestCase("""{ "title": "x", "scale": { "kind": "all" }, "state": "running", "startedOn": "2026-03-02" }""", "/plan/predictions")]
    [TestCase("""{ "title": "x", "scale": { "kind": "all" }, "measure": "nothing" }""", "/measure")]
    [TestCase("""{ "title": "x", "scale": { "kind": "all" }, "idea": "nothing" }""", "/idea")]
    [TestCase("""{ "title": "x", "scale": { "kind": "all" }, "plan": { "predictions": ["a", null] } }""", "/plan/predictions/1")]
    [TestCase("""{ "title": "x", "scale": { "kind": "all" }, "study": { "results": [null] } }""", "/study/results/0/prediction")]
    [TestCase("""{ "title": "x", "scale": { "kind": "all" }, "startedOn": "2026-3-2" }""", "/startedOn")]
    public async Task A_cycle_of_the_wrong_shape_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await Team()}/pdsa/a", body)).IsInvalid(pointer);

    private static string After(string code, string scale = "onePatient") => $$"""{ "title": "The next test", "after": "{{code}}", "scale": { "kind": "{{scale}}" } }""";

    private async Task<string> Team() => (await NewSeries()).Split("/measures/")[0];
}
