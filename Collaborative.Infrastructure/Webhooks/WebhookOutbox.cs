using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Webhooks;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;

namespace Collaborative.Infrastructure.Webhooks;

/// <summary>A webhook whose deliveries a worker may send, as long as its lease lasts.</summary>
internal sealed record HeldWebhook(Guid Id, long Fence, bool IsFailing);

/// <summary>What is to be sent next, and what it is signed with.</summary>
internal sealed record NextDelivery
{
    public Guid EventId { get; init; }

    public string PayloadJson { get; init; } = "";

    public int Attempts { get; init; }

    public string TargetUrl { get; init; } = "";

    public IReadOnlyList<string> Secrets { get; init; } = [];
}

/// <summary>What became of one try.</summary>
/// <param name="Status">What the receiver answered; null when it did not.</param>
/// <param name="Failure">What went wrong, in a sentence; null when it was taken.</param>
internal sealed record Try(int? Status, string? Failure, TimeSpan? RetryAfter = null)
{
    /// <summary>There is nobody there any more, and the receiver says so itself.</summary>
    public bool IsGone => Status == 410;
}

/// <summary>
/// From the log of what happened to what is to be sent, and from there to what was. Each webhook has come to a version of its
/// collaborative's data: the events after it are queued in the unit of work that moves it on, so that two servers never queue one twice
/// and none is passed over. The deliveries of a webhook are sent by one worker at a time, which holds it by a lease that runs out, and
/// whatever it writes, it writes under its fence.
/// </summary>
internal sealed class WebhookOutbox(IDatabase database, Attempts attempts, WebhookSecrets secrets, WebhookAddress address, TimeProvider clock)
{
    /// <summary>Longer than one try takes, with what is written about it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan DeliveredKept = TimeSpan.FromDays(30);

    private static readonly TimeSpan DeadKept = TimeSpan.FromDays(90);

    /// <summary>Whoever writes waits for no more than the events of so many changes.</summary>
    private const int ChangesAtATime = 500;

    /// <summary>For the author of what the server does because the receiver asked for it.</summary>
    private static readonly Viewer Receiver = new() { KeyId = Guid.Empty, Name = "The receiver", Role = Role.Integration };

    internal static readonly SqlText Behind =
        """
        SELECT w.Id, w.Revision, w.CollaborativeId, c.Code AS Collaborative, w.EventsText, w.TeamsText, p.QueuedVersion, c.DataVersion
        FROM WebhookProgress p
        JOIN Webhook w ON w.Id = p.WebhookId
        JOIN Collaborative c ON c.Id = p.CollaborativeId
        WHERE w.IsWithdrawn = 0 AND w.IsPaused = 0 AND p.QueuedVersion < c.DataVersion
        ORDER BY w.Id
        """;

    // Only for the settings that the events were chosen by.
    internal static readonly SqlText MoveOn =
        """
        UPDATE WebhookProgress SET QueuedVersion = @upTo
        WHERE WebhookId = @webhookId AND QueuedVersion = @after
            AND EXISTS (SELECT 1 FROM Webhook w WHERE w.Id = @webhookId AND w.Revision = @revision)
        """;

    internal static readonly SqlText Queue =
        """
        INSERT INTO WebhookDelivery (WebhookId, EventId, EventType, OccurredAt, PayloadJson, State, Attempts, NextAttemptAt, LastAttemptAt, LastStatus, Failure, EndedAt)
        VALUES (@webhookId, @eventId, @type, @occurredAt, @payload, 'waiting', 0, @next, NULL, NULL, NULL, NULL)
        """;

    internal static readonly SqlText IsQueued = "SELECT COUNT(*) FROM WebhookDelivery WHERE WebhookId = @webhookId AND EventId = @eventId";

    internal static readonly SqlText OfCollaborative =
        "SELECT w.Id, w.EventsText, w.TeamsText FROM Webhook w WHERE w.CollaborativeId = @collaborativeId AND w.IsWithdrawn = 0 ORDER BY w.Id";

    internal static readonly SqlText QueueAgain =
        "UPDATE WebhookDelivery SET State = 'waiting', Attempts = 0, NextAttemptAt = @next, EndedAt = NULL WHERE WebhookId = @webhookId AND EventId = @eventId";

