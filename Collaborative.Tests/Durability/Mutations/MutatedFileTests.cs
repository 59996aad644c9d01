using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Imports.Formats;
using Collaborative.Tests.Contract;
using Collaborative.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Collaborative.Tests.Durability.Mutations;

/// <summary>
/// Hundreds of files that were good and have been spoilt, each sent to a whole server: it is refused in words, or read with
/// every row accounted for, soon and in little memory, and no figure appears that the file does not say of that place.
/// Which files they are is told by a seed, so that each can be made again.
/// </summary>
[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public sealed class MutatedFileTests(Lane lane)
{
    /// <summary>Another number makes other files.</summary>
    private const string SeedVariable = "COLLABORATIVE_MUTATION_SEED";

    private const int OfEach = 108;

    private const int OfEachSample = 8;

    private const string Bystander = "bystander";

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed) ? seed : 20261125;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>So much may be allocated for a file of any size, and so much more for each of its bytes.</summary>
    private const long MostAllocated = 96L * 1024 * 1024;

    private const int MostAllocatedForAByte = 400;

    private static readonly string[] Refusals = ["import-unreadable", "patient-level-data", "unsupported-media-type", "invalid-request"];

    private static readonly string[] Samples =
    [
        "deqm-MeasureReport-summ-measurereport02.json", "deqm-Bundle-multiple-summ-report.json", "qpp-Mvp_Mips-Group-Sample-2025.xml", "qpp-NEG-angerMeasureDataValidations.xml",
        "cypress-ep_test_qrda_cat3_no_end.xml", "nhsr-ae-long.csv", "nhsr-ae-wide.csv", "deqm-MeasureReport-indv-measurereport01.json",
    ];

    private TestServer server = null!;
    private Client admin = null!;

    private static IEnumerable<TestCaseData> Documents => GoodDocument.All.Select(document => new TestCaseData(document).SetArgDisplayNames(document.Name));

    [OneTimeSetUp]
    public async Task StartServerWithoutWorker()
    {
        server = await TestServer.Start(lane, more: services =>
        {
            foreach (var hosted in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList())
            {
                services.Remove(hosted);
            }
        });
        admin = await server.As(Domain.Access.Role.Administrator);
    }

    [OneTimeTearDown]
    public async Task StopServer() => await server.DisposeAsync();

    [Test]
    public void There_are_more_than_500_files() => Assert.That(GoodDocument.All.Count * OfEach, Is.GreaterThan(500));

    [Test]
    public void A_file_is_always_the_same_for_one_seed() => Assert.Multiple(() =>
    {
        foreach (var document in GoodDocument.All)
        {
            Assert.That(Enumerable.Range(0, OfEach).Where(i => !Mutant.Of(document, Seed, i).Content.SequenceEqual(Mutant.Of(document, Seed, i).Content)), Is.Empty, document.Name);
            Assert.That(Enumerable.Range(0, OfEach).Select(i => Mutant.Of(document, Seed, i).What).Distinct().Count(), Is.GreaterThan(40), document.Name);
        }
    });

    [TestCaseSource(nameof(Documents))]
    public async Task As_it_should_be_it_gives_all_its_figures(GoodDocument document)
    {
        var path = await Programme(GoodDocument.Teams, GoodDocument.Measures);
        var said = await Send(document, new Mutant("nothing", document.Content, true), path);

        Assert.That(said.Trouble, Is.Empty);
        Assert.That(said.Figures.ToDictionary(figure => figure.Place, figure => figure.Said), Is.EquivalentTo(document.Says));
    }

    [TestCaseSource(nameof(Documents))]
    public async Task Spoilt_it_is_refused_or_every_row_is_accounted_for(GoodDocument document)
    {
        var path = await Programme(GoodDocument.Teams, GoodDocument.Measures);
        var trouble = new List<string>();
        var taken = 0;
        for (var i = 0; i < OfEach; i++)
        {
            var mutant = Mutant.Of(document, Seed, i);
            var (found, figures) = await Send(document, mutant, path);
            taken += figures.Count;
            found.AddRange(Unsaid(document, mutant, figures));
            trouble.AddRange(found.Select(what => $"{what}. File {i} of seed {Seed} ({mutant.What}) is kept as {Keep(document, i, mutant)}"));
        }

        Assert.That(trouble, Is.Empty);
        Assert.That(taken, Is.GreaterThan(0), "Some are still read in part");
    }

    [TestCaseSource(nameof(Samples))]
    public async Task So_are_documents_as_their_makers_publish_them(string name)
    {
        var content = await File.ReadAllBytesAsync(Golden.Shared("samples", name));
        var type = Path.GetExtension(name) switch { ".csv" => ImportMedia.Csv, ".json" => ImportMedia.FhirJson, _ => ImportMedia.Xml };
        var document = new GoodDocument(name, type, content, new Dictionary<Place, Said>());
        var path = await Programme(["organization01", "000777777", "RF4", "RRK"], ["EXM130-FHIR", "8a6d0454-8df0-2d9f-018d-f6aeba950637", "AE4H"]);
        var trouble = new List<string>();
        for (var i = 0; i < OfEachSample; i++)
        {
            // Each document meets other ways of spoiling.
            var number = i + (Array.IndexOf(Samples, name) * OfEachSample);
            var mutant = Mutant.Of(document, Seed, number);
            var (found, figures) = await Send(document, mutant, path);
            found.AddRange(Unnamed(mutant, figures));
            trouble.AddRange(found.Select(what => $"{what}. File {number} of seed {Seed} ({mutant.What}) is kept as {Keep(document, number, mutant)}"));
        }

        Assert.That(trouble, Is.Empty);
    }

    /// <summary>Sends the file over HTTP, works on it to its end, and says what was not as it should be.</summary>
    private async Task<(List<string> Trouble, List<(Place Place, Said Said)> Figures)> Send(GoodDocument document, Mutant mutant, string path)
    {
        var trouble = new List<string>();
        try
        {
            if (Allocated(document, mutant) is var allocated && allocated > MostAllocated + ((long)MostAllocatedForAByte * mutant.Content.Length))
            {
                trouble.Add($"{allocated / 1024 / 1024} MB were allocated for {mutant.Content.Length} bytes");
            }
        }
        catch (Exception exception)
        {
            trouble.Add($"Reading it threw {exception}");
        }

        await server.Database.Execute("DELETE FROM SubmissionRevision; DELETE FROM Submission");
        var clock = Stopwatch.StartNew();
        var content = new ByteArrayContent(mutant.Content);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(document.Type);
        var begun = await admin.Send(HttpMethod.Post, $"{path}/imports{(document.Measure is { } measure ? $"?measure={measure}" : "")}", content);
        if (begun.Status != 202)
        {
            if (begun.Status is not (400 or 415 or 422) || !Refusals.Contains(begun.At("/type")?.Split('/')[^1]) || string.IsNullOrWhiteSpace(begun.At("/detail")))
            {
                trouble.Add($"It was answered with {begun.Status}: {begun.Text}");
            }

            return (trouble, []);
        }

        await server.Services.GetRequiredService<ImportWorker>().RunOne(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
        if (clock.Elapsed > Longest)
        {
            trouble.Add($"It took {clock.Elapsed.TotalSeconds:0.0} s");
        }

        var job = (await admin.Get(begun.Header("Location")!)).Is(200);
        var (state, code) = (job.At("/state"), job.At("/problem/code"));
        if (state is not ("succeeded" or "failed") || (state == "failed" && (code is not ("unreadable" or "patientLevelData") || string.IsNullOrWhiteSpace(job.At("/problem/message")))))
        {
            trouble.Add($"The job ended as {state}: {job.Text}");
        }

        int Count(string of) => int.Parse(job.At($"/counts/{of}")!, CultureInfo.InvariantCulture);
        var id = job.At("/id");
        var rows = await server.Database.Rows($"SELECT r.Outcome, COUNT(*), SUM(CASE WHEN r.Problems IS NULL THEN 1 ELSE 0 END) FROM ImportRow r WHERE r.ImportId = '{id}' AND r.Outcome <> 'header' GROUP BY r.Outcome ORDER BY r.Outcome");
        var expected = new[] { "accepted", "rejected", "unchanged" }.Where(outcome => Count(outcome) > 0).Select(outcome => $"{outcome}|{Count(outcome)}").ToList();
        if (!rows.Select(row => row[..row.LastIndexOf('|')]).SequenceEqual(expected) || Count("rows") != Count("accepted") + Count("unchanged") + Count("rejected"))
        {
            trouble.Add($"Rows are not accounted for: {string.Join(' ', rows)} of {job.At("/counts")}");
        }

        if (rows.Exists(row => row.StartsWith("rejected|", StringComparison.Ordinal) && !row.EndsWith("|0", StringComparison.Ordinal)))
        {
            trouble.Add("A rejected row has no reason");
        }

        if (Count("rejected") > 0)
        {
            (await admin.Get($"/imports/{id}/rows?outcome=rejected&limit=200")).Is(200);
            (await admin.Get($"/imports/{id}/rows.csv")).Is(200);
        }

        var figures = await Figures(id!);
        if (figures.Count != Count("accepted"))
        {
            trouble.Add($"{figures.Count} figures came of {Count("accepted")} accepted rows");
        }

        return (trouble, figures);
    }

    /// <summary>Figures that the file does not say of their place.</summary>
    private static IEnumerable<string> Unsaid(GoodDocument document, Mutant mutant, List<(Place Place, Said Said)> figures)
    {
        if (mutant.IsFaithful)
        {
            return figures.Where(figure => !document.Says.TryGetValue(figure.Place, out var said) || said != figure.Said).Select(figure => $"{figure} came of it, which the good file does not say");
        }

        var numbers = mutant.Numbers();
        return Unnamed(mutant, figures)
            .Concat(figures.Where(figure => !numbers.Contains(figure.Said.Numerator) || !numbers.Contains(figure.Said.Denominator)).Select(figure => $"{figure} came of it, and its numbers do not stand there"));
    }

    /// <summary>Figures of teams and measures that the file does not name.</summary>
    private static IEnumerable<string> Unnamed(Mutant mutant, List<(Place Place, Said Said)> figures)
    {
        var text = mutant.Legible();
        return figures.Where(figure => !text.Contains(figure.Place.Team, StringComparison.OrdinalIgnoreCase) || !(figure.Place.Measure is "vap" || text.Contains(figure.Place.Measure, StringComparison.OrdinalIgnoreCase)))
            .Select(figure => $"{figure} came of it, and the file does not name it");
    }

    private async Task<List<(Place Place, Said Said)>> Figures(string importId)
    {
        var rows = await server.Database.Rows(
            $"""
            SELECT t.Code, m.Code, s.ReportMonth, s.Numerator, s.Denominator
            FROM SubmissionRevision s JOIN Team t ON t.Id = s.TeamId JOIN Measure m ON m.Id = s.MeasureId WHERE s.ImportId = '{importId}'
            """);
        static double Number(string cell) => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
        return [.. rows.Select(row => row.Split('|')).Select(cells => (new Place(cells[0], cells[1], $"{cells[2][..4]}-{cells[2][4..]}"), new Said(Number(cells[3]), Number(cells[4]))))];
    }

    /// <summary>What the reading of the file alone allocates on this thread.</summary>
    private static long Allocated(GoodDocument document, Mutant mutant)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var head = mutant.Content.AsSpan(0, Math.Min(mutant.Content.Length, BeginImport.HeadBytes));
        if (ImportFormat.Recognise(ImportMedia.FamilyOf(document.Type), head) is { Problem: null, Value.Format: var format })
        {
            try
            {
                if (format.IsLongForm)
                {
                    using var records = new CsvRecords(new MemoryStream(mutant.Content));
                    _ = records.Read(LongForm.Read(records.Header).Value.Delimiter).Count();
                }
                else
                {
                    _ = format.Translate(new ImportSource(() => new MemoryStream(mutant.Content), () => new MemoryStream(mutant.Content), document.Measure ?? "vap", PeriodReading.Usual)).Count();
                }
            }
            catch (UnreadableFileException)
            {
                // Told in words, as the server's answer will be.
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Writes the file where the run's other results are.</summary>
    private static string Keep(GoodDocument document, int number, Mutant mutant)
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"mutant-{Seed}-{document.Name.Replace(' ', '-')}-{number}.bin");
        File.WriteAllBytes(file, mutant.Content);
        TestContext.AddTestAttachment(file, mutant.What);
        return file;
    }

    private async Task<string> Programme(IEnumerable<string> teams, IEnumerable<string> measures)
    {
        var path = $"/collaboratives/c{Guid.NewGuid():N}"[..30];
        (await admin.Put(path, """{ "name": "C", "topic": "T", "aim": "A", "startMonth": "2016-01", "endMonth": "2027-06" }""")).Is(201);
        foreach (var team in teams.Append(Bystander))
        {
            (await admin.Put($"{path}/teams/{team}", Given.Team)).Is(201);
        }

        foreach (var measure in measures.Append($"{Bystander}-measure"))
        {
            (await admin.Put($"{path}/measures/{measure}", Given.Rate)).Is(201);
        }

        return path;
    }
}
