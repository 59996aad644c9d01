using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Connections;

/// <summary>What a connection may say, on a server that calls no private address.</summary>
public sealed class DescribingConnectionsTests(Lane lane) : Feature(lane)
{
    private string path = "";

    private string Path => $"{path}/connections/ehr";

    [OneTimeSetUp]
    public async Task MakeCollaborative() => path = await NewCollaborative();

    [TestCase("https://127.0.0.1/export")]
    [TestCase("https://169.254.169.254/latest/meta-data")]
    [TestCase("https://[::1]/export")]
    [TestCase("https://[::ffff:127.0.0.1]/export")]
    [TestCase("https://10.0.0.1/export")]
    [TestCase("https://2130706433/export")]
    [TestCase("https://0177.0.0.1/export")]
    [TestCase("https://0x7f000001/export")]
    [TestCase("https://127.1/export")]
    [TestCase("http://ehr.example.org/export")]
    public async Task An_address_in_a_private_network_is_refused_and_so_is_one_that_gives_tokens(string url)
    {
        (await Admin.Put(Path, Body(url: url))).IsProblem(409, "address-not-allowed");
        (await Admin.Put(Path, Body(url: "https://ehr.example.org/export", authentication: $$"""{ "kind": "oauthClientCredentials", "clientId": "us", "secret": "s", "tokenUrl": "{{url}}" }"""))).IsProblem(409, "address-not-allowed");
        (await Admin.Get(Path)).Is(404);
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ApiKey WHERE Name = 'connection ehr'"), Is.EqualTo(new[] { "0" }), "a refusal leaves nothing behind");
    }

    [TestCase("""{ "kind": "bearer" }""", "/authentication/secret", "required")]
    [TestCase("""{ "kind": "none", "secret": "x" }""", "/authentication/secret", "notForKind")]
    [TestCase("""{ "kind": "basic", "secret": "x" }""", "/authentication/user", "required")]
    [TestCase("""{ "kind": "basic", "user": "a:b", "secret": "x" }""", "/authentication/user", "characters")]
    [TestCase("""{ "kind": "bearer", "user": "ann", "secret": "x" }""", "/authentication/user", "notForKind")]
    [TestCase("""{ "kind": "bearer", "secret": "x\r\nHost: y" }""", "/authentication/secret", "characters")]
    [TestCase("""{ "kind": "bearer", "secret": "" }""", "/authentication/secret", "length")]
    [TestCase("""{ "kind": "header", "header": "Host", "secret": "x" }""", "/authentication/header", "format")]
    [TestCase("""{ "kind": "header", "header": "X Key", "secret": "x" }""", "/authentication/header", "format")]
    [TestCase("""{ "kind": "oauthClientCredentials", "secret": "x" }""", "/authentication/tokenUrl", "required")]
    [TestCase("""{ "kind": "oauthClientCredentials", "secret": "x", "tokenUrl": "https://h.example" }""", "/authentication/clientId", "required")]
    [TestCase("{ }", "/authentication/kind", "required")]
    public async Task Half_an_authentication_is_refused(string authentication, string pointer, string code) =>
        (await Admin.Put(Path, Body(authentication: authentication))).IsInvalid(pointer, code);

    [TestCase("""{ "everyMinutes": 4 }""", "/schedule/everyMinutes", "range")]
    [TestCase("""{ "everyMinutes": 10081 }""", "/schedule/everyMinutes", "range")]
    [TestCase("""{ "dailyAt": "6:30" }""", "/schedule/dailyAt", "format")]
    [TestCase("""{ "dailyAt": "06:30", "everyMinutes": 5 }""", "/schedule", "required")]
    [TestCase("{ }", "/schedule", "required")]
    public async Task A_schedule_is_one_of_two(string schedule, string pointer, string code) => (await Admin.Put(Path, Body(schedule: schedule))).IsInvalid(pointer, code);

    [Test]
    public async Task A_connection_has_a_shape()
    {
        var empty = (await Admin.Put(Path, "{ }")).IsInvalid("/name");
        Assert.That(empty.Each("pointer", "/errors"), Is.EqualTo(new[] { "/name", "/url", "/kind", "/profile", "/schedule", "/authentication/kind" }));
        (await Admin.Put(Path, Body(url: "https://ann:pw@ehr.example.org/"))).IsInvalid("/url", "credentials");
        (await Admin.Put(Path, Body(url: "ftp://ehr.example.org/"))).IsInvalid("/url", "format");
        (await Admin.Put(Path, Body(kind: "fhir", more: ", \"format\": \"csv\""))).IsInvalid("/format", "notForKind");
        (await Admin.Put(Path, Body(more: ", \"createTeams\": true"))).IsInvalid("/createTeams", "unknownMember");
    }

    private static string Body(
        string more = "", string kind = "file", string schedule = """{ "everyMinutes": 15 }""", string authentication = """{ "kind": "none" }""", string url = "https://ehr.example.org/export") =>
        $$"""{ "name": "EHR", "url": "{{url}}", "kind": "{{kind}}", "profile": "p", "schedule": {{schedule}}, "authentication": {{authentication}}{{more}} }""";
}
