using System.IO.Pipelines;

namespace Collaborative.Api.Imports;

/// <summary>Lets a handler that reads the database synchronously write a long response: what it writes goes to the client when it has come to much.</summary>
internal sealed class BufferedResponse(Stream output) : Stream
{
    private const int Much = 256 * 1024;

    private readonly PipeWriter writer = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
    private int waiting;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(writer.GetSpan(buffer.Length));
        writer.Advance(buffer.Length);
        waiting += buffer.Length;
        if (waiting > Much)
        {
            waiting = 0;
            writer.FlushAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await writer.CompleteAsync();
        await base.DisposeAsync();
    }
}
