using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;

namespace Collaborative.Infrastructure.Imports;

/// <summary>The long CSV form: one row for each team, measure and month. What an export writes, an import reads.</summary>
internal sealed class LongForm
{
    public const string Name = "csvLong";

    /// <summary>The columns of an export, in their order.</summary>
    public static readonly IReadOnlyList<string> Columns =
        ["team", "measure", "month", "numerator", "denominator", "value", "n", "sd", "values", "noData", "note", "strata"];

    /// <summary>What the transcript of another format has: the columns above, and five for ourselves.</summary>
    public static readonly IReadOnlyList<string> TranscriptColumns =
        [.. Columns, "place", "teamName", "measureName", "findings", "shown"];

    /// <summary>What stands for the gaps of a month without an event.</summary>
    public const string NoGaps = "none";

    private const int MostIgnored = 100;

    /// <summary>Cells that begin with these are formulas to a spreadsheet (OWASP, CSV injection), so they get one apostrophe in front.</summary>
    private const string FormulaStarts = "=+-@'\t\r";

    /// <summary>The last column of a file of rejected rows; an import does not look at it.</summary>
    private const string ProblemColumn = "problem";

    /// <summary>A column of partners' tables with a row for each part of a month; such a part is never taken for the whole.</summary>
    public const string StratumColumn = "stratum";

    /// <summary>A column of our templates: the revision of the figure that the row shows.</summary>
    public const string ShownColumn = "revision shown";

    public static readonly RowProblem OfAStratum = new(
        "stratum", "This row is of a part of the month's cases only. Send one row with the figures of all, and its parts in the column strata.", StratumColumn);

    private static readonly string[] NumberColumns = ["numerator", "denominator", "value", "n", "sd", "values"];

    /// <summary>A table of figures has one of these at least.</summary>
    public static readonly FrozenSet<string> FigureColumns = new[] { "numerator", "value", "values" }.ToFrozenSet();

    private static readonly string[] MonthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private readonly FrozenDictionary<string, int> positions;

    private readonly int mendable;
    private readonly int problemPosition;
    private readonly int[] numbers;

    private LongForm(char delimiter, FrozenDictionary<string, int> positions, string[] names, string header, int own = 0)
    {
        Delimiter = delimiter;
        mendable = names.Length - own;
        this.positions = positions;
        Width = names.Length;
        problemPosition = Array.IndexOf(names, ProblemColumn);
        numbers = [.. NumberColumns.Where(positions.ContainsKey).Select(column => positions[column])];
        Header = header;
    }

    public char Delimiter { get; }

    /// <summary>How many columns the header has.</summary>
    public int Width { get; }

    /// <summary>The header as it was sent.</summary>
    public string Header { get; }

    /// <summary>The form of a transcript, which is our own.</summary>
    public static LongForm OfTranscript()
    {
        var names = TranscriptColumns.Select((name, i) => (name, i)).ToFrozenDictionary(column => column.name, column => column.i);
        return new LongForm(',', names, [.. TranscriptColumns.Select(name => name.ToLowerInvariant())], string.Join(',', TranscriptColumns), TranscriptColumns.Count - Columns.Count);
    }

    /// <summary>The line “sep=;” that some spreadsheets put in front: it is for them, and the separator is told by the header.</summary>
    public static bool IsForSpreadsheets(ReadOnlySpan<char> line) => line.Trim() is { Length: 5 } mark && mark.StartsWith("sep=", StringComparison.OrdinalIgnoreCase);

    /// <summary>Understands a header: names in any order and any case; comma, semicolon or tab between them.</summary>
    public static Outcome<LongForm> Read(string header)
    {
        var (delimiter, names) = Names(header);
        var known = Columns.Append(StratumColumn).ToDictionary(column => column.ToLowerInvariant());
        var positions = new Dictionary<string, int>();
        for (var i = 0; i < names.Length; i++)
        {
            if (known.TryGetValue(names[i], out var column) && !positions.TryAdd(column, i))
            {
                return Unreadable($"The header names {column} twice.");
            }
        }

        var missing = new[] { "team", "measure", "month" }.Where(name => !positions.ContainsKey(name)).ToList();
        if (!positions.Keys.Any(FigureColumns.Contains))
        {
            missing.Add("numerator (with denominator), value or values");
        }

        return missing.Count > 0
            ? Unreadable($"The first line must name the columns team, measure, month and numerator, denominator (or value, n). Missing: {string.Join(", ", missing)}.")
            : new LongForm(delimiter, positions.ToFrozenDictionary(), names, header);
    }

    /// <summary>The names in a header in lower case, and what stands between them.</summary>
    internal static (char Delimiter, string[] Names) Names(string header)
    {
        var (delimiter, names) = WrittenNames(header);
        return (delimiter, Array.ConvertAll(names, name => name.ToLowerInvariant()));
    }

