using System.Collections.Concurrent;
using System.Net;
using Collaborative.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Collaborative.Tests.Features.Connections;

/// <summary>One request as a partner saw it.</summary>
public sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);
}

/// <summary>A partner's server on this machine: answers as it is told to, and remembers what it was asked.</summary>
public sealed class Partner : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Asked> asked = new();

    private Partner()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        TestServer.Quiet(builder.Services);
        builder.Services.Configure<KestrelServerOptions>(options => options.AllowSynchronousIO = true);
        app = builder.Build();
        app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            asked.Enqueue(new Asked(
                http.Request.Method,
                http.Request.Path + http.Request.QueryString,
                http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await reader.ReadToEndAsync()));
            await Answer(http);
        });
    }

    /// <summary>How it answers from now on.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<Asked> Asked => [.. asked];

    public string Url => app.Urls.First();

    public int Port => new Uri(Url).Port;

    public static async Task<Partner> Start()
    {
        var partner = new Partner();
        await partner.app.StartAsync();
        return partner;
    }

    public void Status(HttpStatusCode status, params (string Name, string Value)[] headers) => Status((int)status, headers);

    public void Status(int status, params (string Name, string Value)[] headers) => Answer = http =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            http.Response.Headers[name] = value;
        }

        return http.Response.WriteAsync("Secretanswer");
    };

    /// <summary>Gives a file, and honours conditional requests as a good server does.</summary>
    public void Give(string content, string? contentType = "text/csv", string? etag = null, string? lastModified = null) => Answer = http =>
    {
        if ((etag is not null && http.Request.Headers.IfNoneMatch == etag) || (etag is null && lastModified is not null && http.Request.Headers.IfModifiedSince == lastModified))
        {
            http.Response.StatusCode = 304;
            return Task.CompletedTask;
        }

        http.Response.ContentType = contentType;
        http.Response.Headers.ETag = etag;
        http.Response.Headers.LastModified = lastModified;
        return http.Response.WriteAsync(content);
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
