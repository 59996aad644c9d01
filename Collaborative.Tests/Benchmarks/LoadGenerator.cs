using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Collaborative.Tests.Benchmarks;

/// <summary>One kept-alive connection that sends prepared bytes and reads one response: little work, so that the server is what is measured.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[64 * 1024];
    private int filled;

    public RawConnection(Uri address) => socket.Connect(address.Host, address.Port);

    /// <summary>The last response with its headers.</summary>
    public ReadOnlySpan<byte> Response => buffer.AsSpan(0, filled);

    public string Text => Encoding.UTF8.GetString(Response);

    public static byte[] Request(string method, string path, string token, string? json = null, params string[] headers)
    {
        var request = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n");
        foreach (var header in headers)
        {
            request.Append(header).Append("\r\n");
        }

        if (json is not null)
        {
            request.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n");
        }

        return Encoding.UTF8.GetBytes(request.Append("\r\n").Append(json).ToString());
    }

    /// <returns>The status.</returns>
    public int Send(ReadOnlySpan<byte> request)
    {
        while (!request.IsEmpty)
        {
            request = request[socket.Send(request)..];
        }

        filled = 0;
        while (!IsComplete())
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = socket.Receive(buffer.AsSpan(filled));
            filled += read > 0 ? read : throw new IOException("The server closed the connection.");
        }

        return Status();
    }

    /// <summary>Sends, and fails unless the status is the one expected.</summary>
    public void Expect(int status, ReadOnlySpan<byte> request)
    {
        if (Send(request) is var got && got != status)
        {
            throw new InvalidOperationException($"{got} instead of {status}: {Text}");
        }
    }

    public string? Header(string name)
    {
        var headers = Encoding.ASCII.GetString(Response[..Response.IndexOf("\r\n\r\n"u8)]);
        return headers.Split("\r\n").Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();
    }

    public void Dispose() => socket.Dispose();

    private int Status() => ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + buffer[11] - '0';

    private bool IsComplete()
    {
        var response = Response;
        var end = response.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        if (Status() is 304 or 204)
        {
            return true;
        }

        var headers = response[..(end + 2)];
        var length = headers.IndexOf("Content-Length: "u8);
        if (length < 0)
        {
            // Without a length the body comes in chunks, and what was asked for is always one response.
            return response.EndsWith("\r\n0\r\n\r\n"u8);
        }

        var digits = headers[(length + 16)..];
        return filled >= end + 4 + int.Parse(digits[..digits.IndexOf((byte)'\r')], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}

/// <param name="PerSecond">Answers in a second, all connections together.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
internal sealed record Load(double PerSecond, double Median, double P99)
{
    /// <summary>Each connection sends its next request as soon as it has the answer to the last.</summary>
    /// <param name="next">The next request, or null when there are no more; called from many threads.</param>
    public static Load Run(Uri address, int connections, TimeSpan time, int status, Func<byte[]?> next)
    {
        var latencies = new List<double>[connections];
        using var ready = new Barrier(connections + 1);
        long started = 0;
        Exception? failure = null;
        var threads = Enumerable.Range(0, connections).Select(i => new Thread(() =>
        {
            var mine = latencies[i] = new List<double>(100_000);
            ready.SignalAndWait();
            try
            {
                using var connection = new RawConnection(address);
                while (Stopwatch.GetElapsedTime(Volatile.Read(ref started)) < time && next() is { } request)
                {
                    var sent = Stopwatch.GetTimestamp();
                    connection.Expect(status, request);
                    mine.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        Volatile.Write(ref started, Stopwatch.GetTimestamp());
        ready.SignalAndWait();
        threads.ForEach(thread => thread.Join());
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (failure is not null)
        {
            throw new InvalidOperationException($"The load could not be run: {failure.Message}", failure);
        }

        var all = latencies.SelectMany(list => list).Order().ToArray();
        return new Load(all.Length / seconds, Quantile(all, 0.5), Quantile(all, 0.99));
    }

    public static double Quantile(IReadOnlyList<double> sorted, double share) => sorted[(int)Math.Min(sorted.Count - 1, Math.Floor(share * sorted.Count))];

    public static double Middle(IEnumerable<double> values) => Quantile([.. values.Order()], 0.5);
}
