using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Assessments;
using MediatR;

namespace Collaborative.Api.Assessments;

internal static class ScaleEndpoints
{
    private const string Scales = "/collaboratives/{collaborative}/scales";

    public static void MapScales(this IEndpointRouteBuilder api)
    {
        api.MapPut(Scales + "/{scale}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<ScaleBody, ScaleView>(http, (body, preconditions) =>
                    mediator.Send(new PutScale(http.Viewer(), http.CollaborativeId(), http.Route("scale"), body, preconditions), http.RequestAborted)))
            .Is("putScale", Operation.RunProgramme, Writes.Contract<ScaleBody, ScaleView>("Define a scale of the collaborative's own, or make a built-in one its own."));

        api.MapGet(Scales + "/{scale}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetScale(http.Viewer(), http.CollaborativeId(), http.Route("scale")), http.RequestAborted), view => view.Revision))
            .Is("getScale", Operation.ReadProgramme, new Contract { Summary = "A scale with its levels and their criteria.", Answer = typeof(ScaleView) });

        api.MapGet(Scales, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListScales(http.Viewer(), http.CollaborativeId(), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listScales", Operation.ReadProgramme, new Contract
            {
                Summary = "The scales that assessments may use, the built-in ones among them.",
                Answer = typeof(PageDocument<ScaleView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });
    }
}
