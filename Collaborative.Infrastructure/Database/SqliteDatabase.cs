using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Collaborative.Infrastructure.Database;

/// <summary>The embedded engine: one writer with group commit, and readers that never wait for it.</summary>
internal sealed class SqliteDatabase : IDatabase, IDisposable
{
    // WAL lets readers and the writer work side by side; FULL makes an acknowledged commit survive a power cut (sqlite.org/pragma.html#pragma_synchronous).
    private const string WriterPragmas =
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {0}; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 4000;";

    private const string ReaderPragmas = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA cache_size = -8192;";

    /// <summary>Whoever writes waits while a reader is waited for, so that is not long.</summary>
    private const string PurgePragmas = "PRAGMA busy_timeout = 100;";

    private readonly ConcurrentBag<CachedConnection> readers = [];
    private readonly Lazy<SqliteWriter> writer;
    private readonly Lock watching = new();
    private CachedConnection? watch;
    private SqliteStatement? dataVersion;
    private bool disposed;

    static SqliteDatabase()
    {
        // No connection here is ever used by two threads at a time, so the engine need not guard each call with a lock of its
        // own (sqlite.org/threadsafe.html). Where the engine is at work already this is refused, and the locks stay.
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
    }

    /// <param name="durable">False only while sample data is made, where a power cut costs nothing.</param>
    public SqliteDatabase(string connectionString, bool durable = true)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString) { Pooling = false };
        builder.DataSource = Path.GetFullPath(builder.DataSource);
        FilePath = builder.DataSource;
        ConnectionString = builder.ToString();
        writer = new Lazy<SqliteWriter>(() => new SqliteWriter(OpenWriter));

        CachedConnection OpenWriter()
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
            return new CachedConnection(ConnectionString, string.Format(System.Globalization.CultureInfo.InvariantCulture, WriterPragmas, durable ? "FULL" : "OFF"));
        }
    }

    public Engine Engine => Engine.Sqlite;

    public string FilePath { get; }

    public string ConnectionString { get; }

    public async Task<T> Read<T>(Func<Session, Task<T>> look, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!readers.TryTake(out var connection))
        {
            connection = new CachedConnection(ConnectionString, ReaderPragmas);
        }

        var intact = false;
        try
        {
            connection.Run("BEGIN");
            var result = await look(new Session(connection, null, Engine.Sqlite));
            connection.Run("COMMIT");
            intact = true;
            return result;
        }
        finally
        {
            if (intact && !disposed)
            {
                readers.Add(connection);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    public Task<T> Write<T>(Func<Session, Task<T>> unit, Func<T, bool> keep, CancellationToken cancellation) =>
        writer.Value.Run(unit, keep, cancellation);

    /// <summary>PRAGMA data_version on a connection that never writes changes with every commit of any other connection or process.</summary>
    public long? Epoch()
    {
        lock (watching)
        {
            watch ??= new CachedConnection(ConnectionString, ReaderPragmas);
            dataVersion ??= watch.Statement("PRAGMA data_version");
            dataVersion.Rewind();
            dataVersion.Read();
            var version = dataVersion.GetInt64(0);
            dataVersion.Rewind();
            return version;
        }
    }

    /// <summary>
    /// Deleted content is overwritten in the file (secure_delete), but the log still has what was written before. So the log is
    /// moved into the file and cut to nothing: what can be while others go on writing, and only the rest while they wait.
    /// </summary>
    public Task<bool> Purge(CancellationToken cancellation) => Task.Run(
        () =>
        {
            try
            {
                using var connection = new CachedConnection(ConnectionString, PurgePragmas);
                Checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)");
                return Checkpoint(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            }
            catch (SqliteException)
            {
                // Such as a full disk: what is in the way now may be gone later.
                return false;
            }
        },
        cancellation);

    /// <returns>Whether nobody was in the way (sqlite.org/pragma.html#pragma_wal_checkpoint).</returns>
    private static bool Checkpoint(CachedConnection connection, string sql)
    {
        using var statement = connection.Statement(sql);
        return statement.Read() && statement.GetInt32(0) == 0;
    }

    public Task Migrate(Func<Session, Task> migration, CancellationToken cancellation) =>
        Write<bool>(
            async session =>
            {
                await migration(session);
                return true;
            },
            _ => true,
            cancellation);

    public void Dispose()
    {
        disposed = true;
        if (writer.IsValueCreated)
        {
            writer.Value.Dispose();
        }

        while (readers.TryTake(out var connection))
        {
            connection.Dispose();
        }

        dataVersion?.Dispose();
        watch?.Dispose();
    }
}
