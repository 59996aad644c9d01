using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Pipeline;

/// <summary>The session that the pipeline has opened for the command being handled; one per request.</summary>
internal sealed class UnitOfWork
{
    private Session? session;
    private Delegate? afterwards;

    public Session Session => session ?? throw new InvalidOperationException("A command handler runs inside the pipeline's unit of work.");

    /// <summary>Leaves what only looks until the unit is kept, so that others need not wait for it: the look gives the command's answer.</summary>
    public void Afterwards<TResponse>(Func<Session, Task<TResponse>> look) => afterwards = look;

    public Func<Session, Task<TResponse>>? TakeAfterwards<TResponse>() => Interlocked.Exchange(ref afterwards, null) as Func<Session, Task<TResponse>>;

    public async Task<T> Within<T>(Session opened, Func<Task<T>> work)
    {
        session = opened;
        afterwards = null;
        try
        {
            return await work();
        }
        finally
        {
            session = null;
        }
    }
}
