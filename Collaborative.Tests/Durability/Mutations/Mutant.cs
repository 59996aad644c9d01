using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Collaborative.Tests.Durability.Mutations;

/// <summary>A spoilt file.</summary>
/// <param name="What">What was done to it.</param>
/// <param name="IsFaithful">
/// Whether nothing was done that could make it say, as a file in its own right, anything else than the good one: whatever
/// is taken from it must then be what the good one says.
/// </param>
internal sealed partial record Mutant(string What, byte[] Content, bool IsFaithful)
{
    private delegate (string Text, bool IsFaithful) Spoil(Random random, string text, bool isLines);

    private static readonly string[] OddNumbers =
    [
        "1e308", "1e400", "-1e400", "99999999999999999999999999", "-1", "-0", "0", "NaN", "Infinity", "0x1F", "1_000", "1.0000000000000001", "1e-320", "\uFF11\uFF12", "\u0661\u0662",
        "1 000", "+7", "007", "1.", ".5", "9223372036854775808", "4.9e-324", "1e5", "12%", "<5", "",
    ];

    private static readonly (string Name, Spoil Spoil)[] OnText =
    [
        ("a bit of a character flipped", FlipInText),
        ("cut off after a mark of structure", CutAtStructure),
        ("cut off anywhere", (random, text, _) => (text[..random.Next(text.Length)], false)),
        ("a token left out", (random, text, _) => (Tokens(text) is var tokens && random.Next(tokens.Count) is var at ? string.Concat(tokens.Where((_, i) => i != at)) : text, false)),
        ("a token written twice", (random, text, _) => (Tokens(text) is var tokens && random.Next(tokens.Count) is var at ? string.Concat(tokens.Select((token, i) => i == at ? token + token : token)) : text, false)),
        ("two tokens exchanged", SwapTokens),
        ("a NUL put in", (random, text, _) => (text.Insert(random.Next(text.Length), "\0"), true)),
        ("a character turned into NUL", (random, text, _) => (Replace(text, random.Next(text.Length), 1, "\0"), true)),
        ("a byte order mark in the middle", (random, text, _) => (text.Insert(random.Next(1, text.Length), "\uFEFF"), true)),
        ("an odd number", OddNumber),
        ("an odd number again", OddNumber),
        ("deep nesting", DeepNesting),
        ("a document type", DocumentType),
        ("an entity", Entity),
        ("a comment", Comment),
        ("an empty CDATA section", (random, text, _) => (text.Insert(AfterStructure(random, text), "<![CDATA[]]>"), true)),
        ("a text made CDATA", MadeCdata),
        ("a CDATA section with a number", (random, text, _) => (text.Insert(AfterStructure(random, text), "<![CDATA[97]]>"), false)),
        ("a quotation mark put in", (random, text, _) => (text.Insert(random.Next(text.Length), random.Next(4) == 0 ? "'" : "\""), true)),
        ("a quotation mark taken out", (random, text, _) => (Positions(text, "\"") is { Count: > 0 } marks ? text.Remove(marks[random.Next(marks.Count)], 1) : text + "\"", true)),
        ("a line left out", (random, text, isLines) => (Lines(text) is var lines && random.Next(lines.Count) is var at ? string.Concat(lines.Where((_, i) => i != at)) : text, isLines)),
        ("a line written twice", (random, text, isLines) => (Lines(text) is var lines && random.Next(lines.Count) is var at ? string.Concat(lines.Select((line, i) => i == at ? line + line : line)) : text, isLines)),
        ("two lines exchanged", SwapLines),
        ("other line ends", (random, text, _) => (text.ReplaceLineEndings(Pick(random, "\r\n", "\r", "\n\n", "\n \n")), true)),
        ("line ends that are none", (random, text, _) => (text.ReplaceLineEndings(Pick(random, "\u2028", "\u0085", "\v", " ")), false)),
        ("half of a pair of surrogates, escaped", (random, text, _) => (InString(random, text, Pick(random, "\\ud800", "\\udc00\\ud800", "\\uD83D")), true)),
        ("an escaped NUL", (random, text, _) => (InString(random, text, "\\u0000"), true)),
        ("a member written twice", MemberTwice),
        ("the file twice", (_, text, _) => (text + text, true)),
        ("a text of 300,000 characters", (random, text, _) => (text.Insert(random.Next(text.Length), new string('x', 300_000)), true)),
        ("300,000 separators", (random, text, _) => (text.Insert(AfterStructure(random, text), new string(Pick(random, ',', ';', '\n', ' ', '[', '<'), 300_000)), true)),
        ("another name", (random, text, _) => (Words().Matches(text) is { Count: > 0 } words && words[random.Next(words.Count)] is var word ? Replace(text, word.Index, word.Length, Pick(random, "bystander", "null", "__proto__", "CON", "../../x", "'; DROP TABLE Team; --", "\U0001F4A9")) : text, false)),
    ];

