using System.Globalization;

namespace Collaborative.Infrastructure.Workbooks;

/// <summary>Cells of one sheet in a rectangle; rows and columns are counted from 1.</summary>
internal readonly record struct CellRange(string SheetName, int FirstRow, int FirstColumn, int LastRow, int LastColumn)
{
    public static CellRange Row(string sheet, int row, int firstColumn, int count) => new(sheet, row, firstColumn, row, firstColumn + count - 1);

    public static CellRange Column(string sheet, int column, int firstRow, int count) => new(sheet, firstRow, column, firstRow + count - 1, column);

    /// <summary>“'vap'!$D$30:$R$30”.</summary>
    public override string ToString()
    {
        var from = string.Create(CultureInfo.InvariantCulture, $"{Sheet(SheetName)}${Letters(FirstColumn)}${FirstRow}");
        return (FirstRow, FirstColumn) == (LastRow, LastColumn) ? from : string.Create(CultureInfo.InvariantCulture, $"{from}:${Letters(LastColumn)}${LastRow}");
    }

    /// <summary>A sheet's name as a formula writes it: “'vap'!”.</summary>
    public static string Sheet(string name) => $"'{name.Replace("'", "''", StringComparison.Ordinal)}'!";

    /// <summary>“A1:L200” as “$A$1:$L$200”.</summary>
    public static string Absolute(string range) => string.Join(':', range.Split(':').Select(cell => $"${cell.TrimEnd("0123456789".ToCharArray())}${cell.TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZ".ToCharArray())}"));

    /// <summary>1 is A, 28 is AB.</summary>
    public static string Letters(int column)
    {
        Span<char> letters = stackalloc char[3];
        var at = letters.Length;
        for (var rest = column; rest > 0; rest = (rest - 1) / 26)
        {
            letters[--at] = (char)('A' + ((rest - 1) % 26));
        }

        return letters[at..].ToString();
    }
}
