using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Imports;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>
/// The wide forms of a table: a column for each month, a column for each measure, or a long form whose measure is named
/// elsewhere. A cell holds numerator/denominator or one number; a blank cell says nothing.
/// </summary>
internal sealed class WideForm
{
    /// <summary>Names of the column that says, where a figure takes two rows, which of them it is.</summary>
    private static readonly string[] PartColumns = ["part", "figure", "row", "figures"];

    /// <summary>Columns that are read wherever they stand.</summary>
    private static readonly string[] Beside = ["team", "measure", "note", .. PartColumns];

    private static readonly (string Ending, Part Part)[] Endings =
        [(" numerator", Part.Numerator), (" denominator", Part.Denominator), (" num", Part.Numerator), (" den", Part.Denominator), (" denom", Part.Denominator)];

    private readonly char delimiter;
    private readonly int team;
    private readonly int measure;
    private readonly int month;
    private readonly int part;
    private readonly int note;
    private readonly List<FigureColumn> columns;
    private readonly string? onlyMeasure;

    private WideForm(char delimiter, int team, int measure, int month, int part, int note, List<FigureColumn> columns, string? onlyMeasure)
    {
        this.delimiter = delimiter;
        this.team = team;
        this.measure = measure;
        this.month = month;
        this.part = part;
        this.note = note;
        this.columns = columns;
        this.onlyMeasure = onlyMeasure;
    }

    private enum Part
    {
        Both,
        Numerator,
        Denominator,
        Value,
        Observations,
    }

    public bool NamesNoMeasure => measure < 0 && columns.TrueForAll(column => column.Measure is null);

    /// <summary>The measures that columns are named after; empty where rows name them, or nothing does.</summary>
    public IReadOnlyList<string> MeasureColumns => [.. columns.Where(column => column.Measure is not null).Select(column => column.Measure!)];

    /// <summary>Understands a header; null where it is none of these forms.</summary>
    /// <param name="names">As they are written, so that measures can be named by them.</param>
    /// <param name="onlyMeasure">The measure of a file that names none.</param>
    public static WideForm? Read(IReadOnlyList<string> names, char delimiter, string? onlyMeasure)
    {
        int Find(params ReadOnlySpan<string> wanted)
        {
            for (var i = 0; i < names.Count; i++)
            {
                if (wanted.Contains(names[i].ToLowerInvariant()))
                {
                    return i;
                }
            }

            return -1;
        }

        var (team, measure, month, note) = (Find("team"), Find("measure"), Find("month"), Find("note"));
        if (team < 0)
        {
            return null;
        }

        var part = Find(PartColumns);
        var months = new List<FigureColumn>();
        for (var i = 0; i < names.Count; i++)
        {
            if (i != team && i != measure && i != month && i != note && TryMonth(names[i], out var of))
            {
                months.Add(new FigureColumn(i, names[i], of, null, Part.Both));
            }
        }

        if (months.Count > 0)
        {
            return month >= 0 || (measure < 0 && names.Any(NamesAMeasure)) || WhyNot(names) is not null
                ? null
                : new WideForm(delimiter, team, measure, -1, part, note, months, onlyMeasure);
        }

        if (month < 0 || measure >= 0 || names.Any(NamesAMeasure))
        {
            return null;
        }

        var (numerator, denominator, value, n) = (Find("numerator"), Find("denominator"), Find("value"), Find("n"));
        if (numerator >= 0 || value >= 0)
        {
            var figures = new[] { (numerator, Part.Numerator), (denominator, Part.Denominator), (value, Part.Value), (n, Part.Observations) }
                .Where(column => column.Item1 >= 0)
                .Select(column => new FigureColumn(column.Item1, names[column.Item1], null, null, column.Item2));
            return new WideForm(delimiter, team, -1, month, -1, note, [.. figures], onlyMeasure);
        }

        var measures = new List<FigureColumn>();
        for (var i = 0; i < names.Count; i++)
        {
            if (i != team && i != month && i != note && names[i].Length > 0)
            {
                var (code, of) = Split(names[i]);
                measures.Add(new FigureColumn(i, names[i], null, code, of));
            }
        }

        return measures.Count > 0 && measures.Select(column => (Code.KeyOf(column.Measure!), column.Part)).Distinct().Count() == measures.Count
            ? new WideForm(delimiter, team, -1, month, -1, note, measures, onlyMeasure)
            : null;
    }

