using Collaborative.Domain;
using Collaborative.Domain.Webhooks;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Webhooks;

internal sealed record DeliveryRow
{
    public const string Columns = "d.EventId, d.EventType, d.OccurredAt, d.PayloadJson, d.State, d.Attempts, d.NextAttemptAt, d.LastAttemptAt, d.LastStatus, d.Failure, d.EndedAt";

    public Guid EventId { get; init; }

    public string EventType { get; init; } = "";

    public DateTimeOffset OccurredAt { get; init; }

    public string PayloadJson { get; init; } = "{}";

    public string State { get; init; } = "";

    public int Attempts { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? LastAttemptAt { get; init; }

    public int? LastStatus { get; init; }

    public string? Failure { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DeliveryView View => new()
    {
        Id = EventId,
        Type = EnumText.Parse<WebhookEvent>(EventType),
        OccurredAt = OccurredAt,
        State = EnumText.Parse<DeliveryState>(State),
        Attempts = Attempts,
        LastAttemptAt = LastAttemptAt,
        LastStatus = LastStatus,
        Problem = Failure,
        NextAttemptAt = NextAttemptAt,
        EndedAt = EndedAt,
        Payload = StoredJson.Read<WebhookPayload>(PayloadJson),
    };
}

internal sealed class ReadDeliveriesHandler(IDatabase database) :
    IRequestHandler<ListDeliveries, Outcome<Page<DeliveryView>>>,
    IRequestHandler<GetDelivery, Outcome<DeliveryView>>
{
    private const string Conditions =
        """
            AND d.OccurredAt <= @beforeAt AND (d.OccurredAt < @beforeAt OR d.EventId < @beforeId) AND (@type IS NULL OR d.EventType = @type)
        ORDER BY d.OccurredAt DESC, d.EventId DESC
        """;

    private const string From = $"FROM WebhookDelivery d WHERE d.WebhookId = @webhookId AND (@state IS NULL OR d.State = @state) {Conditions}";

    internal static readonly SqlText List = new($"SELECT {DeliveryRow.Columns} {From} LIMIT @take", $"SELECT TOP (@take) {DeliveryRow.Columns} {From}");

    // The dead are few among the delivered. Neither is tried again, so they are found, in their order, by what also finds the next to be sent.
    private const string FromEnded = $"FROM WebhookDelivery d WHERE d.WebhookId = @webhookId AND d.State = @state AND d.NextAttemptAt IS NULL {Conditions}";

    internal static readonly SqlText ListEnded = new($"SELECT {DeliveryRow.Columns} {FromEnded} LIMIT @take", $"SELECT TOP (@take) {DeliveryRow.Columns} {FromEnded}");

    internal static readonly SqlText Load =
        $"""
        SELECT {DeliveryRow.Columns}
        FROM WebhookDelivery d
        JOIN Webhook w ON w.Id = d.WebhookId
        WHERE w.CollaborativeId = @collaborativeId AND w.CodeKey = @codeKey AND w.IsWithdrawn = 0 AND d.EventId = @eventId
        """;

    /// <summary>Nothing happens later.</summary>
    private static readonly DateTimeOffset EndOfTime = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public async Task<Outcome<Page<DeliveryView>>> Handle(ListDeliveries request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<DeliveryView>>>(
            async session =>
            {
                if (await PutWebhookHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken) is not { IsWithdrawn: false } webhook)
                {
                    return Problem.NotFound;
                }

                var rows = await session.Query<DeliveryRow>(
                    request.State is DeliveryState.Delivered or DeliveryState.Dead ? ListEnded : List,
                    new
                    {
                        webhookId = webhook.Id,
                        beforeAt = request.After?.OccurredAt ?? EndOfTime,
                        beforeId = request.After?.Id ?? Guid.Empty,
                        state = request.State is { } state ? EnumText.Of(state) : null,
                        type = request.Type is { } type ? EnumText.Of(type) : null,
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                return Paging.Page(rows, request.Limit, row => row.View, row => new DeliveryCursor(row.OccurredAt, row.EventId).ToString());
            },
            cancellationToken);

    public async Task<Outcome<DeliveryView>> Handle(GetDelivery request, CancellationToken cancellationToken) =>
        await database.Read(session => One(session, request.CollaborativeId, request.Code, request.Id, cancellationToken), cancellationToken) is { } row
            ? row.View
            : Problem.NotFound;

    internal static Task<DeliveryRow?> One(Session session, Guid collaborativeId, string code, Guid eventId, CancellationToken cancellation) =>
        session.First<DeliveryRow>(Load, new { collaborativeId, codeKey = Code.KeyOf(code), eventId }, cancellation);
}

internal sealed class SendAgainHandler(UnitOfWork unitOfWork, WebhookOutbox outbox, TimeProvider clock) :
    IRequestHandler<Redeliver, Outcome<Answered<DeliveryView>>>,
    IRequestHandler<PingWebhook, Outcome<Answered<DeliveryView>>>,
    IRequestHandler<ReplayEvents, Outcome<Answered<ReplayView>>>
{
    private const int ChangesAtATime = 500;

    internal static readonly SqlText CodeOf = "SELECT c.Code FROM Collaborative c WHERE c.Id = @collaborativeId";

    internal static readonly SqlText QueuedVersion = "SELECT p.QueuedVersion FROM WebhookProgress p WHERE p.WebhookId = @webhookId";

    internal static readonly SqlText Stretch =
        """
        SELECT MIN(v.DataVersion) AS Least, MAX(v.DataVersion) AS Most
        FROM CollaborativeChange v
        WHERE v.CollaborativeId = @collaborativeId AND v.RecordedAt >= @fromAt AND v.RecordedAt <= @untilAt
        """;

    /// <summary>Nothing happens later.</summary>
    private static readonly DateTimeOffset EndOfTime = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public Task<Outcome<Answered<DeliveryView>>> Handle(Redeliver request, CancellationToken cancellationToken) => unitOfWork.Session.Once(
        request.Viewer,
        request.IdempotencyKey,
        $"redeliver {request.CollaborativeId:D} {Code.KeyOf(request.Code)} {request.Id:D}",
        clock.NowToMillisecond(),
        () => Work(request, cancellationToken),
        cancellationToken);

    public Task<Outcome<Answered<DeliveryView>>> Handle(PingWebhook request, CancellationToken cancellationToken) => unitOfWork.Session.Once(
        request.Viewer,
        request.IdempotencyKey,
        $"ping {request.CollaborativeId:D} {Code.KeyOf(request.Code)}",
        clock.NowToMillisecond(),
        () => Work(request, cancellationToken),
        cancellationToken);

    public Task<Outcome<Answered<ReplayView>>> Handle(ReplayEvents request, CancellationToken cancellationToken) => unitOfWork.Session.Once(
        request.Viewer,
        request.IdempotencyKey,
        $"replay {request.CollaborativeId:D} {Code.KeyOf(request.Code)} {StoredJson.Write(request.Body)}",
        clock.NowToMillisecond(),
        () => Work(request, cancellationToken),
        cancellationToken);

    private async Task<Outcome<DeliveryView>> Work(Redeliver request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        if (await PutWebhookHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken) is not { IsWithdrawn: false } webhook
            || await session.Execute(WebhookOutbox.QueueAgain, new { webhookId = webhook.Id, eventId = request.Id, next = clock.NowToMillisecond() }, cancellationToken) == 0)
        {
            return Problem.NotFound;
        }

        return (await ReadDeliveriesHandler.One(session, request.CollaborativeId, request.Code, request.Id, cancellationToken))!.View;
    }

    private async Task<Outcome<DeliveryView>> Work(PingWebhook request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        if (await PutWebhookHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken) is not { IsWithdrawn: false } webhook)
        {
            return Problem.NotFound;
        }

        if (WebhookRules.WhyNotReady(webhook.View) is { } refusal)
        {
            return refusal;
        }

        var now = clock.NowToMillisecond();
        var collaborative = await session.First<string>(CodeOf, new { collaborativeId = request.CollaborativeId }, cancellationToken);
        var ping = new Occurrence($"ping {Guid.CreateVersion7(now):D}", WebhookEvent.Ping, now, collaborative!, $"/collaboratives/{collaborative}/webhooks/{webhook.Code}");
        await outbox.AddAgain(session, webhook.Id, ping, cancellationToken);
        return (await ReadDeliveriesHandler.One(session, request.CollaborativeId, request.Code, ping.Id, cancellationToken))!.View;
    }

    private async Task<Outcome<ReplayView>> Work(ReplayEvents request, CancellationToken cancellationToken)
    {
        var (session, from, until) = (unitOfWork.Session, request.Body.From!.Value, request.Body.Until);
        if (await PutWebhookHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken) is not { IsWithdrawn: false } webhook)
        {
            return Problem.NotFound;
        }

        // What is not queued yet comes by itself.
        var stretch = (await session.First<StretchRow>(
            Stretch, new { collaborativeId = request.CollaborativeId, fromAt = from, untilAt = until ?? EndOfTime }, cancellationToken))!;
        var last = Math.Min(stretch.Most ?? 0, await session.First<long>(QueuedVersion, new { webhookId = webhook.Id }, cancellationToken));
        var collaborative = await session.First<string>(CodeOf, new { collaborativeId = request.CollaborativeId }, cancellationToken);
        var (events, teams) = (WebhookRow.EventsIn(webhook.EventsText), WebhookRow.TeamsIn(webhook.TeamsText));
        var found = new List<Occurrence>();
        for (var after = (stretch.Least ?? 1) - 1; after < last; after += ChangesAtATime)
        {
            var some = await EventLog.Read(session, request.CollaborativeId, collaborative!, after, Math.Min(after + ChangesAtATime, last), cancellationToken);
            found.AddRange(some.Where(occurrence => WebhookRules.IsFor(events, teams, occurrence)));
            if (found.Count > ReplayEvents.MostEvents)
            {
                return Problem.Invalid([new FieldError(
                    "/until", "tooMany",
                    $"That is more than {ReplayEvents.MostEvents} events. Send them in parts: first until {Binding.Text(found[ReplayEvents.MostEvents - 1].OccurredAt)}, then from there.")]);
            }
        }

        // An import that took nothing has no version to be found by.
        var imports = await EventLog.ReadImports(session, request.CollaborativeId, collaborative!, from, until ?? EndOfTime, cancellationToken);
        var all = found.Concat(imports.Where(occurrence => WebhookRules.IsFor(events, teams, occurrence))).DistinctBy(occurrence => occurrence.Id).ToList();
        foreach (var occurrence in all)
        {
            await outbox.AddAgain(session, webhook.Id, occurrence, cancellationToken);
        }

        return new ReplayView(from, until, all.Count);
    }

    private sealed record StretchRow
    {
        public long? Least { get; init; }

        public long? Most { get; init; }
    }
}
