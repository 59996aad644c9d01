namespace Collaborative.Domain;

/// <summary>The shape rules that many bodies share, each a sentence that says what to do.</summary>
public static class Shape
{
    public const int NameLength = 200;
    public const int TextLength = 4000;

    public static IEnumerable<FieldError> Code(string value, string pointer)
    {
        if (!Domain.Code.IsValid(value))
        {
            yield return new FieldError(pointer, "code", Domain.Code.Rule);
        }
    }

    public static IEnumerable<FieldError> Required(string? value, string pointer, string what, int length)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return [new FieldError(pointer, "required", $"Give {what}.")];
        }

        return Optional(value, pointer, length);
    }

    public static IEnumerable<FieldError> Optional(string? value, string pointer, int length)
    {
        if (value is null)
        {
            yield break;
        }

        if (value.Length > length)
        {
            yield return new FieldError(pointer, "tooLong", $"Keep this within {length} characters; it has {value.Length}.");
        }

        if (value.Any(IsForbidden))
        {
            yield return new FieldError(pointer, "characters", "Take out the control characters; only line breaks and tabs are allowed.");
        }
    }

    public static IEnumerable<FieldError> Given<T>(T? value, string pointer, string what)
        where T : struct
    {
        if (value is null)
        {
            yield return new FieldError(pointer, "required", $"Give {what}.");
        }
    }

    /// <summary>A day that a calendar month can hold; see <see cref="Month"/>.</summary>
    public static IEnumerable<FieldError> Day(DateOnly? day, string pointer)
    {
        if (day?.Year is < 1900 or > 2999)
        {
            yield return new FieldError(pointer, "range", "Give a day from 1900 to 2999.");
        }
    }

    public static IEnumerable<FieldError> IdempotencyKey(string? key) => key is { Length: 0 or > 255 }
        ? [new FieldError("Idempotency-Key", "length", "An Idempotency-Key has 1 to 255 characters.")]
        : [];

    /// <summary>Empty text means absent.</summary>
    public static string? Tidy(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    // Neither XML nor a spreadsheet takes these.
    private static bool IsForbidden(char c) => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is '\uFFFE' or '\uFFFF';
}
