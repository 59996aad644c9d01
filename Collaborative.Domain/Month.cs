using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Collaborative.Domain;

/// <summary>A calendar month, the reporting period of a collaborative. Stored as the integer yyyymm, written as "2026-03".</summary>
public readonly record struct Month : IComparable<Month>
{
    /// <summary>Months are numbered from year 0, so that differences are plain subtraction.</summary>
    private readonly int index;

    private Month(int index) => this.index = index;

    public Month(int year, int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, 1900);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 2999);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 12);
        index = (year * 12) + number - 1;
    }

    /// <summary>No month is earlier.</summary>
    public static Month First { get; } = new(1900, 1);

    public int Year => index / 12;

    public int Number => (index % 12) + 1;

    public DateOnly FirstDay => new(Year, Number, 1);

    public DateOnly LastDay => new(Year, Number, DateTime.DaysInMonth(Year, Number));

    public static Month Of(DateOnly date) => new(date.Year, date.Month);

    /// <summary>The month of an integer yyyymm, the stored form.</summary>
    public static Month FromYyyymm(int yyyymm) => new(yyyymm / 100, yyyymm % 100);

    public int ToYyyymm() => (Year * 100) + Number;

    public Month AddMonths(int months) => new(index + months);

    /// <summary>How many months later <paramref name="a"/> is than <paramref name="b"/>.</summary>
    public static int operator -(Month a, Month b) => a.index - b.index;

    public static bool operator <(Month a, Month b) => a.index < b.index;

    public static bool operator >(Month a, Month b) => a.index > b.index;

    public static bool operator <=(Month a, Month b) => a.index <= b.index;

    public static bool operator >=(Month a, Month b) => a.index >= b.index;

    public int CompareTo(Month other) => index.CompareTo(other.index);

    public static Month Max(Month a, Month b) => a > b ? a : b;

    public static Month Min(Month a, Month b) => a < b ? a : b;

    /// <summary>Reads the one written form of the API, "2026-03".</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Month month)
    {
        month = default;
        if (text is not { Length: 7 } || text[4] != '-'
            || !int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || !int.TryParse(text.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || year is < 1900 or > 2999 || number is < 1 or > 12)
        {
            return false;
        }

        month = new Month(year, number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Number:00}");
}
