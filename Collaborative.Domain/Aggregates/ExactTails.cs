namespace Collaborative.Domain.Aggregates;

/// <summary>
/// Quantiles of counts, interpolated between whole numbers so that limits are smooth in the denominator: with r the smallest count whose
/// cumulated probability reaches p, r - (F(r) - p) / (F(r) - F(r-1)) (Spiegelhalter, Statistics in Medicine 2005;24:1185-1202, appendix).
/// </summary>
internal static class ExactTails
{
    /// <summary>Beyond so many standard deviations from the mean there is nothing that a double could hold beside 1.</summary>
    private const double FarOff = 12;

    /// <summary>The quantile of a binomial count out of <paramref name="trials"/>.</summary>
    public static double Binomial(double trials, double share, double probability)
    {
        if (share is <= 0 or >= 1)
        {
            return share <= 0 ? 0 : trials;
        }

        var odds = share / (1 - share);
        var first = First(trials * share, Math.Sqrt(trials * share * (1 - share)));
        var log = LogFactorial(trials) - LogFactorial(first) - LogFactorial(trials - first) + (first * Math.Log(share)) + ((trials - first) * Math.Log(1 - share));
        return Climb(first, Math.Exp(log), probability, count => (trials - count) / (count + 1) * odds);
    }

    /// <summary>The quantile of a Poisson count.</summary>
    public static double Poisson(double mean, double probability)
    {
        if (mean <= 0)
        {
            return 0;
        }

        var first = First(mean, Math.Sqrt(mean));
        return Climb(first, Math.Exp((first * Math.Log(mean)) - mean - LogFactorial(first)), probability, count => mean / (count + 1));
    }

    private static double First(double mean, double deviation) => Math.Max(0, Math.Floor(mean - (FarOff * deviation) - FarOff));

    private static double Climb(double count, double mass, double probability, Func<double, double> next)
    {
        // Where even the first count is too rare for a double the climb starts from almost nothing, which the far start makes harmless.
        mass = Math.Max(mass, double.Epsilon);
        var atMost = mass;
        while (atMost < probability && mass > 0)
        {
            mass *= next(count);
            atMost += mass;
            count++;
        }

        return mass > 0 ? count - ((atMost - probability) / mass) : count;
    }

    /// <summary>ln n!: exactly for small n, by Stirling's series beyond.</summary>
    private static double LogFactorial(double n)
    {
        const double LongEnough = 32;
        if (n < LongEnough)
        {
            var log = 0.0;
            for (var i = 2; i <= n; i++)
            {
                log += Math.Log(i);
            }

            return log;
        }

        return (n * Math.Log(n)) - n + (0.5 * Math.Log(2 * Math.PI * n)) + (1 / (12 * n)) - (1 / (360 * n * n * n)) + (1 / (1260 * Math.Pow(n, 5)));
    }
}
