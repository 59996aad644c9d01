using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Access;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports.Formats;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Submissions;
using MediatR;

namespace Collaborative.Infrastructure.Imports;

/// <summary>An import job as it is stored: the queue is this table.</summary>
internal sealed record ImportRecord
{
    public const string Columns =
        "j.Id, j.CollaborativeId, c.Code AS Collaborative, j.State, j.Format, j.IsDryRun, j.CreateTeams, j.Reason, j.TotalBytes, j.DoneBytes, j.Stage, j.NextRow, j.NextTeamKey, "
        + "j.AcceptedRows, j.UnchangedRows, j.WarnedRows, j.RejectedRows, j.CreatedTeams, j.Failure, j.FailureCode, j.MeasureCode, j.TranscribedBytes, j.ProfileCode, j.IsAtomic, j.UnmappedJson, j.Verdict, j.ReviewedBy, j.ReviewedAt, j.ReviewNote, j.UndoesId, j.UploadBytes, j.Family, (SELECT x.Code FROM PartnerConnection x WHERE x.Id = j.ConnectionId) AS ConnectionCode, (SELECT h.Problems FROM ImportRow h WHERE h.ImportId = j.Id AND h.RowNumber = 1) AS HeaderProblems, j.ContentHash, j.Fence, j.ApiKeyId, j.CreatedBy, j.CreatedAt, j.StartedAt, j.EndedAt";

    public Guid Id { get; init; }

    public Guid CollaborativeId { get; init; }

    public string Collaborative { get; init; } = "";

    public string State { get; init; } = "";

    public string Format { get; init; } = "";

    public bool IsDryRun { get; init; }

    public bool CreateTeams { get; init; }

    public string? Reason { get; init; }

    public long TotalBytes { get; init; }

    public long DoneBytes { get; init; }

    public string Stage { get; init; } = "";

    public int NextRow { get; init; }

    public string? NextTeamKey { get; init; }

    public int AcceptedRows { get; init; }

    public int UnchangedRows { get; init; }

    public int WarnedRows { get; init; }

    public int RejectedRows { get; init; }

    public int CreatedTeams { get; init; }

    public string? Failure { get; init; }

    public string? FailureCode { get; init; }

    /// <summary>The measure of a file that names none.</summary>
    public string? MeasureCode { get; init; }

    public string? ProfileCode { get; init; }

    public bool? IsAtomic { get; init; }

    public string? UnmappedJson { get; init; }

    /// <summary>Null where nobody is asked; otherwise awaited, accepted or rejected.</summary>
    public string? Verdict { get; init; }

    public string? ReviewedBy { get; init; }

    public DateTimeOffset? ReviewedAt { get; init; }

    public string? ReviewNote { get; init; }

    /// <summary>The import whose figures are put back.</summary>
    public Guid? UndoesId { get; init; }

    /// <summary>The size that an upload in pieces is to have.</summary>
    public long? UploadBytes { get; init; }

    /// <summary>What the Content-Type said of an upload in pieces.</summary>
    public string? Family { get; init; }

    public string? ConnectionCode { get; init; }

    /// <summary>What is to be said of the header: the columns that it has in vain.</summary>
    public string? HeaderProblems { get; init; }

    public string? ContentHash { get; init; }

    /// <summary>The size of the transcript, once there is one.</summary>
    public long? TranscribedBytes { get; init; }

    public long Fence { get; init; }

    public Guid ApiKeyId { get; init; }

