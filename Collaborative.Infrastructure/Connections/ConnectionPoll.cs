using System.Net;
using System.Net.Http.Headers;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Connections;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Imports;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Collaborative.Infrastructure.Connections;

/// <summary>Polls one partner: asks, hands on what comes as an import would be posted, and notes what came of it.</summary>
internal sealed class ConnectionPoll
{
    /// <summary>The longest validators that are kept; a partner with longer ones is simply asked for everything.</summary>
    private const int MostOfEntityTag = 500;

    private const int MostOfDate = 100;

    private readonly ConnectionQueue queue;
    private readonly PartnerHttp partners;
    private readonly PollPatience patience;
    private readonly IServiceScopeFactory scopes;
    private readonly TimeProvider clock;
    private readonly long mostBytes;
    private readonly ResiliencePipeline whole;

    public ConnectionPoll(ConnectionQueue queue, PartnerHttp partners, PollPatience patience, IServiceScopeFactory scopes, IConfiguration configuration, TimeProvider clock)
    {
        (this.queue, this.partners, this.patience, this.scopes, this.clock) = (queue, partners, patience, scopes, clock);
        mostBytes = ImportIntake.MostBytes(configuration);
        whole = new ResiliencePipelineBuilder()
            .AddTimeout(patience.Whole)
            .AddRetry(new RetryStrategyOptions
            {
                // An answer that breaks off is asked for again from its beginning.
                ShouldHandle = new PredicateBuilder().Handle<BrokenOffException>(),
                MaxRetryAttempts = 1,
                Delay = patience.FirstWait,
                UseJitter = true,
            })
            .Build();
    }

    /// <exception cref="PollLostException">Another worker has it.</exception>
    public async Task Run(TakenPoll taken, CancellationToken stopping)
    {
        var log = new Log();
        try
        {
            await whole.ExecuteAsync(async token => await Fetch(taken, log, token), stopping);
        }
        catch (PollFailedException failed)
        {
            await queue.Fail(taken, log.Answer, failed.Message, failed.Wait, stopping);
        }
        catch (BrokenOffException broken)
        {
            await queue.Fail(taken, log.Answer, broken.Message, null, stopping);
        }
        catch (TimeoutRejectedException)
        {
            await queue.Fail(taken, log.Answer, $"The partner took longer than {patience.Whole.TotalMinutes:0} minutes to send it all.", null, stopping);
        }
    }

    private async Task Fetch(TakenPoll taken, Log log, CancellationToken cancellation)
    {
        var connection = taken.Connection;
        var url = new Uri(connection.Url);
        var isFhir = connection.KindValue == ConnectionKind.Fhir;
        var renewed = clock.GetUtcNow();
        var isConditional = taken.KnowsContent && (taken.State.EntityTag ?? taken.State.LastModified) is not null;
        var response = await partners.Get(
            taken,
            url,
            headers =>
            {
                Accept(headers, connection);
                if (isConditional)
                {
                    Ask(headers, taken.State);
                }
            },
            log.Asked,
            Alive,
            cancellation);
        (log.Status, log.Pages) = ((int)response.StatusCode, null);
        if (response.StatusCode == HttpStatusCode.NotModified && isConditional)
        {
            response.Dispose();
            await queue.NotModified(taken, log.Answer, cancellation);
            return;
        }

        Check(response);
        log.Validators(response);
        log.Pages = isFhir ? 1 : null;
        await using var body = new PolledBody(response, url, isFhir, patience, Page, Alive);
        await Take(taken, log, body, Family(response, connection), cancellation);

        async Task<HttpResponseMessage> Page(Uri address, CancellationToken token)
        {
            var page = await partners.Get(taken, address, headers => Accept(headers, connection), log.Asked, Alive, token);
            (log.Status, log.Pages) = ((int)page.StatusCode, log.Pages + 1);
            Check(page);
            Family(page, connection);
            return page;
        }

        async Task Alive(CancellationToken token)
        {
            if (clock.GetUtcNow() - renewed > ConnectionQueue.Lease / 8)
            {
                renewed = clock.GetUtcNow();
                await queue.Renew(taken, token);
            }
        }
    }

