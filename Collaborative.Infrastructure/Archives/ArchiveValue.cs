using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Archives;

/// <summary>One value on its way: from a row of either engine, to JSON, and from JSON.</summary>
internal static class ArchiveValue
{
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private const string DayFormat = "yyyy-MM-dd";

    public static object? Read(DbDataReader row, int column, ColumnKind kind) => row.IsDBNull(column) ? null : kind switch
    {
        ColumnKind.Id => Binding.Guid(row.GetValue(column)),
        ColumnKind.Int => Convert.ToInt32(row.GetValue(column), CultureInfo.InvariantCulture),
        ColumnKind.Long => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture),
        ColumnKind.Real => row.GetDouble(column),
        ColumnKind.Flag => Convert.ToBoolean(row.GetValue(column), CultureInfo.InvariantCulture),
        ColumnKind.Instant => Binding.Instant(row.GetValue(column)),
        ColumnKind.Day => Binding.Date(row.GetValue(column)),
        ColumnKind.Month => Month.FromYyyymm(Convert.ToInt32(row.GetValue(column), CultureInfo.InvariantCulture)),
        _ => row.GetString(column),
    };

    public static void Write(Utf8JsonWriter json, object value, ColumnKind kind)
    {
        switch (value)
        {
            case Guid id:
                json.WriteStringValue(id);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case DateTimeOffset instant:
                json.WriteStringValue(Binding.Text(instant));
                break;
            case DateOnly day:
                json.WriteStringValue(Binding.Text(day));
                break;
            case Month month:
                json.WriteStringValue(month.ToString());
                break;
            case string document when kind == ColumnKind.Json:
                // As it is, character by character; only that a row is one line.
                json.WriteRawValue(document.Contains('\n', StringComparison.Ordinal) ? Compact(document) : document, skipInputValidation: true);
                break;
            default:
                json.WriteStringValue((string)value);
                break;
        }
    }

    /// <returns>False when it is not what the column holds.</returns>
    public static bool TryRead(JsonElement json, ArchiveColumn column, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
        {
            return column.IsNullable;
        }

        value = (column.Kind, json.ValueKind) switch
        {
            (ColumnKind.Id, JsonValueKind.String) => Guid.TryParseExact(Text(json), "D", out var id) ? id : null,
            (ColumnKind.Int, JsonValueKind.Number) => json.TryGetInt32(out var number) ? number : null,
            (ColumnKind.Long, JsonValueKind.Number) => json.TryGetInt64(out var number) ? number : null,
            (ColumnKind.Real, JsonValueKind.Number) => json.TryGetDouble(out var number) && double.IsFinite(number) ? number : null,
            (ColumnKind.Flag, JsonValueKind.True or JsonValueKind.False) => json.GetBoolean(),
            (ColumnKind.Instant, JsonValueKind.String) => DateTimeOffset.TryParseExact(
                Text(json), InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null,
            (ColumnKind.Day, JsonValueKind.String) => DateOnly.TryParseExact(Text(json), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
            (ColumnKind.Month, JsonValueKind.String) => Month.TryParse(Text(json), out var month) ? month : null,
            (ColumnKind.Json, JsonValueKind.Object or JsonValueKind.Array) => json.GetRawText(),
            (ColumnKind.Text, JsonValueKind.String) => Text(json) is { } text && !(text.Length > column.Length) && !text.Contains('\0', StringComparison.Ordinal) ? text : null,
            _ => null,
        };
        return value is not null;
    }

    /// <summary>Null for half of a surrogate pair, which is no text.</summary>
    private static string? Text(JsonElement json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Compact(string document)
    {
        using var parsed = JsonDocument.Parse(document);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            parsed.RootElement.WriteTo(json);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
