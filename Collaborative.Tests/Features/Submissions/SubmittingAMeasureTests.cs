using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Submissions;

public sealed class SubmittingAMeasureTests(Lane lane) : Feature(lane)
{
    private const string Figures = """{ "numerator": 41, "denominator": 3415 }""";

    [Test]
    public async Task A_first_submission_answers_201_with_what_the_charts_will_plot()
    {
        var series = await NewSeries();
        var lead = await Server.As(Role.DataLead, CodeIn(series), "north");
        Clock.MoveTo("2026-07-22T11:00:00Z");
        var answer = (await lead.Put($"{series}/2026-06", """{ "numerator": 41, "denominator": 3415, "note": "two wards", "reason": "first count" }""")).Is(201);
        Assert.Multiple(() =>
        {
            Assert.That(answer.ETag, Is.EqualTo("\"1\""));
            Assert.That(answer.Header("Location"), Is.EqualTo($"/api/v1{series}/2026-06"));
            foreach (var (pointer, value) in new[]
            {
                ("/month", "2026-06"), ("/numerator", "41"), ("/denominator", "3415"), ("/value", "12.005856515373353"), ("/status", "submitted"), ("/onTime", "false"),
                ("/dueOn", "2026-07-15"), ("/revision", "1"), ("/submittedAt", "2026-07-22T11:00:00.000Z"), ("/submittedBy", "dataLead"), ("/note", "two wards"),
                ("/reason", "first count"), ("/origin", "typed"), ("/team", "north"), ("/measure", "m"),
            })
            {
                Assert.That(answer.At(pointer), Is.EqualTo(value), pointer);
            }

            Assert.That(answer.Count("/warnings"), Is.Zero);
        });
        Assert.That((await lead.Get($"{series}/2026-06")).Is(200).Text, Is.EqualTo(answer.Text));
        (await lead.Get($"{series}/2026-06", ifNoneMatch: "1")).Is(304);
    }

