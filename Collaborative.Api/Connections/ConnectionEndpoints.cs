using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Connections;
using MediatR;

namespace Collaborative.Api.Connections;

internal static class ConnectionEndpoints
{
    private const string List = "/collaboratives/{collaborative}/connections";

    private const string One = List + "/{connection}";

    public static void MapConnections(this IEndpointRouteBuilder api)
    {
        api.MapPut(One, async (HttpContext http, IMediator mediator) =>
                await Writes.Put<ConnectionBody, ConnectionView>(http, (body, preconditions) => mediator.Send(
                    new PutConnection(http.Viewer(), http.CollaborativeId(), http.Route("connection"), body, preconditions), http.RequestAborted)))
            .Is("putConnection", Operation.RunProgramme, Writes.Contract<ConnectionBody, ConnectionView>(
                "Have a partner's endpoint polled on a schedule. The secret is taken and never shown; without it, the one that is there stays, as long as it goes to the same place."));

        api.MapDelete(One, async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawConnection(http.Viewer(), http.CollaborativeId(), http.Route("connection"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawConnection", Operation.RunProgramme, Writes.DeleteContract<ConnectionView>("Poll an endpoint no more; its secret is forgotten, and what it brought stays."));

        api.MapGet(One, async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetConnection(http.CollaborativeId(), http.Route("connection")), http.RequestAborted), view => view.Revision))
            .Is("getConnection", Operation.RunProgramme, new Contract { Summary = "One connection, without its secret.", Answer = typeof(ConnectionView) });

        api.MapGet(List, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListConnections(http.CollaborativeId(), query.Choice<ConnectionKind>("kind"), query.Text("profile"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listConnections", Operation.RunProgramme, new Contract
            {
                Summary = "The connections by code, each with its health.",
                Answer = typeof(PageDocument<ListedConnection>),
                Parameters = [new Parameter("kind", "Only file or fhir ones."), new Parameter("profile", "Only those of this profile."), Endpoints.Limit, Endpoints.After],
            });

        api.MapGet(One + "/health", async (HttpContext http, IMediator mediator) =>
                Answers.Plain(await mediator.Send(new GetConnectionHealth(http.CollaborativeId(), http.Route("connection")), http.RequestAborted)))
            .Is("getConnectionHealth", Operation.RunProgramme, new Contract
            {
                Summary = "How a connection is: when it last succeeded and failed, whether it is left alone for a while, when it is polled next.",
                Answer = typeof(ConnectionHealth),
            });

        api.MapPost(One + "/run", async (HttpContext http, IMediator mediator) =>
            {
                var started = await mediator.Send(
                    new RunConnection(http.Viewer(), http.CollaborativeId(), http.Route("connection"), Headers.IdempotencyKey(http.Request)), http.RequestAborted);
                return started.Problem is { } problem ? Answers.Refused(problem) : Started(http, started.Value);
            })
            .Is("runConnection", Operation.RunProgramme, new Contract
            {
                Summary = "Poll now, also while the schedule is paused. One that waits or runs already is answered instead of a second one.",
                Answer = typeof(ConnectionRunView),
                Statuses = [202],
                TakesIdempotencyKey = true,
            });

        api.MapGet(One + "/runs", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                RunCursor? after = null;
                if (query.After() is { } cursor)
                {
                    after = cursor.Split(' ') is [var at, var last] && Instants.TryRead(at, out var created) && Guid.TryParseExact(last, "D", out var id) ? new RunCursor(created, id) : null;
                    if (after is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListConnectionRuns(http.CollaborativeId(), http.Route("connection"), query.Choice<RunState>("state"), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listConnectionRuns", Operation.RunProgramme, new Contract
            {
                Summary = "The polls of a connection, the newest first. Those that brought nothing are kept for 90 days.",
                Answer = typeof(PageDocument<ConnectionRunView>),
                Parameters = [new Parameter("state", "Only queued, running, imported, notModified or failed ones."), Endpoints.Limit, Endpoints.After],
            });

        api.MapGet(One + "/runs/{run}", async (HttpContext http, IMediator mediator) => Guid.TryParseExact(http.Route("run"), "D", out var runId)
                ? Answers.Plain(await mediator.Send(new GetConnectionRun(http.CollaborativeId(), http.Route("connection"), runId), http.RequestAborted))
                : Answers.Refused(Problem.NotFound))
            .Is("getConnectionRun", Operation.RunProgramme, new Contract { Summary = "One poll: what the partner answered, and what became of it.", Answer = typeof(ConnectionRunView) });
    }

    /// <summary>202, with the address of the run.</summary>
    private static IResult Started(HttpContext http, StartedRun started)
    {
        if (started.IsReplay)
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }

        var path = (http.Request.PathBase + http.Request.Path).ToUriComponent();
        http.Response.Headers.RetryAfter = "1";
        http.Response.Headers.Location = $"{path[..path.LastIndexOf('/')]}/runs/{started.View.Id:D}";
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(started.View, Json.Options, statusCode: StatusCodes.Status202Accepted);
    }
}
