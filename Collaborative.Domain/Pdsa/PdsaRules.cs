using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Pdsa;

/// <summary>What a cycle must have in each of its states, and which moves between them there are.</summary>
public static class PdsaRules
{
    public const int MostQuestions = 20;
    public const int MostPredictions = 20;
    public const int LineLength = 500;

    /// <summary>More patients, shifts or units than any test has.</summary>
    public const int LargestSize = 1_000_000;

    public static IEnumerable<FieldError> ShapeErrors(PdsaBody body) =>
    [
        .. Shape.Required(body.Title, "/title", "a title", Shape.NameLength),
        .. Shape.Optional(body.Objective, "/objective", Shape.TextLength),
        .. body.Idea is { } idea ? Shape.Code(idea, "/idea") : [],
        .. body.Measure is { } measure ? Shape.Code(measure, "/measure") : [],
        .. body.After is { } after ? Shape.Code(after, "/after") : [],
        .. Shape.Given(body.Scale?.Kind, "/scale/kind", "the scale: onePatient, oneClinician, oneShift, oneUnit, several or all"),
        .. body.Scale?.Size is < 1 or > LargestSize ? [new FieldError("/scale/size", "range", $"Give a whole number from 1 to {LargestSize}, or leave it out.")] : Nothing,
        .. Shape.Optional(body.Conditions, "/conditions", Shape.TextLength),
        .. PlanErrors(body.Plan),
        .. Shape.Optional(body.Do?.Observations, "/do/observations", Shape.TextLength),
        .. Shape.Optional(body.Do?.Problems, "/do/problems", Shape.TextLength),
        .. StudyErrors(body.Study, Count(body.Plan?.Predictions)),
        .. Shape.Optional(body.Act?.Next, "/act/next", Shape.TextLength),
        .. Shape.Day(body.StartedOn, "/startedOn"),
        .. Shape.Day(body.EndedOn, "/endedOn"),
        .. body.EndedOn < body.StartedOn ? [new FieldError("/endedOn", "order", $"The cycle cannot end before it started on {body.StartedOn:yyyy-MM-dd}.")] : Nothing,
        .. Shape.Optional(body.Reason, "/reason", Shape.TextLength),
        .. MissingParts(body),
    ];

    /// <summary>A running cycle is a prediction put to the test; a studied one has answered every prediction; a closed one has decided.</summary>
    public static IEnumerable<FieldError> MissingParts(PdsaBody body)
    {
        var state = body.State ?? PdsaState.Planned;
        var predictions = Count(body.Plan?.Predictions);
        if (state >= PdsaState.Running && predictions == 0)
        {
            yield return new FieldError("/plan/predictions", "required", "Write down at least one prediction before the cycle runs: without it there is nothing to learn from.");
        }

        if (state >= PdsaState.Running && body.StartedOn is null)
        {
            yield return new FieldError("/startedOn", "required", "Give the day on which the cycle started.");
        }

        if (state >= PdsaState.Studied)
        {
            var answered = (body.Study?.Results ?? []).Select(result => result.Prediction).ToHashSet();
            var open = Enumerable.Range(1, predictions).Where(number => !answered.Contains(number)).ToList();
            if (open.Count > 0)
            {
                yield return new FieldError("/study/results", "required", $"Say for every prediction whether it happened; still open: {string.Join(", ", open)}.");
            }
        }

        if (state == PdsaState.Closed && body.Act?.Decision is null)
        {
            yield return new FieldError("/act/decision", "required", "Decide before you close the cycle: adopt, adapt or abandon.");
        }
    }

    /// <summary>A closed cycle stays closed: what was learned after it is the next cycle's.</summary>
    public static Problem? JudgeMove(PdsaState? from, PdsaState to, string code) =>
        from == PdsaState.Closed && to != PdsaState.Closed
            ? new Problem(ProblemCode.PdsaCycleClosed,
                $"This cycle is closed and stays closed; its text can still be mended. Plan the next test as a cycle of its own, with \"after\": \"{code}\". If it was closed by mistake, take it back first (DELETE), then send it again.")
            : null;

