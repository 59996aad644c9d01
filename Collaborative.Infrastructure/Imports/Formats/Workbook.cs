using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Workbooks;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>A cell as it is read: its text, and whether a formula stands behind it.</summary>
internal readonly record struct SheetCell(string? Text, bool IsFormula);

/// <summary>One row of a sheet, by its number.</summary>
/// <param name="IsCut">There are cells beyond those that are read.</param>
internal sealed record SheetRow(int Number, List<SheetCell> Cells, bool IsCut);

/// <summary>
/// An XLSX workbook, read sheet by sheet and row by row. The archive is opened by hand and not by a library for office
/// documents, because every byte that comes out of it must be counted: declared sizes are the sender's word.
/// </summary>
internal sealed class Workbook : IDisposable
{
    private const int MostEntries = 2_000;
    private const int MostDirectoryBytes = 1024 * 1024;

    /// <summary>More than the measures that an export has a sheet for.</summary>
    private const int MostSheets = 300;
    private const int MostStrings = 1_000_000;
    private const int MostCharactersOfStrings = 32 * 1024 * 1024;
    private const long MostBytesOfStrings = 128L * 1024 * 1024;
    private const long MostBytesOfASheet = 1024L * 1024 * 1024;
    private const long MostBytesOfAPart = 8L * 1024 * 1024;
    private const int MostFormats = 64 * 1024;

    /// <summary>Twenty years of months, and some columns before them.</summary>
    public const int MostColumns = 1_000;

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    /// <summary>Word for word the same, as the strict variant of the standard names it.</summary>
    private const string Strict = "http://purl.oclc.org/ooxml/spreadsheetml/main";

    private readonly ZipArchive archive;
    private readonly List<string> strings = [];
    private readonly List<bool> dateFormats = [];
    private bool from1904;

    private Workbook(ZipArchive archive) => this.archive = archive;

    /// <summary>The sheets that can be seen, in their order.</summary>
    public List<(string Name, string Part)> Sheets { get; } = [];

    /// <summary>Those that cannot: their figures are not taken, but patients may stand there.</summary>
    public List<(string Name, string Part)> Hidden { get; } = [];

    public static Workbook Open(Stream file)
    {
        CheckDirectory(file);
        Workbook? workbook = null;
        try
        {
            workbook = new Workbook(new ZipArchive(file, ZipArchiveMode.Read));
            workbook.Load();
            return workbook;
        }
        catch (Exception exception) when (IsDamage(exception) || exception is ArgumentException)
        {
            workbook?.Dispose();
            throw new UnreadableFileException("The file is not a workbook (XLSX) as it should be; save it anew.");
        }
        catch
        {
            workbook?.Dispose();
            throw;
        }
    }

