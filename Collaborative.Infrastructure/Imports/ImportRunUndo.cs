using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Submissions;

namespace Collaborative.Infrastructure.Imports;

/// <summary>Putting an import back.</summary>
internal sealed partial class ImportRun
{
    private const string UndoColumns = "r.RowNumber, r.SourcePlace, s.TeamId, s.MeasureId, s.ReportMonth, s.Revision";

    // By the figure's own key: what was taken goes by our codes in the rows of the import. SQL Server is free to
    // look at the months of rejected rows too, which may be none.
    private static string UndoFrom(string cast) =>
        $"""
        FROM ImportRow r
        JOIN ImportJob j ON j.Id = r.ImportId
        JOIN Team t ON t.CollaborativeId = j.CollaborativeId AND t.CodeKey = LOWER(r.Team)
        JOIN Measure m ON m.CollaborativeId = j.CollaborativeId AND m.CodeKey = LOWER(r.Measure)
        JOIN SubmissionRevision s ON s.MeasureId = m.Id AND s.TeamId = t.Id AND s.ReportMonth = {cast}(REPLACE(r.ReportMonth, '-', '') AS INT)
            AND s.ImportId = r.ImportId AND s.ImportRow = r.RowNumber
        WHERE r.ImportId = @importId AND r.Outcome = 'accepted' AND r.RowNumber >= @from
        """;

    internal static readonly SqlText UndoRows = new(
        $"SELECT {UndoColumns} {UndoFrom("CAST")} ORDER BY r.RowNumber LIMIT @take",
        $"SELECT TOP (@take) {UndoColumns} {UndoFrom("TRY_CAST")} ORDER BY r.RowNumber");

    internal static readonly SqlText RevisionsAtPlaces = new(
        $"""
        SELECT {SubmissionRow.Columns}
        FROM json_each(@places) k
        CROSS JOIN SubmissionRevision s ON s.MeasureId = k.value ->> 'MeasureId' AND s.TeamId = k.value ->> 'TeamId' AND s.ReportMonth = k.value ->> 'ReportMonth'
            AND s.Revision >= k.value ->> 'Revision' - 1 AND s.Revision <= k.value ->> 'Revision'
        """,
        $"""
        SELECT {SubmissionRow.Columns}
        FROM OPENJSON(@places) WITH (MeasureId UNIQUEIDENTIFIER '$.MeasureId', TeamId UNIQUEIDENTIFIER '$.TeamId', ReportMonth INT '$.ReportMonth', Revision INT '$.Revision') k
        JOIN SubmissionRevision s ON s.MeasureId = k.MeasureId AND s.TeamId = k.TeamId AND s.ReportMonth = k.ReportMonth
            AND s.Revision >= k.Revision - 1 AND s.Revision <= k.Revision
        """);

    /// <summary>Puts back, figure by figure, what was there before the import; what was changed since is told and left.</summary>
    private async Task Undo(int nextRow, CancellationToken cancellation)
    {
        if (nextRow == ImportRowRecord.HeaderRow)
        {
            var header = new Row { Number = ImportRowRecord.HeaderRow, Outcome = ImportRowRecord.HeaderOutcome, RawText = "team,measure,month,problem" };
            await Unit(UndoStage, nextRow + 1, null, 0, session => PutBack(session, [], header, cancellation), cancellation);
            nextRow++;
        }

        while (await database.Read(
            session => session.Query<UndoneRow>(UndoRows, new { importId = job.UndoesId, from = nextRow, take = RowsInAChunk }, cancellation), cancellation) is { Count: > 0 } rows)
        {
            nextRow = rows[^1].RowNumber + 1;
            await Unit(UndoStage, nextRow, null, Math.Min(job.TotalBytes, counts.Accepted + counts.Rejected + rows.Count), session => PutBack(session, rows, null, cancellation), cancellation);
        }

        await Unit(UndoStage, nextRow, null, job.TotalBytes, session => CountAfterUndo(session, cancellation), cancellation);
    }