    /// <summary>What is odd about a cycle where it stands on its ramp.</summary>
    /// <param name="before">The cycle before it; null at the foot of a ramp.</param>
    /// <param name="isIdeaRetired">Whether the idea has left the change package.</param>
    public static IReadOnlyList<Warning> Warnings(PdsaView cycle, PdsaView? before, bool isIdeaRetired)
    {
        var warnings = new List<Warning>();
        void Warn(string code, string message) => warnings.Add(new Warning(code, message));

        // Ready to implement only after tests at growing scale and under varied conditions; the same scale under other conditions is growth too.
        if (before is not null && !Grows(before, cycle))
        {
            Warn("scaleNotGrown", $"The test before it, {before.Code}, was as large or larger. Make the next one larger, or test under other conditions.");
        }

        if (cycle.Kind != PdsaKind.Testing && before is null)
        {
            Warn("implementedUntested", "No test comes before this one on its ramp. Test on a small scale before a change is made permanent.");
        }

        if (before?.Decision == PdsaDecision.Abandon)
        {
            Warn("afterAbandoned", $"The team decided after {before.Code} to abandon the change.");
        }

        if (before is not null && !SameIdea(before.Idea, cycle.Idea))
        {
            Warn("otherIdea", $"The test before it, {before.Code}, belongs to another idea; a ramp is a series of tests of one idea.");
        }

        if (isIdeaRetired)
        {
            Warn("ideaRetired", "This idea is no longer in the change package.");
        }

        if (cycle is { Share: true, State: >= PdsaState.Studied, DegreeOfBelief: null })
        {
            Warn("noDegreeOfBelief", "Say how strongly you believe that the change is an improvement (degreeOfBelief), so that other teams can judge what you share.");
        }

        if (cycle is { Share: true, State: >= PdsaState.Studied, Study: not { Learned: not null } and not { Summary: not null } })
        {
            Warn("nothingLearned", "Write down what you learned (study.learned): it is what the other teams look for.");
        }

        return warnings;
    }

    private static IEnumerable<FieldError> Nothing => [];

    private static bool Grows(PdsaView before, PdsaView cycle) =>
        cycle.Scale.Kind > before.Scale.Kind
        || (cycle.Scale.Kind == before.Scale.Kind
            && (cycle.Scale.Size > before.Scale.Size
                || (cycle.Conditions is not null && !string.Equals(cycle.Conditions, before.Conditions, StringComparison.OrdinalIgnoreCase))));

    private static bool SameIdea(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static int Count(IReadOnlyList<string>? lines) => lines?.Count ?? 0;

    private static IEnumerable<FieldError> PlanErrors(PdsaPlan? plan) => plan is null ? [] :
    [
        .. Lines(plan.Questions, "/plan/questions", "question", MostQuestions),
        .. Lines(plan.Predictions, "/plan/predictions", "prediction", MostPredictions),
        .. Shape.Optional(plan.Who, "/plan/who", Shape.TextLength),
        .. Shape.Optional(plan.What, "/plan/what", Shape.TextLength),
        .. Shape.Optional(plan.When, "/plan/when", Shape.TextLength),
        .. Shape.Optional(plan.Where, "/plan/where", Shape.TextLength),
        .. Shape.Optional(plan.Data, "/plan/data", Shape.TextLength),
    ];

    private static IEnumerable<FieldError> Lines(IReadOnlyList<string>? lines, string pointer, string what, int most)
    {
        if (Count(lines) > most)
        {
            return [new FieldError(pointer, "tooMany", $"Keep to {most} {what}s; small tests answer few questions.")];
        }

        return (lines ?? []).SelectMany((line, i) => Shape.Required(line, $"{pointer}/{i}", $"the {what}, or leave it out", LineLength));
    }

    private static IEnumerable<FieldError> StudyErrors(PdsaStudy? study, int predictions)
    {
        if (study is null)
        {
            yield break;
        }

        var results = study.Results ?? [];
        var seen = new HashSet<int>();
        for (var i = 0; i < results.Count; i++)
        {
            // A list of a JSON body may hold null.
            var (prediction, happened, what) = results[i] ?? new PredictionResult(null, null, null);
            var pointer = $"/study/results/{i}";
            if (prediction is not { } number || number < 1 || number > predictions)
            {
                yield return new FieldError(
                    $"{pointer}/prediction", "range", predictions == 0 ? "The plan has no predictions yet; write them down first." : $"Give the number of the prediction in the plan, from 1 to {predictions}.");
            }
            else if (!seen.Add(number))
            {
                yield return new FieldError($"{pointer}/prediction", "duplicate", $"Prediction {number} is answered twice; keep one answer.");
            }

            if (happened is null)
            {
                yield return new FieldError($"{pointer}/happened", "required", "Say whether it happened: asPredicted, partly or not.");
            }

            foreach (var error in Shape.Optional(what, $"{pointer}/what", Shape.TextLength))
            {
                yield return error;
            }
        }

        foreach (var error in Shape.Optional(study.Summary, "/study/summary", Shape.TextLength).Concat(Shape.Optional(study.Learned, "/study/learned", Shape.TextLength)))
        {
            yield return error;
        }
    }
}
