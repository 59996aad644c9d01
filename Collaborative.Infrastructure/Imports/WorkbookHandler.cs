using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Imports;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.RunCharts;
using Collaborative.Infrastructure.Teams;
using Collaborative.Infrastructure.Workbooks;
using MediatR;

namespace Collaborative.Infrastructure.Imports;

/// <summary>A collaborative as a workbook: what it is, a sheet for each measure, and the figures as an import reads them. Written as it is read.</summary>
internal sealed class WorkbookHandler(IDatabase database, TimeProvider clock) : IRequestHandler<ExportWorkbook, Outcome<int>>
{
    private const string About = "Collaborative";
    private const string Figures = "Figures";

    /// <summary>Above the table of measures; what people wrote of theirs stands below it.</summary>
    internal static readonly string[] MeasureHeadings =
        ["sheet", "measure", "name", "type", "kind", "better", "multiplier", "unit", "operational definition of the numerator", "operational definition of the denominator", "goal", "goal by", "required"];

    public async Task<Outcome<int>> Handle(ExportWorkbook request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<int>>(
            async session =>
            {
                var (viewer, choice) = (request.Viewer, request.Choice);
                if (await Snapshot.Load(session, request.CollaborativeId, request.Prepared.At, cancellationToken) is not { } snapshot)
                {
                    return Problem.NotFound;
                }

                var names = new SheetNames();
                var (about, figures) = (names.Next(About), names.Next(Figures));
                var measures = snapshot.Measures.Where(measure => choice.MeasureKey is null || choice.MeasureKey == measure.CodeKey)
                    .Select(measure => (Row: measure, Sheet: names.Next(measure.Code))).ToList();
                var teams = snapshot.Teams.Where(team => viewer.Sees(team.Id) && (choice.TeamKey is null || choice.TeamKey == team.CodeKey)).ToList();
                var extent = await ExportFigures.Measure(session, snapshot, viewer, choice, cancellationToken);

                var file = new WorkbookFile(request.Output);
                using (var sheet = file.Sheet(about, new SheetLook { Widths = [20, 16, 34, 12, 14, 12, 12, 26, 50, 50, 10, 10, 10] }))
                {
                    WriteAbout(sheet, snapshot, request, measures, figures);
                }

                foreach (var (measure, name) in measures)
                {
                    using var sheet = file.Sheet(name, MeasureSheet.Look);
                    await WriteMeasure(session, sheet, snapshot, request, measure, teams, extent, cancellationToken);
                }

                var count = 0;
                using (var sheet = file.Sheet(figures, new SheetLook { Widths = [14, 14, 10, 12, 12, 12, 12, 12, 20, 24, 40, 40], FrozenRows = 1 }))
                {
                    sheet.NextRow();
                    sheet.Texts(LongForm.Columns, CellStyle.Heading);
                    sheet.FilterFromHere(LongForm.Columns.Count);
                    var teamCodes = teams.ToDictionary(team => team.Id, team => team.Code);
                    var measureCodes = measures.ToDictionary(measure => measure.Row.Id, measure => measure.Row.Code);
                    await ExportFigures.Read(
                        session,
                        snapshot,
                        viewer,
                        choice,
                        null,
                        figure =>
                        {
                            count++;
                            WriteFigure(sheet, teamCodes[figure.TeamId], measureCodes[figure.MeasureId], figure);
                        },
                        cancellationToken);
                }

                file.Complete();
                return count;
            },
            cancellationToken);

    private static void WriteAbout(SheetWriter sheet, Snapshot snapshot, ExportWorkbook request, List<(MeasureRow Row, string Sheet)> measures, string figures)
    {
        var collaborative = snapshot.Collaborative;
        var choice = request.Choice;
        sheet.NextRow();
        sheet.Text(LongForm.Guard(collaborative.Name), CellStyle.Title);
        foreach (var (label, text) in new (string, string?)[]
        {
            ("code", collaborative.Code),
            ("topic", collaborative.Topic),
            ("aim", collaborative.Aim),
            ("runs", $"{collaborative.StartMonth} to {collaborative.EndMonth}"),
            ("figures from", collaborative.BaselineFrom.ToString()),
            ("as of", snapshot.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture)),
            ("only of team", choice.TeamKey),
            ("only of measure", choice.MeasureKey),
            ("only from", choice.From?.ToString()),
            ("only to", choice.To?.ToString()),
        })
        {
            if (text is not null)
            {
                sheet.NextRow();
                sheet.Text(label, CellStyle.Strong);
                sheet.Text(LongForm.Guard(text));
            }
        }

        sheet.NextRow();
        sheet.Text("all figures", CellStyle.Strong);
        sheet.Link(figures, figures);
        sheet.Skip();
        sheet.Text("This sheet can be sent back as an import. Each figure is numerator over denominator, as submitted.");
        sheet.NextRow();
        sheet.NextRow();
        sheet.Texts(MeasureHeadings, CellStyle.Heading);
        foreach (var (measure, name) in measures)
        {
            var state = measure.State;
            sheet.NextRow();
            sheet.Link(name, name);
            sheet.Text(measure.Code, CellStyle.Wrapped);
            sheet.Text(LongForm.Guard(measure.Name), CellStyle.Wrapped);
            sheet.Texts([Naming.Of(state.Type), Naming.Of(state.Kind), Naming.Of(state.Direction)], CellStyle.Wrapped);
            sheet.Number(state.Multiplier);
            foreach (var text in new[] { state.Unit, state.NumeratorDefinition, state.DenominatorDefinition })
            {
                sheet.Text(text is null ? null : LongForm.Guard(text), CellStyle.Wrapped);
            }

            sheet.Number(state.GoalValue);
            sheet.Text(state.GoalByMonth?.ToString());
            sheet.Text(state.Required ? "yes" : "no");
        }
    }

