using System.Globalization;
using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Chase;
using MediatR;

namespace Collaborative.Api.Chase;

internal static class ChaseEndpoints
{
    private const string Contact = "/collaboratives/{collaborative}/teams/{team}/chase/{month}";

    public static void MapChase(this IEndpointRouteBuilder api)
    {
        api.MapGet("/collaboratives/{collaborative}/due-list", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new GetDueList(http.Viewer(), http.CollaborativeId(), query.Month("month"));
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Plain(await mediator.Send(request, http.RequestAborted));
            })
            .Is("getDueList", Operation.ReadTeamWork, new Contract
            {
                Summary = "The teams that owe something of a month: what, since when, and whom to ring.",
                Answer = typeof(DueListView),
                Parameters = [new Parameter("month", "The last complete month unless given.")],
            });

        api.MapPut(Contact, async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : await Writes.Put<ChaseContactBody, ChaseContactView>(http, (body, preconditions) =>
                    mediator.Send(new PutChaseContact(http.Viewer(), http.CollaborativeId(), http.TeamId(), month, body, preconditions), http.RequestAborted)))
            .Is("putChaseContact", Operation.ReviewTeamWork, Writes.Contract<ChaseContactBody, ChaseContactView>(
                "Note down that a team has made contact about a month; it is not reminded of it any more."));

        api.MapDelete(Contact, async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : await Writes.Delete(http, (preconditions, reason) =>
                    mediator.Send(new WithdrawChaseContact(http.Viewer(), http.CollaborativeId(), http.TeamId(), month, reason, preconditions), http.RequestAborted)))
            .Is("withdrawChaseContact", Operation.ReviewTeamWork, Writes.DeleteContract<ChaseContactView>("Take a contact back; the team is reminded again."));

        api.MapGet(Contact, async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : Answers.One(
                    await mediator.Send(new GetChaseContact(http.Viewer(), http.CollaborativeId(), http.TeamId(), month), http.RequestAborted), view => view.Revision))
            .Is("getChaseContact", Operation.ReadTeamWork, new Contract { Summary = "What a team has said of a month that it owes.", Answer = typeof(ChaseContactView) });

        api.MapGet("/collaboratives/{collaborative}/reminders/preview", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new PreviewReminders(http.Viewer(), http.CollaborativeId(), query.Date("on"));
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Plain(await mediator.Send(request, http.RequestAborted));
            })
            .Is("previewReminders", Operation.RunProgramme, new Contract
            {
                Summary = "Which reminders would go out on a day, to whom and in which words, as things stand now.",
                Answer = typeof(ReminderPreview),
                Parameters = [new Parameter("on", "The day, like 2026-03-08; today unless given.")],
            });

        api.MapGet("/collaboratives/{collaborative}/reminders", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                ReminderPosition? after = null;
                if (query.After() is { } cursor)
                {
                    after = Position(cursor);
                    if (after is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListReminders(
                    http.Viewer(), http.CollaborativeId(), query.Choice<MessageKind>("kind"), query.Choice<ReminderState>("state"), query.Month("month"), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listReminders", Operation.RunProgramme, new Contract
            {
                Summary = "The reminders and digests that were written, and what became of each, the newest first.",
                Answer = typeof(PageDocument<ReminderView>),
                Parameters = [new Parameter("kind", "Only reminders, or only digests: reminder or digest."), new Parameter("state", "Only those in this state."), new Parameter("month", "Only those about this month."), Endpoints.Limit, Endpoints.After],
            });
    }

    private static ReminderPosition? Position(string cursor) =>
        cursor.Split(' ') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks
        && Guid.TryParseExact(id, "D", out var parsed)
            ? new ReminderPosition(new DateTimeOffset(at, TimeSpan.Zero), parsed)
            : null;
}
