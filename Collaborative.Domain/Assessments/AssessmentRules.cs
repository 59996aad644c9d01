using System.Globalization;

namespace Collaborative.Domain.Assessments;

/// <summary>One score as far as the arithmetic of scores is concerned.</summary>
public readonly record struct Scored(AssessmentKind Kind, string Scale, double Value);

/// <summary>What a score may be, and what follows from the scores of a month.</summary>
public static class AssessmentRules
{
    /// <summary>A difference of a whole point between the team's view and the official one is worth a talk.</summary>
    public const double WideGap = 1.0;

    private const double Lowest = 0.5;

    private const double Highest = 5.0;

    /// <summary>Whether any scale can have this level: from 0.5 to 5.0 in steps of 0.5.</summary>
    public static bool IsStep(double value) => value is >= Lowest and <= Highest && value * 2 == Math.Floor(value * 2);

    /// <summary>Every level that any scale can have, from the lowest.</summary>
    public static IEnumerable<double> Steps() => Enumerable.Range(1, 10).Select(half => half / 2.0);

    public static ScaleLevel? LevelOf(ScaleView scale, double value) => scale.Levels.FirstOrDefault(level => level.Value == value);

    /// <summary>A score that is no level of its scale.</summary>
    public static FieldError NoLevel(ScaleView scale, double value) => new(
        "/value",
        "level",
        string.Create(
            CultureInfo.InvariantCulture,
            $"{value} is not a level of the scale {scale.Code}. Choose one of {string.Join(", ", scale.Levels.Select(level => level.Value!.Value.ToString("0.0", CultureInfo.InvariantCulture)))}."));

    /// <summary>Faculty scores what a team has reported; without a report it says why it scores all the same.</summary>
    public static Problem? Refusal(bool isReportSubmitted, string? noReport, Month month) => isReportSubmitted || noReport is not null
        ? null
        : new Problem(
            ProblemCode.AssessmentNeedsReport,
            $"The team has submitted no report for {month}. Submit it first, or say in noReport why the month is assessed without one.");

    /// <summary>The reconciled score, else the director's.</summary>
    public static Scored? Official(IReadOnlyCollection<Scored> month) =>
        Find(month, AssessmentKind.Reconciled) ?? Find(month, AssessmentKind.Director);

    /// <summary>Self minus official; null where one is missing, or where they are on different scales and so cannot be compared.</summary>
    public static double? Gap(IReadOnlyCollection<Scored> month) =>
        Official(month) is { } official && Find(month, AssessmentKind.Self) is { } self && self.Scale == official.Scale ? self.Value - official.Value : null;

    public static bool IsWide(double? gap) => gap is { } points && Math.Abs(points) >= WideGap;

    private static Scored? Find(IReadOnlyCollection<Scored> month, AssessmentKind kind)
    {
        foreach (var score in month)
        {
            if (score.Kind == kind)
            {
                return score;
            }
        }

        return null;
    }
}
