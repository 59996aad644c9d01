using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Webhooks;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Outgoing;

namespace Collaborative.Infrastructure.Webhooks;

/// <summary>A secret, encrypted for the row that it is to be kept in.</summary>
internal sealed record SealedSecret(Guid Id, string Text);

/// <summary>The secrets of webhooks: the latest, and those before it that are good for a little longer.</summary>
internal sealed class WebhookSecrets(SecretBox box, TimeProvider clock)
{
    private const string Purpose = "webhook";

    internal static readonly SqlText Load =
        """
        SELECT s.Id, s.SealedText, s.ValidUntil FROM WebhookSecret s
        WHERE s.WebhookId = @webhookId AND (s.ValidUntil IS NULL OR s.ValidUntil > @now)
        ORDER BY CASE WHEN s.ValidUntil IS NULL THEN 0 ELSE 1 END, s.ValidUntil DESC, s.Id DESC
        """;

    internal static readonly SqlText EndLatest = "UPDATE WebhookSecret SET ValidUntil = @until WHERE WebhookId = @webhookId AND ValidUntil IS NULL";

    internal static readonly SqlText Insert =
        "INSERT INTO WebhookSecret (Id, WebhookId, SealedText, CreatedAt, ValidUntil) VALUES (@id, @webhookId, @sealedText, @now, NULL)";

    internal static readonly SqlText Drop = "DELETE FROM WebhookSecret WHERE Id = @id";

    internal static readonly SqlText DropAll = "DELETE FROM WebhookSecret WHERE WebhookId = @webhookId";

    internal static readonly SqlText DropEnded = "DELETE FROM WebhookSecret WHERE ValidUntil < @now";

    public Outcome<SealedSecret> Seal(string secret)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var text = box.Seal(Purpose, id, secret);
        return text.Problem is { } problem ? problem : new SealedSecret(id, text.Value);
    }

    /// <summary>Makes it the latest; the one before stays good for a while.</summary>
    /// <returns>For how long; null when there was none.</returns>
    public async Task<DateTimeOffset?> Add(Session session, Guid webhookId, SealedSecret secret, CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        var until = now + MakeWebhookSecret.Overlap;
        var good = await session.Query<SecretRow>(Load, new { webhookId, now }, cancellation);
        foreach (var old in good.Skip(MakeWebhookSecret.MostSecrets - 1))
        {
            await session.Execute(Drop, new { id = old.Id }, cancellation);
        }

        var ended = await session.Execute(EndLatest, new { webhookId, until }, cancellation);
        await session.Execute(Insert, new { id = secret.Id, webhookId, sealedText = secret.Text, now }, cancellation);
        return ended > 0 ? until : null;
    }

    public async Task<bool> IsLatest(Session session, Guid webhookId, string secret, CancellationToken cancellation) =>
        (await session.Query<SecretRow>(Load, new { webhookId, now = clock.NowToMillisecond() }, cancellation)).FirstOrDefault() is { ValidUntil: null } latest
        && box.Open(Purpose, latest.Id, latest.SealedText) is { } known
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(secret));

    /// <summary>All that are good now, the latest first; none when they were encrypted with another key.</summary>
    public async Task<IReadOnlyList<string>> Good(Session session, Guid webhookId, CancellationToken cancellation) =>
    [
        .. (await session.Query<SecretRow>(Load, new { webhookId, now = clock.NowToMillisecond() }, cancellation))
            .Select(row => box.Open(Purpose, row.Id, row.SealedText)).OfType<string>(),
    ];

    public Task<int> Forget(Session session, Guid webhookId, CancellationToken cancellation) => session.Execute(DropAll, new { webhookId }, cancellation);

    public Task<int> ForgetEnded(Session session, CancellationToken cancellation) => session.Execute(DropEnded, new { now = clock.NowToMillisecond() }, cancellation);

    private sealed record SecretRow
    {
        public Guid Id { get; init; }

        public string SealedText { get; init; } = "";

        public DateTimeOffset? ValidUntil { get; init; }
    }
}
