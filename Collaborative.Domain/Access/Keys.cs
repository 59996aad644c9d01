using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Collaborative.Domain.Access;

/// <summary>API keys: a prefix that people and scanners recognise, and 256 random bits. Only the hash is ever stored.</summary>
public static class ApiToken
{
    public const string Prefix = "cbl_";

    private const int RandomBytes = 32;

    public static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>SHA-256 in hexadecimal. A slow hash would add nothing: there are no words to guess in 256 random bits.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

/// <summary>Who holds this token? Refused as unauthenticated when it is unknown, expired or revoked.</summary>
public sealed record FindViewer(string TokenHash) : IQuery<Viewer>;

/// <summary>Is the key behind a browser's cookie still good?</summary>
public sealed record FindViewerByKey(Guid KeyId) : IQuery<Viewer>;

/// <summary>What an address names: ids where there is something, null where there is nothing.</summary>
public sealed record Scope
{
    public static readonly Scope Empty = new();

    public Guid? CollaborativeId { get; init; }

    public Guid? TeamId { get; init; }

    public Guid? MeasureId { get; init; }

    /// <summary>The key that an import belongs to, where the address names an import.</summary>
    public Guid? ImportKeyId { get; init; }

    /// <summary>Whether the import was or is to be reviewed, and every row of it is of a team that the asking key is limited to.</summary>
    public bool IsForReview { get; init; }
}

public sealed record ResolveScope(string? Collaborative, string? Team, string? Measure) : IQuery<Scope>;

public sealed record ResolveImportScope(Viewer Viewer, Guid ImportId) : IQuery<Scope>;

public sealed record CreateKey(Role Role, string? Collaborative, IReadOnlyList<string> Teams, string? Name, int Days) : ICommand<CreatedKey>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors()
    {
        if (Days is < 1 or > 3650)
        {
            yield return new FieldError("days", "range", "A key lasts 1 to 3650 days.");
        }

        if (Role == Role.Administrator && (Collaborative is not null || Teams.Count > 0))
        {
            yield return new FieldError("collaborative", "notForRole", "An administrator's key is for the whole platform; leave out the collaborative and the teams.");
        }

        if (Role != Role.Administrator && Collaborative is null)
        {
            yield return new FieldError("collaborative", "required", "Say which collaborative the key is for.");
        }

        if (Role is Role.DataLead or Role.Member && Teams.Count == 0)
        {
            yield return new FieldError("team", "required", "Say which team the key is for.");
        }

        if (Role is Role.Director or Role.Faculty or Role.Sponsor && Teams.Count > 0)
        {
            yield return new FieldError("team", "notForRole", "This role is for the whole collaborative; leave out the teams.");
        }

        foreach (var error in Shape.Optional(Name, "name", Shape.NameLength))
        {
            yield return error;
        }
    }
}

/// <param name="Token">Shown this once.</param>
public sealed record CreatedKey(Guid Id, string Token, DateTimeOffset ExpiresAt);

public sealed record KeyView
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    public string? Collaborative { get; init; }

    public required IReadOnlyList<string> Teams { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }
}

public sealed record ListKeys : IQuery<IReadOnlyList<KeyView>>;

public sealed record RevokeKey(Guid KeyId) : ICommand<KeyView>;

/// <summary>When keys were last used, gathered in memory and written now and then.</summary>
public sealed record RecordKeyUse(IReadOnlyDictionary<Guid, DateTimeOffset> LastUsed) : ICommand<int>;
