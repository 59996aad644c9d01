using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.RunCharts;

internal sealed class SmallMultiplesHandler(IDatabase database, TimeProvider clock) : IRequestHandler<GetSmallMultiples, Outcome<SmallMultiplesDocument>>
{
    public async Task<Outcome<SmallMultiplesDocument>> Handle(GetSmallMultiples request, CancellationToken cancellationToken)
    {
        var loaded = await database.Read(
            session => ChartSource.Load(session, request.CollaborativeId, null, request.MeasureId, request.Question, withTeamMarks: true, clock.GetUtcNow(), cancellationToken),
            cancellationToken);
        if (loaded.Problem is { } problem)
        {
            return problem;
        }

        var source = loaded.Value;
        var measure = source.Snapshot.Measures.First(measure => measure.Id == request.MeasureId);
        var panels = new List<MadeChart>();
        foreach (var team in source.Snapshot.Teams.Where(team => request.Viewer.Sees(team.Id)))
        {
            var made = ChartMaker.OfTeam(source, measure, team, request.Question);
            if (made.Problem is { } unfit)
            {
                return unfit;
            }

            panels.Add(made.Value);
        }

        var picture = new SmallMultiples
        {
            Title = measure.Name,
            Panels = panels.ConvertAll(panel => panel.Chart),
            Order = request.Order,
            CommonScale = request.CommonScale,
        };
        var byChart = panels.ToDictionary(panel => panel.Chart);
        return new SmallMultiplesDocument(
            new SmallMultiplesAnswer
            {
                Collaborative = source.Snapshot.Collaborative.Code,
                Measure = MeasureOfChart.Of(measure.View),
                Order = request.Order,
                CommonScale = request.CommonScale,
                Panels = [.. picture.Sorted().Select(chart => Panel(byChart[chart]))],
                AsOf = source.Snapshot.At,
            },
            picture);
    }

    private static PanelAnswer Panel(MadeChart made)
    {
        var analysis = made.Chart.Analysis;
        return new(
            made.Team!.Code,
            made.Team.Name,
            ChartAnswers.Settings(made),
            Array.ConvertAll(analysis.Points, point => new PanelPoint(
                ChartMarks.MonthOf(point.Label), point.Value, point.Centre, point.Lower, point.Upper, point.Signals, point.Meaning)),
            ChartAnswers.Signals(analysis),
            analysis.Statistics,
            analysis.Icons);
    }
}

internal sealed class FunnelHandler(IDatabase database, TimeProvider clock) : IRequestHandler<GetFunnel, Outcome<FunnelDocument>>
{
    public async Task<Outcome<FunnelDocument>> Handle(GetFunnel request, CancellationToken cancellationToken)
    {
        var question = new ChartQuestion { Aggregate = Aggregate.Pooled, From = request.From, To = request.To, AsOf = request.AsOf };
        var loaded = await database.Read(
            session => ChartSource.Load(session, request.CollaborativeId, null, request.MeasureId, question, withTeamMarks: false, clock.GetUtcNow(), cancellationToken),
            cancellationToken);
        if (loaded.Problem is { } problem)
        {
            return problem;
        }

        var source = loaded.Value;
        var row = source.Snapshot.Measures.First(measure => measure.Id == request.MeasureId);
        var measure = row.State;
        if (measure.Kind is not (MeasureKind.Proportion or MeasureKind.Rate))
        {
            return new Problem(ProblemCode.ChartTypeUnavailable, "A funnel shows cases out of cases, or events per exposure; this measure is of another kind. Look at the small multiples instead.");
        }

        if (source.Months == 0)
        {
            return new Problem(ProblemCode.ChartTypeUnavailable, "No month of this period is complete yet.");
        }

        var first = 0;
        if (request.From is null)
        {
            var pooled = ChartMaker.OfAllTeams(source, row, question);
            if (pooled.Problem is { } unfit)
            {
                return unfit;
            }

            first = pooled.Value.Chart.Analysis.Phases[^1].FromIndex;
        }

        var settings = new FunnelSettings
        {
            Kind = measure.Kind,
            Direction = measure.Direction,
            Multiplier = measure.Multiplier,
            Limits = request.Limits,
            Overdispersion = request.Overdispersion,
            Goal = measure.GoalValue,
        };
        var teams = source.Snapshot.Teams;
        var funnel = Funnel.Of(Funnel.Totals(ChartMaker.Gather(source, row).Series, [.. teams.Select(team => team.Code)], first, source.Months - 1), settings);
        var names = teams.ToDictionary(team => team.Code, team => team.Name);
        var (from, to) = (source.From.AddMonths(first), source.To);
        return new FunnelDocument(
            new FunnelAnswer
            {
                Collaborative = source.Snapshot.Collaborative.Code,
                Measure = MeasureOfChart.Of(row.View),
                From = from,
                To = to,
                Limits = settings.Limits,
                Overdispersion = settings.Overdispersion,
                Inner = settings.Inner,
                Outer = settings.Outer,
                Centre = funnel.Centre,
                Phi = funnel.Phi,
                TauSquared = funnel.TauSquared,
                Points = Array.ConvertAll(funnel.Points, point => new FunnelAnswerPoint(
                    point.Name, names[point.Name], point.Numerator, point.Denominator, point.Value,
                    point.LowerInner, point.UpperInner, point.LowerOuter, point.UpperOuter, point.Place, point.Meaning)),
                Curves = funnel.Curves,
                Note = funnel.Note,
                AsOf = source.Snapshot.At,
            },
            funnel with { Points = Array.ConvertAll(funnel.Points, point => point with { Name = names[point.Name] }) },
            measure.Name,
            $"{source.Snapshot.Collaborative.Name}, {ChartWords.Label(from.ToString())} to {ChartWords.Label(to.ToString())}",
            measure.Unit,
            measure.DenominatorDefinition ?? "denominator");
    }
}

