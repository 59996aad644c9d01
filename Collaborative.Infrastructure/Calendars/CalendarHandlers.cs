using Collaborative.Domain;
using Collaborative.Domain.Calendars;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Calendars;

internal sealed record PlanRow : VersionedRow<CalendarPlanView>
{
    public const string Subject = "calendar";

    public const string Columns = $"{VersionColumns}, FirstSessionDay, LearningSessions, SessionDays, MonthsBetweenSessions, MonthsToClosing";

    public DateOnly FirstSessionDay { get; init; }

    public int LearningSessions { get; init; }

    public int SessionDays { get; init; }

    public int MonthsBetweenSessions { get; init; }

    public int MonthsToClosing { get; init; }

    public override string AddressCode => "plan";

    public override CalendarPlanView View => new()
    {
        FirstLearningSession = FirstSessionDay,
        LearningSessions = LearningSessions,
        SessionDays = SessionDays,
        MonthsBetweenSessions = MonthsBetweenSessions,
        MonthsToClosing = MonthsToClosing,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed record EventRow : CodedRow<CalendarEventView>
{
    public const string Subject = "calendarEvent";

    public const string Columns = $"{CodedColumns}, Kind, Title, FirstDay, LastDay, IsRemoved";

    public string? Kind { get; init; }

    public string? Title { get; init; }

    public DateOnly? FirstDay { get; init; }

    public DateOnly? LastDay { get; init; }

    public bool IsRemoved { get; init; }

    public override CalendarEventView View => new()
    {
        Code = Code,
        Kind = Kind is null ? null : EnumText.Parse<CalendarKind>(Kind),
        Title = Title,
        From = FirstDay,
        To = LastDay,
        Removed = IsRemoved,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PlanCalendarHandler(UnitOfWork unitOfWork, TimeProvider clock) :
    IRequestHandler<PlanCalendar, Outcome<Written<CalendarPlanView>>>,
    IRequestHandler<PutCalendarEvent, Outcome<Written<CalendarEventView>>>,
    IRequestHandler<WithdrawCalendarEvent, Outcome<Written<CalendarEventView>>>
{
    internal static readonly SqlText LoadPlan = $"SELECT {PlanRow.Columns} FROM ProgrammeCalendar WHERE CollaborativeId = @collaborativeId";

    internal static readonly SqlText InsertPlan = VersionedSql.Insert("ProgrammeCalendar", PlanRow.Columns);

    internal static readonly SqlText UpdatePlan = VersionedSql.Update("ProgrammeCalendar", PlanRow.Columns);

    internal static readonly SqlText LoadEvent = $"SELECT {EventRow.Columns} FROM CalendarEvent WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey";

    internal static readonly SqlText InsertEvent = VersionedSql.Insert("CalendarEvent", EventRow.Columns);

    internal static readonly SqlText UpdateEvent = VersionedSql.Update("CalendarEvent", EventRow.Columns);

    public async Task<Outcome<Written<CalendarPlanView>>> Handle(PlanCalendar request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var plan = request.Plan;
        return await session.Put<PlanRow, CalendarPlanView>(
            new Change(request.Viewer, request.CollaborativeId, null, PlanRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            InsertPlan,
            UpdatePlan,
            await session.First<PlanRow>(LoadPlan, new { collaborativeId = request.CollaborativeId }, cancellationToken),
            new PlanRow
            {
                FirstSessionDay = plan.FirstSession,
                LearningSessions = plan.LearningSessions,
                SessionDays = plan.SessionDays,
                MonthsBetweenSessions = plan.MonthsBetweenSessions,
                MonthsToClosing = plan.MonthsToClosing,
            },
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<CalendarEventView>>> Handle(PutCalendarEvent request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var codeKey = Code.KeyOf(request.Code);
        var sources = await CalendarReader.Load(session, request.CollaborativeId, cancellationToken);
        var fixedElsewhere = CalendarItems.Fixed(codeKey, sources.Sessions, sources.Collaborative);
        if (fixedElsewhere is null
            && request.Errors(CalendarItems.DefaultCodes(sources.Plan, sources.Sessions, sources.Collaborative).Contains(codeKey)).ToList() is { Count: > 0 } errors)
        {
            return Problem.Invalid(errors);
        }

        var body = request.Body;
        var current = await session.First<EventRow>(LoadEvent, new { collaborativeId = request.CollaborativeId, codeKey }, cancellationToken);
        return await session.Put<EventRow, CalendarEventView>(
            new Change(request.Viewer, request.CollaborativeId, null, EventRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            InsertEvent,
            UpdateEvent,
            current,
            new EventRow
            {
                Code = current?.Code ?? request.Code,
                CodeKey = codeKey,
                Kind = body.Kind is { } kind ? EnumText.Of(kind) : null,
                Title = Shape.Tidy(body.Title),
                FirstDay = body.From,
                LastDay = body.To,
                IsRemoved = body.Removed == true,
            },
            clock,
            cancellationToken,
            () => fixedElsewhere);
    }

    public async Task<Outcome<Written<CalendarEventView>>> Handle(WithdrawCalendarEvent request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<EventRow, CalendarEventView>(
            new Change(request.Viewer, request.CollaborativeId, null, EventRow.Subject, request.Preconditions, request.Reason),
            UpdateEvent,
            await session.First<EventRow>(LoadEvent, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Code) }, cancellationToken),
            clock,
            cancellationToken);
    }
}

internal sealed class ReadCalendarHandler(IDatabase database) :
    IRequestHandler<GetCalendarPlan, Outcome<CalendarPlanView>>,
    IRequestHandler<GetCalendar, Outcome<CalendarView>>,
    IRequestHandler<GetCalendarEvent, Outcome<CalendarEventView>>,
    IRequestHandler<ListCalendarEvents, Outcome<Page<CalendarEventView>>>
{
    internal static readonly SqlText LoadEvent = $"SELECT {EventRow.Columns} FROM CalendarEvent WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText ListEvents = new(
        $"SELECT {EventRow.Columns} {EventsFrom} ORDER BY CodeKey LIMIT @take",
        $"SELECT TOP (@take) {EventRow.Columns} {EventsFrom} ORDER BY CodeKey");

    private const string EventsFrom = "FROM CalendarEvent WHERE CollaborativeId = @collaborativeId AND IsWithdrawn = 0 AND CodeKey > @after";

    public async Task<Outcome<CalendarPlanView>> Handle(GetCalendarPlan request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<PlanRow>(PlanCalendarHandler.LoadPlan, new { collaborativeId = request.CollaborativeId }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<CalendarView>> Handle(GetCalendar request, CancellationToken cancellationToken)
    {
        var sources = await database.Read(session => CalendarReader.Load(session, request.CollaborativeId, cancellationToken), cancellationToken);
        return new CalendarView
        {
            Collaborative = sources.Code,
            TimeZone = sources.Collaborative.TimeZone,
            FirstLearningSession = sources.Sessions.FirstOrDefault(held => held.Number == 1)?.From ?? sources.Plan?.FirstSession,
            Items = [.. sources.Items.Where(item => !(item.To < request.From) && !(item.From > request.To))],
        };
    }

    public async Task<Outcome<CalendarEventView>> Handle(GetCalendarEvent request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<EventRow>(LoadEvent, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Code) }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<CalendarEventView>>> Handle(ListCalendarEvents request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<EventRow>(
                ListEvents, new { collaborativeId = request.CollaborativeId, after = request.AfterKey ?? "", take = request.Limit + 1 }, cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }
}
