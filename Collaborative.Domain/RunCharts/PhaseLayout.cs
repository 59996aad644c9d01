namespace Collaborative.Domain.RunCharts;

/// <summary>Cuts a series into its phases.</summary>
internal static class PhaseLayout
{
    private const string BaselineReason = "baseline";

    /// <exception cref="ArgumentException">A phase starts at a label that the series lacks, or phases are out of order.</exception>
    public static PhaseSpan[] Of(ReadOnlySpan<ChartPoint> points, AnalysisSettings settings)
    {
        if (points.IsEmpty)
        {
            return [];
        }

        var asked = settings.Phases;
        if (asked.Count == 0)
        {
            return [Cut(0, points.Length, settings.FreezePositions, null)];
        }

        var first = PositionOf(points, asked[0].Label, nameof(settings.Phases));
        var implicitOnes = first > 0 ? 1 : 0;
        var phases = new PhaseSpan[asked.Count + implicitOnes];
        if (first > 0)
        {
            phases[0] = Cut(0, first, null, null);
        }

        var start = first;
        for (var i = 0; i < asked.Count; i++)
        {
            var end = i + 1 < asked.Count ? PositionOf(points, asked[i + 1].Label, nameof(settings.Phases)) : points.Length;
            if (end <= start)
            {
                throw new ArgumentException($"The phase at '{asked[i + 1].Label}' does not start after the one at '{asked[i].Label}'.", nameof(settings));
            }

            phases[i + implicitOnes] = Cut(start, end - start, asked[i].FreezePositions, asked[i].Reason);
            start = end;
        }

        return phases;
    }

    /// <exception cref="ArgumentException">The series has no such label.</exception>
    public static int PositionOf(ReadOnlySpan<ChartPoint> points, string label, string what)
    {
        for (var i = 0; i < points.Length; i++)
        {
            if (string.Equals(points[i].Label, label, StringComparison.Ordinal))
            {
                return i;
            }
        }

        throw new ArgumentException($"{what}: the series has no point labelled '{label}'.", nameof(label));
    }

    private static PhaseSpan Cut(int start, int length, int? freeze, string? reason)
    {
        var frozen = freeze is >= 1 && freeze <= length;
        return new(start, length, frozen ? freeze!.Value : length, frozen, reason ?? (frozen ? BaselineReason : null));
    }
}
