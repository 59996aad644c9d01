using System.Data.Common;
using Collaborative.Api;
using Collaborative.Infrastructure;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Support;

/// <summary>A database of a fixture's own, gone when the fixture ends.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Template = new(MakeTemplate);

    private readonly Func<ValueTask> drop;

    private TestDatabase(Lane lane, string connectionString, Func<ValueTask> drop)
    {
        Lane = lane;
        ConnectionString = connectionString;
        this.drop = drop;
    }

    public Lane Lane { get; }

    public string ConnectionString { get; }

    /// <summary>The settings that make a server use this database.</summary>
    public string[] Arguments => [$"--Database:Engine={Lane}", $"--ConnectionStrings:Collaborative={ConnectionString}"];

    /// <summary>A database brought up to date: on SQLite a copy of one that was migrated once for the whole run.</summary>
    public static async Task<TestDatabase> Migrated(Lane lane)
    {
        if (lane == Lane.SqlServer)
        {
            var database = await Empty(lane);
            await database.Migrate();
            return database;
        }

        var file = Temporary.File("collaborative.db");
        File.Copy(await Template.Value, file);
        return new TestDatabase(lane, $"Data Source={file}", () => ValueTask.CompletedTask);
    }

    public static async Task<TestDatabase> Empty(Lane lane)
    {
        if (lane == Lane.Sqlite)
        {
            return new TestDatabase(lane, $"Data Source={Temporary.File("collaborative.db")}", () => ValueTask.CompletedTask);
        }

        var server = Lanes.SqlServerConnection ?? throw new InvalidOperationException($"{Lanes.ConnectionVariable} is not set.");
        var name = $"collaborative_test_{Guid.NewGuid():N}";
        await OnServer(server, $"CREATE DATABASE {name}");
        foreach (var option in new[] { "READ_COMMITTED_SNAPSHOT ON", "ALLOW_SNAPSHOT_ISOLATION ON" })
        {
            try
            {
                await OnServer(server, $"ALTER DATABASE {name} SET {option}");
            }
            catch (SqlException)
            {
                // Engines of the same dialect that lack the option have one isolation level that serves.
            }
        }

        var own = new SqlConnectionStringBuilder(server) { InitialCatalog = name }.ToString();
        return new TestDatabase(lane, own, async () =>
        {
            SqlConnection.ClearPool(new SqlConnection(own));
            try
            {
                // A session that lingers is ended, or the database could not be dropped.
                await OnServer(server, $"ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE");
            }
            catch (SqlException)
            {
                // Engines of the same dialect end sessions by themselves, or wait for them.
            }

            await OnServer(server, $"DROP DATABASE {name}");
        });
    }

    /// <returns>How many migrations were applied.</returns>
    public async Task<int> Migrate()
    {
        await using var app = Server.Build([.. Arguments, "--urls=http://127.0.0.1:0"], TestServer.Quiet);
        return await app.Services.MigrateCollaborative(CancellationToken.None);
    }

    /// <summary>A connection past the system, to look at or to damage what is stored.</summary>
    public async Task<DbConnection> Open()
    {
        DbConnection connection = Lane == Lane.Sqlite
            ? new SqliteConnection(new SqliteConnectionStringBuilder(ConnectionString) { Pooling = false }.ToString())
            : new SqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async Task<int> Execute(string sql)
    {
        await using var connection = await Open();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The rows of a query, each with its values written side by side.</summary>
    public async Task<List<string>> Rows(string sql)
    {
        await using var connection = await Open();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    public ValueTask DisposeAsync() => drop();

    private static async Task<string> MakeTemplate()
    {
        await using var database = await Empty(Lane.Sqlite);
        await database.Migrate();
        var template = Temporary.File("template.db");
        await database.Execute($"VACUUM INTO '{template}'");
        return template;
    }

    private static async Task OnServer(string connectionString, string sql)
    {
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
