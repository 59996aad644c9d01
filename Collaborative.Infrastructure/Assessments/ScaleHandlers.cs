using Collaborative.Domain;
using Collaborative.Domain.Assessments;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Assessments;

internal sealed record ScaleRow : CodedRow<ScaleView>
{
    public const string Subject = "scale";

    public const string Columns = $"{CodedColumns}, Name, LevelsJson";

    public string Name { get; init; } = "";

    public string LevelsJson { get; init; } = "[]";

    public override ScaleView View => new()
    {
        Code = Code,
        Name = Name,
        Levels = StoredJson.Read<List<ScaleLevel>>(LevelsJson),
        BuiltIn = false,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutScaleHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutScale, Outcome<Written<ScaleView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {ScaleRow.Columns} FROM AssessmentScale WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("AssessmentScale", ScaleRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("AssessmentScale", ScaleRow.Columns);

    public async Task<Outcome<Written<ScaleView>>> Handle(PutScale request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var codeKey = Code.KeyOf(request.Code);
        var current = await session.First<ScaleRow>(Load, new { collaborativeId = request.CollaborativeId, codeKey }, cancellationToken);
        var wanted = new ScaleRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = codeKey,
            Name = request.Body.Name!.Trim(),
            LevelsJson = StoredJson.Write(request.Body.Levels!.Select(level => level with { Name = level.Name!.Trim(), Criteria = level.Criteria ?? [] })),
        };
        return await session.Put<ScaleRow, ScaleView>(
            new Change(request.Viewer, request.CollaborativeId, null, ScaleRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken);
    }

    /// <summary>The scale of this code: the collaborative's own, else the built-in one.</summary>
    public static async Task<ScaleView?> Find(Session session, Guid collaborativeId, string code, CancellationToken cancellation)
    {
        var codeKey = Code.KeyOf(code);
        var row = await session.First<ScaleRow>(Load, new { collaborativeId, codeKey }, cancellation);
        return row?.View ?? BuiltInScales.Find(codeKey);
    }
}

internal sealed class ReadScalesHandler(IDatabase database) :
    IRequestHandler<GetScale, Outcome<ScaleView>>,
    IRequestHandler<ListScales, Outcome<Page<ScaleView>>>
{
    private const string From = "FROM AssessmentScale WHERE CollaborativeId = @collaborativeId AND CodeKey > @after ORDER BY CodeKey";

    internal static readonly SqlText List = new(
        $"SELECT {ScaleRow.Columns} {From} LIMIT @take",
        $"SELECT TOP (@take) {ScaleRow.Columns} {From}");

    public async Task<Outcome<ScaleView>> Handle(GetScale request, CancellationToken cancellationToken) =>
        await database.Read(session => PutScaleHandler.Find(session, request.CollaborativeId, request.Code, cancellationToken), cancellationToken) is { } scale
            ? scale
            : Problem.NotFound;

    public async Task<Outcome<Page<ScaleView>>> Handle(ListScales request, CancellationToken cancellationToken)
    {
        var after = request.AfterKey ?? "";
        var rows = await database.Read(
            session => session.Query<ScaleRow>(List, new { collaborativeId = request.CollaborativeId, after, take = request.Limit + 1 }, cancellationToken),
            cancellationToken);
        var own = rows.Select(row => row.CodeKey).ToHashSet(StringComparer.Ordinal);
        var scales = rows.Select(row => row.View)
            .Concat(BuiltInScales.All.Where(scale => string.CompareOrdinal(scale.Code, after) > 0 && !own.Contains(scale.Code)))
            .OrderBy(scale => Code.KeyOf(scale.Code), StringComparer.Ordinal)
            .Take(request.Limit + 1)
            .ToList();
        return Paging.Page(scales, request.Limit, scale => scale, scale => Code.KeyOf(scale.Code));
    }
}
