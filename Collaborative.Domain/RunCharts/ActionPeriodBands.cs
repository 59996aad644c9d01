using System.Globalization;
using Collaborative.Domain.LearningSessions;

namespace Collaborative.Domain.RunCharts;

/// <summary>Action periods in months, for the bands behind the points of a chart.</summary>
public static class ActionPeriodBands
{
    /// <summary>A month in which a session falls belongs to the action period that begins in it, so that no two bands overlap.</summary>
    /// <param name="sessions">In any order.</param>
    /// <param name="end">The last month of the collaborative.</param>
    public static IReadOnlyList<ChartBand> Of(IEnumerable<SessionDates> sessions, Month end)
    {
        var periods = SessionRules.ActionPeriods([.. sessions.OrderBy(session => session.Number)], end.LastDay).ToList();
        var bands = new List<ChartBand>(periods.Count);
        for (var i = 0; i < periods.Count; i++)
        {
            var from = Month.Of(periods[i].From);
            var to = i + 1 < periods.Count ? Month.Min(Month.Of(periods[i].To), Month.Of(periods[i + 1].From).AddMonths(-1)) : Month.Of(periods[i].To);
            if (from <= to)
            {
                bands.Add(new ChartBand(from, to, string.Create(CultureInfo.InvariantCulture, $"Action period {periods[i].Number}")));
            }
        }

        return bands;
    }
}
