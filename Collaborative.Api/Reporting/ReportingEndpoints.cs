using System.Text;
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
        api.MapGet("/collaboratives/{collaborative}/reporting", (HttpContext http, IMediator mediator) => Report(http, mediator, Negotiation.Choose(http.Request, Json.ContentType, Csv)))
            .Is("getReporting", Operation.ReadReporting, new Contract
            {
                Summary = "Who has reported a month, on time or late, and who has not.",
                Answer = typeof(ReportingView),
                AnswerTypes = [Json.ContentType, Csv],
                Parameters = Asked,
            });

        api.MapGet("/collaboratives/{collaborative}/reporting.csv", (HttpContext http, IMediator mediator) => Report(http, mediator, Csv))
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

    private static async Task<IResult> Report(HttpContext http, IMediator mediator, string? form)
    {
        if (form is null)
        {
            return Answers.Refused(new Problem(ProblemCode.NotAcceptable, "This report can be had as application/json or text/csv."));
        }

        var query = new Parameters(http);
        var request = new GetReporting(http.Viewer(), http.CollaborativeId(), query.Month("month"), query.Instant("asOf"));
        if (query.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var report = await mediator.Send(request, http.RequestAborted);
        return report.Problem is { } problem ? Answers.Refused(problem)
            : form == Csv ? Answers.Tagged(Encoding.UTF8.GetBytes(Write(report.Value)), Csv)
            : Answers.Plain(report);
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
                    .Append(Naming.Of(measure.State)).Append(',')
                    .Append(measure.OnTime switch { true => "true", false => "false", null => "" }).Append(',')
                    .Append(measure.SubmittedAt is { } at ? Instants.Write(at) : "").Append("\r\n");
            }
        }

        return text.ToString();
    }
}
