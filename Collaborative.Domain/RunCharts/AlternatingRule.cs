namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Points going up and down in turn: two processes that alternate, or a correction after every point (Nelson 1984, test 4). Gaps are passed
/// over; two equal neighbours end the pattern.
/// </summary>
internal static class AlternatingRule
{
    public static void Report(in PhaseFrame frame, int atLeast, ref Findings findings)
    {
        int start = -1, last = -1, points = 0, way = 0;
        for (var i = 0; i < frame.Analysed.Length; i++)
        {
            if (double.IsNaN(frame.Analysed[i]))
            {
                continue;
            }

            int step = last < 0 ? 0 : OnTheLine.Side(frame.Analysed[i], frame.Analysed[last]);
            if (step != 0 && step == -way)
            {
                points++;
            }
            else
            {
                Report(frame, start, last, points >= atLeast, ref findings);
                (start, points) = step == 0 ? (i, 1) : (last, 2);
            }

            (way, last) = (step, i);
        }

        Report(frame, start, last, points >= atLeast, ref findings);
    }

    private static void Report(in PhaseFrame frame, int from, int to, bool longEnough, ref Findings findings)
    {
        if (longEnough)
        {
            findings.AddStretch(frame, SignalRule.Alternating, from, to, null);
        }
    }
}
