using Collaborative.Api.Verbs;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.RunCharts;
using Collaborative.Domain.Samples;
using Collaborative.Infrastructure;
using Collaborative.Tests.Contract;
using Collaborative.Tests.Support;
using MediatR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Collaborative.Tests.Features.Verbs;

public sealed class VerbTests
{
    [TestCase("--help", "serve")]
    [TestCase("key --help", "revoke")]
    [TestCase("import --help", "--create-teams")]
    [TestCase("partner --help", "COLLABORATIVE_KEY")]
    [TestCase("analyse --help", "--minimum-points")]
    [TestCase("archive --help", "--collaborative")]
    [TestCase("unarchive --help", "--code")]
    [TestCase("backup --help", "FILE")]
    [TestCase("restore --help", "--replace")]
    [TestCase("migrate --help", "up to date")]
    [TestCase("demo --help", "data/demo.db")]
    public async Task Every_verb_explains_itself(string arguments, string mentions)
    {
        var (code, output, _) = await Run(arguments.Split(' '));
        Assert.That((code, output.Contains(mentions, StringComparison.Ordinal)), Is.EqualTo((0, true)), output);
    }

    [TestCase("fly")]
    [TestCase("key create --role king")]
    [TestCase("key create --role faculty")]
    [TestCase("key create --role administrator --days 0")]
    [TestCase("key revoke nothing")]
    [TestCase("import")]
    [TestCase("archive")]
    [TestCase("archive c.zip --collaborative nothing")]
    [TestCase("unarchive")]
    [TestCase("partner")]
    [TestCase("partner folder")]
    [TestCase("serve --colour red")]
    public async Task What_is_not_understood_is_said_on_standard_error(string arguments)
    {
        var (code, output, error) = await Run([.. arguments.Split(' '), Connection(Temporary.File("c.db"))]);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Is.Not.Empty);
    }

    [Test]
    public async Task A_key_is_printed_alone_works_at_once_and_is_refused_once_revoked()
    {
        await using var server = await TestServer.Start(Lane.Sqlite);
        var database = Connection(server.Database.ConnectionString["Data Source=".Length..]);
        var (_, output, _) = await Run(["key", "create", "--role", "administrator", "--name", "Root", database]);
        var token = output.Trim();
        Assert.That(token, Does.Match(@"^cbl_[A-Za-z0-9_-]{43}$"));
        (await server.With(token).Get("/collaboratives")).Is(200);

        var line = (await Run(["key", "list", database])).Output.Split('\n').Single(line => line.Contains("Root", StringComparison.Ordinal));
        Assert.That(line, Does.Contain("administrator").And.Not.Contain(token));
        await Run(["key", "revoke", line.Split(' ')[0], database]);
        (await server.With(token).Get("/collaboratives")).IsProblem(401, "unauthenticated");
    }

    [Test]
    public async Task A_file_is_imported_beside_a_running_server()
    {
        await using var server = await TestServer.Start(Lane.Sqlite);
        var admin = await server.As(Role.Administrator);
        (await admin.Put("/collaboratives/c", Given.Collaborative)).Is(201);
        (await admin.Put("/collaboratives/c/measures/m", Given.Rate)).Is(201);
        var file = Temporary.File("figures.csv");
        await File.WriteAllTextAsync(file, "team,measure,month,numerator,denominator\nnorth,m,2026-05,3,240\nnorth,m,2026-06,x,240\n");
        var (code, output, error) = await Run(
            ["import", file, "--collaborative", "c", "--create-teams", Connection(server.Database.ConnectionString["Data Source=".Length..])]);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1), "a row was rejected");
            Assert.That(output, Does.Contain("2 rows, 1 accepted, 0 unchanged, 0 warned, 1 rejected"));
            Assert.That(error, Does.Contain("line 3").And.Contain("not a number"));
        });
        Assert.That((await admin.Get("/collaboratives/c/teams/north/measures/m/submissions/2026-05")).Is(200).At("/origin"), Is.EqualTo("import"));
    }

    [Test]
    public async Task A_restored_copy_equals_the_database_that_was_backed_up()
    {
        await using var server = await TestServer.Start(Lane.Sqlite);
        var admin = await server.As(Role.Administrator);
        (await admin.Put("/collaboratives/c", Given.Collaborative)).Is(201);
        (await admin.Put("/collaboratives/c/teams/north", Given.Team)).Is(201);
        var file = server.Database.ConnectionString["Data Source=".Length..];
        var backup = Temporary.File("backup.db");
        Assert.That((await Run(["backup", backup, Connection(file)])).Code, Is.Zero);
        var restored = Temporary.File("restored.db");
        Assert.That((await Run(["restore", backup, Connection(restored)])).Code, Is.Zero);
        Assert.That(Content(restored), Is.EqualTo(Content(file)));

        Assert.That((await Run(["backup", backup, Connection(file)])).Error, Does.Contain("exists already"));
        Assert.That((await Run(["restore", backup, Connection(restored)])).Error, Does.Contain("--replace"));
        Assert.That((await Run(["restore", backup, "--replace", Connection(file)])).Error, Does.Contain("stop it first"), "a server uses it");
        Assert.That((await Run(["restore", backup, "--replace", Connection(restored)])).Code, Is.Zero);
    }

    [Test]
    public async Task A_collaborative_is_taken_to_another_database_in_an_archive_beside_running_servers()
    {
        await using var server = await TestServer.Start(Lane.Sqlite);
        var admin = await server.As(Role.Administrator);
        (await admin.Put("/collaboratives/c", Given.Collaborative)).Is(201);
        (await admin.Put("/collaboratives/c/teams/north", Given.Team)).Is(201);
        await using var elsewhere = await TestServer.Start(Lane.Sqlite);
        var archive = Temporary.File("c.zip");
        var (code, output, _) = await Run(["archive", archive, "--collaborative", "C", .. server.Database.Arguments]);
        Assert.That((code, output), Is.EqualTo((0, output)).And.Matches<(int, string)>(result => result.Item2.StartsWith("Archived c as of ", StringComparison.Ordinal)));
        Assert.That((await Run(["archive", archive, "--collaborative", "c", .. server.Database.Arguments])).Code, Is.EqualTo(1), "a file that is there stays as it is");
        (code, output, _) = await Run(["unarchive", archive, .. elsewhere.Database.Arguments]);
        Assert.That((code, output.Trim()), Is.EqualTo((0, "ICU safety is here as c.")));
        (code, output, _) = await Run(["unarchive", archive, "--code", "d", .. elsewhere.Database.Arguments]);
        Assert.That((code, output.Trim()), Is.EqualTo((0, "ICU safety is here as d.")));
        var there = await elsewhere.As(Role.Administrator);
        (await there.Get("/collaboratives")).Is(200).Has("/items/0/code", "c").Has("/items/1/code", "d");
        (await there.Get("/collaboratives/d/teams")).Has("/items/0/code", "north");
        var (again, _, error) = await Run(["unarchive", archive, .. elsewhere.Database.Arguments]);
        Assert.That((again, error), Is.EqualTo((2, error)).And.Matches<(int, string)>(result => result.Item2.Contains("is here already", StringComparison.Ordinal)));
    }

    [Test]
    public async Task A_damaged_backup_is_not_restored()
    {
        var damaged = Temporary.File("damaged.db");
        await File.WriteAllTextAsync(damaged, "not a database");
        var target = Temporary.File("target.db");
        Assert.That((await Run(["restore", damaged, Connection(target)])).Code, Is.EqualTo(1));
        Assert.That(File.Exists(target), Is.False);
    }

    [Test]
    public async Task The_sample_collaborative_is_the_same_every_time_and_gets_its_published_results()
    {
        var files = new[] { Temporary.File("demo.db"), Temporary.File("demo.db") };
        foreach (var file in files)
        {
            await DemoVerb.Build([Connection(file), "--Database:SampleData=true"]);
        }

        var exports = new List<string>();
        foreach (var file in files)
        {
            await using var services = Offline.Services([Connection(file)]);
            await using var scope = services.CreateAsyncScope();
            var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
            var place = (await mediator.Send(new ResolveScope(IntensiveCareSample.Code, null, "vap"))).Value;
            var viewer = new Viewer { KeyId = Guid.Empty, Name = "test", Role = Role.Administrator };
            using var export = new MemoryStream();
            await mediator.Send(new Domain.Imports.ExportSubmissions(viewer, place.CollaborativeId!.Value, null, export));
            exports.Add(System.Text.Encoding.UTF8.GetString(export.ToArray()));
            foreach (var (measure, before, after) in new[] { ("vap", 12.0, 4.68), ("clabsi", 3.0, 0.9), ("cdiff", 10.0, 1.0), ("sab", 5.0, 3.0), ("rounds", 50, 62), ("icu-los", 4.5, 4.0) })
            {
                var scopeOf = (await mediator.Send(new ResolveScope(IntensiveCareSample.Code, null, measure))).Value;
                var chart = (await mediator.Send(new GetChart(
                    viewer, place.CollaborativeId.Value, null, scopeOf.MeasureId!.Value, new ChartQuestion { Aggregate = Domain.Aggregates.Aggregate.Pooled, BaselineMonths = 12 }))).Value;
                var last = Quantile.Median([.. chart.Answer.Points.TakeLast(5).Select(point => point.Value!.Value).Order()]);
                Assert.Multiple(() =>
                {
                    Assert.That(chart.Answer.Phases[0].Centre, Is.EqualTo(before).Within(1).Percent, measure);
                    Assert.That(last, Is.EqualTo(after).Within(4).Percent, measure);
                    Assert.That(chart.Answer.Signals.Select(signal => signal.Meaning), Does.Contain(SignalMeaning.Improvement).And.Not.Contain(SignalMeaning.Concern), measure);
                });
                if (measure == "vap")
                {
                    Golden.Compare("demo-vap.svg", ChartSvg.Draw(chart.Chart).ReplaceLineEndings("\n"));
                }
            }
        }

        Assert.That(exports[1], Is.EqualTo(exports[0]));
        Assert.That(exports[0].Split('\n'), Has.Length.GreaterThan(3800));
    }

    [Test]
    public async Task The_sample_collaborative_uses_all_that_a_collaborative_does()
    {
        var file = Temporary.File("demo.db");
        await DemoVerb.Build([Connection(file), "--Database:SampleData=true"]);
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var kinds = Read(connection, "SELECT DISTINCT Subject FROM HistoryEntry ORDER BY Subject");
        string[] left = ["calendarLink", "connection", "import", "importProfile", "scale", "webhook"];
        Assert.That(kinds.Concat(left).Order(StringComparer.Ordinal), Is.EqualTo(Domain.Histories.HistoryRules.Kinds.Order(StringComparer.Ordinal)), "what is left out stands in the list above");
    }

    private static string Connection(string file) => $"--ConnectionStrings:Collaborative=Data Source={file}";

    private static async Task<(int Code, string Output, string Error)> Run(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Every row of every table, as text.</summary>
    private static List<string> Content(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var tables = Read(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        return [.. tables.SelectMany(table => Read(connection, $"SELECT * FROM {table} ORDER BY 1, 2").Select(row => $"{table}: {row}"))];
    }

    private static List<string> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add(string.Join('|', values));
        }

        return rows;
    }
}
