using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Collaborative.Domain.Connections;
using Collaborative.Infrastructure.Outgoing;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Collaborative.Infrastructure.Connections;

/// <summary>The poll has failed; the message says so in a sentence that repeats nothing of what the partner sent.</summary>
internal sealed class PollFailedException(string why, TimeSpan? wait = null) : Exception(why)
{
    /// <summary>How long the partner asks to be left alone.</summary>
    public TimeSpan? Wait { get; } = wait;
}

/// <summary>The answer broke off in its middle: asking for it again may help.</summary>
internal sealed class BrokenOffException(string why) : Exception(why);

/// <summary>
/// Asks partners, within the limits of patience: each request has a deadline, and is repeated with growing, jittered pauses, or after the pause
/// that the partner asks for, where it may pass the next time.
/// </summary>
internal sealed class PartnerHttp
{
    private readonly OutgoingHttp outgoing;
    private readonly AccessTokens tokens;
    private readonly SecretBox secrets;
    private readonly PollPatience patience;
    private readonly TimeProvider clock;
    private readonly ResiliencePipeline<HttpResponseMessage> once;
    private readonly ResiliencePipeline<HttpResponseMessage> repeated;

    public PartnerHttp(OutgoingHttp outgoing, AccessTokens tokens, SecretBox secrets, PollPatience patience, TimeProvider clock)
    {
        (this.outgoing, this.tokens, this.secrets, this.patience, this.clock) = (outgoing, tokens, secrets, patience, clock);
        once = new ResiliencePipelineBuilder<HttpResponseMessage>().AddTimeout(patience.Answer).Build();
        repeated = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = arguments => ValueTask.FromResult(MayPass(arguments.Outcome)),
                MaxRetryAttempts = patience.Repetitions,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = patience.FirstWait,
                MaxDelay = patience.LongestWait,
                DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result)),
                OnRetry = arguments =>
                {
                    arguments.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(patience.Answer)
            .Build();
    }

    /// <summary>Asks for one address, as the connection says who we are.</summary>
    /// <param name="prepare">Adds what the request is to carry besides.</param>
    /// <param name="asked">Told each time that the partner is asked.</param>
    /// <param name="alive">Told before each request, for a token too.</param>
    /// <returns>Whatever the partner answers, its body unread.</returns>
    /// <exception cref="PollFailedException">It does not answer, or may not be asked.</exception>
    public async Task<HttpResponseMessage> Get(TakenPoll taken, Uri url, Action<HttpRequestHeaders> prepare, Action asked, Func<CancellationToken, Task> alive, CancellationToken cancellation)
    {
        var connection = taken.Connection;
        var authentication = connection.Authentication;
        var secret = connection.SealedSecret is { } kept
            ? secrets.Open(PutConnectionHandler.Purpose, connection.ApiKeyId, kept)
                ?? throw new PollFailedException("The connection's secret cannot be opened: it was encrypted with another key than Secrets:Key now is. Enter it again.")
            : null;
        for (var isRenewed = false; ; isRenewed = true)
        {
            var token = authentication.TokenUrl is null ? null : tokens.Find(connection) ?? await Token(taken, authentication, secret!, alive, cancellation);
            var response = await Send(
                taken,
                () =>
                {
                    asked();
                    var request = new HttpRequestMessage(HttpMethod.Get, url);
                    Authenticate(request.Headers, authentication, secret, token);
                    prepare(request.Headers);
                    return request;
                },
                alive,
                cancellation);
            if (response.StatusCode != HttpStatusCode.Unauthorized || token is null || isRenewed)
            {
                return response;
            }

            // The partner may have ended the token before its time; a new one shows whether it was that.
            response.Dispose();
            tokens.Forget(connection);
        }
    }

    /// <summary>How long the answer asks to be left alone.</summary>
    public TimeSpan? RetryAfter(HttpResponseMessage? response) =>
        response is not null && response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? PollRules.RetryAfter(values.ToString(), clock.GetUtcNow()) : null;

    private async Task<string> Token(TakenPoll taken, AuthenticationBody authentication, string secret, Func<CancellationToken, Task> alive, CancellationToken cancellation)
    {
        using var response = await Send(taken, () => tokens.Request(taken.Connection, authentication, secret), alive, cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new PollFailedException(PollRules.TokenSentence((int)response.StatusCode), RetryAfter(response));
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(patience.Answer);
        try
        {
            return await tokens.Keep(taken.Connection, response, deadline.Token);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException || (broken is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new PollFailedException("The address that gives tokens broke off in the middle of its answer.");
        }
    }

    private async Task<HttpResponseMessage> Send(TakenPoll taken, Func<HttpRequestMessage> make, Func<CancellationToken, Task> alive, CancellationToken cancellation)
    {
        try
        {
            return await (taken.IsTrial ? once : repeated).ExecuteAsync(
                static async (call, token) =>
                {
                    await call.alive(token);
                    using var request = call.make();
                    return await call.outgoing.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                },
                (make, alive, outgoing),
                cancellation);
        }
        catch (TimeoutRejectedException)
        {
            throw new PollFailedException("The partner did not answer in time.");
        }
        catch (Exception failed) when (failed is HttpRequestException or AddressNotAllowedException or SocketException)
        {
            throw new PollFailedException(OutgoingHttp.RefusalIn(failed) ?? Sentence(failed));
        }
    }

    private bool MayPass(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: TimeoutRejectedException or SocketException } => true,
        { Exception: HttpRequestException { HttpRequestError: not HttpRequestError.SecureConnectionError } failed } => OutgoingHttp.RefusalIn(failed) is null,
        { Result: { } response } => PollRules.MayPass((int)response.StatusCode) && !(RetryAfter(response) > patience.LongestWait),
        _ => false,
    };

    private static string Sentence(Exception failed) => (failed as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "The partner's address is not known: its name cannot be looked up. Check the spelling.",
        HttpRequestError.SecureConnectionError => "No secure connection can be made: the partner's certificate is not good for this address.",
        HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse => "The partner broke off its answer, or does not speak HTTP as it should.",
        HttpRequestError.ConfigurationLimitExceeded => "The partner's answer has longer headers than can be taken.",
        _ => "The partner cannot be reached.",
    };

    private static void Authenticate(HttpRequestHeaders headers, AuthenticationBody authentication, string? secret, string? token)
    {
        switch (authentication.Kind)
        {
            case AuthenticationKind.Basic:
                headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{authentication.User}:{secret}")));
                break;
            case AuthenticationKind.Bearer:
                headers.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
                break;
            case AuthenticationKind.Header:
                headers.TryAddWithoutValidation(authentication.Header!, secret);
                break;
            case AuthenticationKind.OauthClientCredentials or AuthenticationKind.OauthPrivateKeyJwt:
                headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
                break;
            default:
                break;
        }
    }
}
