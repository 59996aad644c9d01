namespace Collaborative.Domain.RunCharts;

/// <summary>How the lines of a chart are drawn: which centre, which limits.</summary>
public enum ChartType
{
    /// <summary>A line of values with their median, no limits.</summary>
    Run,

    /// <summary>Individual values, limits from their moving ranges (I chart).</summary>
    Xmr,

    /// <summary>The moving ranges themselves.</summary>
    Mr,

    /// <summary>Proportions, binomial limits.</summary>
    P,

    /// <summary>Proportions, limits widened by what the subgroups vary beyond chance (Laney).</summary>
    PPrime,

    /// <summary>Rates, Poisson limits.</summary>
    U,

    /// <summary>Rates, limits widened by what the subgroups vary beyond chance (Laney).</summary>
    UPrime,

    /// <summary>Counts with equal opportunity, Poisson limits.</summary>
    C,

    /// <summary>Cases between rare events.</summary>
    G,

    /// <summary>Time between rare events.</summary>
    T,

    /// <summary>Means of subgroups.</summary>
    Xbar,

    /// <summary>Standard deviations of subgroups.</summary>
    S,

    /// <summary>Individual values weighted by the size of their subgroups (Taylor).</summary>
    IPrime,

    /// <summary>The engine chooses by the kind of measure, and says why.</summary>
    Auto,
}

/// <summary>Which rules look for signals.</summary>
public enum RuleSet
{
    /// <summary>Shift, trend and number of runs: Perla, Provost and Murray, BMJ Qual Saf 2011;20:46-51.</summary>
    Perla,

    /// <summary>Longest run and number of crossings: Anhøj and Olesen, PLoS ONE 2014;9(11):e113825.</summary>
    Anhoej,

    /// <summary>A point beyond three sigma: Shewhart, Economic Control of Quality of Manufactured Product, 1931.</summary>
    Shewhart3Sigma,

    /// <summary>Western Electric, Statistical Quality Control Handbook, 1956.</summary>
    WesternElectric,

    /// <summary>Nelson, Journal of Quality Technology 1984;16:237-239: eight tests.</summary>
    Nelson,

    /// <summary>Provost and Murray, The Health Care Data Guide, 2011: five rules.</summary>
    HealthCareDataGuide,

    /// <summary>NHS England, Making Data Count, as NHSRplotthedots has it.</summary>
    MakingDataCount,
}

/// <summary>Where the limits for the number of runs come from when the median is that of the same points.</summary>
public enum RunsTable
{
    /// <summary>The table printed with the Perla rules, after Swed and Eisenhart 1943; 10 to 60 useful points.</summary>
    Perla2011,

    /// <summary>The exact distribution of runs with half of the useful points on each side, 2.5 % in each tail.</summary>
    Exact,
}

/// <summary>Which rules go with which chart, and what else depends on its type alone.</summary>
public static class ChartTypes
{
    /// <summary>Run charts have no limits, and so no rules about them; control charts have rules that know their limits.</summary>
    public static bool Fits(ChartType type, RuleSet rules) => (type == ChartType.Run) == (rules is RuleSet.Perla or RuleSet.Anhoej);

    /// <summary>A sentence for people, or null when the rules go with the chart.</summary>
    public static string? WhyNot(ChartType type, RuleSet rules) => (Fits(type, rules), type) switch
    {
        (true, _) => null,
        (_, ChartType.Run) => "A run chart has no limits; ask for the rules perla or anhoej, or for a chart with limits.",
        _ => "The rules perla and anhoej are for run charts; ask for shewhart3Sigma, westernElectric, nelson, healthCareDataGuide or makingDataCount.",
    };

    public static RuleSet DefaultRules(ChartType type) => type == ChartType.Run ? RuleSet.Perla : RuleSet.Shewhart3Sigma;

    /// <summary>Whether the limits rest on moving ranges, which can be screened.</summary>
    public static bool HasScreenedRanges(ChartType type) =>
        type is ChartType.Xmr or ChartType.PPrime or ChartType.UPrime or ChartType.T or ChartType.IPrime;
}
