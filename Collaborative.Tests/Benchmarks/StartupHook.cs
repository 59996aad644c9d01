using Collaborative.Tests.Benchmarks;

/// <summary>
/// Lets this assembly be run as a program of its own: the floor of a benchmark must live in a process like the server's.
/// The runtime calls it where DOTNET_STARTUP_HOOKS names this assembly, and nowhere else.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        FloorServer.Run().GetAwaiter().GetResult();
        Environment.Exit(0);
    }
}