    [Test]
    public async Task Equal_figures_answer_200_and_make_no_revision_whatever_the_preconditions()
    {
        var series = await NewSeries();
        (await Admin.Put($"{series}/2026-05", Figures)).Is(201);
        foreach (var (match, noneMatch) in new (string?, string?)[] { (null, null), ("1", null), ("7", null), ("*", null), (null, "*"), ("7", "*") })
        {
            Assert.That((await Admin.Put($"{series}/2026-05", Figures, match, noneMatch)).Is(200).ETag, Is.EqualTo("\"1\""));
        }

        foreach (var same in new[]
        {
            """{ "denominator": 3415.0, "numerator": 4.1e1, "status": "submitted" }""",
            """{ "numerator": 41, "denominator": 3415, "value": null, "n": null, "sd": null, "values": null, "noData": null, "status": null, "note": null, "reason": null, "strata": null }""",
            """{ "numerator": 41, "denominator": 3415, "reason": "sent again", "note": "  ", "strata": [] }""",
        })
        {
            (await Admin.Put($"{series}/2026-05", same)).Is(200);
        }

        Assert.That((await Admin.Get($"{series}/2026-05/revisions")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Different_figures_need_the_revision_that_they_replace()
    {
        var series = await NewSeries();
        var month = $"{series}/2026-05";
        (await Admin.Put(month, Figures, ifMatch: "*")).IsProblem(412, "precondition-failed");
        (await Admin.Put(month, Figures, ifNoneMatch: "*")).Is(201);
        const string Other = """{ "numerator": 42, "denominator": 3415 }""";
        (await Admin.Put(month, Other)).IsProblem(428, "precondition-required");
        (await Admin.Put(month, Other, ifNoneMatch: "*")).IsProblem(412, "precondition-failed");
        (await Admin.Put(month, Other, ifMatch: "2")).IsProblem(412, "precondition-failed");
        Assert.That((await Admin.Put(month, Other, ifMatch: "1")).Is(200).ETag, Is.EqualTo("\"2\""));
        Assert.That((await Admin.Put(month, Figures, ifMatch: "*")).Is(200).ETag, Is.EqualTo("\"3\""));
        (await Admin.Put(month, """{ "numerator": 41, "denominator": 3415, "note": "checked" }""")).Is(428);
    }

    [Test]
    public async Task The_order_of_judgement_is_401_404_403_400_equal_preconditions_409()
    {
        var series = await NewSeries();
        var sponsor = await Server.As(Role.Sponsor, CodeIn(series));
        (await Server.With(null).Put($"{series}/2099-01", "{")).IsProblem(401, "unauthenticated");
        Assert.That((await Server.With(null).Put($"{series}/2026-05", Figures)).Header("WWW-Authenticate"), Is.EqualTo("Bearer"));
        (await sponsor.Put(series.Replace("/north/", "/south/", StringComparison.Ordinal) + "/2099-01", "{")).IsProblem(404, "not-found");
        (await sponsor.Put($"{series}/2099-01", "{")).IsProblem(403, "forbidden");
        (await Admin.Put($"{series}/2099-01", "{", ifMatch: "7")).IsProblem(400, "invalid-request");
        (await Admin.Put($"{series}/2099-01", """{ "numerator": 1, "denominator": 0 }""", ifMatch: "7")).IsProblem(400, "invalid-request");
        (await Admin.Put($"{series}/2099-01", Figures, ifMatch: "7")).IsProblem(412, "precondition-failed");
        (await Admin.Put($"{series}/2099-01", Figures)).IsProblem(409, "month-outside-collaborative");

        // Equal comes before preconditions and before the rules: the month is locked by now, and a retry is still safe.
        var locking = await NewSeries(collaborative: Given.Collaborative.Replace("\"name\"", "\"lockAfterDays\": 0, \"name\"", StringComparison.Ordinal));
        (await Admin.Put($"{locking}/2026-07", Figures)).Is(201);
        Clock.MoveTo("2026-09-01T00:00:00Z");
        (await Admin.Put($"{locking}/2026-07", Figures, ifMatch: "9")).Is(200);
        (await Admin.Put($"{locking}/2026-07", """{ "numerator": 1, "denominator": 9 }""")).Is(428);
        (await Admin.Put($"{locking}/2026-07", """{ "numerator": 1, "denominator": 9 }""", ifMatch: "1")).IsProblem(409, "month-locked");
    }

    [TestCase("2026-3")]
    [TestCase("2026-13")]
    [TestCase("2026-00")]
    [TestCase("202603")]
    [TestCase("26-03")]
    [TestCase("2026-03-15")]
    public async Task A_month_is_written_in_one_way(string month)
    {
        var series = await NewSeries();
        (await Admin.Put($"{series}/{month}", Figures)).IsInvalid("month", "format");
        (await Admin.Get($"{series}/{month}")).IsInvalid("month", "format");
    }

    [TestCase("""{ "numerator": 1, "denominator": 2, "numerators": 3 }""", "/numerators", "unknownMember")]
    [TestCase("""{ "Numerator": 1, "denominator": 2 }""", "/Numerator", "unknownMember")]
    [TestCase("""{ "numerator": 1, "denominator": 2, "a.b": 3 }""", "/a.b", "unknownMember")]
    [TestCase("""{ "numerator": 1, "denominator": 2, "strata": [{ "scheme": "sex", "category": "f", "numerator": 1, "denominator": 2, "x": 1 }] }""", "/strata/0/x", "unknownMember")]
    [TestCase("""{ "numerator": 1, "denominator": 2, "numerator": 1 }""", "/numerator", "duplicateMember")]
    [TestCase("""{ "numerator": 1, "denominator": 2, "strata": [{ "scheme": "sex", "scheme": "sex", "category": "f", "numerator": 1, "denominator": 2 }] }""", "/strata/0/scheme", "duplicateMember")]
    [TestCase("""{ "numerator": "1", "denominator": 2 }""", "/numerator", "format")]
    [TestCase("""{ "numerator": "NaN", "denominator": 2 }""", "/numerator", "format")]
    [TestCase("""{ "numerator": 1e400, "denominator": 2 }""", "/numerator", "format")]
    [TestCase("""{ "numerator": 1, "denominator": -1e400 }""", "/denominator", "format")]
    [TestCase("""{ "numerator": 1, "denominator": { } }""", "/denominator", "format")]
    [TestCase("""{ "numerator": 1, "denominator": 2, "status": "late" }""", "/status", null)]
    [TestCase("""{ "numerator": 1, "denominator": 2, "status": "withdrawn" }""", "/status", null)]
    [TestCase("""{ "numerator": 1, "denominator": 2, "status": 1 }""", "/status", null)]
    [TestCase("""{ "numerator": 1, "denominator": 2, "note": 5 }""", "/note", null)]
    [TestCase("""{ "numerator": 1, "denominator": 2, "note": "a\u0000b" }""", "/note", "characters")]
    [TestCase("""{ "numerator": 1, "denominator": 2, "note": "\udc00" }""", "/note", null)]
    [TestCase("""{ "numerator": NaN, "denominator": 2 }""", "/numerator", null)]
    [TestCase("""{ "numerator": 1, "denominator": 2, }""", null, "malformed")]
    [TestCase("""{ "numerator": 1, // a comment""" + "\n}", null, "malformed")]
    [TestCase("""{ "numerator": 1, "denominator": 2 } {}""", null, "malformed")]
    [TestCase("""{ "numerator": 01 }""", null, "malformed")]
    [TestCase("[]", "", null)]
    [TestCase("null", "", "required")]
    [TestCase("7", "", null)]
    [TestCase("", "", null)]
    public async Task A_body_of_the_wrong_shape_is_400_and_says_where(string body, string? pointer, string? code)
    {
        var series = await NewSeries();
        var answer = (await Admin.Put($"{series}/2026-05", body)).IsProblem(400, "invalid-request");
        if (pointer is not null)
        {
            answer.IsInvalid(pointer, code);
        }
        else
        {
            Assert.That(answer.Each("code", "/errors"), Does.Contain(code));
        }

        (await Admin.Get($"{series}/2026-05")).Is(404);
    }

    [Test]
    public async Task A_body_nested_without_end_is_400()
    {
        var series = await NewSeries();
        (await Admin.Put($"{series}/2026-05", string.Concat(Enumerable.Repeat("{\"strata\":[", 5000)))).IsProblem(400, "invalid-request");
    }

    [Test]
    public async Task A_body_that_is_not_JSON_by_its_type_is_415()
    {
        var series = await NewSeries();
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "text/csv", "" })
        {
            (await Admin.Put($"{series}/2026-05", Figures, contentType: type)).IsProblem(415, "unsupported-media-type");
        }

        (await Admin.Put($"{series}/2026-05", Figures, contentType: "application/json; charset=utf-8")).Is(201);
    }

    [Test]
    public async Task A_body_above_a_megabyte_is_413_with_or_without_its_length()
    {
        var series = await NewSeries();
        var large = $$"""{ "numerator": 1, "denominator": 2, "note": "{{new string('x', 2 * 1024 * 1024)}}" }""";
        foreach (var chunked in new[] { false, true })
        {
            var content = new StringContent(large, System.Text.Encoding.UTF8, "application/json");
            (await Admin.Send(HttpMethod.Put, $"{series}/2026-05", content, more: request =>
            {
                request.Headers.ExpectContinue = true;
                request.Headers.TransferEncodingChunked = chunked;
            })).IsProblem(413, "too-large");
        }

        (await Admin.Put($"{series}/2026-05", Figures)).Is(201);
    }

    [Test]
    public async Task A_wrong_verb_is_405_and_a_wrong_address_404_both_as_problems()
    {
        var series = await NewSeries();
        (await Admin.Post($"{series}/2026-05", Figures)).IsProblem(405, "method-not-allowed");
        (await Admin.Get("/nothing/here")).IsProblem(404, "not-found");
        (await Admin.Get($"{series}/2026-05?verbose=1")).IsInvalid("verbose", "unknownParameter");
    }

    [Test]
    public async Task Withdrawing_is_a_revision_and_not_an_erasure()
    {
        var series = await NewSeries();
        var month = $"{series}/2026-05";
        (await Admin.Delete(month, "1")).IsProblem(404, "not-found");
        (await Admin.Put(month, Figures)).Is(201);
        (await Admin.Delete(month)).IsProblem(428, "precondition-required");
        (await Admin.Delete(month, "2")).IsProblem(412, "precondition-failed");
        var withdrawn = (await Admin.Delete($"{month}?reason=wrong%20ward", "1")).Is(200);
        Assert.That((withdrawn.At("/status"), withdrawn.At("/revision"), withdrawn.At("/reason")), Is.EqualTo(("withdrawn", "2", "wrong ward")));

        (await Admin.Get(month)).IsProblem(404, "not-found");
        (await Admin.Delete(month, "2")).IsProblem(404, "not-found");
        Assert.That((await Admin.Get(series)).Count(), Is.Zero);
        Assert.That((await Admin.Get($"/collaboratives/{CodeIn(series)}/submissions")).Count(), Is.Zero);
        var revisions = (await Admin.Get($"{month}/revisions")).Is(200);
        Assert.That(revisions.Each("status"), Is.EqualTo(new[] { "submitted", "withdrawn" }));

        (await Admin.Put(month, Figures, ifMatch: "2")).IsProblem(412, "precondition-failed");
        var again = (await Admin.Put(month, Figures)).Is(201);
        Assert.That(again.ETag, Is.EqualTo("\"3\""));
        Assert.That((await Admin.Get($"{month}/revisions")).Each("revision"), Is.EqualTo(new[] { "1", "2", "3" }));
    }

    [Test]
    public async Task A_reason_too_long_to_keep_is_400_for_a_withdrawal_as_for_a_PUT()
    {
        var month = $"{await NewSeries()}/2026-05";
        var reason = new string('x', 4001);
        (await Admin.Put(month, $$"""{ "numerator": 1, "denominator": 2, "reason": "{{reason}}" }""")).IsInvalid("/reason", "tooLong");
        (await Admin.Put(month, Figures)).Is(201);
        (await Admin.Delete($"{month}?reason={reason}", "1")).IsProblem(400, "invalid-request");
        (await Admin.Delete($"{month}?reason=a%00b", "1")).IsProblem(400, "invalid-request");
        (await Admin.Delete($"{month}?reason={reason[..4000]}", "1")).Is(200);
    }

    [Test]
    public async Task Revisions_say_who_when_why_and_what_was_there()
    {
        var series = await NewSeries();
        var month = $"{series}/2026-05";
        (await Admin.Get($"{month}/revisions")).IsProblem(404, "not-found");
        var lead = await Server.As(Role.DataLead, CodeIn(series), "north");
        Clock.MoveTo("2026-07-22T10:30:00Z");
        (await lead.Put(month, """{ "numerator": 1, "denominator": 100, "status": "draft" }""")).Is(201);
        Clock.Advance(TimeSpan.FromHours(1));
        (await lead.Put(month, """{ "numerator": 2, "denominator": 100, "reason": "recount" }""", ifMatch: "1")).Is(200);
        Clock.Advance(TimeSpan.FromHours(1));
        (await Admin.Put(month, """{ "numerator": 3, "denominator": 100, "reason": "audit" }""", ifMatch: "2")).Is(200);

        var revisions = (await lead.Get($"{month}/revisions")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(revisions.Each("revision"), Is.EqualTo(new[] { "1", "2", "3" }));
            Assert.That(revisions.Each("numerator"), Is.EqualTo(new[] { "1", "2", "3" }));
            Assert.That(revisions.Each("status"), Is.EqualTo(new[] { "draft", "submitted", "submitted" }));
            Assert.That(revisions.Each("reason"), Is.EqualTo(new[] { "null", "recount", "audit" }));
            Assert.That(revisions.Each("recordedBy"), Is.EqualTo(new[] { "dataLead", "dataLead", "administrator" }));
            Assert.That(revisions.Each("recordedAt"), Is.EqualTo(new[] { "2026-07-22T10:30:00.000Z", "2026-07-22T11:30:00.000Z", "2026-07-22T12:30:00.000Z" }));
            Assert.That(revisions.Each("submittedAt"), Is.EqualTo(new[] { "null", "2026-07-22T11:30:00.000Z", "2026-07-22T11:30:00.000Z" }));
        });
        var page = (await lead.Get($"{month}/revisions?limit=2")).Is(200);
        Assert.That((await lead.Get(page.At("/next")!)).Is(200).Each("revision"), Is.EqualTo(new[] { "3" }));
    }

