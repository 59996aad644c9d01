using System.Collections.Concurrent;
using System.Globalization;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Imports;

/// <summary>Somebody else has the job now, or it was cancelled: this worker has nothing more to say about it.</summary>
internal sealed class LeaseLostException() : Exception("The lease on the import is lost.");

/// <summary>Somebody changed the collaborative's rules, teams or measures meanwhile: what is left is to be judged by the new ones.</summary>
internal sealed class RulesChangedException() : Exception("The rules have changed.");

/// <summary>The file was read, and nothing of it is taken; what is to be done about it is kept with the job.</summary>
internal sealed class NotTakenException(string state, string code, string message) : Exception(message)
{
    public string State { get; } = state;

    public string Code { get; } = code;
}

/// <summary>The key that started the import was revoked or has expired.</summary>
internal sealed class KeyRevokedException() : Exception("The import's key is no longer good.");

/// <summary>
/// The queue of imports: the table itself. A worker holds a lease that runs out, and a fence number that grows with every
/// lease; whatever a worker writes, it writes under its fence, so that one that was thought dead can do no harm.
/// </summary>
internal sealed class ImportQueue(IDatabase database, Pipeline.Attempts attempts, ImportEnds ends, TimeProvider clock)
{
    /// <summary>A job that a killed process leaves behind is taken up again after this.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>A job that was taken up so often, and each time its process died before it came any further, is given up: it may be what kills them.</summary>
    public const int MostClaims = 8;

    /// <summary>A file of up to so many bytes, as it was uploaded, is small.</summary>
    private const long SmallBytes = 1024 * 1024;

    /// <summary>Putting back up to so many figures is small.</summary>
    private const long SmallRows = 20_000;

    /// <summary>An upload that never ended is thrown away after this.</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromHours(6);

    /// <summary>An import that nobody reviews for so long is given up, and its file with it.</summary>
    private static readonly TimeSpan LongestReview = TimeSpan.FromDays(30);

    private static readonly TimeSpan IdempotencyKept = TimeSpan.FromHours(72);

    /// <summary>What became of the rows of a dry run is told for so long after its end; its counts stay.</summary>
    private static readonly TimeSpan DryRunRowsKept = TimeSpan.FromDays(30);

    private const int PartsAtATime = 32;

    private const int RowsAtATime = 2000;

    internal static readonly SqlText Load = $"SELECT {ImportRecord.Columns} FROM ImportJob j JOIN Collaborative c ON c.Id = j.CollaborativeId WHERE j.Id = @importId";

    // What one sender sends to a collaborative is taken in the order in which it came, since a later file corrects an earlier one
    // or builds on it. Files of others may overtake, and so may a dry run, which changes nothing.
    private const string WaitingFrom =
        """
        FROM ImportJob j
        WHERE (j.State = 'queued' OR (j.State = 'running' AND j.LeaseUntil < @now))
            AND (@except IS NULL OR j.Id <> @except)
            AND (@mostBytes IS NULL OR j.TotalBytes <= CASE WHEN j.Format = 'undo' THEN @mostRows ELSE @mostBytes END)
            AND (j.IsDryRun = 1 OR NOT EXISTS (
                SELECT 1 FROM ImportJob e
                WHERE e.ApiKeyId = j.ApiKeyId AND e.State IN ('queued', 'running') AND e.CollaborativeId = j.CollaborativeId AND e.IsDryRun = 0
                    AND (e.CreatedAt < j.CreatedAt OR (e.CreatedAt = j.CreatedAt AND e.Id < j.Id))))
        """;

    private const string WaitingColumns = "j.Id, j.Fence, j.IsDryRun, COALESCE(j.Claims, 0) AS Claims";

    internal static readonly SqlText Waiting = new(
        $"SELECT {WaitingColumns} {WaitingFrom} ORDER BY j.CreatedAt, j.Id LIMIT 1",
        $"SELECT TOP (1) {WaitingColumns} {WaitingFrom} ORDER BY j.CreatedAt, j.Id");

