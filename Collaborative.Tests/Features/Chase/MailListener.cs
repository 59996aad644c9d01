using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Collaborative.Tests.Features.Chase;

/// <summary>A mail server of the test's own: it speaks as much SMTP (RFC 5321) as a client needs, and answers as it is told to.</summary>
public sealed class MailListener : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<MimeMessage> received = new();
    private readonly Task accepting;

    public MailListener()
    {
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Every message that was accepted, as often as it was.</summary>
    public IReadOnlyList<MimeMessage> Received => [.. received];

    /// <summary>What a receiver has in effect: it drops a message whose id it has seen.</summary>
    public IReadOnlyList<MimeMessage> Delivered => [.. received.DistinctBy(message => message.MessageId)];

    /// <summary>The answer to each message once it is there.</summary>
    public string AnswerToMessage { get; set; } = "250 OK";

    public string AnswerToRecipient { get; set; } = "250 OK";

    /// <summary>How often a message was offered, also those that were not accepted.</summary>
    public int Offered { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task Accept()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                talks.Add(Talk(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
        }

        await Task.WhenAll(talks);
    }

    private async Task Talk(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                await Say("220 test ready");
                while (await reader.ReadLineAsync(stop.Token) is { } line)
                {
                    switch (line.Split(' ', ':')[0].ToUpperInvariant())
                    {
                        case "EHLO":
                            await Say("250-test\r\n250-8BITMIME\r\n250 SIZE 1000000");
                            break;
                        case "MAIL":
                            Offered++;
                            await Say("250 OK");
                            break;
                        case "RCPT":
                            await Say(AnswerToRecipient);
                            break;
                        case "DATA":
                            await Say("354 go on");
                            var message = await Message(reader);
                            if (AnswerToMessage.StartsWith('2'))
                            {
                                received.Enqueue(message);
                            }

                            await Say(AnswerToMessage);
                            break;
                        case "QUIT":
                            await Say("221 bye");
                            return;
                        default:
                            await Say("250 OK");
                            break;
                    }
                }

                async Task Say(string answer) => await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"), stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
        }
    }

    private async Task<MimeMessage> Message(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(stop.Token) is { } line && line != ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(text.ToString())), stop.Token);
    }
}
