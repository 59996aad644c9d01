using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Collaborative.Infrastructure.Workbooks;

/// <summary>
/// An XLSX workbook, written sheet by sheet and row by row to a stream that need not be seekable. The archive is written by
/// hand, because a library for office documents keeps all its parts until the end and stamps them with the time: here memory
/// does not grow with the figures, and equal figures are equal bytes.
/// </summary>
/// <remarks>Not disposable: a workbook that was broken off must not look like a whole one.</remarks>
internal sealed class WorkbookFile
{
    /// <summary>ECMA-376 leaves it open; Excel ends here (Microsoft, “Excel specifications and limits”).</summary>
    public const int MostRows = 1_048_576;

    public const int MostColumns = 16_384;

    public const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    public const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private const string PackageRelations = "http://schemas.openxmlformats.org/package/2006/relationships";
    private const string ContentTypes = "http://schemas.openxmlformats.org/package/2006/content-types";
    private const string OfSpreadsheets = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

    /// <summary>The first instant that an archive can name.</summary>
    private static readonly DateTimeOffset Stamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive archive;
    private readonly List<(string Name, string? FilterRange)> sheets = [];
    private int drawings;
    private int charts;

    public WorkbookFile(Stream output) => archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Begins the next sheet; it must be disposed of before another is begun.</summary>
    public SheetWriter Sheet(string name, SheetLook look)
    {
        sheets.Add((name, null));
        return new SheetWriter(this, name, sheets.Count, Part($"xl/worksheets/sheet{Number(sheets.Count)}.xml"), look);
    }

    /// <summary>Writes what is known only at the end; without it the file cannot be opened.</summary>
    public void Complete()
    {
        WriteStyles();
        WriteWorkbook();
        WriteRelations("xl/_rels/workbook.xml.rels", [.. sheets.Select((_, i) => ("worksheet", $"worksheets/sheet{Number(i + 1)}.xml")), ("styles", "styles.xml")]);
        WriteRelations("_rels/.rels", [("officeDocument", "xl/workbook.xml")]);
        WriteContentTypes();
        archive.Dispose();
    }

    internal void Filter(int sheet, string range) => sheets[sheet - 1] = sheets[sheet - 1] with { FilterRange = range };

    /// <summary>The drawing of a sheet and the charts in it.</summary>
    internal void WriteDrawing(int sheet, IReadOnlyList<LineChart> lineCharts)
    {
        drawings++;
        WriteRelations($"xl/worksheets/_rels/sheet{Number(sheet)}.xml.rels", [("drawing", $"../drawings/drawing{Number(drawings)}.xml")]);
        using (var xml = Part($"xl/drawings/drawing{Number(drawings)}.xml"))
        {
            ChartMarkup.WriteDrawing(xml, lineCharts);
        }

        WriteRelations($"xl/drawings/_rels/drawing{Number(drawings)}.xml.rels", [.. lineCharts.Select((_, i) => ("chart", $"../charts/chart{Number(charts + i + 1)}.xml"))]);
        foreach (var chart in lineCharts)
        {
            charts++;
            using var xml = Part($"xl/charts/chart{Number(charts)}.xml");
            ChartMarkup.WriteChart(xml, chart);
        }
    }

