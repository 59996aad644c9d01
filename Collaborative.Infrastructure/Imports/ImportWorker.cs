using System.Collections.Concurrent;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Access;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports.Formats;
using Collaborative.Infrastructure.Pipeline;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Collaborative.Infrastructure.Imports;

/// <summary>
/// Works through the queue of imports as long as the program runs, in two lanes: one takes whatever is next, the other only what is small,
/// so that nobody's few rows wait until somebody's million are in. Where both write, they take turns chunk by chunk.
/// </summary>
internal sealed partial class ImportWorker(ImportQueue queue, IDatabase database, Attempts attempts, TimeProvider clock, ILogger<ImportWorker> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan TidyEvery = TimeSpan.FromMinutes(10);

    /// <summary>What each lane is at work on.</summary>
    private readonly ConcurrentDictionary<bool, Guid> atWork = new();

    /// <summary>Takes up one waiting job and works on it to its end; false when none is waiting.</summary>
    /// <param name="small">Only a small one.</param>
    public async Task<bool> RunOne(CancellationToken stopping, bool small = false)
    {
        if (await queue.Take(stopping, small, atWork.TryGetValue(!small, out var other) ? other : null) is not { } taken)
        {
            return false;
        }

        atWork[small] = taken.Job.Id;
        try
        {
            await Run(taken.Job, taken.Fence, stopping);
        }
        catch
        {
            queue.Survived(taken.Job.Id);
            throw;
        }
        finally
        {
            atWork.TryRemove(small, out _);
        }

        await queue.Tidy(stopping);
        return true;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Task.Run(() => Loop(small: false, stoppingToken), stoppingToken),
        Task.Run(() => Loop(small: true, stoppingToken), stoppingToken));

    private async Task Run(ImportRecord job, long fence, CancellationToken stopping)
    {
        try
        {
            var run = new ImportRun(database, attempts, clock, job, fence);
            await run.Run(stopping);
            await (run.WaitsForReview
                ? queue.AwaitReview(job.Id, fence, run.TotalBytes, stopping)
                : queue.Finish(job.Id, fence, "succeeded", null, run.TotalBytes, stopping));
        }
        catch (LeaseLostException)
        {
            LogLost(log, job.Id);
        }
        catch (NotTakenException notTaken)
        {
            await queue.Finish(job.Id, fence, notTaken.State, notTaken.Message, null, stopping, notTaken.Code);
        }
        catch (UnreadableFileException unreadable)
        {
            // The file goes at once, below: it may be about patients.
            await queue.Finish(job.Id, fence, "failed", unreadable.Message, null, stopping, unreadable.Code);
        }
        catch (RulesChangedException)
        {
            await queue.GiveBack(job.Id, fence);
        }
        catch (KeyRevokedException)
        {
            await queue.Finish(job.Id, fence, "failed", "The key that started the import was revoked or has expired. What was accepted before is kept.", null, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await queue.GiveBack(job.Id, fence);
            throw;
        }
        catch (Exception exception) when (Failures.Of(exception) == Failure.Bug)
        {
            LogBroken(log, job.Id, exception.GetType().FullName!, exception.StackTrace);
            await queue.Finish(job.Id, fence, "failed", "Something went wrong on our side while reading the file. What was accepted so far is kept; sending the file again is safe.", null, stopping);
        }
    }

    private async Task Loop(bool small, CancellationToken stopping)
    {
        long? seen = null;
        var looked = DateTimeOffset.MinValue;
        var tidied = DateTimeOffset.MinValue;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var epoch = database.Epoch();
                var now = TimeProvider.System.GetUtcNow();
                if (epoch is null || epoch != seen || now - looked > LookAnyway)
                {
                    seen = epoch;
                    looked = now;
                    while (await RunOne(stopping, small))
                    {
                    }

                    await queue.Purge(stopping);
                }

                // The lane of small files is never at one for long.
                if (small && now - tidied > TidyEvery)
                {
                    tidied = now;
                    await queue.Tidy(stopping);
                    await queue.Age(stopping);
                }

                await Task.Delay(Look, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Such as a full disk: the job's lease runs out, and it is taken up again when there is room.
                LogWaiting(log, exception.GetType().Name);
                await Task.Delay(LookAnyway, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Import {Import} was cancelled or taken over.")]
    private static partial void LogLost(ILogger log, Guid import);

    [LoggerMessage(Level = LogLevel.Error, Message = "Import {Import} broke: {Exception} {Stack}")]
    private static partial void LogBroken(ILogger log, Guid import, string exception, string? stack);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The import queue waits: {Exception}.")]
    private static partial void LogWaiting(ILogger log, string exception);
}

/// <summary>Writes down now and then when keys were last used.</summary>
internal sealed class KeyUseWriter(KeyUse use, IServiceScopeFactory scopes) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Write(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully && tick.Result, TaskScheduler.Default))
        {
            await Write(stoppingToken);
        }
    }

    private async Task Write(CancellationToken cancellation)
    {
        var used = use.Take();
        if (used.Count == 0)
        {
            return;
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RecordKeyUse(used), cancellation);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or OperationCanceledException)
        {
            // The time of last use is a courtesy; what was noted is noted again with the next request.
        }
    }
}
