using Collaborative.Domain;
using Collaborative.Domain.Pdsa;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Pdsa;

/// <summary>A PDSA cycle: in columns what is filtered, joined or counted, in one document what is read.</summary>
internal sealed record PdsaRow : CodedRow<PdsaView>
{
    public const string Subject = "pdsaCycle";

    public const string Columns =
        $"{CodedColumns}, TeamId, TeamCode, TeamKey, IdeaKey, IdeaCode, MeasureId, MeasureCode, AfterKey, State, Decision, Kind, ScaleKind, StartedOn, EndedOn, IsShared, "
        + "DegreeOfBelief, Title, DocumentJson";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public string TeamKey { get; init; } = "";

    public string? IdeaKey { get; init; }

    public string? IdeaCode { get; init; }

    public Guid? MeasureId { get; init; }

    public string? MeasureCode { get; init; }

    public string? AfterKey { get; init; }

    public string State { get; init; } = "";

    public string? Decision { get; init; }

    public string Kind { get; init; } = "";

    public string ScaleKind { get; init; } = "";

    public DateOnly? StartedOn { get; init; }

    public DateOnly? EndedOn { get; init; }

    public bool IsShared { get; init; }

    public string? DegreeOfBelief { get; init; }

    public string Title { get; init; } = "";

    public string DocumentJson { get; init; } = "";

    public PdsaState StateValue => EnumText.Parse<PdsaState>(State);

    public override PdsaView View
    {
        get
        {
            var document = StoredJson.Read<PdsaDocument>(DocumentJson);
            return new PdsaView
            {
                Team = TeamCode,
                Code = Code,
                Title = Title,
                Objective = document.Objective,
                Idea = IdeaCode,
                Measure = MeasureCode,
                After = document.After,
                Scale = new PdsaScale(EnumText.Parse<ScaleKind>(ScaleKind), document.ScaleSize),
                Conditions = document.Conditions,
                Kind = EnumText.Parse<PdsaKind>(Kind),
                State = StateValue,
                Plan = document.Plan,
                StartedOn = StartedOn,
                Do = document.Do,
                Study = document.Study,
                Act = document.Act,
                EndedOn = EndedOn,
                Decision = Decision is { } decision ? EnumText.Parse<PdsaDecision>(decision) : null,
                Share = IsShared,
                DegreeOfBelief = DegreeOfBelief is { } belief ? EnumText.Parse<DegreeOfBelief>(belief) : null,
                Revision = Revision,
                RecordedAt = RecordedAt,
                RecordedBy = RecordedBy,
            };
        }
    }
}

/// <summary>What of a cycle is read only; without blanks around it.</summary>
internal sealed record PdsaDocument
{
    public string? Objective { get; init; }

    public string? After { get; init; }

    public int? ScaleSize { get; init; }

    public string? Conditions { get; init; }

    public PdsaPlan? Plan { get; init; }

    public PdsaDo? Do { get; init; }

    public PdsaStudy? Study { get; init; }

    public PdsaAct? Act { get; init; }

    /// <param name="after">The code of the cycle before it, as that cycle is written.</param>
    public static PdsaDocument Of(PdsaBody body, string? after) => new()
    {
        Objective = Shape.Tidy(body.Objective),
        After = after,
        ScaleSize = body.Scale?.Size,
        Conditions = Shape.Tidy(body.Conditions),
        Plan = body.Plan is { } plan
            ? new PdsaPlan
            {
                Questions = Tidy(plan.Questions),
                Predictions = Tidy(plan.Predictions),
                Who = Shape.Tidy(plan.Who),
                What = Shape.Tidy(plan.What),
                When = Shape.Tidy(plan.When),
                Where = Shape.Tidy(plan.Where),
                Data = Shape.Tidy(plan.Data),
            }
            : null,
        Do = body.Do is { } run ? new PdsaDo { Observations = Shape.Tidy(run.Observations), Problems = Shape.Tidy(run.Problems) } : null,
        Study = body.Study is { } study
            ? new PdsaStudy
            {
                Results = study.Results is { Count: > 0 } results ? [.. results.OrderBy(result => result.Prediction).Select(result => result with { What = Shape.Tidy(result.What) })] : null,
                Summary = Shape.Tidy(study.Summary),
                Learned = Shape.Tidy(study.Learned),
            }
            : null,
        Act = body.Act is { } act ? act with { Next = Shape.Tidy(act.Next) } : null,
    };

    private static IReadOnlyList<string>? Tidy(IReadOnlyList<string>? lines) => lines is { Count: > 0 } ? [.. lines.Select(line => line.Trim())] : null;
}
