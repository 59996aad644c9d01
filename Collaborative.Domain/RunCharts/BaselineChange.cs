using System.Globalization;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>A centre line and the points it rests on.</summary>
public sealed record CentreOf(double Centre, string From, string To);

/// <summary>
/// How far a series has moved from its baseline: centre line against centre line, never last point against first. Always with both lines
/// and what they rest on.
/// </summary>
/// <param name="Relative">(now − baseline) / baseline; null for a baseline of 0.</param>
/// <param name="Absolute">now − baseline, in plotted units.</param>
/// <param name="Agreed">Whether people have agreed on the phase of the current line, and its own rules find it stable; otherwise it is what the figures show so far.</param>
public sealed record BaselineChange(CentreOf Baseline, CentreOf Current, double? Relative, double Absolute, SignalMeaning Meaning, bool Agreed)
{
    /// <summary>Null while there is only a baseline: no later phase, and no shift that still goes on.</summary>
    public static BaselineChange? Of(ChartAnalysis analysis)
    {
        if (analysis.Phases is not [{ Centre: not null } first, ..])
        {
            return null;
        }

        var stable = Array.FindLastIndex(analysis.Phases, phase => phase is { Centre: not null, Statistics.Signal: false });
        var later = stable > 0 ? stable : Array.FindLastIndex(analysis.Phases, phase => phase.Centre is not null);
        var current = later > 0 ? Line(analysis.Phases[later]) : Shift(analysis);
        return current is null ? null : Between(Line(first), current, analysis.Settings.Direction, stable > 0);
    }

    /// <summary>"−61 % relative to the baseline: from 12 (Jan 2025 to Dec 2025) to 4.68 (Jul 2025 to Dec 2026)".</summary>
    public string Words(Chart chart)
    {
        var headline = RelativeWords ?? ChartWords.FigureWithUnit(chart, Absolute);
        return $"{headline} {(RelativeWords is null ? "against" : "relative to")} the baseline: from {Line(chart, Baseline)} to {Line(chart, Current)}";
    }

    /// <summary>"−61 %"; null for a baseline of 0.</summary>
    public string? RelativeWords
    {
        get
        {
            if (Relative is not { } relative)
            {
                return null;
            }

            var percent = Math.Abs(relative * 100);
            var sign = relative < 0 ? "\u2212" : relative > 0 ? "+" : "\u00b1";
            return sign + percent.ToString(percent is > 0 and < 10 ? "0.#" : "0", CultureInfo.InvariantCulture) + "\u202f%";
        }
    }

    private static string Line(Chart chart, CentreOf line) =>
        $"{ChartWords.FigureWithUnit(chart, line.Centre)} ({ChartWords.Label(line.From)} to {ChartWords.Label(line.To)})";

    private static BaselineChange Between(CentreOf baseline, CentreOf current, Direction good, bool agreed)
    {
        var side = OnTheLine.Side(current.Centre, baseline.Centre);
        SignalDirection? went = side > 0 ? SignalDirection.Up : side < 0 ? SignalDirection.Down : null;
        var absolute = current.Centre - baseline.Centre;
        return new(baseline, current, baseline.Centre == 0 ? null : absolute / Math.Abs(baseline.Centre), absolute, Meanings.Of(went, good), agreed);
    }

    private static CentreOf Line(PhaseAnalysis phase) => new(phase.Centre!.Value, phase.FrozenFrom ?? phase.From, phase.FrozenTo ?? phase.To);

    /// <summary>Against a line that extends: the median of the shift that still goes on.</summary>
    private static CentreOf? Shift(ChartAnalysis analysis) =>
        analysis.Phases[0].FrozenTo is not null && LastingRun.Find(analysis, analysis.Settings.Thresholds.Shift, ongoing: true) is { } run
            ? new(run.Median(analysis), analysis.Points[run.From].Label, analysis.Points[run.To].Label)
            : null;
}
