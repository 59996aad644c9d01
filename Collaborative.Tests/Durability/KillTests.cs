using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Collaborative.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Durability;

/// <summary>The server ended as by a power switch, again and again, at moments that nobody chose. The moments come from the run's seed.</summary>
public sealed class KillTests
{
    private const int Teams = 16;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private const string Base = "/api/v1/collaboratives/c";

    private string database = "";
    private string token = "";

    [SetUp]
    public async Task MakeDatabase()
    {
        database = Temporary.File("collaborative.db");
        token = await ServerProcess.AdministratorKey(database);
    }

    public enum Work
    {
        LongCsv,
        FhirBundle,
        Workbook,
        Atomic,
        Undo,
        UploadInPieces,
    }

    /// <summary>A server is killed 25 times in all; <see cref="InterruptedWorkTests"/> has workers die at steps as well, on every engine.</summary>
    [TestCase(Work.LongCsv, 5)]
    [TestCase(Work.FhirBundle, 5)]
    [TestCase(Work.Workbook, 4)]
    [TestCase(Work.Atomic, 3)]
    [TestCase(Work.Undo, 4)]
    [TestCase(Work.UploadInPieces, 4)]
    public async Task Killed_again_and_again_it_comes_to_what_undisturbed_work_comes_to(Work work, int kills)
    {
        var random = TestContext.CurrentContext.Random;
        var file = work switch
        {
            Work.FhirBundle => LargeFile.Bundle(Teams),
            Work.Workbook => LargeFile.Workbook(Teams),
            Work.Atomic => LargeFile.Csv(Teams).Good(),
            _ => LargeFile.Csv(Teams),
        };
        var prepared = await Prepare(work == Work.Undo ? file : null);
        database = Copy(prepared);
        TimeSpan whole;
        using (var server = await ServerProcess.Serve(database))
        {
            var clock = Stopwatch.StartNew();
            await Begin(server, work, file);
            await UntilEnded();
            whole = clock.Elapsed;
        }

        var undisturbed = await KeptState.Of(Told, "c");
        Assert.That(undisturbed[0], Does.StartWith("succeeded|"));
        var moments = new List<string>();
        while (moments.Count < kills)
        {
            database = Copy(prepared);
            if (work == Work.UploadInPieces)
            {
                await UploadAndKill(file, kills, moments, random);
            }
            else
            {
                await WorkAndKill(work, file, kills, moments, whole, random);
            }

            KeptState.AreAlike(await KeptState.Of(Told, "c"), undisturbed, $"Killed at {string.Join(", ", moments)}");
            IsWhole();
        }
    }

    /// <summary>Begins the work and kills whoever is at it, until it has been killed often enough or has ended.</summary>
    private async Task WorkAndKill(Work work, LargeFile file, int kills, List<string> moments, TimeSpan whole, Random random)
    {
        var server = await ServerProcess.Serve(database);
        try
        {
            await Begin(server, work, file);
            for (var before = 0L; moments.Count < kills; before = Number("SELECT MAX(Fence) FROM ImportJob WHERE EndedAt IS NULL"))
            {
                // Not before this server has taken the work up; then at any moment.
                var clock = Stopwatch.StartNew();
                while (Number($"SELECT COUNT(*) FROM ImportJob WHERE EndedAt IS NULL AND Fence <= {before}") > 0)
                {
                    Assert.That(clock.Elapsed, Is.LessThan(Longest));
                    await Task.Delay(2);
                }

                await Task.Delay(whole * random.NextDouble() * 1.5 / kills);
                server.Kill();
                server.Dispose();
                var left = Rows("SELECT j.Stage, j.NextRow, (SELECT COUNT(*) FROM ImportBody b WHERE b.ImportId = j.Id AND b.Part >= 1000000) FROM ImportJob j WHERE j.EndedAt IS NULL");
                moments.AddRange(left.Select(job => $"{job[0]}, row {job[1]}, part {job[2]}"));
                LetTheLeaseRunOut();
                server = ServerProcess.Launch(database);
                if (left.Count == 0)
                {
                    break;
                }
            }

            await UntilEnded();
        }
        finally
        {
            server.Dispose();
        }
    }

