namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>XML as it comes in, with a bound on the text between two tags: a reader keeps each such text whole, and so must not be given an endless one.</summary>
internal sealed class BoundedMarkup(Stream source, long mostBytes) : Stream
{
    private const int MostBetweenTags = 1024 * 1024;

    private long taken;
    private int sinceTag;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        taken += read;
        var last = buffer[..read].LastIndexOf((byte)'>');
        if (last < 0)
        {
            sinceTag += read;
        }
        else
        {
            // What stands before the last tag was bounded by the buffer, which is far smaller.
            sinceTag = read - last;
        }

        return sinceTag > MostBetweenTags
            ? throw new UnreadableFileException("There is more than 1 MB between two tags; no report has that.")
            : taken > mostBytes ? throw new UnreadableFileException($"The content is larger than {mostBytes / 1024 / 1024} MB.") : read;
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
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
