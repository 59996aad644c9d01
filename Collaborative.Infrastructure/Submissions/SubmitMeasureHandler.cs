using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Enrolments;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;
using Collaborative.Domain.Teams;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Submissions;

/// <summary>What a submission is judged by: the rules of its collaborative, its team and its measure.</summary>
internal sealed record SubmissionContext
{
    internal static readonly SqlText Load =
        """
        SELECT c.Name AS CollaborativeName, c.StartMonth, c.EndMonth, c.BaselineFrom, c.TimeZone, c.ReportDueDay, c.LockAfterDays, c.Status AS CollaborativeStatus,
            t.Name AS TeamName, t.EnrolledFrom, t.WithdrawnAfter, t.Code AS TeamCode,
            m.Id, m.Code, m.CodeKey, m.Revision, m.Name, m.MeasureType, m.Kind, m.Direction, m.Multiplier, m.Unit, m.NumeratorDefinition, m.DenominatorDefinition,
            m.GoalValue, m.GoalByMonth, m.IsRequired, m.Decimals, m.MinimumDenominator, m.PlannedSample, t.EnrolmentState
        FROM Collaborative c
        JOIN Team t ON t.CollaborativeId = c.Id AND t.Id = @teamId
        JOIN Measure m ON m.CollaborativeId = c.Id AND m.Id = @measureId
        WHERE c.Id = @collaborativeId
        """;

    public required CollaborativeState Collaborative { get; init; }

    public required string CollaborativeStatus { get; init; }

    public required TeamState Team { get; init; }

    public required MeasureState Measure { get; init; }

    public required string TeamCode { get; init; }

    public required string MeasureCode { get; init; }

    public static async Task<SubmissionContext?> Read(Session session, Guid collaborativeId, Guid teamId, Guid measureId, CancellationToken cancellation)
    {
        SubmissionContext? context = null;
        await session.Read(
            Load,
            new { collaborativeId, teamId, measureId },
            row => context = new SubmissionContext
            {
                Collaborative = new CollaborativeState
                {
                    Name = row.GetString(0),
                    Topic = "",
                    Aim = "",
                    StartMonth = Month.FromYyyymm(row.GetInt32(1)),
                    EndMonth = Month.FromYyyymm(row.GetInt32(2)),
                    BaselineFrom = Month.FromYyyymm(row.GetInt32(3)),
                    TimeZone = row.GetString(4),
                    ReportDueDay = row.GetInt32(5),
                    LockAfterDays = row.IsDBNull(6) ? null : row.GetInt32(6),
                },
                CollaborativeStatus = row.GetString(7),
                Team = new TeamState
                {
                    Name = row.GetString(8),
                    EnrolledFrom = Month.FromYyyymm(row.GetInt32(9)),
                    WithdrawnAfter = row.IsDBNull(10) ? null : Month.FromYyyymm(row.GetInt32(10)),
                    Enrolment = row.IsDBNull(30) ? null : EnumText.Parse<EnrolmentState>(row.GetString(30)),
                },
                TeamCode = row.GetString(11),
                MeasureCode = row.GetString(13),
                Measure = new MeasureRow
                {
                    Name = row.GetString(16),
                    MeasureType = row.GetString(17),
                    Kind = row.GetString(18),
                    Direction = row.GetString(19),
                    Multiplier = row.GetDouble(20),
                    DenominatorDefinition = row.IsDBNull(23) ? null : row.GetString(23),
                    MinimumDenominator = row.GetDouble(28),
                    PlannedSample = row.IsDBNull(29) ? null : row.GetDouble(29),
                }.State,
            },
            cancellation);
        return context;
    }
}

internal sealed class SubmitMeasureHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<SubmitMeasure, Outcome<Written<SubmissionView>>>, IRequestHandler<WithdrawSubmission, Outcome<Written<SubmissionView>>>
{
    internal static readonly SqlText Current =
        $"SELECT {SubmissionRow.Columns} FROM Submission s WHERE s.MeasureId = @measureId AND s.TeamId = @teamId AND s.ReportMonth = @month";

