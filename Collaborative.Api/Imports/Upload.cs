using System.Security.Cryptography;
using System.Text;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using MediatR;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Collaborative.Api.Imports;

/// <summary>Takes in a file of any size with little memory: judged by its beginning, kept part by part, queued at its end.</summary>
internal static class Upload
{
    public const string Csv = "text/csv";

    private const long DefaultMostBytes = 1024L * 1024 * 1024;

    private const int PartBytes = 256 * 1024;

    public static async Task<IResult> Take(HttpContext http, IMediator mediator, ImportOptions options)
    {
        var request = http.Request;
        if (FormatProblem(request) is { } unsupported)
        {
            return Answers.Refused(unsupported);
        }

        var most = http.RequestServices.GetRequiredService<IConfiguration>().GetValue("Imports:MaxBytes", DefaultMostBytes);
        var tooLarge = new Problem(ProblemCode.TooLarge, $"A file may have at most {most} bytes.");
        if (request.ContentLength > most)
        {
            return Answers.Refused(tooLarge);
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most + 1;
        }

        var buffer = new byte[PartBytes];
        var filled = await request.Body.ReadAtLeastAsync(buffer, BeginImport.HeadBytes, throwOnEndOfStream: false, http.RequestAborted);
        var begun = await mediator.Send(
            new BeginImport(http.Viewer(), http.CollaborativeId(), options, buffer.AsMemory(0, Math.Min(filled, BeginImport.HeadBytes))), http.RequestAborted);
        if (begun.Problem is { } problem)
        {
            return Answers.Refused(problem);
        }

        var (importId, earlier) = begun.Value;
        try
        {
            using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long total = 0;
            var part = 0;
            while (filled > 0)
            {
                total += filled;
                if (total > most)
                {
                    await Drop(importId, earlier);
                    return Answers.Refused(tooLarge);
                }

                content.AppendData(buffer, 0, filled);
                if (earlier is null)
                {
                    (await mediator.Send(new AppendImportPart(importId, part++, buffer[..filled]), http.RequestAborted)).ThrowIfRefused();
                }

                filled = await request.Body.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, http.RequestAborted);
            }

            var hash = content.GetHashAndReset();
            var fingerprint = Fingerprint(http.CollaborativeId(), options, hash);
            if (earlier is not null)
            {
                if (earlier != fingerprint)
                {
                    return Answers.Refused(new Problem(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for another file or other options; choose a new key."));
                }

                http.Response.Headers["Idempotency-Replayed"] = "true";
                return Accepted(http, (await mediator.Send(new GetImport(importId), http.RequestAborted)).Value);
            }

            var queued = await mediator.Send(
                new QueueImport(http.Viewer(), importId, Convert.ToHexStringLower(hash), fingerprint, total, options.IdempotencyKey), http.RequestAborted);
            return queued.Problem is { } refusal ? Answers.Refused(refusal) : Accepted(http, queued.Value);
        }
        catch
        {
            await Drop(importId, earlier);
            throw;
        }

        async Task Drop(Guid id, string? fingerprint)
        {
            if (fingerprint is not null)
            {
                return;
            }

            try
            {
                await mediator.Send(new DropImport(http.Viewer(), id, options.IdempotencyKey), CancellationToken.None);
            }
            catch (Infrastructure.Database.DatabaseUnavailableException)
            {
                // Without room even to delete; what the upload left is thrown away by the worker later.
            }
        }
    }

    /// <summary>The key of the first request is good for this request alone: the same place, options and content.</summary>
    private static string Fingerprint(Guid collaborativeId, ImportOptions options, byte[] contentHash) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{collaborativeId:D}\n{options.DryRun}\n{options.CreateTeams}\n{options.Reason}\n{Convert.ToHexStringLower(contentHash)}")));

    private static IResult Accepted(HttpContext http, ImportView view)
    {
        http.Response.Headers.RetryAfter = "1";
        http.Response.Headers.Location = $"{http.Request.PathBase}/api/v1/imports/{view.Id:D}";
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(view, Json.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static Problem? FormatProblem(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase))
        {
            return new Problem(ProblemCode.UnsupportedMediaType, "Send the file as CSV, with Content-Type: text/csv.");
        }

        return type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? new Problem(ProblemCode.UnsupportedMediaType, "Send the file in UTF-8; spreadsheets call it “CSV UTF-8”.")
            : null;
    }

    private static void ThrowIfRefused(this Outcome<int> outcome)
    {
        if (outcome.Problem is { } problem)
        {
            throw new InvalidOperationException($"A part of the upload was refused: {problem.Code}.");
        }
    }
}
