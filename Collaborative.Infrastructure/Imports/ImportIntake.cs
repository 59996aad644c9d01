using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Database;
using MediatR;
using Microsoft.Extensions.Configuration;

namespace Collaborative.Infrastructure.Imports;

/// <summary>A file that was received to its end.</summary>
/// <param name="Earlier">When the idempotency key was used before: what the first request carried. Then nothing of this file is kept.</param>
public sealed record ReceivedFile(Guid ImportId, byte[] Hash, long Bytes, string? Earlier)
{
    public string ContentHash => Convert.ToHexStringLower(Hash);
}

/// <summary>Takes in a file of any size with little memory, whoever brings it: judged by its beginning, kept part by part, queued at its end.</summary>
public static class ImportIntake
{
    private const long DefaultMostBytes = 1024L * 1024 * 1024;

    private const int PartBytes = 256 * 1024;

    public static long MostBytes(IConfiguration configuration) => configuration.GetValue("Imports:MaxBytes", DefaultMostBytes);

    public static Problem TooLarge(long most) => new(ProblemCode.TooLarge, $"A file may have at most {most} bytes.");

    /// <summary>Reads a file to its end and queues it.</summary>
    public static async Task<Outcome<StartedImport>> Take(
        IMediator mediator, Viewer viewer, Guid collaborativeId, ImportOptions options, FileFamily? family, Stream body, long most, CancellationToken cancellation)
    {
        StartedImport? started = null;
        var problem = await Receive(
            mediator,
            viewer,
            collaborativeId,
            options,
            family,
            body,
            most,
            async file =>
            {
                var fingerprint = Fingerprint(collaborativeId, options, file.Hash);
                if (file.Earlier is { } earlier)
                {
                    if (earlier != fingerprint)
                    {
                        return new Problem(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for another file or other options; choose a new key.");
                    }

                    started = new StartedImport((await mediator.Send(new GetImport(collaborativeId, file.ImportId), cancellation)).Value, IsReplay: true);
                    return true;
                }

                var view = await mediator.Send(
                    new QueueImport(viewer, collaborativeId, file.ImportId, file.ContentHash, fingerprint, file.Bytes, options.IdempotencyKey), cancellation);
                if (view.Problem is { } lost)
                {
                    return lost;
                }

                started = new StartedImport(view.Value, IsReplay: false);
                return true;
            },
            cancellation);
        return problem is not null ? problem : started!;
    }

    /// <summary>Reads a file to its end and hands it on; whatever breaks off on the way, or is not taken, leaves nothing behind.</summary>
    /// <param name="hand">What becomes of the file: true when its job was queued, false when it is not needed.</param>
    /// <returns>Why it was refused; null when it was not.</returns>
    public static async Task<Problem?> Receive(
        IMediator mediator,
        Viewer viewer,
        Guid collaborativeId,
        ImportOptions options,
        FileFamily? family,
        Stream body,
        long most,
        Func<ReceivedFile, Task<Outcome<bool>>> hand,
        CancellationToken cancellation)
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
        var isKept = false;
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
                if (earlier is null && (await mediator.Send(new AppendImportPart(importId, part, buffer[..filled]), cancellation)).Problem is { } lost)
                {
                    return lost;
                }

                filled = await body.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, cancellation);
            }

            var handed = await hand(new ReceivedFile(importId, content.GetHashAndReset(), total, earlier));
            isKept = handed is { Problem: null, Value: true };
            return handed.Problem;
        }
        finally
        {
            if (!isKept && earlier is null)
            {
                await Drop(mediator, viewer, importId, options.IdempotencyKey);
            }
        }
    }

    /// <summary>The key of the first request is good for this request alone: the same place, options and content.</summary>
    public static string Fingerprint(Guid collaborativeId, ImportOptions options, byte[] contentHash) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{collaborativeId:D}\n{options.DryRun}\n{options.CreateTeams}\n{options.Reason}\n{options.Measure}\n{options.Profile}\n{options.Atomic}\n{Convert.ToHexStringLower(contentHash)}")));

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
}
