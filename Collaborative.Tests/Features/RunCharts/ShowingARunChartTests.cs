using System.Xml.Linq;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.RunCharts;

public sealed class ShowingARunChartTests(Lane lane) : Feature(lane)
{
    /// <summary>Golden vector of the aggregates: 9/10, 45/60, 100/200, 3/3 and 0/0 in one month.</summary>
    private static readonly (string Team, int Numerator, int Denominator)[] FiveTeams = [("a", 9, 10), ("b", 45, 60), ("c", 100, 200), ("d", 3, 3), ("e", 0, 0)];

    [TestCase("pooled", "57.509157509157504", "157", "273")]
    [TestCase("meanOfTeams", "78.75", "null", "null")]
    [TestCase("medianOfTeams", "82.5", "null", "null")]
    public async Task An_aggregate_is_pooled_or_the_mean_or_the_median_of_teams(string aggregate, string value, string numerator, string denominator)
    {
        var path = await Five();
        var chart = (await Admin.Get($"{path}/measures/m/chart?aggregate={aggregate}&from=2026-05&to=2026-05")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(chart.At("/aggregate"), Is.EqualTo(aggregate));
            Assert.That(chart.At("/points/0/value"), Is.EqualTo(value));
            Assert.That(chart.At("/points/0/numerator"), Is.EqualTo(numerator));
            Assert.That(chart.At("/points/0/denominator"), Is.EqualTo(denominator));
            Assert.That(chart.At("/points/0/teamsEnrolled"), Is.EqualTo("5"));
            Assert.That(chart.At("/points/0/teamsReporting"), Is.EqualTo("5"), "0/0 is reported");
            Assert.That(chart.At("/points/0/teamsContributing"), Is.EqualTo("4"), "0/0 has nothing to contribute");
        });
    }

    [Test]
    public async Task Medians_cannot_be_pooled_and_gaps_are_not_averaged_over_teams()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/measures/median", Given.Measure("median"))).Is(201);
        (await Admin.Put($"{path}/measures/days", Given.Measure("daysBetween"))).Is(201);
        (await Admin.Get($"{path}/measures/median/chart")).IsProblem(409, "aggregate-undefined");
        (await Admin.Get($"{path}/measures/median/chart?aggregate=medianOfTeams")).Is(200);
        (await Admin.Get($"{path}/measures/days/chart?aggregate=meanOfTeams")).IsProblem(409, "aggregate-undefined");
    }

    [Test]
    public async Task The_window_runs_from_the_baseline_to_the_last_complete_month_and_keeps_its_gaps()
    {
        var series = await NewSeries();
        (await Admin.Put($"{series}/2026-03", """{ "numerator": 4, "denominator": 310 }""")).Is(201);
        var chart = (await Admin.Get($"{series.Replace("/submissions", "/chart", StringComparison.Ordinal)}")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(chart.At("/points/0/month"), Is.EqualTo("2025-01"));
            Assert.That(chart.At("/points/17/month"), Is.EqualTo("2026-06"), "July is not complete on the 22nd");
            Assert.That(chart.Count("/points"), Is.EqualTo(18));
            Assert.That(chart.Each("value", "/points").Count(value => value == "null"), Is.EqualTo(17), "a month without a figure is there, and is no zero");
            Assert.That(chart.At("/statistics/signal"), Is.EqualTo("null"));
            Assert.That(chart.At("/statistics/note"), Does.Contain("10"));
        });
    }

    [Test]
    public async Task A_shift_below_a_frozen_median_is_an_improvement_where_less_is_better()
    {
        var series = await Shifted();
        var chart = (await Admin.Get($"{Chart(series)}?baselineMonths=12&rules=anhoej&to=2026-06")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(chart.At("/chart/rules"), Is.EqualTo("anhoej"));
            Assert.That(chart.At("/chart/runsTable"), Is.EqualTo("null"));
            Assert.That(chart.At("/phases/0/centre"), Is.EqualTo("10"));
            Assert.That(chart.At("/phases/0/frozenTo"), Is.EqualTo("2025-12"));
        });
        chart = (await Admin.Get($"{Chart(series)}?baselineMonths=12&to=2026-06")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(chart.At("/signals/0/rule"), Is.EqualTo("shift"));
            Assert.That(chart.At("/signals/0/from"), Is.EqualTo("2025-12"));
            Assert.That(chart.At("/signals/0/direction"), Is.EqualTo("down"));
            Assert.That(chart.At("/signals/0/meaning"), Is.EqualTo("improvement"));
            Assert.That(chart.At("/points/17/meaning"), Is.EqualTo("improvement"));
            Assert.That(chart.At("/statistics/signal"), Is.EqualTo("true"));
        });
    }

    [Test]
    public async Task Drafts_and_withdrawn_figures_are_on_no_chart()
    {
        var series = await NewSeries();
        (await Admin.Put($"{series}/2026-03", """{ "numerator": 4, "denominator": 310, "status": "draft" }""")).Is(201);
        (await Admin.Put($"{series}/2026-04", """{ "numerator": 4, "denominator": 310 }""")).Is(201);
        (await Admin.Delete($"{series}/2026-04", "1")).Is(200);
        Assert.That((await Admin.Get(Chart(series))).Is(200).Each("value", "/points"), Is.All.EqualTo("null"));
    }

    [Test]
    public async Task A_chart_as_of_an_instant_is_what_was_known_then()
    {
        var series = await NewSeries();
        var first = (await Admin.Put($"{series}/2026-03", """{ "numerator": 4, "denominator": 100 }""")).Is(201).At("/recordedAt");
        (await Admin.Put($"{series}/2026-03", """{ "numerator": 9, "denominator": 100 }""", "1")).Is(200);
        (await Admin.Put(series.Split("/teams/")[0] + "/measures/m", Given.Rate.Replace("1000", "100", StringComparison.Ordinal), "*")).Is(200);
        var then = (await Admin.Get($"{Chart(series)}?asOf={first}")).Is(200);
        var now = (await Admin.Get(Chart(series))).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(then.At("/points/14/value"), Is.EqualTo("40"), "also the measure is as it was");
            Assert.That(then.At("/asOf"), Is.EqualTo(first));
            Assert.That(now.At("/points/14/value"), Is.EqualTo("9"));
        });
        (await Admin.Get($"{Chart(series)}?asOf=2001-01-01T00:00:00Z")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task A_chart_keeps_its_tag_until_something_changes_and_has_another_in_every_form()
    {
        var series = await NewSeries();
        var json = (await Admin.Get(Chart(series))).Is(200);
        var svg = (await Admin.Get(Chart(series), accept: "image/svg+xml")).Is(200);
        Assert.That(svg.ETag, Is.Not.EqualTo(json.ETag));
        Assert.That(json.Header("Vary"), Is.EqualTo("Accept"));
        (await Admin.Get(Chart(series), json.ETag)).Is(304);
        (await Admin.Put($"{series}/2026-03", """{ "numerator": 4, "denominator": 100 }""")).Is(201);
        Assert.That((await Admin.Get(Chart(series), json.ETag)).Is(200).ETag, Is.Not.EqualTo(json.ETag));
    }

    [Test]
    public async Task The_last_complete_month_enters_the_chart_when_it_has_ended()
    {
        var series = await NewSeries();
        var before = (await Admin.Get(Chart(series))).Is(200);
        Clock.MoveTo("2026-08-01T00:00:00Z");
        var after = (await Admin.Get(Chart(series), before.ETag)).Is(200);
        Assert.That(after.At($"/points/{after.Count("/points") - 1}/month"), Is.EqualTo("2026-07"));
    }

    [Test]
    public async Task The_picture_is_SVG_without_scripts_that_says_in_words_what_it_shows()
    {
        var series = await Shifted();
        var picture = (await Admin.Get($"{Chart(series)}.svg?baselineMonths=12")).Is(200);
        var svg = XDocument.Parse(picture.Text);
        XNamespace name = "http://www.w3.org/2000/svg";
        Assert.Multiple(() =>
        {
            Assert.That(picture.Header("Content-Type"), Does.StartWith("image/svg+xml"));
            Assert.That(svg.Descendants(name + "script"), Is.Empty);
            Assert.That(svg.Descendants(name + "title").First().Value, Does.Contain("Pneumonia"));
            Assert.That(svg.Descendants(name + "desc").First().Value, Does.Contain("improvement"));
        });
    }

    [Test]
    public async Task The_file_is_CSV_with_a_row_for_each_month()
    {
        var series = await Shifted();
        var file = (await Admin.Get($"{Chart(series)}.csv?to=2026-06")).Is(200);
        var lines = file.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(19));
        Assert.That(lines[0], Does.StartWith("month,numerator,denominator,value,centre"));
    }

    [TestCase("rules=nelson", 400)]
    [TestCase("type=xmr&rules=perla", 400)]
    [TestCase("type=pie", 400)]
    [TestCase("rules=guess", 400)]
    [TestCase("from=2026-13", 400)]
    [TestCase("from=2026-05&to=2026-04", 400)]
    [TestCase("baselineMonths=0", 400)]
    [TestCase("asOf=yesterday", 400)]
    [TestCase("colour=red", 400)]
    public async Task A_question_that_cannot_be_answered_is_refused(string query, int status)
    {
        var series = await NewSeries();
        Assert.That((await Admin.Get($"{Chart(series)}?{query}")).Is(status).Header("Content-Type"), Does.StartWith("application/problem+json"));
    }

    [TestCase("xmr", "shewhart3Sigma")]
    [TestCase("u", "nelson")]
    [TestCase("uPrime", "westernElectric")]
    [TestCase("xmr", "makingDataCount")]
    public async Task A_control_chart_has_limits_rules_and_icons(string type, string rules)
    {
        var series = await Shifted();
        var chart = (await Admin.Get($"{Chart(series)}?type={type}&rules={rules}&baselineMonths=12&to=2026-06")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That((chart.At("/chart/type"), chart.At("/chart/rules")), Is.EqualTo((type, rules)));
            Assert.That(chart.At("/chart/screenMovingRanges"), Is.EqualTo(type is "xmr" or "uPrime" ? "true" : "null"));
            Assert.That(chart.Each("upper", "/points"), Has.None.EqualTo("null"));
            Assert.That(chart.At("/icons/variation"), Is.EqualTo("improvementLow").Or.EqualTo("commonCause"));
        });
        (await Admin.Get($"{Chart(series)}.svg?type={type}&rules={rules}")).Is(200);
    }

    [Test]
    public async Task The_engine_chooses_a_type_by_the_kind_of_measure_and_says_why()
    {
        var series = await Shifted();
        var chart = (await Admin.Get($"{Chart(series)}?type=auto&to=2026-06")).Is(200);
        Assert.That(chart.At("/chart/type"), Is.EqualTo("u").Or.EqualTo("uPrime"));
        Assert.That(chart.At("/chart/reason"), Is.Not.Null.And.Not.EqualTo("null"));
    }

    [Test]
    public async Task Figures_that_do_not_fit_a_type_of_chart_are_said_so()
    {
        var series = await NewSeries();
        (await Admin.Put($"{series}/2026-05", """{ "numerator": 400, "denominator": 300 }""")).Is(201);
        (await Admin.Get($"{Chart(series)}?type=p")).IsProblem(409, "chart-type-unavailable");
    }

    [Test]
    public async Task A_form_that_there_is_not_is_406() =>
        (await Admin.Get(Chart(await NewSeries()), accept: "image/png")).IsProblem(406, "not-acceptable");

    [Test]
    public async Task Months_before_enrolment_enter_the_aggregate_but_nobody_is_expected_to_report_them()
    {
        var series = await NewSeries(team: """{ "name": "Late", "enrolledFrom": "2026-04" }""");
        (await Admin.Put($"{series}/2026-03", """{ "numerator": 4, "denominator": 100 }""")).Is(201);
        var chart = (await Admin.Get($"{series.Split("/teams/")[0]}/measures/m/chart?from=2026-03&to=2026-03")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(chart.At("/points/0/teamsEnrolled"), Is.EqualTo("0"));
            Assert.That(chart.At("/points/0/teamsReporting"), Is.EqualTo("0"));
            Assert.That(chart.At("/points/0/teamsContributing"), Is.EqualTo("1"));
            Assert.That(chart.At("/points/0/value"), Is.EqualTo("40"));
        });
    }

    [Test]
    public async Task Every_gap_between_events_is_a_point_of_its_own()
    {
        var series = await NewSeries(Given.Measure("daysBetween"));
        (await Admin.Put($"{series}/2026-05", """{ "values": [12, 30] }""")).Is(201);
        var chart = (await Admin.Get($"{Chart(series)}?from=2026-04&to=2026-06")).Is(200);
        Assert.That(chart.Each("month", "/points"), Is.EqualTo(new[] { "2026-04", "2026-05", "2026-05", "2026-06" }));
        Assert.That(chart.Each("value", "/points"), Is.EqualTo(new[] { "null", "12", "30", "null" }));
    }

    [Test]
    public async Task Everyone_in_the_collaborative_sees_the_run_chart_of_all_teams()
    {
        var path = await Five();
        foreach (var role in new[] { Role.Faculty, Role.Sponsor, Role.Integration })
        {
            (await (await Server.As(role, CodeIn(path))).Get($"{path}/measures/m/chart")).Is(200);
        }

        (await (await Server.As(Role.Member, CodeIn(path), "a")).Get($"{path}/measures/m/chart")).Is(200);
    }

    private static string Chart(string series) => series.Replace("/submissions", "/chart", StringComparison.Ordinal);

    private async Task<string> Five()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/measures/m", Given.Proportion)).Is(201);
        foreach (var (team, numerator, denominator) in FiveTeams)
        {
            (await Admin.Put($"{path}/teams/{team}", Given.Team)).Is(201);
            (await Admin.Put($"{path}/teams/{team}/measures/m/submissions/2026-05", $$"""{ "numerator": {{numerator}}, "denominator": {{denominator}} }""")).Is(201);
        }

        return path;
    }

    /// <summary>Twelve months around 10, then six around 5.</summary>
    private async Task<string> Shifted()
    {
        var series = await NewSeries();
        int[] events = [9, 11, 10, 12, 8, 10, 9, 11, 10, 10, 11, 9, 5, 6, 5, 4, 5, 6];
        for (var i = 0; i < events.Length; i++)
        {
            (await Admin.Put($"{series}/{new Domain.Month(2025, 1).AddMonths(i)}", $$"""{ "numerator": {{events[i]}}, "denominator": 1000 }""")).Is(201);
        }

        return series;
    }
}
