using System.Security.Cryptography;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports.Formats;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Imports;

/// <summary>Uploads in pieces: what was acknowledged is durable, and where the upload stands is the size of what is there.</summary>
internal sealed class UploadInPiecesHandlers(UnitOfWork unitOfWork, ImportEnds ends, TimeProvider clock) :
    IRequestHandler<OpenUpload, Outcome<StartedImport>>,
    IRequestHandler<AppendUpload, Outcome<UploadView>>,
    IRequestHandler<QueueUpload, Outcome<ImportView>>
{
    /// <summary>An upload that nobody goes on with for so long is thrown away.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromHours(24);

    /// <summary>What is not known before the file's beginning is there.</summary>
    private const string FormatUnknown = "unknown";

    /// <summary>Pieces this small would fill the table of parts before the file is whole.</summary>
    private const int MostPieces = 100_000;

    internal static readonly SqlText Insert =
        """
        INSERT INTO ImportJob (Id, CollaborativeId, State, Format, IsDryRun, CreateTeams, Reason, ContentHash, TotalBytes, DoneBytes, Stage, NextRow, NextTeamKey,
            AcceptedRows, UnchangedRows, WarnedRows, RejectedRows, CreatedTeams, Failure, Fence, LeaseUntil, ApiKeyId, CreatedBy, CreatedAt, StartedAt, EndedAt,
            MeasureCode, ProfileCode, IsAtomic, UploadBytes, Family)
        VALUES (@id, @collaborativeId, 'uploading', @format, @dryRun, @createTeams, @reason, NULL, @bytes, 0, 'rows', 1, NULL,
            0, 0, 0, 0, 0, NULL, 0, @until, @keyId, @createdBy, @now, NULL, NULL, @measure, @profile, @atomic, @bytes, @family)
        """;

    internal static readonly SqlText Move =
        "UPDATE ImportJob SET DoneBytes = DoneBytes + @count, LeaseUntil = @until WHERE Id = @importId AND State = 'uploading' AND DoneBytes = @offset AND DoneBytes + @count <= UploadBytes";

    internal static readonly SqlText NextPart = "SELECT COALESCE(MAX(b.Part) + 1, 0) FROM ImportBody b WHERE b.ImportId = @importId";

    internal static readonly SqlText FirstParts = new(
        "SELECT b.Content FROM ImportBody b WHERE b.ImportId = @importId ORDER BY b.Part LIMIT @take",
        "SELECT TOP (@take) b.Content FROM ImportBody b WHERE b.ImportId = @importId ORDER BY b.Part");

    internal static readonly SqlText Queue =
        """
        UPDATE ImportJob SET State = 'queued', LeaseUntil = NULL, ContentHash = @contentHash, DoneBytes = 0, Format = @format, Stage = @stage, MeasureCode = @measure
        WHERE Id = @importId AND State = 'uploading' AND DoneBytes = UploadBytes
        """;

    internal static readonly SqlText Refuse =
        "UPDATE ImportJob SET State = 'failed', EndedAt = @now, LeaseUntil = NULL, Failure = @failure, FailureCode = @code WHERE Id = @importId AND State = 'uploading'";

    internal static readonly SqlText DropParts = "DELETE FROM ImportBody WHERE ImportId = @importId";

    public async Task<Outcome<StartedImport>> Handle(OpenUpload request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        var options = request.Options;
        if (options.CreateTeams && !AccessPolicy.MayCreateTeamsByImport(request.Viewer))
        {
            return new Problem(ProblemCode.Forbidden, "Your key may not make new teams; leave out createTeams, or ask your director.");
        }

        if (options.IdempotencyKey is { } keyText
            && await session.First<UploadHandlers.KeyRow>(UploadHandlers.FindKey, new { keyId = request.Viewer.KeyId, keyText }, cancellationToken) is { } known)
        {
            return known.Fingerprint == request.Fingerprint
                ? new StartedImport((await Load(session, request.CollaborativeId, known.ImportId, cancellationToken))!.View, IsReplay: true)
                : new Problem(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for something else; choose a new key.");
        }

        var now = clock.NowToMillisecond();
        var id = Guid.CreateVersion7(now);
        await session.Execute(
            Insert,
            new
            {
                id,
                collaborativeId = request.CollaborativeId,
                format = FormatUnknown,
                dryRun = options.DryRun,
                createTeams = options.CreateTeams,
                reason = Shape.Tidy(options.Reason),
                bytes = request.Bytes,
                until = now + Standstill,
                keyId = request.Viewer.KeyId,
                createdBy = request.Viewer.Name,
                now,
                measure = options.Measure,
                profile = options.Profile,
                atomic = options.Atomic,
                family = request.Family is { } family ? EnumText.Of(family) : null,
            },
            cancellationToken);
        if (options.IdempotencyKey is not null)
        {
            await session.Execute(
                UndoImportHandler.InsertKey,
                new { keyId = request.Viewer.KeyId, keyText = options.IdempotencyKey, fingerprint = request.Fingerprint, importId = id, now },
                cancellationToken);
        }

        return new StartedImport((await Load(session, request.CollaborativeId, id, cancellationToken))!.View, IsReplay: false);
    }

    public async Task<Outcome<UploadView>> Handle(AppendUpload request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        if ((await Load(session, request.CollaborativeId, request.ImportId, cancellationToken))!.ApiKeyId != request.KeyId)
        {
            return new Problem(ProblemCode.Forbidden, "Somebody else began this upload; only the same key goes on with it.");
        }

        var moved = await session.Execute(
            Move,
            new { importId = request.ImportId, offset = request.Offset, count = (long)request.Content.Length, until = clock.NowToMillisecond() + Standstill },
            cancellationToken);
        var job = (await Load(session, request.CollaborativeId, request.ImportId, cancellationToken))!;
        if (moved == 0)
        {
            return Refusal(job, request);
        }

        if (request.Content.Length > 0)
        {
            var part = await session.First<int>(NextPart, new { importId = request.ImportId }, cancellationToken);
            if (part >= MostPieces)
            {
                return new Problem(ProblemCode.TooLarge, $"The upload has {MostPieces} pieces already. Begin again with larger ones.");
            }

            await session.Execute(UploadHandlers.InsertPart, new { importId = request.ImportId, part, content = request.Content }, cancellationToken);
        }

        return job.View.Upload!;
    }

    public async Task<Outcome<ImportView>> Handle(QueueUpload request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        var job = (await Load(session, request.CollaborativeId, request.ImportId, cancellationToken))!;
        if (job.State != EnumText.Of(ImportState.Uploading))
        {
            // Another request that brought the last piece was faster.
            return job.View;
        }

        var options = new ImportOptions { Measure = job.MeasureCode, Profile = job.ProfileCode };
        FileFamily? family = job.Family is { } named ? EnumText.Parse<FileFamily>(named) : null;
        var recognised = ImportFormat.Recognise(family, await Head(session, request.ImportId, cancellationToken));
        var measure = recognised.Problem is { } problem ? problem : await UploadHandlers.Measure(session, request.CollaborativeId, options, recognised.Value, cancellationToken);
        if (measure.Problem is { } refusal)
        {
            // The job says what was wrong; of the file nothing is kept.
            await session.Execute(
                Refuse,
                new
                {
                    importId = request.ImportId,
                    now = clock.NowToMillisecond(),
                    failure = refusal.Detail,
                    code = refusal.Code == ProblemCode.PatientLevelData ? PatientLevelException.PatientCode : "unreadable",
                },
                cancellationToken);
            await session.Execute(DropParts, new { importId = request.ImportId }, cancellationToken);
            await ends.Note(session, request.ImportId, cancellationToken);
        }
        else
        {
            var format = recognised.Value.Format;
            await session.Execute(
                Queue,
                new
                {
                    importId = request.ImportId,
                    contentHash = request.ContentHash,
                    format = format.Name,
                    stage = format.IsLongForm ? ImportRun.RowsStage : ImportRun.TranscriptStage,
                    measure = measure.Value,
                },
                cancellationToken);
        }

        return (await Load(session, request.CollaborativeId, request.ImportId, cancellationToken))!.View;
    }

    private static async Task<byte[]> Head(Session session, Guid importId, CancellationToken cancellation)
    {
        const int Few = 64;
        var head = new MemoryStream();
        for (var take = 1; take <= Few; take *= Few)
        {
            head.SetLength(0);
            foreach (var part in await session.Query<byte[]>(FirstParts, new { importId, take }, cancellation))
            {
                head.Write(part, 0, Math.Min(part.Length, BeginImport.HeadBytes - (int)head.Length));
            }

            if (head.Length == BeginImport.HeadBytes)
            {
                break;
            }
        }

        return head.ToArray();
    }

    private static Problem Refusal(ImportRecord job, AppendUpload request) =>
        job.State != EnumText.Of(ImportState.Uploading) ? new Problem(ProblemCode.ImportEnded, "This is not an upload that can be gone on with.")
        : job.DoneBytes != request.Offset ? new Problem(ProblemCode.UploadOffset, $"The upload stands at {job.DoneBytes}; go on from there.")
        : new Problem(ProblemCode.TooLarge, $"The file was said to have {job.UploadBytes} bytes, and this piece would make it longer.");

    private static Task<ImportRecord?> Load(Session session, Guid collaborativeId, Guid importId, CancellationToken cancellation) =>
        session.First<ImportRecord>(UploadHandlers.Load, new { importId, collaborativeId }, cancellation);
}

internal sealed class HashUploadHandler(IDatabase database) : IRequestHandler<HashUpload, Outcome<string>>
{
    public async Task<Outcome<string>> Handle(HashUpload request, CancellationToken cancellationToken)
    {
        await using var body = new ImportBodyStream(database, request.ImportId);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = body.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
