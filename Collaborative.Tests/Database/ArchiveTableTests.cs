using Collaborative.Domain;
using Collaborative.Infrastructure.Archives;
using Collaborative.Infrastructure.Database;
using Collaborative.Tests.Support;
using Microsoft.Data.SqlClient;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Collaborative.Tests.Database;

/// <summary>The description of what archives hold against the schema: whoever adds a table or a column decides here whether it goes along.</summary>
public sealed class ArchiveTableTests
{
    private IReadOnlyDictionary<string, Table> schema = null!;

    [OneTimeSetUp]
    public async Task Read()
    {
        await using var database = await TestDatabase.Migrated(Lane.Sqlite);
        schema = await SqliteSchema.Read(database);
    }

    [Test]
    public void Every_table_that_belongs_to_a_collaborative_is_in_archives_or_left_out_with_a_reason()
    {
        var belonging = new HashSet<string> { "Collaborative" };
        while (schema.Where(table => !belonging.Contains(table.Key)
            && (table.Value.Columns.Any(column => column.Name == "CollaborativeId") || table.Value.ForeignKeys.Any(key => belonging.Contains(Target(key))))).ToList() is { Count: > 0 } more)
        {
            belonging.UnionWith(more.Select(table => table.Key));
        }

        string[] described = [.. ArchiveTables.All.Select(table => table.Name), ArchiveTables.StoryboardPart, .. ArchiveTables.LeftOut.Select(table => table.Table)];
        Assert.Multiple(() =>
        {
            Assert.That(described, Is.Unique);
            Assert.That(described, Is.EquivalentTo(belonging));
            Assert.That(ArchiveTables.LeftOut.Select(table => table.Reason), Has.All.Not.Empty);
        });
    }

    [TestCaseSource(nameof(Tables))]
    public void The_description_of_a_table_is_its_schema(string name)
    {
        var table = ArchiveTables.Of(name);
        var columns = table.Columns.Select(column => new Column(column.Name, TypeOf(column.Kind), column.IsNullable));
        Assert.Multiple(() =>
        {
            Assert.That(columns, Is.EqualTo(schema[name].Columns));
            Assert.That(table.Key, Is.EqualTo(schema[name].PrimaryKey));
            Assert.That(table.Columns.Where(column => column.Kind == ColumnKind.Flag).Select(column => column.Name), Is.EquivalentTo(schema[name].Flags));
            Assert.That(table.Columns.Where(column => column.IsCarried && column.RefersTo is [not "*"]).Select(column => $"{column.Name} -> {column.RefersTo[0]} (Id)"), Is.SupersetOf(
                schema[name].ForeignKeys.Where(key => Target(key) != "ApiKey")), "references");
        });
    }

    [Test]
    public void Rows_come_after_those_that_they_refer_to()
    {
        var names = ArchiveTables.All.Select(table => table.Name).ToList();
        foreach (var table in ArchiveTables.All)
        {
            var others = table.Carried.SelectMany(column => column.RefersTo).Where(other => other != "*");
            Assert.That(others.Select(other => names.IndexOf(other)), Has.All.InRange(0, names.IndexOf(table.Name)), table.Name);
        }
    }

    [Test]
    public void Texts_are_as_long_as_SQL_Server_has_room_for()
    {
        var rooms = new Dictionary<(string Table, string Column), int?>();
        foreach (var statement in Migrator.Scripts(Engine.SqlServer).SelectMany(script => ((TSqlScript)TransactSql.Parse(script.Text)).Batches).SelectMany(batch => batch.Statements))
        {
            var (table, definition) = statement switch
            {
                CreateTableStatement create => (create.SchemaObjectName.BaseIdentifier.Value, create.Definition),
                AlterTableAddTableElementStatement alter => (alter.SchemaObjectName.BaseIdentifier.Value, alter.Definition),
                _ => ("", null),
            };
            foreach (var column in definition?.ColumnDefinitions ?? [])
            {
                if (column.DataType is SqlDataTypeReference { SqlDataTypeOption: SqlDataTypeOption.NVarChar, Parameters: [var size] })
                {
                    rooms.Add((table, column.ColumnIdentifier.Value), size is MaxLiteral ? null : int.Parse(size.Value, System.Globalization.CultureInfo.InvariantCulture));
                }
            }
        }

        Assert.Multiple(() =>
        {
            foreach (var table in ArchiveTables.All)
            {
                foreach (var column in table.Columns.Where(column => column.Kind is ColumnKind.Text or ColumnKind.Json))
                {
                    Assert.That(column.Length, Is.EqualTo(rooms[(table.Name, column.Name)]), $"{table.Name}.{column.Name}");
                }
            }
        });
    }

    [TestCaseSource(nameof(Tables))]
    public async Task The_rows_of_a_table_can_be_sent_to_SQL_Server_together(string name)
    {
        var table = ArchiveTables.Of(name);
        using var connection = new SqlConnection();
        using var rows = new RowsTogether(connection, null, name, [.. table.Columns.Select(column => ($"@{column.Name}", column.DbType, column.Name))]);
        foreach (var values in new[] { table.Columns.Select(column => Example(column.Kind)), table.Columns.Select(column => column.IsNullable ? null : Example(column.Kind)) })
        {
            rows.Bind([.. values]);
            Assert.That(await rows.Add(CancellationToken.None), Is.EqualTo(1));
        }
    }

    [Test]
    public void What_shows_rows_shows_them_by_their_columns()
    {
        Assert.Multiple(() =>
        {
            foreach (var table in ArchiveTables.All.Where(table => table.Row is not null))
            {
                // What else they have comes from beside the row.
                string[] joined = ["Id", "Code", "CodeKey", "Collaborative", "TeamName", "ConnectionCode", "HeaderProblems"];
                var stored = table.Row!.GetProperties().Where(property => property.CanWrite).Select(property => property.Name);
                Assert.That(stored.Except(joined), Is.SubsetOf(table.Columns.Select(column => column.Name)), table.Name);
            }
        });
    }

    [Test]
    public void Secrets_and_the_hashes_of_secrets_are_in_no_archive() =>
        Assert.That(ArchiveTables.All.SelectMany(table => table.Carried).Select(column => column.Name), Has.None.Match("Token|Secret|Password|ApiKey|Lease|Fence"));

    private static IEnumerable<TestCaseData> Tables() => ArchiveTables.All.Select(table => new TestCaseData(table.Name).SetArgDisplayNames(table.Name));

    private static object? Example(ColumnKind kind) => kind switch
    {
        ColumnKind.Id => Guid.Empty,
        ColumnKind.Int => 1,
        ColumnKind.Long => 1L,
        ColumnKind.Real => 1.5,
        ColumnKind.Flag => true,
        ColumnKind.Instant => DateTimeOffset.UnixEpoch,
        ColumnKind.Day => new DateOnly(2026, 3, 15),
        ColumnKind.Month => Month.FromYyyymm(202603),
        _ => "text",
    };

    private static string Target(string foreignKey) => foreignKey.Split(" -> ")[1].Split(' ')[0];

    private static string TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Int or ColumnKind.Long or ColumnKind.Flag or ColumnKind.Month => "INTEGER",
        ColumnKind.Real => "REAL",
        _ => "TEXT",
    };
}
