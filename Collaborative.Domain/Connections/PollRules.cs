using System.Globalization;

namespace Collaborative.Domain.Connections;

/// <summary>What a partner's answer means. Sentences name the status and never anything that the partner wrote.</summary>
public static class PollRules
{
    /// <summary>However long a partner asks us to wait, after so long it is asked again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    /// <summary>Too early, too often, or a server's own trouble: it may be over soon. Nothing else gets better by asking again.</summary>
    public static bool MayPass(int status) => status is 408 or 425 or 429 or >= 500;

    /// <summary>What a Retry-After asks for (RFC 9110, 10.2.3): seconds, or an instant. Null where it asks for nothing that can be understood.</summary>
    public static TimeSpan? RetryAfter(string? header, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(header))
        {
            return null;
        }

        var text = header.Trim();
        if (text.All(char.IsAsciiDigit))
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? Capped(TimeSpan.FromSeconds(seconds)) : LongestWait;
        }

        return DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? Capped(instant > now ? instant - now : TimeSpan.Zero)
            : null;
    }

    /// <summary>Why a poll failed that was answered with this status.</summary>
    public static string Sentence(int status) => status switch
    {
        300 or 301 or 302 or 303 or 305 or 307 or 308 => $"The partner answered {status}: what was here has moved. Redirects are not followed, so that nothing is sent where nobody looked; ask for the new address and enter it.",
        304 => "The partner answered 304, not modified, though it was not asked for changes only.",
        400 => "The partner answered 400: it does not understand the request. Check the address, above all what stands behind the question mark.",
        401 => "The partner answered 401: it does not accept the credentials. Enter them again, or ask the partner whether they have expired.",
        403 => "The partner answered 403: it knows the credentials and does not allow this. Ask the partner to open the address for you.",
        404 or 410 => $"The partner answered {status}: there is nothing at this address. Check it, or ask for the new one.",
        406 => "The partner answered 406: it does not have this in a format that can be taken.",
        407 => "The partner answered 407: a proxy stands in the way.",
        408 or 425 or 429 => $"The partner answered {status}: it asks to be left alone for a while.",
        >= 500 => $"The partner answered {status}: its server is in trouble.",
        > 200 and < 300 => $"The partner answered {status}, which brings no file.",
        _ => $"The partner refused the request: it answered {status}.",
    };

    /// <summary>Why no token was had.</summary>
    public static string TokenSentence(int status) => status switch
    {
        >= 300 and < 400 => $"The address that gives tokens answered {status}: it has moved. Enter the new address.",
        400 or 401 => $"The address that gives tokens answered {status}: it does not accept the client's id and secret, or does not give this scope. Check them.",
        _ when MayPass(status) => $"The address that gives tokens answered {status}: its server is in trouble.",
        _ => $"The address that gives tokens answered {status}; check it.",
    };

    private static TimeSpan Capped(TimeSpan wait) => wait < LongestWait ? wait : LongestWait;
}
