namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Runs: useful points in a row on one side of the centre line. Points on the line, gaps and excluded points neither add to a run nor
/// break it (Perla 2011; Anhøj and Olesen 2014).
/// </summary>
internal readonly record struct UsefulRuns(int Above, int Below, int Runs, int Longest)
{
    public int Useful => Above + Below;

    public int Crossings => Math.Max(Runs - 1, 0);

    /// <param name="sides">+1, -1, or 0 where a point is not useful.</param>
    public static UsefulRuns Count(ReadOnlySpan<sbyte> sides)
    {
        int above = 0, below = 0, runs = 0, longest = 0, length = 0;
        sbyte current = 0;
        foreach (var side in sides)
        {
            if (side == 0)
            {
                continue;
            }

            if (side != current)
            {
                current = side;
                runs++;
                length = 0;
            }

            longest = Math.Max(longest, ++length);
            if (side > 0)
            {
                above++;
            }
            else
            {
                below++;
            }
        }

        return new(above, below, runs, longest);
    }

    /// <summary>Reports every run of at least so many useful points as a signal of the rule, and marks its useful points.</summary>
    /// <param name="tiesBreak">Whether a point on the line ends a run, as Making Data Count has it.</param>
    public static void Report(in PhaseFrame frame, SignalRule rule, int atLeast, ref Findings findings, bool tiesBreak = false)
    {
        var sides = frame.Sides;
        int from = 0, to = 0, length = 0;
        sbyte current = 0;
        for (var i = 0; i < sides.Length; i++)
        {
            if (sides[i] == 0 && (!tiesBreak || double.IsNaN(frame.Analysed[i])))
            {
                continue;
            }

            if (sides[i] != current)
            {
                ReportRun(frame, rule, from, to, current != 0 && length >= atLeast, current, ref findings);
                current = sides[i];
                from = i;
                length = 0;
            }

            to = i;
            length++;
        }

        ReportRun(frame, rule, from, to, current != 0 && length >= atLeast, current, ref findings);
    }

    private static void ReportRun(in PhaseFrame frame, SignalRule rule, int from, int to, bool longEnough, sbyte side, ref Findings findings)
    {
        if (!longEnough)
        {
            return;
        }

        var direction = side > 0 ? SignalDirection.Up : SignalDirection.Down;
        findings.Add(rule, frame.Span.Start + from, frame.Span.Start + to, direction);
        for (var i = from; i <= to; i++)
        {
            if (frame.Sides[i] != 0)
            {
                findings.Mark(frame.Span.Start + i, rule, direction);
            }
        }
    }
}
