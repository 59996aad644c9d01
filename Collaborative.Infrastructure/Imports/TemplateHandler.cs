using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Submissions;
using Collaborative.Infrastructure.Workbooks;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using MediatR;

namespace Collaborative.Infrastructure.Imports;

internal sealed class TemplateHandler(IDatabase database, TimeProvider clock) : IRequestHandler<GetTemplate, Outcome<byte[]>>
{
    internal static readonly SqlText Figures =
        """
        SELECT m.Id, s.ReportMonth, s.Numerator, s.Denominator, s.Figure, s.SampleSize, s.StandardDeviation, s.Gaps, s.NoDataReason, s.Note, s.Strata, s.Revision, s.Status
        FROM Measure m
        JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = @teamId
        WHERE m.CollaborativeId = @collaborativeId
        ORDER BY m.CodeKey, s.ReportMonth
        """;

    public async Task<Outcome<byte[]>> Handle(GetTemplate request, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<(Guid Measure, Month Month), (int Revision, SubmissionState? State)>();
        var submitted = EnumText.Of(SubmissionStatus.Submitted);
        var snapshot = await database.Read(
            async session =>
            {
                await session.Read(
                    Figures,
                    new { collaborativeId = request.CollaborativeId, teamId = request.TeamId },
                    row => figures[(Binding.Guid(row.GetValue(0)), Month.FromYyyymm(row.GetInt32(1)))] = (row.GetInt32(11), row.GetString(12) != submitted ? null : new SubmissionState
                    {
                        Status = SubmissionStatus.Submitted,
                        Figures = SubmissionRow.ReadFigures(row, 2),
                        NoData = row.IsDBNull(8) ? null : row.GetString(8),
                        Note = row.IsDBNull(9) ? null : row.GetString(9),
                        Strata = row.IsDBNull(10) ? null : row.GetString(10),
                    }),
                    cancellationToken);
                return await Snapshot.Load(session, request.CollaborativeId, null, cancellationToken);
            },
            cancellationToken);
        if (snapshot?.Teams.FirstOrDefault(team => team.Id == request.TeamId) is not { } team)
        {
            return Problem.NotFound;
        }

        var rules = snapshot.Collaborative.State;
        var last = Month.Min(rules.EndMonth, rules.Calendar.CurrentMonth(clock.GetUtcNow()));
        last = team.State.WithdrawnAfter is { } left ? Month.Min(last, left) : last;
        var rows = new List<TemplateRow>();
        foreach (var measure in snapshot.Measures)
        {
            for (var month = rules.BaselineFrom; month <= last; month = month.AddMonths(1))
            {
                var (revision, state) = figures.GetValueOrDefault((measure.Id, month));
                rows.Add(new TemplateRow(team.Code, measure.Code, measure.State.Name, measure.State.Kind, month, state, revision));
            }
        }

        return TemplateWorkbook.Write(rows);
    }
}

/// <param name="State">The figures that are there; null where there are none yet.</param>
/// <param name="Revision">Their revision, or that of a draft or of what was withdrawn; 0 where there is none.</param>
internal sealed record TemplateRow(string Team, string Measure, string Name, MeasureKind Kind, Month Month, SubmissionState? State, int Revision);

/// <summary>The workbook itself: what says which figure it is is locked, cells take only what can be a figure, and everything else is left to the team.</summary>
internal static class TemplateWorkbook
{
    public const string Sheet = "Figures";

    private const uint Locked = 0;
    private const uint Open = 1;
    private const uint Heading = 2;
    private const uint NotForThisMeasure = 3;

    /// <summary>The columns of the long form, the measure's name beside its code for those who read, at which an import does not look, and the revision that is shown.</summary>
    private static readonly string[] Columns = ["team", "measure", "measure name", .. LongForm.Columns.Skip(2), LongForm.ShownColumn];

    private static readonly (string Name, double Width)[] Widths =
        [("team", 14), ("measure", 14), ("measure name", 34), ("month", 10), ("values", 20), ("noData", 24), ("note", 40)];

    public static byte[] Write(IReadOnlyList<TemplateRow> rows)
    {
        using var file = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.AddNewPart<WorkbookStylesPart>("styles").Stylesheet = Styles();
            var sheet = workbook.AddNewPart<WorksheetPart>("figures");
            workbook.Workbook = new DocumentFormat.OpenXml.Spreadsheet.Workbook(new Sheets(new Sheet { Name = Sheet, SheetId = 1, Id = "figures" }));
            using var writer = OpenXmlWriter.Create(sheet);
            WriteSheet(writer, rows);
        }

