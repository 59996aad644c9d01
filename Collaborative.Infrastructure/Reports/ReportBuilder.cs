using Collaborative.Domain;
using Collaborative.Domain.Assessments;
using Collaborative.Domain.Reporting;
using Collaborative.Domain.Reports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Assessments;
using Collaborative.Infrastructure.Barriers;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Pdsa;
using Collaborative.Infrastructure.Submissions;
using Collaborative.Infrastructure.Teams;

namespace Collaborative.Infrastructure.Reports;

/// <summary>Gathers what a report holds beside its words.</summary>
internal static class ReportBuilder
{
    internal static readonly SqlText Figures =
        $"""
        SELECT {SubmissionRow.Columns}
        FROM Measure m
        JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = @teamId AND s.ReportMonth = @month
        WHERE m.CollaborativeId = @collaborativeId
        ORDER BY m.CodeKey
        """;

    internal static readonly SqlText Tests =
        $"""
        SELECT {PdsaRow.Columns}
        FROM PdsaCycle
        WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0 AND StartedOn <= @lastDay AND (EndedOn IS NULL OR EndedOn >= @firstDay)
        ORDER BY CodeKey
        """;

    internal static readonly SqlText Scores =
        $"SELECT {AssessmentRow.Columns} FROM Assessment WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND ReportMonth = @month ORDER BY Kind";

    internal static readonly SqlText OpenBarriers =
        $"SELECT {BarrierRow.Columns} FROM Barrier WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0 AND State = 'open' ORDER BY RaisedOn, CodeKey";

    public static async Task<ReportContents> Build(
        Session session, Guid collaborativeId, Guid teamId, Month month, TeamContext context, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = new { collaborativeId, teamId, month, firstDay = month.FirstDay, lastDay = month.LastDay };
        var progress = (await TeamProgress.Load(session, collaborativeId, teamId, month, now, cancellation)).Value;
        var figures = (await session.Query<SubmissionRow>(Figures, key, cancellation)).ToDictionary(row => row.MeasureId);
        var tests = await session.Query<PdsaRow>(Tests, key, cancellation);
        var scores = await session.Query<AssessmentRow>(Scores, key, cancellation);
        var barriers = await session.Query<BarrierRow>(OpenBarriers, key, cancellation);
        var today = context.Collaborative.Calendar.Today(now);
        return new ReportContents
        {
            Aim = context.Aim,
            Measures =
            [
                .. progress.Charts.Select(chart => Measure(
                    chart.Measure, figures.GetValueOrDefault(chart.Measure.Id), chart.Analysis is { } analysis ? ReportedChart.Of(analysis) : null, context, month)),
            ],
            Tests = [.. tests.Select(row => ReportedTest.Of(row.View))],
            Scores = new ReportedScores(AssessmentRow.Together(month, scores), AssessmentCeiling.Of(progress.Facts)),
            OpenBarriers = [.. barriers.Select(row => row.ViewOn(today))],
            AsOf = progress.At,
        };
    }

    private static ReportedMeasure Measure(MeasureRow measure, SubmissionRow? row, ReportedChart? chart, TeamContext context, Month month)
    {
        var calendar = context.Collaborative.Calendar;
        var judged = ReportingRules.Judge(
            measure.Code,
            row is null ? null : new Submitted(row.StatusValue, row.NoDataReason is not null, row.SubmittedAt),
            calendar,
            context.Team,
            month);

        // What is still a draft, or was taken back, is nobody's figure yet.
        var figures = judged.State is ReportState.Submitted or ReportState.NoData ? row!.View(measure.State, calendar, context.EnrolledFrom, null) : null;
        return new ReportedMeasure(
            measure.Code,
            measure.Name,
            measure.State.Type,
            measure.State.Direction,
            measure.Unit,
            measure.Decimals,
            measure.IsRequired,
            judged.State,
            figures?.Numerator,
            figures?.Denominator,
            figures?.Value,
            figures?.Revision,
            judged.OnTime,
            figures?.NoData,
            measure.View.Goal,
            chart);
    }
}
