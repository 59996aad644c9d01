namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>A part of an archive that must be, once read to its end, what the archive's directory says: a digit that changed on the way is otherwise a good digit.</summary>
/// <remarks>PKWARE APPNOTE 4.4.7: CRC-32 with the polynomial 0xEDB88320. The library that unpacks the part does not look at it.</remarks>
internal sealed class CheckedPart(Stream source, uint expected) : Stream
{
    private static readonly uint[] Table = MakeTable();

    private uint sum = uint.MaxValue;

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

    /// <exception cref="InvalidDataException">The part has ended, and it is not what it should be.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        var value = sum;
        foreach (var one in buffer[..read])
        {
            value = Table[(byte)(value ^ one)] ^ (value >> 8);
        }

        sum = value;
        return read > 0 || buffer.IsEmpty || ~sum == expected ? read : throw new InvalidDataException("The checksum of a part is wrong.");
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

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
            }

            table[i] = value;
        }

        return table;
    }
}
