using Collaborative.Domain;
using Collaborative.Domain.Reporting;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Measures;
using MediatR;

namespace Collaborative.Infrastructure.Reporting;

internal sealed class ReportingHandlers(IDatabase database, TimeProvider clock) :
    IRequestHandler<GetReporting, Outcome<ReportingView>>,
    IRequestHandler<ListDueMonths, Outcome<DueMonths>>
{
    private const string Columns = "s.TeamId, s.MeasureId, s.ReportMonth, s.Status, s.NoDataReason, s.SubmittedAt";

    private const string OfMonth = "JOIN Measure m ON m.Id = s.MeasureId WHERE m.CollaborativeId = @collaborativeId AND s.ReportMonth = @month";

    internal static readonly SqlText MonthCurrent = $"SELECT {Columns} FROM Submission s {OfMonth} ORDER BY s.TeamId, s.MeasureId";

    internal static readonly SqlText MonthAsOf =
        $"""
        SELECT {Columns} FROM SubmissionRevision s {OfMonth}
            AND s.Revision = (SELECT MAX(o.Revision) FROM SubmissionRevision o
                WHERE o.MeasureId = s.MeasureId AND o.TeamId = s.TeamId AND o.ReportMonth = s.ReportMonth AND o.RecordedAt <= @at)
        ORDER BY s.TeamId, s.MeasureId
        """;

    internal static readonly SqlText OfTeam =
        $"SELECT {Columns} FROM Measure m JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = @teamId WHERE m.CollaborativeId = @collaborativeId ORDER BY s.ReportMonth, s.MeasureId";

    public async Task<Outcome<ReportingView>> Handle(GetReporting request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<ReportingView>>(
            async session =>
            {
                if (await Snapshot.Load(session, request.CollaborativeId, request.AsOf, cancellationToken) is not { } snapshot)
                {
                    return Problem.NotFound;
                }

                var rules = snapshot.Collaborative.State;
                var calendar = rules.Calendar;
                var month = request.Month ?? Month.Min(rules.EndMonth, calendar.CurrentMonth(request.AsOf < clock.GetUtcNow() ? request.AsOf.Value : clock.GetUtcNow()).AddMonths(-1));
                var rows = await session.Query<Row>(
                    snapshot.IsCurrent ? MonthCurrent : MonthAsOf,
                    new { collaborativeId = request.CollaborativeId, month, at = snapshot.At },
                    cancellationToken);
                var submitted = rows.ToDictionary(row => (row.TeamId, row.MeasureId), row => row.Submitted);
                var required = snapshot.Measures.Where(measure => measure.IsRequired).ToList();
                var items = new List<TeamReport>();
                var onTime = 0;
                foreach (var team in snapshot.Teams.Where(team => request.Viewer.Sees(team.Id)))
                {
                    var state = team.State;
                    if (!state.IsEnrolledIn(month))
                    {
                        continue;
                    }

                    var measures = required.ConvertAll(measure => ReportingRules.Judge(
                        measure.Code, submitted.TryGetValue((team.Id, measure.Id), out var found) ? found : null, calendar, state, month));
                    var complete = measures.TrueForAll(measure => ReportingRules.IsReported(measure.State));
                    onTime += complete && measures.TrueForAll(measure => measure.OnTime != false) ? 1 : 0;
                    items.Add(new TeamReport(team.Code, team.Name, complete, measures));
                }

                return new ReportingView
                {
                    Collaborative = snapshot.Collaborative.Code,
                    Month = month,
                    DueOn = calendar.DueOn(month, rules.StartMonth),
                    TeamsEnrolled = items.Count,
                    TeamsComplete = items.Count(item => item.Complete),
                    TeamsOnTime = onTime,
                    NotReported = [.. items.Where(item => !item.Complete).Select(item => item.Team)],
                    Items = items,
                    AsOf = snapshot.At,
                };
            },
            cancellationToken);

    public async Task<Outcome<DueMonths>> Handle(ListDueMonths request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<DueMonths>>(
            async session =>
            {
                if (await Snapshot.Load(session, request.CollaborativeId, null, cancellationToken) is not { } snapshot
                    || snapshot.Teams.FirstOrDefault(team => team.Id == request.TeamId) is not { } team)
                {
                    return Problem.NotFound;
                }

                var rows = await session.Query<Row>(OfTeam, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId }, cancellationToken);
                var submitted = rows.ToDictionary(row => (row.ReportMonth, row.MeasureId), row => row.Submitted);
                var calendar = snapshot.Collaborative.State.Calendar;
                var state = team.State;
                var now = clock.GetUtcNow();
                var required = snapshot.Measures.Where(measure => measure.IsRequired).ToList();
                return new DueMonths(team.Code, [.. ReportingRules.ExpectedMonths(snapshot.Collaborative.State, state, now).Select(Judge).OfType<DueMonth>()]);

                DueMonth? Judge(Month month)
                {
                    var open = required.ConvertAll(measure => ReportingRules.Judge(
                            measure.Code, submitted.TryGetValue((month, measure.Id), out var found) ? found : null, calendar, state, month))
                        .FindAll(measure => !ReportingRules.IsReported(measure.State));
                    return open.Count == 0 ? null : new DueMonth(
                        month, calendar.DueOn(month, state.EnrolledFrom), !calendar.IsOnTime(month, state.EnrolledFrom, now), calendar.IsLocked(month, state.EnrolledFrom, now), open);
                }
            },
            cancellationToken);

    private sealed record Row
    {
        public Guid TeamId { get; init; }

        public Guid MeasureId { get; init; }

        public Month ReportMonth { get; init; }

        public string Status { get; init; } = "";

        public string? NoDataReason { get; init; }

        public DateTimeOffset? SubmittedAt { get; init; }

        public Submitted Submitted => new(EnumText.Parse<SubmissionStatus>(Status), NoDataReason is not null, SubmittedAt);
    }
}
