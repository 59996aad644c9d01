using System.Data.Common;
using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.LearningSessions;
using Collaborative.Domain.Pdsa;
using Collaborative.Domain.RunCharts;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.LearningSessions;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Pdsa;

namespace Collaborative.Infrastructure.RunCharts;

/// <summary>The figures of one team, measure and month, as submitted.</summary>
/// <param name="Month">From 0, the first month of the window.</param>
/// <param name="Deviation">The standard deviation of the observations behind a mean.</param>
internal readonly record struct TeamFigures(Guid MeasureId, Guid TeamId, int Month, TeamMonth Figures, double? Deviation);

/// <summary>All that charts of a collaborative are made from, as it was known at one instant: figures of a window of months, and what people put on the charts.</summary>
/// <param name="From">The first month.</param>
/// <param name="Months">How many months the window has.</param>
internal sealed record ChartSource(
    Snapshot Snapshot, Month From, int Months, ILookup<Guid, TeamFigures> FiguresByMeasure, IReadOnlyList<ChartSource.Mark> Marks)
{
    private const string Columns = "s.MeasureId, s.TeamId, s.ReportMonth, s.Numerator, s.Denominator, s.Figure, s.SampleSize, s.Gaps, s.StandardDeviation";

    private const string Conditions = "s.Status = 'submitted' AND s.ReportMonth BETWEEN @fromMonth AND @toMonth AND (@teamId IS NULL OR s.TeamId = @teamId)";

    private const string LatestKnown =
        """
            AND s.Revision = (SELECT MAX(o.Revision) FROM SubmissionRevision o
                WHERE o.MeasureId = s.MeasureId AND o.TeamId = s.TeamId AND o.ReportMonth = s.ReportMonth AND o.RecordedAt <= @at)
        """;

    internal static readonly SqlText OfMeasure =
        $"SELECT {Columns} FROM Submission s WHERE s.MeasureId = @measureId AND {Conditions} ORDER BY s.TeamId, s.ReportMonth";

    internal static readonly SqlText OfMeasureAt =
        $"SELECT {Columns} FROM SubmissionRevision s WHERE s.MeasureId = @measureId AND {Conditions} {LatestKnown} ORDER BY s.TeamId, s.ReportMonth";

    internal static readonly SqlText OfAllMeasures =
        $"SELECT {Columns} FROM Measure m JOIN Submission s ON s.MeasureId = m.Id WHERE m.CollaborativeId = @collaborativeId AND {Conditions} ORDER BY s.MeasureId, s.TeamId, s.ReportMonth";

    internal static readonly SqlText OfAllMeasuresAt =
        $"""
        SELECT {Columns} FROM Measure m JOIN SubmissionRevision s ON s.MeasureId = m.Id
        WHERE m.CollaborativeId = @collaborativeId AND {Conditions} {LatestKnown}
        ORDER BY s.MeasureId, s.TeamId, s.ReportMonth
        """;

    // Read from the history also for the present, so that a chart as of an instant and one of today are found in one way. Cycles are
    // shown on their own team's charts only.
    internal static readonly SqlText MarksAt =
        """
        SELECT h.TeamId, h.Subject, h.Content
        FROM HistoryEntry h
        WHERE h.CollaborativeId = @collaborativeId
            AND (h.Subject IN ('annotation', 'flag', 'learningSession', 'phase') OR (h.Subject = 'pdsaCycle' AND @allTeams = 0))
            AND (@allTeams = 1 OR h.TeamId IS NULL OR h.TeamId = @teamId) AND h.IsWithdrawn = 0
            AND h.Revision = (SELECT MAX(o.Revision) FROM HistoryEntry o WHERE o.SubjectId = h.SubjectId AND o.RecordedAt <= @at)
        """;

    /// <summary>One thing that people put on charts.</summary>
    /// <param name="TeamId">Null for what is on the charts of all teams.</param>
    /// <param name="Measure">The code of the measure; null for all measures.</param>
    internal sealed record Mark(Guid? TeamId, string? Measure, PhaseView? Phase, FlagView? Flag, ChartNote? Note, SessionDates? Session = null);

    /// <param name="teamId">Only this team's figures; null for those of all teams.</param>
    /// <param name="measureId">Only this measure; null for all measures.</param>
    /// <param name="withTeamMarks">Whether every team's own phases, flags and notes are wanted, not only those of the team or the collaborative.</param>
    public static async Task<Outcome<ChartSource>> Load(
        Session session, Guid collaborativeId, Guid? teamId, Guid? measureId, ChartQuestion question, bool withTeamMarks, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await Snapshot.Load(session, collaborativeId, question.AsOf, cancellation) is not { } snapshot
            || (measureId is not null && snapshot.Measures.All(measure => measure.Id != measureId))
            || (teamId is not null && snapshot.Teams.All(team => team.Id != teamId)))
        {
            return Problem.NotFound;
        }

        var (from, to) = Window(snapshot, question.From, question.To, question.AsOf, now);
        var months = Math.Max(0, to - from + 1);
        if (months > GetChart.MostMonths)
        {
            return Problem.Invalid([new FieldError("to", "range", $"A chart shows at most {GetChart.MostMonths} months; check the years.")]);
        }

        var figures = new List<TeamFigures>();
        var statement = measureId is null
            ? snapshot.IsCurrent ? OfAllMeasures : OfAllMeasuresAt
            : snapshot.IsCurrent ? OfMeasure : OfMeasureAt;
        await session.Read(
            statement,
            new { collaborativeId, measureId, teamId, fromMonth = from, toMonth = to, at = snapshot.At },
            row => figures.Add(new TeamFigures(
                Binding.Guid(row.GetValue(0)), Binding.Guid(row.GetValue(1)), Month.FromYyyymm(row.GetInt32(2)) - from, ReadFigures(row), Number(row, 8))),
            cancellation);
        var marks = new List<Mark>();
        if (question.Marks)
        {
            await session.Read(
                MarksAt,
                new { collaborativeId, teamId, allTeams = withTeamMarks, at = snapshot.At },
                row =>
                {
                    if (ReadMark(row) is { } mark)
                    {
                        marks.Add(mark);
                    }
                },
                cancellation);
        }

        return new ChartSource(snapshot, from, months, figures.ToLookup(figure => figure.MeasureId), marks);
    }

    /// <summary>The months that a chart shows: from the baseline to the earlier of the end and the last complete month, unless it is asked for others.</summary>
    public static (Month From, Month To) Window(Snapshot snapshot, Month? from, Month? to, DateTimeOffset? asOf, DateTimeOffset now)
    {
        var rules = snapshot.Collaborative.State;
        return (
            from ?? rules.BaselineFrom,
            to ?? Month.Min(rules.EndMonth, rules.Calendar.CurrentMonth(asOf < now ? asOf.Value : now).AddMonths(-1)));
    }

    /// <summary>The last month.</summary>
    public Month To => From.AddMonths(Months - 1);

    /// <summary>What is on one chart: phases and flags are the chart's own, notes also those of the whole collaborative.</summary>
    public ChartMarks MarksOf(Guid? teamId, MeasureRow measure)
    {
        if (Marks.Count == 0)
        {
            return ChartMarks.None;
        }

        var here = Marks.Where(mark => mark.Measure is null || mark.Measure == measure.Code).ToList();
        var own = here.Where(mark => mark.TeamId == teamId).ToList();
        return new ChartMarks(
            [.. own.Select(mark => mark.Phase).OfType<PhaseView>().OrderBy(phase => phase.Start)],
            [.. own.Select(mark => mark.Flag).OfType<FlagView>().OrderBy(flag => flag.Month)],
            [.. here.Where(mark => mark.TeamId is null || mark.TeamId == teamId).Select(mark => mark.Note).OfType<ChartNote>()
                .OrderBy(note => note.Month).ThenBy(note => Code.KeyOf(note.Code), StringComparer.Ordinal)],
            ActionPeriodBands.Of(Marks.Select(mark => mark.Session).OfType<SessionDates>(), Snapshot.Collaborative.EndMonth));
    }

    /// <returns>Null for a cycle that has nothing to show yet.</returns>
    private static Mark? ReadMark(DbDataReader row)
    {
        Guid? teamId = row.IsDBNull(0) ? null : Binding.Guid(row.GetValue(0));
        var content = row.GetString(2);
        switch (row.GetString(1))
        {
            case PhaseRow.Subject:
                var phase = StoredJson.Read<PhaseView>(content);
                return new Mark(teamId, phase.Measure, phase, null, null);
            case FlagRow.Subject:
                var flag = StoredJson.Read<FlagView>(content);
                return new Mark(teamId, flag.Measure, null, flag, null);
            case PdsaRow.Subject:
                var cycle = StoredJson.Read<PdsaView>(content);
                return PdsaAnnotations.Of(cycle) is var (month, kind, text)
                    ? new Mark(teamId, cycle.Measure, null, null, new ChartNote(month, kind, text, NoteSource.PdsaCycle, cycle.Code))
                    : null;
            case LearningSessionRow.Subject:
                var session = StoredJson.Read<LearningSessionView>(content);
                return new Mark(
                    null, null, null, null,
                    new ChartNote(Month.Of(session.FirstDay), AnnotationKind.LearningSession, session.Title, NoteSource.LearningSession, session.Code),
                    new SessionDates(session.Code, session.Number, session.FirstDay, session.LastDay));
            default:
                var note = StoredJson.Read<AnnotationView>(content);
                return new Mark(teamId, note.Measure, null, null, new ChartNote(note.Month, note.Kind, note.Text, NoteSource.Annotation, note.Code));
        }
    }

    private static TeamMonth ReadFigures(DbDataReader row)
    {
        var gaps = row.IsDBNull(7) ? null : new Figures { Gaps = row.GetString(7) }.GapValues;
        return new TeamMonth(Number(row, 3), Number(row, 4), Number(row, 5), Number(row, 6), gaps);
    }

    private static double? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
}
