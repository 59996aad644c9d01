using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Webhooks;
using MediatR;

namespace Collaborative.Api.Webhooks;

internal static class WebhookEndpoints
{
    private const string Webhooks = "/collaboratives/{collaborative}/webhooks";

    private const string Webhook = Webhooks + "/{webhook}";

    private const string Deliveries = Webhook + "/deliveries";

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        api.MapPut(Webhook, async (HttpContext http, IMediator mediator) =>
                await Writes.Put<WebhookBody, WebhookView>(http, (body, preconditions) => mediator.Send(
                    new PutWebhook(http.Viewer(), http.CollaborativeId(), http.Route("webhook"), body, preconditions), http.RequestAborted)))
            .Is("putWebhook", Operation.RunProgramme, Writes.Contract<WebhookBody, WebhookView>(
                "Have a server elsewhere told, by signed POSTs, of what happens from now on. Nothing is sent before there is a secret."));

        api.MapDelete(Webhook, async (HttpContext http, IMediator mediator) =>
                await Writes.Delete(http, (preconditions, reason) => mediator.Send(
                    new WithdrawWebhook(http.Viewer(), http.CollaborativeId(), http.Route("webhook"), reason, preconditions), http.RequestAborted)))
            .Is("withdrawWebhook", Operation.RunProgramme, Writes.DeleteContract<WebhookView>("Take a webhook back: what waits is dropped, and the secret with it."));

        api.MapGet(Webhook, async (HttpContext http, IMediator mediator) =>
                Answers.Living(await mediator.Send(new GetWebhook(http.Viewer(), http.CollaborativeId(), http.Route("webhook")), http.RequestAborted), view => view.Revision))
            .Is("getWebhook", Operation.RunProgramme, new Contract { Summary = "One webhook and how it fares, without its secret.", Answer = typeof(WebhookView), IsAlwaysSent = true });

        api.MapGet(Webhooks, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var request = new ListWebhooks(http.Viewer(), http.CollaborativeId(), query.After(), query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listWebhooks", Operation.RunProgramme, new Contract
            {
                Summary = "The webhooks and how they fare, by code.",
                Answer = typeof(PageDocument<WebhookView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });

        api.MapPost(Webhook + "/secret", async (HttpContext http, IMediator mediator) =>
                Answers.Made(await mediator.Send(new MakeWebhookSecret(http.Viewer(), http.CollaborativeId(), http.Route("webhook")), http.RequestAborted)))
            .Is("makeWebhookSecret", Operation.RunProgramme, new Contract
            {
                Summary = "Make a new secret, shown this once. The one before stays good for 24 hours: until then events have two signatures.",
                Answer = typeof(WebhookSecretView),
                Statuses = [201],
            });

        api.MapPost(Webhook + "/ping", async (HttpContext http, IMediator mediator) =>
                Answers.TakenOn(
                    await mediator.Send(new PingWebhook(http.Viewer(), http.CollaborativeId(), http.Route("webhook"), Headers.IdempotencyKey(http.Request)), http.RequestAborted),
                    delivery => $"/deliveries/{delivery.Id:D}"))
            .Is("pingWebhook", Operation.RunProgramme, new Contract
            {
                Summary = "Send an event of type ping; its delivery tells what became of it.",
                Answer = typeof(DeliveryView),
                Statuses = [202],
                TakesIdempotencyKey = true,
            });

        api.MapPost(Webhook + "/replay", async (HttpContext http, IMediator mediator) =>
            {
                var body = await Json.Read<ReplayBody>(http);
                return body.Problem is { } malformed
                    ? Answers.Refused(malformed)
                    : Answers.TakenOn(
                        await mediator.Send(new ReplayEvents(http.Viewer(), http.CollaborativeId(), http.Route("webhook"), body.Value, Headers.IdempotencyKey(http.Request)), http.RequestAborted),
                        _ => "/deliveries");
            })
            .Is("replayWebhook", Operation.RunProgramme, new Contract
            {
                Summary = "Send again what happened between two instants, also from before there was the webhook; each event has the id that it always had.",
                Body = typeof(ReplayBody),
                Answer = typeof(ReplayView),
                Statuses = [202],
                TakesIdempotencyKey = true,
            });

        api.MapGet(Deliveries, async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                DeliveryCursor? after = null;
                if (query.After() is { } cursor && (after = DeliveryCursor.Read(cursor)) is null)
                {
                    query.BadCursor();
                }

                var request = new ListDeliveries(
                    http.Viewer(), http.CollaborativeId(), http.Route("webhook"), query.Choice<DeliveryState>("state"), query.Choice<WebhookEvent>("type"), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listDeliveries", Operation.RunProgramme, new Contract
            {
                Summary = "What was sent and what is to be sent, the newest event first. Delivered ones are kept for 30 days, dead ones for 90.",
                Answer = typeof(PageDocument<DeliveryView>),
                Parameters = [new Parameter("state", "waiting, delivered or dead."), new Parameter("type", "Only this type of event."), Endpoints.Limit, Endpoints.After],
            });

        api.MapGet(Deliveries + "/{delivery}", async (HttpContext http, IMediator mediator) => Answers.Plain(
                DeliveryId(http) is { } id
                    ? await mediator.Send(new GetDelivery(http.Viewer(), http.CollaborativeId(), http.Route("webhook"), id), http.RequestAborted)
                    : Problem.NotFound))
            .Is("getDelivery", Operation.RunProgramme, new Contract { Summary = "One delivery, by the id of its event.", Answer = typeof(DeliveryView) });

        api.MapPost(Deliveries + "/{delivery}/redeliver", async (HttpContext http, IMediator mediator) => Answers.TakenOn(
                DeliveryId(http) is { } id
                    ? await mediator.Send(new Redeliver(http.Viewer(), http.CollaborativeId(), http.Route("webhook"), id, Headers.IdempotencyKey(http.Request)), http.RequestAborted)
                    : Problem.NotFound,
                _ => ""))
            .Is("redeliver", Operation.RunProgramme, new Contract
            {
                Summary = "Send an event again, whatever became of it: the same id, signed anew.",
                Answer = typeof(DeliveryView),
                Statuses = [202],
                TakesIdempotencyKey = true,
            });
    }

    private static Guid? DeliveryId(HttpContext http) => Guid.TryParseExact(http.Route("delivery"), "D", out var id) ? id : null;
}
