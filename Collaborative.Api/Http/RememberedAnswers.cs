using System.Collections.Concurrent;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Access;

namespace Collaborative.Api.Http;

/// <summary>
/// Charts are asked for again and again. An answer that was given to a key at an address is given again, before anything is
/// looked up, as long as the database has the version that it had then: whatever could change the answer changes that.
/// </summary>
internal sealed class RememberedAnswers(Freshness freshness, TimeProvider clock)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<Address, Entry> known = new();

    /// <summary>Which requests are worth a look.</summary>
    private static bool IsOfInterest(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Authorization.Count == 1 && request.Headers.Cookie.Count == 0
        && request.Path.Value is { } path && path.AsSpan(path.LastIndexOf('/') + 1).StartsWith("chart", StringComparison.OrdinalIgnoreCase);

    public Task Answer(HttpContext http, RequestDelegate next)
    {
        if (!IsOfInterest(http.Request) || freshness.Epoch() is not { } epoch)
        {
            return next(http);
        }

        var request = http.Request;
        var address = new Address(ApiToken.Hash(request.Headers.Authorization[0]!), request.Path.Value!, request.QueryString.Value ?? "", request.Headers.Accept.ToString());
        if (known.TryGetValue(address, out var entry) && entry.Epoch == epoch && clock.GetUtcNow() is var now && now < entry.Until)
        {
            freshness.Note(entry.KeyId, now);
            http.Response.Headers.XContentTypeOptions = "nosniff";
            return entry.Result.ExecuteAsync(http);
        }

        // The version is that from before the answer was made: a change meanwhile makes it old at once.
        http.Features.Set(new Memory(this, address, epoch));
        return next(http);
    }

    private readonly record struct Address(string Token, string Path, string Query, string Accept);

    private sealed record Entry(IResult Result, Guid KeyId, long Epoch, DateTimeOffset Until);

    /// <summary>Where an endpoint leaves an answer that may be given again.</summary>
    internal sealed class Memory
    {
        private readonly RememberedAnswers answers;
        private readonly Address address;
        private readonly long epoch;

        internal Memory(RememberedAnswers answers, object address, long epoch) => (this.answers, this.address, this.epoch) = (answers, (Address)address, epoch);

        /// <param name="until">When the answer changes though nothing in the database does.</param>
        public void Keep(IResult result, Viewer viewer, DateTimeOffset until)
        {
            if (answers.known.Count >= Most)
            {
                answers.known.Clear();
            }

            answers.known[address] = new Entry(result, viewer.KeyId, epoch, until < viewer.ExpiresAt ? until : viewer.ExpiresAt);
        }
    }
}
