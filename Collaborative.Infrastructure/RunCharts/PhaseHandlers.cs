using Collaborative.Domain;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.RunCharts;

internal sealed record PhaseRow : VersionedRow<PhaseView>
{
    public const string Subject = "phase";

    public const string Columns = $"{VersionColumns}, OwnerId, MeasureId, MeasureCode, StartMonth, FreezeMonths, Reason, AnnotationCode, Policy";

    public Guid OwnerId { get; init; }

    public Guid MeasureId { get; init; }

    public string MeasureCode { get; init; } = "";

    public Month StartMonth { get; init; }

    public int? FreezeMonths { get; init; }

    public string Reason { get; init; } = "";

    public string? AnnotationCode { get; init; }

    public string? Policy { get; init; }

    public override string AddressCode => $"{MeasureCode}/{StartMonth}";

    public override PhaseView View => new()
    {
        Measure = MeasureCode,
        Start = StartMonth,
        FreezeMonths = FreezeMonths,
        Reason = Reason,
        Annotation = AnnotationCode,
        Policy = Policy is null ? null : EnumText.Parse<RephasePolicy>(Policy),
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutPhaseHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutPhase, Outcome<Written<PhaseView>>>, IRequestHandler<WithdrawPhase, Outcome<Written<PhaseView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {PhaseRow.Columns} FROM ChartPhase WHERE CollaborativeId = @collaborativeId AND MeasureId = @measureId AND OwnerId = @ownerId AND StartMonth = @start";

    internal static readonly SqlText Insert = VersionedSql.Insert("ChartPhase", PhaseRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("ChartPhase", PhaseRow.Columns);

    internal static readonly SqlText LoadMeasure = "SELECT m.Code FROM Measure m WHERE m.CollaborativeId = @collaborativeId AND m.Id = @measureId";

    // A team's phase may point to a note of the team, or to one of the whole collaborative.
    internal static readonly SqlText FindAnnotation =
        "SELECT a.Code FROM Annotation a WHERE a.CollaborativeId = @collaborativeId AND (a.OwnerId = @ownerId OR a.OwnerId = @collaborativeId) AND a.CodeKey = @codeKey AND a.IsWithdrawn = 0";

    public async Task<Outcome<Written<PhaseView>>> Handle(PutPhase request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var ownerId = request.TeamId ?? request.CollaborativeId;
        var annotation = request.Body.Annotation is { } code
            ? await session.First<string>(FindAnnotation, new { collaborativeId = request.CollaborativeId, ownerId, codeKey = Code.KeyOf(code) }, cancellationToken)
            : null;
        if (request.Body.Annotation is not null && annotation is null)
        {
            return Problem.Invalid([new FieldError("/annotation", "unknown", $"There is no note {request.Body.Annotation} on this chart; put it there first.")]);
        }

        var wanted = new PhaseRow
        {
            OwnerId = ownerId,
            MeasureId = request.MeasureId,
            MeasureCode = (await session.First<string>(LoadMeasure, new { collaborativeId = request.CollaborativeId, measureId = request.MeasureId }, cancellationToken))!,
            StartMonth = request.Start,
            FreezeMonths = request.Body.FreezeMonths,
            Reason = request.Body.Reason!.Trim(),
            AnnotationCode = annotation,
            Policy = request.Body.Policy is { } policy ? EnumText.Of(policy) : null,
        };
        return await session.Put<PhaseRow, PhaseView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, PhaseRow.Subject, request.Preconditions, null),
            Insert,
            Update,
            await Current(session, request.CollaborativeId, ownerId, request.MeasureId, request.Start, cancellationToken),
            wanted,
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<PhaseView>>> Handle(WithdrawPhase request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<PhaseRow, PhaseView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, PhaseRow.Subject, request.Preconditions, request.Reason),
            Update,
            await Current(session, request.CollaborativeId, request.TeamId ?? request.CollaborativeId, request.MeasureId, request.Start, cancellationToken),
            clock,
            cancellationToken);
    }

    private static Task<PhaseRow?> Current(Session session, Guid collaborativeId, Guid ownerId, Guid measureId, Month start, CancellationToken cancellation) =>
        session.First<PhaseRow>(Load, new { collaborativeId, ownerId, measureId, start }, cancellation);
}

internal sealed class ReadPhasesHandler(IDatabase database)
    : IRequestHandler<GetPhase, Outcome<PhaseView>>, IRequestHandler<ListPhases, Outcome<Page<PhaseView>>>
{
    private const string From =
        "FROM ChartPhase WHERE CollaborativeId = @collaborativeId AND MeasureId = @measureId AND OwnerId = @ownerId AND IsWithdrawn = 0";

    internal static readonly SqlText Load = $"SELECT {PhaseRow.Columns} {From} AND StartMonth = @start";

    internal static readonly SqlText List = new(
        $"SELECT {PhaseRow.Columns} {From} AND StartMonth > @after ORDER BY StartMonth LIMIT @take",
        $"SELECT TOP (@take) {PhaseRow.Columns} {From} AND StartMonth > @after ORDER BY StartMonth");

    public async Task<Outcome<PhaseView>> Handle(GetPhase request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<PhaseRow>(
                Load,
                new { collaborativeId = request.CollaborativeId, measureId = request.MeasureId, ownerId = request.TeamId ?? request.CollaborativeId, start = request.Start },
                cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<PhaseView>>> Handle(ListPhases request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<PhaseRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    measureId = request.MeasureId,
                    ownerId = request.TeamId ?? request.CollaborativeId,
                    after = request.After ?? Month.First,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.StartMonth.ToString());
    }
}
