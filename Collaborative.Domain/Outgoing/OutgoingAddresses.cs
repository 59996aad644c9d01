using System.Net;
using System.Net.Sockets;

namespace Collaborative.Domain.Outgoing;

/// <summary>
/// Which addresses this server may call for somebody else: those that are reachable from anywhere, and what an administrator
/// listed. Without that, whoever may enter an address could look through this server into the network that it stands in.
/// </summary>
public sealed class OutgoingAddresses
{
    public const int UrlLength = 2000;

    // What is not globally reachable by the IANA special-purpose address registries (RFC 6890 and its updates), and multicast.
    private static readonly IPNetwork[] NotPublicV4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("240.0.0.0/4"),
    ];

    // Only 2000::/3 is given out for use everywhere (RFC 4291); these parts of it are not, or hold an IPv4 address inside.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublicV6 =
    [
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("3fff::/20"),
    ];

    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IPNetwork> networks = [];

    /// <param name="allowed">Host names, addresses and networks (<c>10.1.0.0/16</c>) that may be called although they are private, also without TLS.</param>
    /// <exception cref="FormatException">An entry is none of them.</exception>
    public OutgoingAddresses(IEnumerable<string> allowed)
    {
        foreach (var entry in allowed.Select(entry => entry.Trim()).Where(entry => entry.Length > 0))
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                address = Plain(address);
                networks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            }
            else if (IPNetwork.TryParse(entry, out var network))
            {
                networks.Add(network);
            }
            else if (Uri.CheckHostName(entry) == UriHostNameType.Dns)
            {
                names.Add(entry.TrimEnd('.'));
            }
            else
            {
                throw new FormatException($"{entry} is neither a host name nor an address nor a network like 10.1.0.0/16.");
            }
        }
    }

    /// <summary>What an address looks like that can be called at all.</summary>
    public static IEnumerable<FieldError> CheckShape(string? url, string pointer)
    {
        if (string.IsNullOrWhiteSpace(url))
        {
            yield return new FieldError(pointer, "required", "Give the address to call, like https://ehr.example.org/reports.");
        }
        else if (url.Length > UrlLength)
        {
            yield return new FieldError(pointer, "tooLong", $"Keep the address within {UrlLength} characters; it has {url.Length}.");
        }
        else if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.Host.Length == 0 || url.Any(char.IsControl))
        {
            yield return new FieldError(pointer, "format", "Give a whole address that begins with https://, like https://ehr.example.org/reports.");
        }
        else if (parsed.UserInfo.Length > 0)
        {
            yield return new FieldError(pointer, "credentials", "Take the user name and password out of the address; they have members of their own.");
        }
        else if (parsed.Fragment.Length > 0)
        {
            yield return new FieldError(pointer, "format", "Take out the part from # on; it never reaches the other server.");
        }
    }

    /// <summary>What can be said about an address before its name is looked up; null when nothing is wrong with it.</summary>
    public string? WhyNot(Uri url)
    {
        var host = HostOf(url);
        var literal = IPAddress.TryParse(host, out var address) ? address : null;
        if (literal is not null && !MayCall(host, literal))
        {
            return Private(host);
        }

        return url.Scheme == Uri.UriSchemeHttps || IsListed(host, literal)
            ? null
            : $"{host} can only be called by https. An administrator can list it in Outgoing:AllowedHosts to call it without.";
    }

    /// <summary>Whether a host may be called at the address that its name stands for.</summary>
    public bool MayCall(string host, IPAddress address) => IsListed(host, address) || IsPublic(address);

    /// <summary>The sentence for a host that stands in a private network.</summary>
    public static string Private(string host) =>
        $"{host} is in a private network, which this server does not call for anybody. An administrator can list it in Outgoing:AllowedHosts.";

    /// <summary>Whether an address can be reached from anywhere, and so shows nothing that is not open to all.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        return plain.AddressFamily switch
        {
            AddressFamily.InterNetwork => !NotPublicV4.Any(network => network.Contains(plain)),
            AddressFamily.InterNetworkV6 => GlobalUnicast.Contains(plain) && !NotPublicV6.Any(network => network.Contains(plain)),
            _ => false,
        };
    }

    /// <summary>The host as it is looked up: without brackets, and without the dot that ends a full name.</summary>
    public static string HostOf(Uri url) => url.IdnHost.TrimEnd('.');

    private bool IsListed(string host, IPAddress? address) =>
        names.Contains(host) || (address is not null && networks.Any(network => network.Contains(Plain(address))));

    // ::ffff:10.0.0.1 is 10.0.0.1.
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
