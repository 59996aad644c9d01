using System.Diagnostics;
using Collaborative.Domain.Imports;
using Collaborative.Tests.Durability;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Benchmarks;

/// <summary>
/// The whole system against floors on the same machine in the same run. Servers and floors are Release builds in processes of
/// their own; their rounds alternate, and the middle of the rounds counts, since machines are noisy.
/// </summary>
[TestFixture]
[NonParallelizable]
[Explicit("Measures; takes some minutes, wants a Release build and an otherwise idle machine.")]
public sealed class SystemBenchmark
{
    private const int Connections = 8;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly ResultTable table = new();

    [OneTimeTearDown]
    public void PrintTable() => TestContext.Out.WriteLine(table.ToString());

    [TearDown]
    public void EveryBarIsMet() => Assert.That(table.Missed, Is.Empty);

    [Test]
    [Order(1)]
    public async Task Starting()
    {
        using var programme = await Programme.Start(measures: 1, months: 1);
        programme.Server.Kill();
        var times = new List<double>();
        var sizes = new List<double>();
        for (var round = 0; round < 5; round++)
        {
            using var server = await ServerProcess.Serve(programme.Database);
            times.Add(server.TimeToFirstAnswer.TotalSeconds);
            await Task.Delay(TimeSpan.FromSeconds(3));
            sizes.Add(server.WorkingSet / 1048576.0);
        }

        table.Under("start to first answer", Load.Middle(times), 2, "s");
        table.Under("idle working set", Load.Middle(sizes), 150, "MB");
    }

    [Test]
    [Order(2)]
    public async Task Importing_200_000_rows()
    {
        const int Measures = 25;
        const int Months = 50;
        const int Rows = Programme.Teams * Measures * Months;
        var ours = new List<double>();
        var floor = new List<double>();
        var memory = new List<double>();
        for (var round = 0; round < 3; round++)
        {
            using var programme = await Programme.Start(Measures, Months);
            var file = programme.WriteFile(Measures, Months);
            var copy = programme.Copy("floor.db");
            var clock = Stopwatch.StartNew();
            Assert.That(ImportFloor.Run(copy, file), Is.EqualTo(Rows));
            floor.Add(Rows / clock.Elapsed.TotalSeconds);
            var idle = programme.Server.WorkingSet;
            var (time, job) = await programme.Import(file);
            Assert.That(job.GetProperty("counts").GetProperty("accepted").GetInt32(), Is.EqualTo(Rows), job.ToString());
            ours.Add(Rows / time.TotalSeconds);
            memory.Add((programme.Server.PeakWorkingSet - idle) / 1048576.0);
        }

        table.AtLeast("import of 200,000 rows, upload to end of job, against a bare loop into Submission and SubmissionRevision", Load.Middle(ours), Load.Middle(floor), "rows/s", 0.4);
        table.Under("peak memory of that import above idle", Load.Middle(memory), 200, "MB");
    }

    [Test]
    [Order(2)]
    public async Task Importing_a_million_rows_into_4000_teams()
    {
        const int Teams = 4_000;
        const int Measures = 10;
        const int Months = 25;
        const int Rows = Teams * Measures * Months;
        using var programme = await Programme.Start(Measures, Months, Teams);
        var file = programme.WriteFile(Measures, Months, Teams);
        var copy = programme.Copy("floor.db");
        var clock = Stopwatch.StartNew();
        Assert.That(ImportFloor.Run(copy, file), Is.EqualTo(Rows));
        var floor = Rows / clock.Elapsed.TotalSeconds;
        var idle = programme.Server.WorkingSet;
        var (time, job) = await programme.Import(file);
        Assert.That(job.GetProperty("counts").GetProperty("accepted").GetInt32(), Is.EqualTo(Rows), job.ToString());

        table.AtLeast("import of 1,000,000 rows into 4,000 teams, upload to end of job, against a bare loop into Submission and SubmissionRevision", Rows / time.TotalSeconds, floor, "rows/s", 0.4);
        table.Under("peak memory of that import above idle", (programme.Server.PeakWorkingSet - idle) / 1048576.0, 300, "MB");
    }

