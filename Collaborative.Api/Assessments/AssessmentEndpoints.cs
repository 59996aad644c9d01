using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Assessments;
using MediatR;

namespace Collaborative.Api.Assessments;

internal static class AssessmentEndpoints
{
    private const string OfTeam = "/collaboratives/{collaborative}/teams/{team}/assessments";

    private const string OfAll = "/collaboratives/{collaborative}/assessments";

    public static void MapAssessments(this IEndpointRouteBuilder api)
    {
        // Two doors to one room: a team scores itself, and the other scores are for those who review it.
        api.MapPut(OfTeam + "/{month}/self", (HttpContext http, IMediator mediator) => Put(http, mediator, AssessmentKind.Self))
            .Is("putSelfAssessment", Operation.WriteTeamWork, Writes.Contract<AssessmentBody, AssessmentView>("Put the team's own score of a month."));

        api.MapPut(OfTeam + "/{month}/{kind}", (HttpContext http, IMediator mediator) =>
                RouteKind(http, out var kind) is { } problem ? Task.FromResult(Answers.Refused(problem)) : Put(http, mediator, kind))
            .Is("putAssessment", Operation.ReviewTeamWork, Writes.Contract<AssessmentBody, AssessmentView>("Put the director's, the improvement advisor's or the reconciled score of a month."));

        api.MapGet(OfTeam + "/{month}/{kind}", async (HttpContext http, IMediator mediator) =>
            {
                var badKind = RouteKind(http, out var kind);
                return (http.RouteMonth(out var month) ?? badKind) is { } problem
                    ? Answers.Refused(problem)
                    : Answers.One(
                        await mediator.Send(new GetAssessment(http.Viewer(), http.CollaborativeId(), http.TeamId(), month, kind), http.RequestAborted), view => view.Revision);
            })
            .Is("getAssessment", Operation.ReadTeamWork, new Contract { Summary = "One score of a team's month: self, director, improvementAdvisor or reconciled.", Answer = typeof(AssessmentView) });

        api.MapGet(OfTeam + "/{month}/ceiling", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : Answers.Plain(await mediator.Send(new GetCeiling(http.Viewer(), http.CollaborativeId(), http.TeamId(), month), http.RequestAborted)))
            .Is("getCeiling", Operation.ReadTeamWork, new Contract { Summary = "How high a score the data bear out by the end of a month, and why: advice, never a score.", Answer = typeof(CeilingView) });

        api.MapGet(OfTeam, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListTeamAssessments(http.Viewer(), http.CollaborativeId(), http.TeamId(), query.AfterMonth(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listTeamAssessments", Operation.ReadTeamWork, new Contract
            {
                Summary = "One team's scores month by month, with the official one and the gap to the team's own.",
                Answer = typeof(PageDocument<AssessmentMonth>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });

        api.MapGet(OfAll, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListAssessments(http.Viewer(), http.CollaborativeId(), query.Month("month"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listAssessments", Operation.ReadTeamWork, new Contract
            {
                Summary = "How each team that you may see stands in a month. A month without a score has none; the last score is shown beside it.",
                Answer = typeof(PageDocument<TeamScore>),
                Parameters = [new Parameter("month", "The last complete month unless given."), Endpoints.Limit, Endpoints.After],
            });

        api.MapGet(OfAll + "/distribution", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new GetDistribution(http.Viewer(), http.CollaborativeId(), query.Month("from"), query.Month("to"));
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Plain(await mediator.Send(request, http.RequestAborted));
            })
            .Is("getScoreDistribution", Operation.ReadProgramme, new Contract
            {
                Summary = "How the official scores of all teams are spread, month by month.",
                Answer = typeof(DistributionView),
                Parameters = [new Parameter("from", "The first month; the first one with a score unless given."), new Parameter("to", "The last month; the last one with a score unless given.")],
            });
    }

    private static async Task<IResult> Put(HttpContext http, IMediator mediator, AssessmentKind kind) => http.RouteMonth(out var month) is { } problem
        ? Answers.Refused(problem)
        : await Writes.Put<AssessmentBody, AssessmentView>(http, (body, preconditions) =>
            mediator.Send(new PutAssessment(http.Viewer(), http.CollaborativeId(), http.TeamId(), month, kind, body, preconditions), http.RequestAborted));

    private static Problem? RouteKind(HttpContext http, out AssessmentKind kind)
    {
        var name = http.Route("kind");
        foreach (var known in Enum.GetValues<AssessmentKind>())
        {
            if (Naming.Of(known) == name)
            {
                kind = known;
                return null;
            }
        }

        kind = default;
        return Problem.Invalid([new FieldError("kind", "format", "A score is of the kind self, director, improvementAdvisor or reconciled.")]);
    }
}
