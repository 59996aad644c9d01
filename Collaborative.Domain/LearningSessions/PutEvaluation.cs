using Collaborative.Domain.Access;

namespace Collaborative.Domain.LearningSessions;

public sealed record EvaluationBody
{
    public IReadOnlyList<QuestionRating>? Ratings { get; init; }

    public string? Comments { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

public sealed record QuestionRating
{
    /// <summary>The code of one of the session's questions.</summary>
    public string? Question { get; init; }

    /// <summary>From 1, not at all, to 5, fully.</summary>
    public int? Rating { get; init; }
}

/// <summary>Says what a team thought of a session.</summary>
public sealed record PutEvaluation(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Session, EvaluationBody Body, Preconditions Preconditions)
    : ICommand<Written<EvaluationView>>, IHasShape
{
    public const int LowestRating = 1;

    public const int HighestRating = 5;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Optional(Body.Comments, "/comments", Shape.TextLength));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        var ratings = Body.Ratings ?? [];
        if (ratings.Count == 0 && string.IsNullOrWhiteSpace(Body.Comments))
        {
            errors.Add(new FieldError("/ratings", "required", "Rate at least one question, or write a comment."));
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < ratings.Count; i++)
        {
            if (ratings[i] is not { Question: { } question, Rating: { } rating })
            {
                errors.Add(new FieldError($"/ratings/{i}", "required", "Give the question's code and its rating."));
                continue;
            }

            if (rating is < LowestRating or > HighestRating)
            {
                errors.Add(new FieldError($"/ratings/{i}/rating", "range", $"Rate from {LowestRating}, not at all, to {HighestRating}, fully."));
            }

            if (!seen.Add(Code.KeyOf(question)))
            {
                errors.Add(new FieldError($"/ratings/{i}/question", "duplicate", $"The question {question} is rated twice."));
            }
        }

        return errors;
    }
}

public sealed record GetEvaluation(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Session) : IQuery<EvaluationView>;

/// <summary>What all teams thought of a session, by team.</summary>
public sealed record ListEvaluations(Viewer Viewer, Guid CollaborativeId, string Session, string? AfterKey, int Limit) : IQuery<Page<EvaluationView>>;

public sealed record EvaluationView
{
    public required string Session { get; init; }

    public required string Team { get; init; }

    public required IReadOnlyList<QuestionRating> Ratings { get; init; }

    public string? Comments { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
