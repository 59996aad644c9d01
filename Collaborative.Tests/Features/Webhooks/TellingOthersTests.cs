using System.Text;
using System.Text.RegularExpressions;
using Collaborative.Domain.Access;
using Collaborative.Domain.Webhooks;
using Collaborative.Infrastructure;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Outgoing;
using Collaborative.Infrastructure.Webhooks;
using Collaborative.Tests.Contract;
using Collaborative.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Process = System.Diagnostics.Process;
using ProcessStartInfo = System.Diagnostics.ProcessStartInfo;

namespace Collaborative.Tests.Features.Webhooks;

/// <summary>From what happened to who is told. The worker is told when to work, so that every test says what happens when.</summary>
[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public sealed partial class TellingOthersTests(Lane lane)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private const string Hook = "/collaboratives/c/webhooks/ehr";

    private const string All =
        """["submissionRecorded", "submissionWithdrawn", "importEnded", "reportSubmitted", "reportReturned", "reportAccepted", "stageMoved"]""";

    private const string Month = "/collaboratives/c/teams/north/measures/m/submissions/2026-06";

    private Receiver receiver = null!;
    private TestServer server = null!;
    private Client admin = null!;

    [SetUp]
    public async Task Start()
    {
        receiver = await Receiver.Start();
        await Serve("--Outgoing:AllowedHosts=127.0.0.1", "--Server:PublicAddress=https://c.example/");
    }

    [TearDown]
    public async Task Stop()
    {
        await server.DisposeAsync();
        await receiver.DisposeAsync();
    }

    [Test]
    public async Task Each_thing_that_happens_arrives_once_signed_and_in_order()
    {
        (await admin.Put(Hook, Body())).Is(201);
        (await admin.Put(Month, """{ "numerator": 3, "denominator": 31415926, "note": "Mrs Grey fell", "status": "draft" }""")).Is(201);
        (await admin.Put(Month, """{ "numerator": 3, "denominator": 31415926, "note": "Mrs Grey fell" }""", "1")).Is(200);
        (await admin.Put(Month, """{ "numerator": 3, "denominator": 31415926, "note": "Mrs Grey fell" }""")).Is(200);
        (await admin.Delete(Month, "2")).Is(200);
        (await admin.Put(Month, """{ "numerator": 4, "denominator": 31415926 }""")).Is(201);
        var import = (await admin.Post("/collaboratives/c/imports", "team,measure,month,numerator,denominator\nnorth,m,2026-05,3,31415926\nnorth,m,2026-04,4,31415926\nnowhere,m,2026-04,4,31415926\n", "text/csv")).Is(202).At("/id");
        (await admin.Post("/collaboratives/c/imports?dryRun=true", "team,measure,month,numerator,denominator\nnorth,m,2026-03,3,31415926\n", "text/csv")).Is(202);
        while (await server.Services.WorkOnImport(CancellationToken.None))
        {
        }

        const string Report = "/collaboratives/c/teams/north/reports/2026-06";
        (await admin.Put(Report, """{ "successes": "Mrs Grey walks", "status": "draft" }""")).Is(201);
        (await admin.Put(Report, """{ "successes": "Mrs Grey walks" }""", "1")).Is(200);
        (await admin.Put($"{Report}/review", """{ "verdict": "returned", "comment": "How far?" }""")).Is(201);
        (await admin.Put(Report, """{ "successes": "Mrs Grey walks far" }""", "*")).Is(200);
        (await admin.Put($"{Report}/review", """{ "verdict": "accepted" }""", "1")).Is(200);
        (await admin.Put("/collaboratives/c/stage", """{ "stage": "recruiting", "reason": "The charter is ready" }""", "*")).Is(200);

        await Work();
        await Work();
        Assert.That(receiver.Types, Is.EqualTo(new[]
        {
            "submissionRecorded", "submissionWithdrawn", "submissionRecorded", "importEnded", "reportSubmitted", "reportReturned", "reportSubmitted", "reportAccepted", "stageMoved",
        }));
        Assert.That(receiver.Calls.Select(call => call["occurredAt"]), Is.Ordered.Ascending);
        foreach (var call in receiver.Calls)
        {
            Assert.That(call.Id, Is.EqualTo(call["id"]));
            Assert.That(call.Timestamp, Is.EqualTo(WebhookSignature.Timestamp(server.Clock.Now)));
            Assert.That(call.Signature, Is.EqualTo(Signature(call, Secret)));
            Assert.That(call["collaborative"], Is.EqualTo("c"));

            // What it says of where to look is true.
            var href = call["href"]!;
            Assert.That(href, Does.StartWith("https://c.example/api/v1/"));
            (await admin.Get(href["https://c.example".Length..])).Is(200);
            Assert.That(call.Members, Is.SubsetOf(new[] { "id", "type", "occurredAt", "collaborative", "team", "measure", "month", "revision", "href", "import" }));
            Assert.That(Encoding.UTF8.GetString(call.Body), Does.Not.Contain("Grey").And.Not.Contain("31415926"));
        }

        var (recorded, ended, submitted) = (receiver.Calls[0], receiver.Calls[3], receiver.Calls[6]);
        Assert.That((recorded["team"], recorded["measure"], recorded["month"], recorded["revision"]), Is.EqualTo(("north", "m", "2026-06", "2")));
        Assert.That(ended["import"], Is.EqualTo($$"""{"state":"succeeded","counts":{"rows":3,"accepted":2,"unchanged":0,"warned":0,"rejected":1},"rows":"https://c.example/api/v1/imports/{{import}}/rows"}"""));
        Assert.That((submitted["team"], submitted["month"], submitted["revision"]), Is.EqualTo(("north", "2026-06", "4")));
        var view = (await admin.Get(Hook)).Is(200).Has("/health/waiting", "0").Has("/health/dead", "0").Has("/health/consecutiveFailures", "0");
        Assert.That(view.At("/health/lastDeliveredAt"), Is.Not.EqualTo("null"));
    }

    [Test]
    public async Task An_import_that_takes_nothing_is_told_of_and_leaves_the_figures_their_version()
    {
        const string File = "team,measure,month,numerator,denominator\nnorth,m,2026-05,3,100\n";
        (await admin.Put(Hook, Body())).Is(201);
        await Import(File);
        await Work();
        var exported = (await admin.Get("/collaboratives/c/submissions.csv")).Is(200).ETag;
        await Import(File);
        await Import("team,measure,month,numerator,denominator\nnowhere,m,2026-05,3,100\n");
        Assert.That((await admin.Get("/collaboratives/c/submissions.csv")).Is(200).ETag, Is.EqualTo(exported));
        await Work();
        await Submit("2026-06");
        await Work();
        Assert.That(receiver.Types, Is.EqualTo(new[] { "importEnded", "importEnded", "importEnded", "submissionRecorded" }));
        Assert.That(receiver.Calls[1]["import"], Does.Contain("\"unchanged\":1"));
        Assert.That(receiver.Calls[2]["import"], Does.Contain("\"rejected\":1"));
        var ids = receiver.Calls.Select(call => call.Id).ToList();
        (await admin.Post($"{Hook}/replay", """{ "from": "2026-01-01T00:00:00Z" }""")).Is(202).Has("/events", "4");
        await Work();
        Assert.That(receiver.Calls.Skip(4).Select(call => call.Id), Is.EquivalentTo(ids));

        async Task Import(string file)
        {
            // Of what ends at the same instant neither is the first.
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            (await admin.Post("/collaboratives/c/imports", file, "text/csv")).Is(202);
            while (await server.Services.WorkOnImport(CancellationToken.None))
            {
            }
        }
    }

    [Test]
    public async Task A_webhook_begins_with_the_present_and_is_told_only_what_it_asks_for()
    {
        (await admin.Put("/collaboratives/c/teams/south", Given.Team)).Is(201);
        await Submit("2026-01");
        (await admin.Put(Hook, Body("""["submissionRecorded", "stageMoved"]""", """, "teams": ["SOUTH"]"""))).Is(201).Has("/teams/0", "south");
        await Submit("2026-02");
        (await admin.Put("/collaboratives/c/teams/south/measures/m/submissions/2026-02", Figures(2))).Is(201);
        (await admin.Put("/collaboratives/c/stage", """{ "stage": "recruiting", "reason": "The charter is ready" }""", "*")).Is(200);
        (await admin.Put("/collaboratives/c/teams/south/reports/2026-06", """{ "successes": "s" }""")).Is(201);
        await Work();
        Assert.That(receiver.Calls.Select(call => $"{call["type"]} {call["team"]}"), Is.EqualTo(new[] { "submissionRecorded south", "stageMoved " }));
    }

    [Test]
    public async Task A_receiver_that_is_down_gets_everything_once_it_is_up_again()
    {
        (await admin.Put(Hook, Body())).Is(201);
        receiver.Answer = Receiver.With(503);
        await Submit("2026-01");
        await Submit("2026-02");
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(2));
        (await admin.Get(Hook)).Is(200).Has("/health/waiting", "2").Has("/health/consecutiveFailures", "2").Has("/health/lastDeliveredAt", "null");
        (await admin.Get($"{Hook}/deliveries?state=waiting")).Is(200).Has("/items/0/attempts", "1").Has("/items/0/lastStatus", "503").Has("/items/0/problem", "It answered 503.");
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(2), "not before it is time");
        receiver.Answer = Receiver.With(200);
        server.Clock.Advance(TimeSpan.FromSeconds(7));
        await Work();
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(4));
        Assert.That(receiver.Calls.Skip(2).Select(call => call.Id), Is.EquivalentTo(receiver.Calls.Take(2).Select(call => call.Id)));
        Assert.That(receiver.Calls[2].Signature, Is.EqualTo(Signature(receiver.Calls[2], Secret)).And.Not.EqualTo(receiver.Calls[0].Signature), "signed with the time of the try");
        (await admin.Get(Hook)).Is(200).Has("/health/waiting", "0").Has("/health/consecutiveFailures", "0");
        (await admin.Get($"{Hook}/deliveries?state=delivered")).Is(200).Has("/items/0/attempts", "2").Has("/items/0/lastStatus", "200").Has("/items/0/problem", "null").Has("/items/0/nextAttemptAt", "null");
    }

    [Test]
    public async Task After_the_last_try_a_delivery_is_dead_until_a_person_sends_it_again()
    {
        (await admin.Put(Hook, Body())).Is(201);
        receiver.Answer = Receiver.With(500);
        await Submit("2026-01");
        var first = server.Clock.Now;
        for (var attempt = 1; attempt <= WebhookRetries.MostAttempts; attempt++)
        {
            await Work();
            Assert.That(receiver.Calls, Has.Count.EqualTo(attempt));
            server.Clock.Advance((WebhookRetries.WaitAfter(attempt, 1) ?? TimeSpan.FromDays(7)) + TimeSpan.FromMilliseconds(1));
        }

        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(WebhookRetries.MostAttempts));
        Assert.That(receiver.Calls.Select(call => call.Id).Distinct(), Has.Exactly(1).Items);
        Assert.That(server.Clock.Now - first, Is.LessThan(TimeSpan.FromDays(11)));
        (await admin.Get(Hook)).Is(200).Has("/health/dead", "1").Has("/health/waiting", "0");
        var dead = (await admin.Get($"{Hook}/deliveries?state=dead&type=submissionRecorded")).Is(200).Has("/items/0/nextAttemptAt", "null");
        var id = dead.At("/items/0/id");
        receiver.Answer = Receiver.With(200);
        (await admin.Post($"{Hook}/deliveries/{id}/redeliver", "")).Is(202).Has("/state", "waiting").Has("/attempts", "0");
        await Work();
        Assert.That(receiver.Calls[^1].Id, Is.EqualTo(id));
        Assert.That(receiver.Calls[^1].Signature, Is.EqualTo(Signature(receiver.Calls[^1], Secret)));
        (await admin.Get($"{Hook}/deliveries/{id}")).Is(200).Has("/state", "delivered").Has("/attempts", "1").Has("/payload/type", "submissionRecorded");
        (await admin.Post($"{Hook}/deliveries/{Guid.NewGuid()}/redeliver", "")).IsProblem(404, "not-found");
        (await admin.Get($"{Hook}/deliveries/x")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task What_happened_can_be_told_again_under_the_ids_that_it_always_had()
    {
        await Submit("2026-01");
        var from = server.Clock.Now.AddMinutes(1);
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await Submit("2026-02");
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        (await admin.Put(Hook, Body())).Is(201);
        await Submit("2026-03");
        await Work();
        var told = receiver.Calls.Single();
        (await admin.Post($"{Hook}/replay", $$"""{ "from": "{{from:yyyy-MM-ddTHH:mm:ssZ}}" }""")).Is(202).Has("/events", "2");
        await Work();
        Assert.That(receiver.Calls.Skip(1).Select(call => call["month"]), Is.EqualTo(new[] { "2026-02", "2026-03" }));
        Assert.That(receiver.Calls[2].Id, Is.EqualTo(told.Id));
        Assert.That(receiver.Calls[2].Body, Is.EqualTo(told.Body));

        // Long after, when what was delivered is no longer kept.
        server.Clock.Advance(TimeSpan.FromDays(31));
        await server.Services.GetRequiredService<WebhookOutbox>().Tidy(CancellationToken.None);
        (await admin.Get($"{Hook}/deliveries")).Is(200).Has("/items", "[]");
        (await admin.Post($"{Hook}/replay", """{ "from": "2026-01-01T00:00:00Z", "until": "2026-12-31T00:00:00Z" }""")).Is(202).Has("/events", "3");
        await Work();
        Assert.That(receiver.Calls.Skip(3).Select(call => call["month"]), Is.EqualTo(new[] { "2026-01", "2026-02", "2026-03" }));
        Assert.That(receiver.Calls[^1].Id, Is.EqualTo(told.Id));
        (await admin.Post($"{Hook}/replay", """{ "from": "2020-01-01T00:00:00Z", "until": "2020-12-31T00:00:00Z" }""")).Is(202).Has("/events", "0");
        (await admin.Post($"{Hook}/replay", """{ "from": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z" }""")).IsInvalid("/until", "range");
        (await admin.Post($"{Hook}/replay", "{}")).IsInvalid("/from", "required");
    }

    [Test]
    public async Task A_secret_is_changed_without_a_break()
    {
        (await admin.Put(Hook, Body().Replace($", \"secret\": \"{Secret}\"", "", StringComparison.Ordinal))).Is(201).Has("/secretSetAt", "null");
        (await admin.Post($"{Hook}/ping", "")).IsProblem(409, "webhook-not-ready");
        await Submit("2026-01");
        await Work();
        Assert.That(receiver.Calls, Is.Empty, "nothing leaves unsigned");

        var made = (await admin.Post($"{Hook}/secret", "")).Is(201).Has("/previousUntil", "null");
        var first = made.At("/secret")!;
        Assert.That(made.Header("Cache-Control"), Is.EqualTo("no-store"));
        await Work();
        Assert.That(receiver.Calls.Single().Signature, Is.EqualTo(Signature(receiver.Calls.Single(), first)), "what waited is sent once it can be signed");

        var second = (await admin.Post($"{Hook}/secret", "")).Is(201).At("/secret")!;
        await Submit("2026-02");
        await Work();
        Assert.That(receiver.Calls[1].Signature, Is.EqualTo($"{Signature(receiver.Calls[1], second)} {Signature(receiver.Calls[1], first)}"));
        server.Clock.Advance(TimeSpan.FromHours(24));
        await Submit("2026-03");
        await Work();
        Assert.That(receiver.Calls[2].Signature, Is.EqualTo(Signature(receiver.Calls[2], second)));

        // By PUT too, and what is so already changes nothing.
        var etag = (await admin.Get(Hook)).Is(200).ETag;
        (await admin.Put(Hook, Body())).IsProblem(428, "precondition-required");
        (await admin.Put(Hook, Body(), etag)).Is(200);
        var revision = (await admin.Get(Hook)).Is(200).At("/revision");
        (await admin.Put(Hook, Body())).Is(200).Has("/revision", revision);
        (await admin.Put(Hook, Body().Replace($", \"secret\": \"{Secret}\"", "", StringComparison.Ordinal))).Is(200).Has("/revision", revision);
        (await admin.Post($"{Hook}/ping", "")).Is(202);
        await Work();
        Assert.That(receiver.Calls[3].Signature, Is.EqualTo($"{Signature(receiver.Calls[3], Secret)} {Signature(receiver.Calls[3], second)}"));

        // Whoever loses the answers does not lose the secret in use.
        for (var i = 0; i < 2; i++)
        {
            (await admin.Post($"{Hook}/secret", "")).Is(201);
        }

        (await admin.Post($"{Hook}/ping", "")).Is(202);
        await Work();
        Assert.That(receiver.Calls[4].Signature.Split(' '), Has.Length.EqualTo(4).And.Contains(Signature(receiver.Calls[4], Secret)));
        await Secrets(first, second, Secret);
    }

    [Test]
    public async Task Many_servers_at_once_queue_once_and_send_each_event_once()
    {
        (await admin.Put(Hook, Body())).Is(201);
        (await admin.Put(Hook + "2", Body())).Is(201);
        for (var month = 1; month <= 6; month++)
        {
            await Submit($"2026-0{month}");
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(Work)));
        await Work();
        Assert.That(await server.Database.Rows("SELECT COUNT(*) FROM WebhookDelivery"), Is.EqualTo(new[] { "12" }));
        Assert.That(receiver.Calls.Select(call => call.Id).CountBy(id => id).Select(pair => pair.Value), Is.EqualTo(Enumerable.Repeat(2, 6)), "each event once for each webhook");
    }

    [Test]
    public async Task Of_two_servers_that_queue_the_same_stretch_one_does_and_the_other_lets_it_be()
    {
        (await admin.Put(Hook, Body())).Is(201);
        await Submit("2026-01");
        var outbox = server.Services.GetRequiredService<WebhookOutbox>();
        var queued = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => outbox.QueueNew(CancellationToken.None))));
        Assert.That(queued.Sum(), Is.EqualTo(1));
        Assert.That(await outbox.QueueNew(CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task A_worker_killed_between_sending_and_noting_so_leaves_the_same_event_to_be_sent_again()
    {
        (await admin.Put(Hook, Body())).Is(201);
        await Submit("2026-01");
        var outbox = server.Services.GetRequiredService<WebhookOutbox>();
        var post = server.Services.GetRequiredService<WebhookPost>();
        await outbox.QueueNew(CancellationToken.None);
        var killed = (await outbox.Take((await outbox.WithWork(CancellationToken.None)).Single(), CancellationToken.None))!;
        var delivery = (await outbox.NextOf(killed, CancellationToken.None))!;
        var made = await post.Send(delivery, CancellationToken.None);

        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(1), "as long as the lease lasts nobody else sends it");
        server.Clock.Advance(WebhookOutbox.Lease + TimeSpan.FromSeconds(1));
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(2));
        Assert.That(receiver.Calls.Select(call => call.Id).Distinct(), Has.Exactly(1).Items);

        // One that was thought dead comes back: what it says counts for nothing.
        Assert.That(await outbox.Note(killed, delivery, made with { Failure = "late" }, 0.5, CancellationToken.None), Is.False);
        await outbox.LetGo(killed);
        (await admin.Get($"{Hook}/deliveries")).Is(200).Has("/items/0/state", "delivered").Has("/items/0/attempts", "1").Has("/items/0/problem", "null");
    }

    [Test]
    public async Task A_paused_webhook_sends_nothing_and_misses_nothing()
    {
        (await admin.Put(Hook, Body(more: """, "paused": true"""))).Is(201).Has("/paused", "true");
        (await admin.Post($"{Hook}/ping", "")).IsProblem(409, "webhook-not-ready");
        await Submit("2026-01");
        await Work();
        (await admin.Put(Hook, Body(), "1")).Is(200);
        await Submit("2026-02");
        await Work();
        Assert.That(receiver.Calls.Select(call => call["month"]), Is.EqualTo(new[] { "2026-01", "2026-02" }));
    }

    [Test]
    public async Task A_receiver_that_is_gone_for_good_pauses_its_webhook()
    {
        (await admin.Put(Hook, Body())).Is(201);
        receiver.Answer = Receiver.With(410);
        await Submit("2026-01");
        await Submit("2026-02");
        await Work();
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(1));
        var paused = (await admin.Get(Hook)).Is(200).Has("/paused", "true").Has("/revision", "2").Has("/recordedBy", "The receiver").Has("/health/waiting", "2");
        Assert.That(paused.At("/pausedBecause"), Does.StartWith("It answered 410"));
        (await admin.Get("/collaboratives/c/history?subject=webhook")).Is(200).Has("/items/0/revision", "2").Has("/items/0/content/paused", "true");
        receiver.Answer = Receiver.With(204);
        (await admin.Put(Hook, Body(), "2")).Is(200).Has("/paused", "false").Has("/pausedBecause", "null");
        await Work();
        Assert.That(receiver.Calls.Skip(1).Select(call => call["month"]), Is.EquivalentTo(new[] { "2026-01", "2026-02" }));
    }

    [Test]
    public async Task A_receiver_that_asks_for_time_is_left_alone_for_so_long()
    {
        (await admin.Put(Hook, Body())).Is(201);
        receiver.Answer = Receiver.With(429, "120");
        await Submit("2026-01");
        await Submit("2026-02");
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(1), "the second event waits too");
        server.Clock.Advance(TimeSpan.FromSeconds(119));
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(1));
        receiver.Answer = Receiver.With(204);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(3));

        // A year is an hour.
        receiver.Answer = Receiver.With(503, server.Clock.Now.AddYears(1).ToString("R"));
        await Submit("2026-03");
        await Work();
        receiver.Answer = Receiver.With(204);
        server.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task A_receiver_that_does_not_answer_holds_up_nobody_else()
    {
        await using var slow = await Receiver.Start();
        var release = new TaskCompletionSource();
        slow.Answer = _ => release.Task;
        for (var i = 0; i < 20; i++)
        {
            (await admin.Put($"/collaboratives/c/webhooks/slow{i}", Body(url: slow.Url))).Is(201);
        }

        // All of them have failed before, and so have half of the places only.
        await server.Database.Execute("UPDATE WebhookProgress SET ConsecutiveFailures = 1");
        (await admin.Put(Hook, Body())).Is(201);
        await Submit("2026-01");
        var work = Task.Run(Work);
        Assert.That(await receiver.Arrived.WaitAsync(TimeSpan.FromSeconds(60)), "the one that answers is not held up by the twenty that do not");
        Assert.That(slow.Calls, Has.Count.LessThanOrEqualTo(8));
        release.SetResult();
        await work;
        Assert.That(slow.Calls, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task An_answer_must_come_in_time_and_of_what_it_says_nothing_is_read()
    {
        (await admin.Put(Hook, Body())).Is(201);
        var http = server.Services.GetRequiredService<OutgoingHttp>();
        var delivery = new NextDelivery { EventId = Guid.NewGuid(), PayloadJson = "{}", TargetUrl = receiver.Url, Secrets = [Secret] };
        var release = new TaskCompletionSource();
        receiver.Answer = _ => release.Task;
        var late = await new WebhookPost(http, server.Clock) { Patience = TimeSpan.FromMilliseconds(50) }.Send(delivery, CancellationToken.None);
        release.SetResult();
        Assert.That(late.Failure, Does.StartWith("It did not answer within"));

        // The headers are the answer; a body that never ends is not waited for.
        var hang = new TaskCompletionSource();
        receiver.Answer = async context =>
        {
            await context.Response.WriteAsync("Secretname");
            await context.Response.Body.FlushAsync();
            await hang.Task;
        };
        Assert.That(await new WebhookPost(http, server.Clock).Send(delivery, CancellationToken.None), Is.EqualTo(new Try(200, null)));
        hang.SetResult();

        receiver.Answer = context =>
        {
            context.Response.Redirect("http://169.254.169.254/");
            return Task.CompletedTask;
        };
        Assert.That((await new WebhookPost(http, server.Clock).Send(delivery, CancellationToken.None)).Failure, Does.StartWith("It answered 302 and points elsewhere"));
    }

    [TestCase("http://127.0.0.1:9/hook")]
    [TestCase("https://10.0.0.1/hook")]
    [TestCase("https://[::1]/hook")]
    [TestCase("https://169.254.169.254/latest/meta-data")]
    [TestCase("http://hooks.example.org/")]
    public async Task An_address_inside_or_without_TLS_is_refused(string url)
    {
        await server.DisposeAsync();
        await Serve();
        (await admin.Put(Hook, Body(url: url))).IsProblem(409, "address-not-allowed");
        (await admin.Get(Hook)).IsProblem(404, "not-found");
    }

    [Test]
    public async Task A_name_that_stands_for_an_address_inside_is_refused_when_it_is_called()
    {
        await server.DisposeAsync();
        await Serve();
        (await admin.Put(Hook, Body(url: receiver.Url.Replace("http://127.0.0.1", "https://localhost", StringComparison.Ordinal)))).Is(201);
        (await admin.Post($"{Hook}/ping", "")).Is(202);
        await Work();
        Assert.That(receiver.Calls, Is.Empty);
        var waiting = (await admin.Get($"{Hook}/deliveries")).Is(200).Has("/items/0/state", "waiting").Has("/items/0/type", "ping").Has("/items/0/lastStatus", "null");
        Assert.That(waiting.At("/items/0/problem"), Does.Contain("localhost").And.Contain("Outgoing:AllowedHosts"));
    }

    [Test]
    public async Task The_same_request_again_under_its_key_is_answered_alike_and_done_once()
    {
        (await admin.Put(Hook, Body())).Is(201);
        var first = (await admin.Post($"{Hook}/ping", "", idempotencyKey: "k1")).Is(202);
        Assert.That(first.Header("Location"), Is.EqualTo($"/api/v1{Hook}/deliveries/{first.At("/id")}"));
        var again = (await admin.Post($"{Hook}/ping", "", idempotencyKey: "k1")).Is(202);
        Assert.That((again.Text, again.Header("Idempotency-Replayed"), first.Header("Idempotency-Replayed")), Is.EqualTo((first.Text, "true", (string?)null)));
        (await admin.Post($"{Hook}/replay", """{ "from": "2026-01-01T00:00:00Z" }""", idempotencyKey: "k1")).IsProblem(422, "idempotency-key-reused");
        await Work();
        Assert.That(receiver.Types, Is.EqualTo(new[] { "ping" }));
        var redelivered = (await admin.Post(first.Header("Location") + "/redeliver", "", idempotencyKey: "k2")).Is(202).Has("/state", "waiting");
        Assert.That(redelivered.Header("Location"), Is.EqualTo(first.Header("Location")));
        await Work();
        (await admin.Post(first.Header("Location") + "/redeliver", "", idempotencyKey: "k2")).Is(202).Has("/state", "waiting");
        await Work();
        Assert.That(receiver.Types, Is.EqualTo(new[] { "ping", "ping" }));
        (await admin.Post($"{Hook}/ping", "", idempotencyKey: new string('k', 256))).IsInvalid("Idempotency-Key", "length");
    }

    [Test]
    public async Task What_cannot_be_is_refused_with_its_place()
    {
        (await admin.Put(Hook, """{ "name": "", "url": "ftp://x", "events": [], "secret": "short" }""")).IsInvalid("/name").IsInvalid("/url", "format").IsInvalid("/events", "required").IsInvalid("/secret", "secret");
        (await admin.Put(Hook, Body("""["stageMoved", "stageMoved", "ping"]"""))).IsInvalid("/events/1", "duplicate").IsInvalid("/events/2", "unknown");
        (await admin.Put(Hook, Body("""["importEnded"]""", """, "teams": ["north"]"""))).IsInvalid("/events/0", "ofAllTeams");
        (await admin.Put(Hook, Body("""["stageMoved"]""", """, "teams": ["north", "NORTH", "?"]"""))).IsInvalid("/teams/1", "duplicate").IsInvalid("/teams/2", "code");
        (await admin.Put(Hook, Body("""["stageMoved"]""", """, "teams": ["nowhere"]"""))).IsInvalid("/teams/0", "unknown");
        (await admin.Put(Hook, Body(url: "https://user:pass@hooks.example.org/"))).IsInvalid("/url", "credentials");
        (await admin.Get($"{Hook}/deliveries")).IsProblem(404, "not-found");
        (await admin.Post($"{Hook}/secret", "")).IsProblem(404, "not-found");
        (await admin.Post($"{Hook}/ping", "")).IsProblem(404, "not-found");
        (await admin.Post($"{Hook}/replay", """{ "from": "2026-01-01T00:00:00Z" }""")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task A_webhook_that_was_taken_back_sends_nothing_and_begins_anew_when_it_is_put_again()
    {
        (await admin.Put(Hook, Body())).Is(201);
        receiver.Answer = Receiver.With(500);
        await Submit("2026-01");
        await Work();
        (await admin.Delete(Hook)).IsProblem(428, "precondition-required");
        (await admin.Delete(Hook, "1")).Is(200);
        server.Clock.Advance(TimeSpan.FromDays(1));
        await Submit("2026-02");
        await Work();
        Assert.That(receiver.Calls, Has.Count.EqualTo(1));
        (await admin.Get(Hook)).IsProblem(404, "not-found");
        Assert.That(await server.Database.Rows("SELECT COUNT(*) FROM WebhookSecret"), Is.EqualTo(new[] { "0" }), "the secret is gone with it");

        receiver.Answer = Receiver.With(204);
        (await admin.Put(Hook, Body())).Is(201).Has("/revision", "3");
        await Submit("2026-03");
        await Work();
        Assert.That(receiver.Calls.Skip(1).Select(call => call["month"]), Is.EqualTo(new[] { "2026-03" }));
    }

    [Test]
    public async Task Lists_are_paged_and_only_those_who_run_the_collaborative_see_them()
    {
        (await admin.Put(Hook, Body())).Is(201);
        (await admin.Put(Hook + "2", Body("""["stageMoved"]"""))).Is(201);
        for (var month = 1; month <= 5; month++)
        {
            await Submit($"2026-0{month}");
        }

        await Work();
        var months = new List<string?>();
        for (var next = $"{Hook}/deliveries?limit=2"; next is not (null or "null");)
        {
            var page = (await admin.Get(next)).Is(200);
            months.AddRange(page.Each("payload").Select(payload => MonthIn().Match(payload!).Value));
            next = page.At("/next");
        }

        Assert.That(months, Is.EqualTo(new[] { "2026-05", "2026-04", "2026-03", "2026-02", "2026-01" }));
        (await admin.Get($"{Hook}/deliveries?after=x")).IsInvalid("after");
        (await admin.Get($"{Hook}/deliveries?state=lost")).IsInvalid("state");
        var first = (await admin.Get("/collaboratives/c/webhooks?limit=1")).Is(200);
        Assert.That(first.Each("code"), Is.EqualTo(new[] { "ehr" }));
        Assert.That((await admin.Get(first.At("/next")!)).Is(200).Each("code"), Is.EqualTo(new[] { "ehr2" }));
        var director = await server.As(Role.Director, "c");
        (await director.Get("/collaboratives/c/webhooks")).Is(200).Has("/items/0/health/waiting", "0");
        (await director.Get("/collaboratives/c/history?subject=webhook")).Is(200).Has("/items/0/subject", "webhook");
        foreach (var (role, teams) in new (Role, string[])[] { (Role.DataLead, ["north"]), (Role.Member, ["north"]), (Role.Faculty, []), (Role.Integration, ["north"]) })
        {
            var client = await server.As(role, "c", teams);
            (await client.Get("/collaboratives/c/webhooks")).IsProblem(403, "forbidden");
            (await client.Get($"{Hook}/deliveries")).IsProblem(403, "forbidden");
            if (role != Role.Integration)
            {
                Assert.That((await client.Get("/collaboratives/c/history?subject=webhook")).Is(200).Count(), Is.Zero);
            }
        }

        await Secrets(Secret);
    }

    [Test]
    public async Task What_is_no_longer_looked_at_goes_a_little_at_a_time()
    {
        (await admin.Put(Hook, Body())).Is(201);
        await Submit("2026-01");
        await Work();
        var outbox = server.Services.GetRequiredService<WebhookOutbox>();
        await server.Database.Execute("UPDATE WebhookDelivery SET State = 'dead'");
        server.Clock.Advance(TimeSpan.FromDays(89));
        await Submit("2026-02");
        await Work();
        await outbox.Tidy(CancellationToken.None);
        Assert.That((await admin.Get($"{Hook}/deliveries")).Is(200).Each("state"), Is.EqualTo(new[] { "delivered", "dead" }));
        server.Clock.Advance(TimeSpan.FromDays(2));
        await outbox.Tidy(CancellationToken.None);
        Assert.That((await admin.Get($"{Hook}/deliveries")).Is(200).Each("state"), Is.EqualTo(new[] { "delivered" }));
        server.Clock.Advance(TimeSpan.FromDays(29));
        await outbox.Tidy(CancellationToken.None);
        Assert.That((await admin.Get($"{Hook}/deliveries")).Is(200).Count(), Is.Zero);
    }

    [Test]
    public async Task The_recipe_of_the_README_tells_what_is_genuine_from_what_is_not()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("The recipe is for a shell.");
        }

        server.Clock.Now = TimeProvider.System.GetUtcNow();
        (await admin.Put(Hook, Body())).Is(201);
        (await admin.Post($"{Hook}/secret", "")).Is(201);
        (await admin.Post($"{Hook}/ping", "")).Is(202);
        await Work();
        var call = receiver.Calls.Single();
        Assert.That(await Recipe(call, Secret), Is.EqualTo("accept"));
        Assert.That(await Recipe(call with { Body = [.. call.Body, (byte)' '] }, Secret), Is.EqualTo("refuse"));
        Assert.That(await Recipe(call with { Id = Guid.NewGuid().ToString() }, Secret), Is.EqualTo("refuse"));
        Assert.That(await Recipe(call, WebhookSignature.MakeSecret()), Is.EqualTo("refuse"));
        var old = server.Clock.Now.AddMinutes(-10);
        var late = call with { Timestamp = WebhookSignature.Timestamp(old), Signature = WebhookSignature.Sign([Secret], call.Id, old, call.Body) };
        Assert.That(await Recipe(late, Secret), Is.EqualTo("refuse"));
    }

    [Test]
    public async Task Events_are_found_by_an_index_and_so_is_what_is_due()
    {
        if (lane != Lane.Sqlite)
        {
            Assert.Ignore("SQLite tells its plan by EXPLAIN QUERY PLAN.");
        }

        var key = "'00000000-0000-0000-0000-000000000000'";
        foreach (var (statement, index) in new[]
        {
            (EventLog.Submissions, "IX_SubmissionRevision_Typed (RecordedAt=?)"),
            (EventLog.Entries, "IX_HistoryEntry_RecordedAt (CollaborativeId=? AND RecordedAt=?)"),
            (WebhookOutbox.Next, "IX_WebhookDelivery_Next (WebhookId=? AND State=? AND NextAttemptAt<?)"),
            (WebhookOutbox.DropOld, "IX_WebhookDelivery_EndedAt (State=? AND EndedAt<?)"),
            (ReadDeliveriesHandler.List, "IX_WebhookDelivery_OccurredAt (WebhookId=? AND OccurredAt<?)"),
            (ReadDeliveriesHandler.ListEnded, "IX_WebhookDelivery_Next (WebhookId=? AND State=? AND NextAttemptAt=? AND OccurredAt<?)"),
            (ReadWebhooksHandler.Health, "IX_WebhookDelivery_Next (WebhookId=? AND State=?)"),
        })
        {
            var plan = await server.Database.Rows("EXPLAIN QUERY PLAN " + Parameter().Replace(statement.For(Engine.Sqlite), match => match.Value == "@take" ? "1" : key));
            Assert.That(plan, Has.Some.Contains(index), string.Join('\n', plan));
            Assert.That(plan.Where(step => step.Contains("|SCAN", StringComparison.Ordinal)), Is.Empty, string.Join('\n', plan));
        }
    }

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\d{4}-\d{2}(?="")")]
    private static partial Regex MonthIn();

    [GeneratedRegex(@"(?s)```\n(key=.*?)```")]
    private static partial Regex RecipeInReadme();

    private static string Signature(Call call, string secret) =>
        WebhookSignature.Sign([secret], call.Id, DateTimeOffset.FromUnixTimeSeconds(long.Parse(call.Timestamp, System.Globalization.CultureInfo.InvariantCulture)), call.Body);

    private static string Figures(int numerator) => $$"""{ "numerator": {{numerator}}, "denominator": 100 }""";

    private static async Task<string> Recipe(Call call, string secret)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Golden.Sources(), "README.md"));
        var body = Temporary.File("body.json");
        await File.WriteAllBytesAsync(body, call.Body);
        var start = new ProcessStartInfo("bash", ["-c", RecipeInReadme().Match(readme).Groups[1].Value])
        {
            WorkingDirectory = Path.GetDirectoryName(body),
            RedirectStandardOutput = true,
            Environment = { ["ID"] = call.Id, ["TIMESTAMP"] = call.Timestamp, ["SIGNATURE"] = call.Signature, ["SECRET"] = secret },
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said.Trim();
    }

    private string Body(string events = All, string more = "", string? url = null) =>
        $$"""{ "name": "EHR gateway", "url": "{{url ?? receiver.Url}}", "events": {{events}}, "secret": "{{Secret}}"{{more}} }""";

    private async Task Submit(string month) =>
        (await admin.Put($"/collaboratives/c/teams/north/measures/m/submissions/{month}", Figures(int.Parse(month[5..], System.Globalization.CultureInfo.InvariantCulture)))).Is(201);

    private Task Work() => server.Services.GetRequiredService<WebhookWorker>().RunOnce(CancellationToken.None);

    /// <summary>A secret is in no answer but the one that showed it, in no log, and nowhere in the database as it is.</summary>
    private async Task Secrets(params string[] secrets)
    {
        var seen = new StringBuilder();
        foreach (var path in new[] { Hook, "/collaboratives/c/webhooks", $"{Hook}/deliveries", "/collaboratives/c/history" })
        {
            seen.AppendLine((await admin.Get(path)).Is(200).Text);
        }

        seen.AppendLine(server.Log.Text);
        if (lane == Lane.Sqlite)
        {
            var file = server.Database.ConnectionString["Data Source=".Length..];
            foreach (var part in new[] { file, file + "-wal" }.Where(File.Exists))
            {
                await using var stream = new FileStream(part, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var reader = new StreamReader(stream, Encoding.Latin1);
                seen.AppendLine(await reader.ReadToEndAsync());
            }
        }

        foreach (var secret in secrets)
        {
            Assert.That(seen.ToString().Contains(secret["whsec_".Length..], StringComparison.Ordinal), Is.False);
        }
    }

    private async Task Serve(params string[] arguments)
    {
        server = await TestServer.Start(
            lane,
            more: services =>
            {
                foreach (var worker in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList())
                {
                    services.Remove(worker);
                }
            },
            arguments: arguments);
        admin = await server.As(Role.Administrator);
        (await admin.Put("/collaboratives/c", Given.Collaborative)).Is(201);
        (await admin.Put("/collaboratives/c/measures/m", Given.Rate)).Is(201);
        (await admin.Put("/collaboratives/c/teams/north", Given.Team)).Is(201);
    }
}
