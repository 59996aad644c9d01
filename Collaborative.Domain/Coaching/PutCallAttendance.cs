using Collaborative.Domain.Access;
using Collaborative.Domain.LearningSessions;
using Collaborative.Domain.Teams;

namespace Collaborative.Domain.Coaching;

public sealed record CallAttendanceBody
{
    /// <summary>The codes of the teams that were on the call; none is an empty list.</summary>
    public IReadOnlyList<string>? Teams { get; init; }

    /// <summary>Why it is corrected.</summary>
    public string? Reason { get; init; }
}

/// <summary>Notes down which teams were on a call; a correction is the whole list again.</summary>
public sealed record PutCallAttendance(Viewer Viewer, Guid CollaborativeId, string Call, CallAttendanceBody Body, Preconditions Preconditions)
    : ICommand<Written<CallAttendanceView>>, IHasShape
{
    private const int Most = 1000;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body.Teams is not { } teams)
        {
            errors.Add(new FieldError("/teams", "required", "Give the teams that were on the call; an empty list if none was."));
            return errors;
        }

        if (teams.Count > Most)
        {
            errors.Add(new FieldError("/teams", "tooMany", $"At most {Most} teams can be noted down."));
            return errors;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < teams.Count; i++)
        {
            if (teams[i] is not { } team)
            {
                errors.Add(new FieldError($"/teams/{i}", "required", "Give the team's code."));
            }
            else if (!seen.Add(Code.KeyOf(team)))
            {
                errors.Add(new FieldError($"/teams/{i}", "duplicate", $"{team} is there twice."));
            }
        }

        return errors;
    }
}

public sealed record GetCallAttendance(Viewer Viewer, Guid CollaborativeId, string Call) : IQuery<CallAttendanceView>;

public sealed record CallAttendanceView
{
    public required string Call { get; init; }

    /// <summary>By code.</summary>
    public required IReadOnlyList<string> Teams { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>How many teams were on each call that is meant for all, and which keep away.</summary>
public sealed record GetCallKpis(Viewer Viewer, Guid CollaborativeId, CallKind? Kind, DateTimeOffset? From, DateTimeOffset? To) : IQuery<CallKpis>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors()
    {
        if (Kind is { } kind && !CallRules.IsForAllTeams(kind))
        {
            yield return new FieldError("kind", "notForKind", "Only calls for all teams have a share of teams: allTeam, seniorLeader or measurementLead.");
        }
    }
}

/// <param name="Calls">By time; those whose attendance has been noted down.</param>
/// <param name="OftenAbsent">Teams that missed two calls or more, by code.</param>
public sealed record CallKpis(IReadOnlyList<CallTurnout> Calls, IReadOnlyList<AbsentTeam> OftenAbsent);

/// <param name="Expected">How many teams take part at the time.</param>
/// <param name="Present">How many of them were on the call.</param>
public sealed record CallTurnout(string Call, CallKind Kind, string Title, DateTimeOffset StartsAt, int Expected, int Present, double? Percent);

/// <param name="Missed">How many calls the team was not on.</param>
/// <param name="Calls">How many it was expected on.</param>
public sealed record AbsentTeam(string Team, int Missed, int Calls);

/// <summary>A call with the teams that were on it.</summary>
public sealed record CallRoll(string Code, CallKind Kind, string Title, DateTimeOffset StartsAt, IReadOnlySet<Guid> Teams);

public sealed record CallTeam(Guid Id, string Code, TeamState State);

public static class CallRules
{
    /// <summary>From so many missed calls on, somebody rings the team.</summary>
    private const int OftenAbsent = 2;

    public static bool IsForAllTeams(CallKind kind) => kind is CallKind.AllTeam or CallKind.SeniorLeader or CallKind.MeasurementLead;

    /// <param name="held">By time.</param>
    /// <param name="teams">By code.</param>
    /// <param name="dayOf">The day of an instant where the collaborative is.</param>
    public static CallKpis Kpis(IReadOnlyList<CallRoll> held, IReadOnlyList<CallTeam> teams, Month start, Func<DateTimeOffset, DateOnly> dayOf)
    {
        var missed = new int[teams.Count];
        var expected = new int[teams.Count];
        var calls = new List<CallTurnout>(held.Count);
        foreach (var call in held)
        {
            var day = dayOf(call.StartsAt);
            var (due, present) = (0, 0);
            for (var i = 0; i < teams.Count; i++)
            {
                if (!TurnoutRules.IsExpected(teams[i].State, start, day))
                {
                    continue;
                }

                due++;
                expected[i]++;
                if (call.Teams.Contains(teams[i].Id))
                {
                    present++;
                }
                else
                {
                    missed[i]++;
                }
            }

            calls.Add(new CallTurnout(call.Code, call.Kind, call.Title, call.StartsAt, due, present, TurnoutRules.Percent(present, due)));
        }

        return new CallKpis(calls, [.. teams.Select((team, i) => new AbsentTeam(team.Code, missed[i], expected[i])).Where(team => team.Missed >= OftenAbsent)]);
    }
}
