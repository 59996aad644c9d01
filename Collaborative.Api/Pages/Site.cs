using System.Threading.RateLimiting;
using Collaborative.Api.Http;
using Collaborative.Domain;

namespace Collaborative.Api.Pages;

internal static class Site
{
    public const string Css =
        """
        :root { color-scheme: light; }
        body { font: 16px/1.5 system-ui, sans-serif; color: #1d2733; background: #f6f7f9; margin: 0; }
        header { background: #fff; border-bottom: 1px solid #d9dee5; padding: .8rem 1.5rem; display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
        header a { color: inherit; text-decoration: none; font-weight: 600; }
        main { max-width: 1200px; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
        h1 { font-size: 1.5rem; margin: 1.2rem 0 .2rem; }
        .facts { color: #55606e; margin: 0 0 1rem; }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 520px), 1fr)); gap: 1rem; }
        .charts a, form.card { background: #fff; border: 1px solid #d9dee5; border-radius: 6px; padding: .6rem; display: block; }
        .charts img { width: 100%; height: auto; display: block; }
        form.card { max-width: 28rem; margin-top: 2rem; padding: 1.5rem; }
        input[type=password] { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; margin: .3rem 0 1rem; }
        button { font: inherit; padding: .45rem 1.1rem; cursor: pointer; }
        header button { border: 0; background: none; color: #1b5e9e; padding: 0; text-decoration: underline; }
        .problem { color: #9c2b00; font-weight: 600; }
        @media print { header form { display: none; } body { background: #fff; } .charts a { break-inside: avoid; } }
        """;
}

/// <summary>Guessing at keys through the form is slowed down; whoever has a good key is never kept waiting, and nothing else is limited unless configured.</summary>
internal sealed class SignInLimit : IDisposable
{
    private const int FailuresAMinute = 10;

    private readonly PartitionedRateLimiter<string> failures = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(
        address, _ => new FixedWindowRateLimiterOptions { PermitLimit = FailuresAMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>Whether another try from this address is looked at.</summary>
    public bool MayTry(HttpContext http) => failures.AttemptAcquire(Address(http), 0).IsAcquired;

    public void NoteFailure(HttpContext http) => failures.AttemptAcquire(Address(http)).Dispose();

    public void Dispose() => failures.Dispose();

    private static string Address(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";
}
