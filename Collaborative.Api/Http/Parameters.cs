using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Collaborative.Domain;

namespace Collaborative.Api.Http;

/// <summary>Page cursors: opaque to clients, versioned for us, and good for the list that gave them only.</summary>
public static class Cursor
{
    private const string Version = "1";

    private const int MostCharacters = 400;

    public static string Write(HttpContext http, string position) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Prefix(http) + position));

    public static bool TryRead(HttpContext http, string cursor, out string position)
    {
        position = "";
        if (cursor.Length > MostCharacters || !Base64Url.IsValid(cursor))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        var prefix = Prefix(http);
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        position = text[prefix.Length..];
        return true;
    }

    private static string Prefix(HttpContext http) => $"{Version} {http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName} ";
}

/// <summary>One query parameter of an endpoint, for the check of what was sent and for the OpenAPI document.</summary>
public sealed record Parameter(string Name, string Description, string Type = "string", bool IsRequired = false);

/// <summary>Reads query parameters and gathers what is wrong with them, so that all of it can be said at once.</summary>
public sealed class Parameters(HttpContext http)
{
    public const int DefaultLimit = 50;
    public const int MostLimit = 200;

    private readonly List<FieldError> errors = [];

    public Problem? Problem => errors.Count == 0 ? null : Domain.Problem.Invalid(errors);

    public string? Text(string name)
    {
        var values = http.Request.Query[name];
        if (values.Count > 1)
        {
            errors.Add(new FieldError(name, "duplicate", $"Give {name} once."));
        }

        return string.IsNullOrEmpty(values) ? null : values[0];
    }

    public Month? Month(string name) => Parse(name, "A month is written like 2026-03.", static text => Domain.Month.TryParse(text, out var month) ? month : (Month?)null);

    public DateOnly? Date(string name) => Parse(
        name,
        "A date is written like 2026-03-15.",
        static text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : (DateOnly?)null);

    public DateTimeOffset? Instant(string name) =>
        Parse(name, "An instant is written like 2026-03-15T09:30:00Z.", static text => Instants.TryRead(text, out var instant) ? instant : (DateTimeOffset?)null);

    /// <summary>A flag without a word is no answer: who writes it may mean that it is so.</summary>
    public bool? Flag(string name)
    {
        const string Rule = "Say true or false.";
        if (http.Request.Query[name] is [null or ""])
        {
            errors.Add(new FieldError(name, "format", Rule));
            return null;
        }

        return Parse(name, Rule, static text => text switch { "true" => true, "false" => false, _ => (bool?)null });
    }

    public int? Number(string name, int least, int most) =>
        Parse(name, $"Give a whole number from {least} to {most}.", text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : (int?)null);

    public T? Choice<T>(string name, params ReadOnlySpan<T> except)
        where T : struct, Enum
    {
        if (http.Request.Query[name].Count == 0)
        {
            return null;
        }

        var allowed = Enum.GetValues<T>().Except(except.ToArray()).ToDictionary(Naming.Of);
        return Parse(name, $"Choose one of {string.Join(", ", allowed.Keys)}.", text => allowed.TryGetValue(text, out var value) ? value : (T?)null);
    }

    public int Limit() => Number("limit", 1, MostLimit) ?? DefaultLimit;

    /// <summary>Where a page goes on; a cursor that is not ours is refused.</summary>
    public string? After()
    {
        if (Text("after") is not { } cursor)
        {
            return null;
        }

        if (Cursor.TryRead(http, cursor, out var position))
        {
            return position;
        }

        BadCursor();
        return null;
    }

    /// <summary>Where a page of a list by months goes on.</summary>
    public Month? AfterMonth()
    {
        if (After() is not { } cursor)
        {
            return null;
        }

        if (Domain.Month.TryParse(cursor, out var month))
        {
            return month;
        }

        BadCursor();
        return null;
    }

    /// <summary>Refuses parameters that the address takes, but not for this.</summary>
    public void Without(IEnumerable<string> names, string why) =>
        errors.AddRange(names.Where(http.Request.Query.ContainsKey).Select(name => new FieldError(name, "notHere", why)));

    public void BadCursor() => errors.Add(new FieldError("after", "cursor", "This is not a cursor of this list; take the address in next as it is."));

    private T? Parse<T>(string name, string rule, Func<string, T?> read)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (read(text) is { } value)
        {
            return value;
        }

        errors.Add(new FieldError(name, "format", rule));
        return null;
    }
}
