using Collaborative.Domain.Access;

namespace Collaborative.Domain.Calendars;

public sealed record CalendarPlanBody
{
    /// <summary>The first day of learning session 1.</summary>
    public DateOnly? FirstLearningSession { get; init; }

    /// <summary>How many there are; 3 unless given.</summary>
    public int? LearningSessions { get; init; }

    /// <summary>How long each is; 2 days unless given.</summary>
    public int? SessionDays { get; init; }

    /// <summary>4 unless given.</summary>
    public int? MonthsBetweenSessions { get; init; }

    /// <summary>From the first learning session to the closing congress; 12 unless given.</summary>
    public int? MonthsToClosing { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Says from what the default calendar is computed.</summary>
public sealed record PlanCalendar(Viewer Viewer, Guid CollaborativeId, CalendarPlanBody Body, Preconditions Preconditions) : ICommand<Written<CalendarPlanView>>, IHasShape
{
    private const int MostSessions = 20;
    private const int MostDays = 7;
    private const int MostMonths = 60;
    private const int EarliestYear = 1950;
    private const int LatestYear = 2900;

    public CalendarPlan Plan => new(
        Body.FirstLearningSession!.Value,
        Body.LearningSessions ?? CalendarPlan.DefaultLearningSessions,
        Body.SessionDays ?? CalendarPlan.DefaultSessionDays,
        Body.MonthsBetweenSessions ?? CalendarPlan.DefaultMonthsBetweenSessions,
        Body.MonthsToClosing ?? CalendarPlan.DefaultMonthsToClosing);

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Given(Body.FirstLearningSession, "/firstLearningSession", "the first day of the first learning session, like 2026-03-03"));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        foreach (var (value, pointer, most) in new[]
        {
            (Body.LearningSessions, "/learningSessions", MostSessions), (Body.SessionDays, "/sessionDays", MostDays),
            (Body.MonthsBetweenSessions, "/monthsBetweenSessions", MostMonths), (Body.MonthsToClosing, "/monthsToClosing", MostMonths),
        })
        {
            if (value < 1 || value > most)
            {
                errors.Add(new FieldError(pointer, "range", $"Give a number from 1 to {most}."));
            }
        }

        if (Body.FirstLearningSession is { } first && (first.Year < EarliestYear || first.Year > LatestYear))
        {
            errors.Add(new FieldError("/firstLearningSession", "range", "Check the year."));
        }

        if (errors.Count == 0 && Plan is var plan && (plan.LearningSessions - 1) * plan.MonthsBetweenSessions > plan.MonthsToClosing)
        {
            errors.Add(new FieldError("/monthsToClosing", "order", "The closing congress would come before the last learning session; give more months to it, or fewer between the sessions."));
        }

        return errors;
    }
}

public sealed record GetCalendarPlan(Viewer Viewer, Guid CollaborativeId) : IQuery<CalendarPlanView>;

public sealed record CalendarPlanView
{
    public required DateOnly FirstLearningSession { get; init; }

    public required int LearningSessions { get; init; }

    public required int SessionDays { get; init; }

    public required int MonthsBetweenSessions { get; init; }

    public required int MonthsToClosing { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>The calendar in order: what is computed, what was edited, sessions, calls and due days.</summary>
/// <param name="From">Only what lasts until this day or longer.</param>
/// <param name="To">Only what begins by this day.</param>
public sealed record GetCalendar(Viewer Viewer, Guid CollaborativeId, DateOnly? From, DateOnly? To) : IQuery<CalendarView>;

public sealed record CalendarView
{
    public required string Collaborative { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>Null while nobody has said when it is; then only sessions, calls, due days and what was added are there.</summary>
    public DateOnly? FirstLearningSession { get; init; }

    public required IReadOnlyList<CalendarItem> Items { get; init; }
}
