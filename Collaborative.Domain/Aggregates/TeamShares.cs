using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Domain.Aggregates;

/// <summary>How many teams are where they want to be, and how many are on their way.</summary>
/// <param name="Teams">All of them.</param>
/// <param name="WithFigure">Those with a figure at all.</param>
/// <param name="AtGoal">Of those, the ones whose last figure meets the goal; null without a goal or a good direction.</param>
/// <param name="Judged">Those with enough figures for the rules.</param>
/// <param name="Favourable">Of those, the ones with a favourable signal in their last phase.</param>
/// <param name="ByChance">How many of the judged ones would have such a signal if none had changed: never print the one without the other.</param>
public sealed record TeamShares(int Teams, int WithFigure, int? AtGoal, int Judged, int Favourable, double ByChance)
{
    public double? ShareAtGoal => WithFigure == 0 ? null : (double?)AtGoal / WithFigure;

    public double? ShareFavourable => Judged == 0 ? null : (double)Favourable / Judged;

    public double? ShareByChance => Judged == 0 ? null : ByChance / Judged;

    /// <param name="teams">One analysis for each team, all of one measure.</param>
    public static TeamShares Of(IReadOnlyList<ChartAnalysis> teams)
    {
        int withFigure = 0, atGoal = 0, judged = 0, favourable = 0;
        var byChance = 0.0;
        foreach (var team in teams)
        {
            var last = Array.FindLastIndex(team.Points, point => point is { Value: not null, Excluded: false });
            if (last < 0)
            {
                continue;
            }

            withFigure++;
            atGoal += Goals.IsMet(team.Points[last].Value!.Value, team.Settings) == true ? 1 : 0;
            if (team.Phases[^1] is { Statistics: { Signal: not null, Points: var points } } phase)
            {
                judged++;
                favourable += ChanceOfSignal.HasFavourable(team) ? 1 : 0;
                byChance += ChanceOfSignal.Favourable(team.Settings, points, Frozen(team, phase));
            }
        }

        var asked = teams.Count > 0 && teams[0].Settings is { Goal: not null, Direction: not Direction.Neutral };
        return new(teams.Count, withFigure, asked ? atGoal : null, judged, favourable, byChance);
    }

    /// <summary>Figures that set the line, where not all of the phase do.</summary>
    private static int? Frozen(ChartAnalysis team, PhaseAnalysis phase)
    {
        if (phase.FrozenToIndex is not { } to || to == phase.ToIndex)
        {
            return null;
        }

        var figures = 0;
        for (var i = phase.FromIndex; i <= to; i++)
        {
            figures += team.Points[i] is { Value: not null, Excluded: false } ? 1 : 0;
        }

        return figures;
    }
}

/// <summary>Whether a goal is met.</summary>
public static class Goals
{
    /// <summary>Null without a goal or a good direction. A figure on the goal meets it.</summary>
    public static bool? IsMet(double value, AnalysisSettings settings) => IsMet(value, settings.Goal, settings.Direction);

    public static bool? IsMet(double value, double? goal, Direction good) => (goal, good) switch
    {
        (null, _) or (_, Direction.Neutral) => null,
        ({ } wanted, Direction.Increase) => OnTheLine.Side(value, wanted) >= 0,
        ({ } wanted, _) => OnTheLine.Side(value, wanted) <= 0,
    };

    /// <summary>For each month, the teams with a figure and those of them that meet the goal.</summary>
    /// <param name="inCohort">For each team, whether it counts.</param>
    public static (int WithFigure, int AtGoal)[] ByMonth(TeamSeries series, double goal, Direction good, IReadOnlyList<bool> inCohort)
    {
        var months = new (int WithFigure, int AtGoal)[series.Months];
        for (var month = 0; month < months.Length; month++)
        {
            for (var team = 0; team < series.Teams; team++)
            {
                if (inCohort[team] && series.Value(team, month) is var value && !double.IsNaN(value))
                {
                    months[month].WithFigure++;
                    months[month].AtGoal += IsMet(value, goal, good) == true ? 1 : 0;
                }
            }
        }

        return months;
    }
}
