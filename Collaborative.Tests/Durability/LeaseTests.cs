using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Collaborative.Tests.Durability;

/// <summary>Workers that are thought dead and are not: what they write under an old fence counts for nothing.</summary>
[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public sealed class LeaseTests(Lane lane)
{
    private TestServer server = null!;
    private Client admin = null!;
    private ImportQueue queue = null!;

    [SetUp]
    public async Task StartServerWithoutWorker()
    {
        server = await TestServer.Start(lane, more: services =>
        {
            foreach (var worker in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList())
            {
                services.Remove(worker);
            }
        });
        admin = await server.As(Role.Administrator);
        queue = server.Services.GetRequiredService<ImportQueue>();
        (await admin.Put("/collaboratives/c", """{ "name": "C", "topic": "T", "aim": "A", "startMonth": "1980-01", "endMonth": "2027-06" }""")).Is(201);
        (await admin.Put("/collaboratives/c/measures/m", Given.Rate)).Is(201);
    }

    [TearDown]
    public async Task StopServer() => await server.DisposeAsync();

    [Test]
    public async Task A_job_is_taken_by_one_worker_only_while_its_lease_lasts()
    {
        await Queue(10);

        var takers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => queue.Take(CancellationToken.None))));
        Assert.That(takers.Count(taken => taken is not null), Is.EqualTo(1));
        server.Clock.Advance(ImportQueue.Lease - TimeSpan.FromSeconds(1));
        Assert.That(await queue.Take(CancellationToken.None), Is.Null);
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        var next = await queue.Take(CancellationToken.None);

        Assert.That(next!.Value.Fence, Is.GreaterThan(takers.Single(taken => taken is not null)!.Value.Fence));
    }

    [Test]
    public async Task The_lane_of_small_files_leaves_the_large_ones_to_the_other()
    {
        var large = await Queue(60_000);
        var small = await Queue(10, await server.As(Role.Administrator));

        Assert.That(await TakeNow(small: true), Is.EqualTo(small));
        Assert.That(await TakeNow(small: true), Is.Null);
        Assert.That(await TakeNow(small: false), Is.EqualTo(large));
    }

    [Test]
    public async Task What_one_sender_sends_is_taken_in_its_order_and_only_a_dry_run_overtakes()
    {
        var large = await Queue(60_000);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var small = await Queue(10);
        var dryRun = await Queue(10, query: "?createTeams=true&dryRun=true");

        Assert.That(await TakeNow(small: true), Is.EqualTo(dryRun));
        Assert.That(await TakeNow(small: true), Is.Null);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var taken = (await queue.Take(CancellationToken.None))!.Value;
        Assert.That($"/api/v1/imports/{taken.Job.Id}", Is.EqualTo(large));
        Assert.That(await TakeNow(small: false), Is.Null);

        await queue.Finish(taken.Job.Id, taken.Fence, "failed", "It is no use.", null, CancellationToken.None);
        Assert.That(await TakeNow(small: true), Is.EqualTo(small));
    }

    [Test]
    public async Task A_worker_whose_fence_is_old_writes_nothing()
    {
        var location = await Queue(5000);
        var old = await Take();
        var next = await Take();

        Assert.ThrowsAsync<LeaseLostException>(() => Run(old));
        Assert.That(await Stored(), Does.StartWith("0|0|0|"), "Nothing of the old worker is kept");

        await Run(next);
        await queue.Finish(next.Job.Id, next.Fence, "succeeded", null, 1, CancellationToken.None);
        var stored = await Stored();
        Assert.That(stored, Does.StartWith("5000|5000|5001|"));

        Assert.ThrowsAsync<LeaseLostException>(() => Run(old));
        await queue.Finish(old.Job.Id, old.Fence, "failed", "late", 0, CancellationToken.None);
        await queue.GiveBack(old.Job.Id, old.Fence);
        Assert.That(await Stored(), Is.EqualTo(stored), "Nor when it comes late");
        Assert.That((await admin.Get(location)).At("/state"), Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task A_worker_that_is_overtaken_half_way_leaves_every_row_once()
    {
        var location = await Queue(9000);
        var slow = await Take();
        using var stop = new CancellationTokenSource();
        var first = Task.Run(() => Run(slow));

        // Taken over while the first is at work, wherever it happens to be.
        (ImportRecord Job, long Fence)? taken = null;
        while (taken is null && !first.IsCompleted)
        {
            server.Clock.Advance(TimeSpan.FromMinutes(1));
            taken = await queue.Take(CancellationToken.None);
        }

        if (taken is { } quick)
        {
            Assert.ThrowsAsync<LeaseLostException>(() => first);
            await Run(quick);
            await queue.Finish(quick.Job.Id, quick.Fence, "succeeded", null, 1, CancellationToken.None);
        }
        else
        {
            Assert.Inconclusive("The first worker was never overtaken.");
        }

        Assert.That(await Stored(), Does.StartWith("9000|9000|9001|"));
        Assert.That((await admin.Get(location)).At("/counts/accepted"), Is.EqualTo("9000"));
    }

    [Test]
    public async Task A_transcript_that_is_broken_off_begins_again_and_leaves_every_row_once()
    {
        var file = new StringBuilder("team,measure");
        for (var month = 0; month < 500; month++)
        {
            file.Append($",{1980 + (month / 12)}-{(month % 12) + 1:00}");
        }

        for (var team = 0; team < 40; team++)
        {
            file.Append($"\nt{team},m").Append(string.Concat(Enumerable.Range(0, 500).Select(i => $",{i}/400")));
        }

        var location = (await admin.Post("/collaboratives/c/imports?createTeams=true", file.ToString(), "text/csv")).Is(202).Header("Location")!;
        var slow = await Take();
        var first = Task.Run(() => Run(slow));
        (ImportRecord Job, long Fence)? taken = null;
        while (taken is null && !first.IsCompleted)
        {
            if ((await server.Database.Rows("SELECT COUNT(*) FROM ImportBody WHERE Part >= 1000000"))[0] != "0")
            {
                server.Clock.Advance(TimeSpan.FromMinutes(1));
                taken = await queue.Take(CancellationToken.None);
            }
        }

        Assert.ThrowsAsync<LeaseLostException>(() => first);
        await Run(taken!.Value);
        await queue.Finish(taken.Value.Job.Id, taken.Value.Fence, "succeeded", null, 1, CancellationToken.None);

        Assert.That(await Stored(), Does.StartWith("20000|20000|20001|"));
        Assert.That((await admin.Get(location)).At("/counts/accepted"), Is.EqualTo("20000"));
        Assert.That(await server.Database.Rows("SELECT SUM(Numerator), MIN(ImportRow), MAX(ImportRow) FROM Submission"), Is.EqualTo(new[] { $"{40 * 499 * 250}|2|20001" }));
    }

    [Test]
    public async Task A_worker_of_a_cancelled_job_writes_nothing_more()
    {
        var location = await Queue(5000);
        var taken = await Take();
        (await admin.Delete(location)).Is(200);

        Assert.ThrowsAsync<LeaseLostException>(() => Run(taken));
        await queue.Finish(taken.Job.Id, taken.Fence, "succeeded", null, 1, CancellationToken.None);

        Assert.That(await Stored(), Does.StartWith("0|0|0|"));
        Assert.That((await admin.Get(location)).At("/state"), Is.EqualTo("cancelled"));
    }

    /// <summary>The address of the job that a lane takes.</summary>
    private async Task<string?> TakeNow(bool small) => await queue.Take(CancellationToken.None, small) is { Job: var job } ? $"/api/v1/imports/{job.Id}" : null;

    private async Task<string> Queue(int rows, Client? sender = null, string query = "?createTeams=true")
    {
        var file = new StringBuilder("team,measure,month,numerator,denominator\n");
        for (var i = 0; i < rows; i++)
        {
            file.Append($"t{i / 500},m,{1980 + (i % 500 / 12)}-{(i % 500 % 12) + 1:00},{i},400\n");
        }

        return (await (sender ?? admin).Post($"/collaboratives/c/imports{query}", file.ToString(), "text/csv")).Is(202).Header("Location")!;
    }

    /// <summary>Takes the job, whoever had it before.</summary>
    private async Task<(ImportRecord Job, long Fence)> Take()
    {
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        return (await queue.Take(CancellationToken.None))!.Value;
    }

    private Task Run((ImportRecord Job, long Fence) taken) => new ImportRun(
        server.Services.GetRequiredService<IDatabase>(), server.Services.GetRequiredService<Attempts>(), server.Clock, taken.Job, taken.Fence).Run(CancellationToken.None);

    /// <summary>How much there is of figures, history and outcomes, and what the job says of itself.</summary>
    private async Task<string> Stored() => (await server.Database.Rows(
        """
        SELECT (SELECT COUNT(*) FROM Submission), (SELECT COUNT(*) FROM SubmissionRevision), (SELECT COUNT(*) FROM ImportRow),
            j.State, j.Fence, j.NextRow, j.AcceptedRows, j.RejectedRows, j.EndedAt, j.Failure, j.LeaseUntil
        FROM ImportJob j
        """))[0];
}
