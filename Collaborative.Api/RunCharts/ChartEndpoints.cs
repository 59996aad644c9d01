using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.RunCharts;
using MediatR;

namespace Collaborative.Api.RunCharts;

internal static class ChartEndpoints
{
    private const string TeamChart = "/collaboratives/{collaborative}/teams/{team}/measures/{measure}/chart";

    private const string AggregateChart = "/collaboratives/{collaborative}/measures/{measure}/chart";

    private static readonly Parameter[] Shared =
    [
        new("type", "run (unless given), xmr, mr, p, pPrime, u, uPrime, c, g, t, xbar, s, iPrime, or auto: chosen by the kind of measure."),
        new("rules", "perla (unless given) or anhoej for a run chart; shewhart3Sigma (unless given), westernElectric, nelson, healthCareDataGuide or makingDataCount for the rest."),
        new("from", "The first month analysed, like 2025-01."),
        new("to", "The last month analysed."),
        new("screenMovingRanges", "Whether outlying moving ranges are left out of the limits; yes unless given.", "boolean"),
        new("baselineMonths", "How many months from the first, gaps included, freeze the median.", "integer"),
        Endpoints.AsOf,
    ];

    private static readonly Parameter[] Aggregated =
    [
        new("aggregate", "pooled (unless given), meanOfTeams or medianOfTeams."), new("cohort", "all (unless given), or fixed: teams that contribute in at least 90 % of the months."), .. Shared,
    ];

    public static void MapCharts(this IEndpointRouteBuilder api)
    {
        foreach (var (suffix, form) in new (string, Form?)[] { ("", null), (".svg", Form.Svg), (".csv", Form.Csv) })
        {
            var name = form is { } given ? $"As{given}" : "";
            api.MapGet(TeamChart + suffix, (HttpContext http, IMediator mediator) => Answer(http, mediator, http.TeamId(), null, form))
                .Is($"getTeamChart{name}", Operation.ReadTeamCharts, Contract("One team's chart of a measure.", Shared, form));
            api.MapGet(AggregateChart + suffix, (HttpContext http, IMediator mediator) =>
                    Answer(http, mediator, null, new Parameters(http).Choice<Aggregate>("aggregate") ?? Aggregate.Pooled, form))
                .Is($"getAggregateChart{name}", Operation.ReadAggregateCharts, Contract("The chart of a measure over all teams.", Aggregated, form));
        }
    }

    private static Contract Contract(string summary, Parameter[] parameters, Form? form) => new()
    {
        Summary = summary,
        Answer = form is null ? typeof(ChartAnswer) : null,
        AnswerTypes = form is { } only ? [ChartForms.MediaType(only)] : [.. Enum.GetValues<Form>().Select(ChartForms.MediaType)],
        Parameters = parameters,
    };

    private static async Task<IResult> Answer(HttpContext http, IMediator mediator, Guid? teamId, Aggregate? aggregate, Form? form)
    {
        form ??= ChartForms.Negotiate(http.Request);
        if (form is not { } wanted)
        {
            return Answers.Refused(new Problem(ProblemCode.NotAcceptable, "A chart can be had as application/json, image/svg+xml or text/csv."));
        }

        var question = Ask(http, aggregate);
        if (question.Problem is { } problem)
        {
            return Answers.Refused(problem);
        }

        var chart = await mediator.Send(new GetChart(http.Viewer(), http.CollaborativeId(), teamId, http.MeasureId(), question.Value), http.RequestAborted);
        if (chart.Problem is { } refusal)
        {
            return Answers.Refused(refusal);
        }

        var answer = ChartForms.Of(chart.Value, wanted);
        http.Features.Get<RememberedAnswers.Memory>()?.Keep(answer, http.Viewer(), chart.Value.GoodUntil);
        return answer;
    }

    private static Outcome<ChartQuestion> Ask(HttpContext http, Aggregate? aggregate)
    {
        if (http.Request.Query.Count == 0)
        {
            return new ChartQuestion { Aggregate = aggregate };
        }

        var query = new Parameters(http);
        var question = new ChartQuestion
        {
            Type = query.Choice<ChartType>("type") ?? ChartType.Run,
            Rules = query.Choice<RuleSet>("rules"),
            ScreenMovingRanges = query.Flag("screenMovingRanges"),
            From = query.Month("from"),
            To = query.Month("to"),
            BaselineMonths = query.Number("baselineMonths", 1, 600),
            Aggregate = aggregate is null ? null : query.Choice<Aggregate>("aggregate") ?? Aggregate.Pooled,
            Cohort = aggregate is null ? Cohort.All : query.Choice<Cohort>("cohort") ?? Cohort.All,
            AsOf = query.Instant("asOf"),
        };
        return query.Problem is { } problem ? problem : question;
    }
}

/// <summary>The representations that a chart has.</summary>
internal enum Form
{
    Json,
    Svg,
    Csv,
}

internal static class ChartForms
{
    /// <summary>The written forms of a chart live as long as the chart itself does in the cache.</summary>
    private static readonly ConditionalWeakTable<ChartDocument, Written?[]> Forms = [];

    public static string MediaType(Form form) => form switch
    {
        Form.Svg => "image/svg+xml",
        Form.Csv => "text/csv",
        _ => "application/json",
    };

    public static Form? Negotiate(HttpRequest request) => Negotiation.Choose(request, "application/json", "image/svg+xml", "text/csv") switch
    {
        "application/json" => Form.Json,
        "image/svg+xml" => Form.Svg,
        "text/csv" => Form.Csv,
        _ => null,
    };

    public static IResult Of(ChartDocument chart, Form form)
    {
        var written = Forms.GetValue(chart, static _ => new Written?[Enum.GetValues<Form>().Length]);
        return written[(int)form] ??= Write(chart, form);
    }

    private static Written Write(ChartDocument chart, Form form)
    {
        var content = form switch
        {
            Form.Svg => Encoding.UTF8.GetBytes(ChartSvg.Draw(chart.Chart)),
            Form.Csv => Encoding.UTF8.GetBytes(ChartCsv.Write(chart.Chart)),
            _ => JsonSerializer.SerializeToUtf8Bytes(chart.Answer, Json.Options),
        };
        return new Written(content, $"\"{chart.Tag}-{form switch { Form.Svg => "s", Form.Csv => "c", _ => "j" }}\"", MediaType(form) + "; charset=utf-8", form == Form.Svg);
    }

    /// <summary>A representation, ready to be sent as often as it is asked for.</summary>
    private sealed class Written(byte[] content, string etag, string contentType, bool isPicture) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.Headers.ETag = etag;
            response.Headers.Vary = "Accept";
            response.Headers.CacheControl = "private, no-cache";
            if (Headers.HasAlready(httpContext.Request, etag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            if (isPicture)
            {
                // A picture opened by itself runs nothing and loads nothing.
                response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
            }

            response.ContentType = contentType;
            response.ContentLength = content.Length;
            return response.Body.WriteAsync(content, 0, content.Length, httpContext.RequestAborted);
        }
    }
}
