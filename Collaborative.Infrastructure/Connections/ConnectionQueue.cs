using Collaborative.Domain;
using Collaborative.Domain.Connections;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Pipeline;

namespace Collaborative.Infrastructure.Connections;

/// <summary>Somebody else polls the connection now, or it was changed: this worker has nothing more to say about it.</summary>
internal sealed class PollLostException() : Exception("The lease on the connection is lost.");

/// <summary>A connection that a worker polls.</summary>
/// <param name="Connection">As it was when it was taken; a change of it takes it away from the worker.</param>
/// <param name="State">Under the worker's fence.</param>
/// <param name="ProfileRevision">The partner's profile, as it was before anything was fetched; null where there is none.</param>
/// <param name="KnowsContent">Whether what was imported last was taken, and by this profile: otherwise the same content is worth fetching again.</param>
internal sealed record TakenPoll(ConnectionRow Connection, PollState State, RunRow Run, int? ProfileRevision, bool KnowsContent)
{
    /// <summary>The one poll that is to show whether a partner that kept failing is back.</summary>
    public bool IsTrial => State.Failures >= PollCircuit.Threshold;
}

/// <summary>What came of asking the partner.</summary>
internal sealed record PollAnswer
{
    /// <summary>How often the partner was asked.</summary>
    public int Attempts { get; init; }

    public int? Status { get; init; }

    public int? Pages { get; init; }

    /// <summary>What shows the partner next time what is here already; null where one answer does not speak for the whole.</summary>
    public string? EntityTag { get; init; }

    public string? LastModified { get; init; }
}

/// <summary>
/// Who polls what when: the state of each connection is the queue. A worker holds a connection by a lease that runs out. What it brings is
/// queued, what it learned of the partner is kept, and its run is ended in one unit of work, so that a worker that dies anywhere leaves
/// either all of it or nothing but a run to be begun again.
/// </summary>
internal sealed class ConnectionQueue(IDatabase database, Attempts attempts, TimeProvider clock)
{
    /// <summary>Renewed while something comes; longer than anything takes in between.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>A poll that so many servers did not survive is not begun again.</summary>
    private const int MostTakeovers = 5;

    /// <summary>Polls that brought nothing are told of for so long.</summary>
    private static readonly TimeSpan RunsKept = TimeSpan.FromDays(90);

    private const string WaitingFrom =
        """
        FROM ConnectionState s
        JOIN PartnerConnection x ON x.Id = s.ConnectionId
        JOIN Collaborative c ON c.Id = x.CollaborativeId
        WHERE x.IsWithdrawn = 0 AND c.Status NOT IN ('closed', 'cancelled') AND (s.LeaseUntil IS NULL OR s.LeaseUntil < @now)
            AND (s.RunId IS NOT NULL OR (x.IsPaused = 0 AND s.NextRunAt <= @now))
        ORDER BY s.NextRunAt, s.ConnectionId
        """;

    internal static readonly SqlText Waiting = new($"SELECT s.ConnectionId {WaitingFrom} LIMIT 1", $"SELECT TOP (1) s.ConnectionId {WaitingFrom}");

    internal static readonly SqlText LoadConnection = $"SELECT {ConnectionRow.Columns} FROM PartnerConnection WHERE Id = @connectionId";

    internal static readonly SqlText Profile = "SELECT p.Revision FROM ImportProfile p WHERE p.CollaborativeId = @collaborativeId AND p.CodeKey = @codeKey AND p.IsWithdrawn = 0";

    // What a person has looked at and refused need not be offered again; what ended otherwise without being taken is.
    internal static readonly SqlText IsTaken =
        "SELECT COUNT(*) FROM ImportJob j WHERE j.Id = @importId AND (j.State NOT IN ('failed', 'unmapped', 'cancelled') OR j.Verdict = 'rejected')";

    internal static readonly SqlText Renewal = "UPDATE ConnectionState SET LeaseUntil = @until WHERE ConnectionId = @connectionId AND Fence = @fence";

