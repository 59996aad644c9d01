using System.Reflection;
using Collaborative.Infrastructure;
using Collaborative.Infrastructure.Archives;
using Collaborative.Infrastructure.Database;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Collaborative.Tests.Database;

/// <summary>One statement of the system, by the field that holds it.</summary>
public sealed record Statement
{
    private Statement(FieldInfo field)
        : this($"{field.DeclaringType!.FullName!["Collaborative.Infrastructure.".Length..]}.{field.Name}", (SqlText)field.GetValue(null)!)
    {
    }

    private Statement(string name, SqlText text) => (Name, Text) = (name, text);

    public string Name { get; }

    internal SqlText Text { get; }

    public static IReadOnlyList<Statement> All { get; } =
    [
        .. typeof(Registration).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.FieldType == typeof(SqlText))
            .Select(field => new Statement(field))

            // Those that are made of the description of a table.
            .Concat(ArchiveTables.All.SelectMany(table => new[]
            {
                new Statement($"Archives.{table.Name}.Select", table.Select), new Statement($"Archives.{table.Name}.Insert", table.Insert),
            }))
            .OrderBy(statement => statement.Name, StringComparer.Ordinal),
    ];

    public static IEnumerable<TestCaseData> Cases => All.Select(statement => new TestCaseData(statement).SetArgDisplayNames(statement.Name));

    public override string ToString() => Name;
}

/// <summary>T-SQL as the engine's own parser understands it.</summary>
internal static class TransactSql
{
    public static TSqlFragment Parse(string text)
    {
        var fragment = new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(text), out var errors);
        Assert.That(errors.Select(error => $"line {error.Line}, column {error.Column}: {error.Message}"), Is.Empty, text);
        return fragment;
    }

    /// <summary>The parameters of a statement without the variables that it declares itself.</summary>
    public static SortedSet<string> Parameters(TSqlFragment fragment)
    {
        var visitor = new Names();
        fragment.Accept(visitor);
        visitor.Parameters.ExceptWith(visitor.Declared);
        return visitor.Parameters;
    }

    /// <summary>The tables of ours that a statement names.</summary>
    public static SortedSet<string> Tables(TSqlFragment fragment)
    {
        var visitor = new Names();
        fragment.Accept(visitor);
        visitor.Tables.ExceptWith(visitor.Expressions);
        return visitor.Tables;
    }

    public static Names Visit(TSqlFragment fragment)
    {
        var visitor = new Names();
        fragment.Accept(visitor);
        return visitor;
    }

    public sealed class Names : TSqlFragmentVisitor
    {
        public SortedSet<string> Parameters { get; } = new(StringComparer.Ordinal);

        public SortedSet<string> Declared { get; } = new(StringComparer.Ordinal);

        public SortedSet<string> Tables { get; } = new(StringComparer.Ordinal);

        /// <summary>Common table expressions: names of the statement's own.</summary>
        public SortedSet<string> Expressions { get; } = new(StringComparer.Ordinal);

        /// <summary>Table names as written with a schema, a database or a server in front.</summary>
        public List<string> Prefixed { get; } = [];

        public List<string> Columns { get; } = [];

        /// <summary>Names that the statement itself gives to columns.</summary>
        public HashSet<string> Given { get; } = [];

        public List<string> Quoted { get; } = [];

        public List<string> NotPortable { get; } = [];

        public override void Visit(VariableReference node) => Parameters.Add(node.Name);

        public override void Visit(DeclareVariableElement node) => Declared.Add(node.VariableName.Value);

        // The parameter names of a procedure that is called are not variables of the statement.
        public override void Visit(ExecuteParameter node)
        {
            if (node.Variable is { } name && node.ParameterValue is not VariableReference { Name: var value } || node.Variable?.Name != (node.ParameterValue as VariableReference)?.Name)
            {
                Declared.Add(node.Variable?.Name ?? "");
            }
        }

        public override void Visit(NamedTableReference node) => Add(node.SchemaObject);

        public override void Visit(CreateTableStatement node) => Add(node.SchemaObjectName);

        public override void Visit(CommonTableExpression node) => Expressions.Add(node.ExpressionName.Value);

        public override void Visit(ColumnReferenceExpression node)
        {
            // The parser takes the unit of DATEADD for a column.
            if (node.ColumnType == ColumnType.Regular && node.MultiPartIdentifier.Identifiers[^1].Value is not ("millisecond" or "second" or "day"))
            {
                Columns.Add(node.MultiPartIdentifier.Identifiers[^1].Value);
            }
        }

        public override void Visit(SelectScalarExpression node)
        {
            if (node.ColumnName is { } name)
            {
                Given.Add(name.Value);
            }
        }

        public override void Visit(Identifier node)
        {
            if (node.QuoteType != QuoteType.NotQuoted)
            {
                Quoted.Add(node.Value);
            }
        }

        public override void Visit(MergeStatement node) => NotPortable.Add("MERGE: upserts are a guarded UPDATE, else INSERT");

        public override void Visit(QuerySpecification node)
        {
            if (node.TopRowFilter is not null && node.OrderByClause is null)
            {
                NotPortable.Add("TOP without ORDER BY");
            }
        }

        public override void Visit(SelectStarExpression node) => NotPortable.Add("SELECT *: columns are named");

        public override void Visit(InsertSpecification node)
        {
            if (node.Columns.Count == 0)
            {
                NotPortable.Add("INSERT without columns");
            }
        }

        private void Add(SchemaObjectName name)
        {
            if (name.SchemaIdentifier?.Value == "sys")
            {
                return;
            }

            if (name.SchemaIdentifier is not null || name.DatabaseIdentifier is not null || name.ServerIdentifier is not null)
            {
                Prefixed.Add(string.Join('.', name.Identifiers.Select(part => part.Value)));
            }

            if (name.BaseIdentifier.Value is not ("inserted" or "deleted"))
            {
                Tables.Add(name.BaseIdentifier.Value);
            }
        }
    }
}
