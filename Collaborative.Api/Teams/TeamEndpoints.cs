using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Teams;
using MediatR;

namespace Collaborative.Api.Teams;

internal static class TeamEndpoints
{
    public static void MapTeams(this IEndpointRouteBuilder api)
    {
        api.MapPut("/collaboratives/{collaborative}/teams/{team}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<TeamBody, TeamView>(http, (body, preconditions) =>
                    mediator.Send(new PutTeam(http.Viewer(), http.CollaborativeId(), http.Route("team"), body, preconditions), http.RequestAborted)))
            .Is("putTeam", Operation.EditTeams, Writes.Contract<TeamBody, TeamView>("Enrol a team, or replace what is known of it."), Creates.Team);

        api.MapGet("/collaboratives/{collaborative}/teams/{team}", async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetTeam(http.Viewer(), http.CollaborativeId(), http.TeamId()), http.RequestAborted), view => view.Revision))
            .Is("getTeam", Operation.ReadTeams, new Contract { Summary = "One team.", Answer = typeof(TeamView) });

        api.MapGet("/collaboratives/{collaborative}/teams", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListTeams(http.Viewer(), http.CollaborativeId(), query.Text("region"), query.Text("organisation"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listTeams", Operation.ReadTeams, new Contract
            {
                Summary = "The teams of a collaborative, by code.",
                Answer = typeof(PageDocument<TeamView>),
                Parameters = [new Parameter("region", "Only this region."), new Parameter("organisation", "Only this organisation."), Endpoints.Limit, Endpoints.After],
            });
    }
}
