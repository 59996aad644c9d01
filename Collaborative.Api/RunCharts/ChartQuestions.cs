using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Api.RunCharts;

/// <summary>What a chart is asked to be, as it stands in an address.</summary>
internal static class ChartQuestions
{
    public static readonly IReadOnlyList<Parameter> Parameters =
    [
        new("type", "run, xmr, mr, p, pPrime, u, uPrime, c, g, t, xbar, s, iPrime, or auto: chosen by the kind of measure. A chart is a run chart unless given, a summary's row an XmR chart."),
        new("rules", "perla (unless given) or anhoej for a run chart; shewhart3Sigma (unless given), westernElectric, nelson, healthCareDataGuide or makingDataCount for the rest."),
        new("runsTable", "Under perla, where the limits for the number of runs come from: perla2011 (unless given) or exact."),
        new("shift", "How many useful points in a row make a shift; 6 unless given.", "integer"),
        new("trend", "How many levels in a row make a trend; 5 unless given.", "integer"),
        new("from", "The first month analysed, like 2025-01."),
        new("to", "The last month analysed."),
        new("screenMovingRanges", "Whether outlying moving ranges are left out of the limits; yes unless given.", "boolean"),
        new("baselineMonths", "How many months from the first, gaps included, freeze the centre line of the first phase.", "integer"),
        new("marks", "Whether the phases, flags and notes that people have put on the chart count; yes unless given.", "boolean"),
        Endpoints.AsOf,
    ];

    public static readonly IReadOnlyList<Parameter> Aggregated =
    [
        new("aggregate", "pooled (unless given), meanOfTeams or medianOfTeams."),
        new("cohort", "all (unless given), or fixed: teams that contribute in at least 90 % of the months."),
    ];

    /// <param name="usual">What is meant where the address says nothing; with an aggregate it may say which, and of which teams.</param>
    public static Outcome<ChartQuestion> Read(HttpContext http, ChartQuestion usual)
    {
        if (http.Request.Query.Count == 0)
        {
            return usual;
        }

        var query = new Parameters(http);
        var type = query.Choice<ChartType>("type");
        var question = new ChartQuestion
        {
            Type = type ?? usual.Type,
            Rules = query.Choice<RuleSet>("rules") ?? (type is null ? usual.Rules : null),
            RunsTable = query.Choice<RunsTable>("runsTable"),
            Shift = query.Number("shift", 3, 30),
            Trend = query.Number("trend", 3, 30),
            Marks = query.Flag("marks") ?? true,
            ScreenMovingRanges = query.Flag("screenMovingRanges"),
            From = query.Month("from"),
            To = query.Month("to"),
            BaselineMonths = query.Number("baselineMonths", 1, GetChart.MostMonths),
            Aggregate = usual.Aggregate is null ? null : query.Choice<Aggregate>("aggregate") ?? usual.Aggregate,
            Cohort = usual.Aggregate is null ? Cohort.All : query.Choice<Cohort>("cohort") ?? Cohort.All,
            AsOf = query.Instant("asOf"),
        };
        return query.Problem is { } problem ? problem : question;
    }
}
