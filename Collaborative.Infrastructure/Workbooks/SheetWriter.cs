using System.Globalization;
using System.Xml;
using static Collaborative.Infrastructure.Workbooks.WorkbookFile;

namespace Collaborative.Infrastructure.Workbooks;

/// <summary>One sheet, written from the first cell to the last. There are no formulas: text is text, whatever it begins with.</summary>
internal sealed class SheetWriter : IDisposable
{
    /// <summary>In points.</summary>
    private const double LineHeight = 15;

    private static readonly string[] Letters = [.. Enumerable.Range(1, 64).Select(CellRange.Letters)];

    private readonly WorkbookFile workbook;
    private readonly int number;
    private readonly XmlWriter xml;
    private readonly SheetLook look;
    private readonly List<LineChart> charts = [];
    private readonly List<(string Cell, string Sheet)> links = [];
    private readonly char[] digits = new char[32];
    private string rowText = "";
    private int column;
    private readonly List<string> merged = [];
    private (int Row, int Columns)? filter;
    private double height;

    internal SheetWriter(WorkbookFile workbook, string name, int number, XmlWriter xml, SheetLook look)
    {
        (this.workbook, Name, this.number, this.xml, this.look) = (workbook, name, number, xml, look);
        xml.WriteStartDocument(standalone: true);
        xml.WriteStartElement("worksheet", Main);
        xml.WriteAttributeString("xmlns", "r", null, Relations);

        // Printed, a sheet is as wide as the paper.
        xml.WriteStartElement("sheetPr", Main);
        xml.WriteStartElement("pageSetUpPr", Main);
        xml.WriteAttributeString("fitToPage", "1");
        xml.WriteEndElement();
        xml.WriteEndElement();
        WriteView();
        WriteWidths();
        xml.WriteStartElement("sheetData", Main);
    }

    public string Name { get; }

    /// <summary>The row that is being written, from 1.</summary>
    public int RowNumber { get; private set; }

    public void NextRow()
    {
        EndRow();
        RowNumber++;
        column = 0;
    }

    public void SkipRows(int count)
    {
        EndRow();
        RowNumber += count;
    }

    /// <summary>A cell that stays empty.</summary>
    public void Skip(int count = 1) => column += count;

