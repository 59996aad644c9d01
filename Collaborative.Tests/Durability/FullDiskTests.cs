using System.Diagnostics;
using System.Globalization;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Durability;

/// <summary>A file system of a few megabytes that runs full, and is given room again.</summary>
[Platform(Include = "Linux", Reason = "A tiny file system is mounted with Linux's tmpfs.")]
public sealed class FullDiskTests
{
    private const string Series = "/collaboratives/c/teams/north/measures/m/submissions";

    private string folder = "";
    private TestServer server = null!;
    private Client admin = null!;

    [SetUp]
    public async Task MountTinyFileSystem()
    {
        folder = Directory.CreateDirectory(Temporary.File("disk")).FullName;
        if (!Environment.IsPrivilegedProcess || !Mount("-t", "tmpfs", "-o", "size=3m", "tmpfs", folder))
        {
            Assert.Ignore("Only root may mount the tiny file system that this needs.");
        }

        await using (var template = await TestDatabase.Migrated(Lane.Sqlite))
        {
            File.Copy(new SqliteConnectionStringBuilder(template.ConnectionString).DataSource, Path.Combine(folder, "collaborative.db"));
        }

        server = await TestServer.Start(Lane.Sqlite, null, null, $"--ConnectionStrings:Collaborative=Data Source={Path.Combine(folder, "collaborative.db")}");
        admin = await server.As(Role.Administrator);
        (await admin.Put("/collaboratives/c", """{ "name": "C", "topic": "T", "aim": "A", "startMonth": "1980-01", "endMonth": "2027-06" }""")).Is(201);
        (await admin.Put("/collaboratives/c/measures/m", Given.Rate)).Is(201);
        (await admin.Put("/collaboratives/c/teams/north", Given.Team)).Is(201);
    }

