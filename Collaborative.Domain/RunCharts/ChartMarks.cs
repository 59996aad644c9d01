namespace Collaborative.Domain.RunCharts;

/// <summary>What people have put on one chart: phases they agreed on, months they flagged, notes.</summary>
/// <param name="Phases">In order of their months.</param>
/// <param name="Notes">In order of their months.</param>
/// <param name="ActionPeriods">The times between learning sessions, in their order.</param>
public sealed record ChartMarks(
    IReadOnlyList<PhaseView> Phases, IReadOnlyList<FlagView> Flags, IReadOnlyList<ChartNote> Notes, IReadOnlyList<ChartBand> ActionPeriods)
{
    public static readonly ChartMarks None = new([], [], [], []);

    /// <summary>Several points of one month carry a mark behind the month: "2026-03/2".</summary>
    public const char GapMark = '/';

    /// <summary>The month of a point, whatever stands behind it.</summary>
    public static string MonthOf(string label) => label.IndexOf(GapMark) is var mark and >= 0 ? label[..mark] : label;

    /// <summary>The settings of a chart with these marks on it.</summary>
    /// <param name="settings">A freeze in them is that of the first phase: a phase and a freeze compose.</param>
    /// <param name="points">Of consecutive months, each with one point or more.</param>
    public AnalysisSettings On(AnalysisSettings settings, ReadOnlySpan<ChartPoint> points)
    {
        if (points.IsEmpty || (Phases.Count == 0 && Flags.Count == 0))
        {
            return settings;
        }

        var months = new Month[points.Length];
        for (var i = 0; i < months.Length; i++)
        {
            _ = Month.TryParse(MonthOf(points[i].Label), out months[i]);
        }

        var labels = new string[points.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = points[i].Label;
        }

        var flagged = Flags.ToDictionary(flag => flag.Month);
        return settings with
        {
            Phases = Starts(settings, labels, months),
            Excluded = [.. labels.Where((_, i) => flagged.GetValueOrDefault(months[i]) is { Excluded: true })],
            Astronomical = [.. labels.Select((label, i) => (label, flag: flagged.GetValueOrDefault(months[i]))).Where(pair => pair.flag is { Astronomical: true })
                .Select(pair => new FlaggedPoint(pair.label, pair.flag!.Reason))],
        };
    }

    /// <summary>The notes that lie in a window of months.</summary>
    public IEnumerable<ChartNote> Within(Month from, Month to) => Notes.Where(note => note.Month >= from && note.Month <= to);

    private List<PhaseStart> Starts(AnalysisSettings settings, string[] labels, Month[] months)
    {
        var starts = new List<PhaseStart>();
        var (first, last) = (months[0], months[^1]);
        foreach (var phase in Phases.Where(phase => phase.Start > first && phase.Start <= last))
        {
            starts.Add(new PhaseStart(labels[Array.IndexOf(months, phase.Start)], Frozen(phase, months), phase.Reason));
        }

        // What was agreed on before the window still holds at its beginning, as far as it reaches into it.
        var standing = Phases.LastOrDefault(phase => phase.Start <= first);
        if (standing is not null || (starts.Count > 0 && settings.FreezePositions is not null))
        {
            starts.Insert(0, new PhaseStart(labels[0], settings.FreezePositions ?? (standing is null ? null : Frozen(standing, months)), standing?.Reason));
        }

        return starts;
    }

    /// <summary>Months become positions; a month with several points has several.</summary>
    private static int? Frozen(PhaseView phase, Month[] months)
    {
        if (phase.FreezeMonths is not { } frozen)
        {
            return null;
        }

        var end = phase.Start.AddMonths(frozen);
        var positions = months.Count(month => month >= phase.Start && month < end);
        return positions == 0 ? null : positions;
    }
}

/// <summary>Where a note on a chart comes from.</summary>
public enum NoteSource
{
    /// <summary>A person put it there.</summary>
    Annotation,

    /// <summary>A PDSA cycle on the chart's measure, by itself.</summary>
    PdsaCycle,

    /// <summary>A learning session of the collaborative, by itself.</summary>
    LearningSession,
}

/// <summary>A note on a chart, whoever wrote it.</summary>
/// <param name="Code">Of the annotation, the cycle or the session.</param>
public sealed record ChartNote(Month Month, AnnotationKind Kind, string Text, NoteSource Source, string Code);
