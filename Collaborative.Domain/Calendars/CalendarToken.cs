using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Collaborative.Domain.Calendars;

/// <summary>The secret part of a calendar's address: 256 random bits, of which only the hash is kept.</summary>
public static class CalendarToken
{
    private const int RandomBytes = 32;
    private const int Length = 43;

    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static bool LooksLikeOne(string text) => text.Length == Length;

    /// <summary>SHA-256 in hexadecimal; random bits need no slow hash.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
