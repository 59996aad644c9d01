using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;

namespace Collaborative.Infrastructure.Database;

/// <summary>The database is not one that this version of the program can work with.</summary>
public sealed class SchemaMismatchException(string message) : Exception(message);

/// <summary>Brings the schema up to date from the numbered scripts under db/, in one transaction, under a lock.</summary>
internal sealed class Migrator(IDatabase database, Pipeline.Attempts attempts, TimeProvider clock)
{
    private static readonly SqlText HasVersions = new(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'SchemaVersion'",
        "SELECT COUNT(*) FROM sys.tables WHERE name = 'SchemaVersion'");

    private static readonly SqlText CreateVersions = new(
        "CREATE TABLE SchemaVersion (Version INTEGER NOT NULL PRIMARY KEY, Name TEXT NOT NULL, ContentHash TEXT NOT NULL, AppliedAt TEXT NOT NULL) STRICT",
        "CREATE TABLE SchemaVersion (Version INT NOT NULL PRIMARY KEY, Name NVARCHAR(200) NOT NULL, ContentHash NVARCHAR(64) NOT NULL, AppliedAt DATETIMEOFFSET(3) NOT NULL)");

    internal static readonly SqlText Applied = "SELECT Version, Name, ContentHash FROM SchemaVersion ORDER BY Version";

    internal static readonly SqlText RecordApplied =
        "INSERT INTO SchemaVersion (Version, Name, ContentHash, AppliedAt) VALUES (@version, @name, @contentHash, @appliedAt)";

    /// <summary>The scripts of an engine, oldest first.</summary>
    public static IReadOnlyList<Migration> Scripts(Engine engine)
    {
        var assembly = typeof(Migrator).Assembly;
        var prefix = $"db.{engine.ToString().ToLowerInvariant()}.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Load(assembly, name, name[prefix.Length..^".sql".Length]))];
    }

    /// <returns>How many scripts were applied.</returns>
    /// <exception cref="SchemaMismatchException">The database is newer than the program, or was made by other scripts.</exception>
    public async Task<int> Run(CancellationToken cancellation)
    {
        var count = 0;
        await attempts.Run(
            async token =>
            {
                await database.Migrate(async session => count = await Apply(session, token), token);
                return count;
            },
            cancellation);
        return count;
    }

    /// <summary>Makes sure that the database is the one that this program works with, and changes nothing.</summary>
    /// <exception cref="SchemaMismatchException">It is newer, older or another.</exception>
    public async Task Check(CancellationToken cancellation)
    {
        var pending = await attempts.Run(
            token => database.Read(
                async session => await session.First<int>(HasVersions, null, token) == 0
                    ? Scripts(database.Engine).Count
                    : Pending(await session.Query<AppliedRow>(Applied, null, token)).Count,
                token),
            cancellation);
        if (pending > 0)
        {
            throw new SchemaMismatchException("The database is not up to date; run the verb migrate first.");
        }
    }

    private async Task<int> Apply(Session session, CancellationToken cancellation)
    {
        if (await session.First<int>(HasVersions, null, cancellation) == 0)
        {
            await session.Execute(CreateVersions, null, cancellation);
        }

        var pending = Pending(await session.Query<AppliedRow>(Applied, null, cancellation));
        foreach (var script in pending)
        {
            await session.Execute(script.Text, null, cancellation);
            await session.Execute(RecordApplied, new { version = script.Version, name = script.Name, contentHash = script.Hash, appliedAt = clock.NowToMillisecond() }, cancellation);
        }

        return pending.Count;
    }

    private List<Migration> Pending(List<AppliedRow> applied)
    {
        var scripts = Scripts(database.Engine);
        foreach (var row in applied)
        {
            var script = scripts.FirstOrDefault(script => script.Version == row.Version)
                ?? throw new SchemaMismatchException($"The database is at version {row.Version}, newer than this program. Run the newer program, or restore an older backup.");
            if (script.Hash != row.ContentHash)
            {
                throw new SchemaMismatchException($"Migration {row.Version} of this database is not the one that this program knows.");
            }
        }

        return [.. scripts.Skip(applied.Count)];
    }

    private static Migration Load(Assembly assembly, string resource, string stem)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);

        // Line ends differ between checkouts; the script does not.
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        return new Migration(
            int.Parse(stem.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture),
            stem[5..],
            text,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    private sealed record AppliedRow
    {
        public int Version { get; init; }

        public string ContentHash { get; init; } = "";
    }
}

internal sealed record Migration(int Version, string Name, string Text, string Hash);
