using System.Data;
using System.Data.Common;
using Dapper;

namespace Collaborative.Infrastructure.Database;

/// <summary>One connection for one unit of work or one look: every statement of a handler goes through here.</summary>
/// <remarks>On SQLite all work is done when a method returns, so that a unit of work never leaves the writer's thread.</remarks>
internal sealed class Session(DbConnection connection, DbTransaction? transaction, Engine engine)
{
    public Engine Engine => engine;

    public async Task<List<T>> Query<T>(SqlText text, object? parameters, CancellationToken cancellation) => engine == Engine.Sqlite
        ? connection.Query<T>(text.Sqlite, parameters).AsList()
        : (await connection.QueryAsync<T>(Command(text, parameters, cancellation))).AsList();

    public async Task<T?> First<T>(SqlText text, object? parameters, CancellationToken cancellation) => engine == Engine.Sqlite
        ? connection.QueryFirstOrDefault<T>(text.Sqlite, parameters)
        : await connection.QueryFirstOrDefaultAsync<T>(Command(text, parameters, cancellation));

    /// <returns>How many rows the statement changed.</returns>
    public async Task<int> Execute(SqlText text, object? parameters, CancellationToken cancellation) => engine == Engine.Sqlite
        ? connection.Execute(text.Sqlite, parameters)
        : await connection.ExecuteAsync(Command(text, parameters, cancellation));

    /// <summary>Reads many rows without an object for each; the caller takes what it needs from the reader.</summary>
    public async Task Read(SqlText text, object? parameters, Action<DbDataReader> row, CancellationToken cancellation)
    {
        if (engine == Engine.Sqlite)
        {
            using var reader = (DbDataReader)connection.ExecuteReader(text.Sqlite, parameters);
            while (reader.Read())
            {
                row(reader);
            }

            return;
        }

        await using var rows = await connection.ExecuteReaderAsync(Command(text, parameters, cancellation));
        while (await rows.ReadAsync(cancellation))
        {
            row(rows);
        }
    }

    /// <summary>A statement to be run many times, its parameters set by position.</summary>
    public PreparedStatement Prepare(SqlText text, params ReadOnlySpan<(string Name, DbType Type)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text.For(engine);
        command.Transaction = transaction;
        return new PreparedStatement(command, parameters);
    }

    private CommandDefinition Command(SqlText text, object? parameters, CancellationToken cancellation) =>
        new(text.SqlServer, parameters, transaction, cancellationToken: cancellation);
}

/// <summary>A statement whose text is parsed once and whose parameters change from row to row.</summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly DbCommand command;

    public PreparedStatement(DbCommand command, ReadOnlySpan<(string Name, DbType Type)> parameters)
    {
        this.command = command;
        foreach (var (name, type) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            if (!Binding.IsSqlite(command))
            {
                // SQL Server must know what an empty value is a value of.
                parameter.DbType = type;
            }

            command.Parameters.Add(parameter);
        }
    }

    /// <summary>Sets the parameters in their order; guids, instants and months are bound as every other statement binds them.</summary>
    public void Bind(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Binding.Set(command.Parameters[i], values[i]);
        }
    }

    public async Task<int> Execute(CancellationToken cancellation) =>
        Binding.IsSqlite(command) ? command.ExecuteNonQuery() : await command.ExecuteNonQueryAsync(cancellation);

    public async Task<bool> First(Action<DbDataReader> row, CancellationToken cancellation)
    {
        if (Binding.IsSqlite(command))
        {
            using var reader = command.ExecuteReader();
            if (!reader.Read())
            {
                return false;
            }

            row(reader);
            return true;
        }

        await using var rows = await command.ExecuteReaderAsync(cancellation);
        if (!await rows.ReadAsync(cancellation))
        {
            return false;
        }

        row(rows);
        return true;
    }

    public void Dispose() => command.Dispose();
}