    internal static readonly SqlText Due =
        """
        SELECT p.WebhookId, p.Fence, p.ConsecutiveFailures
        FROM WebhookProgress p
        JOIN Webhook w ON w.Id = p.WebhookId
        WHERE w.IsWithdrawn = 0 AND w.IsPaused = 0 AND w.SecretSetAt IS NOT NULL
            AND (p.LeaseUntil IS NULL OR p.LeaseUntil < @now) AND (p.RestUntil IS NULL OR p.RestUntil <= @now)
            AND EXISTS (SELECT 1 FROM WebhookDelivery d WHERE d.WebhookId = p.WebhookId AND d.State = 'waiting' AND d.NextAttemptAt <= @now)
        ORDER BY p.LastAttemptAt, p.WebhookId
        """;

    internal static readonly SqlText Claim =
        "UPDATE WebhookProgress SET Fence = Fence + 1, LeaseUntil = @until WHERE WebhookId = @webhookId AND Fence = @fence AND (LeaseUntil IS NULL OR LeaseUntil < @now)";

    internal static readonly SqlText Release = "UPDATE WebhookProgress SET LeaseUntil = NULL WHERE WebhookId = @webhookId AND Fence = @fence";

    private const string NextFrom =
        """
        FROM WebhookDelivery d
        JOIN Webhook w ON w.Id = d.WebhookId
        WHERE d.WebhookId = @webhookId AND d.State = 'waiting' AND d.NextAttemptAt <= @now AND w.IsWithdrawn = 0 AND w.IsPaused = 0
        ORDER BY d.NextAttemptAt, d.OccurredAt, d.EventId
        """;

    internal static readonly SqlText Next = new(
        $"SELECT d.EventId, d.PayloadJson, d.Attempts, w.TargetUrl {NextFrom} LIMIT 1",
        $"SELECT TOP (1) d.EventId, d.PayloadJson, d.Attempts, w.TargetUrl {NextFrom}");

    internal static readonly SqlText NoteTry =
        """
        UPDATE WebhookProgress
        SET LeaseUntil = @until, LastAttemptAt = @now, LastDeliveredAt = COALESCE(@deliveredAt, LastDeliveredAt), RestUntil = @restUntil,
            ConsecutiveFailures = CASE WHEN @deliveredAt IS NULL THEN ConsecutiveFailures + 1 ELSE 0 END
        WHERE WebhookId = @webhookId AND Fence = @fence
        """;

    // Whoever asked for it anew meanwhile gets it anew.
    internal static readonly SqlText NoteDelivery =
        """
        UPDATE WebhookDelivery
        SET State = @state, Attempts = @attempts + 1, NextAttemptAt = @next, LastAttemptAt = @now, LastStatus = @status, Failure = @failure, EndedAt = @endedAt
        WHERE WebhookId = @webhookId AND EventId = @eventId AND State = 'waiting' AND Attempts = @attempts
        """;

    internal static readonly SqlText LoadWebhook = $"SELECT {WebhookRow.Columns} FROM Webhook WHERE Id = @webhookId";

    private const string OldFrom = "FROM WebhookDelivery d WHERE d.State = @state AND d.EndedAt < @before ORDER BY d.EndedAt, d.EventId";

    internal static readonly SqlText DropOld = new(
        $"DELETE FROM WebhookDelivery WHERE State = @state AND EndedAt < @before AND EventId IN (SELECT d.EventId {OldFrom} LIMIT 500)",
        $"DELETE FROM WebhookDelivery WHERE State = @state AND EndedAt < @before AND EventId IN (SELECT TOP (500) d.EventId {OldFrom})");

    /// <summary>Queues the events of all that happened since it was last looked.</summary>
    /// <returns>How many were queued.</returns>
    public async Task<int> QueueNew(CancellationToken cancellation)
    {
        var queued = 0;
        foreach (var behind in await database.Read(session => session.Query<BehindRow>(Behind, null, cancellation), cancellation))
        {
            for (var after = behind.QueuedVersion; after < behind.DataVersion; after += ChangesAtATime)
            {
                if (await QueueStretch(behind, after, Math.Min(after + ChangesAtATime, behind.DataVersion), cancellation) is not { } some)
                {
                    // Another server was faster, or a person has changed what the webhook is told of.
                    break;
                }

                queued += some;
            }
        }

        return queued;
    }

