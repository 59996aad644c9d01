using Collaborative.Api.Access;
using Collaborative.Domain.Access;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace Collaborative.Api.Pages;

/// <summary>A person signs in with her key; the browser keeps a cookie that names it, never the key itself.</summary>
[AllowAnonymous]
[EnableRateLimiting(SignInLimit.Policy)]
public sealed class SignInModel(IMediator mediator) : PageModel
{
    public string? Problem { get; private set; }

    public async Task<IActionResult> OnPostAsync(string? token, string? returnUrl)
    {
        var found = await mediator.Send(new FindViewer(ApiToken.Hash((token ?? "").Trim())), HttpContext.RequestAborted);
        if (found.IsRefused)
        {
            Problem = "This key is unknown, expired or revoked.";
            return Page();
        }

        await HttpContext.SignInAsync(Schemes.Browser, new ViewerPrincipal(found.Value, Schemes.Browser));
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "~/");
    }

    public async Task<IActionResult> OnPostOutAsync()
    {
        await HttpContext.SignOutAsync(Schemes.Browser);
        return RedirectToPage();
    }
}
