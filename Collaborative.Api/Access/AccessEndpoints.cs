using System.Reflection;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using MediatR;

namespace Collaborative.Api.Access;

internal static class AccessEndpoints
{
    public static void MapAccess(this IEndpointRouteBuilder api)
    {
        api.MapGet("/me", async (HttpContext http, IMediator mediator) => Answers.Plain(await mediator.Send(new GetMe(http.Viewer()), http.RequestAborted)))
            .Is("getMe", Operation.ReadMe, new Contract { Summary = "Who your key is, and what it may do.", Answer = typeof(MeView) });

        api.MapGet("/version", () => Answers.Plain<VersionView>(Version))
            .Is("getVersion", Operation.ReadMe, new Contract { Summary = "Which version of the program this is.", Answer = typeof(VersionView) });
    }

    public static readonly VersionView Version = new(
        "Collaborative", typeof(AccessEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0");
}

public sealed record VersionView(string Product, string Version);
