using Collaborative.Domain;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.RunCharts;

internal sealed record AnnotationRow : CodedRow<AnnotationView>
{
    public const string Subject = "annotation";

    public const string Columns = $"{CodedColumns}, OwnerId, MeasureId, MeasureCode, OnMonth, Kind, Note";

    public Guid OwnerId { get; init; }

    public Guid? MeasureId { get; init; }

    public string? MeasureCode { get; init; }

    public Month OnMonth { get; init; }

    public string Kind { get; init; } = "";

    public string Note { get; init; } = "";

    public override AnnotationView View => new()
    {
        Code = Code,
        Month = OnMonth,
        Kind = EnumText.Parse<AnnotationKind>(Kind),
        Text = Note,
        Measure = MeasureCode,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutAnnotationHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutAnnotation, Outcome<Written<AnnotationView>>>, IRequestHandler<WithdrawAnnotation, Outcome<Written<AnnotationView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {AnnotationRow.Columns} FROM Annotation WHERE CollaborativeId = @collaborativeId AND OwnerId = @ownerId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("Annotation", AnnotationRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("Annotation", AnnotationRow.Columns);

    internal static readonly SqlText LoadMeasure = "SELECT m.Id, m.Code FROM Measure m WHERE m.CollaborativeId = @collaborativeId AND m.CodeKey = @codeKey";

    public async Task<Outcome<Written<AnnotationView>>> Handle(PutAnnotation request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken);
        var body = request.Body;
        var measure = body.Measure is { } code
            ? await session.First<MeasureRef>(LoadMeasure, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(code) }, cancellationToken)
            : null;
        if (body.Measure is not null && measure is null)
        {
            return Problem.Invalid([new FieldError("/measure", "unknown", $"There is no measure {body.Measure} in this collaborative.")]);
        }

        var wanted = new AnnotationRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = Code.KeyOf(request.Code),
            OwnerId = request.TeamId ?? request.CollaborativeId,
            MeasureId = measure?.Id,
            MeasureCode = measure?.Code,
            OnMonth = body.Month!.Value,
            Kind = EnumText.Of(body.Kind!.Value),
            Note = body.Text!.Trim(),
        };
        return await session.Put<AnnotationRow, AnnotationView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, AnnotationRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<AnnotationView>>> Handle(WithdrawAnnotation request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<AnnotationRow, AnnotationView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, AnnotationRow.Subject, request.Preconditions, request.Reason),
            Update,
            await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken),
            clock,
            cancellationToken);
    }

    private static Task<AnnotationRow?> Current(Session session, Guid collaborativeId, Guid? teamId, string code, CancellationToken cancellation) =>
        session.First<AnnotationRow>(Load, new { collaborativeId, ownerId = teamId ?? collaborativeId, codeKey = Code.KeyOf(code) }, cancellation);

    private sealed record MeasureRef
    {
        public Guid Id { get; init; }

        public string Code { get; init; } = "";
    }
}

internal sealed class ReadAnnotationsHandler(IDatabase database)
    : IRequestHandler<GetAnnotation, Outcome<AnnotationView>>, IRequestHandler<ListAnnotations, Outcome<Page<AnnotationView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {AnnotationRow.Columns} FROM Annotation WHERE CollaborativeId = @collaborativeId AND OwnerId = @ownerId AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {AnnotationRow.Columns} {From} ORDER BY CodeKey LIMIT @take",
        $"SELECT TOP (@take) {AnnotationRow.Columns} {From} ORDER BY CodeKey");

    private const string From =
        "FROM Annotation WHERE CollaborativeId = @collaborativeId AND OwnerId = @ownerId AND IsWithdrawn = 0 AND CodeKey > @after "
        + "AND (@kind IS NULL OR Kind = @kind) AND (@month IS NULL OR OnMonth = @month)";

    public async Task<Outcome<AnnotationView>> Handle(GetAnnotation request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<AnnotationRow>(
                Load,
                new { collaborativeId = request.CollaborativeId, ownerId = request.TeamId ?? request.CollaborativeId, codeKey = Code.KeyOf(request.Code) },
                cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<AnnotationView>>> Handle(ListAnnotations request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<AnnotationRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    ownerId = request.TeamId ?? request.CollaborativeId,
                    after = request.AfterKey ?? "",
                    kind = request.Kind is { } kind ? EnumText.Of(kind) : null,
                    month = request.Month,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }
}
