using Collaborative.Domain.Access;

namespace Collaborative.Domain.Barriers;

/// <summary>Who is asked to remove a barrier, from those nearest to the work upwards.</summary>
public enum BarrierLevel
{
    Team,
    SystemLeader,
    SeniorLeader,
    Sponsor,
    Executive,
}

public enum BarrierState
{
    Open,
    Resolved,
}

/// <summary>What the barrier stands in the way of.</summary>
/// <param name="Measure">The code of a measure.</param>
/// <param name="Pdsa">The code of one of the team's PDSA cycles.</param>
public sealed record BarrierAffects(string? Measure, string? Pdsa);

public sealed record BarrierBody
{
    public string? Description { get; init; }

    public BarrierAffects? Affects { get; init; }

    /// <summary>Where it is now, or the team, unless given. Another level than before needs a reason.</summary>
    public BarrierLevel? Level { get; init; }

    /// <summary>Who sees to it.</summary>
    public string? Owner { get; init; }

    /// <summary>The decision or the means that are asked for.</summary>
    public string? RequestedHelp { get; init; }

    /// <summary>Today unless given.</summary>
    public DateOnly? RaisedOn { get; init; }

    /// <summary>Open unless given.</summary>
    public BarrierState? State { get; init; }

    /// <summary>How it was removed.</summary>
    public string? Resolution { get; init; }

    /// <summary>Why it changed; why it goes to another level.</summary>
    public string? Reason { get; init; }
}

public sealed record PutBarrier(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, BarrierBody Body, Preconditions Preconditions)
    : ICommand<Written<BarrierView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "barrier"),
        .. Shape.Required(Body.Description, "/description", "what stands in the way", Shape.TextLength),
        .. Body.Affects?.Measure is { } measure ? Shape.Code(measure, "/affects/measure") : [],
        .. Body.Affects?.Pdsa is { } cycle ? Shape.Code(cycle, "/affects/pdsa") : [],
        .. Shape.Required(Body.Owner, "/owner", "who sees to it", Shape.NameLength),
        .. Shape.Optional(Body.RequestedHelp, "/requestedHelp", Shape.TextLength),
        .. Body.State == BarrierState.Resolved
            ? Shape.Required(Body.Resolution, "/resolution", "how the barrier was removed", Shape.TextLength)
            : Shape.Optional(Body.Resolution, "/resolution", Shape.TextLength),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];
}

public sealed record WithdrawBarrier(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<BarrierView>>;

public sealed record GetBarrier(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Code) : IQuery<BarrierView>;

/// <summary>The barriers of one team or of all that the viewer may see, the oldest first.</summary>
/// <param name="TeamId">Null for those of all teams.</param>
/// <param name="TeamKey">Only this team's; null for no such filter.</param>
public sealed record ListBarriers(
    Viewer Viewer, Guid CollaborativeId, Guid? TeamId, string? TeamKey, BarrierLevel? Level, BarrierState? State, bool? Overdue, BarrierCursor? After, int Limit)
    : IQuery<Page<BarrierView>>;

/// <summary>Where a page of barriers goes on.</summary>
public sealed record BarrierCursor(DateOnly RaisedOn, string TeamKey, string CodeKey)
{
    private const string Format = "yyyy-MM-dd";

    public static BarrierCursor? Read(string text) =>
        text.Split(' ') is [var day, var team, var code] && DateOnly.TryParseExact(day, Format, out var raised) ? new BarrierCursor(raised, team, code) : null;

    public override string ToString() => $"{RaisedOn.ToString(Format, System.Globalization.CultureInfo.InvariantCulture)} {TeamKey} {CodeKey}";
}

/// <summary>One move from a level of leadership to another.</summary>
public sealed record Escalation(BarrierLevel From, BarrierLevel To, string Reason, DateTimeOffset At, string By);

public sealed record BarrierView
{
    public required string Team { get; init; }

    public required string Code { get; init; }

    public required string Description { get; init; }

    public BarrierAffects? Affects { get; init; }

    public required BarrierLevel Level { get; init; }

    public required string Owner { get; init; }

    public string? RequestedHelp { get; init; }

    public required DateOnly RaisedOn { get; init; }

    public required BarrierState State { get; init; }

    public string? Resolution { get; init; }

    public DateOnly? ResolvedOn { get; init; }

    /// <summary>From the first to the last.</summary>
    public required IReadOnlyList<Escalation> Escalations { get; init; }

    /// <summary>As of today; absent from the history, where there is no today.</summary>
    public BarrierAge? Age { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
