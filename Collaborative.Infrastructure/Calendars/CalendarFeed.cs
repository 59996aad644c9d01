using System.Text;
using Collaborative.Domain.Calendars;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;

namespace Collaborative.Infrastructure.Calendars;

/// <summary>Writes a calendar as programs read it: RFC 5545, with the names and the refresh interval of RFC 7986.</summary>
/// <remarks>No METHOD, so that DTSTAMP is when an entry last changed, and the same calendar is the same file.</remarks>
internal static class CalendarFeed
{
    private const string Product = "-//Collaborative//Calendar//EN";

    /// <summary>Twice a day is often enough for dates that are set weeks ahead.</summary>
    private const string RefreshEvery = "PT12H";

    public static byte[] Write(string name, Guid collaborativeId, IReadOnlyList<CalendarItem> items)
    {
        var calendar = new Calendar { ProductId = Product };
        calendar.AddProperty("NAME", name);
        calendar.AddProperty("X-WR-CALNAME", name);
        var refresh = new CalendarProperty("REFRESH-INTERVAL", RefreshEvery);
        refresh.Parameters.Set("VALUE", "DURATION");
        calendar.Properties.Add(refresh);
        calendar.AddProperty("X-PUBLISHED-TTL", RefreshEvery);
        foreach (var item in items)
        {
            calendar.Events.Add(Event(collaborativeId, item));
        }

        return Encoding.UTF8.GetBytes(new CalendarSerializer(calendar).SerializeToString()!);
    }

    private static CalendarEvent Event(Guid collaborativeId, CalendarItem item)
    {
        var written = new CalendarEvent
        {
            Uid = $"{item.Code.ToLowerInvariant()}.{collaborativeId:D}@collaborative",
            Summary = item.Title,
            DtStamp = Instant(item.ChangedAt),
            LastModified = Instant(item.ChangedAt),
            Sequence = item.Revision,
            Categories = [Category(item.Kind)],

            // Who has an action period or a due day is not busy all day.
            Transparency = item.Kind is CalendarKind.LearningSession or CalendarKind.Call or CalendarKind.Event ? TransparencyType.Opaque : TransparencyType.Transparent,
        };
        if (item.StartsAt is { } starts)
        {
            written.Start = Instant(starts);
            written.End = Instant(starts.AddMinutes(item.Minutes ?? 0));
        }
        else
        {
            // The end of a whole day is the day after, which does not belong to it.
            written.Start = Day(item.From);
            written.End = Day(item.To.AddDays(1));
        }

        return written;
    }

    private static string Category(CalendarKind kind) => kind switch
    {
        CalendarKind.LearningSession => "Learning session",
        CalendarKind.ActionPeriod => "Action period",
        CalendarKind.ReportDue => "Report due",
        _ => kind.ToString(),
    };

    private static CalDateTime Instant(DateTimeOffset instant) => new(instant.UtcDateTime);

    private static CalDateTime Day(DateOnly day) => new(day);
}
