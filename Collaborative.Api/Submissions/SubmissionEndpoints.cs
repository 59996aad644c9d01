using System.Globalization;
using Collaborative.Api.Http;
using Collaborative.Api.Imports;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Submissions;
using MediatR;

namespace Collaborative.Api.Submissions;

internal static class SubmissionEndpoints
{
    private const string Series = "/collaboratives/{collaborative}/teams/{team}/measures/{measure}/submissions";

    private static readonly string[] Forms = [Json.ContentType, .. ExportEndpoints.MediaTypes];

    private static readonly Parameter Status = new("status", "Only draft, submitted or waived ones.");

    public static void MapSubmissions(this IEndpointRouteBuilder api)
    {
        api.MapPut(Series + "/{month}", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : await Writes.Put<SubmissionBody, SubmissionView>(http, (body, preconditions) =>
                    mediator.Send(new SubmitMeasure(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.MeasureId(), month, body, preconditions), http.RequestAborted)))
            .Is("putSubmission", Operation.WriteSubmissions, Writes.Contract<SubmissionBody, SubmissionView>("Submit a month's figures, save them as a draft, or say why there are none."));

        api.MapGet(Series + "/{month}", async (HttpContext http, IMediator mediator) => http.RouteMonth(out var month) is { } problem
                ? Answers.Refused(problem)
                : Answers.One(
                    await mediator.Send(new GetSubmission(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.MeasureId(), month), http.RequestAborted),
                    view => view.Revision))
            .Is("getSubmission", Operation.ReadSubmissions, new Contract { Summary = "One month's figures, with what looks odd about them.", Answer = typeof(SubmissionView) });

        api.MapDelete(Series + "/{month}", async (HttpContext http, IMediator mediator) =>
            {
                if (http.RouteMonth(out var month) is { } problem)
                {
                    return Answers.Refused(problem);
                }

                return await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawSubmission(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.MeasureId(), month, reason, preconditions), http.RequestAborted));
            })
            .Is("withdrawSubmission", Operation.WriteSubmissions, Writes.DeleteContract<SubmissionView>("Take a month's figures back; its revisions stay readable."));

        api.MapGet(Series + "/{month}/revisions", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var after = 0;
                if (query.After() is { } cursor && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
                {
                    query.BadCursor();
                }

                var limit = query.Limit();
                return (http.RouteMonth(out var month) ?? query.Problem) is { } problem
                    ? Answers.Refused(problem)
                    : Answers.Page(await mediator.Send(
                        new ListRevisions(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.MeasureId(), month, after, limit), http.RequestAborted));
            })
            .Is("listRevisions", Operation.ReadSubmissions, new Contract
            {
                Summary = "Every revision of a month's figures, oldest first, withdrawals included.",
                Answer = typeof(PageDocument<SubmissionView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });

        api.MapGet(Series, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                Month? after = null;
                if (query.After() is { } cursor)
                {
                    after = Month.TryParse(cursor, out var month) ? month : null;
                    if (after is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListSeries(
                    http.Viewer(), http.CollaborativeId(), http.TeamId(), http.MeasureId(), query.Choice("status", SubmissionStatus.Withdrawn), query.Instant("asOf"), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listSeries", Operation.ReadSubmissions, new Contract
            {
                Summary = "One team's submissions of one measure, oldest month first.",
                Answer = typeof(PageDocument<SubmissionView>),
                Parameters = [Status, Endpoints.AsOf, Endpoints.Limit, Endpoints.After],
            });

        api.MapGet("/collaboratives/{collaborative}/submissions", async (HttpContext http, IMediator mediator) =>
            {
                http.Response.Headers.Vary = "Accept";
                if (Negotiation.Choose(http.Request, Forms) is not { } wanted)
                {
                    return Answers.NotAcceptable(Forms);
                }

                var query = new Parameters(http);
                var month = query.Month("month");
                if (ExportEndpoints.Form(wanted) is { } form)
                {
                    return query.Problem is { } malformed ? Answers.Refused(malformed) : await ExportEndpoints.Send(http, mediator, form, month);
                }

                SubmissionCursor? after = null;
                if (query.After() is { } cursor)
                {
                    after = cursor.Split(' ') is [var teamKey, var measureKey, var text] && Month.TryParse(text, out var last) ? new SubmissionCursor(teamKey, measureKey, last) : null;
                    if (after is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListSubmissions(
                    http.Viewer(), http.CollaborativeId(), month ?? query.Month("from"), month ?? query.Month("to"), KeyOf(query.Text("team")), KeyOf(query.Text("measure")),
                    query.Choice("status", SubmissionStatus.Withdrawn), query.Instant("asOf"), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listSubmissions", Operation.ReadSubmissions, new Contract
            {
                Summary = "The submissions that your key may see, by team, measure and month.",
                Answer = typeof(PageDocument<SubmissionView>),
                AnswerTypes = Forms,
                Parameters =
                [
                    new Parameter("month", "Only this month, like 2026-03."), .. ExportEndpoints.Months, new Parameter("team", "Only this team."), new Parameter("measure", "Only this measure."),
                    Status, Endpoints.AsOf, Endpoints.Limit, Endpoints.After,
                ],
            });
    }

    private static string? KeyOf(string? code) => code is null ? null : Code.KeyOf(code);
}
