namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Five or more points in a row all going up or all going down (Perla 2011): five levels, four steps. A value equal to the one before it
/// is not a new level, but belongs to the trend it stands in; gaps are passed over; the trend may cross the centre line. A point at a turn
/// ends one trend and starts the next.
/// </summary>
internal static class TrendRule
{
    public static void Report(in PhaseFrame frame, ref Findings findings)
    {
        var values = frame.Analysed;
        int start = 0, levelFirst = 0, levelLast = 0, levels = 0, way = 0;
        var level = double.NaN;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (double.IsNaN(value))
            {
                continue;
            }

            if (levels == 0)
            {
                level = value;
                levels = 1;
                start = levelFirst = levelLast = i;
                continue;
            }

            if (OnTheLine.Is(value, level))
            {
                levelLast = i;

                // A flat beginning of the series leads nowhere: only its last point can start a trend.
                start = way == 0 ? i : start;
                continue;
            }

            var step = value > level ? 1 : -1;
            if (way == 0 || step == way)
            {
                levels++;
            }
            else
            {
                ReportTrend(frame, start, levelLast, levels, way, ref findings);
                start = levelFirst;
                levels = 2;
            }

            way = step;
            level = value;
            levelFirst = levelLast = i;
        }

        ReportTrend(frame, start, levelLast, levels, way, ref findings);
    }

    private static void ReportTrend(in PhaseFrame frame, int from, int to, int levels, int way, ref Findings findings)
    {
        if (levels < frame.Settings.Thresholds.Trend)
        {
            return;
        }

        var direction = way > 0 ? SignalDirection.Up : SignalDirection.Down;
        findings.Add(SignalRule.Trend, frame.Span.Start + from, frame.Span.Start + to, direction);
        for (var i = from; i <= to; i++)
        {
            if (!double.IsNaN(frame.Analysed[i]))
            {
                findings.Mark(frame.Span.Start + i, SignalRule.Trend, direction);
            }
        }
    }
}
