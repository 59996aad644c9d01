using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Contract;

/// <summary>What people send stays out of the log, also when it is refused and also when the server breaks.</summary>
public sealed class LogTests
{
    [Test]
    public async Task The_log_holds_no_figures_notes_names_queries_or_tokens()
    {
        await using var server = await TestServer.Start(Lane.Sqlite);
        var key = await server.Key(Role.Administrator, name: "Florence Key");
        var client = server.With(key.Token);
        (await client.Put("/collaboratives/c", Given.Collaborative.Replace("ICU safety", "Secretname", StringComparison.Ordinal))).Is(201);
        (await client.Put("/collaboratives/c/teams/t", """{ "name": "Secretname" }""")).Is(201);
        (await client.Put("/collaboratives/c/measures/m", Given.Rate)).Is(201);
        const string Series = "/collaboratives/c/teams/t/measures/m/submissions";
        foreach (var body in new[]
        {
            """{ "numerator": 73219, "denominator": 981237, "note": "Mrs Secretname fell", "reason": "Secretname asked" }""",
            """{ "numerator": 73219, "denominator": 0, "note": "Mrs Secretname fell" }""",
            """{ "numerator": 73219, "Secretname": "fell" }""",
            """{ "numerator": "73219" Secretname""",
            """{ "noData": "Secretname", "numerator": 73219 }""",
        })
        {
            await client.Put($"{Series}/2026-05", body);
            await server.With("cbl_SecretnameSecretnameSecretname").Put($"{Series}/2026-05", body);
        }

        await client.Get($"{Series}?Secretname=73219");
        await client.Get("/collaboratives/Secretname");
        await client.Delete($"{Series}/2026-05?reason=Secretname", "1");

        // The server breaks under it: the answer says nothing, and the log says where but not what.
        await server.Database.Execute("ALTER TABLE Submission RENAME TO Gone");
        var broken = (await client.Put($"{Series}/2026-06", """{ "numerator": 73219, "denominator": 981237, "note": "Mrs Secretname fell" }""")).IsProblem(500, "unexpected");
        Assert.That(broken.Text, Does.Not.Contain("Submission").And.Not.Contain("SQL").And.Not.Contain("   at "));
        (await client.Get("/collaboratives/c/submissions?team=Secretname")).IsProblem(500, "unexpected");

        Assert.That(server.Log.Lines, Has.Some.Contains("SqliteException"), "the break itself is logged");
        foreach (var secret in new[] { "Secretname", "73219", "981237", "fell", "Florence", key.Token, key.Token["cbl_".Length..] })
        {
            Assert.That(server.Log.Text, Does.Not.Contain(secret));
        }
    }
}
