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
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(Guid?));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new GuidHandler());
        SqlMapper.AddTypeHandler(new InstantHandler());
        SqlMapper.AddTypeHandler(new MonthHandler());
        SqlMapper.RemoveTypeMap(typeof(DateOnly));
        SqlMapper.RemoveTypeMap(typeof(DateOnly?));
        SqlMapper.AddTypeHandler(new DateHandler());
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

    private sealed class GuidHandler : SqlMapper.TypeHandler<Guid>
    {
        public override void SetValue(IDbDataParameter parameter, Guid value) => Set(parameter, value);

        public override Guid Parse(object value) => Binding.Guid(value);
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => Set(parameter, value);

        public override DateTimeOffset Parse(object value) => Instant(value);
    }

    private sealed class DateHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override void SetValue(IDbDataParameter parameter, DateOnly value) => Set(parameter, value);

        public override DateOnly Parse(object value) => Date(value);
    }

    private sealed class MonthHandler : SqlMapper.TypeHandler<Month>
    {
        public override void SetValue(IDbDataParameter parameter, Month value) => Set(parameter, value);

        public override Month Parse(object value) => Month.FromYyyymm(Convert.ToInt32(value, CultureInfo.InvariantCulture));
    }
}
