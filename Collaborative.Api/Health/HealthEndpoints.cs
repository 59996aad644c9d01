using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Collaborative.Api.Health;

internal static class HealthEndpoints
{
    /// <summary>/health/live: the process answers. /health/ready: it can also make work durable.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
    }
}
