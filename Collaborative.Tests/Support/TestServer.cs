using Collaborative.Api;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Collaborative.Tests.Support;

/// <summary>The real server on a free port, with a database and a clock of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly bool isGuest;
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(10), UseCookies = false };
    private readonly HttpClient http;

    private TestServer(WebApplication app, TestDatabase database, FixedClock clock, CapturedLog log, bool isGuest)
    {
        this.app = app;
        this.isGuest = isGuest;
        Database = database;
        Clock = clock;
        Log = log;
        http = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromMinutes(1) };
    }

    public TestDatabase Database { get; }

    public FixedClock Clock { get; }

    /// <summary>All that the server wrote to its log, past the filters that it sets itself.</summary>
    public CapturedLog Log { get; }

    public IServiceProvider Services => app.Services;

    public Uri Address => http.BaseAddress!;

    public static async Task<TestServer> Start(Lane lane, FixedClock? clock = null, Action<IServiceCollection>? more = null, params string[] arguments) =>
        await Start(await TestDatabase.Migrated(lane), clock ?? new FixedClock(Given.Now), false, more, arguments);

    /// <summary>Another server on the database of one that runs, as on another machine.</summary>
    public static Task<TestServer> StartBeside(TestServer first, params string[] arguments) => Start(first.Database, first.Clock, true, null, arguments);

    private static async Task<TestServer> Start(TestDatabase database, FixedClock clock, bool isGuest, Action<IServiceCollection>? more, params string[] arguments)
    {
        var log = new CapturedLog();
        var app = Server.Build([.. database.Arguments, "--urls=http://127.0.0.1:0", $"--Secrets:Key={Given.SecretsKey}", .. arguments], services =>
        {
            Quiet(services);
            services.AddLogging(logging => logging.AddProvider(log));
            services.AddSingleton<TimeProvider>(clock);
            more?.Invoke(services);
        });
        await app.StartAsync();
        return new TestServer(app, database, clock, log, isGuest);
    }

    public static void Quiet(IServiceCollection services) => services.AddLogging(logging => logging.ClearProviders());

    /// <summary>A client with a new key of this role.</summary>
    public async Task<Client> As(Role role, string? collaborative = null, params string[] teams) => With((await Key(role, collaborative, teams)).Token);

    /// <summary>A client with this token; null is one without credentials.</summary>
    public Client With(string? token) => new(http, token);

    public async Task<CreatedKey> Key(Role role, string? collaborative = null, string[]? teams = null, int days = 365, string? name = null) =>
        (await Send(new CreateKey(role, collaborative, teams ?? [], name, days))).Value;

    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        handler.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (!isGuest)
        {
            await Database.DisposeAsync();
        }
    }
}
