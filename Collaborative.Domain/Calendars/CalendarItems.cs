using Collaborative.Domain.Coaching;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.LearningSessions;

namespace Collaborative.Domain.Calendars;

/// <summary>One entry of a collaborative's calendar.</summary>
public sealed record CalendarItem
{
    public required string Code { get; init; }

    public required CalendarKind Kind { get; init; }

    public required string Title { get; init; }

    public required DateOnly From { get; init; }

    /// <summary>The last day, which belongs to it.</summary>
    public required DateOnly To { get; init; }

    /// <summary>Of a call that is kept as such: when it begins.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    public int? Minutes { get; init; }

    public required CalendarSource Source { get; init; }

    /// <summary>Grows with every change of the entry.</summary>
    public required int Revision { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>How often something has changed, and when last; of two, both together.</summary>
public readonly record struct Changed(int Revision, DateTimeOffset At)
{
    public static Changed operator +(Changed a, Changed b) => new(a.Revision + b.Revision, a.At > b.At ? a.At : b.At);
}

/// <summary>What somebody changed in the default calendar, or put beside it.</summary>
/// <param name="IsWithdrawn">Taken back; it counts only in that the entry changed.</param>
public sealed record CalendarEdit(
    string Code, string CodeKey, CalendarKind? Kind, string? Title, DateOnly? From, DateOnly? To, bool IsRemoved, bool IsWithdrawn, Changed Changed);

/// <summary>A learning session that is kept as such; it takes the place of the default one of its number.</summary>
public sealed record HeldSession(string Code, int Number, string Title, DateOnly From, DateOnly To, Changed Changed);

/// <summary>A call that is kept as such; it takes the place of the default one of its kind and month.</summary>
public sealed record HeldCall(string Code, CallKind Kind, string Title, DateTimeOffset StartsAt, int Minutes, Changed Changed);

/// <summary>Makes one calendar of what is computed, what was edited, and what is kept elsewhere.</summary>
public static class CalendarItems
{
    public const string SessionPrefix = "session.";
    public const string CallPrefix = "call.";

    /// <param name="plan">Null while nobody has said when the first learning session is.</param>
    /// <param name="planChanged">How often the plan, and the sessions that it gives way to, have changed.</param>
    /// <param name="collaborativeChanged">How often the collaborative's own dates have changed.</param>
    public static IReadOnlyList<CalendarItem> Of(
        CalendarPlan? plan, Changed planChanged, CollaborativeState collaborative, Changed collaborativeChanged,
        IReadOnlyList<CalendarEdit> edits, IReadOnlyList<HeldSession> sessions, IReadOnlyList<HeldCall> calls)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(collaborative.TimeZone);
        var editsByKey = edits.ToDictionary(edit => edit.CodeKey);
        var items = new List<CalendarItem>();
        var learningSessions = sessions.Select(session => (session.Number, Item: Held(session))).ToList();
        foreach (var entry in plan is null ? [] : Defaults(plan, sessions, collaborative))
        {
            if (sessions.Any(session => session.Number == entry.Number) || calls.Any(call => IsInsteadOf(call, entry, zone)))
            {
                continue;
            }

            if (Edited(Default(entry, planChanged), editsByKey.GetValueOrDefault(entry.Code)) is { } item)
            {
                if (entry.Number is { } number)
                {
                    learningSessions.Add((number, item));
                }
                else
                {
                    items.Add(item);
                }
            }
        }

        var known = DefaultCodes(plan, sessions, collaborative);
        items.AddRange(edits.Where(edit => !known.Contains(edit.CodeKey)).Select(Added).OfType<CalendarItem>());
        items.AddRange(calls.Select(call => Held(call, zone)));
        items.AddRange(learningSessions.Select(session => session.Item));
        items.AddRange(Periods(learningSessions, items, edits.Aggregate(planChanged, (sum, edit) => sum + edit.Changed), collaborative).Select(period => Edited(period, editsByKey.GetValueOrDefault(period.Code))).OfType<CalendarItem>());
        items.AddRange(DueDays(collaborative, collaborativeChanged));
        return [.. items.OrderBy(item => item.From).ThenBy(item => item.StartsAt).ThenBy(item => item.To).ThenBy(item => item.Code, StringComparer.Ordinal)];
    }

    /// <summary>The codes that the calendar itself gives; whoever edits one of them changes that entry.</summary>
    public static IReadOnlySet<string> DefaultCodes(CalendarPlan? plan, IReadOnlyList<HeldSession> sessions, CollaborativeState collaborative)
    {
        var numbers = Enumerable.Range(1, plan?.LearningSessions ?? 0).Concat(sessions.Select(session => session.Number));
        return (plan is null ? [] : Defaults(plan, sessions, collaborative).Select(entry => entry.Code)).Concat(numbers.Select(DefaultCalendar.PeriodCode)).ToHashSet();
    }

    /// <summary>What follows from settings that are kept elsewhere is changed there.</summary>
    public static Problem? Fixed(string codeKey, IReadOnlyList<HeldSession> sessions, CollaborativeState collaborative)
    {
        if (Months(collaborative).Any(month => DefaultCalendar.DueCode(month) == codeKey))
        {
            return new Problem(ProblemCode.CalendarEventFixed, "Due days follow from the collaborative's reportDueDay; change it there.");
        }

        return sessions.FirstOrDefault(session => DefaultCalendar.SessionCode(session.Number) == codeKey) is { } held
            ? new Problem(ProblemCode.CalendarEventFixed, $"Learning session {held.Number} is kept as the session {held.Code}; change it there.")
            : null;
    }

    private static IEnumerable<DefaultEntry> Defaults(CalendarPlan plan, IReadOnlyList<HeldSession> sessions, CollaborativeState collaborative)
    {
        // Once the first session is fixed, the rest of the calendar hangs on it.
        var first = sessions.FirstOrDefault(session => session.Number == 1)?.From ?? plan.FirstSession;
        var calendar = collaborative.Calendar;
        return DefaultCalendar.Of(plan with { FirstSession = first })
            .Concat(Months(collaborative).SelectMany(month => DefaultCalendar.AfterDueDay(month, calendar.DueOn(month, collaborative.StartMonth))));
    }

    private static IEnumerable<Month> Months(CollaborativeState collaborative) =>
        Enumerable.Range(0, collaborative.EndMonth - collaborative.StartMonth + 1).Select(collaborative.StartMonth.AddMonths);

    private static IEnumerable<CalendarItem> DueDays(CollaborativeState collaborative, Changed changed)
    {
        foreach (var month in Months(collaborative))
        {
            var due = collaborative.Calendar.DueOn(month, collaborative.StartMonth);
            yield return new CalendarItem
            {
                Code = DefaultCalendar.DueCode(month),
                Kind = CalendarKind.ReportDue,
                Title = $"Figures of {month} due",
                From = due,
                To = due,
                Source = CalendarSource.Due,
                Revision = changed.Revision,
                ChangedAt = changed.At,
            };
        }
    }

    /// <summary>Between the sessions wherever they have gone, and after the last one until the closing congress.</summary>
    private static IEnumerable<CalendarItem> Periods(
        List<(int Number, CalendarItem Item)> learningSessions, IReadOnlyList<CalendarItem> others, Changed changed, CollaborativeState collaborative)
    {
        var end = others.FirstOrDefault(item => item.Code == DefaultCalendar.ClosingCode)?.From.AddDays(-1) ?? collaborative.EndMonth.LastDay;
        var ordered = learningSessions.OrderBy(session => session.Item.From).ThenBy(session => session.Number)
            .Select(session => new SessionDates(session.Item.Code, session.Number, session.Item.From, session.Item.To)).ToList();
        return SessionRules.ActionPeriods(ordered, end).Select(period => new CalendarItem
        {
            Code = DefaultCalendar.PeriodCode(period.Number),
            Kind = CalendarKind.ActionPeriod,
            Title = $"Action period {period.Number}",
            From = period.From,
            To = period.To,
            Source = CalendarSource.Default,
            Revision = changed.Revision,
            ChangedAt = changed.At,
        });
    }

    private static CalendarItem Default(DefaultEntry entry, Changed changed) => new()
    {
        Code = entry.Code,
        Kind = entry.Kind,
        Title = entry.Title,
        From = entry.From,
        To = entry.To,
        Source = CalendarSource.Default,
        Revision = changed.Revision,
        ChangedAt = changed.At,
    };

    /// <summary>The entry as it was edited; null where it was removed. One that is moved keeps its length.</summary>
    private static CalendarItem? Edited(CalendarItem item, CalendarEdit? edit)
    {
        if (edit is null)
        {
            return item;
        }

        var changed = new Changed(item.Revision, item.ChangedAt) + edit.Changed;
        var touched = item with { Revision = changed.Revision, ChangedAt = changed.At };
        if (edit.IsWithdrawn)
        {
            return touched;
        }

        var from = edit.From ?? item.From;
        var to = edit.To ?? from.AddDays(item.To.DayNumber - item.From.DayNumber);
        return edit.IsRemoved ? null : touched with
        {
            Title = edit.Title ?? item.Title,
            From = from,
            To = to < from ? from : to,
            Source = CalendarSource.Edited,
        };
    }

    private static CalendarItem? Added(CalendarEdit edit) => edit is { IsWithdrawn: false, IsRemoved: false, Kind: { } kind, Title: { } title, From: { } from }
        ? new CalendarItem
        {
            Code = edit.Code,
            Kind = kind,
            Title = title,
            From = from,
            To = edit.To ?? from,
            Source = CalendarSource.Edited,
            Revision = edit.Changed.Revision,
            ChangedAt = edit.Changed.At,
        }
        : null;

    private static CalendarItem Held(HeldSession session) => new()
    {
        Code = SessionPrefix + session.Code,
        Kind = CalendarKind.LearningSession,
        Title = session.Title,
        From = session.From,
        To = session.To,
        Source = CalendarSource.Session,
        Revision = session.Changed.Revision,
        ChangedAt = session.Changed.At,
    };

    private static CalendarItem Held(HeldCall call, TimeZoneInfo zone)
    {
        var day = DayOf(call.StartsAt, zone);
        return new CalendarItem
        {
            Code = CallPrefix + call.Code,
            Kind = CalendarKind.Call,
            Title = call.Title,
            From = day,
            To = day,
            StartsAt = call.StartsAt,
            Minutes = call.Minutes,
            Source = CalendarSource.Call,
            Revision = call.Changed.Revision,
            ChangedAt = call.Changed.At,
        };
    }

    private static bool IsInsteadOf(HeldCall call, DefaultEntry entry, TimeZoneInfo zone) =>
        entry.CallKind == call.Kind && Month.Of(DayOf(call.StartsAt, zone)) == Month.Of(entry.From);

    private static DateOnly DayOf(DateTimeOffset instant, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
}
