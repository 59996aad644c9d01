namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Rules about the zones of one sigma each between the centre and the limits. "Successive" points pass over gaps and excluded points.
/// Zones are those before clipping: a limit that cannot be crossed still leaves its inner zones where they are.
/// </summary>
internal static class ZoneRules
{
    private const int LongestWindow = 5;

    /// <summary>Two of three successive points more than two sigma off, on the same side (Western Electric 1956, Nelson 1984, Provost and Murray 2011).</summary>
    public static void TwoOfThree(in PhaseFrame frame, ref Findings findings) =>
        SomeOf(frame, SignalRule.TwoOfThree, 2, 3, 2, makingDataCount: false, ref findings);

    /// <summary>
    /// Making Data Count: all three on the same side, two of them between two and three sigma. Only those two are part of the signal; a
    /// point beyond the limit is not one of the two, though it may be the third.
    /// </summary>
    public static void TwoOfThreeWithinLimits(in PhaseFrame frame, ref Findings findings) =>
        SomeOf(frame, SignalRule.TwoOfThree, 2, 3, 2, makingDataCount: true, ref findings);

    /// <summary>Four of five successive points more than one sigma off, on the same side (Western Electric 1956, Nelson 1984).</summary>
    public static void FourOfFive(in PhaseFrame frame, ref Findings findings) =>
        SomeOf(frame, SignalRule.FourOfFive, 4, 5, 1, makingDataCount: false, ref findings);

    /// <summary>Fifteen successive points less than one sigma off, on either side: less variation than the limits claim (Nelson 1984, test 7).</summary>
    public static void FifteenInner(in PhaseFrame frame, ref Findings findings) => Stretch(frame, SignalRule.FifteenInner, 15, inner: true, ref findings);

    /// <summary>Eight successive points more than one sigma off, some on either side: two processes in one chart (Nelson 1984, test 8).</summary>
    public static void EightOutside(in PhaseFrame frame, ref Findings findings) => Stretch(frame, SignalRule.EightOutside, 8, inner: false, ref findings);

    /// <param name="needed">So many of …</param>
    /// <param name="window">… so many successive points …</param>
    /// <param name="sigmas">… lie further off than this, on one side.</param>
    private static void SomeOf(in PhaseFrame frame, SignalRule rule, int needed, int window, double sigmas, bool makingDataCount, ref Findings findings)
    {
        SomeOf(frame, rule, needed, window, sigmas, 1, makingDataCount, ref findings);
        SomeOf(frame, rule, needed, window, sigmas, -1, makingDataCount, ref findings);
    }

    private static void SomeOf(
        in PhaseFrame frame, SignalRule rule, int needed, int window, double sigmas, sbyte side, bool makingDataCount, ref Findings findings)
    {
        Span<int> places = stackalloc int[LongestWindow];
        Span<bool> beyond = stackalloc bool[LongestWindow];
        Span<bool> onSide = stackalloc bool[LongestWindow];
        int seen = 0, from = -1, to = -1;
        for (var i = 0; i < frame.Analysed.Length; i++)
        {
            if (double.IsNaN(frame.Analysed[i]))
            {
                continue;
            }

            var slot = seen++ % window;
            places[slot] = i;
            onSide[slot] = frame.Sides[i] == side;
            beyond[slot] = onSide[slot] && IsBeyond(frame, i, side, sigmas) && !(makingDataCount && IsOutside(frame, i, side));
            if (seen < window || beyond[..window].Count(true) < needed || (makingDataCount && onSide[..window].Contains(false)))
            {
                continue;
            }

            // Windows that share a point are one signal.
            int first = -1, last = -1;
            for (var k = 0; k < window; k++)
            {
                var oldest = (seen + k) % window;
                if (beyond[oldest])
                {
                    first = first < 0 ? places[oldest] : first;
                    last = places[oldest];
                    findings.Mark(frame.Span.Start + last, rule, DirectionOf(side));
                }
            }

            if (first > to)
            {
                Add(frame, rule, from, to, side, ref findings);
                from = first;
            }

            to = last;
        }

        Add(frame, rule, from, to, side, ref findings);
    }

    private static void Add(in PhaseFrame frame, SignalRule rule, int from, int to, sbyte side, ref Findings findings)
    {
        if (from >= 0)
        {
            findings.Add(rule, frame.Span.Start + from, frame.Span.Start + to, DirectionOf(side));
        }
    }

    private static void Stretch(in PhaseFrame frame, SignalRule rule, int atLeast, bool inner, ref Findings findings)
    {
        int from = 0, to = 0, above = 0, below = 0;
        for (var i = 0; i < frame.Analysed.Length; i++)
        {
            if (double.IsNaN(frame.Analysed[i]))
            {
                continue;
            }

            int place = OnTheLine.Side(frame.Analysed[i], frame.Zone(i, 1)) > 0 ? 1 : OnTheLine.Side(frame.Analysed[i], frame.Zone(i, -1)) < 0 ? -1 : 0;
            var strictlyInside = OnTheLine.Side(frame.Analysed[i], frame.Zone(i, 1)) < 0 && OnTheLine.Side(frame.Analysed[i], frame.Zone(i, -1)) > 0;
            if (inner ? strictlyInside : place != 0)
            {
                from = above + below == 0 ? i : from;
                to = i;
                above += frame.Sides[i] >= 0 ? 1 : 0;
                below += frame.Sides[i] < 0 ? 1 : 0;
            }
            else
            {
                Report(frame, rule, from, to, IsSignal(above, below, atLeast, inner), ref findings);
                above = below = 0;
            }
        }

        Report(frame, rule, from, to, IsSignal(above, below, atLeast, inner), ref findings);
    }

    private static bool IsSignal(int above, int below, int atLeast, bool inner) =>
        above + below >= atLeast && (inner || (above > 0 && below > 0));

    private static void Report(in PhaseFrame frame, SignalRule rule, int from, int to, bool found, ref Findings findings)
    {
        if (found)
        {
            findings.AddStretch(frame, rule, from, to, null);
        }
    }

    private static bool IsBeyond(in PhaseFrame frame, int i, sbyte side, double sigmas) =>
        OnTheLine.Side(frame.Analysed[i], frame.Zone(i, side * sigmas)) == side;

    private static bool IsOutside(in PhaseFrame frame, int i, sbyte side) =>
        OnTheLine.Side(frame.Analysed[i], side > 0 ? frame.Upper[i] : frame.Lower[i]) == side;

    private static SignalDirection DirectionOf(sbyte side) => side > 0 ? SignalDirection.Up : SignalDirection.Down;
}
