using System.Xml;
using System.Xml.Linq;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>XML from strangers: no document types, no entities, nothing fetched; size, nesting and the size of what is kept at once are capped.</summary>
internal static class SafeXml
{
    /// <summary>The nesting of a deep QRDA document is below 30.</summary>
    private const int MostDepth = 64;

    /// <summary>One observation with all its strata has some thousands.</summary>
    private const int MostNodes = 100_000;

    public static XmlReader Open(Stream source, long mostBytes) => XmlReader.Create(
        new BoundedMarkup(source, mostBytes),
        new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersFromEntities = 0,
            MaxCharactersInDocument = mostBytes,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CloseInput = true,
        });

    /// <summary>Moves to the next node; false at the end. Whatever is wrong with the text is told without repeating it.</summary>
    public static bool Next(this XmlReader reader)
    {
        try
        {
            return reader.Read() && (reader.Depth <= MostDepth ? true : throw new UnreadableFileException($"The file is nested more than {MostDepth} levels deep, which no report is."));
        }
        catch (XmlException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>The text that the reader stands on; of a long one the rest is parsed only now, and may be wrong.</summary>
    public static string Text(this XmlReader reader)
    {
        try
        {
            return reader.Value;
        }
        catch (XmlException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>Takes the element that the reader stands on, whole; the reader then stands on its end.</summary>
    public static XElement Take(this XmlReader reader)
    {
        var nodes = 0;
        var root = Start(reader);
        var current = root;
        if (reader.IsEmptyElement)
        {
            return root;
        }

        while (reader.Next())
        {
            if (++nodes > MostNodes)
            {
                throw new UnreadableFileException("One part of the file is larger than that of any report.");
            }

            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var child = Start(reader);
                    current.Add(child);
                    current = reader.IsEmptyElement ? current : child;
                    break;
                case XmlNodeType.EndElement when ReferenceEquals(current, root):
                    return root;
                case XmlNodeType.EndElement:
                    current = current.Parent!;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    current.Add(new XText(reader.Text()));
                    break;
                default:
                    break;
            }
        }

        throw new UnreadableFileException("The file ends in the middle; send it again whole.");
    }

    public static UnreadableFileException Unreadable(XmlException exception) => new(exception.Message.Contains("DTD", StringComparison.Ordinal)
        ? "The file has a document type (DOCTYPE), which is not read here; have it written without."
        : $"The file is not XML as it should be (line {exception.LineNumber}); have it written anew.");

    private static XElement Start(XmlReader reader)
    {
        var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI != "http://www.w3.org/2000/xmlns/")
            {
                element.SetAttributeValue(XName.Get(reader.LocalName, reader.NamespaceURI), reader.Value);
            }
        }

        reader.MoveToElement();
        return element;
    }
}
