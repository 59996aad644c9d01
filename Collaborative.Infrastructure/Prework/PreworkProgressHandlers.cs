using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Prework;
using Collaborative.Domain.Rosters;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Prework;

internal sealed record PreworkProgressRow : VersionedRow<PreworkProgressView>
{
    public const string Subject = "prework";

    public const string Columns = $"{VersionColumns}, ItemId, ItemCode, TeamId, State, SubmittedAt, Evidence, Note";

    public Guid ItemId { get; init; }

    public string ItemCode { get; init; } = "";

    public Guid TeamId { get; init; }

    public string State { get; init; } = "";

    public DateTimeOffset? SubmittedAt { get; init; }

    public string? Evidence { get; init; }

    public string? Note { get; init; }

    public override string AddressCode => ItemCode;

    public override PreworkProgressView View => new()
    {
        Item = ItemCode,
        State = EnumText.Parse<PreworkState>(State),
        SubmittedAt = SubmittedAt,
        Evidence = Evidence,
        Note = Note,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutPreworkProgressHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutPreworkProgress, Outcome<Written<PreworkProgressView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {PreworkProgressRow.Columns} FROM PreworkProgress WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND ItemId = @itemId";

    internal static readonly SqlText Insert = VersionedSql.Insert("PreworkProgress", PreworkProgressRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("PreworkProgress", PreworkProgressRow.Columns);

    public async Task<Outcome<Written<PreworkProgressView>>> Handle(PutPreworkProgress request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var item = await session.First<PreworkItemRow>(
            ReadPreworkItemsHandler.Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Item) }, cancellationToken);
        if (item is null)
        {
            return Problem.NotFound;
        }

        var current = await session.First<PreworkProgressRow>(
            Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, itemId = item.Id }, cancellationToken);
        var state = request.Body.State!.Value;
        var refusal = PreworkRules.Refusal(request.Viewer, current?.View.State ?? PreworkState.NotStarted, state);
        if (refusal is { Code: ProblemCode.Forbidden })
        {
            return refusal;
        }

        var wanted = new PreworkProgressRow
        {
            ItemId = item.Id,
            ItemCode = item.Code,
            TeamId = request.TeamId,
            State = EnumText.Of(state),
            SubmittedAt = PreworkRules.SubmittedAt(state, current?.SubmittedAt, clock.NowToMillisecond()),
            Evidence = Shape.Tidy(request.Body.Evidence),
            Note = Shape.Tidy(request.Body.Note),
        };
        return await session.Put<PreworkProgressRow, PreworkProgressView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, PreworkProgressRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => refusal);
    }
}

