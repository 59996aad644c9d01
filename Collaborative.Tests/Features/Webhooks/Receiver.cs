using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Collaborative.Tests.Features.Webhooks;

/// <summary>What arrived.</summary>
internal sealed record Call(string Id, string Timestamp, string Signature, byte[] Body)
{
    private JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? this[string member] => Json.TryGetProperty(member, out var found) ? found.ToString() : null;

    public IEnumerable<string> Members => Json.EnumerateObject().Select(member => member.Name);
}

/// <summary>A server elsewhere, which does as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Call> calls = new();

    private Receiver()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapPost("/hook", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var headers = http.Request.Headers;
            calls.Enqueue(new Call(headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(), body.ToArray()));
            Arrived.Release();
            await Answer(http);
        });
    }

    /// <summary>Counts up with each call.</summary>
    public SemaphoreSlim Arrived { get; } = new(0);

    public Func<HttpContext, Task> Answer { get; set; } = With(204);

    public string Url => app.Urls.First() + "/hook";

    public IReadOnlyList<Call> Calls => [.. calls];

    public static Func<HttpContext, Task> With(int status, string? retryAfter = null) => http =>
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        return Task.CompletedTask;
    };

    public static async Task<Receiver> Start()
    {
        var receiver = new Receiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    public IReadOnlyList<string?> Types => [.. Calls.Select(call => call["type"])];

    public void Forget() => calls.Clear();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Arrived.Dispose();
    }
}
