using System.Globalization;
using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.LearningSessions;
using MediatR;

namespace Collaborative.Api.LearningSessions;

internal static class LearningSessionEndpoints
{
    private const string Sessions = "/collaboratives/{collaborative}/sessions";

    public static void MapLearningSessions(this IEndpointRouteBuilder api)
    {
        api.MapPut(Sessions + "/{session}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<LearningSessionBody, LearningSessionView>(http, (body, preconditions) => mediator.Send(
                    new PutLearningSession(http.Viewer(), http.CollaborativeId(), http.Route("session"), body, preconditions), http.RequestAborted)))
            .Is("putLearningSession", Operation.RunProgramme, Writes.Contract<LearningSessionBody, LearningSessionView>("Set the days of a learning session and what is planned for it."));

        api.MapDelete(Sessions + "/{session}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawLearningSession(http.Viewer(), http.CollaborativeId(), http.Route("session"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawLearningSession", Operation.RunProgramme, Writes.DeleteContract<LearningSessionView>("Call a learning session off."));

        api.MapGet(Sessions + "/{session}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetLearningSession(http.Viewer(), http.CollaborativeId(), http.Route("session")), http.RequestAborted),
                view => view.Revision))
            .Is("getLearningSession", Operation.ReadProgramme, new Contract { Summary = "One learning session.", Answer = typeof(LearningSessionView) });

        api.MapGet(Sessions, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var after = 0;
                if (query.After() is { } cursor && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
                {
                    query.BadCursor();
                }

                var request = new ListLearningSessions(http.Viewer(), http.CollaborativeId(), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listLearningSessions", Operation.ReadProgramme, new Contract
            {
                Summary = "The learning sessions, in their order.",
                Answer = typeof(PageDocument<LearningSessionView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });

        api.MapGet("/collaboratives/{collaborative}/action-periods", async (HttpContext http, IMediator mediator) =>
                Answers.Plain(await mediator.Send(new ListActionPeriods(http.Viewer(), http.CollaborativeId()), http.RequestAborted)))
            .Is("listActionPeriods", Operation.ReadProgramme, new Contract
            {
                Summary = "The times between the learning sessions, in which teams test changes.",
                Answer = typeof(ActionPeriods),
            });
    }
}
