using System.Diagnostics;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Collaborative.Tests.Contract;

/// <summary>Every endpoint against every caller and every place. The expectations are in <see cref="Matrix"/>, by hand.</summary>
[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public sealed class AccessMatrixTests(Lane lane)
{
    private const string Own = "own";
    private const string Elsewhere = "elsewhere";

    private readonly Dictionary<Caller, Client> clients = [];
    private readonly Dictionary<Caller, string> imports = [];
    private string elsewhereImport = "";
    private TestServer server = null!;
    private int fresh;

    private static IEnumerable<TestCaseData> Endpoints => Matrix.Rows.Select(row => new TestCaseData(row).SetArgDisplayNames(row.Name));

    [OneTimeSetUp]
    public async Task Prepare()
    {
        server = await TestServer.Start(lane);
        var admin = await server.As(Role.Administrator);
        foreach (var code in new[] { Own, Elsewhere })
        {
            (await admin.Put($"/collaboratives/{code}", Given.Collaborative)).Is(201);
            (await admin.Put($"/collaboratives/{code}/measures/m", Given.Rate)).Is(201);
            foreach (var team in new[] { "mine", "theirs" })
            {
                (await admin.Put($"/collaboratives/{code}/teams/{team}", Given.Team)).Is(201);
                (await admin.Put($"/collaboratives/{code}/teams/{team}/measures/m/submissions/{Matrix.Month}", Matrix.Figures)).Is(201);
            }
        }

        clients[Caller.Nobody] = server.With(null);
        clients[Caller.BadKey] = server.With(ApiToken.Make());
        clients[Caller.Expired] = server.With((await server.Key(Role.Director, Own, days: 1)).Token);
        server.Clock.Advance(TimeSpan.FromDays(1));
        var revoked = await server.Key(Role.Director, Own);
        (await server.With(revoked.Token).Get($"/collaboratives/{Own}")).Is(200);
        await server.Send(new RevokeKey(revoked.Id));
        clients[Caller.Revoked] = server.With(revoked.Token);
        clients[Caller.Administrator] = admin;
        clients[Caller.Director] = await server.As(Role.Director, Own);
        clients[Caller.Faculty] = await server.As(Role.Faculty, Own);
        clients[Caller.Sponsor] = await server.As(Role.Sponsor, Own);
        clients[Caller.DataLead] = await server.As(Role.DataLead, Own, "mine");
        clients[Caller.Member] = await server.As(Role.Member, Own, "mine");
        clients[Caller.Integration] = await server.As(Role.Integration, Own);
        clients[Caller.TeamFeed] = await server.As(Role.Integration, Own, "mine");
        foreach (var caller in new[] { Caller.Administrator, Caller.Director, Caller.DataLead, Caller.Integration, Caller.TeamFeed })
        {
            imports[caller] = await Import(clients[caller], Own);
        }

        elsewhereImport = await Import(admin, Elsewhere);

        // Every PUT of the matrix finds its thing there already, so that it answers 200 and a look at it too.
        // A verdict on an import is none of them: it is given once, on one that waits.
        foreach (var row in Matrix.Rows.Where(row => row.Method == "PUT" && !row.Path.Contains("{import}", StringComparison.Ordinal)))
        {
            foreach (var place in Matrix.Places(row).Intersect([Place.Own, Place.Team, Place.Elsewhere]))
            {
                Assert.That((await Ask(row, Caller.Administrator, place)).Status, Is.AnyOf(200, 201), row.Name);
            }
        }
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Endpoints))]
    public async Task Every_caller_gets_what_the_matrix_says(Row row)
    {
        var differences = new List<string>();
        foreach (var caller in Enum.GetValues<Caller>())
        {
            foreach (var place in Matrix.Places(row))
            {
                var expected = Matrix.Expected(row, caller, place);
                var answer = await Ask(row, caller, place);
                if (answer.Status != expected)
                {
                    differences.Add($"{caller} at {place}: {answer.Status} instead of {expected}");
                }
            }
        }

        Assert.That(differences, Is.Empty);
    }

    [TestCaseSource(nameof(Endpoints))]
    public async Task What_is_hidden_answers_byte_for_byte_like_what_is_absent(Row row)
    {
        string? absent = null;
        foreach (var caller in Enum.GetValues<Caller>())
        {
            foreach (var place in Matrix.Places(row))
            {
                var answer = await Ask(row, caller, place);
                if (answer.Status == 404)
                {
                    absent ??= answer.WithoutTraceId();
                    Assert.That(answer.WithoutTraceId(), Is.EqualTo(absent), $"{caller} at {place}");
                    Assert.That((answer.ETag, answer.Header("Cache-Control")), Is.EqualTo(((string?)null, "no-store")), $"{caller} at {place}");
                }
            }
        }
    }

    [TestCaseSource(nameof(Endpoints))]
    public async Task What_is_said_to_be_kept_is_not_sent_to_whoever_has_it(Row row)
    {
        if (row.Method != "GET")
        {
            return;
        }

        var first = await Ask(row, Caller.Administrator, Place.Own);
        var again = await Ask(row, Caller.Administrator, Place.Own, first.ETag ?? "\"none\"");
        var contract = Patterns().Single(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == row.Name).Metadata.GetMetadata<Api.Http.Contract>();

        // A draft of a report is told of as it is now; once it is submitted it is kept like anything else.
        var isKept = contract!.IsConditional && first.Status == 200 && first.Header("Cache-Control") != "no-store";
        Assert.That((first.ETag is not null && again.Status == 304, again.Status), Is.EqualTo((isKept, isKept ? 304 : first.Status)));
    }

    [Test]
    public void Every_endpoint_has_its_row()
    {
        var named = Patterns().Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName)
            .Where(name => name is not null && !Matrix.Anonymous.Contains(name)).Distinct();
        Assert.That(Matrix.Rows.Select(row => row.Name), Is.EquivalentTo(named));
    }

    [Test]
    public void Every_endpoint_has_a_policy_or_is_open_on_purpose()
    {
        var open = Patterns()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Api.Http.OperationRequirement>() is null)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}")
            .Distinct();
        Assert.That(open, Is.EquivalentTo(Matrix.Anonymous));
    }

    [Test]
    public async Task A_request_without_a_key_learns_nothing_of_addresses_and_verbs()
    {
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/nothing"), (HttpMethod.Post, $"/collaboratives/{Own}"), (HttpMethod.Patch, "/collaboratives") })
        {
            (await clients[Caller.Nobody].Send(method, path)).IsProblem(401, "unauthenticated");
        }
    }

    [TestCase("Basic {0}")]
    [TestCase("{0}")]
    [TestCase("Bearer")]
    [TestCase("Bearer {0}x")]
    [TestCase("Bearer {0} {0}")]
    public async Task A_key_counts_only_as_a_whole_and_as_a_bearer(string header)
    {
        var key = await server.Key(Role.Administrator);
        (await clients[Caller.Nobody].Send(HttpMethod.Get, "/collaboratives", more: request =>
            request.Headers.TryAddWithoutValidation("Authorization", string.Format(System.Globalization.CultureInfo.InvariantCulture, header, key.Token)))).IsProblem(401, "unauthenticated");
        (await server.With(key.Token).Get("/collaboratives")).Is(200);
    }

    [Test]
    public async Task A_key_is_refused_from_the_instant_it_expires_or_is_revoked()
    {
        var start = server.Clock.Now;
        var key = await server.Key(Role.Director, Own, days: 30);
        var client = server.With(key.Token);
        (await client.Get($"/collaboratives/{Own}")).Is(200);
        server.Clock.Now = key.ExpiresAt.AddMilliseconds(-1);
        (await client.Get($"/collaboratives/{Own}")).Is(200);
        server.Clock.Now = key.ExpiresAt;
        (await client.Get($"/collaboratives/{Own}")).IsProblem(401, "unauthenticated");
        server.Clock.Now = start;
        (await client.Get($"/collaboratives/{Own}")).Is(200);

        // Revoked past the server, as the verb does it from another process.
        await server.Database.Execute($"UPDATE ApiKey SET RevokedAt = CreatedAt WHERE TokenHash = '{ApiToken.Hash(key.Token)}'");
        (await client.Get($"/collaboratives/{Own}")).IsProblem(401, "unauthenticated");
    }

    [Test]
    public async Task Only_the_hash_of_a_token_is_stored()
    {
        var key = await server.Key(Role.Director, Own);
        Assert.That(key.Token, Does.Match("^cbl_[A-Za-z0-9_-]{43}$"));
        var stored = await server.Database.Rows("SELECT TokenHash, Name, Role FROM ApiKey");
        Assert.That(stored, Has.Some.StartsWith(ApiToken.Hash(key.Token)));
        Assert.That(string.Join('\n', stored), Does.Not.Contain(key.Token["cbl_".Length..]));
    }

    private IEnumerable<RouteEndpoint> Patterns() => server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private Task<Answer> Ask(Row row, Caller caller, Place place, string? ifNoneMatch = null)
    {
        var collaborative = place switch { Place.Elsewhere => Elsewhere, Place.NoCollaborative => $"absent{++fresh}", _ => Own };
        var team = place switch { Place.Team => "theirs", Place.NoTeam => $"absent{++fresh}", _ => "mine" };
        var measure = place == Place.NoMeasure ? $"absent{++fresh}" : "m";
        var path = row.Path.Replace("{collaborative}", collaborative, StringComparison.Ordinal).Replace("{team}", team, StringComparison.Ordinal).Replace("{measure}", measure, StringComparison.Ordinal);
        var import = place switch
        {
            Place.Elsewhere => elsewhereImport,
            Place.NoCollaborative => Guid.NewGuid().ToString(),
            Place.Team => imports[caller == Caller.Administrator ? Caller.Director : Caller.Administrator],
            _ => imports.GetValueOrDefault(caller, imports[Caller.Director]),
        };
        path = path.Replace("{import}", import, StringComparison.Ordinal);
        var client = clients[caller];
        return row switch
        {
            { Body: null } => client.Send(new HttpMethod(row.Method), path, ifNoneMatch: ifNoneMatch),
            { Method: "POST" } => client.Post(path, row.Body, row.Body.StartsWith('{') ? "application/json" : "text/csv"),
            _ => client.Put(path, row.Body, contentType: row.Body.StartsWith('{') ? "application/json" : "application/pdf"),
        };
    }

    /// <summary>An import that has ended; each asks anew until it has.</summary>
    private static async Task<string> Import(Client client, string collaborative)
    {
        var started = (await client.Post($"/collaboratives/{collaborative}/imports", $"team,measure,month,numerator,denominator\nmine,m,{Matrix.Month},3,100\n", "text/csv")).Is(202);
        var deadline = Stopwatch.StartNew();
        for (var id = started.At("/id")!; ;)
        {
            var state = (await client.Get($"/imports/{id}")).Is(200).At("/state");
            if (state is not ("queued" or "running"))
            {
                Assert.That(state, Is.EqualTo("succeeded"));
                return id;
            }

            Assert.That(deadline.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)), "the import does not end");
        }
    }
}
