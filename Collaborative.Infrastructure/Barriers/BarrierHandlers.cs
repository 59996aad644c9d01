using Collaborative.Domain;
using Collaborative.Domain.Barriers;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Barriers;

internal sealed record BarrierRow : CodedRow<BarrierView>
{
    public const string Subject = "barrier";

    public const string Columns =
        $"{CodedColumns}, TeamId, TeamCode, TeamKey, Description, MeasureCode, PdsaCode, AtLevel, ReachedOn, OwnerName, RequestedHelp, RaisedOn, State, Resolution, ResolvedOn, "
        + "EscalationsJson";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public string TeamKey { get; init; } = "";

    public string Description { get; init; } = "";

    public string? MeasureCode { get; init; }

    public string? PdsaCode { get; init; }

    public string AtLevel { get; init; } = "";

    /// <summary>The day on which it came to its level.</summary>
    public DateOnly ReachedOn { get; init; }

    public string OwnerName { get; init; } = "";

    public string? RequestedHelp { get; init; }

    public DateOnly RaisedOn { get; init; }

    public string State { get; init; } = "";

    public string? Resolution { get; init; }

    public DateOnly? ResolvedOn { get; init; }

    public string EscalationsJson { get; init; } = "[]";

    public BarrierLevel LevelValue => EnumText.Parse<BarrierLevel>(AtLevel);

    public IReadOnlyList<Escalation> Escalations => StoredJson.Read<List<Escalation>>(EscalationsJson);

    public override BarrierView View => new()
    {
        Team = TeamCode,
        Code = Code,
        Description = Description,
        Affects = MeasureCode is null && PdsaCode is null ? null : new BarrierAffects(MeasureCode, PdsaCode),
        Level = LevelValue,
        Owner = OwnerName,
        RequestedHelp = RequestedHelp,
        RaisedOn = RaisedOn,
        State = EnumText.Parse<BarrierState>(State),
        Resolution = Resolution,
        ResolvedOn = ResolvedOn,
        Escalations = Escalations,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };

    public BarrierView ViewOn(DateOnly today) => View with { Age = BarrierRules.Age(RaisedOn, ReachedOn, ResolvedOn, today) };
}

internal sealed class PutBarrierHandler(UnitOfWork unitOfWork, TimeProvider clock) :
    IRequestHandler<PutBarrier, Outcome<Written<BarrierView>>>,
    IRequestHandler<WithdrawBarrier, Outcome<Written<BarrierView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {BarrierRow.Columns} FROM Barrier WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("Barrier", BarrierRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("Barrier", BarrierRow.Columns);

    internal static readonly SqlText LoadMeasure = "SELECT m.Code FROM Measure m WHERE m.CollaborativeId = @collaborativeId AND m.CodeKey = @codeKey";

    internal static readonly SqlText LoadCycle =
        "SELECT p.Code FROM PdsaCycle p WHERE p.CollaborativeId = @collaborativeId AND p.TeamId = @teamId AND p.CodeKey = @codeKey AND p.IsWithdrawn = 0";

    public async Task<Outcome<Written<BarrierView>>> Handle(PutBarrier request, CancellationToken cancellationToken)
    {
        var (session, body) = (unitOfWork.Session, request.Body);
        await session.Hold(request.CollaborativeId, cancellationToken);
        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken);
        var present = current is { IsWithdrawn: false } ? current : null;
        var now = clock.NowToMillisecond();
        var today = context.Collaborative.Calendar.Today(now);
        var measure = await Find(session, LoadMeasure, request, body.Affects?.Measure, cancellationToken);
        var cycle = await Find(session, LoadCycle, request, body.Affects?.Pdsa, cancellationToken);
        if (Errors(body, measure, cycle, today) is { Count: > 0 } errors)
        {
            return Problem.Invalid(errors);
        }

        var reason = Shape.Tidy(body.Reason);
        var level = body.Level ?? present?.LevelValue ?? BarrierLevel.Team;
        var raisedOn = body.RaisedOn ?? present?.RaisedOn ?? today;
        var isResolved = body.State == BarrierState.Resolved;
        var moves = present?.Escalations ?? [];
        var isMoving = present is not null && present.LevelValue != level;
        var wanted = new BarrierRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = Code.KeyOf(request.Code),
            TeamId = request.TeamId,
            TeamCode = context.Code,
            TeamKey = context.CodeKey,
            Description = body.Description!.Trim(),
            MeasureCode = measure,
            PdsaCode = cycle,
            AtLevel = EnumText.Of(level),
            ReachedOn = isMoving ? today : moves.Count > 0 ? present!.ReachedOn : raisedOn,
            OwnerName = body.Owner!.Trim(),
            RequestedHelp = Shape.Tidy(body.RequestedHelp),
            RaisedOn = raisedOn,
            State = EnumText.Of(isResolved ? BarrierState.Resolved : BarrierState.Open),
            Resolution = Shape.Tidy(body.Resolution),
            ResolvedOn = isResolved ? present?.ResolvedOn ?? today : null,
            EscalationsJson = isMoving && reason is not null
                ? StoredJson.Write<IEnumerable<Escalation>>([.. moves, new Escalation(present!.LevelValue, level, reason, now, request.Viewer.Name)])
                : present?.EscalationsJson ?? "[]",
        };
        var written = await session.Put<BarrierRow, BarrierView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, BarrierRow.Subject, request.Preconditions, reason),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => SubmissionRules.ClosedRefusal(context.Status) ?? BarrierRules.Refusal(present?.LevelValue, level, reason));
        return written.IsRefused
            ? written
            : written.Value with { Value = written.Value.Value with { Age = BarrierRules.Age(wanted.RaisedOn, wanted.ReachedOn, wanted.ResolvedOn, today) } };
    }

    public async Task<Outcome<Written<BarrierView>>> Handle(WithdrawBarrier request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<BarrierRow, BarrierView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, BarrierRow.Subject, request.Preconditions, request.Reason),
            Update,
            await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken),
            clock,
            cancellationToken);
    }

    private static List<FieldError> Errors(BarrierBody body, string? measure, string? cycle, DateOnly today)
    {
        var errors = new List<FieldError>();
        if (body.Affects?.Measure is { } measureCode && measure is null)
        {
            errors.Add(new FieldError("/affects/measure", "unknown", $"There is no measure {measureCode} in this collaborative."));
        }

        if (body.Affects?.Pdsa is { } cycleCode && cycle is null)
        {
            errors.Add(new FieldError("/affects/pdsa", "unknown", $"The team has no PDSA cycle {cycleCode}."));
        }

        if (body.RaisedOn > today)
        {
            errors.Add(new FieldError("/raisedOn", "future", "A barrier cannot have been raised after today."));
        }

        return errors;
    }

    private static async Task<string?> Find(Session session, SqlText statement, PutBarrier request, string? code, CancellationToken cancellation) => code is null
        ? null
        : await session.First<string>(statement, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, codeKey = Code.KeyOf(code) }, cancellation);

    private static Task<BarrierRow?> Current(Session session, Guid collaborativeId, Guid teamId, string code, CancellationToken cancellation) =>
        session.First<BarrierRow>(Load, new { collaborativeId, teamId, codeKey = Code.KeyOf(code) }, cancellation);
}