    /// <summary>Those webhooks that have something to send now and that nobody holds, the one that has waited longest first.</summary>
    public Task<List<HeldWebhook>> WithWork(CancellationToken cancellation) => database.Read(
        async session => (await session.Query<DueRow>(Due, new { now = clock.NowToMillisecond() }, cancellation))
            .ConvertAll(row => new HeldWebhook(row.WebhookId, row.Fence, row.ConsecutiveFailures > 0)),
        cancellation);

    /// <returns>Null when another worker was faster.</returns>
    public Task<HeldWebhook?> Take(HeldWebhook free, CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        return attempts.Run(
            token => database.Write(
                async session => await session.Execute(Claim, new { webhookId = free.Id, fence = free.Fence, now, until = now + Lease }, token) == 1
                    ? free with { Fence = free.Fence + 1 }
                    : null,
                taken => taken is not null,
                token),
            cancellation);
    }

    public Task LetGo(HeldWebhook held) => attempts.Run(
        token => database.Write(session => session.Execute(Release, new { webhookId = held.Id, fence = held.Fence }, token), _ => true, token), CancellationToken.None);

    public Task<NextDelivery?> NextOf(HeldWebhook held, CancellationToken cancellation) => database.Read<NextDelivery?>(
        async session => await session.First<NextDelivery>(Next, new { webhookId = held.Id, now = clock.NowToMillisecond() }, cancellation) is { } next
            ? next with { Secrets = await secrets.Good(session, held.Id, cancellation) }
            : null,
        cancellation);

    /// <summary>Notes what became of a try; what failed waits for the next one, or is dead after the last.</summary>
    /// <param name="chance">From 0 to 1, drawn by lot.</param>
    /// <returns>False when another worker has the webhook now, so that this one has nothing more to say.</returns>
    public Task<bool> Note(HeldWebhook held, NextDelivery delivery, Try made, double chance, CancellationToken cancellation) => attempts.Run(
        token => database.Write(session => Note(session, held, delivery, made, chance, token), kept => kept, token), cancellation);

    /// <summary>Throws away what nobody looks at any more, a little in each unit of work so that nobody waits long.</summary>
    public async Task Tidy(CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        foreach (var (state, kept) in new[] { (DeliveryState.Delivered, DeliveredKept), (DeliveryState.Dead, DeadKept) })
        {
            while (await attempts.Run(
                token => database.Write(
                    session => session.Execute(DropOld, new { state = EnumText.Of(state), before = now - kept }, token), dropped => dropped > 0, token),
                cancellation) > 0)
            {
            }
        }

        await attempts.Run(token => database.Write(session => secrets.ForgetEnded(session, token), dropped => dropped > 0, token), cancellation);
    }

    /// <returns>How many events; null when the webhook is not where it was.</returns>
    private async Task<int?> QueueStretch(BehindRow webhook, long after, long upTo, CancellationToken cancellation)
    {
        // What was written never changes, so it can be read without keeping anybody from writing.
        var events = (await database.Read(session => EventLog.Read(session, webhook.CollaborativeId, webhook.Collaborative, after, upTo, cancellation), cancellation))
            .FindAll(occurrence => WebhookRules.IsFor(webhook.Events, webhook.Teams, occurrence));
        return await attempts.Run<int?>(
            token => database.Write<int?>(
                async session =>
                {
                    // Whoever changes a webhook, or takes it back with all that waits, holds its collaborative first.
                    await session.Hold(webhook.CollaborativeId, token);
                    if (await session.Execute(MoveOn, new { webhookId = webhook.Id, revision = webhook.Revision, after, upTo }, token) == 0)
                    {
                        return null;
                    }

                    foreach (var occurrence in events)
                    {
                        await Add(session, webhook.Id, occurrence, token);
                    }

                    return events.Count;
                },
                queued => queued is not null,
                token),
            cancellation);
    }

    /// <summary>Queues an event for each webhook of a collaborative that is told of such; those that are paused send it later.</summary>
    public async Task QueueForAll(Session session, Guid collaborativeId, Occurrence occurrence, CancellationToken cancellation)
    {
        foreach (var webhook in await session.Query<BehindRow>(OfCollaborative, new { collaborativeId }, cancellation))
        {
            if (WebhookRules.IsFor(webhook.Events, webhook.Teams, occurrence))
            {
                await Add(session, webhook.Id, occurrence, cancellation);
            }
        }
    }

