using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>Collects what the rules find. Positions count from the start of the series.</summary>
internal ref struct Findings(ReadOnlySpan<ChartPoint> points, Span<PointMark> marks, Direction good)
{
    private readonly ReadOnlySpan<ChartPoint> points = points;
    private readonly Span<PointMark> marks = marks;
    private List<Signal>? signals;

    public readonly int Count => signals?.Count ?? 0;

    public readonly Signal[] ToArray() => signals?.ToArray() ?? [];

    public void Add(SignalRule rule, int from, int to, SignalDirection? direction) =>
        (signals ??= []).Add(new(rule, points[from].Label, points[to].Label, from, to, direction, Meanings.Of(direction, good)));

    /// <summary>
    /// Makes a point part of a signal. Where rules disagree about it the weightier one decides, since a trend alone says little
    /// (Anhøj and Olesen 2014); of equal weight, as at the turn between two trends, the point means neither.
    /// </summary>
    public readonly void Mark(int position, SignalRule rule, SignalDirection? direction)
    {
        ref var mark = ref marks[position];
        mark.Signals = mark.Signals.With(rule);
        var meaning = Meanings.Of(direction, good);
        var weight = Meanings.Weight(rule);
        if (weight > mark.Weight)
        {
            mark.Weight = weight;
            mark.Meaning = meaning;
        }
        else if (weight == mark.Weight && meaning != mark.Meaning)
        {
            mark.Meaning = SignalMeaning.Neutral;
        }
    }
}

/// <summary>What the rules said about one point. A weight of 0 means nothing.</summary>
internal struct PointMark
{
    public SignalSet Signals;
    public byte Weight;
    public SignalMeaning Meaning;
}
