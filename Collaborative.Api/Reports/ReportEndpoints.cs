using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Reports;
using MediatR;

namespace Collaborative.Api.Reports;

internal static class ReportEndpoints
{
    private const string OfTeam = "/collaboratives/{collaborative}/teams/{team}/reports";

    private static readonly Parameter Month = new("month", "Only this month.");

    private static readonly Parameter State = new("state", "Only draft, submitted, returned or accepted ones.");

    private static readonly Parameter Revision = new("revision", "One that was submitted, as it was frozen then.", "integer");

    private static readonly Parameter Team = new("team", "Only this team's.");

    public static void MapReports(this IEndpointRouteBuilder api)
    {
        api.MapPut(OfTeam + "/{month}", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : await Writes.Put<ReportBody, MonthlyReportView>(http, (body, preconditions) =>
                    mediator.Send(new PutReport(http.Viewer(), http.CollaborativeId(), http.TeamId(), month, body, preconditions), http.RequestAborted)))
            .Is("putReport", Operation.WriteTeamWork, Writes.Contract<ReportBody, MonthlyReportView>("Save a team's report of a month as a draft, or submit it."));

        api.MapGet(OfTeam + "/{month}", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var revision = query.Number(Revision.Name, 1, int.MaxValue);
                if ((http.RouteMonth(out var month) ?? query.Problem) is { } problem)
                {
                    return Answers.Refused(problem);
                }

                var outcome = await mediator.Send(new GetReport(http.Viewer(), http.CollaborativeId(), http.TeamId(), month, revision), http.RequestAborted);
                return outcome is { IsRefused: false, Value.Status: MonthlyReportState.Draft }
                    ? Answers.Living(outcome, view => view.Revision)
                    : Answers.One(outcome, view => view.Revision);
            })
            .Is("getReport", Operation.ReadTeamWork, new Contract
            {
                Summary = "A team's report of a month with its figures, tests, scores and barriers: as they are now in a draft, as they were when it was submitted from then on.",
                Answer = typeof(MonthlyReportView),
                Parameters = [Revision],
            });

        api.MapPut(OfTeam + "/{month}/review", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : await Writes.Put<ReportReviewBody, ReportReviewView>(http, (body, preconditions) =>
                    mediator.Send(new ReviewReport(http.Viewer(), http.CollaborativeId(), http.TeamId(), month, body, preconditions), http.RequestAborted)))
            .Is("reviewReport", Operation.ReviewTeamWork, Writes.Contract<ReportReviewBody, ReportReviewView>("Return a submitted report to the team, or accept it."));

        api.MapGet(OfTeam + "/{month}/review", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : Answers.One(
                    await mediator.Send(new GetReportReview(http.Viewer(), http.CollaborativeId(), http.TeamId(), month), http.RequestAborted), view => view.Revision))
            .Is("getReportReview", Operation.ReadTeamWork, new Contract { Summary = "The last verdict on a team's report.", Answer = typeof(ReportReviewView) });

        MapList(api, OfTeam, "listTeamReports", "One team's reports, oldest month first.", Month, State);
        MapList(api, "/collaboratives/{collaborative}/reports", "listReports", "The reports of all teams that you may see, by month and team.", Month, State, Team);
    }

    private static void MapList(IEndpointRouteBuilder api, string path, string name, string summary, params IReadOnlyList<Parameter> filters) =>
        api.MapGet(path, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                ReportCursor? after = null;
                if (query.After() is { } cursor && (after = ReportCursor.Read(cursor)) is null)
                {
                    query.BadCursor();
                }

                var request = new ListReports(
                    http.Viewer(),
                    http.CollaborativeId(),
                    http.Scope().TeamId,
                    query.Text(Team.Name) is { } team ? Code.KeyOf(team) : null,
                    query.Month(Month.Name),
                    query.Choice<MonthlyReportState>(State.Name),
                    after,
                    query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is(name, Operation.ReadTeamWork, new Contract
            {
                Summary = summary,
                Answer = typeof(PageDocument<MonthlyReportView>),
                Parameters = [.. filters, Endpoints.Limit, Endpoints.After],
            });
}
