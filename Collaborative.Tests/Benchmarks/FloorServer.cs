using System.Collections.Concurrent;
using System.Data;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Collaborative.Tests.Durability;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Benchmarks;

/// <summary>
/// The least that a server could do: bare Kestrel without routing, authentication, rules or history. A PUT is one durable
/// insert of the same columns through one connection where waiting inserts share a commit; a GET answers the bytes it was given.
/// </summary>
internal static class FloorServer
{
    private const string Url = "FLOOR_URL";
    private const string Database = "FLOOR_DATABASE";
    private const string Content = "FLOOR_CONTENT";
    private const string ETag = "\"floor\"";

    private static readonly byte[] Saved = """{"saved":true}"""u8.ToArray();

    /// <summary>In a process of its own, with the runtime settings of the server it is compared with.</summary>
    /// <param name="database">Where PUTs go; a database of the same schema, with the same teams and measures.</param>
    /// <param name="content">The file that GETs answer.</param>
    public static Task<ServerProcess> Start(string? database, string? content)
    {
        string Beside(string name) => Path.Combine(AppContext.BaseDirectory, name);
        return ServerProcess.Start(
            _ => ["exec", "--runtimeconfig", Beside("Collaborative.Api.runtimeconfig.json"), "--depsfile", Beside("Collaborative.Tests.deps.json"), Beside("Collaborative.Tests.dll")],
            address => new()
            {
                ["DOTNET_STARTUP_HOOKS"] = Beside("Collaborative.Tests.dll"),
                [Url] = address.ToString(),
                [Database] = database ?? "",
                [Content] = content ?? "",
            });
    }

    public static async Task Run()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(Environment.GetEnvironmentVariable(Url)!);
        await using var app = builder.Build();
        var content = Environment.GetEnvironmentVariable(Content) is { Length: > 0 } file ? await File.ReadAllBytesAsync(file) : Saved;
        using var writer = Environment.GetEnvironmentVariable(Database) is { Length: > 0 } database ? new SharedCommit(database) : null;
        app.Run(http => HttpMethods.IsPut(http.Request.Method) ? Put(http, writer!) : Get(http, content));
        await app.RunAsync();
    }

    private static async Task Put(HttpContext http, SharedCommit writer)
    {
        var body = (await JsonSerializer.DeserializeAsync<Figures>(http.Request.Body, JsonSerializerOptions.Web))!;
        var path = http.Request.Path.Value!.Split('/');
        await writer.Insert(new Insert(path[8], path[6], int.Parse(path[10].Replace("-", "", StringComparison.Ordinal), CultureInfo.InvariantCulture), body));
        http.Response.StatusCode = StatusCodes.Status201Created;
        await Write(http, Saved);
    }

    private static Task Get(HttpContext http, byte[] content)
    {
        http.Response.Headers.ETag = ETag;
        if (http.Request.Headers.IfNoneMatch.Count > 0)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return Write(http, content);
    }

    private static Task Write(HttpContext http, byte[] content)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = content.Length;
        return http.Response.Body.WriteAsync(content, 0, content.Length);
    }

    private sealed record Figures(double Numerator, double Denominator);

    private sealed record Insert(string Measure, string Team, int Month, Figures Figures)
    {
        public TaskCompletionSource Kept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The best simple writer: one thread, one connection, one prepared statement; all who wait share the next commit.</summary>
    private sealed class SharedCommit : IDisposable
    {
        private readonly BlockingCollection<Insert> waiting = [];
        private readonly Thread thread;

        public SharedCommit(string database)
        {
            thread = new Thread(() => Loop(database)) { IsBackground = true };
            thread.Start();
        }

        public Task Insert(Insert insert)
        {
            waiting.Add(insert);
            return insert.Kept.Task;
        }

        public void Dispose()
        {
            waiting.CompleteAdding();
            thread.Join();
        }

        private void Loop(string database)
        {
            using var connection = ImportFloor.Open(database);
            using var statement = ImportFloor.Prepare(connection, "Submission");
            using var begin = Command(connection, "BEGIN IMMEDIATE");
            using var commit = Command(connection, "COMMIT");
            var measures = ImportFloor.Ids(connection, "Measure");
            var teams = ImportFloor.Ids(connection, "Team");
            var kept = new List<Insert>();
            while (waiting.TryTake(out var next, Timeout.Infinite))
            {
                kept.Clear();
                begin.ExecuteNonQuery();
                do
                {
                    ImportFloor.Execute(statement, measures[next.Measure], teams[next.Team], next.Month, next.Figures.Numerator, next.Figures.Denominator, "typed", null, null);
                    kept.Add(next);
                }
                while (waiting.TryTake(out next));
                commit.ExecuteNonQuery();
                foreach (var insert in kept)
                {
                    insert.Kept.SetResult();
                }
            }
        }

        private static SqliteCommand Command(SqliteConnection connection, string text)
        {
            var command = connection.CreateCommand();
            command.CommandText = text;
            command.Prepare();
            return command;
        }
    }
}
