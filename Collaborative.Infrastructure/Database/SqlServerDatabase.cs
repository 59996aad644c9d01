using System.Data;
using Microsoft.Data.SqlClient;

namespace Collaborative.Infrastructure.Database;

/// <summary>The engine for more than one machine.</summary>
internal sealed class SqlServerDatabase(string connectionString) : IDatabase
{
    private static readonly SqlText TakeMigrationLock = new(
        "SELECT 0",
        "DECLARE @result INT; EXEC @result = sp_getapplock @Resource = 'Collaborative.Migrate', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000; SELECT @result");

    public Engine Engine => Engine.SqlServer;

    public async Task<T> Read<T>(Func<Session, Task<T>> look, CancellationToken cancellation)
    {
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync(cancellation);

        // Snapshot isolation: all statements of a look see one state, and wait for nobody.
        await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync(IsolationLevel.Snapshot, cancellation);
        var result = await look(new Session(connection, transaction, Engine.SqlServer));
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    public async Task<T> Write<T>(Func<Session, Task<T>> unit, Func<T, bool> keep, CancellationToken cancellation)
    {
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
        var result = await unit(new Session(connection, transaction, Engine.SqlServer));
        if (!keep(result))
        {
            await transaction.RollbackAsync(CancellationToken.None);
            return result;
        }

        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (SqlException exception)
        {
            // Whether a failed COMMIT took effect cannot be known, so it is never replayed.
            throw new DatabaseUnavailableException("The commit was not confirmed.", exception);
        }

        return result;
    }

    public long? Epoch() => null;

    /// <summary>The engine cleans its pages by itself; its log is cut by those who back it up.</summary>
    public Task<bool> Purge(CancellationToken cancellation) => Task.FromResult(true);

    public Task Migrate(Func<Session, Task> migration, CancellationToken cancellation) =>
        Write(
            async session =>
            {
                if (await session.First<int>(TakeMigrationLock, null, cancellation) < 0)
                {
                    throw new DatabaseUnavailableException("Another process is migrating the database.");
                }

                await migration(session);
                return true;
            },
            _ => true,
            cancellation);
}