    private static readonly (string Name, Func<Random, byte[], (byte[] Content, bool IsFaithful)> Spoil)[] OnBytes =
    [
        ("a bit flipped", (random, file) => (Flip(random, file, 1), false)),
        ("many bits flipped", (random, file) => (Flip(random, file, random.Next(2, 40)), false)),
        ("bytes that are no UTF-8", (random, file) => (Insert(file, random.Next(file.Length), Pick<byte[]>(random, [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82])), true)),
        ("UTF-16", (_, file) => ([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Utf8(file))], true)),
        ("UTF-16, big end first", (_, file) => ([.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Utf8(file))], true)),
        ("UTF-16 without its mark", (_, file) => (Encoding.Unicode.GetBytes(Utf8(file)), true)),
        ("UTF-16 half way", (random, file) => (random.Next(file.Length) is var at ? [.. file[..at], .. Encoding.Unicode.GetBytes(Utf8(file[at..]))] : file, true)),
        ("UTF-32", (_, file) => ([.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(Utf8(file))], true)),
        ("UTF-7", (_, file) => (Encoding.ASCII.GetBytes(Utf7(Utf8(file))), true)),
        ("UTF-7 with its mark", (_, file) => (Encoding.ASCII.GetBytes("+/v8-" + Utf7(Utf8(file))), true)),
        ("said to be in another encoding", (random, file) => (Encoding.UTF8.GetBytes(Utf8(file).Replace("UTF-8", Pick(random, "UTF-7", "UTF-16", "utf-32", "EBCDIC-CP-US", "x-none"), StringComparison.Ordinal)), true)),
        ("a byte order mark twice", (_, file) => ([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.Preamble, .. file], true)),
        ("gzip", (_, file) => (Gzip(file), true)),
        ("gzip of gzip", (_, file) => (Gzip(Gzip(file)), true)),
        ("an archive around it", (_, file) => (WorkbookParts.Archive([("file", file)]), true)),
        ("zeros behind it", (random, file) => ([.. file, .. new byte[random.Next(1, 100_000)]], true)),
        ("zeros in front of it", (random, file) => ([.. new byte[random.Next(1, 10)], .. file], true)),
        ("its beginning gone", (random, file) => (file[random.Next(1, Math.Min(40, file.Length))..], true)),
    ];

    private static readonly (string Name, Func<Random, List<(string Name, byte[] Content)>, byte[]> Spoil)[] OnParts =
    [
        ("two parts exchanged", SwapParts),
        ("a part left out", (random, parts) => WorkbookParts.Archive(parts.Where((_, i) => i != random.Next(parts.Count)))),
        ("a part twice", (random, parts) => WorkbookParts.Archive(parts.Append(parts[random.Next(parts.Count)]))),
        ("a part of another name", (random, parts) => random.Next(parts.Count) is var at ? WorkbookParts.Archive(parts.Select((part, i) => i == at ? (part.Name + "x", part.Content) : part)) : []),
        ("a part emptied", (random, parts) => random.Next(parts.Count) is var at ? WorkbookParts.Archive(parts.Select((part, i) => i == at ? (part.Name, []) : part)) : []),
        ("a part of another encoding", (random, parts) => random.Next(parts.Count) is var at ? WorkbookParts.Archive(parts.Select((part, i) => i == at ? (part.Name, [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Utf8(part.Content))]) : part)) : []),
        ("a sheet that declares a thousand million rows", (_, parts) => OnSheets(parts, sheet => sheet.Replace("A1:E20", "A1:XFD1000000000", StringComparison.Ordinal))),
        ("rows that lie about their number", (random, parts) => OnSheets(parts, sheet => RowNumbers().Replace(sheet, _ => $"<row r=\"{random.Next(-2, int.MaxValue)}\""))),
        ("formulas before the values", (_, parts) => OnSheets(parts, sheet => sheet.Replace("<v>", "<f>WEBSERVICE(\"http://127.0.0.1:9\")</f><v>", StringComparison.Ordinal))),
        ("formulas that were never worked out", (_, parts) => OnSheets(parts, sheet => Values().Replace(sheet, "<f>1+1</f>"))),
        ("cells of errors", (_, parts) => OnSheets(parts, sheet => sheet.Replace("<c r=\"D2\"", "<c r=\"D2\" t=\"e\"", StringComparison.Ordinal))),
        ("a macro", (_, parts) => WorkbookParts.Archive(parts.Append(("xl/vbaProject.bin", [1, 2, 3])))),
        ("a way out", (_, parts) => WorkbookParts.Archive(parts.Append(("../../etc/passwd", [1, 2, 3])))),
        ("a bit of the archive flipped", (random, parts) => Flip(random, WorkbookParts.Archive(parts), 1)),
        ("a bit of the archive flipped, again", (random, parts) => Flip(random, WorkbookParts.Archive(parts), 1)),
        ("many bits of the archive flipped", (random, parts) => Flip(random, WorkbookParts.Archive(parts), random.Next(2, 30))),
        ("cut off", (random, parts) => WorkbookParts.Archive(parts) is var file ? file[..random.Next(4, file.Length)] : []),
        ("bytes in the middle", (random, parts) => WorkbookParts.Archive(parts) is var file ? Insert(file, random.Next(4, file.Length), new byte[random.Next(1, 50)]) : []),
        ("bytes behind it", (random, parts) => [.. WorkbookParts.Archive(parts), .. new byte[random.Next(1, 70_000)]]),
        ("sizes that lie", (random, parts) => Sizes(random, WorkbookParts.Archive(parts))),
        ("stored parts with a bit flipped", (random, parts) => Stored(random, parts)),
        ("a part that is one text of 3 MB", (random, parts) => random.Next(parts.Count) is var at ? WorkbookParts.Archive(parts.Select((part, i) => i == at ? (part.Name, Encoding.UTF8.GetBytes("<a>" + new string('a', 3_000_000) + "</a>")) : part)) : []),
    ];

    /// <summary>The spoilt file of this number: always the same for one seed.</summary>
    public static Mutant Of(GoodDocument document, int seed, int number)
    {
        var random = new Random(HashCode(seed, document.Name, number));
        var isWorkbook = document.Type == Domain.Imports.ImportMedia.Workbook;
        var isLines = document.Type is Domain.Imports.ImportMedia.Csv or Domain.Imports.ImportMedia.FhirLines;
        if (!isWorkbook)
        {
            var at = number % (OnText.Length + OnBytes.Length);
            if (at >= OnText.Length)
            {
                var (name, spoil) = OnBytes[at - OnText.Length];
                var (content, isFaithful) = spoil(random, document.Content);
                return new Mutant(name, content, isFaithful);
            }

            var (text, kept) = OnText[at].Spoil(random, Utf8(document.Content), isLines);
            return new Mutant(OnText[at].Name, Encoding.UTF8.GetBytes(text), kept);
        }

        var parts = WorkbookParts.Unpack(document.Content);
        var of = number % (OnParts.Length + OnText.Length);
        if (of < OnParts.Length)
        {
            return new Mutant(OnParts[of].Name, OnParts[of].Spoil(random, parts), true);
        }

        var (what, onText) = OnText[of - OnParts.Length];
        var part = random.Next(parts.Count);
        var (spoilt, faithful) = onText(random, Utf8(parts[part].Content), false);
        return new Mutant($"{what} in {parts[part].Name}", WorkbookParts.Archive(parts.Select((known, i) => i == part ? (known.Name, Encoding.UTF8.GetBytes(spoilt)) : known)), faithful);
    }

    /// <summary>All that can be read of the file as text, however it was packed.</summary>
    public string Legible()
    {
        var text = new StringBuilder(Utf8(Content));
        try
        {
            foreach (var (_, content) in WorkbookParts.Unpack(Content))
            {
                text.Append('\n').Append(Utf8(content));
            }
        }
        catch (InvalidDataException)
        {
            // No archive, or not any more.
        }

        return text.ToString();
    }

    /// <summary>Every number that stands in the file, and every difference of two: denominators less exclusions.</summary>
    public HashSet<double> Numbers()
    {
        var found = new HashSet<double>();
        foreach (Match match in NumberLike().Matches(Legible().Replace("\0", "", StringComparison.Ordinal)))
        {
            foreach (var text in (string[])[match.Value, match.Value.Replace(',', '.'), .. match.Value.Split(','), .. match.Value.Split(',', '.', '-', '+')])
            {
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                {
                    found.Add(number);
                }
            }
        }

        return found;
    }

    private static int HashCode(int seed, string name, int number)
    {
        // Not that of the runtime, which differs from run to run.
        var hash = (uint)seed;
        foreach (var c in name)
        {
            hash = (hash ^ c) * 16777619;
        }

        return (int)((hash ^ (uint)number) * 16777619);
    }

    private static T Pick<T>(Random random, params ReadOnlySpan<T> from) => from[random.Next(from.Length)];

    private static string Utf8(byte[] content) => Encoding.UTF8.GetString(content);

    private static string Replace(string text, int at, int length, string by) => text[..at] + by + text[(at + length)..];

    private static byte[] Insert(byte[] file, int at, byte[] content) => [.. file[..at], .. content, .. file[at..]];

    private static List<string> Tokens(string text) => [.. TokenLike().Matches(text).Select(match => match.Value)];

    private static List<string> Lines(string text) => [.. LineLike().Matches(text).Select(match => match.Value).Where(line => line.Length > 0)];

    private static List<int> Positions(string text, string of) => [.. Enumerable.Range(0, text.Length).Where(i => of.Contains(text[i]))];

    private static int AfterStructure(Random random, string text) => Positions(text, ",;{}[]<>\"\n:/") is { Count: > 0 } places ? places[random.Next(places.Count)] + 1 : text.Length;

    private static (string Text, bool IsFaithful) FlipInText(Random random, string text, bool isLines)
    {
        var at = random.Next(text.Length);
        return (Replace(text, at, 1, ((char)(text[at] ^ (1 << random.Next(7)))).ToString()), false);
    }

    private static (string Text, bool IsFaithful) CutAtStructure(Random random, string text, bool isLines) => (text[..AfterStructure(random, text)], true);

    private static (string Text, bool IsFaithful) SwapTokens(Random random, string text, bool isLines)
    {
        var tokens = Tokens(text);
        var (one, other) = (random.Next(tokens.Count), random.Next(tokens.Count));
        (tokens[one], tokens[other]) = (tokens[other], tokens[one]);
        return (string.Concat(tokens), false);
    }

    private static (string Text, bool IsFaithful) SwapLines(Random random, string text, bool isLines)
    {
        var lines = Lines(text);
        var (one, other) = (random.Next(lines.Count), random.Next(lines.Count));
        (lines[one], lines[other]) = (lines[other], lines[one]);
        return (string.Concat(lines), isLines);
    }

    private static (string Text, bool IsFaithful) OddNumber(Random random, string text, bool isLines)
    {
        var numbers = Digits().Matches(text);
        var number = numbers[random.Next(numbers.Count)];
        return (Replace(text, number.Index, number.Length, Pick(random, OddNumbers)), false);
    }

    private static (string Text, bool IsFaithful) DeepNesting(Random random, string text, bool isLines)
    {
        var (open, close) = Pick(random, ("{\"a\":", "}"), ("[", "]"), ("<a>", "</a>"), ("{\"a\":[", "]}"), ("<a b='", "'/>"));
        var depth = Pick(random, 10, 63, 64, 65, 1_000, 20_000);
        var nest = string.Concat(Enumerable.Repeat(open, depth)) + (open[0] is '<' or '[' ? "" : "1") + (random.Next(2) == 0 ? string.Concat(Enumerable.Repeat(close, depth)) : "");
        return (text.Insert(AfterStructure(random, text), nest), true);
    }

    private static (string Text, bool IsFaithful) DocumentType(Random random, string text, bool isLines)
    {
        var type = Pick(
            random,
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
            "<!DOCTYPE a [<!ENTITY x \"11\"><!ENTITY y \"&x;&x;&x;&x;&x;&x;&x;&x;\">]>",
            "<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/a.dtd\">",
            "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/x\"> %p;]>");
        return (text.Insert(random.Next(2) == 0 ? 0 : AfterStructure(random, text), type).Replace("alder", random.Next(2) == 0 ? "&x;" : "alder", StringComparison.Ordinal), true);
    }

    private static (string Text, bool IsFaithful) Entity(Random random, string text, bool isLines) =>
        (text.Insert(AfterStructure(random, text), Pick(random, "&x;", "&lol9;", "&#0;", "&#xFFFE;", "&#x110000;", "&", "&amp", "&#xD800;")), true);

    private static (string Text, bool IsFaithful) Comment(Random random, string text, bool isLines) =>
        (text.Insert(random.Next(2) == 0 ? random.Next(text.Length) : AfterStructure(random, text), Pick(random, "<!-- 97 -->", "<!-- a -- b -->", "<!--", "-->", "/* 97 */", "// 97\n", "# 97\n", "<?php 97 ?>", "<?xml version=\"1.0\"?>")), true);

    private static (string Text, bool IsFaithful) MadeCdata(Random random, string text, bool isLines)
    {
        var texts = BetweenTags().Matches(text);
        if (texts.Count == 0)
        {
            return (text.Insert(AfterStructure(random, text), "<![CDATA["), true);
        }

        var found = texts[random.Next(texts.Count)].Groups[1];
        return (Replace(text, found.Index, found.Length, $"<![CDATA[{found.Value}]]>"), true);
    }

    private static string InString(Random random, string text, string what)
    {
        var strings = Strings().Matches(text);
        return strings.Count == 0 ? text.Insert(random.Next(text.Length), what) : text.Insert(strings[random.Next(strings.Count)].Index + 1, what);
    }

    private static (string Text, bool IsFaithful) MemberTwice(Random random, string text, bool isLines)
    {
        var members = Members().Matches(text);
        if (members.Count == 0)
        {
            var attributes = Attributes().Matches(text);
            return attributes.Count == 0 ? (text + text[^1], false) : (text.Insert(attributes[random.Next(attributes.Count)].Index, " value=\"97\""), false);
        }

        var (one, other) = (members[random.Next(members.Count)], members[random.Next(members.Count)]);
        return (text.Insert(one.Index, other.Value + ", "), false);
    }

    private static byte[] Flip(Random random, byte[] file, int count)
    {
        var spoilt = file.ToArray();
        for (var i = 0; i < count; i++)
        {
            spoilt[random.Next(spoilt.Length)] ^= (byte)(1 << random.Next(8));
        }

        return spoilt;
    }

    private static byte[] Gzip(byte[] file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(file);
        }

        return packed.ToArray();
    }

    private static string Utf7(string text)
    {
        var written = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is ' ' or '\n' or '\r' or ',' or '-' or '.' or '/' or ':')
            {
                written.Append(c);
            }
            else
            {
                written.Append('+').Append(Convert.ToBase64String(Encoding.BigEndianUnicode.GetBytes([c])).TrimEnd('=')).Append('-');
            }
        }

        return written.ToString();
    }

    private static byte[] SwapParts(Random random, List<(string Name, byte[] Content)> parts)
    {
        var (one, other) = (random.Next(parts.Count), random.Next(parts.Count));
        return WorkbookParts.Archive(parts.Select((part, i) => (part.Name, parts[i == one ? other : i == other ? one : i].Content)));
    }

    private static byte[] OnSheets(List<(string Name, byte[] Content)> parts, Func<string, string> change) => WorkbookParts.Archive(
        parts.Select(part => part.Name.Contains("/sheet", StringComparison.Ordinal) ? (part.Name, Encoding.UTF8.GetBytes(change(Utf8(part.Content)))) : part));

    /// <summary>Another size or checksum in one entry of the directory.</summary>
    private static byte[] Sizes(Random random, byte[] file)
    {
        var entries = Enumerable.Range(0, file.Length - 46).Where(i => file.AsSpan(i).StartsWith("PK\u0001\u0002"u8)).ToList();
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(entries[random.Next(entries.Count)] + Pick(random, 16, 20, 24)), Pick<uint>(random, 0, 1, 100, int.MaxValue, uint.MaxValue));
        return file;
    }

    /// <summary>Parts that are not compressed, so that a flipped bit is a good digit that nobody wrote; only the checksum tells.</summary>
    private static byte[] Stored(Random random, List<(string Name, byte[] Content)> parts)
    {
        var written = WorkbookParts.Archive(parts, CompressionLevel.NoCompression);
        var digits = Enumerable.Range(0, written.Length - 4).Where(i => written.AsSpan(i).StartsWith("<v>"u8) && char.IsAsciiDigit((char)written[i + 4])).Select(i => i + 4).ToList();
        written[digits[random.Next(digits.Count)]] ^= 1;
        return written;
    }

    [GeneratedRegex(@"[A-Za-z0-9_.+-]+|\s+|.", RegexOptions.Singleline)]
    private static partial Regex TokenLike();

    [GeneratedRegex(@"[^\n]*\n|[^\n]+$")]
    private static partial Regex LineLike();

    [GeneratedRegex(@"(?<![A-Za-z0-9])\d+(?![A-Za-z0-9])")]
    private static partial Regex Digits();

    [GeneratedRegex(@"[-+]?[0-9][0-9.,]*([eE][-+]?[0-9]+)?|[.][0-9]+([eE][-+]?[0-9]+)?")]
    private static partial Regex NumberLike();

    [GeneratedRegex(@"\b(alder|birch|vap|cauti|team|measure|month|count|code|numerator|NUMER)\b")]
    private static partial Regex Words();

    [GeneratedRegex(@">([^<>]+)<")]
    private static partial Regex BetweenTags();

    [GeneratedRegex("\"[^\"\n]*\"")]
    private static partial Regex Strings();

    [GeneratedRegex("\"[a-zA-Z]+\": (\"[^\"]*\"|[0-9]+)")]
    private static partial Regex Members();

    [GeneratedRegex(" [a-zA-Z]+=\"[^\"]*\"")]
    private static partial Regex Attributes();

    [GeneratedRegex("<row r=\"[0-9]+\"")]
    private static partial Regex RowNumbers();

    [GeneratedRegex("<v>[^<]*</v>")]
    private static partial Regex Values();
}
