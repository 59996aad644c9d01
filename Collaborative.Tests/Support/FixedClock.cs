using System.Globalization;

namespace Collaborative.Tests.Support;

/// <summary>A clock that stands still until it is moved.</summary>
public sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    private long ticks = now.UtcTicks;

    public FixedClock(string now)
        : this(At(now))
    {
    }

    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref ticks, value.UtcTicks);
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public void MoveTo(string instant) => Now = At(instant);

    public void Advance(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);

    public static DateTimeOffset At(string instant) =>
        DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
