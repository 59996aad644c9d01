using System.Data.Common;
using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Submissions;

/// <summary>A submission as it is stored, current or as one of its revisions.</summary>
internal sealed record SubmissionRow
{
    public const string Columns =
        "s.TeamId, s.MeasureId, s.ReportMonth, s.Revision, s.Status, s.Numerator, s.Denominator, s.Figure, s.SampleSize, s.StandardDeviation, s.Gaps, s.NoDataReason, "
        + "s.Note, s.Strata, s.SubmittedAt, s.SubmittedBy, s.RecordedAt, s.RecordedBy, s.Reason, s.Origin, s.ImportId, s.ImportRow";

    public Guid TeamId { get; init; }

    public Guid MeasureId { get; init; }

    public Month ReportMonth { get; init; }

    public int Revision { get; init; }

    public string Status { get; init; } = "";

    public double? Numerator { get; init; }

    public double? Denominator { get; init; }

    public double? Figure { get; init; }

    public double? SampleSize { get; init; }

    public double? StandardDeviation { get; init; }

    public string? Gaps { get; init; }

    public string? NoDataReason { get; init; }

    public string? Note { get; init; }

    public string? Strata { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    public string? SubmittedBy { get; init; }

    public DateTimeOffset RecordedAt { get; init; }

    public string RecordedBy { get; init; } = "";

    public string? Reason { get; init; }

    public string Origin { get; init; } = "";

    public Guid? ImportId { get; init; }

    public int? ImportRow { get; init; }

    public SubmissionStatus StatusValue => EnumText.Parse<SubmissionStatus>(Status);

    public Figures Figures => new()
    {
        Numerator = Numerator,
        Denominator = Denominator,
        Value = Figure,
        N = SampleSize,
        Sd = StandardDeviation,
        Gaps = Gaps,
    };

    public SubmissionState State => new() { Status = StatusValue, Figures = Figures, NoData = NoDataReason, Note = Note, Strata = Strata };

    /// <summary>Takes the row of a reader whose columns are <see cref="Columns"/>.</summary>
    public static SubmissionRow Read(DbDataReader row)
    {
        var figures = ReadFigures(row, 5);
        return new SubmissionRow
        {
            TeamId = Binding.Guid(row.GetValue(0)),
            MeasureId = Binding.Guid(row.GetValue(1)),
            ReportMonth = Month.FromYyyymm(row.GetInt32(2)),
            Revision = row.GetInt32(3),
            Status = row.GetString(4),
            Numerator = figures.Numerator,
            Denominator = figures.Denominator,
            Figure = figures.Value,
            SampleSize = figures.N,
            StandardDeviation = figures.Sd,
            Gaps = figures.Gaps,
            NoDataReason = Text(row, 11),
            Note = Text(row, 12),
            Strata = Text(row, 13),
            SubmittedAt = row.IsDBNull(14) ? null : Binding.Instant(row.GetValue(14)),
            SubmittedBy = Text(row, 15),
            RecordedAt = Binding.Instant(row.GetValue(16)),
            RecordedBy = row.GetString(17),
            Reason = Text(row, 18),
            Origin = row.GetString(19),
            ImportId = row.IsDBNull(20) ? null : Binding.Guid(row.GetValue(20)),
            ImportRow = row.IsDBNull(21) ? null : row.GetInt32(21),
        };
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static SubmissionRow Of(SubmissionState state) => new()
    {
        Status = EnumText.Of(state.Status),
        Numerator = state.Figures.Numerator,
        Denominator = state.Figures.Denominator,
        Figure = state.Figures.Value,
        SampleSize = state.Figures.N,
        StandardDeviation = state.Figures.Sd,
        Gaps = state.Figures.Gaps,
        NoDataReason = state.NoData,
        Note = state.Note,
        Strata = state.Strata,
    };

    /// <summary>What the API shows of it.</summary>
    public SubmissionView View(
        MeasureState measure, ReportingCalendar calendar, Month enrolledFrom, IReadOnlyList<Warning>? warnings, string? team = null, string? measureCode = null)
    {
        var counts = StatusValue is SubmissionStatus.Submitted or SubmissionStatus.Waived;
        return new SubmissionView
        {
            Team = team,
            Measure = measureCode,
            Month = ReportMonth,
            Numerator = Numerator,
            Denominator = Denominator,
            Value = Figures.PlottedValue(measure.Kind, measure.Multiplier),
            N = SampleSize,
            Sd = StandardDeviation,
            Values = Gaps is null ? null : Figures.GapValues,
            NoData = NoDataReason,
            Status = StatusValue,
            Note = Note,
            Strata = StratumText.Read(Strata),
            OnTime = counts && SubmittedAt is { } at ? calendar.IsOnTime(ReportMonth, enrolledFrom, at) : null,
            DueOn = calendar.DueOn(ReportMonth, enrolledFrom),
            Revision = Revision,
            SubmittedAt = SubmittedAt,
            SubmittedBy = SubmittedBy,
            RecordedAt = RecordedAt,
            RecordedBy = RecordedBy,
            Reason = Reason,
            Origin = EnumText.Parse<Origin>(Origin),
            ImportId = ImportId,
            ImportRow = ImportRow,
            Warnings = warnings,
        };
    }

    /// <summary>The row's figures alone, for the many rows of a chart.</summary>
    public static Figures ReadFigures(DbDataReader reader, int first) => new()
    {
        Numerator = Number(reader, first),
        Denominator = Number(reader, first + 1),
        Value = Number(reader, first + 2),
        N = Number(reader, first + 3),
        Sd = Number(reader, first + 4),
        Gaps = reader.IsDBNull(first + 5) ? null : reader.GetString(first + 5),
    };

    private static double? Number(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);
}
