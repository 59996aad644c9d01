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

    [TestCase("{}", "/points")]
    [TestCase("""{ "points": [] }""", "/points")]
    [TestCase("""{ "points": [{ "value": 1 }] }""", "/points/0/label")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }, { "label": "a", "value": 2 }] }""", "/points/1/label")]
    [TestCase("""{ "points": [{ "label": "a", "numerator": 2, "denominator": -1 }] }""", "/points/0")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1e400 }] }""", "/points/0/value")]
    [TestCase("""{ "points": [{ "label": "a", "value": 1 }], "phaseStarts": ["b"] }""", "/phases/0/start")]
    [TestCase("""{ "points": [null] }""", "/points/0")]
    public async Task A_series_that_cannot_be_judged_is_refused_and_says_where(string body, string pointer) =>
        Assert.That((await Admin.Post("/analysis", body)).IsProblem(400, "invalid-request").Each("pointer", "/errors"), Does.Contain(pointer));

    private static string Points(string values) =>
        string.Join(", ", values.Split(',').Select((value, i) => $$"""{ "label": "p{{i + 1}}", "value": {{value}} }"""));
}