    /// <summary>The whole process, from its start to its peak, must stay under what a small machine has to spare.</summary>
    [TestCaseSource(nameof(LargeDocuments))]
    [Order(2)]
    public async Task Importing_a_large_document(string what, string type, int measures, int months, int teams, Func<Stream, int> write)
    {
        using var programme = await Programme.Start(measures, months, teams);
        var file = programme.InFolder("document");
        int rows;
        await using (var stream = File.Create(file))
        {
            rows = write(stream);
        }

        var size = new FileInfo(file).Length / 1048576.0;
        var (time, job) = await programme.Import(file, type);
        Assert.That(job.GetProperty("counts").GetProperty("rows").GetInt32(), Is.EqualTo(rows), job.ToString());
        Assert.That(job.GetProperty("counts").GetProperty("rejected").GetInt32(), Is.Zero, job.ToString());

        table.Under(FormattableString.Invariant($"peak memory of the whole process, {what} of {size:0} MB"), programme.Server.PeakWorkingSet / 1048576.0, 300, "MB");
        table.Note(what, FormattableString.Invariant($"{time.TotalSeconds:0.0} s, {rows / time.TotalSeconds:#,0} rows/s"));
    }

    private static IEnumerable<TestCaseData> LargeDocuments =>
    [
        new TestCaseData("a FHIR bundle of 50,000 reports", ImportMedia.FhirJson, 5, 100, 100, (Func<Stream, int>)LargeDocument.Bundle).SetArgDisplayNames("FHIR bundle"),
        new TestCaseData("a QRDA Category III document", ImportMedia.Xml, 400, 1, 1, (Func<Stream, int>)LargeDocument.Qrda).SetArgDisplayNames("QRDA"),
        new TestCaseData("a workbook of 100,000 rows", ImportMedia.Workbook, 10, 100, 100, (Func<Stream, int>)LargeDocument.Workbook).SetArgDisplayNames("XLSX"),
    ];

    [Test]
    [Order(3)]
    public async Task Submitting_one_figure_at_a_time()
    {
        const int Measures = 25;
        const int Months = 16;
        const int InARound = 8000;
        const int Warm = 3;
        using var programme = await Programme.Start(Measures, Months + 24);
        using var bare = await FloorServer.Start(programme.Copy("floor.db"), null);
        var requests = programme.Submissions(Measures, Months);
        var (ours, floor) = (new List<Load>(), new List<Load>());
        foreach (var round in requests.Chunk(InARound))
        {
            ours.Add(Load.Run(programme.Server.Address, Connections, Longest, 201, Each(round)));
            floor.Add(Load.Run(bare.Address, Connections, Longest, 201, Each(round)));
        }

        // The first rounds compile.
        table.AtLeast(
            "durable submission, 8 connections, against bare Kestrel with one durable insert",
            Load.Middle(ours.Skip(Warm).Select(load => load.PerSecond)), Load.Middle(floor.Skip(Warm).Select(load => load.PerSecond)), "requests/s", 0.5);
        table.Note("the same, time of one", FormattableString.Invariant($"median {Load.Middle(ours.Skip(Warm).Select(load => load.Median)):0.0} ms, p99 {Load.Middle(ours.Skip(Warm).Select(load => load.P99)):0.0} ms"));

        var month = Months;
        var idle = Alone(programme, month);
        table.Note("one submission on an idle server", FormattableString.Invariant($"median {idle.Median:0.00} ms, p99 {idle.P99:0.00} ms"));

        var minute = await SameMinute(programme, ++month);
        table.UnderTimes("160 leads within one minute, p99, against the idle median", Load.Quantile(minute, 0.99), idle.Median, "ms", 10);
        var bursts = Enumerable.Range(0, 20).Select(i => Load.Quantile(SameInstant(programme, month + 1 + i), 0.99)).ToList();
        table.UnderTimes("160 leads at the same instant, p99, against the idle median", Load.Middle(bursts), idle.Median, "ms", 10);
    }

    /// <summary>One lead now and then, on a server that has nothing else to do.</summary>
    private static Load Alone(Programme programme, int month)
    {
        using var connection = new RawConnection(programme.Server.Address);
        var times = new double[Programme.Teams];
        for (var team = 0; team < times.Length; team++)
        {
            var request = programme.Submission(team, 1, month);
            Thread.Sleep(20);
            var sent = Stopwatch.GetTimestamp();
            connection.Expect(201, request);
            times[team] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        }

        times.AsSpan().Sort();
        return new Load(0, Load.Quantile(times, 0.5), Load.Quantile(times, 0.99));
    }

