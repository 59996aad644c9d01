using Collaborative.Domain.Access;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Submissions;
using Collaborative.Domain.Teams;

namespace Collaborative.Domain.Reporting;

/// <summary>How one team stands with one measure in one month.</summary>
public enum ReportState
{
    Submitted,
    Draft,

    /// <summary>Reported, with the reason why there are no figures.</summary>
    NoData,

    /// <summary>Excused by a director.</summary>
    Waived,
    Missing,
}

/// <summary>Who has reported a month, and who has not.</summary>
/// <param name="Month">The last complete month unless given.</param>
public sealed record GetReporting(Viewer Viewer, Guid CollaborativeId, Month? Month, DateTimeOffset? AsOf) : IQuery<ReportingView>;

/// <summary>What a team still has to report, the oldest month first.</summary>
public sealed record ListDueMonths(Viewer Viewer, Guid CollaborativeId, Guid TeamId) : IQuery<DueMonths>;

public sealed record ReportingView
{
    public required string Collaborative { get; init; }

    public required Month Month { get; init; }

    /// <summary>When the month's figures were due.</summary>
    public required DateOnly DueOn { get; init; }

    public required int TeamsEnrolled { get; init; }

    /// <summary>Teams that have reported every required measure, "no data" and waivers included.</summary>
    public required int TeamsComplete { get; init; }

    /// <summary>Of those, the ones that did so by the due day.</summary>
    public required int TeamsOnTime { get; init; }

    /// <summary>The teams that have not reported everything: whom to ring.</summary>
    public required IReadOnlyList<string> NotReported { get; init; }

    /// <summary>The enrolled teams, by code.</summary>
    public required IReadOnlyList<TeamReport> Items { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <param name="Complete">Nothing required is missing or still a draft.</param>
public sealed record TeamReport(string Team, string Name, bool Complete, IReadOnlyList<MeasureReport> Measures);

/// <param name="OnTime">Null where nothing has been submitted.</param>
public sealed record MeasureReport(string Measure, ReportState State, bool? OnTime, DateTimeOffset? SubmittedAt);

public sealed record DueMonths(string Team, IReadOnlyList<DueMonth> Items);

/// <param name="Overdue">The due day has passed.</param>
/// <param name="Locked">Only a director can write the month now.</param>
public sealed record DueMonth(Month Month, DateOnly DueOn, bool Overdue, bool Locked, IReadOnlyList<MeasureReport> Measures);

/// <summary>What has been submitted of one measure, as far as reporting is concerned.</summary>
public readonly record struct Submitted(SubmissionStatus Status, bool HasReason, DateTimeOffset? At);

public static class ReportingRules
{
    public static MeasureReport Judge(string measure, Submitted? submitted, ReportingCalendar calendar, TeamState team, Month month)
    {
        var state = submitted switch
        {
            null or { Status: SubmissionStatus.Withdrawn } => ReportState.Missing,
            { Status: SubmissionStatus.Draft } => ReportState.Draft,
            { Status: SubmissionStatus.Waived } => ReportState.Waived,
            { HasReason: true } => ReportState.NoData,
            _ => ReportState.Submitted,
        };
        var at = IsReported(state) ? submitted?.At : null;
        return new MeasureReport(measure, state, at is { } instant ? calendar.IsOnTime(month, team.EnrolledFrom, instant) : null, at);
    }

    public static bool IsReported(ReportState state) => state is not (ReportState.Missing or ReportState.Draft);

    /// <summary>The months a team is expected to have reported by now: from its enrolment to the last complete month.</summary>
    public static IEnumerable<Month> ExpectedMonths(CollaborativeState collaborative, TeamState team, DateTimeOffset now)
    {
        if (!team.TakesPart)
        {
            yield break;
        }

        var last = Month.Min(collaborative.EndMonth, collaborative.Calendar.CurrentMonth(now).AddMonths(-1));
        if (team.WithdrawnAfter is { } withdrawn)
        {
            last = Month.Min(last, withdrawn);
        }

        for (var month = Month.Max(collaborative.StartMonth, team.EnrolledFrom); month <= last; month = month.AddMonths(1))
        {
            yield return month;
        }
    }
}
