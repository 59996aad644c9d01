using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.RunCharts;

/// <summary>Phases, flags and notes on the charts that they belong to.</summary>
public sealed class MarkingChartsTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task A_phase_that_people_agreed_on_has_a_centre_line_rules_and_an_author_of_its_own()
    {
        var (team, _) = await Stepped();
        (await Admin.Put($"{team}/annotations/bundle", """{ "month": "2026-01", "kind": "implementation", "text": "The bundle is in use" }""")).Is(201);
        (await Admin.Put($"{team}/measures/m/phases/2026-01", """{ "reason": "The bundle holds", "annotation": "bundle", "policy": "williams" }""")).Is(201);
        var chart = (await Admin.Get($"{team}/measures/m/chart?baselineMonths=6")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(chart.Count("/phases"), Is.EqualTo(2));
            Assert.That(chart.At("/phases/0/frozenTo"), Is.EqualTo("2025-06"), "a freeze composes with phases: it is that of the first");
            Assert.That(chart.At("/phases/0/approval"), Is.EqualTo("null"));
            Assert.That(chart.At("/phases/1/from"), Is.EqualTo("2026-01"));
            Assert.That(chart.At("/phases/1/reason"), Is.EqualTo("The bundle holds"));
            Assert.That(chart.At("/phases/1/approval/annotation"), Is.EqualTo("bundle"));
            Assert.That(chart.At("/phases/1/approval/policy"), Is.EqualTo("williams"));
            Assert.That(chart.At("/phases/1/approval/by"), Is.Not.Null.And.Not.Empty);
            Assert.That(chart.At("/points/12/phase"), Is.EqualTo("2"));
            Assert.That(chart.At("/change/words"), Does.StartWith("\u221250\u202f% relative to the baseline: from 10"));
            Assert.That(chart.At("/change/agreed"), Is.EqualTo("false"), "six points are too few to find the phase stable");
            Assert.That(chart.Each("text", "/annotations"), Is.EqualTo(new[] { "The bundle is in use" }));
        });
        Assert.That((await Admin.Get($"{team}/measures/m/chart?marks=false")).Is(200).Count("/phases"), Is.EqualTo(1), "or without what people put on it");
    }

    [Test]
    public async Task A_phase_freezes_its_own_first_months_and_one_from_before_the_window_still_holds()
    {
        var (team, _) = await Stepped();
        (await Admin.Put($"{team}/measures/m/phases/2025-01", """{ "reason": "The baseline", "freezeMonths": 10 }""")).Is(201);
        (await Admin.Put($"{team}/measures/m/phases/2026-01", """{ "reason": "The bundle", "freezeMonths": 3 }""")).Is(201);
        var whole = (await Admin.Get($"{team}/measures/m/chart")).Is(200);
        var late = (await Admin.Get($"{team}/measures/m/chart?from=2025-03")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(whole.Each("frozenTo", "/phases"), Is.EqualTo(new[] { "2025-10", "2026-03" }));
            Assert.That(late.Each("frozenTo", "/phases"), Is.EqualTo(new[] { "2025-10", "2026-03" }));
            Assert.That(late.At("/phases/0/from"), Is.EqualTo("2025-03"));
        });
    }

    [Test]
    public async Task A_flag_marks_a_point_as_astronomical_or_takes_it_out_of_the_arithmetic()
    {
        var (team, _) = await Stepped();
        (await Admin.Put($"{team}/measures/m/flags/2025-06", """{ "astronomical": true, "reason": "Two wards were counted" }""")).Is(201);
        (await Admin.Put($"{team}/measures/m/flags/2025-05", """{ "excluded": true, "reason": "The ward was closed" }""")).Is(201);
        (await Admin.Put($"{team}/measures/m/flags/2025-07", """{ "reason": "Nothing" }""")).IsInvalid("/astronomical");
        var chart = (await Admin.Get($"{team}/measures/m/chart")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(chart.At("/points/5/signals"), Does.Contain("astronomical"));
            Assert.That(chart.At("/points/4/excluded"), Is.EqualTo("true"));
            Assert.That(chart.Each("reason", "/flags"), Is.EqualTo(new[] { "The ward was closed", "Two wards were counted" }));
        });
    }

    [Test]
    public async Task A_chart_as_of_an_instant_has_the_phases_flags_and_notes_of_that_instant()
    {
        var (team, _) = await Stepped();
        var first = (await Admin.Put($"{team}/measures/m/phases/2026-01", """{ "reason": "The bundle" }""")).Is(201).At("/recordedAt");
        (await Admin.Put($"{team}/annotations/a", """{ "month": "2026-01", "kind": "event", "text": "Later" }""")).Is(201);
        (await Admin.Delete($"{team}/measures/m/phases/2026-01?reason=too+soon", "1")).Is(200);
        var now = (await Admin.Get($"{team}/measures/m/chart")).Is(200);
        var then = (await Admin.Get($"{team}/measures/m/chart?asOf={first}")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That((then.Count("/phases"), then.Count("/annotations")), Is.EqualTo((2, 0)));
            Assert.That((now.Count("/phases"), now.Count("/annotations")), Is.EqualTo((1, 1)));
            Assert.That(now.ETag, Is.Not.EqualTo(then.ETag));
        });
    }

    [Test]
    public async Task Notes_of_the_collaborative_are_on_all_charts_and_those_of_a_team_or_measure_on_theirs_only()
    {
        var (team, collaborative) = await Stepped();
        (await Admin.Put($"{collaborative}/teams/south", """{ "name": "South ICU" }""")).Is(201);
        (await Admin.Put($"{collaborative}/measures/other", Given.Rate)).Is(201);
        (await Admin.Put($"{collaborative}/annotations/ls1", """{ "month": "2026-02", "kind": "learningSession", "text": "Learning session 1" }""")).Is(201);
        (await Admin.Put($"{collaborative}/annotations/def", """{ "month": "2026-01", "kind": "definitionChange", "text": "New definition", "measure": "M" }""")).Is(201).Has("/measure", "m");
        (await Admin.Put($"{team}/annotations/test", """{ "month": "2026-03", "kind": "testOfChange", "text": "A test" }""")).Is(201);
        async Task<IReadOnlyList<string?>> On(string chart) => (await Admin.Get(chart)).Is(200).Each("text", "/annotations");
        Assert.Multiple(async () =>
        {
            Assert.That(await On($"{team}/measures/m/chart"), Is.EqualTo(new[] { "New definition", "Learning session 1", "A test" }));
            Assert.That(await On($"{team}/measures/other/chart"), Is.EqualTo(new[] { "Learning session 1", "A test" }));
            Assert.That(await On($"{collaborative}/teams/south/measures/m/chart"), Is.EqualTo(new[] { "New definition", "Learning session 1" }));
            Assert.That(await On($"{collaborative}/measures/m/chart"), Is.EqualTo(new[] { "New definition", "Learning session 1" }));
        });
        Assert.That((await Admin.Get($"{team}/measures/m/chart.svg")).Is(200).Text, Does.Contain("Learning session 1"));
        var page = (await Admin.Get($"{team}/measures/m/chart", accept: "text/html")).Is(200);
        Assert.That(page.Text, Does.StartWith("<!doctype html>").And.Contain("<svg").And.Contain("Learning session 1").And.Contain("<th scope=\"row\">Jan 2025</th>"));
    }

    [Test]
    public async Task A_PDSA_cycle_shows_by_itself_on_its_teams_chart_of_its_measure_once_it_runs()
    {
        var (team, collaborative) = await Stepped();
        const string Planned = """{ "title": "Oral care chart", "measure": "m", "kind": "testing", "state": "planned", "scale": { "kind": "onePatient" }, "plan": { "predictions": ["Nurses will fill it in"] } }""";
        (await Admin.Put($"{team}/pdsa/oral-care", Planned)).Is(201);
        Assert.That((await Admin.Get($"{team}/measures/m/chart")).Is(200).Count("/annotations"), Is.Zero);
        (await Admin.Put($"{team}/pdsa/oral-care", Planned.Replace("\"planned\"", "\"running\", \"startedOn\": \"2026-02-10\"", StringComparison.Ordinal), "1")).Is(200);
        (await Admin.Get($"{team}/measures/m/chart")).Is(200).Has("/annotations/0/month", "2026-02").Has("/annotations/0/text", "Oral care chart").Has("/annotations/0/kind", "testOfChange")
            .Has("/annotations/0/source", "pdsaCycle").Has("/annotations/0/code", "oral-care");
        Assert.That((await Admin.Get($"{collaborative}/measures/m/chart")).Is(200).Count("/annotations"), Is.Zero, "a test of one team is not on the chart of all");
    }

    [Test]
    public async Task Learning_sessions_are_on_every_chart_and_the_action_periods_between_them_behind_its_points()
    {
        var (team, collaborative) = await Stepped();
        (await Admin.Put($"{collaborative}/sessions/ls1", """{ "number": 1, "title": "Learning session 1", "firstDay": "2026-01-14", "lastDay": "2026-01-15" }""")).Is(201);
        (await Admin.Put($"{collaborative}/sessions/ls2", """{ "number": 2, "title": "Learning session 2", "firstDay": "2026-05-06", "lastDay": "2026-05-07" }""")).Is(201);
        foreach (var address in new[] { $"{team}/measures/m/chart", $"{collaborative}/measures/m/chart" })
        {
            var chart = (await Admin.Get(address)).Is(200);
            Assert.Multiple(() =>
            {
                Assert.That(chart.Each("text", "/annotations"), Is.EqualTo(new[] { "Learning session 1", "Learning session 2" }));
                Assert.That(chart.Each("from", "/actionPeriods"), Is.EqualTo(new[] { "2026-01", "2026-05" }));
                Assert.That(chart.Each("to", "/actionPeriods"), Is.EqualTo(new[] { "2026-04", "2027-06" }), "the month of a session belongs to what follows it");
            });
        }

        Assert.That((await Admin.Get($"{team}/measures/m/chart.svg")).Is(200).Text, Does.Contain("Action period 1"));
    }

    [Test]
    public async Task The_figures_propose_a_phase_by_policy_and_nobody_but_a_person_begins_it()
    {
        var (team, _) = await Stepped(after: 10);
        var proposal = (await Admin.Get($"{team}/measures/m/proposals?baselineMonths=12&to=2026-10")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(proposal.At("/policy"), Is.EqualTo("williams"));
            Assert.That(proposal.At("/phase/start"), Is.EqualTo("2026-01"));
            Assert.That(proposal.At("/phase/centre"), Is.EqualTo("5"));
            Assert.That(proposal.At("/phase/meaning"), Is.EqualTo("improvement"));
            Assert.That(proposal.At("/phase/reason"), Does.Contain("10 points in a row"));
        });
        (await Admin.Get($"{team}/measures/m/proposals?baselineMonths=12&policy=never&to=2026-10")).Is(200).Has("/phase", "null");
        Assert.That((await Admin.Get($"{team}/measures/m/chart?baselineMonths=12")).Is(200).Count("/phases"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_thresholds_and_the_runs_table_of_the_rules_can_be_chosen_and_are_echoed()
    {
        var (team, _) = await Stepped();
        var chart = (await Admin.Get($"{team}/measures/m/chart?baselineMonths=12&shift=7&trend=6&runsTable=exact")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(chart.At("/chart/thresholds/shift"), Is.EqualTo("7"));
            Assert.That(chart.At("/chart/thresholds/trend"), Is.EqualTo("6"));
            Assert.That(chart.At("/chart/runsTable"), Is.EqualTo("exact"));
            Assert.That(chart.Each("rule", "/signals"), Has.None.EqualTo("shift"), "six points are no shift of seven");
        });
        Assert.That((await Admin.Get($"{team}/measures/m/chart?baselineMonths=12")).Is(200).Each("rule", "/signals"), Has.Some.EqualTo("shift"));
        (await Admin.Get($"{team}/measures/m/chart?shift=2")).IsInvalid("shift");
    }

    /// <summary>A year of about 10 in a hundred, then 5: the team's address and the collaborative's.</summary>
    private async Task<(string Team, string Collaborative)> Stepped(int after = 6)
    {
        var series = await NewSeries(Given.Rate.Replace("1000", "100", StringComparison.Ordinal));
        Clock.MoveTo("2027-01-20T10:00:00Z");
        for (var i = 0; i < 12 + after; i++)
        {
            var (year, month) = (2025 + (i / 12), (i % 12) + 1);
            (await Admin.Put($"{series}/{year}-{month:00}", $$"""{ "numerator": {{(i < 12 ? 9 + (i % 3) : 5)}}, "denominator": 100 }""")).Is(201);
        }

        Clock.MoveTo(Given.Now);
        return (series.Split("/measures/")[0], series.Split("/teams/")[0]);
    }
}
