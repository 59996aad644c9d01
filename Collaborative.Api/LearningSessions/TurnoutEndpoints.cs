using System.Globalization;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.LearningSessions;
using MediatR;

namespace Collaborative.Api.LearningSessions;

/// <summary>Who came to a learning session, and what they thought of it.</summary>
internal static class TurnoutEndpoints
{
    private const string Session = "/collaboratives/{collaborative}/sessions/{session}";

    private const string OfTeam = "/collaboratives/{collaborative}/teams/{team}/sessions/{session}";

    private static readonly Parameter[] Paging = [Endpoints.Limit, Endpoints.After];

    public static void MapTurnout(this IEndpointRouteBuilder api)
    {
        api.MapPut(OfTeam + "/attendance/{date}", async (HttpContext http, IMediator mediator) =>
                Day(http, out var day) is { } problem
                    ? Answers.Refused(problem)
                    : await Writes.Put<AttendanceBody, AttendanceView>(http, (body, preconditions) => mediator.Send(
                        new PutAttendance(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("session"), day, body, preconditions), http.RequestAborted)))
            .Is("putAttendance", Operation.ReviewTeamWork, Writes.Contract<AttendanceBody, AttendanceView>("Note down who of a team came on one day of a session, or correct it."));

        api.MapGet(OfTeam + "/attendance/{date}", async (HttpContext http, IMediator mediator) =>
                Day(http, out var day) is { } problem
                    ? Answers.Refused(problem)
                    : Answers.One(await mediator.Send(new GetAttendance(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("session"), day), http.RequestAborted), view => view.Revision))
            .Is("getAttendance", Operation.ReadTeamWork, new Contract { Summary = "Who of a team came on one day of a session.", Answer = typeof(AttendanceView) });

        MapList(api, OfTeam, "listTeamAttendance", "Who of a team came to a session, day by day.");
        MapList(api, Session, "listAttendance", "Who came to a session, by team and day; teams see their own.");

        api.MapPut(OfTeam + "/evaluation", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<EvaluationBody, EvaluationView>(http, (body, preconditions) => mediator.Send(
                    new PutEvaluation(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("session"), body, preconditions), http.RequestAborted)))
            .Is("putEvaluation", Operation.WriteTeamWork, Writes.Contract<EvaluationBody, EvaluationView>("Say what a team thought of a session."));

        api.MapGet(OfTeam + "/evaluation", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetEvaluation(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("session")), http.RequestAborted),
                view => view.Revision))
            .Is("getEvaluation", Operation.ReadTeamWork, new Contract { Summary = "What a team thought of a session.", Answer = typeof(EvaluationView) });

        api.MapGet(Session + "/evaluations", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListEvaluations(http.Viewer(), http.CollaborativeId(), http.Route("session"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listEvaluations", Operation.CompareTeams, new Contract
            {
                Summary = "What all teams thought of a session, by team.",
                Answer = typeof(PageDocument<EvaluationView>),
                Parameters = Paging,
            });

        api.MapGet(Session + "/kpis", async (HttpContext http, IMediator mediator) =>
                Answers.Plain(await mediator.Send(new GetSessionKpis(http.Viewer(), http.CollaborativeId(), http.Route("session")), http.RequestAborted)))
            .Is("getSessionKpis", Operation.CompareTeams, new Contract
            {
                Summary = "How many teams came, with as many people as expected and with their senior leader; who did not; and the means of the evaluation.",
                Answer = typeof(SessionKpis),
            });
    }

    private static void MapList(IEndpointRouteBuilder api, string path, string name, string summary) =>
        api.MapGet(path + "/attendance", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                AttendanceCursor? after = null;
                if (query.After() is { } cursor)
                {
                    after = cursor.Split(' ') is [var team, var at] && TryDate(at, out var last) ? new AttendanceCursor(team, last) : null;
                    if (after is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListAttendance(http.Viewer(), http.CollaborativeId(), http.Scope().TeamId, http.Route("session"), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is(name, Operation.ReadTeamWork, new Contract { Summary = summary, Answer = typeof(PageDocument<AttendanceView>), Parameters = Paging });

    private static Problem? Day(HttpContext http, out DateOnly day) =>
        TryDate(http.Route("date"), out day) ? null : Problem.Invalid([new FieldError("date", "format", "A date is written like 2026-03-15.")]);

    private static bool TryDate(string text, out DateOnly date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
