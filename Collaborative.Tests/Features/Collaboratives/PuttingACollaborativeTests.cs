using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Collaboratives;

public sealed class PuttingACollaborativeTests(Lane lane) : Feature(lane)
{
    private const string Body =
        """
        { "name": "ICU safety", "topic": "Ventilator care", "aim": "Halve it", "startMonth": "2026-01", "endMonth": "2027-06", "baselineFrom": "2025-01",
          "timeZone": "Europe/London", "reportDueDay": 20, "lockAfterDays": 30 }
        """;

    [Test]
    public async Task A_new_one_answers_201_with_its_address_its_ETag_and_all_that_it_holds()
    {
        var code = NewCode("SPSP-Icu.");
        var answer = (await Admin.Put($"/collaboratives/{code}", Body)).Is(201);
        Assert.Multiple(() =>
        {
            Assert.That(answer.ETag, Is.EqualTo("\"1\""));
            Assert.That(answer.Header("Location"), Is.EqualTo($"/api/v1/collaboratives/{code}"));
            Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/json; charset=utf-8"));
            Assert.That(answer.Header("Vary"), Is.EqualTo("Accept"));
            Assert.That(answer.At("/code"), Is.EqualTo(code));
            Assert.That(answer.At("/name"), Is.EqualTo("ICU safety"));
            Assert.That(answer.At("/topic"), Is.EqualTo("Ventilator care"));
            Assert.That(answer.At("/aim"), Is.EqualTo("Halve it"));
            Assert.That(answer.At("/startMonth"), Is.EqualTo("2026-01"));
            Assert.That(answer.At("/endMonth"), Is.EqualTo("2027-06"));
            Assert.That(answer.At("/baselineFrom"), Is.EqualTo("2025-01"));
            Assert.That(answer.At("/timeZone"), Is.EqualTo("Europe/London"));
            Assert.That(answer.At("/reportDueDay"), Is.EqualTo("20"));
            Assert.That(answer.At("/lockAfterDays"), Is.EqualTo("30"));
            Assert.That(answer.At("/status"), Is.EqualTo("planning"));
            Assert.That(answer.At("/revision"), Is.EqualTo("1"));
            Assert.That(answer.At("/recordedAt"), Is.EqualTo("2026-07-22T10:00:00.000Z"));
        });
        Assert.That((await Admin.Get($"/collaboratives/{code}")).Is(200).Text, Is.EqualTo(answer.Text));
    }

    [Test]
    public async Task What_is_left_out_gets_its_default()
    {
        var answer = (await Admin.Put($"/collaboratives/{NewCode()}", """{ "name": "n", "topic": "t", "aim": "a", "startMonth": "2026-03", "endMonth": "2026-03" }""")).Is(201);
        Assert.Multiple(() =>
        {
            Assert.That(answer.At("/baselineFrom"), Is.EqualTo("2026-03"));
            Assert.That(answer.At("/timeZone"), Is.EqualTo("UTC"));
            Assert.That(answer.At("/reportDueDay"), Is.EqualTo("15"));
            Assert.That(answer.At("/lockAfterDays"), Is.EqualTo("null"));
        });
    }

    [Test]
    public async Task A_body_that_says_what_is_there_answers_200_with_its_ETag_and_makes_no_revision_whatever_the_preconditions()
    {
        var path = await NewCollaborative(Body);
        foreach (var (match, noneMatch) in new (string?, string?)[] { (null, null), ("1", null), ("7", null), ("*", null), (null, "*"), ("7", "*") })
        {
            var again = (await Admin.Put(path, Body, match, noneMatch)).Is(200);
            Assert.That(again.ETag, Is.EqualTo("\"1\""), $"If-Match: {match}, If-None-Match: {noneMatch}");
        }

        // The same, said in another way.
        (await Admin.Put(path, Body.Replace("\"Halve it\"", "\"  Halve it \", \"reason\": \"a retry\"", StringComparison.Ordinal))).Is(200);
        Assert.That((await Admin.Get(path)).ETag, Is.EqualTo("\"1\""));
    }

