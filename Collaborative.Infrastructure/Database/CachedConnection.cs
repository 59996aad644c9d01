using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Collaborative.Infrastructure.Database;

/// <summary>
/// An open SQLite connection that keeps its statements prepared. The provider parses a statement's text anew for each
/// command; here a command with the same text takes up the one that was prepared before.
/// </summary>
/// <remarks>Used by one thread at a time. The number of texts is bounded, since all are static fields.</remarks>
internal sealed class CachedConnection : DbConnection
{
    private readonly SqliteConnection inner;
    private readonly Dictionary<string, Stack<SqliteCommand>> idle = [];
    private readonly Dictionary<string, Stack<SqliteStatement>> ready = [];

    public CachedConnection(string connectionString, string pragmas)
    {
        inner = new SqliteConnection(connectionString);
        try
        {
            inner.Open();
            RunScript(pragmas);
        }
        catch
        {
            inner.Dispose();
            throw;
        }
    }

    [AllowNull]
    public override string ConnectionString
    {
        get => inner.ConnectionString;
        set => throw new NotSupportedException("The connection is open already.");
    }

    public override string Database => inner.Database;

    public override string DataSource => inner.DataSource;

    public override string ServerVersion => inner.ServerVersion;

    public override ConnectionState State => inner.State;

    /// <summary>True while no transaction is open, also when the engine itself has ended one.</summary>
    public bool IsIdle => raw.sqlite3_get_autocommit(inner.Handle) != 0;

    /// <summary>Runs one statement that takes no parameters and answers nothing, such as BEGIN and COMMIT.</summary>
    /// <exception cref="SqliteException">The engine refused.</exception>
    public void Run(string sql)
    {
        var statement = Statement(sql);
        try
        {
            statement.Run();
        }
        finally
        {
            GiveBack(sql, statement);
        }
    }

    /// <summary>Runs many statements, one after the other, once.</summary>
    /// <exception cref="SqliteException">The engine refused one.</exception>
    private void RunScript(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(inner.Handle, sql), inner.Handle);

    /// <summary>A statement that is ready to be bound; it goes back with <see cref="GiveBack"/>.</summary>
    public SqliteStatement Statement(string text) =>
        ready.TryGetValue(text, out var statements) && statements.TryPop(out var statement) ? statement : new SqliteStatement(inner.Handle!, text);

    public void GiveBack(string text, SqliteStatement statement)
    {
        statement.Reset();
        if (!ready.TryGetValue(text, out var statements))
        {
            ready[text] = statements = new Stack<SqliteStatement>();
        }

        statements.Push(statement);
    }

    public SqliteCommand Take(string text)
    {
        if (idle.TryGetValue(text, out var commands) && commands.TryPop(out var command))
        {
            return command;
        }

        command = inner.CreateCommand();
        command.CommandText = text;
        return command;
    }

    public void Return(string text, SqliteCommand command)
    {
        command.Parameters.Clear();
        if (!idle.TryGetValue(text, out var commands))
        {
            idle[text] = commands = new Stack<SqliteCommand>();
        }

        commands.Push(command);
    }

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Close() => inner.Close();

    public override void Open() => throw new NotSupportedException("The connection is open already.");

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException("Units of work own the transaction.");

    protected override DbCommand CreateDbCommand() => new CachedCommand(this);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var command in idle.Values.SelectMany(commands => commands))
            {
                command.Dispose();
            }

            foreach (var statement in ready.Values.SelectMany(statements => statements))
            {
                statement.Dispose();
            }

            idle.Clear();
            ready.Clear();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>A command that borrows a prepared one from its connection as soon as its text is known.</summary>
internal sealed class CachedCommand(CachedConnection owner) : DbCommand
{
    private SqliteCommand? inner;

    [AllowNull]
    public override string CommandText
    {
        get => inner?.CommandText ?? "";
        set
        {
            GiveBack();
            inner = owner.Take(value ?? "");
        }
    }

    public override int CommandTimeout
    {
        get => Inner.CommandTimeout;
        set => Inner.CommandTimeout = value;
    }

    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text)
            {
                throw new NotSupportedException();
            }
        }
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection
    {
        get => owner;
        set => throw new NotSupportedException();
    }

    protected override DbParameterCollection DbParameterCollection => Inner.Parameters;

    protected override DbTransaction? DbTransaction
    {
        get => null;
        set
        {
            if (value is not null)
            {
                throw new NotSupportedException("Units of work own the transaction.");
            }
        }
    }

    private SqliteCommand Inner => inner ?? throw new InvalidOperationException("Set CommandText first.");

    public override void Cancel() => Inner.Cancel();

    public override int ExecuteNonQuery() => Inner.ExecuteNonQuery();

    public override object? ExecuteScalar() => Inner.ExecuteScalar();

    public override void Prepare() => Inner.Prepare();

    protected override DbParameter CreateDbParameter() => new SqliteParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        Inner.ExecuteReader(behavior & ~CommandBehavior.CloseConnection);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            GiveBack();
        }

        base.Dispose(disposing);
    }

    private void GiveBack()
    {
        if (inner is { } command)
        {
            inner = null;
            owner.Return(command.CommandText, command);
        }
    }
}
