using Collaborative.Domain;
using Collaborative.Infrastructure.Database;
using Microsoft.AspNetCore.Diagnostics;

namespace Collaborative.Api.Http;

/// <summary>What is left when something breaks: an answer without a message or a stack, and a log line without the request's content.</summary>
internal sealed partial class FailureHandler(ILogger<FailureHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await Problems.Write(httpContext, Explain(httpContext, exception));
        return true;
    }

    private Problem Explain(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new Problem(ProblemCode.TooLarge, "The body is larger than this address takes.");
            case BadHttpRequestException:
                return new Problem(ProblemCode.InvalidRequest, "The request could not be read to its end; send it again.");
            case DatabaseUnavailableException:
                LogUnavailable(log, Route(http), exception.InnerException?.GetType().Name ?? exception.GetType().Name, Code(exception.InnerException));
                return new Problem(ProblemCode.Unavailable, "The database cannot take or confirm work just now. Nothing is half done; send the same again in a moment.");
            default:
                // The message of an exception may quote what was sent, so only its type and where it was thrown are kept.
                LogUnexpected(log, Route(http), exception.GetType().FullName!, exception.StackTrace);
                return new Problem(ProblemCode.Unexpected, "Something went wrong on our side. Please tell us the traceId.");
        }
    }

    private static string Route(HttpContext http) => (http.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";

    private static int Code(Exception? exception) => exception switch
    {
        Microsoft.Data.Sqlite.SqliteException sqlite => sqlite.SqliteExtendedErrorCode,
        Microsoft.Data.SqlClient.SqlException sql => sql.Number,
        _ => 0,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Route}: the database is unavailable: {Exception} {Code}.")]
    private static partial void LogUnavailable(ILogger log, string route, string exception, int code);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Route}: {Exception} {Stack}")]
    private static partial void LogUnexpected(ILogger log, string route, string exception, string? stack);
}
