using System.Net;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Connections;
using Collaborative.Infrastructure.Imports;
using Collaborative.Tests.Support;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Collaborative.Tests.Features.Connections;

/// <summary>From the schedule over the partner's answer to the figures.</summary>
public sealed class PollingTests(Lane lane) : ConnectionFeature(lane)
{
    [Test]
    public async Task A_partners_file_becomes_figures_that_say_where_they_came_from()
    {
        Partner.Give(Csv);
        await Connect();
        (await Health()).Has("/state", "neverRun").Has("/nextRunAt", "2026-07-22T10:15:00.000Z").Has("/lastImport", "null");
        Assert.That(await Poll(), Is.Zero, "nothing is due yet");

        var run = await PollNext();

        run.Has("/state", "imported").Has("/dueAt", "2026-07-22T10:15:00.000Z").Has("/requestedBy", "null").Has("/httpStatus", "200").Has("/attempts", "1").Has("/notModified", "false")
            .Has("/bytes", $"{Csv.Length}").Has("/contentHash", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Csv)))).Has("/problem", "null");
        await WorkOnImports();
        var import = (await Admin.Get($"/imports/{run.At("/import")}")).Is(200);
        import.Has("/state", "succeeded").Has("/connection", "ehr").Has("/profile", "p").Has("/createdBy", "connection ehr").Has("/counts/accepted", "2").Has("/contentHash", run.At("/contentHash"));
        (await Admin.Get("/collaboratives/c/teams/north/measures/m/submissions/2026-05/revisions")).Is(200)
            .Has("/items/0/importId", run.At("/import")).Has("/items/0/origin", "import").Has("/items/0/recordedBy", "connection ehr");
        (await Health()).Has("/state", "healthy").Has("/lastImport/id", run.At("/import")).Has("/lastImport/state", "succeeded").Has("/lastSuccessAt", "2026-07-22T10:15:00.000Z").Has("/circuit/state", "closed");
        Assert.That(Partner.Asked.Single()["Accept"], Does.Contain("text/csv").And.Contain("*/*;q=0.1"));
    }

    [Test]
    public async Task Slots_that_passed_while_the_server_was_down_are_one()
    {
        Partner.Give(Csv, etag: "\"1\"");
        await Connect();
        Clock.Advance(TimeSpan.FromHours(5));
        Clock.Advance(TimeSpan.FromMinutes(7));
        Assert.That(await Poll(), Is.EqualTo(1));
        (await Health()).Has("/nextRunAt", "2026-07-22T15:15:00.000Z");
        Assert.That(await Poll(), Is.Zero);
        await Connect(Body(schedule: """{ "dailyAt": "06:30" }"""));
        (await Health()).Has("/nextRunAt", "2026-07-23T05:30:00.000Z");
        Clock.MoveTo("2026-10-24T12:00:00Z");
        Assert.That(await Poll(), Is.EqualTo(1), "a summer later");
        (await Health()).Has("/nextRunAt", "2026-10-25T06:30:00.000Z");
    }

    [Test]
    public async Task A_partner_is_asked_only_for_what_is_new()
    {
        Partner.Give(Csv, etag: "\"v1\"", lastModified: "Wed, 22 Jul 2026 09:00:00 GMT");
        await Connect();
        (await PollNow()).Has("/state", "imported");
        await WorkOnImports();

        (await PollNow()).Has("/state", "notModified").Has("/httpStatus", "304").Has("/notModified", "true").Has("/import", "null");

        Assert.That(Partner.Asked.Select(asked => (asked["If-None-Match"], asked["If-Modified-Since"])), Is.EqualTo(new[] { (null, null), ("\"v1\"", "Wed, 22 Jul 2026 09:00:00 GMT") }));
        Partner.Give(Csv.Replace(",3,", ",5,", StringComparison.Ordinal), etag: "\"v2\"");
        (await PollNow()).Has("/state", "imported");
        await WorkOnImports();
        Assert.That(await Figures(), Does.Contain("north,m,2026-05,5,100"));

        // By the date alone.
        Partner.Give(Csv, lastModified: "Wed, 22 Jul 2026 09:30:00 GMT");
        (await PollNow()).Has("/state", "imported");
        await WorkOnImports();
        (await PollNow()).Has("/state", "notModified").Has("/httpStatus", "304");
    }

    [Test]
    public async Task The_same_bytes_again_are_not_imported_again()
    {
        Partner.Give(Csv);
        await Connect();
        (await PollNow()).Has("/state", "imported");
        (await PollNow()).Has("/state", "notModified").Has("/httpStatus", "200").Has("/bytes", $"{Csv.Length}").Has("/import", "null");
        await WorkOnImports();
        (await PollNow()).Has("/state", "notModified");
        Assert.That(await Imports(), Is.EqualTo(1));
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportJob"), Is.EqualTo(new[] { "1" }), "and what was fetched in vain is gone");
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportBody"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task What_was_not_taken_is_fetched_again_whatever_the_partner_remembers()
    {
        Partner.Give(Csv.Replace("north", "W-12", StringComparison.Ordinal), etag: "\"v1\"");
        (await Admin.Put("/collaboratives/c/profiles/p", """{ "partner": "P", "state": "proposed" }""", ifMatch: "*")).Is(200);
        await Connect();
        await PollNow();
        await WorkOnImports();
        (await Health()).Has("/state", "failing").Has("/lastImport/state", "unmapped").Has("/consecutiveFailures", "0");

        (await PollNow()).Has("/state", "imported");
        await WorkOnImports();
        (await Admin.Put("/collaboratives/c/profiles/p", """{ "partner": "P", "state": "confirmed", "autoAccept": true, "teams": [{ "code": "W-12", "team": "north" }] }""", ifMatch: "*")).Is(200);
        (await PollNow()).Has("/state", "imported");
        await WorkOnImports();
        Assert.That(await Figures(), Does.Contain("north,m,2026-05,3,100"));
        Assert.That(Partner.Asked.Select(asked => asked["If-None-Match"]), Is.All.Null);
        (await PollNow()).Has("/state", "notModified").Has("/httpStatus", "304");

        // Another meaning of the codes makes the same file worth fetching, and so do another address and another profile.
        (await Admin.Put("/collaboratives/c/profiles/p", """{ "partner": "P", "state": "confirmed", "autoAccept": true, "teams": [{ "code": "W-12", "team": "north" }, { "code": "W-13", "team": "north" }] }""", ifMatch: "*")).Is(200);
        (await PollNow()).Has("/state", "imported");
        await WorkOnImports();
        await Connect(Body(url: "/other"));
        (await PollNow()).Has("/state", "imported");
        Assert.That(Partner.Asked[^1]["If-None-Match"], Is.Null);
    }

    [Test]
    public async Task Without_auto_accept_a_person_has_the_last_word_and_a_no_stays_a_no()
    {
        Partner.Give(Csv, etag: "\"v1\"");
        (await Admin.Put("/collaboratives/c/profiles/p", """{ "partner": "P", "state": "confirmed" }""", ifMatch: "*")).Is(200);
        await Connect();
        var run = await PollNow();
        await WorkOnImports();
        (await Admin.Get($"/imports/{run.At("/import")}")).Has("/state", "review");
        Assert.That(await Figures(), Does.Not.Contain("north"));
        (await Health()).Has("/state", "healthy").Has("/lastImport/state", "review");
        (await PollNow()).Has("/state", "notModified");

        var lead = await Server.As(Role.DataLead, "c", "north");
        (await lead.Put($"/imports/{run.At("/import")}/review", """{ "verdict": "rejected" }""")).Is(200);
        (await PollNow()).Has("/state", "notModified");

        Partner.Give(Csv + "north,m,2026-04,1,100\n", etag: "\"v2\"");
        run = await PollNow();
        await WorkOnImports();
        (await lead.Put($"/imports/{run.At("/import")}/review", """{ "verdict": "accepted" }""")).Is(200);
        await WorkOnImports();
        Assert.That(await Figures(), Does.Contain("north,m,2026-04,1,100"));
    }

    [TestCase("application/octet-stream", "csv")]
    [TestCase("text/plain; charset=utf-8", null)]
    [TestCase(null, "csv")]
    [TestCase(null, null)]
    [TestCase("text/csv; charset=utf-8", "workbook")]
    public async Task The_format_counts_where_the_partner_does_not_say_what_it_sends(string? contentType, string? format)
    {
        Partner.Give(Csv, contentType);
        await Connect(Body(more: format is null ? "" : $", \"format\": \"{format}\""));
        (await PollNow()).Has("/state", "imported");
        await WorkOnImports();
        Assert.That(await Figures(), Does.Contain("north,m,2026-05,3,100"));
    }

    [TestCase("text/html", "web page")]
    [TestCase("application/pdf", "kind of file")]
    [TestCase("text/csv; charset=utf-16", "UTF-8")]
    [TestCase("application/fhir+json", "looks like")]
    public async Task What_is_no_such_file_is_told_in_a_sentence(string contentType, string expected)
    {
        Partner.Give(Csv.Replace("north", "Secretanswer", StringComparison.Ordinal), contentType);
        await Connect();
        var run = await PollNow();
        run.Has("/state", "failed").Has("/attempts", "1").Has("/httpStatus", "200");
        Assert.That(run.At("/problem"), Does.Contain(expected).And.Not.Contain("Secretanswer"));
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportBody"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task A_file_about_patients_is_refused_and_nothing_of_it_is_kept()
    {
        Partner.Give("patient_id,team,measure,month,numerator,denominator\n4711,north,m,2026-05,3,100\n");
        await Connect();
        Assert.That((await PollNow()).At("/problem"), Does.Contain("nothing of the file was kept"));
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportJob"), Is.EqualTo(new[] { "0" }));
    }

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        Partner.Status(status, ("Location", $"{Partner.Url}/elsewhere"));
        await Connect();
        Assert.That((await PollNow()).Has("/state", "failed").Has("/httpStatus", $"{status}").At("/problem"), Does.Contain("enter it"));
        Assert.That(Partner.Asked, Has.Count.EqualTo(1));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(204)]
    [TestCase(304)]
    public async Task What_does_not_get_better_by_asking_again_is_asked_once(int status)
    {
        Partner.Answer = http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await Connect();
        Assert.That((await PollNow()).Has("/state", "failed").Has("/attempts", "1").At("/problem"), Does.Contain($"{status}"));
    }

    [TestCase(408)]
    [TestCase(425)]
    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    public async Task What_may_pass_is_asked_for_again(int status)
    {
        var failing = 2;
        Partner.Answer = async http =>
        {
            if (failing-- > 0)
            {
                http.Response.StatusCode = status;
                http.Response.Headers.RetryAfter = "0";
                return;
            }

            http.Response.ContentType = "text/csv";
            await http.Response.WriteAsync(Csv);
        };
        await Connect();
        (await PollNow()).Has("/state", "imported").Has("/attempts", "3");
        failing = 99;
        (await PollNow()).Has("/state", "failed").Has("/attempts", "4").Has("/httpStatus", $"{status}");
        (await Health()).Has("/state", "failing").Has("/consecutiveFailures", "1").Has("/circuit/state", "closed");
    }

    [TestCase("3600", "2026-07-22T11:15:00.000Z")]
    [TestCase("Wed, 22 Jul 2026 11:40:00 GMT", "2026-07-22T11:40:00.000Z")]
    [TestCase("9999999", "2026-07-23T10:15:00.000Z")]
    public async Task A_partner_that_asks_to_be_left_alone_is_left_alone(string retryAfter, string next)
    {
        Partner.Status(429, ("Retry-After", retryAfter));
        await Connect();
        (await PollNext()).Has("/state", "failed").Has("/attempts", "1").Has("/httpStatus", "429");
        (await Health()).Has("/nextRunAt", next);
        Clock.MoveTo(next);
        Clock.Advance(TimeSpan.FromSeconds(-1));
        Assert.That(await Poll(), Is.Zero);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Partner.Give(Csv);
        Assert.That(await Poll(), Is.EqualTo(1));
        (await Health()).Has("/state", "healthy");
    }

    [Test]
    public async Task A_partner_that_keeps_failing_is_left_alone_and_tried_once_now_and_then()
    {
        Partner.Status(500);
        await Connect();
        for (var poll = 1; poll <= 5; poll++)
        {
            await PollNext();
        }

        (await Health()).Has("/state", "open").Has("/consecutiveFailures", "5").Has("/circuit/state", "open").Has("/circuit/opensUntil", "2026-07-22T11:30:00.000Z")
            .Has("/lastFailure/problem", "The partner answered 500: its server is in trouble.").Has("/nextRunAt", "2026-07-22T11:30:00.000Z");
        (await Admin.Get("/collaboratives/c/connections")).Is(200).Has("/items/0/code", "ehr").Has("/items/0/health/state", "open");

        // It rests on what is stored, so another server would see the same; the trial is one try.
        var before = Partner.Asked.Count;
        (await PollNext()).Has("/attempts", "1");
        Assert.That(Partner.Asked, Has.Count.EqualTo(before + 1));
        (await Health()).Has("/consecutiveFailures", "6").Has("/circuit/opensUntil", "2026-07-22T12:00:00.000Z");
        Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.That(await Poll(), Is.Zero, "left alone");
        Clock.Advance(TimeSpan.FromMinutes(1));
        (await Health()).Has("/state", "failing").Has("/circuit/state", "halfOpen").Has("/circuit/opensUntil", "null");
        Partner.Give(Csv);
        Assert.That(await Poll(), Is.EqualTo(1));
        (await Health()).Has("/state", "healthy").Has("/consecutiveFailures", "0").Has("/circuit/state", "closed").Has("/nextRunAt", "2026-07-22T12:15:00.000Z");
    }

    [Test]
    public async Task Somebody_who_asks_or_mends_the_connection_does_not_wait_for_the_circuit()
    {
        Partner.Status(500);
        await Connect();
        for (var poll = 1; poll <= 5; poll++)
        {
            await PollNext();
        }

        (await PollNow()).Has("/state", "failed").Has("/attempts", "1").Has("/requestedBy", "administrator");
        await Connect(Body(url: "/mended"));
        (await Health()).Has("/circuit/state", "closed").Has("/consecutiveFailures", "0").Has("/nextRunAt", "2026-07-22T11:30:00.000Z");
    }

    [Test]
    public async Task A_partner_that_hangs_is_waited_for_only_so_long([Values] bool inTheMiddle)
    {
        await Restart(patience => (PollPatience)patience with { Answer = TimeSpan.FromMilliseconds(inTheMiddle ? 5000 : 100), Bytes = TimeSpan.FromMilliseconds(100), Repetitions = 1 });
        using var never = new CancellationTokenSource();
        Partner.Answer = async http =>
        {
            if (inTheMiddle)
            {
                http.Response.ContentType = "text/csv";
                await http.Response.WriteAsync(Csv);
                await http.Response.Body.FlushAsync();
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(never.Token, http.RequestAborted);
            await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        await Connect();
        var run = await PollNow();
        run.Has("/state", "failed").Has("/attempts", "2");
        Assert.That(run.At("/problem"), Does.Contain(inTheMiddle ? "in the middle" : "in time"));
        await never.CancelAsync();
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportJob"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task All_of_it_has_a_deadline_too()
    {
        await Restart(patience => (PollPatience)patience with { Whole = TimeSpan.FromMilliseconds(300) });
        Partner.Answer = async http =>
        {
            http.Response.ContentType = "text/csv";
            await http.Response.WriteAsync(Csv);
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.WriteAsync("north,m,2026-07,1,100\n");
                await http.Response.Body.FlushAsync();
                await Task.Delay(10);
            }
        };
        await Connect();
        Assert.That((await PollNow()).Has("/state", "failed").At("/problem"), Does.Contain("longer than"));
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportBody"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        var breaks = true;
        Partner.Answer = async http =>
        {
            http.Response.ContentType = "text/csv";
            http.Response.ContentLength = Csv.Length;
            if (breaks)
            {
                breaks = false;
                await http.Response.WriteAsync(Csv[..60]);
                await http.Response.Body.FlushAsync();
                http.Abort();
                return;
            }

            await http.Response.WriteAsync(Csv);
        };
        await Connect();
        (await PollNow()).Has("/state", "imported").Has("/attempts", "2");
        await WorkOnImports();
        Assert.That(await Imports(), Is.EqualTo(1));
        Assert.That(await Figures(), Does.Contain("north,m,2026-06,4,100"));
    }

    [Test]
    public async Task A_bomb_of_compressed_zeros_goes_off_in_bounded_room()
    {
        await Restart(null, "--Outgoing:AllowedHosts=127.0.0.1", "--Imports:MaxBytes=3000000");
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Csv));
            var row = Encoding.UTF8.GetBytes(new string('\n', 1_000_000));
            for (var i = 0; i < 200; i++)
            {
                await gzip.WriteAsync(row);
            }
        }

        Partner.Answer = async http =>
        {
            http.Response.ContentType = "text/csv";
            http.Response.Headers.ContentEncoding = "gzip";
            await http.Response.Body.WriteAsync(packed.ToArray());
        };
        await Connect();
        Assert.That((await PollNow()).Has("/state", "failed").At("/problem"), Does.Contain("3000000 bytes"));
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportBody"), Is.EqualTo(new[] { "0" }));

        // And a compressed file of the usual size is a file.
        Partner.Answer = async http =>
        {
            http.Response.ContentType = "text/csv";
            http.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new System.IO.Compression.GZipStream(http.Response.Body, System.IO.Compression.CompressionLevel.Optimal);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Csv));
        };
        (await PollNow()).Has("/state", "imported").Has("/bytes", $"{Csv.Length}");
        Partner.Answer = async http =>
        {
            http.Response.ContentType = "text/csv";
            http.Response.Headers.ContentEncoding = "gzip";
            await http.Response.WriteAsync(Csv);
        };
        Assert.That((await PollNow()).Has("/state", "failed").At("/problem"), Does.Contain("unpacked"));
    }

    [Test]
    public async Task A_connection_is_polled_by_one_worker_at_a_time()
    {
        var together = 0;
        var most = 0;
        Partner.Answer = async http =>
        {
            most = Math.Max(most, Interlocked.Increment(ref together));
            http.Response.ContentType = "text/csv";
            await http.Response.WriteAsync(Csv);
            Interlocked.Decrement(ref together);
        };
        await Connect();
        Clock.Advance(TimeSpan.FromHours(1));
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Server.Services.GetRequiredService<ConnectionWorker>().RunOne(CancellationToken.None))));
        Assert.That(taken.Count(polled => polled), Is.EqualTo(1));
        Assert.That((Partner.Asked.Count, most), Is.EqualTo((1, 1)));
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ConnectionRun"), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task Whoever_waits_for_a_slow_partner_keeps_the_connection()
    {
        await Connect();
        var others = 0;
        Partner.Answer = async http =>
        {
            // Each time it is asked a minute passes, and another worker looks for something to do.
            Clock.Advance(TimeSpan.FromSeconds(60));
            others += await Server.Services.GetRequiredService<ConnectionWorker>().RunOne(CancellationToken.None) ? 1 : 0;
            http.Response.StatusCode = 503;
        };

        (await PollNow()).Has("/state", "failed").Has("/attempts", "4");

        Assert.That((others, Partner.Asked.Count), Is.EqualTo((0, 4)));
    }

    [Test]
    public async Task A_worker_that_dies_is_taken_over_and_what_it_says_later_counts_for_nothing()
    {
        Partner.Give(Csv, etag: "\"v1\"");
        await Connect();
        Clock.Advance(TimeSpan.FromMinutes(15));
        var queue = Server.Services.GetRequiredService<ConnectionQueue>();
        var dead = (await queue.Take(CancellationToken.None))!;
        (await LastRun()).Has("/state", "running");
        Assert.That(await Poll(), Is.Zero, "as long as the lease lasts");
        Assert.That((await Admin.Post($"{Path}/run", "")).Is(202).At("/id"), Is.EqualTo((await LastRun()).At("/id")), "nor is a second poll begun because somebody asks");

        Clock.Advance(ConnectionQueue.Lease + TimeSpan.FromSeconds(1));
        Assert.That(await Poll(), Is.EqualTo(1));
        (await LastRun()).Has("/state", "imported").Has("/attempts", "2").Has("/dueAt", "2026-07-22T10:15:00.000Z");
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ConnectionRun"), Is.EqualTo(new[] { "1" }), "the same run, begun again");

        await Server.Services.GetRequiredService<ConnectionPoll>().Run(dead, CancellationToken.None).ContinueWith(late => Assert.That(late.Exception!.InnerException, Is.TypeOf<PollLostException>()));
        Assert.ThrowsAsync<PollLostException>(() => queue.Fail(dead, new PollAnswer(), "late", null, CancellationToken.None));
        Assert.ThrowsAsync<PollLostException>(() => queue.NotModified(dead, new PollAnswer(), CancellationToken.None));
        Assert.ThrowsAsync<PollLostException>(() => queue.Renew(dead, CancellationToken.None));
        await queue.GiveBack(dead);
        (await Health()).Has("/state", "healthy").Has("/consecutiveFailures", "0");
        Assert.That(await Imports(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_worker_killed_between_the_fetch_and_the_commit_skips_nothing()
    {
        Partner.Give(Csv, etag: "\"v1\"");
        await Connect();
        Clock.Advance(TimeSpan.FromMinutes(15));
        var queue = Server.Services.GetRequiredService<ConnectionQueue>();
        var dead = (await queue.Take(CancellationToken.None))!;
        await using (var scope = Server.Services.CreateAsyncScope())
        {
            // All of it is fetched and kept; then the process is gone before it could say so.
            var viewer = new Viewer { KeyId = dead.Connection.ApiKeyId, Name = "connection ehr", Role = Role.Integration, CollaborativeId = dead.Connection.CollaborativeId };
            Assert.ThrowsAsync<TimeoutException>(() => ImportIntake.Receive(
                scope.ServiceProvider.GetRequiredService<IMediator>(), viewer, dead.Connection.CollaborativeId, new Domain.Imports.ImportOptions { Profile = "p" }, null,
                new MemoryStream(Encoding.UTF8.GetBytes(Csv)), 1_000_000, _ => throw new TimeoutException(), CancellationToken.None));
        }

        Clock.Advance(ConnectionQueue.Lease + TimeSpan.FromSeconds(1));
        Assert.That(await Poll(), Is.EqualTo(1));
        Assert.That(Partner.Asked.Single()["If-None-Match"], Is.Null);
        await WorkOnImports();
        Assert.That(await Imports(), Is.EqualTo(1));
        Assert.That(await Figures(), Does.Contain("north,m,2026-05,3,100"));
    }

    [Test]
    public async Task A_poll_that_no_server_survives_is_given_up()
    {
        Partner.Give(Csv);
        await Connect();
        Clock.Advance(TimeSpan.FromMinutes(15));
        for (var death = 0; death < 6; death++)
        {
            if (death == 5)
            {
                Assert.That(await Poll(), Is.EqualTo(1));
                break;
            }

            Assert.That(await Server.Services.GetRequiredService<ConnectionQueue>().Take(CancellationToken.None), Is.Not.Null);
            Clock.Advance(ConnectionQueue.Lease + TimeSpan.FromSeconds(1));
        }

        Assert.That((await LastRun()).Has("/state", "failed").At("/problem"), Does.Contain("given up"));
        Assert.That(Partner.Asked, Is.Empty);
    }

    [Test]
    public async Task A_change_takes_the_connection_away_from_who_polls_it()
    {
        Partner.Give(Csv, etag: "\"v1\"");
        await Connect();
        Clock.Advance(TimeSpan.FromMinutes(15));
        var old = (await Server.Services.GetRequiredService<ConnectionQueue>().Take(CancellationToken.None))!;
        await Connect(Body(url: "/other"));
        Assert.That((await LastRun()).Has("/state", "failed").At("/problem"), Does.Contain("changed"));

        Assert.ThrowsAsync<PollLostException>(() => Server.Services.GetRequiredService<ConnectionPoll>().Run(old, CancellationToken.None));
        Assert.That(await Imports(), Is.Zero, "what the old address gave is not taken for the new one's");
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportJob"), Is.EqualTo(new[] { "0" }));
        (await PollNow()).Has("/state", "imported");
        Assert.That(Partner.Asked[^1]["If-None-Match"], Is.Null);
    }

    [Test]
    public async Task A_server_that_stops_gives_the_poll_back()
    {
        using var stop = new CancellationTokenSource();
        Partner.Answer = async http =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        await Connect();
        Clock.Advance(TimeSpan.FromMinutes(15));
        await Server.Services.GetRequiredService<ConnectionWorker>().RunOne(stop.Token);
        (await LastRun()).Has("/state", "running");
        Partner.Give(Csv);
        Assert.That(await Poll(), Is.EqualTo(1), "at once, by whoever comes next");
        (await LastRun()).Has("/state", "imported");
    }

    [Test]
    public async Task What_is_paused_or_taken_away_or_closed_is_not_polled()
    {
        Partner.Give(Csv);
        await Connect(Body(more: ", \"paused\": true"));
        (await Health()).Has("/state", "paused").Has("/nextRunAt", "null");
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.That(await Poll(), Is.Zero);
        (await PollNow()).Has("/state", "imported").Has("/dueAt", "null").Has("/requestedBy", "administrator");
        await Connect();
        (await Health()).Has("/nextRunAt", "2026-07-23T10:15:00.000Z");

        var waiting = (await Admin.Post($"{Path}/run", "")).Is(202);
        var etag = (await Admin.Get(Path)).Is(200).ETag;
        (await Admin.Delete(Path, etag)).Is(200);
        Assert.That(await Poll(), Is.Zero);
        foreach (var address in new[] { Path, $"{Path}/health", $"{Path}/runs", waiting.Header("Location")! })
        {
            (await Admin.Get(address)).IsProblem(404, "not-found");
        }

        (await Admin.Post($"{Path}/run", "")).IsProblem(404, "not-found");
        await Connect();
        (await Health()).Has("/state", "neverRun");
        await Server.Database.Execute("UPDATE Collaborative SET Status = 'closed'");
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.That(await Poll(), Is.Zero);
        (await Admin.Post($"{Path}/run", "")).IsProblem(409, "collaborative-closed");
    }

    [Test]
    public async Task Asking_for_a_poll_twice_is_asking_once()
    {
        Partner.Give(Csv);
        await Connect();
        var first = (await Admin.Post($"{Path}/run", "", idempotencyKey: "k1")).Is(202).Has("/state", "queued");
        Assert.That(first.Header("Location"), Is.EqualTo($"/api/v1{Path}/runs/{first.At("/id")}"));
        Assert.That((await Admin.Post($"{Path}/run", "")).Is(202).At("/id"), Is.EqualTo(first.At("/id")), "it waits already");
        Assert.That(await Poll(), Is.EqualTo(1));
        var again = (await Admin.Post($"{Path}/run", "", idempotencyKey: "k1")).Is(202).Has("/state", "imported");
        Assert.That((again.At("/id"), again.Header("Idempotency-Replayed")), Is.EqualTo((first.At("/id"), "true")));
        Assert.That(await Poll(), Is.Zero);
        (await Admin.Put("/collaboratives/c/connections/two", Body())).Is(201);
        (await Admin.Post("/collaboratives/c/connections/two/run", "", idempotencyKey: "k1")).IsProblem(422, "idempotency-key-reused");
        Assert.That((await Admin.Post($"{Path}/run", "", idempotencyKey: "k2")).Is(202).At("/id"), Is.Not.EqualTo(first.At("/id")));
    }

    [Test]
    public async Task Runs_are_listed_newest_first_and_belong_to_their_own_connection()
    {
        Partner.Give(Csv);
        await Connect();
        await PollNext();
        await PollNext();
        Partner.Status(HttpStatusCode.NotFound);
        await PollNext();
        var page = (await Admin.Get($"{Path}/runs?limit=2")).Is(200);
        Assert.That(page.Each("state"), Is.EqualTo(new[] { "failed", "notModified" }));
        Assert.That((await Admin.Get(page.At("/next")!)).Is(200).Each("state"), Is.EqualTo(new[] { "imported" }));
        Assert.That((await Admin.Get($"{Path}/runs?state=failed")).Is(200).Each("httpStatus"), Is.EqualTo(new[] { "404" }));
        var id = page.At("/items/0/id");
        (await Admin.Put("/collaboratives/c/connections/two", Body())).Is(201);
        (await Admin.Get($"/collaboratives/c/connections/two/runs/{id}")).IsProblem(404, "not-found");
        (await Admin.Put("/collaboratives/d", Given.Collaborative)).Is(201);
        (await Admin.Put("/collaboratives/d/connections/ehr", Body())).Is(201);
        (await Admin.Get($"/collaboratives/d/connections/ehr/runs/{id}")).IsProblem(404, "not-found");
        (await Admin.Get($"{Path}/runs/x")).IsProblem(404, "not-found");

        // What brought nothing is told of for 90 days.
        Clock.Advance(TimeSpan.FromDays(100));
        Assert.That(await Poll(), Is.EqualTo(3));
        Assert.That((await Admin.Get($"{Path}/runs")).Is(200).Each("state"), Is.EqualTo(new[] { "failed", "imported" }));
    }
}
