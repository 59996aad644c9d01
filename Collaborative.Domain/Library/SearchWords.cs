using System.Globalization;
using System.Text;

namespace Collaborative.Domain.Library;

/// <summary>
/// How the library is searched, on any engine alike: texts and questions are folded to lower-case letters and digits without accents, so that
/// a word is found by a plain comparison, and so that no sign of a question can mean anything to the database.
/// </summary>
public static class SearchWords
{
    public const int Most = 8;

    /// <summary>What is searched of an entry; the rest is read, not found.</summary>
    public const int TextLength = 4000;

    /// <summary>The words of a text, folded and with one blank between them.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        var isGap = false;
        foreach (var c in text.ToLowerInvariant().Normalize(NormalizationForm.FormD))
        {
            if (char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            if (!char.IsLetterOrDigit(c))
            {
                isGap = folded.Length > 0;
                continue;
            }

            folded.Append(isGap ? " " : "");
            isGap = false;
            _ = c switch
            {
                'ß' => folded.Append("ss"),
                'æ' => folded.Append("ae"),
                'œ' => folded.Append("oe"),
                'þ' => folded.Append("th"),
                'ø' => folded.Append('o'),
                'ł' => folded.Append('l'),
                'đ' or 'ð' => folded.Append('d'),
                'ı' => folded.Append('i'),
                _ => folded.Append(c),
            };
        }

        return folded.ToString();
    }

    /// <summary>What of an entry is searched.</summary>
    /// <param name="names">The names that people may look for: the team's and the idea's.</param>
    public static string TextOf(LibraryContent content, params ReadOnlySpan<string?> names)
    {
        var text = Fold(string.Join(' ',
        [
            .. names, content.Title, content.Learned, content.Tried, content.Next, content.Conditions, content.Measure,
            .. (content.Predictions ?? []).SelectMany(found => new[] { found.Prediction, found.What }),
        ]));
        return text.Length <= TextLength ? text : text[..TextLength];
    }

    /// <summary>The words that are asked for; null when there are more than are searched.</summary>
    public static IReadOnlyList<string>? Of(string question) =>
        Fold(question).Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: <= Most } words ? words : null;
}
