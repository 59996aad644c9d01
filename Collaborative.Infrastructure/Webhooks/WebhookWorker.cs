using Collaborative.Infrastructure.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Collaborative.Infrastructure.Webhooks;

/// <summary>
/// Queues what happened and sends it, as long as the program runs: many webhooks at once, each webhook's events one after the other.
/// Those that failed last have only some of the places, so that receivers that do not answer cannot hold up those that do.
/// </summary>
internal sealed partial class WebhookWorker(WebhookOutbox outbox, WebhookPost post, IDatabase database, ILogger<WebhookWorker> log) : BackgroundService
{
    private const int Places = 16;

    private const int PlacesOfFailing = 8;

    /// <summary>After so many events a webhook lets others have its place.</summary>
    private const int EventsInATurn = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan TidyEvery = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Guid, (Task Turn, bool IsFailing)> turns = [];

    /// <summary>Queues what there is, and sends what is due until nothing is.</summary>
    public async Task RunOnce(CancellationToken stopping)
    {
        var running = new Dictionary<Guid, (Task Turn, bool IsFailing)>();
        do
        {
            await outbox.QueueNew(stopping);
            await Start(running, stopping);
            if (running.Count > 0)
            {
                await Task.WhenAny(running.Values.Select(turn => turn.Turn));
            }
        }
        while (running.Count > 0);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => Loop(stoppingToken), stoppingToken);

    private async Task Loop(CancellationToken stopping)
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
                    await outbox.QueueNew(stopping);
                    await Start(turns, stopping);
                }

                if (now - tidied > TidyEvery)
                {
                    tidied = now;
                    await outbox.Tidy(stopping);
                }

                await Task.Delay(Look, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // Such as a full disk: what happened stays in the log until there is room.
                LogWaiting(log, exception.GetType().Name);
                await Task.Delay(LookAnyway, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(turns.Values.Select(turn => turn.Turn));
    }

    /// <summary>Gives each webhook that has something to send a turn, as far as there are places.</summary>
    private async Task Start(Dictionary<Guid, (Task Turn, bool IsFailing)> running, CancellationToken stopping)
    {
        foreach (var (id, (turn, _)) in running.ToList())
        {
            if (turn.IsCompleted)
            {
                running.Remove(id);
            }
        }

        foreach (var webhook in await outbox.WithWork(stopping))
        {
            if (running.Count < Places
                && !running.ContainsKey(webhook.Id)
                && (!webhook.IsFailing || running.Values.Count(turn => turn.IsFailing) < PlacesOfFailing)
                && await outbox.Take(webhook, stopping) is { } held)
            {
                running[held.Id] = (Task.Run(() => Turn(held, stopping), CancellationToken.None), held.IsFailing);
            }
        }
    }

    /// <summary>Sends the events of one webhook in their order, until one fails or nothing more is due.</summary>
    private async Task Turn(HeldWebhook held, CancellationToken stopping)
    {
        try
        {
            for (var sent = 0; sent < EventsInATurn && await outbox.NextOf(held, stopping) is { } delivery; sent++)
            {
                var made = await post.Send(delivery, stopping);
                if (!await outbox.Note(held, delivery, made, Random.Shared.NextDouble(), stopping))
                {
                    return;
                }

                if (made.Failure is not null)
                {
                    LogFailed(log, held.Id, delivery.EventId, made.Status, delivery.Attempts + 1);
                    break;
                }
            }

            await outbox.LetGo(held);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await LetGoQuietly(held);
        }
        catch (Exception exception) when (Failures.Of(exception) == Failure.Bug)
        {
            // The lease runs out, and then it is tried again: one event that breaks us must not do so without a pause.
            LogBroken(log, held.Id, exception.GetType().FullName!, exception.StackTrace);
        }
        catch (Exception exception)
        {
            LogWaiting(log, exception.GetType().Name);
        }
    }

    private async Task LetGoQuietly(HeldWebhook held)
    {
        try
        {
            await outbox.LetGo(held);
        }
        catch (DatabaseUnavailableException)
        {
            // Then the lease runs out by itself.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {Webhook} did not take event {Event}: status {Status}, try {Attempt}.")]
    private static partial void LogFailed(ILogger log, Guid webhook, Guid @event, int? status, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Webhook {Webhook} broke: {Exception} {Stack}")]
    private static partial void LogBroken(ILogger log, Guid webhook, string exception, string? stack);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhooks wait: {Exception}.")]
    private static partial void LogWaiting(ILogger log, string exception);
}
