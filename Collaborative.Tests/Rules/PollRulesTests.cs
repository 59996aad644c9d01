using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Collaborative.Domain.Connections;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Connections;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Rules;

public sealed class PollRulesTests
{
    [TestCase(15, "2026-07-22T10:00:00Z", "2026-07-22T10:00:00Z", "2026-07-22T10:15:00Z", "the first slot is one period after the beginning")]
    [TestCase(15, "2026-07-22T10:00:00Z", "2026-07-22T10:14:59Z", "2026-07-22T10:15:00Z", "just before a slot")]
    [TestCase(15, "2026-07-22T10:00:00Z", "2026-07-22T10:15:00Z", "2026-07-22T10:30:00Z", "at a slot")]
    [TestCase(15, "2026-07-22T10:00:00Z", "2026-07-25T03:07:00Z", "2026-07-25T03:15:00Z", "slots that passed are not made up for")]
    [TestCase(7, "2026-07-22T10:00:00Z", "2026-07-22T10:20:00Z", "2026-07-22T10:21:00Z", "counted from the beginning, not from the hour")]
    [TestCase(10080, "2026-07-22T10:00:00Z", "2026-07-22T10:00:01Z", "2026-07-29T10:00:00Z", "a week")]
    [TestCase(5, "2026-10-25T00:30:00Z", "2026-10-25T01:02:00Z", "2026-10-25T01:05:00Z", "clocks that go back change nothing")]
    public void Every_so_many_minutes(int minutes, string anchor, string after, string expected, string why) =>
        Assert.That(PollSchedule.Next(new PollTimes { EveryMinutes = minutes }, TimeZoneInfo.Utc, FixedClock.At(anchor), FixedClock.At(after)), Is.EqualTo(FixedClock.At(expected)), why);

