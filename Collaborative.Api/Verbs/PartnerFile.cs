using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain.Imports;

namespace Collaborative.Api.Verbs;

/// <summary>A file of a partner's folder: what it is, and the hash of what is in it.</summary>
internal sealed class PartnerFile
{
    /// <summary>Larger files go in pieces.</summary>
    public const long MostAtOnce = 8 * 1024 * 1024;

    private const int HeadBytes = 4096;

    private readonly string path;

    private PartnerFile(string path, string name)
    {
        this.path = path;
        Name = name;
    }

    /// <summary>The path below the folder, with / between its parts whatever the system writes.</summary>
    public string Name { get; }

    /// <summary>The files of a folder and of those below it, in the same order everywhere. Hidden ones, links, and what a spreadsheet program leaves beside an open book are not among them.</summary>
    public static IReadOnlyList<PartnerFile> In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"There is no folder {folder}.");
        }

        // A link may lead out of the folder, or round in a circle.
        var all = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
            IgnoreInaccessible = false,
        };
        return
        [
            .. Directory.EnumerateFiles(folder, "*", all)
                .Where(path => !Path.GetFileName(path).StartsWith("~$", StringComparison.Ordinal))
                .Select(path => new PartnerFile(path, Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Opens the file for as long as it is sent, so that what is hashed is what goes out.</summary>
    public PartnerContent Open()
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            var head = new byte[HeadBytes];
            var filled = stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false);
            stream.Position = 0;
            var hash = SHA256.HashData(stream);
            return new PartnerContent(stream, stream.Length, Convert.ToHexStringLower(hash), MediaType(head.AsSpan(0, filled)));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>What the content says it is, else what the name does; null for what is no file of figures.</summary>
    private string? MediaType(ReadOnlySpan<byte> head)
    {
        var byName = Path.GetExtension(Name).ToLowerInvariant() switch
        {
            ".csv" or ".tsv" or ".txt" => ImportMedia.Csv,
            ".xlsx" => ImportMedia.Workbook,
            ".json" => ImportMedia.FhirJson,
            ".ndjson" or ".jsonl" => ImportMedia.FhirLines,
            ".xml" => ImportMedia.Xml,
            _ => null,
        };
        var text = head.StartsWith(Encoding.UTF8.Preamble) ? head[Encoding.UTF8.Preamble.Length..] : head;
        return text.TrimStart(" \t\r\n"u8) switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => ImportMedia.Workbook,
            [(byte)'{', ..] => byName is ImportMedia.FhirLines ? byName : ImportMedia.FhirJson,
            [(byte)'<', ..] => ImportMedia.Xml,
            _ => byName ?? (IsTable(text) ? ImportMedia.Csv : null),
        };
    }

    /// <summary>A first line with something between its cells.</summary>
    private static bool IsTable(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        return end > 0 && !text.Contains((byte)0) && text[..end].IndexOfAny(",;\t"u8) > 0;
    }
}

/// <param name="MediaType">Null for what is no file of figures.</param>
internal sealed record PartnerContent(FileStream Stream, long Length, string Hash, string? MediaType) : IDisposable
{
    public bool ComesInPieces => Length > PartnerFile.MostAtOnce;

    /// <summary>A part of the file as it now is.</summary>
    public byte[] Read(long from, long most)
    {
        var part = new byte[Math.Max(0, Math.Min(most, Length - from))];
        Stream.Position = from;
        Stream.ReadExactly(part);
        return part;
    }

    public void Dispose() => Stream.Dispose();
}
