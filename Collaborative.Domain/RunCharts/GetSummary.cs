using Collaborative.Domain.Access;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.RunCharts;

/// <summary>What a summary's rows are of.</summary>
public enum SummaryOf
{
    /// <summary>All measures of one team.</summary>
    Team,

    /// <summary>One measure over all teams that the viewer may see.</summary>
    Measure,

    /// <summary>All measures over all teams.</summary>
    Collaborative,
}

/// <summary>The icon summary: many charts in one table, each row read off the chart that it links to.</summary>
/// <param name="TeamId">With <see cref="SummaryOf.Team"/>.</param>
/// <param name="MeasureId">With <see cref="SummaryOf.Measure"/>.</param>
/// <param name="Links">Where charts are found, and the question as it stands in an address.</param>
public sealed record GetSummary(Viewer Viewer, Guid CollaborativeId, SummaryOf Of, Guid? TeamId, Guid? MeasureId, ChartQuestion Question, ChartLinks Links)
    : IQuery<SummaryAnswer>, IHasShape
{
    /// <summary>
    /// Icons are those of Making Data Count: individual values on an XmR chart, whatever the kind of measure, as the icons' authors define them.
    /// </summary>
    public static ChartQuestion Usual { get; } = new() { Type = ChartType.Xmr, Rules = RuleSet.MakingDataCount };

    public IEnumerable<FieldError> ShapeErrors() => Question.Errors();
}

/// <param name="Base">The address under which the API lies: "/api/v1".</param>
/// <param name="Query">"?type=xmr&amp;rules=makingDataCount"; never empty.</param>
public sealed record ChartLinks(string Base, string Query);

public sealed record SummaryAnswer
{
    public required string Collaborative { get; init; }

    public string? Team { get; init; }

    public string? Measure { get; init; }

    /// <summary>Whose summary it is, for a heading.</summary>
    public required string Title { get; init; }

    public required IReadOnlyList<SummaryAnswerRow> Rows { get; init; }

    /// <summary>How many teams are at the goal, and how many show a favourable signal; of one measure over all teams only.</summary>
    public SharesAnswer? Shares { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>One chart in a row.</summary>
/// <param name="Code">Of the measure or of the team, whichever the rows are of.</param>
/// <param name="Chart">The address of the chart that says the same.</param>
/// <param name="Unavailable">Why there is no such chart of these figures; otherwise null.</param>
public sealed record SummaryAnswerRow(
    string Code,
    string Name,
    MeasureType Type,
    Direction Direction,
    string? Unit,
    int? Decimals,
    string? LastMonth,
    double? LastValue,
    Goal? Goal,
    bool? GoalMet,
    double? Centre,
    Icons? Icons,
    string? Words,
    ChartAnswerSignal? LastSignal,
    string? SignalWords,
    string? Note,
    string? Unavailable,
    string Chart);

/// <summary>See <see cref="TeamShares"/>. A share of favourable signals is never given without the one that chance alone would show.</summary>
public sealed record SharesAnswer(
    int Teams, int WithFigure, int? AtGoal, double? ShareAtGoal, int Judged, int Favourable, double? ShareFavourable, double? ShareByChance)
{
    public static SharesAnswer Of(TeamShares shares) => new(
        shares.Teams, shares.WithFigure, shares.AtGoal, shares.ShareAtGoal, shares.Judged, shares.Favourable, shares.ShareFavourable, shares.ShareByChance);
}
