using System.Collections;
using System.Numerics;

namespace Collaborative.Domain.RunCharts;

/// <summary>A rule that found something.</summary>
public enum SignalRule
{
    Shift,
    Trend,
    TooFewRuns,
    TooManyRuns,
    Astronomical,
    LongestRun,
    Crossings,
    OutsideLimits,
    TwoOfThree,
    FourOfFive,
    FifteenInner,
    EightOutside,
    Alternating,
}

/// <summary>Where the values went, on the paper: higher or lower.</summary>
public enum SignalDirection
{
    Up,
    Down,
}

/// <summary>What a signal means to the people who set the measure's direction.</summary>
public enum SignalMeaning
{
    Improvement,
    Concern,
    Neutral,
}

/// <summary>
/// One signal on a chart. <paramref name="From"/> and <paramref name="To"/> are labels of the series, with their positions from 0 beside them.
/// A signal about a whole phase (runs, crossings) spans the phase and has no direction. The <paramref name="Reason"/> is a person's, for a
/// point that one has flagged.
/// </summary>
public readonly record struct Signal(
    SignalRule Rule, string From, string To, int FromIndex, int ToIndex, SignalDirection? Direction, SignalMeaning Meaning, string? Reason = null);

/// <summary>The rules that a point is part of, one bit for each, so that a series carries them without an allocation.</summary>
public readonly record struct SignalSet : IReadOnlyCollection<SignalRule>
{
    private readonly uint bits;

    private SignalSet(uint bits) => this.bits = bits;

    public int Count => BitOperations.PopCount(bits);

    public bool IsEmpty => bits == 0;

    public bool Contains(SignalRule rule) => (bits & (1u << (int)rule)) != 0;

    public SignalSet With(SignalRule rule) => new(bits | (1u << (int)rule));

    /// <summary>The rules in the order of <see cref="SignalRule"/>.</summary>
    public IEnumerator<SignalRule> GetEnumerator()
    {
        for (var rest = bits; rest != 0; rest &= rest - 1)
        {
            yield return (SignalRule)BitOperations.TrailingZeroCount(rest);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(' ', this);
}