    /// <summary>Queues an event, again if it was queued before.</summary>
    public async Task AddAgain(Session session, Guid webhookId, Occurrence occurrence, CancellationToken cancellation)
    {
        if (await session.Execute(QueueAgain, new { webhookId, eventId = occurrence.Id, next = FirstTry(occurrence) }, cancellation) == 0)
        {
            await Add(session, webhookId, occurrence, cancellation);
        }
    }

    private async Task Add(Session session, Guid webhookId, Occurrence occurrence, CancellationToken cancellation)
    {
        if (await session.First<int>(IsQueued, new { webhookId, eventId = occurrence.Id }, cancellation) > 0)
        {
            return;
        }

        await session.Execute(
            Queue,
            new
            {
                webhookId,
                eventId = occurrence.Id,
                type = EnumText.Of(occurrence.Type),
                occurredAt = occurrence.OccurredAt,
                payload = StoredJson.Write(occurrence.Payload(address.OfApi)),
                next = FirstTry(occurrence),
            },
            cancellation);
    }

    /// <summary>At once, and what happened first is sent first.</summary>
    private DateTimeOffset FirstTry(Occurrence occurrence) => clock.NowToMillisecond() is var now && occurrence.OccurredAt < now ? occurrence.OccurredAt : now;

    private async Task<bool> Note(Session session, HeldWebhook held, NextDelivery delivery, Try made, double chance, CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        if (made.IsGone)
        {
            // Whoever changes a webhook holds its collaborative first.
            await session.Hold((await session.First<WebhookRow>(LoadWebhook, new { webhookId = held.Id }, cancellation))!.CollaborativeId, cancellation);
        }

        var isDelivered = made.Failure is null;
        var wait = isDelivered ? null : made.IsGone ? TimeSpan.Zero : WebhookRetries.WaitAfter(delivery.Attempts + 1, chance, made.RetryAfter);
        var state = isDelivered ? DeliveryState.Delivered : wait is null ? DeliveryState.Dead : DeliveryState.Waiting;
        if (await session.Execute(
            NoteTry,
            new
            {
                webhookId = held.Id,
                fence = held.Fence,
                until = now + Lease,
                now,
                deliveredAt = isDelivered ? now : (DateTimeOffset?)null,
                restUntil = isDelivered ? null : now + WebhookRetries.Rest(made.RetryAfter),
            },
            cancellation) == 0)
        {
            return false;
        }

        await session.Execute(
            NoteDelivery,
            new
            {
                webhookId = held.Id,
                eventId = delivery.EventId,
                attempts = delivery.Attempts,
                state = EnumText.Of(state),
                next = state == DeliveryState.Waiting ? now + wait : null,
                now,
                status = made.Status,
                failure = made.Failure,
                endedAt = state == DeliveryState.Waiting ? (DateTimeOffset?)null : now,
            },
            cancellation);
        if (made.IsGone && await session.First<WebhookRow>(LoadWebhook, new { webhookId = held.Id }, cancellation) is { IsWithdrawn: false, IsPaused: false } current)
        {
            await session.Save<WebhookRow, WebhookView>(
                new Change(Receiver, current.CollaborativeId, null, WebhookRow.Subject, Preconditions.None, made.Failure),
                PutWebhookHandler.Update,
                current with { IsPaused = true, PausedReason = made.Failure },
                clock,
                cancellation);
        }

        return true;
    }

    private sealed record BehindRow
    {
        public Guid Id { get; init; }

        public int Revision { get; init; }

        public Guid CollaborativeId { get; init; }

        public string Collaborative { get; init; } = "";

        public string EventsText { get; init; } = "";

        public string TeamsText { get; init; } = "";

        public long QueuedVersion { get; init; }

        public long DataVersion { get; init; }

        public IReadOnlyList<WebhookEvent> Events => WebhookRow.EventsIn(EventsText);

        public IReadOnlyList<string> Teams => WebhookRow.TeamsIn(TeamsText);
    }

    private sealed record DueRow
    {
        public Guid WebhookId { get; init; }

        public long Fence { get; init; }

        public int ConsecutiveFailures { get; init; }
    }
}
