using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Archives;
using Collaborative.Infrastructure.Access;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Archives;

internal sealed class CheckArchiveHandler(IDatabase database, TimeProvider clock) : IRequestHandler<CheckArchive, Outcome<CheckedArchive>>
{
    public Task<Outcome<CheckedArchive>> Handle(CheckArchive request, CancellationToken cancellationToken)
    {
        ArchiveFile? archive = null;
        try
        {
            archive = ArchiveFile.Open(request.File, Migrator.Scripts(database.Engine)[^1].Version, clock.GetUtcNow());
            new ArchiveCheck(archive).Run(cancellationToken);
            return Task.FromResult<Outcome<CheckedArchive>>(archive);
        }
        catch (ArchiveRefusedException refused)
        {
            archive?.Dispose();
            return Task.FromResult<Outcome<CheckedArchive>>(refused.Problem);
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }
}

/// <summary>Writes a checked archive table by table, in one unit of work: the collaborative is there with everything, or not at all.</summary>
internal sealed class ImportArchiveHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<ImportArchive, Outcome<ImportedArchive>>
{
    /// <summary>Files are kept in parts of this size.</summary>
    public const int PieceBytes = 256 * 1024;

    private const string Authors = "Authors of an archive";

    internal static readonly SqlText CountById = "SELECT COUNT(*) FROM Collaborative c WHERE c.Id = @id";

    // The authors of posts and imports keep their names; their keys were keys to another server, and nobody has this one.
    internal static readonly SqlText InsertAuthors =
        """
        INSERT INTO ApiKey (Id, TokenHash, Role, CollaborativeId, Name, CreatedAt, ExpiresAt, RevokedAt, LastUsedAt)
        VALUES (@id, @tokenHash, @role, @collaborativeId, @name, @now, @now, @now, NULL)
        """;

    internal static readonly SqlText InsertPiece = "INSERT INTO StoryboardPart (FileId, Part, Content) VALUES (@fileId, @part, @content)";

    internal static readonly SqlText CountWithoutRevision =
        """
        SELECT COUNT(*)
        FROM Measure m
        JOIN Submission s ON s.MeasureId = m.Id
        WHERE m.CollaborativeId = @collaborativeId AND NOT EXISTS (
            SELECT 1 FROM SubmissionRevision r
            WHERE r.MeasureId = s.MeasureId AND r.TeamId = s.TeamId AND r.ReportMonth = s.ReportMonth AND r.Revision = s.Revision AND r.RecordedAt = s.RecordedAt)
        """;

    internal static readonly SqlText CountWithoutSubmission =
        """
        SELECT COUNT(*)
        FROM Measure m
        JOIN SubmissionRevision r ON r.MeasureId = m.Id
        WHERE m.CollaborativeId = @collaborativeId AND NOT EXISTS (
            SELECT 1 FROM Submission s WHERE s.MeasureId = r.MeasureId AND s.TeamId = r.TeamId AND s.ReportMonth = r.ReportMonth AND s.Revision >= r.Revision)
        """;

