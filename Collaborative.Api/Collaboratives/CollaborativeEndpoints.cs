using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Collaboratives;
using MediatR;

namespace Collaborative.Api.Collaboratives;

internal static class CollaborativeEndpoints
{
    public static void MapCollaboratives(this IEndpointRouteBuilder api)
    {
        api.MapPut("/collaboratives/{collaborative}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<CollaborativeBody, CollaborativeView>(http, (body, preconditions) =>
                    mediator.Send(new PutCollaborative(http.Viewer(), http.Route("collaborative"), body, preconditions), http.RequestAborted)))
            .Is("putCollaborative", Operation.EditCollaborative, Writes.Contract<CollaborativeBody, CollaborativeView>("Make or replace a collaborative."), Creates.Collaborative);

        api.MapGet("/collaboratives/{collaborative}", async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetCollaborative(http.Viewer(), http.CollaborativeId()), http.RequestAborted), view => view.Revision))
            .Is("getCollaborative", Operation.ReadCollaborative, new Contract { Summary = "One collaborative.", Answer = typeof(CollaborativeView) });

        api.MapGet("/collaboratives", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListCollaboratives(http.Viewer(), query.Text("status"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listCollaboratives", Operation.ListCollaboratives, new Contract
            {
                Summary = "The collaboratives that your key may see, by code.",
                Answer = typeof(PageDocument<CollaborativeView>),
                Parameters = [new Parameter("status", "Only those in this stage."), Endpoints.Limit, Endpoints.After],
            });
    }
}
