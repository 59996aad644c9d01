using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Domain.Aggregates;

/// <summary>One month over all teams.</summary>
/// <param name="Numerator">Sum of what was pooled; null for the mean and the median of teams.</param>
/// <param name="Denominator">Sum of what it was pooled over; null for the mean and the median of teams, and for a sum of counts.</param>
/// <param name="Value">In plotted units; null where no team contributes.</param>
/// <param name="TeamsContributing">Teams behind the value.</param>
/// <param name="CohortChanged">Whether they differ by more than 10 % from the baseline's.</param>
/// <param name="Minimum">Of the teams' values; these four only for the median of teams.</param>
/// <param name="LowerQuartile">Type 7.</param>
/// <param name="UpperQuartile">Type 7.</param>
public readonly record struct AggregatePoint(
    double? Numerator,
    double? Denominator,
    double? Value,
    int TeamsContributing,
    bool CohortChanged,
    double? Minimum,
    double? LowerQuartile,
    double? UpperQuartile,
    double? Maximum);

/// <summary>Teams × months put together.</summary>
/// <param name="Basis">What a pooled value is; null for the mean and the median of teams.</param>
/// <param name="Points">One for each month analysed.</param>
/// <param name="InCohort">For each team, whether it may enter: all of them, or the fixed cohort.</param>
public sealed record AggregateSeries(Aggregate Aggregate, Cohort Cohort, PoolingBasis? Basis, AggregatePoint[] Points, bool[] InCohort)
{
    /// <summary>The series for <see cref="Analyser"/>; as many labels as there are months.</summary>
    public ChartPoint[] ToChartPoints(IReadOnlyList<string> labels)
    {
        var points = new ChartPoint[Points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new(labels[i], Points[i].Value, Points[i].Numerator, Points[i].Denominator);
        }

        return points;
    }
}

/// <summary>Puts the teams' figures together, month by month.</summary>
public static class Aggregator
{
    /// <summary>A team is of the fixed cohort when it contributes in at least this share of the months analysed, in tenths.</summary>
    private const int FixedCohortTenths = 9;

    /// <summary>A month's teams have changed when more than one tenth of the baseline's number have left, or have come.</summary>
    private const int ChangedTenths = 1;

    /// <param name="series">The months analysed, no others: they decide the cohort and the basis of counts.</param>
    /// <param name="baselineMonths">
    /// How many months from the first are the baseline; null, or more than there are: all. The baseline's teams are those that
    /// contribute in more than half of its months that have any contribution.
    /// </param>
    /// <exception cref="ArgumentException">The aggregate is not defined for this kind: see <see cref="AggregateRules"/>.</exception>
    public static AggregateSeries Compute(TeamSeries series, Aggregate aggregate, Cohort cohort = Cohort.All, int? baselineMonths = null)
    {
        if (AggregateRules.WhyNotDefined(series.Kind, aggregate) is { } reason)
        {
            throw new ArgumentException(reason, nameof(aggregate));
        }

        var inCohort = Members(series, aggregate, cohort);
        PoolingBasis? basis = aggregate == Aggregate.Pooled ? BasisOf(series, inCohort) : null;
        var baseline = BaselineTeams(series, aggregate, inCohort, baselineMonths is { } b && b >= 1 && b <= series.Months ? b : series.Months);
        var points = new AggregatePoint[series.Months];
        var terms = new double[series.Teams];
        for (var month = 0; month < points.Length; month++)
        {
            var point = basis is { } how ? Pool(series, month, inCohort, how, terms) : OfTeams(series, month, inCohort, aggregate, terms);
            points[month] = point with { CohortChanged = HasChanged(series, aggregate, inCohort, baseline, month) };
        }

        return new(aggregate, cohort, basis, points, inCohort);
    }

    private static bool Contributes(TeamSeries series, Aggregate aggregate, int team, int month) =>
        !double.IsNaN(aggregate == Aggregate.Pooled ? series.PoolDenominator(team, month) : series.Value(team, month));

    private static bool[] Members(TeamSeries series, Aggregate aggregate, Cohort cohort)
    {
        var members = new bool[series.Teams];
        for (var team = 0; team < members.Length; team++)
        {
            var months = 0;
            for (var month = 0; month < series.Months; month++)
            {
                months += Contributes(series, aggregate, team, month) ? 1 : 0;
            }

            members[team] = cohort == Cohort.All || 10 * months >= FixedCohortTenths * series.Months;
        }

        return members;
    }

