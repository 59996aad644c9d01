using Collaborative.Domain;
using Collaborative.Domain.LearningSessions;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.LearningSessions;

internal sealed record LearningSessionRow : CodedRow<LearningSessionView>
{
    public const string Subject = "learningSession";

    public const string Columns = $"{CodedColumns}, SessionNumber, Title, FirstDay, LastDay, Place, IsVirtual, ExpectedPerTeam, AgendaJson, QuestionsJson";

    public int SessionNumber { get; init; }

    public string Title { get; init; } = "";

    public DateOnly FirstDay { get; init; }

    public DateOnly LastDay { get; init; }

    public string? Place { get; init; }

    public bool IsVirtual { get; init; }

    public int ExpectedPerTeam { get; init; }

    public string AgendaJson { get; init; } = "";

    public string QuestionsJson { get; init; } = "";

    public SessionDates Dates => new(Code, SessionNumber, FirstDay, LastDay);

    public IReadOnlyList<EvaluationQuestion> Questions => StoredJson.Read<IReadOnlyList<EvaluationQuestion>>(QuestionsJson);

    public override LearningSessionView View => new()
    {
        Code = Code,
        Number = SessionNumber,
        Title = Title,
        FirstDay = FirstDay,
        LastDay = LastDay,
        Place = Place,
        Virtual = IsVirtual,
        ExpectedPerTeam = ExpectedPerTeam,
        Agenda = StoredJson.Read<IReadOnlyList<AgendaItem>>(AgendaJson),
        Questions = Questions,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutLearningSessionHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutLearningSession, Outcome<Written<LearningSessionView>>>, IRequestHandler<WithdrawLearningSession, Outcome<Written<LearningSessionView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {LearningSessionRow.Columns} FROM LearningSession WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("LearningSession", LearningSessionRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("LearningSession", LearningSessionRow.Columns);

    internal static readonly SqlText Others =
        $"SELECT {LearningSessionRow.Columns} FROM LearningSession WHERE CollaborativeId = @collaborativeId AND IsWithdrawn = 0 AND CodeKey <> @codeKey ORDER BY SessionNumber";

    /// <summary>The days on which somebody came.</summary>
    internal static readonly SqlText Attended =
        """
        SELECT MIN(h.OnDay) AS FirstDay, MAX(h.OnDay) AS LastDay
        FROM AttendanceSheet h
        WHERE h.CollaborativeId = @collaborativeId AND h.SessionId = @sessionId AND h.IsWithdrawn = 0
            AND EXISTS (SELECT 1 FROM SessionAttendance a WHERE a.SheetId = h.Id AND a.SheetRevision = h.Revision)
        """;

    public async Task<Outcome<Written<LearningSessionView>>> Handle(PutLearningSession request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        var others = await session.Query<LearningSessionRow>(Others, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Code) }, cancellationToken);
        var attended = await AttendedDays(session, request.CollaborativeId, current, cancellationToken);
        var body = request.Body;
        var wanted = new LearningSessionRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = Code.KeyOf(request.Code),
            SessionNumber = body.Number!.Value,
            Title = body.Title!.Trim(),
            FirstDay = body.FirstDay!.Value,
            LastDay = body.LastDay ?? body.FirstDay.Value,
            Place = Shape.Tidy(body.Place),
            IsVirtual = body.Virtual ?? false,
            ExpectedPerTeam = body.ExpectedPerTeam ?? SessionRules.DefaultPerTeam,
            AgendaJson = StoredJson.Write((body.Agenda ?? []).Select(item => item with { Title = item.Title!.Trim(), Lead = Shape.Tidy(item.Lead) })),
            QuestionsJson = StoredJson.Write((body.Questions ?? SessionRules.DefaultQuestions).Select(question => question with { Text = question.Text!.Trim() })),
        };
        return await session.Put<LearningSessionRow, LearningSessionView>(
            new Change(request.Viewer, request.CollaborativeId, null, LearningSessionRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => SessionRules.Refusal(others.Select(other => other.Dates), wanted.Dates) ?? AttendanceRefusal(wanted, attended));
    }

