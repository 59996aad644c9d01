using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Barriers;

public sealed class EscalatingABarrierTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task A_barrier_rises_with_a_reason_and_each_move_keeps_its_instant()
    {
        var barrier = $"{await Team()}/barriers/brushes";
        Clock.MoveTo("2026-06-01T09:00:00Z");
        (await Admin.Put(barrier, Body())).Is(201).Has("/level", "team").Has("/raisedOn", "2026-06-01").Has("/age/ageDays", "0").Has("/age/overdue", "false").Has("/escalations", "[]");
        (await Admin.Put(barrier, Body())).Is(200).Has("/revision", "1");
        Clock.MoveTo("2026-06-16T09:00:00Z");
        (await Admin.Get(barrier)).Is(200).Has("/age/daysAtLevel", "15").Has("/age/overdue", "true");
        (await Admin.Put(barrier, Body("seniorLeader"), "1")).IsProblem(409, "escalation-needs-reason");
        var up = Body("seniorLeader", reason: "The ward has no budget");
        (await Admin.Put(barrier, up, "1")).Is(200).Has("/level", "seniorLeader").Has("/age/ageDays", "15").Has("/age/daysAtLevel", "0").Has("/age/overdue", "false")
            .Has("/escalations/0/from", "team").Has("/escalations/0/to", "seniorLeader").Has("/escalations/0/at", "2026-06-16T09:00:00.000Z").Has("/escalations/0/reason", "The ward has no budget");
        (await Admin.Put(barrier, up)).Is(200).Has("/revision", "2");
        Clock.MoveTo("2026-07-01T09:00:00Z");
        (await Admin.Put(barrier, Body("team"), "2")).IsProblem(409, "escalation-needs-reason");
        (await Admin.Put(barrier, Body("team", reason: "A donor gave some"), "2")).Is(200).Has("/escalations/1/to", "team").Has("/age/daysAtLevel", "0").Has("/age/ageDays", "30");
    }

    [Test]
    public async Task A_barrier_that_is_removed_says_how_and_stops_ageing()
    {
        var barrier = $"{await Team()}/barriers/brushes";
        Clock.MoveTo("2026-06-01T09:00:00Z");
        (await Admin.Put(barrier, Body())).Is(201);
        Clock.MoveTo("2026-06-20T09:00:00Z");
        (await Admin.Put(barrier, Body(more: """, "state": "resolved" """), "1")).IsInvalid("/resolution", "required");
        var resolved = Body(more: """, "state": "resolved", "resolution": "Bought" """);
        (await Admin.Put(barrier, resolved, "1")).Is(200).Has("/resolvedOn", "2026-06-20").Has("/age/ageDays", "19");
        Clock.MoveTo("2026-07-20T09:00:00Z");
        (await Admin.Put(barrier, resolved)).Is(200).Has("/revision", "2");
        (await Admin.Get(barrier)).Is(200).Has("/age/ageDays", "19").Has("/age/overdue", "false");
    }

    [Test]
    public async Task Days_are_those_of_the_place_where_the_collaborative_is()
    {
        var path = await NewCollaborative(Given.Collaborative.Replace("}", """, "timeZone": "Pacific/Auckland" }""", StringComparison.Ordinal));
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        Clock.MoveTo("2026-06-01T13:00:00Z");
        (await Admin.Put($"{path}/teams/north/barriers/brushes", Body())).Is(201).Has("/raisedOn", "2026-06-02");
    }

    [Test]
    public async Task A_barriers_age_is_never_answered_from_a_copy()
    {
        var barrier = $"{await Team()}/barriers/brushes";
        var etag = (await Admin.Put(barrier, Body())).Is(201).ETag;
        Clock.Advance(TimeSpan.FromDays(1));
        var again = (await Admin.Get(barrier, ifNoneMatch: etag)).Is(200).Has("/age/ageDays", "1");
        Assert.That((again.ETag, again.Header("Cache-Control")), Is.EqualTo((etag, "no-store")));
    }

    [Test]
    public async Task Barriers_are_listed_oldest_first_filtered_and_paged()
    {
        var path = (await Team()).Split("/teams/")[0];
        await Admin.Put($"{path}/teams/a", Given.Team);
        foreach (var (team, code, day, level) in new[] { ("north", "x", "2026-07-01", "team"), ("a", "y", "2026-07-01", "sponsor"), ("a", "old", "2026-05-01", "team"), ("a", "new", "2026-07-20", "team") })
        {
            (await Admin.Put($"{path}/teams/{team}/barriers/{code}", Body(level, more: $$""", "raisedOn": "{{day}}" """))).Is(201);
        }

        (await Admin.Put($"{path}/teams/a/barriers/old", Body(more: """, "raisedOn": "2026-05-01", "state": "resolved", "resolution": "Done" """), "1")).Is(200);
        Assert.That(await Codes($"{path}/barriers"), Is.EqualTo(new[] { "old", "y", "x", "new" }));
        Assert.That(await Codes($"{path}/barriers?overdue=true"), Is.EqualTo(new[] { "y", "x" }));
        Assert.That(await Codes($"{path}/barriers?overdue=false"), Is.EqualTo(new[] { "old", "new" }));
        Assert.That(await Codes($"{path}/barriers?state=open&level=team"), Is.EqualTo(new[] { "x", "new" }));
        Assert.That(await Codes($"{path}/barriers?team=NORTH"), Is.EqualTo(new[] { "x" }));
        Assert.That(await Codes($"{path}/teams/a/barriers"), Is.EqualTo(new[] { "old", "y", "new" }));
        var first = (await Admin.Get($"{path}/barriers?limit=2")).Is(200);
        Assert.That(await Codes(first.At("/next")!), Is.EqualTo(new[] { "x", "new" }));
        var lead = await Server.As(Role.DataLead, CodeIn(path), "north");
        Assert.That((await lead.Get($"{path}/barriers")).Is(200).Each("code"), Is.EqualTo(new[] { "x" }));
    }

    [Test]
    public async Task A_barrier_taken_back_is_gone_but_stays_in_the_history()
    {
        var barrier = $"{await Team()}/barriers/brushes";
        (await Admin.Put(barrier, Body("sponsor"))).Is(201);
        (await Admin.Delete(barrier + "?reason=mistyped", "1")).Is(200);
        (await Admin.Get(barrier)).IsProblem(404, "not-found");
        (await Admin.Put(barrier, Body())).Is(201).Has("/level", "team").Has("/revision", "3").Has("/escalations", "[]");
    }

    [TestCase("""{ "owner": "x" }""", "/description")]
    [TestCase("""{ "description": "x" }""", "/owner")]
    [TestCase("""{ "description": "x", "owner": "x", "level": "god" }""", "/level")]
    [TestCase("""{ "description": "x", "owner": "x", "raisedOn": "2026-07-23" }""", "/raisedOn")]
    [TestCase("""{ "description": "x", "owner": "x", "affects": { "measure": "nothing" } }""", "/affects/measure")]
    [TestCase("""{ "description": "x", "owner": "x", "affects": { "pdsa": "nothing" } }""", "/affects/pdsa")]
    public async Task A_barrier_of_the_wrong_shape_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await Team()}/barriers/b", body)).IsInvalid(pointer);

    private static string Body(string level = "team", string? reason = null, string more = "") =>
        $$"""{ "description": "No brushes at night", "owner": "Dr Grey", "level": "{{level}}"{{(reason is null ? "" : $", \"reason\": \"{reason}\"")}}{{more}} }""";

    private async Task<IReadOnlyList<string?>> Codes(string path) => (await Admin.Get(path)).Is(200).Each("code");

    private async Task<string> Team()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        return $"{path}/teams/north";
    }
}
