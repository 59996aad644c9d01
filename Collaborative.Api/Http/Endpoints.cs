using Collaborative.Domain;
using Collaborative.Domain.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;

namespace Collaborative.Api.Http;

/// <summary>Which part of the address a PUT may bring into being.</summary>
public enum Creates
{
    Nothing,
    Collaborative,
    Team,
    Measure,
}

/// <summary>The policy of an endpoint: what is being done, and what need not exist yet.</summary>
public sealed record OperationRequirement(Operation Operation, Creates Creates) : IAuthorizationRequirement, IAuthorizationRequirementData
{
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
}

/// <summary>What an endpoint takes and gives, for the OpenAPI document.</summary>
public sealed record Contract
{
    public string Summary { get; init; } = "";

    public Type? Body { get; init; }

    public IReadOnlyList<string> BodyTypes { get; init; } = [Json.ContentType];

    public bool MayLackBody { get; init; }

    public Type? Answer { get; init; }

    public IReadOnlyList<string> AnswerTypes { get; init; } = [Json.ContentType];

    public IReadOnlyList<int> Statuses { get; init; } = [200];

    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    public bool TakesPreconditions { get; init; }

    public bool TakesIdempotencyKey { get; init; }

    /// <summary>Headers of the request that are this endpoint's own.</summary>
    public IReadOnlyList<Parameter> Headers { get; init; } = [];

    /// <summary>Headers of the answer that are this endpoint's own.</summary>
    public IReadOnlyList<Parameter> AnswerHeaders { get; init; } = [];

    /// <summary>What HEAD is good for here; said only where it tells more than GET.</summary>
    public string? HeadSummary { get; init; }

    /// <summary>Of a GET: sent each time, whatever copy the client has.</summary>
    public bool IsAlwaysSent { get; init; }

    /// <summary>Whether a GET is answered with 304 to whoever has the copy already: pages of lists are not.</summary>
    public bool IsConditional => !IsAlwaysSent && !(Answer is { IsGenericType: true } answer && answer.GetGenericTypeDefinition() == typeof(PageDocument<>));
}

/// <summary>How endpoints are declared: each says its operation and its contract in one line.</summary>
public static class Endpoints
{
    public static readonly Parameter Limit = new("limit", "How many items a page holds, 1 to 200; 50 unless given.", "integer");
    public static readonly Parameter After = new("after", "Where the page goes on; taken from next.");
    public static readonly Parameter AsOf = new("asOf", "What was known at this instant, like 2026-03-15T09:30:00Z.");

    /// <summary>Gives an endpoint its policy, its place in the OpenAPI document, and the refusal of parameters that it does not know.</summary>
    public static RouteHandlerBuilder Is(this RouteHandlerBuilder endpoint, string name, Operation operation, Contract contract, Creates creates = Creates.Nothing)
    {
        var known = contract.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        endpoint.WithName(name).WithMetadata(new OperationRequirement(operation, creates), contract).RequireAuthorization();
        endpoint.AddEndpointFilter((invocation, next) =>
        {
            var query = invocation.HttpContext.Request.Query;
            if (query.Count > 0 && query.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
            {
                return ValueTask.FromResult<object?>(Answers.Refused(Problem.Invalid(
                    [new FieldError(unknown.Length > 40 ? unknown[..40] : unknown, "unknownParameter", known.Count == 0
                        ? "This address takes no parameters."
                        : $"This parameter is not known here. Known are: {string.Join(", ", known)}.")])));
            }

            return next(invocation);
        });
        return endpoint;
    }

    private static Passage GetRequiredPassage(this IFeatureCollection features) =>
        features.Get<Passage>() ?? throw new InvalidOperationException("This endpoint has no policy.");

    /// <summary>The viewer, and the ids that the address names; the policy has seen to it that they are there.</summary>
    public static Viewer Viewer(this HttpContext http) => http.Features.GetRequiredPassage().Viewer;

    public static Scope Scope(this HttpContext http) => http.Features.GetRequiredPassage().Scope;

    public static Guid CollaborativeId(this HttpContext http) => http.Scope().CollaborativeId!.Value;

    public static Guid TeamId(this HttpContext http) => http.Scope().TeamId!.Value;

    public static Guid MeasureId(this HttpContext http) => http.Scope().MeasureId!.Value;

    /// <summary>The month that the address ends in; a refusal where it is none.</summary>
    public static Problem? RouteMonth(this HttpContext http, out Month month) =>
        Month.TryParse(http.Route("month"), out month) ? null : Problem.Invalid([new FieldError("month", "format", "A month is written like 2026-03.")]);

    public static string Route(this HttpContext http, string name) => (string)http.Request.RouteValues[name]!;
}

/// <summary>What the policy found out, for the endpoint to use.</summary>
public sealed record Passage(Viewer Viewer, Scope Scope);
