using Collaborative.Domain.Access;
using Collaborative.Domain.Reporting;
using Collaborative.Domain.Reports;
using Collaborative.Domain.Rosters;

namespace Collaborative.Domain.Chase;

/// <summary>What the teams still owe of a month, and whom to ring about it.</summary>
/// <param name="Month">The last complete month unless given.</param>
public sealed record GetDueList(Viewer Viewer, Guid CollaborativeId, Month? Month) : IQuery<DueListView>;

public sealed record DueListView
{
    public required string Collaborative { get; init; }

    public required Month Month { get; init; }

    public required DateOnly DueOn { get; init; }

    /// <summary>How many days have passed since the due day; negative before it.</summary>
    public required int DaysOverdue { get; init; }

    /// <summary>Teams that take part in the month, those that owe nothing included.</summary>
    public required int Teams { get; init; }

    /// <summary>The teams that owe something, by code.</summary>
    public required IReadOnlyList<TeamDueView> Items { get; init; }
}

public sealed record TeamDueView
{
    public required string Team { get; init; }

    public required string Name { get; init; }

    /// <summary>Required measures of which nothing was submitted, or a draft only.</summary>
    public required IReadOnlyList<MissingMeasure> Measures { get; init; }

    /// <summary>Whether the monthly report is to come too; it is asked for once a collaborative has been launched.</summary>
    public required bool MonthlyReport { get; init; }

    /// <summary>What the team has said of it; null when nobody has heard.</summary>
    public ChaseContactView? Contact { get; init; }

    /// <summary>Days since the due day, or since the day that the team itself named.</summary>
    public required int DaysOverdue { get; init; }

    /// <summary>Whether reminders go out to it.</summary>
    public required bool Reminded { get; init; }

    /// <summary>Whom to ring: data leads, day-to-day leaders and senior leaders first.</summary>
    public required IReadOnlyList<DuePerson> People { get; init; }
}

public sealed record MissingMeasure(string Measure, string Name, ReportState State);

public sealed record DuePerson(string Member, string Name, IReadOnlyList<TeamRole> Roles, string? Email, string? Phone);

/// <summary>One team and what it owes of a month.</summary>
public sealed record TeamDue
{
    public required Guid TeamId { get; init; }

    public required string Code { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<MissingMeasure> Measures { get; init; }

    public required bool MonthlyReport { get; init; }

    public ChaseContactView? Contact { get; init; }

    public IReadOnlyList<RosterPerson> People { get; init; } = [];

    public bool OwesNothing => Measures.Count == 0 && !MonthlyReport;

    /// <summary>What is still to come, in words.</summary>
    public IReadOnlyList<string> Missing => [.. Measures.Select(measure => measure.Name), .. MonthlyReport ? ["the monthly report"] : Array.Empty<string>()];

    public TeamDueView View(DateOnly dueOn, DateOnly today) => new()
    {
        Team = Code,
        Name = Name,
        Measures = Measures,
        MonthlyReport = MonthlyReport,
        Contact = Contact,
        DaysOverdue = today.DayNumber - (Contact?.ExpectedBy ?? dueOn).DayNumber,
        Reminded = !ChaseSchedule.IsLetAlone(Contact, today) && ChaseSchedule.Recipients(People).Count > 0,
        People = [.. People.OrderBy(WhomFirst).Select(person => new DuePerson(person.Code, person.Name, person.Roles, person.Email, person.Phone))],
    };

    /// <summary>A monthly report is in once it is submitted; one that was returned is to come again.</summary>
    public static bool IsReportMissing(MonthlyReportState? state) => state is not (MonthlyReportState.Submitted or MonthlyReportState.Accepted);

    private static int WhomFirst(RosterPerson person) => person.Roles.Min(role => role switch
    {
        TeamRole.DataLead => 0,
        TeamRole.DayToDayLeader => 1,
        TeamRole.SeniorLeader => 2,
        _ => 3,
    });
}
