namespace Collaborative.Domain.RunCharts;

/// <summary>
/// How much room words take, without a font at hand: generous average widths of a sans serif, so that labels keep clear of each other in
/// whatever font the reader has.
/// </summary>
internal static class TextFit
{
    private const string Ellipsis = "\u2026";

    /// <summary>In user units.</summary>
    public static double Width(ReadOnlySpan<char> words, double size, bool bold = false)
    {
        var width = 0.0;
        foreach (var c in words)
        {
            width += c switch
            {
                'i' or 'j' or 'l' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or '\u202f' => 0.3,
                'f' or 't' or 'r' or ' ' or '(' or ')' or '-' or '/' => 0.38,
                'm' or 'w' or 'M' or 'W' or '%' or '@' => 0.92,
                >= 'A' and <= 'Z' => 0.7,
                >= '\u2e80' => 1.0,
                _ => 0.59,
            };
        }

        return width * size * (bold ? 1.08 : 1);
    }

    /// <summary>The words if they fit, or as many characters as do, with an ellipsis.</summary>
    public static string Shorten(string words, double size, double room, bool bold = false)
    {
        if (Width(words, size, bold) <= room)
        {
            return words;
        }

        var left = room - Width(Ellipsis, size, bold);
        var kept = 0;
        while (kept < words.Length && (left -= Width(words.AsSpan(kept, 1), size, bold)) >= 0)
        {
            kept++;
        }

        kept -= kept > 0 && char.IsHighSurrogate(words[kept - 1]) ? 1 : 0;
        return string.Concat(words.AsSpan(0, kept).TrimEnd(), Ellipsis);
    }

    /// <summary>The words if they fit, or their beginning and their end, in which long labels differ.</summary>
    public static string ShortenMiddle(string words, double size, double room)
    {
        if (Width(words, size) <= room)
        {
            return words;
        }

        var end = words.Length;
        for (var left = room * 0.6; end > 0 && (left -= Width(words.AsSpan(end - 1, 1), size)) >= 0;)
        {
            end--;
        }

        end += end < words.Length && char.IsLowSurrogate(words[end]) ? 1 : 0;
        var tail = words.AsSpan(end).TrimStart();
        return string.Concat(Shorten(words, size, room - Width(tail, size)), tail);
    }

    /// <summary>The words on as many lines as they need, up to a number; what does not fit then is shortened.</summary>
    public static List<string> Wrap(string words, double size, double room, int most, bool bold = false)
    {
        var lines = new List<string>(most);
        while (lines.Count < most - 1 && Width(words, size, bold) > room)
        {
            var cut = 0;
            for (var i = words.IndexOf(' ', StringComparison.Ordinal); i > 0 && Width(words.AsSpan(0, i), size, bold) <= room; i = words.IndexOf(' ', i + 1))
            {
                cut = i;
            }

            if (cut == 0)
            {
                break;
            }

            lines.Add(words[..cut]);
            words = words[(cut + 1)..];
        }

        lines.Add(Shorten(words, size, room, bold));
        return lines;
    }

    /// <summary>The words on as many lines as they need, up to a number; the last one is shortened where that is not enough.</summary>
    public static IReadOnlyList<string> Lines(string words, double size, double room, int most = int.MaxValue, bool bold = false)
    {
        var lines = new List<string>();
        var rest = string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        while (rest.Length > 0)
        {
            if (lines.Count == most - 1 || Width(rest, size, bold) <= room)
            {
                lines.Add(Shorten(rest, size, room, bold));
                break;
            }

            var cut = 0;
            for (var i = 1; i < rest.Length && Width(rest.AsSpan(0, i), size, bold) <= room; i++)
            {
                cut = rest[i] == ' ' || rest[i - 1] is '-' or '/' or '\u2013' ? i : cut;
            }

            // A word that is longer than the line is broken where the line ends.
            var end = cut > 0 ? cut : Fitting(rest, size, room, bold);
            lines.Add(rest[..end]);
            rest = rest[end..].TrimStart();
        }

        return lines;
    }

    /// <summary>How many characters fit, at least one and never half a pair.</summary>
    private static int Fitting(string words, double size, double room, bool bold)
    {
        var count = 0;
        for (var width = 0.0; count < words.Length; count++)
        {
            width += Width(words.AsSpan(count, 1), size, bold);
            if (width > room && count > 0)
            {
                break;
            }
        }

        return count < words.Length && char.IsLowSurrogate(words[count]) ? Math.Max(count - 1, count == 1 ? 2 : 1) : count;
    }
}
