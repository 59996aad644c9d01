using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Archives;
using MediatR;

namespace Collaborative.Api.Archives;

/// <summary>
/// An archive on its way in. What an archive is stands at its end, so it is kept in a temporary file until it is there as a
/// whole; the file has no name that outlives the process.
/// </summary>
internal sealed class ReceivedArchive : IDisposable
{
    private readonly FileStream file;
    private string contentHash = "";

    public ReceivedArchive()
    {
        file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"collaborative-{Path.GetRandomFileName()}"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, Options = FileOptions.DeleteOnClose });
        if (!OperatingSystem.IsWindows())
        {
            // The file lives on under its handle alone, and is gone with the process, however that ends.
            File.Delete(file.Name);
        }
    }

    /// <returns>False when there are more bytes than may be.</returns>
    public async Task<bool> Receive(Stream body, long mostBytes, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (file.Length + read > mostBytes)
            {
                return false;
            }

            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        contentHash = Convert.ToHexStringLower(hash.GetHashAndReset());
        return true;
    }

    /// <param name="code">Another code for the collaborative, to make a copy of it.</param>
    public async Task<Outcome<ImportedArchive>> Import(IMediator mediator, Viewer viewer, string? code, string? idempotencyKey, CancellationToken cancellation)
    {
        await file.FlushAsync(cancellation);
        var sound = await mediator.Send(new CheckArchive(file), cancellation);
        if (sound.Problem is { } problem)
        {
            return problem;
        }

        using var archive = sound.Value;
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"archive\n{code}\n{contentHash}")));
        return await mediator.Send(new ImportArchive(viewer, archive, code, idempotencyKey, fingerprint), cancellation);
    }

    public void Dispose() => file.Dispose();
}
