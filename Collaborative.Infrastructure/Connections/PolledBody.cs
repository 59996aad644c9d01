using System.Globalization;
using Collaborative.Domain.Connections;

namespace Collaborative.Infrastructure.Connections;

/// <summary>What a partner answers, read as one file while it comes. The pages of a FHIR search follow each other, each a bundle of its own.</summary>
internal sealed class PolledBody : Stream
{
    /// <summary>What one partner has for one collaborative is far less; more is a mistake or an attack.</summary>
    public const int MostPages = 1000;

    private const string OperationOutcome = "OperationOutcome";

    private readonly string origin;
    private readonly bool hasPages;
    private readonly PollPatience patience;
    private readonly Func<Uri, CancellationToken, Task<HttpResponseMessage>> next;
    private readonly Func<CancellationToken, Task> alive;
    private readonly HashSet<string> seen;
    private HttpResponseMessage response;
    private Uri page;
    private Stream? content;
    private BundleLinks links = new();
    private byte[] held = [];
    private bool isOver;

    /// <param name="first">The answer that has begun.</param>
    /// <param name="next">Asks for another page.</param>
    /// <param name="alive">Told whenever something has come.</param>
    public PolledBody(
        HttpResponseMessage first, Uri url, bool hasPages, PollPatience patience, Func<Uri, CancellationToken, Task<HttpResponseMessage>> next, Func<CancellationToken, Task> alive)
    {
        (response, page, this.hasPages, this.patience, this.next, this.alive) = (first, url, hasPages, patience, next, alive);
        origin = ConnectionSecrets.Origin(url.AbsoluteUri);
        seen = [url.AbsoluteUri];
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="BrokenOffException">The partner stopped in the middle.</exception>
    /// <exception cref="PollFailedException">What comes cannot be taken.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!isOver)
        {
            if (held.Length > 0)
            {
                var given = Math.Min(held.Length, buffer.Length);
                held.AsSpan(0, given).CopyTo(buffer.Span);
                held = held[given..];
                return given;
            }

            var read = await Receive(buffer, cancellationToken);
            await alive(cancellationToken);
            if (hasPages)
            {
                links.Watch(buffer.Span[..read], isLast: read == 0);
            }

            if (read > 0)
            {
                return read;
            }

            isOver = !hasPages || !await TurnPage(cancellationToken);
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
            content?.Dispose();
            response.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> Receive(Memory<byte> buffer, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(patience.Bytes);
        try
        {
            content ??= await response.Content.ReadAsStreamAsync(deadline.Token);
            return await content.ReadAsync(buffer, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenOffException("The partner stopped in the middle of its answer and sent nothing more.");
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw new BrokenOffException("The partner broke off in the middle of its answer.");
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or InvalidOperationException)
        {
            throw new PollFailedException("The partner's answer is compressed, and cannot be unpacked.");
        }
    }

    /// <summary>Goes on with the next page, if there is one.</summary>
    private async Task<bool> TurnPage(CancellationToken cancellation)
    {
        if (links.Type == OperationOutcome)
        {
            throw new PollFailedException("The partner answered with an OperationOutcome, which tells of an error, instead of reports. Ask the partner what is wrong with the request.");
        }

        if (links.IsBroken)
        {
            throw new PollFailedException("The partner's answer is not JSON as it should be, or ends in the middle.");
        }

        if (links.Next is not { } written)
        {
            return false;
        }

        if (!Uri.TryCreate(page, written, out var address))
        {
            throw new PollFailedException("The partner's answer names a next page that is no address.");
        }

        if (ConnectionSecrets.Origin(address.AbsoluteUri) != origin)
        {
            throw new PollFailedException("The partner's answer names a next page on another server. It was not asked for, so that the credentials go nowhere else; the partner must give the pages under the address that is entered here.");
        }

        if (!seen.Add(address.AbsoluteUri))
        {
            throw new PollFailedException("The pages of the partner's answer go round in a circle.");
        }

        if (seen.Count > MostPages)
        {
            throw new PollFailedException(string.Create(CultureInfo.InvariantCulture, $"The partner's answer has more than {MostPages} pages. Narrow the search, for example to the reports of the last months."));
        }

        content!.Dispose();
        response.Dispose();
        response = await next(address, cancellation);
        (page, content, links) = (address, null, new BundleLinks());
        held = await Begin(cancellation);
        return true;
    }

    /// <summary>The first bytes of a further page: a line break between it and the one before, and no byte order mark in the middle of the file.</summary>
    private async Task<byte[]> Begin(CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        var filled = 0;
        while (filled < BundleLinks.Mark.Length && await Receive(buffer.AsMemory(filled), cancellation) is var read and > 0)
        {
            filled += read;
        }

        var begin = buffer.AsSpan(0, filled);
        links.Watch(begin, isLast: false);
        return [(byte)'\n', .. begin.StartsWith(BundleLinks.Mark) ? begin[BundleLinks.Mark.Length..] : begin];
    }
}
