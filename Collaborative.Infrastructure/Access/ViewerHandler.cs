using System.Collections.Concurrent;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.Access;

/// <summary>Keys as this process last saw them. What never changes about a key is kept; whether it is still good is asked of the database.</summary>
internal sealed class ViewerCache
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, Entry> byHash = new();

    public Entry? Find(string tokenHash) => byHash.GetValueOrDefault(tokenHash);

    public void Keep(string tokenHash, Entry entry)
    {
        if (byHash.Count >= Most)
        {
            byHash.Clear();
        }

        byHash[tokenHash] = entry;
    }

    /// <param name="Epoch">The state of the database at which the key was last seen to be good.</param>
    internal sealed record Entry(Viewer Viewer, long? Epoch);
}

/// <summary>When each key was last used; written by a background service, so that reading stays reading.</summary>
internal sealed class KeyUse
{
    private ConcurrentDictionary<Guid, DateTimeOffset> used = new();

    public void Note(Guid keyId, DateTimeOffset at) => used[keyId] = at;

    public IReadOnlyDictionary<Guid, DateTimeOffset> Take() => Interlocked.Exchange(ref used, new ConcurrentDictionary<Guid, DateTimeOffset>());
}

internal sealed class ViewerHandler(IDatabase database, ViewerCache cache, KeyUse use, TimeProvider clock)
    : IRequestHandler<FindViewer, Outcome<Viewer>>, IRequestHandler<FindViewerByKey, Outcome<Viewer>>
{
    private static readonly Problem Unknown = new(ProblemCode.Unauthenticated, "Send a valid API key: Authorization: Bearer cbl_… Yours is unknown, expired or revoked.");

    internal static readonly SqlText ByHash =
        """
        SELECT k.Id, k.Role, k.CollaborativeId, k.Name, k.ExpiresAt, k.RevokedAt, t.TeamId
        FROM ApiKey k
        LEFT JOIN ApiKeyTeam t ON t.ApiKeyId = k.Id
        WHERE k.TokenHash = @tokenHash
        ORDER BY t.TeamId
        """;

    internal static readonly SqlText HashOf = "SELECT k.TokenHash FROM ApiKey k WHERE k.Id = @keyId";

    public async Task<Outcome<Viewer>> Handle(FindViewer request, CancellationToken cancellationToken) =>
        await Find(request.TokenHash, cancellationToken) is { } viewer ? viewer : Unknown;

    public async Task<Outcome<Viewer>> Handle(FindViewerByKey request, CancellationToken cancellationToken) =>
        await database.Read(session => session.First<string>(HashOf, new { keyId = request.KeyId }, cancellationToken), cancellationToken) is { } hash
            && await Find(hash, cancellationToken) is { } viewer ? viewer : Unknown;

    private async Task<Viewer?> Find(string tokenHash, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var epoch = database.Epoch();
        if (cache.Find(tokenHash) is { } known && epoch is not null && known.Epoch == epoch)
        {
            return known.Viewer.ExpiresAt > now ? Used(known.Viewer, now) : null;
        }

        var rows = new List<Row>();
        await database.Read(
            async session =>
            {
                await session.Read(ByHash, new { tokenHash }, row => rows.Add(Read(row)), cancellation);
                return true;
            },
            cancellation);
        if (rows.Count == 0 || rows[0].RevokedAt is not null || rows[0].ExpiresAt <= now)
        {
            return null;
        }

        var viewer = new Viewer
        {
            KeyId = rows[0].Id,
            Name = rows[0].Name,
            Role = EnumText.Parse<Role>(rows[0].Role),
            ExpiresAt = rows[0].ExpiresAt,
            CollaborativeId = rows[0].CollaborativeId,
            TeamIds = rows.Where(row => row.TeamId is not null).Select(row => row.TeamId!.Value).ToHashSet(),
        };
        cache.Keep(tokenHash, new ViewerCache.Entry(viewer, epoch));
        return Used(viewer, now);
    }

    private Viewer Used(Viewer viewer, DateTimeOffset now)
    {
        use.Note(viewer.KeyId, now);
        return viewer;
    }

    private static Row Read(System.Data.Common.DbDataReader row) => new()
    {
        Id = Binding.Guid(row.GetValue(0)),
        Role = row.GetString(1),
        CollaborativeId = row.IsDBNull(2) ? null : Binding.Guid(row.GetValue(2)),
        Name = row.GetString(3),
        ExpiresAt = Binding.Instant(row.GetValue(4)),
        RevokedAt = row.IsDBNull(5) ? null : Binding.Instant(row.GetValue(5)),
        TeamId = row.IsDBNull(6) ? null : Binding.Guid(row.GetValue(6)),
    };

    private sealed record Row
    {
        public Guid Id { get; init; }

        public string Role { get; init; } = "";

        public Guid? CollaborativeId { get; init; }

        public string Name { get; init; } = "";

        public DateTimeOffset ExpiresAt { get; init; }

        public DateTimeOffset? RevokedAt { get; init; }

        public Guid? TeamId { get; init; }
    }
}
