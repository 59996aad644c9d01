using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Collaborative.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Durability;

/// <summary>The server ended as by a power switch, again and again, at moments that nobody chose. The moments come from the run's seed.</summary>
public sealed class KillTests
{
    private const int Teams = 20;
    private const string Base = "/api/v1/collaboratives/c";

    private string database = "";
    private string token = "";

    [SetUp]
    public async Task MakeDatabase()
    {
        database = Temporary.File("collaborative.db");
        token = await ServerProcess.AdministratorKey(database);
    }

    [TestCase(false, TestName = "An_import_that_is_killed_again_and_again_takes_every_row_exactly_once")]
    [TestCase(true, TestName = "So_does_one_that_is_killed_while_or_after_it_is_transcribed")]
    public async Task Killed(bool isWide)
    {
        const int Months = 500;
        const int Rows = Teams * Months * 2;
        var server = await ServerProcess.Serve(database);
        try
        {
            using (var http = Client(server))
            {
                await Put(http, Base, """{ "name": "C", "topic": "T", "aim": "A", "startMonth": "1980-01", "endMonth": "2027-06" }""");
                await Put(http, $"{Base}/measures/a", Given.Rate);
                await Put(http, $"{Base}/measures/b", Given.Rate);
            }

            // Every hundredth row is bad; the teams come into being with the import.
            var file = new StringBuilder("team,measure,month,numerator,denominator\n");
            for (var i = 0; i < Rows; i++)
            {
                file.Append(CultureInfo.InvariantCulture, $"t{i / Months / 2},{(i / Months % 2 == 0 ? 'a' : 'b')},{1980 + (i % Months / 12)}-{(i % Months % 12) + 1:00},{(i % 100 == 99 ? "x" : i)},400\n");
            }

            if (isWide)
            {
                // The same rows in the same order, a month in each column.
                file = new StringBuilder("team,measure").Append(string.Concat(Enumerable.Range(0, Months).Select(i => string.Create(CultureInfo.InvariantCulture, $",{1980 + (i / 12)}-{(i % 12) + 1:00}"))));
                for (var i = 0; i < Rows; i++)
                {
                    file.Append(i % Months > 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\nt{i / Months / 2},{(i / Months % 2 == 0 ? 'a' : 'b')}"))
                        .Append(CultureInfo.InvariantCulture, $",{(i % 100 == 99 ? "x" : i)}/400");
                }
            }

            string location;
            using (var http = Client(server))
            {
                using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file.ToString()));
                content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
                using var begun = await http.PostAsync(new Uri($"{Base}/imports?createTeams=true", UriKind.Relative), content);
                Assert.That((int)begun.StatusCode, Is.EqualTo(202), await begun.Content.ReadAsStringAsync());
                location = begun.Headers.Location!.ToString();
            }

            var random = TestContext.CurrentContext.Random;
            var stops = Enumerable.Range(0, 4).Select(_ => random.Next(0, Rows)).Order().ToList();
            foreach (var stop in stops)
            {
                using (var http = Client(server))
                {
                    await Until(http, location, job => Ended(job) || job.GetProperty("counts").GetProperty("rows").GetInt32() >= stop);
                }

                // Somewhere within the next chunk, or between two.
                await Task.Delay(random.Next(0, 40));
                server.Kill();
                server.Dispose();
                LetTheLeaseRunOut();
                server = await ServerProcess.Serve(database);
            }

            using (var http = Client(server))
            {
                var job = await Until(http, location, Ended);
                Assert.That(job.GetProperty("state").GetString(), Is.EqualTo("succeeded"));
                var counts = job.GetProperty("counts");
                Assert.That(counts.GetProperty("rows").GetInt32(), Is.EqualTo(Rows));
                Assert.That(counts.GetProperty("accepted").GetInt32(), Is.EqualTo(Rows - (Rows / 100)));
                Assert.That(counts.GetProperty("unchanged").GetInt32(), Is.Zero);
                Assert.That(counts.GetProperty("rejected").GetInt32(), Is.EqualTo(Rows / 100));
                Assert.That(counts.GetProperty("warned").GetInt32(), Is.EqualTo(Number("SELECT COUNT(*) FROM ImportRow WHERE Outcome = 'accepted' AND Problems IS NOT NULL")));
                Assert.That(job.GetProperty("result").GetProperty("teamsCreated").GetInt32(), Is.EqualTo(Teams));

                // The file goes once the job has ended.
                var clock = Stopwatch.StartNew();
                while (Number("SELECT COUNT(*) FROM ImportBody") > 0)
                {
                    Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
                    await Task.Delay(10);
                }
            }
        }
        finally
        {
            server.Dispose();
        }

        Assert.Multiple(() =>
        {
            Assert.That(Number("SELECT COUNT(*) FROM Submission"), Is.EqualTo(Rows - (Rows / 100)));
            Assert.That(Number("SELECT MAX(Revision) FROM Submission"), Is.EqualTo(1));
            Assert.That(Number("SELECT COUNT(*) FROM SubmissionRevision"), Is.EqualTo(Rows - (Rows / 100)));
            Assert.That(Number("SELECT SUM(Numerator) FROM Submission"), Is.EqualTo(Enumerable.Range(0, Rows).Where(i => i % 100 != 99).Sum(i => (long)i)));
            Assert.That(Number("SELECT COUNT(*) FROM ImportRow WHERE RowNumber BETWEEN 2 AND 20001"), Is.EqualTo(Rows));
            Assert.That(Number("SELECT COUNT(*) FROM Team"), Is.EqualTo(Teams));
            Assert.That(Number("SELECT COUNT(*) FROM TeamRevision"), Is.EqualTo(Teams));
            Assert.That(Number("SELECT COUNT(*) FROM ImportBody"), Is.Zero);
        });
        IsWhole();
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

    private static bool Ended(JsonElement job) => job.GetProperty("endedAt").ValueKind != JsonValueKind.Null;

    private static async Task<JsonElement> Until(HttpClient http, string location, Func<JsonElement, bool> good)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var job = JsonDocument.Parse(await http.GetStringAsync(new Uri(location, UriKind.Relative))).RootElement;
            if (good(job))
            {
                return job;
            }

            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)), job.ToString());
            await Task.Delay(2);
        }
    }

    /// <summary>As if the seconds had gone by after which another worker may take up what a dead one had.</summary>
    private void LetTheLeaseRunOut() => Rows("UPDATE ImportJob SET LeaseUntil = '2000-01-01T00:00:00.000Z' WHERE LeaseUntil IS NOT NULL RETURNING Id");

    private void IsWhole()
    {
        Assert.That(Rows("PRAGMA integrity_check").Single()[0], Is.EqualTo("ok"));
        Assert.That(Rows("PRAGMA foreign_key_check"), Is.Empty);
    }

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
