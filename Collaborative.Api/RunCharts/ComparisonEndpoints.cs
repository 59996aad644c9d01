using System.Text;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Imports;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.RunCharts;
using MediatR;
using Microsoft.AspNetCore.Http.Extensions;

namespace Collaborative.Api.RunCharts;

/// <summary>Many charts at a glance: small multiples, funnels, icon summaries, and what the figures speak for.</summary>
internal static class ComparisonEndpoints
{
    private const string Svg = "image/svg+xml";
    private const string Csv = "text/csv";
    private const string Html = "text/html";

    private const string Collaborative = "/collaboratives/{collaborative}";
    private const string Measure = Collaborative + "/measures/{measure}";
    private const string Team = Collaborative + "/teams/{team}";

    private static readonly Parameter[] Panels =
    [
        new("order", "asGiven (unless given): by the teams' codes, byName, byLatest or bySize."),
        new("scale", "common (unless given): heights can be compared, or own: shapes can."),
        .. ChartQuestions.Parameters,
    ];

    private static readonly Parameter[] OfFunnel =
    [
        new("from", "The first month of the period; the start of the last phase of the pooled chart unless given."),
        new("to", "The last month of the period; the last complete one unless given."),
        new("limits", "exact (unless given): binomial or Poisson, or normal."),
        new("overdispersion", "none (unless given), multiplicative (phi), additive (tau squared) or laney."),
        Endpoints.AsOf,
    ];

    private static readonly Parameter[] OfProposals =
    [
        new("policy", "williams (unless given): a shift that has lasted for ten points and goes on; sustainedNine: nine points on one side; never."),
        .. ChartQuestions.Parameters,
    ];

    public static void MapComparisons(this IEndpointRouteBuilder api)
    {
        foreach (var (suffix, form) in new (string, string?)[] { ("", null), (".svg", Svg) })
        {
            var name = form is null ? "" : "AsSvg";
            api.MapGet($"{Measure}/small-multiples{suffix}", (HttpContext http, IMediator mediator) => SmallMultiplesOf(http, mediator, form))
                .Is($"getSmallMultiples{name}", Operation.ReadTeamCharts, Contract<SmallMultiplesAnswer>("One panel for each team that you may see, side by side.", Panels, form, Svg));
            api.MapGet($"{Measure}/funnel{suffix}", (HttpContext http, IMediator mediator) => FunnelOf(http, mediator, form))
                .Is($"getFunnel{name}", Operation.CompareTeams, Contract<FunnelAnswer>("Each team's total over a period against what chance allows for its size.", OfFunnel, form, Svg));
        }

        foreach (var (suffix, form) in new (string, string?)[] { ("", null), (".html", Html), (".csv", Csv), (".xlsx", ImportMedia.Workbook) })
        {
            var name = form switch { Html => "AsHtml", Csv => "AsCsv", ImportMedia.Workbook => "AsXlsx", _ => "" };
            Contract Contract(string summary) => Contract<SummaryAnswer>(summary, [.. ChartQuestions.Parameters], form, Html, Csv, ImportMedia.Workbook);
            api.MapGet($"{Team}/summary{suffix}", (HttpContext http, IMediator mediator) => Summarise(http, mediator, SummaryOf.Team, form))
                .Is($"getTeamSummary{name}", Operation.ReadTeamCharts, Contract("All measures of a team in one table: last figure, goal, icons, last signal, link to the chart."));
            api.MapGet($"{Measure}/summary{suffix}", (HttpContext http, IMediator mediator) => Summarise(http, mediator, SummaryOf.Measure, form))
                .Is($"getMeasureSummary{name}", Operation.ReadTeamCharts, Contract("One measure over all teams that you may see, and how many are at the goal or on their way."));
            api.MapGet($"{Collaborative}/summary{suffix}", (HttpContext http, IMediator mediator) => Summarise(http, mediator, SummaryOf.Collaborative, form))
                .Is($"getSummary{name}", Operation.ReadAggregateCharts, Contract("All measures over all teams in one table."));
        }

        api.MapGet($"{Team}/measures/{{measure}}/proposals", (HttpContext http, IMediator mediator) => Propose(http, mediator, null))
            .Is("getTeamProposals", Operation.ReadTeamCharts, Contract<ProposalsAnswer>("What a team's chart speaks for: a new phase, months that look astronomical. A person decides.", OfProposals, Json.ContentType));
        api.MapGet($"{Measure}/proposals", (HttpContext http, IMediator mediator) => Propose(http, mediator, Aggregate.Pooled))
            .Is("getProposals", Operation.ReadAggregateCharts, Contract<ProposalsAnswer>(
                "What the chart over all teams speaks for: a new phase, months that look astronomical. A person decides.", [.. OfProposals, .. ChartQuestions.Aggregated], Json.ContentType));
    }