    [Test]
    public async Task A_draft_may_be_incomplete_and_counts_for_nothing_until_it_is_submitted()
    {
        var month = $"{await NewSeries()}/2026-07";
        var draft = (await Admin.Put(month, """{ "numerator": 3, "status": "draft" }""")).Is(201);
        Assert.That((draft.At("/status"), draft.At("/onTime"), draft.At("/submittedAt"), draft.At("/value")), Is.EqualTo(("draft", "null", "null", "null")));
        (await Admin.Put(month, """{ "numerator": 3 }""", ifMatch: "1")).IsInvalid("/denominator", "required");
        (await Admin.Put(month, """{ "numerator": 3, "denominator": 0, "status": "draft" }""", ifMatch: "1")).IsInvalid("/denominator", "zero");
        Clock.MoveTo("2026-08-14T12:00:00Z");
        var submitted = (await Admin.Put(month, """{ "numerator": 3, "denominator": 60 }""", ifMatch: "1")).Is(200);
        Assert.That((submitted.At("/status"), submitted.At("/onTime"), submitted.At("/submittedAt")), Is.EqualTo(("submitted", "true", "2026-08-14T12:00:00.000Z")));
    }

    [Test]
    public async Task Nothing_to_report_is_said_with_a_reason()
    {
        var series = await NewSeries();
        var answer = (await Admin.Put($"{series}/2026-05", """{ "noData": "the unit was closed" }""")).Is(201);
        Assert.That((answer.At("/noData"), answer.At("/status"), answer.At("/value")), Is.EqualTo(("the unit was closed", "submitted", "null")));
        (await Admin.Put($"{series}/2026-04", """{ "noData": " " }""")).IsInvalid("/noData");
        (await Admin.Put($"{series}/2026-04", """{ "noData": "closed", "numerator": 1, "denominator": 2 }""")).IsInvalid("/noData");
        (await Admin.Put($"{series}/2026-04", """{ "noData": "closed", "strata": [{ "scheme": "sex", "category": "f", "numerator": 1, "denominator": 2 }] }""")).IsInvalid("/noData");
        (await Admin.Put($"{series}/2026-04", "{}")).IsInvalid("/numerator", "required");
    }

