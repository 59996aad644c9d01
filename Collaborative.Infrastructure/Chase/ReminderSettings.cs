using Collaborative.Domain.Chase;
using MailKit.Security;
using Microsoft.Extensions.Configuration;

namespace Collaborative.Infrastructure.Chase;

/// <summary>How reminders leave the house, as configured; nothing is sent unless something is.</summary>
internal sealed record ReminderSettings
{
    public ReminderChannel Channel { get; private init; }

    public SmtpSettings? Smtp { get; private init; }

    public WebhookSettings? Webhook { get; private init; }

    private string? PublicAddress { get; init; }

    /// <summary>Where people find the system; messages link to it.</summary>
    public string Address => PublicAddress ?? "";

    public string OptOutAddress(string token) => $"{PublicAddress}/opt-out/{token}";

    /// <exception cref="InvalidOperationException">The configuration contradicts itself or lacks something.</exception>
    public static ReminderSettings From(IConfiguration configuration)
    {
        var host = configuration["Reminders:Smtp:Host"];
        var url = configuration["Reminders:Webhook:Url"];
        var address = configuration["Server:PublicAddress"]?.TrimEnd('/');
        if (host is null && url is null)
        {
            return new ReminderSettings { PublicAddress = address };
        }

        if (host is not null && url is not null)
        {
            throw new InvalidOperationException("Reminders go out by Reminders:Smtp or by Reminders:Webhook; configure one of them.");
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException("Reminders need Server:PublicAddress, the address under which people reach this system, like https://collaborative.example.org.");
        }

        return host is not null
            ? new ReminderSettings { Channel = ReminderChannel.Smtp, PublicAddress = address, Smtp = SmtpSettings.Read(configuration, host) }
            : new ReminderSettings { Channel = ReminderChannel.Webhook, PublicAddress = address, Webhook = WebhookSettings.Read(configuration, url!) };
    }
}

internal sealed record SmtpSettings(string Host, int Port, SecureSocketOptions Tls, string From, string? User, string? Password)
{
    /// <summary>Submission (RFC 6409).</summary>
    private const int DefaultPort = 587;

    public static SmtpSettings Read(IConfiguration configuration, string host)
    {
        var section = configuration.GetSection("Reminders:Smtp");
        var from = section["From"];
        if (from is null || !MimeKit.MailboxAddress.TryParse(from, out _))
        {
            throw new InvalidOperationException("Reminders:Smtp:From must be the address that reminders come from, like collaborative@example.org.");
        }

        var tls = section["Tls"] switch
        {
            null or "auto" => SecureSocketOptions.Auto,
            "none" => SecureSocketOptions.None,
            "startTls" => SecureSocketOptions.StartTls,
            "implicit" => SecureSocketOptions.SslOnConnect,
            var other => throw new InvalidOperationException($"Reminders:Smtp:Tls is {other}; it must be auto, none, startTls or implicit."),
        };
        return new SmtpSettings(host, section.GetValue("Port", DefaultPort), tls, from, section["User"], section["Password"]);
    }
}

/// <param name="Secret">Signs what is sent, so that the receiver knows where it comes from.</param>
internal sealed record WebhookSettings(Uri Url, string? Secret)
{
    public static WebhookSettings Read(IConfiguration configuration, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
            ? new WebhookSettings(parsed!, configuration["Reminders:Webhook:Secret"])
            : throw new InvalidOperationException("Reminders:Webhook:Url must be an address like https://hooks.example.org/reminders.");
}
