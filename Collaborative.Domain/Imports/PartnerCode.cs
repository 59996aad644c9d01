namespace Collaborative.Domain.Imports;

/// <summary>The codes by which partners know teams and measures: plain codes, or addresses such as http://…/Measure/EXM130|2.0.0.</summary>
public static class PartnerCode
{
    /// <summary>Longer codes are none.</summary>
    public const int Length = 300;

    /// <summary>What is left of an address: its last part.</summary>
    public static string LastPart(string code) => code[(code.LastIndexOfAny(['/', ':']) + 1)..] is { Length: > 0 } part ? part : code;

    public static string WithoutVersion(string code) => code.IndexOf('|', StringComparison.Ordinal) is > 0 and var version ? code[..version] : code;

    /// <summary>The forms under which a code may be known, the exact one first: as written, without its version, and its last part.</summary>
    public static IEnumerable<string> Forms(string code)
    {
        yield return code;
        var plain = WithoutVersion(code);
        if (plain != code)
        {
            yield return plain;
        }

        if (LastPart(plain) is var last && last != plain)
        {
            yield return last;
        }
    }
}