    [Test]
    public async Task Only_a_director_excuses_a_team_from_a_month()
    {
        var series = await NewSeries();
        var lead = await Server.As(Role.DataLead, CodeIn(series), "north");
        var director = await Server.As(Role.Director, CodeIn(series));
        (await lead.Put($"{series}/2026-05", """{ "status": "waived" }""")).IsProblem(409, "waiver-not-allowed");
        (await director.Put($"{series}/2026-05", """{ "status": "waived", "numerator": 1, "denominator": 2 }""")).IsInvalid("/status");
        Assert.That((await director.Put($"{series}/2026-05", """{ "status": "waived", "reason": "flood" }""")).Is(201).At("/status"), Is.EqualTo("waived"));
        (await lead.Put($"{series}/2026-05", Figures, ifMatch: "1")).Is(200);
    }

    [Test]
    public async Task Strata_are_kept_in_order_and_equal_strata_are_the_same()
    {
        var month = $"{await NewSeries()}/2026-05";
        const string Strata =
            """
            { "numerator": 3, "denominator": 30, "strata": [
              { "scheme": "sex", "category": "male", "numerator": 2, "denominator": 20 }, { "scheme": "sex", "category": "female", "numerator": 1, "denominator": 10 },
              { "scheme": "age", "category": "65+", "numerator": 3, "denominator": 30 }] }
            """;
        var answer = (await Admin.Put(month, Strata)).Is(201);
        Assert.That(answer.Each("category", "/strata"), Is.EqualTo(new[] { "65+", "female", "male" }));
        Assert.That(answer.Count("/warnings"), Is.Zero);
        (await Admin.Put(month, """
            { "numerator": 3, "denominator": 30, "strata": [
              { "scheme": "age", "category": "65+", "numerator": 3, "denominator": 30 },
              { "scheme": "sex", "category": "female", "numerator": 1, "denominator": 10 }, { "scheme": " sex", "category": "male", "numerator": 2, "denominator": 20 }] }
            """)).Is(200);
        Assert.That((await Admin.Get($"{month}/revisions")).Count(), Is.EqualTo(1));
    }