    internal static readonly SqlText Claim =
        """
        UPDATE ImportJob
        SET State = 'running', Fence = Fence + 1, LeaseUntil = @until, StartedAt = COALESCE(StartedAt, @now), Claims = COALESCE(Claims, 0) + @counts
        WHERE Id = @id AND Fence = @fence AND (State = 'queued' OR (State = 'running' AND LeaseUntil < @now))
        """;

    internal static readonly SqlText GiveUpWork =
        """
        UPDATE ImportJob SET State = 'failed', EndedAt = @now, LeaseUntil = NULL, Failure = @failure, FailureCode = 'brokeOff'
        WHERE Id = @id AND Fence = @fence AND (State = 'queued' OR (State = 'running' AND LeaseUntil < @now))
        """;

    internal static readonly SqlText Hold = "UPDATE ImportJob SET LeaseUntil = @until WHERE Id = @id AND Fence = @fence AND State = 'running'";

    internal static readonly SqlText Advance =
        """
        UPDATE ImportJob
        SET LeaseUntil = @until, Stage = @stage, NextRow = @nextRow, NextTeamKey = @nextTeamKey, DoneBytes = @doneBytes, AcceptedRows = @accepted,
            UnchangedRows = @unchanged, WarnedRows = @warned, RejectedRows = @rejected, CreatedTeams = @createdTeams,
            Claims = CASE WHEN @stands > COALESCE(Furthest, -1) THEN 0 ELSE Claims END, Furthest = CASE WHEN @stands > COALESCE(Furthest, -1) THEN @stands ELSE Furthest END
        WHERE Id = @id AND Fence = @fence AND State = 'running'
        """;

    internal static readonly SqlText End =
        "UPDATE ImportJob SET State = @state, EndedAt = @now, LeaseUntil = NULL, Failure = @failure, FailureCode = @code, DoneBytes = COALESCE(@doneBytes, DoneBytes) WHERE Id = @id AND Fence = @fence AND State = 'running'";

    internal static readonly SqlText Await = "UPDATE ImportJob SET State = 'review', LeaseUntil = NULL, DoneBytes = @doneBytes WHERE Id = @id AND Fence = @fence AND State = 'running'";

    internal static readonly SqlText Overdue =
        "SELECT j.Id FROM ImportJob j WHERE (j.State = 'review' AND j.CreatedAt < @before) OR (j.State = 'uploading' AND j.LeaseUntil < @now) ORDER BY j.CreatedAt, j.Id";

    internal static readonly SqlText GiveUp =
        """
        UPDATE ImportJob
        SET Failure = CASE WHEN State = 'review' THEN 'Nobody reviewed the import in time.' ELSE 'The upload was never finished.' END,
            FailureCode = CASE WHEN State = 'review' THEN 'notReviewed' ELSE 'notFinished' END,
            State = 'cancelled', EndedAt = @now
        WHERE Id = @id AND ((State = 'review' AND CreatedAt < @before) OR (State = 'uploading' AND LeaseUntil < @now))
        """;

    internal static readonly SqlText Release = "UPDATE ImportJob SET LeaseUntil = @now, Claims = 0 WHERE Id = @id AND Fence = @fence AND State = 'running'";

    private const string EndedFrom =
        "FROM ImportBody b JOIN ImportJob j ON j.Id = b.ImportId WHERE j.State IN ('succeeded', 'failed', 'cancelled', 'unmapped') OR (j.State = 'receiving' AND j.CreatedAt < @before)";

    internal static readonly SqlText EndedWithBody = new(
        $"SELECT j.Id, MIN(b.Part) AS Fence {EndedFrom} GROUP BY j.Id ORDER BY j.Id LIMIT 1",
        $"SELECT TOP (1) j.Id, MIN(b.Part) AS Fence {EndedFrom} GROUP BY j.Id ORDER BY j.Id");

