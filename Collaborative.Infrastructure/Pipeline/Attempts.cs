using Collaborative.Infrastructure.Database;
using Polly;
using Polly.Retry;

namespace Collaborative.Infrastructure.Pipeline;

/// <summary>Tries a whole unit of work again where the engine's error is listed as passing; a duplicate key is replayed once.</summary>
internal sealed class Attempts
{
    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } exception && Failures.Of(exception) == Failure.Transient),
            MaxRetryAttempts = 3,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromSeconds(1),
            UseJitter = true,
        })
        .Build();

    /// <param name="mayRepeat">False for what has shown itself to others before it is done.</param>
    /// <exception cref="DatabaseUnavailableException">The engine cannot take the work now.</exception>
    public async Task<T> Run<T>(Func<CancellationToken, Task<T>> unit, CancellationToken cancellation, bool mayRepeat = true)
    {
        try
        {
            return mayRepeat ? await Repeated(unit, cancellation) : await unit(cancellation);
        }
        catch (Exception exception) when (Failures.Of(exception) is Failure.Transient or Failure.Concurrent or Failure.Unavailable
            && exception is not DatabaseUnavailableException)
        {
            throw new DatabaseUnavailableException("The database could not take the work.", exception);
        }
    }

    private async Task<T> Repeated<T>(Func<CancellationToken, Task<T>> unit, CancellationToken cancellation)
    {
        try
        {
            return await unit(cancellation);
        }
        catch (Exception exception) when (Failures.Of(exception) is Failure.Transient or Failure.Concurrent)
        {
            // Most units succeed at once and are spared the machinery; what follows is the one replay of a duplicate key.
        }

        return await pipeline.ExecuteAsync(static async (unit, token) => await unit(token), unit, cancellation);
    }
}
