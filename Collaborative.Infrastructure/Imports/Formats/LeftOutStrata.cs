using Collaborative.Domain.Imports;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>The strata of a figure that are not taken and why, so that none is lost without a word.</summary>
internal sealed class LeftOutStrata
{
    /// <summary>So many are named for each reason; the others are counted.</summary>
    private const int MostNamed = 10;

    private readonly OrderedDictionary<string, Reason> reasons = [];

    public IEnumerable<Finding> Findings => reasons.Select(reason => new Finding("stratumLeftOut", $"{reason.Value} left out. {reason.Key}"));

    /// <param name="category">Null where nobody can tell.</param>
    /// <param name="why">A sentence.</param>
    public void Add(string scheme, string? category, string why)
    {
        if (!reasons.TryGetValue(why, out var reason))
        {
            reasons.Add(why, reason = new Reason());
        }

        reason.Add($"{scheme} {category ?? "(no value)"}");
    }

    private sealed class Reason
    {
        private readonly List<string> names = [];
        private int more;

        public void Add(string name)
        {
            if (names.Count < MostNamed)
            {
                names.Add(name);
            }
            else
            {
                more++;
            }
        }

        public override string ToString() => names.Count == 1
            ? $"The stratum {names[0]} is"
            : $"The strata {string.Join(", ", names)}{(more > 0 ? $" and {more} more" : "")} are";
    }
}
