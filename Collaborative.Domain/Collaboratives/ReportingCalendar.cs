namespace Collaborative.Domain.Collaboratives;

/// <summary>When a month's figures are due and when the month is locked, in the collaborative's own time zone.</summary>
public sealed record ReportingCalendar(Month StartMonth, string TimeZone, int ReportDueDay, int? LockAfterDays)
{
    /// <summary>The day on which a month's figures are due: the due day of the following month, or that month's last day.</summary>
    /// <remarks>Baseline months, those before the team was enrolled or the collaborative began, are due with the first month after.</remarks>
    public DateOnly DueOn(Month month, Month enrolledFrom)
    {
        var next = Month.Max(month, Month.Max(StartMonth, enrolledFrom)).AddMonths(1);
        return new DateOnly(next.Year, next.Number, Math.Min(ReportDueDay, next.LastDay.Day));
    }

    /// <summary>A submission is on time when it was first submitted before the due day ended.</summary>
    public bool IsOnTime(Month month, Month enrolledFrom, DateTimeOffset firstSubmittedAt) =>
        firstSubmittedAt < EndOf(DueOn(month, enrolledFrom));

    /// <summary>The day after which only directors may write the month; null when months are never locked.</summary>
    public DateOnly? LockedAfter(Month month, Month enrolledFrom) =>
        LockAfterDays is { } days ? DueOn(month, enrolledFrom).AddDays(days) : null;

    public bool IsLocked(Month month, Month enrolledFrom, DateTimeOffset now) =>
        LockedAfter(month, enrolledFrom) is { } day && now >= EndOf(day);

    /// <summary>The day that it is now where the collaborative is.</summary>
    public DateOnly Today(DateTimeOffset now) => Today(TimeZone, now);

    public static DateOnly Today(string timeZone, DateTimeOffset now) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(timeZone)).DateTime);

    /// <summary>The month that is running now where the collaborative is.</summary>
    public Month CurrentMonth(DateTimeOffset now) => Month.Of(Today(now));

    /// <summary>When a day begins where the collaborative is, and when the next one does.</summary>
    public (DateTimeOffset From, DateTimeOffset To) SpanOf(DateOnly day) => (StartOf(day), EndOf(day));

    /// <summary>The instant at which a new month begins where the collaborative is, so that "the last complete month" changes.</summary>
    public DateTimeOffset NextMonthBegins(DateTimeOffset now) => StartOf(CurrentMonth(now).AddMonths(1).FirstDay);

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    private DateTimeOffset EndOf(DateOnly day) => StartOf(day.AddDays(1));

    private DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var zone = Zone;

        // Where the clocks go forward at midnight, the day begins at the first moment that exists.
        while (zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(15);
        }

        // Where they go back at midnight there are two, and the first one ends the day before.
        return new DateTimeOffset(midnight, zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight));
    }
}
