using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Measures;
using MediatR;

namespace Collaborative.Api.Measures;

internal static class MeasureEndpoints
{
    public static void MapMeasures(this IEndpointRouteBuilder api)
    {
        api.MapPut("/collaboratives/{collaborative}/measures/{measure}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<MeasureBody, MeasureView>(http, (body, preconditions) =>
                    mediator.Send(new PutMeasure(http.Viewer(), http.CollaborativeId(), http.Route("measure"), body, preconditions), http.RequestAborted)))
            .Is("putMeasure", Operation.EditMeasures, Writes.Contract<MeasureBody, MeasureView>("Define a measure, or replace its definition."), Creates.Measure);

        api.MapGet("/collaboratives/{collaborative}/measures/{measure}", async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetMeasure(http.Viewer(), http.CollaborativeId(), http.MeasureId()), http.RequestAborted), view => view.Revision))
            .Is("getMeasure", Operation.ReadMeasures, new Contract { Summary = "One measure.", Answer = typeof(MeasureView) });

        api.MapGet("/collaboratives/{collaborative}/measures", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListMeasures(
                    http.Viewer(), http.CollaborativeId(), query.Choice<MeasureType>("type"), query.Flag("required"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listMeasures", Operation.ReadMeasures, new Contract
            {
                Summary = "The measures of a collaborative, by code.",
                Answer = typeof(PageDocument<MeasureView>),
                Parameters =
                [
                    new Parameter("type", "Only outcome, process or balancing measures."), new Parameter("required", "Only those that are required, or are not.", "boolean"),
                    Endpoints.Limit, Endpoints.After,
                ],
            });
    }
}
