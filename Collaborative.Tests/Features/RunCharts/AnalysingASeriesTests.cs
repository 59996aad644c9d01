using System.Text;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.RunCharts;

public sealed class AnalysingASeriesTests(Lane lane) : Feature(lane)
{
    /// <summary>Golden vector A of run charts: median 76.5, two runs where at least five are expected.</summary>
    private const string VectorA = "70,72,68,71,69,73,70,75,78,80,82,81,84,86,85,88";

    [Test]
    public async Task A_posted_series_gets_the_answer_of_a_chart_and_leaves_nothing_behind()
    {
        var answer = (await Admin.Post("/analysis", $$"""{ "measure": { "kind": "mean", "direction": "increase" }, "points": [{{Points(VectorA)}}] }""")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(answer.At("/points/0/label"), Is.EqualTo("p1"));
            Assert.That(answer.At("/points/0/centre"), Is.EqualTo("76.5"));
            Assert.That((answer.At("/statistics/runs"), answer.At("/statistics/runsLower"), answer.At("/statistics/longestRun")), Is.EqualTo(("2", "5", "8")));
            Assert.That(answer.At("/signals/0/rule"), Is.EqualTo("shift"));
        });
    }

    [Test]
    public async Task Limits_of_a_control_chart_are_those_of_the_golden_vector()
    {
        var answer = (await Admin.Post(
            "/analysis",
            $$"""{ "chart": { "type": "xmr", "rules": "makingDataCount", "screenMovingRanges": false }, "points": [{{Points("1,2,1,2,10,1,2,1,2,1,2,1,2,1,2,1,2,1")}}] }""")).Is(200);
        Assert.That(double.Parse(answer.At("/points/0/upper")!, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(6.9515).Within(0.0001));
    }

    [Test]
    public async Task Phases_freezes_and_exclusions_come_from_the_post()
    {
        var answer = (await Admin.Post(
            "/analysis",
            $$"""{ "points": [{{Points(VectorA)}}], "phases": [{ "start": "p9", "freezePoints": 4 }], "exclude": ["p3"] }""")).Is(200);
        Assert.That((answer.Count("/phases"), answer.At("/phases/1/frozenTo"), answer.At("/points/2/excluded")), Is.EqualTo((2, "p12", "true")));
    }

    [Test]
    public async Task The_thresholds_of_the_rules_come_from_the_post_and_are_echoed()
    {
        const string Measure = """{ "measure": { "direction": "increase" }, "chart": """;
        var points = Points("1,9,1,9,1,9,1,9,1,9,5,6,7,8,9");
        (await Admin.Post("/analysis", Measure + $$"""{}, "points": [{{points}}] }""")).Is(200)
            .Has("/chart/thresholds/shift", "6").Has("/chart/thresholds/minimumPoints", "10").Has("/signals/0/rule", "trend");
        var answer = (await Admin.Post(
            "/analysis", Measure + $$"""{ "thresholds": { "shift": 8, "trend": 7, "minimumBaseline": 12 } }, "points": [{{points}}], "freezePoints": 11 }""")).Is(200);
        Assert.Multiple(() =>
        {
            answer.Has("/chart/thresholds/shift", "8").Has("/chart/thresholds/trend", "7").Has("/chart/thresholds/minimumPoints", "10").Has("/chart/thresholds/minimumBaseline", "12");
            Assert.That(answer.Count("/signals"), Is.Zero);
            Assert.That(answer.At("/statistics/note"), Is.EqualTo("The baseline median rests on 11 points; with fewer than 12 it is unsteady."));
            Assert.That(answer.At("/statistics/reason"), Is.EqualTo("null"), "a note that silences no rule");
        });
    }

    [TestCase("1,2,3,4,5,6,7,8,9", "mean", "insufficientData")]
    [TestCase("1,1,1,1,1,1,1,2,3,4", "mean", "onTheMedian")]
    [TestCase("0,0,0,0,0,0,9,9,9,9,0", "count", "atAnExtreme")]
    [TestCase("null,1,2,3,4,5,6,7,8,9,10", "mean", "noBaseline")]
    public async Task Silence_has_a_reason_that_a_program_can_switch_on(string values, string kind, string reason)
    {
        var settings = reason switch { "noBaseline" => """, "freezePoints": 1""", "atAnExtreme" => """, "centreLine": 5""", _ => "" };
        var answer = (await Admin.Post("/analysis", $$"""{ "measure": { "kind": "{{kind}}" }, "points": [{{Points(values)}}]{{settings}} }""")).Is(200);
        Assert.Multiple(() =>
        {
            answer.Has("/statistics/reason", reason).Has("/phases/0/statistics/reason", reason).Has("/statistics/signal", "null");
            Assert.That(answer.At("/statistics/note"), Is.Not.Empty);
            Assert.That(answer.Count("/signals"), Is.Zero);
        });
    }

    [Test]
    public async Task A_point_that_a_person_has_flagged_is_a_signal_with_its_reason_in_the_picture()
    {
        const string Flag = """, "astronomical": [{ "label": "p11", "reason": "the ward was flooded" }] }""";
        var body = $$"""{ "measure": { "name": "Falls", "direction": "decrease" }, "points": [{{Points("3,4,2,4,3,2,4,2,3,4,30,3")}}]""";
        (await Admin.Post("/analysis", body + "}")).Is(200).Has("/statistics/signal", "false");
        (await Admin.Post("/analysis", body + Flag)).Is(200)
            .Has("/signals/0/rule", "astronomical").Has("/signals/0/from", "p11").Has("/signals/0/meaning", "concern").Has("/points/10/signals/0", "astronomical");
        var picture = await Post(body + Flag, "image/svg+xml");
        Assert.That((picture.Header("Content-Type"), picture.Header("Vary")), Is.EqualTo(("image/svg+xml; charset=utf-8", "Accept")));
        Assert.That(picture.Is(200).Text, Does.StartWith("<svg").And.Contain("Falls").And.Contain("the ward was flooded"));
    }

    [Test]
    public async Task The_answer_can_be_had_as_a_picture_or_a_table_and_as_nothing_else()
    {
        var body = $$"""{ "points": [{{Points(VectorA)}}] }""";
        Assert.That((await Post(body, "text/csv")).Is(200).Text, Does.StartWith("label,numerator,denominator,value,centre").And.Contain("\r\np1,,,70,76.5,"));
        Assert.That((await Post(body, "image/svg+xml, application/json;q=0.5")).Is(200).Text, Does.StartWith("<svg"));
        (await Post(body, "application/pdf")).IsProblem(406, "not-acceptable");
        (await Post("{}", "image/svg+xml")).IsInvalid("/points");
    }

    [Test]
    public async Task What_the_engine_took_a_measure_for_is_echoed() =>
        (await Admin.Post("/analysis", """{ "measure": { "kind": "proportion", "name": " Hand hygiene ", "unit": "%", "goal": { "value": 95 } }, "points": [{ "label": "a", "numerator": 1, "denominator": 4 }] }""")).Is(200)
            .Has("/measure/name", "Hand hygiene").Has("/measure/multiplier", "100").Has("/measure/direction", "neutral").Has("/measure/goal/value", "95").Has("/points/0/value", "25");

    [Test]
    public async Task A_series_without_end_is_refused_at_once()
    {
        var tooMany = string.Join(',', Enumerable.Range(0, 10_001).Select(i => $$"""{"label":"{{i}}","value":1}"""));
        (await Admin.Post("/analysis", $$"""{ "points": [{{tooMany}}] }""")).IsInvalid("/points", "tooMany");

        // A million points are more than the megabyte that a JSON body may have.
        var million = new StringBuilder("""{ "points": [""").Insert(13, """{"label":"a","value":1},""", 1_000_000).Append("null] }").ToString();
        (await Admin.Send(HttpMethod.Post, "/analysis", Json(million), more: request => request.Headers.ExpectContinue = true)).IsProblem(413, "too-large");
    }

    [TestCase("{}", "/points")]
    [TestCase("""{ "points": [] }""", "/points")]
    [TestCase("""{ "points": [{ "value": 1 }] }""", "/points/0/label")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }, { "label": "a", "value": 2 }] }""", "/points/1/label")]
    [TestCase("""{ "points": [{ "label": "a", "numerator": 2, "denominator": -1 }] }""", "/points/0")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1e400 }] }""", "/points/0/value")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "phaseStarts": ["b"] }""", "/phases/0/start")]
    [TestCase("""{ "points": [null] }""", "/points/0")]
    [TestCase("""{ "points": [{ "label": "a", "value": "NaN" }] }""", "/points/0/value")]
    [TestCase("""{ "points": [{ "label": "a", "value": "Infinity" }] }""", "/points/0/value")]
    [TestCase("""{ "points": [{ "label": "a", "value": "-Infinity" }] }""", "/points/0/value")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1e999 }] }""", "/points/0/value")]
    [TestCase("""{ "points": [{ "label": "a", "values": [1, -1e999] }] }""", "/points/0/values/1")]
    [TestCase("""{ "points": [{ "label": "a", "values": [1, null] }] }""", "/points/0/values/1")]
    [TestCase("""{ "points": [{ "label": "a", "values": [1, 2], "value": 3 }] }""", "/points/0/values")]
    [TestCase("""{ "points": [{ "label": "a", "numerator": 1, "denominator": 0 }] }""", "/points/0")]
    [TestCase("""{ "points": [{ "label": "a", "numerator": 1e308, "denominator": 1e-308 }] }""", "/points/0")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "values": [1, 2] }""", "/values")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "exclude": ["b"] }""", "/exclude/0")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "exclude": [null] }""", "/exclude/0")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "phaseStarts": [null] }""", "/phaseStarts/0")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "phases": [null] }""", "/phases/0")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "freezePoints": 0 }""", "/freezePoints")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "centreLine": 1e999 }""", "/centreLine")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "astronomical": [{ "label": "b", "reason": "flood" }] }""", "/astronomical/0/label")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "astronomical": [{ "label": "a" }] }""", "/astronomical/0/reason")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "astronomical": [null] }""", "/astronomical/0")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "chart": { "thresholds": { "shift": 2 } } }""", "/chart/thresholds/shift")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "chart": { "thresholds": { "trend": -5 } } }""", "/chart/thresholds/trend")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "chart": { "thresholds": { "minimumPoints": 0 } } }""", "/chart/thresholds/minimumPoints")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "chart": { "thresholds": { "minimumBaseline": 100000 } } }""", "/chart/thresholds/minimumBaseline")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "chart": { "type": "xmr", "rules": "perla" } }""", "/chart/rules")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "measure": { "multiplier": -1 } }""", "/measure/multiplier")]
    public async Task A_series_that_cannot_be_judged_is_refused_and_says_where(string body, string pointer) =>
        Assert.That((await Admin.Post("/analysis", body)).IsProblem(400, "invalid-request").Each("pointer", "/errors"), Does.Contain(pointer));

    private Task<Answer> Post(string body, string accept) =>
        Admin.Send(HttpMethod.Post, "/analysis", Json(body), more: request => request.Headers.TryAddWithoutValidation("Accept", accept));

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static string Points(string values) =>
        string.Join(", ", values.Split(',').Select((value, i) => $$"""{ "label": "p{{i + 1}}", "value": {{value}} }"""));
}
