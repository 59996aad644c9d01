using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Connections;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Connections;

/// <summary>One poll of a connection as it is stored.</summary>
internal sealed record RunRow
{
    private const string OwnColumns =
        "Id, ConnectionId, State, DueAt, RequestedBy, Attempts, HttpStatus, TotalBytes, Pages, ContentHash, ImportId, Failure, CreatedAt, StartedAt, EndedAt";

    public static readonly string Columns = VersionedSql.Of("r", OwnColumns);

    internal static readonly SqlText Insert = VersionedSql.Insert("ConnectionRun", OwnColumns);

    internal static readonly SqlText Load = $"SELECT {Columns} FROM ConnectionRun r WHERE r.Id = @runId AND r.ConnectionId = @connectionId";

    internal static readonly SqlText Begin =
        "UPDATE ConnectionRun SET State = 'running', StartedAt = COALESCE(StartedAt, @now), Attempts = @attempts WHERE Id = @runId AND State IN ('queued', 'running')";

    internal static readonly SqlText End =
        """
        UPDATE ConnectionRun
        SET State = @State, Attempts = @Attempts, HttpStatus = @HttpStatus, TotalBytes = @TotalBytes, Pages = @Pages, ContentHash = @ContentHash, ImportId = @ImportId,
            Failure = @Failure, EndedAt = @EndedAt
        WHERE Id = @Id AND State = 'running'
        """;

    internal static readonly SqlText EndIf =
        "UPDATE ConnectionRun SET State = 'failed', EndedAt = @now, Failure = @failure WHERE Id = @runId AND (State = 'running' OR (@queued = 1 AND State = 'queued'))";

    internal static readonly SqlText DropOld = "DELETE FROM ConnectionRun WHERE ConnectionId = @connectionId AND CreatedAt < @before AND ImportId IS NULL AND EndedAt IS NOT NULL";

    public Guid Id { get; init; }

    public Guid ConnectionId { get; init; }

    public string State { get; init; } = "";

    public DateTimeOffset? DueAt { get; init; }

    public string? RequestedBy { get; init; }

    public int Attempts { get; init; }

    public int? HttpStatus { get; init; }

    public long? TotalBytes { get; init; }

    public int? Pages { get; init; }

    public string? ContentHash { get; init; }

    public Guid? ImportId { get; init; }

    public string? Failure { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public ConnectionRunView View(string connection)
    {
        var state = EnumText.Parse<RunState>(State);
        return new ConnectionRunView
        {
            Id = Id,
            Connection = connection,
            State = state,
            DueAt = DueAt,
            RequestedBy = RequestedBy,
            Attempts = Attempts,
            HttpStatus = HttpStatus,
            Bytes = TotalBytes,
            Pages = Pages,
            ContentHash = ContentHash,
            NotModified = state == RunState.NotModified,
            Import = ImportId,
            Problem = Failure,
            CreatedAt = CreatedAt,
            StartedAt = StartedAt,
            EndedAt = EndedAt,
        };
    }
}

internal sealed class RunConnectionHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<RunConnection, Outcome<StartedRun>>
{
    internal static readonly SqlText IsClosed = "SELECT COUNT(*) FROM Collaborative c WHERE c.Id = @collaborativeId AND c.Status IN ('closed', 'cancelled')";

    public async Task<Outcome<StartedRun>> Handle(RunConnection request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        if (await PutConnectionHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken) is not { IsWithdrawn: false } connection)
        {
            return Problem.NotFound;
        }

        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"run\n{connection.Id:D}")));
        if (request.IdempotencyKey is { } keyText
            && await session.First<UploadHandlers.KeyRow>(UploadHandlers.FindKey, new { keyId = request.Viewer.KeyId, keyText }, cancellationToken) is { } known)
        {
            return known.Fingerprint == fingerprint && await Find(known.ImportId) is { } replayed
                ? new StartedRun(replayed.View(connection.Code), IsReplay: true)
                : new Problem(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for something else; choose a new key.");
        }

        if (await session.First<int>(IsClosed, new { collaborativeId = request.CollaborativeId }, cancellationToken) > 0)
        {
            return new Problem(ProblemCode.CollaborativeClosed, "The collaborative is closed: nothing more is fetched for it.");
        }

        var now = clock.NowToMillisecond();
        var state = (await session.First<PollState>(PollState.Load, new { connectionId = connection.Id }, cancellationToken))!;
        var run = state.RunId is { } inHand ? await Find(inHand) : null;
        if (run is null)
        {
            run = new RunRow
            {
                Id = Guid.CreateVersion7(now),
                ConnectionId = connection.Id,
                State = EnumText.Of(RunState.Queued),
                RequestedBy = request.Viewer.Name,
                CreatedAt = now,
            };
            await session.Execute(RunRow.Insert, run, cancellationToken);
            if (await (state with { RunId = run.Id }).Save(session, cancellationToken) is null)
            {
                throw new ConcurrentChangeException();
            }
        }

        if (request.IdempotencyKey is not null)
        {
            await session.Execute(
                UndoImportHandler.InsertKey, new { keyId = request.Viewer.KeyId, keyText = request.IdempotencyKey, fingerprint, importId = run.Id, now }, cancellationToken);
        }

        return new StartedRun(run.View(connection.Code), IsReplay: false);

        Task<RunRow?> Find(Guid runId) => session.First<RunRow>(RunRow.Load, new { runId, connectionId = connection.Id }, cancellationToken);
    }
}

internal sealed class ReadRunsHandler(IDatabase database) :
    IRequestHandler<GetConnectionRun, Outcome<ConnectionRunView>>, IRequestHandler<ListConnectionRuns, Outcome<Page<ConnectionRunView>>>
{
    private const string ListFrom =
        "FROM ConnectionRun r WHERE r.ConnectionId = @connectionId AND (@state IS NULL OR r.State = @state) "
        + "AND (@afterId IS NULL OR r.CreatedAt < @afterAt OR (r.CreatedAt = @afterAt AND r.Id < @afterId)) ORDER BY r.CreatedAt DESC, r.Id DESC";

    internal static readonly SqlText List = new($"SELECT {RunRow.Columns} {ListFrom} LIMIT @take", $"SELECT TOP (@take) {RunRow.Columns} {ListFrom}");

    public async Task<Outcome<ConnectionRunView>> Handle(GetConnectionRun request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<ConnectionRunView>>(
            async session => await PutConnectionHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken) is { IsWithdrawn: false } connection
                && await session.First<RunRow>(RunRow.Load, new { runId = request.RunId, connectionId = connection.Id }, cancellationToken) is { } run
                    ? run.View(connection.Code)
                    : Problem.NotFound,
            cancellationToken);

    public async Task<Outcome<Page<ConnectionRunView>>> Handle(ListConnectionRuns request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<ConnectionRunView>>>(
            async session =>
            {
                if (await PutConnectionHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken) is not { IsWithdrawn: false } connection)
                {
                    return Problem.NotFound;
                }

                var rows = await session.Query<RunRow>(
                    List,
                    new
                    {
                        connectionId = connection.Id,
                        state = request.State is { } state ? EnumText.Of(state) : null,
                        afterAt = request.After?.CreatedAt,
                        afterId = request.After?.Id,
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                return Paging.Page(rows, request.Limit, row => row.View(connection.Code), row => $"{Binding.Text(row.CreatedAt)} {row.Id:D}");
            },
            cancellationToken);
}
