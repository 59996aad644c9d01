using System.Globalization;
using System.Text.Json.Serialization;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Imports;

/// <summary>Something that a reader of a partner's document found: an error keeps the row out, anything else is a warning.</summary>
public sealed record Finding(string Code, string Message, bool IsError = false)
{
    /// <summary>The kind of measure that it is said of; null where it is said of all. Who reads a document does not know the measure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MeasureKind? OnlyOf { get; init; }

    /// <summary>The direction of better of the measures that it is said of; null where it is said of all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Direction? OnlyWhere { get; init; }

    [JsonIgnore]
    public bool IsOfSome => OnlyOf is not null || OnlyWhere is not null;

    /// <param name="better">The direction of better of what the partner counts, which may be the opposite of what we do.</param>
    public bool IsSaidOf(MeasureKind kind, Direction better) => (OnlyOf is null || OnlyOf == kind) && (OnlyWhere is null || OnlyWhere == better);
}

/// <summary>The populations of one measure, as FHIR and QRDA count them, and the score that stands beside them.</summary>
/// <remarks>The counts are kept apart from the score: published documents round, truncate and even misstate it, so it is only compared.</remarks>
public sealed record MeasurePopulations
{
    public double? Initial { get; init; }

    public double? Denominator { get; init; }

    public double? DenominatorExclusion { get; init; }

    public double? DenominatorException { get; init; }

    public double? Numerator { get; init; }

    public double? NumeratorExclusion { get; init; }

    /// <summary>What a continuous variable, such as a median time, is measured of.</summary>
    public double? Measured { get; init; }

    public double? MeasuredExclusion { get; init; }

    /// <summary>The score as it is written, so that its decimals can be counted.</summary>
    public string? Score { get; init; }

    /// <summary>Whether the score is in percent.</summary>
    public bool IsPercent { get; init; }

    /// <summary>What makes a bound of the score, such as a less-than sign; null where it is the score itself.</summary>
    public string? Comparator { get; init; }

    /// <summary>The figures to keep: rate = (numerator − its exclusions) / (denominator − exclusions − exceptions).</summary>
    public ReportedFigures Figures()
    {
        var findings = new List<Finding>();
        if (Denominator is { } denominator)
        {
            if (Numerator is not { } numerator)
            {
                findings.Add(new Finding("numerator", "There is a denominator but no numerator.", IsError: true));
                return new ReportedFigures { Findings = findings };
            }

            var below = denominator - (DenominatorExclusion ?? 0) - (DenominatorException ?? 0);
            var above = numerator - (NumeratorExclusion ?? 0);
            if (below < 0 || above < 0)
            {
                findings.Add(new Finding("exclusions", "More cases are excluded than there are.", IsError: true));
                return new ReportedFigures { Findings = findings };
            }

            if (denominator > Initial)
            {
                findings.Add(new Finding("denominator", $"The denominator, {Text(denominator)}, is above the initial population, {Text(Initial.Value)}."));
            }

            Compare(above, below, findings);
            return new ReportedFigures { Numerator = above, Denominator = below, Findings = findings };
        }

        if (Numerator is { } events)
        {
            // All that a count has; of other kinds of measure the denominator is missed where the kind is known.
            var left = events - (NumeratorExclusion ?? 0);
            return left < 0
                ? new ReportedFigures { Findings = [new Finding("exclusions", "More cases are excluded than there are.", IsError: true)] }
                : new ReportedFigures { Numerator = left, Findings = findings };
        }

        if (Measured is { } measured)
        {
            if (Comparator is not null)
            {
                findings.Add(new Finding("scoreIsBound", $"The score is a bound, {Comparator} {Score}, and not the figure itself.", IsError: true));
                return new ReportedFigures { Findings = findings };
            }

            if (!TryScore(out var score, out _))
            {
                findings.Add(new Finding("score", "There is a measure population but no score, and this kind of measure cannot be worked out from counts.", IsError: true));
                return new ReportedFigures { Findings = findings };
            }

            var n = measured - (MeasuredExclusion ?? 0);
            return n < 0
                ? new ReportedFigures { Findings = [new Finding("exclusions", "More cases are excluded than there are.", IsError: true)] }
                : new ReportedFigures { Value = score, N = n, Findings = findings };
        }

        if (Initial is { } cohort)
        {
            return new ReportedFigures { Numerator = cohort, Findings = findings };
        }

        findings.Add(new Finding("populations", "There are no counts of a denominator and a numerator.", IsError: true));
        return new ReportedFigures { Findings = findings };
    }

    /// <summary>
    /// What these say against figures that stand in full beside them: other systems read the one and we the other, so a
    /// document in which they differ is not taken.
    /// </summary>
    public IEnumerable<Finding> Against(Figures full)
    {
        var (score, size) = ContinuousVariable.Of(full);
        if ((Denominator ?? Numerator ?? Initial) is not null || Measured - (MeasuredExclusion ?? 0) is { } stated && stated != size)
        {
            yield return new Finding("figuresDiffer", "The counts of the populations are not those of the figures in full beside them.", IsError: true);
        }

        if (Comparator is not null)
        {
            yield return BoundOnly;
        }
        else if (score is { } given && TryScore(out var written, out var tolerance) && Math.Abs(written - given) > Math.Min(tolerance, 1) + (1e-12 * Math.Abs(given)))
        {
            yield return new Finding("figuresDiffer", "The score is not that of the figures in full beside it.", IsError: true);
        }
    }

    /// <summary>
    /// A stated rate is wrong when it is further from the counts' own rate than one unit of its last decimal: real
    /// documents round as well as truncate (700/760 is written .921052).
    /// </summary>
    private void Compare(double above, double below, List<Finding> findings)
    {
        if (Comparator is not null)
        {
            findings.Add(BoundOnly);
        }
        else if (below > 0 && TryScore(out var stated, out var tolerance) && Math.Abs(stated - (above / below)) > tolerance + 1e-12)
        {
            findings.Add(new Finding("scoreDiffers", string.Create(
                CultureInfo.InvariantCulture,
                $"The document states {Score}, but its counts give {Text(above)}/{Text(below)} = {above / below:0.######}. The counts are kept.")));
        }
    }

    private Finding BoundOnly => new("scoreIsBound", $"The document's score is a bound, {Comparator} {Score}, so it was not compared with the figures.");

    private bool TryScore(out double score, out double tolerance)
    {
        (score, tolerance) = (0, 0);
        if (Score is not { } text || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out score) || !double.IsFinite(score))
        {
            return false;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length - point - 1;
        tolerance = Math.Pow(10, -decimals);
        if (IsPercent)
        {
            score /= 100;
            tolerance /= 100;
        }

        return true;
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>What other systems can be told of a mean, a median or gaps: a score, and the number of observations behind it.</summary>
public static class ContinuousVariable
{
    public static (double? Score, double? Size) Of(Figures figures) => figures switch
    {
        { Gaps: not null } => (figures.GapValues is [var only] ? only : null, figures.GapValues.Count),
        { Value: { } value } => (value, figures.N),
        { Numerator: { } above, Denominator: { } below } => (below > 0 ? above / below : null, below),
        _ => (null, null),
    };
}

/// <summary>What is kept of a measure's populations.</summary>
public sealed record ReportedFigures
{
    public double? Numerator { get; init; }

    public double? Denominator { get; init; }

    public double? Value { get; init; }

    public double? N { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    public bool IsGood => Findings.All(finding => !finding.IsError);
}
