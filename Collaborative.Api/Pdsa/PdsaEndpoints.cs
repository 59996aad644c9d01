using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Pdsa;
using MediatR;

namespace Collaborative.Api.Pdsa;

internal static class PdsaEndpoints
{
    private const string OfTeam = "/collaboratives/{collaborative}/teams/{team}/pdsa";

    private static readonly Parameter[] Filters =
    [
        new("idea", "Only tests of this idea."),
        new("measure", "Only those shown on this measure's chart."),
        new("state", "Only planned, running, studied or closed ones."),
        new("decision", "Only those that ended with adopt, adapt or abandon."),
        new("from", "Started on or after this day, like 2026-03-15."),
        new("to", "Started on or before this day."),
    ];

    public static void MapPdsa(this IEndpointRouteBuilder api)
    {
        api.MapPut(OfTeam + "/{cycle}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<PdsaBody, PdsaView>(http, (body, preconditions) => mediator.Send(
                    new PutPdsa(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("cycle"), body, preconditions), http.RequestAborted)))
            .Is("putPdsa", Operation.WriteTeamWork, Writes.Contract<PdsaBody, PdsaView>("Plan, run, study or close a PDSA cycle, or replace it."));

        api.MapDelete(OfTeam + "/{cycle}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawPdsa(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("cycle"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawPdsa", Operation.WriteTeamWork, Writes.DeleteContract<PdsaView>("Take a PDSA cycle back; it stays in the history."));

        api.MapGet(OfTeam + "/{cycle}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetPdsa(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("cycle")), http.RequestAborted),
                view => view.Revision))
            .Is("getPdsa", Operation.ReadTeamWork, new Contract { Summary = "One PDSA cycle, with what is odd about it on its ramp.", Answer = typeof(PdsaView) });

        api.MapGet(OfTeam, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListTeamPdsa(http.Viewer(), http.CollaborativeId(), http.TeamId(), Filter(query, null), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listTeamPdsa", Operation.ReadTeamWork, new Contract
            {
                Summary = "A team's PDSA cycles, by code.",
                Answer = typeof(PageDocument<PdsaView>),
                Parameters = [.. Filters, Endpoints.Limit, Endpoints.After],
            });

        api.MapGet("/collaboratives/{collaborative}/pdsa", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                (string, string)? position = null;
                if (query.After() is { } cursor)
                {
                    position = cursor.Split(' ') is [var teamKey, var codeKey] ? (teamKey, codeKey) : null;
                    if (position is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListPdsa(http.Viewer(), http.CollaborativeId(), Filter(query, query.Text("team")), position, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listPdsa", Operation.ReadTeamWork, new Contract
            {
                Summary = "The PDSA cycles of all teams that you may look at, by team and code.",
                Answer = typeof(PageDocument<PdsaView>),
                Parameters = [new Parameter("team", "Only this team's."), .. Filters, Endpoints.Limit, Endpoints.After],
            });

        api.MapGet("/collaboratives/{collaborative}/teams/{team}/ramps", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListRamps(http.Viewer(), http.CollaborativeId(), http.TeamId(), query.Text("idea"));
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Plain(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listRamps", Operation.ReadTeamWork, new Contract
            {
                Summary = "A team's ramps: the PDSA cycles that build on each other, the first test first.",
                Answer = typeof(RampsView),
                Parameters = [new Parameter("idea", "Only ramps with a test of this idea.")],
            });
    }

    private static PdsaFilter Filter(Parameters query, string? team) => new(
        team, query.Text("idea"), query.Text("measure"), query.Choice<PdsaState>("state"), query.Choice<PdsaDecision>("decision"), query.Date("from"), query.Date("to"));
}
