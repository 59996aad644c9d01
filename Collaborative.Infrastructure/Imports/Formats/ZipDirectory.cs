using System.Buffers.Binary;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>The directory at the end of a ZIP archive, looked at before a library reads it.</summary>
internal static class ZipDirectory
{
    /// <returns>What is wrong with it; null when it is small and stands where it says.</returns>
    public static Fault? Check(Stream file, int mostEntries, int mostBytes)
    {
        // PKWARE APPNOTE 4.3.16: 22 bytes, and a comment of at most 65,535 behind them.
        const int EndRecord = 22;
        var tail = new byte[Math.Min(file.Length, EndRecord + ushort.MaxValue)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || at + EndRecord > tail.Length)
        {
            return Fault.Missing;
        }

        var end = tail.AsSpan(at);
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        var start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        file.Position = 0;
        return entries > mostEntries || size > mostBytes || start + (long)size != file.Length - tail.Length + at ? Fault.Odd : null;
    }

    internal enum Fault
    {
        /// <summary>There is none: it is no archive, or it was cut off.</summary>
        Missing,
        Odd,
    }
}