    public string CreatedBy { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public ImportView View
    {
        get
        {
            var counts = new RowCounts(AcceptedRows + UnchangedRows + RejectedRows, AcceptedRows, UnchangedRows, WarnedRows, RejectedRows);
            return new ImportView
            {
                Id = Id,
                Collaborative = Collaborative,
                State = EnumText.Parse<ImportState>(State),
                Format = Format,
                DryRun = IsDryRun,
                CreateTeams = CreateTeams,
                Atomic = IsAtomic == true,
                Profile = ProfileCode,
                Connection = ConnectionCode,
                ContentHash = ContentHash,
                Upload = UploadBytes is { } length ? new UploadView(State == EnumText.Of(ImportState.Uploading) ? DoneBytes : length, length) : null,
                Undoes = UndoesId,
                IgnoredColumns = HeaderProblems is null ? [] : [.. StoredJson.Read<List<RowProblem>>(HeaderProblems).Select(problem => problem.Column!)],
                Unmapped = UnmappedJson is null ? [] : StoredJson.Read<List<UnmappedCode>>(UnmappedJson),
                Review = ReviewedAt is { } at ? new ReviewView(EnumText.Parse<ReviewVerdict>(Verdict!), ReviewedBy!, at, ReviewNote) : null,
                Progress = new Progress(DoneBytes, TotalBytes + (TranscribedBytes ?? 0)),
                Counts = counts,
                Result = EndedAt is null ? null : new ImportResult(counts, CreatedTeams),
                Problem = Failure is null ? null : new Warning(FailureCode ?? "failed", Failure),
                CreatedAt = CreatedAt,
                CreatedBy = CreatedBy,
                StartedAt = StartedAt,
                EndedAt = EndedAt,
            };
        }
    }
}

internal sealed class UploadHandlers(UnitOfWork unitOfWork, TimeProvider clock) :
    IRequestHandler<BeginImport, Outcome<BegunImport>>,
    IRequestHandler<AppendImportPart, Outcome<int>>,
    IRequestHandler<QueueImport, Outcome<ImportView>>,
    IRequestHandler<DropImport, Outcome<int>>
{
    internal static readonly SqlText FindKey = "SELECT i.ImportId, i.Fingerprint FROM IdempotencyKey i WHERE i.ApiKeyId = @keyId AND i.KeyText = @keyText";

    internal static readonly SqlText InsertKey =
        "INSERT INTO IdempotencyKey (ApiKeyId, KeyText, Fingerprint, ImportId, CreatedAt) VALUES (@keyId, @keyText, NULL, @importId, @now)";

    internal static readonly SqlText MeasureCodes = "SELECT m.Code FROM Measure m WHERE m.CollaborativeId = @collaborativeId ORDER BY m.CodeKey";

    internal static readonly SqlText SealKey =
        "UPDATE IdempotencyKey SET Fingerprint = @fingerprint WHERE ApiKeyId = @keyId AND KeyText = @keyText AND ImportId = @importId";

    internal static readonly SqlText DropKey =
        "DELETE FROM IdempotencyKey WHERE ApiKeyId = @keyId AND KeyText = @keyText AND ImportId = @importId AND Fingerprint IS NULL";

    internal static readonly SqlText Insert =
        """
        INSERT INTO ImportJob (Id, CollaborativeId, State, Format, IsDryRun, CreateTeams, Reason, ContentHash, TotalBytes, DoneBytes, Stage, NextRow, NextTeamKey,
            AcceptedRows, UnchangedRows, WarnedRows, RejectedRows, CreatedTeams, Failure, Fence, LeaseUntil, ApiKeyId, CreatedBy, CreatedAt, StartedAt, EndedAt, MeasureCode, ProfileCode, IsAtomic)
        VALUES (@id, @collaborativeId, 'receiving', @format, @dryRun, @createTeams, @reason, NULL, 0, 0, @stage, 1, NULL,
            0, 0, 0, 0, 0, NULL, 0, @until, @keyId, @createdBy, @now, NULL, NULL, @measure, @profile, @atomic)
        """;

    /// <summary>An upload that has stood still for so long has broken off, and another may take its idempotency key.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromMinutes(1);

    internal static readonly SqlText Renew = "UPDATE ImportJob SET LeaseUntil = @until WHERE Id = @importId AND State = 'receiving'";

    internal static readonly SqlText BrokenOff = "SELECT COUNT(*) FROM ImportJob WHERE Id = @importId AND State = 'receiving' AND LeaseUntil < @now";

    internal static readonly SqlText InsertPart = "INSERT INTO ImportBody (ImportId, Part, Content) VALUES (@importId, @part, @content)";

    internal static readonly SqlText Queue =
        "UPDATE ImportJob SET State = 'queued', LeaseUntil = NULL, ContentHash = @contentHash, TotalBytes = @totalBytes WHERE Id = @importId AND State = 'receiving'";

    internal static readonly SqlText Load = $"SELECT {ImportRecord.Columns} FROM ImportJob j JOIN Collaborative c ON c.Id = j.CollaborativeId WHERE j.Id = @importId AND j.CollaborativeId = @collaborativeId";

    // A job whose queueing was not confirmed may be queued all the same: what belongs to it stays.
    internal static readonly SqlText DropParts =
        "DELETE FROM ImportBody WHERE ImportId = @importId AND EXISTS (SELECT 1 FROM ImportJob j WHERE j.Id = @importId AND j.State = 'receiving')";

    internal static readonly SqlText DropJob = "DELETE FROM ImportJob WHERE Id = @importId AND State = 'receiving'";

    public async Task<Outcome<BegunImport>> Handle(BeginImport request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        if (request.Options.CreateTeams && !AccessPolicy.MayCreateTeamsByImport(request.Viewer))
        {
            return new Problem(ProblemCode.Forbidden, "Your key may not make new teams; leave out createTeams, or ask your director.");
        }

        var now = clock.NowToMillisecond();
        if (request.Options.IdempotencyKey is { } keyText
            && await session.First<KeyRow>(FindKey, new { keyId = request.Viewer.KeyId, keyText }, cancellationToken) is { } known)
        {
            if (known.Fingerprint is not null)
            {
                return new BegunImport(known.ImportId, known.Fingerprint);
            }

            if (await session.First<int>(BrokenOff, new { importId = known.ImportId, now }, cancellationToken) == 0)
            {
                return new Problem(ProblemCode.IdempotencyKeyRunning, "The first upload with this Idempotency-Key is still running; ask again when it has ended.");
            }

            await Drop(session, request.Viewer.KeyId, keyText, known.ImportId, cancellationToken);
        }

        var recognised = ImportFormat.Recognise(request.Family, request.Head.Span);
        if (recognised.Problem is { } problem)
        {
            return problem;
        }

        var measure = await Measure(session, request.CollaborativeId, request.Options, recognised.Value, cancellationToken);
        if (measure.Problem is { } unknown)
        {
            return unknown;
        }

        var format = recognised.Value.Format;

        var id = Guid.CreateVersion7(now);
        await session.Execute(
            Insert,
            new
            {
                id,
                collaborativeId = request.CollaborativeId,
                format = format.Name,
                stage = format.IsLongForm ? ImportRun.RowsStage : ImportRun.TranscriptStage,
                measure = measure.Value,
                profile = request.Options.Profile,
                atomic = request.Options.Atomic,
                dryRun = request.Options.DryRun,
                createTeams = request.Options.CreateTeams,
                reason = Shape.Tidy(request.Options.Reason),
                keyId = request.Viewer.KeyId,
                createdBy = request.Viewer.Name,
                now,
                until = now + Standstill,
            },
            cancellationToken);
        if (request.Options.IdempotencyKey is not null)
        {
            await session.Execute(InsertKey, new { keyId = request.Viewer.KeyId, keyText = request.Options.IdempotencyKey, importId = id, now }, cancellationToken);
        }

        return new BegunImport(id, null);
    }

    /// <summary>The measure of a file that names none: the one that the request names, or the only one that there is.</summary>
    internal static async Task<Outcome<string?>> Measure(Session session, Guid collaborativeId, ImportOptions options, Recognised recognised, CancellationToken cancellation)
    {
        var measures = (await session.Query<string>(MeasureCodes, new { collaborativeId }, cancellation)).ToDictionary(Code.KeyOf);
        if (PatientColumns.FirstIn(recognised.MeasureColumns ?? [], column => measures.ContainsKey(Code.KeyOf(column))) is { } patient)
        {
            return PatientColumns.Refusal(patient);
        }

        if (options.Measure is { } named)
        {
            // With a profile the name may be the partner's.
            if (options.Profile is not null)
            {
                return named;
            }

            return measures.TryGetValue(Code.KeyOf(named), out var known)
                ? known
                : Problem.Invalid([new FieldError("measure", "unknown", $"There is no measure {named} in this collaborative.")]);
        }

        if (options.Profile is null && recognised.MeasureColumns is { Count: > 0 } columns && !columns.Any(column => measures.ContainsKey(Code.KeyOf(column))))
        {
            return new Problem(ProblemCode.ImportUnreadable, "The first line must name the columns team, measure, month and numerator, denominator (or value, n), or team, month and a column for each measure by its code. No column has the code of a measure.");
        }

        return !recognised.NamesNoMeasure ? (Outcome<string?>)(recognised.MayNameNoMeasure && measures.Count == 1 ? measures.Values.Single() : null)
            : measures.Count == 1 ? measures.Values.Single()
            : new Problem(ProblemCode.ImportUnreadable, "The file does not say which measure it is of; add ?measure= with its code to the address.");
    }

    public async Task<Outcome<int>> Handle(AppendImportPart request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        if (await session.Execute(Renew, new { importId = request.ImportId, until = clock.NowToMillisecond() + Standstill }, cancellationToken) == 0)
        {
            return Lost;
        }

        return await session.Execute(InsertPart, new { importId = request.ImportId, part = request.Part, content = request.Content }, cancellationToken);
    }

    public async Task<Outcome<ImportView>> Handle(QueueImport request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        if (await session.Execute(Queue, new { importId = request.ImportId, contentHash = request.ContentHash, totalBytes = request.TotalBytes }, cancellationToken) == 0)
        {
            return Lost;
        }

        if (request.IdempotencyKey is { } keyText)
        {
            await session.Execute(SealKey, new { keyId = request.Viewer.KeyId, keyText, importId = request.ImportId, fingerprint = request.Fingerprint }, cancellationToken);
        }

        return (await session.First<ImportRecord>(Load, new { importId = request.ImportId, collaborativeId = request.CollaborativeId }, cancellationToken))!.View;
    }

    public async Task<Outcome<int>> Handle(DropImport request, CancellationToken cancellationToken) =>
        await Drop(unitOfWork.Session, request.Viewer.KeyId, request.IdempotencyKey, request.ImportId, cancellationToken);

    private static async Task<int> Drop(Session session, Guid keyId, string? keyText, Guid importId, CancellationToken cancellation)
    {
        if (keyText is not null)
        {
            await session.Execute(DropKey, new { keyId, keyText, importId }, cancellation);
        }

        await session.Execute(DropParts, new { importId }, cancellation);
        return await session.Execute(DropJob, new { importId }, cancellation);
    }

    private static readonly Problem Lost = new(ProblemCode.ImportEnded, "The upload stood still for too long and was given up; send the file again.");

    internal sealed record KeyRow
    {
        public Guid ImportId { get; init; }

        public string? Fingerprint { get; init; }
    }
}

internal sealed class CancelImportHandler(UnitOfWork unitOfWork, ImportEnds ends, TimeProvider clock) : IRequestHandler<CancelImport, Outcome<ImportView>>
{
    internal static readonly SqlText Cancel =
        "UPDATE ImportJob SET State = 'cancelled', EndedAt = @now, LeaseUntil = NULL WHERE Id = @importId AND CollaborativeId = @collaborativeId AND State IN ('uploading', 'queued', 'running', 'review')";