internal sealed class ReadPreworkHandler(IDatabase database, TimeProvider clock) :
    IRequestHandler<GetPreworkProgress, Outcome<PreworkProgressView>>,
    IRequestHandler<GetTeamPrework, Outcome<TeamPrework>>,
    IRequestHandler<ListPrework, Outcome<Page<TeamPrework>>>
{
    internal static readonly SqlText Load =
        $"""
        SELECT {VersionedSql.Of("p", PreworkProgressRow.Columns)}
        FROM PreworkProgress p
        JOIN PreworkItem i ON i.Id = p.ItemId
        WHERE p.CollaborativeId = @collaborativeId AND p.TeamId = @teamId AND i.CodeKey = @codeKey AND i.IsWithdrawn = 0
        """;

    /// <summary>The first session of a collaborative is the earliest: later numbers are later days.</summary>
    internal static readonly SqlText FirstSession =
        """
        SELECT c.TimeZone, (SELECT MIN(s.FirstDay) FROM LearningSession s WHERE s.CollaborativeId = c.Id AND s.IsWithdrawn = 0) AS FirstDay
        FROM Collaborative c
        WHERE c.Id = @collaborativeId
        """;

    internal static readonly SqlText OfTeam = $"{Standings} WHERE t.CollaborativeId = @collaborativeId AND t.Id = @teamId {Order}";

    internal static readonly SqlText OfTeams = new(
        $"{Standings} WHERE t.Id IN (SELECT o.Id {Teams} ORDER BY o.CodeKey LIMIT @take) {Order}",
        $"{Standings} WHERE t.Id IN (SELECT TOP (@take) o.Id {Teams} ORDER BY o.CodeKey) {Order}");

    private const string Standings =
        """
        SELECT t.Code AS TeamCode, t.CodeKey, i.Code AS ItemCode, i.Title, i.Kind, i.OwnerRole, i.DueOffsetDays, p.State, p.SubmittedAt
        FROM Team t
        LEFT JOIN PreworkItem i ON i.CollaborativeId = t.CollaborativeId AND i.IsWithdrawn = 0
        LEFT JOIN PreworkProgress p ON p.TeamId = t.Id AND p.ItemId = i.Id
        """;

    private const string Teams =
        """
        FROM Team o
        WHERE o.CollaborativeId = @collaborativeId AND o.CodeKey > @after AND (o.EnrolmentState IS NULL OR o.EnrolmentState NOT IN ('declined', 'withdrawn'))
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = o.Id))
        """;

    private const string Order = "ORDER BY t.CodeKey, i.DueOffsetDays, i.CodeKey";

    public async Task<Outcome<PreworkProgressView>> Handle(GetPreworkProgress request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<PreworkProgressRow>(
                Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, codeKey = Code.KeyOf(request.Item) }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<TeamPrework>> Handle(GetTeamPrework request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<TeamPrework>>(
            async session =>
            {
                var rows = await session.Query<StandingRow>(OfTeam, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId }, cancellationToken);
                return Sum(rows, await Session(session, request.CollaborativeId, cancellationToken));
            },
            cancellationToken);

    public async Task<Outcome<Page<TeamPrework>>> Handle(ListPrework request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<TeamPrework>>>(
            async session =>
            {
                var rows = await session.Query<StandingRow>(
                    OfTeams,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        after = request.AfterKey ?? "",
                        limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                var first = await Session(session, request.CollaborativeId, cancellationToken);
                var teams = rows.GroupBy(row => row.CodeKey).Select(team => team.ToList()).ToList();
                return Paging.Page(teams, request.Limit, team => Sum(team, first), team => team[0].CodeKey);
            },
            cancellationToken);

    private static async Task<SessionRow> Session(Session session, Guid collaborativeId, CancellationToken cancellation) =>
        (await session.First<SessionRow>(FirstSession, new { collaborativeId }, cancellation))!;

    private TeamPrework Sum(List<StandingRow> rows, SessionRow first) => PreworkRules.Sum(
        rows[0].TeamCode,
        [.. rows.Where(row => row.ItemCode is not null).Select(row => row.Standing)],
        first.FirstDay,
        ReportingCalendar.Today(first.TimeZone, clock.GetUtcNow()));

    private sealed record SessionRow
    {
        public string TimeZone { get; init; } = "";

        public DateOnly? FirstDay { get; init; }
    }

    private sealed record StandingRow
    {
        public string TeamCode { get; init; } = "";

        public string CodeKey { get; init; } = "";

        /// <summary>Null: nothing is asked.</summary>
        public string? ItemCode { get; init; }

        public string? Title { get; init; }

        public string? Kind { get; init; }

        public string? OwnerRole { get; init; }

        public int? DueOffsetDays { get; init; }

        public string? State { get; init; }

        public DateTimeOffset? SubmittedAt { get; init; }

        public PreworkStanding Standing => new(
            ItemCode!,
            Title!,
            EnumText.Parse<PreworkType>(Kind!),
            EnumText.Parse<TeamRole>(OwnerRole!),
            DueOffsetDays!.Value,
            State is null ? PreworkState.NotStarted : EnumText.Parse<PreworkState>(State),
            SubmittedAt);
    }
}
