using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Submissions;

public sealed class FiguresOfEachKindTests(Lane lane) : Feature(lane)
{
    [TestCase("proportion", """{ "numerator": 4, "denominator": 52 }""", "7.6923076923076925")]
    [TestCase("proportion", """{ "numerator": 0, "denominator": 52 }""", "0")]
    [TestCase("proportion", """{ "numerator": 52, "denominator": 52 }""", "100")]
    [TestCase("proportion", """{ "numerator": 0, "denominator": 0 }""", "null")]
    [TestCase("rate", """{ "numerator": 7, "denominator": 4 }""", "1.75")]
    [TestCase("rate", """{ "numerator": 0, "denominator": 0 }""", "null")]
    [TestCase("ratio", """{ "numerator": 2.5, "denominator": 0.5 }""", "5")]
    [TestCase("count", """{ "numerator": 12 }""", "12")]
    [TestCase("count", """{ "value": 12 }""", "12")]
    [TestCase("count", """{ "numerator": 0 }""", "0")]
    [TestCase("mean", """{ "numerator": 90, "denominator": 20 }""", "4.5")]
    [TestCase("mean", """{ "numerator": -90, "denominator": 20 }""", "-4.5")]
    [TestCase("mean", """{ "value": 4.5, "n": 20, "sd": 1.25 }""", "4.5")]
    [TestCase("mean", """{ "value": -4.5 }""", "-4.5")]
    [TestCase("median", """{ "value": 3, "n": 11 }""", "3")]
    [TestCase("daysBetween", """{ "values": [13] }""", "13")]
    [TestCase("daysBetween", """{ "value": 13 }""", "13")]
    [TestCase("daysBetween", """{ "values": [0, 13.5] }""", "null")]
    [TestCase("casesBetween", """{ "values": [] }""", "null")]
    public async Task What_is_possible_is_taken_and_plotted(string kind, string body, string value)
    {
        var series = await NewSeries(Given.Measure(kind));
        var answer = (await Admin.Put($"{series}/2026-05", body)).Is(201);
        Assert.That(answer.At("/value"), Is.EqualTo(value));
        (await Admin.Put($"{series}/2026-05", body)).Is(200);
        Assert.That((await Admin.Get(series)).At("/items/0/value"), Is.EqualTo(value));
    }

    [TestCase("proportion", """{ "numerator": 1, "denominator": 0 }""", "/denominator", "zero")]
    [TestCase("rate", """{ "numerator": 1, "denominator": 0 }""", "/denominator", "zero")]
    [TestCase("ratio", """{ "numerator": 0.1, "denominator": 0 }""", "/denominator", "zero")]
    [TestCase("mean", """{ "numerator": 1, "denominator": 0 }""", "/denominator", "zero")]
    [TestCase("proportion", """{ "numerator": 53, "denominator": 52 }""", "/numerator", "overDenominator")]
    [TestCase("proportion", """{ "numerator": -1, "denominator": 52 }""", "/numerator", "negative")]
    [TestCase("proportion", """{ "numerator": 1, "denominator": -52 }""", "/denominator", "negative")]
    [TestCase("rate", """{ "numerator": -1, "denominator": 52 }""", "/numerator", "negative")]
    [TestCase("ratio", """{ "numerator": 1, "denominator": -0.5 }""", "/denominator", "negative")]
    [TestCase("count", """{ "numerator": -1 }""", "/numerator", "negative")]
    [TestCase("count", """{ "value": -1 }""", "/numerator", "negative")]
    [TestCase("mean", """{ "numerator": 1, "denominator": -2 }""", "/denominator", "negative")]
    [TestCase("mean", """{ "value": 1, "n": 0 }""", "/n", "range")]
    [TestCase("mean", """{ "value": 1, "n": 5, "sd": -0.1 }""", "/sd", "negative")]
    [TestCase("median", """{ "value": 1, "n": -5 }""", "/n", "range")]
    [TestCase("daysBetween", """{ "values": [3, -1] }""", "/values", "negative")]
    [TestCase("casesBetween", """{ "value": -1 }""", "/values", "negative")]
    [TestCase("proportion", """{ "numerator": 1 }""", "/denominator", "required")]
    [TestCase("rate", """{ "denominator": 10 }""", "/numerator", "required")]
    [TestCase("count", "{}", "/numerator", "required")]
    [TestCase("mean", """{ "n": 3 }""", "/numerator", "required")]
    [TestCase("median", """{ "n": 3 }""", "/value", "required")]
    [TestCase("daysBetween", "{}", "/values", "required")]
    [TestCase("proportion", """{ "value": 50 }""", "/value", "notForKind")]
    [TestCase("proportion", """{ "numerator": 1, "denominator": 2, "n": 2 }""", "/n", "notForKind")]
    [TestCase("rate", """{ "numerator": 1, "denominator": 2, "values": [1] }""", "/values", "notForKind")]
    [TestCase("ratio", """{ "numerator": 1, "denominator": 2, "sd": 1 }""", "/sd", "notForKind")]
    [TestCase("count", """{ "numerator": 1, "denominator": 2 }""", "/denominator", "notForKind")]
    [TestCase("count", """{ "numerator": 1, "value": 1 }""", "/value", "both")]
    [TestCase("mean", """{ "numerator": 1, "denominator": 2, "value": 0.5 }""", "/value", "both")]
    [TestCase("median", """{ "numerator": 1, "denominator": 2 }""", "/numerator", "notForKind")]
    [TestCase("median", """{ "value": 1, "sd": 2 }""", "/sd", "notForKind")]
    [TestCase("daysBetween", """{ "value": 3, "values": [3] }""", "/value", "both")]
    [TestCase("casesBetween", """{ "numerator": 3 }""", "/numerator", "notForKind")]
    [TestCase("daysBetween", """{ "values": [1, null] }""", "/values/1", null)]
    [TestCase("daysBetween", """{ "values": [1, 1e400] }""", "/values/1", null)]
    public async Task What_is_impossible_is_400_and_says_where(string kind, string body, string pointer, string? code)
    {
        var series = await NewSeries(Given.Measure(kind));
        (await Admin.Put($"{series}/2026-05", body)).IsInvalid(pointer, code);
        (await Admin.Get($"{series}/2026-05")).Is(404);
    }

