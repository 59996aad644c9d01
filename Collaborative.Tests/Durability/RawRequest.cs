using System.Net.Sockets;
using System.Text;

namespace Collaborative.Tests.Durability;

/// <summary>A request sent byte by byte as a test likes, broken off included.</summary>
internal sealed class RawRequest : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public RawRequest(Uri address, string verb, string path, string token, params string[] headers)
    {
        socket.Connect(address.Host, address.Port);
        Send(Encoding.ASCII.GetBytes($"{verb} {path} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"));
    }

    /// <returns>False once the server takes no more.</returns>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[socket.Send(bytes)..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public bool SendChunk(ReadOnlySpan<byte> bytes) => Send([.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8]);

    /// <summary>All that the server answers until it closes the connection.</summary>
    public async Task<string> Answer()
    {
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) is var read and > 0)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // A server that has said what it had to say may reset a connection that goes on sending.
        }

        return answer.ToString();
    }

    /// <summary>Hangs up at once.</summary>
    public void BreakOff()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();
}
