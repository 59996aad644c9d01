using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Collaborative.Domain.Chase;
using Collaborative.Domain.Outgoing;
using Collaborative.Infrastructure.Outgoing;
using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace Collaborative.Infrastructure.Chase;

/// <summary>The receiver will never take the message; there is no use in trying again.</summary>
internal sealed class ReminderRefusedException(string reason) : Exception(reason);

/// <summary>The receiver cannot take the message now.</summary>
internal sealed class ReminderDelayedException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>The boundary to where reminders go; there are two ways out.</summary>
internal interface IReminderSender
{
    /// <exception cref="ReminderRefusedException">It will never be taken.</exception>
    /// <exception cref="ReminderDelayedException">It may be taken later, or it may have been taken: sending it again is safe.</exception>
    Task Send(TakenReminder reminder, string optOutAddress, CancellationToken cancellation);
}

/// <summary>One mail for each message, under an id that stays the same however often it is tried.</summary>
internal sealed class SmtpSender(SmtpSettings settings, string publicAddress) : IReminderSender
{
    public async Task Send(TakenReminder reminder, string optOutAddress, CancellationToken cancellation)
    {
        using var message = Message(reminder, optOutAddress);
        using var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, settings.Tls, cancellation);
            if (settings.User is not null)
            {
                await client.AuthenticateAsync(settings.User, settings.Password ?? "", cancellation);
            }

            await client.SendAsync(message, cancellation);
        }
        catch (SmtpCommandException refused) when ((int)refused.StatusCode >= 500 && refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
        {
            throw new ReminderRefusedException($"The mail server refuses it: {(int)refused.StatusCode}.");
        }
        catch (Exception failed) when (failed is SmtpCommandException or ProtocolException or IOException or SocketException or ServiceNotConnectedException or ServiceNotAuthenticatedException or MailKit.Security.AuthenticationException or MailKit.Security.SslHandshakeException)
        {
            throw new ReminderDelayedException($"The mail server does not take it now: {failed.GetType().Name}.", failed);
        }

        // It is accepted: how the connection ends is of no matter.
        try
        {
            await client.DisconnectAsync(quit: true, cancellation);
        }
        catch (Exception ended) when (ended is ProtocolException or IOException or SocketException or CommandException or ServiceNotConnectedException)
        {
        }
    }

    private MimeMessage Message(TakenReminder reminder, string optOutAddress)
    {
        var message = new MimeMessage { MessageId = $"{reminder.Id:N}@{new Uri(publicAddress).Host}", Date = reminder.CreatedAt, Subject = reminder.SubjectText };
        message.From.Add(MailboxAddress.Parse(settings.From));
        message.To.Add(new MailboxAddress(reminder.RecipientName, reminder.RecipientEmail));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");

        // Mail programs show a button for it and post without asking (RFC 8058).
        message.Headers.Add(HeaderId.ListUnsubscribe, $"<{optOutAddress}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        message.Body = new TextPart("plain") { Text = ReminderText.WithOptOut(reminder.BodyText, optOutAddress) };
        return message;
    }
}

/// <summary>
/// One POST for each message; whoever receives it knows a repeated one by its Idempotency-Key. Who configured the address runs this server,
/// so its host may be called wherever it is.
/// </summary>
internal sealed class WebhookSender(WebhookSettings settings) : IReminderSender, IDisposable
{
    public const string SignatureHeader = "X-Collaborative-Signature";

    private readonly OutgoingHttp http = new(new OutgoingAddresses([OutgoingAddresses.HostOf(settings.Url)]));

    public async Task Send(TakenReminder reminder, string optOutAddress, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                id = reminder.Id,
                collaborative = reminder.Collaborative,
                team = reminder.Team,
                kind = reminder.Kind,
                month = reminder.ReportMonth?.ToString(),
                dayOffset = reminder.DayOffset,
                member = reminder.Member,
                name = reminder.RecipientName,
                email = reminder.RecipientEmail,
                subject = reminder.SubjectText,
                body = ReminderText.WithOptOut(reminder.BodyText, optOutAddress),
                optOut = optOutAddress,
            },
            JsonSerializerOptions.Web);
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", reminder.Id.ToString("D"));
        if (settings.Secret is { } secret)
        {
            request.Headers.Add(SignatureHeader, $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}");
        }

        HttpStatusCode status;
        try
        {
            using var response = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            status = response.StatusCode;
        }
        catch (HttpRequestException failed)
        {
            throw new ReminderDelayedException($"The webhook does not answer: {failed.HttpRequestError}.", failed);
        }

        switch ((int)status)
        {
            case >= 200 and < 300:
                return;
            case 408 or 425 or 429 or >= 500:
                throw new ReminderDelayedException($"The webhook answered {(int)status}.");
            default:
                throw new ReminderRefusedException($"The webhook answered {(int)status}.");
        }
    }

    public void Dispose() => http.Dispose();
}
