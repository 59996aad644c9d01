using Collaborative.Domain.Access;

namespace Collaborative.Domain.Imports;

/// <summary>Opens an upload that comes in pieces and may be broken off and gone on with.</summary>
/// <param name="Bytes">How large the whole file will be.</param>
public sealed record OpenUpload(Viewer Viewer, Guid CollaborativeId, ImportOptions Options, FileFamily? Family, long Bytes, string Fingerprint) : ICommand<StartedImport>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => new BeginImport(Viewer, CollaborativeId, Options, Family, default).ShapeErrors()
        .Concat(Bytes < 1 ? [new FieldError("Upload-Length", "range", "Say how many bytes the file has, 1 or more.")] : []);
}

/// <summary>Keeps the next piece of an upload; it is durable once this is answered.</summary>
/// <param name="KeyId">The key that sends the piece: nobody goes on with the upload of another.</param>
/// <param name="Offset">Where the piece begins; anything but the end of what is there is refused.</param>
public sealed record AppendUpload(Guid KeyId, Guid CollaborativeId, Guid ImportId, long Offset, byte[] Content) : ICommand<UploadView>;

/// <summary>How far an upload in pieces has come.</summary>
public sealed record UploadView(long Offset, long Length);

/// <summary>Works out the hash of what was uploaded.</summary>
public sealed record HashUpload(Guid CollaborativeId, Guid ImportId) : IQuery<string>;

/// <summary>All pieces are there: the file is judged by its beginning, and the job may be taken up.</summary>
public sealed record QueueUpload(Viewer Viewer, Guid CollaborativeId, Guid ImportId, string ContentHash) : ICommand<ImportView>;