    public async Task<Outcome<ImportView>> Handle(CancelImport request, CancellationToken cancellationToken)
    {
        var cancelled = await unitOfWork.Session.Execute(Cancel, new { importId = request.ImportId, collaborativeId = request.CollaborativeId, now = clock.NowToMillisecond() }, cancellationToken);
        if (cancelled > 0)
        {
            await ends.Note(unitOfWork.Session, request.ImportId, cancellationToken);
        }

        var row = (await unitOfWork.Session.First<ImportRecord>(
            UploadHandlers.Load, new { importId = request.ImportId, collaborativeId = request.CollaborativeId }, cancellationToken))!;
        return cancelled == 0
            ? new Problem(ProblemCode.ImportEnded, $"The import has {row.State} already, so there is nothing left to cancel.")
            : row.View;
    }
}

internal sealed class UndoImportHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<UndoImport, Outcome<StartedImport>>
{
    internal static readonly SqlText Insert =
        """
        INSERT INTO ImportJob (Id, CollaborativeId, State, Format, IsDryRun, CreateTeams, Reason, ContentHash, TotalBytes, DoneBytes, Stage, NextRow, NextTeamKey,
            AcceptedRows, UnchangedRows, WarnedRows, RejectedRows, CreatedTeams, Failure, Fence, LeaseUntil, ApiKeyId, CreatedBy, CreatedAt, StartedAt, EndedAt, UndoesId)
        VALUES (@id, @collaborativeId, 'queued', 'undo', 0, 0, @reason, NULL, @rows, 0, 'undo', 1, NULL,
            0, 0, 0, 0, 0, NULL, 0, NULL, @keyId, @createdBy, @now, NULL, NULL, @undoes)
        """;

