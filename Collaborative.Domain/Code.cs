using System.Text.RegularExpressions;

namespace Collaborative.Domain;

/// <summary>People's keys: the codes by which collaboratives, teams and measures are addressed.</summary>
public static partial class Code
{
    public const string Rule = "A code is 1 to 40 letters, digits, dots, hyphens or underscores, and starts with a letter or digit.";

    public static bool IsValid(string? code) => code is not null && Pattern().IsMatch(code);

    /// <summary>What codes are compared, ordered and paged by: the code in ASCII lower case.</summary>
    public static string KeyOf(string code) => string.Create(code.Length, code, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = source[i] is >= 'A' and <= 'Z' ? (char)(source[i] | 0x20) : source[i];
        }
    });

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
