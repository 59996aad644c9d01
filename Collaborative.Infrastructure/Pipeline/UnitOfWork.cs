using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Pipeline;

/// <summary>The session that the pipeline has opened for the command being handled; one per request.</summary>
internal sealed class UnitOfWork
{
    private Session? session;

    public Session Session => session ?? throw new InvalidOperationException("A command handler runs inside the pipeline's unit of work.");

    public async Task<T> Within<T>(Session opened, Func<Task<T>> work)
    {
        session = opened;
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