    internal static readonly SqlText InsertKey =
        "INSERT INTO IdempotencyKey (ApiKeyId, KeyText, Fingerprint, ImportId, CreatedAt) VALUES (@keyId, @keyText, @fingerprint, @importId, @now)";

    public async Task<Outcome<StartedImport>> Handle(UndoImport request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        var reason = Shape.Tidy(request.Reason);
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"undo\n{request.ImportId:D}\n{reason}")));
        if (request.IdempotencyKey is { } keyText
            && await session.First<UploadHandlers.KeyRow>(UploadHandlers.FindKey, new { keyId = request.Viewer.KeyId, keyText }, cancellationToken) is { } known)
        {
            return known.Fingerprint == fingerprint
                ? new StartedImport((await Load(known.ImportId))!.View, IsReplay: true)
                : new Problem(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for something else; choose a new key.");
        }

        var job = (await Load(request.ImportId))!;
        if (job.EndedAt is null || job.IsDryRun)
        {
            return new Problem(ProblemCode.ImportNotUndoable, job.IsDryRun
                ? "A dry run changed nothing, so there is nothing to put back."
                : "The import has not ended yet. Cancel it first, or wait until it has.");
        }

        var now = clock.NowToMillisecond();
        var id = Guid.CreateVersion7(now);
        await session.Execute(
            Insert,
            new
            {
                id,
                collaborativeId = request.CollaborativeId,
                reason,
                rows = job.AcceptedRows,
                keyId = request.Viewer.KeyId,
                createdBy = request.Viewer.Name,
                now,
                undoes = request.ImportId,
            },
            cancellationToken);
        if (request.IdempotencyKey is not null)
        {
            await session.Execute(InsertKey, new { keyId = request.Viewer.KeyId, keyText = request.IdempotencyKey, fingerprint, importId = id, now }, cancellationToken);
        }

        return new StartedImport((await Load(id))!.View, IsReplay: false);

        Task<ImportRecord?> Load(Guid importId) =>
            session.First<ImportRecord>(UploadHandlers.Load, new { importId, collaborativeId = request.CollaborativeId }, cancellationToken);
    }
}

