namespace Collaborative.Tests.Contract;

/// <summary>Texts that are checked in, so that a change of what the world sees shows in review.</summary>
internal static class Golden
{
    /// <summary>Set to 1, a run writes the texts anew instead of comparing them.</summary>
    private const string UpdateVariable = "COLLABORATIVE_UPDATE_GOLDEN";

    public static void Compare(string name, string actual)
    {
        var file = Path.Combine(Sources(), "Collaborative.Tests", "Contract", name);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.That(File.Exists(file), $"{name} is checked in");
        Assert.That(actual, Is.EqualTo(File.ReadAllText(file).ReplaceLineEndings("\n")), $"{name} has changed; if that is meant, run once with {UpdateVariable}=1");
    }

    /// <summary>The folder that holds the solution these tests were built from.</summary>
    public static string Sources()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Collaborative.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new AssertionException("The sources are not above the tests.");
    }

    /// <summary>A file of the real data that may lie beside the checkout; without it the test says so and is not run.</summary>
    public static string Shared(params string[] path)
    {
        for (var folder = Directory.GetParent(Sources()); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine([folder.FullName, "shared", .. path]);
            if (File.Exists(file))
            {
                return file;
            }
        }

        Assert.Ignore($"shared/{string.Join('/', path)} does not lie beside the checkout, so this was not run");
        return "";
    }
}
