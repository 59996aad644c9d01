using System.Globalization;
using System.Net.Http.Headers;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Collaborative.Tests.Durability;

/// <summary>
/// Work on imports that dies between any two steps and is taken up by the next worker: all that is left is what undisturbed
/// work leaves. The steps come from the run's seed. <see cref="KillTests"/> does the same to whole processes.
/// </summary>
[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public sealed class InterruptedWorkTests(Lane lane)
{
    /// <summary>More than half a chunk in each file, so that some chunks are whole and one is not.</summary>
    private const int Teams = 11;

    private const int Deaths = 7;

    private TestServer server = null!;
    private Client admin = null!;
    private int made;

    public enum Work
    {
        LongCsv,
        WideCsv,
        FhirBundle,
        Workbook,
        Atomic,
        HeldBack,
        Undo,
    }

    private ImportQueue Queue => server.Services.GetRequiredService<ImportQueue>();

    private MortalDatabase Database => (MortalDatabase)server.Services.GetRequiredService<IDatabase>();

    [OneTimeSetUp]
    public async Task StartServerWithoutWorker()
    {
        server = await TestServer.Start(lane, more: services =>
        {
            foreach (var hosted in services.Where(service => service.ServiceType == typeof(IHostedService)).ToList())
            {
                services.Remove(hosted);
            }

            var engine = services.Single(service => service.ServiceType == typeof(IDatabase));
            services.AddSingleton<IDatabase>(provider => new MortalDatabase((IDatabase)engine.ImplementationFactory!(provider)));
        });
        admin = await server.As(Domain.Access.Role.Administrator);
    }

    [OneTimeTearDown]
    public async Task StopServer() => await server.DisposeAsync();

    [Test]
    public async Task Dying_at_any_step_and_taken_up_again_it_comes_to_the_same([Values] Work work)
    {
        var random = TestContext.CurrentContext.Random;
        var (undisturbed, file) = await Begin(work);
        Database.Begin();
        await RunOne();
        var steps = Database.Calls;
        var expected = await KeptState.Of(server.Database.Rows, undisturbed);
        Assert.That(expected[0], Does.StartWith(work == Work.HeldBack ? "failed|" : "succeeded|"));

        var deaths = new List<string>();
        while (deaths.Count < Deaths)
        {
            var (disturbed, _) = await Begin(work, file);
            for (var ended = false; !ended;)
            {
                var (at, kept) = (random.Next(1, Math.Max(3, steps / 2)), random.Next(2) == 0);
                var dies = deaths.Count < Deaths;
                Database.Begin(dies ? at : int.MaxValue, kept);
                try
                {
                    ended = !await RunOne();
                }
                catch (DeadException)
                {
                    deaths.Add($"{at}{(kept ? " kept" : "")}");
                }

                server.Clock.Advance(ImportQueue.Lease + TimeSpan.FromSeconds(1));
            }

            Database.Begin();
            await Queue.Tidy(CancellationToken.None);
            KeptState.AreAlike(await KeptState.Of(server.Database.Rows, disturbed), expected, $"Died at the steps {string.Join(", ", deaths)} of {steps}");
        }
    }

    [TestCase("", 4, ImportQueue.MostClaims, "What was accepted before is kept, and undo puts it back. ")]
    [TestCase("&dryRun=true", 10, ImportQueue.MostClaims + 1, "Send the file in smaller parts;")]
    public async Task A_job_that_kills_whoever_takes_it_or_never_gets_further_than_before_is_given_up(string dryRun, int dyingAt, int deaths, string sentence)
    {
        var address = await BeginLarge($"?createTeams=true{dryRun}");
        for (var death = 0; death < deaths; death++)
        {
            await Die(dyingAt);
        }

        Database.Begin();
        Assert.That(await Queue.Take(CancellationToken.None), Is.Null);
        var job = (await admin.Get(address)).Is(200);
        Assert.That((job.At("/state"), job.At("/problem/code")), Is.EqualTo(("failed", "brokeOff")));
        Assert.That(job.At("/problem/message"), Does.StartWith($"The work on this import broke off {ImportQueue.MostClaims} times without coming any further, so it was given up. ").And.Contain(sentence));
        Assert.That(job.At("/counts/rows") == "0", Is.EqualTo(dryRun.Length == 0), "The dry run came as far as this each time");
        Assert.That(await server.Database.Rows($"SELECT COUNT(*) FROM ImportBody WHERE ImportId = '{job.At("/id")}'"), Is.EqualTo(new[] { "0" }), "Its file is gone");
    }

    [Test]
    public async Task A_job_that_gets_further_each_time_comes_to_its_end_however_often_it_breaks_off()
    {
        var address = await BeginLarge("?createTeams=true");
        var deaths = 0;
        do
        {
            // Some die before they come any further.
            for (var time = 0; time < 5 && await Die(4); time++)
            {
                deaths++;
            }
        }
        while (await Die(20));


        Database.Begin();
        var job = (await admin.Get(address)).Is(200);
        Assert.That((job.At("/state"), job.At("/counts/rows")), Is.EqualTo(("succeeded", "50000")), job.Text);
        Assert.That(deaths, Is.GreaterThan(ImportQueue.MostClaims));
    }

    [Test]
    public async Task A_job_that_is_given_back_or_let_go_of_by_a_process_that_lives_kills_nobody()
    {
        var address = await BeginLarge("?createTeams=true");
        for (var time = 0; time <= ImportQueue.MostClaims; time++)
        {
            Database.Begin();
            var (job, fence) = (await Queue.Take(CancellationToken.None))!.Value;
            await Queue.GiveBack(job.Id, fence);
        }

        for (var time = 0; time <= ImportQueue.MostClaims; time++)
        {
            Database.Begin(4);
            Assert.ThrowsAsync<DeadException>(RunOne);
            server.Clock.Advance(ImportQueue.Lease + TimeSpan.FromSeconds(1));
        }

        Database.Begin();
        await RunOne();
        Assert.That((await admin.Get(address)).At("/state"), Is.EqualTo("succeeded"));
    }

    /// <summary>Takes the job up in a process that dies at its call of this number.</summary>
    /// <returns>False when it came to the end of the job instead.</returns>
    private async Task<bool> Die(int at)
    {
        Database.Begin(at, kept: true);
        if (await Queue.Take(CancellationToken.None) is not { Job: var job, Fence: var fence })
        {
            return false;
        }

        try
        {
            await new ImportRun(Database, server.Services.GetRequiredService<Attempts>(), server.Clock, job, fence).Run(CancellationToken.None);
            await Queue.Finish(job.Id, fence, "succeeded", null, null, CancellationToken.None);
            return false;
        }
        catch (DeadException)
        {
            server.Clock.Advance(ImportQueue.Lease + TimeSpan.FromSeconds(1));
            return true;
        }
    }

    /// <summary>A job of 25 chunks that waits.</summary>
    private async Task<string> BeginLarge(string query)
    {
        Database.Begin();
        server.Clock.MoveTo(Given.Now);
        var path = string.Create(CultureInfo.InvariantCulture, $"/collaboratives/c{++made}");
        (await admin.Put(path, """{ "name": "C", "topic": "T", "aim": "A", "startMonth": "1999-01", "endMonth": "2027-06" }""")).Is(201);
        (await admin.Put($"{path}/measures/a", Given.Rate)).Is(201);
        (await admin.Put($"{path}/measures/b", Given.Rate)).Is(201);
        var content = new ByteArrayContent(LargeFile.Csv(100).Content);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var begun = (await admin.Send(HttpMethod.Post, $"{path}/imports{query}", content)).Is(202);
        return $"/imports/{begun.At("/id")}";
    }

    private Task<bool> RunOne() => server.Services.GetRequiredService<ImportWorker>().RunOne(CancellationToken.None);

    /// <summary>A collaborative whose work waits.</summary>
    private async Task<(string Collaborative, LargeFile File)> Begin(Work work, LargeFile? known = null)
    {
        Database.Begin();
        server.Clock.MoveTo(Given.Now);
        var file = known ?? work switch
        {
            Work.WideCsv => LargeFile.WideCsv(Teams),
            Work.FhirBundle => LargeFile.Bundle(Teams),
            Work.Workbook => LargeFile.Workbook(Teams),
            Work.Atomic => LargeFile.Csv(Teams).Good(),
            _ => LargeFile.Csv(Teams),
        };
        var code = string.Create(CultureInfo.InvariantCulture, $"c{++made}");
        var path = $"/collaboratives/{code}";
        (await admin.Put(path, """{ "name": "C", "topic": "T", "aim": "A", "startMonth": "1999-01", "endMonth": "2027-06" }""")).Is(201);
        (await admin.Put($"{path}/measures/a", Given.Rate)).Is(201);
        (await admin.Put($"{path}/measures/b", Given.Rate)).Is(201);
        for (var team = 0; work is Work.FhirBundle && team < Teams; team++)
        {
            (await admin.Put($"{path}/teams/t{team}", Given.Team)).Is(201);
        }

        var content = new ByteArrayContent(file.Content);
        content.Headers.ContentType = new MediaTypeHeaderValue(file.Type);
        var query = work switch { Work.FhirBundle => "", Work.Atomic or Work.HeldBack => "?createTeams=true&atomic=true", _ => "?createTeams=true" };
        var begun = (await admin.Send(HttpMethod.Post, $"{path}/imports{query}", content)).Is(202);
        if (work == Work.Undo)
        {
            await RunOne();
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            (await admin.Post($"/imports/{begun.At("/id")}/undo", "{}")).Is(202);
        }

        return (code, file);
    }
}
