using Collaborative.Domain;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.RunCharts;

internal sealed record FlagRow : VersionedRow<FlagView>
{
    public const string Subject = "flag";

    public const string Columns = $"{VersionColumns}, OwnerId, MeasureId, MeasureCode, ReportMonth, IsAstronomical, IsExcluded, Reason";

    public Guid OwnerId { get; init; }

    public Guid MeasureId { get; init; }

    public string MeasureCode { get; init; } = "";

    public Month ReportMonth { get; init; }

    public bool IsAstronomical { get; init; }

    public bool IsExcluded { get; init; }

    public string Reason { get; init; } = "";

    public override string AddressCode => $"{MeasureCode}/{ReportMonth}";

    public override FlagView View => new()
    {
        Measure = MeasureCode,
        Month = ReportMonth,
        Astronomical = IsAstronomical,
        Excluded = IsExcluded,
        Reason = Reason,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutFlagHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutFlag, Outcome<Written<FlagView>>>, IRequestHandler<WithdrawFlag, Outcome<Written<FlagView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {FlagRow.Columns} FROM PointFlag WHERE CollaborativeId = @collaborativeId AND MeasureId = @measureId AND OwnerId = @ownerId AND ReportMonth = @month";

    internal static readonly SqlText Insert = VersionedSql.Insert("PointFlag", FlagRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("PointFlag", FlagRow.Columns);

    public async Task<Outcome<Written<FlagView>>> Handle(PutFlag request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var ownerId = request.TeamId ?? request.CollaborativeId;
        var wanted = new FlagRow
        {
            OwnerId = ownerId,
            MeasureId = request.MeasureId,
            MeasureCode = (await session.First<string>(PutPhaseHandler.LoadMeasure, new { collaborativeId = request.CollaborativeId, measureId = request.MeasureId }, cancellationToken))!,
            ReportMonth = request.Month,
            IsAstronomical = request.Body.Astronomical ?? false,
            IsExcluded = request.Body.Excluded ?? false,
            Reason = request.Body.Reason!.Trim(),
        };
        return await session.Put<FlagRow, FlagView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, FlagRow.Subject, request.Preconditions, null),
            Insert,
            Update,
            await Current(session, request.CollaborativeId, ownerId, request.MeasureId, request.Month, cancellationToken),
            wanted,
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<FlagView>>> Handle(WithdrawFlag request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<FlagRow, FlagView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, FlagRow.Subject, request.Preconditions, request.Reason),
            Update,
            await Current(session, request.CollaborativeId, request.TeamId ?? request.CollaborativeId, request.MeasureId, request.Month, cancellationToken),
            clock,
            cancellationToken);
    }

    private static Task<FlagRow?> Current(Session session, Guid collaborativeId, Guid ownerId, Guid measureId, Month month, CancellationToken cancellation) =>
        session.First<FlagRow>(Load, new { collaborativeId, ownerId, measureId, month }, cancellation);
}

internal sealed class ReadFlagsHandler(IDatabase database)
    : IRequestHandler<GetFlag, Outcome<FlagView>>, IRequestHandler<ListFlags, Outcome<Page<FlagView>>>
{
    private const string From =
        "FROM PointFlag WHERE CollaborativeId = @collaborativeId AND MeasureId = @measureId AND OwnerId = @ownerId AND IsWithdrawn = 0";

    internal static readonly SqlText Load = $"SELECT {FlagRow.Columns} {From} AND ReportMonth = @month";

    internal static readonly SqlText List = new(
        $"SELECT {FlagRow.Columns} {From} AND ReportMonth > @after ORDER BY ReportMonth LIMIT @take",
        $"SELECT TOP (@take) {FlagRow.Columns} {From} AND ReportMonth > @after ORDER BY ReportMonth");

    public async Task<Outcome<FlagView>> Handle(GetFlag request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<FlagRow>(
                Load,
                new { collaborativeId = request.CollaborativeId, measureId = request.MeasureId, ownerId = request.TeamId ?? request.CollaborativeId, month = request.Month },
                cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<FlagView>>> Handle(ListFlags request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<FlagRow>(
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
        return Paging.Page(rows, request.Limit, row => row.View, row => row.ReportMonth.ToString());
    }
}