internal sealed class SummaryHandler(IDatabase database, TimeProvider clock) : IRequestHandler<GetSummary, Outcome<SummaryAnswer>>
{
    public async Task<Outcome<SummaryAnswer>> Handle(GetSummary request, CancellationToken cancellationToken)
    {
        var loaded = await database.Read(
            session => ChartSource.Load(
                session, request.CollaborativeId, request.TeamId, request.MeasureId, request.Question, withTeamMarks: request.Of == SummaryOf.Measure, clock.GetUtcNow(), cancellationToken),
            cancellationToken);
        if (loaded.Problem is { } problem)
        {
            return problem;
        }

        var source = loaded.Value;
        var (collaborative, teams, measures) = (source.Snapshot.Collaborative, source.Snapshot.Teams, source.Snapshot.Measures);
        var team = teams.FirstOrDefault(team => team.Id == request.TeamId);
        var measure = measures.FirstOrDefault(measure => measure.Id == request.MeasureId);
        var made = request.Of switch
        {
            SummaryOf.Team => measures.Select(measure => (Measure: measure, Team: team, Made: ChartMaker.OfTeam(source, measure, team!, request.Question))),
            SummaryOf.Measure => teams.Where(team => request.Viewer.Sees(team.Id)).Select(team => (Measure: measure!, Team: (TeamRow?)team, Made: ChartMaker.OfTeam(source, measure!, team, request.Question))),
            _ => measures.Select(measure => (Measure: measure, Team: (TeamRow?)null, Made: ChartMaker.OfAllTeams(source, measure, OverTeams(measure, request.Question)))),
        };
        var charts = made.ToList();
        return new SummaryAnswer
        {
            Collaborative = collaborative.Code,
            Team = team?.Code,
            Measure = measure?.Code,
            Title = team?.Name ?? measure?.Name ?? collaborative.Name,
            Rows = charts.ConvertAll(chart => Row(request, collaborative.Code, chart.Measure, chart.Team, chart.Made)),
            Shares = request.Of == SummaryOf.Measure
                ? SharesAnswer.Of(TeamShares.Of([.. charts.Where(chart => !chart.Made.IsRefused).Select(chart => chart.Made.Value.Chart.Analysis)]))
                : null,
            AsOf = source.Snapshot.At,
        };
    }

    /// <summary>Medians are not pooled: their summary is of the median of teams.</summary>
    private static ChartQuestion OverTeams(MeasureRow measure, ChartQuestion question) => question with
    {
        Aggregate = AggregateRules.WhyNotDefined(measure.State.Kind, Aggregate.Pooled) is null ? Aggregate.Pooled : Aggregate.MedianOfTeams,
    };

    private static SummaryAnswerRow Row(GetSummary request, string collaborative, MeasureRow measure, TeamRow? team, Outcome<MadeChart> made)
    {
        var view = measure.View;
        var ofTeams = request.Of == SummaryOf.Measure;
        var place = team is null ? "" : $"/teams/{team.Code}";
        var aggregate = team is null && OverTeams(measure, request.Question).Aggregate == Aggregate.MedianOfTeams ? "&aggregate=medianOfTeams" : "";

        var row = made.IsRefused ? null : SummaryRow.Of(made.Value.Chart.Analysis);
        return new(
            ofTeams ? team!.Code : measure.Code,
            ofTeams ? team!.Name : measure.Name,
            view.Type,
            view.Direction,
            view.Unit,
            view.Decimals,
            row?.LastLabel is { } label ? ChartMarks.MonthOf(label) : null,
            row?.LastValue,
            view.Goal,
            row?.GoalMet,
            row?.Centre,
            row?.Icons,
            row?.Icons?.Words,
            row?.LastSignal is { } signal ? ChartAnswers.Signal(signal) : null,
            row?.LastSignal is { } last ? ChartWords.Signal(made.Value.Chart, last) : null,
            row?.Note,
            made.Problem?.Detail,
            $"{request.Links.Base}/collaboratives/{collaborative}{place}/measures/{measure.Code}/chart{request.Links.Query}{aggregate}");
    }
}

internal sealed class ProposalsHandler(IDatabase database, TimeProvider clock) : IRequestHandler<GetProposals, Outcome<ProposalsAnswer>>
{
    public async Task<Outcome<ProposalsAnswer>> Handle(GetProposals request, CancellationToken cancellationToken)
    {
        var loaded = await database.Read(
            session => ChartSource.Load(
                session, request.CollaborativeId, request.TeamId, request.MeasureId, request.Question, withTeamMarks: false, clock.GetUtcNow(), cancellationToken),
            cancellationToken);
        if (loaded.Problem is { } problem)
        {
            return problem;
        }

        var source = loaded.Value;
        var made = ChartMaker.Of(source, request.TeamId, request.MeasureId, request.Question);
        if (made.Problem is { } unfit)
        {
            return unfit;
        }

        var analysis = made.Value.Chart.Analysis;
        var phase = PhaseProposals.Next(analysis, request.Policy);
        return new ProposalsAnswer
        {
            Policy = request.Policy,
            Phase = phase is null ? null : new ProposedPhase(ChartMarks.MonthOf(phase.Start), phase.Points, phase.Centre, phase.Direction, phase.Meaning, phase.Reason),
            Astronomical = [.. AstronomicalSuggestions.Of(made.Value.Points, analysis.Settings).Select(ChartMarks.MonthOf).Distinct()],
            AsOf = source.Snapshot.At,
        };
    }
}
