using System.Globalization;
using Collaborative.Infrastructure.Database;
using Collaborative.Tests.Support;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Collaborative.Tests.Database;

/// <param name="Type">The type on SQLite, to which the SQL Server one has been translated.</param>
internal sealed record Column(string Name, string Type, bool IsNullable);

/// <summary>A table as both engines describe it, in words that can be compared.</summary>
internal sealed class Table
{
    public List<Column> Columns { get; } = [];

    public List<string> PrimaryKey { get; } = [];

    /// <summary>Unique constraints: "A, B".</summary>
    public SortedSet<string> Unique { get; } = new(StringComparer.Ordinal);

    /// <summary>Indexes: "Name (A, B) unique".</summary>
    public SortedSet<string> Indexes { get; } = new(StringComparer.Ordinal);

    /// <summary>Foreign keys: "A -> Table (Id)".</summary>
    public SortedSet<string> ForeignKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>Columns that are checked to be 0 or 1.</summary>
    public SortedSet<string> Flags { get; } = new(StringComparer.Ordinal);

    public override string ToString() => string.Join('\n', [
        .. Columns.Select(column => $"{column.Name} {column.Type}{(column.IsNullable ? "" : " not null")}"),
        $"primary key ({string.Join(", ", PrimaryKey)})",
        .. Unique.Select(unique => $"unique ({unique})"),
        .. Indexes.Select(index => $"index {index}"),
        .. ForeignKeys.Select(key => $"foreign key {key}"),
        .. Flags.Select(flag => $"flag {flag}"),
    ]);
}

/// <summary>The schema that db/sqlserver produces, by its parsed text.</summary>
internal static class SqlServerSchema
{
    /// <summary>The table of types of the design page.</summary>
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["UNIQUEIDENTIFIER"] = "TEXT",
        ["INT"] = "INTEGER",
        ["BIGINT"] = "INTEGER",
        ["DATETIMEOFFSET(3)"] = "TEXT",
        ["DATE"] = "TEXT",
        ["FLOAT(53)"] = "REAL",
        ["BIT"] = "INTEGER",
        ["VARBINARY(MAX)"] = "BLOB",
    };

    public static IReadOnlyDictionary<string, Table> Read()
    {
        var tables = new SortedDictionary<string, Table>(StringComparer.Ordinal);
        var own = Statement.All.Single(statement => statement.Name == "Database.Migrator.CreateVersions").Text.SqlServer;
        foreach (var script in Migrator.Scripts(Engine.SqlServer).Select(script => script.Text).Prepend(own))
        {
            foreach (var statement in ((TSqlScript)TransactSql.Parse(script)).Batches.SelectMany(batch => batch.Statements))
            {
                Apply(tables, statement);
            }
        }

        return tables;
    }

    private static void Apply(SortedDictionary<string, Table> tables, TSqlStatement statement)
    {
        switch (statement)
        {
            case CreateTableStatement create:
                var name = Name(create.SchemaObjectName);
                tables.Add(name, new Table());
                Add(tables[name], create.Definition);
                break;
            case AlterTableAddTableElementStatement alter:
                Add(tables[Name(alter.SchemaObjectName)], alter.Definition);
                break;
            case CreateIndexStatement index:
                Assert.That(index.IncludeColumns, Is.Empty, "SQLite has no included columns");
                tables[Name(index.OnName)].Indexes.Add(
                    $"{index.Name.Value} ({string.Join(", ", index.Columns.Select(Ordered))}){(index.Unique ? " unique" : "")}{(index.FilterPredicate is null ? "" : " filtered")}");
                break;
            case InsertStatement or UpdateStatement or DeleteStatement:
                break;
            default:
                throw new AssertionException($"The parity test does not know {statement.GetType().Name} yet; teach it.");
        }
    }

    private static void Add(Table table, TableDefinition definition)
    {
        foreach (var column in definition.ColumnDefinitions)
        {
            var name = column.ColumnIdentifier.Value;
            var type = TypeOf(column, out var isFlag);
            var nullable = column.Constraints.OfType<NullableConstraintDefinition>().SingleOrDefault()
                ?? throw new AssertionException($"{name} does not say whether it is NULL or NOT NULL.");
            table.Columns.Add(new Column(name, type, nullable.Nullable));
            if (isFlag)
            {
                table.Flags.Add(name);
            }

            foreach (var constraint in column.Constraints.Except([nullable]))
            {
                Add(table, constraint, name);
            }
        }

        foreach (var constraint in definition.TableConstraints)
        {
            Add(table, constraint, null);
        }
    }

    private static void Add(Table table, ConstraintDefinition constraint, string? column)
    {
        switch (constraint)
        {
            case UniqueConstraintDefinition { IsPrimaryKey: true } key:
                table.PrimaryKey.AddRange(column is null ? key.Columns.Select(Ordered) : [column]);
                break;
            case UniqueConstraintDefinition unique:
                table.Unique.Add(column ?? string.Join(", ", unique.Columns.Select(Ordered)));
                break;
            case ForeignKeyConstraintDefinition foreign:
                table.ForeignKeys.Add(
                    $"{column ?? string.Join(", ", foreign.Columns.Select(part => part.Value))} -> {Name(foreign.ReferenceTableName)} ({string.Join(", ", foreign.ReferencedTableColumns.Select(part => part.Value))})");
                break;
            default:
                throw new AssertionException($"The parity test does not know {constraint.GetType().Name} yet; teach it.");
        }
    }

    private static string TypeOf(ColumnDefinition column, out bool isFlag)
    {
        var reference = (SqlDataTypeReference)column.DataType;
        var written = reference.Name.BaseIdentifier.Value.ToUpperInvariant()
            + (reference.Parameters.Count == 0 ? "" : $"({string.Join(",", reference.Parameters.Select(parameter => parameter.Value.ToUpperInvariant()))})");
        isFlag = written == "BIT";
        if (!written.StartsWith("NVARCHAR(", StringComparison.Ordinal))
        {
            return Types.TryGetValue(written, out var type) ? type : throw new AssertionException($"{column.ColumnIdentifier.Value}: {written} is not in the table of types.");
        }

        // Codes, keys, states and hashes are compared byte by byte, as SQLite's BINARY does.
        var name = column.ColumnIdentifier.Value;
        if (written is "NVARCHAR(40)" || name.EndsWith("Code", StringComparison.Ordinal) || name.EndsWith("Key", StringComparison.Ordinal))
        {
            Assert.That(column.Collation?.Value, Is.EqualTo("Latin1_General_100_BIN2"), name);
        }

        return "TEXT";
    }

    private static string Ordered(ColumnWithSortOrder column) =>
        column.Column.MultiPartIdentifier.Identifiers[^1].Value + (column.SortOrder == SortOrder.Descending ? " desc" : "");

    private static string Name(SchemaObjectName name)
    {
        Assert.That(name.SchemaIdentifier, Is.Null, "no schema prefix");
        return name.BaseIdentifier.Value;
    }
}

