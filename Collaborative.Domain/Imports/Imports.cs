using Collaborative.Domain.Access;
using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Imports;

public enum ImportState
{
    /// <summary>The upload is not complete; nobody is told of the job yet.</summary>
    Receiving,

    /// <summary>An upload in pieces, of which some are there.</summary>
    Uploading,
    Queued,
    Running,

    /// <summary>What it would change is worked out, and waits for a person's word.</summary>
    Review,
    Succeeded,
    Failed,
    Cancelled,

    /// <summary>It names teams or measures that nobody has said the meaning of yet; nothing was taken.</summary>
    Unmapped,
}

public enum CodeKind
{
    Team,
    Measure,
    Stratum,
}

/// <summary>A partner's code that means nothing here yet.</summary>
/// <param name="Name">What the partner calls it, where the file says so.</param>
/// <param name="Rows">How many rows have it.</param>
/// <param name="Scheme">Of a stratum: the partner's scheme, of which the code is a category.</param>
public sealed record UnmappedCode(CodeKind Kind, string Code, string? Name, int Rows, string? Scheme = null);

public enum RowOutcome
{
    Accepted,

    /// <summary>The figure was already so.</summary>
    Unchanged,
    Rejected,
}

/// <summary>What an import is asked to do.</summary>
public sealed record ImportOptions
{
    public bool DryRun { get; init; }

    public bool CreateTeams { get; init; }

    /// <summary>All rows or none.</summary>
    public bool Atomic { get; init; }

    /// <summary>The partner whose codes the file has.</summary>
    public string? Profile { get; init; }

    /// <summary>The measure of a file that names none, such as one with a column for each month.</summary>
    public string? Measure { get; init; }

    /// <summary>Why it changes figures; a director must say so for locked months.</summary>
    public string? Reason { get; init; }

    /// <summary>Length 1 to 255: makes sending again safe.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>Judges the beginning of a file and opens a job for it.</summary>
/// <param name="Family">What its Content-Type says; null when only its content can tell.</param>
/// <param name="Head">The first 64 KB, or the whole of a smaller file.</param>
public sealed record BeginImport(Viewer Viewer, Guid CollaborativeId, ImportOptions Options, FileFamily? Family, ReadOnlyMemory<byte> Head) : ICommand<BegunImport>, IHasShape
{
    public const int HeadBytes = 64 * 1024;

    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Optional(Options.Reason, "reason", Shape.TextLength),
        .. Options.Profile is { } profile ? Shape.Code(profile, "profile") : [],
        .. Options.Measure is { } measure ? Shape.Code(measure, "measure") : [],
        .. Options.IdempotencyKey is { Length: 0 or > 255 } ? [new FieldError("Idempotency-Key", "length", "An Idempotency-Key has 1 to 255 characters.")] : Array.Empty<FieldError>(),
    ];
}

/// <param name="Fingerprint">When the idempotency key was used before: what the first request carried, so that the body need only be compared.</param>
public sealed record BegunImport(Guid ImportId, string? Fingerprint);

/// <summary>Keeps the next part of the uploaded file.</summary>
public sealed record AppendImportPart(Guid ImportId, int Part, byte[] Content) : ICommand<int>;

/// <summary>The upload is complete: the job may be taken up.</summary>
public sealed record QueueImport(Viewer Viewer, Guid CollaborativeId, Guid ImportId, string ContentHash, string Fingerprint, long TotalBytes, string? IdempotencyKey) : ICommand<ImportView>;

/// <summary>The upload broke off: nothing of it is kept.</summary>
public sealed record DropImport(Viewer Viewer, Guid ImportId, string? IdempotencyKey) : ICommand<int>;

/// <summary>Files were deleted that may have been about patients: nothing of them is to be left in the database either.</summary>
public sealed record ForgetDeleted : IQuery<bool>;

public sealed record CancelImport(Guid CollaborativeId, Guid ImportId) : ICommand<ImportView>;

public sealed record GetImport(Guid CollaborativeId, Guid ImportId) : IQuery<ImportView>;

public sealed record ListImports(Viewer Viewer, Guid CollaborativeId, ImportState? State, ImportCursor? After, int Limit) : IQuery<Page<ImportView>>;

/// <summary>Where a list of imports goes on.</summary>
public sealed record ImportCursor(DateTimeOffset CreatedAt, Guid Id);

public sealed record ListImportRows(Guid CollaborativeId, Guid ImportId, RowOutcome? Outcome, int AfterRow, int Limit) : IQuery<Page<ImportRowView>>;

/// <summary>Writes the rejected rows as a CSV file: the same header, and one column more that says what to mend.</summary>
public sealed record WriteRejectedRows(Guid CollaborativeId, Guid ImportId, Stream Output) : IQuery<int>, IWritesAsItGoes;

/// <summary>Something about one row.</summary>
/// <param name="Column">The column at fault, by its name in the header.</param>
public sealed record RowProblem(string Code, string Message, string? Column = null);

public sealed record ImportRowView
{
    /// <summary>The line of the file on which the row begins, the header being line 1; of other formats than the long form, the line of the transcript.</summary>
    public required int Row { get; init; }

    /// <summary>Where in the document the row comes from, as in “entry 17, group 2”; null for the long form.</summary>
    public string? Source { get; init; }

    public required RowOutcome Outcome { get; init; }

    public string? Team { get; init; }

    public string? Measure { get; init; }

    public string? Month { get; init; }

    /// <summary>Why it was rejected, or what looks odd about a row that was accepted.</summary>
    public required IReadOnlyList<RowProblem> Problems { get; init; }
}

/// <param name="Done">Bytes worked through.</param>
/// <param name="Total">Bytes in all.</param>
public sealed record Progress(long Done, long Total);

/// <summary>Rows = accepted + unchanged + rejected; warned is part of accepted.</summary>
public sealed record RowCounts(int Rows, int Accepted, int Unchanged, int Warned, int Rejected);

/// <summary>What came of it, once it has ended.</summary>
public sealed record ImportResult(RowCounts Counts, int TeamsCreated);

public sealed record ImportView
{
    public required Guid Id { get; init; }

    public required string Collaborative { get; init; }

    public required ImportState State { get; init; }

    public required string Format { get; init; }

    public required bool DryRun { get; init; }

    public required bool CreateTeams { get; init; }

    /// <summary>All rows or none.</summary>
    public required bool Atomic { get; init; }

    /// <summary>The partner whose codes the file has.</summary>
    public string? Profile { get; init; }

    /// <summary>The connection that it came by; null for what was sent.</summary>
    public string? Connection { get; init; }

    /// <summary>The hash of the file (SHA-256), for whoever wants to know which one a figure came from.</summary>
    public string? ContentHash { get; init; }

    /// <summary>The codes that mean nothing here, each once.</summary>
    public required IReadOnlyList<UnmappedCode> Unmapped { get; init; }

    /// <summary>Columns of a table in the long form whose names mean nothing here; what stands in them is passed over.</summary>
    public required IReadOnlyList<string> IgnoredColumns { get; init; }

    /// <summary>How far the upload has come, where it comes in pieces.</summary>
    public UploadView? Upload { get; init; }

    /// <summary>The import whose figures it puts back.</summary>
    public Guid? Undoes { get; init; }

    /// <summary>A person's word, once it is given.</summary>
    public ReviewView? Review { get; init; }

    public required Progress Progress { get; init; }

    public required RowCounts Counts { get; init; }

    /// <summary>Null until the job has ended.</summary>
    public ImportResult? Result { get; init; }

    /// <summary>Why it failed.</summary>
    public Warning? Problem { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
