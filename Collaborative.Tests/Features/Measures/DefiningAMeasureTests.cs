using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Measures;

public sealed class DefiningAMeasureTests(Lane lane) : Feature(lane)
{
    private const string Body =
        """
        { "name": "Pneumonia", "type": "outcome", "kind": "rate", "direction": "decrease", "multiplier": 1000, "unit": "per 1000 ventilator days",
          "numerator": "pneumonias", "denominator": "ventilator-days", "goal": { "value": 5.5, "byMonth": "2026-12" }, "required": false, "decimals": 1,
          "minimumDenominator": 20, "plannedSample": 30 }
        """;

    [Test]
    public async Task A_new_measure_answers_201_with_all_that_it_holds()
    {
        var path = await NewCollaborative();
        var answer = (await Admin.Put($"{path}/measures/VAP", Body)).Is(201);
        Assert.Multiple(() =>
        {
            Assert.That(answer.ETag, Is.EqualTo("\"1\""));
            Assert.That(answer.Header("Location"), Is.EqualTo($"/api/v1{path}/measures/VAP"));
            foreach (var (pointer, value) in new[]
            {
                ("/code", "VAP"), ("/name", "Pneumonia"), ("/type", "outcome"), ("/kind", "rate"), ("/direction", "decrease"), ("/multiplier", "1000"),
                ("/unit", "per 1000 ventilator days"), ("/numerator", "pneumonias"), ("/denominator", "ventilator-days"), ("/goal/value", "5.5"),
                ("/goal/byMonth", "2026-12"), ("/required", "false"), ("/decimals", "1"), ("/minimumDenominator", "20"), ("/plannedSample", "30"), ("/revision", "1"),
            })
            {
                Assert.That(answer.At(pointer), Is.EqualTo(value), pointer);
            }
        });
        Assert.That((await Admin.Get($"{path}/measures/vap")).Is(200).Text, Is.EqualTo(answer.Text));
        (await Admin.Get($"{path}/measures/vap", ifNoneMatch: "1")).Is(304);
    }

    [TestCase("proportion", "100")]
    [TestCase("rate", "1")]
    [TestCase("count", "1")]
    [TestCase("ratio", "1")]
    [TestCase("mean", "1")]
    [TestCase("median", "1")]
    [TestCase("daysBetween", "1")]
    [TestCase("casesBetween", "1")]
    public async Task Every_kind_is_taken_and_its_multiplier_has_a_default(string kind, string multiplier)
    {
        var answer = (await Admin.Put($"{await NewCollaborative()}/measures/m", Given.Measure(kind))).Is(201);
        Assert.Multiple(() =>
        {
            Assert.That(answer.At("/kind"), Is.EqualTo(kind));
            Assert.That(answer.At("/multiplier"), Is.EqualTo(multiplier));
            Assert.That(answer.At("/required"), Is.EqualTo("true"));
            Assert.That(answer.At("/goal"), Is.EqualTo("null"));
        });
    }