    [Test]
    public async Task A_different_body_needs_to_say_which_revision_it_replaces()
    {
        var path = await NewCollaborative(Body);
        var other = Body.Replace("Halve it", "Halve it by June", StringComparison.Ordinal);
        (await Admin.Put(path, other)).IsProblem(428, "precondition-required");
        (await Admin.Put(path, other, ifNoneMatch: "*")).IsProblem(412, "precondition-failed");
        (await Admin.Put(path, other, ifMatch: "2")).IsProblem(412, "precondition-failed");
        (await Admin.Put(path, other, ifMatch: "W/\"1\"")).IsProblem(412, "precondition-failed");
        (await Admin.Put(path, other, ifMatch: "\"a1b\"")).IsProblem(412, "precondition-failed");
        Assert.That((await Admin.Get(path)).At("/aim"), Is.EqualTo("Halve it"));

        var replaced = (await Admin.Put(path, other, ifMatch: "\"9\", \"1\"")).Is(200);
        Assert.That((replaced.ETag, replaced.At("/aim")), Is.EqualTo(("\"2\"", "Halve it by June")));
        Assert.That((await Admin.Put(path, Body, ifMatch: "*")).Is(200).ETag, Is.EqualTo("\"3\""));
    }

    [Test]
    public async Task If_Match_where_there_is_nothing_is_refused_and_If_None_Match_creates()
    {
        var path = $"/collaboratives/{NewCode()}";
        (await Admin.Put(path, Body, ifMatch: "*")).IsProblem(412, "precondition-failed");
        (await Admin.Put(path, Body, ifMatch: "1")).IsProblem(412, "precondition-failed");
        (await Admin.Get(path)).IsProblem(404, "not-found");
        (await Admin.Put(path, Body, ifNoneMatch: "*")).Is(201);
    }

    [TestCase("1", null, "If-Match")]
    [TestCase("three", null, "If-Match")]
    [TestCase(null, "one", "If-None-Match")]
    public async Task An_ill_formed_precondition_is_400(string? match, string? noneMatch, string header)
    {
        var path = await NewCollaborative(Body);
        (await Admin.Put(path, Body, match is null ? null : " " + match, noneMatch)).IsInvalid(header, "format");
    }

    [Test]
    public async Task A_GET_with_the_ETag_it_has_answers_304_without_a_body()
    {
        var path = await NewCollaborative();
        foreach (var tag in new[] { "1", "*", "\"7\", \"1\"", "W/\"1\"" })
        {
            var same = (await Admin.Get(path, ifNoneMatch: tag)).Is(304);
            Assert.That((same.ETag, same.Header("Vary"), same.Text), Is.EqualTo(("\"1\"", "Accept", "")), tag);
        }

        (await Admin.Get(path, ifNoneMatch: "2")).Is(200);
    }

    [TestCase("name")]
    [TestCase("topic")]
    [TestCase("aim")]
    [TestCase("startMonth")]
    [TestCase("endMonth")]
    public async Task A_member_that_is_needed_and_missing_or_null_or_blank_is_400(string member)
    {
        var code = NewCode();
        var without = System.Text.Json.Nodes.JsonNode.Parse(Body)!.AsObject();
        without[member] = null;
        (await Admin.Put($"/collaboratives/{code}", without.ToJsonString())).IsInvalid($"/{member}", "required");
        without.Remove(member);
        (await Admin.Put($"/collaboratives/{code}", without.ToJsonString())).IsInvalid($"/{member}", "required");
        without[member] = " ";
        (await Admin.Put($"/collaboratives/{code}", without.ToJsonString())).IsInvalid($"/{member}");
    }