internal sealed class ReadBarriersHandler(IDatabase database, TimeProvider clock) :
    IRequestHandler<GetBarrier, Outcome<BarrierView>>,
    IRequestHandler<ListBarriers, Outcome<Page<BarrierView>>>
{
    private const string From =
        """
        FROM Barrier b
        WHERE b.CollaborativeId = @collaborativeId AND b.IsWithdrawn = 0
            AND (@teamId IS NULL OR b.TeamId = @teamId)
            AND (@teamKey IS NULL OR b.TeamKey = @teamKey)
            AND (@level IS NULL OR b.AtLevel = @level)
            AND (@state IS NULL OR b.State = @state)
            AND (@overdue IS NULL OR @overdue = CASE WHEN b.State = 'open' AND b.ReachedOn <= @overdueFrom THEN 1 ELSE 0 END)
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = b.TeamId))
            AND b.RaisedOn >= @afterDay
            AND (b.RaisedOn > @afterDay OR b.TeamKey > @afterTeam OR (b.TeamKey = @afterTeam AND b.CodeKey > @afterCode))
        ORDER BY b.RaisedOn, b.TeamKey, b.CodeKey
        """;

    private static readonly string Columns = VersionedSql.Of("b", BarrierRow.Columns);

    internal static readonly SqlText List = new($"SELECT {Columns} {From} LIMIT @take", $"SELECT TOP (@take) {Columns} {From}");

    public async Task<Outcome<BarrierView>> Handle(GetBarrier request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<BarrierView>>(
            async session =>
            {
                var row = await session.First<BarrierRow>(
                    PutBarrierHandler.Load,
                    new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, codeKey = Code.KeyOf(request.Code) },
                    cancellationToken);
                return row is { IsWithdrawn: false } ? row.ViewOn(await Today(session, request.CollaborativeId, cancellationToken)) : Problem.NotFound;
            },
            cancellationToken);

    public async Task<Outcome<Page<BarrierView>>> Handle(ListBarriers request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<BarrierView>>>(
            async session =>
            {
                var today = await Today(session, request.CollaborativeId, cancellationToken);
                var rows = await session.Query<BarrierRow>(
                    List,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        teamId = request.TeamId,
                        teamKey = request.TeamKey,
                        level = request.Level is { } level ? EnumText.Of(level) : null,
                        state = request.State is { } state ? EnumText.Of(state) : null,
                        overdue = request.Overdue,
                        overdueFrom = BarrierRules.OverdueFrom(today),
                        limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                        afterDay = request.After?.RaisedOn ?? DateOnly.MinValue,
                        afterTeam = request.After?.TeamKey ?? "",
                        afterCode = request.After?.CodeKey ?? "",
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                return Paging.Page(rows, request.Limit, row => row.ViewOn(today), row => new BarrierCursor(row.RaisedOn, row.TeamKey, row.CodeKey).ToString());
            },
            cancellationToken);

    private async Task<DateOnly> Today(Session session, Guid collaborativeId, CancellationToken cancellation) =>
        (await CalendarRow.Read(session, collaborativeId, cancellation)).Calendar.Today(clock.GetUtcNow());
}
