using Collaborative.Domain;
using Collaborative.Domain.Prework;
using Collaborative.Domain.Rosters;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Prework;

internal sealed record PreworkItemRow : CodedRow<PreworkItemView>
{
    public const string Subject = "preworkItem";

    public const string Columns = $"{CodedColumns}, Title, Kind, DueOffsetDays, OwnerRole, Description";

    public string Title { get; init; } = "";

    public string Kind { get; init; } = "";

    public int DueOffsetDays { get; init; }

    public string OwnerRole { get; init; } = "";

    public string? Description { get; init; }

    public override PreworkItemView View => new()
    {
        Code = Code,
        Title = Title,
        Type = EnumText.Parse<PreworkType>(Kind),
        DueOffsetDays = DueOffsetDays,
        OwnerRole = EnumText.Parse<TeamRole>(OwnerRole),
        Description = Description,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutPreworkItemHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutPreworkItem, Outcome<Written<PreworkItemView>>>, IRequestHandler<WithdrawPreworkItem, Outcome<Written<PreworkItemView>>>
{
    internal static readonly SqlText Load = $"SELECT {PreworkItemRow.Columns} FROM PreworkItem WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("PreworkItem", PreworkItemRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("PreworkItem", PreworkItemRow.Columns);

    public async Task<Outcome<Written<PreworkItemView>>> Handle(PutPreworkItem request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        var body = request.Body;
        var wanted = new PreworkItemRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = Code.KeyOf(request.Code),
            Title = body.Title!.Trim(),
            Kind = EnumText.Of(body.Type!.Value),
            DueOffsetDays = body.DueOffsetDays!.Value,
            OwnerRole = EnumText.Of(body.OwnerRole ?? TeamRole.DayToDayLeader),
            Description = Shape.Tidy(body.Description),
        };
        return await session.Put<PreworkItemRow, PreworkItemView>(
            new Change(request.Viewer, request.CollaborativeId, null, PreworkItemRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<PreworkItemView>>> Handle(WithdrawPreworkItem request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<PreworkItemRow, PreworkItemView>(
            new Change(request.Viewer, request.CollaborativeId, null, PreworkItemRow.Subject, request.Preconditions, request.Reason),
            Update,
            await Current(session, request.CollaborativeId, request.Code, cancellationToken),
            clock,
            cancellationToken);
    }

    private static Task<PreworkItemRow?> Current(Session session, Guid collaborativeId, string code, CancellationToken cancellation) =>
        session.First<PreworkItemRow>(Load, new { collaborativeId, codeKey = Code.KeyOf(code) }, cancellation);
}

internal sealed class ReadPreworkItemsHandler(IDatabase database) :
    IRequestHandler<GetPreworkItem, Outcome<PreworkItemView>>,
    IRequestHandler<ListPreworkItems, Outcome<Page<PreworkItemView>>>,
    IRequestHandler<GetPreworkDefaults, Outcome<PreworkDefaults>>
{
    internal static readonly SqlText Load =
        $"SELECT {PreworkItemRow.Columns} FROM PreworkItem WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {PreworkItemRow.Columns} {From} ORDER BY CodeKey LIMIT @take",
        $"SELECT TOP (@take) {PreworkItemRow.Columns} {From} ORDER BY CodeKey");

    private const string From = "FROM PreworkItem WHERE CollaborativeId = @collaborativeId AND IsWithdrawn = 0 AND CodeKey > @after AND (@kind IS NULL OR Kind = @kind)";

    public async Task<Outcome<PreworkItemView>> Handle(GetPreworkItem request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<PreworkItemRow>(Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Code) }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<PreworkItemView>>> Handle(ListPreworkItems request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<PreworkItemRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    after = request.AfterKey ?? "",
                    kind = request.Type is { } type ? EnumText.Of(type) : null,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }

    public Task<Outcome<PreworkDefaults>> Handle(GetPreworkDefaults request, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<PreworkDefaults>>(new PreworkDefaults(PreworkRules.Defaults));
}
