using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;
using Collaborative.Infrastructure.Database;
using Microsoft.Extensions.Configuration;

namespace Collaborative.Infrastructure.Outgoing;

/// <summary>
/// Encrypts the secrets of others that this server must be able to use again. The key is not in the database, so that a copy of
/// the database gives none of them away. AES-256-GCM with a random nonce (NIST SP 800-38D); what a secret is for and whose it is
/// are authenticated with it, so that no row can be given another one's.
/// </summary>
internal sealed class SecretBox
{
    private const byte Format = 1;
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Lazy<byte[]?> key;

    private SecretBox(Func<byte[]?> key) => this.key = new Lazy<byte[]?>(key);

    /// <summary>
    /// The key is <c>Secrets:Key</c> (32 bytes in base64) or in the file <c>Secrets:KeyFile</c>; beside the embedded database a
    /// file for it is made when the first secret is kept.
    /// </summary>
    public static SecretBox From(IConfiguration configuration, IDatabase database) => new(() =>
    {
        if (configuration["Secrets:Key"] is { } text)
        {
            return Parse(text, "Secrets:Key");
        }

        return (configuration["Secrets:KeyFile"], database) switch
        {
            ({ } file, _) => Parse(File.ReadAllText(file), file),
            (null, SqliteDatabase embedded) => ReadOrMake(Path.ChangeExtension(embedded.FilePath, ".key")),
            _ => null,
        };
    });

    /// <summary>Encrypts a secret for one purpose and owner. It touches no database, so it may be done in a unit of work.</summary>
    public Outcome<string> Seal(string purpose, Guid owner, string secret)
    {
        if (key.Value is not { } bytes)
        {
            return new Problem(
                ProblemCode.SecretsNotConfigured, "This server has no key to encrypt secrets with. An administrator sets Secrets:Key or Secrets:KeyFile on every server.");
        }

        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[1 + NonceBytes + TagBytes + plain.Length];
        box[0] = Format;
        var nonce = box.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(bytes, TagBytes);
        cipher.Encrypt(nonce, plain, box.AsSpan(1 + NonceBytes + TagBytes), box.AsSpan(1 + NonceBytes, TagBytes), Context(purpose, owner));
        return Convert.ToBase64String(box);
    }

    /// <returns>Null when it was encrypted with another key, for another purpose or owner, or was changed.</returns>
    public string? Open(string purpose, Guid owner, string sealedSecret)
    {
        var box = Convert.FromBase64String(sealedSecret);
        if (key.Value is not { } bytes || box.Length < 1 + NonceBytes + TagBytes || box[0] != Format)
        {
            return null;
        }

        var plain = new byte[box.Length - 1 - NonceBytes - TagBytes];
        using var cipher = new AesGcm(bytes, TagBytes);
        try
        {
            cipher.Decrypt(box.AsSpan(1, NonceBytes), box.AsSpan(1 + NonceBytes + TagBytes), box.AsSpan(1 + NonceBytes, TagBytes), plain, Context(purpose, owner));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Context(string purpose, Guid owner) => Encoding.UTF8.GetBytes($"{purpose} {owner:D}");

    private static byte[] Parse(string text, string where)
    {
        var bytes = new byte[KeyBytes];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == KeyBytes
            ? bytes
            : throw new InvalidOperationException($"{where} must hold 32 bytes in base64, as `openssl rand -base64 32` makes them.");
    }

    // Two processes may start at once: the first file stays, and both read it.
    private static byte[] ReadOrMake(string file)
    {
        if (!File.Exists(file))
        {
            var made = $"{file}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(made, options))
            {
                stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))));
                stream.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(made, file, overwrite: false);
            }
            catch (IOException) when (File.Exists(file))
            {
                File.Delete(made);
            }
        }

        return Parse(File.ReadAllText(file), file);
    }
}