    /// <summary>What is wrong with the months in a header; null where nothing is, or no column is named after a month.</summary>
    /// <remarks>A column among the months whose name is none would be lost without a word, a misspelled month with all its figures.</remarks>
    public static string? WhyNot(IReadOnlyList<string> names)
    {
        var seen = new HashSet<Month>();
        foreach (var name in names)
        {
            if (TryMonth(name, out var month))
            {
                if (!seen.Add(month))
                {
                    return $"Two columns are named after {month}; each month has one.";
                }
            }
            else if (seen.Count > 0 && name.Length > 0 && !Beside.Contains(name.ToLowerInvariant()))
            {
                return $"The column “{Shorten(name)}” stands among the months and is none; write it like Apr-26 or 2026-04, or take it out.";
            }
        }

        return null;
    }

    /// <summary>The rows of the long form that one row of the table makes; those of a figure that takes two rows come with the second.</summary>
    /// <param name="place">Where the row stands.</param>
    /// <param name="pending">What the row before left to be completed; the caller keeps it from row to row.</param>
    public IEnumerable<LongRow> Rows(string place, IReadOnlyList<string?> cells, PendingRow pending)
    {
        var code = LongForm.Unquote(Cell(cells, team));
        var named = LongForm.Unquote(Cell(cells, measure)) ?? onlyMeasure;
        var which = part >= 0 ? PartOf(Cell(cells, part)) : Part.Both;
        if (which is Part.Numerator or Part.Denominator)
        {
            foreach (var row in pending.Take(place, code, named, which == Part.Numerator, columns.ConvertAll(column => (column.Name, column.Month, Cell(cells, column.Position) is { } cell ? Number(cell) : null))))
            {
                yield return row;
            }

            yield break;
        }

        foreach (var group in columns.GroupBy(column => (column.Month, column.Measure is { } own ? Code.KeyOf(own) : null)))
        {
            if (group.All(column => Cell(cells, column.Position) is null))
            {
                continue;
            }

            var row = new LongRow
            {
                Place = group.First() is { Measure: null, Month: null } ? place : $"{place}, {group.First().Name}",
                Team = code,
                Measure = group.First().Measure ?? named,
                Month = group.First().Month?.ToString() ?? MonthText(Cell(cells, month)),
                Note = LongForm.Unquote(Cell(cells, note)),
            };
            foreach (var column in group)
            {
                row = Cell(cells, column.Position) is { } cell ? With(row, column.Part, cell) : row;
            }

            yield return row;
        }
    }

    public static LongRow Broken(string place, RowProblem problem) => new() { Place = place, Findings = [new Finding(problem.Code, problem.Message, IsError: true)] };

