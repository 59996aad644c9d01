using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Collaborative.Api;
using Collaborative.Domain.Access;
using Collaborative.Domain.Chase;
using Collaborative.Infrastructure.Chase;
using Collaborative.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Collaborative.Tests.Features.Chase;

/// <summary>From the decision to the mailbox. The worker is told when to work, so that every test says what happens when.</summary>
[TestFixtureSource(typeof(Lanes), nameof(Lanes.All))]
public sealed partial class SendingRemindersTests(Lane lane)
{
    private MailListener mail = null!;
    private TestServer server = null!;
    private Client admin = null!;

    [SetUp]
    public async Task Start()
    {
        mail = new MailListener();
        await Start($"--Reminders:Smtp:Host=127.0.0.1", $"--Reminders:Smtp:Port={mail.Port}", "--Reminders:Smtp:From=Collaborative <team@c.example>");
    }

    [TearDown]
    public async Task Stop()
    {
        await server.DisposeAsync();
        await mail.DisposeAsync();
    }

    [Test]
    public async Task Reminders_go_out_on_five_mornings_of_the_collaborative_to_those_who_owe_and_to_each_once()
    {
        await Programme("Pacific/Auckland", "north", "south");
        (await admin.Put("/collaboratives/c/teams/south/measures/m/submissions/2026-06", """{ "numerator": 1, "denominator": 100 }""")).Is(201);
        var days = new List<string>();
        for (server.Clock.MoveTo("2026-07-05T00:00:00Z"); server.Clock.Now < FixedClock.At("2026-07-22T00:00:00Z"); server.Clock.Advance(TimeSpan.FromHours(1)))
        {
            var before = mail.Received.Count;
            await Work();
            days.AddRange(Enumerable.Repeat($"{server.Clock.Now:MM-dd HH}", mail.Received.Count - before));
        }

        // Eight in the morning of the 8th, 14th, 16th, 17th and 18th, where it is twelve hours later than in Greenwich.
        Assert.That(days, Is.EqualTo(new[] { "07-07 20", "07-13 20", "07-15 20", "07-16 20", "07-17 20" }));
        Assert.That(mail.Received.Select(message => message.To.ToString()), Is.All.EqualTo("\"Lead of north\" <north@h.example>"));
        Assert.That(mail.Received.Select(message => message.Subject), Is.EqualTo(new[]
        {
            "ICU – June 2026: due on Wednesday 15 July", "ICU – June 2026: due tomorrow", "ICU – June 2026: not here yet", "ICU – June 2026: still missing", "ICU – June 2026: still missing",
        }));
        Assert.That(mail.Received[0].TextBody, Does.Contain("- Pneumonia").And.Contain("https://c.example/opt-out/"));
        Assert.That(mail.Received[0].Headers["Auto-Submitted"], Is.EqualTo("auto-generated"));
        var sent = (await admin.Get("/collaboratives/c/reminders?state=sent")).Is(200);
        Assert.That(sent.Each("dayOffset"), Is.EqualTo(new[] { "3", "2", "1", "-1", "-7" }));
        var page = (await admin.Get("/collaboratives/c/reminders?limit=2")).Is(200);
        Assert.That((await admin.Get(page.At("/next")!)).Is(200).Each("dayOffset"), Is.EqualTo(new[] { "1", "-1" }));
    }

