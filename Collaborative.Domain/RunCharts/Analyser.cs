using Collaborative.Domain.Aggregates;

namespace Collaborative.Domain.RunCharts;

/// <summary>The one engine behind every chart, icon, summary and report: a series and its settings in, the judged series out.</summary>
public static class Analyser
{
    /// <summary>Series up to this length are worked on the stack, so that only the answer itself is allocated.</summary>
    private const int StackLength = 128;

    /// <param name="points">In time order. Labels are unique.</param>
    /// <param name="settings">Echoed in the answer.</param>
    /// <exception cref="ArgumentException">
    /// A figure is not finite or is impossible (n/0, a negative denominator), or a phase or an exclusion names a label that the series lacks.
    /// </exception>
    public static ChartAnalysis Analyse(ReadOnlySpan<ChartPoint> points, AnalysisSettings settings)
    {
        var choice = settings.Type == ChartType.Auto ? ChartChoice.For(points, settings) : default(ChartChoice?);
        return Judge(points, choice is { } chosen ? settings with { Type = chosen.Type } : settings, choice?.Reason);
    }

    private static ChartAnalysis Judge(ReadOnlySpan<ChartPoint> points, AnalysisSettings settings, string? typeReason)
    {
        if (ChartTypes.WhyNot(settings.Type, settings.Rules) is { } mismatch)
        {
            throw new ArgumentException(mismatch, nameof(settings));
        }

        var length = points.Length;
        var small = length <= StackLength;
        Span<double> numbers = small ? stackalloc double[8 * length] : new double[8 * length];
        Span<sbyte> sides = small ? stackalloc sbyte[length] : new sbyte[length];
        Span<PointMark> marks = small ? stackalloc PointMark[length] : new PointMark[length];
        var values = numbers[..length];
        var analysed = numbers.Slice(length, length);
        var centre = numbers.Slice(2 * length, length);
        var lower = numbers.Slice(3 * length, length);
        var upper = numbers.Slice(4 * length, length);
        var scratch = numbers.Slice(5 * length, length);
        var origin = numbers.Slice(6 * length, length);
        var sigma = numbers.Slice(7 * length, length);

        for (var i = 0; i < length; i++)
        {
            values[i] = Plotted(points[i], settings);
        }

        var spans = PhaseLayout.Of(points, settings);
        if (settings.Type == ChartType.Mr)
        {
            foreach (var span in spans)
            {
                MrLines.ToRanges(values.Slice(span.Start, span.Length));
            }
        }

        values.CopyTo(analysed);
        foreach (var label in settings.Excluded)
        {
            analysed[PhaseLayout.PositionOf(points, label, nameof(settings.Excluded))] = double.NaN;
        }

        var phases = new PhaseAnalysis[spans.Length];
        var results = new PointAnalysis[length];
        var findings = new Findings(points, marks, settings);
        for (var p = 0; p < spans.Length; p++)
        {
            var span = spans[p];
            var frame = new PhaseFrame
            {
                Settings = settings,
                Span = span,
                Points = points.Slice(span.Start, span.Length),
                Values = values.Slice(span.Start, span.Length),
                Analysed = analysed.Slice(span.Start, span.Length),
                Centre = centre.Slice(span.Start, span.Length),
                Lower = lower.Slice(span.Start, span.Length),
                Upper = upper.Slice(span.Start, span.Length),
                Scratch = scratch.Slice(span.Start, span.Length),
                Origin = origin.Slice(span.Start, span.Length),
                Sigma = sigma.Slice(span.Start, span.Length),
                Sides = sides.Slice(span.Start, span.Length),
            };
            phases[p] = AnalysePhase(frame, ref findings);
            for (var i = span.Start; i < span.Start + span.Length; i++)
            {
                ref readonly var point = ref points[i];
                ref readonly var mark = ref marks[i];
                results[i] = new(
                    point.Label,
                    point.Numerator,
                    point.Denominator,
                    OrNull(values[i]),
                    OrNull(centre[i]),
                    OrNull(lower[i]),
                    OrNull(upper[i]),
                    p + 1,
                    sides[i] != 0,
                    mark.Signals,
                    mark.Weight == 0 ? null : mark.Meaning,
                    double.IsNaN(analysed[i]) && !double.IsNaN(values[i]));
            }
        }

        return new(settings, results, phases, findings.ToArray(), phases.Length > 0 ? phases[^1].Statistics : NoPoints)
        {
            TypeReason = typeReason,
            Icons = Icons.Of(settings, results, phases, marks),
        };
    }

    private static PhaseStatistics NoPoints { get; } =
        new(0, 0, null, null, null, null, 0, null, null, null, Suppression.NoFigures) { Reason = Silence.InsufficientData };

    private static PhaseAnalysis AnalysePhase(in PhaseFrame frame, ref Findings findings)
    {
        if (frame.Settings.Type == ChartType.Run)
        {
            MedianLine.Draw(frame);
        }
        else
        {
            ControlLines.Draw(frame);
        }

        for (var i = 0; i < frame.Sides.Length; i++)
        {
            frame.Sides[i] = OnTheLine.Side(frame.Analysed[i], frame.Centre[i]);
        }

        var statistics = RunRules.Apply(frame, ref findings);
        var span = frame.Span;
        var frozen = span.Frozen && frame.Settings.FixedCentre is null;
        return new(
            frame.Points[0].Label,
            frame.Points[^1].Label,
            span.Start,
            span.Start + span.Length - 1,
            OrNull(frame.Centre[0]),
            frozen ? frame.Points[0].Label : null,
            frozen ? frame.Points[span.Window - 1].Label : null,
            frozen ? span.Start + span.Window - 1 : null,
            span.Reason,
            statistics)
        {
            Limits = ControlNotes.Standing(frame),
        };
    }

    private static double Plotted(in ChartPoint point, AnalysisSettings settings)
    {
        if (ChartFigures.WhyNot(point, settings.Type) is { } problem)
        {
            throw new ArgumentException($"'{point.Label}': {problem}", nameof(point));
        }

        return settings.Type == ChartType.S ? point.Deviation ?? double.NaN
            : point.Value
            ?? (settings.Type == ChartType.C ? point.Numerator : PlottedValue.Quotient(point.Numerator, point.Denominator, settings.Multiplier))
            ?? double.NaN;
    }

    /// <summary>What no double can hold is not drawn.</summary>
    private static double? OrNull(double value) => double.IsFinite(value) ? value : null;
}
