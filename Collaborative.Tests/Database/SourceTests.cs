using System.Text.RegularExpressions;
using Collaborative.Api;
using Collaborative.Tests.Contract;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Database;

/// <summary>What the compiler cannot see: where SQL may stand.</summary>
public sealed partial class SourceTests
{
    [Test]
    public void Nothing_outside_the_Database_folder_runs_SQL_that_is_not_a_SqlText()
    {
        var root = Golden.Sources();
        var found = new[] { "Collaborative.Domain", "Collaborative.Infrastructure", "Collaborative.Api" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(root, project), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
                && !file.StartsWith("Collaborative.Infrastructure/Database/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(Path.Combine(root, file)).Select((line, i) => (file, i, line)))
            .Where(row => Run().IsMatch(row.line))
            .Select(row => $"{row.file}:{row.i + 1}: {row.line.Trim()}");
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void SQL_stands_only_in_files_that_hold_statements()
    {
        var root = Golden.Sources();
        var found = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.StartsWith("Collaborative.Tests/", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(Path.Combine(root, file)) is var text && Sql().IsMatch(text)
                && (!file.StartsWith("Collaborative.Infrastructure/", StringComparison.Ordinal) || !(text.Contains("SqlText", StringComparison.Ordinal) || file.EndsWith("Database/SqliteDatabase.cs", StringComparison.Ordinal) || file.EndsWith("Database/SqliteBackup.cs", StringComparison.Ordinal))));
        Assert.That(found, Is.Empty);
    }

    [GeneratedRegex(@"CommandText\s*=|\.(Execute|Query|First|Read|Prepare|Run)\w*(<[^>]*>)?\(\s*[$@]*""|new\s+Sqlite(Command|Connection)\b|new\s+SqlCommand\b|using\s+Dapper\s*;")]
    private static partial Regex Run();

    [GeneratedRegex(@"""[^""]*\b(SELECT [\w@(].* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")]
    private static partial Regex Sql();
}

/// <summary>The database of a server that has stopped is a file that can be copied.</summary>
public sealed class ClosingTests
{
    [Test]
    public async Task A_server_that_stops_closes_its_database()
    {
        var server = await TestServer.Start(Lane.Sqlite);
        var file = server.Database.ConnectionString["Data Source=".Length..];
        await server.Key(Domain.Access.Role.Administrator);
        Assert.That(File.Exists(file + "-wal"));
        await server.DisposeAsync();
        Assert.That(File.Exists(file + "-wal"), Is.False, "closing the last connection moves the log into the file");
    }
}
