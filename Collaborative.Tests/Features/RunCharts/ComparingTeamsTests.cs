using System.Globalization;
using System.Xml.Linq;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.RunCharts;

/// <summary>Small multiples, funnels and icon summaries.</summary>
public sealed class ComparingTeamsTests(Lane lane) : Feature(lane)
{
    /// <summary>Comes to nothing over a year.</summary>
    private static readonly int[] Wobble = [-1, 0, 1];

    [Test]
    public async Task Small_multiples_have_a_panel_for_each_team_in_the_order_asked_for()
    {
        var path = await Twelve();
        var byCode = (await Admin.Get($"{path}/measures/m/small-multiples")).Is(200);
        var bySize = (await Admin.Get($"{path}/measures/m/small-multiples?order=bySize&scale=own&type=xmr")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(byCode.Each("team", "/panels").Take(2), Is.EqualTo(new[] { "t01", "t02" }));
            Assert.That(byCode.Count("/panels"), Is.EqualTo(12));
            Assert.That(byCode.At("/commonScale"), Is.EqualTo("true"));
            Assert.That(byCode.Count("/panels/0/points"), Is.EqualTo(18));
            Assert.That(bySize.Each("team", "/panels").Take(2), Is.EqualTo(new[] { "t12", "t11" }));
            Assert.That(bySize.At("/panels/0/chart/type"), Is.EqualTo("xmr"));
            Assert.That(bySize.At("/panels/0/icons/variation"), Is.Not.Null);
        });
        var picture = (await Admin.Get($"{path}/measures/m/small-multiples.svg")).Is(200);
        Assert.That(XDocument.Parse(picture.Text).Root!.Name.LocalName, Is.EqualTo("svg"));
        Assert.That(picture.Header("Content-Security-Policy"), Does.Contain("default-src 'none'"));
    }

    [Test]
    public async Task A_data_lead_sees_the_panels_and_rows_of_the_own_teams_only()
    {
        var path = await Twelve();
        var lead = await Server.As(Role.DataLead, CodeIn(path), "t03");
        Assert.That((await lead.Get($"{path}/measures/m/small-multiples")).Is(200).Each("team", "/panels"), Is.EqualTo(new[] { "t03" }));
        Assert.That((await lead.Get($"{path}/measures/m/summary")).Is(200).Each("code", "/rows"), Is.EqualTo(new[] { "t03" }));
        Assert.That((await lead.Get($"{path}/measures/m/small-multiples.svg")).Is(200).Text, Does.Not.Contain("Team 4"));
    }

    [Test]
    public async Task A_funnel_sets_each_team_against_what_chance_allows_for_its_size()
    {
        var path = await Twelve();
        var funnel = (await Admin.Get($"{path}/measures/m/funnel")).Is(200);
        var expected = Enumerable.Range(1, 12).Sum(team => 12.0 * (team == 12 ? 30 : team)) / Enumerable.Range(1, 12).Sum(team => 12.0 * team * 10) * 1000;
        Assert.Multiple(() =>
        {
            Assert.That(double.Parse(funnel.At("/centre")!, CultureInfo.InvariantCulture), Is.EqualTo(expected).Within(1e-9));
            Assert.That(funnel.Each("place", "/points")[11], Is.EqualTo("aboveOuter"));
            Assert.That(funnel.Each("meaning", "/points")[11], Is.EqualTo("concern"));
            Assert.That(funnel.At("/points/0/team"), Is.EqualTo("t01"));
            Assert.That(funnel.At("/from"), Is.EqualTo("2025-01"));
            Assert.That(funnel.At("/outer/coverage"), Is.EqualTo("0.998"));
        });
        (await Admin.Get($"{path}/measures/m/funnel?limits=normal&overdispersion=additive&from=2025-03&to=2025-06")).Is(200).Has("/overdispersion", "additive").Has("/from", "2025-03");
        Assert.That((await Admin.Get($"{path}/measures/m/funnel.svg")).Is(200).Text, Does.Contain("Team 12"));
        (await Admin.Put($"{path}/measures/mean", Given.Measure("mean"))).Is(201);
        (await Admin.Get($"{path}/measures/mean/funnel")).IsProblem(409, "chart-type-unavailable");
    }

    [Test]
    public async Task The_period_of_a_funnel_is_the_last_phase_of_the_pooled_chart()
    {
        var path = await Twelve();
        (await Admin.Put($"{path}/measures/m/phases/2025-07", """{ "reason": "A new definition" }""")).Is(201);
        (await Admin.Get($"{path}/measures/m/funnel")).Is(200).Has("/from", "2025-07");
    }

    [Test]
    public async Task A_summary_row_says_what_the_chart_behind_its_link_says()
    {
        var path = await Twelve();
        (await Admin.Put($"{path}/measures/empty", Given.Rate)).Is(201);
        foreach (var address in new[] { $"{path}/teams/t12/summary", $"{path}/measures/m/summary", $"{path}/summary", $"{path}/summary?type=run&rules=anhoej&baselineMonths=6" })
        {
            var summary = (await Admin.Get(address)).Is(200);
            for (var i = 0; i < summary.Count("/rows"); i++)
            {
                var chart = (await Admin.Get(summary.At($"/rows/{i}/chart")!)).Is(200);
                Assert.Multiple(() =>
                {
                    Assert.That(summary.At($"/rows/{i}/icons"), Is.EqualTo(chart.At("/icons")), address);
                    Assert.That(summary.At($"/rows/{i}/note"), Is.EqualTo(chart.At("/statistics/note")), address);
                    Assert.That(summary.At($"/rows/{i}/lastValue"), Is.EqualTo(chart.Each("value", "/points").LastOrDefault(value => value != "null") ?? "null"), address);
                });
            }
        }

        var shares = (await Admin.Get($"{path}/measures/m/summary")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(shares.At("/shares/teams"), Is.EqualTo("12"));
            Assert.That(shares.At("/shares/judged"), Is.EqualTo("12"));
            Assert.That(shares.At("/shares/shareByChance"), Is.Not.EqualTo("null"), "never without what chance alone would show");
        });
    }

    [Test]
    public async Task A_summary_is_also_a_page_with_the_icons_in_it_and_a_file()
    {
        var path = await Twelve();
        var page = (await Admin.Get($"{path}/measures/m/summary.html")).Is(200);
        var file = (await Admin.Get($"{path}/teams/t01/summary.csv")).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(page.Header("Content-Type"), Does.StartWith("text/html"));
            Assert.That(page.Text, Does.Contain("<svg").And.Contain("Team 12").And.Contain("chance alone would show one in").And.Contain("/chart.svg?type=xmr&amp;rules=makingDataCount"));
            Assert.That(file.Text.Split("\r\n")[1], Does.StartWith("m,Pneumonia,outcome,decrease,,2025-12,"));
        });
        Assert.That((await Admin.Get($"{path}/measures/m/summary", accept: "text/html")).Is(200).Text, Is.EqualTo(page.Text));
        (await Admin.Get($"{path}/measures/m/summary", accept: "image/png")).IsProblem(406, "not-acceptable");
    }

    /// <summary>Twelve teams over a year: team n has about n events in 10 n days, but for the last one, which has about 30.</summary>
    private async Task<string> Twelve()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/measures/m", Given.Rate.Replace("}", """, "goal": { "value": 60 } }""", StringComparison.Ordinal))).Is(201);
        var rows = new System.Text.StringBuilder("team,measure,month,numerator,denominator\n");
        for (var team = 1; team <= 12; team++)
        {
            (await Admin.Put($"{path}/teams/t{team:00}", $$"""{ "name": "Team {{team}}" }""")).Is(201);
            for (var month = 1; month <= 12; month++)
            {
                rows.Append(CultureInfo.InvariantCulture, $"t{team:00},m,2025-{month:00},{(team == 12 ? 30 : team) + Wobble[month % 3]},{team * 10}\n");
            }
        }

        await Jobs.Ended(Admin, (await Admin.Post($"{path}/imports", rows.ToString(), "text/csv")).Is(202));
        return path;
    }
}