    /// <summary>The rows of a sheet that have cells; null now and then where there are none for long, as a sign of life.</summary>
    public IEnumerable<SheetRow?> Rows(string part)
    {
        using var reader = Part(part, MostBytesOfASheet) ?? throw new UnreadableFileException("A sheet is missing from the workbook; save it anew.");
        var number = 0;
        var nodes = 0;
        while (Next(reader))
        {
            if (++nodes % 50_000 == 0)
            {
                yield return null;
            }

            if (!Is(reader, "row"))
            {
                continue;
            }

            number = int.TryParse(reader.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : number + 1;
            if (!reader.IsEmptyElement && Row(reader) is { Cells.Count: > 0 } row)
            {
                yield return new SheetRow(number, row.Cells, row.IsCut);
            }
        }
    }

    public void Dispose() => archive.Dispose();

    /// <summary>Before a library reads it, the directory of the archive must be small and stand where it says.</summary>
    private static void CheckDirectory(Stream file)
    {
        switch (ZipDirectory.Check(file, MostEntries, MostDirectoryBytes))
        {
            case ZipDirectory.Fault.Missing:
                throw new UnreadableFileException("The file is not a workbook (XLSX), or it was cut off; send it again whole.");
            case ZipDirectory.Fault.Odd:
                throw new UnreadableFileException("The archive inside the workbook is not like that of any spreadsheet; save it anew.");
        }
    }

    private void Load()
    {
        foreach (var entry in archive.Entries)
        {
            if (entry.FullName.Contains("..", StringComparison.Ordinal))
            {
                throw new UnreadableFileException("The archive inside the workbook names files outside of itself.");
            }

            if (entry.FullName.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase))
            {
                throw new UnreadableFileException("The workbook has macros; save it as a workbook without macros (XLSX).");
            }
        }

        var targets = new Dictionary<string, string>();
        using (var relations = Part("xl/_rels/workbook.xml.rels", MostBytesOfAPart) ?? throw new UnreadableFileException("The file is an archive, but no workbook (XLSX)."))
        {
            while (Next(relations))
            {
                if (relations.NodeType == XmlNodeType.Element && relations.LocalName == "Relationship" && relations.GetAttribute("TargetMode") != "External"
                    && relations.GetAttribute("Id") is { } id && relations.GetAttribute("Target") is { } target && targets.Count < MostEntries)
                {
                    targets[id] = target.StartsWith('/') ? target[1..] : "xl/" + target;
                }
            }
        }

        using (var workbook = Part("xl/workbook.xml", MostBytesOfAPart) ?? throw new UnreadableFileException("The file is an archive, but no workbook (XLSX)."))
        {
            while (Next(workbook))
            {
                if (Is(workbook, "workbookPr"))
                {
                    from1904 = workbook.GetAttribute("date1904") is "1" or "true";
                }
                else if (Is(workbook, "sheet") && workbook.GetAttribute("state") is var state && workbook.GetAttribute("name") is { } name
                    && RelationId(workbook) is { } id && targets.TryGetValue(id, out var part))
                {
                    (state is null or "visible" ? Sheets : Hidden).Add((name, part));
                    if (Sheets.Count + Hidden.Count > MostSheets)
                    {
                        throw new UnreadableFileException($"The workbook has more than {MostSheets} sheets.");
                    }
                }
            }
        }

        LoadStrings();
        LoadFormats();
    }

    /// <summary>The attribute r:id, whichever variant of the standard its namespace is of.</summary>
    private static string? RelationId(XmlReader reader)
    {
        string? id = null;
        while (reader.MoveToNextAttribute())
        {
            id = reader.LocalName == "id" && reader.NamespaceURI.EndsWith("/relationships", StringComparison.Ordinal) ? reader.Value : id;
        }

        reader.MoveToElement();
        return id;
    }

    private void LoadStrings()
    {
        using var reader = Part("xl/sharedStrings.xml", MostBytesOfStrings);
        var characters = 0;
        while (reader is not null && Next(reader))
        {
            if (Is(reader, "si"))
            {
                var text = reader.IsEmptyElement ? "" : SheetText.Unescape(Text(reader));
                characters += text.Length;
                strings.Add(text);
                if (strings.Count > MostStrings || characters > MostCharactersOfStrings)
                {
                    throw new UnreadableFileException("The workbook holds more text than any table of figures; send the figures only.");
                }
            }
        }
    }

