using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Stages;

public sealed class MovingThroughStagesTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task A_collaborative_begins_in_planning_and_says_where_it_may_move()
    {
        var path = await NewCollaborative();
        var stage = (await Admin.Get($"{path}/stage")).Is(200);
        stage.Has("/stage", "planning").Has("/session", "null").Has("/reason", "null").Has("/revision", "1");
        Assert.That(stage.ETag, Is.EqualTo("\"1\""));
        Assert.That(stage.Each("stage", "/mayMoveTo"), Is.EqualTo(new[] { "recruiting", "cancelled" }));
        Assert.That((await Admin.Get($"{path}/stage/moves")).Is(200).Count(), Is.Zero);
    }

    [Test]
    public async Task It_lives_from_planning_to_closed_and_every_move_keeps_who_when_and_why()
    {
        var path = await NewCollaborative();
        var director = await Server.As(Role.Director, CodeIn(path));
        string[] moves =
        [
            """{ "stage": "recruiting", "reason": "The topic is approved" }""",
            """{ "stage": "prework", "reason": "Letters of commitment are in" }""",
            """{ "stage": "active", "reason": "The first session begins", "override": { "reason": "A pilot of few teams" } }""",
            """{ "stage": "active", "session": { "kind": "actionPeriod", "number": 1 }, "reason": "The first session has ended" }""",
            """{ "stage": "active", "session": { "kind": "learningSession", "number": 2 }, "reason": "On plan" }""",
            """{ "stage": "active", "session": { "kind": "actionPeriod", "number": 2 }, "reason": "On plan" }""",
            """{ "stage": "closing", "reason": "The congress is prepared" }""",
            """{ "stage": "holdingGains", "reason": "The final report is out" }""",
            """{ "stage": "closed", "reason": "Two years have passed" }""",
        ];
        for (var i = 0; i < moves.Length; i++)
        {
            Clock.Advance(TimeSpan.FromDays(10));
            (await director.Put($"{path}/stage", moves[i], $"{i + 1}")).Is(200).Has("/revision", $"{i + 2}").Has("/by", "director");
            (await director.Put($"{path}/stage", moves[i])).Is(200).Has("/revision", $"{i + 2}");
        }

        var kept = (await Admin.Get($"{path}/stage/moves?limit=200")).Is(200);
        Assert.That(kept.Each("stage"), Is.EqualTo(new[] { "recruiting", "prework", "active", "active", "active", "active", "closing", "holdingGains", "closed" }));
        Assert.That(kept.Each("reason")[0], Is.EqualTo("The topic is approved"));
        Assert.That(kept.Each("since")[0], Is.EqualTo("2026-08-01T10:00:00.000Z"));
        kept.Has("/items/2/override/reason", "A pilot of few teams").Has("/items/2/session/kind", "learningSession").Has("/items/4/session/number", "2");
        var first = (await Admin.Get($"{path}/stage/moves?limit=4")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("stage"), Is.EqualTo(kept.Each("stage").Skip(4).Take(4)));

        (await Admin.Get(path)).Is(200).Has("/status", "closed").Has("/revision", "7").Has("/recordedBy", "director");
        Assert.That((await Admin.Get("/collaboratives?status=closed")).Is(200).Each("code"), Does.Contain(CodeIn(path)));
        Assert.That((await Admin.Get($"{path}/stage")).Is(200).Count("/mayMoveTo"), Is.Zero);
    }

    [Test]
    public async Task An_illegal_move_is_refused_with_where_it_may_go()
    {
        var path = await NewCollaborative();
        var refused = (await Admin.Put($"{path}/stage", """{ "stage": "closing", "reason": "In a hurry" }""", "1")).IsProblem(409, "stage-move-not-allowed");
        Assert.That(refused.At("/detail"), Is.EqualTo("The collaborative is in planning. From there it moves to recruiting or cancelled, not to closing."));
        (await Admin.Get(path)).Has("/status", "planning").Has("/revision", "1");
    }

    [Test]
    public async Task A_launch_outside_12_to_160_teams_or_6_to_15_months_needs_an_override_that_is_kept()
    {
        var path = await NewCollaborative();
        await Move(path, "recruiting", "prework");
        var launch = (await Admin.Get($"{path}/stage/launch")).Is(200).Has("/teams", "0").Has("/months", "18").Has("/needsOverride", "true");
        Assert.That(launch.Count("/why"), Is.EqualTo(2));
        var refused = (await Admin.Put($"{path}/stage", """{ "stage": "active", "reason": "Go" }""", "3")).IsProblem(409, "launch-needs-override");
        Assert.That(refused.At("/detail"), Does.Contain("0 teams").And.Contain("18 months").And.Contain("override"));
        (await Admin.Put($"{path}/stage", """{ "stage": "active", "reason": "Go", "override": { "reason": "A pilot" } }""", "3")).Is(200).Has("/override/reason", "A pilot");
    }

    [Test]
    public async Task A_launch_of_12_teams_and_12_months_needs_no_override_and_keeps_none()
    {
        var path = await NewCollaborative("""{ "name": "n", "topic": "t", "aim": "a", "startMonth": "2026-01", "endMonth": "2026-12" }""");
        for (var i = 0; i < 12; i++)
        {
            (await Admin.Put($"{path}/teams/t{i}", Given.Team)).Is(201);
        }

        (await Admin.Put($"{path}/teams/gone", """{ "name": "Gone", "withdrawnAfter": "2026-03" }""")).Is(201);
        await Move(path, "recruiting", "prework");
        (await Admin.Get($"{path}/stage/launch")).Is(200).Has("/teams", "12").Has("/needsOverride", "false");
        (await Admin.Put($"{path}/stage", """{ "stage": "active", "reason": "Go", "override": { "reason": "Not needed" } }""", "3")).Is(200).Has("/override", "null");
    }

    [Test]
    public async Task Two_people_who_move_it_at_once_do_not_overwrite_each_other()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/stage", """{ "stage": "recruiting", "reason": "x" }""")).IsProblem(428, "precondition-required");
        (await Admin.Put($"{path}/stage", """{ "stage": "recruiting", "reason": "x" }""", "1")).Is(200);
        (await Admin.Put($"{path}/stage", """{ "stage": "cancelled", "reason": "y" }""", "1")).IsProblem(412, "precondition-failed");
        (await Admin.Get($"{path}/stage")).Has("/stage", "recruiting").Has("/reason", "x");
    }

    [Test]
    public async Task A_collaborative_that_only_takes_figures_stays_in_planning_and_a_closed_one_takes_no_more()
    {
        var series = await NewSeries();
        var path = series.Split("/teams/")[0];
        (await Admin.Put($"{series}/2026-05", """{ "numerator": 1, "denominator": 100 }""")).Is(201);
        (await Admin.Get(path)).Has("/status", "planning");
        (await Admin.Put($"{path}/stage", """{ "stage": "cancelled", "reason": "No funds" }""", "1")).Is(200);
        (await Admin.Put($"{series}/2026-06", """{ "numerator": 1, "denominator": 100 }""")).IsProblem(409, "collaborative-closed");
        (await Admin.Get($"{series}/2026-05")).Is(200);
    }

    [Test]
    public async Task Nothing_of_a_closed_collaborative_changes_any_more()
    {
        var series = await NewSeries();
        var path = series.Split("/teams/")[0];
        var (team, measure) = (series.Split("/measures/")[0], $"{path}/measures/{series.Split("/measures/")[1].Split('/')[0]}");
        (await Admin.Put($"{path}/annotations/a", """{ "month": "2026-03", "kind": "event", "text": "x" }""")).Is(201);
        (await Admin.Put($"{path}/stage", """{ "stage": "cancelled", "reason": "No funds" }""", "1")).Is(200);

        (await Admin.Put(measure, Given.Proportion, ifMatch: "*")).IsProblem(409, "collaborative-closed");
        (await Admin.Put($"{path}/teams/late", Given.Team)).IsProblem(409, "collaborative-closed");
        (await Admin.Put(path, Given.Collaborative.Replace("Halve", "Third", StringComparison.Ordinal), ifMatch: "*")).IsProblem(409, "collaborative-closed");
        (await Admin.Put($"{measure}/phases/2026-03", """{ "reason": "x" }""")).IsProblem(409, "collaborative-closed");
        (await Admin.Put($"{team}/measures/{measure.Split('/')[^1]}/flags/2026-03", """{ "excluded": true, "reason": "x" }""")).IsProblem(409, "collaborative-closed");
        (await Admin.Delete($"{path}/annotations/a", "1")).IsProblem(409, "collaborative-closed");
        (await Admin.Put($"{path}/annotations/a", """{ "month": "2026-03", "kind": "event", "text": "x" }""")).Is(200);
        (await Admin.Put($"{path}/calendar/links/ann", "{ }")).Is(201);
    }

    [TestCase("""{ "reason": "x" }""", "/stage")]
    [TestCase("""{ "stage": "party", "reason": "x" }""", "/stage")]
    [TestCase("""{ "stage": "recruiting" }""", "/reason")]
    [TestCase("""{ "stage": "recruiting", "reason": "x", "session": { "kind": "actionPeriod", "number": 1 } }""", "/session")]
    [TestCase("""{ "stage": "active", "reason": "x", "session": { "kind": "actionPeriod", "number": 0 } }""", "/session/number")]
    [TestCase("""{ "stage": "active", "reason": "x", "session": { "number": 1 } }""", "/session/kind")]
    [TestCase("""{ "stage": "recruiting", "reason": "x", "override": { "reason": "y" } }""", "/override")]
    [TestCase("""{ "stage": "active", "reason": "x", "override": { } }""", "/override/reason")]
    public async Task A_move_of_the_wrong_shape_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await NewCollaborative()}/stage", body, "1")).IsInvalid(pointer);

    private async Task Move(string path, params string[] stages)
    {
        foreach (var stage in stages)
        {
            var revision = (await Admin.Get($"{path}/stage")).At("/revision");
            (await Admin.Put($"{path}/stage", $$"""{ "stage": "{{stage}}", "reason": "On plan" }""", revision)).Is(200);
        }
    }
}