/// <summary>What a planned row would change, as its column keeps it.</summary>
internal sealed record PlannedChange(FiguresView? Before, FiguresView? After);

internal sealed class ReviewImportHandler(UnitOfWork unitOfWork, ImportEnds ends, TimeProvider clock) : IRequestHandler<ReviewImport, Outcome<ImportView>>
{
    internal static readonly SqlText Accept =
        """
        UPDATE ImportJob
        SET State = 'queued', Verdict = 'accepted', ReviewedBy = @by, ReviewKeyId = @keyId, ReviewedAt = @now, ReviewNote = @note, Stage = 'rows', NextRow = 1, NextTeamKey = NULL,
            Claims = NULL, Furthest = NULL,
            DoneBytes = CASE WHEN TranscribedBytes IS NULL THEN 0 ELSE TotalBytes END, AcceptedRows = 0, UnchangedRows = 0, WarnedRows = 0, RejectedRows = 0, CreatedTeams = 0
        WHERE Id = @importId AND CollaborativeId = @collaborativeId AND State = 'review'
        """;

    internal static readonly SqlText Reject =
        """
        UPDATE ImportJob SET State = 'cancelled', Verdict = 'rejected', ReviewedBy = @by, ReviewKeyId = @keyId, ReviewedAt = @now, ReviewNote = @note, EndedAt = @now
        WHERE Id = @importId AND CollaborativeId = @collaborativeId AND State = 'review'
        """;