    [TestCase("\"endMonth\": \"2027-06\"", "\"endMonth\": \"2025-12\"", "/endMonth")]
    [TestCase("\"endMonth\": \"2027-06\"", "\"endMonth\": \"2086-01\"", "/endMonth")]
    [TestCase("\"endMonth\": \"2027-06\"", "\"endMonth\": \"2027-13\"", "/endMonth")]
    [TestCase("\"endMonth\": \"2027-06\"", "\"endMonth\": 202706", "/endMonth")]
    [TestCase("\"baselineFrom\": \"2025-01\"", "\"baselineFrom\": \"2026-02\"", "/baselineFrom")]
    [TestCase("\"reportDueDay\": 20", "\"reportDueDay\": 0", "/reportDueDay")]
    [TestCase("\"reportDueDay\": 20", "\"reportDueDay\": 32", "/reportDueDay")]
    [TestCase("\"reportDueDay\": 20", "\"reportDueDay\": 1.5", "/reportDueDay")]
    [TestCase("\"reportDueDay\": 20", "\"reportDueDay\": \"20\"", "/reportDueDay")]
    [TestCase("\"lockAfterDays\": 30", "\"lockAfterDays\": -1", "/lockAfterDays")]
    [TestCase("Europe/London", "Mars/Olympus", "/timeZone")]
    [TestCase("Europe/London", "../../etc/passwd", "/timeZone")]
    [TestCase("Europe/London", "", "/timeZone")]
    [TestCase("Halve it", "Halve\\u0000it", "/aim")]
    [TestCase("Halve it", "Halve\\u0007it", "/aim")]
    [TestCase("Halve it", "Halve\\ud800it", "/aim")]
    public async Task What_cannot_be_is_400_and_says_where(string part, string instead, string pointer)
    {
        var path = $"/collaboratives/{NewCode()}";
        (await Admin.Put(path, Body.Replace(part, instead, StringComparison.Ordinal))).IsInvalid(pointer);
        (await Admin.Get(path)).Is(404);
    }

    [Test]
    public async Task A_name_may_be_as_long_as_200_characters_and_no_longer()
    {
        var path = $"/collaboratives/{NewCode()}";
        (await Admin.Put(path, Body.Replace("ICU safety", new string('é', 201), StringComparison.Ordinal))).IsInvalid("/name", "tooLong");
        (await Admin.Put(path, Body.Replace("ICU safety", new string('é', 200), StringComparison.Ordinal))).Is(201);
    }

    [TestCase("-c")]
    [TestCase(".c")]
    [TestCase("c%20c")]
    [TestCase("c%2Fc")]
    [TestCase("cé")]
    [TestCase("c%0A")]
    [TestCase("a2345678901234567890123456789012345678901")]
    public async Task A_code_of_the_wrong_form_is_400(string code) =>
        (await Admin.Put($"/collaboratives/{code}", Body)).IsInvalid("collaborative", "code");

    [Test]
    public async Task Codes_are_compared_without_case_and_shown_as_first_written()
    {
        var code = NewCode("MiXed");
        (await Admin.Put($"/collaboratives/{code}", Body)).Is(201);
        var other = (await Admin.Put($"/collaboratives/{code.ToUpperInvariant()}", Body.Replace("Halve it", "Other", StringComparison.Ordinal), ifMatch: "1")).Is(200);
        Assert.That(other.At("/code"), Is.EqualTo(code));
        Assert.That((await Admin.Get($"/collaboratives/{code.ToLowerInvariant()}")).Is(200).At("/code"), Is.EqualTo(code));
        (await Admin.Put($"/collaboratives/{code.ToLowerInvariant()}", Body, ifNoneMatch: "*")).Is(412);
    }

    [Test]
    public async Task Only_administrators_create_and_directors_edit_their_own()
    {
        var path = await NewCollaborative(Body);
        var director = await Server.As(Role.Director, CodeIn(path));
        Assert.That((await director.Put(path, Body.Replace("Halve it", "Third it", StringComparison.Ordinal), ifMatch: "1")).Is(200).ETag, Is.EqualTo("\"2\""));
        (await director.Put($"/collaboratives/{NewCode()}", Body)).IsProblem(404, "not-found");
        (await director.Put(await NewCollaborative(), Body)).IsProblem(404, "not-found");
        (await (await Server.As(Role.Faculty, CodeIn(path))).Put(path, Body)).IsProblem(403, "forbidden");
    }

    [Test]
    public async Task Of_two_writers_with_one_ETag_exactly_one_wins()
    {
        var path = await NewCollaborative(Body);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            Admin.Put(path, Body.Replace("Halve it", $"Version {i}", StringComparison.Ordinal), ifMatch: "1")));
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200, 412, 412, 412, 412, 412, 412, 412 }));
        var won = answers.Single(answer => answer.Status == 200);
        Assert.That((await Admin.Get(path)).Text, Is.EqualTo(won.Text));
    }

    [Test]
    public async Task Of_two_creators_exactly_one_creates()
    {
        var path = $"/collaboratives/{NewCode()}";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            Admin.Put(path, Body.Replace("Halve it", $"Version {i}", StringComparison.Ordinal), ifNoneMatch: "*")));
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 201, 412, 412, 412, 412, 412, 412, 412 }));
    }
}
