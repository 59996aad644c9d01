namespace Collaborative.Domain.RunCharts;

/// <summary>Applies the rules to one phase whose lines are drawn, and counts what they rest on.</summary>
internal static class RunRules
{
    public static PhaseStatistics Apply(in PhaseFrame frame, ref Findings findings)
    {
        var settings = frame.Settings;
        var isRunChart = settings.Type == ChartType.Run;
        var points = Suppression.CountFigures(frame.Analysed);
        var runs = UsefulRuns.Count(frame.Sides);
        var any = runs.Useful > 0;
        int? longestLimit = any ? AnhoejLimits.LongestRun(runs.Useful) : null;
        int? crossingsLimit = any ? AnhoejLimits.Crossings(runs.Useful) : null;
        var ownMedian = settings.FixedCentre is null && !frame.Span.Extends;
        var limits = settings.RunsTable is { } table ? RunsLimits.For(table, runs.Above, runs.Below, ownMedian) : default;

        var silence = isRunChart ? Suppression.Reason(frame, points, runs.Useful) : ControlNotes.Reason(frame, points);
        var before = findings.Count;
        if (silence is null)
        {
            if (settings.Rules == RuleSet.Perla)
            {
                Perla(frame, runs, limits, ref findings);
            }
            else if (!isRunChart)
            {
                ControlRules.Apply(frame, ref findings);
            }
            else
            {
                Anhoej(frame, runs, longestLimit, crossingsLimit, ref findings);
            }
        }

        var warning = isRunChart ? Suppression.Warning(frame) : ControlNotes.Warning(frame, silence);
        return new(
            points,
            runs.Useful,
            any ? runs.Longest : null,
            longestLimit,
            any ? runs.Crossings : null,
            crossingsLimit,
            runs.Runs,
            limits.Lower,
            limits.Upper,
            silence is null ? findings.Count > before : null,
            silence is null ? warning : warning is null ? silence.Sentence : $"{silence.Sentence} {warning}")
        {
            Reason = silence?.Why,
        };
    }

    private static void Perla(in PhaseFrame frame, UsefulRuns runs, RunsLimits limits, ref Findings findings)
    {
        UsefulRuns.Report(frame, SignalRule.Shift, frame.Settings.Thresholds.Shift, ref findings);
        TrendRule.Report(frame, frame.Settings.Thresholds.Trend, tiesBreak: false, ref findings);
        if (runs.Runs < limits.Lower)
        {
            WholePhase(frame, SignalRule.TooFewRuns, ref findings);
        }

        if (runs.Runs > limits.Upper)
        {
            WholePhase(frame, SignalRule.TooManyRuns, ref findings);
        }

        AstronomicalPoints(frame, ref findings);
    }

    private static void Anhoej(in PhaseFrame frame, UsefulRuns runs, int? longestLimit, int? crossingsLimit, ref Findings findings)
    {
        if (longestLimit is { } limit)
        {
            UsefulRuns.Report(frame, SignalRule.LongestRun, limit + 1, ref findings);
        }

        if (runs.Crossings < crossingsLimit)
        {
            WholePhase(frame, SignalRule.Crossings, ref findings);
        }
    }

    private static void WholePhase(in PhaseFrame frame, SignalRule rule, ref Findings findings) =>
        findings.Add(rule, frame.Span.Start, frame.Span.Start + frame.Span.Length - 1, null);

    private static void AstronomicalPoints(in PhaseFrame frame, ref Findings findings)
    {
        foreach (var (label, reason) in frame.Settings.Astronomical)
        {
            for (var i = 0; i < frame.Points.Length; i++)
            {
                if (frame.Sides[i] != 0 && string.Equals(frame.Points[i].Label, label, StringComparison.Ordinal))
                {
                    var direction = frame.Sides[i] > 0 ? SignalDirection.Up : SignalDirection.Down;
                    findings.Add(SignalRule.Astronomical, frame.Span.Start + i, frame.Span.Start + i, direction, reason);
                    findings.Mark(frame.Span.Start + i, SignalRule.Astronomical, direction);
                }
            }
        }
    }
}
