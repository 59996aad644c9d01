namespace Collaborative.Domain.Webhooks;

/// <summary>
/// When a delivery that failed is tried again: within seconds, since most failures pass at once, then in ever longer steps, about three
/// days in all, so that one that breaks on a Friday evening has everything on Monday. The steps are much like those of Standard Webhooks.
/// </summary>
public static class WebhookRetries
{
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(18),
        TimeSpan.FromHours(22),
    ];

    /// <summary>How far from the step the wait may lie, so that what failed together is not tried together.</summary>
    private const double Spread = 0.2;

    /// <summary>After that it is dead until a person has it sent again.</summary>
    public static readonly int MostAttempts = Waits.Length + 1;

    /// <summary>A receiver that asks for longer is asked again after this.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>An answer must come within this.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <param name="attempts">How often it was tried.</param>
    /// <param name="chance">From 0 to 1, drawn by lot.</param>
    /// <param name="retryAfter">What the receiver asked for.</param>
    /// <returns>Null when it was tried for the last time.</returns>
    public static TimeSpan? WaitAfter(int attempts, double chance, TimeSpan? retryAfter = null)
    {
        if (attempts >= MostAttempts)
        {
            return null;
        }

        var wait = Waits[attempts - 1] * (1 - Spread + (2 * Spread * chance));
        return Rest(retryAfter) is { } asked && asked > wait ? asked : wait;
    }

    /// <summary>How long nothing at all is sent to a receiver that asked for it.</summary>
    public static TimeSpan? Rest(TimeSpan? retryAfter) => retryAfter is { } asked && asked > TimeSpan.Zero
        ? asked > LongestRetryAfter ? LongestRetryAfter : asked
        : null;
}
