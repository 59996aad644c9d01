using Collaborative.Domain;
using Collaborative.Domain.Enrolments;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Enrolments;

internal sealed record ReadinessRow : VersionedRow<ReadinessView>
{
    public const string Subject = "readiness";

    public const string Columns = $"{VersionColumns}, TeamId, TeamCode, PassesGate, ItemsJson";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public bool PassesGate { get; init; }

    public string ItemsJson { get; init; } = "";

    public override string AddressCode => TeamCode;

    public override ReadinessView View => new()
    {
        Team = TeamCode,
        PassesGate = PassesGate,
        Items = StoredJson.Read<IReadOnlyList<ReadinessItem>>(ItemsJson),
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutReadinessHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutReadiness, Outcome<Written<ReadinessView>>>
{
    internal static readonly SqlText Load = $"SELECT {ReadinessRow.Columns} FROM ReadinessChecklist WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId";

    internal static readonly SqlText Insert = VersionedSql.Insert("ReadinessChecklist", ReadinessRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("ReadinessChecklist", ReadinessRow.Columns);

    public async Task<Outcome<Written<ReadinessView>>> Handle(PutReadiness request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await session.First<ReadinessRow>(Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId }, cancellationToken);
        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var items = ReadinessGate.Fill(request.Body.Items!);
        return await session.Put<ReadinessRow, ReadinessView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, ReadinessRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            current,
            new ReadinessRow { TeamId = request.TeamId, TeamCode = context.Code, PassesGate = ReadinessGate.Passes(items), ItemsJson = StoredJson.Write(items) },
            clock,
            cancellationToken);
    }
}

internal sealed class ReadReadinessHandler(IDatabase database)
    : IRequestHandler<GetReadiness, Outcome<ReadinessView>>, IRequestHandler<ListReadiness, Outcome<Page<ReadinessView>>>
{
    internal static readonly SqlText List = new(
        $"SELECT {VersionedSql.Of("e", ReadinessRow.Columns)} {From} ORDER BY t.CodeKey LIMIT @take",
        $"SELECT TOP (@take) {VersionedSql.Of("e", ReadinessRow.Columns)} {From} ORDER BY t.CodeKey");

    private const string From =
        """
        FROM ReadinessChecklist e
        JOIN Team t ON t.Id = e.TeamId
        WHERE e.CollaborativeId = @collaborativeId AND t.CodeKey > @after
            AND (@passesGate IS NULL OR e.PassesGate = @passesGate)
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = e.TeamId))
        """;

    public async Task<Outcome<ReadinessView>> Handle(GetReadiness request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<ReadinessRow>(PutReadinessHandler.Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<ReadinessView>>> Handle(ListReadiness request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<ReadinessRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    after = request.AfterKey ?? "",
                    passesGate = request.PassesGate,
                    limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => Code.KeyOf(row.TeamCode));
    }
}
