using System.Net.Http.Headers;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Durability;

/// <summary>Two servers with a worker each on one database, and the same rows sent to both at once: all is there once, and says where it came from.</summary>
public sealed class TwoServersTests(Lane lane) : ImportFeature(lane)
{
    private const int Teams = 8;

    private TestServer second = null!;
    private Client there = null!;

    public enum Files
    {
        LongCsv,
        WideCsv,
        FhirBundle,
        Workbook,
        LongCsvAndFhirBundle,
        WorkbookAndWideCsv,
    }

    [OneTimeSetUp]
    public async Task StartAnother()
    {
        second = await TestServer.StartBeside(Server);
        there = await second.As(Role.Administrator);
    }

    [OneTimeTearDown]
    public async Task StopTheOther() => await second.DisposeAsync();

    [Test]
    public async Task The_same_rows_sent_to_both_at_once_are_there_once([Values] Files files)
    {
        var (one, other) = files switch
        {
            Files.LongCsv => (LargeFile.Csv(Teams), LargeFile.Csv(Teams)),
            Files.WideCsv => (LargeFile.WideCsv(Teams), LargeFile.WideCsv(Teams)),
            Files.FhirBundle => (LargeFile.Bundle(Teams), LargeFile.Bundle(Teams)),
            Files.Workbook => (LargeFile.Workbook(Teams), LargeFile.Workbook(Teams)),
            Files.LongCsvAndFhirBundle => (LargeFile.Csv(Teams), LargeFile.Bundle(Teams)),
            _ => (LargeFile.Workbook(Teams), LargeFile.WideCsv(Teams)),
        };
        var rows = LargeFile.RowsOf(Teams);
        var good = rows - (rows / 100);
        var path = await Programme();

        var jobs = await Task.WhenAll(End(Admin, path, one), End(there, path, other));

        Assert.That(jobs.Select(job => job.At("/state")), Is.All.EqualTo("succeeded"), string.Join('\n', jobs.Select(job => job.Text)));
        Assert.That(jobs.Select(job => Number(job, "rows")), Is.All.EqualTo(rows));
        Assert.That(jobs.Select(job => Number(job, "rejected")), Is.All.EqualTo(rows / 100));
        Assert.That(jobs.Sum(job => Number(job, "accepted")), Is.EqualTo(good), "Each figure was taken from one of them");
        Assert.That(jobs.Sum(job => Number(job, "unchanged")), Is.EqualTo(good), "and found unchanged by the other");
        var alone = await Programme();
        await End(Admin, alone, one);
        Assert.That(await Export(path), Is.EqualTo(await Export(alone)));
        var places = $"FROM SubmissionRevision s JOIN Team t ON t.Id = s.TeamId JOIN Measure m ON m.Id = s.MeasureId JOIN Collaborative c ON c.Id = t.CollaborativeId";
        Assert.That(
            await Server.Database.Rows($"SELECT COUNT(*), MAX(s.Revision) {places} WHERE c.CodeKey = '{CodeIn(path)}'"),
            Is.EqualTo(new[] { $"{good}|1" }));
        Assert.That(
            await Server.Database.Rows($"SELECT COUNT(*) {places} JOIN ImportRow r ON r.ImportId = s.ImportId AND r.RowNumber = s.ImportRow AND r.Outcome = 'accepted' AND r.Team = t.Code AND r.Measure = m.Code WHERE c.CodeKey = '{CodeIn(path)}'"),
            Is.EqualTo(new[] { $"{good}" }),
            "Every figure names a row that names it");
    }

    private static int Number(Answer job, string of) => int.Parse(job.At($"/counts/{of}")!, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<Answer> End(Client client, string path, LargeFile file)
    {
        var content = new ByteArrayContent(file.Content);
        content.Headers.ContentType = new MediaTypeHeaderValue(file.Type);
        var begun = (await client.Send(HttpMethod.Post, $"{path}/imports{(file.Type.Contains("fhir", StringComparison.Ordinal) ? "" : "?createTeams=true")}", content)).Is(202);
        return await Until(() => client.Get(begun.Header("Location")!), job => job.At("/endedAt") != "null");
    }

    /// <summary>Some of the teams are there, and the others come with the files.</summary>
    private async Task<string> Programme()
    {
        var path = await NewCollaborative("""{ "name": "C", "topic": "T", "aim": "A", "startMonth": "1999-01", "endMonth": "2027-06" }""");
        (await Admin.Put($"{path}/measures/a", Given.Rate)).Is(201);
        (await Admin.Put($"{path}/measures/b", Given.Rate)).Is(201);
        for (var team = 0; team < Teams; team++)
        {
            (await Admin.Put($"{path}/teams/t{team}", Given.Team)).Is(201);
        }

        return path;
    }
}