    /// <summary>The names in a header as they are written.</summary>
    internal static (char Delimiter, string[] Names) WrittenNames(string header)
    {
        // What stands in quotation marks is one name, whatever it holds: a comma there would move every column behind it.
        var outside = string.Concat(header.Split('"').Where((_, i) => i % 2 == 0));
        var delimiter = new[] { ',', ';', '\t' }.MaxBy(candidate => outside.Count(c => c == candidate));
        var names = new List<string>();
        var (start, quoted) = (0, false);
        for (var i = 0; i <= header.Length; i++)
        {
            if (i == header.Length || (header[i] == delimiter && !quoted))
            {
                names.Add(header[start..i].Trim().Trim('"').Trim());
                start = i + 1;
            }
            else
            {
                quoted ^= header[i] == '"';
            }
        }

        return (delimiter, [.. names]);
    }

    /// <summary>The cell of a column; null when the column is not there or the cell is blank.</summary>
    public string? Cell(IReadOnlyList<string> fields, string column) =>
        positions.TryGetValue(column, out var position) && position < fields.Count && fields[position].AsSpan().Trim() is { IsEmpty: false } cell ? cell.ToString() : null;

    /// <summary>The columns that mean nothing here, in their order; a file of hundreds has been said enough about.</summary>
    public IEnumerable<string> Ignored => mendable < Width
        ? []
        : WrittenNames(Header).Names
            .Where((name, i) => name.Length > 0 && i != problemPosition && !positions.Values.Contains(i))
            .Take(MostIgnored)
            .Select(name => name.Length > Shape.NameLength ? name[..Shape.NameLength] : name);

    public static RowProblem IsIgnored(string column) => new("ignoredColumn", "No figure is looked for in this column.", column);

    /// <summary>The figures of a row, or what is wrong with its cells.</summary>
    public SubmissionBody Body(IReadOnlyList<string> fields, List<RowProblem> problems) => new()
    {
        Numerator = Number(fields, "numerator", problems),
        Denominator = Number(fields, "denominator", problems),
        Value = Number(fields, "value", problems),
        N = Number(fields, "n", problems),
        Sd = Number(fields, "sd", problems),
        Values = Gaps(fields, problems),
        NoData = Unquote(Cell(fields, "noData")),
        Note = Unquote(Cell(fields, "note")),
        Strata = Strata(fields, problems),
        Status = SubmissionStatus.Submitted,
    };

    /// <summary>The header of a file of rejected rows: the same columns, then one that says what to mend.</summary>
    public string MendableHeader => Mendable(WrittenNames(Header).Names) + ProblemColumn;

    /// <summary>A row's cells as they go into a file of rejected rows, with room for what to mend behind them.</summary>
    public string Mendable(IReadOnlyList<string> fields)
    {
        var row = new StringBuilder();
        for (var i = 0; i < (mendable < Width ? mendable : Math.Max(Width, fields.Count)); i++)
        {
            if (i == problemPosition)
            {
                continue;
            }

            var cell = i < fields.Count ? fields[i] : "";
            if (cell.Length > 0 && cell[0] != '\'' && FormulaStarts.Contains(cell[0]) && !(numbers.Contains(i) && TryNumber(cell, out _)))
            {
                cell = "'" + cell;
            }

            row.Append(cell.AsSpan().IndexOfAny("\"\r\n") >= 0 || cell.Contains(Delimiter) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell).Append(Delimiter);
        }

        return row.ToString();
    }

