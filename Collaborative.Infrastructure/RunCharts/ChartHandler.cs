using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.RunCharts;

/// <summary>Charts that were made before, each good as long as its collaborative has not changed and its month has not ended.</summary>
internal sealed class ChartCache
{
    private const int Most = 1000;

    private readonly ConcurrentDictionary<Key, Entry> charts = new();

    public Entry? Find(Key key) => charts.GetValueOrDefault(key);

    public void Keep(Key key, Entry entry)
    {
        if (charts.Count >= Most)
        {
            charts.Clear();
        }

        charts[key] = entry;
    }

    public readonly record struct Key(Guid CollaborativeId, Guid? TeamId, Guid MeasureId, ChartQuestion Question);

    /// <param name="Epoch">The state of the database at which the entry was last found to be good.</param>
    /// <param name="ChangedAt">The collaborative's last change then.</param>
    /// <param name="Until">When the next month begins, and the default window with it.</param>
    public sealed record Entry(ChartDocument Document, long? Epoch, DateTimeOffset ChangedAt, DateTimeOffset Until);
}

internal sealed class ChartHandler(IDatabase database, ChartCache cache, TimeProvider clock) : IRequestHandler<GetChart, Outcome<ChartDocument>>
{
    /// <summary>Part of every tag, so that a chart drawn by another version of the program is another representation.</summary>
    private static readonly string ProgramVersion = $"{typeof(ChartHandler).Module.ModuleVersionId:N}{typeof(ChartSvg).Module.ModuleVersionId:N}";

    internal static readonly SqlText ChangedAt = "SELECT c.ChangedAt FROM Collaborative c WHERE c.Id = @collaborativeId";

    private const string Columns = "s.TeamId, s.ReportMonth, s.Numerator, s.Denominator, s.Figure, s.SampleSize, s.Gaps, s.StandardDeviation";

    private const string Conditions =
        "WHERE s.MeasureId = @measureId AND s.Status = 'submitted' AND s.ReportMonth BETWEEN @fromMonth AND @toMonth AND (@teamId IS NULL OR s.TeamId = @teamId)";

    internal static readonly SqlText Current = $"SELECT {Columns} FROM Submission s {Conditions} ORDER BY s.TeamId, s.ReportMonth";

    internal static readonly SqlText AsOf =
        $"""
        SELECT {Columns} FROM SubmissionRevision s {Conditions}
            AND s.Revision = (SELECT MAX(o.Revision) FROM SubmissionRevision o
                WHERE o.MeasureId = s.MeasureId AND o.TeamId = s.TeamId AND o.ReportMonth = s.ReportMonth AND o.RecordedAt <= @at)
        ORDER BY s.TeamId, s.ReportMonth
        """;

    public async Task<Outcome<ChartDocument>> Handle(GetChart request, CancellationToken cancellationToken)
    {
        var key = new ChartCache.Key(request.CollaborativeId, request.TeamId, request.MeasureId, request.Question);
        var now = clock.GetUtcNow();
        var epoch = database.Epoch();
        var known = cache.Find(key) is { } entry && entry.Until > now ? entry : null;
        if (known is not null && epoch is not null && known.Epoch == epoch)
        {
            return known.Document;
        }

        return await database.Read<Outcome<ChartDocument>>(
            async session =>
            {
                var changedAt = await session.First<DateTimeOffset>(ChangedAt, new { collaborativeId = request.CollaborativeId }, cancellationToken);
                if (known?.ChangedAt == changedAt)
                {
                    cache.Keep(key, known with { Epoch = epoch });
                    return known.Document;
                }

                var snapshot = await Snapshot.Load(session, request.CollaborativeId, request.Question.AsOf, cancellationToken);
                var made = snapshot is null ? Problem.NotFound : await Make(session, request, snapshot, now, cancellationToken);
                if (made.IsRefused)
                {
                    return made;
                }

                var document = made.Value with { GoodUntil = snapshot!.Collaborative.State.Calendar.NextMonthBegins(now) };
                cache.Keep(key, new ChartCache.Entry(document, epoch, changedAt, document.GoodUntil));
                return document;
            },
            cancellationToken);
    }

