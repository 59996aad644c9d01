using System.Globalization;
using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Coaching;
using MediatR;

namespace Collaborative.Api.Coaching;

internal static class SiteVisitEndpoints
{
    private const string Visits = "/collaboratives/{collaborative}/teams/{team}/visits";

    public static void MapSiteVisits(this IEndpointRouteBuilder api)
    {
        api.MapPut(Visits + "/{visit}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<SiteVisitBody, SiteVisitView>(http, (body, preconditions) => mediator.Send(
                    new PutSiteVisit(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("visit"), body, preconditions), http.RequestAborted)))
            .Is("putSiteVisit", Operation.ReviewTeamWork, Writes.Contract<SiteVisitBody, SiteVisitView>("Plan a visit to a team, or note down what came of it."));

        api.MapDelete(Visits + "/{visit}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawSiteVisit(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("visit"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawSiteVisit", Operation.ReviewTeamWork, Writes.DeleteContract<SiteVisitView>("Call a visit off."));

        api.MapGet(Visits + "/{visit}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetSiteVisit(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("visit")), http.RequestAborted),
                view => view.Revision))
            .Is("getSiteVisit", Operation.ReadTeamWork, new Contract { Summary = "One visit to a team, with its notes and actions.", Answer = typeof(SiteVisitView) });

        api.MapGet(Visits, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                VisitCursor? after = null;
                if (query.After() is { } cursor)
                {
                    after = cursor.Split(' ') is [var on, var key] && DateOnly.TryParseExact(on, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                        ? new VisitCursor(day, key)
                        : null;
                    if (after is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListSiteVisits(http.Viewer(), http.CollaborativeId(), http.TeamId(), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listSiteVisits", Operation.ReadTeamWork, new Contract
            {
                Summary = "The visits to a team, by day.",
                Answer = typeof(PageDocument<SiteVisitView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });
    }
}
