using System.Data;
using System.Data.Common;
using System.Globalization;
using Collaborative.Domain;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Collaborative.Infrastructure.Database;

/// <summary>How the system's own types are stored on each engine; the table is in the README.</summary>
internal static class Binding
{
    /// <summary>Instants on SQLite: UTC to the millisecond, in a form whose order as text is the order in time.</summary>
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Dates on SQLite; their order as text is the order in time.</summary>
    private const string DateFormat = "yyyy-MM-dd";

    /// <summary>Teaches Dapper the system's types; safe to call more than once.</summary>
    public static void Register()
    {
        Teach(DbType.Guid, Guid);
        Teach(DbType.DateTimeOffset, Instant);
        Teach(DbType.Date, Date);
        Teach(DbType.Int32, static value => Month.FromYyyymm(Convert.ToInt32(value, CultureInfo.InvariantCulture)));
    }

    private static void Teach<T>(DbType type, Func<object, T> read)
        where T : struct
    {
        SqlMapper.RemoveTypeMap(typeof(T));
        SqlMapper.RemoveTypeMap(typeof(T?));
        SqlMapper.AddTypeHandler(typeof(T), new Handler<T>(type, read));
    }

    public static void Set(IDbDataParameter parameter, object? value) =>
        parameter.Value = value switch
        {
            null => DBNull.Value,
            Guid guid when parameter is SqliteParameter => Text(guid),
            DateTimeOffset instant when parameter is SqliteParameter => Text(instant),
            DateOnly date when parameter is SqliteParameter => Text(date),
            Month month => month.ToYyyymm(),
            _ => value,
        };

    public static string Text(Guid guid) => guid.ToString("D");

    public static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    public static string Text(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    public static DateOnly Date(object value) => value switch
    {
        string text => DateOnly.ParseExact(text, DateFormat, CultureInfo.InvariantCulture),
        DateTime day => DateOnly.FromDateTime(day),
        DateOnly date => date,
        _ => throw new InvalidCastException($"{value.GetType()} is no date."),
    };

    public static DateTimeOffset Instant(object value) => value switch
    {
        string text => DateTimeOffset.ParseExact(text, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        DateTimeOffset instant => instant.ToUniversalTime(),
        _ => throw new InvalidCastException($"{value.GetType()} is no instant."),
    };

    public static Guid Guid(object value) => value switch
    {
        string text => System.Guid.ParseExact(text, "D"),
        Guid guid => guid,
        _ => throw new InvalidCastException($"{value.GetType()} is no id."),
    };

    /// <summary>Binds one type, its absence too: the engine must know what an empty value is a value of.</summary>
    private sealed class Handler<T>(DbType type, Func<object, T> read) : SqlMapper.ITypeHandler
        where T : struct
    {
        public void SetValue(IDbDataParameter parameter, object value)
        {
            if (parameter is not SqliteParameter)
            {
                parameter.DbType = type;
            }

            Set(parameter, value is DBNull ? null : value);
        }

        public object Parse(Type destinationType, object value) => read(value);
    }
}
