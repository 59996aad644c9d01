using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Collaborative.Domain.Connections;

/// <summary>
/// The signed statement by which a client shows a token address that it is who it says (RFC 7523, with what SMART Backend Services asks of it):
/// RS384 for an RSA key, ES384 for a key on P-384.
/// </summary>
public static class ClientAssertion
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private const int LeastRsaBits = 2048;

    private const int EcBits = 384;

    /// <summary>The longest that SMART allows.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>Why a text is no key that can sign; null when it is one.</summary>
    public static string? WhyNot(string pem)
    {
        using var key = Read(pem);
        return key is null
            ? "Give the private key in PEM, not encrypted: -----BEGIN PRIVATE KEY----- and so on. RSA of 2048 bits or more, or elliptic curve P-384."
            : null;
    }

    /// <param name="id">Unique for each statement.</param>
    /// <exception cref="CryptographicException">The text is no key; see <see cref="WhyNot"/>.</exception>
    public static string Sign(string pem, string clientId, string tokenUrl, string? keyId, DateTimeOffset now, Guid id)
    {
        using var key = Read(pem) ?? throw new CryptographicException("This is no key that can sign.");
        var header = new Dictionary<string, object> { ["alg"] = key is RSA ? "RS384" : "ES384", ["typ"] = "JWT" };
        if (keyId is not null)
        {
            header["kid"] = keyId;
        }

        var claims = new Dictionary<string, object>
        {
            ["iss"] = clientId,
            ["sub"] = clientId,
            ["aud"] = tokenUrl,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Life).ToUnixTimeSeconds(),
            ["jti"] = id.ToString("D"),
        };
        var signed = $"{Part(header)}.{Part(claims)}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = key is RSA rsa
            ? rsa.SignData(bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(bytes, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(Dictionary<string, object> members) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(members));

    private static AsymmetricAlgorithm? Read(string pem) => Read(pem, RSA.Create(), key => key.KeySize >= LeastRsaBits) ?? Read(pem, ECDsa.Create(), key => key.KeySize == EcBits);

    private static AsymmetricAlgorithm? Read<T>(string pem, T key, Func<T, bool> isFit)
        where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            if (isFit(key) && IsPrivate(key))
            {
                return key;
            }
        }
        catch (Exception unfit) when (unfit is ArgumentException or CryptographicException)
        {
            // A key of another kind, or no key.
        }

        key.Dispose();
        return null;
    }

    private static bool IsPrivate(AsymmetricAlgorithm key)
    {
        try
        {
            Array.Clear(key.ExportPkcs8PrivateKey());
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