    private static async Task<Outcome<ChartDocument>> Make(Session session, GetChart request, Snapshot snapshot, DateTimeOffset now, CancellationToken cancellation)
    {
        var measure = snapshot.Measures.FirstOrDefault(measure => measure.Id == request.MeasureId);
        var team = snapshot.Teams.FirstOrDefault(team => team.Id == request.TeamId);
        if (measure is null || (request.TeamId is not null && team is null))
        {
            return Problem.NotFound;
        }

        var question = request.Question;
        if (question.Aggregate is { } aggregate && AggregateRules.WhyNotDefined(measure.State.Kind, aggregate) is { } undefined)
        {
            return new Problem(ProblemCode.AggregateUndefined, undefined);
        }

        var rules = snapshot.Collaborative.State;
        var from = question.From ?? rules.BaselineFrom;
        var to = question.To ?? Month.Min(rules.EndMonth, rules.Calendar.CurrentMonth(question.AsOf < now ? question.AsOf.Value : now).AddMonths(-1));
        var months = Math.Max(0, to - from + 1);
        if (months > GetChart.MostMonths)
        {
            return Problem.Invalid([new FieldError("to", "range", $"A chart shows at most {GetChart.MostMonths} months; check the years.")]);
        }

        var figures = new List<TeamFigures>();
        await session.Read(
            snapshot.IsCurrent ? Current : AsOf,
            new { measureId = request.MeasureId, teamId = request.TeamId, fromMonth = from, toMonth = to, at = snapshot.At },
            row => figures.Add(new TeamFigures(Binding.Guid(row.GetValue(0)), Month.FromYyyymm(row.GetInt32(1)) - from, ReadFigures(row), Number(row, 7))),
            cancellation);
        var tag = Tag(request, snapshot.At, from, to);
        return team is null
            ? OfAllTeams(snapshot, measure, question, from, months, figures, tag)
            : OfOneTeam(snapshot, measure, team, question, from, months, figures, tag);
    }

    private static Outcome<ChartDocument> OfOneTeam(
        Snapshot snapshot, MeasureRow row, TeamRow team, ChartQuestion question, Month from, int months, List<TeamFigures> figures, string tag)
    {
        var measure = row.State;
        var between = measure.Kind is MeasureKind.DaysBetween or MeasureKind.CasesBetween;
        var points = new List<ChartPoint>(months);
        var byMonth = figures.ToDictionary(figure => figure.Month);
        for (var i = 0; i < months; i++)
        {
            var label = from.AddMonths(i).ToString();
            var (_, _, known, deviation) = byMonth.GetValueOrDefault(i);
            if (between && known.Gaps is { Count: > 0 } gaps)
            {
                // Every gap is a point of its own, in the order in which they ended.
                points.AddRange(gaps.Select((gap, position) => new ChartPoint(position == 0 ? label : $"{label}{GapMark}{position + 1}", gap)));
            }
            else
            {
                points.Add(new ChartPoint(label, PlottedValue.Of(measure.Kind, known, measure.Multiplier), known.Numerator, known.Denominator, known.N, deviation));
            }
        }

        return Document(snapshot, row, team, question, [.. points], null, [], tag);
    }

