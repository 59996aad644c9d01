using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Tests.Durability;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Benchmarks;

/// <summary>A collaborative of 160 teams, unless said otherwise, on a server in a process of its own.</summary>
internal sealed class Programme : IDisposable
{
    public const int Teams = 160;
    public const string Base = "/api/v1/collaboratives/bench";

    private readonly string folder = Directory.CreateTempSubdirectory("collaborative-bench-").FullName;

    private Programme()
    {
    }

    public ServerProcess Server { get; private set; } = null!;

    public string Token { get; private set; } = "";

    public string Database => InFolder("collaborative.db");

    public static async Task<Programme> Start(int measures, int months, int teams = Teams)
    {
        var programme = new Programme();
        programme.Token = await ServerProcess.AdministratorKey(programme.Database);
        programme.Server = await ServerProcess.Serve(programme.Database);
        using var connection = new RawConnection(programme.Server.Address);
        programme.Put(connection, Base, $$"""
            { "name": "Benchmark", "topic": "Sepsis", "aim": "Halve it", "startMonth": "{{Month(0)}}", "endMonth": "{{Month(months - 1)}}" }
            """);
        for (var team = 0; team < teams; team++)
        {
            programme.Put(connection, $"{Base}/teams/{Team(team)}", $$"""{ "name": "Team {{team}}" }""");
        }

        for (var measure = 0; measure < measures; measure++)
        {
            programme.Put(connection, $"{Base}/measures/{Measure(measure)}", $$"""
                { "name": "Measure {{measure}}", "type": "outcome", "kind": "rate", "direction": "decrease", "multiplier": 1000 }
                """);
        }

        return programme;
    }

    public static string Team(int index) => string.Create(CultureInfo.InvariantCulture, $"t{index:000}");

    public static string Measure(int index) => string.Create(CultureInfo.InvariantCulture, $"m{index:00}");

    public static Month Month(int index) => new Month(2016, 1).AddMonths(index);

    public static string Figure(Random random) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{ "numerator": {{random.Next(0, 9)}}, "denominator": {{random.Next(200, 400)}} }""");

    /// <summary>A file of every team, measure and month, as an export would have it.</summary>
    public string WriteFile(int measures, int months, int teams = Teams)
    {
        var random = new Random(2011);
        var file = InFolder("figures.csv");
        using var writer = new StreamWriter(file, false, new UTF8Encoding(false)) { NewLine = "\r\n" };
        writer.WriteLine("team,measure,month,numerator,denominator");
        for (var team = 0; team < teams; team++)
        {
            for (var measure = 0; measure < measures; measure++)
            {
                for (var month = 0; month < months; month++)
                {
                    writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Team(team)},{Measure(measure)},{Month(month)},{random.Next(0, 9)},{random.Next(200, 400)}"));
                }
            }
        }

        return file;
    }

    public string InFolder(string name) => Path.Combine(folder, name);

    /// <summary>A copy of the database as it is now.</summary>
    public string Copy(string name)
    {
        var copy = InFolder(name);
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"VACUUM INTO '{copy}'";
        command.ExecuteNonQuery();
        return copy;
    }

    /// <summary>Requests that each submit figures of another team, measure and month.</summary>
    public byte[][] Submissions(int measures, int months) =>
        [.. from month in Enumerable.Range(0, months)
            from measure in Enumerable.Range(0, measures)
            from team in Enumerable.Range(0, Teams)
            select Submission(team, measure, month)];

    public byte[] Submission(int team, int measure, int month) => RawConnection.Request(
        "PUT", $"{Base}/teams/{Team(team)}/measures/{Measure(measure)}/submissions/{Month(month)}", Token, Figure(Random.Shared));

    /// <summary>Sends the file and waits until the job has ended.</summary>
    /// <returns>The time from the first byte to the end of the job, and the job.</returns>
    public async Task<(TimeSpan Time, JsonElement Job)> Import(string file, string type = ImportMedia.Csv)
    {
        using var http = new HttpClient { BaseAddress = Server.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        var clock = Stopwatch.StartNew();
        using var content = new StreamContent(File.OpenRead(file));
        content.Headers.ContentType = new(type);
        using var begun = await http.PostAsync(new Uri($"{Base}/imports", UriKind.Relative), content);
        var job = await Json(begun);
        while (job.GetProperty("endedAt").ValueKind == JsonValueKind.Null)
        {
            await Task.Delay(20);
            using var response = await http.GetAsync(begun.Headers.Location);
            job = await Json(response);
        }

        return (clock.Elapsed, job);
    }

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException(text);
    }

    private void Put(RawConnection connection, string path, string json) => connection.Expect(201, RawConnection.Request("PUT", path, Token, json));
}
