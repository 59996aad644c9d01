using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>The resources of a FHIR file, one at a time: a single one, one on each line, or the entries of a bundle.</summary>
/// <remarks>Memory is bounded by the largest single resource, which is capped; nesting is capped too.</remarks>
internal sealed class JsonDocuments(Stream body)
{
    /// <summary>No summary of one measure is larger.</summary>
    private const int MostBytesOfOne = 8 * 1024 * 1024;

    /// <summary>The nesting that FHIR needs at the very most; more is an attack.</summary>
    public const int MostDepth = 64;

    private const string Bundle = "Bundle";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MostDepth, AllowMultipleValues = true, CommentHandling = JsonCommentHandling.Disallow };

    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private bool ended;
    private JsonReaderState state = new(Options);

    private enum Next
    {
        More,
        Element,
        EndOfBundle,
        Other,
    }

    /// <summary>Each resource with where it stands; in a bundle the whole entry.</summary>
    public IEnumerable<(string Place, JsonElement Element)> Read()
    {
        SkipMark();
        for (var value = 1; SkipSpace(); value++)
        {
            if (TypeOfNext() == Bundle)
            {
                var entry = 0;
                while (NextEntry() is { } element)
                {
                    entry++;
                    using (element)
                    {
                        yield return (value == 1 ? $"entry {entry}" : $"bundle {value}, entry {entry}", element.RootElement);
                    }
                }
            }
            else
            {
                using var element = Whole();
                yield return (value == 1 && !SkipSpace() ? "report" : $"line {value}", element.RootElement);
            }

            // Each value of several is a text of its own.
            state = new JsonReaderState(Options);
        }
    }

    /// <summary>The resourceType of the value that comes next; whatever has entries is taken for a bundle.</summary>
    private string? TypeOfNext()
    {
        while (true)
        {
            if (TypeIn(buffer.AsSpan(start, end - start), ended, out var type))
            {
                return type;
            }

            More();
        }
    }

    /// <returns>False when more bytes are needed to tell.</returns>
    public static bool TypeIn(ReadOnlySpan<byte> text, bool isWhole, out string? type)
    {
        type = null;
        var reader = new Utf8JsonReader(text, isWhole, new JsonReaderState(Options));
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is not JsonTokenType.StartObject)
                {
                    return true;
                }

                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.ValueTextEquals("entry"u8))
                {
                    type = Bundle;
                    return true;
                }

                if (reader.ValueTextEquals("resourceType"u8))
                {
                    if (!reader.Read())
                    {
                        return isWhole;
                    }

                    type = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length < 100 ? reader.GetString() : null;
                    return true;
                }
            }
        }
        catch (JsonException exception)
        {
            throw Unreadable(exception);
        }
        catch (InvalidOperationException)
        {
            throw NoText();
        }

        return isWhole;
    }

    private JsonDocument? NextEntry()
    {
        while (true)
        {
            var (next, element) = Step();
            switch (next)
            {
                case Next.Element:
                    return element;
                case Next.EndOfBundle:
                    return null;
                case Next.More:
                    More();
                    break;
                default:
                    break;
            }
        }
    }

    private bool inEntries;

    /// <summary>Moves on within a bundle by one token, or by one whole entry.</summary>
    private (Next Next, JsonDocument? Element) Step()
    {
        var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), ended, state);
        try
        {
            if (!reader.Read())
            {
                return ended ? throw new UnreadableFileException("The file ends in the middle; send it again whole.") : (Next.More, null);
            }

            if (inEntries && reader.TokenType == JsonTokenType.StartObject)
            {
                return JsonDocument.TryParseValue(ref reader, out var element) ? (Checked(ref reader), element) : (Next.More, null);
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.EndArray when inEntries && reader.CurrentDepth == 1:
                    inEntries = false;
                    return (Taken(ref reader, Next.Other), null);
                case JsonTokenType.EndObject when reader.CurrentDepth == 0:
                    return (Taken(ref reader, Next.EndOfBundle), null);
                case JsonTokenType.PropertyName when reader.CurrentDepth == 1 && reader.ValueTextEquals("entry"u8):
                    if (!reader.Read())
                    {
                        return (Next.More, null);
                    }

                    inEntries = reader.TokenType == JsonTokenType.StartArray;
                    return (Taken(ref reader, Next.Other), null);
                default:
                    return (Taken(ref reader, Next.Other), null);
            }
        }
        catch (JsonException exception)
        {
            throw Unreadable(exception);
        }
        catch (InvalidOperationException)
        {
            throw NoText();
        }
    }

    private JsonDocument Whole()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), ended, state);
            try
            {
                if (JsonDocument.TryParseValue(ref reader, out var element))
                {
                    Checked(ref reader);
                    return element;
                }
            }
            catch (JsonException exception)
            {
                throw Unreadable(exception);
            }

            More();
        }
    }

    /// <summary>Takes an element whose every text can be read: a reader finds out only when it is asked for the text.</summary>
    private Next Checked(ref Utf8JsonReader reader) =>
        IsText(buffer.AsSpan(start, (int)reader.BytesConsumed)) ? Taken(ref reader, Next.Element) : throw NoText();

    /// <summary>Whether all of it is UTF-8, and no escape stands for half of a pair of surrogates.</summary>
    private static bool IsText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        var awaitsLow = false;
        while (json.IndexOf((byte)'\\') is var at and >= 0)
        {
            json = json[at..];
            var isHex = json[1] == (byte)'u';
            var c = isHex && Utf8Parser.TryParse(json[2..6], out ushort code, out _, 'x') ? (char)code : '\0';
            if (awaitsLow ? at > 0 || !char.IsLowSurrogate(c) : char.IsLowSurrogate(c))
            {
                return false;
            }

            awaitsLow = char.IsHighSurrogate(c);
            json = json[(isHex ? 6 : 2)..];
        }

        return !awaitsLow;
    }

    private Next Taken(ref Utf8JsonReader reader, Next next)
    {
        start += (int)reader.BytesConsumed;
        state = reader.CurrentState;
        return next;
    }

    /// <summary>Moves to the next value; false at the end of the file.</summary>
    private bool SkipSpace()
    {
        while (true)
        {
            while (start < end && buffer[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                start++;
            }

            if (start < end || ended)
            {
                return start < end;
            }

            More();
        }
    }

    private void SkipMark()
    {
        while (end - start < 3 && !ended)
        {
            More();
        }

        if (buffer.AsSpan(start, end - start).StartsWith(Encoding.UTF8.Preamble))
        {
            start += Encoding.UTF8.Preamble.Length;
        }
    }

    private void More()
    {
        if (ended)
        {
            throw new UnreadableFileException("The file ends in the middle; send it again whole.");
        }

        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            if (buffer.Length >= MostBytesOfOne)
            {
                throw new UnreadableFileException($"One resource has more than {MostBytesOfOne / 1024 / 1024} MB; a summary of a measure is far smaller.");
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var read = body.Read(buffer, end, buffer.Length - end);
        ended = read == 0;
        end += read;
    }

    private static UnreadableFileException NoText() => new("The file has characters that are none in Unicode; have it written anew, in UTF-8.");

    /// <summary>Says where the text breaks; it repeats nothing of it.</summary>
    private static UnreadableFileException Unreadable(JsonException exception) => new(
        exception.Message.Contains("depth", StringComparison.OrdinalIgnoreCase)
            ? $"The file is nested more than {MostDepth} levels deep, which no FHIR document is."
            : $"The file is not JSON as it should be (line {exception.LineNumber + 1} of the part at fault); have it written anew.");
}
