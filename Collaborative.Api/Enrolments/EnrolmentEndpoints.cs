using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Enrolments;
using MediatR;

namespace Collaborative.Api.Enrolments;

internal static class EnrolmentEndpoints
{
    private const string Enrolment = "/collaboratives/{collaborative}/teams/{team}/enrolment";

    private const string Readiness = "/collaboratives/{collaborative}/teams/{team}/readiness";

    public static void MapEnrolments(this IEndpointRouteBuilder api)
    {
        api.MapPut(Enrolment, async (HttpContext http, IMediator mediator) =>
                await Writes.Put<EnrolmentBody, EnrolmentView>(http, (body, preconditions) => mediator.Send(
                    new PutEnrolment(http.Viewer(), http.CollaborativeId(), http.TeamId(), body, preconditions), http.RequestAborted)))
            .Is("putEnrolment", Operation.WriteTeamWork, Writes.Contract<EnrolmentBody, EnrolmentView>(
                "Apply, commit a team by its letter, withdraw it; for directors also review, select, decline, put on the waiting list, make active, complete."));

        api.MapDelete(Enrolment, async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawEnrolment(http.Viewer(), http.CollaborativeId(), http.TeamId(), reason, preconditions), http.RequestAborted)))
            .Is("withdrawEnrolment", Operation.RunProgramme, Writes.DeleteContract<EnrolmentView>("Take an enrolment back: the team takes part as one that never applied."));

        api.MapGet(Enrolment, async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetEnrolment(http.Viewer(), http.CollaborativeId(), http.TeamId()), http.RequestAborted),
                view => view.Revision))
            .Is("getEnrolment", Operation.ReadTeamWork, new Contract { Summary = "How far a team's enrolment has come; nothing for a team that was only defined.", Answer = typeof(EnrolmentView) });

        api.MapGet("/collaboratives/{collaborative}/enrolments", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListEnrolments(http.Viewer(), http.CollaborativeId(), query.Choice<EnrolmentState>("state"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listEnrolments", Operation.ReadTeamWork, new Contract
            {
                Summary = "The enrolments, by team; teams see their own.",
                Answer = typeof(PageDocument<EnrolmentView>),
                Parameters = [new Parameter("state", "Only this state."), Endpoints.Limit, Endpoints.After],
            });

        api.MapPut(Readiness, async (HttpContext http, IMediator mediator) =>
                await Writes.Put<ReadinessBody, ReadinessView>(http, (body, preconditions) => mediator.Send(
                    new PutReadiness(http.Viewer(), http.CollaborativeId(), http.TeamId(), body, preconditions), http.RequestAborted)))
            .Is("putReadiness", Operation.WriteTeamWork, Writes.Contract<ReadinessBody, ReadinessView>("Fill in a team's readiness checklist."));

        api.MapGet(Readiness, async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetReadiness(http.Viewer(), http.CollaborativeId(), http.TeamId()), http.RequestAborted),
                view => view.Revision))
            .Is("getReadiness", Operation.ReadTeamWork, new Contract { Summary = "A team's readiness checklist, and whether the team may commit itself.", Answer = typeof(ReadinessView) });

        api.MapGet("/collaboratives/{collaborative}/readiness", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListReadiness(http.Viewer(), http.CollaborativeId(), query.Flag("passesGate"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listReadiness", Operation.ReadTeamWork, new Contract
            {
                Summary = "The readiness checklists, by team; teams see their own.",
                Answer = typeof(PageDocument<ReadinessView>),
                Parameters = [new Parameter("passesGate", "Only teams that may commit themselves, or only those that may not.", "boolean"), Endpoints.Limit, Endpoints.After],
            });
    }
}
