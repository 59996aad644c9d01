using System.Data;
using Collaborative.Domain;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Submissions;

/// <summary>The one way in which a submission is written: a guarded current row and an appended revision.</summary>
internal static class SubmissionWriter
{
    private static readonly (string Name, DbType Type, string Column)[] Columns =
    [
        ("@measureId", DbType.Guid, "MeasureId"), ("@teamId", DbType.Guid, "TeamId"), ("@month", DbType.Int32, "ReportMonth"),
        ("@revision", DbType.Int32, "Revision"), ("@status", DbType.String, "Status"), ("@numerator", DbType.Double, "Numerator"),
        ("@denominator", DbType.Double, "Denominator"), ("@figure", DbType.Double, "Figure"), ("@sampleSize", DbType.Double, "SampleSize"),
        ("@standardDeviation", DbType.Double, "StandardDeviation"), ("@gaps", DbType.String, "Gaps"), ("@noData", DbType.String, "NoDataReason"),
        ("@note", DbType.String, "Note"), ("@strata", DbType.String, "Strata"), ("@submittedAt", DbType.DateTimeOffset, "SubmittedAt"),
        ("@submittedBy", DbType.String, "SubmittedBy"), ("@recordedAt", DbType.DateTimeOffset, "RecordedAt"), ("@recordedBy", DbType.String, "RecordedBy"),
        ("@reason", DbType.String, "Reason"), ("@origin", DbType.String, "Origin"), ("@importId", DbType.Guid, "ImportId"),
        ("@importRow", DbType.Int32, "ImportRow"),
    ];

    private static readonly (string, DbType)[] Parameters = Array.ConvertAll(Columns, column => (column.Name, column.Type));

    internal static readonly SqlText Insert =
        """
        INSERT INTO Submission (MeasureId, TeamId, ReportMonth, Revision, Status, Numerator, Denominator, Figure, SampleSize, StandardDeviation, Gaps,
            NoDataReason, Note, Strata, SubmittedAt, SubmittedBy, RecordedAt, RecordedBy, Reason, Origin, ImportId, ImportRow)
        VALUES (@measureId, @teamId, @month, @revision, @status, @numerator, @denominator, @figure, @sampleSize, @standardDeviation, @gaps,
            @noData, @note, @strata, @submittedAt, @submittedBy, @recordedAt, @recordedBy, @reason, @origin, @importId, @importRow)
        """;

    internal static readonly SqlText Update =
        """
        UPDATE Submission
        SET Revision = @revision, Status = @status, Numerator = @numerator, Denominator = @denominator, Figure = @figure, SampleSize = @sampleSize,
            StandardDeviation = @standardDeviation, Gaps = @gaps, NoDataReason = @noData, Note = @note, Strata = @strata, SubmittedAt = @submittedAt,
            SubmittedBy = @submittedBy, RecordedAt = @recordedAt, RecordedBy = @recordedBy, Reason = @reason, Origin = @origin, ImportId = @importId, ImportRow = @importRow
        WHERE MeasureId = @measureId AND TeamId = @teamId AND ReportMonth = @month AND Revision = @revision - 1
        """;

    internal static readonly SqlText Append =
        """
        INSERT INTO SubmissionRevision (MeasureId, TeamId, ReportMonth, Revision, Status, Numerator, Denominator, Figure, SampleSize, StandardDeviation, Gaps,
            NoDataReason, Note, Strata, SubmittedAt, SubmittedBy, RecordedAt, RecordedBy, Reason, Origin, ImportId, ImportRow)
        VALUES (@measureId, @teamId, @month, @revision, @status, @numerator, @denominator, @figure, @sampleSize, @standardDeviation, @gaps,
            @noData, @note, @strata, @submittedAt, @submittedBy, @recordedAt, @recordedBy, @reason, @origin, @importId, @importRow)
        """;

    public static Prepared Prepare(Session session) =>
        new(session.Prepare(Insert, Parameters), session.Prepare(Update, Parameters), session.Prepare(Append, Parameters));

    /// <summary>The same for many rows, which are all in once the writer is flushed.</summary>
    public static Prepared PrepareMany(Session session) => new(
        session.PrepareMany(Insert, "Submission", Columns), session.Prepare(Update, Parameters), session.PrepareMany(Append, "SubmissionRevision", Columns));

    /// <summary>The row that a new state makes of the one that was there, or of nothing.</summary>
    public static SubmissionRow Next(
        SubmissionRow? current, Guid measureId, Guid teamId, Month month, SubmissionState state, DateTimeOffset at, string by, string? reason,
        Origin origin, Guid? importId = null, int? importRow = null)
    {
        // The first submission decides whether it was on time; taking it back makes the month missing again.
        var first = current is { SubmittedAt: not null } && current.StatusValue is not (SubmissionStatus.Withdrawn or SubmissionStatus.Waived) ? current : null;
        var counts = state.Status is SubmissionStatus.Submitted or SubmissionStatus.Waived;
        return SubmissionRow.Of(state) with
        {
            MeasureId = measureId,
            TeamId = teamId,
            ReportMonth = month,
            Revision = (current?.Revision ?? 0) + 1,
            SubmittedAt = first?.SubmittedAt ?? (counts ? at : null),
            SubmittedBy = first?.SubmittedBy ?? (counts ? by : null),
            RecordedAt = at,
            RecordedBy = by,
            Reason = reason,
            Origin = EnumText.Of(origin),
            ImportId = importId,
            ImportRow = importRow,
        };
    }

    /// <summary>The three statements of a write, to be used for one row or for many.</summary>
    internal sealed class Prepared(PreparedStatement insert, PreparedStatement update, PreparedStatement append) : IDisposable
    {
        /// <exception cref="ConcurrentChangeException">The row is no longer at the revision before.</exception>
        public async Task Write(SubmissionRow row, CancellationToken cancellation)
        {
            var statement = row.Revision == 1 ? insert : update;
            Bind(statement, row);
            if (await statement.Execute(cancellation) == 0)
            {
                throw new ConcurrentChangeException();
            }

            Bind(append, row);
            await append.Execute(cancellation);
        }

        public async Task Flush(CancellationToken cancellation)
        {
            await insert.Flush(cancellation);
            await append.Flush(cancellation);
        }

        public void Dispose()
        {
            insert.Dispose();
            update.Dispose();
            append.Dispose();
        }

        private static void Bind(PreparedStatement statement, SubmissionRow row) => statement.Bind(
            row.MeasureId, row.TeamId, row.ReportMonth, row.Revision, row.Status, row.Numerator, row.Denominator, row.Figure, row.SampleSize,
            row.StandardDeviation, row.Gaps, row.NoDataReason, row.Note, row.Strata, row.SubmittedAt, row.SubmittedBy, row.RecordedAt, row.RecordedBy,
            row.Reason, row.Origin, row.ImportId, row.ImportRow);
    }
}
