namespace Collaborative.Domain.RunCharts;

/// <summary>How many runs chance makes. Fewer than <paramref name="Lower"/> or more than <paramref name="Upper"/> are a signal; null: none are.</summary>
public readonly record struct RunsLimits(int? Lower, int? Upper)
{
    /// <summary>The tables start here; with fewer useful points the rule is not applied (Perla 2011).</summary>
    public const int SmallestTable = 10;

    /// <summary>The tables end here.</summary>
    public const int LargestTable = 60;

    /// <summary>Swed and Eisenhart, Annals of Mathematical Statistics 1943;14:66-87: about 5 % in all.</summary>
    private const double Tail = 0.025;

    /// <summary>Far above the rounding of the sums below, far below the distance of any probability from the tail.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Perla, Provost and Murray, BMJ Qual Saf 2011;20:46-51, table of runs: fewest and most, from 10 to 60 useful points.</summary>
    private static ReadOnlySpan<byte> Perla2011 =>
    [
        3, 9, 3, 10, 3, 11, 4, 11, 4, 12, 5, 12, 5, 13, 5, 13, 6, 14, 6, 15,
        6, 16, 7, 16, 7, 17, 7, 17, 8, 18, 8, 18, 9, 19, 10, 19, 10, 20, 10, 20,
        11, 21, 11, 22, 11, 23, 12, 23, 12, 24, 12, 24, 13, 25, 13, 25, 14, 26, 14, 26,
        15, 27, 15, 27, 16, 28, 16, 28, 17, 29, 17, 30, 17, 31, 18, 31, 18, 32, 19, 32,
        19, 33, 20, 33, 20, 34, 21, 34, 21, 35, 22, 35, 22, 36, 23, 36, 23, 37, 24, 38,
        24, 38,
    ];

    /// <summary>The limits in force: a table counts on half of the points on each side, so any other line needs the actual split.</summary>
    /// <param name="ownMedian">Whether the line is the median of the very points that are judged.</param>
    public static RunsLimits For(RunsTable table, int above, int below, bool ownMedian)
    {
        var useful = above + below;
        return useful < SmallestTable ? default
            : !ownMedian || useful > LargestTable ? Exact(above, below)
            : table == RunsTable.Perla2011 ? Perla(useful)
            : Exact(useful / 2, useful - (useful / 2));
    }

    /// <param name="useful">From 10 to 60.</param>
    public static RunsLimits Perla(int useful)
    {
        var row = 2 * (useful - SmallestTable);
        return new(Perla2011[row], Perla2011[row + 1]);
    }

    /// <summary>
    /// The exact distribution of the number of runs, given how many points lie on each side, at most 2.5 % in each tail
    /// (Wald and Wolfowitz, Annals of Mathematical Statistics 1940;11:147-162).
    /// </summary>
    public static RunsLimits Exact(int above, int below)
    {
        if (above == 0 || below == 0)
        {
            return default;
        }

        int total = above + below, smaller = Math.Min(above, below), larger = Math.Max(above, below);
        var most = smaller == larger ? total : (2 * smaller) + 1;

        // P(2k) = 2·C(a-1,k-1)·C(b-1,k-1) / C(a+b,a), and P(2k+1) = P(2k)/2 · (a+b-2k)/k. In logarithms, since C(a+b,a) outgrows a double.
        var log = 0.0;
        for (var i = 1; i <= smaller; i++)
        {
            log -= Math.Log((double)(larger + i) / i);
        }

        int? lower = null;
        var atMost = 0.0;
        for (var runs = 2; runs <= most; runs++)
        {
            var k = runs / 2;
            if ((runs & 1) == 0)
            {
                atMost += 2 * Math.Exp(log);
            }
            else
            {
                atMost += Math.Exp(log) * (total - (2 * k)) / k;
                log += Math.Log((double)(above - k) * (below - k) / ((double)k * k));
            }

            if (lower is null && atMost > Tail + Rounding)
            {
                lower = runs;
            }

            if (atMost >= 1 - Tail - Rounding)
            {
                return new(lower > 2 ? lower : null, runs < most ? runs : null);
            }
        }

        return new(lower > 2 ? lower : null, null);
    }
}
