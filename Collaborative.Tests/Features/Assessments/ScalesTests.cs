using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Assessments;

public sealed class ScalesTests(Lane lane) : Feature(lane)
{
    private const string Ours = """{ "name": "Our steps", "levels": [{ "value": 1, "name": "Begun", "criteria": ["A team is there"] }, { "value": 3.5, "name": "Moving" }, { "value": 5, "name": "Done" }] }""";

    [Test]
    public async Task Both_built_in_scales_can_be_read_without_being_put()
    {
        var path = await NewCollaborative();
        var list = (await Admin.Get($"{path}/scales")).Is(200);
        Assert.That(list.Each("code"), Is.EqualTo(new[] { "classic-1-5", "progress-0.5-5" }));
        Assert.That(list.Each("builtIn"), Is.All.EqualTo("true"));
        (await Admin.Get($"{path}/scales/classic-1-5")).Is(200).Has("/levels/0/value", "1").Has("/levels/0/name", "Forming team").Has("/revision", "0");
        (await Admin.Get($"{path}/scales/PROGRESS-0.5-5")).Is(200).Has("/levels/9/value", "5");
        (await Admin.Get($"{path}/scales/nothing")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task A_collaboratives_own_scale_is_versioned_and_takes_the_place_of_a_built_in_one()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/scales/classic-1-5", Ours)).Is(201).Has("/builtIn", "false");
        (await Admin.Put($"{path}/scales/classic-1-5", Ours)).Is(200).Has("/revision", "1");
        (await Admin.Put($"{path}/scales/classic-1-5", Ours.Replace("Moving", "On the move", StringComparison.Ordinal), "1")).Is(200).Has("/revision", "2");
        (await Admin.Put($"{path}/scales/a", Ours)).Is(201);
        var list = (await Admin.Get($"{path}/scales")).Is(200);
        Assert.That(list.Each("code"), Is.EqualTo(new[] { "a", "classic-1-5", "progress-0.5-5" }));
        Assert.That(list.Each("builtIn"), Is.EqualTo(new[] { "false", "false", "true" }));
        var first = (await Admin.Get($"{path}/scales?limit=2")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("code"), Is.EqualTo(new[] { "progress-0.5-5" }));
    }

    [TestCase("""{ "levels": [{ "value": 1, "name": "a" }, { "value": 2, "name": "b" }] }""", "/name")]
    [TestCase("""{ "name": "x", "levels": [{ "value": 1, "name": "a" }] }""", "/levels")]
    [TestCase("""{ "name": "x", "levels": [{ "value": 1, "name": "a" }, { "value": 2.7, "name": "b" }] }""", "/levels/1/value")]
    [TestCase("""{ "name": "x", "levels": [{ "value": 2, "name": "a" }, { "value": 1, "name": "b" }] }""", "/levels/1/value")]
    [TestCase("""{ "name": "x", "levels": [{ "value": 1, "name": "a" }, { "value": 5.5, "name": "b" }] }""", "/levels/1/value")]
    [TestCase("""{ "name": "x", "levels": [{ "value": 1, "name": " " }, { "value": 2, "name": "b", "criteria": [""] }] }""", "/levels/0/name")]
    [TestCase("""{ "name": "x", "levels": [{ "value": 1, "name": "a" }, { "value": 2, "name": "b", "criteria": [""] }] }""", "/levels/1/criteria/0")]
    public async Task A_scale_of_the_wrong_shape_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await NewCollaborative()}/scales/s", body)).IsInvalid(pointer);
}