    internal static readonly SqlText NameConnection = "UPDATE ImportJob SET ConnectionId = @connectionId WHERE Id = @importId AND State = 'receiving'";

    /// <summary>Takes the connection that has waited longest, and moves its schedule on: slots that passed meanwhile are one.</summary>
    public async Task<TakenPoll?> Take(CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        if (await database.Read(session => session.First<Guid?>(Waiting, new { now }, cancellation), cancellation) is not { } connectionId)
        {
            return null;
        }

        return await attempts.Run(
            token => database.Write(session => Take(session, connectionId, now, token), taken => taken is not null, token), cancellation);
    }

    /// <exception cref="PollLostException">Another worker has it.</exception>
    public async Task Renew(TakenPoll taken, CancellationToken cancellation)
    {
        var renewed = await attempts.Run(
            token => database.Write(
                session => session.Execute(
                    Renewal, new { connectionId = taken.Connection.Id, fence = taken.State.Fence, until = clock.NowToMillisecond() + Lease }, token),
                count => count > 0,
                token),
            cancellation);
        if (renewed == 0)
        {
            throw new PollLostException();
        }
    }

    /// <summary>Gives it back, for another to begin again.</summary>
    public Task GiveBack(TakenPoll taken) => attempts.Run(
        token => database.Write(
            session => session.Execute(
                Renewal, new { connectionId = taken.Connection.Id, fence = taken.State.Fence, until = clock.NowToMillisecond().AddMilliseconds(-1) }, token),
            _ => true,
            token),
        CancellationToken.None);

    /// <summary>The partner says that nothing has changed.</summary>
    public Task NotModified(TakenPoll taken, PollAnswer answer, CancellationToken cancellation) =>
        End(taken, answer, taken.State, new RunRow { State = EnumText.Of(RunState.NotModified) }, null, cancellation);

    /// <summary>Queues what came as an import, or finds that the same is here already.</summary>
    /// <returns>Whether the import was queued.</returns>
    public async Task<bool> Bring(TakenPoll taken, PollAnswer answer, ReceivedFile file, CancellationToken cancellation)
    {
        var isSame = taken.KnowsContent && taken.State.ContentHash == file.ContentHash;
        var state = taken.State with { EntityTag = answer.EntityTag, LastModified = answer.LastModified, ProfileRevision = taken.ProfileRevision };
        var run = new RunRow { TotalBytes = file.Bytes, ContentHash = file.ContentHash };
        if (isSame)
        {
            await End(taken, answer, state, run with { State = EnumText.Of(RunState.NotModified) }, null, cancellation);
            return false;
        }

        await End(
            taken,
            answer,
            state with { ContentHash = file.ContentHash, ImportId = file.ImportId },
            run with { State = EnumText.Of(RunState.Imported), ImportId = file.ImportId },
            async (session, token) =>
            {
                var connectionId = taken.Connection.Id;
                if (await session.Execute(NameConnection, new { importId = file.ImportId, connectionId }, token) == 0
                    || await session.Execute(UploadHandlers.Queue, new { importId = file.ImportId, contentHash = file.ContentHash, totalBytes = file.Bytes }, token) == 0)
                {
                    throw new PollLostException();
                }
            },
            cancellation);
        return true;
    }

    /// <param name="why">A sentence that repeats nothing of what the partner sent.</param>
    /// <param name="wait">How long the partner asks to be left alone.</param>
    public Task Fail(TakenPoll taken, PollAnswer answer, string why, TimeSpan? wait, CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        var failures = taken.State.Failures + 1;
        var rest = PollCircuit.RestAfter(failures);
        var earliest = now + (wait > rest ? wait.Value : rest);
        return End(
            taken,
            answer,
            taken.State with
            {
                Failures = failures,
                OpensUntil = rest > TimeSpan.Zero ? now + rest : null,
                LastFailureAt = now,
                Failure = why,
                NextRunAt = taken.State.NextRunAt is { } next && next < earliest ? earliest : taken.State.NextRunAt,
            },
            new RunRow { State = EnumText.Of(RunState.Failed), Failure = why },
            null,
            cancellation);
    }