    [Test]
    public async Task A_worker_killed_between_sending_and_noting_so_leaves_one_message_in_effect()
    {
        await Programme("UTC", "north");
        server.Clock.MoveTo("2026-07-16T09:00:00Z");
        var outbox = server.Services.GetRequiredService<ReminderOutbox>();
        await outbox.WriteDue(CancellationToken.None);
        var killed = (await outbox.Take(CancellationToken.None))!;
        await server.Services.GetRequiredService<IReminderSender>().Send(killed, "https://c.example/opt-out/x", CancellationToken.None);

        await Work();
        Assert.That(mail.Received, Has.Count.EqualTo(1), "as long as the lease lasts nobody else takes it");
        server.Clock.Advance(ReminderOutbox.Lease + TimeSpan.FromSeconds(1));
        var taken = (await outbox.Take(CancellationToken.None))!;

        // One that was thought dead comes back: what it says counts for nothing.
        await outbox.Finish(killed, ReminderState.Failed, "late", CancellationToken.None);
        await outbox.TryLater(killed, "late", CancellationToken.None);
        (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/state", "sending").Has("/items/0/failure", "null");

        // The second dies too, before it sends.
        server.Clock.Advance(ReminderOutbox.Lease + TimeSpan.FromSeconds(1));
        await Work();
        Assert.That(mail.Received, Has.Count.EqualTo(2));
        Assert.That(mail.Delivered, Has.Count.EqualTo(1), "the same message under the same id");
        await outbox.Finish(taken, ReminderState.Failed, "late", CancellationToken.None);
        (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/state", "sent").Has("/items/0/attempts", "3").Has("/items/0/failure", "null");
        server.Clock.Advance(TimeSpan.FromHours(1));
        await Work();
        Assert.That(mail.Received, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Many_workers_at_once_decide_once_and_send_each_message_once()
    {
        var teams = Enumerable.Range(0, 12).Select(i => $"t{i}").ToArray();
        await Programme("UTC", teams);
        server.Clock.MoveTo("2026-07-16T09:00:00Z");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(Work)));
        await Work();
        Assert.That(mail.Received.Select(message => message.To.Mailboxes.Single().Address), Is.EquivalentTo(teams.Select(team => $"{team}@h.example")));
        Assert.That(await server.Database.Rows("SELECT COUNT(*) FROM ReminderMessage"), Is.EqualTo(new[] { "12" }));
    }

    [Test]
    public async Task A_server_that_cannot_take_mail_is_asked_again_later_each_time_and_given_up_after_six_tries()
    {
        await Programme("UTC", "north");
        server.Clock.MoveTo("2026-07-16T09:00:00Z");
        mail.AnswerToMessage = "451 try later";
        await Work();
        (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/state", "waiting").Has("/items/0/attempts", "1");
        server.Clock.Advance(TimeSpan.FromSeconds(59));
        await Work();
        (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/attempts", "1");
        for (var attempt = 2; attempt <= ReminderRetries.MostAttempts; attempt++)
        {
            server.Clock.Advance(ReminderRetries.WaitAfter(attempt - 1));
            await Work();
            (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/attempts", $"{attempt}");
        }

        var given = (await admin.Get("/collaboratives/c/reminders?state=failed")).Is(200);
        Assert.That(given.At("/items/0/failure"), Does.Contain("SmtpCommandException"));
        var offered = mail.Offered;
        mail.AnswerToMessage = "250 OK";
        server.Clock.Advance(TimeSpan.FromHours(5));
        await Work();
        Assert.That(mail.Offered, Is.EqualTo(offered));
        Assert.That(mail.Received, Is.Empty);
    }

    [Test]
    public async Task A_message_that_cannot_even_be_written_does_not_hold_up_the_others()
    {
        await Programme("UTC", "north", "south");
        (await admin.Put("/collaboratives/c/teams/north/members/lead", Lead("north").Replace("north@h.example", "no(rth@h.example", StringComparison.Ordinal), "1")).Is(200);
        server.Clock.MoveTo("2026-07-16T09:00:00Z");
        await Work();
        Assert.That(mail.Received.Select(message => message.To.ToString()), Is.EqualTo(new[] { "\"Lead of south\" <south@h.example>" }));
        Assert.That((await admin.Get("/collaboratives/c/reminders?state=waiting")).Is(200).Each("failure"), Is.EqualTo(new[] { "It could not be sent." }));
    }

    [Test]
    public async Task A_recipient_that_is_refused_for_good_is_not_tried_again()
    {
        await Programme("UTC", "north");
        server.Clock.MoveTo("2026-07-16T09:00:00Z");
        mail.AnswerToRecipient = "550 no such user";
        await Work();
        (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/state", "failed").Has("/items/0/attempts", "1").Has("/items/0/failure", "The mail server refuses it: 550.");
        Assert.That(mail.Offered, Is.EqualTo(1));
        Assert.That(server.Log.Text, Does.Not.Contain("h.example").And.Not.Contain("Lead of north"));
    }

    [Test]
    public async Task The_link_in_a_message_opts_its_reader_out_once_she_confirms()
    {
        await Programme("UTC", "north", "south");
        server.Clock.MoveTo("2026-07-14T09:00:00Z");
        await Work();
        Assert.That(mail.Received, Has.Count.EqualTo(2));
        var message = mail.Received.Single(message => message.To.ToString().Contains("north@", StringComparison.Ordinal));
        var link = OptOutLink().Match(message.TextBody!).Value;
        Assert.That(message.Headers["List-Unsubscribe"], Does.StartWith("<https://c.example/opt-out/"));
        var page = $"{server.Address}{link["https://c.example/".Length..]}";
        var nobody = server.With(null);

        // A scanner follows the link; nothing changes.
        Assert.That((await nobody.Get(page)).Is(200).Text, Does.Contain("Lead of north").And.Contain("<button>"));
        (await admin.Get("/collaboratives/c/teams/north/members/lead")).Is(200).Has("/optedOut", "false");
        Assert.That((await nobody.Send(HttpMethod.Post, page, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).Is(200).Text, Does.Contain("no more reminders").And.Not.Contain("<button>"));
        (await nobody.Send(HttpMethod.Post, page)).Is(200);
        (await admin.Get("/collaboratives/c/teams/north/members/lead")).Is(200).Has("/optedOut", "true").Has("/revision", "2").Has("/recordedBy", "Lead of north");
        (await nobody.Get(page[..^3] + "xyz")).Is(404);
        (await nobody.Get(server.Address + "opt-out/x")).Is(404);

        server.Clock.MoveTo("2026-07-16T09:00:00Z");
        await Work();
        Assert.That(mail.Received.Skip(2).Select(later => later.To.ToString()), Is.EqualTo(new[] { "\"Lead of south\" <south@h.example>" }));
        Assert.That(string.Join('\n', await server.Database.Rows("SELECT BodyText FROM ReminderMessage")), Does.Not.Contain("opt-out/"), "the link is nowhere stored");
    }

    [Test]
    public async Task Whoever_opts_out_while_a_message_waits_does_not_get_it()
    {
        await Programme("UTC", "north");
        server.Clock.MoveTo("2026-07-16T09:00:00Z");
        await server.Services.GetRequiredService<ReminderOutbox>().WriteDue(CancellationToken.None);
        (await admin.Put("/collaboratives/c/teams/north/members/lead", Lead("north")[..^1] + """, "optedOut": true }""", "1")).Is(200);
        await Work();
        Assert.That(mail.Received, Is.Empty);
        (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/state", "dropped");
    }

    [Test]
    public async Task What_one_team_asks_or_learns_reaches_everybody_the_next_morning_once()
    {
        await Programme("Pacific/Auckland", "north", "south");
        (await admin.Put("/collaboratives/c/teams/south/members/quiet", Lead("quiet").Replace("\"roles\"", "\"optedOut\": true, \"roles\"", StringComparison.Ordinal))).Is(201);
        (await admin.Put("/collaboratives/c/change-package", """{ "aim": "a", "primaryDrivers": [{ "code": "p", "title": "p", "secondaryDrivers": [{ "code": "s", "title": "s", "concepts": [{ "code": "k", "title": "k", "ideas": [{ "code": "kits", "title": "Kits" }] }] }] }] }""")).Is(201);
        server.Clock.MoveTo("2026-07-20T03:00:00Z");
        (await admin.Put("/collaboratives/c/ideas/kits/thread/q1", """{ "kind": "question", "text": "Where do you keep the kits?" }""")).Is(201);
        for (var hour = 0; hour < 72; hour++)
        {
            await Work();
            server.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.That(mail.Received.Select(message => message.To.ToString()), Is.EquivalentTo(new[] { "\"Lead of north\" <north@h.example>", "\"Lead of south\" <south@h.example>" }));
        Assert.That(mail.Received[0].Subject, Does.Contain("1 question"));
        Assert.That(mail.Received[0].TextBody, Does.Contain("Where do you keep the kits?").And.Contain("https://c.example/opt-out/"));
        (await admin.Get("/collaboratives/c/reminders?kind=digest")).Is(200).Has("/items/0/kind", "digest").Has("/items/0/month", "null").Has("/items/1/state", "sent");
    }

    [Test]
    public async Task A_webhook_gets_each_message_signed_and_under_one_key()
    {
        await using var hook = await Hook.Start();
        await server.DisposeAsync();
        await Start($"--Reminders:Webhook:Url={hook.Url}", "--Reminders:Webhook:Secret=shared secret");
        await Programme("UTC", "north");
        (await admin.Get("/collaboratives/c/reminders/preview?on=2026-07-16")).Is(200).Has("/channel", "webhook").Has("/note", "null");
        server.Clock.MoveTo("2026-07-16T09:00:00Z");
        hook.Status = 503;
        await Work();
        (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/state", "waiting").Has("/items/0/failure", "The webhook answered 503.");
        hook.Status = 204;
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await Work();
        await Work();
        (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/state", "sent");

        Assert.That(hook.Calls.Select(call => call.Key).Distinct(), Has.Exactly(1).Items, "every try has the same key");
        var last = hook.Calls.Last();
        Assert.That(last.Signature, Is.EqualTo($"sha256={Convert.ToHexStringLower(HMACSHA256.HashData("shared secret"u8, Encoding.UTF8.GetBytes(last.Body)))}"));
        var body = JsonDocument.Parse(last.Body).RootElement;
        Assert.That(
            (body.GetProperty("team").GetString(), body.GetProperty("month").GetString(), body.GetProperty("dayOffset").GetInt32(), body.GetProperty("email").GetString()),
            Is.EqualTo(("north", "2026-06", 1, "north@h.example")));
    }

    [Test]
    public async Task A_webhook_that_says_no_is_not_asked_again()
    {
        await using var hook = await Hook.Start();
        await server.DisposeAsync();
        await Start($"--Reminders:Webhook:Url={hook.Url}");
        await Programme("UTC", "north");
        server.Clock.MoveTo("2026-07-16T09:00:00Z");
        hook.Status = 404;
        await Work();
        (await admin.Get("/collaboratives/c/reminders")).Is(200).Has("/items/0/state", "failed");
        Assert.That(hook.Calls, Has.Count.EqualTo(1));
    }

    [TestCase("Server:PublicAddress", "--Reminders:Smtp:Host=h", "--Reminders:Smtp:From=a@c.example")]
    [TestCase("Reminders:Smtp:From", "--Reminders:Smtp:Host=h", "--Server:PublicAddress=https://c.example")]
    [TestCase("one of them", "--Reminders:Smtp:Host=h", "--Reminders:Webhook:Url=https://h.example")]
    [TestCase("Reminders:Webhook:Url", "--Reminders:Webhook:Url=nowhere", "--Server:PublicAddress=https://c.example")]
    [TestCase("Reminders:Smtp:Tls", "--Reminders:Smtp:Host=h", "--Reminders:Smtp:From=a@c.example", "--Reminders:Smtp:Tls=yes", "--Server:PublicAddress=https://c.example")]
    public void A_server_does_not_start_with_half_a_configuration(string named, params string[] arguments) =>
        Assert.That(Assert.Throws<InvalidOperationException>(() => Server.Build([.. server.Database.Arguments, .. arguments], TestServer.Quiet))!.Message, Does.Contain(named));

    private async Task Start(params string[] arguments)
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
            arguments: ["--Server:PublicAddress=https://c.example/", .. arguments]);
        admin = await server.As(Role.Administrator);
    }

    /// <summary>A collaborative with one required measure, and in each team one data lead.</summary>
    private async Task Programme(string timeZone, params string[] teams)
    {
        server.Clock.MoveTo("2026-07-01T00:00:00Z");
        (await admin.Put("/collaboratives/c", $$"""{ "name": "ICU", "topic": "t", "aim": "a", "startMonth": "2026-01", "endMonth": "2026-12", "timeZone": "{{timeZone}}" }""")).Is(201);
        (await admin.Put("/collaboratives/c/measures/m", Given.Rate)).Is(201);
        foreach (var team in teams)
        {
            (await admin.Put($"/collaboratives/c/teams/{team}", Given.Team)).Is(201);
            (await admin.Put($"/collaboratives/c/teams/{team}/members/lead", Lead(team))).Is(201);
        }
    }

    private static string Lead(string team) => $$"""{ "name": "Lead of {{team}}", "roles": ["dataLead"], "email": "{{team}}@h.example", "from": "2026-01-01" }""";

    /// <summary>Lets a worker work until nothing is left to do now.</summary>
    private async Task Work()
    {
        var worker = server.Services.GetRequiredService<ReminderWorker>();
        while (await worker.RunOne(CancellationToken.None))
        {
        }
    }

    [GeneratedRegex(@"https://c\.example/opt-out/\S+")]
    private static partial Regex OptOutLink();

    /// <summary>Somebody's webhook: keeps what it is sent and answers as it is told to.</summary>
    private sealed class Hook : IAsyncDisposable
    {
        private readonly WebApplication app;
        private readonly ConcurrentQueue<(string Key, string? Signature, string Body)> calls = new();

        private Hook()
        {
            var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
            builder.Logging.ClearProviders();
            app = builder.Build();
            app.MapPost("/", async (HttpContext http) =>
            {
                using var reader = new StreamReader(http.Request.Body);
                calls.Enqueue((http.Request.Headers["Idempotency-Key"].ToString(), http.Request.Headers[WebhookSender.SignatureHeader], await reader.ReadToEndAsync()));
                http.Response.StatusCode = Status;
            });
        }

        public int Status { get; set; } = 200;

        public string Url => app.Urls.First();

        public IReadOnlyCollection<(string Key, string? Signature, string Body)> Calls => calls;

        public static async Task<Hook> Start()
        {
            var hook = new Hook();
            await hook.app.StartAsync();
            return hook;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
