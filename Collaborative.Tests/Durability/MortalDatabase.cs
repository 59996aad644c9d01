using Collaborative.Infrastructure.Database;

namespace Collaborative.Tests.Durability;

/// <summary>The process is gone: nothing that it does reaches the database any more.</summary>
internal sealed class DeadException() : Exception("The process was killed.");

/// <summary>
/// A database whose program dies at a given call: before a unit of work is kept, or after it was kept and before anybody has
/// heard so. From then on every call fails as it would for a process that is no more, until another process is begun.
/// </summary>
internal sealed class MortalDatabase(IDatabase database) : IDatabase, IDisposable
{
    private int left = int.MaxValue;
    private bool isKept;
    private bool isDead;

    /// <summary>How many calls were made since the process was begun.</summary>
    public int Calls { get; private set; }

    public Engine Engine => database.Engine;

    /// <summary>A process that dies at its call of this number.</summary>
    /// <param name="kept">Whether what it does then is kept.</param>
    public void Begin(int dyingAt = int.MaxValue, bool kept = false)
    {
        left = dyingAt;
        isKept = kept;
        isDead = false;
        Calls = 0;
    }

    public async Task<T> Read<T>(Func<Session, Task<T>> look, CancellationToken cancellation)
    {
        Count();
        return isDead ? throw new DeadException() : await database.Read(look, cancellation);
    }

    public async Task<T> Write<T>(Func<Session, Task<T>> unit, Func<T, bool> keep, CancellationToken cancellation)
    {
        if (isDead)
        {
            throw new DeadException();
        }

        Count();
        var result = await database.Write(
            async session =>
            {
                var done = await unit(session);
                return isDead && !isKept ? throw new DeadException() : done;
            },
            keep,
            cancellation);
        return isDead ? throw new DeadException() : result;
    }

    public long? Epoch() => database.Epoch();

    public Task<bool> Purge(CancellationToken cancellation) => isDead ? throw new DeadException() : database.Purge(cancellation);

    public Task Migrate(Func<Session, Task> migration, CancellationToken cancellation) => database.Migrate(migration, cancellation);

    public void Dispose() => (database as IDisposable)?.Dispose();

    private void Count()
    {
        Calls++;
        isDead |= --left <= 0;
    }
}
