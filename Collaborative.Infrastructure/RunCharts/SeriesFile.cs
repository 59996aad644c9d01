using System.Globalization;
using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Imports;

namespace Collaborative.Infrastructure.RunCharts;

/// <summary>
/// A series in a CSV file, as other tools take one: a column for the place (label, month or period) and one for the figure (value), or two
/// (numerator and denominator). Rows of one place are the observations of a subgroup. Separators and numbers are those of an import.
/// </summary>
public static class SeriesFile
{
    /// <summary>Enough for a person to mend.</summary>
    private const int MostErrors = 20;

    private const int MostRows = 1_000_000;

    /// <summary>How statistical packages write a missing figure.</summary>
    private const string Missing = "NA";

    private static readonly string[] Places = ["label", "month", "period"];

    public static Outcome<IReadOnlyList<PostedPoint>> Read(Stream file)
    {
        using var text = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        try
        {
            return Read(text);
        }
        catch (DecoderFallbackException)
        {
            return Unreadable("The file is not in UTF-8. Save it as “CSV UTF-8”.");
        }
    }

    private static Outcome<IReadOnlyList<PostedPoint>> Read(StreamReader text)
    {
        string? header;
        var headerLines = 0;
        do
        {
            header = text.ReadLine();
            headerLines++;
        }
        while (header is not null && string.IsNullOrWhiteSpace(header));

        if (header is null)
        {
            return Unreadable("The file is empty.");
        }

        var (delimiter, names) = LongForm.Names(header.TrimStart('\ufeff'));
        var columns = new Columns(
            Array.FindIndex(names, name => name == Places.FirstOrDefault(place => names.Contains(place))),
            Array.IndexOf(names, "value"),
            Array.IndexOf(names, "numerator"),
            Array.IndexOf(names, "denominator"));
        if (columns.Place < 0 || (columns.Value < 0 && (columns.Numerator < 0 || columns.Denominator < 0)))
        {
            return Unreadable("The first line must name the columns label (or month, or period), and value, or numerator and denominator.");
        }

        using var records = new RecordReader(text, delimiter);
        using var parser = records.SplitIntoFields();
        var series = new Gathered(columns, delimiter, names[columns.Place]);
        while (series.Wants && parser.Read())
        {
            series.Add(records.Lines.Dequeue() + headerLines, parser.Current.ToArray());
        }

        foreach (var broken in records.Broken)
        {
            series.Refuse(broken.Line + headerLines, broken.Code, broken.Message);
        }

        return series.Points();
    }

    private static Problem Unreadable(string detail) => new(ProblemCode.ImportUnreadable, detail);

    /// <summary>Where the columns are; -1 where one is not.</summary>
    private readonly record struct Columns(int Place, int Value, int Numerator, int Denominator);

    private sealed record Row(int Line, string Label, double? Value, double? Numerator, double? Denominator);

    /// <summary>The rows so far, in the order in which their places were first named.</summary>
    private sealed class Gathered(Columns columns, char delimiter, string place)
    {
        private readonly Dictionary<string, List<Row>> places = new(StringComparer.Ordinal);
        private readonly List<FieldError> errors = [];
        private int rows;

        public bool Wants => errors.Count < MostErrors && places.Count <= PostedSeries.MostPoints && rows <= MostRows;

        public void Add(int line, string[] fields)
        {
            rows++;
            var label = LongForm.Unquote(Cell(fields, columns.Place));
            if (label is null)
            {
                Refuse(line, "required", $"The {place} is missing.");
                return;
            }

            if (place == "month")
            {
                if (!LongForm.TryMonth(label, out var month))
                {
                    Refuse(line, "month", "Write the month like 2026-03, 2026-03-31, 03/2026 or Mar 2026, or name the column period.");
                    return;
                }

                label = month.ToString();
            }

            if (!places.TryGetValue(label, out var sofar))
            {
                places.Add(label, sofar = []);
            }

            sofar.Add(new Row(
                line, label, Number(line, fields, columns.Value), Number(line, fields, columns.Numerator), Number(line, fields, columns.Denominator)));
        }

        public void Refuse(int line, string code, string message) =>
            errors.Add(new FieldError("", code, string.Create(CultureInfo.InvariantCulture, $"Line {line}: {message}")));

        public Outcome<IReadOnlyList<PostedPoint>> Points()
        {
            if (rows > MostRows)
            {
                return Unreadable(string.Create(CultureInfo.InvariantCulture, $"A file may have at most {MostRows} rows."));
            }

            var repeated = places.Values.FirstOrDefault(same => same.Count > 1);
            if (repeated is not null && places.Values.SelectMany(same => same).FirstOrDefault(row => row is not { Numerator: null, Denominator: null }) is not null)
            {
                Refuse(repeated[1].Line, "duplicate", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{repeated[0].Label} is on line {repeated[0].Line} already. Only values can be several to one place; add up its numerators and denominators, or keep the rows of one team."));
            }

            return errors.Count > 0
                ? Problem.Invalid(errors)
                : places.Values.Select(same => repeated is not null ? Subgroup(same) : Single(same[0])).ToArray();
        }

        private static PostedPoint Single(Row row) =>
            new() { Label = row.Label, Value = row.Value, Numerator = row.Numerator, Denominator = row.Denominator };

        private static PostedPoint Subgroup(List<Row> rows) =>
            new() { Label = rows[0].Label, Values = [.. rows.Select(row => row.Value).OfType<double>()] };

        private static string? Cell(string[] fields, int column) =>
            column >= 0 && column < fields.Length && fields[column].Trim() is { Length: > 0 } cell ? cell : null;

        private double? Number(int line, string[] fields, int column)
        {
            if (Cell(fields, column) is not { } text || text == Missing)
            {
                return null;
            }

            if (LongForm.TryNumber(text, delimiter, out var number))
            {
                return number;
            }

            Refuse(line, "number", $"“{(text.Length > 40 ? text[..40] + "…" : text)}” is not a number; leave the cell blank where there is no figure.");
            return null;
        }
    }
}