    public async Task<Outcome<Written<LearningSessionView>>> Handle(WithdrawLearningSession request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        var attended = await AttendedDays(session, request.CollaborativeId, current, cancellationToken);
        return await session.Withdraw<LearningSessionRow, LearningSessionView>(
            new Change(request.Viewer, request.CollaborativeId, null, LearningSessionRow.Subject, request.Preconditions, request.Reason),
            Update,
            current,
            clock,
            cancellationToken,
            () => AttendanceRefusal(null, attended));
    }

    private static Task<LearningSessionRow?> Current(Session session, Guid collaborativeId, string code, CancellationToken cancellation) =>
        session.First<LearningSessionRow>(Load, new { collaborativeId, codeKey = Code.KeyOf(code) }, cancellation);

    private static async Task<Days?> AttendedDays(Session session, Guid collaborativeId, LearningSessionRow? current, CancellationToken cancellation) =>
        current is null ? null : await session.First<Days>(Attended, new { collaborativeId, sessionId = current.Id }, cancellation);

    /// <summary>A session that people came to did take place, on the days on which they came.</summary>
    /// <param name="wanted">Null when the session is to be taken back.</param>
    private static Problem? AttendanceRefusal(LearningSessionRow? wanted, Days? attended) =>
        attended is { FirstDay: { } first, LastDay: { } last } && (wanted is null || first < wanted.FirstDay || last > wanted.LastDay)
            ? new Problem(
                ProblemCode.SessionAttended,
                $"People are noted down as present from {first:yyyy-MM-dd} to {last:yyyy-MM-dd}, so the session took place then. Correct the attendance first if it did not.")
            : null;

    private sealed record Days
    {
        public DateOnly? FirstDay { get; init; }

        public DateOnly? LastDay { get; init; }
    }
}

internal sealed class ReadLearningSessionsHandler(IDatabase database) :
    IRequestHandler<GetLearningSession, Outcome<LearningSessionView>>,
    IRequestHandler<ListLearningSessions, Outcome<Page<LearningSessionView>>>,
    IRequestHandler<ListActionPeriods, Outcome<ActionPeriods>>
{
    internal static readonly SqlText Load =
        $"SELECT {LearningSessionRow.Columns} FROM LearningSession WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {LearningSessionRow.Columns} {From} ORDER BY SessionNumber LIMIT @take",
        $"SELECT TOP (@take) {LearningSessionRow.Columns} {From} ORDER BY SessionNumber");

    private const string From = "FROM LearningSession WHERE CollaborativeId = @collaborativeId AND IsWithdrawn = 0 AND SessionNumber > @after";

    internal static readonly SqlText InOrder =
        $"SELECT {LearningSessionRow.Columns} FROM LearningSession WHERE CollaborativeId = @collaborativeId AND IsWithdrawn = 0 ORDER BY SessionNumber";

    internal static readonly SqlText LoadEnd = "SELECT c.EndMonth FROM Collaborative c WHERE c.Id = @collaborativeId";

    public async Task<Outcome<LearningSessionView>> Handle(GetLearningSession request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<LearningSessionRow>(Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Code) }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<LearningSessionView>>> Handle(ListLearningSessions request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<LearningSessionRow>(
                List, new { collaborativeId = request.CollaborativeId, after = request.AfterNumber, take = request.Limit + 1 }, cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.SessionNumber.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public async Task<Outcome<ActionPeriods>> Handle(ListActionPeriods request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<ActionPeriods>>(
            async session =>
            {
                var end = await session.First<Month>(LoadEnd, new { collaborativeId = request.CollaborativeId }, cancellationToken);
                var sessions = await session.Query<LearningSessionRow>(InOrder, new { collaborativeId = request.CollaborativeId }, cancellationToken);
                return new ActionPeriods([.. SessionRules.ActionPeriods(sessions.ConvertAll(row => row.Dates), end.LastDay)]);
            },
            cancellationToken);
}
