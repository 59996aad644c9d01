using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Reporting;
using Collaborative.Domain.RunCharts;
using MediatR;

namespace Collaborative.Api.Reporting;

internal static class ReportingEndpoints
{
    private const string Csv = "text/csv";

    private static readonly Parameter[] Asked = [new("month", "The month, like 2026-03; the last complete one unless given."), Endpoints.AsOf];

    public static void MapReporting(this IEndpointRouteBuilder api)
    {
        api.MapGet("/collaboratives/{collaborative}/reporting", (HttpContext http, IMediator mediator) => Report(http, mediator, http.Request.Headers.Accept.ToString().StartsWith(Csv, StringComparison.OrdinalIgnoreCase)))
            .Is("getReporting", Operation.ReadReporting, new Contract
            {
                Summary = "Who has reported a month, on time or late, and who has not.",
                Answer = typeof(ReportingView),
                AnswerTypes = [Json.ContentType, Csv],
                Parameters = Asked,
            });

        api.MapGet("/collaboratives/{collaborative}/reporting.csv", (HttpContext http, IMediator mediator) => Report(http, mediator, asCsv: true))
            .Is("getReportingAsCsv", Operation.ReadReporting, new Contract
            {
                Summary = "Who has reported a month, as CSV: a row for each team and required measure.",
                AnswerTypes = [Csv],
                Parameters = Asked,
            });

        api.MapGet("/collaboratives/{collaborative}/teams/{team}/due-months", async (HttpContext http, IMediator mediator) =>
                Answers.Plain(await mediator.Send(new ListDueMonths(http.Viewer(), http.CollaborativeId(), http.TeamId()), http.RequestAborted)))
            .Is("listDueMonths", Operation.ReadSubmissions, new Contract { Summary = "What a team still has to report, the oldest open month first.", Answer = typeof(DueMonths) });
    }

    private static async Task<IResult> Report(HttpContext http, IMediator mediator, bool asCsv)
    {
        var query = new Parameters(http);
        var request = new GetReporting(http.Viewer(), http.CollaborativeId(), query.Month("month"), query.Instant("asOf"));
        if (query.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var report = await mediator.Send(request, http.RequestAborted);
        return report.Problem is { } problem
            ? Answers.Refused(problem)
            : new Tagged(asCsv ? Encoding.UTF8.GetBytes(Write(report.Value)) : JsonSerializer.SerializeToUtf8Bytes(report.Value, Json.Options), asCsv ? Csv : Json.ContentType);
    }

    private static string Write(ReportingView report)
    {
        var text = new StringBuilder("team,name,month,measure,state,onTime,submittedAt\r\n");
        foreach (var team in report.Items)
        {
            foreach (var measure in team.Measures)
            {
                text.Append(team.Team).Append(',');
                ChartCsv.Text(text, team.Name);
                text.Append(',').Append(report.Month).Append(',').Append(measure.Measure).Append(',')
                    .Append(JsonNamingPolicy.CamelCase.ConvertName(measure.State.ToString())).Append(',')
                    .Append(measure.OnTime switch { true => "true", false => "false", null => "" }).Append(',')
                    .Append(measure.SubmittedAt is { } at ? Instants.Write(at) : "").Append("\r\n");
            }
        }

        return text.ToString();
    }

    /// <summary>A document whose tag is the hash of its content: it differs from viewer to viewer and from day to day.</summary>
    private sealed class Tagged(byte[] content, string mediaType) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"";
            response.Headers.ETag = etag;
            response.Headers.Vary = "Accept";
            response.Headers.CacheControl = "private, no-cache";
            if (Headers.HasAlready(httpContext.Request, etag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            response.ContentType = mediaType + "; charset=utf-8";
            response.ContentLength = content.Length;
            await response.Body.WriteAsync(content, httpContext.RequestAborted);
        }
    }
}
