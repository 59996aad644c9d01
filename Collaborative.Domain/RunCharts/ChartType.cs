namespace Collaborative.Domain.RunCharts;

/// <summary>How the lines of a chart are drawn: which centre, which limits.</summary>
public enum ChartType
{
    /// <summary>A line of values with their median, no limits.</summary>
    Run,
}

/// <summary>Which rules look for signals.</summary>
public enum RuleSet
{
    /// <summary>Shift, trend and number of runs: Perla, Provost and Murray, BMJ Qual Saf 2011;20:46-51.</summary>
    Perla,

    /// <summary>Longest run and number of crossings: Anhøj and Olesen, PLoS ONE 2014;9(11):e113825.</summary>
    Anhoej,
}

/// <summary>Where the limits for the number of runs come from when the median is that of the same points.</summary>
public enum RunsTable
{
    /// <summary>The table printed with the Perla rules, after Swed and Eisenhart 1943; 10 to 60 useful points.</summary>
    Perla2011,

    /// <summary>The exact distribution of runs with half of the useful points on each side, 2.5 % in each tail.</summary>
    Exact,
}
