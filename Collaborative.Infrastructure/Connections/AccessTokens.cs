using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Collaborative.Domain.Connections;

namespace Collaborative.Infrastructure.Connections;

/// <summary>
/// OAuth 2.0 client credentials (RFC 6749, 4.4): asks for a token and keeps it in memory until shortly before it ends. The client shows who it is by
/// its id and secret (client_secret_basic) or by an assertion that it signs (private_key_jwt).
/// </summary>
internal sealed class AccessTokens(TimeProvider clock)
{
    private const int MostBytes = 64 * 1024;

    private const int MostCharacters = 16 * 1024;

    /// <summary>So long before its end a token is not used any more: it has to arrive.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>Where nothing is said of its end.</summary>
    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Guid, Kept> tokens = new();

    /// <summary>The token that is good for this revision of the connection; null when one must be asked for.</summary>
    public string? Find(ConnectionRow connection) =>
        tokens.TryGetValue(connection.Id, out var kept) && kept.Revision == connection.Revision && clock.GetUtcNow() < kept.GoodUntil ? kept.Token : null;

    public void Forget(ConnectionRow connection) => tokens.TryRemove(connection.Id, out _);

    public HttpRequestMessage Request(ConnectionRow connection, AuthenticationBody authentication, string secret)
    {
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (authentication.Scope is { } scope)
        {
            form.Add(new("scope", scope));
        }

        var request = new HttpRequestMessage(HttpMethod.Post, authentication.TokenUrl);
        if (authentication.Kind == AuthenticationKind.OauthPrivateKeyJwt)
        {
            form.Add(new("client_assertion_type", ClientAssertion.Type));
            form.Add(new("client_assertion", ClientAssertion.Sign(
                secret, authentication.ClientId!, authentication.TokenUrl!, authentication.KeyId, clock.GetUtcNow(), Guid.CreateVersion7(clock.GetUtcNow()))));
        }
        else
        {
            // Each part is form-encoded first (RFC 6749, 2.3.1).
            var pair = $"{WebUtility.UrlEncode(authentication.ClientId)}:{WebUtility.UrlEncode(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }

        request.Content = new FormUrlEncodedContent(form);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    /// <summary>Reads the answer of the address that gives tokens, and keeps the token.</summary>
    /// <exception cref="PollFailedException">It is no token.</exception>
    public async Task<string> Keep(ConnectionRow connection, HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = new byte[MostBytes];
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        var (token, life) = Read(buffer.AsMemory(0, length));
        if (token is null)
        {
            throw new PollFailedException("The address that gives tokens answered without one that can be used; check the address and the scope.");
        }

        // A short life is used for at least half of it.
        var use = life > Margin * 2 ? life - Margin : life / 2;
        tokens[connection.Id] = new Kept(connection.Revision, token, clock.GetUtcNow() + use);
        return token;
    }

    private static (string? Token, TimeSpan Life) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("access_token", out var token) || token.ValueKind != JsonValueKind.String
                || token.GetString() is not { Length: > 0 and <= MostCharacters } text || !text.All(c => c is > ' ' and <= '~')
                || (root.TryGetProperty("token_type", out var type) && !(type.ValueKind == JsonValueKind.String && type.GetString()!.Equals("bearer", StringComparison.OrdinalIgnoreCase))))
            {
                return default;
            }

            var seconds = root.TryGetProperty("expires_in", out var life) && life.ValueKind == JsonValueKind.Number && life.TryGetInt32(out var whole) && whole >= 0 ? whole : (int?)null;
            return (text, seconds is { } given ? TimeSpan.FromSeconds(given) : UsualLife);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private sealed record Kept(int Revision, string Token, DateTimeOffset GoodUntil);
}
