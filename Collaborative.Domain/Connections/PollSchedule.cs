using System.Globalization;

namespace Collaborative.Domain.Connections;

/// <summary>When a connection is polled next. Slots that pass while nobody looks are not made up for: the next one is the next one.</summary>
public static class PollSchedule
{
    /// <param name="anchor">The instant from which everyMinutes is counted.</param>
    /// <returns>The first slot after the instant.</returns>
    public static DateTimeOffset Next(PollTimes times, TimeZoneInfo zone, DateTimeOffset anchor, DateTimeOffset after)
    {
        if (times.EveryMinutes is { } minutes)
        {
            var period = TimeSpan.FromMinutes(minutes);
            var passed = after < anchor ? 0 : ((after - anchor).Ticks / period.Ticks) + 1;
            return anchor + (period * passed) is var slot && slot > after ? slot : anchor + period;
        }

        TryTime(times.DailyAt!, out var time);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime);

        // The day before too: clocks that go back across midnight make one day end after the next has begun.
        for (var candidate = day.AddDays(-1); ; candidate = candidate.AddDays(1))
        {
            if (Instant(candidate.ToDateTime(time), zone) is var slot && slot > after)
            {
                return slot;
            }
        }
    }

    /// <summary>Reads a time of day like 06:30.</summary>
    public static bool TryTime(string text, out TimeOnly time) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>The instant of a local time: of two the first, and of one that the clocks leap over the moment at which they leap.</summary>
    private static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
        {
            var before = local.AddMinutes(-1);
            while (zone.IsInvalidTime(before))
            {
                before = before.AddMinutes(-1);
            }

            return new DateTimeOffset(before, zone.GetUtcOffset(before)).AddMinutes(1).ToUniversalTime();
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
