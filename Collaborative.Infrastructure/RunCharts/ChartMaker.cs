using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Teams;

namespace Collaborative.Infrastructure.RunCharts;

/// <summary>A chart with what its picture does not need but its answer does.</summary>
/// <param name="Points">What went into the analysis.</param>
internal sealed record MadeChart(ChartSource Source, MeasureRow Measure, TeamRow? Team, ChartQuestion Question, ChartPoint[] Points, Chart Chart, ChartMarks Marks)
{
    /// <summary>Null for one team's chart.</summary>
    public AggregateSeries? Aggregated { get; init; }

    /// <summary>For each month the teams that meet the goal; null without a goal or a good direction, and for one team's chart.</summary>
    public IReadOnlyList<int>? AtGoal { get; init; }
}

/// <summary>Makes charts from a source: the one way from figures to an analysis, whatever it is shown as.</summary>
internal static class ChartMaker
{
    /// <param name="teamId">Null for the chart of all teams.</param>
    public static Outcome<MadeChart> Of(ChartSource source, Guid? teamId, Guid measureId, ChartQuestion question)
    {
        var measure = source.Snapshot.Measures.First(measure => measure.Id == measureId);
        return teamId is null
            ? OfAllTeams(source, measure, question)
            : OfTeam(source, measure, source.Snapshot.Teams.First(team => team.Id == teamId), question);
    }

    public static Outcome<MadeChart> OfTeam(ChartSource source, MeasureRow row, TeamRow team, ChartQuestion question)
    {
        var measure = row.State;
        var between = measure.Kind is MeasureKind.DaysBetween or MeasureKind.CasesBetween;
        var points = new List<ChartPoint>(source.Months);
        var byMonth = source.FiguresByMeasure[row.Id].Where(figure => figure.TeamId == team.Id).ToDictionary(figure => figure.Month);
        for (var i = 0; i < source.Months; i++)
        {
            var label = source.From.AddMonths(i).ToString();
            var (_, _, _, known, deviation) = byMonth.GetValueOrDefault(i);
            if (between && known.Gaps is { Count: > 0 } gaps)
            {
                // Every gap is a point of its own, in the order in which they ended.
                points.AddRange(gaps.Select((gap, position) => new ChartPoint(position == 0 ? label : $"{label}{ChartMarks.GapMark}{position + 1}", gap)));
            }
            else
            {
                points.Add(new ChartPoint(label, PlottedValue.Of(measure.Kind, known, measure.Multiplier), known.Numerator, known.Denominator, known.N, deviation));
            }
        }

        return Judge(source, row, team, question with { Aggregate = null }, [.. points], []);
    }

    public static Outcome<MadeChart> OfAllTeams(ChartSource source, MeasureRow row, ChartQuestion question)
    {
        var measure = row.State;
        if (AggregateRules.WhyNotDefined(measure.Kind, question.Aggregate!.Value) is { } undefined)
        {
            return new Problem(ProblemCode.AggregateUndefined, undefined);
        }

        var (months, from) = (source.Months, source.From);
        var states = source.Snapshot.Teams.Select(team => team.State).ToArray();
        var (series, reporting) = Gather(source, row);
        var aggregated = Aggregator.Compute(series, question.Aggregate.Value, question.Cohort, question.BaselineMonths);
        var labels = new string[months];
        var counts = new TeamCounts[months];
        for (var i = 0; i < months; i++)
        {
            var month = from.AddMonths(i);
            labels[i] = month.ToString();
            counts[i] = new TeamCounts(states.Count(state => state.IsEnrolledIn(month)), reporting[i], aggregated.Points[i].TeamsContributing, aggregated.Points[i].CohortChanged);
        }

        var made = Judge(source, row, null, question, aggregated.ToChartPoints(labels), counts);
        return made.IsRefused ? made : made.Value with
        {
            Aggregated = aggregated,
            AtGoal = measure is { GoalValue: { } goal, Direction: not Direction.Neutral }
                ? [.. Goals.ByMonth(series, goal, measure.Direction, aggregated.InCohort).Select(month => month.AtGoal)]
                : null,
        };
    }

    /// <summary>The figures of teams × months that belong to the collaborative, and how many enrolled teams reported in each month.</summary>
    public static (TeamSeries Series, int[] Reporting) Gather(ChartSource source, MeasureRow row)
    {
        var teams = source.Snapshot.Teams;
        var index = new Dictionary<Guid, int>(teams.Count);
        for (var i = 0; i < teams.Count; i++)
        {
            index[teams[i].Id] = i;
        }

        var series = new TeamSeries(row.State.Kind, row.State.Multiplier, teams.Count, source.Months);
        var reporting = new int[source.Months];
        foreach (var (_, teamId, month, figure, _) in source.FiguresByMeasure[row.Id])
        {
            var team = index[teamId];
            var state = teams[team].State;
            var reported = source.From.AddMonths(month);
            if (state.IsEnrolledIn(reported))
            {
                reporting[month]++;
            }

            // A team that has withdrawn keeps its history; what lies after its last month is not part of the collaborative.
            if (state.WithdrawnAfter is null || reported <= state.WithdrawnAfter)
            {
                series.Set(team, month, figure);
            }
        }

        return (series, reporting);
    }

    private static Outcome<MadeChart> Judge(ChartSource source, MeasureRow row, TeamRow? team, ChartQuestion question, ChartPoint[] points, TeamCounts[] counts)
    {
        var measure = row.State;
        foreach (var point in points)
        {
            if (ChartFigures.WhyNot(point, question.Type) is { } unfit)
            {
                return new Problem(ProblemCode.ChartTypeUnavailable, $"{unfit} Choose another type of chart.");
            }
        }

        var marks = source.MarksOf(team?.Id, row);
        var settings = marks.On(Settings(measure, question), points);
        var analysis = Analyser.Analyse(points, settings);
        var chart = new Chart
        {
            Analysis = analysis,
            Title = measure.Name,
            Subject = team?.Name ?? source.Snapshot.Collaborative.Name,
            Unit = measure.Unit,
            Aggregate = question.Aggregate,
            GoalBy = measure.GoalByMonth?.ToString(),
            Decimals = measure.Decimals,
            Teams = counts,
            Annotations = [.. marks.Within(source.From, source.To).Select(note => new ChartAnnotation(note.Month.ToString(), note.Kind, note.Text))],
            Bands = [.. marks.ActionPeriods.Where(band => band.From <= source.To && band.To >= source.From)],
        };
        return new MadeChart(source, row, team, question, points, chart, marks);
    }

    private static AnalysisSettings Settings(MeasureState measure, ChartQuestion question)
    {
        var usual = RuleThresholds.Default;
        var settings = new AnalysisSettings
        {
            Type = question.Type,
            RunsTable = question.RunsTable,
            ScreenMovingRanges = question.ScreenMovingRanges,
            Aggregate = question.Aggregate,
            Kind = measure.Kind,
            Direction = measure.Direction,
            Multiplier = measure.Multiplier,
            Goal = measure.GoalValue,
            FreezePositions = question.BaselineMonths,
            Thresholds = usual with { Shift = question.Shift ?? usual.Shift, Trend = question.Trend ?? usual.Trend },
        };
        return question.Rules is { } rules ? settings with { Rules = rules } : settings;
    }
}