    private async Task Take(TakenPoll taken, Log log, PolledBody body, FileFamily? family, CancellationToken cancellation)
    {
        var connection = taken.Connection;
        await using var scope = scopes.CreateAsyncScope();
        var viewer = new Viewer { KeyId = connection.ApiKeyId, Name = connection.ImportsAs, Role = Role.Integration, CollaborativeId = connection.CollaborativeId };
        var refusal = await ImportIntake.Receive(
            scope.ServiceProvider.GetRequiredService<IMediator>(),
            viewer,
            connection.CollaborativeId,
            new ImportOptions { Profile = connection.ProfileCode },
            family,
            body,
            mostBytes,
            async file => await queue.Bring(taken, log.Answer, file, cancellation),
            cancellation);
        if (refusal is not null)
        {
            throw new PollFailedException(refusal.Code == ProblemCode.TooLarge ? $"What the partner sends is larger than the {mostBytes} bytes that a file may have." : refusal.Detail);
        }
    }

    private void Check(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return;
        }

        var failed = new PollFailedException(PollRules.Sentence((int)response.StatusCode), PollRules.MayPass((int)response.StatusCode) ? partners.RetryAfter(response) : null);
        response.Dispose();
        throw failed;
    }

    /// <summary>What the answer is: by its Content-Type, and where that says nothing by what the connection says; null when its content must tell.</summary>
    private static FileFamily? Family(HttpResponseMessage response, ConnectionRow connection)
    {
        var type = response.Content.Headers.ContentType;
        var isGeneric = type?.MediaType?.ToLowerInvariant() is null or "application/octet-stream" or "binary/octet-stream" or "application/download" or "application/x-download" or "text/plain";
        FileFamily? family = isGeneric
            ? connection.KindValue == ConnectionKind.Fhir ? FileFamily.Json : connection.FamilyValue
            : ImportMedia.FamilyOf(type!.MediaType!);
        if (!isGeneric && (family is null || (connection.KindValue == ConnectionKind.Fhir && family != FileFamily.Json)))
        {
            response.Dispose();
            throw new PollFailedException(
                type!.MediaType!.Equals("text/html", StringComparison.OrdinalIgnoreCase) ? "The partner answered with a web page, perhaps one to sign in on, and not with a file. Check the address and the credentials."
                : connection.KindValue == ConnectionKind.Fhir ? "The partner answered with something else than FHIR as JSON (application/fhir+json)."
                : $"The partner answered with a kind of file that cannot be taken. Taken are {string.Join(", ", ImportMedia.Types)}.");
        }

        if (family is { } known && !ImportMedia.IsReadable(known, type?.CharSet))
        {
            response.Dispose();
            throw new PollFailedException("The partner's file is not in UTF-8; ask for it in UTF-8.");
        }

        return family;
    }

    private static void Accept(HttpRequestHeaders headers, ConnectionRow connection)
    {
        var types = connection.KindValue == ConnectionKind.Fhir
            ? [ImportMedia.FhirJson]
            : ImportMedia.Types.Where(type => connection.FamilyValue is not { } family || ImportMedia.FamilyOf(type) == family).Append("*/*;q=0.1");
        headers.TryAddWithoutValidation("Accept", string.Join(", ", types));
        headers.UserAgent.Add(new ProductInfoHeaderValue("Collaborative", null));
    }

    private static void Ask(HttpRequestHeaders headers, PollState state)
    {
        if (state.EntityTag is { } tag)
        {
            headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        if (state.LastModified is { } date)
        {
            headers.TryAddWithoutValidation("If-Modified-Since", date);
        }
    }

    /// <summary>What is noted while the partner is asked.</summary>
    private sealed class Log
    {
        private int attempts;
        private string? entityTag;
        private string? lastModified;

        public int? Status { get; set; }

        public int? Pages { get; set; }

        public PollAnswer Answer => new()
        {
            Attempts = attempts,
            Status = Status,
            Pages = Pages,

            // The first page of several says nothing of the others.
            EntityTag = Pages is null or 1 ? entityTag : null,
            LastModified = Pages is null or 1 ? lastModified : null,
        };

        public void Asked()
        {
            attempts++;
            Status = null;
        }

        public void Validators(HttpResponseMessage response)
        {
            entityTag = response.Headers.ETag?.ToString() is { Length: <= MostOfEntityTag } tag ? tag : null;
            lastModified = response.Content.Headers.LastModified is { } date && date.ToString("r") is { Length: <= MostOfDate } text ? text : null;
        }
    }
}
