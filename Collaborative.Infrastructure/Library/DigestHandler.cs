using Collaborative.Domain;
using Collaborative.Domain.Library;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.Library;

internal sealed class DigestHandler(IDatabase database, TimeProvider clock) : IRequestHandler<GetDigest, Outcome<Digest>>
{
    public async Task<Outcome<Digest>> Handle(GetDigest request, CancellationToken cancellationToken) =>
        await database.Read(session => DailyDigest.Of(session, request.CollaborativeId, request.On, clock.GetUtcNow(), cancellationToken), cancellationToken) is { } digest
            ? digest
            : Problem.NotFound;
}

/// <summary>A collaborative's digest of one day, for whoever asks and for whatever sends it.</summary>
internal static class DailyDigest
{
    internal static readonly SqlText Entries =
        $"""
        SELECT {VersionedSql.Of("e", LibraryEntryRow.Columns)}, t.Name AS TeamName
        FROM LibraryEntry e
        JOIN Team t ON t.Id = e.TeamId
        WHERE e.CollaborativeId = @collaborativeId AND e.IsWithdrawn = 0 AND e.SharedAt >= @fromInstant AND e.SharedAt < @toInstant
        ORDER BY e.SharedAt
        """;

    internal static readonly SqlText Posts =
        """
        SELECT p.IdeaCode, i.Title AS IdeaTitle, p.Kind, p.PostText, q.PostText AS InReplyToText, p.Author, p.PostedAt
        FROM ThreadPost p
        LEFT JOIN ThreadPost q ON q.CollaborativeId = p.CollaborativeId AND q.IdeaKey = p.IdeaKey AND q.Code = p.InReplyTo AND q.IsWithdrawn = 0
        LEFT JOIN ChangeIdea i ON i.CollaborativeId = p.CollaborativeId AND i.CodeKey = p.IdeaKey AND i.IsWithdrawn = 0 AND i.TeamId IS NULL
        WHERE p.CollaborativeId = @collaborativeId AND p.IsWithdrawn = 0 AND p.PostedAt >= @fromInstant AND p.PostedAt < @toInstant
        ORDER BY p.PostedAt, p.CodeKey
        """;

    /// <param name="on">The day; the last complete one where the collaborative is unless given.</param>
    /// <returns>Null when there is no such collaborative.</returns>
    public static async Task<Digest?> Of(Session session, Guid collaborativeId, DateOnly? on, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await session.First<CollaborativeRow>(GetCollaborativeHandler.Load, new { collaborativeId }, cancellation) is not { } collaborative)
        {
            return null;
        }

        var calendar = collaborative.State.Calendar;
        var day = on ?? calendar.Today(now).AddDays(-1);
        var (from, to) = calendar.SpanOf(day);
        var span = new { collaborativeId, fromInstant = from.ToUniversalTime(), toInstant = to.ToUniversalTime() };
        var entries = await session.Query<LibraryEntryRow>(Entries, span, cancellation);
        var posts = await session.Query<PostOfDigest>(Posts, span, cancellation);
        return Digest.Compose(collaborative.Code, collaborative.Name, day, collaborative.TimeZone, entries.Select(row => row.View), posts.Select(row => row.View));
    }

    private sealed record PostOfDigest
    {
        public string IdeaCode { get; init; } = "";

        public string? IdeaTitle { get; init; }

        public string Kind { get; init; } = "";

        public string PostText { get; init; } = "";

        public string? InReplyToText { get; init; }

        public string Author { get; init; } = "";

        public DateTimeOffset PostedAt { get; init; }

        public DigestPost View => new(IdeaCode, IdeaTitle ?? IdeaCode, EnumText.Parse<PostKind>(Kind), PostText, InReplyToText, Author, PostedAt);
    }
}
