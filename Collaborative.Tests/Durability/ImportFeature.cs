using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Durability;

/// <summary>What fixtures share that send files: a collaborative with teams and measures, and the end of a job.</summary>
public abstract class ImportFeature(Lane lane) : Feature(lane)
{
    protected const string Header = "team,measure,month,numerator,denominator,note\n";

    /// <summary>A collaborative with the teams north and south and the measure m, a rate.</summary>
    protected async Task<string> NewProgramme(string months = """ "startMonth": "2025-01", "endMonth": "2027-06" """)
    {
        var path = await NewCollaborative($$"""{ "name": "ICU safety", "topic": "Ventilator care", "aim": "Halve it", {{months}} }""");
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{path}/teams/south", Given.Team)).Is(201);
        (await Admin.Put($"{path}/measures/m", Given.Rate)).Is(201);
        return path;
    }

    /// <summary>The job of a test that has failed must not keep the worker from those of the next ones.</summary>
    [TearDown]
    public async Task CancelWhatIsLeft()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status != NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            return;
        }

        foreach (var job in await Server.Database.Rows("SELECT j.Id FROM ImportJob j WHERE j.EndedAt IS NULL AND j.State <> 'receiving'"))
        {
            await Admin.Delete($"/imports/{job}");
        }
    }

    protected Task<Answer> Send(string path, byte[] file, string query = "", string? idempotencyKey = null) =>
        Send(path, new ByteArrayContent(file), query, idempotencyKey);

    protected Task<Answer> Send(string path, HttpContent file, string query = "", string? idempotencyKey = null)
    {
        file.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return Admin.Send(HttpMethod.Post, $"{path}/imports{query}", file, more: request =>
        {
            if (idempotencyKey is not null)
            {
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            }
        });
    }

    /// <summary>Sends a file that is taken, and answers the job when it has ended.</summary>
    protected Task<Answer> Import(string path, string file, string query = "") => Import(path, Encoding.UTF8.GetBytes(file), query);

    protected async Task<Answer> Import(string path, byte[] file, string query = "") => await End(await Send(path, file, query));

    protected async Task<Answer> End(Answer begun)
    {
        var address = begun.Is(202).Header("Location")!;
        return await Until(() => Admin.Get(address), job => job.At("/endedAt") != "null");
    }

    /// <summary>Asks until the answer is the one waited for, or fails after a while that only a broken system takes.</summary>
    protected static async Task<T> Until<T>(Func<Task<T>> ask, Func<T, bool> good)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (good(answer))
            {
                return answer;
            }

            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)), "This was waited for in vain.");
            await Task.Delay(10);
        }
    }

    /// <summary>rows, accepted, unchanged, warned, rejected.</summary>
    protected static string Counts(Answer job) =>
        string.Join(' ', new[] { "rows", "accepted", "unchanged", "warned", "rejected" }.Select(name => job.At($"/counts/{name}")));

    /// <summary>The rejected rows, each as its line number and the codes of its problems.</summary>
    protected async Task<List<string>> Rejected(Answer job)
    {
        var rows = (await Admin.Get($"/imports/{job.At("/id")}/rows?outcome=rejected&limit=200")).Is(200);
        return [.. Enumerable.Range(0, rows.Count()).Select(i => $"{rows.At($"/items/{i}/row")} {string.Join(' ', rows.Each("code", $"/items/{i}/problems"))}")];
    }

    protected async Task<string> Export(string path) => (await Admin.Get($"{path}/submissions.csv")).Is(200).Text;
}
