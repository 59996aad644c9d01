using System.Globalization;

namespace Collaborative.Domain.Imports;

/// <summary>What to do with figures that are not of one calendar month.</summary>
public enum PeriodRule
{
    /// <summary>They are booked to the last month of their period, with a warning.</summary>
    LastMonth,

    /// <summary>They are refused: a year-to-date figure in a monthly chart hides change.</summary>
    MonthsOnly,

    /// <summary>All figures are of the year until the end of their month; each month's own are worked out from two of them.</summary>
    YearToDate,
}

/// <summary>How the periods of a partner's figures are read.</summary>
/// <param name="YearStartsIn">The first month, 1 to 12, of the year that figures to date are of.</param>
public sealed record PeriodReading(PeriodRule Rule, int YearStartsIn = 1)
{
    public static PeriodReading Usual { get; } = new(PeriodRule.LastMonth);
}

/// <summary>The month that a reported period belongs to.</summary>
public static class ReportedPeriod
{
    /// <summary>The same of dates as a document writes them.</summary>
    public static (Month? Month, Finding? Finding) Of(string? start, string? end, PeriodReading reading)
    {
        var (first, last) = (Day(start, isEnd: false), Day(end, isEnd: true));
        return first is null && start is not null ? (null, Error($"The measurement period starts on “{Shorten(start)}”, which is no date."))
            : last is null && end is not null ? (null, Error($"The measurement period ends on “{Shorten(end)}”, which is no date."))
            : Of(first, last, reading);
    }

    public static (Month? Month, Finding? Finding) Of(DateOnly? start, DateOnly? end, PeriodReading reading)
    {
        if (start is not { } first || end is not { } last)
        {
            return (null, Error($"The measurement period has no {(start is null ? "start" : "end")}."));
        }

        if (last < first || first.Year < 1900 || last.Year > 2999)
        {
            return (null, Error("The measurement period ends before it starts."));
        }

        if (reading.Rule == PeriodRule.YearToDate)
        {
            return UntilEndOf(first, last, reading.YearStartsIn);
        }

        var month = Month.Of(first);
        if (first.Day == 1 && last == month.LastDay)
        {
            return (month, null);
        }

        // Many systems, and HL7's own examples, give the first day of the next month as the end.
        if (first.Day == 1 && last == month.LastDay.AddDays(1))
        {
            return (month, new Finding("periodEnd", $"The period ends on {Text(last)}, the first day of the next month; the figures are taken for {month}."));
        }

        if (reading.Rule == PeriodRule.MonthsOnly)
        {
            return (null, Error($"The figures cover {Text(first)} to {Text(last)}, which is not one calendar month."));
        }

        var booked = last.Day == 1 && last > first ? Month.Of(last.AddDays(-1)) : Month.Of(last);
        return (booked, new Finding("notAMonth", $"The figures cover {Text(first)} to {Text(last)}, which is not one calendar month; they are taken for {booked}."));
    }

    private static (Month? Month, Finding? Finding) UntilEndOf(DateOnly first, DateOnly last, int yearStartsIn)
    {
        var month = last.Day == 1 && last > first ? Month.Of(last.AddDays(-1)) : Month.Of(last);
        var start = month.AddMonths(-((month.Number - yearStartsIn + 12) % 12)).FirstDay;
        return first == start && (last == month.LastDay || last == month.LastDay.AddDays(1))
            ? (month, null)
            : (null, Error($"The figures cover {Text(first)} to {Text(last)}. Those of this partner are of the year to date, which would be from {Text(start)} to {Text(month.LastDay)}."));
    }

    /// <summary>A FHIR date (2026, 2026-03, 2026-03-15 and whatever time follows) or an HL7 time stamp (20260315…): the local day that is written.</summary>
    /// <param name="isEnd">Whether a date that names only a year or a month means its last day.</param>
    public static DateOnly? Day(string? text, bool isEnd)
    {
        if (text is null)
        {
            return null;
        }

        var digits = text.AsSpan(0, Math.Min(text.Length, 10)).ToString().Replace("-", "", StringComparison.Ordinal);
        if (digits.Length is not (4 or 6 or >= 8) || !digits.AsSpan(0, Math.Min(digits.Length, 8)).ContainsOnlyDigits())
        {
            return null;
        }

        var year = Number(0, 4);
        if (year is < 1900 or > 2999)
        {
            return null;
        }

        var month = digits.Length > 4 ? Number(4, 2) : isEnd ? 12 : 1;
        if (month is < 1 or > 12)
        {
            return null;
        }

        var day = digits.Length > 6 ? Number(6, 2) : isEnd ? DateTime.DaysInMonth(year, month) : 1;
        return day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;

        int Number(int from, int length) => int.Parse(digits.AsSpan(from, length), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static string Shorten(string text) => text.Length > 40 ? text[..40] + "…" : text;

    private static Finding Error(string message) => new("period", message, IsError: true);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
