using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Collaboratives;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.Collaboratives;

internal sealed class GetCollaborativeHandler(IDatabase database) : IRequestHandler<GetCollaborative, Outcome<CollaborativeView>>
{
    internal static readonly SqlText Load =
        $"SELECT {CollaborativeRow.Columns} FROM Collaborative c JOIN CollaborativeRevision r ON r.CollaborativeId = c.Id AND r.Revision = c.Revision WHERE c.Id = @collaborativeId";

    public async Task<Outcome<CollaborativeView>> Handle(GetCollaborative request, CancellationToken cancellationToken) =>
        await database.Read(session => session.First<CollaborativeRow>(Load, new { collaborativeId = request.CollaborativeId }, cancellationToken), cancellationToken)
            is { } row ? row.View : Problem.NotFound;
}

internal sealed class ListCollaborativesHandler(IDatabase database) : IRequestHandler<ListCollaboratives, Outcome<Page<CollaborativeView>>>
{
    internal static readonly SqlText List = new(
        $"SELECT {CollaborativeRow.Columns} {From} ORDER BY c.CodeKey LIMIT @take",
        $"SELECT TOP (@take) {CollaborativeRow.Columns} {From} ORDER BY c.CodeKey");

    private const string From =
        "FROM Collaborative c JOIN CollaborativeRevision r ON r.CollaborativeId = c.Id AND r.Revision = c.Revision "
        + "WHERE (@scope IS NULL OR c.Id = @scope) AND (@status IS NULL OR c.Status = @status) AND c.CodeKey > @after";

    public async Task<Outcome<Page<CollaborativeView>>> Handle(ListCollaboratives request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<CollaborativeRow>(
                List,
                new
                {
                    scope = request.Viewer.Role == Role.Administrator ? null : request.Viewer.CollaborativeId,
                    status = request.Status,
                    after = request.AfterKey ?? "",
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => Code.KeyOf(row.Code));
    }
}
