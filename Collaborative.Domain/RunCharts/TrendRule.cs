namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Five or more points in a row all going up or all going down (Perla 2011; six or seven in other sets): five levels, four steps. A value equal to the one before it
/// is not a new level, but belongs to the trend it stands in; gaps are passed over; the trend may cross the centre line. A point at a turn
/// ends one trend and starts the next.
/// </summary>
internal static class TrendRule
{
    /// <param name="atLeast">So many levels make a trend.</param>
    /// <param name="tiesBreak">Whether a value equal to the one before it ends the trend, as Making Data Count has it.</param>
    public static void Report(in PhaseFrame frame, int atLeast, bool tiesBreak, ref Findings findings)
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
                if (tiesBreak)
                {
                    ReportTrend(frame, start, levelLast, way, levels >= atLeast, ref findings);
                    start = levelFirst = i;
                    levels = 1;
                    way = 0;
                }

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
                ReportTrend(frame, start, levelLast, way, levels >= atLeast, ref findings);
                start = levelFirst;
                levels = 2;
            }

            way = step;
            level = value;
            levelFirst = levelLast = i;
        }

        ReportTrend(frame, start, levelLast, way, levels >= atLeast, ref findings);
    }

    private static void ReportTrend(in PhaseFrame frame, int from, int to, int way, bool longEnough, ref Findings findings)
    {
        if (longEnough)
        {
            findings.AddStretch(frame, SignalRule.Trend, from, to, way > 0 ? SignalDirection.Up : SignalDirection.Down);
        }
    }
}