    public async Task<Outcome<ImportView>> Handle(ReviewImport request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        var verdict = request.Body.Verdict!.Value;
        var reviewed = await session.Execute(
            verdict == ReviewVerdict.Accepted ? Accept : Reject,
            new
            {
                importId = request.ImportId,
                collaborativeId = request.CollaborativeId,
                by = request.Viewer.Name,
                keyId = request.Viewer.KeyId,
                now = clock.NowToMillisecond(),
                note = Shape.Tidy(request.Body.Note),
            },
            cancellationToken);
        if (reviewed > 0 && verdict == ReviewVerdict.Rejected)
        {
            await ends.Note(session, request.ImportId, cancellationToken);
        }

        var row = (await session.First<ImportRecord>(
            UploadHandlers.Load, new { importId = request.ImportId, collaborativeId = request.CollaborativeId }, cancellationToken))!;

        // The same word twice is a word once.
        return reviewed == 1 || row.Verdict == EnumText.Of(verdict)
            ? row.View
            : new Problem(ProblemCode.ImportNotForReview, row.ReviewedAt is null
                ? "The import does not wait for anybody's word; look at its state."
                : $"{row.ReviewedBy} has {row.Verdict} the import already.");
    }
}

internal sealed class ReadImportsHandler(IDatabase database) :
    IRequestHandler<GetImport, Outcome<ImportView>>,
    IRequestHandler<ListImports, Outcome<Page<ImportView>>>,
    IRequestHandler<ListImportRows, Outcome<Page<ImportRowView>>>,
    IRequestHandler<ListImportChanges, Outcome<Page<ImportChangeView>>>,
    IRequestHandler<WriteRejectedRows, Outcome<int>>
{
    private const string ListFrom =
        "FROM ImportJob j JOIN Collaborative c ON c.Id = j.CollaborativeId "
        + "WHERE j.CollaborativeId = @collaborativeId AND j.State <> 'receiving' AND (@state IS NULL OR j.State = @state) AND (@ownKey IS NULL OR j.ApiKeyId = @ownKey "
        + $"OR ({ScopeHandler.IsForReviewBy})) "
        + "AND (@afterId IS NULL OR j.CreatedAt < @afterAt OR (j.CreatedAt = @afterAt AND j.Id < @afterId))";

    internal static readonly SqlText List = new(
        $"SELECT {ImportRecord.Columns} {ListFrom} ORDER BY j.CreatedAt DESC, j.Id DESC LIMIT @take",
        $"SELECT TOP (@take) {ImportRecord.Columns} {ListFrom} ORDER BY j.CreatedAt DESC, j.Id DESC");

    private const string RowColumns = "r.RowNumber, r.Outcome, r.Team, r.Measure, r.ReportMonth, r.Problems, r.RawText, r.SourcePlace";

    private const string RowsFrom = "FROM ImportRow r JOIN ImportJob j ON j.Id = r.ImportId WHERE r.ImportId = @importId AND j.CollaborativeId = @collaborativeId AND r.RowNumber > @after AND (@outcome IS NULL OR r.Outcome = @outcome)";

    internal static readonly SqlText Rows = new(
        $"SELECT {RowColumns} {RowsFrom} ORDER BY r.RowNumber LIMIT @take",
        $"SELECT TOP (@take) {RowColumns} {RowsFrom} ORDER BY r.RowNumber");

    private const string StateColumns =
        "{0}.Status, {0}.Numerator, {0}.Denominator, {0}.Figure, {0}.SampleSize, {0}.StandardDeviation, {0}.Gaps, {0}.NoDataReason, {0}.Note, {0}.Strata";

    private static readonly string ChangeColumns =
        $"r.RowNumber, r.SourcePlace, t.Code, m.Code, r.ReportMonth, r.ChangeJson, {string.Format(CultureInfo.InvariantCulture, StateColumns, "s")}, {string.Format(CultureInfo.InvariantCulture, StateColumns, "b")}";

    // What was done is told by the revisions that it made; what is only planned, by the rows of the plan.
    // SQL Server is free to look at the months of rejected rows too, which may be none.
    private static string ChangesFrom(string cast) =>
        $"""
        FROM ImportRow r
        JOIN ImportJob j ON j.Id = r.ImportId
        JOIN Team t ON t.CollaborativeId = j.CollaborativeId AND t.CodeKey = LOWER(r.Team)
        JOIN Measure m ON m.CollaborativeId = j.CollaborativeId AND m.CodeKey = LOWER(r.Measure)
        LEFT JOIN SubmissionRevision s ON s.MeasureId = m.Id AND s.TeamId = t.Id AND s.ReportMonth = {cast}(REPLACE(r.ReportMonth, '-', '') AS INT)
            AND s.ImportId = r.ImportId AND s.ImportRow = r.RowNumber
        LEFT JOIN SubmissionRevision b ON b.MeasureId = s.MeasureId AND b.TeamId = s.TeamId AND b.ReportMonth = s.ReportMonth AND b.Revision = s.Revision - 1
        WHERE r.ImportId = @importId AND j.CollaborativeId = @collaborativeId AND r.Outcome = 'accepted' AND r.RowNumber > @after
        """;

    internal static readonly SqlText ImportChanges = new(
        $"SELECT {ChangeColumns} {ChangesFrom("CAST")} ORDER BY r.RowNumber LIMIT @take",
        $"SELECT TOP (@take) {ChangeColumns} {ChangesFrom("TRY_CAST")} ORDER BY r.RowNumber");

    private const int RejectedAtATime = 1000;

    public async Task<Outcome<ImportView>> Handle(GetImport request, CancellationToken cancellationToken) =>
        await database.Read(session => session.First<ImportRecord>(UploadHandlers.Load, new { importId = request.ImportId, collaborativeId = request.CollaborativeId }, cancellationToken), cancellationToken)
            is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<ImportView>>> Handle(ListImports request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<ImportRecord>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    state = request.State is { } state ? EnumText.Of(state) : null,
                    lead = ScopeHandler.Lead(request.Viewer),
                    ownKey = request.Viewer.Role is Role.DataLead or Role.Integration ? request.Viewer.KeyId : (Guid?)null,
                    afterAt = request.After?.CreatedAt,
                    afterId = request.After?.Id,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => $"{Binding.Text(row.CreatedAt)} {row.Id:D}");
    }

    public async Task<Outcome<Page<ImportRowView>>> Handle(ListImportRows request, CancellationToken cancellationToken)
    {
        var rows = await ReadRows(
            request.CollaborativeId, request.ImportId, request.Outcome, Math.Max(request.AfterRow, ImportRowRecord.HeaderRow), request.Limit + 1, cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.RowNumber.ToString(CultureInfo.InvariantCulture));
    }

    public async Task<Outcome<Page<ImportChangeView>>> Handle(ListImportChanges request, CancellationToken cancellationToken)
    {
        const int State = 6;
        const int Before = 16;
        var changes = new List<ImportChangeView>();
        await database.Read(
            async session =>
            {
                await session.Read(
                    ImportChanges,
                    new { importId = request.ImportId, collaborativeId = request.CollaborativeId, after = request.AfterRow, take = request.Limit + 1 },
                    row =>
                    {
                        var planned = row.IsDBNull(5) ? null : StoredJson.Read<PlannedChange>(row.GetString(5));
                        changes.Add(new ImportChangeView
                        {
                            Row = row.GetInt32(0),
                            Source = row.IsDBNull(1) ? null : row.GetString(1),
                            Team = row.GetString(2),
                            Measure = row.GetString(3),
                            Month = row.GetString(4),
                            Before = planned is null ? FiguresView.Of(StateAt(row, Before)) : planned.Before,
                            After = planned is null ? FiguresView.Of(StateAt(row, State)) : planned.After,
                        });
                    },
                    cancellationToken);
                return changes.Count;
            },
            cancellationToken);
        return Paging.Page(changes, request.Limit, change => change, change => change.Row.ToString(CultureInfo.InvariantCulture));
    }

    private static SubmissionState? StateAt(DbDataReader row, int column) => row.IsDBNull(column)
        ? null
        : new SubmissionState
        {
            Status = EnumText.Parse<SubmissionStatus>(row.GetString(column)),
            Figures = SubmissionRow.ReadFigures(row, column + 1),
            NoData = row.IsDBNull(column + 7) ? null : row.GetString(column + 7),
            Note = row.IsDBNull(column + 8) ? null : row.GetString(column + 8),
            Strata = row.IsDBNull(column + 9) ? null : row.GetString(column + 9),
        };

    public async Task<Outcome<int>> Handle(WriteRejectedRows request, CancellationToken cancellationToken)
    {
        var writer = new StreamWriter(request.Output, new System.Text.UTF8Encoding(false), leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            var count = 0;
            var rows = await ReadRows(request.CollaborativeId, request.ImportId, null, 0, 1, cancellationToken);
            while (rows.Count > 0)
            {
                foreach (var row in rows)
                {
                    await writer.WriteAsync(row.Mendable.AsMemory(), cancellationToken);
                    count++;
                }

                rows = await ReadRows(request.CollaborativeId, request.ImportId, RowOutcome.Rejected, rows[^1].RowNumber, RejectedAtATime, cancellationToken);
            }

            return count;
        }
    }

    private async Task<List<ImportRowRecord>> ReadRows(Guid collaborativeId, Guid importId, RowOutcome? outcome, int after, int take, CancellationToken cancellation) =>
        await database.Read(
            session => session.Query<ImportRowRecord>(
                Rows, new { collaborativeId, importId, after, outcome = outcome is { } value ? EnumText.Of(value) : null, take }, cancellation),
            cancellation);
}