        return file.ToArray();
    }

    private static void WriteSheet(OpenXmlWriter writer, IReadOnlyList<TemplateRow> rows)
    {
        writer.WriteStartElement(new Worksheet());
        writer.WriteElement(new SheetViews(new SheetView(
            new Pane { VerticalSplit = 1, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen })
        {
            WorkbookViewId = 0,
        }));
        writer.WriteElement(new Columns(TemplateWorkbook.Columns.Select((name, i) => new Column
        {
            Min = (uint)i + 1,
            Max = (uint)i + 1,
            Width = Widths.FirstOrDefault(width => width.Name == name) is { Name: not null } found ? found.Width : 12,
            CustomWidth = true,
            Hidden = name is "strata" or LongForm.ShownColumn ? true : null,
        })));
        writer.WriteStartElement(new SheetData());
        writer.WriteElement(new Row(TemplateWorkbook.Columns.Select(name => Text(name, Heading))) { RowIndex = 1 });
        for (var i = 0; i < rows.Count; i++)
        {
            writer.WriteElement(new Row(Cells(rows[i])) { RowIndex = (uint)i + 2 });
        }

        writer.WriteEndElement();
        writer.WriteElement(new SheetProtection { Sheet = true, FormatColumns = false, FormatRows = false, AutoFilter = false });
        if (rows.Count > 0)
        {
            writer.WriteElement(Validations(rows.Count + 1));
        }

        writer.WriteEndElement();
    }

    private static IEnumerable<Cell> Cells(TemplateRow row)
    {
        var figures = row.State?.Figures;
        yield return Text(row.Team, Locked);
        yield return Text(row.Measure, Locked);
        yield return Text(row.Name, Locked);
        yield return Text(row.Month.ToString(), Locked);
        yield return Number(figures?.Numerator, Takes("numerator", row.Kind));
        yield return Number(figures?.Denominator, Takes("denominator", row.Kind));
        yield return Number(figures?.Value, Takes("value", row.Kind));
        yield return Number(figures?.N, Takes("n", row.Kind));
        yield return Number(figures?.Sd, Takes("sd", row.Kind));
        yield return Text(figures?.Gaps is { Length: 0 } ? LongForm.NoGaps : figures?.Gaps, Takes("values", row.Kind));
        yield return Text(row.State?.NoData, Open);
        yield return Text(row.State?.Note, Open);
        yield return Text(row.State?.Strata, Locked);
        yield return Number(row.Revision, Locked);
    }

    /// <summary>Cells that a measure of this kind has no use for are shut, so that nobody fills in the wrong ones.</summary>
    private static uint Takes(string column, MeasureKind kind) => (column, kind) switch
    {
        ("numerator", MeasureKind.Proportion or MeasureKind.Rate or MeasureKind.Ratio or MeasureKind.Mean or MeasureKind.Count) => Open,
        ("denominator", MeasureKind.Proportion or MeasureKind.Rate or MeasureKind.Ratio or MeasureKind.Mean) => Open,
        ("value" or "n", MeasureKind.Mean or MeasureKind.Median) => Open,
        ("sd", MeasureKind.Mean) => Open,
        ("values", MeasureKind.DaysBetween or MeasureKind.CasesBetween) => Open,
        _ => NotForThisMeasure,
    };

    private static DataValidations Validations(int lastRow)
    {
        var validations = new List<DataValidation>();
        foreach (var (column, operation, formula, says) in new[]
        {
            ("numerator", DataValidationOperatorValues.GreaterThanOrEqual, "-1E+100", "Write a number: how many of the denominator."),
            ("denominator", DataValidationOperatorValues.GreaterThanOrEqual, "0", "Write a number, 0 or more: how many there were in all."),
            ("value", DataValidationOperatorValues.GreaterThanOrEqual, "-1E+100", "Write a number: the mean or median of the month."),
            ("n", DataValidationOperatorValues.GreaterThanOrEqual, "1", "Write a number, 1 or more: how many observations."),
            ("sd", DataValidationOperatorValues.GreaterThanOrEqual, "0", "Write a number, 0 or more: the standard deviation."),
        })
        {
            var letter = (char)('A' + Array.IndexOf(Columns, column));
            validations.Add(new DataValidation(new Formula1(formula))
            {
                Type = DataValidationValues.Decimal,
                Operator = operation,
                AllowBlank = true,
                ShowErrorMessage = true,
                ShowInputMessage = true,
                ErrorTitle = "Not a figure",
                Error = says,
                PromptTitle = column,
                Prompt = says + " Leave it blank if there is nothing yet.",
                SequenceOfReferences = new ListValue<StringValue>([string.Create(CultureInfo.InvariantCulture, $"{letter}2:{letter}{lastRow}")]),
            });
        }

        return new DataValidations(validations) { Count = (uint)validations.Count };
    }

    private static Stylesheet Styles() => new(
        new Fonts(new Font(), new Font(new Bold())),
        new Fills(
            new Fill(new PatternFill { PatternType = PatternValues.None }),
            new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
            Solid("FFFFF8E1"),
            Solid("FFEEEEEE")),
        new Borders(new Border()),
        new CellStyleFormats(new CellFormat()),
        new CellFormats(
            new CellFormat(),
            new CellFormat(new Protection { Locked = false }) { FillId = 2, ApplyFill = true, ApplyProtection = true },
            new CellFormat { FontId = 1, ApplyFont = true },
            new CellFormat { FillId = 3, ApplyFill = true }));

    private static Fill Solid(string colour) => new(new PatternFill(new ForegroundColor { Rgb = colour }) { PatternType = PatternValues.Solid });

    private static Cell Text(string? text, uint style) => text is null
        ? new Cell { StyleIndex = style }
        : new Cell(new InlineString(new Text(SheetText.Escape(LongForm.Guard(text))) { Space = SpaceProcessingModeValues.Preserve })) { DataType = CellValues.InlineString, StyleIndex = style };

    private static Cell Number(double? number, uint style) => number is { } value
        ? new Cell(new CellValue(value.ToString("R", CultureInfo.InvariantCulture))) { StyleIndex = style }
        : new Cell { StyleIndex = style };
}
