using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>From where the values went, and where they were hoped to go, to what that means.</summary>
public static class Meanings
{
    public static SignalMeaning Of(SignalDirection? went, Direction good) => (went, good) switch
    {
        (null, _) or (_, Direction.Neutral) => SignalMeaning.Neutral,
        (SignalDirection.Up, Direction.Increase) or (SignalDirection.Down, Direction.Decrease) => SignalMeaning.Improvement,
        _ => SignalMeaning.Concern,
    };

    /// <summary>
    /// Which rule decides when several concern one point. On a run chart a person's judgement, then runs on one side, then a trend; on a
    /// chart with limits the order of Making Data Count, then the rules that know no direction.
    /// </summary>
    internal static byte Weight(SignalRule rule, RuleSet rules) => (rule, rules) switch
    {
        (SignalRule.Astronomical, _) => 7,
        (SignalRule.Trend, RuleSet.Perla) => 1,
        (SignalRule.OutsideLimits, _) => 6,
        (SignalRule.Trend, _) => 5,
        (SignalRule.TwoOfThree, _) => 4,
        (SignalRule.FourOfFive, _) => 3,
        (SignalRule.FifteenInner or SignalRule.EightOutside or SignalRule.Alternating, _) => 1,
        _ => 2,
    };
}
