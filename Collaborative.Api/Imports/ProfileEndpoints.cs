using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using MediatR;

namespace Collaborative.Api.Imports;

internal static class ProfileEndpoints
{
    private const string Path = "/collaboratives/{collaborative}/profiles";

    public static void MapProfiles(this IEndpointRouteBuilder api)
    {
        api.MapPut(Path + "/{profile}", async (HttpContext http, IMediator mediator) =>
                await Writes.Put<ProfileBody, ProfileView>(http, (body, preconditions) => mediator.Send(
                    new PutProfile(http.Viewer(), http.CollaborativeId(), http.Route("profile"), body, preconditions), http.RequestAborted)))
            .Is("putProfile", Operation.RunProgramme, Writes.Contract<ProfileBody, ProfileView>("Say what a partner's codes mean, and confirm a profile that was proposed."));

        api.MapDelete(Path + "/{profile}", async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawProfile(http.Viewer(), http.CollaborativeId(), http.Route("profile"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawProfile", Operation.RunProgramme, Writes.DeleteContract<ProfileView>("Take a partner's profile back; it stays in the history."));

        api.MapGet(Path + "/{profile}", async (HttpContext http, IMediator mediator) => Answers.One(
                await mediator.Send(new GetProfile(http.Viewer(), http.CollaborativeId(), http.Route("profile")), http.RequestAborted),
                view => view.Revision))
            .Is("getProfile", Operation.ReadImports, new Contract { Summary = "What a partner's codes mean.", Answer = typeof(ProfileView) });

        api.MapGet(Path, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListProfiles(http.Viewer(), http.CollaborativeId(), query.Choice<ProfileState>("state"), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listProfiles", Operation.ReadImports, new Contract
            {
                Summary = "The partners' profiles, by code.",
                Answer = typeof(PageDocument<ProfileView>),
                Parameters = [new Parameter("state", "Only proposed or confirmed ones."), Endpoints.Limit, Endpoints.After],
            });
    }
}
