using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Collaborative.Tests.Features.Connections;

/// <summary>How partners know us, and who else must never learn it; and where we may be sent to.</summary>
public sealed class CredentialsTests(Lane lane) : ConnectionFeature(lane)
{
    private const string Secret = "s3cret-of-the-partner";

    private const string Bearer = $$"""{ "kind": "bearer", "secret": "{{Secret}}" }""";

    private string Oauth => $$"""{ "kind": "oauthClientCredentials", "clientId": "us", "secret": "{{Secret}}", "tokenUrl": "{{Partner.Url}}/token", "scope": "system/MeasureReport.read" }""";

    [TestCase($$"""{ "kind": "basic", "user": "ann", "secret": "{{Secret}}" }""", "Authorization", "Basic YW5uOnMzY3JldC1vZi10aGUtcGFydG5lcg==")]
    [TestCase(Bearer, "Authorization", $"Bearer {Secret}")]
    [TestCase($$"""{ "kind": "header", "header": "X-Api-Key", "secret": "{{Secret}}" }""", "X-Api-Key", Secret)]
    [TestCase("""{ "kind": "none" }""", "Authorization", null)]
    public async Task The_partner_knows_us_by_what_was_agreed(string authentication, string header, string? expected)
    {
        Partner.Give(Csv);
        await Connect(Body(authentication: authentication));
        (await PollNow()).Has("/state", "imported");
        Assert.That(Partner.Asked.Single()[header], Is.EqualTo(expected));
        (await Admin.Get(Path)).Is(200).Has("/authentication/hasSecret", expected is null ? "false" : "true").Has("/authentication/secret", null);
    }

