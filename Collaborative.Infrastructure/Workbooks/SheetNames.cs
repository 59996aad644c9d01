namespace Collaborative.Infrastructure.Workbooks;

/// <summary>Names for the sheets of one workbook, as spreadsheets take them: at most 31 characters, none of []:*?/\, no apostrophe at an end, each once whatever its case.</summary>
internal sealed class SheetNames
{
    private const int MostCharacters = 31;

    private const string Forbidden = "[]:*?/\\";

    /// <summary>Spreadsheets keep this name for themselves.</summary>
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase) { "History" };

    /// <summary>The text itself where it can be a name that is free; otherwise the nearest that can.</summary>
    public string Next(string text)
    {
        var plain = string.Concat(text.Select(c => char.IsControl(c) || Forbidden.Contains(c, StringComparison.Ordinal) ? ' ' : c)).Trim().Trim('\'').Trim();
        plain = plain.Length == 0 ? "Sheet" : plain;
        var name = Cut(plain, MostCharacters);
        for (var number = 2; !taken.Add(name); number++)
        {
            var ending = string.Create(System.Globalization.CultureInfo.InvariantCulture, $" ({number})");
            name = Cut(plain, MostCharacters - ending.Length) + ending;
        }

        return name;
    }

    private static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        // Never between the two halves of one character.
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)].TrimEnd(' ', '\'');
    }
}
