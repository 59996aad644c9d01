using System.Globalization;
using Collaborative.Domain;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Collaborative.Api.Http;

/// <summary>Preconditions and ETags, as RFC 9110 writes them, and the key of what may be sent again.</summary>
public static class Headers
{
    public static string ETag(int revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    public static string? IdempotencyKey(HttpRequest request) => request.Headers["Idempotency-Key"] is [{ } key] ? key.Trim('"') : null;

    /// <summary>The preconditions of a write; a header that is not well-formed is refused.</summary>
    public static Outcome<Preconditions> Preconditions(HttpRequest request)
    {
        var match = request.Headers.IfMatch;
        var noneMatch = request.Headers.IfNoneMatch;
        if (StringValues.IsNullOrEmpty(match) && StringValues.IsNullOrEmpty(noneMatch))
        {
            return Domain.Preconditions.None;
        }

        if (Revisions(match) is not { } matches)
        {
            return Malformed("If-Match");
        }

        return Revisions(noneMatch) is not { } noneMatches
            ? Malformed("If-None-Match")
            : new Preconditions
            {
                OnlyCreate = IsAny(noneMatch),
                MatchesAny = IsAny(match),
                Matches = StringValues.IsNullOrEmpty(match) || IsAny(match) ? null : matches,
                NoneMatches = noneMatches,
            };
    }

    private static Problem Malformed(string header) =>
        Problem.Invalid([new FieldError(header, "format", $"{header} takes a revision in quotation marks, like \"3\", or *.")]);

    private static bool IsAny(StringValues header) => header.ToString().Trim() == "*";

    /// <summary>The revisions that a header names; one that is no revision of ours is -1. Null when the header is not well-formed.</summary>
    private static List<int>? Revisions(StringValues header) =>
        StringValues.IsNullOrEmpty(header) || IsAny(header) ? []
        : EntityTagHeaderValue.TryParseStrictList([.. header.Select(value => value ?? "")], out var tags)
            ? [.. tags.Where(tag => !tag.IsWeak).Select(tag => int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : -1)]
            : null;

    /// <summary>Whether the client has this representation already.</summary>
    public static bool HasAlready(HttpRequest request, string etag)
    {
        var header = request.Headers.IfNoneMatch;
        if (StringValues.IsNullOrEmpty(header))
        {
            return false;
        }

        if (header.Count == 1 && (header[0] == etag || header[0] == "*"))
        {
            return true;
        }

        return EntityTagHeaderValue.TryParseList([.. header.Select(value => value ?? "")], out var tags)
            && tags.Any(tag => tag.Tag == etag || tag.Tag == "*");
    }
}
