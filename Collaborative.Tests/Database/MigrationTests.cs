using Collaborative.Api.Verbs;
using Collaborative.Infrastructure.Database;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Database;

[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public sealed class MigrationTests(Lane lane)
{
    [Test]
    public async Task Migrating_twice_changes_nothing()
    {
        await using var database = await TestDatabase.Empty(lane);
        Assert.That(await database.Migrate(), Is.EqualTo(Migrator.Scripts(lane == Lane.Sqlite ? Engine.Sqlite : Engine.SqlServer).Count));
        var before = await Everything(database);
        Assert.That(await database.Migrate(), Is.Zero);
        Assert.That(await Everything(database), Is.EqualTo(before));
    }

    [Test]
    public async Task Migrators_that_start_together_apply_each_script_once()
    {
        await using var database = await TestDatabase.Empty(lane);
        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(database.Migrate)));
        Assert.That(counts.Count(count => count > 0), Is.EqualTo(1));
    }

    [Test]
    public async Task A_database_newer_than_the_program_is_refused_and_left_alone()
    {
        await using var database = await TestDatabase.Migrated(lane);
        await database.Execute("INSERT INTO SchemaVersion (Version, Name, ContentHash, AppliedAt) SELECT 9999, 'later', 'x', AppliedAt FROM SchemaVersion WHERE Version = 1");
        var before = await Everything(database);
        var refused = Assert.ThrowsAsync<SchemaMismatchException>(database.Migrate);
        Assert.That(refused!.Message, Does.Contain("9999").And.Contain("newer"));
        Assert.That(await Everything(database), Is.EqualTo(before));
    }

    [Test]
    public async Task A_database_that_another_script_made_is_refused()
    {
        await using var database = await TestDatabase.Migrated(lane);
        await database.Execute("UPDATE SchemaVersion SET ContentHash = 'x' WHERE Version = 1");
        Assert.ThrowsAsync<SchemaMismatchException>(database.Migrate);
    }

    [Test]
    public async Task The_verb_migrates_and_says_so_and_refuses_on_standard_error()
    {
        await using var database = await TestDatabase.Empty(lane);
        async Task<(int Code, string Out, string Error)> Migrate()
        {
            var output = new StringWriter();
            var error = new StringWriter();
            var code = await CommandLine.Run(["migrate", .. database.Arguments], output, error);
            return (code, output.ToString(), error.ToString());
        }

        var first = await Migrate();
        Assert.That((first.Code, first.Error), Is.EqualTo((0, "")), first.Error);
        Assert.That(first.Out, Does.StartWith("Applied "));
        Assert.That((await Migrate()).Out, Does.Contain("up to date"));
        await database.Execute("UPDATE SchemaVersion SET ContentHash = 'x' WHERE Version = 1");
        var refused = await Migrate();
        Assert.That((refused.Code, refused.Out), Is.EqualTo((1, "")));
        Assert.That(refused.Error, Does.Contain("Migration 1"));
    }

    private async Task<List<string>> Everything(TestDatabase database) =>
    [
        .. await database.Rows(lane == Lane.Sqlite
            ? "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
            : "SELECT t.name, c.name, c.column_id FROM sys.tables t JOIN sys.columns c ON c.object_id = t.object_id ORDER BY t.name, c.column_id"),
        .. await database.Rows("SELECT Version, Name, ContentHash, AppliedAt FROM SchemaVersion ORDER BY Version"),
    ];
}
