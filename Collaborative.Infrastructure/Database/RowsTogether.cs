using System.Data;
using Collaborative.Domain;
using Microsoft.Data.SqlClient;

namespace Collaborative.Infrastructure.Database;

/// <summary>Rows for one table of SQL Server that go in together, by bulk copy within the transaction.</summary>
internal sealed class RowsTogether : IDisposable
{
    /// <summary>So many are gathered at the most. By 5,000 locks of one statement the engine would lock the table itself, and everybody else out of it.</summary>
    public const int Most = 2000;

    /// <summary>And so many characters of text, so that memory does not grow with what people wrote.</summary>
    private const int MostCharacters = 4 * 1024 * 1024;

    private readonly SqlBulkCopy copy;
    private readonly DataTable rows = new();
    private object?[] next = [];
    private long characters;

    public RowsTogether(SqlConnection connection, SqlTransaction? transaction, string table, ReadOnlySpan<(string Name, DbType Type, string Column)> parameters)
    {
        copy = new SqlBulkCopy(connection, SqlBulkCopyOptions.CheckConstraints, transaction) { DestinationTableName = table };
        foreach (var (_, type, column) in parameters)
        {
            rows.Columns.Add(column, type switch
            {
                DbType.Guid => typeof(Guid),
                DbType.Int32 => typeof(int),
                DbType.Int64 => typeof(long),
                DbType.Double => typeof(double),
                DbType.Boolean => typeof(bool),
                DbType.Date => typeof(DateTime),
                DbType.DateTimeOffset => typeof(DateTimeOffset),
                DbType.String => typeof(string),
                _ => throw new NotSupportedException($"{type} is in no table that takes many rows at once."),
            });
            copy.ColumnMappings.Add(column, column);
        }
    }

    public void Bind(ReadOnlySpan<object?> values)
    {
        next = new object?[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            next[i] = values[i] switch
            {
                null => DBNull.Value,
                Month month => month.ToYyyymm(),
                DateOnly day => day.ToDateTime(TimeOnly.MinValue),
                var value => value,
            };
            characters += (values[i] as string)?.Length ?? 0;
        }
    }

    /// <returns>How many rows it adds: one.</returns>
    public async Task<int> Add(CancellationToken cancellation)
    {
        rows.Rows.Add(next);
        if (rows.Rows.Count >= Most || characters >= MostCharacters)
        {
            await Send(cancellation);
        }

        return 1;
    }

    public async Task Send(CancellationToken cancellation)
    {
        if (rows.Rows.Count > 0)
        {
            await copy.WriteToServerAsync(rows, cancellation);
            rows.Clear();
            characters = 0;
        }
    }

    public void Dispose()
    {
        ((IDisposable)copy).Dispose();
        rows.Dispose();
    }
}