    private async Task PutBack(Session session, List<UndoneRow> rows, Row? header, CancellationToken cancellation)
    {
        await StillHolds(session, cancellation);
        DateTimeOffset? at = null;
        var current = await CurrentAt(session, rows.Select(row => (row.MeasureId, row.TeamId, row.ReportMonth)), cancellation);
        var revisions = await RevisionsOf(session, rows, cancellation);
        using var outcome = Outcomes(session);
        using var writer = SubmissionWriter.PrepareMany(session);
        var teamsById = teams.Values.ToDictionary(team => team.Id!.Value);
        var measuresById = measures.Values.ToDictionary(measure => measure.Id);
        var now = clock.GetUtcNow();
        if (header is not null)
        {
            await Record(outcome, header, cancellation);
        }

        foreach (var undone in rows)
        {
            var measure = measuresById[undone.MeasureId];
            var row = new Row { Number = undone.RowNumber, Place = undone.SourcePlace, MeasureText = measure.Code, MonthText = undone.ReportMonth.ToString() };
            var present = current[(undone.MeasureId, undone.TeamId, undone.ReportMonth)];
            var was = revisions.GetValueOrDefault((undone.MeasureId, undone.TeamId, undone.ReportMonth, undone.Revision - 1));
            var written = present.ImportId is null ? null : revisions.GetValueOrDefault((undone.MeasureId, undone.TeamId, undone.ReportMonth, undone.Revision));

            // Later imports that were undone have left the figure as this one wrote it.
            var isAsWritten = present.Revision == undone.Revision || (written is not null && present.State == written.State);
            var state = was is null or { StatusValue: SubmissionStatus.Withdrawn } ? present.State with { Status = SubmissionStatus.Withdrawn } : was.State;
            var team = teamsById.GetValueOrDefault(undone.TeamId);
            row.TeamText = team?.Code;
            var problem = team is null ? new RowProblem("unknownTeam", "This team's figures are not yours to put back.", "team")
                : !isAsWritten ? new RowProblem("changedSince", $"This figure was changed after the import (it is now revision {present.Revision}), so it stays as it is.")
                : SubmissionRules.Refusal(viewer, rules, collaborative.Status, team.State, undone.ReportMonth, state.Status, job.Reason, now) is { } refusal
                    ? new RowProblem(Naming.Of(refusal.Code), refusal.Detail, "month")
                : null;
            if (problem is not null)
            {
                counts = counts with { Rejected = counts.Rejected + 1 };
                row.Outcome = EnumText.Of(RowOutcome.Rejected);
                row.RawText = $"{row.TeamText},{row.MeasureText},{row.MonthText},";
                await Record(outcome, row, cancellation, [problem]);
                continue;
            }

            at ??= await session.Mark(job.CollaborativeId, clock, cancellation);
            var next = SubmissionWriter.Next(
                present, undone.MeasureId, undone.TeamId, undone.ReportMonth, state, at.Value, job.CreatedBy, job.Reason ?? "Undoes an import.", Origin.Import, job.Id, row.Number);
            // What a person had typed is hers again: the next import that replaces it says so.
            await writer.Write(was is null || state.Status == SubmissionStatus.Withdrawn ? next : next with { SubmittedAt = was.SubmittedAt, SubmittedBy = was.SubmittedBy, Origin = was.Origin }, cancellation);
            counts = counts with { Accepted = counts.Accepted + 1 };
            row.Outcome = EnumText.Of(RowOutcome.Accepted);
            await Record(outcome, row, cancellation);
        }

        await writer.Flush(cancellation);
        await outcome.Flush(cancellation);
    }

    /// <summary>The revisions that the import made, and those before them.</summary>
    private static async Task<Dictionary<(Guid Measure, Guid Team, Month Month, int Revision), SubmissionRow>> RevisionsOf(
        Session session, List<UndoneRow> rows, CancellationToken cancellation)
    {
        var found = new Dictionary<(Guid, Guid, Month, int), SubmissionRow>();
        await session.Read(
            RevisionsAtPlaces,
            new { places = JsonSerializer.Serialize(rows.Select(row => new { row.MeasureId, row.TeamId, ReportMonth = row.ReportMonth.ToYyyymm(), row.Revision })) },
            reader =>
            {
                var row = SubmissionRow.Read(reader);
                found[(row.MeasureId, row.TeamId, row.ReportMonth, row.Revision)] = row;
            },
            cancellation);
        return found;
    }

    /// <summary>A figure that an import changed, and the revision that it made.</summary>
    private sealed record UndoneRow
    {
        public int RowNumber { get; init; }

        public string? SourcePlace { get; init; }

        public Guid TeamId { get; init; }

        public Guid MeasureId { get; init; }

        public Month ReportMonth { get; init; }

        public int Revision { get; init; }
    }
}
