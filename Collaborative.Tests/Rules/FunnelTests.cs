using System.Text.Json;
using System.Xml.Linq;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class FunnelTests
{
    private static readonly FunnelSettings Plain = new() { Multiplier = 1, Limits = FunnelLimits.Normal };

    /// <summary>Twelve teams of 100 with 20 % on average.</summary>
    private static FunnelTeam[] Twelve(params int[] numerators) => [.. numerators.Select((numerator, i) => new FunnelTeam($"Team {i + 1}", numerator, 100))];

    private static readonly int[] Even = [20, 22, 18, 21, 19, 20, 24, 16, 20, 20, 19, 21];

    [Test]
    public void Every_reference_funnel_agrees()
    {
        var folder = ReferenceCases.FolderOrIgnore();
        var names = new List<string>();
        Assert.Multiple(() =>
        {
            foreach (var (name, reference) in ReferenceCases.All(folder))
            {
                if (reference.GetProperty("expected").TryGetProperty("funnel", out var funnel))
                {
                    foreach (var (chart, overdispersion) in new[] { ("p", Overdispersion.None), ("pp", Overdispersion.Laney) })
                    {
                        names.Add($"{name} {chart}");
                        Agrees($"{name} {chart}", reference, funnel, funnel.GetProperty(chart), overdispersion);
                    }
                }
            }
        });
        TestContext.Out.WriteLine($"{names.Count} reference funnels compared: {string.Join(", ", names)}");
        Assert.That(names, Is.Not.Empty);
    }

    private static void Agrees(string name, JsonElement reference, JsonElement funnel, JsonElement chart, Overdispersion overdispersion)
    {
        var (series, teams) = ReferenceCases.Teams(reference);
        var month = Array.IndexOf(ReferenceCases.Labels(reference), ReferenceCases.Text(funnel.GetProperty("period")));
        var ours = Funnel.Of(Funnel.Totals(series, teams, month, month), Plain with { Overdispersion = overdispersion, Outer = FunnelBand.ThreeSigma });
        Assert.That(ours.Points.Select(point => point.Name), Is.EqualTo(funnel.GetProperty("team").EnumerateArray().Select(ReferenceCases.Text)), $"{name}: teams");
        Near(ours.Points.Select(point => point.Value), "y");
        Near(ours.Points.Select(_ => ours.Centre!.Value), "cl");
        Near(ours.Points.Select(point => point.LowerOuter), "lcl");
        Near(ours.Points.Select(point => point.UpperOuter), "ucl");
        Assert.That(ours.Points.Select(point => point.Meaning is not null), Is.EqualTo(ReferenceCases.Flags(chart.GetProperty("sigma_signal"))), $"{name}: outside");

        void Near(IEnumerable<double> mine, string property) => Assert.That(
            mine, Is.EqualTo(ReferenceCases.Numbers(chart.GetProperty(property)).Select(number => number!.Value)).Within(1e-9).Percent, $"{name}: {property}");
    }

    [Test]
    public void Normal_limits_are_so_many_standard_errors_off()
    {
        var funnel = Funnel.Of(Twelve(Even), Plain);
        Assert.Multiple(() =>
        {
            Assert.That(funnel.Centre, Is.EqualTo(0.2).Within(1e-12));
            Assert.That(funnel.Points[0].UpperInner, Is.EqualTo(0.2 + (1.959963984540054 * 0.04)).Within(1e-12));
            Assert.That(funnel.Points[0].LowerOuter, Is.EqualTo(0.2 - (3.090232306167813 * 0.04)).Within(1e-12));
            Assert.That(funnel.Points.Select(point => point.Place), Is.All.EqualTo(FunnelPlace.Within));
            Assert.That(funnel.Note, Is.Null);
        });
    }

    /// <summary>
    /// Binomial with n = 10 and p = 1/2: F(1) = 11/1024 and F(2) = 56/1024, so that 2.5 % is reached at 2 and interpolated to
    /// 2 - (56/1024 - 0.025)/(45/1024); Poisson with mean 4: F(0) = 0.0183156 and F(1) = 0.0915782.
    /// </summary>
    [Test]
    public void Exact_limits_are_interpolated_quantiles()
    {
        var proportions = Funnel.Of([new("A", 5, 10), new("B", 5, 10)], Plain with { Limits = FunnelLimits.Exact });
        var rates = Funnel.Of([new("A", 4, 2), new("B", 4, 2)], Plain with { Limits = FunnelLimits.Exact, Kind = MeasureKind.Rate });
        Assert.Multiple(() =>
        {
            Assert.That(proportions.Points[0].LowerInner, Is.EqualTo((2 - (((56 / 1024.0) - 0.025) / (45 / 1024.0))) / 10).Within(1e-12));
            Assert.That(rates.Points[0].LowerInner, Is.EqualTo((1 - ((0.0915782 - 0.025) / 0.0732626)) / 2).Within(1e-6));
            Assert.That(proportions.Points[0].UpperInner, Is.InRange(0.7, 0.9));
        });
    }

    [Test]
    public void Exact_limits_come_close_to_normal_ones_for_large_teams()
    {
        FunnelTeam[] teams = [new("A", 200_000, 1_000_000), new("B", 4_000, 20_000)];
        var (exact, normal) = (Funnel.Of(teams, Plain with { Limits = FunnelLimits.Exact }), Funnel.Of(teams, Plain));
        var (rates, normalRates) = (
            Funnel.Of(teams, Plain with { Limits = FunnelLimits.Exact, Kind = MeasureKind.Rate }), Funnel.Of(teams, Plain with { Kind = MeasureKind.Rate }));
        Assert.Multiple(() =>
        {
            for (var i = 0; i < 2; i++)
            {
                Assert.That(exact.Points[i].UpperOuter, Is.EqualTo(normal.Points[i].UpperOuter).Within(1e-4));
                Assert.That(exact.Points[i].LowerInner, Is.EqualTo(normal.Points[i].LowerInner).Within(1e-4));
                Assert.That(rates.Points[i].UpperOuter, Is.EqualTo(normalRates.Points[i].UpperOuter).Within(2e-4));
            }
        });
    }

    [Test]
    public void Teams_that_vary_more_than_chance_widen_the_limits_where_asked_and_are_mentioned_otherwise()
    {
        var wide = Twelve(5, 38, 8, 35, 20, 22, 18, 20, 33, 7, 31, 3);
        var plain = Funnel.Of(wide, Plain);
        var multiplied = Funnel.Of(wide, Plain with { Overdispersion = Overdispersion.Multiplicative });
        var added = Funnel.Of(wide, Plain with { Overdispersion = Overdispersion.Additive });
        Assert.Multiple(() =>
        {
            Assert.That(plain.Note, Does.StartWith("The teams vary more than chance alone explains (\u03c6 = "));
            Assert.That(multiplied.Note, Is.Null);
            Assert.That(Half(multiplied), Is.EqualTo(Half(plain) * Math.Sqrt(plain.Phi!.Value)).Within(1e-12));
            Assert.That(Half(added), Is.EqualTo(3.090232306167813 * Math.Sqrt(0.0016 + added.TauSquared!.Value)).Within(1e-12));

            // With equal teams of weight w, DerSimonian and Laird comes down to (kφ - (k-1)) / (w (k-1)), w = 1/0.0016.
            Assert.That(added.TauSquared, Is.EqualTo(((12 * plain.Phi.Value) - 11) / (11 / 0.0016)).Within(1e-12));
        });

        static double Half(Funnel funnel) => funnel.Points[0].UpperOuter - funnel.Centre!.Value;
    }

    [Test]
    public void Less_variation_than_chance_narrows_nothing()
    {
        var (plain, multiplied) = (Funnel.Of(Twelve(Even), Plain), Funnel.Of(Twelve(Even), Plain with { Overdispersion = Overdispersion.Multiplicative }));
        Assert.That(multiplied.Points[0].UpperOuter, Is.EqualTo(plain.Points[0].UpperOuter));
        Assert.That(Funnel.Of(Twelve(Even), Plain with { Overdispersion = Overdispersion.Additive }).TauSquared, Is.Zero);
    }

    [TestCase(Direction.Increase, SignalMeaning.Improvement)]
    [TestCase(Direction.Decrease, SignalMeaning.Concern)]
    [TestCase(Direction.Neutral, SignalMeaning.Neutral)]
    public void Only_teams_beyond_the_outer_limits_mean_something(Direction good, SignalMeaning meaning)
    {
        var funnel = Funnel.Of(Twelve(40, 29, 18, 21, 19, 20, 24, 16, 20, 20, 9, 4), Plain with { Direction = good });
        Assert.Multiple(() =>
        {
            Assert.That((funnel.Points[0].Place, funnel.Points[0].Meaning), Is.EqualTo((FunnelPlace.AboveOuter, (SignalMeaning?)meaning)));
            Assert.That((funnel.Points[1].Place, funnel.Points[1].Meaning), Is.EqualTo((FunnelPlace.AboveInner, (SignalMeaning?)null)));
            Assert.That(funnel.Points[10].Place, Is.EqualTo(FunnelPlace.BelowInner));
            Assert.That(funnel.Points[11].Place, Is.EqualTo(FunnelPlace.BelowOuter));
        });
    }

    [Test]
    public void Few_teams_teams_without_opportunities_and_impossible_figures()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Funnel.Of([new("A", 1, 5), new("B", 0, 0)], Plain), Has.Property("Note").EqualTo("Only 1 team; a funnel wants at least 10.").And.Property("Phi").Null);
            Assert.That(Funnel.Of([new("A", 1, 5), new("B", 0, 0)], Plain).Points, Has.Length.EqualTo(1));
            Assert.That(Funnel.Of([], Plain), Has.Property("Note").EqualTo("No team has had an opportunity yet.").And.Property("Centre").Null);
            Assert.That(Funnel.Of(Twelve(new int[12]), Plain with { Limits = FunnelLimits.Exact }).Points[0].UpperOuter, Is.Zero);
            foreach (var team in new FunnelTeam[] { new("A", 6, 5), new("A", 1, 0), new("A", -1, 5), new("A", double.NaN, 5) })
            {
                Assert.That(() => Funnel.Of([team], Plain), Throws.ArgumentException);
            }
        });
    }

    [Test]
    public void A_picture_names_the_teams_outside_and_the_reader_and_no_others()
    {
        var funnel = Funnel.Of(Twelve(60, 22, 18, 21, 19, 20, 24, 16, 20, 20, 19, 21), new() { Direction = Direction.Increase, Goal = 30 });
        var svg = XElement.Parse(FunnelSvg.Draw(funnel, "Bundle <given> in full", "March 2026", highlighted: "Team 3"));
        XNamespace space = "http://www.w3.org/2000/svg";
        var words = svg.Descendants(space + "text").Select(text => text.Value).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(words.Where(word => word.StartsWith("Team", StringComparison.Ordinal)), Is.EquivalentTo(new[] { "Team 1", "Team 3" }));
            Assert.That(words, Does.Contain("99.8\u202f% limits").And.Contain("95\u202f% limits").And.Contain("Goal 30\u202f%"));
            Assert.That(svg.Element(space + "desc")!.Value, Does.StartWith("Funnel plot of Bundle <given> in full, 12 teams. All together 23.3\u202f%. 1 outside the 99.8\u202f% limits: Team 1 60\u202f%."));
        });
    }

    [Test]
    public void Every_funnel_becomes_a_picture()
    {
        foreach (var teams in new FunnelTeam[][] { [], [new("A", 0, 1)], [new("A", 0, 0)], [new("A", 1e9, 1e9), new("B", 0, 1)], Twelve(new int[12]) })
        {
            foreach (var overdispersion in Enum.GetValues<Overdispersion>())
            {
                Assert.That(() => XElement.Parse(FunnelSvg.Draw(Funnel.Of(teams, new() { Overdispersion = overdispersion }), "t")), Throws.Nothing);
            }
        }
    }
}
