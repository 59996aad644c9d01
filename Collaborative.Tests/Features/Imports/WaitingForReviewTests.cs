using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Imports;
using Collaborative.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Collaborative.Tests.Features.Imports;

/// <summary>Who sees an import that is for review, at each step of the work on it: nobody whose teams it may turn out to be none of.</summary>
[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public sealed class WaitingForReviewTests(Lane lane)
{
    private const string Imports = "/collaboratives/c/imports";

    private TestServer server = null!;
    private Client admin = null!;
    private Client feed = null!;
    private Client north = null!;
    private Client south = null!;

    [SetUp]
    public async Task StartServerWithoutWorkers()
    {
        server = await TestServer.Start(lane, more: services =>
        {
            foreach (var hosted in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList())
            {
                services.Remove(hosted);
            }
        });
        admin = await server.As(Role.Administrator);
        (await admin.Put("/collaboratives/c", """{ "name": "C", "topic": "T", "aim": "A", "startMonth": "2025-01", "endMonth": "2027-06" }""")).Is(201);
        (await admin.Put("/collaboratives/c/measures/m", Given.Rate)).Is(201);
        (await admin.Put("/collaboratives/c/teams/north", Given.Team)).Is(201);
        (await admin.Put("/collaboratives/c/teams/south", Given.Team)).Is(201);
        (await admin.Put("/collaboratives/c/profiles/epic", """{ "partner": "Epic", "state": "confirmed", "teams": [{ "code": "W-12", "team": "north" }], "measures": [{ "code": "CMS1", "measure": "m" }] }""")).Is(201);
        feed = await server.As(Role.Integration, "c");
        north = await server.As(Role.DataLead, "c", "north");
        south = await server.As(Role.DataLead, "c", "south");
    }

    [TearDown]
    public async Task StopServer() => await server.DisposeAsync();

    [Test]
    public async Task It_is_for_nobody_s_review_before_it_is_read_and_for_its_own_team_s_alone_ever_after()
    {
        var address = await Send("team,measure,month,numerator,denominator\nW-12,CMS1,2026-01,1,400\n");
        Assert.That(await Sees(north, south, address), Is.EqualTo("404 0, 404 0"), "It waits for a worker");

        await server.Database.Execute("UPDATE ImportJob SET State = 'running', Verdict = 'awaited', LeaseUntil = '2000-01-01T00:00:00.000Z'");
        Assert.That(await Sees(north, south, address), Is.EqualTo("404 0, 404 0"), "None of its rows is read yet");
        (await south.Put($"{address}/review", """{ "verdict": "accepted" }""")).Is(404);

        await Work();
        Assert.That((await admin.Get(address)).At("/state"), Is.EqualTo("review"));
        Assert.That(await Sees(north, south, address), Is.EqualTo("200 1, 404 0"), "It is read");

        (await north.Put($"{address}/review", """{ "verdict": "accepted" }""")).Is(200);
        Assert.That(await Sees(north, south, address), Is.EqualTo("200 1, 404 0"), "It waits for a worker once more");

        await server.Database.Execute("UPDATE ImportJob SET State = 'running', LeaseUntil = '2000-01-01T00:00:00.000Z'");
        Assert.That(await Sees(north, south, address), Is.EqualTo("200 1, 404 0"), "It is read once more");

        await Work();
        Assert.That((await admin.Get(address)).At("/state"), Is.EqualTo("succeeded"));
        Assert.That(await Sees(north, south, address), Is.EqualTo("200 1, 404 0"), "It is done");
    }

    [Test]
    public async Task What_is_read_in_part_may_still_be_of_others()
    {
        var address = await Send("team,measure,month,numerator,denominator\nW-12,CMS1,2026-01,1,400\n");
        await Work();
        await server.Database.Execute("UPDATE ImportJob SET State = 'running', DoneBytes = DoneBytes - 1");

        Assert.That(await Sees(north, south, address), Is.EqualTo("404 0, 404 0"));
    }

    [Test]
    public async Task What_has_no_rows_is_for_a_director_s_review_alone()
    {
        var address = await Send("team,measure,month,numerator,denominator\n");
        await Work();

        Assert.That((await admin.Get(address)).At("/state"), Is.EqualTo("review"));
        Assert.That(await Sees(north, south, address), Is.EqualTo("404 0, 404 0"));
        (await (await server.As(Role.Director, "c")).Put($"{address}/review", """{ "verdict": "rejected" }""")).Is(200);
    }

    private async Task<string> Send(string file) => $"/imports/{(await feed.Post($"{Imports}?profile=epic", file, "text/csv")).Is(202).At("/id")}";

    private Task Work() => server.Services.GetRequiredService<ImportWorker>().RunOne(CancellationToken.None);

    /// <summary>What both get for its address, and how many imports their lists have.</summary>
    private static async Task<string> Sees(Client first, Client second, string address) =>
        $"{(await first.Get(address)).Status} {(await first.Get(Imports)).Count()}, {(await second.Get(address)).Status} {(await second.Get(Imports)).Count()}";
}
