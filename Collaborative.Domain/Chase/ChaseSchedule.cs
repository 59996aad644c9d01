using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Rosters;

namespace Collaborative.Domain.Chase;

/// <summary>A reminder that falls on a day.</summary>
/// <param name="DayOffset">Days from the due day.</param>
public sealed record DueReminder(Month Month, int DayOffset, DateOnly DueOn);

/// <summary>Somebody on a team's roster.</summary>
public sealed record RosterPerson(Guid Id, string Code, string Name, IReadOnlyList<TeamRole> Roles, string? Email, string? Phone, bool IsOptedOut);

/// <summary>When the chase reminds whom of what.</summary>
public static class ChaseSchedule
{
    /// <summary>A week and a day before the due day, and the three days after it, in days from the due day.</summary>
    /// <remarks>The monthly cycle of senior-leader reports: Improving Chronic Illness Care, task list for collaboratives.</remarks>
    public static readonly IReadOnlyList<int> Offsets = [-7, -1, 1, 2, 3];

    /// <summary>From this hour, where the collaborative is, a day's reminders go out: nobody is written to at night.</summary>
    public const int MorningHour = 8;

    /// <summary>The reminders of a day, where the collaborative is.</summary>
    public static IEnumerable<DueReminder> On(DateOnly day, CollaborativeState collaborative)
    {
        var calendar = collaborative.Calendar;
        foreach (var offset in Offsets)
        {
            var due = day.AddDays(-offset);
            var month = Month.Of(due).AddMonths(-1);
            if (month >= collaborative.StartMonth && month <= collaborative.EndMonth && calendar.DueOn(month, collaborative.StartMonth) == due)
            {
                yield return new DueReminder(month, offset, due);
            }
        }
    }

    /// <summary>A team that has made contact is let alone until the day it named, or for good.</summary>
    public static bool IsLetAlone(ChaseContactView? contact, DateOnly day) => contact is not null && (contact.ExpectedBy is null || day <= contact.ExpectedBy);

    /// <summary>Whom to write to: data leads and day-to-day leaders; where there are none with an address, everybody on the team.</summary>
    public static IReadOnlyList<RosterPerson> Recipients(IEnumerable<RosterPerson> people)
    {
        var reachable = people.Where(person => person.Email is not null && !person.IsOptedOut).ToList();
        var leads = reachable.FindAll(person => person.Roles.Any(role => role is TeamRole.DataLead or TeamRole.DayToDayLeader));
        return leads.Count > 0 ? leads : reachable;
    }
}
