using Collaborative.Domain.Access;

namespace Collaborative.Domain.Assessments;

/// <summary>What the system knows of a team's progress by the end of a month.</summary>
/// <param name="RequiredMeasures">Measures that every team is asked to report.</param>
/// <param name="RequiredReported">Of those, the ones that the team has reported at least once.</param>
/// <param name="Tests">PDSA cycles that the team has started.</param>
/// <param name="Outcomes">Outcome measures.</param>
/// <param name="OutcomesImproved">Of those, the ones with a favourable signal on the team's run chart.</param>
/// <param name="Goals">Measures with a goal and a good direction.</param>
/// <param name="GoalsMet">Of those, the ones whose last figure meets the goal.</param>
public sealed record ProgressFacts(int RequiredMeasures, int RequiredReported, int Tests, int Outcomes, int OutcomesImproved, int Goals, int GoalsMet);

/// <summary>One thing that speaks against a higher score.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Limit">The highest score that it speaks for.</param>
/// <param name="Message">For people.</param>
public sealed record CeilingReason(string Code, double Limit, string Message);

/// <summary>How high a score the data bear out. Advice to those who score, shown beside the score; no score is ever set by it.</summary>
/// <param name="Value">The lowest limit of the reasons, or 5.0 without any.</param>
/// <param name="Reasons">The strictest first.</param>
public sealed record AssessmentCeiling(double Value, IReadOnlyList<CeilingReason> Reasons)
{
    private const double Top = 5.0;

    /// <summary>"Activity, but no changes": both scales ask for data on key measures and for tests above this level.</summary>
    private const double NoChanges = 2.0;

    /// <summary>"Modest improvement": both scales ask for outcomes that move above this level.</summary>
    private const double NoOutcomeYet = 3.0;

    /// <summary>Both scales ask for half of the goals at 4.0, for three quarters (the classic one) at 4.5, and for all of them at 5.0.</summary>
    private const double BelowHalf = 3.5;

    private const double BelowThreeQuarters = 4.0;

    private const double BelowAll = 4.5;

    public static AssessmentCeiling Of(ProgressFacts facts)
    {
        var reasons = ReasonsIn(facts).OrderBy(reason => reason.Limit).ToList();
        return new(reasons.Count == 0 ? Top : reasons[0].Limit, reasons);
    }

    private static IEnumerable<CeilingReason> ReasonsIn(ProgressFacts facts)
    {
        if (facts is { RequiredMeasures: > 0, RequiredReported: 0 })
        {
            yield return new("noRequiredMeasure", NoChanges, "No required measure has been reported yet.");
        }

        if (facts.Tests == 0)
        {
            yield return new("noTests", NoChanges, "No PDSA cycle has been started yet.");
        }

        if (facts.OutcomesImproved == 0)
        {
            yield return new("noOutcomeImproved", NoOutcomeYet, facts.Outcomes == 0
                ? "There is no outcome measure on which an improvement could show."
                : "No outcome measure has a favourable signal on the team's run chart.");
        }

        if (facts.Goals == 0)
        {
            yield return new("noGoals", BelowHalf, "No measure has a goal, so none can be met.");
        }
        else if (facts.GoalsMet < facts.Goals)
        {
            var limit = facts.GoalsMet * 2 < facts.Goals ? BelowHalf : facts.GoalsMet * 4 < facts.Goals * 3 ? BelowThreeQuarters : BelowAll;
            yield return new("goalsNotMet", limit, $"{facts.GoalsMet} of {facts.Goals} goals are met by the last figures.");
        }
    }
}

public sealed record GetCeiling(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month) : IQuery<CeilingView>;

public sealed record CeilingView(string Team, Month Month, double Ceiling, IReadOnlyList<CeilingReason> Reasons, ProgressFacts Facts);
