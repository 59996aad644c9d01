using System.Security.Cryptography;
using System.Text;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Database;
using MediatR;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Collaborative.Api.Imports;

/// <summary>Takes in a file of any size with little memory: judged by its beginning, kept part by part, queued at its end.</summary>
internal static class Upload
{
    private const long DefaultMostBytes = 1024L * 1024 * 1024;

    private const int PartBytes = 256 * 1024;

    private static readonly TimeSpan DefaultMostSilence = TimeSpan.FromMinutes(1);

    public static async Task<IResult> Take(HttpContext http, IMediator mediator, ImportOptions options)
    {
        if (Encoded(http) is { } encoded)
        {
            return Answers.Refused(encoded);
        }

        var family = Family(http.Request);
        if (family.Problem is { } unsupported)
        {
            return Answers.Refused(unsupported);
        }

        var most = MostBytes(http.RequestServices.GetRequiredService<IConfiguration>());
        if (http.Request.ContentLength > most)
        {
            return Answers.Refused(TooLarge(most));
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most + 1;
        }

        var body = new PatientStream(http.Request.Body, MostSilence(http));
        var taken = await Take(mediator, http.Viewer(), http.CollaborativeId(), options, family.Value, body, most, http.RequestAborted);
        if (taken.Problem is { } problem)
        {
            return Answers.Refused(problem);
        }

        return Started(http, taken.Value);
    }

    /// <summary>202, with the job's address.</summary>
    public static IResult Started(HttpContext http, StartedImport started)
    {
        if (started.IsReplay)
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }

        http.Response.Headers.RetryAfter = "1";
        http.Response.Headers.Location = $"{http.Request.PathBase}/api/v1/imports/{started.View.Id:D}";
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(started.View, Json.Options, statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>Reads a file to its end and queues it; whatever breaks off on the way leaves nothing behind.</summary>
    public static async Task<Outcome<StartedImport>> Take(
        IMediator mediator, Viewer viewer, Guid collaborativeId, ImportOptions options, FileFamily? family, Stream body, long most, CancellationToken cancellation)
    {
        var buffer = new byte[PartBytes];
        var filled = await body.ReadAtLeastAsync(buffer, BeginImport.HeadBytes, throwOnEndOfStream: false, cancellation);
        var begun = await mediator.Send(
            new BeginImport(viewer, collaborativeId, options, family, buffer.AsMemory(0, Math.Min(filled, BeginImport.HeadBytes))), cancellation);
        if (begun.Problem is { } problem)
        {
            return problem;
        }

        var (importId, earlier) = begun.Value;
        var queued = false;
        try
        {
            using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long total = 0;
            for (var part = 0; filled > 0; part++)
            {
                total += filled;
                if (total > most)
                {
                    return TooLarge(most);
                }

                content.AppendData(buffer, 0, filled);
                if (earlier is null)
                {
                    if ((await mediator.Send(new AppendImportPart(importId, part, buffer[..filled]), cancellation)).Problem is { } lost)
                    {
                        return lost;
                    }
                }

                filled = await body.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, cancellation);
            }

            var hash = content.GetHashAndReset();
            var fingerprint = Fingerprint(collaborativeId, options, hash);
            if (earlier is not null)
            {
                return earlier == fingerprint
                    ? new StartedImport((await mediator.Send(new GetImport(collaborativeId, importId), cancellation)).Value, IsReplay: true)
                    : new Problem(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for another file or other options; choose a new key.");
            }

            var view = await mediator.Send(
                new QueueImport(viewer, collaborativeId, importId, Convert.ToHexStringLower(hash), fingerprint, total, options.IdempotencyKey), cancellation);
            queued = true;
            return view.Problem is { } refusal ? refusal : new StartedImport(view.Value, IsReplay: false);
        }
        finally
        {
            if (!queued && earlier is null)
            {
                await Drop(mediator, viewer, importId, options.IdempotencyKey);
            }
        }
    }

    public static long MostBytes(IConfiguration configuration) => configuration.GetValue("Imports:MaxBytes", DefaultMostBytes);

    /// <summary>How long whoever sends a file may send nothing.</summary>
    public static TimeSpan MostSilence(HttpContext http) => http.RequestServices.GetRequiredService<IConfiguration>().GetValue("Imports:MaxSilence", DefaultMostSilence);

    public static Problem TooLarge(long most) => new(ProblemCode.TooLarge, $"A file may have at most {most} bytes.");

    private static async Task Drop(IMediator mediator, Viewer viewer, Guid importId, string? idempotencyKey)
    {
        try
        {
            await mediator.Send(new DropImport(viewer, importId, idempotencyKey), CancellationToken.None);
            await mediator.Send(new ForgetDeleted(), CancellationToken.None);
        }
        catch (DatabaseUnavailableException)
        {
            // Without room even to delete; what the upload left is thrown away by the worker later.
        }
    }

    /// <summary>The key of the first request is good for this request alone: the same place, options and content.</summary>
    public static string Fingerprint(Guid collaborativeId, ImportOptions options, byte[] contentHash) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{collaborativeId:D}\n{options.DryRun}\n{options.CreateTeams}\n{options.Reason}\n{options.Measure}\n{options.Profile}\n{options.Atomic}\n{Convert.ToHexStringLower(contentHash)}")));

    /// <summary>Refuses a body that is compressed or otherwise encoded (RFC 9110, 15.5.16): what a file is must be told by its beginning, and how large it is by its length.</summary>
    public static Problem? Encoded(HttpContext http)
    {
        if (http.Request.Headers.ContentEncoding.All(encoding => encoding is null || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        http.Response.Headers.AcceptEncoding = "identity";
        return new Problem(ProblemCode.UnsupportedMediaType, "Send the file as it is, without a Content-Encoding such as gzip; a large one can be sent in pieces.");
    }

    public static Outcome<FileFamily> Family(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || ImportMedia.FamilyOf(type.MediaType.ToString()) is not { } family)
        {
            return new Problem(ProblemCode.UnsupportedMediaType, $"Send the file with the Content-Type that it has: {string.Join(", ", ImportMedia.Types)}.");
        }

        // XML says itself in what it is written.
        return family != FileFamily.Xml && type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? new Problem(ProblemCode.UnsupportedMediaType, "Send the file in UTF-8; spreadsheets call it “CSV UTF-8”.")
            : family;
    }
}
