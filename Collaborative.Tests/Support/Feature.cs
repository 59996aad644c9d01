using Collaborative.Domain.Access;

namespace Collaborative.Tests.Support;

/// <summary>What feature fixtures share: a server of their own on one engine. Tests make a collaborative each, so that they do not meet.</summary>
[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public abstract class Feature(Lane lane)
{
    private static int made;

    protected Lane Lane { get; } = lane;

    protected TestServer Server { get; private set; } = null!;

    protected FixedClock Clock => Server.Clock;

    /// <summary>A client with an administrator's key.</summary>
    protected Client Admin { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        Server = await TestServer.Start(Lane);
        Admin = await Server.As(Role.Administrator);
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }

    [SetUp]
    public void ResetClock() => Clock.MoveTo(Given.Now);

    /// <summary>A code that no other test uses.</summary>
    protected static string NewCode(string stem = "c") => $"{stem}{Interlocked.Increment(ref made)}";

    /// <summary>The address of a new collaborative.</summary>
    protected async Task<string> NewCollaborative(string body = Given.Collaborative)
    {
        var path = $"/collaboratives/{NewCode()}";
        (await Admin.Put(path, body)).Is(201);
        return path;
    }

    /// <summary>The address of the submissions of a new collaborative's one team and measure.</summary>
    protected async Task<string> NewSeries(string measure = Given.Rate, string collaborative = Given.Collaborative, string team = Given.Team)
    {
        var path = await NewCollaborative(collaborative);
        (await Admin.Put($"{path}/teams/north", team)).Is(201);
        (await Admin.Put($"{path}/measures/m", measure)).Is(201);
        return $"{path}/teams/north/measures/m/submissions";
    }

    /// <summary>The collaborative's code in an address.</summary>
    protected static string CodeIn(string path) => path.Split('/')[2];
}
