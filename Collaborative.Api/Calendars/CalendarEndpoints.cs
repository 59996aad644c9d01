using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Calendars;
using MediatR;

namespace Collaborative.Api.Calendars;

internal static class CalendarEndpoints
{
    private const string Calendar = "/collaboratives/{collaborative}/calendar";

    public static void MapCalendars(this IEndpointRouteBuilder api)
    {
        api.MapPut(Calendar + "/plan", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<CalendarPlanBody, CalendarPlanView>(http, (body, preconditions) =>
                    mediator.Send(new PlanCalendar(http.Viewer(), http.CollaborativeId(), body, preconditions), http.RequestAborted)))
            .Is("planCalendar", Operation.RunProgramme, Writes.Contract<CalendarPlanBody, CalendarPlanView>("Say when the first learning session is; the default calendar follows from it."));

        api.MapGet(Calendar + "/plan", async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetCalendarPlan(http.Viewer(), http.CollaborativeId()), http.RequestAborted), view => view.Revision))
            .Is("getCalendarPlan", Operation.ReadProgramme, new Contract { Summary = "From what the default calendar follows.", Answer = typeof(CalendarPlanView) });

        api.MapGet(Calendar, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new GetCalendar(http.Viewer(), http.CollaborativeId(), query.Date("from"), query.Date("to"));
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Plain(await mediator.Send(request, http.RequestAborted));
            })
            .Is("getCalendar", Operation.ReadProgramme, new Contract
            {
                Summary = "The calendar in order: sessions, action periods, calls, due days and milestones.",
                Answer = typeof(CalendarView),
                Parameters = [new Parameter("from", "Only what lasts until this day or longer, like 2026-03-15."), new Parameter("to", "Only what begins by this day.")],
            });

        api.MapPut(Calendar + "/events/{event}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<CalendarEventBody, CalendarEventView>(http, (body, preconditions) =>
                    mediator.Send(new PutCalendarEvent(http.Viewer(), http.CollaborativeId(), http.Route("event"), body, preconditions), http.RequestAborted)))
            .Is("putCalendarEvent", Operation.RunProgramme, Writes.Contract<CalendarEventBody, CalendarEventView>(
                "Move, rename or remove an entry of the default calendar by its code, or add one of your own."));

        api.MapDelete(Calendar + "/events/{event}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) =>
                    mediator.Send(new WithdrawCalendarEvent(http.Viewer(), http.CollaborativeId(), http.Route("event"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawCalendarEvent", Operation.RunProgramme, Writes.DeleteContract<CalendarEventView>("Take back what you changed or added; the default calendar's own entry stands again."));

        api.MapGet(Calendar + "/events/{event}", async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetCalendarEvent(http.Viewer(), http.CollaborativeId(), http.Route("event")), http.RequestAborted), view => view.Revision))
            .Is("getCalendarEvent", Operation.ReadProgramme, new Contract { Summary = "What was changed of one entry.", Answer = typeof(CalendarEventView) });

        api.MapGet(Calendar + "/events", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListCalendarEvents(http.Viewer(), http.CollaborativeId(), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listCalendarEvents", Operation.ReadProgramme, new Contract
            {
                Summary = "What was changed in the calendar and added to it, by code.",
                Answer = typeof(PageDocument<CalendarEventView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });

        api.MapPut(Calendar + "/links/{link}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<CalendarLinkBody, CalendarLinkView>(http, (body, preconditions) =>
                    mediator.Send(new PutCalendarLink(http.Viewer(), http.CollaborativeId(), http.Route("link"), body, preconditions), http.RequestAborted)))
            .Is("putCalendarLink", Operation.RunProgramme, Writes.Contract<CalendarLinkBody, CalendarLinkView>(
                "Make a secret address, /calendars/{token}.ics, to which a calendar program subscribes. The token is shown this once."));

        api.MapDelete(Calendar + "/links/{link}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) =>
                    mediator.Send(new RevokeCalendarLink(http.Viewer(), http.CollaborativeId(), http.Route("link"), reason, preconditions), http.RequestAborted)))
            .Is("revokeCalendarLink", Operation.RunProgramme, Writes.DeleteContract<CalendarLinkView>("Revoke a secret address."));

        api.MapGet(Calendar + "/links/{link}", async (HttpContext http, IMediator mediator) =>
                Answers.One(await mediator.Send(new GetCalendarLink(http.Viewer(), http.CollaborativeId(), http.Route("link")), http.RequestAborted), view => view.Revision))
            .Is("getCalendarLink", Operation.RunProgramme, new Contract { Summary = "One secret address, without its token.", Answer = typeof(CalendarLinkView) });

        api.MapGet(Calendar + "/links", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListCalendarLinks(http.Viewer(), http.CollaborativeId(), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listCalendarLinks", Operation.RunProgramme, new Contract
            {
                Summary = "The secret addresses that work, by code.",
                Answer = typeof(PageDocument<CalendarLinkView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });
    }

    /// <summary>Outside the API: a calendar program sends no key, only the address it was given.</summary>
    public static void MapCalendarFeed(this IEndpointRouteBuilder app) =>
        app.MapGet("/calendars/{token}.ics", async (HttpContext http, IMediator mediator) =>
                await mediator.Send(new GetCalendarFeed(http.Route("token")), http.RequestAborted) is { IsRefused: false, Value: var file }
                    ? Answers.Tagged(file, "text/calendar")
                    : Answers.Refused(Domain.Problem.NotFound))
            .AllowAnonymous().ExcludeFromDescription();
}
