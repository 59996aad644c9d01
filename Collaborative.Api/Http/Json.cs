using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Collaborative.Domain;
using Microsoft.AspNetCore.Http.Features;

namespace Collaborative.Api.Http;

/// <summary>JSON as the API speaks it: camel case, enums by name, months like 2026-03, unknown and repeated members refused.</summary>
public static class Json
{
    public const string ContentType = "application/json";

    /// <summary>The size of a JSON body, as the API contract states it.</summary>
    public const int MostBytes = 1024 * 1024;

    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>Reads a JSON body, or says in a sentence what is wrong with it and where.</summary>
    public static async Task<Outcome<T>> Read<T>(HttpContext http)
        where T : class
    {
        if (!http.Request.HasJsonContentType())
        {
            return new Problem(ProblemCode.UnsupportedMediaType, "Send the body as JSON, with Content-Type: application/json.");
        }

        if (http.Request.ContentLength > MostBytes)
        {
            return new Problem(ProblemCode.TooLarge, "A JSON body may have at most 1 MB.");
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostBytes;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, Options, http.RequestAborted) is { } body
                ? body
                : Problem.Invalid([new FieldError("", "required", "The body is null; send an object.")]);
        }
        catch (JsonException exception)
        {
            return Problem.Invalid([Explain(exception)]);
        }
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            PropertyNameCaseInsensitive = false,
            NumberHandling = JsonNumberHandling.Strict,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = 32,
        };
        options.Converters.Add(new MonthConverter());
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new DateConverter());
        options.Converters.Add(new FiniteConverter());
        options.Converters.Add(new NameConverterFactory());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private static FieldError Explain(JsonException exception)
    {
        var pointer = Pointer(exception.Path);
        return exception switch
        {
            PlainSentenceException plain => new FieldError(pointer, "format", plain.Message),
            _ when exception.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal) =>
                new FieldError(pointer, "unknownMember", $"The member {Name(pointer)} is not known here; check its spelling."),
            _ when exception.Message.Contains("Duplicate", StringComparison.OrdinalIgnoreCase) =>
                new FieldError(pointer, "duplicateMember", $"The member {Name(pointer)} is given twice."),
            _ when exception.Message.Contains("could not be converted", StringComparison.Ordinal) =>
                new FieldError(pointer, "format", pointer.Length == 0 ? "The body must be a JSON object." : $"The value of {Name(pointer)} is not of the right kind."),
            _ => new FieldError(pointer, "malformed", string.Create(
                CultureInfo.InvariantCulture, $"The body is not well-formed JSON (line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}).")),
        };
    }

    private static string Name(string pointer) => pointer[(pointer.LastIndexOf('/') + 1)..];

    /// <summary>$.strata[0]['a.b'] becomes /strata/0/a.b (RFC 6901).</summary>
    private static string Pointer(string? path)
    {
        var pointer = new StringBuilder();
        for (var rest = (path ?? "$").AsSpan(1); !rest.IsEmpty;)
        {
            var quoted = rest.StartsWith("['");
            var start = quoted ? 2 : 1;
            var found = quoted ? rest[start..].IndexOf("']") : rest[0] == '[' ? rest[start..].IndexOf(']') : rest[start..].IndexOfAny('.', '[');
            var end = found < 0 ? rest.Length : start + found;
            pointer.Append('/').Append(rest[start..end].ToString().Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
            rest = rest[Math.Min(rest.Length, end + (quoted ? 2 : rest[0] == '[' ? 1 : 0))..];
        }

        return pointer.ToString();
    }

    /// <summary>A message of ours, fit to be shown.</summary>
    private sealed class PlainSentenceException(string message) : JsonException(message);

    private sealed class MonthConverter : JsonConverter<Month>
    {
        public override Month Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Month.TryParse(reader.GetString(), out var month)
                ? month
                : throw new PlainSentenceException("A month is written like 2026-03.");

        public override void Write(Utf8JsonWriter writer, Month value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Instants.TryRead(reader.GetString()!, out var instant)
                ? instant
                : throw new PlainSentenceException("An instant is written like 2026-03-15T09:30:00Z, or with its offset, like 2026-03-15T09:30:00+01:00.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Instants.Write(value));
    }

    private sealed class DateConverter : JsonConverter<DateOnly>
    {
        private const string Format = "yyyy-MM-dd";

        public override DateOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && DateOnly.TryParseExact(reader.GetString(), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw new PlainSentenceException("A date is written like 2026-03-15.");

        public override void Write(Utf8JsonWriter writer, DateOnly value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString(Format, CultureInfo.InvariantCulture));
    }

    /// <summary>Enumerations by their names in camel case, one name and nothing else.</summary>
    private sealed class NameConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter?)Activator.CreateInstance(typeof(NameConverter<>).MakeGenericType(typeToConvert));
    }

    private sealed class NameConverter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<string, T> ByName = Enum.GetValues<T>().ToDictionary(Naming.Of);

        private static readonly Dictionary<T, JsonEncodedText> ByValue = ByName.ToDictionary(pair => pair.Value, pair => JsonEncodedText.Encode(pair.Key));

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && ByName.TryGetValue(reader.GetString()!, out var value)
                ? value
                : throw new PlainSentenceException($"Choose one of {string.Join(", ", ByName.Keys)}.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(ByValue[value]);
    }

    /// <summary>Numbers that a double cannot hold are refused at the door, not stored as infinity.</summary>
    private sealed class FiniteConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType != JsonTokenType.Number ? throw new PlainSentenceException("Send a number, without quotation marks.")
            : reader.TryGetDouble(out var value) && double.IsFinite(value) ? value
            : throw new PlainSentenceException("This number is too large to keep.");

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}

public static class Instants
{
    /// <summary>RFC 3339 in UTC to the millisecond, the precision that is stored.</summary>
    public static string Write(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static bool TryRead(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out instant) && (text.EndsWith('Z') || text.Length > 6 && text[^6] is '+' or '-');
}
