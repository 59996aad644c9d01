using System.Text;
using Collaborative.Domain.Imports;
using Collaborative.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Durability;

/// <summary>A file that turned out to be about patients is gone from the embedded database to the last byte: from the file itself, and from its log.</summary>
public sealed class ForgottenFileTests
{
    private const string Base = "/collaboratives/c";

    /// <summary>Long enough to be found, and often enough to lie within one page wherever pages begin.</summary>
    private static readonly string Names = string.Concat(Enumerable.Repeat("Secretname", 5000));

    private static readonly string Harmless = string.Concat(Enumerable.Repeat("""{ "resource": { "resourceType": "Organization", "id": "o" } },""", 3000));

    private TestServer server = null!;
    private Client admin = null!;

    private string File => server.Database.ConnectionString["Data Source=".Length..];

    [SetUp]
    public async Task StartServer()
    {
        server = await TestServer.Start(Lane.Sqlite);
        admin = await server.As(Domain.Access.Role.Administrator);
        (await admin.Put(Base, Given.Collaborative)).Is(201);
        (await admin.Put($"{Base}/measures/m", Given.Rate)).Is(201);
    }

    [TearDown]
    public async Task StopServer() => await server.DisposeAsync();

    [Test]
    public async Task A_patient_far_into_a_bundle()
    {
        var bundle = $$"""{ "resourceType": "Bundle", "type": "batch", "entry": [{{Harmless}}{ "resource": { "resourceType": "Patient", "name": [{ "family": "{{Names}}" }] } }] }""";

        var job = await Jobs.Ended(admin, (await admin.Post($"{Base}/imports", bundle, ImportMedia.FhirJson)).Is(202));

        Assert.That((job.At("/state"), job.At("/problem/code")), Is.EqualTo(("failed", "patientLevelData")));
        await NothingIsLeft();
    }

    [Test]
    public async Task Patients_that_came_in_pieces()
    {
        var file = Encoding.UTF8.GetBytes($$"""{ "resourceType": "Patient", "name": [{ "family": "{{Names}}" }] }""");
        var opened = (await admin.Send(HttpMethod.Post, $"{Base}/imports", null, more: request => request.Headers.Add("Upload-Length", $"{file.Length}"))).Is(201);
        var address = opened.Header("Location")!;
        var half = file.Length / 2;
        (await Append(address, 0, file[..half])).Is(204);
        Assert.That(Traces(), Is.GreaterThan(0), "It is kept as long as it may be needed");

        (await Append(address, half, file[half..])).IsProblem(422, "patient-level-data");

        await NothingIsLeft();
    }

    [Test]
    public async Task An_upload_that_breaks_off()
    {
        var token = (await server.Key(Domain.Access.Role.Administrator)).Token;
        var file = Encoding.UTF8.GetBytes("team,measure,month,numerator,denominator,note\n" + string.Concat(Enumerable.Repeat("north,m,2026-01,1,400,Secretname\n", 30_000)));
        using (var request = new RawRequest(server.Address, "POST", $"{Client.Base}{Base}/imports", token, "Content-Type: text/csv", $"Content-Length: {file.Length}"))
        {
            request.Send(file.AsSpan(0, 800_000));
            await Until(() => Traces() > 0, "It is kept while it comes in");
            request.BreakOff();
        }

        await NothingIsLeft();
    }

    [Test]
    public async Task Also_once_a_reader_that_was_in_the_way_has_ended()
    {
        using (var reader = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            await reader.OpenAsync();
            using var look = reader.CreateCommand();
            look.CommandText = "BEGIN; SELECT COUNT(*) FROM Collaborative";
            look.ExecuteScalar();
            var bundle = $$"""{ "resourceType": "Bundle", "type": "batch", "entry": [{{Harmless}}{ "resource": { "resourceType": "Patient", "name": [{ "family": "{{Names}}" }] } }] }""";
            var job = await Jobs.Ended(admin, (await admin.Post($"{Base}/imports", bundle, ImportMedia.FhirJson)).Is(202));
            Assert.That(job.At("/problem/code"), Is.EqualTo("patientLevelData"));
            await Until(async () => (await server.Database.Rows("SELECT COUNT(*) FROM ImportBody"))[0] == "0", "The file is deleted");
            Assert.That(Traces(), Is.GreaterThan(0), "The reader still sees the database as it was");
            (await admin.Put($"{Base}/measures/other", Given.Rate)).Is(201);
        }

        await NothingIsLeft();
    }

    private Task NothingIsLeft() => Until(() => Traces() == 0, "Something of the file is still there");

    private static Task Until(Func<bool> good, string why) => Until(() => Task.FromResult(good()), why);

    private static async Task Until(Func<Task<bool>> good, string why)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!await good())
        {
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)), why);
            await Task.Delay(20);
        }
    }

    /// <summary>How often the name stands in the files of the database.</summary>
    private int Traces() => ((string[])[File, File + "-wal", File + "-journal"]).Where(System.IO.File.Exists).Sum(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        var count = 0;
        while (bytes.IndexOf("Secretname"u8) is var at and >= 0)
        {
            bytes = bytes[(at + 1)..];
            count++;
        }

        return count;
    });

    private Task<Answer> Append(string address, int offset, byte[] piece)
    {
        var content = new ByteArrayContent(piece);
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/offset+octet-stream");
        return admin.Send(HttpMethod.Patch, address, content, more: request => request.Headers.Add("Upload-Offset", $"{offset}"));
    }
}
