using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Collaboratives;

/// <summary>What a look needs that has to know which day or month it is where the collaborative is.</summary>
internal record CalendarRow
{
    internal static readonly SqlText Load =
        "SELECT c.StartMonth, c.EndMonth, c.TimeZone, c.ReportDueDay, c.LockAfterDays FROM Collaborative c WHERE c.Id = @collaborativeId";

    public Month StartMonth { get; init; }

    public Month EndMonth { get; init; }

    public string TimeZone { get; init; } = "";

    public int ReportDueDay { get; init; }

    public int? LockAfterDays { get; init; }

    public ReportingCalendar Calendar => new(StartMonth, TimeZone, ReportDueDay, LockAfterDays);

    /// <summary>The policy has seen to it that the collaborative is there.</summary>
    public static async Task<CalendarRow> Read(Session session, Guid collaborativeId, CancellationToken cancellation) =>
        (await session.First<CalendarRow>(Load, new { collaborativeId }, cancellation))!;

    /// <summary>The last month that has ended, or that the collaborative has.</summary>
    public Month LastMonth(DateTimeOffset now) => Month.Min(EndMonth, Calendar.CurrentMonth(now).AddMonths(-1));
}