/// <summary>The schema that db/sqlite produces, by the pragmas of a migrated database.</summary>
internal static class SqliteSchema
{
    public static async Task<IReadOnlyDictionary<string, Table>> Read(TestDatabase database)
    {
        var tables = new SortedDictionary<string, Table>(StringComparer.Ordinal);
        foreach (var name in await database.Rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))
        {
            tables.Add(name, await ReadTable(database, name));
        }

        return tables;
    }

    private static async Task<Table> ReadTable(TestDatabase database, string name)
    {
        var table = new Table();
        var keys = new SortedDictionary<int, string>();
        foreach (var row in (await database.Rows($"SELECT name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo('{name}') ORDER BY cid")).Select(row => row.Split('|')))
        {
            Assert.That(row[4], Is.EqualTo("0"), "no generated columns");
            table.Columns.Add(new Column(row[0], row[1], row[2] == "0"));
            if (row[3] != "0")
            {
                keys.Add(int.Parse(row[3], CultureInfo.InvariantCulture), row[0]);
            }
        }

        table.PrimaryKey.AddRange(keys.Values);
        foreach (var row in (await database.Rows($"SELECT name, \"unique\", origin, partial FROM pragma_index_list('{name}')")).Select(row => row.Split('|')))
        {
            var columns = string.Join(", ", await database.Rows(
                $"SELECT name || CASE WHEN \"desc\" = 1 THEN ' desc' ELSE '' END FROM pragma_index_xinfo('{row[0]}') WHERE key = 1 ORDER BY seqno"));
            switch (row[2])
            {
                case "u":
                    table.Unique.Add(columns);
                    break;
                case "c":
                    table.Indexes.Add($"{row[0]} ({columns}){(row[1] == "1" ? " unique" : "")}{(row[3] == "1" ? " filtered" : "")}");
                    break;
            }
        }

        foreach (var key in (await database.Rows($"SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list('{name}') ORDER BY id, seq")).Select(row => row.Split('|')).GroupBy(row => row[0]))
        {
            table.ForeignKeys.Add($"{string.Join(", ", key.Select(row => row[2]))} -> {key.First()[1]} ({string.Join(", ", key.Select(row => row[3]))})");
        }

        var text = (await database.Rows($"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{name}'")).Single();
        Assert.That(text, Does.Match(@"\)\s*STRICT"), $"{name} is STRICT");
        foreach (System.Text.RegularExpressions.Match flag in System.Text.RegularExpressions.Regex.Matches(text, @"CHECK \((\w+) IN \(0, 1\)\)"))
        {
            table.Flags.Add(flag.Groups[1].Value);
        }

        return table;
    }
}
