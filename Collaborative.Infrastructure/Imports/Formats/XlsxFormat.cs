using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Imports;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>Workbooks: every sheet that has a table of figures in the long or a wide form, the team's own template among them.</summary>
internal sealed class XlsxFormat : ImportFormat
{
    /// <summary>Above a table there may be a title; much further down it is none.</summary>
    private const int MostRowsAboveAHeader = 20;

    /// <summary>Fewer cells than this are a title or a line of a form, and longer than <see cref="MostWordsOfALabel"/> they are prose.</summary>
    private const int FewestColumns = 3;
    private const int MostWordsOfALabel = 3;

    public override string Name => "xlsx";

    public override FileFamily Family => FileFamily.Workbook;

    /// <summary>What a workbook holds can only be told once all of it is there.</summary>
    public override Outcome<Recognised> Recognise(ReadOnlySpan<byte> head) => new Recognised(this, MayNameNoMeasure: true);

    public override IEnumerable<LongRow?> Translate(ImportSource source)
    {
        using var file = source.OpenSeekable();
        using var workbook = Workbook.Open(file);
        var tables = 0;
        foreach (var (name, part) in workbook.Sheets)
        {
            Func<string, SheetRow, IEnumerable<LongRow>>? table = null;
            var above = 0;
            var pending = new PendingRow();
            foreach (var row in workbook.Rows(part))
            {
                if (row is null)
                {
                    yield return null;
                    continue;
                }

                if (table is null)
                {
                    if (++above > MostRowsAboveAHeader || IsOurTableOfMeasures(row))
                    {
                        break;
                    }

                    table = Table(row, source, pending);
                    tables += table is null ? 0 : 1;
                    if (table is not null && row.IsCut)
                    {
                        throw new UnreadableFileException($"A sheet has more than {Workbook.MostColumns} columns. Send it in parts, or with a row for each month.");
                    }

                    continue;
                }

                var place = string.Create(CultureInfo.InvariantCulture, $"sheet {(name.Length > 40 ? name[..40] : name)}, row {row.Number}");
                var (warning, refusal) = Formulas(row);
                foreach (var found in refusal is null ? table(place, row) : [new LongRow { Place = place, Findings = [refusal] }])
                {
                    yield return warning is null ? found : found with { Findings = [.. found.Findings, warning] };
                }
            }

            foreach (var row in pending.Rest())
            {
                yield return row;
            }
        }

        foreach (var (_, part) in workbook.Hidden)
        {
            foreach (var row in workbook.Rows(part).Take(MostRowsAboveAHeader).TakeWhile(row => row is null || !IsOurTableOfMeasures(row)))
            {
                RefusePatients(row is null ? [] : Names(row), source.IsMeasure);
            }
        }

        if (tables == 0)
        {
            throw new UnreadableFileException(
                "No sheet has a first row that names the columns team, measure, month and numerator, denominator (or value, n), or team and a column for each month or measure.");
        }
    }

    /// <summary>What a sheet's rows mean, by its header; null where the row is no header.</summary>
    private static Func<string, SheetRow, IEnumerable<LongRow>>? Table(SheetRow header, ImportSource source, PendingRow pending)
    {
        var names = Names(header);
        RefusePatients(names, source.IsMeasure);
        var onlyMeasure = source.Measure;
        var lower = names.ConvertAll(name => name.ToLowerInvariant());
        if (!lower.Contains("team"))
        {
            return null;
        }

        var columns = LongForm.Columns.Select(column => (column, lower.IndexOf(column.ToLowerInvariant()))).Where(found => found.Item2 >= 0).ToDictionary(found => found.column, found => found.Item2);
        if (columns.ContainsKey("measure") && columns.ContainsKey("month") && LongForm.FigureColumns.Any(columns.ContainsKey))
        {
            foreach (var ours in new[] { LongForm.StratumColumn, LongForm.ShownColumn }.Where(lower.Contains))
            {
                columns[ours] = lower.IndexOf(ours);
            }

            return (place, row) => Long(place, row, columns);
        }

        if (WideForm.Read(names, ',', onlyMeasure) is not { } wide)
        {
            return WideForm.WhyNot(names) is { } why ? throw new UnreadableFileException(why) : null;
        }

        return wide.NamesNoMeasure && onlyMeasure is null
            ? throw new UnreadableFileException("A sheet does not say which measure it is of; add ?measure= with its code to the address.")
            : (place, row) => wide.Rows(place, row.Cells.ConvertAll(cell => cell.Text), pending);
    }

    /// <summary>In an exported workbook that comes back, definitions may speak of patients.</summary>
    private static bool IsOurTableOfMeasures(SheetRow row) => Names(row).SequenceEqual(WorkbookHandler.MeasureHeadings);

    private static List<string> Names(SheetRow row) => row.Cells.ConvertAll(cell => cell.Text ?? "");

    /// <summary>In a table of teams a name that may be of patients is enough; elsewhere, where staff may be listed, only one that can be of nobody else.</summary>
    private static void RefusePatients(List<string> names, Func<string, bool>? isMeasure)
    {
        if (names.Count(name => name.Length > 0) < FewestColumns)
        {
            names = names.FindAll(name => name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length <= MostWordsOfALabel);
        }

        bool Has(string column) => names.Exists(name => name.Equals(column, StringComparison.OrdinalIgnoreCase));

        // Where rows name their measures, no column is named after one.
        if ((Has("team") ? PatientColumns.FirstIn(names, Has("measure") ? null : isMeasure) : PatientColumns.FirstCertainIn(names)) is { } patient)
        {
            throw new UnreadableFileException(PatientLevelException.PatientCode, PatientColumns.Refusal(patient).Detail);
        }
    }

    /// <summary>A row without any figure leaves the month as it is: a template has a row for each.</summary>
    private static IEnumerable<LongRow> Long(string place, SheetRow row, Dictionary<string, int> columns)
    {
        string? Cell(string column) => columns.TryGetValue(column, out var position) && position < row.Cells.Count ? row.Cells[position].Text : null;
        if (!LongForm.Columns.Skip(3).Any(column => column is not ("note" or "strata") && Cell(column) is not null))
        {
            yield break;
        }

        yield return new LongRow
        {
            Place = place,
            Team = LongForm.Unquote(Cell("team")),
            Measure = LongForm.Unquote(Cell("measure")),
            Month = Cell("month") is { } text && WideForm.TryMonth(text, out var month) ? month.ToString() : Cell("month"),
            Numerator = Cell("numerator"),
            Denominator = Cell("denominator"),
            Value = Cell("value"),
            N = Cell("n"),
            Sd = Cell("sd"),
            Values = Cell("values"),
            NoData = LongForm.Unquote(Cell("noData")),
            Note = LongForm.Unquote(Cell("note")),
            Strata = LongForm.Unquote(Cell("strata")),
            Shown = Cell(LongForm.ShownColumn),
            Findings = Cell(LongForm.StratumColumn) is not null
                ? [new Finding(LongForm.OfAStratum.Code, LongForm.OfAStratum.Message, IsError: true)]
                : [],
        };
    }

    private static (Finding? Warning, Finding? Refusal) Formulas(SheetRow row)
    {
        if (row.Cells.Exists(cell => cell is { IsFormula: true, Text: null }))
        {
            return (null, new Finding("formula", "A formula in this row was never worked out; open the workbook, let it calculate, and save it.", IsError: true));
        }

        return row.Cells.Exists(cell => cell.IsFormula)
            ? (new Finding("formula", "This row has formulas; the values that the workbook last worked out are taken."), null)
            : (null, null);
    }
}
