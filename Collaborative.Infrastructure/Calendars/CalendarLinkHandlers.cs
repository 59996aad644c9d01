using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Calendars;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Calendars;

internal sealed record LinkRow : CodedRow<CalendarLinkView>
{
    public const string Subject = "calendarLink";

    public const string Columns = $"{CodedColumns}, Title, TokenHash";

    public string? Title { get; init; }

    /// <summary>The token itself is nowhere: neither here nor in the history.</summary>
    public string TokenHash { get; init; } = "";

    public override CalendarLinkView View => new() { Code = Code, Title = Title, Revision = Revision, RecordedAt = RecordedAt, RecordedBy = RecordedBy };
}

internal sealed class PutCalendarLinkHandler(UnitOfWork unitOfWork, TimeProvider clock) :
    IRequestHandler<PutCalendarLink, Outcome<Written<CalendarLinkView>>>,
    IRequestHandler<RevokeCalendarLink, Outcome<Written<CalendarLinkView>>>
{
    internal static readonly SqlText Load = $"SELECT {LinkRow.Columns} FROM CalendarLink WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("CalendarLink", LinkRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("CalendarLink", LinkRow.Columns);

    public async Task<Outcome<Written<CalendarLinkView>>> Handle(PutCalendarLink request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var codeKey = Code.KeyOf(request.Code);
        var current = await session.First<LinkRow>(Load, new { collaborativeId = request.CollaborativeId, codeKey }, cancellationToken);

        // A link that was revoked never works again: made anew, it has a new secret.
        var token = current is { IsWithdrawn: false } ? null : CalendarToken.Make();
        var written = await session.Put<LinkRow, CalendarLinkView>(
            new Change(request.Viewer, request.CollaborativeId, null, LinkRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            current,
            new LinkRow
            {
                Code = current?.Code ?? request.Code,
                CodeKey = codeKey,
                Title = Shape.Tidy(request.Body.Title),
                TokenHash = token is null ? current!.TokenHash : CalendarToken.Hash(token),
            },
            clock,
            cancellationToken);
        return written.IsRefused || token is null ? written : written.Value with { Value = written.Value.Value with { Token = token } };
    }

    public async Task<Outcome<Written<CalendarLinkView>>> Handle(RevokeCalendarLink request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<LinkRow, CalendarLinkView>(
            new Change(request.Viewer, request.CollaborativeId, null, LinkRow.Subject, request.Preconditions, request.Reason),
            Update,
            await session.First<LinkRow>(Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Code) }, cancellationToken),
            clock,
            cancellationToken);
    }
}

internal sealed class ReadCalendarLinksHandler(IDatabase database) :
    IRequestHandler<GetCalendarLink, Outcome<CalendarLinkView>>,
    IRequestHandler<ListCalendarLinks, Outcome<Page<CalendarLinkView>>>,
    IRequestHandler<GetCalendarFeed, Outcome<byte[]>>
{
    internal static readonly SqlText Load = $"SELECT {LinkRow.Columns} FROM CalendarLink WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {LinkRow.Columns} {From} ORDER BY CodeKey LIMIT @take",
        $"SELECT TOP (@take) {LinkRow.Columns} {From} ORDER BY CodeKey");

    private const string From = "FROM CalendarLink WHERE CollaborativeId = @collaborativeId AND IsWithdrawn = 0 AND CodeKey > @after";

    // By the hash of 256 random bits: how long the look-up takes says nothing of the token.
    internal static readonly SqlText FindByToken = "SELECT l.CollaborativeId FROM CalendarLink l WHERE l.TokenHash = @tokenHash AND l.IsWithdrawn = 0";

    public async Task<Outcome<CalendarLinkView>> Handle(GetCalendarLink request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<LinkRow>(Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Code) }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<CalendarLinkView>>> Handle(ListCalendarLinks request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<LinkRow>(
                List, new { collaborativeId = request.CollaborativeId, after = request.AfterKey ?? "", take = request.Limit + 1 }, cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }

    public async Task<Outcome<byte[]>> Handle(GetCalendarFeed request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<byte[]>>(
            async session =>
            {
                if (!CalendarToken.LooksLikeOne(request.Token)
                    || await session.First<Guid?>(FindByToken, new { tokenHash = CalendarToken.Hash(request.Token) }, cancellationToken) is not { } collaborativeId)
                {
                    return Problem.NotFound;
                }

                var sources = await CalendarReader.Load(session, collaborativeId, cancellationToken);
                return CalendarFeed.Write(sources.Collaborative.Name, collaborativeId, sources.Items);
            },
            cancellationToken);
}
