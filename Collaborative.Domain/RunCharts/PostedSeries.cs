using System.Globalization;
using Collaborative.Domain.Aggregates;

namespace Collaborative.Domain.RunCharts;

/// <summary>
/// What must hold of a series and its settings before they are analysed, each breach a sentence with a pointer into the posted body. The
/// engine refuses the same things, but with the first one only and for programmers.
/// </summary>
public static class PostedSeries
{
    /// <summary>Eight hundred years of months; a longer series is a mistake.</summary>
    public const int MostPoints = 10_000;

    /// <summary>Phases, exclusions or flags: nobody sets more by hand, and each is looked for among all points.</summary>
    public const int MostMarks = 1000;

    /// <summary>Enough for a person to mend; a program that posts nonsense needs no list of it.</summary>
    private const int MostErrors = 20;

    public static IReadOnlyList<FieldError> Errors(ReadOnlySpan<ChartPoint> points, AnalysisSettings settings)
    {
        var errors = new List<FieldError>();
        if (points.IsEmpty)
        {
            errors.Add(new("/points", "required", "Give at least one point."));
        }

        if (points.Length > MostPoints)
        {
            errors.Add(new("/points", "tooMany", Text($"Give at most {MostPoints} points; there are {points.Length}.")));
            return errors;
        }

        var positions = Positions(points, settings, errors);
        if (ChartTypes.WhyNot(settings.Type, settings.Rules) is { } mismatch)
        {
            errors.Add(new("/chart/rules", "mismatch", mismatch));
        }

        Number(settings.FixedCentre, "/centreLine", errors);
        if (!TakesCentre(settings))
        {
            errors.Add(new("/centreLine", "range", "Give a centre line that the figures of this chart can reach."));
        }

        Number(settings.Goal, "/measure/goal/value", errors);
        if (!double.IsFinite(settings.Multiplier) || settings.Multiplier <= 0)
        {
            errors.Add(new("/measure/multiplier", "range", "Give a multiplier greater than 0."));
        }

        if (settings.FreezePositions < 1)
        {
            errors.Add(new("/freezePoints", "range", "Freeze at least one point, or leave this out."));
        }

        Thresholds(settings.Thresholds, errors);
        Marks(settings.Phases.Count, "/phases", errors);
        Marks(settings.Excluded.Count, "/exclude", errors);
        Marks(settings.Astronomical.Count, "/astronomical", errors);
        Phases(settings, positions, errors);
        Known(settings.Excluded, "/exclude", positions, errors);
        Flags(settings.Astronomical, positions, errors);
        return errors;
    }

    private static Dictionary<string, int> Positions(ReadOnlySpan<ChartPoint> points, AnalysisSettings settings, List<FieldError> errors)
    {
        var positions = new Dictionary<string, int>(points.Length, StringComparer.Ordinal);
        for (var i = 0; i < points.Length && errors.Count < MostErrors; i++)
        {
            if (string.IsNullOrEmpty(points[i].Label))
            {
                errors.Add(new(Text($"/points/{i}/label"), "required", "Give every point a label."));
            }
            else if (!positions.TryAdd(points[i].Label, i))
            {
                errors.Add(new(Text($"/points/{i}/label"), "duplicate", Text($"Two points have the label '{points[i].Label}'; the first is point {positions[points[i].Label] + 1}.")));
            }

            if (ChartFigures.WhyNot(points[i], settings.Type) is { } problem)
            {
                errors.Add(new(Text($"/points/{i}"), "figures", problem));
            }
            else if (points[i] is { Value: null, Numerator: not null, Denominator: > 0 }
                && PlottedValue.Quotient(points[i].Numerator, points[i].Denominator, settings.Multiplier) is null)
            {
                errors.Add(new(Text($"/points/{i}"), "figures", "The quotient is too large for a number."));
            }
        }

        return positions;
    }

    private static void Phases(AnalysisSettings settings, Dictionary<string, int> positions, List<FieldError> errors)
    {
        var previous = -1;
        for (var i = 0; i < settings.Phases.Count && errors.Count < MostErrors; i++)
        {
            var phase = settings.Phases[i];
            var pointer = Text($"/phases/{i}/start");
            if (!positions.TryGetValue(phase.Label, out var position))
            {
                errors.Add(new(pointer, "unknown", $"No point has the label '{phase.Label}'."));
                continue;
            }

            if (position <= previous)
            {
                errors.Add(new(pointer, "order", $"The phase at '{phase.Label}' does not start after the one before it."));
            }

            if (phase.FreezePositions < 1)
            {
                errors.Add(new(Text($"/phases/{i}/freezePoints"), "range", "Freeze at least one point, or leave this out."));
            }

            previous = position;
        }
    }

    private static void Thresholds(RuleThresholds thresholds, List<FieldError> errors)
    {
        // A run of two is nothing, and two points are no trend but a step.
        Between(thresholds.Shift, 3, "shift", errors);
        Between(thresholds.Trend, 3, "trend", errors);
        Between(thresholds.MinimumPoints, 1, "minimumPoints", errors);
        Between(thresholds.MinimumBaseline, 1, "minimumBaseline", errors);
    }

    private static void Marks(int count, string pointer, List<FieldError> errors)
    {
        if (count > MostMarks)
        {
            errors.Add(new(pointer, "tooMany", Text($"Give at most {MostMarks}; there are {count}.")));
        }
    }

    private static void Between(int given, int least, string name, List<FieldError> errors)
    {
        if (given < least || given > MostPoints)
        {
            errors.Add(new($"/chart/thresholds/{name}", "range", Text($"Give a number from {least} to {MostPoints}.")));
        }
    }

    private static void Flags(IReadOnlyList<FlaggedPoint> flags, Dictionary<string, int> positions, List<FieldError> errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < flags.Count && errors.Count < MostErrors; i++)
        {
            var (label, reason) = flags[i];
            if (!positions.ContainsKey(label))
            {
                errors.Add(new(Text($"/astronomical/{i}/label"), "unknown", $"No point has the label '{label}'."));
            }
            else if (!seen.Add(label))
            {
                errors.Add(new(Text($"/astronomical/{i}/label"), "duplicate", $"The point '{label}' is flagged twice."));
            }

            errors.AddRange(Shape.Required(reason, Text($"/astronomical/{i}/reason"), "the reason, so that others can judge it too", Shape.TextLength));
        }
    }

    private static void Known(IReadOnlyList<string> labels, string pointer, Dictionary<string, int> positions, List<FieldError> errors)
    {
        for (var i = 0; i < labels.Count && errors.Count < MostErrors; i++)
        {
            if (!positions.ContainsKey(labels[i]))
            {
                errors.Add(new(Text($"{pointer}/{i}"), "unknown", $"No point has the label '{labels[i]}'."));
            }
        }
    }

    /// <summary>Charts of counts, proportions and times know their spread from the centre, which must then be possible itself.</summary>
    private static bool TakesCentre(AnalysisSettings settings) => (settings.Type, settings.FixedCentre) switch
    {
        (_, null) => true,
        (ChartType.P or ChartType.PPrime, { } centre) => centre >= 0 && centre <= settings.Multiplier,
        (ChartType.U or ChartType.UPrime or ChartType.C or ChartType.G or ChartType.Mr or ChartType.S, { } centre) => centre >= 0,
        (ChartType.T, { } centre) => centre > 0,
        _ => true,
    };

    private static void Number(double? value, string pointer, List<FieldError> errors)
    {
        if (value is { } number && !double.IsFinite(number))
        {
            errors.Add(new(pointer, "number", "Give a finite number."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
