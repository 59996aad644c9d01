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

    /// <summary>Which rule decides when several concern one point: a person's judgement, then runs on one side, then a trend.</summary>
    internal static byte Weight(SignalRule rule) => rule switch
    {
        SignalRule.Astronomical => 3,
        SignalRule.Trend => 1,
        _ => 2,
    };
}
