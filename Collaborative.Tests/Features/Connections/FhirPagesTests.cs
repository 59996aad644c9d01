using System.Globalization;
using System.Text;
using Collaborative.Infrastructure.Connections;
using Collaborative.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Collaborative.Tests.Features.Connections;

/// <summary>A FHIR search, page by page, as one import.</summary>
public sealed class FhirPagesTests(Lane lane) : ConnectionFeature(lane)
{
    private const string Fhir = "application/fhir+json; charset=utf-8";

    [Test]
    public async Task The_pages_of_a_search_are_one_import()
    {
        Partner.Answer = http => Page(http, int.Parse(http.Request.Query["page"].FirstOrDefault() ?? "1", CultureInfo.InvariantCulture), last: 4);
        await Connect(Body(kind: "fhir", url: "/MeasureReport?status=complete"));

        (await PollNow()).Has("/state", "imported").Has("/pages", "4").Has("/attempts", "4").Has("/httpStatus", "200");

        await WorkOnImports();
        Assert.That(await Imports(), Is.EqualTo(1));
        var import = (await Admin.Get("/collaboratives/c/imports")).Is(200);
        import.Has("/items/0/state", "succeeded").Has("/items/0/format", "fhirMeasureReport").Has("/items/0/counts/accepted", "4");
        Assert.That((await Admin.Get($"/imports/{import.At("/items/0/id")}/rows")).Each("source"), Is.EqualTo(new[] { "entry 1", "bundle 2, entry 1", "bundle 3, entry 1", "bundle 4, entry 1" }));
        foreach (var month in Enumerable.Range(1, 4))
        {
            Assert.That(await Figures(), Does.Contain($"north,m,2026-0{month},{month},100"));
        }

        Assert.That(Partner.Asked.Select(asked => asked["Accept"]), Is.All.EqualTo("application/fhir+json"));
        Assert.That(Partner.Asked[1].Path, Is.EqualTo("/MeasureReport?status=complete&page=2"), "addresses of next pages may be relative");

        // The first page's tag says nothing of the others, so all of them are fetched, and found to be the same.
        (await PollNow()).Has("/state", "notModified").Has("/httpStatus", "200").Has("/pages", "4");
        Assert.That(Partner.Asked.Select(asked => asked["If-None-Match"]), Is.All.Null);
    }

    [Test]
    public async Task A_search_that_finds_nothing_yet_is_no_failure()
    {
        Partner.Answer = http => Write(http, """{ "resourceType": "Bundle", "type": "searchset", "total": 0 }""");
        await Connect(Body(kind: "fhir"));

        (await PollNow()).Has("/state", "imported");

        await WorkOnImports();
        (await Admin.Get("/collaboratives/c/imports")).Has("/items/0/state", "succeeded").Has("/items/0/counts/rows", "0");
        (await Health()).Has("/state", "healthy");
    }

    [Test]
    public async Task A_single_page_is_asked_for_only_when_it_is_new()
    {
        Partner.Give(Bundle(5, null), Fhir, etag: "W/\"7\"");
        await Connect(Body(kind: "fhir"));
        (await PollNow()).Has("/state", "imported").Has("/pages", "1");
        await WorkOnImports();
        (await PollNow()).Has("/state", "notModified").Has("/httpStatus", "304").Has("/pages", "null");
        Assert.That(Partner.Asked[1]["If-None-Match"], Is.EqualTo("W/\"7\""));
    }

    [TestCase("https://evil.example.org/MeasureReport?page=2")]
    [TestCase("//evil.example.org/MeasureReport?page=2")]
    [TestCase("http://127.0.0.1:1/MeasureReport?page=2")]
    [TestCase("http://localhost:{port}/MeasureReport?page=2")]
    [TestCase("http://127.0.0.1.example.org:{port}/")]
    public async Task A_next_page_on_another_server_is_not_asked_for(string next)
    {
        await Connect(Body(kind: "fhir", authentication: """{ "kind": "bearer", "secret": "s3cret-of-partner" }"""));
        Partner.Give(Bundle(1, next.Replace("{port}", $"{Partner.Port}", StringComparison.Ordinal)), Fhir);
        Assert.That((await PollNow()).Has("/state", "failed").Has("/attempts", "1").At("/problem"), Does.Contain("another server").And.Not.Contain("evil"));
        Assert.That(Partner.Asked, Has.Count.EqualTo(1));
        Assert.That(await Imports(), Is.Zero, "and nothing is taken by halves");
    }

