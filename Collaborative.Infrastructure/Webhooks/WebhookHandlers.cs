using Collaborative.Domain;
using Collaborative.Domain.Webhooks;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Outgoing;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Webhooks;

internal sealed record WebhookRow : CodedRow<WebhookView>
{
    public const string Subject = "webhook";

    public const string Columns = $"{CodedColumns}, Title, TargetUrl, EventsText, TeamsText, IsPaused, PausedReason, SecretSetAt";

    public string Title { get; init; } = "";

    public string TargetUrl { get; init; } = "";

    /// <summary>The names of the events, with spaces between.</summary>
    public string EventsText { get; init; } = "";

    /// <summary>The codes of the teams, with spaces between; empty for all.</summary>
    public string TeamsText { get; init; } = "";

    public bool IsPaused { get; init; }

    public string? PausedReason { get; init; }

    /// <summary>The secret itself is elsewhere, encrypted, and not in the history.</summary>
    public DateTimeOffset? SecretSetAt { get; init; }

    public override WebhookView View => new()
    {
        Code = Code,
        Name = Title,
        Url = TargetUrl,
        Events = EventsIn(EventsText),
        Teams = TeamsIn(TeamsText),
        Paused = IsPaused,
        PausedBecause = PausedReason,
        SecretSetAt = SecretSetAt,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };

    public static IReadOnlyList<WebhookEvent> EventsIn(string text) => [.. text.Split(' ').Select(EnumText.Parse<WebhookEvent>)];

