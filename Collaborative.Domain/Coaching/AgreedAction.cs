namespace Collaborative.Domain.Coaching;

/// <summary>What was agreed on a call or a visit: who does what by when.</summary>
public sealed record AgreedAction
{
    public string? What { get; init; }

    public string? Owner { get; init; }

    public DateOnly? Due { get; init; }

    public bool Done { get; init; }
}

public static class AgreedActions
{
    private const int Most = 100;

    public static IEnumerable<FieldError> ShapeErrors(IReadOnlyList<AgreedAction>? actions, string pointer)
    {
        if (actions is { Count: > Most })
        {
            return [new FieldError(pointer, "tooMany", $"Keep to at most {Most} actions.")];
        }

        return (actions ?? []).SelectMany((action, i) => action is null
            ? [new FieldError($"{pointer}/{i}", "required", "Say what is to be done.")]
            : Shape.Required(action.What, $"{pointer}/{i}/what", "what is to be done", Shape.TextLength)
                .Concat(Shape.Optional(action.Owner, $"{pointer}/{i}/owner", Shape.NameLength)));
    }

    /// <summary>The actions as they are kept.</summary>
    public static IReadOnlyList<AgreedAction> Tidy(IReadOnlyList<AgreedAction>? actions) =>
        [.. (actions ?? []).Select(action => action with { What = action.What!.Trim(), Owner = Shape.Tidy(action.Owner) })];
}
