namespace Collaborative.Domain.Pdsa;

/// <summary>Ramps: tests of one idea that follow each other. Every cycle says which one it comes after, and the rest follows from that.</summary>
public static class Ramps
{
    /// <summary>A ramp that is longer was not one of small, quick tests; and it bounds how far a write must look.</summary>
    public const int Longest = 100;

    /// <summary>Whether a cycle may come after another one.</summary>
    /// <param name="key">The cycle that is written; it need not be among the team's cycles yet.</param>
    /// <param name="afterKey">The one before it.</param>
    /// <param name="cycles">The team's cycles as they are: by key, with the key of the one before each.</param>
    public static Problem? Judge(string key, string afterKey, IReadOnlyDictionary<string, string?> cycles)
    {
        var below = 0;
        for (string? at = afterKey; at is not null; at = cycles.GetValueOrDefault(at))
        {
            if (at == key)
            {
                return new Problem(ProblemCode.RampCircular,
                    at == afterKey
                        ? "A cycle cannot come after itself. Name the cycle that was tested before it, or leave \"after\" out."
                        : "That would make the ramp a circle: the cycle named in \"after\" itself comes after this one. Name an earlier cycle, or leave \"after\" out.");
            }

            below++;
        }

        return below + 1 + Above(key, cycles) > Longest
            ? new Problem(ProblemCode.RampTooLong, $"A ramp has at most {Longest} cycles. Begin a new ramp: leave \"after\" out.")
            : null;
    }

    /// <summary>The ramps of a team: those that begin first come first, and in each the cycles in the order of testing.</summary>
    /// <param name="retiredIdeas">The keys of the ideas that have left the change package.</param>
    public static IReadOnlyList<Ramp> Of(IReadOnlyList<PdsaView> cycles, IReadOnlySet<string> retiredIdeas)
    {
        var byKey = cycles.ToDictionary(cycle => Code.KeyOf(cycle.Code));
        var following = cycles.ToLookup(cycle => Before(cycle) is null ? null : Code.KeyOf(cycle.After!));
        return
        [
            .. following[null]
                .Select(first => new Ramp(first.Idea, [.. Climb(first)]))
                .OrderBy(ramp => ramp.Cycles[0].Cycle.StartedOn ?? DateOnly.MaxValue)
                .ThenBy(ramp => Code.KeyOf(ramp.Cycles[0].Cycle.Code), StringComparer.Ordinal),
        ];

        PdsaView? Before(PdsaView cycle) => cycle.After is { } after ? byKey.GetValueOrDefault(Code.KeyOf(after)) : null;

        IEnumerable<RampStep> Climb(PdsaView first)
        {
            var steps = new List<RampStep>();
            var level = new List<PdsaView> { first };
            for (var number = 1; level.Count > 0; number++)
            {
                steps.AddRange(level.Select(cycle => new RampStep(
                    number, cycle with { Warnings = PdsaRules.Warnings(cycle, Before(cycle), cycle.Idea is { } idea && retiredIdeas.Contains(Code.KeyOf(idea))) })));
                level = [.. level.SelectMany(cycle => following[Code.KeyOf(cycle.Code)]).OrderBy(cycle => cycle.StartedOn ?? DateOnly.MaxValue).ThenBy(cycle => Code.KeyOf(cycle.Code), StringComparer.Ordinal)];
            }

            return steps;
        }
    }

    /// <summary>How many cycles stand on top of one another above this one.</summary>
    private static int Above(string key, IReadOnlyDictionary<string, string?> cycles)
    {
        var following = cycles.Where(pair => pair.Value is not null).ToLookup(pair => pair.Value!, pair => pair.Key);
        var height = 0;
        for (var level = following[key].ToList(); level.Count > 0; level = [.. level.SelectMany(above => following[above])])
        {
            height++;
        }

        return height;
    }
}

/// <summary>One ramp: cycles that build on each other, the first test first.</summary>
/// <param name="Idea">The idea of the first cycle.</param>
public sealed record Ramp(string? Idea, IReadOnlyList<RampStep> Cycles);

/// <param name="Number">The how-manieth test on the ramp it is; two that come after the same one share their number.</param>
public sealed record RampStep(int Number, PdsaView Cycle);
