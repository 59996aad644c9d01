using Collaborative.Domain;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.Submissions;

internal sealed class GetSubmissionHandler(IDatabase database) : IRequestHandler<GetSubmission, Outcome<SubmissionView>>
{
    public async Task<Outcome<SubmissionView>> Handle(GetSubmission request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<SubmissionView>>(
            async session =>
            {
                var context = await SubmissionContext.Read(session, request.CollaborativeId, request.TeamId, request.MeasureId, cancellationToken);
                var row = await session.First<SubmissionRow>(
                    SubmitMeasureHandler.Current, new { measureId = request.MeasureId, teamId = request.TeamId, month = request.Month }, cancellationToken);
                return context is null || row is null || row.StatusValue == SubmissionStatus.Withdrawn
                    ? Problem.NotFound
                    : await SubmitMeasureHandler.View(session, context, request.CollaborativeId, row, cancellationToken);
            },
            cancellationToken);
}

internal sealed class ListRevisionsHandler(IDatabase database) : IRequestHandler<ListRevisions, Outcome<Page<SubmissionView>>>
{
    internal static readonly SqlText Revisions = new(
        $"SELECT {SubmissionRow.Columns} {From} ORDER BY s.Revision LIMIT @take",
        $"SELECT TOP (@take) {SubmissionRow.Columns} {From} ORDER BY s.Revision");

    private const string From =
        "FROM SubmissionRevision s WHERE s.MeasureId = @measureId AND s.TeamId = @teamId AND s.ReportMonth = @month AND s.Revision > @after";

    public async Task<Outcome<Page<SubmissionView>>> Handle(ListRevisions request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<SubmissionView>>>(
            async session =>
            {
                var context = await SubmissionContext.Read(session, request.CollaborativeId, request.TeamId, request.MeasureId, cancellationToken);
                var rows = await session.Query<SubmissionRow>(
                    Revisions,
                    new { measureId = request.MeasureId, teamId = request.TeamId, month = request.Month, after = request.AfterRevision, take = request.Limit + 1 },
                    cancellationToken);
                return context is null || (rows.Count == 0 && request.AfterRevision == 0)
                    ? Problem.NotFound
                    : Paging.Page(
                        rows,
                        request.Limit,
                        row => row.View(context.Measure, context.Collaborative.Calendar, context.Team.EnrolledFrom, null),
                        row => row.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture));
            },
            cancellationToken);
}

internal sealed class ListSeriesHandler(IDatabase database) : IRequestHandler<ListSeries, Outcome<Page<SubmissionView>>>
{
    private const string Conditions = "s.MeasureId = @measureId AND s.TeamId = @teamId AND s.ReportMonth > @after AND s.Status <> 'withdrawn' AND (@status IS NULL OR s.Status = @status)";

    private const string AtInstant =
        "AND s.Revision = (SELECT MAX(o.Revision) FROM SubmissionRevision o "
        + "WHERE o.MeasureId = s.MeasureId AND o.TeamId = s.TeamId AND o.ReportMonth = s.ReportMonth AND o.RecordedAt <= @at)";

    internal static readonly SqlText Current = new(
        $"SELECT {SubmissionRow.Columns} FROM Submission s WHERE {Conditions} ORDER BY s.ReportMonth LIMIT @take",
        $"SELECT TOP (@take) {SubmissionRow.Columns} FROM Submission s WHERE {Conditions} ORDER BY s.ReportMonth");

    internal static readonly SqlText AsOf = new(
        $"SELECT {SubmissionRow.Columns} FROM SubmissionRevision s WHERE {Conditions} {AtInstant} ORDER BY s.ReportMonth LIMIT @take",
        $"SELECT TOP (@take) {SubmissionRow.Columns} FROM SubmissionRevision s WHERE {Conditions} {AtInstant} ORDER BY s.ReportMonth");

