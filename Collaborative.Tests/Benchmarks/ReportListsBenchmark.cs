using System.Diagnostics;
using System.Globalization;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Benchmarks;

/// <summary>The lists of a director's morning in a full collaborative: 160 teams, 13 months, a report and three scores for each.</summary>
[TestFixture]
[Explicit("Measures; takes a minute and wants a Release build and an otherwise idle machine.")]
public sealed class ReportListsBenchmark
{
    private const int Teams = 160;

    private const int Months = 13;

    private const int Looks = 201;

    private const double MostMilliseconds = 10;

    private const string Path = "/collaboratives/full";

    private TestServer server = null!;

    private readonly Dictionary<Role, Client> clients = [];

    [OneTimeSetUp]
    public async Task Fill()
    {
        server = await TestServer.Start(Lane.Sqlite, arguments: "--Database:SampleData=true");
        var admin = await server.As(Role.Administrator);
        (await admin.Put(Path, """{ "name": "Full", "topic": "x", "aim": "x", "startMonth": "2025-06", "endMonth": "2026-12" }""")).Is(201);
        for (var team = 0; team < Teams; team++)
        {
            (await admin.Put($"{Path}/teams/t{team:000}", Given.Team)).Is(201);
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, Teams), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (team, _) =>
        {
            var path = $"{Path}/teams/t{team:000}";
            for (var i = 0; i < Months; i++)
            {
                var month = string.Create(CultureInfo.InvariantCulture, $"{2025 + ((5 + i) / 12)}-{((5 + i) % 12) + 1:00}");
                var score = string.Create(CultureInfo.InvariantCulture, $$"""{ "value": {{0.5 + (((team + i) % 10) / 2.0):0.0}}, "justification": "As the report says" }""");
                (await admin.Put($"{path}/reports/{month}", """{ "successes": "Oral care on every shift", "nextPlan": "Nights" }""")).Is(201);
                foreach (var kind in new[] { "self", "director", "improvementAdvisor" })
                {
                    (await admin.Put($"{path}/assessments/{month}/{kind}", score)).Is(201);
                }
            }

            foreach (var barrier in new[] { "a", "b", "c" })
            {
                (await admin.Put($"{path}/barriers/{barrier}", $$"""{ "description": "x", "owner": "x", "raisedOn": "2026-0{{(team % 6) + 1}}-10" }""")).Is(201);
            }
        });
        clients[Role.Director] = await server.As(Role.Director, "full");
        clients[Role.Sponsor] = await server.As(Role.Sponsor, "full");
        clients[Role.DataLead] = await server.As(Role.DataLead, "full", "t150");
    }

    [OneTimeTearDown]
    public async Task Stop() => await server.DisposeAsync();

    [TestCase(Role.Director, "/reports")]
    [TestCase(Role.Director, "/reports?month=2026-06&state=submitted&limit=200")]
    [TestCase(Role.Director, "/reports?team=t150")]
    [TestCase(Role.Director, "/teams/t150/reports")]
    [TestCase(Role.DataLead, "/reports")]
    [TestCase(Role.Director, "/assessments")]
    [TestCase(Role.Director, "/assessments?month=2026-06&limit=200")]
    [TestCase(Role.Director, "/teams/t150/assessments")]
    [TestCase(Role.DataLead, "/assessments")]
    [TestCase(Role.Sponsor, "/assessments/distribution")]
    [TestCase(Role.Director, "/barriers?state=open&overdue=true&limit=200")]
    [TestCase(Role.DataLead, "/barriers")]
    [TestCase(Role.Director, "/history")]
    [TestCase(Role.Director, "/history?team=t003&limit=200")]
    [TestCase(Role.Director, "/history?subject=barrier&team=t003")]
    [TestCase(Role.Director, "/history?subject=barrier&code=nothing")]
    [TestCase(Role.DataLead, "/history")]
    [TestCase(Role.Sponsor, "/history")]
    public async Task A_list_is_there_within_ten_milliseconds(Role role, string list)
    {
        var times = new double[Looks];
        for (var i = 0; i < Looks; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await clients[role].Get(Path + list);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            answer.Is(200);
        }

        Array.Sort(times);
        TestContext.Out.WriteLine($"{role} {list}: median {times[Looks / 2]:0.0} ms, p95 {times[Looks * 95 / 100]:0.0} ms");
        Assert.That(times[Looks / 2], Is.LessThanOrEqualTo(MostMilliseconds));
    }
}
