using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.RunCharts;
using MediatR;

namespace Collaborative.Api.RunCharts;

internal static class PhaseEndpoints
{
    public static void MapPhases(this IEndpointRouteBuilder api)
    {
        Map(api, "/collaboratives/{collaborative}/teams/{team}/measures/{measure}/phases", "Team", "one team's charts", Operation.EditTeamCharts, Operation.ReadTeamCharts);
        Map(api, "/collaboratives/{collaborative}/measures/{measure}/phases", "", "the charts over all teams", Operation.EditAggregateCharts, Operation.ReadAggregateCharts);
    }

    private static void Map(IEndpointRouteBuilder api, string path, string owner, string charts, Operation edit, Operation read)
    {
        api.MapPut(path + "/{month}", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : await Writes.Put<PhaseBody, PhaseView>(http, (body, preconditions) => mediator.Send(
                    new PutPhase(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.MeasureId(), month, body, preconditions), http.RequestAborted)))
            .Is($"put{owner}Phase", edit, Writes.Contract<PhaseBody, PhaseView>($"Begin a new phase of {charts} with this month, or change it."));

        api.MapDelete(path + "/{month}", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawPhase(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.MeasureId(), month, reason, preconditions), http.RequestAborted)))
            .Is($"withdraw{owner}Phase", edit, Writes.DeleteContract<PhaseView>($"Take a phase of {charts} back; it stays in the history."));

        api.MapGet(path + "/{month}", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : Answers.One(
                    await mediator.Send(new GetPhase(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.MeasureId(), month), http.RequestAborted),
                    view => view.Revision))
            .Is($"get{owner}Phase", read, new Contract { Summary = $"One phase of {charts}.", Answer = typeof(PhaseView) });

        api.MapGet(path, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListPhases(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.MeasureId(), query.AfterMonth(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is($"list{owner}Phases", read, new Contract
            {
                Summary = $"The phases of {charts} that people have agreed on, in order.",
                Answer = typeof(PageDocument<PhaseView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });
    }
}
