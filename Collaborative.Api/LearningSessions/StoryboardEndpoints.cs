using System.Security.Cryptography;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.LearningSessions;
using Collaborative.Infrastructure.Database;
using MediatR;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Collaborative.Api.LearningSessions;

internal static class StoryboardEndpoints
{
    private const string Storyboard = "/collaboratives/{collaborative}/teams/{team}/sessions/{session}/storyboard";

    private const int PartBytes = 256 * 1024;

    public static void MapStoryboards(this IEndpointRouteBuilder api)
    {
        api.MapPut(Storyboard, Take)
            .Is("putStoryboard", Operation.WriteTeamWork, new Contract
            {
                Summary = "Send a team's storyboard for a session, or a new version of it.",
                Body = typeof(string),
                BodyTypes = StoryboardFormats.MediaTypes,
                Answer = typeof(StoryboardView),
                Statuses = [200, 201],
                TakesPreconditions = true,
            });

        api.MapDelete(Storyboard, async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawStoryboard(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("session"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawStoryboard", Operation.WriteTeamWork, Writes.DeleteContract<StoryboardView>("Take a storyboard back; its versions stay."));

        api.MapGet(Storyboard, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new FindStoryboard(http.Viewer(), http.CollaborativeId(), http.TeamId(), http.Route("session"), query.Number("revision", 1, int.MaxValue));
                if (query.Problem is { } problem)
                {
                    return Answers.Refused(problem);
                }

                var found = await mediator.Send(request, http.RequestAborted);
                return found.Problem is { } absent ? Answers.Refused(absent) : new FileAnswer(found.Value, mediator);
            })
            .Is("getStoryboard", Operation.ReadTeamWork, new Contract
            {
                Summary = "The file of a team's storyboard, as it is now or as it was in an earlier revision.",
                AnswerTypes = StoryboardFormats.MediaTypes,
                Parameters = [new Parameter("revision", "An earlier revision.", "integer")],
            });

        api.MapGet("/collaboratives/{collaborative}/sessions/{session}/storyboards", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListStoryboards(http.Viewer(), http.CollaborativeId(), http.Route("session"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listStoryboards", Operation.ReadTeamWork, new Contract
            {
                Summary = "The storyboards of a session, by team, without their files; teams see their own.",
                Answer = typeof(PageDocument<StoryboardView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });
    }

    /// <summary>Takes in the file with little memory: kept part by part, looked at as it comes, made the storyboard at its end.</summary>
    private static async Task<IResult> Take(HttpContext http, IMediator mediator)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || StoryboardFormats.OfMediaType(type.MediaType.Value) is not { } format)
        {
            return Answers.Refused(new Problem(
                ProblemCode.UnsupportedMediaType, $"A storyboard is a PDF, PNG, JPEG or PowerPoint file; send it with its Content-Type: {string.Join(", ", StoryboardFormats.MediaTypes)}."));
        }

        var preconditions = Headers.Preconditions(http.Request);
        if (preconditions.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        if (http.Request.ContentLength > StoryboardFormats.MostBytes)
        {
            return Answers.Refused(TooLarge);
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = StoryboardFormats.MostBytes + 1;
        }

        var session = http.Route("session");
        var begun = await mediator.Send(new BeginStoryboard(http.CollaborativeId(), http.TeamId(), session, format), http.RequestAborted);
        if (begun.Problem is { } problem)
        {
            return Answers.Refused(problem);
        }

        var kept = false;
        try
        {
            var received = await Receive(http, mediator, begun.Value, format);
            if (received.Problem is { } unfit)
            {
                return Answers.Refused(unfit);
            }

            var (hash, total) = received.Value;
            var written = await mediator.Send(
                new PutStoryboard(http.Viewer(), http.CollaborativeId(), http.TeamId(), session, begun.Value, format, hash, total, preconditions.Value), http.RequestAborted);
            kept = written is { Problem: null, Value.Kind: not WriteKind.Unchanged };
            return Answers.Written(written);
        }
        finally
        {
            if (!kept)
            {
                await Drop(mediator, begun.Value);
            }
        }
    }

    private static async Task<Outcome<(string Hash, int Total)>> Receive(HttpContext http, IMediator mediator, Guid fileId, StoryboardFormat format)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var check = new StoryboardCheck(format);
        var buffer = new byte[PartBytes];
        var total = 0;
        for (var part = 0; ; part++)
        {
            var filled = await http.Request.Body.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, http.RequestAborted);
            if (filled == 0)
            {
                break;
            }

            total += filled;
            if (total > StoryboardFormats.MostBytes)
            {
                return TooLarge;
            }

            hash.AppendData(buffer, 0, filled);
            check.Take(buffer.AsSpan(0, filled));
            if ((await mediator.Send(new AppendStoryboardPart(fileId, part, buffer[..filled]), http.RequestAborted)).Problem is { } lost)
            {
                return lost;
            }
        }

        return check.WhyNot() is { } reason
            ? new Problem(ProblemCode.UnsupportedMediaType, reason)
            : (Convert.ToHexStringLower(hash.GetHashAndReset()), total);
    }

    private static readonly Problem TooLarge = new(ProblemCode.TooLarge, $"A storyboard may have at most {StoryboardFormats.MostBytes / (1024 * 1024)} MB; make its pictures smaller.");

    private static async Task Drop(IMediator mediator, Guid fileId)
    {
        try
        {
            await mediator.Send(new DropStoryboardFile(fileId), CancellationToken.None);
        }
        catch (DatabaseUnavailableException)
        {
            // Without room even to delete; a later upload throws away what this one left.
        }
    }

    /// <summary>A file as it was sent, to be saved: a browser must not take it for a page of this site.</summary>
    private sealed class FileAnswer(StoryboardFile file, IMediator mediator) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            var etag = Headers.ETag(file.Revision);
            response.Headers.CacheControl = "private, no-cache";
            response.Headers.ETag = etag;
            response.Headers.Vary = "Accept";
            response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
            if (Headers.HasAlready(httpContext.Request, etag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            response.ContentType = StoryboardFormats.MediaType(file.Format);
            response.ContentLength = file.TotalBytes;
            response.Headers.ContentDisposition = $"attachment; filename=\"storyboard-{file.Session}-{file.Team}.{StoryboardFormats.Extension(file.Format)}\"";
            for (var part = 0; ; part++)
            {
                var content = (await mediator.Send(new ReadStoryboardPart(file.FileId, part), httpContext.RequestAborted)).Value;
                if (content.Length == 0)
                {
                    return;
                }

                await response.Body.WriteAsync(content, httpContext.RequestAborted);
            }
        }
    }
}