    [TestCase("""{ "category": "f", "numerator": 1, "denominator": 2 }""", "/strata/0/scheme")]
    [TestCase("""{ "scheme": "sex", "numerator": 1, "denominator": 2 }""", "/strata/0/category")]
    [TestCase("""{ "scheme": "sex", "category": "f", "denominator": 2 }""", "/strata/0/numerator")]
    [TestCase("""{ "scheme": "sex", "category": "f", "numerator": 1 }""", "/strata/0/denominator")]
    [TestCase("""{ "scheme": "sex", "category": "f", "numerator": -1, "denominator": 2 }""", "/strata/0")]
    [TestCase("""{ "scheme": "sex", "category": "f", "numerator": 1, "denominator": 0 }""", "/strata/0/denominator")]
    [TestCase("""{ "scheme": "sex", "category": "f", "numerator": 3, "denominator": 2 }""", "/strata/0/numerator")]
    [TestCase("null", "/strata/0")]
    [TestCase("""{ "scheme": "sex", "category": "f", "numerator": 1, "denominator": 2 }, { "scheme": "sex", "category": "f", "numerator": 1, "denominator": 2 }""", "/strata/1")]
    public async Task Strata_that_cannot_be_are_400(string strata, string pointer)
    {
        var series = await NewSeries(Given.Proportion);
        (await Admin.Put($"{series}/2026-05", $$"""{ "numerator": 3, "denominator": 30, "strata": [{{strata}}] }""")).IsInvalid(pointer);
    }

