using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.RunCharts;

public sealed class AnnotatingChartsTests(Lane lane) : Feature(lane)
{
    private const string Note = """{ "month": "2026-03", "kind": "testOfChange", "text": "Oral care four times a day" }""";

    [Test]
    public async Task A_note_is_made_replaced_and_taken_back_and_every_revision_stays()
    {
        var path = $"{await Chart()}/teams/north/annotations/oral-care";
        (await Admin.Put(path, Note)).Is(201);
        (await Admin.Put(path, Note)).Is(200).Has("/revision", "1");
        (await Admin.Put(path, Note.Replace("four", "six", StringComparison.Ordinal))).IsProblem(428, "precondition-required");
        (await Admin.Put(path, Note.Replace("four", "six", StringComparison.Ordinal), "7")).IsProblem(412, "precondition-failed");
        Assert.That((await Admin.Put(path, Note.Replace("four", "six", StringComparison.Ordinal), "1")).Is(200).ETag, Is.EqualTo("\"2\""));
        (await Admin.Delete(path)).IsProblem(428, "precondition-required");
        (await Admin.Delete(path + "?reason=mistyped", "2")).Is(200);
        (await Admin.Get(path)).IsProblem(404, "not-found");
        (await Admin.Delete(path, "3")).IsProblem(404, "not-found");
        (await Admin.Put(path, Note)).Is(201).Has("/revision", "4");
        Assert.That(await Server.Database.Rows("SELECT Revision, IsWithdrawn, Reason FROM HistoryEntry WHERE AddressCode = 'oral-care' ORDER BY Revision"), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Notes_are_listed_by_code_filtered_and_paged()
    {
        var path = $"{await Chart()}/annotations";
        foreach (var (code, month, kind) in new[] { ("b", "2026-03", "event"), ("a", "2026-04", "event"), ("C", "2026-04", "dataIssue") })
        {
            (await Admin.Put($"{path}/{code}", $$"""{ "month": "{{month}}", "kind": "{{kind}}", "text": "x" }""")).Is(201);
        }

        Assert.That((await Admin.Get(path)).Is(200).Each("code", "/items"), Is.EqualTo(new[] { "a", "b", "C" }));
        Assert.That((await Admin.Get(path + "?kind=event&month=2026-04")).Is(200).Each("code", "/items"), Is.EqualTo(new[] { "a" }));
        var first = (await Admin.Get(path + "?limit=2")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("code", "/items"), Is.EqualTo(new[] { "C" }));
    }

    [TestCase("""{ "month": "2026-3", "kind": "event", "text": "x" }""", "/month")]
    [TestCase("""{ "month": "2026-03", "kind": "party", "text": "x" }""", "/kind")]
    [TestCase("""{ "month": "2026-03", "kind": "event", "text": " " }""", "/text")]
    [TestCase("""{ "month": "2026-03", "kind": "event", "text": "x", "measure": "nothing" }""", "/measure")]
    public async Task A_note_of_the_wrong_shape_is_refused_with_its_place(string body, string pointer) =>
        (await Admin.Put($"{await Chart()}/annotations/n", body)).IsInvalid(pointer);

    private async Task<string> Chart() => (await NewSeries()).Split("/teams/")[0];
}
