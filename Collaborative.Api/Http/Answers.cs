using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Microsoft.AspNetCore.WebUtilities;

namespace Collaborative.Api.Http;

/// <summary>How outcomes become responses. A value is written with its ETag; a refusal through the problem table.</summary>
public static class Answers
{
    public static IResult Refused(Problem problem) => new Refusal(problem);

    /// <summary>A PUT: 201 for what is new, 200 for what is replaced or already so.</summary>
    public static IResult Written<T>(Outcome<Written<T>> outcome) => outcome.Problem is { } problem
        ? Refused(problem)
        : new Document<T>(outcome.Value.Value, Headers.ETag(outcome.Value.Revision), outcome.Value.Kind == WriteKind.Create ? StatusCodes.Status201Created : StatusCodes.Status200OK);

    /// <summary>A single resource, with its revision as ETag.</summary>
    public static IResult One<T>(Outcome<T> outcome, Func<T, int> revision) => outcome.Problem is { } problem
        ? Refused(problem)
        : new Document<T>(outcome.Value, Headers.ETag(revision(outcome.Value)), StatusCodes.Status200OK);

    /// <summary>
    /// A single resource that also shows what changes without its being written, such as its age. Its ETag is the revision to replace; since
    /// the same revision may look different later, nobody keeps a copy and it is always sent.
    /// </summary>
    public static IResult Living<T>(Outcome<T> outcome, Func<T, int> revision) => outcome.Problem is { } problem
        ? Refused(problem)
        : new Document<T>(outcome.Value, Headers.ETag(revision(outcome.Value)), StatusCodes.Status200OK, isLiving: true);

    /// <summary>What a POST made, shown this once, so that nobody keeps a copy of it.</summary>
    public static IResult Made<T>(Outcome<T> outcome) => outcome.Problem is { } problem ? Refused(problem) : new Passing<T>(outcome.Value, StatusCodes.Status201Created, "");

    /// <summary>What a POST has set going.</summary>
    /// <param name="location">Where to look, from the address that was posted to one step up.</param>
    public static IResult TakenOn<T>(Outcome<Answered<T>> outcome, Func<T, string> location) => outcome.Problem is { } problem
        ? Refused(problem)
        : new Passing<T>(outcome.Value.Value, StatusCodes.Status202Accepted, location(outcome.Value.Value), outcome.Value.IsReplay);

    /// <summary>A page of a list, with the address of the next.</summary>
    public static IResult Page<T>(Outcome<Page<T>> outcome) => outcome.Problem is { } problem ? Refused(problem) : new PageOf<T>(outcome.Value);

    /// <summary>A document without a revision of its own: its tag is the hash of its content.</summary>
    public static IResult Plain<T>(Outcome<T> outcome) => outcome.Problem is { } problem
        ? Refused(problem)
        : Tagged(JsonSerializer.SerializeToUtf8Bytes(outcome.Value, Json.Options), Json.ContentType);

    public static IResult Tagged(byte[] content, string mediaType) => new Content(content, $"{mediaType}; charset=utf-8");

    public static IResult Workbook(byte[] content) => new Content(content, ImportMedia.Workbook);

    /// <summary>406, with the forms that there are.</summary>
    public static IResult NotAcceptable(params ReadOnlySpan<string> forms) =>
        Refused(new Problem(ProblemCode.NotAcceptable, $"This can be had as {string.Join(", ", forms[..^1].ToArray())} or {forms[^1]}."));

    /// <summary>A picture: opened by itself, it runs nothing and loads nothing.</summary>
    public static IResult Picture(string svg) => new Content(Encoding.UTF8.GetBytes(svg), "image/svg+xml; charset=utf-8", StandAlone);

    /// <summary>A page that is complete in itself, to be opened, printed or kept.</summary>
    public static IResult Page(string html) => new Content(Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8", StandAlone);

    /// <summary>Only its own styles; nothing runs and nothing is loaded.</summary>
    public const string StandAlone = "default-src 'none'; style-src 'unsafe-inline'";

    private sealed class Refusal(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Problems.Write(httpContext, problem);
    }

    private sealed class Content(byte[] content, string contentType, string? policy = null) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"";
            response.Headers.ETag = etag;
            response.Headers.Vary = "Accept";
            response.Headers.CacheControl = "private, no-cache";
            if (HttpMethods.IsGet(httpContext.Request.Method) && Headers.HasAlready(httpContext.Request, etag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            if (policy is not null)
            {
                response.Headers.ContentSecurityPolicy = policy;
            }

            response.ContentType = contentType;
            response.ContentLength = content.Length;
            await response.Body.WriteAsync(content, httpContext.RequestAborted);
        }
    }

    private sealed class Document<T>(T value, string etag, int status, bool isLiving = false) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.Headers.CacheControl = isLiving ? "no-store" : "private, no-cache";
            response.Headers.ETag = etag;
            response.Headers.Vary = "Accept";
            if (!isLiving && HttpMethods.IsGet(httpContext.Request.Method) && Headers.HasAlready(httpContext.Request, etag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            if (status == StatusCodes.Status201Created)
            {
                response.Headers.Location = (httpContext.Request.PathBase + httpContext.Request.Path).ToUriComponent();
            }

            response.StatusCode = status;
            response.ContentType = "application/json; charset=utf-8";
            await JsonSerializer.SerializeAsync(response.BodyWriter, value, Json.Options, httpContext.RequestAborted);
        }
    }

    private sealed class Passing<T>(T value, int status, string location, bool isReplay = false) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var (request, response) = (httpContext.Request, httpContext.Response);
            var parent = (request.PathBase + request.Path).ToUriComponent();
            response.Headers.Location = parent[..parent.LastIndexOf('/')] + location;
            response.Headers.CacheControl = "no-store";
            if (status == StatusCodes.Status202Accepted)
            {
                response.Headers.RetryAfter = "1";
            }

            if (isReplay)
            {
                response.Headers["Idempotency-Replayed"] = "true";
            }

            return Results.Json(value, Json.Options, statusCode: status).ExecuteAsync(httpContext);
        }
    }

    private sealed class PageOf<T>(Page<T> page) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var request = httpContext.Request;
            var response = httpContext.Response;
            string? next = null;
            if (page.After is { } after)
            {
                var query = request.Query.Where(pair => pair.Key != "after").Select(pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value.ToString()))
                    .Append(KeyValuePair.Create<string, string?>("after", Cursor.Write(httpContext, after)));
                next = QueryHelpers.AddQueryString((request.PathBase + request.Path).ToUriComponent(), query);
                response.Headers.Link = $"<{next}>; rel=\"next\"";
            }

            response.Headers.CacheControl = "private, no-cache";
            response.ContentType = "application/json; charset=utf-8";
            await JsonSerializer.SerializeAsync(response.BodyWriter, new PageDocument<T>(page.Items, next) { AsOf = page.AsOf }, Json.Options, httpContext.RequestAborted);
        }
    }
}

/// <param name="Next">The address of the next page, or null at the end.</param>
public sealed record PageDocument<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>The last change that a list of figures knows of; other lists have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? AsOf { get; init; }
}
