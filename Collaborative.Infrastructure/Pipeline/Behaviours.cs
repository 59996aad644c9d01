using System.Diagnostics;
using System.Diagnostics.Metrics;
using Collaborative.Domain;
using Collaborative.Infrastructure.Database;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Collaborative.Infrastructure.Pipeline;

/// <summary>Measures every request by its name, and logs the slow ones; never what is in them.</summary>
internal sealed partial class TimingBehaviour<TRequest, TResponse>(ILogger<TimingBehaviour<TRequest, TResponse>> log) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private static readonly Meter Meter = new("Collaborative");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("collaborative.request.duration", "s", "Time from the mediator to the answer.");
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await next();
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            Duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("request", typeof(TRequest).Name));
            if (elapsed > Slow)
            {
                LogSlow(log, typeof(TRequest).Name, (long)elapsed.TotalMilliseconds);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Request} took {Milliseconds} ms.")]
    private static partial void LogSlow(ILogger log, string request, long milliseconds);
}

/// <summary>Refuses a request of the wrong shape before anything is looked up for it.</summary>
internal sealed class ShapeBehaviour<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IOutcome<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) =>
        request is IHasShape shaped && shaped.ShapeErrors().ToList() is { Count: > 0 } errors
            ? Task.FromResult(TResponse.Refuse(Problem.Invalid(errors)))
            : next();
}

/// <summary>Makes each command one unit of work: kept whole when it succeeds, undone when it refuses. Commands and queries are tried again where that can help.</summary>
internal sealed class TransactionBehaviour<TRequest, TResponse>(IDatabase database, UnitOfWork unitOfWork, Attempts attempts) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IOutcome<TResponse>
{
    private static readonly bool IsCommand = typeof(TRequest).GetInterfaces()
        .Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ICommand<>));

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (!IsCommand)
        {
            return await attempts.Run(_ => next(), cancellationToken, mayRepeat: request is not IWritesAsItGoes);
        }

        var outcome = await attempts.Run(
            token => database.Write(session => unitOfWork.Within(session, () => next()), outcome => outcome.Problem is null, token),
            cancellationToken);
        return outcome.Problem is null && unitOfWork.TakeAfterwards<TResponse>() is { } look
            ? await attempts.Run(token => database.Read(look, token), cancellationToken)
            : outcome;
    }
}
