using System.Security.Claims;
using System.Text.Encodings.Web;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace Collaborative.Api.Access;

public static class Schemes
{
    /// <summary>Authorization: Bearer cbl_…</summary>
    public const string Key = "Key";

    /// <summary>The browser's cookie, which names a key.</summary>
    public const string Browser = CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>Takes the header where there is one, otherwise the cookie.</summary>
    public const string Either = "Either";

    public const string KeyIdClaim = "keyId";
}

/// <summary>The principal of a request: the viewer itself rides along, so that nothing is looked up twice.</summary>
public sealed class ViewerPrincipal(Viewer viewer, string scheme)
    : ClaimsPrincipal(new ClaimsIdentity([new Claim(Schemes.KeyIdClaim, viewer.KeyId.ToString("D"))], scheme))
{
    public Viewer Viewer { get; } = viewer;
}

/// <summary>Cookie sign-in for people: the cookie names a key, and the key is asked for anew with every request.</summary>
internal static class BrowserSignIn
{
    public const string SignInPath = "/sign-in";

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "collaborative";
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.HttpOnly = true;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromHours(8);
        options.LoginPath = SignInPath;
        options.Events.OnValidatePrincipal = async context =>
        {
            var found = Guid.TryParse(context.Principal?.FindFirstValue(Schemes.KeyIdClaim), out var keyId)
                ? await context.HttpContext.RequestServices.GetRequiredService<IMediator>().Send(new FindViewerByKey(keyId), context.HttpContext.RequestAborted)
                : Problem.NotFound;
            if (found.IsRefused)
            {
                context.RejectPrincipal();
            }
            else
            {
                context.ReplacePrincipal(new ViewerPrincipal(found.Value, Schemes.Browser));
            }
        };
    }

    /// <summary>A header always counts; the cookie counts for looking, and for the pages, whose forms carry an antiforgery token.</summary>
    public static string Choose(HttpContext http) =>
        http.Request.Headers.ContainsKey("Authorization") || (http.Request.Path.StartsWithSegments("/api") && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            ? Schemes.Key
            : Schemes.Browser;
}

internal sealed class KeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || value.Length > 200)
        {
            return AuthenticateResult.NoResult();
        }

        var found = await Context.RequestServices.GetRequiredService<IMediator>()
            .Send(new FindViewer(ApiToken.Hash(value[Bearer.Length..].Trim())), Context.RequestAborted);
        return found.IsRefused
            ? AuthenticateResult.NoResult()
            : AuthenticateResult.Success(new AuthenticationTicket(new ViewerPrincipal(found.Value, Schemes.Key), Schemes.Key));
    }
}

/// <summary>Decides every request by the one policy table, on what the address names.</summary>
internal sealed class OperationAuthorization(IHttpContextAccessor accessor, IMediator mediator) : AuthorizationHandler<OperationRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, OperationRequirement requirement)
    {
        if (context.User is not ViewerPrincipal { Viewer: var viewer })
        {
            return;
        }

        var http = context.Resource as HttpContext ?? accessor.HttpContext!;
        if (await Judge(http, viewer, requirement) is { } refusal)
        {
            http.Features.Set(new Refused(refusal));
            context.Fail();
            return;
        }

        context.Succeed(requirement);
    }

    private static bool SeesOwnImportsOnly(Viewer viewer) => viewer.Role is Role.DataLead or Role.Integration;

    /// <summary>404 before 403: nobody learns from a refusal that something exists.</summary>
    private async Task<Problem?> Judge(HttpContext http, Viewer viewer, OperationRequirement requirement)
    {
        var values = http.Request.RouteValues;
        var collaborative = values.GetValueOrDefault("collaborative") as string;
        var team = values.GetValueOrDefault("team") as string;
        var measure = values.GetValueOrDefault("measure") as string;
        var import = values.GetValueOrDefault("import") as string;
        var scope = import is null
            ? (await mediator.Send(new ResolveScope(collaborative, team, measure), http.RequestAborted)).Value
            : Guid.TryParseExact(import, "D", out var importId) ? (await mediator.Send(new ResolveImportScope(viewer, importId), http.RequestAborted)).Value : Scope.Empty;
        var verdict = AccessPolicy.Decide(viewer, requirement.Operation, scope.CollaborativeId, (collaborative ?? import) is not null, scope.TeamId, team is not null);
        var absent = ((collaborative ?? import) is not null && scope.CollaborativeId is null && requirement.Creates != Creates.Collaborative)
            || (team is not null && scope.TeamId is null && requirement.Creates != Creates.Team)
            || (measure is not null && scope.MeasureId is null && requirement.Creates != Creates.Measure)
            || (import is not null && SeesOwnImportsOnly(viewer) && scope.ImportKeyId != viewer.KeyId && !scope.IsForReview);
        if (absent || verdict == Verdict.Hidden)
        {
            return Problem.NotFound;
        }

        if (verdict == Verdict.Forbidden)
        {
            return new Problem(ProblemCode.Forbidden, "Your key's role may not do this here; ask your director.");
        }

        http.Features.Set(new Passage(viewer, scope));
        return null;
    }
}

internal sealed record Refused(Problem Problem);

/// <summary>Writes refusals as problem documents instead of empty responses.</summary>
internal sealed class RefusalWriter : IAuthorizationMiddlewareResultHandler
{
    private static readonly Problem Unauthenticated =
        new(ProblemCode.Unauthenticated, "Send a valid API key: Authorization: Bearer cbl_… It may be missing, unknown, expired or revoked.");

    private readonly AuthorizationMiddlewareResultHandler pages = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<PageActionDescriptor>() is not null)
        {
            return pages.HandleAsync(next, context, policy, authorizeResult);
        }

        return Problems.Write(context, authorizeResult.Challenged || context.User is not ViewerPrincipal
            ? Unauthenticated
            : context.Features.Get<Refused>()?.Problem ?? new Problem(ProblemCode.Forbidden, "Your key's role may not do this here; ask your director."));
    }
}
