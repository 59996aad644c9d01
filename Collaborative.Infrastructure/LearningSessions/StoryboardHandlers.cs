using Collaborative.Domain;
using Collaborative.Domain.LearningSessions;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.LearningSessions;

internal sealed record StoryboardRow : VersionedRow<StoryboardView>
{
    public const string Subject = "storyboard";

    public const string Columns = $"{VersionColumns}, SessionId, SessionCode, TeamId, TeamCode, Format, ContentHash, TotalBytes";

    public Guid SessionId { get; init; }

    public string SessionCode { get; init; } = "";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public string Format { get; init; } = "";

    public string ContentHash { get; init; } = "";

    public int TotalBytes { get; init; }

    public override string AddressCode => SessionCode;

    public override StoryboardView View => new()
    {
        Session = SessionCode,
        Team = TeamCode,
        Format = EnumText.Parse<StoryboardFormat>(Format),
        Bytes = TotalBytes,
        Sha256 = ContentHash,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

/// <summary>Takes in a file part by part, each a unit of work of its own, so that a slow upload holds nobody up.</summary>
internal sealed class StoryboardFileHandlers(UnitOfWork unitOfWork, TimeProvider clock) :
    IRequestHandler<BeginStoryboard, Outcome<Guid>>,
    IRequestHandler<AppendStoryboardPart, Outcome<int>>,
    IRequestHandler<DropStoryboardFile, Outcome<int>>
{
    /// <summary>An upload that has stood still for so long has broken off.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromHours(1);

    internal static readonly SqlText Insert =
        """
        INSERT INTO StoryboardFile (Id, SessionId, TeamId, StoryboardRevision, Format, TotalBytes, ReceivedAt)
        VALUES (@id, @sessionId, @teamId, NULL, @format, 0, @now)
        """;

    internal static readonly SqlText InsertPart = "INSERT INTO StoryboardPart (FileId, Part, Content) VALUES (@fileId, @part, @content)";

    internal static readonly SqlText Renew = "UPDATE StoryboardFile SET ReceivedAt = @now WHERE Id = @fileId AND StoryboardRevision IS NULL";

    // A file whose last step was not confirmed may be a storyboard all the same: what belongs to it stays.
    internal static readonly SqlText DropParts =
        "DELETE FROM StoryboardPart WHERE FileId = @fileId AND EXISTS (SELECT 1 FROM StoryboardFile f WHERE f.Id = @fileId AND f.StoryboardRevision IS NULL)";

    internal static readonly SqlText DropFile = "DELETE FROM StoryboardFile WHERE Id = @fileId AND StoryboardRevision IS NULL";

    internal static readonly SqlText DropStaleParts =
        "DELETE FROM StoryboardPart WHERE FileId IN (SELECT f.Id FROM StoryboardFile f WHERE f.StoryboardRevision IS NULL AND f.ReceivedAt < @before)";

    internal static readonly SqlText DropStaleFiles = "DELETE FROM StoryboardFile WHERE StoryboardRevision IS NULL AND ReceivedAt < @before";

    public static readonly Problem Lost = new(ProblemCode.Unavailable, "The upload stood still for too long and was given up; send the file again.");

    public async Task<Outcome<Guid>> Handle(BeginStoryboard request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        var learning = await session.First<LearningSessionRow>(
            ReadLearningSessionsHandler.Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Session) }, cancellationToken);
        if (learning is null)
        {
            return Problem.NotFound;
        }

        var now = clock.NowToMillisecond();
        await session.Execute(DropStaleParts, new { before = now - Standstill }, cancellationToken);
        await session.Execute(DropStaleFiles, new { before = now - Standstill }, cancellationToken);
        var id = Guid.CreateVersion7(now);
        await session.Execute(Insert, new { id, sessionId = learning.Id, teamId = request.TeamId, format = EnumText.Of(request.Format), now }, cancellationToken);
        return id;
    }

    public async Task<Outcome<int>> Handle(AppendStoryboardPart request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        return await session.Execute(Renew, new { fileId = request.FileId, now = clock.NowToMillisecond() }, cancellationToken) == 0
            ? Lost
            : await session.Execute(InsertPart, new { fileId = request.FileId, part = request.Part, content = request.Content }, cancellationToken);
    }

    public async Task<Outcome<int>> Handle(DropStoryboardFile request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Execute(DropParts, new { fileId = request.FileId }, cancellationToken);
        return await session.Execute(DropFile, new { fileId = request.FileId }, cancellationToken);
    }
}