    private async Task WriteMeasure(
        Session session, SheetWriter sheet, Snapshot snapshot, ExportWorkbook request, MeasureRow measure, List<TeamRow> teams, ExportFigures.Extent extent, CancellationToken cancellation)
    {
        var prepared = request.Prepared;
        var question = new ChartQuestion
        {
            Aggregate = AggregateRules.WhyNotDefined(measure.State.Kind, Aggregate.Pooled) is null ? Aggregate.Pooled : Aggregate.MedianOfTeams,
            From = prepared.ChartFrom,
            To = prepared.ChartTo,
            AsOf = prepared.At,
        };
        var source = await ChartSource.Load(session, request.CollaborativeId, null, measure.Id, question, withTeamMarks: false, clock.GetUtcNow(), cancellation);
        var chart = source.Problem is { } problem ? problem : ChartMaker.OfAllTeams(source.Value, measure, question);
        var first = Month.Min(prepared.ChartFrom, extent.FirstMonth ?? prepared.ChartFrom);
        var last = Month.Max(prepared.ChartTo, extent.LastMonth ?? prepared.ChartTo);
        var rows = MeasureSheet.Begin(sheet, measure, chart, prepared.ChartFrom, teams, first, Math.Max(0, last - first + 1));
        await ExportFigures.Read(session, snapshot, request.Viewer, request.Choice, measure.CodeKey, rows.Take, cancellation);
        rows.End();
    }

    private static void WriteFigure(SheetWriter sheet, string team, string measure, ExportedFigure figure)
    {
        var (figures, state) = (figure.State.Figures, figure.State);
        sheet.NextRow();
        sheet.Text(team);
        sheet.Text(measure);
        sheet.Text(figure.Month.ToString());
        sheet.Number(figures.Numerator);
        sheet.Number(figures.Denominator);
        sheet.Number(figures.Value);
        sheet.Number(figures.N);
        sheet.Number(figures.Sd);
        sheet.Text(figures.Gaps is { Length: 0 } ? LongForm.NoGaps : figures.Gaps);
        sheet.Text(state.NoData is null ? null : LongForm.Guard(state.NoData));
        sheet.Text(state.Note is null ? null : LongForm.Guard(state.Note));
        sheet.Text(state.Strata);
    }
}
