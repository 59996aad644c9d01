using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Domain.Submissions;

/// <summary>The figures of one month in the team's series of a measure.</summary>
public readonly record struct SeriesMonth(Month Month, Figures Figures);

/// <summary>Another measure's figures of the same team and month, for checks across measures.</summary>
public sealed record Sibling(string MeasureName, string? DenominatorDefinition, double? Denominator);

/// <summary>The data-quality checks of the domain page (3.7): what is odd is pointed out, never refused.</summary>
public static class DataQuality
{
    /// <summary>Domain page 3.7, check 5: the denominator moved by more than half of its own trailing median.</summary>
    private const double DenominatorChange = 0.5;

    private const int TrailingMonths = 12;

    private const int LeastTrailing = 3;

    /// <summary>Domain page 5.2: XmR limits are the mean ± 3·(mean moving range)/1.128 (d2 for n = 2, Montgomery).</summary>
    private const double SigmaPerMovingRange = 3 / 1.128;

    /// <summary>Fewer points than these say too little about what is usual (domain page 4.1).</summary>
    private const int LeastForLimits = 10;

    /// <summary>Domain page 3.7, check 9: this many months in a row at 0 % or 100 %.</summary>
    private const int MonthsAtExtreme = 6;

    /// <summary>All warnings for one month.</summary>
    /// <param name="series">The submitted months of the series, oldest first; it may hold the month itself and later months.</param>
    /// <param name="siblings">The same team's other measures in the same month.</param>
    public static IReadOnlyList<Warning> Check(
        MeasureState measure, Month month, SubmissionState state, IReadOnlyList<SeriesMonth> series, IReadOnlyList<Sibling> siblings)
    {
        if (state.NoData is not null || state.Status is SubmissionStatus.Waived or SubmissionStatus.Withdrawn)
        {
            return [];
        }

        List<Warning>? warnings = null;
        void Warn(string code, string message) => (warnings ??= []).Add(new Warning(code, message));

        var before = Before(series, month);
        var figures = state.Figures;
        Size(measure, figures, Warn);
        Series(measure, month, figures, before, Warn);
        if (state.Strata is not null)
        {
            Strata(figures, StratumText.Read(state.Strata)!, Warn);
        }

        Siblings(measure, figures, siblings, Warn);
        return warnings ?? (IReadOnlyList<Warning>)[];
    }

    private static ReadOnlySpan<SeriesMonth> Before(IReadOnlyList<SeriesMonth> series, Month month)
    {
        var earlier = series as SeriesMonth[] ?? [.. series];
        var count = 0;
        while (count < earlier.Length && earlier[count].Month < month)
        {
            count++;
        }

        return earlier.AsSpan(0, count);
    }

    private static void Size(MeasureState measure, Figures figures, Action<string, string> warn)
    {
        if (measure.Kind is MeasureKind.Proportion or MeasureKind.Count && figures.Numerator is { } cases && cases != Math.Floor(cases))
        {
            warn("notWhole", "The numerator is not a whole number; cases and events usually are.");
        }

        if (measure.Kind == MeasureKind.Proportion && figures.Denominator is { } of && of != Math.Floor(of))
        {
            warn("notWhole", "The denominator is not a whole number; cases usually are.");
        }

        if (figures.Denominator is > 0 and var denominator && denominator < measure.MinimumDenominator
            && measure.Kind is MeasureKind.Proportion or MeasureKind.Rate)
        {
            warn("smallDenominator", "The denominator is small, so the value will jump about by chance.");
        }

        if (measure.PlannedSample is { } planned && (figures.Denominator ?? figures.N) is { } sampled && sampled > 0 && sampled < planned)
        {
            warn("sampleBelowPlan", "Fewer cases were looked at than the sampling plan asks for.");
        }

        if (measure.Kind == MeasureKind.Mean && figures is { Value: not null, N: null })
        {
            warn("sampleSizeMissing", "Without n this mean cannot be pooled with other teams' means.");
        }
    }

    private static void Series(MeasureState measure, Month month, Figures figures, ReadOnlySpan<SeriesMonth> before, Action<string, string> warn)
    {
        if (before.Length > 0 && before[^1].Month == month.AddMonths(-1) && IsWorthComparing(figures) && before[^1].Figures == figures)
        {
            warn("sameAsLastMonth", "These are exactly last month's figures; was the right month copied?");
        }

        if (figures.Denominator is > 0 and var denominator && TrailingMedian(before) is > 0 and var median
            && Math.Abs(denominator - median) > DenominatorChange * median)
        {
            warn("denominatorChanged", "The denominator is more than half above or below its usual size; please check it.");
        }

        if (figures.PlottedValue(measure.Kind, measure.Multiplier) is not { } value)
        {
            return;
        }

        if (UsualRange(measure, before) is { } usual && (OnTheLine.Side(value, usual.Lower) < 0 || OnTheLine.Side(value, usual.Upper) > 0))
        {
            warn("unusualValue", "The value is outside this team's usual range; please confirm it.");
        }

        if (measure.Kind == MeasureKind.Proportion && AtExtremeFor(measure, value, before) >= MonthsAtExtreme)
        {
            warn("atExtreme", $"The value has been {(value == 0 ? "0 %" : "100 %")} for {MonthsAtExtreme} months or more; a chart of the time between events would show more.");
        }
    }

