using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.RunCharts;
using MediatR;

namespace Collaborative.Api.RunCharts;

internal static class FlagEndpoints
{
    public static void MapFlags(this IEndpointRouteBuilder api)
    {
        Map(api, "/collaboratives/{collaborative}/teams/{team}/measures/{measure}/flags", "Team", "one team's charts", Operation.EditTeamCharts, Operation.ReadTeamCharts);
        Map(api, "/collaboratives/{collaborative}/measures/{measure}/flags", "", "the charts over all teams", Operation.EditAggregateCharts, Operation.ReadAggregateCharts);
    }

    private static void Map(IEndpointRouteBuilder api, string path, string owner, string charts, Operation edit, Operation read)
    {
        api.MapPut(path + "/{month}", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : await Writes.Put<FlagBody, FlagView>(http, (body, preconditions) => mediator.Send(
                    new PutFlag(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.MeasureId(), month, body, preconditions), http.RequestAborted)))
            .Is($"put{owner}Flag", edit, Writes.Contract<FlagBody, FlagView>($"Flag a month of {charts} as astronomical, or exclude it from the arithmetic."));

        api.MapDelete(path + "/{month}", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawFlag(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.MeasureId(), month, reason, preconditions), http.RequestAborted)))
            .Is($"withdraw{owner}Flag", edit, Writes.DeleteContract<FlagView>($"Take the flag of a month of {charts} back; it stays in the history."));

        api.MapGet(path + "/{month}", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : Answers.One(
                    await mediator.Send(new GetFlag(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.MeasureId(), month), http.RequestAborted),
                    view => view.Revision))
            .Is($"get{owner}Flag", read, new Contract { Summary = $"The flag of one month of {charts}.", Answer = typeof(FlagView) });

        api.MapGet(path, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListFlags(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.MeasureId(), query.AfterMonth(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is($"list{owner}Flags", read, new Contract
            {
                Summary = $"The flagged months of {charts}, in order.",
                Answer = typeof(PageDocument<FlagView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });
    }
}
