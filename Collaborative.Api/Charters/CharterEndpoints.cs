using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Charters;
using MediatR;

namespace Collaborative.Api.Charters;

internal static class CharterEndpoints
{
    public static void MapCharters(this IEndpointRouteBuilder api)
    {
        Map(api, "/collaboratives/{collaborative}/charter", "", "the collaborative's charter", Operation.RunProgramme, Operation.RunProgramme, Operation.ReadProgramme);
        Map(api, "/collaboratives/{collaborative}/teams/{team}/charter", "Team", "a team's charter", Operation.WriteTeamWork, Operation.ReviewTeamWork, Operation.ReadTeamWork);

        api.MapGet("/collaboratives/{collaborative}/teams/{team}/charter/draft", async (HttpContext http, IMediator mediator) =>
                Answers.Plain(await mediator.Send(new GetCharterDraft(http.Viewer(), http.CollaborativeId(), http.TeamId()), http.RequestAborted)))
            .Is("getTeamCharterDraft", Operation.ReadTeamWork, new Contract { Summary = "What a team's charter starts from: the collaborative's.", Answer = typeof(CharterText) });

        api.MapGet("/collaboratives/{collaborative}/charters", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListCharters(http.Viewer(), http.CollaborativeId(), query.Choice<CharterState>("state"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listCharters", Operation.ReadTeamWork, new Contract
            {
                Summary = "How the charters of the teams stand, and which teams are not ready.",
                Answer = typeof(PageDocument<TeamCharterView>),
                Parameters = [new Parameter("state", "Only charters in this state."), Endpoints.Limit, Endpoints.After],
            });
    }

    private static void Map(IEndpointRouteBuilder api, string path, string owner, string what, Operation write, Operation review, Operation read)
    {
        api.MapPut(path, async (HttpContext http, IMediator mediator) =>
                await Writes.Put<CharterBody, CharterView>(http, (body, preconditions) =>
                    mediator.Send(new PutCharter(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, body, preconditions), http.RequestAborted)))
            .Is($"put{owner}Charter", write, Writes.Contract<CharterBody, CharterView>($"Write {what}, as a draft or to be reviewed."));

        api.MapGet(path, async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetCharter(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId), http.RequestAborted), view => view.Revision))
            .Is($"get{owner}Charter", read, new Contract { Summary = $"Read {what}.", Answer = typeof(CharterView) });

        api.MapPut(path + "/review", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<CharterReviewBody, CharterReviewView>(http, (body, preconditions) =>
                    mediator.Send(new ReviewCharter(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, body, preconditions), http.RequestAborted)))
            .Is($"review{owner}Charter", review, Writes.Contract<CharterReviewBody, CharterReviewView>($"Return or accept {what}, as it was read."));

        api.MapGet(path + "/review", async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetCharterReview(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId), http.RequestAborted), view => view.Revision))
            .Is($"get{owner}CharterReview", read, new Contract { Summary = $"The last review of {what}.", Answer = typeof(CharterReviewView) });
    }
}