    [TestCase("\"type\": \"outcome\"", "\"type\": \"result\"", "/type")]
    [TestCase("\"type\": \"outcome\"", "\"type\": \"outcome, process\"", "/type")]
    [TestCase("\"kind\": \"rate\"", "\"kind\": \"percentage\"", "/kind")]
    [TestCase("\"kind\": \"rate\"", "\"kind\": 1", "/kind")]
    [TestCase("\"kind\": \"rate\"", "\"kind\": null", "/kind")]
    [TestCase("\"direction\": \"decrease\"", "\"direction\": \"down\"", "/direction")]
    [TestCase("\"multiplier\": 1000", "\"multiplier\": 0", "/multiplier")]
    [TestCase("\"multiplier\": 1000", "\"multiplier\": -1", "/multiplier")]
    [TestCase("\"multiplier\": 1000", "\"multiplier\": 1e400", "/multiplier")]
    [TestCase("\"multiplier\": 1000", "\"multiplier\": \"1000\"", "/multiplier")]
    [TestCase("\"value\": 5.5,", "", "/goal/value")]
    [TestCase("\"value\": 5.5,", "\"value\": 5.5, \"at\": 1,", "/goal/at")]
    [TestCase("\"decimals\": 1", "\"decimals\": 11", "/decimals")]
    [TestCase("\"minimumDenominator\": 20", "\"minimumDenominator\": 0", "/minimumDenominator")]
    [TestCase("\"plannedSample\": 30", "\"plannedSample\": -3", "/plannedSample")]
    [TestCase("\"required\": false", "\"required\": \"no\"", "/required")]
    public async Task What_cannot_be_is_400_and_says_where(string part, string instead, string pointer)
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/measures/m", Body.Replace(part, instead, StringComparison.Ordinal))).IsInvalid(pointer);
        (await Admin.Get($"{path}/measures/m")).Is(404);
    }

    [Test]
    public async Task A_retry_changes_nothing_and_a_change_needs_its_revision()
    {
        var measure = $"{await NewCollaborative()}/measures/m";
        (await Admin.Put(measure, Body)).Is(201);
        Assert.That((await Admin.Put(measure, Body, ifMatch: "9")).Is(200).ETag, Is.EqualTo("\"1\""));
        var other = Body.Replace("5.5", "5", StringComparison.Ordinal);
        (await Admin.Put(measure, other)).IsProblem(428, "precondition-required");
        (await Admin.Put(measure, other, ifMatch: "2")).IsProblem(412, "precondition-failed");
        Assert.That((await Admin.Put(measure, other, ifMatch: "1")).Is(200).At("/goal/value"), Is.EqualTo("5"));
    }

    [Test]
    public async Task The_kind_may_change_until_there_are_figures_and_then_no_more()
    {
        var series = await NewSeries(Given.Measure("rate"));
        var measure = series.Replace("/teams/north", "", StringComparison.Ordinal).Replace("/submissions", "", StringComparison.Ordinal);
        (await Admin.Put(measure, Given.Measure("proportion"), ifMatch: "1")).Is(200);
        (await Admin.Put($"{series}/2026-05", """{ "numerator": 1, "denominator": 100 }""")).Is(201);
        (await Admin.Put(measure, Given.Measure("count"))).Is(428);
        (await Admin.Put(measure, Given.Measure("count"), ifMatch: "2")).IsProblem(409, "measure-in-use");
        (await Admin.Put(measure, Given.Measure("proportion", "\"unit\": \"%\""), ifMatch: "2")).Is(200);
    }

    [Test]
    public async Task The_list_pages_and_filters()
    {
        var path = await NewCollaborative();
        foreach (var (code, type, required) in new[] { ("a", "outcome", "true"), ("b", "process", "true"), ("C", "process", "false"), ("d", "balancing", "false") })
        {
            (await Admin.Put($"{path}/measures/{code}", $$"""{ "name": "{{code}}", "type": "{{type}}", "kind": "count", "direction": "neutral", "required": {{required}} }""")).Is(201);
        }

        Assert.That((await Admin.Get($"{path}/measures")).Each("code"), Is.EqualTo(new[] { "a", "b", "C", "d" }));
        Assert.That((await Admin.Get($"{path}/measures?type=process")).Each("code"), Is.EqualTo(new[] { "b", "C" }));
        Assert.That((await Admin.Get($"{path}/measures?required=false")).Each("code"), Is.EqualTo(new[] { "C", "d" }));
        Assert.That((await Admin.Get($"{path}/measures?type=process&required=true")).Each("code"), Is.EqualTo(new[] { "b" }));
        (await Admin.Get($"{path}/measures?type=other")).IsInvalid("type");
        (await Admin.Get($"{path}/measures?required=1")).IsInvalid("required");
        var page = (await Admin.Get($"{path}/measures?limit=3")).Is(200);
        Assert.That((await Admin.Get(page.At("/next")!)).Each("code"), Is.EqualTo(new[] { "d" }));
    }

    [Test]
    public async Task A_required_measure_is_there_in_a_version_for_every_month_of_the_collaborative()
    {
        var path = await NewCollaborative("""{ "name": "ICU", "topic": "t", "aim": "a", "startMonth": "2026-01", "endMonth": "2026-06" }""");
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);

        // Defined late and changed later still: the definition in force holds for all months, and nothing of a month is left without one.
        (await Admin.Put($"{path}/measures/m", Given.Rate)).Is(201);
        (await Admin.Put($"{path}/measures/m", Given.Rate.Replace("Pneumonia", "Pneumonia, new definition", StringComparison.Ordinal), "1")).Is(200);
        var due = (await Admin.Get($"{path}/teams/north/due-months")).Is(200);
        Assert.That(due.Each("month"), Is.EqualTo(new[] { "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06" }));
        for (var month = 1; month <= 6; month++)
        {
            Assert.That(due.At($"/items/{month - 1}/measures/0/measure"), Is.EqualTo("m"));
            (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-{month:00}", """{ "numerator": 1, "denominator": 200 }""")).Is(201);
        }
    }

    [Test]
    public async Task Directors_define_measures_and_others_do_not()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        (await (await Server.As(Role.Director, CodeIn(path))).Put($"{path}/measures/m", Body)).Is(201);
        (await (await Server.As(Role.DataLead, CodeIn(path), "north")).Put($"{path}/measures/n", Body)).IsProblem(403, "forbidden");
    }
}
