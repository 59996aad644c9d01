using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Assessments;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.RunCharts;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Assessments;

/// <summary>A team's run charts up to the end of a month, and what they and its tests say of its progress.</summary>
/// <param name="Charts">One for each measure, by its code.</param>
internal sealed record TeamProgress(DateTimeOffset At, TeamRow Team, IReadOnlyList<(MeasureRow Measure, ChartAnalysis? Analysis)> Charts, ProgressFacts Facts)
{
    internal static readonly SqlText StartedTests =
        "SELECT COUNT(*) FROM PdsaCycle p WHERE p.CollaborativeId = @collaborativeId AND p.TeamId = @teamId AND p.IsWithdrawn = 0 AND p.StartedOn <= @lastDay";

    /// <returns>A refusal where a chart up to such a month would be too long.</returns>
    public static async Task<Outcome<TeamProgress>> Load(Session session, Guid collaborativeId, Guid teamId, Month month, DateTimeOffset now, CancellationToken cancellation)
    {
        var question = new ChartQuestion { To = month };
        var loaded = await ChartSource.Load(session, collaborativeId, teamId, null, question, withTeamMarks: false, now, cancellation);
        if (loaded.Problem is { } problem)
        {
            return problem;
        }

        var source = loaded.Value;
        var team = source.Snapshot.Teams.First(team => team.Id == teamId);
        var charts = source.Snapshot.Measures.Select(measure => (Measure: measure, Analysis: Analyse(measure))).ToList();
        var tests = await session.First<int>(StartedTests, new { collaborativeId, teamId, lastDay = month.LastDay }, cancellation);
        var required = charts.Where(chart => chart.Measure.IsRequired).ToList();
        var outcomes = charts.Where(chart => chart.Measure.State.Type == MeasureType.Outcome).ToList();
        var goals = charts.Where(chart => chart.Measure.State is { GoalValue: not null, Direction: not Direction.Neutral }).ToList();
        return new TeamProgress(source.Snapshot.At, team, charts, new ProgressFacts(
            required.Count,
            required.Count(chart => source.FiguresByMeasure[chart.Measure.Id].Any()),
            tests,
            outcomes.Count,
            outcomes.Count(chart => chart.Analysis is { } analysis && ChanceOfSignal.HasFavourable(analysis)),
            goals.Count,
            goals.Count(chart => chart.Analysis is { } analysis && SummaryRow.Of(analysis).GoalMet == true)));

        ChartAnalysis? Analyse(MeasureRow measure) => ChartMaker.OfTeam(source, measure, team, question) is { IsRefused: false } made ? made.Value.Chart.Analysis : null;
    }
}

internal sealed class CeilingHandler(IDatabase database, TimeProvider clock) : IRequestHandler<GetCeiling, Outcome<CeilingView>>
{
    public async Task<Outcome<CeilingView>> Handle(GetCeiling request, CancellationToken cancellationToken)
    {
        var loaded = await database.Read(
            session => TeamProgress.Load(session, request.CollaborativeId, request.TeamId, request.Month, clock.GetUtcNow(), cancellationToken), cancellationToken);
        if (loaded.Problem is { } problem)
        {
            return problem;
        }

        var progress = loaded.Value;
        var ceiling = AssessmentCeiling.Of(progress.Facts);
        return new CeilingView(progress.Team.Code, request.Month, ceiling.Value, ceiling.Reasons, progress.Facts);
    }
}
