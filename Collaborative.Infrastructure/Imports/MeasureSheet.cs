using Collaborative.Domain;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.RunCharts;
using Collaborative.Infrastructure.Teams;
using Collaborative.Infrastructure.Workbooks;

namespace Collaborative.Infrastructure.Imports;

/// <summary>
/// The sheet of one measure: its chart over all teams, and below it a column for each month with the rows of all teams and
/// of each team. Its headings are not those that an import looks for: the figures that go back in stand on a sheet of their own.
/// </summary>
internal sealed class MeasureSheet
{
    private const int LabelColumns = 3;
    private const int ChartFromRow = 4;
    private const int ChartToRow = 25;
    private const int ChartColumns = 15;
    private const int DescriptionLines = 5;

    private readonly SheetWriter sheet;
    private readonly MeasureRow measure;
    private readonly IReadOnlyList<TeamRow> teams;
    private readonly Month first;
    private readonly int months;
    private readonly (string Name, Func<SubmissionState, double?> Number)[] rows;
    private readonly Dictionary<int, SubmissionState> ofTeam = [];
    private int position;

    private MeasureSheet(SheetWriter sheet, MeasureRow measure, IReadOnlyList<TeamRow> teams, Month first, int months)
    {
        (this.sheet, this.measure, this.teams, this.first, this.months) = (sheet, measure, teams, first, months);
        rows = Rows(measure.State);
    }

    public static SheetLook Look { get; } = new() { Widths = [14, 30, 18, 10], FrozenColumns = LabelColumns };

    public static int RowsOfATeam(MeasureKind kind) => kind switch
    {
        MeasureKind.Mean => 5,
        MeasureKind.Proportion or MeasureKind.Rate or MeasureKind.Ratio => 3,
        _ => 2,
    };

    /// <summary>Writes what is above the rows of teams.</summary>
    /// <param name="chart">The chart over all teams, or why there is none.</param>
    /// <param name="chartFrom">The month of its first point.</param>
    /// <param name="teams">By code, those without figures among them.</param>
    /// <param name="first">The month of the first column.</param>
    public static MeasureSheet Begin(SheetWriter sheet, MeasureRow measure, Outcome<MadeChart> chart, Month chartFrom, IReadOnlyList<TeamRow> teams, Month first, int months)
    {
        var made = new MeasureSheet(sheet, measure, teams, first, months);
        made.WriteHead(chart.Problem is null ? chart.Value.Chart : null, chart.Problem?.Detail, chartFrom - first);
        return made;
    }

    /// <summary>Takes a figure; they come in the order of the teams.</summary>
    public void Take(ExportedFigure figure)
    {
        while (teams[position].Id != figure.TeamId)
        {
            WriteTeam();
        }

        ofTeam[figure.Month - first] = figure.State;
    }

    public void End()
    {
        while (position < teams.Count)
        {
            WriteTeam();
        }
    }

    private static (string Name, Func<SubmissionState, double?> Number)[] Rows(MeasureState measure)
    {
        double? Value(SubmissionState state) => state.Figures.PlottedValue(measure.Kind, measure.Multiplier);
        return measure.Kind switch
        {
            MeasureKind.Count => [("number", state => state.Figures.Numerator), ("value", Value)],
            MeasureKind.Mean =>
            [
                ("numerator", state => state.Figures.Numerator), ("denominator", state => state.Figures.Denominator), ("n", state => state.Figures.N),
                ("standard deviation", state => state.Figures.Sd), ("value", Value),
            ],
            MeasureKind.Median => [("n", state => state.Figures.N), ("value", Value)],
            MeasureKind.DaysBetween or MeasureKind.CasesBetween => [("gaps", _ => null), ("value", Value)],
            _ => [("numerator", state => state.Figures.Numerator), ("denominator", state => state.Figures.Denominator), ("value", Value)],
        };
    }

    private void WriteHead(Chart? chart, string? whyNone, int offset)
    {
        sheet.NextRow();
        sheet.Text(LongForm.Guard(measure.Name), CellStyle.Title);
        sheet.NextRow();
        sheet.Text(string.Join(" · ", new[] { chart is null ? null : ChartWords.AggregateName(chart), chart is null ? null : ChartWords.TypeName(chart.Analysis.Settings.Type), Unit(chart) }.OfType<string>()));
        sheet.Paragraph(chart is null ? whyNone : ChartWords.Describe(chart), ChartColumns, DescriptionLines);
        sheet.SkipRows(ChartToRow - sheet.RowNumber);
        sheet.NextRow();
        sheet.Texts(["code", "name", "figure"], CellStyle.Heading);
        sheet.Texts(Enumerable.Range(0, months).Select(i => first.AddMonths(i).ToString()), CellStyle.Heading);
        sheet.FilterFromHere(LabelColumns);
        if (chart is null || chart.Analysis.Points.Length == 0)
        {
            return;
        }

        var points = chart.Analysis.Points;
        var labels = CellRange.Row(sheet.Name, sheet.RowNumber, LabelColumns + 1 + offset, points.Length);
        if (rows[0].Name is "numerator" or "number")
        {
            AllTeams(rows[0].Name, points.Select(point => point.Numerator), offset);
        }

        if (rows[1].Name == "denominator")
        {
            AllTeams("denominator", points.Select(point => point.Denominator), offset);
        }

        var lines = new List<ChartLine>();
        foreach (var line in ChartSheetLines.Of(chart))
        {
            AllTeams(line.Name, line.Values, offset, CellStyle.Decimals(measure.Decimals));
            lines.Add(line.At(
                CellRange.Row(sheet.Name, sheet.RowNumber, LabelColumns, 1), CellRange.Row(sheet.Name, sheet.RowNumber, LabelColumns + 1 + offset, points.Length)));
        }

        AllTeams("teams with a figure", chart.Teams.Select(counts => (double?)counts.Contributing), offset);
        sheet.Draw(new LineChart
        {
            Title = measure.Name,
            Unit = Unit(chart),
            Description = ChartWords.Describe(chart),
            LabelCells = labels,
            Labels = [.. points.Select(point => point.Label)],
            Lines = lines,
            Decimals = measure.Decimals,
            From = (0, ChartFromRow - 1),
            To = (ChartColumns, ChartToRow - 1),
        });
    }

    private string? Unit(Chart? chart) => measure.Unit ?? (chart is not null && ChartWords.IsPercentage(chart) ? "%" : null);

    private void AllTeams(string name, IEnumerable<double?> values, int offset, CellStyle style = default)
    {
        sheet.NextRow();
        sheet.Skip();
        sheet.Text("All teams", CellStyle.Strong);
        sheet.Text(name, CellStyle.Strong);
        sheet.Skip(offset);
        foreach (var value in values)
        {
            sheet.Number(value, style);
        }
    }

    private void WriteTeam()
    {
        var team = teams[position++];
        foreach (var (name, number) in rows)
        {
            sheet.NextRow();
            sheet.Text(team.Code);
            sheet.Text(LongForm.Guard(team.Name));
            sheet.Text(name);
            for (var i = 0; i < months; i++)
            {
                if (!ofTeam.TryGetValue(i, out var state))
                {
                    sheet.Skip();
                }
                else if (state.NoData is not null)
                {
                    sheet.Text(name == "value" ? "no data" : null);
                }
                else if (name == "gaps")
                {
                    sheet.Text(state.Figures.Gaps is { Length: 0 } ? LongForm.NoGaps : state.Figures.Gaps);
                }
                else
                {
                    sheet.Number(number(state), name == "value" ? CellStyle.Decimals(measure.Decimals) : default);
                }
            }
        }

        ofTeam.Clear();
    }
}
