using System.Globalization;
using System.Text;
using System.Xml;

namespace Collaborative.Infrastructure.Workbooks;

/// <summary>Text as cells hold it. What XML cannot hold, and what it would change, is written as _x000D_ (ECMA-376 part 1, 22.9.2.19, ST_Xstring).</summary>
internal static class SheetText
{
    /// <summary>No cell holds more (Microsoft, “Excel specifications and limits”).</summary>
    public const int MostCharacters = 32_767;

    private const int EscapeLength = 7;

    public static string Escape(string text)
    {
        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var length = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
            if (length == 2 || (c != '\r' && XmlConvert.IsXmlChar(c) && !(c == '_' && IsEscape(text, i))))
            {
                escaped?.Append(text, i, length);
                i += length - 1;
                continue;
            }

            escaped ??= new StringBuilder(text, 0, i, text.Length + 16);
            escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)c:X4}_");
        }

        return escaped?.ToString() ?? text;
    }

    public static string Unescape(string text)
    {
        var at = text.IndexOf("_x", StringComparison.Ordinal);
        if (at < 0)
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        var done = 0;
        for (; at >= 0; at = text.IndexOf("_x", at, StringComparison.Ordinal))
        {
            if (IsEscape(text, at))
            {
                plain.Append(text, done, at - done).Append((char)int.Parse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                at += EscapeLength;
                done = at;
            }
            else
            {
                at += 2;
            }
        }

        return plain.Append(text, done, text.Length - done).ToString();
    }

    private static bool IsEscape(string text, int at)
    {
        if (at + EscapeLength > text.Length || text[at + 1] != 'x' || text[at + EscapeLength - 1] != '_')
        {
            return false;
        }

        foreach (var c in text.AsSpan(at + 2, 4))
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
