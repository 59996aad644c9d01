using Collaborative.Api.Access;
using Collaborative.Domain.Access;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Collaborative.Api.Pages;

/// <summary>A person signs in with her key; the browser keeps a cookie that names it, never the key itself.</summary>
[AllowAnonymous]
internal sealed class SignInModel(IMediator mediator, SignInLimit limit) : PageModel
{
    public string? Problem { get; private set; }

    public async Task<IActionResult> OnPostAsync(string? token, string? returnUrl)
    {
        if (!limit.MayTry(HttpContext))
        {
            Problem = "That was tried often just now; wait a minute and try again.";
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Page();
        }

        var found = await mediator.Send(new FindViewer(ApiToken.Hash((token ?? "").Trim())), HttpContext.RequestAborted);
        if (found.IsRefused)
        {
            limit.NoteFailure(HttpContext);
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
