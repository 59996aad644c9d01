using System.Globalization;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Imports;

/// <summary>A month's own figures out of two years to date: the one until its end less the one until the end of the month before.</summary>
/// <remarks>
/// Exclusions that a partner finds out later make the later one smaller than the earlier. Such a month cannot be told from the two, so it
/// is refused; a month that is guessed would look like a change that never was.
/// </remarks>
public static class YearToDate
{
    /// <summary>Whether nothing of the partner's year lies before the month: its year to date is its own.</summary>
    public static bool IsFirst(Month month, int yearStartsIn) => month.Number == yearStartsIn;

    /// <param name="now">The year to date until the end of the month, as the partner sent it.</param>
    /// <param name="before">The same until the end of the month before.</param>
    public static (SubmissionBody? Own, Finding? Finding) Own(SubmissionBody now, SubmissionBody before, MeasureKind kind, Month month)
    {
        if (kind is MeasureKind.Median or MeasureKind.DaysBetween or MeasureKind.CasesBetween
            || (kind == MeasureKind.Mean && (now.Value is not null || before.Value is not null) && (now.N is null || before.N is null)))
        {
            return (null, Error("notAdditive", kind == MeasureKind.Mean
                ? $"A mean without n, the number of observations, does not say what {month} adds to the year to date. Send the numerator and denominator, or n too."
                : $"A {SubmissionRules.Name(kind)} of a year to date does not say what {month} adds to it. Send this measure month by month."));
        }

        var (numerator, denominator, n) = (Less(now.Numerator, before.Numerator), Less(now.Denominator, before.Denominator), Less(now.N, before.N));
        var own = now with { Numerator = numerator, Denominator = denominator, N = n, Sd = null };
        foreach (var (name, difference, until, earlier) in new[]
            {
                ("numerator", kind == MeasureKind.Mean ? null : numerator, now.Numerator, before.Numerator),
                ("denominator", denominator, now.Denominator, before.Denominator),
                ("n", n, now.N, before.N),
            })
        {
            if ((until is null) != (earlier is null))
            {
                return (null, Error("yearToDate", $"The year to date until {month} and the one until the month before do not both have the {name}, so they cannot be compared. Send both alike."));
            }

            if (difference < 0)
            {
                return (null, Fell(name, until, earlier, month));
            }
        }

        if (now.Value is { } value)
        {
            if (before.Value is not { } valueBefore)
            {
                return (null, Error("yearToDate", $"The year to date until {month} and the one until the month before do not both have the value, so they cannot be compared. Send both alike."));
            }

            own = kind == MeasureKind.Count ? own with { Value = Less(value, valueBefore) }
                : n == 0 ? own with { Value = null, N = null, Numerator = 0, Denominator = 0 }
                : own with { Value = ((value * now.N) - (valueBefore * before.N)) / n };
            if (kind == MeasureKind.Count && own.Value < 0)
            {
                return (null, Fell("value", value, valueBefore, month));
            }
        }

        var (strata, finding) = OwnStrata(now.Strata, before.Strata, month);
        return finding is not null ? (null, finding)
            : (own with { Strata = strata }, now.Sd is null ? null : new Finding("sd", "The standard deviation of a year to date is not the month's, so it is left out."));
    }

    private static (IReadOnlyList<Stratum>? Own, Finding? Finding) OwnStrata(IReadOnlyList<Stratum>? now, IReadOnlyList<Stratum>? before, Month month)
    {
        if (now is null)
        {
            return (null, null);
        }

        // Of a scheme that was there before, a category that was not is one in which nothing had happened yet.
        var earlier = (before ?? []).ToDictionary(Key);
        var schemes = earlier.Keys.Select(key => key.Scheme).ToHashSet();
        var own = new List<Stratum>();
        foreach (var stratum in now)
        {
            var key = Key(stratum);
            if (!schemes.Contains(key.Scheme))
            {
                return (null, Error("yearToDate", $"The year to date until the month before {month} has no figures by {key.Scheme}. Send that month too with them, or leave them out here."));
            }

            var was = earlier.Remove(key, out var found) ? found : stratum with { Numerator = 0, Denominator = 0 };
            var difference = stratum with { Numerator = Less(stratum.Numerator, was.Numerator), Denominator = Less(stratum.Denominator, was.Denominator) };
            if (difference.Numerator < 0)
            {
                return (null, Fell($"numerator of {key.Scheme} {key.Category}", stratum.Numerator, was.Numerator, month));
            }

            if (difference.Denominator < 0)
            {
                return (null, Fell($"denominator of {key.Scheme} {key.Category}", stratum.Denominator, was.Denominator, month));
            }

            own.Add(difference);
        }

        var here = own.Select(stratum => stratum.Scheme!.Trim()).ToHashSet();
        return earlier.Values.FirstOrDefault(left => here.Contains(Key(left).Scheme) && (left.Numerator > 0 || left.Denominator > 0)) is { } gone
            ? (null, Error("yearToDate", $"{Key(gone).Scheme} {Key(gone).Category} is in the year to date until the month before {month} but no longer in this one. Send both alike."))
            : (own, null);

        static (string Scheme, string Category) Key(Stratum stratum) => (stratum.Scheme!.Trim(), stratum.Category!.Trim());
    }

    /// <summary>In decimals, since figures are written in them: 0.3 less 0.1 is 0.2.</summary>
    private static double? Less(double? now, double? before)
    {
        const double ExactEnough = 1e15;
        return now is { } a && before is { } b && Math.Abs(a) < ExactEnough && Math.Abs(b) < ExactEnough ? (double)((decimal)a - (decimal)b) : now - before;
    }

    private static Finding Fell(string what, double? until, double? earlier, Month month) => Error("yearToDateFell", string.Create(
        CultureInfo.InvariantCulture,
        $"The {what} of the year to date until {month} is {until}, but until the month before it was {earlier}. A year to date does not fall: ask the partner what was corrected, and send both months again."));

    private static Finding Error(string code, string message) => new(code, message, IsError: true);
}
