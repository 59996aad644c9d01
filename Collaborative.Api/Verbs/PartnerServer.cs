using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Collaborative.Api.Imports;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Collaborative.Api.Verbs;

/// <summary>A server as its partners reach it: over public HTTP, on lines that break. What may pass is tried again; what is refused is told at once.</summary>
internal sealed class PartnerServer : IDisposable
{
    private const int PieceBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(15);

    /// <summary>A piece over the slowest line that is worth waiting for.</summary>
    private static readonly TimeSpan OneTry = TimeSpan.FromMinutes(5);

    /// <summary>Whoever asks for more patience than this is told to the user instead.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Members that a newer server has and this program does not know are no matter here.</summary>
    private static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web);

    private readonly HttpClient http;
    private readonly PartnerPace pace;
    private readonly ResiliencePipeline tries;

    /// <param name="notes">Where it says that it waits.</param>
    public PartnerServer(Uri address, string key, PartnerPace pace, TextWriter notes)
    {
        this.pace = pace;
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Connecting })
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + Server.ApiBase + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("collaborative-partner/1");
        tries = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<PassingException>().Handle<TimeoutRejectedException>(),
                MaxRetryAttempts = pace.Repetitions,
                BackoffType = DelayBackoffType.Exponential,
                Delay = pace.FirstWait,
                MaxDelay = pace.LongestWait,
                UseJitter = true,
                DelayGenerator = asked => ValueTask.FromResult(asked.Outcome.Exception is PassingException { RetryAfter: { } wait } ? wait : (TimeSpan?)null),
                OnRetry = async again => await notes.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Reason(again.Outcome.Exception!)} Trying again in {again.RetryDelay.TotalSeconds:0.#} s ({again.AttemptNumber + 1} of {pace.Repetitions}).")),
            })
            .AddTimeout(OneTry)
            .Build();
    }

    /// <summary>Whether the server is there and takes this key for this collaborative.</summary>
    /// <exception cref="UsageException">It is, and does not.</exception>
    public async Task Greet(string collaborative, CancellationToken cancellation)
    {
        try
        {
            using var answer = await Try(() => Request(HttpMethod.Get, $"collaboratives/{Uri.EscapeDataString(collaborative)}"), null, cancellation);
        }
        catch (RefusedException refused)
        {
            throw new UsageException(refused.Status switch
            {
                HttpStatusCode.Unauthorized => "The server does not know this key, or it has expired or was revoked.",
                HttpStatusCode.NotFound => $"The server has no collaborative {collaborative}, or none that this key may see.",
                _ => refused.Message,
            });
        }
    }

    /// <summary>Sends a file that goes in one request.</summary>
    public async Task<StartedJob> Post(string address, PartnerContent content, string idempotencyKey, CancellationToken cancellation)
    {
        var body = content.Read(0, content.Length);
        var seen = new Sight();
        using var answer = await Try(
            () =>
            {
                var request = Request(HttpMethod.Post, address, idempotencyKey);
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(content.MediaType!) } };
                return request;
            },
            seen,
            cancellation);
        return await Started(answer, seen, cancellation);
    }

    /// <summary>Opens an upload in pieces, or finds the one that was opened before, and brings it to its end from wherever it stands.</summary>
    public async Task<StartedJob> Upload(string address, PartnerContent content, string idempotencyKey, CancellationToken cancellation)
    {
        var seen = new Sight();
        using var answer = await Try(
            () =>
            {
                var request = Request(HttpMethod.Post, address, idempotencyKey);
                request.Headers.Add(UploadInPieces.LengthHeader, content.Length.ToString(CultureInfo.InvariantCulture));
                request.Content = new ByteArrayContent([]) { Headers = { ContentType = MediaTypeHeaderValue.Parse(content.MediaType!) } };
                return request;
            },
            seen,
            cancellation);
        var started = await Started(answer, seen, cancellation);
        var offset = started.Job.Upload?.Offset ?? 0;
        var isSure = true;
        while (started.Job.State == PartnerJob.Uploading && offset >= 0)
        {
            // Each time round has its tries for itself: only those count that bring the upload no further.
            offset = await Repeat(
                async token =>
                {
                    // After a break only the server knows how much has come.
                    if (!isSure && await Stands(started.Job.Id, token) is var stands && stands != offset)
                    {
                        isSure = true;
                        return stands;
                    }

                    isSure = false;
                    if (await Append(started.Job.Id, content, offset, token) is { } next)
                    {
                        isSure = true;
                        return next;
                    }

                    if (await Stands(started.Job.Id, token) is var elsewhere && elsewhere == offset)
                    {
                        throw new PassingException("The upload stands elsewhere than expected.");
                    }

                    isSure = true;
                    return elsewhere;
                },
                cancellation);
        }

        return started;
    }

    /// <summary>The job once it has ended, or waits for a person.</summary>
    public async Task<PartnerJob> Ended(PartnerJob job, CancellationToken cancellation)
    {
        for (var wait = pace.FirstLook; !job.HasEnded; wait = wait * 1.5 < pace.LongestLook ? wait * 1.5 : pace.LongestLook)
        {
            await Task.Delay(wait, cancellation);
            using var answer = await Try(() => Request(HttpMethod.Get, $"imports/{job.Id:D}"), null, cancellation);
            job = await Body<PartnerJob>(answer, cancellation);
        }

        return job;
    }

    public async Task<IReadOnlyList<PartnerRow>> RejectedRows(Guid job, int most, CancellationToken cancellation)
    {
        using var answer = await Try(
            () => Request(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"imports/{job:D}/rows?outcome=rejected&limit={most}")), null, cancellation);
        return (await Body<PartnerRows>(answer, cancellation)).Items;
    }

    public void Dispose() => http.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, string address, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", $"\"{idempotencyKey}\"");
        }

        return request;
    }

    /// <summary>Sends until there is an answer that stands.</summary>
    /// <exception cref="RefusedException">The server will not, however often it is asked.</exception>
    /// <exception cref="UnreachableException">It was tried often enough.</exception>
    private Task<HttpResponseMessage> Try(Func<HttpRequestMessage> request, Sight? seen, CancellationToken cancellation) =>
        Repeat(token => Once(request, seen, token), cancellation);

    private async Task<T> Repeat<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await tries.ExecuteAsync(async token => await work(token), cancellation);
        }
        catch (Exception given) when (given is PassingException or TimeoutRejectedException)
        {
            throw new UnreachableException(Reason(given));
        }
    }

    private async Task<HttpResponseMessage> Once(Func<HttpRequestMessage> make, Sight? seen, CancellationToken cancellation)
    {
        using var request = make();
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
        }
        catch (HttpRequestException untrusted) when (untrusted.HttpRequestError is HttpRequestError.SecureConnectionError)
        {
            throw new UsageException($"There is no secure connection to {http.BaseAddress!.Authority}: {untrusted.InnerException?.Message ?? untrusted.Message}");
        }
        catch (HttpRequestException absent) when (absent.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw new PassingException($"The server at {http.BaseAddress!.Authority} cannot be reached.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new PassingException($"The server at {http.BaseAddress!.Authority} cannot be reached.");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            seen?.MayHaveArrived = true;
            throw new PassingException("The connection broke off.");
        }
        catch (OperationCanceledException)
        {
            seen?.MayHaveArrived = true;
            throw;
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            var problem = await ProblemOf(answer, cancellation);
            if (IsPassing(answer.StatusCode) || problem?.Type == "/problems/idempotency-key-running")
            {
                seen?.MayHaveArrived |= (int)answer.StatusCode >= 500;
                throw new PassingException($"The server answered {(int)answer.StatusCode}.", RetryAfter(answer));
            }

            throw new RefusedException(answer.StatusCode, problem?.Type, Sentence(answer, problem));
        }
    }

    /// <summary>Request Timeout, Too Early, Too Many Requests, and whatever is the server's own trouble.</summary>
    private static bool IsPassing(HttpStatusCode status) => (int)status is 408 or 425 or 429 or >= 500;

    private static TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait < LongestWait ? wait : LongestWait,
        { Date: { } at } when at - DateTimeOffset.UtcNow is { Ticks: > 0 } wait => wait < LongestWait ? wait : LongestWait,
        _ => null,
    };

    /// <summary>How much of an upload has come; below 0 once no more is wanted.</summary>
    private async Task<long> Stands(Guid import, CancellationToken cancellation)
    {
        using var answer = await Once(() => Request(HttpMethod.Head, $"imports/{import:D}"), null, cancellation);
        if (Offset(answer) is { } offset && Number(answer, UploadInPieces.LengthHeader) is { } length && offset < length)
        {
            return offset;
        }

        // All has come; but a server that was stopped just then may still wait to be told so.
        using var job = await Once(() => Request(HttpMethod.Get, $"imports/{import:D}"), null, cancellation);
        return await Body<PartnerJob>(job, cancellation) is { State: PartnerJob.Uploading, Upload: { } upload } ? upload.Offset : -1;
    }

    /// <summary>Sends a piece.</summary>
    /// <returns>Where the upload then stands, below 0 once no more is wanted; null when it did not stand where the piece begins.</returns>
    private async Task<long?> Append(Guid import, PartnerContent content, long offset, CancellationToken cancellation)
    {
        try
        {
            using var answer = await Once(
                () =>
                {
                    var request = Request(HttpMethod.Patch, $"imports/{import:D}");
                    request.Headers.Add(UploadInPieces.OffsetHeader, offset.ToString(CultureInfo.InvariantCulture));
                    request.Content = new ByteArrayContent(content.Read(offset, PieceBytes)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(UploadInPieces.PieceType) } };
                    return request;
                },
                null,
                cancellation);
            return (Offset(answer) ?? offset) is var next && next < content.Length ? next : -1;
        }
        catch (RefusedException refused) when (refused.Type is "/problems/upload-offset" or "/problems/import-ended")
        {
            // Pieces of a try that was given up may have come after all, or another program sends the same file.
            return null;
        }
        catch (RefusedException refused) when (refused.Status == HttpStatusCode.UnprocessableContent)
        {
            // The last piece is there and the file is none: the job says so, like of any other file.
            return -1;
        }
    }

    private static long? Offset(HttpResponseMessage answer) => Number(answer, UploadInPieces.OffsetHeader);

    private static long? Number(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<StartedJob> Started(HttpResponseMessage answer, Sight seen, CancellationToken cancellation) =>
        new(await Body<PartnerJob>(answer, cancellation), answer.Headers.Contains("Idempotency-Replayed") && !seen.MayHaveArrived);

    private static async Task<T> Body<T>(HttpResponseMessage answer, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(Lenient, cancellation) ?? throw new JsonException();
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new RefusedException(answer.StatusCode, null, "The answer is not one of a Collaborative server; look at --server.");
        }
    }

    private static async Task<PartnerProblem?> ProblemOf(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<PartnerProblem>(Lenient, cancellation);
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Sentence(HttpResponseMessage answer, PartnerProblem? problem) =>
        (int)answer.StatusCode is >= 300 and < 400 ? $"The server sends elsewhere ({answer.Headers.Location}); give that address as --server."
        : problem?.Errors is { Count: > 0 } errors ? string.Join(" ", errors.Select(error => error.Message))
        : problem?.Detail ?? $"The server answered {(int)answer.StatusCode} without a reason; look at --server.";

    private static string Reason(Exception exception) => exception is TimeoutRejectedException ? "The server takes too long." : exception.Message;

    /// <summary>Whether an earlier try of the same request may have done its work.</summary>
    private sealed class Sight
    {
        public bool MayHaveArrived { get; set; }
    }

    /// <summary>What may be otherwise in a moment.</summary>
    private sealed class PassingException(string message, TimeSpan? retryAfter = null) : Exception(message)
    {
        public TimeSpan? RetryAfter { get; } = retryAfter;
    }
}

