using Collaborative.Domain.Access;

namespace Collaborative.Domain.Enrolments;

public enum ReadinessRating
{
    NotMet,
    Partly,
    Met,
}

public sealed record ReadinessBody
{
    public IReadOnlyList<ReadinessItemBody>? Items { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

public sealed record ReadinessItemBody
{
    /// <summary>1 to 6.</summary>
    public int? Number { get; init; }

    public ReadinessRating? Rating { get; init; }

    /// <summary>What shows it.</summary>
    public string? Evidence { get; init; }

    /// <summary>What is done about what is missing.</summary>
    public string? GapAction { get; init; }

    /// <summary>Who has looked at it beside the team.</summary>
    public string? Reviewer { get; init; }
}

/// <summary>Fills in a team's readiness checklist; items that are left out are not rated yet.</summary>
public sealed record PutReadiness(Viewer Viewer, Guid CollaborativeId, Guid TeamId, ReadinessBody Body, Preconditions Preconditions)
    : ICommand<Written<ReadinessView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body.Items is not { Count: > 0 } items)
        {
            errors.Add(new FieldError("/items", "required", $"Give the items that you rate, each with its number from 1 to {ReadinessGate.Items.Count}."));
            return errors;
        }

        var seen = new HashSet<int>();
        for (var i = 0; i < items.Count; i++)
        {
            var at = $"/items/{i}";
            if (items[i] is not { } item)
            {
                errors.Add(new FieldError(at, "required", "An item needs its number and a rating."));
                continue;
            }

            errors.AddRange(Shape.Given(item.Number, $"{at}/number", "the item's number"));
            errors.AddRange(Shape.Given(item.Rating, $"{at}/rating", "the rating: notMet, partly or met"));
            errors.AddRange(Shape.Optional(item.Evidence, $"{at}/evidence", Shape.TextLength));
            errors.AddRange(Shape.Optional(item.GapAction, $"{at}/gapAction", Shape.TextLength));
            errors.AddRange(Shape.Optional(item.Reviewer, $"{at}/reviewer", Shape.NameLength));
            if (item.Number is { } number && (number < 1 || number > ReadinessGate.Items.Count))
            {
                errors.Add(new FieldError($"{at}/number", "range", $"The checklist has items 1 to {ReadinessGate.Items.Count}."));
            }
            else if (item.Number is { } again && !seen.Add(again))
            {
                errors.Add(new FieldError($"{at}/number", "duplicate", $"Item {again} is there twice."));
            }
        }

        return errors;
    }
}

public sealed record GetReadiness(Viewer Viewer, Guid CollaborativeId, Guid TeamId) : IQuery<ReadinessView>;

/// <summary>The checklists that the viewer may see, by team.</summary>
public sealed record ListReadiness(Viewer Viewer, Guid CollaborativeId, bool? PassesGate, string? AfterKey, int Limit) : IQuery<Page<ReadinessView>>;

public sealed record ReadinessView
{
    public required string Team { get; init; }

    /// <summary>Whether the team may commit itself.</summary>
    public required bool PassesGate { get; init; }

    /// <summary>All six, in their order.</summary>
    public required IReadOnlyList<ReadinessItem> Items { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

public sealed record ReadinessItem
{
    public required int Number { get; init; }

    /// <summary>What is expected of the organisation.</summary>
    public required string Title { get; init; }

    /// <summary>Whether the team can commit itself only when this is at least partly met.</summary>
    public required bool Gates { get; init; }

    /// <summary>Null: not rated yet.</summary>
    public ReadinessRating? Rating { get; init; }

    public string? Evidence { get; init; }

    public string? GapAction { get; init; }

    public string? Reviewer { get; init; }
}
