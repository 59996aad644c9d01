using Collaborative.Domain;
using Collaborative.Domain.Imports;

namespace Collaborative.Infrastructure.Imports;

/// <summary>The codes of a file that mean nothing here, each once with the number of its rows.</summary>
internal sealed class UnmappedCodes
{
    /// <summary>A file of more unknown codes than this is of another world; the rest is only counted in its rows.</summary>
    private const int Most = 2_000;

    private readonly Dictionary<(CodeKind Kind, string? Scheme, string Key), UnmappedCode> codes = [];

    public IReadOnlyList<UnmappedCode> All => [.. codes.Values];

    public void Add(CodeKind kind, string code, string? name, string? scheme = null)
    {
        var shown = code.Length > PartnerCode.Length ? code[..PartnerCode.Length] : code;

        // Strata are told apart by case, as where they are kept.
        var key = (kind, scheme, kind == CodeKind.Stratum ? shown : Code.KeyOf(shown));
        if (codes.TryGetValue(key, out var known))
        {
            codes[key] = known with { Rows = known.Rows + 1, Name = known.Name ?? Tidy(name) };
        }
        else if (codes.Count < Most)
        {
            codes[key] = new UnmappedCode(kind, shown, Tidy(name), 1, scheme);
        }
    }

    public void Clear() => codes.Clear();

    private static string? Tidy(string? name) => Shape.Tidy(name) is { } tidy ? tidy.Length > Shape.NameLength ? tidy[..Shape.NameLength] : tidy : null;
}
