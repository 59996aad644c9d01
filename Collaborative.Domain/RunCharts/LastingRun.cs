namespace Collaborative.Domain.RunCharts;

/// <summary>Useful points in a row on one side of the line that judged them, in the last phase and beyond what set the line.</summary>
/// <param name="From">Position of its first point.</param>
/// <param name="To">Position of its last point.</param>
/// <param name="Length">In useful points.</param>
/// <param name="Ongoing">Whether no useful point comes after it.</param>
internal readonly record struct LastingRun(int From, int To, int Length, SignalDirection Direction, bool Ongoing)
{
    /// <summary>The first run that is long enough, and where asked for still goes on; null where there is none, or the rules were silent.</summary>
    public static LastingRun? Find(ChartAnalysis analysis, int atLeast, bool ongoing)
    {
        if (analysis.Phases is not [.., var phase] || phase.Statistics.Signal is null)
        {
            return null;
        }

        LastingRun? found = null, run = null;
        for (var i = (phase.FrozenToIndex ?? phase.FromIndex) + 1; i <= phase.ToIndex; i++)
        {
            ref readonly var point = ref analysis.Points[i];
            if (!point.Useful)
            {
                continue;
            }

            var direction = point.Value > point.Centre ? SignalDirection.Up : SignalDirection.Down;
            found ??= IsLong(run, atLeast) && !ongoing && run!.Value.Direction != direction ? run : null;
            run = run is { } current && current.Direction == direction
                ? current with { To = i, Length = current.Length + 1 }
                : new LastingRun(i, i, 1, direction, false);
        }

        return found ?? (IsLong(run, atLeast) ? run!.Value with { Ongoing = true } : null);
    }

    private static bool IsLong(LastingRun? run, int atLeast) => run?.Length >= atLeast;

    /// <summary>The median of its points, those on the line between them included.</summary>
    public double Median(ChartAnalysis analysis)
    {
        var values = new List<double>(To - From + 1);
        for (var i = From; i <= To; i++)
        {
            if (analysis.Points[i] is { Excluded: false, Value: { } value })
            {
                values.Add(value);
            }
        }

        var sorted = values.ToArray();
        Array.Sort(sorted);
        return Quantile.Median(sorted);
    }
}