    [Test]
    public async Task Two_writers_with_one_ETag_leave_one_winner_and_one_revision()
    {
        var month = $"{await NewSeries()}/2026-05";
        (await Admin.Put(month, Figures)).Is(201);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Admin.Put(month, $$"""{ "numerator": {{i}}, "denominator": 100 }""", ifMatch: "1")));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Status == 412), Is.EqualTo(11));
        Assert.That((await Admin.Get(month)).Text, Is.EqualTo(answers.Single(answer => answer.Status == 200).Text));
        Assert.That((await Admin.Get($"{month}/revisions")).Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Two_first_submissions_at_once_leave_one_row_and_tell_the_other()
    {
        var month = $"{await NewSeries()}/2026-05";
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Admin.Put(month, $$"""{ "numerator": {{i}}, "denominator": 100 }""")));
        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Status == 428), Is.EqualTo(11));
        Assert.That((await Admin.Get($"{month}/revisions")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_hundred_submissions_at_once_are_all_kept()
    {
        var series = await NewSeries(collaborative: Given.Collaborative.Replace("2025-01", "2000-01", StringComparison.Ordinal));
        var months = Enumerable.Range(0, 200).Select(i => new Domain.Month(2005, 1).AddMonths(i)).ToList();
        var answers = await Task.WhenAll(months.Select((month, i) => Admin.Put($"{series}/{month}", $$"""{ "numerator": {{i}}, "denominator": 1000 }""")));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(201));
        var page = (await Admin.Get($"{series}?limit=200")).Is(200);
        Assert.That(page.Each("month"), Is.EqualTo(months.Select(month => month.ToString())));
        Assert.That(page.Each("numerator"), Is.EqualTo(Enumerable.Range(0, 200).Select(i => $"{i}")));

        // The clock stood still, and yet each change has an instant of its own.
        Assert.That(page.Each("recordedAt"), Is.Unique);
        Assert.That(answers.Select(answer => answer.At("/recordedAt")), Is.Unique);
    }
}