    public void Text(string? text, CellStyle style = default)
    {
        if (string.IsNullOrEmpty(text))
        {
            Skip();
            return;
        }

        BeginCell(style);
        xml.WriteAttributeString("t", "inlineStr");
        xml.WriteStartElement("is", Main);
        xml.WriteStartElement("t", Main);
        xml.WriteAttributeString("xml", "space", null, "preserve");
        xml.WriteString(SheetText.Escape(text.Length > SheetText.MostCharacters ? text[..SheetText.MostCharacters] : text));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>A row of its own for a text of several lines, across so many columns.</summary>
    public void Paragraph(string? text, int columns, int lines)
    {
        NextRow();
        height = lines * LineHeight;
        Text(text, CellStyle.Wrapped);
        if (rowText.Length > 0)
        {
            merged.Add($"A{rowText}:{Letter(columns)}{rowText}");
        }

        height = 0;
    }

    public void Texts(IEnumerable<string?> cells, CellStyle style = default)
    {
        foreach (var cell in cells)
        {
            Text(cell, style);
        }
    }

    /// <summary>A text that leads to another sheet.</summary>
    public void Link(string text, string sheet)
    {
        links.Add(($"{Letter(column + 1)}{Number(RowNumber)}", sheet));
        Text(text, CellStyle.Link);
    }

    public void Number(double? value, CellStyle style = default)
    {
        if (value is not { } given)
        {
            Skip();
            return;
        }

        BeginCell(style);
        xml.WriteStartElement("v", Main);
        var written = given.TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture);
        xml.WriteChars(digits, 0, written ? length : 0);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>Lets the rows from this one, which has the headings, to the last be filtered.</summary>
    public void FilterFromHere(int columns) => filter = (RowNumber, columns);

    /// <summary>A chart that floats above the cells.</summary>
    public void Draw(LineChart chart) => charts.Add(chart);

    public void Dispose()
    {
        EndRow();
        xml.WriteEndElement();
        if (filter is { } headings)
        {
            var range = $"A{Number(headings.Row)}:{Letter(headings.Columns)}{Number(RowNumber)}";
            xml.WriteStartElement("autoFilter", Main);
            xml.WriteAttributeString("ref", range);
            xml.WriteEndElement();
            workbook.Filter(number, range);
        }

        if (merged.Count > 0)
        {
            xml.WriteStartElement("mergeCells", Main);
            foreach (var range in merged)
            {
                xml.WriteStartElement("mergeCell", Main);
                xml.WriteAttributeString("ref", range);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        if (links.Count > 0)
        {
            xml.WriteStartElement("hyperlinks", Main);
            foreach (var (cell, sheet) in links)
            {
                xml.WriteStartElement("hyperlink", Main);
                xml.WriteAttributeString("ref", cell);
                xml.WriteAttributeString("location", CellRange.Sheet(sheet) + "A1");
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteStartElement("pageSetup", Main);
        xml.WriteAttributeString("orientation", "landscape");
        xml.WriteAttributeString("fitToHeight", "0");
        xml.WriteEndElement();
        if (charts.Count > 0)
        {
            xml.WriteStartElement("drawing", Main);
            xml.WriteAttributeString("r", "id", Relations, "rId1");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.Dispose();
        if (charts.Count > 0)
        {
            workbook.WriteDrawing(number, charts);
        }
    }

    private void WriteView()
    {
        xml.WriteStartElement("sheetViews", Main);
        xml.WriteStartElement("sheetView", Main);
        xml.WriteAttributeString("workbookViewId", "0");
        if (look.FrozenRows + look.FrozenColumns > 0)
        {
            xml.WriteStartElement("pane", Main);
            if (look.FrozenColumns > 0)
            {
                xml.WriteAttributeString("xSplit", Number(look.FrozenColumns));
            }

            if (look.FrozenRows > 0)
            {
                xml.WriteAttributeString("ySplit", Number(look.FrozenRows));
            }

            xml.WriteAttributeString("topLeftCell", $"{Letter(look.FrozenColumns + 1)}{Number(look.FrozenRows + 1)}");
            xml.WriteAttributeString("activePane", look.FrozenRows == 0 ? "topRight" : look.FrozenColumns == 0 ? "bottomLeft" : "bottomRight");
            xml.WriteAttributeString("state", "frozen");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private void WriteWidths()
    {
        xml.WriteStartElement("cols", Main);
        for (var i = 1; i <= look.Widths.Count; i++)
        {
            xml.WriteStartElement("col", Main);
            xml.WriteAttributeString("min", Number(i));
            xml.WriteAttributeString("max", Number(i == look.Widths.Count ? MostColumns : i));
            xml.WriteAttributeString("width", look.Widths[i - 1].ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("customWidth", "1");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private void BeginCell(CellStyle style)
    {
        if (rowText.Length == 0)
        {
            rowText = Number(RowNumber);
            xml.WriteStartElement("row", Main);
            xml.WriteAttributeString("r", rowText);
            if (height > 0)
            {
                xml.WriteAttributeString("ht", height.ToString(CultureInfo.InvariantCulture));
                xml.WriteAttributeString("customHeight", "1");
            }
        }

        column++;
        xml.WriteStartElement("c", Main);
        xml.WriteAttributeString("r", Letter(column) + rowText);
        if (style.Index > 0)
        {
            xml.WriteAttributeString("s", Number(style.Index));
        }
    }

    private void EndRow()
    {
        if (rowText.Length > 0)
        {
            xml.WriteEndElement();
            rowText = "";
        }
    }

    private static string Number(int number) => WorkbookFile.Number(number);

    private static string Letter(int column) => column <= Letters.Length ? Letters[column - 1] : CellRange.Letters(column);
}