    private static Outcome<ChartDocument> OfAllTeams(
        Snapshot snapshot, MeasureRow row, ChartQuestion question, Month from, int months, List<TeamFigures> figures, string tag)
    {
        var measure = row.State;
        var teams = snapshot.Teams;
        var index = new Dictionary<Guid, int>(teams.Count);
        var states = teams.Select(team => team.State).ToArray();
        for (var i = 0; i < teams.Count; i++)
        {
            index[teams[i].Id] = i;
        }

        var series = new TeamSeries(measure.Kind, measure.Multiplier, teams.Count, months);
        var reporting = new int[months];
        foreach (var (teamId, month, figure, _) in figures)
        {
            var team = index[teamId];
            var state = states[team];
            var reported = from.AddMonths(month);
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

        var aggregated = Aggregator.Compute(series, question.Aggregate!.Value, question.Cohort, question.BaselineMonths);
        var labels = new string[months];
        var counts = new TeamCounts[months];
        for (var i = 0; i < months; i++)
        {
            var month = from.AddMonths(i);
            labels[i] = month.ToString();
            counts[i] = new TeamCounts(states.Count(state => state.IsEnrolledIn(month)), reporting[i], aggregated.Points[i].TeamsContributing, aggregated.Points[i].CohortChanged);
        }

        return Document(snapshot, row, null, question, aggregated.ToChartPoints(labels), aggregated, counts, tag);
    }

    private static Outcome<ChartDocument> Document(
        Snapshot snapshot, MeasureRow row, TeamRow? team, ChartQuestion question, ChartPoint[] points, AggregateSeries? aggregated, TeamCounts[] counts, string tag)
    {
        var measure = row.State;
        foreach (var point in points)
        {
            if (ChartFigures.WhyNot(point, question.Type) is { } unfit)
            {
                return new Problem(ProblemCode.ChartTypeUnavailable, $"{unfit} Choose another type of chart.");
            }
        }

        var settings = new AnalysisSettings
        {
            Type = question.Type,
            ScreenMovingRanges = question.ScreenMovingRanges,
            Aggregate = question.Aggregate,
            Kind = measure.Kind,
            Direction = measure.Direction,
            Multiplier = measure.Multiplier,
            Goal = measure.GoalValue,
            FreezePositions = question.BaselineMonths,
        };
        var analysis = Analyser.Analyse(points, question.Rules is { } rules ? settings with { Rules = rules } : settings);
        var answer = new ChartAnswer
        {
            Collaborative = snapshot.Collaborative.Code,
            Team = team?.Code,
            Aggregate = question.Aggregate,
            Measure = new MeasureOfChart(
                row.Code, measure.Name, measure.Type, measure.Kind, measure.Direction, measure.Multiplier, measure.Unit, measure.Decimals, row.View.Goal),
            Chart = ChartSettings.Of(analysis, question.BaselineMonths, aggregated?.Cohort, aggregated?.Basis),
            Points = [.. analysis.Points.Select((point, i) => Point(point, aggregated is null ? null : counts[i], aggregated?.Points[i]))],
            Phases = Array.ConvertAll(analysis.Phases, phase => new ChartAnswerPhase(
                MonthOf(phase.From), MonthOf(phase.To), phase.Centre, MonthOf(phase.FrozenFrom), MonthOf(phase.FrozenTo), phase.Reason, phase.Statistics)),
            Signals = Array.ConvertAll(analysis.Signals, signal => new ChartAnswerSignal(signal.Rule, MonthOf(signal.From), MonthOf(signal.To), signal.Direction, signal.Meaning)),
            Statistics = analysis.Statistics,
            Icons = analysis.Icons,
            Annotations = [],
            AsOf = snapshot.At,
        };
        return new ChartDocument(
            answer,
            new Chart
            {
                Analysis = analysis,
                Title = measure.Name,
                Subject = team?.Name ?? snapshot.Collaborative.Name,
                Unit = measure.Unit,
                Aggregate = question.Aggregate,
                GoalBy = measure.GoalByMonth?.ToString(),
                Decimals = measure.Decimals,
                Teams = counts,
            },
            tag);
    }

    private static ChartAnswerPoint Point(PointAnalysis point, TeamCounts? counts, AggregatePoint? aggregated) => new()
    {
        Month = MonthOf(point.Label),
        Numerator = point.Numerator,
        Denominator = point.Denominator,
        Value = point.Value,
        Centre = point.Centre,
        Lower = point.Lower,
        Upper = point.Upper,
        Phase = point.Phase,
        Useful = point.Useful,
        Signals = point.Signals,
        Meaning = point.Meaning,
        TeamsEnrolled = counts?.Enrolled,
        TeamsReporting = counts?.Reporting,
        TeamsContributing = counts?.Contributing,
        CohortChanged = counts?.CohortChanged,
        Minimum = aggregated?.Minimum,
        LowerQuartile = aggregated?.LowerQuartile,
        UpperQuartile = aggregated?.UpperQuartile,
        Maximum = aggregated?.Maximum,
        Excluded = point.Excluded,
    };

    private const char GapMark = '/';

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(label))]
    private static string? MonthOf(string? label) => label?.IndexOf(GapMark) is int mark and >= 0 ? label[..mark] : label;

    private static TeamMonth ReadFigures(System.Data.Common.DbDataReader row)
    {
        var gaps = row.IsDBNull(6) ? null : new Domain.Submissions.Figures { Gaps = row.GetString(6) }.GapValues;
        return new TeamMonth(Number(row, 2), Number(row, 3), Number(row, 4), Number(row, 5), gaps);
    }

    private static double? Number(System.Data.Common.DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    private static string Tag(GetChart request, DateTimeOffset at, Month from, Month to)
    {
        var question = request.Question;
        var text = $"{ProgramVersion} {request.CollaborativeId:N} {request.TeamId:N} {request.MeasureId:N} {at.ToUnixTimeMilliseconds()} {from} {to} "
            + $"{question.Type} {question.Rules} {question.ScreenMovingRanges} {question.BaselineMonths} {question.Aggregate} {question.Cohort}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
    }

    private readonly record struct TeamFigures(Guid TeamId, int Month, TeamMonth Figures, double? Deviation);
}