/// <summary>How patient the verb is.</summary>
internal sealed record PartnerPace(int Repetitions, TimeSpan FirstWait, TimeSpan LongestWait, TimeSpan FirstLook, TimeSpan LongestLook)
{
    /// <summary>Longer in all than the minute after which a server gives up an upload that broke off.</summary>
    public static PartnerPace Usual { get; } = new(8, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(2));
}

/// <summary>The server cannot be reached, or does not get round to answering.</summary>
internal sealed class UnreachableException(string message) : Exception(message);

/// <summary>The server will not, and says why.</summary>
internal sealed class RefusedException(HttpStatusCode status, string? type, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    public string? Type { get; } = type;
}

/// <param name="IsReplay">An earlier run has sent the same.</param>
internal sealed record StartedJob(PartnerJob Job, bool IsReplay);

/// <summary>An import as far as a partner looks at it.</summary>
internal sealed record PartnerJob
{
    public const string Uploading = "uploading";
    public const string Review = "review";
    public const string Succeeded = "succeeded";
    public const string Unmapped = "unmapped";

    public Guid Id { get; init; }

    public string State { get; init; } = "";

    public bool DryRun { get; init; }

    public RowCounts Counts { get; init; } = new(0, 0, 0, 0, 0);

    [System.Text.Json.Serialization.JsonPropertyName("unmapped")]
    public IReadOnlyList<PartnerCodeWithoutMeaning> Codes { get; init; } = [];

    public UploadView? Upload { get; init; }

    public string? ContentHash { get; init; }

    public PartnerFieldError? Problem { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool HasEnded => EndedAt is not null || State == Review;
}

internal sealed record PartnerCodeWithoutMeaning(string Kind, string Code, string? Name, int Rows);

internal sealed record PartnerRows(IReadOnlyList<PartnerRow> Items);

internal sealed record PartnerRow(int Row, string? Source, IReadOnlyList<PartnerFieldError> Problems);

internal sealed record PartnerFieldError(string? Message);

internal sealed record PartnerProblem(string? Type, string? Detail, IReadOnlyList<PartnerFieldError>? Errors);