    [Test]
    public async Task A_quotient_too_large_for_a_number_is_refused_and_not_kept()
    {
        var series = await NewSeries(Given.Measure("rate", "\"multiplier\": 1000"));
        (await Admin.Put($"{series}/2026-05", """{ "numerator": 1e308, "denominator": 1 }""")).IsProblem(400, "invalid-request");
        (await Admin.Put($"{series}/2026-04", """{ "numerator": 1e308, "denominator": 1e-308 }""")).IsProblem(400, "invalid-request");
        Assert.That((await Admin.Get(series)).Is(200).Count(), Is.Zero);
    }

    [Test]
    public async Task The_largest_figures_of_all_teams_still_make_a_chart()
    {
        var series = await NewSeries(Given.Measure("mean"));
        var path = series.Split("/teams/")[0];
        (await Admin.Put($"{path}/teams/south", Given.Team)).Is(201);
        foreach (var team in new[] { "north", "south" })
        {
            (await Admin.Put($"{path}/teams/{team}/measures/m/submissions/2026-05", """{ "value": 1e100, "n": 1e100 }""")).Is(201);
            (await Admin.Put($"{path}/teams/{team}/measures/m/submissions/2026-04", """{ "value": 1.01e100, "n": 10 }""")).IsInvalid("/value", "number");
        }

        foreach (var aggregate in new[] { "pooled", "meanOfTeams", "medianOfTeams" })
        {
            Assert.That((await Admin.Get($"{path}/measures/m/chart?aggregate={aggregate}&from=2026-05&to=2026-05")).Is(200).At("/points/0/value"), Is.EqualTo("1E+100"));
            (await Admin.Get($"{path}/measures/m/chart.svg?aggregate={aggregate}")).Is(200);
        }
    }

    [Test]
    public async Task A_count_given_as_value_or_as_numerator_is_the_same_count()
    {
        var series = await NewSeries(Given.Measure("count"));
        (await Admin.Put($"{series}/2026-05", """{ "value": 12 }""")).Is(201);
        var same = (await Admin.Put($"{series}/2026-05", """{ "numerator": 12 }""")).Is(200);
        Assert.That((same.ETag, same.At("/numerator"), same.At("/value")), Is.EqualTo(("\"1\"", "12", "12")));
    }

    [Test]
    public async Task One_gap_given_as_value_or_in_a_list_is_the_same_and_gaps_keep_their_order()
    {
        var series = await NewSeries(Given.Measure("daysBetween"));
        (await Admin.Put($"{series}/2026-05", """{ "value": 0.5 }""")).Is(201);
        (await Admin.Put($"{series}/2026-05", """{ "values": [0.5] }""")).Is(200);
        var several = (await Admin.Put($"{series}/2026-04", """{ "values": [30, 2, 5e-324, 1e100, 2] }""")).Is(201);
        Assert.That(several.At("/values"), Is.EqualTo("[30,2,5E-324,1E+100,2]"));
        (await Admin.Put($"{series}/2026-04", """{ "values": [2, 30, 5e-324, 1e100, 2] }""")).Is(428);
        (await Admin.Put($"{series}/2026-03", $$"""{ "values": [{{string.Join(',', Enumerable.Repeat(1, 1001))}}] }""")).IsInvalid("/values", "tooMany");
        (await Admin.Put($"{series}/2026-03", $$"""{ "values": [{{string.Join(',', Enumerable.Repeat(1, 1000))}}] }""")).Is(201);
    }

    [TestCase("0.1")]
    [TestCase("9007199254740992")]
    [TestCase("9007199254740991")]
    [TestCase("5E-324")]
    [TestCase("9.999999999999998E+99")]
    [TestCase("0.30000000000000004")]
    [TestCase("123456789.01234567")]
    public async Task Doubles_come_back_to_the_last_bit(string number)
    {
        var series = await NewSeries(Given.Measure("count"));
        Assert.That((await Admin.Put($"{series}/2026-05", $$"""{ "numerator": {{number}} }""")).Is(201).At("/numerator"), Is.EqualTo(number));
        Assert.That((await Admin.Get($"{series}/2026-05")).At("/numerator"), Is.EqualTo(number));
        (await Admin.Put($"{series}/2026-05", $$"""{ "numerator": {{number}} }""")).Is(200);
    }

    [Test]
    public async Task A_negative_zero_is_zero()
    {
        var series = await NewSeries();
        Assert.That((await Admin.Put($"{series}/2026-05", """{ "numerator": -0.0, "denominator": 5 }""")).Is(201).At("/numerator"), Is.EqualTo("0"));
        (await Admin.Put($"{series}/2026-05", """{ "numerator": 0, "denominator": 5 }""")).Is(200);
    }
}
