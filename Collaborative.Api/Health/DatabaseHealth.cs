using Collaborative.Domain;
using Collaborative.Infrastructure.Database;
using MediatR;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Collaborative.Api.Health;

/// <summary>Ready means that a unit of work can be made durable now; a full disk is not ready.</summary>
internal sealed class DatabaseHealth(IServiceScopeFactory scopes) : IHealthCheck
{
    /// <summary>However often anybody asks, the database is tried no oftener than this.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim asking = new(1);
    private (DateTimeOffset At, HealthCheckResult Result) last = (DateTimeOffset.MinValue, default);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (TimeProvider.System.GetUtcNow() - last.At > Fresh)
            {
                last = (TimeProvider.System.GetUtcNow(), await Try(cancellationToken));
            }

            return last.Result;
        }
        finally
        {
            asking.Release();
        }
    }

    private async Task<HealthCheckResult> Try(CancellationToken cancellation)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new BeatHeart(), cancellation);
            return HealthCheckResult.Healthy();
        }
        catch (DatabaseUnavailableException)
        {
            return HealthCheckResult.Unhealthy("The database cannot take or confirm work just now.");
        }
    }
}
