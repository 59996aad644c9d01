using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Collaborative.Tests.Support;

/// <summary>What becomes of a request on its way.</summary>
public sealed record Mishap
{
    /// <summary>Answered on the way, with this status; the server never sees it.</summary>
    public int? Answer { get; init; }

    public string? RetryAfter { get; init; }

    /// <summary>The connection breaks after so many bytes of the body have gone on to the server.</summary>
    public int? BreaksAfter { get; init; }

    /// <summary>The server does its work, and its answer is lost.</summary>
    public bool LosesAnswer { get; init; }
}

/// <summary>A line to a server that does to each request what a test says.</summary>
public sealed class BrokenLine : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient onward;

    private BrokenLine(WebApplication app, HttpClient onward)
    {
        this.app = app;
        this.onward = onward;
    }

    public Uri Address => new(app.Urls.First());

    /// <summary>Method, path and Upload-Offset of all that came, in order.</summary>
    public List<string> Requests { get; } = [];

    /// <param name="mishap">Asked of each request; null lets it pass.</param>
    public static async Task<BrokenLine> To(Uri server, Func<HttpRequest, Mishap?> mishap)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var line = new BrokenLine(app, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server });
        app.Run(async http =>
        {
            lock (line.Requests)
            {
                line.Requests.Add($"{http.Request.Method} {http.Request.Path} {http.Request.Headers["Upload-Offset"]}".TrimEnd());
            }

            await line.Pass(http, mishap(http.Request));
        });
        await app.StartAsync();
        return line;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        onward.Dispose();
    }

    private async Task Pass(HttpContext http, Mishap? mishap)
    {
        if (mishap?.Answer is { } status)
        {
            http.Response.StatusCode = status;
            http.Response.Headers.RetryAfter = mishap.RetryAfter;
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.Path + http.Request.QueryString);
        if (http.Request.ContentLength is not null)
        {
            request.Content = new StreamContent(mishap?.BreaksAfter is { } most ? new BreakingStream(http.Request.Body, most) : http.Request.Body);
        }

        foreach (var (name, values) in http.Request.Headers)
        {
            if (name != "Host" && !request.Headers.TryAddWithoutValidation(name, [.. values]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }

        try
        {
            using var answer = await onward.SendAsync(request);
            if (mishap?.LosesAnswer == true)
            {
                http.Abort();
                return;
            }

            http.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
            {
                http.Response.Headers[name] = values.ToArray();
            }

            if (answer.StatusCode != HttpStatusCode.NoContent && http.Request.Method != "HEAD")
            {
                await answer.Content.CopyToAsync(http.Response.Body);
            }
        }
        catch (HttpRequestException)
        {
            http.Abort();
        }
    }

    private sealed class BreakingStream(Stream inner, int most) : Stream
    {
        private int left = most;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (left == 0)
            {
                throw new IOException("The line is broken.");
            }

            var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, left)], cancellationToken);
            left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
