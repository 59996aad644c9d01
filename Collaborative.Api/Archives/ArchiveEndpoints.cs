using Collaborative.Api.Access;
using Collaborative.Api.Http;
using Collaborative.Api.Imports;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Archives;
using Collaborative.Domain.Collaboratives;
using Collaborative.Infrastructure.Imports;
using MediatR;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Collaborative.Api.Archives;

internal static class ArchiveEndpoints
{
    private const string Zip = "application/zip";

    public static void MapArchives(this IEndpointRouteBuilder api)
    {
        foreach (var suffix in new[] { "", ".zip" })
        {
            api.MapGet("/collaboratives/{collaborative}/archive" + suffix, (HttpContext http, IMediator mediator) =>
                    suffix.Length == 0 && Negotiation.Choose(http.Request, Zip) is null
                        ? Answers.Refused(new Problem(ProblemCode.NotAcceptable, $"An archive can be had as {Zip}."))
                        : Archive(http, mediator))
                .Is(suffix.Length == 0 ? "getArchive" : "getArchiveAsZip", Operation.EditCollaborative, new Contract
                {
                    Summary = "Everything of a collaborative, with all revisions, as an archive that another server takes in.",
                    AnswerTypes = [Zip],
                });
        }

        api.MapPost("/archives", Take)
            .Is("importArchive", Operation.ImportArchives, new Contract
            {
                Summary = "Make a collaborative out of an archive, as it was where the archive was written.",
                Body = typeof(string),
                BodyTypes = [Zip],
                Answer = typeof(CollaborativeView),
                Statuses = [201],
                TakesIdempotencyKey = true,
                Parameters = [new Parameter("code", "Another code for it; it is then a copy, which can stand beside the original.")],
            });
    }

    private static IResult Archive(HttpContext http, IMediator mediator)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Stream(
            async output =>
            {
                await using var buffered = new BufferedResponse(output);
                _ = await mediator.Send(new WriteArchive(http.CollaborativeId(), AccessEndpoints.Version.Version, buffered), http.RequestAborted);
            },
            Zip,
            $"{http.Route("collaborative")}-archive.zip");
    }

    private static async Task<IResult> Take(HttpContext http, IMediator mediator)
    {
        var query = new Parameters(http);
        var code = query.Text("code");
        if ((query.Problem ?? (code is null || Code.IsValid(code) ? null : Problem.Invalid([.. Shape.Code(code, "code")]))) is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals(Zip, StringComparison.OrdinalIgnoreCase))
        {
            return Answers.Refused(new Problem(ProblemCode.UnsupportedMediaType, $"Send the archive as it was given, with Content-Type: {Zip}."));
        }

        var most = ImportIntake.MostBytes(http.RequestServices.GetRequiredService<IConfiguration>());
        if (http.Request.ContentLength > most)
        {
            return Answers.Refused(ImportIntake.TooLarge(most));
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most + 1;
        }

        using var upload = new ReceivedArchive();
        if (!await upload.Receive(http.Request.Body, most, http.RequestAborted))
        {
            return Answers.Refused(ImportIntake.TooLarge(most));
        }

        var imported = await upload.Import(mediator, http.Viewer(), code, Headers.IdempotencyKey(http.Request), http.RequestAborted);
        if (imported.Problem is { } problem)
        {
            return Answers.Refused(problem);
        }

        if (imported.Value.IsReplay)
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }

        var view = imported.Value.View;
        http.Response.Headers.ETag = Headers.ETag(view.Revision);
        http.Response.Headers.Location = $"{http.Request.PathBase}/api/v1/collaboratives/{view.Code}";
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(view, Json.Options, statusCode: StatusCodes.Status201Created);
    }
}
