using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Archives;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.Archives;

/// <summary>Writes an archive as it reads: one look at the database, one entry after the other, nothing held but the row in hand.</summary>
internal sealed class WriteArchiveHandler(IDatabase database, TimeProvider clock) : IRequestHandler<WriteArchive, Outcome<ArchiveManifest>>
{
    public const string StoryboardFolder = "storyboards/";

    internal static readonly SqlText Storyboards =
        """
        SELECT p.FileId, p.Content
        FROM StoryboardPart p
        WHERE p.FileId IN (
            SELECT f.Id FROM StoryboardFile f JOIN LearningSession s ON s.Id = f.SessionId WHERE s.CollaborativeId = @collaborativeId AND f.StoryboardRevision IS NOT NULL)
        ORDER BY p.FileId, p.Part
        """;

    // No row where nothing is known yet.
    internal static readonly SqlText LastKnown = new(
        "SELECT h.RecordedAt FROM HistoryEntry h WHERE h.CollaborativeId = @collaborativeId ORDER BY h.RecordedAt DESC LIMIT 1",
        "SELECT TOP (1) h.RecordedAt FROM HistoryEntry h WHERE h.CollaborativeId = @collaborativeId ORDER BY h.RecordedAt DESC");

    public async Task<Outcome<ArchiveManifest>> Handle(WriteArchive request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<ArchiveManifest>>(
            async session =>
            {
                var parameters = new { collaborativeId = request.CollaborativeId };
                if (await Snapshot.Load(session, request.CollaborativeId, null, cancellationToken) is not { } snapshot)
                {
                    return Problem.NotFound;
                }

                using var parts = new Parts(request.Output, snapshot.At);
                foreach (var table in ArchiveTables.All)
                {
                    var rows = 0L;
                    using var entry = parts.Begin(table.Part, CompressionLevel.Fastest);
                    using (var lines = new Lines(table, entry))
                    {
                        await session.Read(
                            table.Select,
                            parameters,
                            row =>
                            {
                                rows++;
                                lines.Write(row);
                            },
                            cancellationToken);
                    }

                    entry.End(rows);
                }

                // An import that took nothing is known of, and changed nothing.
                var known = await session.First<DateTimeOffset?>(LastKnown, parameters, cancellationToken);
                Entry? file = null;
                var fileId = Guid.Empty;
                await session.Read(
                    Storyboards,
                    parameters,
                    row =>
                    {
                        if (Binding.Guid(row.GetValue(0)) is var id && (file is null || id != fileId))
                        {
                            file?.End(null);
                            fileId = id;
                            file = parts.Begin($"{StoryboardFolder}{id:D}", CompressionLevel.NoCompression);
                        }

                        file.Write((byte[])row.GetValue(1));
                    },
                    cancellationToken);
                file?.End(null);
                return parts.End(new ArchiveManifest
                {
                    Format = ArchiveRules.Format,
                    Version = ArchiveRules.Version,
                    MadeAt = clock.NowToMillisecond(),
                    Program = request.Program,
                    SchemaVersion = Migrator.Scripts(database.Engine)[^1].Version,
                    Collaborative = snapshot.Collaborative.Code,
                    AsOf = known > snapshot.At ? known.Value : snapshot.At,
                });
            },
            cancellationToken);

    /// <summary>The entries of the archive, and what the manifest will say of them.</summary>
    private sealed class Parts(Stream output, DateTimeOffset at) : IDisposable
    {
        private readonly ZipArchive zip = new(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        private readonly List<ArchivePart> written = [];

        public Entry Begin(string name, CompressionLevel level) => new(name, Open(name, level), written);

        public ArchiveManifest End(ArchiveManifest manifest)
        {
            manifest = manifest with { Parts = written };
            using var entry = Open(ArchiveManifest.Name, CompressionLevel.Fastest);
            entry.Write(Encoding.UTF8.GetBytes(StoredJson.Write(manifest)));
            return manifest;
        }

        public void Dispose() => zip.Dispose();

        private Stream Open(string name, CompressionLevel level)
        {
            var entry = zip.CreateEntry(name, level);
            entry.LastWriteTime = at;
            return entry.Open();
        }
    }

    /// <summary>One entry: counted and hashed as it is written.</summary>
    private sealed class Entry(string name, Stream content, List<ArchivePart> written) : IDisposable
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long bytes;

        public void Write(ReadOnlySpan<byte> piece)
        {
            bytes += piece.Length;
            hash.AppendData(piece);
            content.Write(piece);
        }

        public void End(long? rows)
        {
            content.Dispose();
            written.Add(new ArchivePart(name, rows, bytes, Convert.ToHexStringLower(hash.GetHashAndReset())));
            hash.Dispose();
        }

        public void Dispose()
        {
            content.Dispose();
            hash.Dispose();
        }
    }

    /// <summary>The rows of one table, each a line of JSON. Members that are null are left out.</summary>
    private sealed class Lines : IDisposable
    {
        private const int Gathered = 64 * 1024;

        private readonly ArchiveTable table;
        private readonly Entry entry;
        private readonly MemoryStream buffer = new();
        private readonly Utf8JsonWriter json;

        public Lines(ArchiveTable table, Entry entry)
        {
            this.table = table;
            this.entry = entry;
            json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        }

        public void Write(System.Data.Common.DbDataReader row)
        {
            json.WriteStartObject();
            for (var i = 0; i < table.Carried.Count; i++)
            {
                var column = table.Carried[i];
                if (ArchiveValue.Read(row, i, column.Kind) is { } value)
                {
                    json.WritePropertyName(column.Member);
                    ArchiveValue.Write(json, value, column.Kind);
                }
            }

            json.WriteEndObject();
            json.Flush();
            json.Reset();
            buffer.WriteByte((byte)'\n');
            if (buffer.Length > Gathered)
            {
                WriteOut();
            }
        }

        public void Dispose()
        {
            WriteOut();
            json.Dispose();
            buffer.Dispose();
        }

        private void WriteOut()
        {
            entry.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            buffer.SetLength(0);
        }
    }
}
