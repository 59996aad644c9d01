using System.Net.Http.Headers;
using System.Text;
using Collaborative.Domain.Webhooks;
using Collaborative.Infrastructure.Outgoing;
using Microsoft.Extensions.Configuration;

namespace Collaborative.Infrastructure.Webhooks;

/// <summary>What stands in front of the paths that events name.</summary>
/// <param name="OfApi">The public address with the base of the API, or only the path where none is configured.</param>
internal sealed record WebhookAddress(string OfApi)
{
    public static WebhookAddress From(IConfiguration configuration) =>
        new($"{(configuration["Server:PublicAddress"] ?? configuration["Server:PathBase"])?.TrimEnd('/')}/api/v1");
}

/// <summary>One try to send one event: a signed POST that must be answered with 2xx soon. What the answer says beyond that is not read.</summary>
internal sealed class WebhookPost(OutgoingHttp http, TimeProvider clock)
{
    private static readonly ProductInfoHeaderValue Agent = new("Collaborative", null);

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience { get; init; } = WebhookRetries.Patience;

    public async Task<Try> Send(NextDelivery delivery, CancellationToken cancellation)
    {
        if (delivery.Secrets.Count == 0)
        {
            return new Try(null, "There is no secret to sign with, or none that this server has the key to. Make a new one.");
        }

        var body = Encoding.UTF8.GetBytes(delivery.PayloadJson);
        var (id, now) = (delivery.EventId.ToString("D"), clock.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.TargetUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, WebhookSignature.Timestamp(now));
        request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, WebhookSignature.Sign(delivery.Secrets, id, now, body));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return Judge(response, now);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Try(null, $"It did not answer within {Patience.TotalSeconds:0} seconds.");
        }
        catch (Exception failed) when (failed is HttpRequestException or AddressNotAllowedException)
        {
            return new Try(null, OutgoingHttp.RefusalIn(failed) ?? Sentence(((HttpRequestException)failed).HttpRequestError));
        }
    }

    private static Try Judge(HttpResponseMessage response, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            >= 200 and < 300 => new Try(status, null),
            >= 300 and < 400 => new Try(status, $"It answered {status} and points elsewhere, where events are not sent. Put the address that it points to."),
            410 => new Try(status, "It answered 410: there is nobody there any more, so nothing more is sent until a person takes up the webhook again."),
            _ => new Try(status, $"It answered {status}.", Wait(response.Headers.RetryAfter, now)),
        };
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? retryAfter, DateTimeOffset now) => retryAfter?.Delta ?? (retryAfter?.Date - now);

    private static string Sentence(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "Its name is not known; check the address.",
        HttpRequestError.SecureConnectionError => "It has no certificate that is trusted, or speaks no TLS.",
        HttpRequestError.ConnectionError => "Nothing answers at its address.",
        _ => "It broke off before it answered.",
    };
}
