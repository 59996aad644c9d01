using System.Data.Common;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Submissions;

namespace Collaborative.Infrastructure.Imports;

/// <summary>One submitted figure on its way out.</summary>
internal readonly record struct ExportedFigure(Guid TeamId, Guid MeasureId, Month Month, SubmissionState State, DateTimeOffset RecordedAt);

/// <summary>The figures of an export, in one way for all its forms: who may see which is decided in the statements.</summary>
internal static class ExportFigures
{
    private const string Columns =
        "s.TeamId, s.MeasureId, s.ReportMonth, s.Numerator, s.Denominator, s.Figure, s.SampleSize, s.StandardDeviation, s.Gaps, s.NoDataReason, s.Note, s.Strata, s.RecordedAt";

    private const string Conditions =
        """
        WHERE t.CollaborativeId = @collaborativeId AND m.CollaborativeId = @collaborativeId AND s.Status = 'submitted'
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = t.Id))
            AND (@teamKey IS NULL OR t.CodeKey = @teamKey) AND (@measureKey IS NULL OR m.CodeKey = @measureKey)
            AND (@fromMonth IS NULL OR s.ReportMonth >= @fromMonth) AND (@toMonth IS NULL OR s.ReportMonth <= @toMonth)
        """;

    private const string LatestKnown =
        """
            AND s.Revision = (SELECT MAX(o.Revision) FROM SubmissionRevision o
                WHERE o.MeasureId = s.MeasureId AND o.TeamId = s.TeamId AND o.ReportMonth = s.ReportMonth AND o.RecordedAt <= @at)
        """;

    private const string OfCurrent = "FROM Team t CROSS JOIN Measure m JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = t.Id";
    private const string OfHistory = "FROM Team t CROSS JOIN Measure m JOIN SubmissionRevision s ON s.MeasureId = m.Id AND s.TeamId = t.Id";
    private const string Order = "ORDER BY t.CodeKey, m.CodeKey, s.ReportMonth";

    internal static readonly SqlText Current = $"SELECT {Columns} {OfCurrent} {Conditions} {Order}";

    internal static readonly SqlText AsOf = $"SELECT {Columns} {OfHistory} {Conditions} {LatestKnown} {Order}";

    internal static readonly SqlText ExtentCurrent = new(
        $"SELECT {Extents("LENGTH(CAST(s.Strata AS BLOB))")} {OfCurrent} {Conditions}",
        $"SELECT {Extents("LEN(s.Strata)")} {OfCurrent} {Conditions}");

    internal static readonly SqlText ExtentAsOf = new(
        $"SELECT {Extents("LENGTH(CAST(s.Strata AS BLOB))")} {OfHistory} {Conditions} {LatestKnown}",
        $"SELECT {Extents("LEN(s.Strata)")} {OfHistory} {Conditions} {LatestKnown}");

    /// <summary>In the order of team, measure and month.</summary>
    /// <param name="measureKey">Only this measure, whatever else the choice says.</param>
    public static Task Read(
        Session session, Snapshot snapshot, Viewer viewer, ExportChoice choice, string? measureKey, Action<ExportedFigure> take, CancellationToken cancellation) =>
        session.Read(
            snapshot.IsCurrent ? Current : AsOf,
            Parameters(snapshot, viewer, choice, measureKey),
            row => take(new ExportedFigure(
                Binding.Guid(row.GetValue(0)),
                Binding.Guid(row.GetValue(1)),
                Month.FromYyyymm(row.GetInt32(2)),
                new SubmissionState
                {
                    Status = SubmissionStatus.Submitted,
                    Figures = SubmissionRow.ReadFigures(row, 3),
                    NoData = Text(row, 9),
                    Note = Text(row, 10),
                    Strata = Text(row, 11),
                },
                Binding.Instant(row.GetValue(12)))),
            cancellation);

    public static async Task<Extent> Measure(Session session, Snapshot snapshot, Viewer viewer, ExportChoice choice, CancellationToken cancellation) =>
        (await session.First<Extent>(snapshot.IsCurrent ? ExtentCurrent : ExtentAsOf, Parameters(snapshot, viewer, choice, null), cancellation))!;

    private static string Extents(string strata) =>
        $"COUNT(*) AS Figures, MIN(s.ReportMonth) AS FirstMonth, MAX(s.ReportMonth) AS LastMonth, MAX({strata}) AS LongestStrata";

    private static object Parameters(Snapshot snapshot, Viewer viewer, ExportChoice choice, string? measureKey) => new
    {
        collaborativeId = snapshot.Collaborative.Id,
        limitedKey = viewer.IsLimitedToTeams ? viewer.KeyId : (Guid?)null,
        teamKey = choice.TeamKey,
        measureKey = measureKey ?? choice.MeasureKey,
        fromMonth = choice.From,
        toMonth = choice.To,
        at = snapshot.At,
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>How much there is.</summary>
    /// <remarks>The longest strata are told in bytes or in characters, whichever the engine counts; bytes are never fewer.</remarks>
    internal sealed record Extent
    {
        public int Figures { get; init; }

        public Month? FirstMonth { get; init; }

        public Month? LastMonth { get; init; }

        public int? LongestStrata { get; init; }
    }
}
