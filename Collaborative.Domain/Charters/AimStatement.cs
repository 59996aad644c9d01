using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Collaborative.Domain.Charters;

/// <summary>An aim: the sentence that people read, and the three things that it must say.</summary>
public sealed record Aim
{
    public string? Statement { get; init; }

    /// <summary>How much, with a number: "by half", "to 5 per 1000 ventilator-days".</summary>
    public string? HowMuch { get; init; }

    /// <summary>By when: a month like 2026-12, or a date like 2026-12-31.</summary>
    public string? ByWhen { get; init; }

    /// <summary>For whom: the people, and where.</summary>
    public string? ForWhom { get; init; }
}

/// <summary>Says what an aim lacks: "some is not a number, soon is not a time" (Don Berwick, 100,000 Lives Campaign, 2004).</summary>
public static partial class AimStatement
{
    private const int MostQuoted = 40;

    private static readonly FrozenSet<string> NumberWords = new[]
    {
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
        "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand",
        "half", "halve", "halves", "halved", "halving", "third", "thirds", "quarter", "quarters", "double", "doubles", "doubled", "doubling", "triple", "twice",
        "all", "every", "none",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Months = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Where(name => name.Length > 0).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Words that name nobody in particular.</summary>
    private static readonly FrozenSet<string> Nobody = new[]
    {
        "some", "many", "most", "more", "all", "any", "people", "everyone", "everybody", "anyone", "somebody", "others", "us", "them", "the", "our", "of", "and", "as", "possible", "tbd",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything that is missing or vague, each with a sentence that says what to write; nothing when the aim is one.</summary>
    public static IReadOnlyList<FieldError> WhatIsMissing(Aim? aim)
    {
        if (aim is null)
        {
            return [new FieldError("/aim", "required", "Give the aim: how much, by when, for whom.")];
        }

        return new[] { HowMuch(aim.HowMuch), ByWhen(aim.ByWhen), ForWhom(aim.ForWhom), Statement(aim.Statement) }.OfType<FieldError>().ToList();
    }

    /// <summary>The last day of the month, or the date; null when it is neither.</summary>
    public static DateOnly? Deadline(string? byWhen) =>
        Month.TryParse(byWhen?.Trim(), out var month) ? month.LastDay
        : DateOnly.TryParseExact(byWhen?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date
        : null;

    private static FieldError? HowMuch(string? text) => (Shape.Tidy(text), HasNumber(text)) switch
    {
        (null, _) => new FieldError("/aim/howMuch", "required", "Say how much, with a number: “by half”, or “to 5 per 1000 ventilator-days”."),
        (var vague, false) => new FieldError("/aim/howMuch", "vague", $"{Quoted(vague)} is not a number. Say how much: “by half”, or “to 5 per 1000 ventilator-days”."),
        _ => null,
    };

    private static FieldError? ByWhen(string? text) => (Shape.Tidy(text), Deadline(text)) switch
    {
        (null, _) => new FieldError("/aim/byWhen", "required", "Say by when: a month like 2026-12, or a date like 2026-12-31."),
        (var vague, null) => new FieldError("/aim/byWhen", "vague", $"{Quoted(vague)} is not a time. Give a month like 2026-12, or a date like 2026-12-31."),
        _ => null,
    };

    private static FieldError? ForWhom(string? text) => Shape.Tidy(text) switch
    {
        null => new FieldError("/aim/forWhom", "required", "Say for whom: the people and the place, like “ventilated adults in our two ICUs”."),
        var vague when Words(vague).All(Nobody.Contains) =>
            new FieldError("/aim/forWhom", "vague", $"{Quoted(vague)} names nobody. Say for whom: the people and the place, like “ventilated adults in our two ICUs”."),
        _ => null,
    };

    private static FieldError? Statement(string? text)
    {
        if (Shape.Tidy(text) is not { } statement)
        {
            return new FieldError("/aim/statement", "required", "Write the aim as one sentence that says how much, by when and for whom.");
        }

        var withoutTimes = Times().Replace(statement, " ");
        return (HasNumber(withoutTimes), withoutTimes.Length != statement.Length || Words(statement).Any(Months.Contains)) switch
        {
            (false, false) => new FieldError("/aim/statement", "vague", "The sentence says neither how much nor by when. “Some” is not a number, “soon” is not a time."),
            (false, true) => new FieldError("/aim/statement", "vague", "The sentence does not say how much. “Some” is not a number: write it as in howMuch."),
            (true, false) => new FieldError("/aim/statement", "vague", "The sentence does not say by when. “Soon” is not a time: write the month or the date as in byWhen."),
            _ => null,
        };
    }

    private static bool HasNumber(string? text) => text is not null && (text.Any(char.IsAsciiDigit) || Words(text).Any(NumberWords.Contains));

    private static IEnumerable<string> Words(string text) => Word().Matches(text).Select(match => match.Value);

    private static string Quoted(string text) => text.Length > MostQuoted ? "This" : $"“{text}”";

    [GeneratedRegex(@"\p{L}+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    // Years, dates, and "within twelve months": their numbers say when, not how much.
    [GeneratedRegex(
        @"\b(19|2\d)\d\d(-\d\d){0,2}\b|\b(in|within|over|after)\s+(the\s+(next|first|coming)\s+)?(\w+\s+)?(days?|weeks?|months?|years?)\b|\b\d{1,2}(st|nd|rd|th)?\s+(January|February|March|April|May|June|July|August|September|October|November|December)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Times();
}