    public async Task<Outcome<Page<SubmissionView>>> Handle(ListSeries request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<SubmissionView>>>(
            async session =>
            {
                if (await Snapshot.Load(session, request.CollaborativeId, request.AsOf, cancellationToken) is not { } snapshot
                    || snapshot.Teams.FirstOrDefault(team => team.Id == request.TeamId) is not { } team
                    || snapshot.Measures.FirstOrDefault(measure => measure.Id == request.MeasureId) is not { } measure)
                {
                    return Problem.NotFound;
                }

                var rows = await session.Query<SubmissionRow>(
                    snapshot.IsCurrent ? Current : AsOf,
                    new
                    {
                        measureId = request.MeasureId,
                        teamId = request.TeamId,
                        after = request.After?.ToYyyymm() ?? 0,
                        status = request.Status is { } status ? EnumText.Of(status) : null,
                        at = snapshot.At,
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                var calendar = snapshot.Collaborative.State.Calendar;
                return Paging.Page(
                    rows,
                    request.Limit,
                    row => row.View(measure.State, calendar, team.EnrolledFrom, null, team.Code, measure.Code),
                    row => row.ReportMonth.ToString(),
                    snapshot.At);
            },
            cancellationToken);
}

internal sealed class ListSubmissionsHandler(IDatabase database) : IRequestHandler<ListSubmissions, Outcome<Page<SubmissionView>>>
{
    private const string Conditions =
        """
        WHERE t.CollaborativeId = @collaborativeId AND m.CollaborativeId = @collaborativeId AND s.Status <> 'withdrawn'
            AND (@fromMonth IS NULL OR s.ReportMonth >= @fromMonth) AND (@toMonth IS NULL OR s.ReportMonth <= @toMonth)
            AND (@teamKey IS NULL OR t.CodeKey = @teamKey)
            AND (@measureKey IS NULL OR m.CodeKey = @measureKey)
            AND (@status IS NULL OR s.Status = @status)
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = t.Id))
            AND t.CodeKey >= @afterTeam
            AND (t.CodeKey > @afterTeam OR m.CodeKey > @afterMeasure OR (m.CodeKey = @afterMeasure AND s.ReportMonth > @afterMonth))
        """;

    private const string AtInstant =
        """
            AND s.Revision = (SELECT MAX(o.Revision) FROM SubmissionRevision o
                WHERE o.MeasureId = s.MeasureId AND o.TeamId = s.TeamId AND o.ReportMonth = s.ReportMonth AND o.RecordedAt <= @at)
        """;

    private const string CurrentFrom = "FROM Team t CROSS JOIN Measure m JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = t.Id";

    private const string AsOfFrom = "FROM Team t CROSS JOIN Measure m JOIN SubmissionRevision s ON s.MeasureId = m.Id AND s.TeamId = t.Id";

    private const string Order = "ORDER BY t.CodeKey, m.CodeKey, s.ReportMonth";

    internal static readonly SqlText Current = new(
        $"SELECT {SubmissionRow.Columns} {CurrentFrom} {Conditions} {Order} LIMIT @take",
        $"SELECT TOP (@take) {SubmissionRow.Columns} {CurrentFrom} {Conditions} {Order}");

    internal static readonly SqlText AsOf = new(
        $"SELECT {SubmissionRow.Columns} {AsOfFrom} {Conditions} {AtInstant} {Order} LIMIT @take",
        $"SELECT TOP (@take) {SubmissionRow.Columns} {AsOfFrom} {Conditions} {AtInstant} {Order}");

    public async Task<Outcome<Page<SubmissionView>>> Handle(ListSubmissions request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<SubmissionView>>>(
            async session =>
            {
                if (await Snapshot.Load(session, request.CollaborativeId, request.AsOf, cancellationToken) is not { } snapshot)
                {
                    return Problem.NotFound;
                }

                var rows = await session.Query<SubmissionRow>(
                    snapshot.IsCurrent ? Current : AsOf,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        fromMonth = request.From,
                        toMonth = request.To,
                        teamKey = request.TeamKey,
                        measureKey = request.MeasureKey,
                        status = request.Status is { } status ? EnumText.Of(status) : null,
                        limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                        afterTeam = request.After?.TeamKey ?? "",
                        afterMeasure = request.After?.MeasureKey ?? "",
                        afterMonth = request.After?.Month.ToYyyymm() ?? 0,
                        at = snapshot.At,
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                var teams = snapshot.Teams.ToDictionary(team => team.Id);
                var measures = snapshot.Measures.ToDictionary(measure => measure.Id);
                var calendar = snapshot.Collaborative.State.Calendar;
                return Paging.Page(
                    rows,
                    request.Limit,
                    row => row.View(measures[row.MeasureId].State, calendar, teams[row.TeamId].EnrolledFrom, null, teams[row.TeamId].Code, measures[row.MeasureId].Code),
                    row => $"{teams[row.TeamId].CodeKey} {measures[row.MeasureId].CodeKey} {row.ReportMonth}",
                    snapshot.At);
            },
            cancellationToken);
}
