using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;

namespace Collaborative.Domain.Connections;

public enum RunState
{
    Queued,
    Running,

    /// <summary>What came was handed on as an import.</summary>
    Imported,

    /// <summary>The partner has nothing that is not here already.</summary>
    NotModified,
    Failed,
}

public enum HealthState
{
    Healthy,
    Failing,
    Paused,

    /// <summary>It has failed so often that it is left alone for a while.</summary>
    Open,
    NeverRun,
}

/// <summary>Polls now, whatever the schedule says. One that is waiting or running already is answered instead of a second one.</summary>
public sealed record RunConnection(Viewer Viewer, Guid CollaborativeId, string Code, string? IdempotencyKey) : ICommand<StartedRun>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
        IdempotencyKey is { Length: 0 or > 255 } ? [new FieldError("Idempotency-Key", "length", "An Idempotency-Key has 1 to 255 characters.")] : [];
}

public sealed record StartedRun(ConnectionRunView View, bool IsReplay);

public sealed record GetConnectionRun(Guid CollaborativeId, string Code, Guid RunId) : IQuery<ConnectionRunView>;

/// <summary>Where a list of runs goes on.</summary>
public sealed record RunCursor(DateTimeOffset CreatedAt, Guid Id);

public sealed record ListConnectionRuns(Guid CollaborativeId, string Code, RunState? State, RunCursor? After, int Limit) : IQuery<Page<ConnectionRunView>>;

public sealed record GetConnectionHealth(Guid CollaborativeId, string Code) : IQuery<ConnectionHealth>;

public sealed record ConnectionRunView
{
    public required Guid Id { get; init; }

    public required string Connection { get; init; }

    public required RunState State { get; init; }

    /// <summary>The slot of the schedule; null where a person asked.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Who asked; null for the schedule.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>How often the partner was asked, repetitions included.</summary>
    public required int Attempts { get; init; }

    /// <summary>The last answer's.</summary>
    public int? HttpStatus { get; init; }

    public long? Bytes { get; init; }

    public int? Pages { get; init; }

    /// <summary>Of what came (SHA-256).</summary>
    public string? ContentHash { get; init; }

    public required bool NotModified { get; init; }

    /// <summary>The import that it was handed on to.</summary>
    public Guid? Import { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Problem { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

/// <param name="At">When.</param>
/// <param name="Problem">Why.</param>
public sealed record PollFailure(DateTimeOffset At, string Problem);

/// <param name="OpensUntil">While it is open: until when nobody asks.</param>
public sealed record CircuitView(CircuitState State, DateTimeOffset? OpensUntil);

public sealed record LastImport(Guid Id, ImportState State);

/// <summary>How a connection is.</summary>
public sealed record ConnectionHealth
{
    public required HealthState State { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    public PollFailure? LastFailure { get; init; }

    public required int ConsecutiveFailures { get; init; }

    public required CircuitView Circuit { get; init; }

    /// <summary>Null while it is paused.</summary>
    public DateTimeOffset? NextRunAt { get; init; }

    public LastImport? LastImport { get; init; }

    /// <param name="failures">Polls that failed in a row.</param>
    /// <param name="hasRun">Whether any poll has ended.</param>
    public static HealthState StateOf(bool isPaused, bool hasRun, int failures, CircuitState circuit, ImportState? lastImport) =>
        isPaused ? HealthState.Paused
        : circuit == CircuitState.Open ? HealthState.Open
        : failures > 0 || lastImport is ImportState.Failed or ImportState.Unmapped ? HealthState.Failing
        : hasRun ? HealthState.Healthy
        : HealthState.NeverRun;
}
