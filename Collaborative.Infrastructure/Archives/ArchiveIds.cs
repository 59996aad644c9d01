using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Collaborative.Infrastructure.Archives;

/// <summary>The ids that the rows of an archive have, by table, and the codes of those rows that have one.</summary>
internal sealed class ArchiveIds
{
    private readonly Dictionary<string, Dictionary<Guid, string?>> tables = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> all = [];

    /// <returns>False when another row has it.</returns>
    public bool Add(string table, Guid id, string? code)
    {
        if (!tables.TryGetValue(table, out var rows))
        {
            tables.Add(table, rows = []);
        }

        rows[id] = code;
        return all.Add(id);
    }

    public bool Contains(Guid id) => all.Contains(id);

    public bool Contains(string table, Guid id) => tables.TryGetValue(table, out var rows) && rows.ContainsKey(id);

    public string? Code(string table, Guid id) => tables.TryGetValue(table, out var rows) ? rows.GetValueOrDefault(id) : null;
}

/// <summary>Other ids for all that a copy consists of. The same id becomes the same new one wherever it stands, so that none need be remembered.</summary>
internal sealed partial class CopiedIds(ArchiveIds ids, Guid seed)
{
    /// <summary>An id that nobody can foresee, made at the same instant as the old one by its first 48 bits, so that ids keep their order (RFC 9562, 5.7 and 5.8).</summary>
    public Guid Map(Guid id)
    {
        Span<byte> text = stackalloc byte[32];
        seed.TryWriteBytes(text, bigEndian: true, out _);
        id.TryWriteBytes(text[16..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        text.Slice(16, 6).CopyTo(hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>A document that names things by their ids names them by their new ones.</summary>
    public string Map(string document) => Id().Replace(document, match => Guid.ParseExact(match.ValueSpan, "D") is var id && ids.Contains(id) ? Map(id).ToString("D") : match.Value);

    [GeneratedRegex(@"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
