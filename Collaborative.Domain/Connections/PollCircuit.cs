namespace Collaborative.Domain.Connections;

public enum CircuitState
{
    /// <summary>It is polled as planned.</summary>
    Closed,

    /// <summary>It has failed so often that it is left alone for a while.</summary>
    Open,

    /// <summary>The next poll is a trial.</summary>
    HalfOpen,
}

/// <summary>
/// Leaves a partner alone that keeps failing. It rests on two stored facts, how many polls have failed in a row and until when nobody asks, so
/// that all servers agree on it and a restart forgets nothing.
/// </summary>
public static class PollCircuit
{
    /// <summary>So many failed polls in a row, each of several tries, are no hiccup.</summary>
    public const int Threshold = 5;

    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(6);

    /// <summary>How long a partner is left alone after so many failures in a row; zero while the circuit stays closed.</summary>
    public static TimeSpan RestAfter(int failures)
    {
        if (failures < Threshold)
        {
            return TimeSpan.Zero;
        }

        var doublings = Math.Min(failures - Threshold, 10);
        var rest = FirstRest * (1L << doublings);
        return rest < LongestRest ? rest : LongestRest;
    }

    public static CircuitState State(int failures, DateTimeOffset? opensUntil, DateTimeOffset now) =>
        failures < Threshold || opensUntil is null ? CircuitState.Closed
        : now < opensUntil ? CircuitState.Open
        : CircuitState.HalfOpen;
}
