using Collaborative.Domain.Access;

namespace Collaborative.Domain.Enrolments;

/// <summary>How far a team has come from wanting to take part to having taken part.</summary>
public enum EnrolmentState
{
    Applied,
    UnderReview,
    Selected,
    Declined,
    Waitlisted,

    /// <summary>A senior leader has signed the letter of commitment.</summary>
    Committed,

    /// <summary>The work has begun.</summary>
    Active,
    Withdrawn,
    Completed,
}

/// <summary>Which enrolment follows which, and who says so.</summary>
public static class EnrolmentMoves
{
    /// <summary>Whether a team in this state takes part, and so may report; a team that was only defined does.</summary>
    /// <remarks>A team that has completed still reports: it holds the gains. One that has withdrawn took part to its last month.</remarks>
    public static bool TakesPart(EnrolmentState? state) => state is null or EnrolmentState.Committed or EnrolmentState.Active or EnrolmentState.Completed;

    /// <summary>Why a team that does not take part cannot report.</summary>
    public static string WhyNotYet(EnrolmentState? state) => state switch
    {
        EnrolmentState.Withdrawn => "The team withdrew before it began to take part, so it has nothing to report.",
        EnrolmentState.Selected => "The team has been selected but has not committed itself yet; it can report when the letter of commitment is there.",
        EnrolmentState.Declined => "The team was declined, so it has nothing to report.",
        _ => "The team has applied but has not been selected yet; it can report when it has committed itself.",
    };

    /// <summary>Teams apply, commit themselves and withdraw; the rest is decided for them.</summary>
    public static bool IsDecision(EnrolmentState state) =>
        state is not (EnrolmentState.Applied or EnrolmentState.Committed or EnrolmentState.Withdrawn);

    /// <summary>Those that must say why.</summary>
    public static bool NeedsReason(EnrolmentState state) => state is EnrolmentState.Declined or EnrolmentState.Waitlisted or EnrolmentState.Withdrawn;

    public static Problem? Forbidden(Viewer viewer, EnrolmentState state) =>
        IsDecision(state) && !AccessPolicy.IsRoleAllowed(viewer.Role, Operation.RunProgramme)
            ? new Problem(ProblemCode.Forbidden, $"Only the director can say that a team is {Words(state)}. You can apply, commit your team and withdraw it.")
            : null;

    /// <summary>Whether an enrolment may move from one state to another; to stay and change what is written there is always possible.</summary>
    /// <param name="from">Null for a team without an enrolment, which counts as active.</param>
    /// <param name="hasFigures">Whether the team has sent figures already.</param>
    /// <param name="passesGate">Whether the readiness checklist allows the team to commit itself.</param>
    public static Problem? Refusal(EnrolmentState? from, EnrolmentState to, bool hasFigures, bool passesGate)
    {
        if (from == to)
        {
            return null;
        }

        if (from is null && to == EnrolmentState.Applied && hasFigures)
        {
            return new Problem(ProblemCode.EnrolmentMove, "The team has sent figures already, so it takes part and has nothing to apply for.");
        }

        if (!Next(from).Contains(to))
        {
            return new Problem(
                ProblemCode.EnrolmentMove,
                $"{(from is { } state ? $"A team that is {Words(state)}" : "A team without an application")} cannot become {Words(to)}; it can become {string.Join(", ", Next(from).Select(Words))}.");
        }

        return to == EnrolmentState.Committed && !passesGate
            ? new Problem(
                ProblemCode.ReadinessGate,
                $"Before a team commits itself, items {string.Join(", ", ReadinessGate.Gating)} of its readiness checklist must be at least partly met: senior leadership, project resources and measurement. Fill in the checklist, or close the gaps first.")
            : null;
    }

    private static EnrolmentState[] Next(EnrolmentState? from) => from switch
    {
        null => [EnrolmentState.Applied, EnrolmentState.Withdrawn, EnrolmentState.Completed],
        EnrolmentState.Applied => [EnrolmentState.UnderReview, EnrolmentState.Selected, EnrolmentState.Declined, EnrolmentState.Waitlisted, EnrolmentState.Withdrawn],
        EnrolmentState.UnderReview => [EnrolmentState.Selected, EnrolmentState.Declined, EnrolmentState.Waitlisted, EnrolmentState.Withdrawn],
        EnrolmentState.Waitlisted => [EnrolmentState.UnderReview, EnrolmentState.Selected, EnrolmentState.Declined, EnrolmentState.Withdrawn],
        EnrolmentState.Declined => [EnrolmentState.Applied, EnrolmentState.UnderReview],
        EnrolmentState.Selected => [EnrolmentState.Committed, EnrolmentState.Withdrawn],
        EnrolmentState.Committed => [EnrolmentState.Active, EnrolmentState.Withdrawn],
        EnrolmentState.Active => [EnrolmentState.Completed, EnrolmentState.Withdrawn],

        // A team that comes back, or a slip of the finger.
        _ => [EnrolmentState.Active],
    };

    private static string Words(EnrolmentState state) => state == EnrolmentState.UnderReview ? "under review" : state.ToString().ToLowerInvariant();
}
