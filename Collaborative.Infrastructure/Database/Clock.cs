namespace Collaborative.Infrastructure.Database;

internal static class Clock
{
    /// <summary>The present in UTC, to the millisecond: the precision in which instants are stored.</summary>
    public static DateTimeOffset NowToMillisecond(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}
