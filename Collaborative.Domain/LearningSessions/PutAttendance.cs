using Collaborative.Domain.Access;
using Collaborative.Domain.Rosters;

namespace Collaborative.Domain.LearningSessions;

public enum AttendanceMode
{
    InPerson,
    Virtual,
}

public sealed record AttendanceBody
{
    /// <summary>Everybody of the team who came that day; nobody is an empty list.</summary>
    public IReadOnlyList<PresentMember>? Present { get; init; }

    /// <summary>Why it is corrected.</summary>
    public string? Reason { get; init; }
}

public sealed record PresentMember
{
    /// <summary>The person's code on the roster.</summary>
    public string? Member { get; init; }

    /// <summary>In person unless given.</summary>
    public AttendanceMode? Mode { get; init; }
}

/// <summary>Notes down who of a team came on one day of a session; a correction is the whole list again.</summary>
public sealed record PutAttendance(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Session, DateOnly Day, AttendanceBody Body, Preconditions Preconditions)
    : ICommand<Written<AttendanceView>>, IHasShape
{
    private const int Most = 200;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body.Present is not { } present)
        {
            errors.Add(new FieldError("/present", "required", "Give the list of those who came; an empty list if nobody did."));
            return errors;
        }

        if (present.Count > Most)
        {
            errors.Add(new FieldError("/present", "tooMany", $"At most {Most} people of a team can be noted down."));
            return errors;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < present.Count; i++)
        {
            if (present[i]?.Member is not { } member)
            {
                errors.Add(new FieldError($"/present/{i}/member", "required", "Give the person's code on the roster."));
            }
            else if (!seen.Add(Code.KeyOf(member)))
            {
                errors.Add(new FieldError($"/present/{i}/member", "duplicate", $"{member} is there twice."));
            }
        }

        return errors;
    }
}

public sealed record GetAttendance(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Session, DateOnly Day) : IQuery<AttendanceView>;

/// <summary>Who came to a session, by team and day.</summary>
/// <param name="TeamId">Null for all teams that the viewer may see.</param>
public sealed record ListAttendance(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, string Session, AttendanceCursor? After, int Limit) : IQuery<Page<AttendanceView>>;

public sealed record AttendanceCursor(string TeamKey, DateOnly Day);

public sealed record AttendanceView
{
    public required string Session { get; init; }

    public required string Team { get; init; }

    public required DateOnly Day { get; init; }

    /// <summary>By code.</summary>
    public required IReadOnlyList<PresentMember> Present { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>Somebody on the roster, as far as attendance is concerned.</summary>
public sealed record RosterTime(string Name, DateOnly From, DateOnly? To, IReadOnlyList<TeamRole> Roles);

public static class AttendanceRules
{
    /// <param name="present">Those who are said to have come.</param>
    public static Problem? Refusal(SessionDates session, DateOnly day, DateOnly today, IEnumerable<RosterTime> present)
    {
        if (day < session.FirstDay || day > session.LastDay)
        {
            return new Problem(ProblemCode.DayOutsideSession, session.FirstDay == session.LastDay
                ? $"Session {session.Code} is held on {session.FirstDay:yyyy-MM-dd}, not on {day:yyyy-MM-dd}."
                : $"Session {session.Code} is held from {session.FirstDay:yyyy-MM-dd} to {session.LastDay:yyyy-MM-dd}, not on {day:yyyy-MM-dd}.");
        }

        if (day > today)
        {
            return new Problem(ProblemCode.DayInFuture, $"{day:yyyy-MM-dd} has not come yet; note down who came when they have.");
        }

        return present.Select(person => person switch
        {
            { To: { } to } when day > to => $"{person.Name} left the team on {to:yyyy-MM-dd} and cannot have come for it on {day:yyyy-MM-dd}. Leave the name out, or mend the roster.",
            _ when day < person.From => $"{person.Name} joined the team on {person.From:yyyy-MM-dd} and cannot have come for it on {day:yyyy-MM-dd}. Leave the name out, or mend the roster.",
            _ => null,
        }).FirstOrDefault(sentence => sentence is not null) is { } sentence ? new Problem(ProblemCode.MemberNotOnTeam, sentence) : null;
    }
}