    /// <summary>Sends a file in pieces to a server that is killed while it takes one; whoever sends asks where the upload stands and goes on.</summary>
    private async Task UploadAndKill(LargeFile file, int kills, List<string> moments, Random random)
    {
        const int Piece = 16 * 1024;
        string? location = null;
        for (var killed = false; ; killed = false)
        {
            using var server = await ServerProcess.Serve(database);
            using var http = Client(server);
            location ??= await Open(http, file);
            using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, location));
            var offset = int.Parse(head.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
            var last = moments.Count < kills ? offset + random.Next(1, (file.Content.Length - offset) / (kills - moments.Count + 1)) : int.MaxValue;
            while (offset < file.Content.Length && !killed)
            {
                var sent = Patch(http, location, offset, file.Content.AsMemory(offset, Math.Min(Piece, file.Content.Length - offset)));
                if (offset + Piece > last)
                {
                    await Task.Delay(random.Next(0, 5));
                    server.Kill();
                    moments.Add($"piece at {offset}");
                    killed = true;
                }

                offset = await sent ?? offset;
            }

            if (!killed)
            {
                await UntilEnded();
                return;
            }
        }
    }

    /// <summary>A database with a collaborative of two measures; where a file is given, it has been imported.</summary>
    private async Task<string> Prepare(LargeFile? file)
    {
        using var server = await ServerProcess.Serve(database);
        using var http = Client(server);
        await Put(http, Base, """{ "name": "C", "topic": "T", "aim": "A", "startMonth": "1999-01", "endMonth": "2027-06" }""");
        await Put(http, $"{Base}/measures/a", Given.Rate);
        await Put(http, $"{Base}/measures/b", Given.Rate);
        for (var team = 0; team < Teams; team += 2)
        {
            await Put(http, $"{Base}/teams/t{team}", Given.Team);
        }

        if (file is not null)
        {
            await Begin(server, Work.LongCsv, file);
            await UntilEnded();
        }

        return database;
    }

    private static string Copy(string prepared)
    {
        var copy = Temporary.File("collaborative.db");
        using var connection = new SqliteConnection($"Data Source={prepared};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"VACUUM INTO '{copy}'";
        command.ExecuteNonQuery();
        return copy;
    }

    private async Task Begin(ServerProcess server, Work work, LargeFile file)
    {
        using var http = Client(server);
        if (work == Work.Undo)
        {
            var id = (string)Rows("SELECT Id FROM ImportJob").Single()[0];
            using var undo = await http.PostAsync(new Uri($"/api/v1/imports/{id}/undo", UriKind.Relative), Json("{}"));
            Assert.That((int)undo.StatusCode, Is.EqualTo(202), await undo.Content.ReadAsStringAsync());
            return;
        }

        if (work == Work.UploadInPieces)
        {
            Assert.That(await Patch(http, await Open(http, file), 0, file.Content), Is.EqualTo(file.Content.Length));
            return;
        }

        using var content = new ByteArrayContent(file.Content);
        content.Headers.ContentType = new MediaTypeHeaderValue(file.Type);
        using var begun = await http.PostAsync(new Uri($"{Base}/imports?createTeams=true{(work == Work.Atomic ? "&atomic=true" : "")}", UriKind.Relative), content);
        Assert.That((int)begun.StatusCode, Is.EqualTo(202), await begun.Content.ReadAsStringAsync());
    }

    private static async Task<string> Open(HttpClient http, LargeFile file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Base}/imports?createTeams=true");
        request.Headers.Add("Upload-Length", file.Content.Length.ToString(CultureInfo.InvariantCulture));
        using var opened = await http.SendAsync(request);
        Assert.That(opened.StatusCode, Is.EqualTo(HttpStatusCode.Created), await opened.Content.ReadAsStringAsync());
        return opened.Headers.Location!.ToString();
    }

    /// <returns>Where the upload then stands; null where no answer came.</returns>
    private static async Task<int?> Patch(HttpClient http, string location, int offset, ReadOnlyMemory<byte> piece)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, location) { Content = new ReadOnlyMemoryContent(piece) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        try
        {
            using var answer = await http.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), await answer.Content.ReadAsStringAsync());
            return int.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>All work is done, and its files are thrown away.</summary>
    private async Task UntilEnded()
    {
        var clock = Stopwatch.StartNew();
        while (Number("SELECT (SELECT COUNT(*) FROM ImportJob WHERE EndedAt IS NULL) + (SELECT COUNT(*) FROM ImportBody)") > 0)
        {
            Assert.That(clock.Elapsed, Is.LessThan(Longest));
            await Task.Delay(5);
        }
    }

    [Test]
    public async Task What_was_acknowledged_in_a_storm_of_PUTs_is_there_once_after_the_server_was_killed()
    {
        var random = TestContext.CurrentContext.Random;
        var acknowledged = new ConcurrentDictionary<(string Team, int Month, int Revision), double>();
        var unknown = new ConcurrentDictionary<(string Team, int Month, double Figure), bool>();
        for (var round = 0; round < 3; round++)
        {
            using var server = await ServerProcess.Serve(database);
            using var http = Client(server);
            if (round == 0)
            {
                await Put(http, Base, """{ "name": "C", "topic": "T", "aim": "A", "startMonth": "2024-01", "endMonth": "2027-06" }""");
                await Put(http, $"{Base}/measures/a", Given.Rate);
                for (var team = 0; team < Teams; team++)
                {
                    await Put(http, $"{Base}/teams/t{team}", Given.Team);
                }
            }

            var before = acknowledged.Count;
            var first = round * 8;
            var storm = Enumerable.Range(0, Teams).Select(team => Storm(http, $"t{team}", first, acknowledged, unknown)).ToList();
            var enough = before + random.Next(200, 800);
            var clock = Stopwatch.StartNew();
            while (acknowledged.Count < enough && !storm.TrueForAll(each => each.IsCompleted))
            {
                Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
                await Task.Delay(1);
            }

            server.Kill();
            await Task.WhenAll(storm);
            Assert.That(acknowledged, Has.Count.GreaterThanOrEqualTo(enough));
        }

        // The next start recovers what the log holds; then what is kept can be looked at.
        using (var server = await ServerProcess.Serve(database))
        {
            using var http = Client(server);
            var (team, month, revision) = acknowledged.Keys.MaxBy(key => key.Revision);
            using var answer = await http.GetAsync(new Uri(Address(team, month), UriKind.Relative));
            Assert.That(int.Parse(answer.Headers.ETag!.Tag.Trim('"'), CultureInfo.InvariantCulture), Is.EqualTo(revision).Or.EqualTo(revision + 1));
        }

        var kept = Rows("SELECT t.Code, s.ReportMonth, s.Revision, s.Numerator FROM SubmissionRevision s JOIN Team t ON t.Id = s.TeamId")
            .ToDictionary(row => ((string)row[0], (int)(long)row[1], (int)(long)row[2]), row => (double)row[3]);
        var current = Rows("SELECT t.Code, s.ReportMonth, s.Revision, s.Numerator FROM Submission s JOIN Team t ON t.Id = s.TeamId")
            .ToDictionary(row => ((string)row[0], (int)(long)row[1]), row => ((int)(long)row[2], (double)row[3]));
        Assert.Multiple(() =>
        {
            Assert.That(acknowledged.Where(figure => !kept.TryGetValue(figure.Key, out var there) || there != figure.Value), Is.Empty, "Acknowledged and lost");
            Assert.That(kept.Where(figure => !acknowledged.ContainsKey(figure.Key) && !unknown.ContainsKey((figure.Key.Item1, figure.Key.Item2, figure.Value))), Is.Empty, "Kept and never sent");
            Assert.That(kept.Values, Is.Unique, "Kept twice");
            Assert.That(current.Where(figure => kept[(figure.Key.Item1, figure.Key.Item2, figure.Value.Item1)] != figure.Value.Item2), Is.Empty, "Current and history differ");
            Assert.That(kept.GroupBy(figure => (figure.Key.Item1, figure.Key.Item2)).Where(group => group.Max(figure => figure.Key.Item3) != group.Count() || current[group.Key].Item1 != group.Count()), Is.Empty, "Revisions with a gap");
        });
        IsWhole();
    }

    /// <summary>Submits one team's months again and again, each time other figures, until the server is gone.</summary>
    private static async Task Storm(
        HttpClient http, string team, int firstMonth, ConcurrentDictionary<(string, int, int), double> acknowledged, ConcurrentDictionary<(string, int, double), bool> unknown)
    {
        var tags = new EntityTagHeaderValue?[8];
        for (var i = 0; i < 100_000; i++)
        {
            var month = 202401 + ((firstMonth + (i % 8)) / 12 * 100) + ((firstMonth + (i % 8)) % 12);
            var figure = (double)Interlocked.Increment(ref figures);
            using var request = new HttpRequestMessage(HttpMethod.Put, Address(team, month)) { Content = Json($$"""{ "numerator": {{figure}}, "denominator": 400 }""") };
            if (tags[i % 8] is { } tag)
            {
                request.Headers.IfMatch.Add(tag);
            }

            try
            {
                using var answer = await http.SendAsync(request);
                Assert.That(answer.StatusCode, Is.EqualTo(tags[i % 8] is null ? HttpStatusCode.Created : HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
                tags[i % 8] = answer.Headers.ETag;
                acknowledged[(team, month, int.Parse(answer.Headers.ETag!.Tag.Trim('"'), CultureInfo.InvariantCulture))] = figure;
            }
            catch (HttpRequestException)
            {
                unknown[(team, month, figure)] = true;
                return;
            }
        }
    }

    private static long figures;

    private static string Address(string team, int month) => $"{Base}/teams/{team}/measures/a/submissions/{month / 100}-{month % 100:00}";

    private HttpClient Client(ServerProcess server)
    {
        var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task Put(HttpClient http, string path, string json)
    {
        using var answer = await http.PutAsync(new Uri(path, UriKind.Relative), Json(json));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
    }

    /// <summary>As if the seconds had gone by after which another worker may take up what a dead one had.</summary>
    private void LetTheLeaseRunOut() => Rows("UPDATE ImportJob SET LeaseUntil = '2000-01-01T00:00:00.000Z' WHERE LeaseUntil IS NOT NULL RETURNING Id");

    private void IsWhole()
    {
        Assert.That(Rows("PRAGMA integrity_check").Single()[0], Is.EqualTo("ok"));
        Assert.That(Rows("PRAGMA foreign_key_check"), Is.Empty);
    }

    private Task<List<string>> Told(string sql) =>
        Task.FromResult(Rows(sql).ConvertAll(row => string.Join('|', row.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)))));

    private long Number(string sql) => Convert.ToInt64(Rows(sql).Single()[0], CultureInfo.InvariantCulture);

    private List<object[]> Rows(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }
}
