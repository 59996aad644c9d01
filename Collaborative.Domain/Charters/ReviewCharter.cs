using Collaborative.Domain.Access;

namespace Collaborative.Domain.Charters;

public sealed record CharterReviewBody
{
    /// <summary>The revision of the charter that was read.</summary>
    public int? CharterRevision { get; init; }

    public CharterVerdict? Verdict { get; init; }

    /// <summary>What to mend, where it is returned.</summary>
    public string? Comment { get; init; }
}

/// <summary>Returns or accepts a charter that was submitted.</summary>
public sealed record ReviewCharter(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, CharterReviewBody Body, Preconditions Preconditions)
    : ICommand<Written<CharterReviewView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Given(Body.CharterRevision, "/charterRevision", "the revision of the charter that you read"),
        .. Shape.Given(Body.Verdict, "/verdict", "the verdict: returned or accepted"),
        .. Body.Verdict == CharterVerdict.Returned
            ? Shape.Required(Body.Comment, "/comment", "a comment that says what to mend", Shape.TextLength)
            : Shape.Optional(Body.Comment, "/comment", Shape.TextLength),
    ];
}

public sealed record GetCharterReview(Viewer Viewer, Guid CollaborativeId, Guid? TeamId) : IQuery<CharterReviewView>;

public sealed record CharterReviewView
{
    public required CharterVerdict Verdict { get; init; }

    public string? Comment { get; init; }

    public required int CharterRevision { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