    public async Task<Outcome<ImportedArchive>> Handle(ImportArchive request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        if (request.IdempotencyKey is { } keyText
            && await session.First<UploadHandlers.KeyRow>(UploadHandlers.FindKey, new { keyId = request.Viewer.KeyId, keyText }, cancellationToken) is { } known)
        {
            return known.Fingerprint != request.Fingerprint
                ? new Problem(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for something else; choose a new key.")
                : new ImportedArchive((await Load(session, known.ImportId, cancellationToken))!.View, IsReplay: true);
        }

        try
        {
            var written = await Write(session, (ArchiveFile)request.Archive, request.Code, cancellationToken);
            if (written.Problem is { } problem)
            {
                return problem;
            }

            if (request.IdempotencyKey is not null)
            {
                await session.Execute(
                    UndoImportHandler.InsertKey,
                    new { keyId = request.Viewer.KeyId, keyText = request.IdempotencyKey, fingerprint = request.Fingerprint, importId = written.Value, now = clock.NowToMillisecond() },
                    cancellationToken);
            }

            return new ImportedArchive((await Load(session, written.Value, cancellationToken))!.View, IsReplay: false);
        }
        catch (ArchiveRefusedException refused)
        {
            return refused.Problem;
        }
    }

    private async Task<Outcome<Guid>> Write(Session session, ArchiveFile archive, string? newCode, CancellationToken cancellation)
    {
        var (_, collaborative) = archive.Rows(ArchiveTables.Collaborative).Single();
        var id = (Guid)collaborative[ArchiveTables.Collaborative.IndexOf("Id")]!;
        var code = newCode ?? (string)collaborative[ArchiveTables.Collaborative.IndexOf("Code")]!;
        if (newCode is null && await session.First<int>(CountById, new { id }, cancellation) > 0)
        {
            return new Problem(ProblemCode.CollaborativeThere, "The collaborative of this archive is here already. To have a copy of it beside it, give the copy a code of its own: ?code=…");
        }

        if (await session.First<Guid?>(CreateKeyHandler.FindCollaborative, new { codeKey = Code.KeyOf(code) }, cancellation) is not null)
        {
            return new Problem(ProblemCode.CollaborativeThere, $"There is a collaborative with the code {code} here already. Give this one another code: ?code=…");
        }

        var now = clock.NowToMillisecond();
        var ids = newCode is null ? null : new CopiedIds(archive.Ids, Guid.CreateVersion7(now));
        var target = new Target(session, archive, ids, code, Guid.CreateVersion7(now));
        id = ids?.Map(id) ?? id;
        foreach (var table in ArchiveTables.All)
        {
            await target.Write(table, cancellation);
            if (table == ArchiveTables.Collaborative)
            {
                await session.Execute(
                    InsertAuthors,
                    new { id = target.AuthorsId, tokenHash = ApiToken.Hash(ApiToken.Make()), role = EnumText.Of(Role.Member), collaborativeId = id, name = Authors, now },
                    cancellation);
            }
        }

        await target.WriteFiles(cancellation);
        return await session.First<int>(CountWithoutRevision, new { collaborativeId = id }, cancellation) > 0
            || await session.First<int>(CountWithoutSubmission, new { collaborativeId = id }, cancellation) > 0
            ? ArchiveRules.Unreadable("A figure of the archive is not the last of its revisions.")
            : id;
    }

    private static Task<CollaborativeRow?> Load(Session session, Guid collaborativeId, CancellationToken cancellation) =>
        session.First<CollaborativeRow>(GetCollaborativeHandler.Load, new { collaborativeId }, cancellation);

    /// <summary>Where the rows go to: as they are, or under the ids and the code of a copy.</summary>
    private sealed class Target(Session session, ArchiveFile archive, CopiedIds? ids, string code, Guid authorsId)
    {
        public Guid AuthorsId => authorsId;

        public async Task Write(ArchiveTable table, CancellationToken cancellation)
        {
            using var insert = session.PrepareMany(table.Insert, table.Name, [.. table.Columns.Select(column => ($"@{column.Name}", column.DbType, column.Name))]);
            var carried = table.Columns.Select(column => table.IndexOf(column.Name)).ToArray();
            var bound = new object?[table.Columns.Count];
            try
            {
                foreach (var (_, values) in archive.Rows(table))
                {
                    Mend(table, values);
                    for (var i = 0; i < bound.Length; i++)
                    {
                        bound[i] = carried[i] < 0 ? Own(table.Columns[i]) : Copied(table.Columns[i].Kind, values[carried[i]]);
                    }

                    insert.Bind(bound);
                    await insert.Execute(cancellation);
                }

                await insert.Flush(cancellation);
            }
            catch (Exception exception) when (Failures.Of(exception) == Failure.Concurrent)
            {
                throw new ArchiveRefusedException(table == ArchiveTables.Collaborative
                    ? new Problem(ProblemCode.CollaborativeThere, "The collaborative of this archive, or one with its code, has just been made here.")
                    : ArchiveRules.Unreadable($"{table.Part}: two rows are of the same thing, or one that is here already has the id of one of them."));
            }
        }

        public async Task WriteFiles(CancellationToken cancellation)
        {
            foreach (var (id, part) in archive.Files)
            {
                var number = 0;
                foreach (var content in archive.Pieces(part, PieceBytes))
                {
                    await session.Execute(InsertPiece, new { fileId = ids?.Map(id) ?? id, part = number++, content }, cancellation);
                }
            }
        }

        private object? Copied(ColumnKind kind, object? value) => (ids, kind, value) switch
        {
            ({ } copied, ColumnKind.Id, Guid id) => copied.Map(id),
            ({ } copied, ColumnKind.Json, string document) => copied.Map(document),

            // An address may be an id too: that of an import is.
            ({ } copied, ColumnKind.Text, string { Length: 36 } address) => copied.Map(address),
            _ => value,
        };

        /// <summary>What this server gives instead of what stayed behind.</summary>
        private object? Own(ArchiveColumn column) => column switch
        {
            { Name: "ApiKeyId" } => authorsId,
            { IsNullable: true } => null,
            { Kind: ColumnKind.Long } => 0L,
            _ => throw new InvalidOperationException($"There is nothing to put into {column.Name}."),
        };

        private void Mend(ArchiveTable table, object?[] values)
        {
            switch (table.Name)
            {
                case "Collaborative":
                    values[table.IndexOf("Code")] = code;
                    values[table.IndexOf("CodeKey")] = Code.KeyOf(code);
                    break;

                // Its file did not come along, so that nobody here can go on with it.
                case "ImportJob" when values[table.IndexOf("EndedAt")] is null:
                    values[table.IndexOf("State")] = EnumText.Of(Domain.Imports.ImportState.Cancelled);
                    values[table.IndexOf("EndedAt")] = archive.Manifest.MadeAt;
                    break;
            }
        }
    }
}
