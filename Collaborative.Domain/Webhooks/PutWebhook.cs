using Collaborative.Domain.Access;
using Collaborative.Domain.Outgoing;

namespace Collaborative.Domain.Webhooks;

public sealed record WebhookBody
{
    public string? Name { get; init; }

    /// <summary>Where events are sent, by POST.</summary>
    public string? Url { get; init; }

    public IReadOnlyList<WebhookEvent>? Events { get; init; }

    /// <summary>Only what is about these teams, by their codes, and what belongs to all teams.</summary>
    public IReadOnlyList<string>? Teams { get; init; }

    /// <summary>What events are signed with; it is never shown again. The one that there is stays unless another is given.</summary>
    public string? Secret { get; init; }

    /// <summary>Nothing is sent; what happens meanwhile is sent once this is over.</summary>
    public bool? Paused { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Has a server elsewhere told of what happens in a collaborative.</summary>
public sealed record PutWebhook(Viewer Viewer, Guid CollaborativeId, string Code, WebhookBody Body, Preconditions Preconditions)
    : ICommand<Written<WebhookView>>, IHasShape
{
    /// <summary>Whoever wants more leaves the teams out.</summary>
    public const int MostTeams = 200;

    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "webhook"),
        .. Shape.Required(Body.Name, "/name", "a name: who is told, and of what", Shape.NameLength),
        .. OutgoingAddresses.CheckShape(Body.Url, "/url"),
        .. EventErrors(),
        .. TeamErrors(),
        .. WebhookSignature.CheckSecret(Body.Secret, "/secret"),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];

    private IEnumerable<FieldError> EventErrors()
    {
        if (Body.Events is not { Count: > 0 } events)
        {
            yield return new FieldError("/events", "required", $"Say what it is told of: {string.Join(", ", WebhookRules.Events.Select(Naming.Of))}.");
            yield break;
        }

        for (var i = 0; i < events.Count; i++)
        {
            if (!WebhookRules.Events.Contains(events[i]))
            {
                yield return new FieldError($"/events/{i}", "unknown", "A ping is sent when somebody asks for one; it cannot be had otherwise.");
            }
            else if (events.Take(i).Contains(events[i]))
            {
                yield return new FieldError($"/events/{i}", "duplicate", "This is named already.");
            }
            else if (Body.Teams is { Count: > 0 } && WebhookRules.OfAllTeams.Contains(events[i]))
            {
                yield return new FieldError($"/events/{i}", "ofAllTeams", "An import may be about any team, so a webhook for certain teams cannot be told of it. Leave out either.");
            }
        }
    }

    private IEnumerable<FieldError> TeamErrors()
    {
        var teams = Body.Teams ?? [];
        if (teams.Count > MostTeams)
        {
            yield return new FieldError("/teams", "tooMany", $"Name at most {MostTeams} teams, or leave them out for all.");
        }

        for (var i = 0; i < teams.Count; i++)
        {
            if (teams[i] is null || !Domain.Code.IsValid(teams[i]))
            {
                yield return new FieldError($"/teams/{i}", "code", Domain.Code.Rule);
            }
            else if (teams.Take(i).Any(team => team is not null && Domain.Code.KeyOf(team) == Domain.Code.KeyOf(teams[i])))
            {
                yield return new FieldError($"/teams/{i}", "duplicate", "This team is named already.");
            }
        }
    }
}

/// <summary>Nothing more is sent; what waits is dropped, and the secret with it.</summary>
public sealed record WithdrawWebhook(Viewer Viewer, Guid CollaborativeId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<WebhookView>>;

/// <summary>Makes a secret and shows it; the one before stays good for a day, so that the receiver can change over.</summary>
public sealed record MakeWebhookSecret(Viewer Viewer, Guid CollaborativeId, string Code) : ICommand<WebhookSecretView>
{
    /// <summary>For so long events are signed with the secret before, too.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>Whoever loses the answer asks again, and may not lose the secret in use by it.</summary>
    public const int MostSecrets = 4;
}

public sealed record GetWebhook(Viewer Viewer, Guid CollaborativeId, string Code) : IQuery<WebhookView>;

/// <summary>The webhooks by code.</summary>
public sealed record ListWebhooks(Viewer Viewer, Guid CollaborativeId, string? AfterKey, int Limit) : IQuery<Page<WebhookView>>;

public sealed record WebhookView
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required string Url { get; init; }

    public required IReadOnlyList<WebhookEvent> Events { get; init; }

    /// <summary>Empty: all of them.</summary>
    public required IReadOnlyList<string> Teams { get; init; }

    public required bool Paused { get; init; }

    /// <summary>Why the server paused it by itself.</summary>
    public string? PausedBecause { get; init; }

    /// <summary>When its secret was given or made; null while there is none, and so long nothing is sent.</summary>
    public DateTimeOffset? SecretSetAt { get; init; }

    /// <summary>How it fares now; the history keeps none of it.</summary>
    public WebhookHealth? Health { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

public sealed record WebhookHealth
{
    public DateTimeOffset? LastAttemptAt { get; init; }

    public DateTimeOffset? LastDeliveredAt { get; init; }

    /// <summary>Tries that failed since the last that did not.</summary>
    public required int ConsecutiveFailures { get; init; }

    public required int Waiting { get; init; }

    public required int Dead { get; init; }
}

public sealed record WebhookSecretView
{
    /// <summary>Shown this once.</summary>
    public required string Secret { get; init; }

    /// <summary>Until when the one before is good, too; null when there was none.</summary>
    public DateTimeOffset? PreviousUntil { get; init; }
}
