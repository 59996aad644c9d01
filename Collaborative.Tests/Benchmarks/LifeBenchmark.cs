using System.Diagnostics;
using Collaborative.Domain.Access;
using Collaborative.Tests.Features.Life;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Benchmarks;

/// <summary>A whole collaborative over HTTP, and what its lists and pictures then cost.</summary>
[TestFixture]
[NonParallelizable]
[Explicit("Measures; takes a minute, wants a Release build and an otherwise idle machine.")]
public sealed class LifeBenchmark
{
    private const int Rounds = 15;

    private static readonly string[] Pictures = ["/due-list?month=2026-12", "/driver-diagram.svg", "/idea-matrix", "/idea-matrix.svg", "/prework-status?limit=200", "/sessions/ls1/kpis", "/assessments/distribution"];

    [Test]
    public async Task A_collaborative_of_160_teams_through_its_whole_life()
    {
        var table = new ResultTable();
        await using var server = await TestServer.Start(Lane.Sqlite);
        var admin = await server.As(Role.Administrator);
        var life = new Life(admin, server.Clock, LifeSize.Whole, "life");
        var clock = Stopwatch.StartNew();
        await life.Live();
        table.Under($"a life of 160 teams over 13 months, {life.Sent:#,0} requests", clock.Elapsed.TotalSeconds, 60, "s");
        foreach (var list in LivingThroughACollaborativeTests.Lists)
        {
            table.Under(list, await Median(admin, life.Path + list), 10, "ms");
        }

        foreach (var picture in Pictures)
        {
            table.Under(picture, await Median(admin, life.Path + picture), 50, "ms");
        }

        TestContext.Out.WriteLine(table.ToString());
        Assert.That(table.Missed, Is.Empty);
    }

    private static async Task<double> Median(Client client, string path)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            (await client.Get(path)).Is(200);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return Load.Middle(times);
    }
}
