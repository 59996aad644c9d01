using Collaborative.Domain;
using Collaborative.Domain.Coaching;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Coaching;

internal sealed record SiteVisitRow : CodedRow<SiteVisitView>
{
    public const string Subject = "siteVisit";

    public const string Columns = $"{CodedColumns}, TeamId, TeamCode, VisitDay, VisitorsJson, NotesText, ActionsJson";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public DateOnly VisitDay { get; init; }

    public string VisitorsJson { get; init; } = "";

    public string? NotesText { get; init; }

    public string ActionsJson { get; init; } = "";

    public override SiteVisitView View => new()
    {
        Code = Code,
        Team = TeamCode,
        On = VisitDay,
        Visitors = StoredJson.Read<IReadOnlyList<string>>(VisitorsJson),
        Notes = NotesText,
        Actions = StoredJson.Read<IReadOnlyList<AgreedAction>>(ActionsJson),
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutSiteVisitHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutSiteVisit, Outcome<Written<SiteVisitView>>>, IRequestHandler<WithdrawSiteVisit, Outcome<Written<SiteVisitView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {SiteVisitRow.Columns} FROM SiteVisit WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("SiteVisit", SiteVisitRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("SiteVisit", SiteVisitRow.Columns);

    public async Task<Outcome<Written<SiteVisitView>>> Handle(PutSiteVisit request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken);
        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var body = request.Body;
        var wanted = new SiteVisitRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = Code.KeyOf(request.Code),
            TeamId = request.TeamId,
            TeamCode = context.Code,
            VisitDay = body.On!.Value,
            VisitorsJson = StoredJson.Write((body.Visitors ?? []).Select(visitor => visitor.Trim())),
            NotesText = Shape.Tidy(body.Notes),
            ActionsJson = StoredJson.Write(AgreedActions.Tidy(body.Actions)),
        };
        return await session.Put<SiteVisitRow, SiteVisitView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, SiteVisitRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<SiteVisitView>>> Handle(WithdrawSiteVisit request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<SiteVisitRow, SiteVisitView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, SiteVisitRow.Subject, request.Preconditions, request.Reason),
            Update,
            await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken),
            clock,
            cancellationToken);
    }

    private static Task<SiteVisitRow?> Current(Session session, Guid collaborativeId, Guid teamId, string code, CancellationToken cancellation) =>
        session.First<SiteVisitRow>(Load, new { collaborativeId, teamId, codeKey = Code.KeyOf(code) }, cancellation);
}

internal sealed class ReadSiteVisitsHandler(IDatabase database)
    : IRequestHandler<GetSiteVisit, Outcome<SiteVisitView>>, IRequestHandler<ListSiteVisits, Outcome<Page<SiteVisitView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {SiteVisitRow.Columns} FROM SiteVisit WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {SiteVisitRow.Columns} {From} ORDER BY VisitDay, CodeKey LIMIT @take",
        $"SELECT TOP (@take) {SiteVisitRow.Columns} {From} ORDER BY VisitDay, CodeKey");

    private const string From =
        "FROM SiteVisit WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0 "
        + "AND (@afterDay IS NULL OR VisitDay > @afterDay OR (VisitDay = @afterDay AND CodeKey > @afterKey))";

    public async Task<Outcome<SiteVisitView>> Handle(GetSiteVisit request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<SiteVisitRow>(
                Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, codeKey = Code.KeyOf(request.Code) }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<SiteVisitView>>> Handle(ListSiteVisits request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<SiteVisitRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    teamId = request.TeamId,
                    afterDay = request.After?.On,
                    afterKey = request.After?.CodeKey,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => $"{Binding.Text(row.VisitDay)} {row.CodeKey}");
    }
}
