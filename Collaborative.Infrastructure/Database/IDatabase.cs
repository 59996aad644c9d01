namespace Collaborative.Infrastructure.Database;

/// <summary>The boundary to an engine; there are two.</summary>
internal interface IDatabase
{
    Engine Engine { get; }

    /// <summary>A look: its statements see one state of the database.</summary>
    Task<T> Read<T>(Func<Session, Task<T>> look, CancellationToken cancellation);

    /// <summary>One attempt at a unit of work: kept when <paramref name="keep"/> says so, otherwise undone; the answer comes once it is durable.</summary>
    /// <exception cref="DatabaseUnavailableException">Whether the unit was kept is not known.</exception>
    Task<T> Write<T>(Func<Session, Task<T>> unit, Func<T, bool> keep, CancellationToken cancellation);

    /// <summary>A number that changes whenever anything in the database may have changed, also by another process; null where that is not cheap to know.</summary>
    long? Epoch();

    /// <summary>Sees to it that what was deleted lies nowhere in the database's files any more; false where others are in the way, and it is to be tried again.</summary>
    Task<bool> Purge(CancellationToken cancellation);

    /// <summary>Work on the schema, on a connection of its own, under a lock that keeps other migrators out.</summary>
    Task Migrate(Func<Session, Task> migration, CancellationToken cancellation);
}