    /// <summary>Which cell formats show a number as a date.</summary>
    private void LoadFormats()
    {
        using var reader = Part("xl/styles.xml", MostBytesOfAPart);
        var own = new HashSet<int>();
        var inCells = false;
        while (reader is not null && Next(reader))
        {
            if (Is(reader, "numFmt") && int.TryParse(reader.GetAttribute("numFmtId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && ShowsADate(reader.GetAttribute("formatCode")))
            {
                own.Add(id);
            }
            else if (reader.LocalName == "cellXfs")
            {
                inCells = reader.NodeType == XmlNodeType.Element && !reader.IsEmptyElement;
            }
            else if (inCells && Is(reader, "xf") && dateFormats.Count < MostFormats)
            {
                // ECMA-376 18.8.30: 14 to 22 and 45 to 47 are dates and times in every workbook.
                _ = int.TryParse(reader.GetAttribute("numFmtId"), NumberStyles.None, CultureInfo.InvariantCulture, out var format);
                dateFormats.Add(format is (>= 14 and <= 22) or (>= 45 and <= 47) || own.Contains(format));
            }
        }
    }

    private static bool ShowsADate(string? code)
    {
        var quoted = false;
        var bracketed = false;
        foreach (var c in code ?? "")
        {
            quoted ^= c == '"';
            bracketed = !quoted && (c == '[' || (bracketed && c != ']'));
            if (!quoted && !bracketed && char.ToLowerInvariant(c) is 'y' or 'd' or 'm')
            {
                return true;
            }
        }

        return false;
    }

    private (List<SheetCell> Cells, bool IsCut) Row(XmlReader reader)
    {
        var isCut = false;
        var cells = new List<SheetCell>();
        var depth = reader.Depth;
        var next = 0;
        while (Next(reader) && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
        {
            if (!Is(reader, "c"))
            {
                continue;
            }

            var column = Column(reader.GetAttribute("r")) ?? next;
            next = column + 1;
            var cell = Cell(reader);
            if (cell.Text is null && !cell.IsFormula)
            {
                continue;
            }

            if (column < MostColumns)
            {
                while (cells.Count <= column)
                {
                    cells.Add(default);
                }

                cells[column] = cell;
            }
            else
            {
                isCut = true;
            }
        }

        return (cells, isCut);
    }

    private SheetCell Cell(XmlReader reader)
    {
        var type = reader.GetAttribute("t") ?? "n";
        var style = int.TryParse(reader.GetAttribute("s"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : -1;
        if (reader.IsEmptyElement)
        {
            return default;
        }

        string? value = null;
        var isFormula = false;
        var depth = reader.Depth;
        while (Next(reader) && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
        {
            if (Is(reader, "v"))
            {
                value = reader.IsEmptyElement ? "" : Text(reader);
            }
            else if (Is(reader, "is"))
            {
                value = reader.IsEmptyElement ? "" : Text(reader);
            }
            else if (Is(reader, "f"))
            {
                isFormula = true;
            }
        }

        if (value is null)
        {
            return new SheetCell(null, isFormula);
        }

        var text = type switch
        {
            "s" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < strings.Count
                ? strings[index]
                : throw new UnreadableFileException("A cell names a text that the workbook does not have; save it anew."),
            "b" => value == "1" ? "TRUE" : "FALSE",
            "inlineStr" or "str" => SheetText.Unescape(value),
            "n" when style >= 0 && style < dateFormats.Count && dateFormats[style] => Date(value),
            _ => value,
        };
        return new SheetCell(string.IsNullOrWhiteSpace(text) ? null : text.Trim(), isFormula);
    }

    private string Date(string value)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var days))
        {
            return value;
        }

        days += from1904 ? 1462 : 0;
        return days is >= 1 and < 400_000 ? DateTime.FromOADate(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : value;
    }

    /// <summary>The text within the element that the reader stands on; how it is pronounced is left out.</summary>
    private static string Text(XmlReader reader)
    {
        var text = new StringBuilder();
        var depth = reader.Depth;
        var silent = int.MaxValue;
        while (Next(reader) && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
        {
            if (Is(reader, "rPh"))
            {
                silent = reader.Depth;
            }
            else if (reader.Depth <= silent)
            {
                silent = int.MaxValue;
            }

            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace && silent == int.MaxValue)
            {
                text.Append(Value(reader));
                if (text.Length > MostCharactersOfStrings)
                {
                    throw new UnreadableFileException("A cell holds more text than any table of figures.");
                }
            }
        }

        return text.ToString();
    }

    /// <summary>BC12 is column 54, counted from 0.</summary>
    private static int? Column(string? reference)
    {
        var column = 0;
        foreach (var c in reference ?? "")
        {
            if (c is < 'A' or > 'Z' || column > MostColumns)
            {
                break;
            }

            column = (column * 26) + (c - 'A' + 1);
        }

        return column == 0 ? null : column - 1;
    }

    private XmlReader? Part(string name, long mostBytes)
    {
        try
        {
            return archive.Entries.FirstOrDefault(entry => entry.FullName.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } entry
                ? SafeXml.Open(new CheckedPart(entry.Open(), entry.Crc32), mostBytes)
                : null;
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged();
        }
    }

    private static bool Next(XmlReader reader)
    {
        try
        {
            return reader.Next();
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged();
        }
    }

    private static string Value(XmlReader reader)
    {
        try
        {
            return reader.Text();
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged();
        }
    }

    /// <summary>An archive that is not as it should be, or ends before it says.</summary>
    private static bool IsDamage(Exception exception) => exception is InvalidDataException or EndOfStreamException or NotSupportedException;

    private static UnreadableFileException Damaged() => new("The archive inside the workbook is damaged; save it anew.");

    private static bool Is(XmlReader reader, string name) => reader.NodeType == XmlNodeType.Element && reader.LocalName == name && reader.NamespaceURI is Main or Strict;
}
