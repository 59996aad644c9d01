using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Imports;

/// <summary>The uploaded file for those who must jump about in it, as readers of ZIP archives do; two parts are in memory at a time.</summary>
internal sealed class ImportBodyFile : Stream
{
    internal static readonly SqlText Sizes = new(
        "SELECT b.Part, LENGTH(b.Content) AS Bytes FROM ImportBody b WHERE b.ImportId = @importId AND b.Part < @before ORDER BY b.Part",
        "SELECT b.Part, CAST(DATALENGTH(b.Content) AS INT) AS Bytes FROM ImportBody b WHERE b.ImportId = @importId AND b.Part < @before ORDER BY b.Part");

    private readonly IDatabase database;
    private readonly Guid importId;
    private readonly int[] parts;

    /// <summary>Where each part begins, and behind them where the last one ends.</summary>
    private readonly long[] starts;

    private (int Index, byte[] Content) current = (-1, []);
    private (int Index, byte[] Content) before = (-1, []);

    public ImportBodyFile(IDatabase database, Guid importId, int firstOfTranscript)
    {
        this.database = database;
        this.importId = importId;
        var sizes = Read(session => session.Query<PartSize>(Sizes, new { importId, before = firstOfTranscript }, CancellationToken.None));
        parts = [.. sizes.Select(size => size.Part)];
        starts = new long[sizes.Count + 1];
        for (var i = 0; i < sizes.Count; i++)
        {
            starts[i + 1] = starts[i] + sizes[i].Bytes;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => starts[^1];

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        var found = Array.BinarySearch(starts, Position);
        var index = found >= 0 ? found : ~found - 1;
        var content = Part(index);
        var offset = (int)(Position - starts[index]);
        var taken = Math.Min(buffer.Length, content.Length - offset);
        content.AsSpan(offset, taken).CopyTo(buffer);
        Position += taken;
        return taken;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private byte[] Part(int index)
    {
        if (index == before.Index)
        {
            (current, before) = (before, current);
        }
        else if (index != current.Index)
        {
            before = current;
            current = (index, Read(session => session.First<byte[]>(ImportBodyStream.Part, new { importId, part = parts[index] }, CancellationToken.None)) ?? []);
        }

        return current.Content;
    }

    private T Read<T>(Func<Session, Task<T>> look) => database.Read(look, CancellationToken.None).GetAwaiter().GetResult();

    private sealed record PartSize
    {
        public int Part { get; init; }

        public int Bytes { get; init; }
    }
}