    [Test]
    public async Task Pages_that_go_round_in_a_circle_or_never_end_are_left()
    {
        await Connect(Body(kind: "fhir"));
        Partner.Answer = http => Write(http, Bundle(1, $"{Partner.Url}/export{(http.Request.Query.ContainsKey("page") ? "" : "?page=2")}"));
        Assert.That((await PollNow()).Has("/state", "failed").Has("/attempts", "2").At("/problem"), Does.Contain("circle"));

        Partner.Answer = http => Write(http, Bundle(1, $"?page={int.Parse(http.Request.Query["page"].FirstOrDefault() ?? "1", CultureInfo.InvariantCulture) + 1}"));
        Assert.That((await PollNow()).Has("/state", "failed").Has("/attempts", $"{PolledBody.MostPages}").At("/problem"), Does.Contain("more than 1000 pages"));
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportBody"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task A_page_that_fails_is_asked_for_again_and_in_the_end_nothing_is_taken_by_halves()
    {
        var fails = 2;
        Partner.Answer = http =>
        {
            var page = int.Parse(http.Request.Query["page"].FirstOrDefault() ?? "1", CultureInfo.InvariantCulture);
            if (page == 2 && fails-- > 0)
            {
                http.Response.StatusCode = 503;
                return Task.CompletedTask;
            }

            return Page(http, page, last: 3);
        };
        await Connect(Body(kind: "fhir"));
        (await PollNow()).Has("/state", "imported").Has("/attempts", "5");
        fails = 99;
        (await PollNow()).Has("/state", "failed").Has("/httpStatus", "503");
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportJob"), Is.EqualTo(new[] { "1" }));
    }

    [TestCase("""{ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "forbidden", "diagnostics": "Secretanswer" }] }""", Fhir, "OperationOutcome")]
    [TestCase("""{ "resourceType": "Bundle", "entry": [ { "resource": { "resourceType": "MeasureReport", """, Fhir, "ends in the middle")]
    [TestCase("""{ "resourceType": "Patient", "id": "Secretanswer" }""", Fhir, "Patient")]
    [TestCase("""{ "resourceType": "Bundle", "entry": [ { "resource": { "resourceType": "MeasureReport", "type": "individual" } } ] }""", Fhir, "single patients")]
    [TestCase("<Bundle/>", "application/fhir+xml", "FHIR as JSON")]
    [TestCase("<html>Secretanswer</html>", "text/html", "web page")]
    public async Task What_is_no_bundle_of_reports_fails_and_is_not_repeated(string answer, string contentType, string expected)
    {
        Partner.Give(answer, contentType);
        await Connect(Body(kind: "fhir"));
        var run = await PollNow();
        Assert.That(run.Has("/state", "failed").At("/problem"), Does.Contain(expected).And.Not.Contain("Secretanswer"));
        Assert.That(string.Join('\n', await Server.Database.Rows("SELECT Failure FROM ConnectionRun")), Does.Not.Contain("Secretanswer"));
        Assert.That(await Imports(), Is.Zero);
    }

    [Test]
    public async Task Pages_written_with_a_mark_of_their_byte_order_are_read()
    {
        Partner.Answer = async http =>
        {
            http.Response.ContentType = Fhir;
            var page = http.Request.Query.ContainsKey("page") ? 2 : 1;
            await http.Response.Body.WriteAsync((byte[])[.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Bundle(page, page == 1 ? "?page=2" : null))]);
        };
        await Connect(Body(kind: "fhir"));
        await PollNow();
        await WorkOnImports();
        Assert.That((await Admin.Get("/collaboratives/c/imports")).Is(200).Has("/items/0/state", "succeeded").At("/items/0/counts/accepted"), Is.EqualTo("2"));
    }

    private static Task Page(HttpContext http, int page, int last)
    {
        http.Response.Headers.ETag = "\"same-for-all\"";
        return Write(http, Bundle(page, page < last ? $"?status=complete&page={page + 1}" : null));
    }

    private static Task Write(HttpContext http, string bundle)
    {
        http.Response.ContentType = Fhir;
        return http.Response.WriteAsync(bundle);
    }

    private static string Bundle(int month, string? next) =>
        $$"""
        { "resourceType": "Bundle", "type": "searchset", "link": [{ "relation": "self", "url": "http://ignored/" }{{(next is null ? "" : $$""", { "relation": "next", "url": "{{next}}" }""")}}],
          "entry": [{ "resource": { "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "m", "reporter": { "reference": "Organization/north" },
            "period": { "start": "2026-{{month:00}}-01", "end": "2026-{{month:00}}-{{DateTime.DaysInMonth(2026, month)}}" },
            "group": [{ "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 100 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": {{month}} }] }] } }] }
        """;
}
