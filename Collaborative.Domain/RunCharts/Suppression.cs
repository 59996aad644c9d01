using System.Globalization;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>Why no rule was applied: for programs what the note is for people.</summary>
public enum Silence
{
    /// <summary>Fewer points than the rules or the limits need.</summary>
    InsufficientData,

    /// <summary>None of the points that set the line has a figure.</summary>
    NoBaseline,

    /// <summary>More than half of the points lie on the median; a chart of the time between events shows a change sooner.</summary>
    OnTheMedian,

    /// <summary>More than half of the points lie at the end of the scale; a chart of the time between events shows a change sooner.</summary>
    AtAnExtreme,

    /// <summary>The limits need a numerator and a denominator for each point.</summary>
    NoDenominators,

    /// <summary>The limits need several observations behind a point.</summary>
    NoSubgroups,

    /// <summary>All figures are the same.</summary>
    NoVariation,
}

/// <summary>Why no rule was applied, for programs and for people.</summary>
internal sealed record Silenced(Silence Why, string Sentence);

/// <summary>When the run rules must stay silent, and how to say so.</summary>
internal static class Suppression
{
    public const string NoFigures = "There are no figures to judge yet.";

    private const string TimeBetween = "a chart of the time or the cases between events shows a change sooner";

    /// <summary>Why no rule may be applied to this phase; null when they may.</summary>
    public static Silenced? Reason(in PhaseFrame frame, int points, int useful)
    {
        var least = frame.Settings.Thresholds.MinimumPoints;
        if (points < least)
        {
            return new(Silence.InsufficientData, points == 0
                ? NoFigures
                : Sentence($"Only {Counted(points)} so far; the rules need at least {least}, so no signal is looked for."));
        }

        if (double.IsNaN(frame.Centre[0]))
        {
            return new(Silence.NoBaseline, "The baseline has no figures, so there is no median to judge by.");
        }

        if (2 * (points - useful) > points)
        {
            return new(Silence.OnTheMedian, Sentence($"{points - useful} of {points} points lie on the median, too many for the rules; {TimeBetween}."));
        }

        return Extreme(frame, points) is { } extreme
            ? new(Silence.AtAnExtreme, Sentence($"{extreme} of {points} points lie at the end of the scale, too many for the rules; {TimeBetween}."))
            : null;
    }

    /// <summary>A hint for charts whose rules need no median, where too many points lie at the end of the scale; otherwise null.</summary>
    public static string? Hint(in PhaseFrame frame) => Extreme(frame, CountFigures(frame.Analysed)) is { } extreme
        ? Sentence($"{extreme} points lie at the end of the scale; {TimeBetween}.")
        : null;

    /// <summary>How many points lie at the end of the scale, where that is more than half of them.</summary>
    private static int? Extreme(in PhaseFrame frame, int points) => AtAnExtreme(frame) is var extreme && 2 * extreme > points ? extreme : null;

    /// <summary>What weakens a frozen line without silencing the rules; null when nothing does.</summary>
    public static string? Warning(in PhaseFrame frame)
    {
        var least = frame.Settings.Thresholds.MinimumBaseline;
        if (!frame.Span.Frozen || frame.Settings.FixedCentre is not null)
        {
            return null;
        }

        var points = CountFigures(frame.Analysed[..frame.Span.Window]);
        return points > 0 && points < least
            ? Sentence($"The baseline median rests on {Counted(points)}; with fewer than {least} it is unsteady.")
            : null;
    }

    public static int CountFigures(ReadOnlySpan<double> values)
    {
        var count = 0;
        foreach (var value in values)
        {
            count += double.IsNaN(value) ? 0 : 1;
        }

        return count;
    }

    /// <summary>Points that cannot go further: 0 for what is counted, 0 or 100 % for a proportion (Healthcare Improvement Scotland).</summary>
    private static int AtAnExtreme(in PhaseFrame frame)
    {
        var kind = frame.Settings.Kind;
        if (kind is not (MeasureKind.Proportion or MeasureKind.Rate or MeasureKind.Count))
        {
            return 0;
        }

        int atZero = 0, atFull = 0;
        foreach (var value in frame.Analysed)
        {
            atZero += value == 0 ? 1 : 0;
            atFull += kind == MeasureKind.Proportion && OnTheLine.Is(value, frame.Settings.Multiplier) ? 1 : 0;
        }

        return Math.Max(atZero, atFull);
    }

    private static string Counted(int points) =>
        Sentence($"{points} {(points == 1 ? "point" : "points")}");

    private static string Sentence(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
