using Collaborative.Domain;
using Collaborative.Domain.Library;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Library;

internal sealed record ThreadPostRow : CodedRow<ThreadPostView>
{
    public const string Subject = "threadPost";

    public const string Columns = $"{CodedColumns}, IdeaKey, IdeaCode, Kind, InReplyTo, ApiKeyId, Author, PostedAt, PostText";

    public string IdeaKey { get; init; } = "";

    public string IdeaCode { get; init; } = "";

    public string Kind { get; init; } = "";

    public string? InReplyTo { get; init; }

    /// <summary>The author's key.</summary>
    public Guid ApiKeyId { get; init; }

    public string Author { get; init; } = "";

    public DateTimeOffset PostedAt { get; init; }

    public string PostText { get; init; } = "";

    public PostKind KindValue => EnumText.Parse<PostKind>(Kind);

    public override ThreadPostView View => new()
    {
        Idea = IdeaCode,
        Code = Code,
        Kind = KindValue,
        InReplyTo = InReplyTo,
        Text = PostText,
        Author = Author,
        PostedAt = PostedAt,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutThreadPostHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutThreadPost, Outcome<Written<ThreadPostView>>>, IRequestHandler<WithdrawThreadPost, Outcome<Written<ThreadPostView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {ThreadPostRow.Columns} FROM ThreadPost WHERE CollaborativeId = @collaborativeId AND IdeaKey = @ideaKey AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("ThreadPost", ThreadPostRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("ThreadPost", ThreadPostRow.Columns);

    /// <summary>An idea has a thread when all may know of it: it is in the package, or a team has shared what it learned from it.</summary>
    internal static readonly SqlText LoadIdea =
        """
        SELECT i.Code, 0 AS Rank FROM ChangeIdea i WHERE i.CollaborativeId = @collaborativeId AND i.CodeKey = @ideaKey AND i.IsWithdrawn = 0 AND i.TeamId IS NULL
        UNION
        SELECT e.IdeaCode, 1 AS Rank FROM LibraryEntry e WHERE e.CollaborativeId = @collaborativeId AND e.IdeaKey = @ideaKey AND e.IsWithdrawn = 0
        ORDER BY Rank
        """;

    public async Task<Outcome<Written<ThreadPostView>>> Handle(PutThreadPost request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var ideaKey = Code.KeyOf(request.Idea);
        if (await session.First<string>(LoadIdea, new { collaborativeId = request.CollaborativeId, ideaKey }, cancellationToken) is not { } idea)
        {
            return Problem.NotFound;
        }

        var current = await Current(session, request.CollaborativeId, request.Idea, request.Code, cancellationToken);
        if (current is not null && ThreadRules.JudgeRewrite(request.Viewer, current.ApiKeyId) is { } notYours)
        {
            return notYours;
        }

        var body = request.Body;
        var replied = body.InReplyTo is { } reply ? await Current(session, request.CollaborativeId, request.Idea, reply, cancellationToken) : null;
        var present = current is { IsWithdrawn: false } ? current : null;
        if (body.InReplyTo is { } named
            && ThreadRules.JudgeReply(body.Kind!.Value, present?.PostedAt, named, replied is { IsWithdrawn: false } ? (replied.KindValue, replied.PostedAt) : null) is { } misplaced)
        {
            return Problem.Invalid([misplaced]);
        }

        return await session.Put<ThreadPostRow, ThreadPostView>(
            Changing(request.Viewer, request.CollaborativeId, request.Preconditions, null),
            Insert,
            Update,
            current,
            new ThreadPostRow
            {
                Code = current?.Code ?? request.Code,
                CodeKey = Code.KeyOf(request.Code),
                IdeaKey = ideaKey,
                IdeaCode = current?.IdeaCode ?? idea,
                Kind = EnumText.Of(body.Kind!.Value),
                InReplyTo = replied?.Code,
                ApiKeyId = request.Viewer.KeyId,
                Author = current?.Author ?? request.Viewer.Name,
                PostedAt = present?.PostedAt ?? clock.NowToMillisecond(),
                PostText = body.Text!.Trim(),
            },
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<ThreadPostView>>> Handle(WithdrawThreadPost request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Idea, request.Code, cancellationToken);
        if (current is { IsWithdrawn: false } && ThreadRules.JudgeWithdrawal(request.Viewer, current.ApiKeyId) is { } notYours)
        {
            return notYours;
        }

        return await session.Withdraw<ThreadPostRow, ThreadPostView>(
            Changing(request.Viewer, request.CollaborativeId, request.Preconditions, request.Reason), Update, current, clock, cancellationToken);
    }

    private static Change Changing(Domain.Access.Viewer viewer, Guid collaborativeId, Preconditions preconditions, string? reason) =>
        new(viewer, collaborativeId, null, ThreadPostRow.Subject, preconditions, reason);

    private static Task<ThreadPostRow?> Current(Session session, Guid collaborativeId, string idea, string code, CancellationToken cancellation) =>
        session.First<ThreadPostRow>(Load, new { collaborativeId, ideaKey = Code.KeyOf(idea), codeKey = Code.KeyOf(code) }, cancellation);
}

internal sealed class ReadThreadHandler(IDatabase database) : IRequestHandler<GetThreadPost, Outcome<ThreadPostView>>, IRequestHandler<ListThread, Outcome<Page<ThreadPostView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {ThreadPostRow.Columns} FROM ThreadPost WHERE CollaborativeId = @collaborativeId AND IdeaKey = @ideaKey AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {ThreadPostRow.Columns} {From} ORDER BY PostedAt, CodeKey LIMIT @take",
        $"SELECT TOP (@take) {ThreadPostRow.Columns} {From} ORDER BY PostedAt, CodeKey");

    private const string From =
        "FROM ThreadPost WHERE CollaborativeId = @collaborativeId AND IdeaKey = @ideaKey AND IsWithdrawn = 0 AND (PostedAt > @afterAt OR (PostedAt = @afterAt AND CodeKey > @afterKey))";

    public async Task<Outcome<ThreadPostView>> Handle(GetThreadPost request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<ThreadPostRow>(
                Load,
                new { collaborativeId = request.CollaborativeId, ideaKey = Code.KeyOf(request.Idea), codeKey = Code.KeyOf(request.Code) },
                cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<ThreadPostView>>> Handle(ListThread request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<ThreadPostView>>>(
            async session =>
            {
                var ideaKey = Code.KeyOf(request.Idea);
                var rows = await session.Query<ThreadPostRow>(
                    List,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        ideaKey,
                        afterAt = request.After?.PostedAt ?? DateTimeOffset.UnixEpoch,
                        afterKey = request.After?.CodeKey ?? "",
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                return rows.Count == 0
                    && await session.First<string>(PutThreadPostHandler.LoadIdea, new { collaborativeId = request.CollaborativeId, ideaKey }, cancellationToken) is null
                    ? Problem.NotFound
                    : Paging.Page(rows, request.Limit, row => row.View, row => $"{Binding.Text(row.PostedAt)} {row.CodeKey}");
            },
            cancellationToken);
}
