using System.Data;
using System.Data.Common;
using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Collaborative.Infrastructure.Database;

/// <summary>One connection for one unit of work or one look: every statement of a handler goes through here.</summary>
/// <remarks>On SQLite all work is done when a method returns, so that a unit of work never leaves the writer's thread.</remarks>
internal sealed class Session(DbConnection connection, DbTransaction? transaction, Engine engine)
{
    private static readonly Counter<long> Statements =
        new Meter("Collaborative").CreateCounter<long>("collaborative.database.statements", "{statement}", "Statements sent to the database.");

    public Engine Engine => engine;

    public async Task<List<T>> Query<T>(SqlText text, object? parameters, CancellationToken cancellation)
    {
        Statements.Add(1);
        return engine == Engine.Sqlite
            ? connection.Query<T>(text.Sqlite, parameters).AsList()
            : (await connection.QueryAsync<T>(Command(text, parameters, cancellation))).AsList();
    }

    public async Task<T?> First<T>(SqlText text, object? parameters, CancellationToken cancellation)
    {
        Statements.Add(1);
        return engine == Engine.Sqlite
            ? connection.QueryFirstOrDefault<T>(text.Sqlite, parameters)
            : await connection.QueryFirstOrDefaultAsync<T>(Command(text, parameters, cancellation));
    }

    /// <returns>How many rows the statement changed.</returns>
    public async Task<int> Execute(SqlText text, object? parameters, CancellationToken cancellation)
    {
        Statements.Add(1);
        if (engine != Engine.Sqlite)
        {
            return await connection.ExecuteAsync(Command(text, parameters, cancellation));
        }

        if (parameters is null)
        {
            // Scripts hold many statements.
            return connection.Execute(text.Sqlite);
        }

        using var borrowed = Borrow(text);
        borrowed.Statement.Bind(parameters);
        return borrowed.Statement.Run();
    }

    /// <summary>Reads many rows without an object for each; the caller takes what it needs from the reader.</summary>
    public async Task Read(SqlText text, object? parameters, Action<DbDataReader> row, CancellationToken cancellation)
    {
        Statements.Add(1);
        if (engine == Engine.Sqlite)
        {
            using var borrowed = Borrow(text);
            borrowed.Statement.Bind(parameters);
            while (borrowed.Statement.Read())
            {
                row(borrowed.Statement);
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
        if (engine == Engine.Sqlite)
        {
            return new PreparedStatement(Borrow(text), parameters);
        }

        var command = connection.CreateCommand();
        command.CommandText = text.SqlServer;
        command.Transaction = transaction;
        return new PreparedStatement(command, parameters);
    }

    /// <summary>
    /// An INSERT to be run for many rows, which are all in once it is flushed. A server that is reached over a network is given
    /// them together: a journey for each would take most of the time.
    /// </summary>
    /// <param name="parameters">The statement's parameters, each with the column that it fills.</param>
    public PreparedStatement PrepareMany(SqlText insert, string table, params ReadOnlySpan<(string Name, DbType Type, string Column)> parameters)
    {
        if (engine == Engine.SqlServer)
        {
            return new PreparedStatement(new RowsTogether((SqlConnection)connection, (SqlTransaction)transaction!, table, parameters));
        }

        var named = new (string, DbType)[parameters.Length];
        for (var i = 0; i < named.Length; i++)
        {
            named[i] = (parameters[i].Name, parameters[i].Type);
        }

        return Prepare(insert, named);
    }

    private BorrowedStatement Borrow(SqlText text) => new((CachedConnection)connection, text.Sqlite);

    private CommandDefinition Command(SqlText text, object? parameters, CancellationToken cancellation) =>
        new(text.SqlServer, parameters, transaction, cancellationToken: cancellation);
}

/// <summary>A statement of a connection's store, there until it is disposed of.</summary>
internal readonly struct BorrowedStatement(CachedConnection owner, string text) : IDisposable
{
    public SqliteStatement Statement { get; } = owner.Statement(text);

    public void Dispose() => owner.GiveBack(text, Statement);
}

/// <summary>A statement whose text is parsed once and whose parameters change from row to row.</summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly DbCommand? command;
    private readonly BorrowedStatement? borrowed;
    private readonly RowsTogether? together;
    private readonly int[] positions = [];

    public PreparedStatement(DbCommand command, ReadOnlySpan<(string Name, DbType Type)> parameters)
    {
        this.command = command;
        foreach (var (name, type) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;

            // The engine must know what an empty value is a value of.
            parameter.DbType = type;
            command.Parameters.Add(parameter);
        }
    }

    public PreparedStatement(BorrowedStatement borrowed, ReadOnlySpan<(string Name, DbType Type)> parameters)
    {
        this.borrowed = borrowed;
        positions = borrowed.Statement.Positions(parameters);
    }

    public PreparedStatement(RowsTogether together) => this.together = together;

    /// <summary>Sets the parameters in their order; guids, instants and months are bound as every other statement binds them.</summary>
    public void Bind(params ReadOnlySpan<object?> values)
    {
        if (borrowed is { Statement: var statement })
        {
            statement.Rewind();
            for (var i = 0; i < values.Length; i++)
            {
                statement.Bind(positions[i], values[i]);
            }

            return;
        }

        if (together is not null)
        {
            together.Bind(values);
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            Binding.Set(command!.Parameters[i], values[i]);
        }
    }

    public async Task<int> Execute(CancellationToken cancellation)
    {
        if (together is not null)
        {
            return await together.Add(cancellation);
        }

        if (borrowed is not { Statement: var statement })
        {
            return await command!.ExecuteNonQueryAsync(cancellation);
        }

        statement.Rewind();
        return statement.Run();
    }

    /// <summary>Sends on what is still gathered, of a statement for many rows.</summary>
    public Task Flush(CancellationToken cancellation) => together?.Send(cancellation) ?? Task.CompletedTask;

    public async Task<bool> First(Action<DbDataReader> row, CancellationToken cancellation)
    {
        if (borrowed is { Statement: var statement })
        {
            statement.Rewind();
            var found = statement.Read();
            if (found)
            {
                row(statement);
            }

            statement.Rewind();
            return found;
        }

        await using var rows = await command!.ExecuteReaderAsync(cancellation);
        if (!await rows.ReadAsync(cancellation))
        {
            return false;
        }

        row(rows);
        return true;
    }

    public void Dispose()
    {
        borrowed?.Dispose();
        command?.Dispose();
        together?.Dispose();
    }
}