    private async Task<TakenPoll?> Take(Session session, Guid connectionId, DateTimeOffset now, CancellationToken cancellation)
    {
        // Looked at again in the unit that takes it: another may have been faster.
        var state = (await session.First<PollState>(PollState.Load, new { connectionId }, cancellation))!;
        var connection = (await session.First<ConnectionRow>(LoadConnection, new { connectionId }, cancellation))!;
        var isDue = !connection.IsPaused && state.NextRunAt <= now;
        if (connection.IsWithdrawn || state.LeaseUntil >= now || (state.RunId is null && !isDue))
        {
            return null;
        }

        var run = state.RunId is { } inHand ? await session.First<RunRow>(RunRow.Load, new { runId = inHand, connectionId }, cancellation) : null;
        if (run is null)
        {
            run = new RunRow { Id = Guid.CreateVersion7(now), ConnectionId = connectionId, State = EnumText.Of(RunState.Running), DueAt = state.NextRunAt, CreatedAt = now, StartedAt = now };
            await session.Execute(RunRow.Insert, run, cancellation);
        }
        else
        {
            // One that was running already broke off: that was a try too.
            run = run with { Attempts = run.Attempts + (run.State == EnumText.Of(RunState.Running) ? 1 : 0), State = EnumText.Of(RunState.Running) };
            await session.Execute(RunRow.Begin, new { runId = run.Id, now, attempts = run.Attempts }, cancellation);
        }

        var zone = TimeZoneInfo.FindSystemTimeZoneById((await CalendarRow.Read(session, connection.CollaborativeId, cancellation)).TimeZone);
        var taken = await (state with
        {
            LeaseUntil = now + Lease,
            RunId = run.Id,
            NextRunAt = isDue ? PollSchedule.Next(connection.Times, zone, state.AnchorAt, now) : state.NextRunAt,
        }).Save(session, cancellation);
        if (taken is null)
        {
            return null;
        }

        var profile = await session.First<int?>(Profile, new { collaborativeId = connection.CollaborativeId, codeKey = Code.KeyOf(connection.ProfileCode) }, cancellation);
        var knows = state.ImportId is { } importId && state.ProfileRevision == profile && await session.First<int>(IsTaken, new { importId }, cancellation) > 0;
        return new TakenPoll(connection, taken, run, profile, knows);
    }

    /// <summary>Whether a run that was taken has broken off too often to be begun again.</summary>
    public static bool IsHopeless(TakenPoll taken) => taken.Run.StartedAt is not null && taken.Run.Attempts >= MostTakeovers;

    /// <param name="run">What is to be noted of the run; the rest of it is filled in here.</param>
    private async Task End(TakenPoll taken, PollAnswer answer, PollState state, RunRow run, Func<Session, CancellationToken, Task>? work, CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        var isFailed = run.Failure is not null;
        await attempts.Run(
            token => database.Write(
                async session =>
                {
                    var saved = await (state with
                    {
                        LeaseUntil = null,
                        RunId = null,
                        HasRun = true,
                        Failures = isFailed ? state.Failures : 0,
                        OpensUntil = isFailed ? state.OpensUntil : null,
                        LastSuccessAt = isFailed ? state.LastSuccessAt : now,
                    }).Save(session, token);
                    var ended = await session.Execute(
                        RunRow.End,
                        run with { Id = taken.Run.Id, Attempts = taken.Run.Attempts + answer.Attempts, HttpStatus = answer.Status, Pages = answer.Pages, EndedAt = now },
                        token);
                    if (saved is null || ended == 0)
                    {
                        throw new PollLostException();
                    }

                    if (work is not null)
                    {
                        await work(session, token);
                    }

                    await session.Execute(RunRow.DropOld, new { connectionId = taken.Connection.Id, before = now - RunsKept }, token);
                    return true;
                },
                _ => true,
                token),
            cancellation);
    }
}