    internal static readonly SqlText DropParts = "DELETE FROM ImportBody WHERE ImportId = @id AND Part < @before";

    internal static readonly SqlText DropBrokenOff = "DELETE FROM ImportJob WHERE State = 'receiving' AND CreatedAt < @before";

    internal static readonly SqlText OldDryRuns =
        "SELECT j.Id FROM ImportJob j WHERE j.IsDryRun = 1 AND j.EndedAt < @before AND EXISTS (SELECT 1 FROM ImportRow r WHERE r.ImportId = j.Id) ORDER BY j.EndedAt, j.Id";

    internal static readonly SqlText DropRows =
        "DELETE FROM ImportRow WHERE ImportId = @id AND RowNumber < (SELECT MIN(r.RowNumber) + @most FROM ImportRow r WHERE r.ImportId = @id)";

    internal static readonly SqlText DropOldKeys = "DELETE FROM IdempotencyKey WHERE CreatedAt < @before";

    /// <summary>Whether something was deleted that may still lie in the database's files; at the start too, since the program before may have died just then.</summary>
    private volatile bool leavesTraces = true;

    /// <summary>Jobs that this process let go of and lived: whatever was in the way, it was not what the job is.</summary>
    private readonly ConcurrentDictionary<Guid, bool> survived = new();

    /// <summary>Takes the oldest job that nobody works on and whose turn it is.</summary>
    /// <param name="small">Only a small one, which is soon done.</param>
    /// <param name="except">Not this one, whatever its lease says: the same process is at work on it.</param>
    public async Task<(ImportRecord Job, long Fence)?> Take(CancellationToken cancellation, bool small = false, Guid? except = null)
    {
        while (true)
        {
            var now = clock.NowToMillisecond();
            var asked = new { now, except, mostBytes = small ? SmallBytes : (long?)null, mostRows = SmallRows };
            if (await database.Read(session => session.First<Candidate>(Waiting, asked, cancellation), cancellation) is not { } candidate)
            {
                return null;
            }

            var counts = survived.TryRemove(candidate.Id, out _) ? 0 : 1;
            if (candidate.Claims >= MostClaims && counts > 0)
            {
                await GiveUpOn(candidate, now, cancellation);
                continue;
            }

            return await attempts.Run<(ImportRecord, long)?>(
                token => database.Write<(ImportRecord, long)?>(
                    async session => await session.Execute(Claim, new { id = candidate.Id, fence = candidate.Fence, counts, now, until = now + Lease }, token) == 1
                        ? ((await session.First<ImportRecord>(Load, new { importId = candidate.Id }, token))!, candidate.Fence + 1)
                        : null,
                    taken => taken is not null,
                    token),
                cancellation);
        }
    }

    /// <summary>The work on the job has failed, and the process lives: its next claim is no sign that the job kills.</summary>
    public void Survived(Guid id) => survived[id] = true;

    private async Task GiveUpOn(Candidate candidate, DateTimeOffset now, CancellationToken cancellation)
    {
        var failure = string.Create(
            CultureInfo.InvariantCulture,
            $"The work on this import broke off {MostClaims} times without coming any further, so it was given up. {(candidate.IsDryRun ? "" : "What was accepted before is kept, and undo puts it back. ")}Send the file in smaller parts; if that breaks off too, whoever runs the server should look at why it stopped.");
        await attempts.Run(
            token => database.Write(
                async session =>
                {
                    var ended = await session.Execute(GiveUpWork, new { id = candidate.Id, fence = candidate.Fence, now, failure }, token);
                    if (ended > 0)
                    {
                        await ends.Note(session, candidate.Id, token);
                    }

                    return ended;
                },
                ended => ended > 0,
                token),
            cancellation);
        await Tidy(cancellation);
    }

