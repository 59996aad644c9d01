using System.Text;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Library;
using Collaborative.Domain.Pdsa;
using MediatR;

namespace Collaborative.Api.Library;

internal static class LibraryEndpoints
{
    private const string Thread = "/collaboratives/{collaborative}/ideas/{idea}/thread";
    private const string Digest = "/collaboratives/{collaborative}/digest";
    private const string PlainText = "text/plain";

    public static void MapLibrary(this IEndpointRouteBuilder api)
    {
        api.MapGet("/collaboratives/{collaborative}/library", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var question = query.Text("q") ?? "";
                DateTimeOffset? before = null;
                if (query.After() is { } cursor)
                {
                    before = Instants.TryRead(cursor, out var instant) ? instant : null;
                    if (before is null)
                    {
                        query.BadCursor();
                    }
                }

                var words = SearchWords.Of(question);
                var request = new ListLibrary(
                    http.Viewer(),
                    http.CollaborativeId(),
                    new LibraryFilter(
                        words ?? [],
                        query.Text("idea"),
                        query.Text("driver"),
                        query.Choice<PdsaDecision>("decision"),
                        query.Choice<DegreeOfBelief>("degreeOfBelief"),
                        query.Text("team"),
                        query.Choice<LibrarySource>("source")),
                    before,
                    query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem)
                    : words is null ? Answers.Refused(Problem.Invalid([new FieldError("q", "tooMany", $"Search for at most {SearchWords.Most} words.")]))
                    : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listLibrary", Operation.ReadProgramme, new Contract
            {
                Summary = "What teams tried and learned, the newest first.",
                Answer = typeof(PageDocument<LibraryEntryView>),
                Parameters =
                [
                    new Parameter("q", "Words that must all occur, whatever their case and accents."),
                    new Parameter("idea", "Only what was learned from this idea."),
                    new Parameter("driver", "Only ideas below this driver or concept of the change package."),
                    new Parameter("decision", "Only what ended with adopt, adapt or abandon."),
                    new Parameter("degreeOfBelief", "Only what the team believes in to this degree: low, medium or high."),
                    new Parameter("team", "Only this team's."),
                    new Parameter("source", "Only from a pdsaCycle, or only from a report."),
                    Endpoints.Limit, Endpoints.After,
                ],
            });

        foreach (var (suffix, form) in new (string, string?)[] { ("", null), (".txt", PlainText) })
        {
            api.MapGet(Digest + suffix, (HttpContext http, IMediator mediator) => DigestOf(http, mediator, form))
                .Is($"getDigest{(form is null ? "" : "AsText")}", Operation.ReadProgramme, new Contract
                {
                    Summary = "What was learned, asked and answered on one day.",
                    Answer = form is null ? typeof(Digest) : null,
                    AnswerTypes = form is null ? [Json.ContentType, PlainText] : [form],
                    Parameters = [new Parameter("on", "The day where the collaborative is, like 2026-03-15; yesterday unless given.")],
                });
        }
    }

    public static void MapThreads(this IEndpointRouteBuilder api)
    {
        api.MapPut(Thread + "/{post}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<ThreadPostBody, ThreadPostView>(http, (body, preconditions) => mediator.Send(
                    new PutThreadPost(http.Viewer(), http.CollaborativeId(), http.Route("idea"), http.Route("post"), body, preconditions), http.RequestAborted)))
            .Is("putThreadPost", Operation.Contribute, Writes.Contract<ThreadPostBody, ThreadPostView>("Ask, answer or comment in the thread of an idea, or change your own post."));

        api.MapDelete(Thread + "/{post}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawThreadPost(http.Viewer(), http.CollaborativeId(), http.Route("idea"), http.Route("post"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawThreadPost", Operation.Contribute, Writes.DeleteContract<ThreadPostView>("Take your own post back; directors can take back any."));

        api.MapGet(Thread + "/{post}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetThreadPost(http.Viewer(), http.CollaborativeId(), http.Route("idea"), http.Route("post")), http.RequestAborted), view => view.Revision))
            .Is("getThreadPost", Operation.ReadProgramme, new Contract { Summary = "One post in the thread of an idea.", Answer = typeof(ThreadPostView) });

        api.MapGet(Thread, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                (DateTimeOffset, string)? position = null;
                if (query.After() is { } cursor)
                {
                    position = cursor.Split(' ') is [var text, var key] && Instants.TryRead(text, out var instant) ? (instant, key) : null;
                    if (position is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListThread(http.Viewer(), http.CollaborativeId(), http.Route("idea"), position, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listThread", Operation.ReadProgramme, new Contract
            {
                Summary = "The questions, answers and comments about an idea, the oldest first.",
                Answer = typeof(PageDocument<ThreadPostView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });
    }

    private static async Task<IResult> DigestOf(HttpContext http, IMediator mediator, string? form)
    {
        if ((form ?? Negotiation.Choose(http.Request, Json.ContentType, PlainText)) is not { } wanted)
        {
            return Answers.NotAcceptable(Json.ContentType, PlainText);
        }

        var query = new Parameters(http);
        var on = query.Date("on");
        if (query.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var digest = await mediator.Send(new GetDigest(http.Viewer(), http.CollaborativeId(), on), http.RequestAborted);
        return digest.Problem is { } problem ? Answers.Refused(problem)
            : wanted == PlainText ? Answers.Tagged(Encoding.UTF8.GetBytes(DigestText.Write(digest.Value)), PlainText)
            : Answers.Plain(digest);
    }
}