    [Test]
    public async Task A_secret_is_nowhere_to_be_read_once_it_is_given()
    {
        Partner.Answer = http =>
        {
            http.Response.StatusCode = 401;
            return http.Response.WriteAsync($"wrong {http.Request.Headers.Authorization}");
        };
        var written = (await Admin.Put(Path, Body(authentication: Bearer))).Is(201);
        await PollNow();
        await Admin.Put(Path, Body(authentication: Bearer.Replace("bearer", "basic", StringComparison.Ordinal)), ifMatch: "1");
        await Admin.Put(Path, Body(authentication: Bearer) + Secret, ifMatch: "1");
        foreach (var answer in new[]
        {
            written, await Admin.Get(Path), await Admin.Get("/collaboratives/c/connections"), await Health(), await LastRun(),
            await Admin.Get("/collaboratives/c/history?subject=connection"), (await Admin.Delete(Path, "1")).Is(200),
        })
        {
            Assert.That(answer.Text, Does.Not.Contain(Secret));
        }

        Assert.That(Partner.Asked[0]["Authorization"], Does.Contain(Secret), "it was used all the same");
        Assert.That(Server.Log.Text, Does.Not.Contain(Secret).And.Not.Contain(Partner.Url), "nor is the address in the log");
        Assert.That(string.Join('\n', await Server.Database.Rows("SELECT SealedSecret FROM PartnerConnection")), Is.Empty, "with the connection its secret is forgotten");
        if (Server.Database.Lane == Lane.Sqlite)
        {
            var file = Server.Database.ConnectionString["Data Source=".Length..];
            foreach (var part in new[] { file, file + "-wal" }.Where(File.Exists))
            {
                await using var stream = new FileStream(part, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(stream, Encoding.Latin1);
                Assert.That(await reader.ReadToEndAsync(), Does.Not.Contain(Secret));
            }
        }
    }

    [Test]
    public async Task The_same_body_again_is_no_revision_with_the_secret_or_without_it()
    {
        var body = Body(authentication: Bearer);
        (await Admin.Put(Path, body)).Is(201);
        var sealedOnce = await Server.Database.Rows("SELECT SealedSecret FROM PartnerConnection");
        (await Admin.Put(Path, body)).Is(200).Has("/revision", "1");
        (await Admin.Put(Path, Body(authentication: """{ "kind": "bearer" }"""))).Is(200).Has("/revision", "1").Has("/authentication/hasSecret", "true");
        Assert.That(await Server.Database.Rows("SELECT SealedSecret FROM PartnerConnection"), Is.EqualTo(sealedOnce));
        (await Admin.Put(Path, body.Replace(Secret, "another", StringComparison.Ordinal))).IsProblem(428, "precondition-required");
        (await Admin.Put(Path, body.Replace(Secret, "another", StringComparison.Ordinal), ifMatch: "1")).Is(200).Has("/revision", "2");
        (await Admin.Put(Path, Body(authentication: """{ "kind": "bearer" }""", url: "/b?x=1"), ifMatch: "2")).Is(200).Has("/revision", "3");
        Partner.Give(Csv);
        await PollNow();
        Assert.That(Partner.Asked.Single()["Authorization"], Is.EqualTo("Bearer another"), "another path on the same server keeps it");
    }

    [Test]
    public async Task A_secret_goes_elsewhere_only_when_it_is_given_again()
    {
        await Connect(Body(authentication: Bearer));
        (await Admin.Put(Path, Body(authentication: """{ "kind": "bearer" }""", url: "https://evil.example.org/export"), ifMatch: "1")).IsInvalid("/authentication/secret", "required");
        (await Admin.Put(Path, Body(authentication: """{ "kind": "header", "header": "X-Key" }"""), ifMatch: "1")).IsInvalid("/authentication/secret", "required");
        const string Given = $"\"secret\": \"{Secret}\", ";
        await Connect(Body(authentication: Oauth));
        (await Admin.Put(Path, Body(authentication: Oauth.Replace(Given, "", StringComparison.Ordinal).Replace("/token", "/other", StringComparison.Ordinal)), ifMatch: "2"))
            .IsInvalid("/authentication/secret", "required");
        (await Admin.Put(Path, Body(authentication: Oauth.Replace(Given, "", StringComparison.Ordinal)), ifMatch: "2")).Is(200).Has("/revision", "2");
        (await Admin.Delete(Path, "2")).Is(200);
        (await Admin.Put(Path, Body(authentication: """{ "kind": "bearer" }"""))).IsInvalid("/authentication/secret", "required");
    }

    [Test]
    public async Task A_token_is_asked_for_once_and_used_until_shortly_before_its_end()
    {
        var made = 0;
        Partner.Answer = http => http.Request.Path == "/token"
            ? Token(http, $"token-{++made}", 600)
            : Give(http, http.Request.Headers.Authorization == $"Bearer token-{made}");
        await Connect(Body(authentication: Oauth));
        (await PollNow()).Has("/state", "imported").Has("/attempts", "1");
        (await PollNow()).Has("/state", "notModified");
        Assert.That(made, Is.EqualTo(1));
        var asked = Partner.Asked[0];
        Assert.That((asked.Method, asked.Path, asked["Authorization"]), Is.EqualTo(("POST", "/token", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"us:{Secret}"))}")));
        Assert.That(asked.Body, Is.EqualTo("grant_type=client_credentials&scope=system%2FMeasureReport.read"));
        Clock.Advance(TimeSpan.FromSeconds(541));
        await PollNow();
        Assert.That(made, Is.EqualTo(2), "a minute before its end it is not used any more");

        // Other credentials, another token.
        await Connect(Body(authentication: Oauth.Replace(Secret, "another", StringComparison.Ordinal)));
        await PollNow();
        Assert.That(made, Is.EqualTo(3));
    }

    [Test]
    public async Task A_token_that_the_partner_no_longer_takes_is_renewed_once()
    {
        var made = 0;
        var good = "token-1";
        Partner.Answer = http => http.Request.Path == "/token" ? Token(http, $"token-{++made}", 600) : Give(http, http.Request.Headers.Authorization == $"Bearer {good}");
        await Connect(Body(authentication: Oauth));
        (await PollNow()).Has("/state", "imported");
        good = "token-2";
        (await PollNow()).Has("/state", "notModified").Has("/attempts", "2");
        Assert.That(made, Is.EqualTo(2));
        good = "never";
        (await PollNow()).Has("/state", "failed").Has("/httpStatus", "401").Has("/attempts", "2");
        Assert.That(made, Is.EqualTo(3));
    }

    [TestCase(400, """{ "error": "invalid_client", "error_description": "Secretanswer" }""", "does not accept")]
    [TestCase(302, "", "moved")]
    [TestCase(503, "", "trouble")]
    [TestCase(404, "", "check it")]
    [TestCase(200, "Secretanswer", "without one")]
    [TestCase(200, """{ "access_token": 7 }""", "without one")]
    [TestCase(200, """{ "access_token": "Secret\r\nanswer", "token_type": "Bearer" }""", "without one")]
    [TestCase(200, """{ "access_token": "x", "token_type": "mac" }""", "without one")]
    public async Task Without_a_token_nothing_is_asked_for(int status, string answer, string expected)
    {
        Partner.Answer = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = $"{Partner.Url}/elsewhere";
            return http.Response.WriteAsync(answer);
        };
        await Connect(Body(authentication: Oauth));
        Assert.That((await PollNow()).Has("/state", "failed").Has("/attempts", "0").At("/problem"), Does.Contain(expected).And.Not.Contain("Secretanswer"));
        Assert.That(Partner.Asked.Select(asked => asked.Path).Distinct(), Is.EqualTo(new[] { "/token" }));
    }

