using Collaborative.Domain.Access;

namespace Collaborative.Domain.Assessments;

/// <summary>How the official scores of all teams are spread, month by month: an aggregate, open to everyone in the collaborative.</summary>
/// <param name="From">The first month with a score unless given.</param>
/// <param name="To">The last month with a score unless given.</param>
public sealed record GetDistribution(Viewer Viewer, Guid CollaborativeId, Month? From, Month? To) : IQuery<DistributionView>, IHasShape
{
    /// <summary>A longer window is a mistyped year.</summary>
    public const int MostMonths = 600;

    public IEnumerable<FieldError> ShapeErrors()
    {
        if (this is { From: { } from, To: { } to } && (to < from || to - from >= MostMonths))
        {
            yield return new FieldError("to", "range", $"The last month must not be before the first, and at most {MostMonths} months later.");
        }
    }
}

public sealed record DistributionView(IReadOnlyList<DistributionMonth> Months);

/// <param name="Scored">How many teams have an official score for the month; a team without one is not counted, and its last score does not stand in.</param>
/// <param name="AtLeast3">The share of them at 3.0, modest improvement, or above; null when nobody is scored.</param>
/// <param name="AtLeast4">The share of them at 4.0, significant improvement, or above.</param>
public sealed record DistributionMonth(
    Month Month, int Scored, double? Mean, double? Median, double? AtLeast3, double? AtLeast4, IReadOnlyList<LevelCount> Levels)
{
    private const double Modest = 3.0;

    private const double Significant = 4.0;

    /// <param name="scores">The official scores of a month, one for each team that has one.</param>
    public static DistributionMonth Of(Month month, IReadOnlyCollection<double> scores)
    {
        var ordered = scores.Order().ToArray();
        var count = ordered.Length;
        return new(
            month,
            count,
            count == 0 ? null : ordered.Average(),
            count == 0 ? null : (ordered[(count - 1) / 2] + ordered[count / 2]) / 2,
            Share(Modest),
            Share(Significant),
            [.. AssessmentRules.Steps().Select(step => new LevelCount(step, ordered.Count(score => score == step)))]);

        double? Share(double level) => count == 0 ? null : (double)ordered.Count(score => score >= level) / count;
    }
}

public sealed record LevelCount(double Value, int Count);
