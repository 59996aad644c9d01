using System.Globalization;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Imports;
using MediatR;
using Microsoft.AspNetCore.Http.Features;

namespace Collaborative.Api.Imports;

/// <summary>Uploads in pieces, after the manner of tus: opened with their length, appended to by offset, gone on with after any break.</summary>
internal static class UploadInPieces
{
    public const string PieceType = "application/offset+octet-stream";
    public const string LengthHeader = "Upload-Length";
    public const string OffsetHeader = "Upload-Offset";

    /// <summary>How far an upload has come, as answers say it.</summary>
    public static readonly IReadOnlyList<Parameter> Standing =
    [
        new Parameter(OffsetHeader, "Of an upload in pieces: how many bytes are there.", "integer"),
        new Parameter(LengthHeader, "Of an upload in pieces: how many bytes the whole file has.", "integer"),
    ];

    /// <summary>So much at a time is made durable.</summary>
    private const int PartBytes = 256 * 1024;

    /// <summary>Opens an upload: 201, with the address that takes its pieces.</summary>
    public static async Task<IResult> Open(HttpContext http, IMediator mediator, ImportOptions options)
    {
        var most = ImportIntake.MostBytes(http.RequestServices.GetRequiredService<IConfiguration>());
        if (Number(http, LengthHeader) is not { } length)
        {
            return Answers.Refused(Problem.Invalid([new FieldError(LengthHeader, "format", "Upload-Length is the number of bytes of the whole file.")]));
        }

        if (http.Request.ContentLength > 0)
        {
            return Answers.Refused(Problem.Invalid([new FieldError(LengthHeader, "body", "Open the upload without a body, then PATCH the pieces to the address in Location; or send the whole file at once, without Upload-Length.")]));
        }

        if (length > most)
        {
            return Answers.Refused(ImportIntake.TooLarge(most));
        }

        var family = http.Request.ContentType is null ? (FileFamily?)null : Upload.Family(http.Request) is { Problem: null, Value: var known } ? known : null;
        if (http.Request.ContentType is not null && family is null)
        {
            return Answers.Refused(Upload.Family(http.Request).Problem!);
        }

        var fingerprint = ImportIntake.Fingerprint(http.CollaborativeId(), options, System.Text.Encoding.UTF8.GetBytes($"{length} {family}"));
        var opened = await mediator.Send(new OpenUpload(http.Viewer(), http.CollaborativeId(), options, family, length, fingerprint), http.RequestAborted);
        if (opened.Problem is { } problem)
        {
            return Answers.Refused(problem);
        }

        if (opened.Value.IsReplay)
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }

        http.Response.Headers.Location = $"{http.Request.PathBase}/api/v1/imports/{opened.Value.View.Id:D}";
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(opened.Value.View, Json.Options, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>Takes a piece: what a broken connection has brought is kept as far as it is durable, and HEAD says how far that is.</summary>
    public static async Task<IResult> Append(HttpContext http, IMediator mediator, Guid importId)
    {
        if (Upload.Encoded(http) is { } encoded)
        {
            return Answers.Refused(encoded);
        }

        if (http.Request.ContentType != PieceType)
        {
            return Answers.Refused(new Problem(ProblemCode.UnsupportedMediaType, $"Send a piece of a file with Content-Type: {PieceType}."));
        }

        if (Number(http, OffsetHeader) is not { } offset)
        {
            return Answers.Refused(Problem.Invalid([new FieldError(OffsetHeader, "format", "Upload-Offset is the number of bytes that are there already; HEAD says how many.")]));
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        var body = Upload.Patiently(http);
        var buffer = new byte[PartBytes];
        while (true)
        {
            var filled = await body.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, http.RequestAborted);
            var appended = await mediator.Send(new AppendUpload(http.Viewer().KeyId, http.CollaborativeId(), importId, offset, buffer[..filled]), http.RequestAborted);
            if (appended.Problem is { } problem)
            {
                Tell(http, (await mediator.Send(new GetImport(http.CollaborativeId(), importId), http.RequestAborted)).Value.Upload);

                return Answers.Refused(problem);
            }

            offset += filled;
            var state = appended.Value;
            if (state.Offset == state.Length)
            {
                return await Complete(http, mediator, importId, state);
            }

            if (filled < PartBytes)
            {
                Tell(http, state);
                return Results.NoContent();
            }
        }
    }

    private static async Task<IResult> Complete(HttpContext http, IMediator mediator, Guid importId, UploadView state)
    {
        var hash = (await mediator.Send(new HashUpload(http.CollaborativeId(), importId), http.RequestAborted)).Value;
        var queued = (await mediator.Send(new QueueUpload(http.Viewer(), http.CollaborativeId(), importId, hash), http.RequestAborted)).Value;
        Tell(http, state);
        if (queued is not { State: ImportState.Failed, Problem: { } refusal })
        {
            return Results.NoContent();
        }

        await mediator.Send(new ForgetDeleted(), CancellationToken.None);
        return Answers.Refused(new Problem(refusal.Code == "patientLevelData" ? ProblemCode.PatientLevelData : ProblemCode.ImportUnreadable, refusal.Message));
    }

    /// <summary>
    /// Whoever asks where an upload stands and hears that all of it is there will send nothing more. So one whose last piece
    /// was kept, by a server that ended before it could say so, is completed now.
    /// </summary>
    public static async Task<bool> CompleteLate(HttpContext http, IMediator mediator, ImportView view)
    {
        if (view is not { State: ImportState.Uploading, Upload: { } upload } || upload.Offset < upload.Length)
        {
            return false;
        }

        await Complete(http, mediator, view.Id, upload);
        return true;
    }

    /// <summary>Says in headers how far it has come; nothing of an import that did not come in pieces.</summary>
    public static void Tell(HttpContext http, UploadView? state)
    {
        if (state is null)
        {
            return;
        }

        http.Response.Headers[OffsetHeader] = state.Offset.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers[LengthHeader] = state.Length.ToString(CultureInfo.InvariantCulture);
    }

    private static long? Number(HttpContext http, string header) =>
        http.Request.Headers[header] is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
