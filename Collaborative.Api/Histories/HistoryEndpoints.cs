using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Histories;
using MediatR;

namespace Collaborative.Api.Histories;

internal static class HistoryEndpoints
{
    public static void MapHistory(this IEndpointRouteBuilder api) =>
        api.MapGet("/collaboratives/{collaborative}/history", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                HistoryCursor? after = null;
                if (query.After() is { } cursor && (after = HistoryCursor.Read(cursor)) is null)
                {
                    query.BadCursor();
                }

                var request = new GetHistory(
                    http.Viewer(),
                    http.CollaborativeId(),
                    query.Text("subject"),
                    query.Text("team") is { } team ? Code.KeyOf(team) : null,
                    query.Text("code"),
                    query.Text("by"),
                    query.Instant("from"),
                    query.Instant("to"),
                    after,
                    query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("getHistory", Operation.ReadHistory, new Contract
            {
                Summary = "Who wrote what and when, the newest first, each as it was. Figures have revisions of their own, beside each submission.",
                Answer = typeof(PageDocument<HistoryEntryView>),
                Parameters =
                [
                    new Parameter("subject", "Only what is of this kind, like report or annotation."),
                    new Parameter("team", "Only what belongs to this team."),
                    new Parameter("code", "Only what stands at this address, as the history shows it: a code, a month, or a month and a kind."),
                    new Parameter("by", "Only what was written under this name."),
                    new Parameter("from", "Only what was written at or after this instant."),
                    new Parameter("to", "Only what was written at or before this instant."),
                    Endpoints.Limit,
                    Endpoints.After,
                ],
            });
}
