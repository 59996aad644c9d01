namespace Collaborative.Infrastructure.Connections;

/// <summary>How long a partner is waited for.</summary>
internal sealed record PollPatience
{
    /// <summary>To the beginning of an answer, each time it is asked.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the next bytes of an answer that has begun. Shorter than half the lease, which is renewed when they come.</summary>
    public TimeSpan Bytes { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>For all of it, pages and repetitions included.</summary>
    public TimeSpan Whole { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How often a request is repeated that may pass the next time.</summary>
    public int Repetitions { get; init; } = 3;

    /// <summary>Before the first repetition; about twice as long before each of the following.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A poll does not wait longer than this; a partner that asks for more is left alone until then, and polled anew.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);
}
