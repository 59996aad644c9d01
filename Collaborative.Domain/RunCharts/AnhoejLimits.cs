namespace Collaborative.Domain.RunCharts;

/// <summary>The limits of the Anhøj rules, which depend on the number of useful points alone (Anhøj and Olesen, PLoS ONE 2014;9(11):e113825).</summary>
public static class AnhoejLimits
{
    private const double CrossingsTail = 0.05;

    /// <summary>round(log2 n) + 3, after Schilling, The American Statistician 2012;66:217-226; a longer run is a signal.</summary>
    /// <param name="useful">At least 1.</param>
    public static int LongestRun(int useful) => (int)Math.Round(Math.Log2(useful)) + 3;

    /// <summary>The 5 % quantile of Binomial(n - 1, 1/2), after Chen, Int J Qual Health Care 2010; fewer crossings are a signal.</summary>
    /// <param name="useful">At least 1.</param>
    public static int Crossings(int useful)
    {
        // Logarithms, since 2^(1-n) leaves the range of a double beyond some thousand points.
        var chances = useful - 1;
        var log = -chances * Math.Log(2);
        var atMost = Math.Exp(log);
        var k = 0;
        while (atMost < CrossingsTail)
        {
            log += Math.Log((double)(chances - k) / (k + 1));
            atMost += Math.Exp(log);
            k++;
        }

        return k;
    }
}
