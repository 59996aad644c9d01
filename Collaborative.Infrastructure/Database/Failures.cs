using System.Collections.Frozen;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace Collaborative.Infrastructure.Database;

/// <summary>The database could not take or confirm the work: nothing is known to be wrong with the request, and sending it again is safe.</summary>
public sealed class DatabaseUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Somebody else's unit of work came first; the unit decides anew on what is there now.</summary>
internal sealed class ConcurrentChangeException() : Exception("A row changed between being read and being written.");

internal enum Failure
{
    /// <summary>Our mistake.</summary>
    Bug,

    /// <summary>Goes away by itself: the whole unit is tried again.</summary>
    Transient,

    /// <summary>Two units made the same row: the second is tried once more and then sees the first.</summary>
    Concurrent,

    /// <summary>No room, no disk, no server: 503.</summary>
    Unavailable,
}

/// <summary>Every engine error that has a meaning here, listed and named.</summary>
internal static class Failures
{
    /// <summary>https://www.sqlite.org/rescode.html</summary>
    private static readonly FrozenDictionary<int, string> SqliteTransient = new Dictionary<int, string>
    {
        [5] = "SQLITE_BUSY: another process holds the write lock",
        [6] = "SQLITE_LOCKED: another statement on the same connection is in the way",
        [15] = "SQLITE_PROTOCOL: the locking protocol of the log was contended",
        [17] = "SQLITE_SCHEMA: the schema changed while the statement ran",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> SqliteUnavailable = new Dictionary<int, string>
    {
        [7] = "SQLITE_NOMEM: no memory",
        [8] = "SQLITE_READONLY: the file cannot be written",
        [9] = "SQLITE_INTERRUPT: the operation was interrupted",
        [10] = "SQLITE_IOERR: the disk failed",
        [13] = "SQLITE_FULL: the disk is full",
        [14] = "SQLITE_CANTOPEN: the file cannot be opened",
    }.ToFrozenDictionary();

    /// <summary>Extended codes: SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY.</summary>
    private static readonly FrozenSet<int> SqliteDuplicate = new[] { 2067, 1555 }.ToFrozenSet();

    /// <summary>Database engine events and errors of SQL Server and Azure SQL.</summary>
    private static readonly FrozenDictionary<int, string> SqlServerTransient = new Dictionary<int, string>
    {
        [1205] = "chosen as deadlock victim",
        [1222] = "lock request timed out",
        [3960] = "snapshot update conflict",
        [4060] = "database not available at login",
        [10928] = "resource limit reached",
        [10929] = "resource limit reached, server busy",
        [40143] = "connection lost while processing",
        [40197] = "service error while processing",
        [40501] = "service busy",
        [40540] = "service error, transaction aborted",
        [40613] = "database currently unavailable",
        [49918] = "not enough resources",
        [49919] = "too many create or update operations",
        [49920] = "too many operations",
        [41301] = "dependency failure in a memory-optimised transaction",
        [41302] = "write conflict in a memory-optimised transaction",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> SqlServerUnavailable = new Dictionary<int, string>
    {
        [-2] = "timed out, outcome unknown",
        [0] = "could not connect, or the connection broke",
        [20] = "the server does not support encryption",
        [53] = "server not found or not reachable",
        [64] = "connection dropped after login began",
        [233] = "no process at the other end of the pipe",
        [258] = "wait timed out",
        [1101] = "no disk space for a new page",
        [1105] = "no disk space in the file group",
        [3906] = "database is read-only",
        [4221] = "replica not ready at login",
        [9002] = "transaction log full",
        [10053] = "connection aborted",
        [10054] = "connection reset",
        [10060] = "connection timed out",
        [10061] = "connection refused",
        [18456] = "login failed",
    }.ToFrozenDictionary();

    /// <summary>Unique index and unique constraint.</summary>
    private static readonly FrozenSet<int> SqlServerDuplicate = new[] { 2601, 2627 }.ToFrozenSet();

    public static Failure Of(Exception exception) => exception switch
    {
        ConcurrentChangeException => Failure.Concurrent,
        DatabaseUnavailableException => Failure.Unavailable,
        SqliteException sqlite when SqliteTransient.ContainsKey(sqlite.SqliteErrorCode) => Failure.Transient,
        SqliteException sqlite when SqliteUnavailable.ContainsKey(sqlite.SqliteErrorCode) => Failure.Unavailable,
        SqliteException sqlite when SqliteDuplicate.Contains(sqlite.SqliteExtendedErrorCode) => Failure.Concurrent,
        SqlException sql when Any(sql, SqlServerTransient.ContainsKey) => Failure.Transient,
        SqlException sql when Any(sql, SqlServerDuplicate.Contains) => Failure.Concurrent,
        SqlException sql when Any(sql, SqlServerUnavailable.ContainsKey) => Failure.Unavailable,
        _ => Failure.Bug,
    };

    private static bool Any(SqlException exception, Func<int, bool> listed)
    {
        foreach (SqlError error in exception.Errors)
        {
            if (listed(error.Number))
            {
                return true;
            }
        }

        return false;
    }
}
