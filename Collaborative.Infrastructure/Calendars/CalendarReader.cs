using Collaborative.Domain;
using Collaborative.Domain.Calendars;
using Collaborative.Domain.Coaching;
using Collaborative.Domain.Collaboratives;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Calendars;

/// <summary>All that a collaborative's calendar is made of.</summary>
internal sealed record CalendarSources
{
    public required string Code { get; init; }

    public required CollaborativeState Collaborative { get; init; }

    public required Changed CollaborativeChanged { get; init; }

    /// <summary>As it was given, or else as the first learning session that is kept implies; null without either.</summary>
    public CalendarPlan? Plan { get; init; }

    public required Changed PlanChanged { get; init; }

    public required IReadOnlyList<CalendarEdit> Edits { get; init; }

    public required IReadOnlyList<HeldSession> Sessions { get; init; }

    public required IReadOnlyList<HeldCall> Calls { get; init; }

    public IReadOnlyList<CalendarItem> Items => CalendarItems.Of(Plan, PlanChanged, Collaborative, CollaborativeChanged, Edits, Sessions, Calls);
}

internal static class CalendarReader
{
    internal static readonly SqlText LoadPlan =
        """
        SELECT c.Code, c.Revision, c.Name, c.Topic, c.Aim, c.StartMonth, c.EndMonth, c.BaselineFrom, c.TimeZone, c.ReportDueDay, c.LockAfterDays, c.RecordedAt,
            p.FirstSessionDay, p.LearningSessions, p.SessionDays, p.MonthsBetweenSessions, p.MonthsToClosing, p.Revision AS PlanRevision, p.RecordedAt AS PlanRecordedAt
        FROM Collaborative c
        LEFT JOIN ProgrammeCalendar p ON p.CollaborativeId = c.Id
        WHERE c.Id = @collaborativeId
        """;

    // What was withdrawn too: it changed what it stood for. A call with one team is nobody else's business.
    internal static readonly SqlText LoadEntries =
        """
        SELECT 'edit' AS Origin, e.Code, e.CodeKey, e.Kind, e.Title, e.FirstDay, e.LastDay, CAST(NULL AS DATETIMEOFFSET(3)) AS StartsAt, NULL AS Minutes, NULL AS SessionNumber,
            e.IsRemoved, e.IsWithdrawn, e.Revision, e.RecordedAt
        FROM CalendarEvent e
        WHERE e.CollaborativeId = @collaborativeId
        UNION ALL
        SELECT 'session', s.Code, s.CodeKey, NULL, s.Title, s.FirstDay, s.LastDay, NULL, NULL, s.SessionNumber, s.IsWithdrawn, s.IsWithdrawn, s.Revision, s.RecordedAt
        FROM LearningSession s
        WHERE s.CollaborativeId = @collaborativeId
        UNION ALL
        SELECT 'call', c.Code, c.CodeKey, c.Kind, c.Title, NULL, NULL, c.StartsAt, c.Minutes, NULL, c.IsWithdrawn, c.IsWithdrawn, c.Revision, c.RecordedAt
        FROM CoachingCall c
        WHERE c.CollaborativeId = @collaborativeId AND c.IsWithdrawn = 0 AND c.TeamId IS NULL
        ORDER BY Origin, CodeKey
        """;

    public static async Task<CalendarSources> Load(Session session, Guid collaborativeId, CancellationToken cancellation)
    {
        var plan = (await session.First<PlanRow>(LoadPlan, new { collaborativeId }, cancellation))!;
        var entries = await session.Query<EntryRow>(LoadEntries, new { collaborativeId }, cancellation);
        var sessions = entries.Where(entry => entry is { Origin: "session", IsWithdrawn: false }).Select(entry => entry.Session).ToList();
        var first = sessions.Find(held => held.Number == 1);
        return new CalendarSources
        {
            Code = plan.Code,
            Collaborative = plan.State,
            CollaborativeChanged = new Changed(plan.Revision, plan.RecordedAt),
            Plan = plan.Plan ?? (first is null ? null : CalendarPlan.Starting(first.From)),
            PlanChanged = entries.Where(entry => entry.Origin == "session").Aggregate(plan.Changed, (sum, entry) => sum + entry.Changed),
            Edits = [.. entries.Where(entry => entry.Origin == "edit").Select(entry => entry.Edit)],
            Sessions = sessions,
            Calls = [.. entries.Where(entry => entry.Origin == "call").Select(entry => entry.Call)],
        };
    }

    private sealed record PlanRow : CollaborativeRow
    {
        public DateOnly? FirstSessionDay { get; init; }

        public int? LearningSessions { get; init; }

        public int? SessionDays { get; init; }

        public int? MonthsBetweenSessions { get; init; }

        public int? MonthsToClosing { get; init; }

        public int? PlanRevision { get; init; }

        public DateTimeOffset? PlanRecordedAt { get; init; }

        public CalendarPlan? Plan => FirstSessionDay is { } day
            ? new CalendarPlan(day, LearningSessions!.Value, SessionDays!.Value, MonthsBetweenSessions!.Value, MonthsToClosing!.Value)
            : null;

        public Changed Changed => PlanRevision is { } revision ? new Changed(revision, PlanRecordedAt!.Value) : default;
    }

    private sealed record EntryRow
    {
        public string Origin { get; init; } = "";

        public string Code { get; init; } = "";

        public string CodeKey { get; init; } = "";

        public string? Kind { get; init; }

        public string? Title { get; init; }

        public DateOnly? FirstDay { get; init; }

        public DateOnly? LastDay { get; init; }

        public DateTimeOffset? StartsAt { get; init; }

        public int? Minutes { get; init; }

        public int? SessionNumber { get; init; }

        public bool IsRemoved { get; init; }

        public bool IsWithdrawn { get; init; }

        public int Revision { get; init; }

        public DateTimeOffset RecordedAt { get; init; }

        public Changed Changed => new(Revision, RecordedAt);

        public CalendarEdit Edit => new(Code, CodeKey, Kind is null ? null : EnumText.Parse<CalendarKind>(Kind), Title, FirstDay, LastDay, IsRemoved, IsWithdrawn, Changed);

        public HeldSession Session => new(Code, SessionNumber!.Value, Title!, FirstDay!.Value, LastDay!.Value, Changed);

        public HeldCall Call => new(Code, EnumText.Parse<CallKind>(Kind!), Title!, StartsAt!.Value, Minutes!.Value, Changed);
    }
}
