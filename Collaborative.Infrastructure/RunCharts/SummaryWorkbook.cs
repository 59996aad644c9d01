using Collaborative.Domain;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Workbooks;

namespace Collaborative.Infrastructure.RunCharts;

/// <summary>The icon summary as a workbook: one table.</summary>
public static class SummaryWorkbook
{
    private const int TextColumn = 40;
    private const int Column = 14;

    private static readonly (string Name, double Width)[] Columns =
    [
        ("code", Column), ("name", TextColumn), ("type", Column), ("better", Column), ("unit", 26), ("last month", Column), ("last figure", Column), ("goal", Column), ("goal by", Column),
        ("goal met", Column), ("centre", Column), ("variation", Column), ("assurance", Column), ("what they say", TextColumn), ("last signal", Column), ("from", Column), ("to", Column),
        ("meaning", Column), ("signal in words", TextColumn), ("note", TextColumn), ("chart", TextColumn),
    ];

    public static byte[] Write(SummaryAnswer summary)
    {
        using var output = new MemoryStream();
        var file = new WorkbookFile(output);
        using (var sheet = file.Sheet("Summary", new SheetLook { Widths = [.. Columns.Select(column => column.Width)], FrozenRows = 3 }))
        {
            sheet.NextRow();
            sheet.Text(LongForm.Guard(summary.Title), CellStyle.Title);
            sheet.NextRow();
            sheet.Text(summary.Shares is { } shares ? SummaryForms.Words(shares) : null);
            sheet.NextRow();
            sheet.Texts(Columns.Select(column => column.Name), CellStyle.Heading);
            sheet.FilterFromHere(Columns.Length);
            foreach (var row in summary.Rows)
            {
                sheet.NextRow();
                Write(sheet, row);
            }
        }

        file.Complete();
        return output.ToArray();
    }

    private static void Write(SheetWriter sheet, SummaryAnswerRow row)
    {
        var decimals = CellStyle.Decimals(row.Decimals);
        sheet.Text(row.Code);
        sheet.Text(LongForm.Guard(row.Name));
        sheet.Texts([Naming.Of(row.Type), Naming.Of(row.Direction), row.Unit is null ? null : LongForm.Guard(row.Unit), row.LastMonth]);
        sheet.Number(row.LastValue, decimals);
        sheet.Number(row.Goal?.Value, decimals);
        sheet.Texts([row.Goal?.ByMonth?.ToString(), row.GoalMet switch { true => "yes", false => "no", null => null }]);
        sheet.Number(row.Centre, decimals);
        sheet.Texts(
        [
            row.Icons is { } icons ? Naming.Of(icons.Variation) : null,
            row.Icons?.Assurance is { } assurance ? Naming.Of(assurance) : null,
            row.Words,
            row.LastSignal is { } signal ? Naming.Of(signal.Rule) : null,
            row.LastSignal?.From,
            row.LastSignal?.To,
            row.LastSignal is { Meaning: var meaning } ? Naming.Of(meaning) : null,
            row.SignalWords,
            row.Unavailable ?? row.Note,
            row.Chart,
        ]);
    }
}
