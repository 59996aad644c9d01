using Collaborative.Domain.Chase;
using Collaborative.Infrastructure.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Collaborative.Infrastructure.Chase;

/// <summary>Writes the reminders of the day into the outbox and empties it, as long as the program runs.</summary>
internal sealed partial class ReminderWorker(ReminderOutbox outbox, IReminderSender sender, OptOutLinks links, ILogger<ReminderWorker> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <summary>One try, its repetitions included, is over long before the lease.</summary>
    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
        .AddTimeout(ReminderOutbox.Lease / 2)
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<ReminderDelayedException>().Handle<TimeoutRejectedException>(),
            MaxRetryAttempts = 2,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(200),
            UseJitter = true,
        })
        .AddTimeout(ReminderOutbox.Lease / 8)
        .Build();

    /// <summary>Writes what is due, then sends one message; false when none is waiting.</summary>
    public async Task<bool> RunOne(CancellationToken stopping)
    {
        await outbox.WriteDue(stopping);
        return await SendOne(stopping);
    }

    private async Task<bool> SendOne(CancellationToken stopping)
    {
        if (await outbox.Take(stopping) is not { } reminder)
        {
            return false;
        }

        if (reminder.IsUnwanted)
        {
            await outbox.Finish(reminder, ReminderState.Dropped, null, stopping);
            return true;
        }

        try
        {
            await pipeline.ExecuteAsync(async token => await sender.Send(reminder, links.AddressFor(reminder.MemberId), token), stopping);
            await outbox.Finish(reminder, ReminderState.Sent, null, stopping);
        }
        catch (ReminderRefusedException refused)
        {
            LogRefused(log, reminder.Id);
            await outbox.Finish(reminder, ReminderState.Failed, refused.Message, stopping);
        }
        catch (Exception delayed) when (delayed is ReminderDelayedException or TimeoutRejectedException)
        {
            LogDelayed(log, reminder.Id, reminder.Attempts);
            await outbox.TryLater(reminder, delayed is ReminderDelayedException ? delayed.Message : "It took too long.", stopping);
        }
        catch (Exception broken) when (broken is not OperationCanceledException && Failures.Of(broken) == Failure.Bug)
        {
            // One message that breaks the sender must not hold up all others.
            LogBroken(log, reminder.Id, broken.GetType().FullName!, broken.StackTrace);
            await outbox.TryLater(reminder, "It could not be sent.", stopping);
        }

        return true;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => Loop(stoppingToken), stoppingToken);

    private async Task Loop(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Look);
        do
        {
            try
            {
                await outbox.WriteDue(stopping);
                while (await SendOne(stopping))
                {
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Such as a full disk: what is in the outbox stays there until there is room.
                LogWaiting(log, exception.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stopping).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully && tick.Result, TaskScheduler.Default));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reminder {Reminder} was refused for good.")]
    private static partial void LogRefused(ILogger log, Guid reminder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reminder {Reminder} waits after try {Attempt}.")]
    private static partial void LogDelayed(ILogger log, Guid reminder, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reminder {Reminder} broke: {Exception} {Stack}")]
    private static partial void LogBroken(ILogger log, Guid reminder, string exception, string? stack);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The reminders wait: {Exception}.")]
    private static partial void LogWaiting(ILogger log, string exception);
}
