using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Connections;
using Collaborative.Infrastructure.Imports;
using Collaborative.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Collaborative.Tests.Features.Connections;

/// <summary>What fixtures share that poll: a server whose workers work when they are told to, and a partner that it may call.</summary>
[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public abstract class ConnectionFeature(Lane lane)
{
    protected const string Path = "/collaboratives/c/connections/ehr";

    protected const string Csv = "team,measure,month,numerator,denominator\nnorth,m,2026-05,3,100\nnorth,m,2026-06,4,100\n";

    protected Partner Partner { get; private set; } = null!;

    protected TestServer Server { get; private set; } = null!;

    protected Client Admin { get; private set; } = null!;

    protected FixedClock Clock => Server.Clock;

    /// <summary>Quick, so that nobody waits for what a partner does not do.</summary>
    private static readonly PollPatience Patience = new() { FirstWait = TimeSpan.FromMilliseconds(1), LongestWait = TimeSpan.FromSeconds(5) };

    [SetUp]
    public async Task StartServerAndPartner()
    {
        Partner = await Partner.Start();
        await StartServer();
    }

    [TearDown]
    public async Task StopServerAndPartner()
    {
        await Server.DisposeAsync();
        await Partner.DisposeAsync();
    }

    protected async Task StartServer(Func<object, object>? patience = null, params string[] arguments)
    {
        Server = await TestServer.Start(
            lane,
            more: services =>
            {
                foreach (var worker in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList())
                {
                    services.Remove(worker);
                }

                services.AddSingleton((PollPatience)(patience?.Invoke(Patience) ?? Patience));
            },
            arguments: arguments.Length > 0 ? arguments : ["--Outgoing:AllowedHosts=127.0.0.1"]);
        Admin = await Server.As(Role.Administrator);
        (await Admin.Put("/collaboratives/c", Given.Collaborative[..^1] + """, "timeZone": "Europe/London" }""")).Is(201);
        (await Admin.Put("/collaboratives/c/teams/north", Given.Team)).Is(201);
        (await Admin.Put("/collaboratives/c/measures/m", Given.Rate)).Is(201);
        (await Admin.Put("/collaboratives/c/profiles/p", """{ "partner": "P", "state": "confirmed", "autoAccept": true }""")).Is(201);
    }

    /// <summary>Starts the server anew, with less patience or other settings.</summary>
    protected async Task Restart(Func<object, object>? patience = null, params string[] arguments)
    {
        await Server.DisposeAsync();
        await StartServer(patience, arguments);
    }

    protected string Body(string more = "", string kind = "file", string schedule = """{ "everyMinutes": 15 }""", string authentication = """{ "kind": "none" }""", string url = "/export") =>
        $$"""{ "name": "EHR", "url": "{{(url.StartsWith('/') ? Partner.Url + url : url)}}", "kind": "{{kind}}", "profile": "p", "schedule": {{schedule}}, "authentication": {{authentication}}{{more}} }""";

    /// <summary>Makes the connection, or changes it.</summary>
    protected async Task Connect(string? body = null)
    {
        var written = await Admin.Put(Path, body ?? Body(), ifMatch: (await Admin.Get(Path)).Status == 200 ? "*" : null);
        Assert.That(written.Status, Is.AnyOf(200, 201), written.Text);
    }

    /// <summary>Polls all that is due.</summary>
    protected async Task<int> Poll()
    {
        var polls = 0;
        while (await Server.Services.GetRequiredService<ConnectionWorker>().RunOne(CancellationToken.None))
        {
            polls++;
        }

        return polls;
    }

    /// <summary>Polls at the next slot.</summary>
    protected async Task<Answer> PollNext()
    {
        Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.That(await Poll(), Is.EqualTo(1));
        return await LastRun();
    }

    /// <summary>Polls because somebody asks for it, and gives the run as it then is.</summary>
    protected async Task<Answer> PollNow()
    {
        var asked = (await Admin.Post($"{Path}/run", "")).Is(202);
        await Poll();
        return (await Admin.Get(asked.Header("Location")!)).Is(200);
    }

    /// <summary>Works through the queue of imports.</summary>
    protected async Task WorkOnImports()
    {
        while (await Server.Services.GetRequiredService<ImportWorker>().RunOne(CancellationToken.None))
        {
        }
    }

    protected async Task<Answer> LastRun()
    {
        var runs = (await Admin.Get($"{Path}/runs?limit=1")).Is(200);
        return (await Admin.Get($"{Path}/runs/{runs.At("/items/0/id")}")).Is(200);
    }

    protected async Task<Answer> Health() => (await Admin.Get($"{Path}/health")).Is(200);

    protected async Task<int> Imports() => (await Admin.Get("/collaboratives/c/imports?limit=200")).Is(200).Count();

    protected async Task<string> Figures() => (await Admin.Get("/collaboratives/c/submissions.csv")).Is(200).Text;
}
