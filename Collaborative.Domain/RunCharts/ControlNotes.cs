using System.Globalization;

namespace Collaborative.Domain.RunCharts;

/// <summary>How far limits can be trusted.</summary>
public enum LimitsStanding
{
    /// <summary>Fewer than 12 points: they will move with every point that comes (NHSRplotthedots, "number of points required").</summary>
    Trial,

    /// <summary>From 12 points on.</summary>
    Usable,

    /// <summary>From 20 points on (Provost and Murray 2011: 20 to 30).</summary>
    Firm,
}

/// <summary>What there is to say about limits beside drawing them.</summary>
internal static class ControlNotes
{
    private const int FewestUsable = 12;
    private const int FewestFirm = 20;

    public static LimitsStanding? Standing(in PhaseFrame frame)
    {
        if (frame.Settings.Type == ChartType.Run || !HasLimits(frame))
        {
            return null;
        }

        var points = Suppression.CountFigures(frame.Baseline);
        return points < FewestUsable ? LimitsStanding.Trial : points < FewestFirm ? LimitsStanding.Usable : LimitsStanding.Firm;
    }

    /// <summary>Why there are no limits to judge by; null when there are.</summary>
    public static Silenced? Reason(in PhaseFrame frame, int points)
    {
        if (points == 0)
        {
            return new(Silence.InsufficientData, Suppression.NoFigures);
        }

        if (HasLimits(frame))
        {
            return null;
        }

        if (Suppression.CountFigures(frame.Baseline) == 0)
        {
            return new(Silence.NoBaseline, "The baseline has no figures, so there are no limits to judge by.");
        }

        return frame.Settings.Type switch
        {
            ChartType.P or ChartType.PPrime or ChartType.U or ChartType.UPrime when !HasDenominators(frame) =>
                new(Silence.NoDenominators, "These limits need a numerator and a denominator for each point."),
            ChartType.Xbar or ChartType.S => new(Silence.NoSubgroups, "These limits need at least two observations behind a point."),
            _ when SameThroughout(frame) && points > 1 => new(Silence.NoVariation, "All figures are the same, so there is no variation to draw limits from."),
            _ => new(Silence.InsufficientData, "There are not two neighbouring figures yet, so there is no variation to draw limits from."),
        };
    }

    /// <summary>What weakens the limits without silencing the rules; null when nothing does.</summary>
    public static string? Warning(in PhaseFrame frame, Silenced? silence)
    {
        if (silence is not null)
        {
            return null;
        }

        var (trial, hint) = (TrialNote(frame), Suppression.Hint(frame));
        return trial is null ? hint : hint is null ? trial : $"{trial} {hint}";
    }

    private static string? TrialNote(in PhaseFrame frame)
    {
        if (Standing(frame) != LimitsStanding.Trial)
        {
            return null;
        }

        var points = Suppression.CountFigures(frame.Baseline);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"These are trial limits: they rest on {points} {(points == 1 ? "point" : "points")}; {FewestUsable} make them usable and {FewestFirm} firm.");
    }

    private static bool HasLimits(in PhaseFrame frame)
    {
        foreach (var upper in frame.Upper)
        {
            if (!double.IsNaN(upper))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasDenominators(in PhaseFrame frame)
    {
        foreach (ref readonly var point in frame.Points)
        {
            if (point is { Numerator: not null, Denominator: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    private static bool SameThroughout(in PhaseFrame frame)
    {
        foreach (var value in frame.Baseline)
        {
            if (!double.IsNaN(value) && !OnTheLine.Is(value, frame.Centre[0]))
            {
                return false;
            }
        }

        return true;
    }
}
