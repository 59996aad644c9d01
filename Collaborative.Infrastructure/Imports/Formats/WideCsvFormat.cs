using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Imports;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>CSV with a column for each month or for each measure.</summary>
internal sealed class WideCsvFormat : ImportFormat
{
    public override string Name => "csvWide";

    public override FileFamily Family => FileFamily.Csv;

    public override Outcome<Recognised> Recognise(ReadOnlySpan<byte> head)
    {
        var header = LongCsvFormat.Header(head);
        if (header.Problem is { } unreadable)
        {
            return unreadable;
        }

        var (delimiter, names) = LongForm.WrittenNames(header.Value);
        var form = WideForm.Read(names, delimiter, null);
        if (PatientColumns.FirstIn(names, form is null ? null : form.MeasureColumns.Contains) is { } patient)
        {
            return PatientColumns.Refusal(patient);
        }

        return form is not null
            ? new Recognised(this, form.NamesNoMeasure, MeasureColumns: form.MeasureColumns)
            : Unreadable("The first line names neither the columns of the long form nor a team and a column for each month or measure.");
    }

    public override IEnumerable<LongRow?> Translate(ImportSource source)
    {
        using var body = source.Open();
        using var records = new CsvRecords(body);
        var (delimiter, names) = LongForm.WrittenNames(records.Header);
        var form = WideForm.Read(names, delimiter, source.Measure) ?? throw new UnreadableFileException("The first line is not the one that was recognised.");
        var pending = new PendingRow();
        foreach (var record in records.Read(delimiter))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {record.Line}");
            var problem = record.Problem ?? (CsvRecords.IsUnreadable(record.Fields) ? CsvRecords.NotUtf8
                : record.Fields.Length > names.Length && record.Fields.Skip(names.Length).Any(cell => !string.IsNullOrWhiteSpace(cell))
                    ? new RowProblem("columns", $"This row has {record.Fields.Length} cells, but the header names {names.Length} columns; check for a stray separator.")
                    : null);
            if (problem is not null)
            {
                yield return WideForm.Broken(place, problem);
                continue;
            }

            foreach (var row in form.Rows(place, record.Fields, pending))
            {
                yield return row;
            }
        }

        foreach (var row in pending.Rest())
        {
            yield return row;
        }
    }
}
