using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Archives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports.Formats;

namespace Collaborative.Infrastructure.Archives;

/// <summary>The archive is not one that can be taken in; the problem says why.</summary>
internal sealed class ArchiveRefusedException(Problem problem) : Exception(problem.Detail)
{
    public ArchiveRefusedException(string why)
        : this(ArchiveRules.Unreadable(why))
    {
    }

    public Problem Problem => problem;
}

/// <summary>
/// An archive as it was sent. Nothing in it is believed: every byte that comes out is counted against what the manifest
/// declares, the manifest against limits, and every value against the column that it is for.
/// </summary>
internal sealed class ArchiveFile : CheckedArchive
{
    private const int MostDirectoryBytes = 8 * 1024 * 1024;
    private const int MostManifestBytes = 8 * 1024 * 1024;

    /// <summary>What people write of one thing at a time, many times over.</summary>
    private const int MostLineBytes = 32 * 1024 * 1024;

    /// <summary>No document of ours is nested nearly as deep.</summary>
    private const int MostDepth = 32;

    private const string Damaged = "The archive is damaged or was cut off; send it again whole.";

    private static readonly JsonDocumentOptions LineOptions = new() { MaxDepth = MostDepth };

    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
    private ArchiveManifest manifest = new();

    private ArchiveFile(ZipArchive zip) => this.zip = zip;

    public override ArchiveManifest Manifest => manifest;

    /// <summary>All ids of the archive that others may refer to; filled by the check.</summary>
    public ArchiveIds Ids { get; } = new();

    /// <summary>The files of storyboards by the ids of their rows.</summary>
    public IEnumerable<(Guid Id, ArchivePart Part)> Files =>
        manifest.Parts.Where(part => part.Rows is null).Select(part => (Guid.ParseExact(part.Name[WriteArchiveHandler.StoryboardFolder.Length..], "D"), part));

    /// <summary>Opens an archive and judges what its directory and its manifest say.</summary>
    /// <exception cref="ArchiveRefusedException">It is none that can be taken in.</exception>
    public static ArchiveFile Open(Stream file, int schemaVersion, DateTimeOffset now)
    {
        if (ZipDirectory.Check(file, ArchiveRules.MostParts + 1, MostDirectoryBytes) is { } fault)
        {
            throw new ArchiveRefusedException(fault == ZipDirectory.Fault.Missing
                ? "The file is no ZIP archive, or it was cut off; send it again whole."
                : "The directory of the archive is not as this program writes it; have the archive made anew.");
        }

        ArchiveFile? archive = null;
        try
        {
            archive = new ArchiveFile(new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8));
            archive.Load(file.Length, schemaVersion, now);
            return archive;
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            archive?.Dispose();
            throw new ArchiveRefusedException(Damaged);
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    /// <summary>The rows of a table, each with its values in the order of the columns carried; checked for themselves, not against one another.</summary>
    /// <exception cref="ArchiveRefusedException">A row is not as it should be, or the part is not the one that the manifest declares.</exception>
    public IEnumerable<(long Number, object?[] Values)> Rows(ArchiveTable table)
    {
        if (manifest.Parts.FirstOrDefault(part => part.Name == table.Part) is not { } part)
        {
            yield break;
        }

        var number = 0L;
        using var content = Content(part);
        var lines = new ArchiveLines(content, MostLineBytes);
        while (true)
        {
            ReadOnlyMemory<byte>? line;
            try
            {
                line = lines.Next();
            }
            catch (Exception exception) when (IsDamage(exception))
            {
                throw new ArchiveRefusedException(Damaged);
            }

            if (line is not { } text)
            {
                break;
            }

            number++;
            if (number > part.Rows)
            {
                throw new ArchiveRefusedException($"{part.Name} has more lines than the manifest says.");
            }

            yield return (number, Row(table, number, text));
        }

        content.End();
        if (number != part.Rows)
        {
            throw new ArchiveRefusedException($"{part.Name} has fewer lines than the manifest says.");
        }
    }

    /// <summary>A file, piece by piece.</summary>
    public IEnumerable<byte[]> Pieces(ArchivePart part, int size)
    {
        using var content = Content(part);
        var buffer = new byte[size];
        while (true)
        {
            int read;
            try
            {
                read = content.ReadAtLeast(buffer, size, throwOnEndOfStream: false);
            }
            catch (Exception exception) when (IsDamage(exception))
            {
                throw new ArchiveRefusedException(Damaged);
            }

            if (read == 0)
            {
                break;
            }

            yield return buffer[..read];
        }

        content.End();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            zip.Dispose();
        }
    }

