namespace Collaborative.Tests.Support;

/// <summary>One folder for all that a run leaves on the disk, deleted when the run ends.</summary>
public static class Temporary
{
    private static readonly Lazy<string> Root = new(() => Directory.CreateTempSubdirectory("collaborative-tests-").FullName);

    public static string File(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(Root.Value, Guid.NewGuid().ToString("N"))).FullName, name);

    public static void DeleteAll()
    {
        if (Root.IsValueCreated)
        {
            Directory.Delete(Root.Value, recursive: true);
        }
    }
}