    /// <summary>Months as a heading has them: besides what the long form reads also Apr-16, Apr-2016 and April-16.</summary>
    internal static bool TryMonth(string name, out Month month)
    {
        month = default;
        var text = name.Trim();
        if (text.Length is < 6 or > 20)
        {
            return false;
        }

        // Spreadsheets write dates with a time behind them.
        if (text.Length > 10 && text[10] is 'T' or ' ' && LongForm.TryMonth(text[..10], out month))
        {
            return true;
        }

        if (LongForm.TryMonth(text, out month))
        {
            return true;
        }

        var parts = text.Split(['-', ' ', '\'', '’'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts is [var word, { Length: 2 or 4 } year] && !char.IsAsciiDigit(word[0]) && year.All(char.IsAsciiDigit)
            && LongForm.TryMonth($"{word} {(year.Length == 2 ? "20" + year : year)}", out month);
    }

    private LongRow With(LongRow row, Part of, string cell)
    {
        if (of == Part.Both)
        {
            var slash = cell.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0 && cell.IndexOf('/', slash + 1) < 0)
            {
                return row with { Numerator = Number(cell[..slash]), Denominator = Number(cell[(slash + 1)..]) };
            }

            return LooksLikeADate(cell)
                ? row with
                {
                    Findings =
                    [
                        .. row.Findings,
                        new Finding("spreadsheetDate", $"“{Shorten(cell)}” looks like numerator/denominator that a spreadsheet turned into a date. Make the column text and write it again.", IsError: true),
                    ],
                }
                : row with { Value = Number(cell) };
        }

        return of switch
        {
            Part.Numerator => row with { Numerator = Number(cell) },
            Part.Denominator => row with { Denominator = Number(cell) },
            Part.Observations => row with { N = Number(cell) },
            _ => row with { Value = Number(cell) },
        };
    }

    /// <summary>A number in the one form that the transcript has; anything else as it stands, to be told as no number.</summary>
    private string Number(string cell) =>
        LongForm.MayGroupThousands(cell.Trim(), delimiter) ? $"{cell.Trim()} {LongForm.ThousandsOr(cell.Trim())}"
        : LongForm.TryNumber(cell.Trim(), delimiter, out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : cell.Trim();

    private static string? MonthText(string? cell) => cell is not null && TryMonth(cell, out var month) ? month.ToString() : cell;

    private static string? Cell(IReadOnlyList<string?> cells, int position) =>
        position >= 0 && position < cells.Count && cells[position]?.Trim() is { Length: > 0 } cell ? cell : null;

    private static (string Measure, Part Part) Split(string name)
    {
        var spaced = name.Replace('_', ' ').TrimEnd();
        foreach (var (ending, part) in Endings)
        {
            if (spaced.Length > ending.Length && spaced.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return (name[..(spaced.Length - ending.Length)].Trim(), part);
            }
        }

        return (name, Part.Both);
    }

    private static Part PartOf(string? cell) => cell?.ToLowerInvariant() switch
    {
        "numerator" or "num" or "n" => Part.Numerator,
        "denominator" or "den" or "denom" or "d" => Part.Denominator,
        _ => Part.Both,
    };

    /// <summary>7/12 becomes 12-Jul or 07-Dec or a whole date.</summary>
    private static bool LooksLikeADate(string cell)
    {
        var parts = cell.Split('-');
        return (parts is [var day, var word] && day.Length is 1 or 2 && day.All(char.IsAsciiDigit) && TryMonth($"{word}-2000", out _))
            || (parts is [var name, { Length: 2 }] && TryMonth($"{name}-2000", out _))
            || (parts is [{ Length: 4 }, ..] && DateOnly.TryParseExact(cell[..Math.Min(10, cell.Length)], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
    }

    /// <summary>A column that seems to say which measure a row is of, under a name that is not read: such a file must not be taken as one that is all of one measure.</summary>
    private static bool NamesAMeasure(string name) => name.Contains("measure", StringComparison.OrdinalIgnoreCase) || name.Equals("indicator", StringComparison.OrdinalIgnoreCase);

    private static string Shorten(string text) => text.Length > 40 ? text[..40] + "…" : text;

    /// <param name="Month">The month whose figures the column holds; null where rows name the month.</param>
    /// <param name="Measure">The measure whose figures the column holds; null where rows name it, or the file is of one.</param>
    private sealed record FigureColumn(int Position, string Name, Month? Month, string? Measure, Part Part);
}

/// <summary>The first row of a figure that takes two, until the second comes.</summary>
internal sealed class PendingRow
{
    private string place = "";
    private string? team;
    private string? measure;
    private bool isNumerator;
    private List<(string Name, Month? Month, string? Cell)>? cells;

    /// <summary>Takes a row; gives the completed figures when it is the other half of the row before, and what is left alone as rows that say so.</summary>
    public IEnumerable<LongRow> Take(string at, string? ofTeam, string? ofMeasure, bool numerator, List<(string Name, Month? Month, string? Cell)> row)
    {
        if (cells is { } first && team == ofTeam && measure == ofMeasure && isNumerator != numerator)
        {
            cells = null;
            for (var i = 0; i < row.Count; i++)
            {
                if ((first[i].Cell ?? row[i].Cell) is not null)
                {
                    var (above, below) = numerator ? (row[i].Cell, first[i].Cell) : (first[i].Cell, row[i].Cell);
                    yield return new LongRow { Place = $"{place}, {row[i].Name}", Team = team, Measure = measure, Month = row[i].Month?.ToString(), Numerator = above, Denominator = below };
                }
            }

            yield break;
        }

        foreach (var left in Rest())
        {
            yield return left;
        }

        (place, team, measure, isNumerator, cells) = (at, ofTeam, ofMeasure, numerator, row);
    }

    /// <summary>At the end of the file: a row whose other half never came.</summary>
    public IEnumerable<LongRow> Rest()
    {
        if (cells is null)
        {
            yield break;
        }

        cells = null;
        yield return WideForm.Broken(place, new RowProblem("half", $"The {(isNumerator ? "denominators" : "numerators")} of this row should stand in the next row, for the same team and measure."));
    }
}