    private static PoolingBasis BasisOf(TeamSeries series, bool[] inCohort) => series.Kind switch
    {
        MeasureKind.Count => SameTeamsThroughout(series, inCohort) ? PoolingBasis.Sum : PoolingBasis.MeanPerTeam,
        MeasureKind.Mean or MeasureKind.DaysBetween or MeasureKind.CasesBetween => PoolingBasis.WeightedMean,
        _ => PoolingBasis.Quotient,
    };

    /// <summary>Whether the same teams contribute in every month that has any contribution: only then can sums be compared.</summary>
    private static bool SameTeamsThroughout(TeamSeries series, bool[] inCohort)
    {
        int? first = null;
        for (var month = 0; month < series.Months; month++)
        {
            var any = false;
            var differs = false;
            for (var team = 0; team < series.Teams; team++)
            {
                var here = inCohort[team] && Contributes(series, Aggregate.Pooled, team, month);
                any |= here;
                differs |= first is { } reference && here != Contributes(series, Aggregate.Pooled, team, reference) && inCohort[team];
            }

            if (any && differs)
            {
                return false;
            }

            first ??= any ? month : null;
        }

        return true;
    }

    private static bool[] BaselineTeams(TeamSeries series, Aggregate aggregate, bool[] inCohort, int months)
    {
        var contributions = new int[series.Teams];
        var monthsWithAny = 0;
        for (var month = 0; month < months; month++)
        {
            var any = false;
            for (var team = 0; team < series.Teams; team++)
            {
                if (inCohort[team] && Contributes(series, aggregate, team, month))
                {
                    contributions[team]++;
                    any = true;
                }
            }

            monthsWithAny += any ? 1 : 0;
        }

        return Array.ConvertAll(contributions, count => 2 * count > monthsWithAny);
    }

    private static bool HasChanged(TeamSeries series, Aggregate aggregate, bool[] inCohort, bool[] baseline, int month)
    {
        int size = 0, left = 0, come = 0, contributing = 0;
        for (var team = 0; team < series.Teams; team++)
        {
            var here = inCohort[team] && Contributes(series, aggregate, team, month);
            size += baseline[team] ? 1 : 0;
            left += baseline[team] && !here ? 1 : 0;
            come += !baseline[team] && here ? 1 : 0;
            contributing += here ? 1 : 0;
        }

        return contributing > 0 && 10 * Math.Max(left, come) > ChangedTenths * size;
    }

    private static AggregatePoint Pool(TeamSeries series, int month, bool[] inCohort, PoolingBasis basis, double[] terms)
    {
        var count = 0;
        for (var team = 0; team < series.Teams; team++)
        {
            if (inCohort[team] && Contributes(series, Aggregate.Pooled, team, month))
            {
                terms[count++] = series.PoolNumerator(team, month);
            }
        }

        if (count == 0)
        {
            return default;
        }

        var numerator = ExactSum.OfSorted(terms.AsSpan(0, count));
        if (basis is PoolingBasis.Sum)
        {
            return Pooled(numerator, null, numerator, count);
        }

        count = 0;
        for (var team = 0; team < series.Teams; team++)
        {
            if (inCohort[team] && Contributes(series, Aggregate.Pooled, team, month))
            {
                terms[count++] = series.PoolDenominator(team, month);
            }
        }

        var denominator = ExactSum.OfSorted(terms.AsSpan(0, count));
        var quotient = numerator / denominator;
        return Pooled(numerator, denominator, basis == PoolingBasis.Quotient ? quotient * series.Multiplier : quotient, count);
    }

    private static AggregatePoint Pooled(double numerator, double? denominator, double value, int teams) =>
        new(numerator, denominator, value, teams, false, null, null, null, null);

    private static AggregatePoint OfTeams(TeamSeries series, int month, bool[] inCohort, Aggregate aggregate, double[] terms)
    {
        var count = 0;
        for (var team = 0; team < series.Teams; team++)
        {
            if (inCohort[team] && Contributes(series, aggregate, team, month))
            {
                terms[count++] = series.Value(team, month);
            }
        }

        if (count == 0)
        {
            return default;
        }

        var values = terms.AsSpan(0, count);
        if (aggregate == Aggregate.MeanOfTeams)
        {
            return new(null, null, ExactSum.OfSorted(values) / count, count, false, null, null, null, null);
        }

        values.Sort();
        return new(
            null, null, Quantile.Median(values), count, false, values[0], Quantile.Type7(values, 0.25), Quantile.Type7(values, 0.75), values[^1]);
    }
}
