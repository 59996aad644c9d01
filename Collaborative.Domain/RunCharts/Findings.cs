namespace Collaborative.Domain.RunCharts;

/// <summary>Collects what the rules find. Positions count from the start of the series.</summary>
internal ref struct Findings(ReadOnlySpan<ChartPoint> points, Span<PointMark> marks, AnalysisSettings settings)
{
    private readonly ReadOnlySpan<ChartPoint> points = points;
    private readonly Span<PointMark> marks = marks;
    private List<Signal>? signals;

    public readonly int Count => signals?.Count ?? 0;

    public readonly Signal[] ToArray() => signals?.ToArray() ?? [];

    public void Add(SignalRule rule, int from, int to, SignalDirection? direction, string? reason = null) =>
        (signals ??= []).Add(new(rule, points[from].Label, points[to].Label, from, to, direction, Meanings.Of(direction, settings.Direction), reason));

    /// <summary>A signal from one position of a phase to another, which all points with a figure between them are part of.</summary>
    public void AddStretch(in PhaseFrame frame, SignalRule rule, int from, int to, SignalDirection? direction)
    {
        Add(rule, frame.Span.Start + from, frame.Span.Start + to, direction);
        for (var i = from; i <= to; i++)
        {
            if (!double.IsNaN(frame.Analysed[i]))
            {
                Mark(frame.Span.Start + i, rule, direction);
            }
        }
    }

    /// <summary>
    /// Makes a point part of a signal. Where rules disagree about it the weightier one decides, since a trend alone says little
    /// (Anhøj and Olesen 2014); of equal weight, as at the turn between two trends, the point means neither, but the later one under
    /// Making Data Count, which gives every special cause one colour.
    /// </summary>
    public readonly void Mark(int position, SignalRule rule, SignalDirection? direction)
    {
        ref var mark = ref marks[position];
        mark.Signals = mark.Signals.With(rule);
        var meaning = Meanings.Of(direction, settings.Direction);
        var weight = Meanings.Weight(rule, settings.Rules);
        if (weight > mark.Weight)
        {
            mark.Weight = weight;
            mark.Meaning = meaning;
            mark.Direction = direction;
        }
        else if (weight == mark.Weight && direction != mark.Direction)
        {
            var laterWins = settings.Rules == RuleSet.MakingDataCount;
            mark.Meaning = laterWins ? meaning : SignalMeaning.Neutral;
            mark.Direction = laterWins ? direction : null;
        }
    }
}

/// <summary>What the rules said about one point. A weight of 0 means nothing.</summary>
internal struct PointMark
{
    public SignalSet Signals;
    public byte Weight;
    public SignalMeaning Meaning;
    public SignalDirection? Direction;
}