    [TestCase("06:30", "UTC", "2026-07-22T06:29:59Z", "2026-07-22T06:30:00Z", "today")]
    [TestCase("06:30", "UTC", "2026-07-22T06:30:00Z", "2026-07-23T06:30:00Z", "at the slot: tomorrow")]
    [TestCase("06:30", "Europe/London", "2026-07-22T00:00:00Z", "2026-07-22T05:30:00Z", "summer time")]
    [TestCase("06:30", "Pacific/Auckland", "2026-07-22T00:00:00Z", "2026-07-22T18:30:00Z", "where it is tomorrow already")]
    [TestCase("23:30", "America/New_York", "2026-07-22T03:00:00Z", "2026-07-22T03:30:00Z", "where it is still yesterday")]
    [TestCase("02:30", "Europe/London", "2026-03-28T03:00:00Z", "2026-03-29T01:30:00Z", "London leaps at one, so half past two is there")]
    [TestCase("01:30", "Europe/London", "2026-03-28T02:00:00Z", "2026-03-29T01:00:00Z", "half past one is leapt over: at the leap")]
    [TestCase("01:30", "Europe/London", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z", "and not a second time that day")]
    [TestCase("02:00", "America/New_York", "2026-03-07T08:00:00Z", "2026-03-08T07:00:00Z", "two o'clock itself is leapt over")]
    [TestCase("01:30", "Europe/London", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "half past one comes twice: the first")]
    [TestCase("01:30", "Europe/London", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "and not the second")]
    [TestCase("02:15", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z", "a leap of half an hour")]
    [TestCase("01:45", "Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-04T14:45:00Z", "half an hour that comes twice")]
    public void Each_day_at_one_time_of_the_collaborative(string at, string zone, string after, string expected, string why) =>
        Assert.That(
            PollSchedule.Next(new PollTimes { DailyAt = at }, TimeZoneInfo.FindSystemTimeZoneById(zone), default, FixedClock.At(after)), Is.EqualTo(FixedClock.At(expected)), why);

    [Test]
    public void Each_day_has_one_slot_whatever_the_clocks_do(
        [Values("Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "UTC")] string name,
        [Values("00:00", "00:30", "01:30", "02:00", "02:30", "23:45")] string at)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var slots = new List<DateTimeOffset>();
        for (var slot = FixedClock.At("2026-01-01T12:00:00Z"); slots.Count < 365; slots.Add(slot))
        {
            slot = PollSchedule.Next(new PollTimes { DailyAt = at }, zone, default, slot);
        }

        var days = slots.Select(slot => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(slot, zone).DateTime)).ToList();
        Assert.That(days.Zip(days.Skip(1), (day, next) => next.DayNumber - day.DayNumber), Is.All.EqualTo(1));
    }

    [TestCase("06:30", true)]
    [TestCase("23:59", true)]
    [TestCase("24:00", false)]
    [TestCase("6:30", false)]
    [TestCase("06:30:00", false)]
    [TestCase("half past six", false)]
    public void A_time_of_day_is_written_with_two_digits_each(string text, bool expected) => Assert.That(PollSchedule.TryTime(text, out _), Is.EqualTo(expected));

    [TestCase(0, 0)]
    [TestCase(4, 0)]
    [TestCase(5, 15)]
    [TestCase(6, 30)]
    [TestCase(7, 60)]
    [TestCase(9, 240)]
    [TestCase(10, 360)]
    [TestCase(int.MaxValue, 360)]
    public void A_partner_that_keeps_failing_is_left_alone_longer_and_longer(int failures, int minutes) =>
        Assert.That(PollCircuit.RestAfter(failures), Is.EqualTo(TimeSpan.FromMinutes(minutes)));

    [TestCase(4, "10:15", CircuitState.Closed)]
    [TestCase(5, "10:15", CircuitState.Open)]
    [TestCase(5, "10:00", CircuitState.HalfOpen)]
    [TestCase(5, null, CircuitState.Closed)]
    public void The_circuit_follows_from_what_is_stored(int failures, string? until, CircuitState expected) => Assert.That(
        PollCircuit.State(failures, until is null ? null : FixedClock.At($"2026-07-22T{until}:00Z"), FixedClock.At("2026-07-22T10:00:00Z")), Is.EqualTo(expected));

    [TestCase(true, true, 9, CircuitState.Open, null, HealthState.Paused)]
    [TestCase(false, true, 5, CircuitState.Open, null, HealthState.Open)]
    [TestCase(false, true, 5, CircuitState.HalfOpen, null, HealthState.Failing)]
    [TestCase(false, true, 1, CircuitState.Closed, null, HealthState.Failing)]
    [TestCase(false, true, 0, CircuitState.Closed, ImportState.Unmapped, HealthState.Failing)]
    [TestCase(false, true, 0, CircuitState.Closed, ImportState.Failed, HealthState.Failing)]
    [TestCase(false, true, 0, CircuitState.Closed, ImportState.Review, HealthState.Healthy)]
    [TestCase(false, false, 0, CircuitState.Closed, null, HealthState.NeverRun)]
    public void Health_is_one_word(bool isPaused, bool hasRun, int failures, CircuitState circuit, ImportState? import, HealthState expected) =>
        Assert.That(ConnectionHealth.StateOf(isPaused, hasRun, failures, circuit, import), Is.EqualTo(expected));

    [TestCase("120", 120)]
    [TestCase(" 0 ", 0)]
    [TestCase("99999999999999999999", 86400)]
    [TestCase("90000", 86400)]
    [TestCase("Wed, 22 Jul 2026 10:02:00 GMT", 120)]
    [TestCase("Wed, 22 Jul 2026 09:00:00 GMT", 0)]
    [TestCase("Fri, 24 Jul 2026 10:00:00 GMT", 86400)]
    [TestCase("soon", null)]
    [TestCase("-5", null)]
    [TestCase("", null)]
    [TestCase(null, null)]
    public void Retry_After_is_seconds_or_an_instant_and_at_most_a_day(string? header, int? seconds) =>
        Assert.That(PollRules.RetryAfter(header, FixedClock.At("2026-07-22T10:00:00Z"))?.TotalSeconds, Is.EqualTo(seconds));

    [Test]
    public void Only_what_may_pass_is_asked_for_again() => Assert.That(
        Enumerable.Range(100, 500).Where(PollRules.MayPass), Is.EquivalentTo(new[] { 408, 425, 429 }.Concat(Enumerable.Range(500, 100))));

    [TestCase(302, "moved")]
    [TestCase(401, "credentials")]
    [TestCase(404, "nothing at this address")]
    [TestCase(418, "refused")]
    [TestCase(429, "alone")]
    [TestCase(503, "trouble")]
    public void A_status_is_told_in_a_sentence(int status, string expected) => Assert.That(PollRules.Sentence(status), Does.Contain($"{status}").And.Contain(expected));

    [TestCase("https://ehr.example.org/b?x=2", AuthenticationKind.Bearer, null, true)]
    [TestCase("https://EHR.example.org:443/b", AuthenticationKind.Bearer, null, true)]
    [TestCase("https://ehr.example.org:8443/a", AuthenticationKind.Bearer, null, false)]
    [TestCase("http://ehr.example.org/a", AuthenticationKind.Bearer, null, false)]
    [TestCase("https://evil.example.org/a", AuthenticationKind.Bearer, null, false)]
    [TestCase("https://ehr.example.org/a", AuthenticationKind.Header, null, false)]
    [TestCase("https://ehr.example.org/a", AuthenticationKind.Bearer, "https://evil.example.org/token", false)]
    public void A_secret_is_kept_only_for_the_place_that_it_was_given_for(string url, AuthenticationKind kind, string? tokenUrl, bool expected) => Assert.That(
        ConnectionSecrets.MayKeep(new("https://ehr.example.org/a", AuthenticationKind.Bearer, null), new(url, kind, tokenUrl)), Is.EqualTo(expected));

    [Test]
    public void An_assertion_is_signed_by_the_clients_key([Values] bool isRsa)
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var pem = isRsa ? rsa.ExportPkcs8PrivateKeyPem() : curve.ExportECPrivateKeyPem();
        Assert.That(ClientAssertion.WhyNot(pem), Is.Null);

        var parts = ClientAssertion.Sign(pem, "us", "https://ehr.example.org/token", "k1", FixedClock.At("2026-07-22T10:00:00Z"), Guid.Empty).Split('.');

        var header = Decode(parts[0]);
        var claims = Decode(parts[1]);
        Assert.That((header.GetProperty("alg").GetString(), header.GetProperty("kid").GetString(), header.GetProperty("typ").GetString()), Is.EqualTo((isRsa ? "RS384" : "ES384", "k1", "JWT")));
        Assert.That((claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString(), claims.GetProperty("aud").GetString()), Is.EqualTo(("us", "us", "https://ehr.example.org/token")));
        Assert.That(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), Is.EqualTo(300));
        var (signed, signature) = (Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]));
        Assert.That(isRsa
            ? rsa.VerifyData(signed, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)
            : curve.VerifyData(signed, signature, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

        static JsonElement Decode(string part) => JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(part)).RootElement;
    }

    [Test]
    public void What_is_no_private_key_of_such_a_kind_is_refused()
    {
        using var small = RSA.Create(1024);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var good = RSA.Create(2048);
        foreach (var text in new[] { "", "secret", small.ExportPkcs8PrivateKeyPem(), other.ExportPkcs8PrivateKeyPem(), good.ExportSubjectPublicKeyInfoPem(), good.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1)) })
        {
            Assert.That(ClientAssertion.WhyNot(text), Does.Contain("PEM"));
        }
    }

    [TestCase("""{"resourceType":"Bundle","link":[{"relation":"self","url":"a"},{"relation":"next","url":"b?\u0063"}],"entry":[{"link":[{"relation":"next","url":"x"}]}]}""", "Bundle", "b?c")]
    [TestCase("""{"entry":[{"resource":{"resourceType":"MeasureReport"}}],"link":[{"url":"b","relation":"next"}],"resourceType":"Bundle"}""", "Bundle", "b")]
    [TestCase("""{"resourceType":"Bundle","entry":[{"resource":{"link":[{"relation":"next","url":"x"}]}}]}""", "Bundle", null)]
    [TestCase("""{"resourceType":"OperationOutcome","issue":[{"code":"forbidden"}]}""", "OperationOutcome", null)]
    public void The_next_page_is_found_wherever_the_answer_is_cut(string json, string type, string? next)
    {
        var bytes = (byte[])[.. json.Contains("self", StringComparison.Ordinal) ? Encoding.UTF8.Preamble : [], .. Encoding.UTF8.GetBytes(json)];
        for (var cut = 1; cut <= bytes.Length; cut++)
        {
            var links = new BundleLinks();
            foreach (var part in bytes.Chunk(cut))
            {
                links.Watch(part, isLast: false);
            }

            links.Watch([], isLast: true);
            Assert.That((links.Type, links.Next, links.IsBroken), Is.EqualTo((type, next, false)), $"in parts of {cut}");
        }
    }

    [TestCase("""{"resourceType":"Bundle","entry":[""")]
    [TestCase("<html>")]
    public void What_is_not_whole_has_no_next_page_but_is_broken(string text)
    {
        var links = new BundleLinks();
        links.Watch(Encoding.UTF8.GetBytes(text), isLast: false);
        links.Watch([], isLast: true);
        Assert.That(links.IsBroken);
    }
}
