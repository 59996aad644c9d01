using Collaborative.Infrastructure.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Collaborative.Infrastructure.Connections;

/// <summary>Polls the connections that are due, a few at a time, as long as the program runs.</summary>
internal sealed partial class ConnectionWorker(ConnectionQueue queue, ConnectionPoll poll, IDatabase database, ILogger<ConnectionWorker> log) : BackgroundService
{
    /// <summary>So many at once; a few that hang do not hold up the others.</summary>
    private const int MostAtOnce = 4;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(5);

    /// <summary>Polls one connection that is due; false when none is.</summary>
    public async Task<bool> RunOne(CancellationToken stopping)
    {
        if (await queue.Take(stopping) is not { } taken)
        {
            return false;
        }

        await Work(taken, stopping);
        return true;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => Loop(stoppingToken), stoppingToken);

    private async Task Work(TakenPoll taken, CancellationToken stopping)
    {
        try
        {
            await (ConnectionQueue.IsHopeless(taken)
                ? queue.Fail(taken, new PollAnswer(), "The server stopped again and again while it was polling; the poll was given up.", null, stopping)
                : poll.Run(taken, stopping));
        }
        catch (PollLostException)
        {
            LogLost(log, taken.Run.Id);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await queue.GiveBack(taken);
        }
        catch (Exception exception) when (Failures.Of(exception) == Failure.Bug)
        {
            // What broke it may hold an address or a secret: only where it broke is told.
            LogBroken(log, taken.Run.Id, exception.GetType().FullName!, exception.StackTrace);
            await queue.Fail(taken, new PollAnswer(), "Something went wrong on our side while the partner was polled.", null, stopping);
        }
    }

    private async Task Loop(CancellationToken stopping)
    {
        long? seen = null;
        var looked = DateTimeOffset.MinValue;
        var running = new List<Task>();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(task => task.IsCompleted);
                var epoch = database.Epoch();
                var now = TimeProvider.System.GetUtcNow();
                if (epoch is null || epoch != seen || now - looked > LookAnyway)
                {
                    seen = epoch;
                    looked = now;
                    while (running.Count < MostAtOnce && await queue.Take(stopping) is { } taken)
                    {
                        running.Add(Task.Run(() => Guarded(taken, stopping), CancellationToken.None));
                    }
                }

                await Task.Delay(Look, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                LogWaiting(log, exception.GetType().Name);
                await Task.Delay(LookAnyway, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(running);
    }

    private async Task Guarded(TakenPoll taken, CancellationToken stopping)
    {
        try
        {
            await Work(taken, stopping);
        }
        catch (Exception exception)
        {
            // Such as a full disk: the lease runs out, and the poll is begun again when there is room.
            LogWaiting(log, exception.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Poll {Run} was taken over, or its connection was changed.")]
    private static partial void LogLost(ILogger log, Guid run);

    [LoggerMessage(Level = LogLevel.Error, Message = "Poll {Run} broke: {Exception} {Stack}")]
    private static partial void LogBroken(ILogger log, Guid run, string exception, string? stack);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The polling of connections waits: {Exception}.")]
    private static partial void LogWaiting(ILogger log, string exception);
}
