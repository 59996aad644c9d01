using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Barriers;
using MediatR;

namespace Collaborative.Api.Barriers;

internal static class BarrierEndpoints
{
    private const string OfTeam = "/collaboratives/{collaborative}/teams/{team}/barriers";

    private static readonly Parameter Level = new("level", "Only those at this level.");

    private static readonly Parameter State = new("state", "Only open or resolved ones.");

    private static readonly Parameter Overdue = new("overdue", "Only those that are open and longer at their level than 14 days, or only the others.", "boolean");

    private static readonly Parameter Team = new("team", "Only this team's.");

    public static void MapBarriers(this IEndpointRouteBuilder api)
    {
        api.MapPut(OfTeam + "/{barrier}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<BarrierBody, BarrierView>(http, (body, preconditions) =>
                    mediator.Send(new PutBarrier(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("barrier"), body, preconditions), http.RequestAborted)))
            .Is("putBarrier", Operation.WriteTeamWork, Writes.Contract<BarrierBody, BarrierView>("Raise a barrier, escalate it to another level of leadership, or say how it was removed."));

        api.MapDelete(OfTeam + "/{barrier}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawBarrier(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("barrier"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawBarrier", Operation.WriteTeamWork, Writes.DeleteContract<BarrierView>("Take back a barrier that was raised in error; it stays in the history."));

        api.MapGet(OfTeam + "/{barrier}", async (HttpContext http, IMediator mediator) => Answers.Living(
                await mediator.Send(new GetBarrier(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("barrier")), http.RequestAborted), view => view.Revision))
            .Is("getBarrier", Operation.ReadTeamWork, new Contract { Summary = "A barrier, its way up, and its age today.", Answer = typeof(BarrierView), IsAlwaysSent = true });

        MapList(api, OfTeam, "listTeamBarriers", "One team's barriers, the oldest first.", Level, State, Overdue);
        MapList(api, "/collaboratives/{collaborative}/barriers", "listBarriers", "The barriers of all teams that you may see, the oldest first.", Level, State, Overdue, Team);
    }

    private static void MapList(IEndpointRouteBuilder api, string path, string name, string summary, params IReadOnlyList<Parameter> filters) =>
        api.MapGet(path, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                BarrierCursor? after = null;
                if (query.After() is { } cursor && (after = BarrierCursor.Read(cursor)) is null)
                {
                    query.BadCursor();
                }

                var request = new ListBarriers(
                    http.Viewer(),
                    http.CollaborativeId(),
                    http.Scope().TeamId,
                    query.Text(Team.Name) is { } team ? Code.KeyOf(team) : null,
                    query.Choice<BarrierLevel>(Level.Name),
                    query.Choice<BarrierState>(State.Name),
                    query.Flag(Overdue.Name),
                    after,
                    query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is(name, Operation.ReadTeamWork, new Contract
            {
                Summary = summary,
                Answer = typeof(PageDocument<BarrierView>),
                Parameters = [.. filters, Endpoints.Limit, Endpoints.After],
            });
}