    private void Load(long packedBytes, int schemaVersion, DateTimeOffset now)
    {
        foreach (var entry in zip.Entries)
        {
            if (!entries.TryAdd(entry.FullName, entry))
            {
                throw new ArchiveRefusedException("Two entries of the archive have the same name.");
            }
        }

        manifest = ReadManifest();
        if (ArchiveRules.Judge(manifest, schemaVersion, packedBytes, now) is { } problem)
        {
            throw new ArchiveRefusedException(problem);
        }

        var tables = ArchiveTables.All.Select(table => table.Part).ToHashSet(StringComparer.Ordinal);
        foreach (var part in manifest.Parts)
        {
            if (part.Rows is null ? !IsFile(part.Name) : !tables.Contains(part.Name))
            {
                throw new ArchiveRefusedException("The manifest lists a part that no archive has.");
            }

            if (!entries.ContainsKey(part.Name))
            {
                throw new ArchiveRefusedException($"{part.Name} is missing from the archive.");
            }
        }

        if (entries.Count != manifest.Parts.Count + 1)
        {
            throw new ArchiveRefusedException("There is something in the archive that its manifest does not list.");
        }

        // An older program had fewer tables; those are empty then.
        if (manifest.SchemaVersion == schemaVersion && tables.Except(manifest.Parts.Select(part => part.Name)).FirstOrDefault() is { } missing)
        {
            throw new ArchiveRefusedException($"{missing} is missing from the archive.");
        }
    }

    private ArchiveManifest ReadManifest()
    {
        if (!entries.TryGetValue(ArchiveManifest.Name, out var entry))
        {
            throw new ArchiveRefusedException($"There is no {ArchiveManifest.Name} in the archive. It is written last: the file is another archive, or was cut off.");
        }

        var buffer = new byte[MostManifestBytes + 1];
        using var content = entry.Open();
        var read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        try
        {
            var found = read > MostManifestBytes ? null : StoredJson.Read<ArchiveManifest>(Encoding.UTF8.GetString(buffer, 0, read));
            return found is { Parts: { } parts } && !parts.Any(part => part is null) ? found : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new ArchiveRefusedException($"{ArchiveManifest.Name} cannot be read; have the archive made anew.");
        }
    }

    private static object?[] Row(ArchiveTable table, long number, ReadOnlyMemory<byte> line)
    {
        ArchiveRefusedException Refused(string why) => new($"{table.Part}, line {number}: {why}");
        var values = new object?[table.Carried.Count];
        var given = new bool[values.Length];
        try
        {
            using var document = JsonDocument.Parse(line, LineOptions);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Refused("it is no JSON object.");
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!table.Members.TryGetValue(member.Name, out var i))
                {
                    throw Refused("it has a member that is not known.");
                }

                if (given[i] || !ArchiveValue.TryRead(member.Value, table.Carried[i], out values[i]))
                {
                    throw Refused(given[i] ? $"{member.Name} is given twice." : $"{member.Name} is not what belongs there.");
                }

                given[i] = true;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Refused($"it is no JSON, or nested more than {MostDepth} levels deep.");
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is null && !table.Carried[i].IsNullable)
            {
                throw Refused($"{table.Carried[i].Member} is missing.");
            }
        }

        return values;
    }

    private DeclaredContent Content(ArchivePart part)
    {
        try
        {
            return new DeclaredContent(entries[part.Name].Open(), part);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new ArchiveRefusedException(Damaged);
        }
    }

    private static bool IsFile(string name) =>
        name.StartsWith(WriteArchiveHandler.StoryboardFolder, StringComparison.Ordinal)
        && Guid.TryParseExact(name.AsSpan(WriteArchiveHandler.StoryboardFolder.Length), "D", out var id)
        && name == $"{WriteArchiveHandler.StoryboardFolder}{id:D}";

    private static bool IsDamage(Exception exception) => exception is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException;

    /// <summary>An entry that may have no more bytes than were declared, and at its end must have all of them, with the hash declared.</summary>
    private sealed class DeclaredContent(Stream content, ArchivePart part) : Stream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = content.Read(buffer);
            bytes += read;
            if (bytes > part.Bytes)
            {
                throw new ArchiveRefusedException($"{part.Name} is larger than the manifest says.");
            }

            hash.AppendData(buffer[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public void End()
        {
            if (bytes != part.Bytes || Convert.ToHexStringLower(hash.GetHashAndReset()) != part.Sha256)
            {
                throw new ArchiveRefusedException($"{part.Name} is not what the manifest says; the archive was damaged or changed.");
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                content.Dispose();
                hash.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>The lines of a part, one at a time; memory is bounded by the longest, which is capped.</summary>
internal sealed class ArchiveLines(Stream content, int mostBytes)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private bool ended;

    /// <returns>Good until the next call; null at the end.</returns>
    public ReadOnlyMemory<byte>? Next()
    {
        var searched = 0;
        while (true)
        {
            var line = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (line >= 0)
            {
                var found = buffer.AsMemory(start, searched + line);
                start += searched + line + 1;
                return found;
            }

            searched = end - start;
            if (ended)
            {
                return searched == 0 ? null : throw new ArchiveRefusedException("The last line of a part does not end; the archive was cut off.");
            }

            More();
        }
    }

    private void More()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            if (buffer.Length >= mostBytes)
            {
                throw new ArchiveRefusedException($"A line of the archive has more than {mostBytes / 1024 / 1024} MB, which nothing in it needs.");
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var read = content.Read(buffer, end, buffer.Length - end);
        ended = read == 0;
        end += read;
    }
}
