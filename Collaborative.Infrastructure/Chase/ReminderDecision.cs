using Collaborative.Domain.Chase;
using Collaborative.Domain.Stages;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Chase;

/// <summary>One message that is to go out.</summary>
internal sealed record PlannedReminder(DueReminder Due, TeamDue Team, RosterPerson Person)
{
    public ReminderText Text(string collaborative, string address) => ReminderText.Of(collaborative, Team.Name, Person.Name, Due, Team.Missing, address);
}

/// <summary>Whom to remind on a day: the same for the preview and for the outbox.</summary>
internal sealed record ReminderDecision(IReadOnlyList<PlannedReminder> Reminders, IReadOnlyList<SkippedTeam> Skipped)
{
    public static async Task<ReminderDecision> Make(Session session, CollaborativeRow collaborative, DateOnly day, CancellationToken cancellation)
    {
        var reminders = new List<PlannedReminder>();
        var skipped = new List<SkippedTeam>();
        foreach (var due in WhyNone(collaborative) is null ? ChaseSchedule.On(day, collaborative.State) : [])
        {
            foreach (var team in (await DueReader.Load(session, collaborative, due.Month, day, null, cancellation)).Where(team => !team.OwesNothing))
            {
                var recipients = ChaseSchedule.Recipients(team.People);
                if (ChaseSchedule.IsLetAlone(team.Contact, day))
                {
                    skipped.Add(new SkippedTeam(due.Month, due.DayOffset, team.Code, SkipReason.Contacted));
                }
                else if (recipients.Count == 0)
                {
                    skipped.Add(new SkippedTeam(due.Month, due.DayOffset, team.Code, SkipReason.Nobody));
                }
                else
                {
                    reminders.AddRange(recipients.Select(person => new PlannedReminder(due, team, person)));
                }
            }
        }

        return new ReminderDecision(reminders, skipped);
    }

    /// <summary>Nobody is reminded of what is over.</summary>
    public static string? WhyNone(CollaborativeRow collaborative) => EnumText.Parse<Stage>(collaborative.Status) switch
    {
        Stage.Closed => "Nothing is sent: the collaborative is closed.",
        Stage.Cancelled => "Nothing is sent: the collaborative was cancelled.",
        _ => null,
    };
}
