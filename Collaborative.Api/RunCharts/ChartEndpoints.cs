using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Imports;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.RunCharts;
using MediatR;

namespace Collaborative.Api.RunCharts;

internal static class ChartEndpoints
{
    private const string TeamChart = "/collaboratives/{collaborative}/teams/{team}/measures/{measure}/chart";

    private const string AggregateChart = "/collaboratives/{collaborative}/measures/{measure}/chart";

    public static void MapCharts(this IEndpointRouteBuilder api)
    {
        foreach (var (suffix, form) in new (string, Form?)[] { ("", null), (".svg", Form.Svg), (".csv", Form.Csv), (".html", Form.Html), (".xlsx", Form.Xlsx) })
        {
            var name = form is { } given ? $"As{given}" : "";
            api.MapGet(TeamChart + suffix, (HttpContext http, IMediator mediator) => Answer(http, mediator, http.TeamId(), null, form))
                .Is($"getTeamChart{name}", Operation.ReadTeamCharts, Contract("One team's chart of a measure.", [.. ChartQuestions.Parameters], form));
            api.MapGet(AggregateChart + suffix, (HttpContext http, IMediator mediator) =>
                    Answer(http, mediator, null, new Parameters(http).Choice<Aggregate>("aggregate") ?? Aggregate.Pooled, form))
                .Is($"getAggregateChart{name}", Operation.ReadAggregateCharts, Contract("The chart of a measure over all teams.", [.. ChartQuestions.Aggregated, .. ChartQuestions.Parameters], form));
        }
    }

    private static Contract Contract(string summary, Parameter[] parameters, Form? form) => new()
    {
        Summary = summary,
        Answer = form is null ? typeof(ChartAnswer) : null,
        AnswerTypes = form is { } only ? [ChartForms.MediaType(only)] : ChartForms.MediaTypes,
        Parameters = parameters,
    };

    private static async Task<IResult> Answer(HttpContext http, IMediator mediator, Guid? teamId, Aggregate? aggregate, Form? form)
    {
        form ??= ChartForms.Negotiate(http.Request);
        if (form is not { } wanted)
        {
            return Answers.NotAcceptable(ChartForms.MediaTypes);
        }

        var question = ChartQuestions.Read(http, new ChartQuestion { Aggregate = aggregate });
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
}

/// <summary>The representations that a chart has.</summary>
internal enum Form
{
    Json,
    Svg,
    Csv,
    Html,
    Xlsx,
}

internal static class ChartForms
{
    /// <summary>The written forms of a chart live as long as the chart itself does in the cache.</summary>
    private static readonly ConditionalWeakTable<ChartDocument, Written?[]> Forms = [];

    public static string MediaType(Form form) => form switch
    {
        Form.Svg => "image/svg+xml",
        Form.Csv => "text/csv",
        Form.Html => "text/html",
        Form.Xlsx => ImportMedia.Workbook,
        _ => "application/json",
    };

    /// <summary>In the order of <see cref="Form"/>.</summary>
    public static string[] MediaTypes { get; } = [.. Enum.GetValues<Form>().Select(MediaType)];

    public static Form? Negotiate(HttpRequest request) =>
        Negotiation.Choose(request, MediaTypes) is { } chosen ? (Form)Array.IndexOf(MediaTypes, chosen) : null;

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
            Form.Html => Encoding.UTF8.GetBytes(ChartHtml.Draw(chart.Chart)),
            Form.Xlsx => ChartWorkbook.Write(chart),
            _ => JsonSerializer.SerializeToUtf8Bytes(chart.Answer, Json.Options),
        };
        return new Written(content, $"\"{chart.Tag}-{form switch { Form.Svg => "s", Form.Csv => "c", Form.Html => "h", Form.Xlsx => "x", _ => "j" }}\"", MediaType(form) + (form == Form.Xlsx ? "" : "; charset=utf-8"), form is Form.Svg or Form.Html);
    }

    /// <summary>A representation, ready to be sent as often as it is asked for.</summary>
    private sealed class Written(byte[] content, string etag, string contentType, bool standsAlone) : IResult
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

            if (standsAlone)
            {
                response.Headers.ContentSecurityPolicy = Answers.StandAlone;
            }

            response.ContentType = contentType;
            response.ContentLength = content.Length;
            return response.Body.WriteAsync(content, 0, content.Length, httpContext.RequestAborted);
        }
    }
}
