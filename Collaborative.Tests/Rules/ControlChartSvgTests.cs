using System.Globalization;
using System.Xml.Linq;
using Collaborative.Domain;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class ControlChartSvgTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly AnalysisSettings Xmr = new()
    {
        Type = ChartType.Xmr,
        Rules = RuleSet.MakingDataCount,
        Kind = MeasureKind.Rate,
        Direction = Direction.Decrease,
        Goal = 5,
        FreezePositions = 12,
    };

    private static readonly double?[] Falling = [12, 10, 11, 12, 10, 13, 11, 12, 10, 12, 11, 12, 9, 8, 9, 8, 7, 6, 7, 5, 3];

    private static Chart ChartOf(ChartAnalysis analysis) => new() { Analysis = analysis, Title = "Ventilator-associated pneumonia", Subject = "North ICUs", Unit = "per 1000" };

    private static XElement Draw(Chart chart) => XElement.Parse(ChartSvg.Draw(chart));

    private static string[] Words(XElement svg) => [.. svg.Descendants(Svg + "text").Select(text => text.Value)];

    [Test]
    public void Limits_have_lines_names_and_a_sentence()
    {
        var svg = Draw(ChartOf(Series.Judge(Xmr, Falling)));
        Assert.Multiple(() =>
        {
            Assert.That(Words(svg), Is.SupersetOf(new[] { "Mean 11.3", "Upper limit 15.7", "Lower limit 6.98", "limits", "baseline mean", "mean extended" }));
            Assert.That(svg.Descendants(Svg + "path").Count(path => (string?)path.Attribute("stroke-dasharray") == "12 4 2 4"), Is.EqualTo(2));
            Assert.That(svg.Element(Svg + "desc")!.Value, Does.StartWith("XmR chart of Ventilator-associated pneumonia").And.Contain(
                "The last limits are 6.98 and 15.7. Improvement: lower than chance explains. The goal will be missed as long as nothing changes."));
        });
    }

    [Test]
    public void Trial_limits_look_and_read_different()
    {
        var svg = Draw(ChartOf(Series.Judge(Xmr with { FreezePositions = null }, 12, 10, 11, 12)));
        Assert.Multiple(() =>
        {
            Assert.That(Words(svg), Does.Contain("trial limits").And.Contain("Upper trial limit"));
            Assert.That(svg.Descendants(Svg + "path").Any(path => (string?)path.Attribute("stroke-dasharray") == "12 4 2 4"), Is.False);
        });
    }

    [Test]
    public void Limits_that_depend_on_the_point_are_a_staircase_with_gaps()
    {
        ChartPoint[] points = [new("a", null, 5, 10), new("b", null, 5, 20), new("c"), new("d", null, 5, 20), new("e", null, 6, 20)];
        var svg = Draw(ChartOf(Analyser.Analyse(points, new() { Type = ChartType.P, Kind = MeasureKind.Proportion })));
        var upper = (string)svg.Descendants(Svg + "path").First(path => (string?)path.Attribute("stroke-dasharray") == "5 9").Attribute("d")!;
        Assert.That(upper.Count(c => c == 'M'), Is.EqualTo(2), upper);
        Assert.That(upper.Count(c => c == 'H'), Is.EqualTo(3), upper);
    }

    [Test]
    public void Neighbours_beyond_a_limit_are_told_together()
    {
        var svg = Draw(ChartOf(Series.Judge(Xmr with { Rules = RuleSet.Shewhart3Sigma }, [.. Falling, 3, 2, 30])));
        Assert.That(Words(svg), Does.Contain("4 months below the lower limit \u2013 improvement").And.Contain("Above the upper limit \u2013 concern"));
    }

    [Test]
    public void Notes_are_flags_with_numbers_and_their_text_below_and_action_periods_are_bands()
    {
        var chart = ChartOf(Series.Judge(Xmr, Falling)) with
        {
            Annotations =
            [
                new("2024-03", AnnotationKind.TestOfChange, "A checklist on one ward"),
                new("2025-01", AnnotationKind.LearningSession, "Session 1"),
                new("2025-01", AnnotationKind.Implementation, "A checklist everywhere"),
                new("2031-01", AnnotationKind.Event, "Not in the series"),
            ],
            Bands = [new(new Month(2024, 5), new Month(2024, 8), "AP1"), new(new Month(2025, 2), new Month(2026, 8), "AP2"), new(new Month(2030, 1), new Month(2030, 2), "AP9")],
        };
        var svg = Draw(chart);
        Assert.Multiple(() =>
        {
            Assert.That(Words(svg), Is.SupersetOf(new[] { "1", "2\u20133", "Mar 2024 \u00b7 test of change: A checklist on one ward", "AP1", "AP2", "action period" }));
            Assert.That(Words(svg), Does.Not.Contain("AP9"));
            Assert.That(svg.Element(Svg + "desc")!.Value, Does.Contain("Jan 2025, learning session: Session 1."));
            Assert.That(svg.Descendants(Svg + "rect").Count(rect => (string?)rect.Attribute("fill") == "#f4f1ea"), Is.EqualTo(2 + 1), "two bands and the legend's");
        });
    }

    [Test]
    public void Icons_stand_beside_the_title_and_by_themselves()
    {
        var svg = Draw(ChartOf(Series.Judge(Xmr, Falling)));
        Assert.Multiple(() =>
        {
            Assert.That(svg.Descendants(Svg + "circle").Select(circle => (string?)circle.Attribute("stroke")), Is.EqualTo(new[] { "#e46c0a", "#00b0f0" }));
            Assert.That(Words(svg), Does.Contain("L").And.Contain("F"));
            foreach (var icon in Enum.GetValues<VariationIcon>())
            {
                Assert.That((string?)XElement.Parse(IconSvg.Draw(icon)).Attribute("aria-label"), Is.EqualTo(IconWords.Of(icon)));
            }

            foreach (var icon in Enum.GetValues<AssuranceIcon>())
            {
                Assert.That(XElement.Parse(IconSvg.Draw(icon, noVariation: true)).Element(Svg + "title")!.Value, Is.EqualTo(IconWords.Of(icon, true)));
            }
        });
    }

    [Test]
    public void Every_type_and_length_becomes_a_picture_whose_parts_lie_inside_it()
    {
        foreach (var type in Enum.GetValues<ChartType>())
        {
            foreach (var length in new[] { 0, 1, 3, 24, 60 })
            {
                var points = Enumerable.Range(0, length).Select(i => new ChartPoint(
                    new Month(2021, 1).AddMonths(i).ToString(), 1 + (i % 7), 1 + (i % 7), 10 + i, Size: 5, Deviation: 1 + (i % 3))).ToArray();
                var settings = Xmr with { Type = type, Rules = type == ChartType.Run ? RuleSet.Perla : RuleSet.Nelson, FreezePositions = null };
                var svg = Draw(ChartOf(Analyser.Analyse(points, settings)) with
                {
                    Title = new string('W', 200),
                    Annotations = [.. points.Select(point => new ChartAnnotation(point.Label, AnnotationKind.Event, new string('n', 300)))],
                    Bands = [new(new Month(2020, 1), new Month(2030, 1), new string('b', 300))],
                });
                foreach (var (axis, most) in new[] { ("x", 860.0), ("y", Value(svg.Attribute("height")!)) })
                {
                    foreach (var attribute in svg.Elements().Where(element => element.Name != Svg + "g").DescendantsAndSelf().Attributes()
                        .Where(attribute => attribute.Name.LocalName == axis || attribute.Name.LocalName == $"{axis}1" || attribute.Name.LocalName == $"{axis}2"))
                    {
                        Assert.That(Value(attribute), Is.InRange(0, most), $"{type}, {length}: {attribute.Parent}");
                    }
                }
            }
        }
    }

    private static SmallMultiples Three(PanelOrder order, bool common = true) => new()
    {
        Title = "Pneumonia <all>",
        Order = order,
        CommonScale = common,
        Panels =
        [
            Panel("beta", [1, 2, 3]),
            Panel("Alpha", [5, 1, 9]),
            Panel("gamma", [null, null, null]),
            Panel("Delta", Falling),
        ],
    };

    private static Chart Panel(string name, double?[] values) => ChartOf(Analyser.Analyse(
        [.. Series.Of(values).Select((point, i) => point with { Numerator = 1, Denominator = name.Length + i })], Xmr with { Type = ChartType.Run, Rules = RuleSet.Perla })) with
    {
        Subject = name,
    };

    [TestCase(PanelOrder.AsGiven, "beta Alpha gamma Delta")]
    [TestCase(PanelOrder.ByName, "Alpha beta Delta gamma")]
    [TestCase(PanelOrder.ByLatest, "Alpha beta Delta gamma")]
    [TestCase(PanelOrder.BySize, "Delta Alpha gamma beta")]
    public void Panels_stand_in_the_order_asked_for(PanelOrder order, string names)
    {
        var words = Words(XElement.Parse(SmallMultiplesSvg.Draw(Three(order))));
        Assert.That(words.Where(word => names.Split(' ').Contains(word)), Is.EqualTo(names.Split(' ')));
    }

    [Test]
    public void Panels_share_a_scale_or_have_their_own()
    {
        var (common, own) = (XElement.Parse(SmallMultiplesSvg.Draw(Three(PanelOrder.AsGiven))), XElement.Parse(SmallMultiplesSvg.Draw(Three(PanelOrder.AsGiven, common: false))));
        Assert.Multiple(() =>
        {
            Assert.That(Words(common).Count(word => word == "14"), Is.EqualTo(4));
            Assert.That(Words(own).Count(word => word == "14"), Is.EqualTo(1), "only the one that needs it");
            Assert.That(common.Element(Svg + "desc")!.Value, Is.EqualTo(
                "4 charts, Jan 2024 to Mar 2024, one scale for all. 1 with a signal of improvement, 0 with one of concern, 3 without enough figures to judge."));
            Assert.That(() => XElement.Parse(SmallMultiplesSvg.Draw(new() { Title = "none", Panels = [] })), Throws.Nothing);
        });
    }

    private static double Value(XAttribute attribute) => double.Parse(attribute.Value, CultureInfo.InvariantCulture);
}
