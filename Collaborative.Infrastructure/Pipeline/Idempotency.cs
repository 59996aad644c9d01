using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Pipeline;

/// <summary>Commands that a client may send again under one key: the answer is kept in the unit of work that the first one was.</summary>
internal static class Idempotency
{
    internal static readonly SqlText Find = "SELECT i.Fingerprint, i.AnswerJson FROM IdempotencyKey i WHERE i.ApiKeyId = @keyId AND i.KeyText = @keyText";

    internal static readonly SqlText Insert =
        "INSERT INTO IdempotencyKey (ApiKeyId, KeyText, Fingerprint, ImportId, CreatedAt, AnswerJson) VALUES (@keyId, @keyText, @fingerprint, NULL, @now, @answer)";

    /// <param name="asked">All that was asked for, as text; it must be the same again.</param>
    /// <param name="work">Done the first time only.</param>
    public static async Task<Outcome<Answered<T>>> Once<T>(
        this Session session, Viewer viewer, string? keyText, string asked, DateTimeOffset now, Func<Task<Outcome<T>>> work, CancellationToken cancellation)
    {
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked)));
        if (keyText is not null && await session.First<KnownRow>(Find, new { keyId = viewer.KeyId, keyText }, cancellation) is { } known)
        {
            return known is { AnswerJson: { } answer } && known.Fingerprint == fingerprint
                ? new Answered<T>(StoredJson.Read<T>(answer), IsReplay: true)
                : new Problem(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for something else; choose a new key.");
        }

        var outcome = await work();
        if (outcome.Problem is { } problem)
        {
            return problem;
        }

        if (keyText is not null)
        {
            await session.Execute(Insert, new { keyId = viewer.KeyId, keyText, fingerprint, now, answer = StoredJson.Write(outcome.Value) }, cancellation);
        }

        return new Answered<T>(outcome.Value, IsReplay: false);
    }

    private sealed record KnownRow
    {
        public string? Fingerprint { get; init; }

        public string? AnswerJson { get; init; }
    }
}