    /// <summary>Reads 2026-03, 2026-03-31, 03/2026 and Mar 2026.</summary>
    public static bool TryMonth(string text, out Month month)
    {
        if (Month.TryParse(text, out month))
        {
            return true;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and <= 2999)
        {
            month = Month.Of(day);
            return true;
        }

        var parts = text.Split(text.Contains('/') ? '/' : ' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts is not [var left, { Length: 4 } year] || !int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var y) || y is < 1900 or > 2999)
        {
            return false;
        }

        var number = text.Contains('/')
            ? int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && left.Length <= 2 ? given : 0
            : MonthNumber(left);
        if (number is < 1 or > 12)
        {
            return false;
        }

        month = new Month(y, number);
        return true;
    }

    /// <summary>One row of an export.</summary>
    public static void Write(StringBuilder line, string team, string measure, Month month, SubmissionState state)
    {
        var figures = state.Figures;
        line.Append(team).Append(',').Append(measure).Append(',').Append(month).Append(',');
        Append(line, figures.Numerator).Append(',');
        Append(line, figures.Denominator).Append(',');
        Append(line, figures.Value).Append(',');
        Append(line, figures.N).Append(',');
        Append(line, figures.Sd).Append(',').Append(figures.Gaps is { Length: 0 } ? NoGaps : figures.Gaps).Append(',');
        AppendText(line, state.NoData).Append(',');
        AppendText(line, state.Note).Append(',');
        AppendText(line, state.Strata).Append("\r\n");
    }

    /// <summary>A text cell: safe for spreadsheets, and quoted where CSV asks for it (RFC 4180).</summary>
    public static StringBuilder AppendText(StringBuilder line, string? text, char delimiter = ',')
    {
        if (string.IsNullOrEmpty(text))
        {
            return line;
        }

        var cell = Guard(text);
        return cell.AsSpan().IndexOfAny("\"\r\n") < 0 && !cell.Contains(delimiter) && !char.IsWhiteSpace(cell[0]) && !char.IsWhiteSpace(cell[^1])
            ? line.Append(cell)
            : line.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    private static StringBuilder Append(StringBuilder line, double? number) =>
        number is { } value ? line.Append(value.ToString("R", CultureInfo.InvariantCulture)) : line;

    private static Problem Unreadable(string detail) => new(ProblemCode.ImportUnreadable, detail);

    /// <summary>Puts one apostrophe in front of a text that begins like a formula.</summary>
    public static string Guard(string text) => text.Length > 0 && FormulaStarts.Contains(text[0]) ? "'" + text : text;

    /// <summary>Takes off the one apostrophe that an export puts in front of a text that begins like a formula.</summary>
    public static string? Unquote(string? cell) => cell is ['\'', ..] ? cell[1..] : cell;

    private static int MonthNumber(string name)
    {
        var lower = name.ToLowerInvariant();
        var index = lower.Length >= 3 ? Array.IndexOf(MonthNames, lower[..3]) : -1;
        return index >= 0 && (lower.Length == 3 || lower == "sept" || CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[index].Equals(lower, StringComparison.OrdinalIgnoreCase))
            ? index + 1
            : 0;
    }

    private double? Number(IReadOnlyList<string> fields, string column, List<RowProblem> problems)
    {
        if (Cell(fields, column) is not { } text)
        {
            return null;
        }

        if (MayGroupThousands(text, Delimiter))
        {
            problems.Add(new RowProblem("thousands", $"“{Shorten(text)}” {ThousandsOr(text)}", column));
            return null;
        }

        if (TryNumber(text, out var number))
        {
            return number;
        }

        problems.Add(new RowProblem("number", $"“{Shorten(text)}” is not a number. Write figures with digits only; leave the cell blank and give noData if there is nothing to report.", column));
        return null;
    }

    /// <summary>Where semicolons separate, commas are decimal signs and points mostly group thousands: 1.024 may be a thousand times what it says.</summary>
    internal static bool MayGroupThousands(string text, char delimiter) =>
        delimiter == ';' && text.Split('.') is [{ Length: >= 1 and <= 3 } thousands, .. { Length: > 0 } groups]
        && thousands[0] != '0' && thousands.All(char.IsAsciiDigit) && groups.All(group => group.Length == 3 && group.All(char.IsAsciiDigit));

    internal static string ThousandsOr(string text) =>
        $"may mean {text.Replace(".", "", StringComparison.Ordinal)} or {text}0. Write one of the two.";

    private bool TryNumber(string text, out double number) => TryNumber(text, Delimiter, out number);

    /// <summary>A decimal comma is read only where the separator is not a comma; nothing groups thousands.</summary>
    internal static bool TryNumber(string text, char delimiter, out double number)
    {
        var plain = delimiter != ',' && text.Contains(',') && !text.Contains('.') ? text.Replace(',', '.') : text;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(plain, Style, CultureInfo.InvariantCulture, out number) && double.IsFinite(number) && plain.Any(char.IsAsciiDigit);
    }

    private double[]? Gaps(IReadOnlyList<string> fields, List<RowProblem> problems)
    {
        if (Cell(fields, "values") is not { } text)
        {
            return null;
        }

        if (TryGaps(text, Delimiter, out var gaps, out var wrong))
        {
            return gaps;
        }

        problems.Add(new RowProblem("number", $"“{Shorten(wrong)}” is not a number; write the gaps in order with spaces between, or none.", "values"));
        return null;
    }

    /// <summary>Reads gaps as the export writes them.</summary>
    internal static bool TryGaps(string text, out double[] gaps) => TryGaps(text, ',', out gaps, out _);

    private static bool TryGaps(string text, char delimiter, out double[] gaps, out string wrong)
    {
        (gaps, wrong) = ([], "");
        if (text.Equals(NoGaps, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        gaps = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!TryNumber(parts[i], delimiter, out gaps[i]))
            {
                wrong = parts[i];
                return false;
            }
        }

        return true;
    }

    private List<Stratum>? Strata(IReadOnlyList<string> fields, List<RowProblem> problems)
    {
        if (Unquote(Cell(fields, "strata")) is not { } text)
        {
            return null;
        }

        try
        {
            return [.. StratumText.Read(text) ?? []];
        }
        catch (JsonException)
        {
            problems.Add(new RowProblem("strata", "The strata are not a JSON list like [{\"scheme\":\"sex\",\"category\":\"female\",\"numerator\":3,\"denominator\":40}].", "strata"));
            return null;
        }
    }

    private static string Shorten(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