    /// <summary>Ends the job, or gives it back for another to go on with.</summary>
    /// <param name="code">What kind of failure it is, for programs.</param>
    public Task Finish(Guid id, long fence, string state, string? failure, long? doneBytes, CancellationToken cancellation, string? code = null) => attempts.Run(
        token => database.Write(
            async session =>
            {
                var ended = await session.Execute(End, new { id, fence, state, failure, code, doneBytes, now = clock.NowToMillisecond() }, token);
                if (ended > 0)
                {
                    await ends.Note(session, id, token);
                }

                return ended;
            },
            _ => true,
            token),
        cancellation);

    /// <summary>Leaves the job to a person: what it would do is worked out.</summary>
    public Task AwaitReview(Guid id, long fence, long doneBytes, CancellationToken cancellation) => attempts.Run(
        token => database.Write(session => session.Execute(Await, new { id, fence, doneBytes }, token), _ => true, token), cancellation);

    public Task GiveBack(Guid id, long fence) => attempts.Run(
        token => database.Write(session => session.Execute(Release, new { id, fence, now = clock.NowToMillisecond().AddMilliseconds(-1) }, token), _ => true, token),
        CancellationToken.None);

    /// <summary>Throws away what is no longer needed: the bodies of ended jobs, uploads that broke off, old idempotency keys.</summary>
    /// <remarks>Deleted content is overwritten by the engine, a few parts in each unit of work so that nobody waits long.</remarks>
    public async Task Tidy(CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        foreach (var id in await database.Read(session => session.Query<Guid>(Overdue, new { now, before = now - LongestReview }, cancellation), cancellation))
        {
            await attempts.Run(
                token => database.Write(
                    async session =>
                    {
                        var given = await session.Execute(GiveUp, new { id, now, before = now - LongestReview }, token);
                        if (given > 0)
                        {
                            await ends.Note(session, id, token);
                        }

                        return given;
                    },
                    given => given > 0,
                    token),
                cancellation);
        }

        while (await database.Read(session => session.First<Candidate>(EndedWithBody, new { before = now - LongestUpload }, cancellation), cancellation) is { } ended)
        {
            await attempts.Run(
                token => database.Write(session => session.Execute(DropParts, new { id = ended.Id, before = ended.Fence + PartsAtATime }, token), _ => true, token),
                cancellation);
            leavesTraces = true;
        }

        await attempts.Run(
            token => database.Write(session => session.Execute(DropBrokenOff, new { before = now - LongestUpload }, token), dropped => dropped > 0, token),
            cancellation);
        await attempts.Run(
            token => database.Write(session => session.Execute(DropOldKeys, new { before = now - IdempotencyKept }, token), dropped => dropped > 0, token),
            cancellation);
        await Purge(cancellation);
    }

    /// <summary>Throws away the rows of old dry runs, a few in each unit of work so that nobody waits long.</summary>
    public async Task Age(CancellationToken cancellation)
    {
        var before = clock.NowToMillisecond() - DryRunRowsKept;
        foreach (var id in await database.Read(session => session.Query<Guid>(OldDryRuns, new { before }, cancellation), cancellation))
        {
            while (await attempts.Run(
                token => database.Write(session => session.Execute(DropRows, new { id, most = RowsAtATime }, token), dropped => dropped > 0, token), cancellation) > 0)
            {
            }
        }
    }

    /// <summary>Sees to it that a file which was just deleted is nowhere left: it may have been about patients.</summary>
    public Task Forget(CancellationToken cancellation)
    {
        leavesTraces = true;
        return Purge(cancellation);
    }

    /// <summary>Where somebody is in the way, the worker tries again.</summary>
    public async Task Purge(CancellationToken cancellation)
    {
        if (leavesTraces)
        {
            leavesTraces = false;
            leavesTraces = !await database.Purge(cancellation);
        }
    }

    private sealed record Candidate
    {
        public Guid Id { get; init; }

        public long Fence { get; init; }

        public bool IsDryRun { get; init; }

        public int Claims { get; init; }
    }
}