    /// <param name="form">The one form of an address with a suffix; null where it is negotiated.</param>
    private static Contract Contract<T>(string summary, IReadOnlyList<Parameter> parameters, string? form, params ReadOnlySpan<string> others) => new()
    {
        Summary = summary,
        Answer = form is null or Json.ContentType ? typeof(T) : null,
        AnswerTypes = form is null ? [Json.ContentType, .. others] : [form],
        Parameters = parameters,
    };

    private static async Task<IResult> SmallMultiplesOf(HttpContext http, IMediator mediator, string? form)
    {
        if ((form ?? Negotiation.Choose(http.Request, Json.ContentType, Svg)) is not { } wanted)
        {
            return Answers.NotAcceptable(Json.ContentType, Svg);
        }

        var query = new Parameters(http);
        var order = query.Choice<PanelOrder>("order") ?? PanelOrder.AsGiven;
        var scale = query.Choice<PanelScale>("scale") ?? PanelScale.Common;
        var question = ChartQuestions.Read(http, new ChartQuestion());
        if ((query.Problem ?? question.Problem) is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var made = await mediator.Send(
            new GetSmallMultiples(http.Viewer(), http.CollaborativeId(), http.MeasureId(), question.Value, order, scale == PanelScale.Common), http.RequestAborted);
        return made.Problem is { } problem ? Answers.Refused(problem)
            : wanted == Svg ? Answers.Picture(SmallMultiplesSvg.Draw(made.Value.Picture))
            : Answers.Plain<SmallMultiplesAnswer>(made.Value.Answer);
    }

    private static async Task<IResult> FunnelOf(HttpContext http, IMediator mediator, string? form)
    {
        if ((form ?? Negotiation.Choose(http.Request, Json.ContentType, Svg)) is not { } wanted)
        {
            return Answers.NotAcceptable(Json.ContentType, Svg);
        }

        var query = new Parameters(http);
        var request = new GetFunnel(
            http.Viewer(),
            http.CollaborativeId(),
            http.MeasureId(),
            query.Month("from"),
            query.Month("to"),
            query.Choice<FunnelLimits>("limits") ?? FunnelLimits.Exact,
            query.Choice<Overdispersion>("overdispersion") ?? Overdispersion.None,
            query.Instant("asOf"));
        if (query.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var made = await mediator.Send(request, http.RequestAborted);
        if (made.Problem is { } problem)
        {
            return Answers.Refused(problem);
        }

        var funnel = made.Value;
        return wanted == Svg
            ? Answers.Picture(FunnelSvg.Draw(funnel.Funnel, funnel.Title, funnel.Subtitle, funnel.Unit, funnel.Denominators))
            : Answers.Plain<FunnelAnswer>(funnel.Answer);
    }

    private static async Task<IResult> Summarise(HttpContext http, IMediator mediator, SummaryOf of, string? form)
    {
        if ((form ?? Negotiation.Choose(http.Request, Json.ContentType, Html, Csv, ImportMedia.Workbook)) is not { } wanted)
        {
            return Answers.NotAcceptable(Json.ContentType, Html, Csv, ImportMedia.Workbook);
        }

        var question = ChartQuestions.Read(http, GetSummary.Usual);
        if (question.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var made = await mediator.Send(
            new GetSummary(http.Viewer(), http.CollaborativeId(), of, http.Scope().TeamId, http.Scope().MeasureId, question.Value, Links(http, question.Value)), http.RequestAborted);
        return made.Problem is { } problem ? Answers.Refused(problem)
            : wanted == Html ? Answers.Page(SummaryForms.Html(made.Value))
            : wanted == ImportMedia.Workbook ? Answers.Workbook(SummaryWorkbook.Write(made.Value))
            : wanted == Csv ? Answers.Tagged(Encoding.UTF8.GetBytes(SummaryForms.Csv(made.Value)), Csv)
            : Answers.Plain(made);
    }

    /// <summary>The same question in the address of a chart; what a summary takes for granted is spelled out there.</summary>
    private static ChartLinks Links(HttpContext http, ChartQuestion question)
    {
        var query = new QueryBuilder(http.Request.Query.Where(pair => pair.Key is not ("type" or "rules")).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString())))
        {
            { "type", Naming.Of(question.Type) },
        };
        if (question.Rules is { } rules)
        {
            query.Add("rules", Naming.Of(rules));
        }

        return new ChartLinks($"{http.Request.PathBase}{Server.ApiBase}", query.ToString());
    }

    private static async Task<IResult> Propose(HttpContext http, IMediator mediator, Aggregate? aggregate)
    {
        var query = new Parameters(http);
        var policy = query.Choice<RephasePolicy>("policy") ?? RephasePolicy.Williams;
        var question = ChartQuestions.Read(http, new ChartQuestion { Aggregate = aggregate });
        return (query.Problem ?? question.Problem) is { } malformed
            ? Answers.Refused(malformed)
            : Answers.Plain(await mediator.Send(
                new GetProposals(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.MeasureId(), question.Value, policy), http.RequestAborted));
    }

    /// <summary>Whether panels share one vertical scale.</summary>
    private enum PanelScale
    {
        Common,
        Own,
    }
}
