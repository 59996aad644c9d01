using Collaborative.Domain.Access;

namespace Collaborative.Domain.Submissions;

public enum SubmissionStatus
{
    Draft,
    Submitted,

    /// <summary>A director has excused the team from this month.</summary>
    Waived,

    /// <summary>Taken back; the revisions stay.</summary>
    Withdrawn,
}

/// <summary>Where a revision came from.</summary>
public enum Origin
{
    Typed,
    Import,
}

/// <summary>What a PUT of a submission carries.</summary>
public sealed record SubmissionBody
{
    public double? Numerator { get; init; }

    public double? Denominator { get; init; }

    public double? Value { get; init; }

    public double? N { get; init; }

    public double? Sd { get; init; }

    /// <summary>The gaps of a between measure, in order.</summary>
    public IReadOnlyList<double>? Values { get; init; }

    /// <summary>Why there is nothing to report.</summary>
    public string? NoData { get; init; }

    public SubmissionStatus? Status { get; init; }

    public string? Note { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }

    public IReadOnlyList<Stratum>? Strata { get; init; }
}

public sealed record SubmitMeasure(
    Viewer Viewer, Guid CollaborativeId, Guid TeamId, Guid MeasureId, Month Month, SubmissionBody Body, Preconditions Preconditions)
    : ICommand<Written<SubmissionView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => SubmissionRules.ShapeErrors(Body);
}

/// <param name="Reason">Why it is taken back; a director must say so for a locked month.</param>
public sealed record WithdrawSubmission(
    Viewer Viewer, Guid CollaborativeId, Guid TeamId, Guid MeasureId, Month Month, string? Reason, Preconditions Preconditions)
    : ICommand<Written<SubmissionView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => Shape.Optional(Reason, "reason", Shape.TextLength);
}

/// <summary>All that a revision of a submission holds; equal states make no revision.</summary>
public sealed record SubmissionState
{
    public required SubmissionStatus Status { get; init; }

    public required Figures Figures { get; init; }

    public string? NoData { get; init; }

    public string? Note { get; init; }

    /// <summary>Strata in their stored form; see <see cref="StratumText"/>.</summary>
    public string? Strata { get; init; }
}

/// <summary>Something odd about figures that are possible: shown to the person who can look, never a reason to refuse.</summary>
public sealed record Warning(string Code, string Message);

public sealed record SubmissionView
{
    public string? Team { get; init; }

    public string? Measure { get; init; }

    public required Month Month { get; init; }

    public double? Numerator { get; init; }

    public double? Denominator { get; init; }

    /// <summary>What the charts plot for the month.</summary>
    public double? Value { get; init; }

    public double? N { get; init; }

    public double? Sd { get; init; }

    public IReadOnlyList<double>? Values { get; init; }

    public string? NoData { get; init; }

    public required SubmissionStatus Status { get; init; }

    public string? Note { get; init; }

    public IReadOnlyList<Stratum>? Strata { get; init; }

    /// <summary>Whether it was first submitted by the due day; null while it is a draft.</summary>
    public bool? OnTime { get; init; }

    public required DateOnly DueOn { get; init; }

    public required int Revision { get; init; }

    /// <summary>When it was first submitted; later corrections do not move it.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    public string? SubmittedBy { get; init; }

    /// <summary>When and by whom this revision was made, why, and from where.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }

    public string? Reason { get; init; }

    public required Origin Origin { get; init; }

    public Guid? ImportId { get; init; }

    public int? ImportRow { get; init; }

    /// <summary>Null in lists that do not look at the whole series.</summary>
    public IReadOnlyList<Warning>? Warnings { get; init; }
}

public sealed record GetSubmission(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Guid MeasureId, Month Month) : IQuery<SubmissionView>;

/// <summary>One team's submissions of one measure, oldest first.</summary>
public sealed record ListSeries(
    Viewer Viewer, Guid CollaborativeId, Guid TeamId, Guid MeasureId, SubmissionStatus? Status, DateTimeOffset? AsOf, Month? After, int Limit)
    : IQuery<Page<SubmissionView>>;

/// <summary>Every revision of one submission, oldest first, withdrawals included.</summary>
public sealed record ListRevisions(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Guid MeasureId, Month Month, int AfterRevision, int Limit)
    : IQuery<Page<SubmissionView>>;

/// <summary>Where a page of a list of submissions goes on: team key, measure key, month.</summary>
public sealed record SubmissionCursor(string TeamKey, string MeasureKey, Month Month);

/// <summary>The submissions of a collaborative, ordered by team, measure and month.</summary>
public sealed record ListSubmissions(
    Viewer Viewer, Guid CollaborativeId, Month? From, Month? To, string? TeamKey, string? MeasureKey, SubmissionStatus? Status,
    DateTimeOffset? AsOf, SubmissionCursor? After, int Limit)
    : IQuery<Page<SubmissionView>>;
