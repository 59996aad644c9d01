using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Imports;

/// <summary>The uploaded file, read part by part from where it is held, so that memory does not grow with the file.</summary>
/// <param name="firstPart">Where it begins: a transcript's parts stand behind those of the file.</param>
internal sealed class ImportBodyStream(IDatabase database, Guid importId, int firstPart = 0) : Stream
{
    internal static readonly SqlText Part = "SELECT b.Content FROM ImportBody b WHERE b.ImportId = @importId AND b.Part = @part";

    private byte[] current = [];
    private int offset;
    private int next = firstPart;
    private bool ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    /// <summary>How many bytes have been handed out.</summary>
    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Waits for the database: the CSV library reads synchronously, and the two lanes of the worker at most do so.</summary>
    public override int Read(Span<byte> buffer)
    {
        if (offset == current.Length && !ended)
        {
            current = database.Read(session => session.First<byte[]>(Part, new { importId, part = next++ }, CancellationToken.None), CancellationToken.None).GetAwaiter().GetResult() ?? [];
            offset = 0;
            ended = current.Length == 0;
        }

        var taken = Math.Min(buffer.Length, current.Length - offset);
        current.AsSpan(offset, taken).CopyTo(buffer);
        offset += taken;
        Position += taken;
        return taken;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A stream that tells how far it has been read.</summary>
internal sealed class Watched(Stream source, Action<long> told) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => source.CanSeek;

    public override bool CanWrite => false;

    public override long Length => source.Length;

    public override long Position
    {
        get => source.Position;
        set => source.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        told(source.Position);
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => source.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
