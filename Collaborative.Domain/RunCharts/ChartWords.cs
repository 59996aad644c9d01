using System.Globalization;
using System.Text;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>A chart in plain sentences: the labels in its picture, and the alternative to the picture for those who cannot see it.</summary>
public static class ChartWords
{
    /// <summary>A narrow no-break space between groups of thousands: neither a decimal comma nor a decimal point.</summary>
    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = "\u202f", NumberDecimalSeparator = "." };

    /// <summary>A figure for reading: the chart's decimals, or three significant digits.</summary>
    public static string Figure(double value, int? decimals)
    {
        var size = Math.Abs(value);
        if (size != 0 && size is < 1e-6 or >= 1e9)
        {
            return value.ToString("0.##E+0", Grouped);
        }

        var places = decimals ?? (size == 0 ? 0 : Math.Max(0, 2 - (int)Math.Floor(Math.Log10(size))));
        var text = value.ToString(decimals is null ? "#,0." + new string('#', places) : "N" + places.ToString(CultureInfo.InvariantCulture), Grouped);
        return text.Replace('-', '\u2212');
    }

    /// <summary>A figure with its percent sign where the chart shows percentages.</summary>
    public static string FigureWithUnit(Chart chart, double value) =>
        Figure(value, chart.Decimals) + (IsPercentage(chart) ? "\u202f%" : "");

    public static bool IsPercentage(Chart chart) =>
        chart.Unit is "%" or "percent" || (chart.Unit is null && chart.Analysis.Settings is { Kind: MeasureKind.Proportion, Multiplier: 100 });

    /// <summary>"Mar 2026" for a month; any other label as it is.</summary>
    public static string Label(string label) =>
        Month.TryParse(label, out var month) ? $"{MonthName(month)} {month.Year.ToString(CultureInfo.InvariantCulture)}" : label;

    public static string MonthName(Month month) => CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedMonthName(month.Number);

    /// <summary>"Pooled over 24 teams"; null for one team's chart.</summary>
    public static string? AggregateName(Chart chart)
    {
        if (chart.Aggregate is not { } aggregate)
        {
            return null;
        }

        var most = 0;
        for (var i = 0; i < chart.Teams.Count; i++)
        {
            most = Math.Max(most, chart.Teams[i].Contributing);
        }

        var teams = most == 0 ? "teams" : most == 1 ? "1 team" : Invariant($"{most} teams");
        return aggregate switch
        {
            Aggregate.Pooled => $"Pooled over {teams}",
            Aggregate.MeanOfTeams => $"Mean of {teams}",
            _ => $"Median of {teams}",
        };
    }

    /// <summary>"Shift: 9 months below the median – improvement".</summary>
    public static string Signal(Chart chart, in Signal signal)
    {
        var analysis = chart.Analysis;
        var (line, unit) = (LineName(analysis.Settings), PointName(analysis));
        var side = signal.Direction == SignalDirection.Up ? "above" : "below";
        var count = CountMarked(analysis, signal);
        var statistics = analysis.Phases[analysis.Points[signal.FromIndex].Phase - 1].Statistics;
        var what = signal.Rule switch
        {
            SignalRule.Shift => Invariant($"Shift: {count} {unit} {side} the {line}"),
            SignalRule.LongestRun => Invariant($"Long run: {count} {unit} {side} the {line}"),
            SignalRule.Trend => Invariant($"Trend: {count} {unit} {(signal.Direction == SignalDirection.Up ? "going up" : "going down")}"),
            SignalRule.TooFewRuns => Invariant($"Too few runs: {statistics.Runs}, at least {statistics.RunsLower} expected"),
            SignalRule.TooManyRuns => Invariant($"Too many runs: {statistics.Runs}, at most {statistics.RunsUpper} expected"),
            SignalRule.Crossings => Invariant($"Crosses the {line} {(statistics.Crossings == 1 ? "once" : $"{statistics.Crossings} times")}, at least {statistics.CrossingsLimit} expected"),
            SignalRule.OutsideLimits when count > 1 => Invariant($"{count} {unit} {side} the {(signal.Direction == SignalDirection.Up ? "upper" : "lower")} limit"),
            SignalRule.OutsideLimits => signal.Direction == SignalDirection.Up ? "Above the upper limit" : "Below the lower limit",
            SignalRule.TwoOfThree => Invariant($"Two of three {side} two sigma"),
            SignalRule.FourOfFive => Invariant($"Four of five {side} one sigma"),
            SignalRule.FifteenInner => Invariant($"{count} {unit} within one sigma"),
            SignalRule.EightOutside => Invariant($"{count} {unit} outside one sigma"),
            SignalRule.Alternating => Invariant($"{count} {unit} up and down in turn"),
            _ when signal.Reason is { } reason => $"Marked as far {side} all others: {reason}",
            _ => $"Marked as far {side} all others",
        };
        return $"{what} \u2013 {Meaning(signal.Meaning)}";
    }

    public static string Meaning(SignalMeaning meaning) => meaning switch
    {
        SignalMeaning.Improvement => "improvement",
        SignalMeaning.Concern => "concern",
        _ => "change",
    };

    /// <summary>"median" on a run chart, "mean" where there are limits, "centre line" where a fixed one was given or the line is neither.</summary>
    public static string LineName(AnalysisSettings settings) => settings switch
    {
        { FixedCentre: not null } or { Type: ChartType.T } => "centre line",
        { Type: ChartType.Run or ChartType.G } => "median",
        _ => "mean",
    };

    /// <summary>"Run chart", "XmR chart", "P\u2032 chart".</summary>
    public static string TypeName(ChartType type) => type switch
    {
        ChartType.Run => "Run chart",
        ChartType.Xmr => "XmR chart",
        ChartType.Mr => "Moving range chart",
        ChartType.PPrime => "P\u2032 chart",
        ChartType.UPrime => "U\u2032 chart",
        ChartType.IPrime => "I\u2032 chart",
        ChartType.Xbar => "X\u0304 chart",
        _ => $"{type} chart",
    };

    /// <summary>"test of change".</summary>
    public static string Kind(AnnotationKind kind) => kind switch
    {
        AnnotationKind.TestOfChange => "test of change",
        AnnotationKind.LearningSession => "learning session",
        AnnotationKind.ActionPeriod => "action period",
        AnnotationKind.DataIssue => "data issue",
        AnnotationKind.DefinitionChange => "change of definition",
        AnnotationKind.Implementation => "implementation",
        _ => "event",
    };

    /// <summary>Signals as people count them: neighbouring points beyond the same limit are one.</summary>
    internal static List<Signal> GroupedSignals(ChartAnalysis analysis)
    {
        var groups = new List<Signal>(analysis.Signals.Length);
        foreach (var signal in analysis.Signals)
        {
            if (groups is [.., var last] && signal.Rule == SignalRule.OutsideLimits && last.Rule == signal.Rule
                && last.Direction == signal.Direction && last.ToIndex + 1 == signal.FromIndex)
            {
                groups[^1] = last with { To = signal.To, ToIndex = signal.ToIndex };
            }
            else
            {
                groups.Add(signal);
            }
        }

        return groups;
    }

    /// <summary>The whole chart in one paragraph.</summary>
    public static string Describe(Chart chart) => string.Join(' ', Sentences(chart));

    /// <summary>The whole chart in sentences.</summary>
    public static List<string> Sentences(Chart chart)
    {
        var (analysis, sentences, text) = (chart.Analysis, new List<string>(), new StringBuilder(128));
        var points = analysis.Points;
        var unit = IsPercentage(chart) || string.IsNullOrWhiteSpace(chart.Unit) ? "" : " " + chart.Unit;
        text.Append(TypeName(analysis.Settings.Type)).Append(" of ").Append(chart.Title);
        if (!string.IsNullOrWhiteSpace(chart.Subject))
        {
            text.Append(", ").Append(chart.Subject);
        }

        if (AggregateName(chart) is { } aggregate)
        {
            text.Append(", ").Append(char.ToLowerInvariant(aggregate[0])).Append(aggregate, 1, aggregate.Length - 1);
        }

        if (points.Length > 0)
        {
            var name = points.Length == 1 ? PointName(analysis).TrimEnd('s') : PointName(analysis);
            text.Append(CultureInfo.InvariantCulture, $", {points.Length} {name} from {Label(points[0].Label)} to {Label(points[^1].Label)}");
        }

        sentences.Add(text.Append('.').ToString());
        var last = Array.FindLastIndex(points, point => point.Value is not null);
        if (last < 0)
        {
            sentences.Add("There are no figures yet.");
            return sentences;
        }

        sentences.Add($"The last figure is {FigureWithUnit(chart, points[last].Value!.Value)}{unit} in {Label(points[last].Label)}.");
        foreach (var phase in analysis.Phases)
        {
            if (phase.Centre is { } centre)
            {
                var part = analysis.Phases.Length > 1 ? $" from {Label(phase.From)} to {Label(phase.To)}" : "";
                var baseline = phase.FrozenTo is null ? "" : $", set by {Label(phase.FrozenFrom!)} to {Label(phase.FrozenTo)}";
                sentences.Add($"The {LineName(analysis.Settings)} is {FigureWithUnit(chart, centre)}{unit}{part}{baseline}.");
            }
        }

        if (analysis.Settings.Goal is { } goal)
        {
            sentences.Add($"The goal is {FigureWithUnit(chart, goal)}{(chart.GoalBy is { } by ? $" by {Label(by)}" : "")}.");
        }

        if (points[last] is { Lower: { } lower, Upper: { } upper })
        {
            var standing = analysis.Phases[points[last].Phase - 1].Limits == LimitsStanding.Trial ? "trial limits" : "limits";
            sentences.Add($"The last {standing} are {FigureWithUnit(chart, lower)} and {FigureWithUnit(chart, upper)}.");
        }

        if (analysis.Icons is { } icons)
        {
            sentences.Add(icons.Words);
        }

        foreach (var signal in GroupedSignals(analysis))
        {
            var place = signal.FromIndex == signal.ToIndex ? $"in {Label(signal.From)}" : $"from {Label(signal.From)} to {Label(signal.To)}";
            sentences.Add($"{Signal(chart, signal)}, {place}.");
        }

        if (analysis.TypeReason is { } why)
        {
            sentences.Add(why);
        }

        if (analysis.Signals.Length == 0 && analysis.Statistics.Signal == false)
        {
            sentences.Add("There is no signal.");
        }

        foreach (var annotation in chart.Annotations)
        {
            sentences.Add($"{Label(annotation.Label)}, {Kind(annotation.Kind)}: {annotation.Text.TrimEnd('.')}.");
        }

        if (analysis.Statistics.Note is { } note)
        {
            sentences.Add(note);
        }

        return sentences;
    }

    /// <summary>What the run rules counted in a phase, and what they hold it against where they are applied.</summary>
    public static string Counts(AnalysisSettings settings, PhaseStatistics statistics)
    {
        var text = new StringBuilder(128);
        text.Append(CultureInfo.InvariantCulture, $"{Counted(statistics.Points, "point")} with a figure, {statistics.Useful} not on the {LineName(settings)}");
        if (statistics.LongestRun is null)
        {
            return text.Append('.').ToString();
        }

        text.Append(CultureInfo.InvariantCulture, $"; longest run {statistics.LongestRun}, {Counted(statistics.Crossings, "crossing")}, {Counted(statistics.Runs, "run")}.");
        if (statistics.Signal is null)
        {
            return text.ToString();
        }

        if (settings.Rules == RuleSet.Anhoej)
        {
            text.Append(CultureInfo.InvariantCulture, $" Expected: a longest run of at most {statistics.LongestRunLimit}, and at least {statistics.CrossingsLimit} crossings.");
        }
        else if ((statistics.RunsLower, statistics.RunsUpper) is not (null, null))
        {
            text.Append(" Expected: ").Append((statistics.RunsLower, statistics.RunsUpper) switch
            {
                ({ } least, { } most) => Invariant($"{least} to {most} runs."),
                ({ } least, _) => Invariant($"at least {least} runs."),
                (_, var most) => Invariant($"at most {most} runs."),
            });
        }

        return text.ToString();
    }

    private static string PointName(ChartAnalysis analysis)
    {
        foreach (var point in analysis.Points)
        {
            if (!Month.TryParse(point.Label, out _))
            {
                return "points";
            }
        }

        return "months";
    }

    private static int CountMarked(ChartAnalysis analysis, in Signal signal)
    {
        var count = 0;
        for (var i = signal.FromIndex; i <= signal.ToIndex; i++)
        {
            count += analysis.Points[i].Signals.Contains(signal.Rule) ? 1 : 0;
        }

        return count;
    }

    private static string Counted(int? count, string what) => Invariant($"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
