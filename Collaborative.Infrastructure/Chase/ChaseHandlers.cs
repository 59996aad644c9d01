using Collaborative.Domain;
using Collaborative.Domain.Chase;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Chase;

internal sealed record ChaseContactRow : VersionedRow<ChaseContactView>
{
    public const string Subject = "chaseContact";

    public const string Columns = $"{VersionColumns}, TeamId, ReportMonth, ContactedOn, ExpectedDay, Note";

    public Guid TeamId { get; init; }

    public Month ReportMonth { get; init; }

    public DateOnly ContactedOn { get; init; }

    public DateOnly? ExpectedDay { get; init; }

    public string? Note { get; init; }

    public override string AddressCode => ReportMonth.ToString();

    public override ChaseContactView View => new()
    {
        Month = ReportMonth,
        ContactedOn = ContactedOn,
        ExpectedBy = ExpectedDay,
        Note = Note,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutChaseContactHandler(UnitOfWork unitOfWork, TimeProvider clock) :
    IRequestHandler<PutChaseContact, Outcome<Written<ChaseContactView>>>,
    IRequestHandler<WithdrawChaseContact, Outcome<Written<ChaseContactView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {ChaseContactRow.Columns} FROM ChaseContact WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND ReportMonth = @month";

    internal static readonly SqlText Insert = VersionedSql.Insert("ChaseContact", ChaseContactRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("ChaseContact", ChaseContactRow.Columns);

    public async Task<Outcome<Written<ChaseContactView>>> Handle(PutChaseContact request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Put<ChaseContactRow, ChaseContactView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, ChaseContactRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            await Current(session, request.CollaborativeId, request.TeamId, request.Month, cancellationToken),
            new ChaseContactRow
            {
                TeamId = request.TeamId,
                ReportMonth = request.Month,
                ContactedOn = request.Body.ContactedOn!.Value,
                ExpectedDay = request.Body.ExpectedBy,
                Note = Shape.Tidy(request.Body.Note),
            },
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<ChaseContactView>>> Handle(WithdrawChaseContact request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<ChaseContactRow, ChaseContactView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, ChaseContactRow.Subject, request.Preconditions, request.Reason),
            Update,
            await Current(session, request.CollaborativeId, request.TeamId, request.Month, cancellationToken),
            clock,
            cancellationToken);
    }

    private static Task<ChaseContactRow?> Current(Session session, Guid collaborativeId, Guid teamId, Month month, CancellationToken cancellation) =>
        session.First<ChaseContactRow>(Load, new { collaborativeId, teamId, month }, cancellation);
}

internal sealed class ReadChaseHandler(IDatabase database, ReminderSettings settings, TimeProvider clock) :
    IRequestHandler<GetChaseContact, Outcome<ChaseContactView>>,
    IRequestHandler<GetDueList, Outcome<DueListView>>,
    IRequestHandler<PreviewReminders, Outcome<ReminderPreview>>,
    IRequestHandler<ListReminders, Outcome<Page<ReminderView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {ChaseContactRow.Columns} FROM ChaseContact WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND ReportMonth = @month AND IsWithdrawn = 0";

    private const string ListColumns =
        "r.Id, r.Kind, r.ReportMonth, r.DayOffset, t.Code AS Team, p.Code AS Member, r.RecipientName, r.RecipientEmail, r.SubjectText, r.State, r.Attempts, r.CreatedAt, r.EndedAt, r.Failure";

    private const string ListFrom =
        """
        FROM ReminderMessage r
        JOIN Team t ON t.Id = r.TeamId
        JOIN TeamMember p ON p.Id = r.MemberId
        WHERE r.CollaborativeId = @collaborativeId AND (@kind IS NULL OR r.Kind = @kind) AND (@state IS NULL OR r.State = @state) AND (@month IS NULL OR r.ReportMonth = @month)
            AND (@beforeAt IS NULL OR r.CreatedAt < @beforeAt OR (r.CreatedAt = @beforeAt AND r.Id < @beforeId))
        ORDER BY r.CreatedAt DESC, r.Id DESC
        """;

    internal static readonly SqlText List = new($"SELECT {ListColumns} {ListFrom} LIMIT @take", $"SELECT TOP (@take) {ListColumns} {ListFrom}");

