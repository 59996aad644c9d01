namespace Collaborative.Domain.Barriers;

/// <summary>How old a barrier is, in whole days where the collaborative is; a resolved one has stopped ageing.</summary>
/// <param name="Overdue">Open, and longer at its level than a level has.</param>
public sealed record BarrierAge(int AgeDays, int DaysAtLevel, bool Overdue);

/// <summary>
/// How barriers rise. People remove what they can themselves; the rest must reach the level of leadership that can, and be removed there
/// (IHI, A Review of Leadership Teaching and Support, 2019: an escalation process to identify and remove barriers).
/// </summary>
public static class BarrierRules
{
    /// <summary>How many days a level has before a barrier is overdue there: two weeks, so that each monthly report shows what stands still.</summary>
    public const int DaysPerLevel = 14;

    /// <summary>The last day on which an overdue barrier can have reached its level.</summary>
    public static DateOnly OverdueFrom(DateOnly today) => today.AddDays(-DaysPerLevel - 1);

    public static BarrierAge Age(DateOnly raisedOn, DateOnly reachedOn, DateOnly? resolvedOn, DateOnly today)
    {
        var last = resolvedOn ?? today;
        return new(last.DayNumber - raisedOn.DayNumber, last.DayNumber - reachedOn.DayNumber, resolvedOn is null && reachedOn <= OverdueFrom(today));
    }

    /// <summary>A barrier moves any number of levels up, or down, but never without saying why.</summary>
    /// <param name="current">Where it is; null for a new one.</param>
    public static Problem? Refusal(BarrierLevel? current, BarrierLevel asked, string? reason) => current is { } level && level != asked && reason is null
        ? new Problem(
            ProblemCode.EscalationNeedsReason,
            asked > level
                ? "This takes the barrier to a higher level of leadership. Say in reason why it could not be removed where it was."
                : "This takes the barrier to a lower level of leadership. Say in reason why it can be removed there after all.")
        : null;
}
