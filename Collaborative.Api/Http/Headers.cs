using System.Globalization;
using Collaborative.Domain;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Collaborative.Api.Http;

/// <summary>Preconditions and ETags, as RFC 9110 writes them.</summary>
public static class Headers
{
    public static string ETag(int revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>The preconditions of a write; a header that is not well-formed is refused.</summary>
    public static Outcome<Preconditions> Preconditions(HttpRequest request)
    {
        var match = request.Headers.IfMatch;
        var noneMatch = request.Headers.IfNoneMatch;
        if (StringValues.IsNullOrEmpty(match) && StringValues.IsNullOrEmpty(noneMatch))
        {
            return Domain.Preconditions.None;
        }

        if (!StringValues.IsNullOrEmpty(noneMatch) && noneMatch.ToString().Trim() != "*")
        {
            return Problem.Invalid([new FieldError("If-None-Match", "format", "On a write, If-None-Match takes only *.")]);
        }

        var onlyCreate = !StringValues.IsNullOrEmpty(noneMatch);
        if (StringValues.IsNullOrEmpty(match))
        {
            return new Preconditions { OnlyCreate = onlyCreate };
        }

        if (match.ToString().Trim() == "*")
        {
            return new Preconditions { OnlyCreate = onlyCreate, MatchesAny = true };
        }

        if (!EntityTagHeaderValue.TryParseStrictList([.. match.Select(value => value ?? "")], out var tags))
        {
            return Problem.Invalid([new FieldError("If-Match", "format", "If-Match takes a revision in quotation marks, like \"3\", or *.")]);
        }

        return new Preconditions
        {
            OnlyCreate = onlyCreate,
            Matches = [.. tags.Where(tag => !tag.IsWeak).Select(tag => int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : -1)],
        };
    }

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
