using Collaborative.Domain.Access;
using Collaborative.Domain.Aggregates;

namespace Collaborative.Domain.Measures;

/// <summary>Where the measure should get to, in plotted units, and by when.</summary>
public sealed record Goal
{
    public double? Value { get; init; }

    public Month? ByMonth { get; init; }
}

public sealed record MeasureBody
{
    public string? Name { get; init; }

    public MeasureType? Type { get; init; }

    public MeasureKind? Kind { get; init; }

    public Direction? Direction { get; init; }

    /// <summary>What quotients are multiplied by to be plotted: 100 for a proportion, otherwise 1, unless given.</summary>
    public double? Multiplier { get; init; }

    public string? Unit { get; init; }

    /// <summary>The operational definition of the numerator.</summary>
    public string? Numerator { get; init; }

    /// <summary>The operational definition of the denominator.</summary>
    public string? Denominator { get; init; }

    public Goal? Goal { get; init; }

    /// <summary>Whether every team is expected to report it; yes unless given.</summary>
    public bool? Required { get; init; }

    /// <summary>How many decimals pictures show.</summary>
    public int? Decimals { get; init; }

    /// <summary>Below this denominator a submission is warned about; 10 unless given.</summary>
    public double? MinimumDenominator { get; init; }

    /// <summary>How many cases a month the sampling plan asks for, when cases are sampled.</summary>
    public double? PlannedSample { get; init; }

    public string? Reason { get; init; }
}

public sealed record PutMeasure(Viewer Viewer, Guid CollaborativeId, string Code, MeasureBody Body, Preconditions Preconditions)
    : ICommand<Written<MeasureView>>, IHasShape
{
    private const double LargestMultiplier = 1e9;

    private const double LargestNumber = 1e100;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Code(Code, "measure"));
        errors.AddRange(Shape.Required(Body.Name, "/name", "the measure's name", Shape.NameLength));
        errors.AddRange(Shape.Given(Body.Type, "/type", "the type: outcome, process or balancing"));
        errors.AddRange(Shape.Given(Body.Kind, "/kind", "the kind: proportion, rate, count, ratio, mean, median, daysBetween or casesBetween"));
        errors.AddRange(Shape.Given(Body.Direction, "/direction", "the direction that is better: increase, decrease or neutral"));
        errors.AddRange(Shape.Optional(Body.Unit, "/unit", Shape.NameLength));
        errors.AddRange(Shape.Optional(Body.Numerator, "/numerator", Shape.TextLength));
        errors.AddRange(Shape.Optional(Body.Denominator, "/denominator", Shape.TextLength));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        errors.AddRange(Positive(Body.Multiplier, "/multiplier", LargestMultiplier));
        errors.AddRange(Positive(Body.MinimumDenominator, "/minimumDenominator", LargestNumber));
        errors.AddRange(Positive(Body.PlannedSample, "/plannedSample", LargestNumber));
        if (Body.Decimals is < 0 or > 10)
        {
            errors.Add(new FieldError("/decimals", "range", "Show 0 to 10 decimals."));
        }

        if (Body.Goal is { Value: null })
        {
            errors.Add(new FieldError("/goal/value", "required", "Give the goal's value."));
        }

        if (Body.Goal?.Value is { } goal && !(Math.Abs(goal) <= LargestNumber))
        {
            errors.Add(new FieldError("/goal/value", "number", "The goal must be an ordinary number."));
        }

        return errors;
    }

    private static IEnumerable<FieldError> Positive(double? value, string pointer, double most)
    {
        if (value is { } number && !(number > 0 && number <= most))
        {
            yield return new FieldError(pointer, "positive", $"This must be a number above 0, and at most {most}.");
        }
    }
}

public sealed record MeasureState
{
    public const double DefaultMinimumDenominator = 10;

    public required string Name { get; init; }

    public required MeasureType Type { get; init; }

    public required MeasureKind Kind { get; init; }

    public required Direction Direction { get; init; }

    public required double Multiplier { get; init; }

    public string? Unit { get; init; }

    public string? NumeratorDefinition { get; init; }

    public string? DenominatorDefinition { get; init; }

    public double? GoalValue { get; init; }

    public Month? GoalByMonth { get; init; }

    public required bool Required { get; init; }

    public int? Decimals { get; init; }

    public required double MinimumDenominator { get; init; }

    public double? PlannedSample { get; init; }

    public static MeasureState From(MeasureBody body) => new()
    {
        Name = body.Name!.Trim(),
        Type = body.Type!.Value,
        Kind = body.Kind!.Value,
        Direction = body.Direction!.Value,
        Multiplier = body.Multiplier ?? PlottedValue.DefaultMultiplier(body.Kind.Value),
        Unit = Shape.Tidy(body.Unit),
        NumeratorDefinition = Shape.Tidy(body.Numerator),
        DenominatorDefinition = Shape.Tidy(body.Denominator),
        GoalValue = body.Goal?.Value,
        GoalByMonth = body.Goal?.ByMonth,
        Required = body.Required ?? true,
        Decimals = body.Decimals,
        MinimumDenominator = body.MinimumDenominator ?? DefaultMinimumDenominator,
        PlannedSample = body.PlannedSample,
    };
}

public sealed record MeasureView
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required MeasureType Type { get; init; }

    public required MeasureKind Kind { get; init; }

    public required Direction Direction { get; init; }

    public required double Multiplier { get; init; }

    public string? Unit { get; init; }

    public string? Numerator { get; init; }

    public string? Denominator { get; init; }

    public Goal? Goal { get; init; }

    public required bool Required { get; init; }

    public int? Decimals { get; init; }

    public required double MinimumDenominator { get; init; }

    public double? PlannedSample { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }

    public static MeasureView Of(string code, MeasureState state, int revision, DateTimeOffset at, string by) => new()
    {
        Code = code,
        Name = state.Name,
        Type = state.Type,
        Kind = state.Kind,
        Direction = state.Direction,
        Multiplier = state.Multiplier,
        Unit = state.Unit,
        Numerator = state.NumeratorDefinition,
        Denominator = state.DenominatorDefinition,
        Goal = state.GoalValue is null ? null : new Goal { Value = state.GoalValue, ByMonth = state.GoalByMonth },
        Required = state.Required,
        Decimals = state.Decimals,
        MinimumDenominator = state.MinimumDenominator,
        PlannedSample = state.PlannedSample,
        Revision = revision,
        RecordedAt = at,
        RecordedBy = by,
    };
}

public sealed record GetMeasure(Viewer Viewer, Guid CollaborativeId, Guid MeasureId) : IQuery<MeasureView>;

/// <summary>The measures of a collaborative, by code.</summary>
public sealed record ListMeasures(Viewer Viewer, Guid CollaborativeId, MeasureType? Type, bool? Required, string? AfterKey, int Limit) : IQuery<Page<MeasureView>>;