    [TearDown]
    public async Task Unmount()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
            server = null!;
            using var unmount = Process.Start("umount", ["-l", folder]);
            await unmount.WaitForExitAsync();
        }
    }

    [Test]
    public async Task A_full_disk_refuses_what_it_cannot_keep_and_takes_it_again_when_there_is_room()
    {
        (await admin.Put($"{Series}/1980-01", Figures(0))).Is(201);
        var filler = Path.Combine(folder, "filler");
        Fill(filler);

        var kept = new List<int> { 0 };
        var refused = -1;
        for (var i = 1; i < 500 && refused < 0; i++)
        {
            var answer = await admin.Put($"{Series}/{Month(i)}", Figures(i));
            if (answer.Status == 201)
            {
                kept.Add(i);
            }
            else
            {
                answer.IsProblem(503, "unavailable");
                Assert.That(answer.Header("Retry-After"), Is.Not.Null);
                refused = i;
            }
        }

        Assert.That(refused, Is.Positive, "The disk never ran full.");
        (await admin.Put($"{Series}/{Month(refused)}", Figures(refused))).IsProblem(503, "unavailable");
        (await admin.Get($"{Series}/{Month(refused)}")).Is(404);
        (await admin.Get($"{Series}/1980-01")).Is(200);
        (await admin.Get("/collaboratives/c/measures/m/chart")).Is(200);
        (await admin.Get("/collaboratives/c/submissions.csv")).Is(200);
        await Until(async () => (await Plain("/health/ready")).Status == 503);
        Assert.That((await Plain("/health/live")).Status, Is.EqualTo(200), "Alive all the same");

        File.Delete(filler);
        (await admin.Put($"{Series}/{Month(refused)}", Figures(refused))).Is(201);
        kept.Add(refused);

        await Until(async () => (await Plain("/health/ready")).Status == 200);
        Assert.That(Rows("SELECT Numerator FROM Submission ORDER BY Numerator"), Is.EqualTo(kept.Select(i => $"{i}")));
        Assert.That(Rows("SELECT Numerator FROM SubmissionRevision WHERE Revision = 1 ORDER BY Numerator"), Is.EqualTo(kept.Select(i => $"{i}")));
        Assert.That(Rows("PRAGMA integrity_check"), Is.EqualTo(new[] { "ok" }));
        Assert.That(Rows("PRAGMA foreign_key_check"), Is.Empty);
    }

    [Test]
    public async Task An_import_waits_while_the_disk_is_full_and_then_ends_with_every_row_once()
    {
        var file = new StringBuilder("team,measure,month,numerator,denominator\n");
        for (var i = 0; i < 500 * 20; i++)
        {
            file.Append(CultureInfo.InvariantCulture, $"t{i / 500},m,{Month(i % 500)},{i},400\n");
        }

        var begun = (await admin.Post("/collaboratives/c/imports?createTeams=true", file.ToString(), "text/csv")).Is(202);
        var location = begun.Header("Location")!;
        await Until(() => server.Log.Text.Contains("import queue waits", StringComparison.OrdinalIgnoreCase));
        var waiting = (await admin.Get(location)).Is(200);
        Assert.That(waiting.At("/state"), Is.EqualTo("running"));
        Assert.That(waiting.At("/counts/accepted"), Is.EqualTo(Rows("SELECT COUNT(*) FROM Submission")[0]).And.Not.EqualTo("10000"), "What is counted is kept");

        Assert.That(Mount("-o", "remount,size=64m", folder), Is.True);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await Until(async () => (await admin.Get(location)).At("/endedAt") != "null");

        var job = await admin.Get(location);
        Assert.That(job.At("/state"), Is.EqualTo("succeeded"), job.Text);
        Assert.That(job.At("/counts/accepted"), Is.EqualTo("10000"), job.Text);
        Assert.That(Rows("SELECT COUNT(*), COUNT(DISTINCT Numerator), MAX(Revision) FROM Submission"), Is.EqualTo(new[] { "10000|10000|1" }));
        Assert.That(Rows("SELECT COUNT(*) FROM SubmissionRevision"), Is.EqualTo(new[] { "10000" }));
        Assert.That(Rows("SELECT COUNT(*) FROM Team"), Is.EqualTo(new[] { "21" }));
        Assert.That(Rows("PRAGMA integrity_check"), Is.EqualTo(new[] { "ok" }));
    }

    [Test]
    public async Task An_upload_that_finds_no_room_is_503_and_leaves_no_import()
    {
        var file = "team,measure,month,numerator,denominator,note\n" + string.Concat(Enumerable.Repeat($"north,m,2026-01,1,400,{new string('n', 200)}\n", 20_000));

        (await admin.Post("/collaboratives/c/imports", file, "text/csv")).IsProblem(503, "unavailable");

        Assert.That((await admin.Get("/collaboratives/c/imports")).Count(), Is.Zero);
        Assert.That(Mount("-o", "remount,size=64m", folder), Is.True);
        var begun = (await admin.Post("/collaboratives/c/imports", file, "text/csv")).Is(202);
        await Until(async () => (await admin.Get(begun.Header("Location")!)).At("/endedAt") != "null");
        Assert.That((await admin.Get(begun.Header("Location")!)).At("/counts/rows"), Is.EqualTo("20000"));
    }

    private static string Figures(int numerator) => $$"""{ "numerator": {{numerator}}, "denominator": 400, "note": "{{new string('n', 1500)}}" }""";

    private static string Month(int index) => $"{1980 + (index / 12)}-{(index % 12) + 1:00}";

    /// <summary>Takes what room there is.</summary>
    private static void Fill(string file)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                stream.Write(block);
            }
        }
        catch (IOException)
        {
            // Now it is full.
        }
    }

    private static bool Mount(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("mount", arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static async Task Until(Func<Task<bool>> good)
    {
        var clock = Stopwatch.StartNew();
        while (!await good())
        {
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)), "This was waited for in vain.");
            await Task.Delay(20);
        }
    }

    private static Task Until(Func<bool> good) => Until(() => Task.FromResult(good()));

    private async Task<Answer> Plain(string path)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        return await Answer.Read(response);
    }

    private List<string> Rows(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "collaborative.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }
}
