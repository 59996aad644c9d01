using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Collaborative.Infrastructure.Database;

/// <summary>
/// The one writer of a SQLite database. Units of work that wait at the same moment run one after the other, each in its
/// own savepoint, and share one COMMIT, so that the cost of making a commit durable is shared by all who wait for it.
/// </summary>
/// <remarks>
/// Every outcome, refusals too, is released after the COMMIT, since it may rest on a neighbour's uncommitted row.
/// A unit does synchronous database work only: anything it awaited would hold up all others.
/// </remarks>
internal sealed class SqliteWriter : IDisposable
{
    private const int MostUnitsPerCommit = 256;

    /// <summary>Past this, those who wait are answered before more is taken on.</summary>
    private static readonly TimeSpan LongestCommit = TimeSpan.FromMilliseconds(50);

    private readonly BlockingCollection<Unit> waiting = [];
    private readonly Func<CachedConnection> open;
    private readonly Thread thread;
    private CachedConnection? connection;

    public SqliteWriter(Func<CachedConnection> open)
    {
        this.open = open;
        thread = new Thread(Loop) { IsBackground = true, Name = "SQLite writer" };
        thread.Start();
    }

    public Task<T> Run<T>(Func<Session, Task<T>> body, Func<T, bool> keep, CancellationToken cancellation)
    {
        var unit = new Unit<T>(body, keep, cancellation);
        waiting.Add(unit, CancellationToken.None);
        return unit.Answer;
    }

    public void Dispose()
    {
        waiting.CompleteAdding();
        thread.Join();
        waiting.Dispose();
        connection?.Dispose();
    }

    private void Loop()
    {
        var batch = new List<Unit>(MostUnitsPerCommit);
        while (waiting.TryTake(out var first, Timeout.Infinite))
        {
            batch.Clear();
            batch.Add(first);
            try
            {
                Commit(batch, mayTakeMore: true);
            }
            catch (EngineEndedTransactionException)
            {
                // Disk full, I/O error or interrupt: none is acknowledged, and each has its own try.
                foreach (var unit in batch)
                {
                    Alone(unit);
                }
            }
            catch (Exception exception)
            {
                Fail(batch, exception);
            }
        }
    }

    private void Alone(Unit unit)
    {
        try
        {
            Commit([unit], mayTakeMore: false);
        }
        catch (EngineEndedTransactionException ended)
        {
            Fail([unit], ended.InnerException!);
        }
        catch (Exception exception)
        {
            Fail([unit], exception);
        }
    }

    /// <summary>Runs the units, and while they run any that come to wait, in one transaction; releases them after its COMMIT.</summary>
    private void Commit(List<Unit> batch, bool mayTakeMore)
    {
        connection ??= open();
        connection.Run("BEGIN IMMEDIATE");
        var session = new Session(connection, null, Engine.Sqlite);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < batch.Count; i++)
        {
            RunOne(batch[i], session);
            if (mayTakeMore && i == batch.Count - 1 && batch.Count < MostUnitsPerCommit
                && Stopwatch.GetElapsedTime(started) < LongestCommit && waiting.TryTake(out var next))
            {
                batch.Add(next);
            }
        }

        try
        {
            connection.Run("COMMIT");
        }
        catch (SqliteException exception)
        {
            // Whether a failed COMMIT took effect cannot be known, so it is never replayed.
            throw new DatabaseUnavailableException("The commit was not confirmed.", exception);
        }

        foreach (var unit in batch)
        {
            unit.Release();
        }
    }

    private void RunOne(Unit unit, Session session)
    {
        connection!.Run("SAVEPOINT unit");
        var kept = unit.Execute(session);
        if (connection.IsIdle)
        {
            throw new EngineEndedTransactionException(unit.Failure ?? new DatabaseUnavailableException("The engine ended the transaction."));
        }

        if (!kept)
        {
            connection.Run("ROLLBACK TO unit");
        }

        connection.Run("RELEASE unit");
    }

    private void Fail(List<Unit> batch, Exception exception)
    {
        foreach (var unit in batch)
        {
            unit.Fail(exception);
        }

        // Whatever state the connection is in, the next unit starts on a fresh one.
        try
        {
            connection?.Dispose();
        }
        catch (SqliteException)
        {
            // Closing a connection that has failed may fail too; nothing is left to be done about it.
        }

        connection = null;
    }

    private sealed class EngineEndedTransactionException(Exception cause) : Exception(cause.Message, cause);

    private abstract class Unit
    {
        public Exception? Failure { get; protected set; }

        /// <returns>Whether what was done is to be kept.</returns>
        public abstract bool Execute(Session session);

        public abstract void Release();

        public abstract void Fail(Exception exception);
    }

    private sealed class Unit<T>(Func<Session, Task<T>> body, Func<T, bool> keep, CancellationToken cancellation) : Unit
    {
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;

        public Task<T> Answer => answer.Task;

        public override bool Execute(Session session)
        {
            Failure = null;
            result = default;
            try
            {
                cancellation.ThrowIfCancellationRequested();
                var task = body(session);
                if (!task.IsCompleted)
                {
                    throw new InvalidOperationException("A unit of work on the writer awaited something other than the database.");
                }

                result = task.GetAwaiter().GetResult();
                return keep(result);
            }
            catch (Exception exception)
            {
                Failure = exception;
                return false;
            }
        }

        public override void Release()
        {
            switch (Failure)
            {
                case null:
                    answer.TrySetResult(result!);
                    break;
                case OperationCanceledException:
                    answer.TrySetCanceled(cancellation);
                    break;
                default:
                    answer.TrySetException(Failure);
                    break;
            }
        }

        public override void Fail(Exception exception) => answer.TrySetException(exception);
    }
}