    public async Task<Outcome<ChaseContactView>> Handle(GetChaseContact request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<ChaseContactRow>(
                Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, month = request.Month }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<DueListView>> Handle(GetDueList request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<DueListView>>(
            async session =>
            {
                var collaborative = (await session.First<CollaborativeRow>(GetCollaborativeHandler.Load, new { collaborativeId = request.CollaborativeId }, cancellationToken))!;
                var (state, now) = (collaborative.State, clock.GetUtcNow());
                var today = state.Calendar.Today(now);
                var month = request.Month ?? Month.Min(state.EndMonth, state.Calendar.CurrentMonth(now).AddMonths(-1));
                var dueOn = state.Calendar.DueOn(month, state.StartMonth);
                var teams = await DueReader.Load(
                    session, collaborative, month, today, request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : null, cancellationToken);
                return new DueListView
                {
                    Collaborative = collaborative.Code,
                    Month = month,
                    DueOn = dueOn,
                    DaysOverdue = today.DayNumber - dueOn.DayNumber,
                    Teams = teams.Count,
                    Items = [.. teams.Where(team => !team.OwesNothing).Select(team => team.View(dueOn, today))],
                };
            },
            cancellationToken);

    public async Task<Outcome<ReminderPreview>> Handle(PreviewReminders request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<ReminderPreview>>(
            async session =>
            {
                var collaborative = (await session.First<CollaborativeRow>(GetCollaborativeHandler.Load, new { collaborativeId = request.CollaborativeId }, cancellationToken))!;
                var day = request.On ?? collaborative.State.Calendar.Today(clock.GetUtcNow());
                var decision = await ReminderDecision.Make(session, collaborative, day, cancellationToken);
                return new ReminderPreview
                {
                    On = day,
                    Channel = settings.Channel,
                    Note = settings.Channel == ReminderChannel.None
                        ? "Nothing is sent: neither Reminders:Smtp:Host nor Reminders:Webhook:Url is configured."
                        : ReminderDecision.WhyNone(collaborative),
                    Items =
                    [
                        .. decision.Reminders.Select(reminder =>
                        {
                            var text = reminder.Text(collaborative.Name, settings.Address);
                            return new PreviewedReminder(
                                reminder.Due.Month, reminder.Due.DayOffset, reminder.Team.Code, reminder.Person.Code, reminder.Person.Name, reminder.Person.Email!, text.Subject, ReminderText.WithOptOut(text.Body, settings.OptOutAddress("…")));
                        }),
                    ],
                    Skipped = decision.Skipped,
                };
            },
            cancellationToken);

    public async Task<Outcome<Page<ReminderView>>> Handle(ListReminders request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<ReminderListRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    kind = request.Kind is { } kind ? EnumText.Of(kind) : null,
                    state = request.State is { } state ? EnumText.Of(state) : null,
                    month = request.Month,
                    beforeAt = request.After?.CreatedAt,
                    beforeId = request.After?.Id,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => $"{row.CreatedAt.UtcTicks} {row.Id:D}");
    }

    private sealed record ReminderListRow
    {
        public Guid Id { get; init; }

        public string Kind { get; init; } = "";

        public Month? ReportMonth { get; init; }

        public int? DayOffset { get; init; }

        public string Team { get; init; } = "";

        public string Member { get; init; } = "";

        public string RecipientName { get; init; } = "";

        public string RecipientEmail { get; init; } = "";

        public string SubjectText { get; init; } = "";

        public string State { get; init; } = "";

        public int Attempts { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset? EndedAt { get; init; }

        public string? Failure { get; init; }

        public ReminderView View => new()
        {
            Id = Id,
            Kind = EnumText.Parse<MessageKind>(Kind),
            Month = ReportMonth,
            DayOffset = DayOffset,
            Team = Team,
            Member = Member,
            Name = RecipientName,
            Email = RecipientEmail,
            Subject = SubjectText,
            State = EnumText.Parse<ReminderState>(State),
            Attempts = Attempts,
            CreatedAt = CreatedAt,
            EndedAt = EndedAt,
            Failure = Failure,
        };
    }
}
