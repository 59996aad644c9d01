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

    /// <summary>An upload that never ended is thrown away after this.</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromHours(6);

    /// <summary>An import that nobody reviews for so long is given up, and its file with it.</summary>
    private static readonly TimeSpan LongestReview = TimeSpan.FromDays(30);

    private static readonly TimeSpan IdempotencyKept = TimeSpan.FromHours(72);

    private const int PartsAtATime = 32;

    internal static readonly SqlText Load = $"SELECT {ImportRecord.Columns} FROM ImportJob j JOIN Collaborative c ON c.Id = j.CollaborativeId WHERE j.Id = @importId";

    private const string WaitingFrom = "FROM ImportJob j WHERE j.State = 'queued' OR (j.State = 'running' AND j.LeaseUntil < @now)";

    internal static readonly SqlText Waiting = new(
        $"SELECT j.Id, j.Fence {WaitingFrom} ORDER BY j.CreatedAt, j.Id LIMIT 1",
        $"SELECT TOP (1) j.Id, j.Fence {WaitingFrom} ORDER BY j.CreatedAt, j.Id");

    internal static readonly SqlText Claim =
        """
        UPDATE ImportJob
        SET State = 'running', Fence = Fence + 1, LeaseUntil = @until, StartedAt = COALESCE(StartedAt, @now)
        WHERE Id = @id AND Fence = @fence AND (State = 'queued' OR (State = 'running' AND LeaseUntil < @now))
        """;

    internal static readonly SqlText Hold = "UPDATE ImportJob SET LeaseUntil = @until WHERE Id = @id AND Fence = @fence AND State = 'running'";

    internal static readonly SqlText Advance =
        """
        UPDATE ImportJob
        SET LeaseUntil = @until, Stage = @stage, NextRow = @nextRow, NextTeamKey = @nextTeamKey, DoneBytes = @doneBytes, AcceptedRows = @accepted,
            UnchangedRows = @unchanged, WarnedRows = @warned, RejectedRows = @rejected, CreatedTeams = @createdTeams
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

    internal static readonly SqlText Release = "UPDATE ImportJob SET LeaseUntil = @now WHERE Id = @id AND Fence = @fence AND State = 'running'";

    private const string EndedFrom =
        "FROM ImportBody b JOIN ImportJob j ON j.Id = b.ImportId WHERE j.State IN ('succeeded', 'failed', 'cancelled', 'unmapped') OR (j.State = 'receiving' AND j.CreatedAt < @before)";

    internal static readonly SqlText EndedWithBody = new(
        $"SELECT j.Id, MIN(b.Part) AS Fence {EndedFrom} GROUP BY j.Id ORDER BY j.Id LIMIT 1",
        $"SELECT TOP (1) j.Id, MIN(b.Part) AS Fence {EndedFrom} GROUP BY j.Id ORDER BY j.Id");

    internal static readonly SqlText DropParts = "DELETE FROM ImportBody WHERE ImportId = @id AND Part < @before";

    internal static readonly SqlText DropBrokenOff = "DELETE FROM ImportJob WHERE State = 'receiving' AND CreatedAt < @before";

    internal static readonly SqlText DropOldKeys = "DELETE FROM IdempotencyKey WHERE CreatedAt < @before";

    /// <summary>Whether something was deleted that may still lie in the database's files; at the start too, since the program before may have died just then.</summary>
    private volatile bool leavesTraces = true;

    /// <summary>Takes the oldest job that nobody works on.</summary>
    public async Task<(ImportRecord Job, long Fence)?> Take(CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        if (await database.Read(session => session.First<Candidate>(Waiting, new { now }, cancellation), cancellation) is not { } candidate)
        {
            return null;
        }

        return await attempts.Run<(ImportRecord, long)?>(
            token => database.Write<(ImportRecord, long)?>(
                async session => await session.Execute(Claim, new { id = candidate.Id, fence = candidate.Fence, now, until = now + Lease }, token) == 1
                    ? ((await session.First<ImportRecord>(Load, new { importId = candidate.Id }, token))!, candidate.Fence + 1)
                    : null,
                taken => taken is not null,
                token),
            cancellation);
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
    }
}
