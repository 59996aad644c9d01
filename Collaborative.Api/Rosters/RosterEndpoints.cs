using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Rosters;
using MediatR;

namespace Collaborative.Api.Rosters;

internal static class RosterEndpoints
{
    private const string Members = "/collaboratives/{collaborative}/teams/{team}/members";

    private static readonly Parameter On = new("on", "The day that is looked at; today unless given.");

    public static void MapRosters(this IEndpointRouteBuilder api)
    {
        api.MapPut(Members + "/{member}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<TeamMemberBody, TeamMemberView>(http, (body, preconditions) => mediator.Send(
                    new PutTeamMember(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("member"), body, preconditions), http.RequestAborted)))
            .Is("putTeamMember", Operation.WriteTeamWork, Writes.Contract<TeamMemberBody, TeamMemberView>("Put somebody on a team's roster, or change what it says of them."));

        api.MapDelete(Members + "/{member}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawTeamMember(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("member"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawTeamMember", Operation.WriteTeamWork, Writes.DeleteContract<TeamMemberView>(
                "Take somebody off the roster who never belonged there; for somebody who leaves, put the last day instead."));

        api.MapGet(Members + "/{member}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetTeamMember(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("member")), http.RequestAborted),
                view => view.Revision))
            .Is("getTeamMember", Operation.ReadTeamWork, new Contract { Summary = "One person of a team.", Answer = typeof(TeamMemberView) });

        api.MapGet(Members, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListTeamMembers(
                    http.Viewer(), http.CollaborativeId(), http.TeamId(), query.Choice<TeamRole>("role"), query.Date("on"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listTeamMembers", Operation.ReadTeamWork, new Contract
            {
                Summary = "The people of a team, those who have left included, by code.",
                Answer = typeof(PageDocument<TeamMemberView>),
                Parameters = [new Parameter("role", "Only those with this role."), new Parameter("on", "Only those who are on the team on this day."), Endpoints.Limit, Endpoints.After],
            });

        api.MapGet("/collaboratives/{collaborative}/teams/{team}/roster", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ReviewRoster(http.Viewer(), http.CollaborativeId(), http.TeamId(), query.Date("on"));
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Plain(await mediator.Send(request, http.RequestAborted));
            })
            .Is("reviewRoster", Operation.ReadTeamWork, new Contract
            {
                Summary = "Whether a team has the people it needs, and who is missing.",
                Answer = typeof(RosterReview),
                Parameters = [On],
            });

        api.MapGet("/collaboratives/{collaborative}/rosters", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListRosters(http.Viewer(), http.CollaborativeId(), query.Date("on"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listRosters", Operation.ReadTeamWork, new Contract
            {
                Summary = "Whether each team has the people it needs, by team; teams see their own.",
                Answer = typeof(PageDocument<RosterReview>),
                Parameters = [On, Endpoints.Limit, Endpoints.After],
            });
    }
}
