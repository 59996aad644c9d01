using Collaborative.Domain.Access;

namespace Collaborative.Domain.Reports;

public enum ReportVerdict
{
    Returned,
    Accepted,
}

public sealed record ReportReviewBody
{
    public ReportVerdict? Verdict { get; init; }

    /// <summary>What to mend, where it is returned.</summary>
    public string? Comment { get; init; }

    /// <summary>The revision of the report that was read; the one submitted last unless given.</summary>
    public int? ReportRevision { get; init; }
}

/// <summary>Returns a report to the team, or accepts it.</summary>
public sealed record ReviewReport(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month, ReportReviewBody Body, Preconditions Preconditions)
    : ICommand<Written<ReportReviewView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Given(Body.Verdict, "/verdict", "the verdict: returned or accepted"),
        .. Body.Verdict == ReportVerdict.Returned
            ? Shape.Required(Body.Comment, "/comment", "a comment that says what to mend", Shape.TextLength)
            : Shape.Optional(Body.Comment, "/comment", Shape.TextLength),
    ];
}

public sealed record GetReportReview(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month) : IQuery<ReportReviewView>;

public sealed record ReportReviewView
{
    public required Month Month { get; init; }

    public required ReportVerdict Verdict { get; init; }

    public string? Comment { get; init; }

    /// <summary>The revision of the report that the verdict is on.</summary>
    public required int ReportRevision { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
