using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Prework;
using MediatR;

namespace Collaborative.Api.Prework;

internal static class PreworkEndpoints
{
    private const string Items = "/collaboratives/{collaborative}/prework";

    private const string OfTeam = "/collaboratives/{collaborative}/teams/{team}/prework";

    public static void MapPrework(this IEndpointRouteBuilder api)
    {
        api.MapPut(Items + "/{item}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<PreworkItemBody, PreworkItemView>(http, (body, preconditions) => mediator.Send(
                    new PutPreworkItem(http.Viewer(), http.CollaborativeId(), http.Route("item"), body, preconditions), http.RequestAborted)))
            .Is("putPreworkItem", Operation.RunProgramme, Writes.Contract<PreworkItemBody, PreworkItemView>("Ask something of every team before the first learning session."));

        api.MapDelete(Items + "/{item}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawPreworkItem(http.Viewer(), http.CollaborativeId(), http.Route("item"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawPreworkItem", Operation.RunProgramme, Writes.DeleteContract<PreworkItemView>("Ask it no longer; what teams did of it stays in the history."));

        api.MapGet(Items + "/{item}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetPreworkItem(http.Viewer(), http.CollaborativeId(), http.Route("item")), http.RequestAborted),
                view => view.Revision))
            .Is("getPreworkItem", Operation.ReadProgramme, new Contract { Summary = "One thing that is asked of every team.", Answer = typeof(PreworkItemView) });

        api.MapGet(Items, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListPreworkItems(http.Viewer(), http.CollaborativeId(), query.Choice<PreworkType>("type"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listPreworkItems", Operation.ReadProgramme, new Contract
            {
                Summary = "What is asked of every team before the first learning session, by code.",
                Answer = typeof(PageDocument<PreworkItemView>),
                Parameters = [new Parameter("type", "Only this type."), Endpoints.Limit, Endpoints.After],
            });

        api.MapGet("/collaboratives/{collaborative}/prework-defaults", async (HttpContext http, IMediator mediator) =>
                Answers.Plain(await mediator.Send(new GetPreworkDefaults(http.Viewer()), http.RequestAborted)))
            .Is("getPreworkDefaults", Operation.ReadProgramme, new Contract
            {
                Summary = "The usual checklist: each item is ready to be PUT under its code.",
                Answer = typeof(PreworkDefaults),
            });

        api.MapPut(OfTeam + "/{item}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<PreworkProgressBody, PreworkProgressView>(http, (body, preconditions) => mediator.Send(
                    new PutPreworkProgress(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("item"), body, preconditions), http.RequestAborted)))
            .Is("putTeamPrework", Operation.Contribute, Writes.Contract<PreworkProgressBody, PreworkProgressView>(
                "Say how far a team is with one item; faculty accept it, send it back or waive it."));

        api.MapGet(OfTeam + "/{item}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetPreworkProgress(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("item")), http.RequestAborted),
                view => view.Revision))
            .Is("getTeamPrework", Operation.ReadTeamWork, new Contract { Summary = "How far a team is with one item; nothing while it has not been begun.", Answer = typeof(PreworkProgressView) });

        api.MapGet(OfTeam, async (HttpContext http, IMediator mediator) =>
                Answers.Plain(await mediator.Send(new GetTeamPrework(http.Viewer(), http.CollaborativeId(), http.TeamId()), http.RequestAborted)))
            .Is("listTeamPrework", Operation.ReadTeamWork, new Contract
            {
                Summary = "All that is asked of a team, in the order in which it is due, with its state and the team's readiness in percent.",
                Answer = typeof(TeamPrework),
            });

        api.MapGet("/collaboratives/{collaborative}/prework-status", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListPrework(http.Viewer(), http.CollaborativeId(), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listPreworkStatus", Operation.ReadTeamWork, new Contract
            {
                Summary = "Teams by items: how far each team is with its prework, and what is overdue; teams see their own.",
                Answer = typeof(PageDocument<TeamPrework>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });
    }
}