internal sealed class PutStoryboardHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutStoryboard, Outcome<Written<StoryboardView>>>, IRequestHandler<WithdrawStoryboard, Outcome<Written<StoryboardView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {StoryboardRow.Columns} FROM Storyboard WHERE CollaborativeId = @collaborativeId AND SessionId = @sessionId AND TeamId = @teamId";

    internal static readonly SqlText Insert = VersionedSql.Insert("Storyboard", StoryboardRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("Storyboard", StoryboardRow.Columns);

    internal static readonly SqlText Seal =
        """
        UPDATE StoryboardFile SET StoryboardRevision = @revision, TotalBytes = @totalBytes
        WHERE Id = @fileId AND SessionId = @sessionId AND TeamId = @teamId AND StoryboardRevision IS NULL
        """;

    public async Task<Outcome<Written<StoryboardView>>> Handle(PutStoryboard request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        if (await Learning(session, request.CollaborativeId, request.Session, cancellationToken) is not { } learning)
        {
            return Problem.NotFound;
        }

        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var wanted = new StoryboardRow
        {
            SessionId = learning.Id,
            SessionCode = learning.Code,
            TeamId = request.TeamId,
            TeamCode = context.Code,
            Format = EnumText.Of(request.Format),
            ContentHash = request.ContentHash,
            TotalBytes = request.TotalBytes,
        };
        var written = await session.Put<StoryboardRow, StoryboardView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, StoryboardRow.Subject, request.Preconditions, null),
            Insert,
            Update,
            await session.First<StoryboardRow>(Load, new { collaborativeId = request.CollaborativeId, sessionId = learning.Id, teamId = request.TeamId }, cancellationToken),
            wanted,
            clock,
            cancellationToken);
        if (written is not { Problem: null, Value.Kind: not WriteKind.Unchanged })
        {
            return written;
        }

        var revision = written.Value.Revision;
        return await session.Execute(
            Seal, new { fileId = request.FileId, sessionId = learning.Id, teamId = request.TeamId, revision, totalBytes = request.TotalBytes }, cancellationToken) == 0
            ? StoryboardFileHandlers.Lost
            : written;
    }

    public async Task<Outcome<Written<StoryboardView>>> Handle(WithdrawStoryboard request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await Learning(session, request.CollaborativeId, request.Session, cancellationToken) is { } learning
            ? await session.Withdraw<StoryboardRow, StoryboardView>(
                new Change(request.Viewer, request.CollaborativeId, request.TeamId, StoryboardRow.Subject, request.Preconditions, request.Reason),
                Update,
                await session.First<StoryboardRow>(Load, new { collaborativeId = request.CollaborativeId, sessionId = learning.Id, teamId = request.TeamId }, cancellationToken),
                clock,
                cancellationToken)
            : Problem.NotFound;
    }

    private static Task<LearningSessionRow?> Learning(Session session, Guid collaborativeId, string code, CancellationToken cancellation) =>
        session.First<LearningSessionRow>(ReadLearningSessionsHandler.Load, new { collaborativeId, codeKey = Code.KeyOf(code) }, cancellation);
}

internal sealed class ReadStoryboardsHandler(IDatabase database) :
    IRequestHandler<FindStoryboard, Outcome<StoryboardFile>>,
    IRequestHandler<ReadStoryboardPart, Outcome<byte[]>>,
    IRequestHandler<ListStoryboards, Outcome<Page<StoryboardView>>>
{
    internal static readonly SqlText Find =
        """
        SELECT f.Id AS FileId, b.SessionCode AS Session, b.TeamCode AS Team, f.StoryboardRevision AS Revision, f.Format, f.TotalBytes
        FROM LearningSession s
        JOIN Storyboard b ON b.SessionId = s.Id AND b.TeamId = @teamId
        JOIN StoryboardFile f ON f.SessionId = b.SessionId AND f.TeamId = b.TeamId
        WHERE s.CollaborativeId = @collaborativeId AND s.CodeKey = @sessionKey AND s.IsWithdrawn = 0
            AND ((@revision IS NULL AND b.IsWithdrawn = 0 AND f.StoryboardRevision = b.Revision) OR f.StoryboardRevision = @revision)
        """;

    internal static readonly SqlText Part = "SELECT p.Content FROM StoryboardPart p WHERE p.FileId = @fileId AND p.Part = @part";

    internal static readonly SqlText List = new(
        $"SELECT {VersionedSql.Of("b", StoryboardRow.Columns)} {From} ORDER BY t.CodeKey LIMIT @take",
        $"SELECT TOP (@take) {VersionedSql.Of("b", StoryboardRow.Columns)} {From} ORDER BY t.CodeKey");

    private const string From =
        """
        FROM LearningSession s
        JOIN Storyboard b ON b.SessionId = s.Id
        JOIN Team t ON t.Id = b.TeamId
        WHERE s.CollaborativeId = @collaborativeId AND s.CodeKey = @sessionKey AND b.IsWithdrawn = 0 AND t.CodeKey > @after
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = b.TeamId))
        """;

    public async Task<Outcome<StoryboardFile>> Handle(FindStoryboard request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<FileRow>(
                Find,
                new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, sessionKey = Code.KeyOf(request.Session), revision = request.Revision },
                cancellationToken),
            cancellationToken) is { } row ? row.File : Problem.NotFound;

    public async Task<Outcome<byte[]>> Handle(ReadStoryboardPart request, CancellationToken cancellationToken) =>
        await database.Read(session => session.First<byte[]>(Part, new { fileId = request.FileId, part = request.Part }, cancellationToken), cancellationToken) ?? [];

    public async Task<Outcome<Page<StoryboardView>>> Handle(ListStoryboards request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<StoryboardView>>>(
            async session =>
            {
                var sessionKey = Code.KeyOf(request.Session);
                if (await session.First<int>(ReadAttendanceHandler.CountSessions, new { collaborativeId = request.CollaborativeId, sessionKey }, cancellationToken) == 0)
                {
                    return Problem.NotFound;
                }

                var rows = await session.Query<StoryboardRow>(
                    List,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        sessionKey,
                        after = request.AfterKey ?? "",
                        limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                return Paging.Page(rows, request.Limit, row => row.View, row => Code.KeyOf(row.TeamCode));
            },
            cancellationToken);

    private sealed record FileRow
    {
        public Guid FileId { get; init; }

        public string Session { get; init; } = "";

        public string Team { get; init; } = "";

        public int Revision { get; init; }

        public string Format { get; init; } = "";

        public int TotalBytes { get; init; }

        public StoryboardFile File => new()
        {
            FileId = FileId,
            Session = Session,
            Team = Team,
            Revision = Revision,
            Format = EnumText.Parse<StoryboardFormat>(Format),
            TotalBytes = TotalBytes,
        };
    }
}
