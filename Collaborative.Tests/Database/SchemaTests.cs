using Collaborative.Infrastructure.Database;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Database;

public sealed class SchemaTests
{
    [Test]
    public async Task Both_engines_get_the_same_tables_columns_types_keys_and_indexes()
    {
        await using var database = await TestDatabase.Migrated(Lane.Sqlite);
        var sqlite = await SqliteSchema.Read(database);
        var sqlServer = SqlServerSchema.Read();
        Assert.That(sqlServer.Keys, Is.EqualTo(sqlite.Keys));
        Assert.Multiple(() =>
        {
            foreach (var (name, table) in sqlite)
            {
                Assert.That(sqlServer[name].ToString(), Is.EqualTo(table.ToString()), name);
            }
        });
    }

    [Test]
    public void Migrations_are_numbered_pairs_from_1_without_a_gap()
    {
        var sqlite = Migrator.Scripts(Engine.Sqlite).Select(script => (script.Version, script.Name)).ToList();
        Assert.That(sqlite, Is.EqualTo(Migrator.Scripts(Engine.SqlServer).Select(script => (script.Version, script.Name))));
        Assert.That(sqlite.Select(script => script.Version), Is.EqualTo(Enumerable.Range(1, sqlite.Count)));
    }

    [Test]
    public async Task Figures_are_clustered_on_their_natural_key()
    {
        await using var database = await TestDatabase.Migrated(Lane.Sqlite);
        var tables = await SqliteSchema.Read(database);
        Assert.That(tables["Submission"].PrimaryKey, Is.EqualTo(new[] { "MeasureId", "TeamId", "ReportMonth" }));
        Assert.That(tables["SubmissionRevision"].PrimaryKey, Is.EqualTo(new[] { "MeasureId", "TeamId", "ReportMonth", "Revision" }));
        Assert.That((await database.Rows("SELECT sql FROM sqlite_master WHERE name = 'Submission'")).Single(), Does.Contain("WITHOUT ROWID"));
    }
}