/// <summary>What became of one row; row 1 keeps the header, so that rejected rows can be handed back under it.</summary>
internal sealed record ImportRowRecord
{
    public const int HeaderRow = 1;

    public const string HeaderOutcome = "header";

    public int RowNumber { get; init; }

    public string Outcome { get; init; } = "";

    public string? Team { get; init; }

    public string? Measure { get; init; }

    public string? ReportMonth { get; init; }

    public string? Problems { get; init; }

    public string? RawText { get; init; }

    public string? SourcePlace { get; init; }

    public IReadOnlyList<RowProblem> ProblemList => Problems is null ? [] : JsonSerializer.Deserialize<List<RowProblem>>(Problems)!;

    public ImportRowView View => new()
    {
        Row = RowNumber,
        Source = SourcePlace,
        Outcome = EnumText.Parse<RowOutcome>(Outcome),
        Team = Team,
        Measure = Measure,
        Month = ReportMonth,
        Problems = ProblemList,
    };

    /// <summary>The row as a line of the file of rejected rows: its own cells, then what to mend.</summary>
    public string Mendable
    {
        get
        {
            var problems = string.Join(" ", ProblemList.Select(problem => problem.Message));
            return Outcome == HeaderOutcome ? RawText + "\r\n" : $"{RawText}\"{problems.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\r\n";
        }
    }
}
