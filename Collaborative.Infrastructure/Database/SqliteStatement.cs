using System.Collections;
using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Collaborative.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Collaborative.Infrastructure.Database;

/// <summary>
/// A prepared statement of SQLite, and the row it stands on. The provider's commands look up every parameter by its name
/// and check every value's type at each run; here positions are found once, and a value is one call into the engine.
/// </summary>
/// <remarks>Used by one thread at a time, as its connection is.</remarks>
internal sealed class SqliteStatement : DbDataReader
{
    private const int Integer = 1;
    private const int Float = 2;
    private const int Blob = 4;
    private const int Null = 5;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt handle;
    private readonly nint statement;
    private (Type Type, Getter[] Getters)? bound;
    private (string Name, DbType Type)[] asked = [];
    private int[] positions = [];

    /// <exception cref="SqliteException">The text is not a statement of this database.</exception>
    public SqliteStatement(sqlite3 database, string text)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v3(database, text, raw.SQLITE_PREPARE_PERSISTENT, out handle));
        statement = handle.DangerousGetHandle();
    }

    public override int FieldCount => raw.sqlite3_column_count(handle);

    public override int Depth => 0;

    public override bool HasRows => throw new NotSupportedException();

    public override bool IsClosed => false;

    public override int RecordsAffected => raw.sqlite3_changes(database);

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <summary>Where the parameters of these names are.</summary>
    public int[] Positions(ReadOnlySpan<(string Name, DbType Type)> parameters)
    {
        if (!parameters.SequenceEqual(asked))
        {
            asked = parameters.ToArray();
            positions = Array.ConvertAll(asked, parameter => Position(parameter.Name));
        }

        return positions;
    }

    private int Position(string name) => raw.sqlite3_bind_parameter_index(handle, name) is > 0 and var position
        ? position
        : throw new InvalidOperationException($"The statement has no parameter {name}.");

    public void Bind(int position, object? value)
    {
        switch (value)
        {
            case null:
                Check(Native.sqlite3_bind_null(statement, position));
                break;
            case string text:
                BindText(position, text);
                break;
            case double number:
                Check(Native.sqlite3_bind_double(statement, position, number));
                break;
            case int number:
                Check(Native.sqlite3_bind_int64(statement, position, number));
                break;
            case long number:
                Check(Native.sqlite3_bind_int64(statement, position, number));
                break;
            case bool flag:
                Check(Native.sqlite3_bind_int64(statement, position, flag ? 1 : 0));
                break;
            case Month month:
                Check(Native.sqlite3_bind_int64(statement, position, month.ToYyyymm()));
                break;
            case Guid guid:
                Span<byte> id = stackalloc byte[36];
                guid.TryFormat(id, out _, "D");
                BindText(position, id);
                break;
            case DateTimeOffset instant:
                BindText(position, Binding.Text(instant));
                break;
            case DateOnly date:
                BindText(position, Binding.Text(date));
                break;
            case byte[] content:
                Check(raw.sqlite3_bind_blob(handle, position, content));
                break;
            default:
                throw new NotSupportedException($"A {value.GetType().Name} is not bound to a parameter.");
        }
    }

    /// <summary>Binds an object's properties to the parameters of their names; what the statement does not ask for is left out.</summary>
    public void Bind(object? parameters)
    {
        if (parameters is null)
        {
            return;
        }

        if (bound is not { } known || known.Type != parameters.GetType())
        {
            known = (parameters.GetType(), Match(parameters.GetType()));
            bound = known;
        }

        foreach (var (position, get) in known.Getters)
        {
            Bind(position, get(parameters));
        }
    }

    /// <returns>Whether the statement stands on a row.</returns>
    public override bool Read()
    {
        switch (Native.sqlite3_step(statement))
        {
            case raw.SQLITE_ROW:
                return true;
            case raw.SQLITE_DONE:
                return false;
            case var failure:
                SqliteException.ThrowExceptionForRC(failure, database);
                return false;
        }
    }

    /// <summary>Runs the statement to its end.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        while (Read())
        {
        }

        return raw.sqlite3_changes(database);
    }

    /// <summary>Makes the statement ready for another run; what was bound to it is forgotten.</summary>
    public void Reset()
    {
        // The failure of the last run, if there was one, has been told already.
        _ = Native.sqlite3_reset(statement);
        _ = Native.sqlite3_clear_bindings(statement);
    }

    /// <summary>Makes the statement ready for another run with the parameters that it has.</summary>
    public void Rewind() => _ = Native.sqlite3_reset(statement);

    public override bool IsDBNull(int ordinal) => Native.sqlite3_column_type(statement, ordinal) == Null;

    public override double GetDouble(int ordinal) => Native.sqlite3_column_double(statement, ordinal);

    public override int GetInt32(int ordinal) => checked((int)Native.sqlite3_column_int64(statement, ordinal));

    public override long GetInt64(int ordinal) => Native.sqlite3_column_int64(statement, ordinal);

    public override bool GetBoolean(int ordinal) => Native.sqlite3_column_int64(statement, ordinal) != 0;

    public override string GetString(int ordinal) =>
        Native.sqlite3_column_text(statement, ordinal) is var text && text != 0
            ? Marshal.PtrToStringUTF8(text, Native.sqlite3_column_bytes(statement, ordinal))
            : throw new InvalidOperationException("The column is null.");

    public override object GetValue(int ordinal) => Native.sqlite3_column_type(statement, ordinal) switch
    {
        Null => DBNull.Value,
        Integer => GetInt64(ordinal),
        Float => GetDouble(ordinal),
        Blob => raw.sqlite3_column_blob(handle, ordinal).ToArray(),
        _ => GetString(ordinal),
    };

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    public override string GetName(int ordinal) => raw.sqlite3_column_name(handle, ordinal).utf8_to_string();

    public override int GetOrdinal(string name)
    {
        for (var i = 0; i < FieldCount; i++)
        {
            if (GetName(i).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such column.");
    }

    public override Type GetFieldType(int ordinal) => GetValue(ordinal).GetType();

    public override bool NextResult() => false;

    public override string GetDataTypeName(int ordinal) => throw new NotSupportedException();

    public override byte GetByte(int ordinal) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override char GetChar(int ordinal) => throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override DateTime GetDateTime(int ordinal) => throw new NotSupportedException();

    public override decimal GetDecimal(int ordinal) => throw new NotSupportedException();

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();

    public override float GetFloat(int ordinal) => throw new NotSupportedException();

    public override Guid GetGuid(int ordinal) => Binding.Guid(GetValue(ordinal));

    public override short GetInt16(int ordinal) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            handle.Dispose();
        }

        base.Dispose(disposing);
    }

    private void BindText(int position, string text)
    {
        const int OnTheStack = 256;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= OnTheStack ? stackalloc byte[OnTheStack] : new byte[most];
        BindText(position, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    private void BindText(int position, ReadOnlySpan<byte> text)
    {
        // An empty text is not null: the engine needs an address all the same.
        var bytes = text.IsEmpty ? "\0"u8 : text;
        Check(Native.sqlite3_bind_text(statement, position, ref MemoryMarshal.GetReference(bytes), text.Length, Native.CopyAtOnce));
    }

    private Getter[] Match(Type type)
    {
        var properties = Getter.Of(type);
        var count = raw.sqlite3_bind_parameter_count(handle);
        var getters = new Getter[count];
        for (var i = 0; i < count; i++)
        {
            var name = raw.sqlite3_bind_parameter_name(handle, i + 1).utf8_to_string();
            getters[i] = properties.TryGetValue(name.TrimStart('@'), out var get)
                ? new Getter(i + 1, get)
                : throw new InvalidOperationException($"The statement needs {name}, which is not given.");
        }

        return getters;
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, database);
        }
    }

    private readonly record struct Getter(int Position, Func<object, object?> Get)
    {
        private static readonly ConcurrentDictionary<Type, Dictionary<string, Func<object, object?>>> Known = new();

        public static Dictionary<string, Func<object, object?>> Of(Type type) => Known.GetOrAdd(type, static type =>
            type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .ToDictionary(property => property.Name, property => (Func<object, object?>)property.GetValue, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The engine's own functions (sqlite.org/c3ref), called without the handles that the provider counts at each call.</summary>
    /// <remarks>None of these waits or calls back but step, so the others need not tell the garbage collector.</remarks>
    private static class Native
    {
        private const string Library = "e_sqlite3";

        /// <summary>SQLITE_TRANSIENT: the engine makes its own copy before it returns.</summary>
        public const nint CopyAtOnce = -1;

        [DllImport(Library)]
        public static extern int sqlite3_step(nint statement);

        [DllImport(Library)]
        public static extern int sqlite3_reset(nint statement);

        [DllImport(Library), SuppressGCTransition]
        public static extern int sqlite3_clear_bindings(nint statement);

        [DllImport(Library), SuppressGCTransition]
        public static extern int sqlite3_bind_null(nint statement, int position);

        [DllImport(Library), SuppressGCTransition]
        public static extern int sqlite3_bind_int64(nint statement, int position, long value);

        [DllImport(Library), SuppressGCTransition]
        public static extern int sqlite3_bind_double(nint statement, int position, double value);

        [DllImport(Library)]
        public static extern int sqlite3_bind_text(nint statement, int position, ref byte text, int bytes, nint destructor);

        [DllImport(Library), SuppressGCTransition]
        public static extern int sqlite3_column_type(nint statement, int column);

        [DllImport(Library), SuppressGCTransition]
        public static extern long sqlite3_column_int64(nint statement, int column);

        [DllImport(Library), SuppressGCTransition]
        public static extern double sqlite3_column_double(nint statement, int column);

        [DllImport(Library), SuppressGCTransition]
        public static extern nint sqlite3_column_text(nint statement, int column);

        [DllImport(Library), SuppressGCTransition]
        public static extern int sqlite3_column_bytes(nint statement, int column);
    }
}
