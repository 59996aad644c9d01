using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.RunCharts;
using MediatR;

namespace Collaborative.Api.RunCharts;

internal static class AnnotationEndpoints
{
    public static void MapAnnotations(this IEndpointRouteBuilder api)
    {
        Map(api, "/collaboratives/{collaborative}/teams/{team}/annotations", "Team", "of one team", Operation.EditTeamCharts, Operation.ReadTeamCharts);
        Map(api, "/collaboratives/{collaborative}/annotations", "", "of the whole collaborative", Operation.EditAggregateCharts, Operation.ReadAggregateCharts);
    }

    private static void Map(IEndpointRouteBuilder api, string path, string owner, string whose, Operation edit, Operation read)
    {
        api.MapPut(path + "/{annotation}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<AnnotationBody, AnnotationView>(http, (body, preconditions) => mediator.Send(
                    new PutAnnotation(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.Route("annotation"), body, preconditions), http.RequestAborted)))
            .Is($"put{owner}Annotation", edit, Writes.Contract<AnnotationBody, AnnotationView>($"Put a note on the charts {whose}, or replace it."));

        api.MapDelete(path + "/{annotation}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawAnnotation(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.Route("annotation"), reason, preconditions), http.RequestAborted)))
            .Is($"withdraw{owner}Annotation", edit, Writes.DeleteContract<AnnotationView>($"Take a note back from the charts {whose}; it stays in the history."));

        api.MapGet(path + "/{annotation}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetAnnotation(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.Route("annotation")), http.RequestAborted),
                view => view.Revision))
            .Is($"get{owner}Annotation", read, new Contract { Summary = $"One note on the charts {whose}.", Answer = typeof(AnnotationView) });

        api.MapGet(path, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListAnnotations(
                    http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, query.Choice<AnnotationKind>("kind"), query.Month("month"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is($"list{owner}Annotations", read, new Contract
            {
                Summary = $"The notes on the charts {whose}, by code.",
                Answer = typeof(PageDocument<AnnotationView>),
                Parameters = [new Parameter("kind", "Only this kind."), new Parameter("month", "Only this month."), Endpoints.Limit, Endpoints.After],
            });
    }
}
