using System.Globalization;
using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Stages;
using MediatR;

namespace Collaborative.Api.Stages;

internal static class StageEndpoints
{
    public static void MapStages(this IEndpointRouteBuilder api)
    {
        api.MapPut("/collaboratives/{collaborative}/stage", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<StageBody, StageView>(http, (body, preconditions) =>
                    mediator.Send(new MoveStage(http.Viewer(), http.CollaborativeId(), body, preconditions), http.RequestAborted)))
            .Is("moveStage", Operation.RunProgramme, Writes.Contract<StageBody, StageView>("Move a collaborative on in its life: planning, recruiting, prework, active, closing, holding the gains, closed."));

        api.MapGet("/collaboratives/{collaborative}/stage", async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetStage(http.Viewer(), http.CollaborativeId()), http.RequestAborted), view => view.Revision))
            .Is("getStage", Operation.ReadProgramme, new Contract { Summary = "Where a collaborative is in its life, and where it may move from there.", Answer = typeof(StageView) });

        api.MapGet("/collaboratives/{collaborative}/stage/launch", async (HttpContext http, IMediator mediator) =>
                Answers.Plain(await mediator.Send(new GetLaunch(http.Viewer(), http.CollaborativeId()), http.RequestAborted)))
            .Is("getLaunch", Operation.ReadProgramme, new Contract { Summary = "Whether a launch now would need an override, and why.", Answer = typeof(LaunchView) });

        api.MapGet("/collaboratives/{collaborative}/stage/moves", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var after = 0;
                if (query.After() is { } cursor && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
                {
                    query.BadCursor();
                }

                var request = new ListStageMoves(http.Viewer(), http.CollaborativeId(), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listStageMoves", Operation.ReadProgramme, new Contract
            {
                Summary = "The moves of a collaborative so far, each with who, when and why.",
                Answer = typeof(PageDocument<StageView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });
    }
}
