namespace Collaborative.Infrastructure.Database;

internal static class Clock
{
    /// <summary>The present in UTC, to the millisecond: the precision in which instants are stored.</summary>
    public static DateTimeOffset NowToMillisecond(this TimeProvider clock) => ToMillisecond(clock.GetUtcNow());

    /// <summary>An instant as it is stored.</summary>
    public static DateTimeOffset ToMillisecond(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
