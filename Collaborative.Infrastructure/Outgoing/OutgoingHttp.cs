using System.Net;
using System.Net.Sockets;
using Collaborative.Domain;
using Collaborative.Domain.Outgoing;
using Microsoft.Extensions.Configuration;

namespace Collaborative.Infrastructure.Outgoing;

/// <summary>The address may not be called; the message says why and what to do.</summary>
internal sealed class AddressNotAllowedException(string message) : Exception(message);

/// <summary>
/// The one way in which this server calls addresses that people entered. Each name is looked up once for each connection, all
/// that it stands for is checked, and what was checked is what is connected to, so that a name cannot change its meaning in
/// between. No redirect is followed, and no proxy asked, since either would go elsewhere unchecked.
/// </summary>
internal sealed class OutgoingHttp : IDisposable
{
    private readonly OutgoingAddresses addresses;

    public OutgoingHttp(OutgoingAddresses addresses)
    {
        this.addresses = addresses;
        Client = new HttpClient(new Guard(addresses, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxResponseHeadersLength = 64,

            // Of an answer that nobody reads.
            MaxResponseDrainSize = 64 * 1024,

            // A name is looked up again at least this often.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = Connect,
        }))
        {
            // Each caller has deadlines of its own.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Sends; throws <see cref="HttpRequestException"/> as any client does, and <see cref="AddressNotAllowedException"/> in it or bare.</summary>
    public HttpClient Client { get; }

    /// <exception cref="InvalidOperationException">What is configured is no list of hosts.</exception>
    public static OutgoingHttp From(IConfiguration configuration)
    {
        // One entry with commas, as an environment variable holds it, or a list, as a file does.
        var section = configuration.GetSection("Outgoing:AllowedHosts");
        var entries = section.Value?.Split(',') ?? section.Get<string[]>() ?? [];
        try
        {
            return new OutgoingHttp(new OutgoingAddresses(entries));
        }
        catch (FormatException wrong)
        {
            throw new InvalidOperationException($"Outgoing:AllowedHosts: {wrong.Message}");
        }
    }

    /// <summary>Why an address can never be called, before it is kept; null when it may be.</summary>
    public Problem? Refuse(Uri url) => addresses.WhyNot(url) is { } why ? new Problem(ProblemCode.AddressNotAllowed, why) : null;

    /// <summary>The sentence for a call that was refused by the guard, however deep it sits; null when something else went wrong.</summary>
    public static string? RefusalIn(Exception? exception)
    {
        while (exception is not null and not AddressNotAllowedException)
        {
            exception = exception.InnerException;
        }

        return exception?.Message;
    }

    public void Dispose() => Client.Dispose();

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host.Trim('[', ']').TrimEnd('.');
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation);
        if (found.Any(address => !addresses.MayCall(host, address)))
        {
            throw new AddressNotAllowedException(OutgoingAddresses.Private(host));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Guard(OutgoingAddresses addresses, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            addresses.WhyNot(request.RequestUri!) is { } why
                ? throw new AddressNotAllowedException(why)
                : base.SendAsync(request, cancellationToken);
    }
}