    [Test]
    public async Task A_client_shows_who_it_is_by_what_it_signs([Values] bool isRsa)
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var pem = isRsa ? rsa.ExportPkcs8PrivateKeyPem() : curve.ExportPkcs8PrivateKeyPem();
        string Authentication(string key) =>
            $$"""{ "kind": "oauthPrivateKeyJwt", "clientId": "us", "keyId": "k1", "tokenUrl": "{{Partner.Url}}/token", "secret": {{System.Text.Json.JsonSerializer.Serialize(key)}} }""";
        (await Admin.Put(Path, Body(authentication: Authentication("s3cret")))).IsInvalid("/authentication/secret", "format");
        Partner.Answer = http => http.Request.Path == "/token" ? Token(http, "t", 300) : Give(http, http.Request.Headers.Authorization == "Bearer t");
        await Connect(Body(authentication: Authentication(pem)));
        (await PollNow()).Has("/state", "imported");

        var form = QueryHelpers.ParseQuery(Partner.Asked[0].Body);
        Assert.That((form["grant_type"].ToString(), form["client_assertion_type"].ToString()), Is.EqualTo(("client_credentials", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")));
        var parts = form["client_assertion"].ToString().Split('.');
        var (signed, signature) = (Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]));
        Assert.That(isRsa ? rsa.VerifyData(signed, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1) : curve.VerifyData(signed, signature, HashAlgorithmName.SHA384));
        Assert.That(Partner.Asked[0]["Authorization"], Is.Null);
        Assert.That(string.Join('\n', await Server.Database.Rows("SELECT AuthenticationJson, SealedSecret FROM PartnerConnection")), Does.Not.Contain("PRIVATE"));
    }

    [Test]
    public async Task A_name_that_stands_for_this_machine_is_looked_at_when_it_is_called()
    {
        await Restart(null, "--Outgoing:AllowedHosts=");
        Partner.Give(Csv);
        await Connect(Body(url: $"https://localhost:{Partner.Port}/export"));
        Assert.That((await PollNow()).Has("/state", "failed").At("/problem"), Does.Contain("private network"));
        await Connect(Body(url: "https://ehr.example.org/export", authentication: Oauth.Replace("http://127.0.0.1", "https://localhost", StringComparison.Ordinal)));
        Assert.That((await PollNow()).Has("/state", "failed").At("/problem"), Does.Contain("private network"));
        Assert.That(Partner.Asked, Is.Empty);
    }

    [Test]
    public async Task An_address_that_is_allowed_no_longer_is_not_called()
    {
        Partner.Give(Csv);
        await Connect();
        await Server.Database.Execute("UPDATE PartnerConnection SET Url = 'http://10.0.0.1/export'");
        Assert.That((await PollNow()).Has("/state", "failed").At("/problem"), Does.Contain("private network"));
    }

    [Test]
    public async Task Only_directors_read_of_connections_in_the_history()
    {
        await Connect();
        var director = await Server.As(Role.Director, "c");
        Assert.That((await director.Get("/collaboratives/c/history?subject=connection")).Is(200).Count(), Is.EqualTo(1));
        var faculty = await Server.As(Role.Faculty, "c");
        Assert.That((await faculty.Get("/collaboratives/c/history?subject=connection")).Is(200).Count(), Is.Zero);
    }

    private static Task Token(HttpContext http, string token, int seconds)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync($$"""{ "access_token": "{{token}}", "token_type": "bearer", "expires_in": {{seconds}} }""");
    }

    private static Task Give(HttpContext http, bool isKnown)
    {
        http.Response.StatusCode = isKnown ? 200 : 401;
        http.Response.ContentType = "text/csv";
        return http.Response.WriteAsync(isKnown ? Csv : "Who are you?");
    }
}
