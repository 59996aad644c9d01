using Collaborative.Domain.Access;

namespace Collaborative.Domain.Assessments;

/// <summary>One step of a scale: what it is called, and what must be so for a team to stand on it.</summary>
public sealed record ScaleLevel
{
    public double? Value { get; init; }

    public string? Name { get; init; }

    public IReadOnlyList<string>? Criteria { get; init; }
}

public sealed record ScaleBody
{
    public string? Name { get; init; }

    /// <summary>From the lowest to the highest.</summary>
    public IReadOnlyList<ScaleLevel>? Levels { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Defines a scale of the collaborative's own; under the code of a built-in one, it takes that one's place.</summary>
public sealed record PutScale(Viewer Viewer, Guid CollaborativeId, string Code, ScaleBody Body, Preconditions Preconditions)
    : ICommand<Written<ScaleView>>, IHasShape
{
    private const int MostCriteria = 20;

    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "scale"),
        .. Shape.Required(Body.Name, "/name", "the scale's name", Shape.NameLength),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
        .. Body.Levels is null or { Count: < 2 } ? [new FieldError("/levels", "required", "Give at least two levels.")] : LevelErrors(Body.Levels),
    ];

    private static IEnumerable<FieldError> LevelErrors(IReadOnlyList<ScaleLevel> levels)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            var (value, criteria) = (levels[i].Value, levels[i].Criteria ?? []);
            if (value is null || !AssessmentRules.IsStep(value.Value))
            {
                yield return new FieldError($"/levels/{i}/value", "step", "A level is a number from 0.5 to 5.0 in steps of 0.5.");
            }
            else if (i > 0 && levels[i - 1].Value >= value)
            {
                yield return new FieldError($"/levels/{i}/value", "order", "Give each level once, from the lowest to the highest.");
            }

            foreach (var error in Shape.Required(levels[i].Name, $"/levels/{i}/name", "the level's name", Shape.NameLength))
            {
                yield return error;
            }

            if (criteria.Count > MostCriteria)
            {
                yield return new FieldError($"/levels/{i}/criteria", "tooMany", $"Give at most {MostCriteria} criteria.");
            }

            foreach (var error in criteria.SelectMany((text, c) => Shape.Required(text, $"/levels/{i}/criteria/{c}", "the criterion", Shape.TextLength)))
            {
                yield return error;
            }
        }
    }
}

public sealed record GetScale(Viewer Viewer, Guid CollaborativeId, string Code) : IQuery<ScaleView>;

/// <summary>The scales that assessments may use, the built-in ones among them, by code.</summary>
public sealed record ListScales(Viewer Viewer, Guid CollaborativeId, string? AfterKey, int Limit) : IQuery<Page<ScaleView>>;

public sealed record ScaleView
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<ScaleLevel> Levels { get; init; }

    /// <summary>Comes with the system; it can be used without being put.</summary>
    public required bool BuiltIn { get; init; }

    /// <summary>0 for a built-in scale.</summary>
    public required int Revision { get; init; }

    public DateTimeOffset? RecordedAt { get; init; }

    public string? RecordedBy { get; init; }
}
