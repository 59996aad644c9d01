using System.Net;
using System.Net.Sockets;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Samples;
using Collaborative.Domain.Submissions;
using Collaborative.Domain.Teams;
using Collaborative.Infrastructure;
using MediatR;

namespace Collaborative.Api.Verbs;

/// <summary>A server with a sample collaborative, made anew at every start and the same every time but for its keys.</summary>
internal static class DemoVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api demo [--urls http://localhost:5080]
        Starts the server with a sample collaborative of 24 intensive care units over 24 months, in data/demo.db.
        That file is made anew at every start; no other database is touched. Keys and commands to try are printed.
        """;

    private const string DatabaseFile = "data/demo.db";

    /// <summary>Held as long as the program runs.</summary>
    private static FileStream? running;

    public static async Task<int> Run(string[] args, TextWriter output)
    {
        var configuration = new Options(args, []).Configuration;
        string[] ours = [.. configuration, "--Database:Engine=Sqlite", $"--ConnectionStrings:Collaborative=Data Source={DatabaseFile}"];
        var url = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(configuration).Build()["urls"] ?? Server.DefaultUrl;
        RefuseBusyPort(
            Uri.TryCreate(url.Split(';')[0].Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal), UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
                ? address
                : throw new UsageException("--urls takes an address like http://localhost:5090."));
        Directory.CreateDirectory(Path.GetDirectoryName(DatabaseFile)!);
        RefuseRunningDemo();
        foreach (var file in new[] { "", "-wal", "-shm" })
        {
            File.Delete(DatabaseFile + file);
        }

        await Build([.. ours, "--Database:SampleData=true"]);
        await using var app = Server.Build(ours);
        var keys = await MakeKeys(app.Services);
        await app.StartAsync();
        await output.WriteLineAsync(Greeting(app.Urls.First(), keys));
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Plays the sample through the system's own commands, at the times when its teams would have sent it.</summary>
    internal static async Task Build(string[] configuration)
    {
        var clock = new PlayedClock();
        await using var services = Offline.Services(configuration, collection => collection.AddSingleton<TimeProvider>(clock));
        await services.MigrateCollaborative(CancellationToken.None);
        var director = new Viewer { KeyId = Guid.Empty, Name = "Director", Role = Role.Administrator };
        clock.Now = new DateTimeOffset(IntensiveCareStory.Begun.ToDateTime(new TimeOnly(9, 0)), TimeSpan.Zero);
        await Send(services, new PutCollaborative(director, IntensiveCareSample.Code, new CollaborativeBody
        {
            Name = "Safer intensive care",
            Topic = "Infections in intensive care",
            Aim = "Ventilator-associated pneumonia down by 60 % in 24 intensive care units by December 2012, with fewer infections of every kind.",
            StartMonth = IntensiveCareSample.StartMonth,
            EndMonth = IntensiveCareSample.EndMonth,
            BaselineFrom = IntensiveCareSample.BaselineFrom,
            TimeZone = IntensiveCareSample.TimeZone,
            ReportDueDay = IntensiveCareSample.ReportDueDay,
        }, Preconditions.None));
        var collaborativeId = (await Scope(services, null, null)).CollaborativeId!.Value;
        foreach (var (code, body) in IntensiveCareSample.Measures)
        {
            await Send(services, new PutMeasure(director, collaborativeId, code, body, Preconditions.None));
        }

        foreach (var (code, name, region) in IntensiveCareSample.Teams)
        {
            var (enrolled, withdrawn) = IntensiveCareSample.Membership(code);
            var body = new TeamBody { Name = name, Organisation = $"{name} Trust", Region = region, EnrolledFrom = enrolled, WithdrawnAfter = withdrawn };
            await Send(services, new PutTeam(director, collaborativeId, code, body, Preconditions.None));
        }

        var teams = new Dictionary<string, Guid>();
        foreach (var (code, _, _) in IntensiveCareSample.Teams)
        {
            teams[code] = (await Scope(services, code, null)).TeamId!.Value;
        }

        var measures = new Dictionary<string, Guid>();
        foreach (var (code, _) in IntensiveCareSample.Measures)
        {
            measures[code] = (await Scope(services, null, code)).MeasureId!.Value;
        }

        var key = await Send(services, new CreateKey(Role.Faculty, IntensiveCareSample.Code, [], "People of the sample", 1));
        var story = new DemoStory(key.Id, collaborativeId, [.. IntensiveCareSample.Teams.Select(team => teams[team.Code])], measures, new StorySender(services)).Steps();
        var figures = IntensiveCareSample.Submissions().Select(submission => new DemoStep(submission.SentAt, () => Send(services, new SubmitMeasure(
            new Viewer { KeyId = Guid.Empty, Name = $"Data lead, {submission.Team}", Role = Role.DataLead, CollaborativeId = collaborativeId },
            collaborativeId, teams[submission.Team], measures[submission.Measure], submission.Month, submission.Body, Preconditions.None))));
        foreach (var step in story.Concat(figures).OrderBy(step => step.At))
        {
            clock.Now = step.At;
            await step.Do();
        }
    }

    /// <summary>Each command in a scope of its own, as a request has one.</summary>
    private sealed class StorySender(IServiceProvider services) : DemoStory.Sender
    {
        public Task<T> Send<T>(ICommand<T> command) => DemoVerb.Send(services, command);
    }

    private static async Task<Scope> Scope(IServiceProvider services, string? team, string? measure)
    {
        await using var scope = services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ResolveScope(IntensiveCareSample.Code, team, measure))).OrFail();
    }

    private static async Task<T> Send<T>(IServiceProvider services, ICommand<T> command)
    {
        await using var scope = services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command)).OrFail();
    }

    private static async Task<IReadOnlyList<(string Who, string Variable, string Token)>> MakeKeys(IServiceProvider services)
    {
        var team = IntensiveCareSample.Teams[0];
        var wanted = new (string Who, string Variable, CreateKey Key)[]
        {
            ("director", "KEY", new CreateKey(Role.Director, IntensiveCareSample.Code, [], "Demo director", 30)),
            ("faculty", "FACULTY", new CreateKey(Role.Faculty, IntensiveCareSample.Code, [], "Demo faculty", 30)),
            ($"data lead of {team.Code}", "LEAD", new CreateKey(Role.DataLead, IntensiveCareSample.Code, [team.Code], $"Demo data lead, {team.Name}", 30)),
            ("administrator", "ADMIN", new CreateKey(Role.Administrator, null, [], "Demo administrator", 30)),
        };
        var made = new List<(string, string, string)>();
        foreach (var (who, variable, key) in wanted)
        {
            await using var scope = services.CreateAsyncScope();
            made.Add((who, variable, (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(key)).OrFail().Token));
        }

        return made;
    }

    private static string Greeting(string url, IReadOnlyList<(string Who, string Variable, string Token)> keys)
    {
        var api = $"{url}/api/v1/collaboratives/{IntensiveCareSample.Code}";
        var exports = string.Join(Environment.NewLine, keys.Select(key => $"  export {key.Variable}={key.Token}   # {key.Who}"));
        return $"""

            Collaborative is running with a sample of 24 intensive care units, 2011 to 2012. Stop it with Ctrl+C.

            Open in a browser (sign in with one of the keys):
              {url}/           the collaborative's charts
              {url}/swagger    every address of the API

            Keys for this run:
            {exports}

            Try:
              curl -H "Authorization: Bearer $KEY" "{api}/measures/vap/chart?baselineMonths=12"
              curl -H "Authorization: Bearer $KEY" "{api}/reporting?month=2012-12"
              curl -H "Authorization: Bearer $KEY" "{api}/driver-diagram.svg" -o drivers.svg
              curl -H "Authorization: Bearer $KEY" "{api}/measures/vap/summary.html" -o summary.html
              curl -H "Authorization: Bearer $LEAD" -X PUT -H "Content-Type: application/json" -H "If-Match: *" -d '{"{"}"numerator": 2, "denominator": 231, "reason": "one case was counted twice"{"}"}' "{api}/teams/ashgrove/measures/vap/submissions/2012-12"

            """;
    }

    /// <summary>A demo that runs from this folder keeps a lock on a file beside its database.</summary>
    private static void RefuseRunningDemo()
    {
        try
        {
            running = new FileStream(DatabaseFile + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            throw new IOException("A demo is running from this folder already; stop it, or start this one from another folder.");
        }
    }

    private static void RefuseBusyPort(Uri address)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.TryParse(address.Host, out var ip) ? ip : IPAddress.Loopback, address.Port);
            probe.Start();
        }
        catch (SocketException)
        {
            throw new IOException($"Something is listening on port {address.Port} already; choose another with --urls http://localhost:5090.");
        }
    }

    /// <summary>The time of the sample's own story.</summary>
    private sealed class PlayedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