    public static IReadOnlyList<string> TeamsIn(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class PutWebhookHandler(UnitOfWork unitOfWork, WebhookSecrets secrets, OutgoingHttp http, TimeProvider clock) :
    IRequestHandler<PutWebhook, Outcome<Written<WebhookView>>>,
    IRequestHandler<WithdrawWebhook, Outcome<Written<WebhookView>>>,
    IRequestHandler<MakeWebhookSecret, Outcome<WebhookSecretView>>
{
    internal static readonly SqlText Load = $"SELECT {WebhookRow.Columns} FROM Webhook WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("Webhook", WebhookRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("Webhook", WebhookRow.Columns);

    internal static readonly SqlText LoadTeams = "SELECT t.Code FROM Team t WHERE t.CollaborativeId = @collaborativeId ORDER BY t.CodeKey";

    // A webhook begins at the present, also one that was taken back and is put again.
    internal static readonly SqlText BeginAgain =
        """
        UPDATE WebhookProgress
        SET QueuedVersion = (SELECT c.DataVersion FROM Collaborative c WHERE c.Id = WebhookProgress.CollaborativeId),
            RestUntil = NULL, LastAttemptAt = NULL, LastDeliveredAt = NULL, ConsecutiveFailures = 0
        WHERE WebhookId = @webhookId
        """;

    internal static readonly SqlText Begin =
        """
        INSERT INTO WebhookProgress (WebhookId, CollaborativeId, QueuedVersion, Fence, LeaseUntil, RestUntil, LastAttemptAt, LastDeliveredAt, ConsecutiveFailures)
        SELECT @webhookId, c.Id, c.DataVersion, 0, NULL, NULL, NULL, NULL, 0 FROM Collaborative c WHERE c.Id = @collaborativeId
        """;

    internal static readonly SqlText DropWaiting = "DELETE FROM WebhookDelivery WHERE WebhookId = @webhookId AND State = 'waiting'";

    public async Task<Outcome<Written<WebhookView>>> Handle(PutWebhook request, CancellationToken cancellationToken)
    {
        var (session, body) = (unitOfWork.Session, request.Body);
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        var present = current is { IsWithdrawn: false } ? current : null;
        var teams = await Teams(session, request.CollaborativeId, body.Teams ?? [], cancellationToken);
        if (teams.Problem is { } unknown)
        {
            return unknown;
        }

        var secret = body.Secret is { } given && !(present is not null && await secrets.IsLatest(session, present.Id, given, cancellationToken)) ? body.Secret : null;
        var kept = secret is null ? null : secrets.Seal(secret);
        var isPaused = body.Paused ?? false;
        var written = await session.Put<WebhookRow, WebhookView>(
            new Change(request.Viewer, request.CollaborativeId, null, WebhookRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            new WebhookRow
            {
                Code = current?.Code ?? request.Code,
                CodeKey = Code.KeyOf(request.Code),
                Title = body.Name!.Trim(),
                TargetUrl = body.Url!,
                EventsText = string.Join(' ', body.Events!.Order().Select(EnumText.Of)),
                TeamsText = teams.Value,
                IsPaused = isPaused,
                PausedReason = isPaused ? present?.PausedReason : null,
                SecretSetAt = secret is null ? present?.SecretSetAt : clock.NowToMillisecond(),
            },
            clock,
            cancellationToken,
            () => http.Refuse(new Uri(body.Url!)) ?? kept?.Problem);
        if (written.IsRefused || written.Value.Kind == WriteKind.Unchanged)
        {
            return written;
        }

        var webhookId = current?.Id ?? (await Current(session, request.CollaborativeId, request.Code, cancellationToken))!.Id;
        if (present is null && await session.Execute(BeginAgain, new { webhookId }, cancellationToken) == 0)
        {
            await session.Execute(Begin, new { webhookId, collaborativeId = request.CollaborativeId }, cancellationToken);
        }

        if (kept is { Value: var box })
        {
            await secrets.Add(session, webhookId, box, cancellationToken);
        }

        return written;
    }

    public async Task<Outcome<Written<WebhookView>>> Handle(WithdrawWebhook request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        var written = await session.Withdraw<WebhookRow, WebhookView>(
            new Change(request.Viewer, request.CollaborativeId, null, WebhookRow.Subject, request.Preconditions, request.Reason),
            Update,
            current is null ? null : current with { SecretSetAt = null },
            clock,
            cancellationToken);
        if (!written.IsRefused)
        {
            await session.Execute(DropWaiting, new { webhookId = current!.Id }, cancellationToken);
            await secrets.Forget(session, current.Id, cancellationToken);
        }

        return written;
    }

    public async Task<Outcome<WebhookSecretView>> Handle(MakeWebhookSecret request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        if (await Current(session, request.CollaborativeId, request.Code, cancellationToken) is not { IsWithdrawn: false } current)
        {
            return Problem.NotFound;
        }

        var secret = WebhookSignature.MakeSecret();
        var kept = secrets.Seal(secret);
        if (kept.Problem is { } problem)
        {
            return problem;
        }

        await session.Save<WebhookRow, WebhookView>(
            new Change(request.Viewer, request.CollaborativeId, null, WebhookRow.Subject, Preconditions.None, "A new secret"),
            Update,
            current with { SecretSetAt = clock.NowToMillisecond() },
            clock,
            cancellationToken);
        return new WebhookSecretView { Secret = secret, PreviousUntil = await secrets.Add(session, current.Id, kept.Value, cancellationToken) };
    }

    internal static Task<WebhookRow?> Current(Session session, Guid collaborativeId, string code, CancellationToken cancellation) =>
        session.First<WebhookRow>(Load, new { collaborativeId, codeKey = Code.KeyOf(code) }, cancellation);

    /// <summary>The codes as they were first written, in their order.</summary>
    private static async Task<Outcome<string>> Teams(Session session, Guid collaborativeId, IReadOnlyList<string> named, CancellationToken cancellation)
    {
        if (named.Count == 0)
        {
            return "";
        }

        var known = await session.Query<string>(LoadTeams, new { collaborativeId }, cancellation);
        var keys = known.Select(Code.KeyOf).ToHashSet();
        var errors = named.Select((code, i) => (code, i)).Where(pair => !keys.Contains(Code.KeyOf(pair.code)))
            .Select(pair => new FieldError($"/teams/{pair.i}", "unknown", $"There is no team {pair.code} in this collaborative.")).ToList();
        var asked = named.Select(Code.KeyOf).ToHashSet();
        return errors.Count > 0 ? Problem.Invalid(errors) : string.Join(' ', known.Where(code => asked.Contains(Code.KeyOf(code))));
    }
}

internal sealed class ReadWebhooksHandler(IDatabase database) :
    IRequestHandler<GetWebhook, Outcome<WebhookView>>,
    IRequestHandler<ListWebhooks, Outcome<Page<WebhookView>>>
{
    private const string From = "FROM Webhook WHERE CollaborativeId = @collaborativeId AND IsWithdrawn = 0 AND CodeKey > @after";

    internal static readonly SqlText List = new(
        $"SELECT {WebhookRow.Columns} {From} ORDER BY CodeKey LIMIT @take",
        $"SELECT TOP (@take) {WebhookRow.Columns} {From} ORDER BY CodeKey");

    internal static readonly SqlText Health =
        """
        SELECT p.WebhookId, p.LastAttemptAt, p.LastDeliveredAt, p.ConsecutiveFailures,
            (SELECT COUNT(*) FROM WebhookDelivery d WHERE d.WebhookId = p.WebhookId AND d.State = 'waiting') AS Waiting,
            (SELECT COUNT(*) FROM WebhookDelivery d WHERE d.WebhookId = p.WebhookId AND d.State = 'dead') AS Dead
        FROM WebhookProgress p
        JOIN Webhook w ON w.Id = p.WebhookId
        WHERE w.CollaborativeId = @collaborativeId AND w.IsWithdrawn = 0 AND w.CodeKey >= @first AND w.CodeKey <= @last
        ORDER BY w.CodeKey
        """;

    public async Task<Outcome<WebhookView>> Handle(GetWebhook request, CancellationToken cancellationToken)
    {
        var found = await database.Read(
            async session => await PutWebhookHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken) is { IsWithdrawn: false } row
                ? await WithHealth(session, [row], cancellationToken)
                : [],
            cancellationToken);
        return found is [var view] ? view : Problem.NotFound;
    }

    public async Task<Outcome<Page<WebhookView>>> Handle(ListWebhooks request, CancellationToken cancellationToken) =>
        await database.Read(
            async session =>
            {
                var rows = await session.Query<WebhookRow>(
                    List, new { collaborativeId = request.CollaborativeId, after = request.AfterKey ?? "", take = request.Limit + 1 }, cancellationToken);
                var views = (await WithHealth(session, rows, cancellationToken)).ToDictionary(view => view.Code);
                return Paging.Page(rows, request.Limit, row => views[row.Code], row => row.CodeKey);
            },
            cancellationToken);

    private static async Task<List<WebhookView>> WithHealth(Session session, List<WebhookRow> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var health = (await session.Query<HealthRow>(
            Health, new { collaborativeId = rows[0].CollaborativeId, first = rows[0].CodeKey, last = rows[^1].CodeKey }, cancellation)).ToDictionary(row => row.WebhookId);
        return [.. rows.Select(row => row.View with { Health = health[row.Id].View })];
    }

    private sealed record HealthRow
    {
        public Guid WebhookId { get; init; }

        public DateTimeOffset? LastAttemptAt { get; init; }

        public DateTimeOffset? LastDeliveredAt { get; init; }

        public int ConsecutiveFailures { get; init; }

        public int Waiting { get; init; }

        public int Dead { get; init; }

        public WebhookHealth View => new()
        {
            LastAttemptAt = LastAttemptAt,
            LastDeliveredAt = LastDeliveredAt,
            ConsecutiveFailures = ConsecutiveFailures,
            Waiting = Waiting,
            Dead = Dead,
        };
    }
}
