using System.Data;
using System.Text.Json;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Archives;

/// <summary>What a column holds; each has one form in a database's row, in memory and in an archive.</summary>
internal enum ColumnKind
{
    Id,
    Text,
    Json,
    Int,
    Long,
    Real,
    Flag,
    Instant,
    Day,
    Month,
}

/// <param name="Length">The most characters that SQL Server has room for; null where there is no end.</param>
/// <param name="RefersTo">Tables of which one has the row with this id; empty when it is no reference.</param>
/// <param name="IsCarried">False for what means something on the server that wrote the archive alone.</param>
internal sealed record ArchiveColumn(string Name, ColumnKind Kind, int? Length, bool IsNullable, IReadOnlyList<string> RefersTo, bool IsCarried)
{
    public string Member { get; } = JsonNamingPolicy.CamelCase.ConvertName(Name);

    public DbType DbType => Kind switch
    {
        ColumnKind.Id => DbType.Guid,
        ColumnKind.Int or ColumnKind.Month => DbType.Int32,
        ColumnKind.Long => DbType.Int64,
        ColumnKind.Real => DbType.Double,
        ColumnKind.Flag => DbType.Boolean,
        ColumnKind.Instant => DbType.DateTimeOffset,
        ColumnKind.Day => DbType.Date,
        _ => DbType.String,
    };

    /// <summary>Reads "TeamId id?>Team": the name, a dash where it is not carried, the kind with its length, a question mark where it may be null, and what it refers to.</summary>
    public static ArchiveColumn Parse(string text)
    {
        var (name, rest) = text.Split(' ') is [var first, var second] ? (first, second) : throw new FormatException(text);
        var isCarried = !rest.StartsWith('-');
        var (kind, refersTo) = rest.TrimStart('-').Split('>') is [var left, .. var right] ? (left, right) : throw new FormatException(text);
        var isNullable = kind.EndsWith('?');
        var word = kind.TrimEnd('?').TrimEnd([.. "0123456789"]);
        var length = kind.TrimEnd('?')[word.Length..];
        return new ArchiveColumn(
            name,
            Enum.Parse<ColumnKind>(word, ignoreCase: true),
            length.Length == 0 ? null : int.Parse(length, System.Globalization.CultureInfo.InvariantCulture),
            isNullable,
            [.. refersTo.SelectMany(tables => tables.Split('|'))],
            isCarried);
    }
}

/// <summary>One table as archives hold it: its columns in their order, and with that how it is read and written.</summary>
internal sealed class ArchiveTable
{
    private readonly string scope;

    /// <param name="key">The columns of the primary key.</param>
    /// <param name="columns">All columns, in the words of <see cref="ArchiveColumn.Parse"/>.</param>
    /// <param name="row">The record that the system reads such rows into; its view must come about for each.</param>
    /// <param name="only">Which rows there are in an archive; all of the collaborative unless given.</param>
    public ArchiveTable(string name, string key, string columns, Type? row = null, string? only = null)
    {
        Name = name;
        Row = row;
        Key = key.Split(", ");
        Columns = [.. columns.Split(", ").Select(ArchiveColumn.Parse)];
        Carried = [.. Columns.Where(column => column.IsCarried)];
        Members = Carried.Select((column, i) => (column.Member, i)).ToDictionary(pair => pair.Member, pair => pair.i, StringComparer.Ordinal);
        Part = JsonNamingPolicy.CamelCase.ConvertName(name) + ".jsonl";
        scope = Scope(Columns) + (only is null ? "" : $" AND {only}");
    }

    public string Name { get; }

    /// <summary>The name of its entry in an archive.</summary>
    public string Part { get; }

    public Type? Row { get; }

    public IReadOnlyList<string> Key { get; }

    public IReadOnlyList<ArchiveColumn> Columns { get; }

    /// <summary>The columns that an archive holds, in the order of a row's values.</summary>
    public IReadOnlyList<ArchiveColumn> Carried { get; }

    /// <summary>Where in a row's values a member of its JSON belongs.</summary>
    public IReadOnlyDictionary<string, int> Members { get; }

    /// <summary>All rows of the collaborative; those that follow from one another follow one another.</summary>
    public SqlText Select => $"SELECT {Names(Carried)} FROM {Name} WHERE {scope} ORDER BY {string.Join(", ", Key)}";

    public SqlText Insert => VersionedSql.Insert(Name, Names(Columns));

    /// <summary>Where in a row's values this column is, or -1.</summary>
    public int IndexOf(string column)
    {
        for (var i = 0; i < Carried.Count; i++)
        {
            if (Carried[i].Name == column)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A row belongs to a collaborative by its own column, or by the row that its first reference names.</summary>
    private static string Scope(IReadOnlyList<ArchiveColumn> columns) =>
        columns.Any(column => column.Name == "CollaborativeId") ? "CollaborativeId = @collaborativeId"
        : columns.FirstOrDefault(column => column.RefersTo.Count > 0) is { } owner ? $"{owner.Name} IN (SELECT p.Id FROM {owner.RefersTo[0]} p WHERE p.CollaborativeId = @collaborativeId)"
        : "Id = @collaborativeId";

    private static string Names(IEnumerable<ArchiveColumn> columns) => string.Join(", ", columns.Select(column => column.Name));
}
