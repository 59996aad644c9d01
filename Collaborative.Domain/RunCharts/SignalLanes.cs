namespace Collaborative.Domain.RunCharts;

/// <summary>One signal's place above the plot: its bracket from X1 to X2 and its words, in a lane counted from the plot upwards.</summary>
internal readonly record struct LaneItem(int Lane, double X1, double X2, double TextX, string Words, SignalMeaning Meaning);

/// <summary>Finds room for the words of the signals, so that none covers another.</summary>
internal static class SignalLanes
{
    public const double FontSize = 13;
    private const int MostLanes = 6;
    private const double Gap = 14;

    /// <param name="left">Where words may begin.</param>
    /// <param name="right">Where words must end.</param>
    /// <param name="centreOf">The horizontal place of a position.</param>
    /// <param name="unplaced">How many signals found no room; the chart's description has them all.</param>
    public static List<LaneItem> Place(Chart chart, double left, double right, Func<int, double> centreOf, out int unplaced)
    {
        var signals = ChartWords.GroupedSignals(chart.Analysis);
        signals.Sort((a, b) => (Order(a), a.FromIndex).CompareTo((Order(b), b.FromIndex)));
        var items = new List<LaneItem>(signals.Count);
        unplaced = 0;
        foreach (var signal in signals)
        {
            var words = TextFit.Shorten(ChartWords.Signal(chart, signal), FontSize, right - left);
            var width = TextFit.Width(words, FontSize);
            var (x1, x2) = (centreOf(signal.FromIndex), centreOf(signal.ToIndex));
            var textX = Math.Clamp((x1 + x2 - width) / 2, left, right - width);
            var lane = FreeLane(items, Math.Min(x1, textX) - Gap, Math.Max(x2, textX + width) + Gap);
            if (lane < MostLanes)
            {
                items.Add(new(lane, x1, x2, textX, words, signal.Meaning));
            }
            else
            {
                unplaced++;
            }
        }

        return items;
    }

    /// <summary>Runs on one side and flagged points first, nearest to the plot; trends last, since they say least.</summary>
    private static int Order(in Signal signal) => signal switch
    {
        { Rule: SignalRule.Trend } => 2,
        { Direction: null } => 1,
        _ => 0,
    };

    private static int FreeLane(List<LaneItem> items, double from, double to)
    {
        var lane = 0;
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            var end = Math.Max(item.X2, item.TextX + TextFit.Width(item.Words, FontSize));
            if (item.Lane == lane && from < end && to > Math.Min(item.X1, item.TextX))
            {
                lane++;
                i = -1;
            }
        }

        return lane;
    }
}
