using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Coaching;
using MediatR;

namespace Collaborative.Api.Coaching;

internal static class CoachingCallEndpoints
{
    private const string Calls = "/collaboratives/{collaborative}/calls";

    public static void MapCoachingCalls(this IEndpointRouteBuilder api)
    {
        api.MapPut(Calls + "/{call}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<CoachingCallBody, CoachingCallView>(http, (body, preconditions) => mediator.Send(
                    new PutCoachingCall(http.Viewer(), http.CollaborativeId(), http.Route("call"), body, preconditions), http.RequestAborted)))
            .Is("putCoachingCall", Operation.ReviewTeamWork, Writes.Contract<CoachingCallBody, CoachingCallView>("Announce a call, move it, or note down what came of it."));

        api.MapDelete(Calls + "/{call}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawCoachingCall(http.Viewer(), http.CollaborativeId(), http.Route("call"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawCoachingCall", Operation.ReviewTeamWork, Writes.DeleteContract<CoachingCallView>("Call a call off."));

        api.MapGet(Calls + "/{call}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetCoachingCall(http.Viewer(), http.CollaborativeId(), http.Route("call")), http.RequestAborted),
                view => view.Revision))
            .Is("getCoachingCall", Operation.ReadProgramme, new Contract { Summary = "One call, with its agenda, minutes and actions.", Answer = typeof(CoachingCallView) });

        api.MapGet(Calls, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                CallCursor? after = null;
                if (query.After() is { } cursor)
                {
                    after = cursor.Split(' ') is [var at, var key] && Instants.TryRead(at, out var startsAt) ? new CallCursor(startsAt, key) : null;
                    if (after is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListCoachingCalls(
                    http.Viewer(), http.CollaborativeId(), query.Choice<CallKind>("kind"), query.Text("team"), query.Instant("from"), query.Instant("to"), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listCoachingCalls", Operation.ReadProgramme, new Contract
            {
                Summary = "The calls, by time; those with one team only where that team's work is open to you.",
                Answer = typeof(PageDocument<CoachingCallView>),
                Parameters =
                [
                    new Parameter("kind", "Only this kind."),
                    new Parameter("team", "Only calls with this team alone."),
                    new Parameter("from", "Not before this instant."),
                    new Parameter("to", "Not after this instant."),
                    Endpoints.Limit,
                    Endpoints.After,
                ],
            });

        api.MapPut(Calls + "/{call}/attendance", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<CallAttendanceBody, CallAttendanceView>(http, (body, preconditions) => mediator.Send(
                    new PutCallAttendance(http.Viewer(), http.CollaborativeId(), http.Route("call"), body, preconditions), http.RequestAborted)))
            .Is("putCallAttendance", Operation.ReviewTeamWork, Writes.Contract<CallAttendanceBody, CallAttendanceView>("Note down which teams were on a call, or correct it."));

        api.MapGet(Calls + "/{call}/attendance", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetCallAttendance(http.Viewer(), http.CollaborativeId(), http.Route("call")), http.RequestAborted),
                view => view.Revision))
            .Is("getCallAttendance", Operation.CompareTeams, new Contract { Summary = "Which teams were on a call.", Answer = typeof(CallAttendanceView) });

        api.MapGet("/collaboratives/{collaborative}/call-kpis", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new GetCallKpis(http.Viewer(), http.CollaborativeId(), query.Choice<CallKind>("kind"), query.Instant("from"), query.Instant("to"));
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Plain(await mediator.Send(request, http.RequestAborted));
            })
            .Is("getCallKpis", Operation.CompareTeams, new Contract
            {
                Summary = "The share of teams on each call that is meant for all, and the teams that missed two or more.",
                Answer = typeof(CallKpis),
                Parameters =
                [
                    new Parameter("kind", "Only this kind: allTeam, seniorLeader or measurementLead."),
                    new Parameter("from", "Not before this instant."),
                    new Parameter("to", "Not after this instant."),
                ],
            });
    }
}