    private static Func<byte[]?> Each(byte[][] requests)
    {
        var at = -1;
        return () => Interlocked.Increment(ref at) is var index && index < requests.Length ? requests[index] : null;
    }

    /// <summary>Each lead presses the button at a moment of her own within the minute.</summary>
    private static async Task<double[]> SameMinute(Programme programme, int month)
    {
        var random = new Random(160);
        var moments = Enumerable.Range(0, Programme.Teams).Select(_ => random.NextDouble() * 60_000).ToArray();
        var clock = Stopwatch.StartNew();
        var times = await Task.WhenAll(moments.Select((moment, team) => Task.Run(async () =>
        {
            using var connection = new RawConnection(programme.Server.Address);
            var request = programme.Submission(team, 0, month);
            await Task.Delay(TimeSpan.FromMilliseconds(moment));
            var sent = Stopwatch.GetTimestamp();
            connection.Expect(201, request);
            return Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        })));
        return [.. times.Order()];
    }

    /// <summary>All press the button at once: the hardest reading of the same minute.</summary>
    private static double[] SameInstant(Programme programme, int month)
    {
        var times = new double[Programme.Teams];
        using var ready = new Barrier(Programme.Teams);
        var threads = Enumerable.Range(0, Programme.Teams).Select(team => new Thread(() =>
        {
            using var connection = new RawConnection(programme.Server.Address);
            var request = programme.Submission(team, 0, month);
            ready.SignalAndWait();
            var sent = Stopwatch.GetTimestamp();
            connection.Expect(201, request);
            times[team] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        }, maxStackSize: 256 * 1024)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return [.. times.Order()];
    }

    [Test]
    [Order(4)]
    public async Task Reading_an_aggregate_chart()
    {
        const int Months = 24;
        using var programme = await Programme.Start(measures: 1, Months);
        await programme.Import(programme.WriteFile(1, Months));
        using var connection = new RawConnection(programme.Server.Address);
        var address = $"{Programme.Base}/measures/{Programme.Measure(0)}/chart?aggregate=pooled";
        var get = RawConnection.Request("GET", address, programme.Token);

        var first = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var changed = RawConnection.Request(
                "PUT", $"{Programme.Base}/teams/{Programme.Team(i % Programme.Teams)}/measures/{Programme.Measure(0)}/submissions/{Programme.Month(i % Months)}",
                programme.Token, $$"""{ "numerator": {{10 + i}}, "denominator": 1000 }""", "If-Match: *");
            connection.Expect(200, changed);
            var sent = Stopwatch.GetTimestamp();
            connection.Expect(200, get);
            first.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        // The first third compiles.
        table.Under("aggregate chart of 160 teams × 24 months after a change, median", Load.Middle(first.Skip(100)), 5, "ms");

        var content = programme.InFolder("content");
        var etag = connection.Header("ETag")!;
        using (var http = new HttpClient { BaseAddress = programme.Server.Address })
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", programme.Token);
            await File.WriteAllBytesAsync(content, await http.GetByteArrayAsync(new Uri(address, UriKind.Relative)));
        }

        using var bare = await FloorServer.Start(null, content);
        var conditional = RawConnection.Request("GET", address, programme.Token, null, $"If-None-Match: {etag}");
        Compare("the same chart again, unchanged", 200, get, 0.6);
        Compare("the same chart again, 304", 304, conditional, 0.8);

        void Compare(string what, int status, byte[] request, double share)
        {
            var (ours, floor) = (new List<Load>(), new List<Load>());
            for (var round = 0; round < 6; round++)
            {
                ours.Add(Load.Run(programme.Server.Address, Connections, Round, status, () => request));
                floor.Add(Load.Run(bare.Address, Connections, Round, status, () => request));
            }

            table.AtLeast(what, Load.Middle(ours.Skip(1).Select(load => load.PerSecond)), Load.Middle(floor.Skip(1).Select(load => load.PerSecond)), "requests/s", share);
        }
    }
}
