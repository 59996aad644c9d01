using Collaborative.Domain.Chase;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Collaborative.Api.Pages;

/// <summary>Where the link in a reminder leads. It asks first: scanners of mail follow every link, but they press no button.</summary>
/// <remarks>The link itself is the proof, and mail programs that offer a button of their own post without any cookie (RFC 8058).</remarks>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
public sealed class OptOutModel(IMediator mediator) : PageModel
{
    public OptOutView View { get; private set; } = new(Guid.Empty, "", "", "", false);

    public async Task<IActionResult> OnGetAsync(string token) => Show(await mediator.Send(new GetOptOut(token), HttpContext.RequestAborted));

    public async Task<IActionResult> OnPostAsync(string token)
    {
        var found = await mediator.Send(new GetOptOut(token), HttpContext.RequestAborted);
        return Show(found.IsRefused ? found : await mediator.Send(new OptOut(found.Value.MemberId), HttpContext.RequestAborted));
    }

    private IActionResult Show(Domain.Outcome<OptOutView> found)
    {
        if (found.IsRefused)
        {
            return NotFound();
        }

        View = found.Value;
        return Page();
    }
}
