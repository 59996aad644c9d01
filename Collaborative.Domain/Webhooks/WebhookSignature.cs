using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Collaborative.Domain.Webhooks;

/// <summary>Secrets and signatures as in Standard Webhooks 1.0: HMAC-SHA256 over id, timestamp and body.</summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    public const string SecretPrefix = "whsec_";

    private const int SecretBytes = 32;

    private const int LeastSecretBytes = 24;

    private const int MostSecretBytes = 64;

    public static string MakeSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    public static IEnumerable<FieldError> CheckSecret(string? secret, string pointer)
    {
        if (secret is not null && KeyOf(secret) is null)
        {
            yield return new FieldError(
                pointer, "secret", $"A secret is {SecretPrefix} and {LeastSecretBytes} to {MostSecretBytes} random bytes in base64. Leave it out, and POST to …/secret has one made.");
        }
    }

    /// <param name="secrets">All that are good: while one takes the place of another, there are two.</param>
    public static string Sign(IEnumerable<string> secrets, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{Timestamp(at)}."), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret)!, signed))}"));
    }

    /// <summary>Seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static byte[]? KeyOf(string secret)
    {
        var key = new byte[MostSecretBytes + 3];
        return secret.StartsWith(SecretPrefix, StringComparison.Ordinal) && Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length)
            && length is >= LeastSecretBytes and <= MostSecretBytes
                ? key[..length]
                : null;
    }
}
