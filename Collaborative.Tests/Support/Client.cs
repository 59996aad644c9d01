using System.Net.Http.Headers;
using System.Text;

namespace Collaborative.Tests.Support;

/// <summary>Speaks HTTP and JSON literals to a test server, as one holder of a key. Paths are below /api/v1 unless they begin so.</summary>
public sealed class Client(HttpClient http, string? token)
{
    public string? Token => token;

    public const string Base = "/api/v1";

    public Task<Answer> Get(string path, string? ifNoneMatch = null, string? accept = null) =>
        Send(HttpMethod.Get, path, ifNoneMatch: ifNoneMatch, more: request =>
        {
            if (accept is not null)
            {
                request.Headers.TryAddWithoutValidation("Accept", accept);
            }
        });

    public Task<Answer> Put(string path, string json, string? ifMatch = null, string? ifNoneMatch = null, string contentType = "application/json") =>
        Send(HttpMethod.Put, path, Content(json, contentType), ifMatch, ifNoneMatch);

    public Task<Answer> Post(string path, string body, string contentType = "application/json", string? idempotencyKey = null) =>
        Send(HttpMethod.Post, path, Content(body, contentType), more: request =>
        {
            if (idempotencyKey is not null)
            {
                request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
            }
        });

    public Task<Answer> Delete(string path, string? ifMatch = null) => Send(HttpMethod.Delete, path, null, ifMatch);

    public async Task<Answer> Send(
        HttpMethod method, string path, HttpContent? content = null, string? ifMatch = null, string? ifNoneMatch = null, Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith(Base, StringComparison.Ordinal) || !path.StartsWith("/", StringComparison.Ordinal) ? path : Base + path) { Content = content };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        // Headers go out as written, so that a test can send ill-formed ones.
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", Quoted(ifMatch));
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", Quoted(ifNoneMatch));
        }

        more?.Invoke(request);
        using var response = await http.SendAsync(request);
        return await Answer.Read(response);
    }

    private static StringContent Content(string body, string contentType)
    {
        var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = contentType.Length == 0 ? null : MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    /// <summary>A bare revision becomes an entity tag; anything else stays as it is.</summary>
    private static string Quoted(string tag) => tag.Length > 0 && tag.All(char.IsAsciiDigit) ? $"\"{tag}\"" : tag;
}
