using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Coaching;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Coaching;

internal sealed record CoachingCallRow : CodedRow<CoachingCallView>
{
    public const string Subject = "coachingCall";

    public const string Columns = $"{CodedColumns}, Kind, Title, StartsAt, Minutes, TeamId, TeamCode, HostName, AgendaText, MinutesText, ActionsJson";

    public string Kind { get; init; } = "";

    public string Title { get; init; } = "";

    public DateTimeOffset StartsAt { get; init; }

    /// <summary>How long it lasts.</summary>
    public int Minutes { get; init; }

    public Guid? TeamId { get; init; }

    public string? TeamCode { get; init; }

    public string? HostName { get; init; }

    public string? AgendaText { get; init; }

    public string? MinutesText { get; init; }

    public string ActionsJson { get; init; } = "";

    public override CoachingCallView View => new()
    {
        Code = Code,
        Kind = EnumText.Parse<CallKind>(Kind),
        Title = Title,
        StartsAt = StartsAt,
        DurationMinutes = Minutes,
        Team = TeamCode,
        Host = HostName,
        Agenda = AgendaText,
        Minutes = MinutesText,
        Actions = StoredJson.Read<IReadOnlyList<AgreedAction>>(ActionsJson),
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutCoachingCallHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutCoachingCall, Outcome<Written<CoachingCallView>>>, IRequestHandler<WithdrawCoachingCall, Outcome<Written<CoachingCallView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {CoachingCallRow.Columns} FROM CoachingCall WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("CoachingCall", CoachingCallRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("CoachingCall", CoachingCallRow.Columns);

    internal static readonly SqlText LoadTeam = "SELECT t.Id, t.Code FROM Team t WHERE t.CollaborativeId = @collaborativeId AND t.CodeKey = @codeKey";

    public async Task<Outcome<Written<CoachingCallView>>> Handle(PutCoachingCall request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        var body = request.Body;
        var team = body.Team is { } code
            ? await session.First<TeamRef>(LoadTeam, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(code) }, cancellationToken)
            : null;
        if (body.Team is not null && team is null)
        {
            return Problem.Invalid([new FieldError("/team", "unknown", $"There is no team {body.Team} in this collaborative.")]);
        }

        var wanted = new CoachingCallRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = Code.KeyOf(request.Code),
            Kind = EnumText.Of(body.Kind!.Value),
            Title = body.Title!.Trim(),
            StartsAt = Clock.ToMillisecond(body.StartsAt!.Value),
            Minutes = body.DurationMinutes ?? PutCoachingCall.DefaultMinutes,
            TeamId = team?.Id,
            TeamCode = team?.Code,
            HostName = Shape.Tidy(body.Host),
            AgendaText = Shape.Tidy(body.Agenda),
            MinutesText = Shape.Tidy(body.Minutes),
            ActionsJson = StoredJson.Write(AgreedActions.Tidy(body.Actions)),
        };
        return await session.Put<CoachingCallRow, CoachingCallView>(
            new Change(request.Viewer, request.CollaborativeId, wanted.TeamId, CoachingCallRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<CoachingCallView>>> Handle(WithdrawCoachingCall request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        return await session.Withdraw<CoachingCallRow, CoachingCallView>(
            new Change(request.Viewer, request.CollaborativeId, current?.TeamId, CoachingCallRow.Subject, request.Preconditions, request.Reason),
            Update,
            current,
            clock,
            cancellationToken);
    }

    private static Task<CoachingCallRow?> Current(Session session, Guid collaborativeId, string code, CancellationToken cancellation) =>
        session.First<CoachingCallRow>(Load, new { collaborativeId, codeKey = Code.KeyOf(code) }, cancellation);

    private sealed record TeamRef
    {
        public Guid Id { get; init; }

        public string Code { get; init; } = "";
    }
}

internal sealed class ReadCoachingCallsHandler(IDatabase database)
    : IRequestHandler<GetCoachingCall, Outcome<CoachingCallView>>, IRequestHandler<ListCoachingCalls, Outcome<Page<CoachingCallView>>>
{
    /// <summary>What a coach says to one team is that team's work.</summary>
    private const string Visible =
        "(c.TeamId IS NULL OR @seesAllTeams = 1 OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @ownKey AND k.TeamId = c.TeamId))";

    internal static readonly SqlText Load =
        $"SELECT {VersionedSql.Of("c", CoachingCallRow.Columns)} FROM CoachingCall c WHERE c.CollaborativeId = @collaborativeId AND c.CodeKey = @codeKey AND c.IsWithdrawn = 0 AND {Visible}";

    internal static readonly SqlText List = new(
        $"SELECT {VersionedSql.Of("c", CoachingCallRow.Columns)} {From} ORDER BY c.StartsAt, c.CodeKey LIMIT @take",
        $"SELECT TOP (@take) {VersionedSql.Of("c", CoachingCallRow.Columns)} {From} ORDER BY c.StartsAt, c.CodeKey");

    private const string From =
        $"""
        FROM CoachingCall c
        WHERE c.CollaborativeId = @collaborativeId AND c.IsWithdrawn = 0 AND {Visible}
            AND (@kind IS NULL OR c.Kind = @kind)
            AND (@teamKey IS NULL OR EXISTS (SELECT 1 FROM Team t WHERE t.Id = c.TeamId AND t.CodeKey = @teamKey))
            AND (@fromAt IS NULL OR c.StartsAt >= @fromAt)
            AND (@toAt IS NULL OR c.StartsAt <= @toAt)
            AND (@afterAt IS NULL OR c.StartsAt > @afterAt OR (c.StartsAt = @afterAt AND c.CodeKey > @afterKey))
        """;

    public async Task<Outcome<CoachingCallView>> Handle(GetCoachingCall request, CancellationToken cancellationToken)
    {
        var (seesAllTeams, ownKey) = Sight(request.Viewer);
        return await database.Read(
            session => session.First<CoachingCallRow>(
                Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Code), seesAllTeams, ownKey }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;
    }

    public async Task<Outcome<Page<CoachingCallView>>> Handle(ListCoachingCalls request, CancellationToken cancellationToken)
    {
        var (seesAllTeams, ownKey) = Sight(request.Viewer);
        var rows = await database.Read(
            session => session.Query<CoachingCallRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    seesAllTeams,
                    ownKey,
                    kind = request.Kind is { } kind ? EnumText.Of(kind) : null,
                    teamKey = request.Team is { } team ? Code.KeyOf(team) : null,
                    fromAt = request.From,
                    toAt = request.To,
                    afterAt = request.After?.StartsAt,
                    afterKey = request.After?.CodeKey,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => $"{Binding.Text(row.StartsAt)} {row.CodeKey}");
    }

    /// <summary>Whether all teams are open to the viewer; otherwise those that its key is limited to.</summary>
    private static (bool SeesAllTeams, Guid? OwnKey) Sight(Viewer viewer) =>
        !AccessPolicy.IsRoleAllowed(viewer.Role, Operation.ReadTeamWork) ? (false, null)
        : viewer.IsLimitedToTeams ? (false, viewer.KeyId)
        : (true, null);
}
