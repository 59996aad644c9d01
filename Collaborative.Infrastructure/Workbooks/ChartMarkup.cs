using System.Globalization;
using System.Xml;

namespace Collaborative.Infrastructure.Workbooks;

/// <summary>Charts in DrawingML (ECMA-376 part 1, 20.5 and 21.2); the order of elements is the standard's.</summary>
internal static class ChartMarkup
{
    private const string C = "http://schemas.openxmlformats.org/drawingml/2006/chart";
    private const string A = "http://schemas.openxmlformats.org/drawingml/2006/main";
    private const string Xdr = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing";

    private const string CategoryAxis = "10000001";
    private const string ValueAxis = "10000002";

    private const string Ink = "1F2937";
    private const string Grid = "E3E6EA";
    private const string Axis = "8A93A0";

    /// <summary>DrawingML measures lines in English Metric Units.</summary>
    private const double UnitsInAPoint = 12_700;

    /// <summary>More labels along the axis than this cannot be read.</summary>
    private const int MostLabels = 24;

    public static void WriteDrawing(XmlWriter xml, IReadOnlyList<LineChart> charts)
    {
        xml.WriteStartDocument(standalone: true);
        xml.WriteStartElement("xdr", "wsDr", Xdr);
        xml.WriteAttributeString("xmlns", "a", null, A);
        for (var i = 0; i < charts.Count; i++)
        {
            xml.WriteStartElement("twoCellAnchor", Xdr);
            xml.WriteAttributeString("editAs", "oneCell");
            Corner(xml, "from", charts[i].From);
            Corner(xml, "to", charts[i].To);
            xml.WriteStartElement("graphicFrame", Xdr);
            xml.WriteAttributeString("macro", "");
            xml.WriteStartElement("nvGraphicFramePr", Xdr);
            xml.WriteStartElement("cNvPr", Xdr);
            xml.WriteAttributeString("id", Text(i + 2));
            xml.WriteAttributeString("name", $"Chart {Text(i + 1)}");
            xml.WriteAttributeString("descr", charts[i].Description);
            xml.WriteEndElement();
            xml.WriteElementString("cNvGraphicFramePr", Xdr, null);
            xml.WriteEndElement();
            xml.WriteStartElement("xfrm", Xdr);
            Point(xml, "off", "x", "y");
            Point(xml, "ext", "cx", "cy");
            xml.WriteEndElement();
            xml.WriteStartElement("graphic", A);
            xml.WriteStartElement("graphicData", A);
            xml.WriteAttributeString("uri", C);
            xml.WriteStartElement("c", "chart", C);
            xml.WriteAttributeString("r", "id", WorkbookFile.Relations, $"rId{Text(i + 1)}");
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteElementString("clientData", Xdr, null);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();

        static void Corner(XmlWriter xml, string name, (int Column, int Row) at)
        {
            xml.WriteStartElement(name, Xdr);
            xml.WriteElementString("col", Xdr, Text(at.Column));
            xml.WriteElementString("colOff", Xdr, "0");
            xml.WriteElementString("row", Xdr, Text(at.Row));
            xml.WriteElementString("rowOff", Xdr, "0");
            xml.WriteEndElement();
        }

        static void Point(XmlWriter xml, string name, string first, string second)
        {
            xml.WriteStartElement(name, A);
            xml.WriteAttributeString(first, "0");
            xml.WriteAttributeString(second, "0");
            xml.WriteEndElement();
        }
    }

    public static void WriteChart(XmlWriter xml, LineChart chart)
    {
        xml.WriteStartDocument(standalone: true);
        xml.WriteStartElement("c", "chartSpace", C);
        xml.WriteAttributeString("xmlns", "a", null, A);
        Value(xml, "roundedCorners", "0");
        xml.WriteStartElement("chart", C);
        Title(xml, chart.Title, size: 1200, isBold: true, isTurned: false);
        Value(xml, "autoTitleDeleted", "0");
        xml.WriteStartElement("plotArea", C);
        xml.WriteElementString("layout", C, null);
        xml.WriteStartElement("lineChart", C);
        Value(xml, "grouping", "standard");
        Value(xml, "varyColors", "0");
        for (var i = 0; i < chart.Lines.Count; i++)
        {
            Line(xml, chart, chart.Lines[i], i);
        }

        Value(xml, "marker", "1");
        Value(xml, "axId", CategoryAxis);
        Value(xml, "axId", ValueAxis);
        xml.WriteEndElement();
        Categories(xml, chart);
        Values(xml, chart);
        xml.WriteEndElement();
        xml.WriteStartElement("legend", C);
        Value(xml, "legendPos", "b");
        Value(xml, "overlay", "0");
        xml.WriteEndElement();

        // A row that is filtered away stays on the chart, and a month without a figure stays a gap.
        Value(xml, "plotVisOnly", "0");
        Value(xml, "dispBlanksAs", "gap");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Line(XmlWriter xml, LineChart chart, ChartLine line, int index)
    {
        xml.WriteStartElement("ser", C);
        Value(xml, "idx", Text(index));
        Value(xml, "order", Text(index));
        xml.WriteStartElement("tx", C);
        Strings(xml, line.NameCell, [line.Name]);
        xml.WriteEndElement();
        xml.WriteStartElement("spPr", C);
        Stroke(xml, line.Look.Colour, line.Look.Width, line.Look.Dash);
        xml.WriteEndElement();
        Marker(xml, line.Look.Marker);
        foreach (var (position, look) in line.Marked)
        {
            xml.WriteStartElement("dPt", C);
            Value(xml, "idx", Text(position));
            Marker(xml, look);
            Value(xml, "bubble3D", "0");
            xml.WriteStartElement("spPr", C);
            Stroke(xml, line.Look.Colour, line.Look.Width, line.Look.Dash);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteStartElement("cat", C);
        Strings(xml, chart.LabelCells, chart.Labels);
        xml.WriteEndElement();
        xml.WriteStartElement("val", C);
        xml.WriteStartElement("numRef", C);
        xml.WriteElementString("f", C, line.Cells.ToString());
        xml.WriteStartElement("numCache", C);
        xml.WriteElementString("formatCode", C, "General");
        Value(xml, "ptCount", Text(line.Values.Count));
        for (var i = 0; i < line.Values.Count; i++)
        {
            if (line.Values[i] is { } value)
            {
                Cached(xml, i, value.ToString("R", CultureInfo.InvariantCulture));
            }
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
        Value(xml, "smooth", "0");
        xml.WriteEndElement();
    }

    private static void Categories(XmlWriter xml, LineChart chart)
    {
        xml.WriteStartElement("catAx", C);
        Value(xml, "axId", CategoryAxis);
        Scaling(xml);
        Value(xml, "delete", "0");
        Value(xml, "axPos", "b");
        NumberFormat(xml, "General");
        Ticks(xml, "low");
        Value(xml, "crossAx", ValueAxis);
        Value(xml, "crosses", "min");
        Value(xml, "auto", "0");
        Value(xml, "lblAlgn", "ctr");
        Value(xml, "lblOffset", "100");
        var every = Math.Max(1, (int)Math.Ceiling(chart.Labels.Count / (double)MostLabels));
        Value(xml, "tickLblSkip", Text(every));
        Value(xml, "tickMarkSkip", Text(every));
        Value(xml, "noMultiLvlLbl", "1");
        xml.WriteEndElement();
    }

    private static void Values(XmlWriter xml, LineChart chart)
    {
        xml.WriteStartElement("valAx", C);
        Value(xml, "axId", ValueAxis);
        Scaling(xml);
        Value(xml, "delete", "0");
        Value(xml, "axPos", "l");
        xml.WriteStartElement("majorGridlines", C);
        xml.WriteStartElement("spPr", C);
        Stroke(xml, Grid, 0.75, "solid");
        xml.WriteEndElement();
        xml.WriteEndElement();
        if (chart.Unit is { Length: > 0 } unit)
        {
            Title(xml, unit, size: 900, isBold: false, isTurned: true);
        }

        NumberFormat(xml, chart.Decimals is { } places and > 0 ? "0." + new string('0', Math.Min(places, CellStyle.MostDecimals)) : "General");
        Ticks(xml, "nextTo");
        Value(xml, "crossAx", CategoryAxis);
        Value(xml, "crosses", "autoZero");
        Value(xml, "crossBetween", "between");
        xml.WriteEndElement();
    }

    private static void Scaling(XmlWriter xml)
    {
        xml.WriteStartElement("scaling", C);
        Value(xml, "orientation", "minMax");
        xml.WriteEndElement();
    }

    private static void NumberFormat(XmlWriter xml, string code)
    {
        xml.WriteStartElement("numFmt", C);
        xml.WriteAttributeString("formatCode", code);
        xml.WriteAttributeString("sourceLinked", "0");
        xml.WriteEndElement();
    }

    private static void Ticks(XmlWriter xml, string labels)
    {
        Value(xml, "majorTickMark", "out");
        Value(xml, "minorTickMark", "none");
        Value(xml, "tickLblPos", labels);
        xml.WriteStartElement("spPr", C);
        Stroke(xml, Axis, 0.75, "solid");
        xml.WriteEndElement();
        xml.WriteStartElement("txPr", C);
        xml.WriteElementString("bodyPr", A, null);
        xml.WriteStartElement("p", A);
        xml.WriteStartElement("pPr", A);
        Run(xml, "defRPr", 900, isBold: false);
        xml.WriteEndElement();
        xml.WriteStartElement("endParaRPr", A);
        xml.WriteAttributeString("lang", "en-US");
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Title(XmlWriter xml, string text, int size, bool isBold, bool isTurned)
    {
        xml.WriteStartElement("title", C);
        xml.WriteStartElement("tx", C);
        xml.WriteStartElement("rich", C);
        xml.WriteStartElement("bodyPr", A);
        if (isTurned)
        {
            xml.WriteAttributeString("rot", "-5400000");
            xml.WriteAttributeString("vert", "horz");
        }

        xml.WriteEndElement();
        xml.WriteStartElement("p", A);
        xml.WriteStartElement("r", A);
        Run(xml, "rPr", size, isBold);
        xml.WriteElementString("t", A, text);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
        Value(xml, "overlay", "0");
        xml.WriteEndElement();
    }

    private static void Run(XmlWriter xml, string name, int size, bool isBold)
    {
        xml.WriteStartElement(name, A);
        xml.WriteAttributeString("lang", "en-US");
        xml.WriteAttributeString("sz", Text(size));
        xml.WriteAttributeString("b", isBold ? "1" : "0");
        Fill(xml, Ink);
        xml.WriteEndElement();
    }

    private static void Marker(XmlWriter xml, PointLook? look)
    {
        xml.WriteStartElement("marker", C);
        Value(xml, "symbol", look?.Symbol ?? "none");
        if (look is not null)
        {
            Value(xml, "size", Text(look.Size));
            xml.WriteStartElement("spPr", C);
            Fill(xml, look.IsHollow ? "FFFFFF" : look.Colour);
            Stroke(xml, look.Colour, 1, "solid");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Stroke(XmlWriter xml, string colour, double width, string dash)
    {
        xml.WriteStartElement("ln", A);
        xml.WriteAttributeString("w", Text((int)(width * UnitsInAPoint)));
        Fill(xml, colour);
        xml.WriteStartElement("prstDash", A);
        xml.WriteAttributeString("val", dash);
        xml.WriteEndElement();
        xml.WriteElementString("round", A, null);
        xml.WriteEndElement();
    }

    private static void Fill(XmlWriter xml, string colour)
    {
        xml.WriteStartElement("solidFill", A);
        xml.WriteStartElement("srgbClr", A);
        xml.WriteAttributeString("val", colour);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Strings(XmlWriter xml, CellRange cells, IReadOnlyList<string> texts)
    {
        xml.WriteStartElement("strRef", C);
        xml.WriteElementString("f", C, cells.ToString());
        xml.WriteStartElement("strCache", C);
        Value(xml, "ptCount", Text(texts.Count));
        for (var i = 0; i < texts.Count; i++)
        {
            Cached(xml, i, texts[i]);
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Cached(XmlWriter xml, int position, string value)
    {
        xml.WriteStartElement("pt", C);
        xml.WriteAttributeString("idx", Text(position));
        xml.WriteElementString("v", C, value);
        xml.WriteEndElement();
    }

    private static void Value(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement(name, C);
        xml.WriteAttributeString("val", value);
        xml.WriteEndElement();
    }

    private static string Text(int number) => WorkbookFile.Number(number);
}
