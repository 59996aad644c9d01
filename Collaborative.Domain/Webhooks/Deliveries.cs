using System.Globalization;
using Collaborative.Domain.Access;

namespace Collaborative.Domain.Webhooks;

public enum DeliveryState
{
    Waiting,
    Delivered,

    /// <summary>Tried for the last time; only a person has it sent again.</summary>
    Dead,
}

/// <summary>What was sent and what is to be sent, the newest event first.</summary>
public sealed record ListDeliveries(Viewer Viewer, Guid CollaborativeId, string Code, DeliveryState? State, WebhookEvent? Type, DeliveryCursor? After, int Limit)
    : IQuery<Page<DeliveryView>>;

/// <summary>Where a page goes on: before this event.</summary>
public sealed record DeliveryCursor(DateTimeOffset OccurredAt, Guid Id)
{
    /// <summary>The last millisecond of the last year that an instant can be in.</summary>
    private const long LastMillisecond = 253_402_300_799_999;

    public static DeliveryCursor? Read(string text) =>
        text.Split(' ') is [var at, var id]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= LastMillisecond
        && Guid.TryParseExact(id, "N", out var eventId)
            ? new DeliveryCursor(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), eventId)
            : null;

    public override string ToString() => $"{OccurredAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)} {Id:N}";
}

public sealed record GetDelivery(Viewer Viewer, Guid CollaborativeId, string Code, Guid Id) : IQuery<DeliveryView>;

/// <summary>Sends one again, whatever became of it: under the same id, signed anew.</summary>
public sealed record Redeliver(Viewer Viewer, Guid CollaborativeId, string Code, Guid Id, string? IdempotencyKey) : ICommand<Answered<DeliveryView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => Shape.IdempotencyKey(IdempotencyKey);
}

/// <summary>Sends an event that says nothing but that it came.</summary>
public sealed record PingWebhook(Viewer Viewer, Guid CollaborativeId, string Code, string? IdempotencyKey) : ICommand<Answered<DeliveryView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => Shape.IdempotencyKey(IdempotencyKey);
}

public sealed record ReplayBody
{
    public DateTimeOffset? From { get; init; }

    /// <summary>Until the present unless given.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>Sends again, or for the first time, what happened between two instants; the events have the ids that they always had.</summary>
public sealed record ReplayEvents(Viewer Viewer, Guid CollaborativeId, string Code, ReplayBody Body, string? IdempotencyKey) : ICommand<Answered<ReplayView>>, IHasShape
{
    /// <summary>All are queued in one unit of work, for which others wait.</summary>
    public const int MostEvents = 5000;

    public IEnumerable<FieldError> ShapeErrors()
    {
        foreach (var error in Shape.IdempotencyKey(IdempotencyKey))
        {
            yield return error;
        }

        if (Body.From is null)
        {
            yield return new FieldError("/from", "required", "Give the instant from which on to send, like 2026-03-15T09:30:00Z.");
        }

        if (Body.Until < Body.From)
        {
            yield return new FieldError("/until", "range", "The end lies before the beginning.");
        }
    }
}

/// <param name="Events">How many were queued.</param>
public sealed record ReplayView(DateTimeOffset From, DateTimeOffset? Until, int Events);

public sealed record DeliveryView
{
    /// <summary>That of the event: receivers get it as webhook-id, the same with each try.</summary>
    public required Guid Id { get; init; }

    public required WebhookEvent Type { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required DeliveryState State { get; init; }

    public required int Attempts { get; init; }

    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>The status that the receiver answered with last; null when it did not answer.</summary>
    public int? LastStatus { get; init; }

    /// <summary>What went wrong last, in a sentence.</summary>
    public string? Problem { get; init; }

    /// <summary>Null once nothing more is tried.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it was delivered, or given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public required WebhookPayload Payload { get; init; }
}