    /// <summary>No event after no event is no copy.</summary>
    private static bool IsWorthComparing(Figures figures) =>
        figures is { IsEmpty: false, Denominator: not 0, Gaps: not "" } and not { Numerator: 0, Denominator: null };

    private static double? TrailingMedian(ReadOnlySpan<SeriesMonth> before)
    {
        Span<double> denominators = stackalloc double[TrailingMonths];
        var count = 0;
        for (var i = before.Length - 1; i >= 0 && count < TrailingMonths; i--)
        {
            if (before[i].Figures.Denominator is > 0 and var denominator)
            {
                denominators[count++] = denominator;
            }
        }

        if (count < LeastTrailing)
        {
            return null;
        }

        var sorted = denominators[..count];
        sorted.Sort();
        return count % 2 == 1 ? sorted[count / 2] : (sorted[(count / 2) - 1] + sorted[count / 2]) / 2;
    }

    /// <summary>The XmR limits of the months before; a missing month breaks the moving range.</summary>
    private static (double Lower, double Upper)? UsualRange(MeasureState measure, ReadOnlySpan<SeriesMonth> before)
    {
        double sum = 0, ranges = 0;
        int points = 0, pairs = 0;
        (Month Month, double Value)? last = null;
        foreach (var (month, figures) in before)
        {
            if (figures.PlottedValue(measure.Kind, measure.Multiplier) is not { } value)
            {
                continue;
            }

            sum += value;
            points++;
            if (last is { } previous && month - previous.Month == 1)
            {
                ranges += Math.Abs(value - previous.Value);
                pairs++;
            }

            last = (month, value);
        }

        if (points < LeastForLimits || pairs == 0)
        {
            return null;
        }

        var mean = sum / points;
        var reach = SigmaPerMovingRange * ranges / pairs;
        return (mean - reach, mean + reach);
    }

    private static int AtExtremeFor(MeasureState measure, double value, ReadOnlySpan<SeriesMonth> before)
    {
        if (value != 0 && value != measure.Multiplier)
        {
            return 0;
        }

        var months = 1;
        for (var i = before.Length - 1; i >= 0 && before[i].Figures.PlottedValue(measure.Kind, measure.Multiplier) == value; i--)
        {
            months++;
        }

        return months;
    }

    /// <summary>Totals are independent of their strata, so a difference is pointed out and not corrected; "unknown" allows less than the total.</summary>
    private static void Strata(Figures figures, IReadOnlyList<Stratum> strata, Action<string, string> warn)
    {
        foreach (var scheme in strata.GroupBy(stratum => stratum.Scheme))
        {
            var numerator = scheme.Sum(stratum => stratum.Numerator ?? 0);
            var denominator = scheme.Sum(stratum => stratum.Denominator ?? 0);
            if (numerator != (figures.Numerator ?? numerator) || denominator != (figures.Denominator ?? denominator))
            {
                warn("strataDiffer", $"The strata of {scheme.Key} do not add up to the total.");
            }
        }
    }

    private static void Siblings(MeasureState measure, Figures figures, IReadOnlyList<Sibling> siblings, Action<string, string> warn)
    {
        if (figures.Denominator is not { } denominator || measure.DenominatorDefinition is not { } definition)
        {
            return;
        }

        foreach (var sibling in siblings)
        {
            if (sibling.Denominator is not { } other || sibling.DenominatorDefinition is not { } otherDefinition)
            {
                continue;
            }

            if (other != denominator && string.Equals(definition, otherDefinition, StringComparison.OrdinalIgnoreCase))
            {
                warn("denominatorDiffers", $"{sibling.MeasureName} has the same denominator by definition but another figure this month.");
            }
            else if ((IsDeviceDays(definition) && IsPatientDays(otherDefinition) && denominator > other)
                || (IsPatientDays(definition) && IsDeviceDays(otherDefinition) && denominator < other))
            {
                warn("moreDeviceDaysThanPatientDays", $"There are more device-days than patient-days; compare with {sibling.MeasureName}.");
            }
        }
    }

    private static bool IsDeviceDays(string definition) =>
        Mentions(definition, "ventilator-days", "ventilator days", "line-days", "line days", "catheter-days", "catheter days", "device-days", "device days");

    private static bool IsPatientDays(string definition) =>
        Mentions(definition, "patient-days", "patient days", "bed-days", "bed days")

        // A sample says nothing about how many days there were.
        && !Mentions(definition, "audited", "sampled", "reviewed", "observed");

    private static bool Mentions(string definition, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (definition.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