    internal static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private XmlWriter Part(string name)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = Stamp;
        return XmlWriter.Create(entry.Open(), new XmlWriterSettings { Encoding = new UTF8Encoding(false), CloseOutput = true, NewLineHandling = NewLineHandling.None });
    }

    private void WriteWorkbook()
    {
        using var xml = Part("xl/workbook.xml");
        xml.WriteStartDocument(standalone: true);
        xml.WriteStartElement("workbook", Main);
        xml.WriteAttributeString("xmlns", "r", null, Relations);
        xml.WriteStartElement("sheets", Main);
        for (var i = 0; i < sheets.Count; i++)
        {
            xml.WriteStartElement("sheet", Main);
            xml.WriteAttributeString("name", sheets[i].Name);
            xml.WriteAttributeString("sheetId", Number(i + 1));
            xml.WriteAttributeString("r", "id", Relations, $"rId{Number(i + 1)}");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        if (sheets.Exists(sheet => sheet.FilterRange is not null))
        {
            // Where a sheet is filtered, spreadsheets look for the range under this name.
            xml.WriteStartElement("definedNames", Main);
            for (var i = 0; i < sheets.Count; i++)
            {
                if (sheets[i].FilterRange is { } range)
                {
                    xml.WriteStartElement("definedName", Main);
                    xml.WriteAttributeString("name", "_xlnm._FilterDatabase");
                    xml.WriteAttributeString("localSheetId", Number(i));
                    xml.WriteAttributeString("hidden", "1");
                    xml.WriteString(CellRange.Sheet(sheets[i].Name) + CellRange.Absolute(range));
                    xml.WriteEndElement();
                }
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private void WriteRelations(string name, IReadOnlyList<(string Type, string Target)> relations)
    {
        using var xml = Part(name);
        xml.WriteStartDocument(standalone: true);
        xml.WriteStartElement("Relationships", PackageRelations);
        for (var i = 0; i < relations.Count; i++)
        {
            xml.WriteStartElement("Relationship", PackageRelations);
            xml.WriteAttributeString("Id", $"rId{Number(i + 1)}");
            xml.WriteAttributeString("Type", $"{Relations}/{relations[i].Type}");
            xml.WriteAttributeString("Target", relations[i].Target);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private void WriteContentTypes()
    {
        using var xml = Part("[Content_Types].xml");
        xml.WriteStartDocument(standalone: true);
        xml.WriteStartElement("Types", ContentTypes);
        foreach (var (extension, type) in new[] { ("rels", "application/vnd.openxmlformats-package.relationships+xml"), ("xml", "application/xml") })
        {
            xml.WriteStartElement("Default", ContentTypes);
            xml.WriteAttributeString("Extension", extension);
            xml.WriteAttributeString("ContentType", type);
            xml.WriteEndElement();
        }

        Override("/xl/workbook.xml", OfSpreadsheets + "sheet.main+xml");
        Override("/xl/styles.xml", OfSpreadsheets + "styles+xml");
        for (var i = 1; i <= sheets.Count; i++)
        {
            Override($"/xl/worksheets/sheet{Number(i)}.xml", OfSpreadsheets + "worksheet+xml");
        }

        for (var i = 1; i <= drawings; i++)
        {
            Override($"/xl/drawings/drawing{Number(i)}.xml", "application/vnd.openxmlformats-officedocument.drawing+xml");
        }

        for (var i = 1; i <= charts; i++)
        {
            Override($"/xl/charts/chart{Number(i)}.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml");
        }

        xml.WriteEndElement();

        void Override(string part, string type)
        {
            xml.WriteStartElement("Override", ContentTypes);
            xml.WriteAttributeString("PartName", part);
            xml.WriteAttributeString("ContentType", type);
            xml.WriteEndElement();
        }
    }

    /// <summary>The formats in the order of <see cref="CellStyle"/>.</summary>
    private void WriteStyles()
    {
        using var xml = Part("xl/styles.xml");
        var formats = new StringBuilder();
        var decimals = new StringBuilder();
        for (var places = 0; places <= CellStyle.MostDecimals; places++)
        {
            formats.Append(CultureInfo.InvariantCulture, $"<numFmt numFmtId=\"{164 + places}\" formatCode=\"0{(places == 0 ? "" : ".")}{new string('0', places)}\"/>");
            decimals.Append(CultureInfo.InvariantCulture, $"<xf numFmtId=\"{164 + places}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>");
        }

        xml.WriteStartDocument(standalone: true);
        xml.WriteRaw($"""
            <styleSheet xmlns="{Main}"><numFmts count="{Number(CellStyle.MostDecimals + 1)}">{formats}</numFmts>
            <fonts count="4"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="14"/><name val="Calibri"/></font><font><u/><sz val="11"/><color rgb="FF0B5394"/><name val="Calibri"/></font></fonts>
            <fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/></patternFill></fill></fills>
            <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
            <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
            <cellXfs count="{Number(CellStyle.FirstOfDecimals + CellStyle.MostDecimals + 1)}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
            <xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>
            <xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>
            <xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
            <xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>
            <xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1"/>{decimals}</cellXfs></styleSheet>
            """.ReplaceLineEndings(""));
    }
}

/// <summary>How a cell looks.</summary>
internal readonly record struct CellStyle(int Index)
{
    public const int MostDecimals = 10;

    public const int FirstOfDecimals = 6;

    public static readonly CellStyle Plain = new(0);
    public static readonly CellStyle Heading = new(1);
    public static readonly CellStyle Title = new(2);
    public static readonly CellStyle Strong = new(3);
    public static readonly CellStyle Wrapped = new(4);
    public static readonly CellStyle Link = new(5);

    /// <summary>So many decimals shown, whatever the number has; null: as many as there is room for.</summary>
    public static CellStyle Decimals(int? places) => places is { } given ? new(FirstOfDecimals + Math.Clamp(given, 0, MostDecimals)) : Plain;
}

/// <summary>What of a sheet is not in its cells.</summary>
internal sealed record SheetLook
{
    /// <summary>The width of each column, in characters; the last is that of all further ones.</summary>
    public required IReadOnlyList<double> Widths { get; init; }

    /// <summary>How many rows and columns stay in sight.</summary>
    public int FrozenRows { get; init; }

    public int FrozenColumns { get; init; }
}