    public async Task<Outcome<Written<SubmissionView>>> Handle(SubmitMeasure request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        if (await SubmissionContext.Read(session, request.CollaborativeId, request.TeamId, request.MeasureId, cancellationToken) is not { } context)
        {
            return Problem.NotFound;
        }

        var state = SubmissionRules.StateOf(request.Body, context.Measure.Kind);
        if (SubmissionRules.FigureErrors(state, context.Measure.Kind, context.Measure.Multiplier) is { Count: > 0 } errors)
        {
            return Problem.Invalid(errors);
        }

        SubmissionRow? row = null;
        await session.Read(
            Current, new { measureId = request.MeasureId, teamId = request.TeamId, month = request.Month }, found => row = SubmissionRow.Read(found), cancellationToken);
        var visible = row?.StatusValue == SubmissionStatus.Withdrawn ? null : row;
        var decision = Versioning.Decide(visible?.Revision, visible?.State == state, request.Preconditions);
        if (decision.Problem is { } problem)
        {
            return problem;
        }

        if (decision.Value == WriteKind.Unchanged)
        {
            return Answer(context, request.CollaborativeId, visible!, WriteKind.Unchanged, cancellationToken);
        }

        var reason = Shape.Tidy(request.Body.Reason);
        if (SubmissionRules.Refusal(
            request.Viewer, context.Collaborative, context.CollaborativeStatus, context.Team, request.Month, state.Status, reason, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }

        var at = await session.Mark(request.CollaborativeId, clock, cancellationToken);
        var next = SubmissionWriter.Next(row, request.MeasureId, request.TeamId, request.Month, state, at, request.Viewer.Name, reason, Origin.Typed);
        using var writer = SubmissionWriter.Prepare(session);
        await writer.Write(next, cancellationToken);
        return Answer(context, request.CollaborativeId, next, decision.Value, cancellationToken);
    }

    /// <summary>The answer, whose warnings are worked out from the whole series once the row is kept.</summary>
    private Written<SubmissionView> Answer(SubmissionContext context, Guid collaborativeId, SubmissionRow row, WriteKind kind, CancellationToken cancellation)
    {
        unitOfWork.Afterwards<Outcome<Written<SubmissionView>>>(
            async session => new Written<SubmissionView>(await View(session, context, collaborativeId, row, cancellation), row.Revision, kind));
        return new Written<SubmissionView>(
            row.View(context.Measure, context.Collaborative.Calendar, context.Team.EnrolledFrom, null, context.TeamCode, context.MeasureCode), row.Revision, kind);
    }

    public async Task<Outcome<Written<SubmissionView>>> Handle(WithdrawSubmission request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var context = await SubmissionContext.Read(session, request.CollaborativeId, request.TeamId, request.MeasureId, cancellationToken);
        var row = await session.First<SubmissionRow>(
            Current, new { measureId = request.MeasureId, teamId = request.TeamId, month = request.Month }, cancellationToken);
        if (context is null || row is null || row.StatusValue == SubmissionStatus.Withdrawn)
        {
            return Problem.NotFound;
        }

        if (Versioning.DecideDelete(row.Revision, request.Preconditions) is { } problem)
        {
            return problem;
        }

        if (SubmissionRules.Refusal(
            request.Viewer, context.Collaborative, context.CollaborativeStatus, context.Team, request.Month, SubmissionStatus.Withdrawn,
            request.Reason, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }

        var at = await session.Mark(request.CollaborativeId, clock, cancellationToken);
        var next = SubmissionWriter.Next(
            row, request.MeasureId, request.TeamId, request.Month, row.State with { Status = SubmissionStatus.Withdrawn }, at, request.Viewer.Name, request.Reason, Origin.Typed);
        using var writer = SubmissionWriter.Prepare(session);
        await writer.Write(next, cancellationToken);
        return new Written<SubmissionView>(
            next.View(context.Measure, context.Collaborative.Calendar, context.Team.EnrolledFrom, [], context.TeamCode, context.MeasureCode), next.Revision, WriteKind.Replace);
    }

    internal static async Task<SubmissionView> View(
        Session session, SubmissionContext context, Guid collaborativeId, SubmissionRow row, CancellationToken cancellation)
    {
        var series = await SeriesReader.LoadSeries(session, row.MeasureId, row.TeamId, cancellation);
        var siblings = context.Measure.DenominatorDefinition is null
            ? []
            : await SeriesReader.LoadSiblings(session, collaborativeId, row.MeasureId, row.TeamId, row.ReportMonth, cancellation);
        return row.View(
            context.Measure,
            context.Collaborative.Calendar,
            context.Team.EnrolledFrom,
            DataQuality.Check(context.Measure, row.ReportMonth, row.State, series, siblings),
            context.TeamCode,
            context.MeasureCode);
    }
}
