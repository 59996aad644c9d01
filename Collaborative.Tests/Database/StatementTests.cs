using System.Reflection;
using System.Text.RegularExpressions;
using Collaborative.Infrastructure;
using Collaborative.Infrastructure.Database;
using Collaborative.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using SQLitePCL;

namespace Collaborative.Tests.Database;

/// <summary>Every statement of the system on both engines, without running it.</summary>
public sealed class StatementTests
{
    private SqliteConnection migrated = null!;
    private SqliteConnection empty = null!;
    private IReadOnlyDictionary<string, Table> schema = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        var database = await TestDatabase.Migrated(Lane.Sqlite);
        migrated = (SqliteConnection)await database.Open();
        empty = new SqliteConnection("Data Source=:memory:");
        await empty.OpenAsync();
        schema = SqlServerSchema.Read();
        foreach (var connection in new[] { migrated, empty })
        {
            // Otherwise the tables that a foreign key points to would count as named.
            Assert.That(raw.sqlite3_exec(connection.Handle, "PRAGMA foreign_keys = OFF"), Is.Zero);
        }
    }

    [OneTimeTearDown]
    public void Close()
    {
        migrated.Dispose();
        empty.Dispose();
    }

    [Test]
    public void Statements_are_found() => Assert.That(Statement.All, Has.Count.GreaterThan(30));

    [Test]
    public void Statements_are_static_readonly_fields_and_nothing_else_holds_them()
    {
        const BindingFlags Every = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var others = typeof(Registration).Assembly.GetTypes()
            .Where(type => !type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)))
            .SelectMany(type => type.GetFields(Every))
            .Where(field => Mentions(field.FieldType) && !(field.FieldType == typeof(SqlText) && field.IsStatic && field.IsInitOnly))
            .Select(field => $"{field.DeclaringType}.{field.Name}");
        Assert.That(others, Is.Empty);

        static bool Mentions(Type type) => type == typeof(SqlText) || (type.HasElementType && Mentions(type.GetElementType()!)) || type.GetGenericArguments().Any(Mentions);
    }

    [TestCaseSource(typeof(Statement), nameof(Statement.Cases))]
    public void The_SQL_Server_text_parses_and_keeps_the_portable_rules(Statement statement)
    {
        var names = TransactSql.Visit(TransactSql.Parse(statement.Text.SqlServer));
        Assert.Multiple(() =>
        {
            Assert.That(names.Prefixed, Is.Empty, "no schema prefix");
            Assert.That(names.Quoted, Is.Empty, "no quoted names, and so no reserved words");
            Assert.That(names.NotPortable, Is.Empty);
            Assert.That(statement.Text.SqlServer, Does.Not.Match(@"(?i)\bPERCENTILE_|\bGETDATE\b|\bGETUTCDATE\b|\bSYSDATETIME|\bNEWID\b|\bFORMAT\s*\("));
        });
    }

    [TestCaseSource(typeof(Statement), nameof(Statement.Cases))]
    public void The_SQL_Server_text_names_only_tables_and_columns_that_the_schema_has(Statement statement)
    {
        var fragment = TransactSql.Parse(statement.Text.SqlServer);
        var names = TransactSql.Visit(fragment);
        var tables = TransactSql.Tables(fragment);
        Assert.That(tables, Is.SubsetOf(schema.Keys));
        if (statement.Text.SqlServer.Contains("sys.", StringComparison.Ordinal))
        {
            return;
        }

        var columns = tables.SelectMany(table => schema[table].Columns.Select(column => column.Name)).Concat(names.Given);
        Assert.That(names.Columns.Distinct(), Is.SubsetOf(columns));
    }

    [TestCaseSource(typeof(Statement), nameof(Statement.Cases))]
    public void The_SQLite_text_prepares_with_the_same_parameters_and_tables(Statement statement)
    {
        var fragment = TransactSql.Parse(statement.Text.SqlServer);

        // What makes a table can be prepared only where the table is not there yet.
        var makes = ((TSqlScript)fragment).Batches.SelectMany(batch => batch.Statements).Any(part => part is CreateTableStatement or CreateIndexStatement);
        var (parameters, tables) = Prepare(makes ? empty : migrated, statement.Text.Sqlite);
        Assert.Multiple(() =>
        {
            Assert.That(parameters, Is.EqualTo(TransactSql.Parameters(fragment)), "parameters");
            Assert.That(tables, Is.EqualTo(TransactSql.Tables(fragment)), "tables");
            Assert.That(statement.Text.Sqlite, Does.Not.Match(@"(?i)\bON CONFLICT\b|\bINSERT OR\b|\bREPLACE INTO\b|\bmain\.|\bdatetime\s*\(\s*'now'"), "no upserts, no schema prefix, no clock");
            Assert.That(Regex.Count(statement.Text.Sqlite, @"(?i)\bLIMIT\b"), Is.LessThanOrEqualTo(Regex.Count(statement.Text.Sqlite, @"(?i)\bORDER BY\b")), "LIMIT without ORDER BY");
        });
    }

    /// <summary>The parameters and tables of a text, as SQLite itself reports them.</summary>
    private static (SortedSet<string> Parameters, SortedSet<string> Tables) Prepare(SqliteConnection connection, string text)
    {
        var parameters = new SortedSet<string>(StringComparer.Ordinal);
        var tables = new SortedSet<string>(StringComparer.Ordinal);
        strdelegate_authorizer authorizer = (_, action, first, _, _, _) =>
        {
            if (action is raw.SQLITE_READ or raw.SQLITE_INSERT or raw.SQLITE_UPDATE or raw.SQLITE_DELETE or raw.SQLITE_CREATE_TABLE
                && first is not null and not "json_each" && !first.StartsWith("sqlite_", StringComparison.Ordinal))
            {
                tables.Add(first);
            }

            return raw.SQLITE_OK;
        };
        var handle = connection.Handle!;
        raw.sqlite3_set_authorizer(handle, authorizer, null);
        try
        {
            for (var rest = text; !string.IsNullOrWhiteSpace(rest);)
            {
                var result = raw.sqlite3_prepare_v2(handle, rest, out var prepared, out var tail);
                Assert.That(result, Is.EqualTo(raw.SQLITE_OK), () => $"{raw.sqlite3_errmsg(handle).utf8_to_string()}\n{rest}");
                for (var i = 1; i <= raw.sqlite3_bind_parameter_count(prepared); i++)
                {
                    parameters.Add(raw.sqlite3_bind_parameter_name(prepared, i).utf8_to_string());
                }

                raw.sqlite3_finalize(prepared);
                rest = tail;
            }
        }
        finally
        {
            raw.sqlite3_set_authorizer(handle, (strdelegate_authorizer?)null, null);
        }

        return (parameters, tables);
    }
}
