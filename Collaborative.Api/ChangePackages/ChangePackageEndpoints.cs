using System.Text;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.ChangePackages;
using MediatR;

namespace Collaborative.Api.ChangePackages;

internal static class ChangePackageEndpoints
{
    private const string Package = "/collaboratives/{collaborative}/change-package";
    private const string Diagram = "/collaboratives/{collaborative}/driver-diagram";
    private const string Matrix = "/collaboratives/{collaborative}/idea-matrix";
    private const string Ideas = "/collaboratives/{collaborative}/teams/{team}/ideas";
    private const string Csv = "text/csv";
    private const string Svg = "image/svg+xml";

    private static readonly Parameter Progress = new("progress", "Whether the picture shows how many teams are how far with each idea; yes unless given.", "boolean");

    public static void MapChangePackages(this IEndpointRouteBuilder api)
    {
        api.MapPut(Package, async (HttpContext http, IMediator mediator) =>
                await Writes.Put<ChangePackageBody, ChangePackageView>(http, (body, preconditions) => mediator.Send(
                    new PutChangePackage(http.Viewer(), http.CollaborativeId(), body, preconditions), http.RequestAborted)))
            .Is("putChangePackage", Operation.RunProgramme, Writes.Contract<ChangePackageBody, ChangePackageView>("Put the change package in place, or replace it: aim, drivers, concepts and ideas."));

        api.MapGet(Package, async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetChangePackage(http.Viewer(), http.CollaborativeId()), http.RequestAborted), view => view.Revision))
            .Is("getChangePackage", Operation.ReadProgramme, new Contract { Summary = "The change package.", Answer = typeof(ChangePackageView) });

        foreach (var (suffix, form) in new (string, string?)[] { ("", null), (".svg", Svg) })
        {
            api.MapGet(Diagram + suffix, (HttpContext http, IMediator mediator) => DiagramOf(http, mediator, form))
                .Is($"getDriverDiagram{(form is null ? "" : "AsSvg")}", Operation.ReadProgramme, new Contract
                {
                    Summary = "The driver diagram: from the aim over the drivers to the change ideas, and how many teams are how far with each.",
                    Answer = form is null ? typeof(DriverDiagram) : null,
                    AnswerTypes = form is null ? [Json.ContentType, Svg] : [form],
                    Parameters = [Progress],
                });
        }

        foreach (var (suffix, form) in new (string, string?)[] { ("", null), (".csv", Csv), (".svg", Svg) })
        {
            api.MapGet(Matrix + suffix, (HttpContext http, IMediator mediator) => MatrixOf(http, mediator, form))
                .Is($"getIdeaMatrix{form switch { Csv => "AsCsv", Svg => "AsSvg", _ => "" }}", Operation.ReadTeamWork, new Contract
                {
                    Summary = "Which team is how far with which change idea: the teams that you may look at, and the totals of all.",
                    Answer = form is null ? typeof(IdeaMatrix) : null,
                    AnswerTypes = form is null ? [Json.ContentType, Csv, Svg] : [form],
                });
        }
    }

    public static void MapIdeas(this IEndpointRouteBuilder api)
    {
        api.MapPut(Ideas + "/{idea}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<IdeaBody, IdeaView>(http, (body, preconditions) => mediator.Send(
                    new PutIdea(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("idea"), body, preconditions), http.RequestAborted)))
            .Is("putIdea", Operation.WriteTeamWork, Writes.Contract<IdeaBody, IdeaView>("Put an idea of a team's own beside those of the change package, or replace it."));

        api.MapDelete(Ideas + "/{idea}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawIdea(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("idea"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawIdea", Operation.WriteTeamWork, Writes.DeleteContract<IdeaView>("Take an idea of a team's own back, as long as it was not tested."));

        api.MapGet(Ideas + "/{idea}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetIdea(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("idea")), http.RequestAborted), view => view.Revision))
            .Is("getIdea", Operation.ReadTeamWork, new Contract { Summary = "An idea of a team's own.", Answer = typeof(IdeaView) });

        api.MapGet(Ideas, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListIdeas(http.Viewer(), http.CollaborativeId(), http.TeamId(), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listIdeas", Operation.ReadTeamWork, new Contract
            {
                Summary = "A team's own ideas, by code.",
                Answer = typeof(PageDocument<IdeaView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });

        api.MapPut(Ideas + "/{idea}/progress", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<ProgressBody, ProgressView>(http, (body, preconditions) => mediator.Send(
                    new PutProgress(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("idea"), body, preconditions), http.RequestAborted)))
            .Is("putIdeaProgress", Operation.WriteTeamWork, Writes.Contract<ProgressBody, ProgressView>("Say how far a team is with an idea: not started, testing, implemented or spread."));

        api.MapGet(Ideas + "/{idea}/progress", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetProgress(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("idea")), http.RequestAborted), view => view.Revision))
            .Is("getIdeaProgress", Operation.ReadTeamWork, new Contract { Summary = "How far a team says it is with an idea.", Answer = typeof(ProgressView) });
    }

    private static async Task<IResult> DiagramOf(HttpContext http, IMediator mediator, string? form)
    {
        if ((form ?? Negotiation.Choose(http.Request, Json.ContentType, Svg)) is not { } wanted)
        {
            return Answers.NotAcceptable(Json.ContentType, Svg);
        }

        var query = new Parameters(http);
        var progress = query.Flag("progress") ?? true;
        if (query.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var diagram = await mediator.Send(new GetDriverDiagram(http.Viewer(), http.CollaborativeId()), http.RequestAborted);
        return diagram.Problem is { } problem ? Answers.Refused(problem)
            : wanted == Svg ? Answers.Picture(DriverDiagramSvg.Draw(diagram.Value, progress))
            : Answers.Plain(diagram);
    }

    private static async Task<IResult> MatrixOf(HttpContext http, IMediator mediator, string? form)
    {
        if ((form ?? Negotiation.Choose(http.Request, Json.ContentType, Csv, Svg)) is not { } wanted)
        {
            return Answers.NotAcceptable(Json.ContentType, Csv, Svg);
        }

        var matrix = await mediator.Send(new GetIdeaMatrix(http.Viewer(), http.CollaborativeId()), http.RequestAborted);
        return matrix.Problem is { } problem ? Answers.Refused(problem)
            : wanted == Svg ? Answers.Picture(IdeaMatrixSvg.Draw(matrix.Value))
            : wanted == Csv ? Answers.Tagged(Encoding.UTF8.GetBytes(IdeaMatrixCsv.Write(matrix.Value)), Csv)
            : Answers.Plain(matrix);
    }
}
