using System.Globalization;
using System.Xml.Linq;
using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class ChartSvgTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly AnalysisSettings Rate = new()
    {
        Kind = MeasureKind.Rate,
        Multiplier = 1000,
        Direction = Direction.Decrease,
        Goal = 5,
        FreezePositions = 12,
    };

    private static readonly double?[] Falling =
        [12, 10, 11, 12, 10, 13, 11, null, 10, 12, 11, 12, 9, 8, 9, 8, 7, 6, 7, 5];

    private static Chart ChartOf(AnalysisSettings settings, params double?[] values) => new()
    {
        Analysis = Series.Judge(settings, values),
        Title = "Ventilator-associated pneumonia",
        Subject = "North ICUs",
        Unit = "per 1000 ventilator days",
    };

    private static XElement Draw(Chart chart) => XElement.Parse(ChartSvg.Draw(chart));

    private static string[] Words(XElement svg) => [.. svg.Descendants(Svg + "text").Select(text => text.Value)];

    [Test]
    public void A_picture_names_itself_and_tells_the_whole_chart_in_sentences()
    {
        var svg = Draw(ChartOf(Rate, Falling) with { IdPrefix = "vap" });
        Assert.Multiple(() =>
        {
            Assert.That((string?)svg.Attribute("role"), Is.EqualTo("img"));
            Assert.That((string?)svg.Attribute("aria-labelledby"), Is.EqualTo("vap-title vap-desc"));
            Assert.That((string?)svg.Element(Svg + "title")!.Attribute("id"), Is.EqualTo("vap-title"));
            Assert.That(svg.Element(Svg + "desc")!.Value, Is.EqualTo(
                "Run chart of Ventilator-associated pneumonia, North ICUs, 20 months from Jan 2024 to Aug 2025. "
                + "The last figure is 5 per 1000 ventilator days in Aug 2025. "
                + "The median is 11 per 1000 ventilator days, set by Jan 2024 to Dec 2024. The goal is 5. "
                + "Shift: 8 months below the median \u2013 improvement, from Jan 2025 to Aug 2025."));
        });
    }

    [Test]
    public void Signals_carry_words_and_a_shape_besides_a_colour()
    {
        var svg = Draw(ChartOf(Rate, Falling));
        var shapes = svg.Descendants(Svg + "path").Where(path => (string?)path.Attribute("fill") == "#0b63b0").ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(Words(svg), Does.Contain("Shift: 8 months below the median \u2013 improvement"));
            Assert.That(Words(svg), Is.SupersetOf(new[] { "Median 11", "Goal 5", "improvement", "month", "per 1000 ventilator days", "2024", "2025" }));
            Assert.That(shapes, Has.Length.EqualTo(8 + 1), "eight diamonds and the legend's");
            Assert.That(shapes, Has.All.Matches<XElement>(path => !((string)path.Attribute("d")!).Contains('a', StringComparison.Ordinal)));
        });
    }

    [Test]
    public void The_median_is_solid_over_its_baseline_and_dashed_beyond()
    {
        var lines = Draw(ChartOf(Rate, Falling)).Descendants(Svg + "line").Where(line => (string?)line.Attribute("stroke-width") == "1.8").ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(lines[0].Attribute("stroke-dasharray"), Is.Null);
            Assert.That(lines[1].Attribute("stroke-dasharray"), Is.Not.Null);
            Assert.That((string?)lines[1].Attribute("x1"), Is.EqualTo((string?)lines[0].Attribute("x2")));
        });
    }

    [Test]
    public void The_line_does_not_bridge_a_gap()
    {
        var path = Draw(ChartOf(Rate, Falling)).Descendants(Svg + "path").First(element => (string?)element.Attribute("fill") == "none");
        Assert.That(((string)path.Attribute("d")!).Count(c => c == 'M'), Is.EqualTo(2));
    }

    [Test]
    public void Percentages_never_leave_the_scale_unless_the_figures_do()
    {
        var proportion = Rate with { Kind = MeasureKind.Proportion, Multiplier = 100, Goal = 95, FreezePositions = null };
        var svg = Draw(ChartOf(proportion, 80, 90, 100, 97) with { Unit = null });
        var marker = svg.Descendants(Svg + "path").Select(path => (string)path.Attribute("d")!).Where(d => d.Contains('a', StringComparison.Ordinal)).ElementAt(2);
        var highest = svg.Descendants(Svg + "line").Min(line => Value(line.Attribute("y1")!));
        var lowest = svg.Descendants(Svg + "line").Where(line => (string?)line.Attribute("stroke") == "#8a93a0").Min(line => Value(line.Attribute("y1")!));
        Assert.Multiple(() =>
        {
            Assert.That(Words(svg), Does.Contain("100\u202f%"));
            Assert.That(lowest - highest, Is.EqualTo(300), "the line of 100 % is the top of the plot");
            Assert.That(marker, Does.Contain(highest.ToString(CultureInfo.InvariantCulture)));
            Assert.That(Words(Draw(ChartOf(proportion, 80, 90, 118, 97) with { Unit = null })), Does.Contain("120\u202f%"));
        });
    }

    [Test]
    public void Every_name_becomes_legal_XML()
    {
        // Not as test cases: their names would carry the very characters that a test report cannot hold.
        (string Name, string Read)[] examples =
        [
            ("A <b>bold</b> & \"quoted\" name", "A <b>bold</b> & \"quoted\" name"),
            ("\u0001bell\u000b", " bell "),
            ("\ud83d\ude00 \ud83d \ude00 \uffff", "\ud83d\ude00 \ufffd \ufffd \ufffd"),
        ];
        foreach (var (name, read) in examples)
        {
            var svg = Draw(ChartOf(Rate, 1, 2, 3) with { Title = name, Subject = name, Unit = name });
            Assert.That(svg.Element(Svg + "title")!.Value, Is.EqualTo(read));
        }
    }

    private static IEnumerable<TestCaseData> Shapes()
    {
        yield return new(Array.Empty<double?>());
        yield return new(new double?[] { 12.5 });
        yield return new(new double?[] { null });
        yield return new(new double?[12]);
        yield return new(Enumerable.Repeat((double?)0, 15).ToArray());
        yield return new(Enumerable.Repeat((double?)100, 24).ToArray());
        yield return new(Enumerable.Range(0, 60).Select(i => (double?)(i * 0.0001)).ToArray());
        yield return new(new double?[] { 1e17, 1e17 + 32, 1e17 });
        yield return new(new double?[] { -1e300, 1e300 });
        yield return new(new double?[] { double.MinValue, double.MaxValue });
        yield return new(new double?[] { 5e-324, 0 });
        yield return new(Enumerable.Range(0, 600).Select(i => (double?)(i % 17)).ToArray());
        yield return new(Enumerable.Range(0, 48).Select(i => (double?)Math.Abs((i % 12) - 6)).ToArray());
    }

    [TestCaseSource(nameof(Shapes))]
    public void Every_series_becomes_a_picture_whose_parts_lie_inside_it(double?[] values)
    {
        var svg = Draw(ChartOf(Rate with { Goal = null }, values) with
        {
            Title = new string('W', 300),
            Aggregate = Aggregate.Pooled,
            Teams = [.. values.Select(_ => new TeamCounts(160, 150, 149, true))],
        });
        var height = Value(svg.Attribute("height")!);
        Assert.Multiple(() =>
        {
            foreach (var attribute in svg.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "x" or "x1" or "x2"))
            {
                Assert.That(Value(attribute), Is.InRange(0, 860), $"{attribute.Parent}");
            }

            foreach (var attribute in svg.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "y" or "y1" or "y2"))
            {
                Assert.That(Value(attribute), Is.InRange(0, height), $"{attribute.Parent}");
            }
        });
    }

    [Test]
    public void Words_beside_and_above_the_plot_do_not_cover_each_other()
    {
        double?[] busy = [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 7, 8, 7, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 12, 13, 14, 15, 16, 17, 16, 15, 14, 13];
        foreach (var goal in new double?[] { 5, 5.01, 4.7, 0, 17, null })
        {
            var svg = Draw(ChartOf(Rate with { Goal = goal, FreezePositions = null }, busy) with { GoalBy = "2026-12" });
            AreApart(svg, $"with goal {goal}");
        }
    }

    [Test]
    public void Notes_in_neighbouring_months_have_flags_that_do_not_cover_each_other()
    {
        var notes = Enumerable.Range(0, 60).Select(i => new ChartAnnotation(new Month(2024, 1).AddMonths(i).ToString(), AnnotationKind.Event, "x"));
        var svg = Draw(ChartOf(Rate, [.. Enumerable.Range(0, 60).Select(i => (double?)(i % 7))]) with { Annotations = [.. notes] });
        AreApart(svg, "with a note in every month");
        Assert.That(Words(svg), Does.Contain("60").And.Contain("Dec 2028 \u00b7 event: x"));
    }

    [Test]
    public void Only_notes_that_have_a_flag_are_told_below()
    {
        ChartAnnotation[] notes = [new("2023-12", AnnotationKind.Event, "before"), new("2024-02", AnnotationKind.Event, "within"), new("2030-01", AnnotationKind.Event, "after")];
        var words = Words(Draw(ChartOf(Rate, 1, 2, 3) with { Annotations = notes }));
        Assert.That(words, Does.Contain("1").And.Contain("Feb 2024 \u00b7 event: within"));
        Assert.That(words, Has.None.Contains("before").And.None.Contains("after"));
    }

    [TestCase("Action period 10", 24, "Action period 10")]
    [TestCase("Action period 10", 60, "AP10")]
    public void A_period_without_room_for_its_name_has_its_initials(string name, int months, string shown) => Assert.That(
        Words(Draw(ChartOf(Rate, [.. Enumerable.Repeat((double?)3, months)]) with { Bands = [new(new Month(2024, 3), new Month(2024, 7), name)] })), Does.Contain(shown));

    [Test]
    public void The_longest_name_of_a_measure_is_told_in_full_beside_the_icons()
    {
        var title = string.Join(' ', Enumerable.Repeat("ventilator-associated", 9)) + " pneumonias";
        var svg = Draw(ChartOf(Rate with { Type = ChartType.Xmr, Rules = RuleSet.MakingDataCount }, Falling) with { Title = title });
        var lines = svg.Descendants(Svg + "text").Where(text => (string?)text.Attribute("font-size") == "20").Select(text => text.Value);
        Assert.That(string.Join(' ', lines), Is.EqualTo(title));
    }

    [Test]
    public void The_icons_keep_clear_of_the_words_beside_the_plot()
    {
        var settings = Rate with { Kind = MeasureKind.Proportion, Multiplier = 100, Type = ChartType.Xmr, Rules = RuleSet.MakingDataCount, Goal = 100 };
        var svg = Draw(ChartOf(settings, [.. Enumerable.Repeat((double?)100, 24)]) with { Subject = null, Unit = null });
        var highest = svg.Descendants(Svg + "text").Where(text => text.Value.StartsWith("Goal", StringComparison.Ordinal)).Select(Box).Single().Top;
        Assert.That(highest, Is.GreaterThan(58), "the icons are 48 high and begin at 10");
    }

    private static void AreApart(XElement svg, string what)
    {
        var boxes = svg.Descendants(Svg + "text").Select(Box).ToArray();
        for (var i = 0; i < boxes.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var apart = boxes[i].Right <= boxes[j].Left || boxes[j].Right <= boxes[i].Left
                    || boxes[i].Bottom <= boxes[j].Top || boxes[j].Bottom <= boxes[i].Top;
                Assert.That(apart, $"'{boxes[i].Words}' covers '{boxes[j].Words}' {what}");
            }
        }
    }

    [TestCase("de-DE")]
    [TestCase("ar-SA")]
    [TestCase("th-TH")]
    public void The_readers_culture_changes_nothing(string culture)
    {
        var chart = ChartOf(Rate, Falling);
        var (svg, csv) = (ChartSvg.Draw(chart), ChartCsv.Write(chart));
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.That((ChartSvg.Draw(chart), ChartCsv.Write(chart)), Is.EqualTo((svg, csv)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestCase(12.005856515373353, null, "12")]
    [TestCase(8.4, null, "8.4")]
    [TestCase(0.000123456, null, "0.000123")]
    [TestCase(-0.5, null, "\u22120.5")]
    [TestCase(1250000, null, "1\u202f250\u202f000")]
    [TestCase(57.509, 1, "57.5")]
    [TestCase(57, 1, "57.0")]
    [TestCase(0, null, "0")]
    public void Figures_in_words_have_three_significant_digits_or_the_measures_decimals(double value, int? decimals, string expected) =>
        Assert.That(ChartWords.Figure(value, decimals), Is.EqualTo(expected));

    private static double Value(XAttribute attribute) => double.Parse(attribute.Value, CultureInfo.InvariantCulture);

    /// <summary>The room that words take, by a width that suits common sans serif fonts.</summary>
    private static (double Left, double Right, double Top, double Bottom, string Words) Box(XElement text)
    {
        var (x, y, size) = (Value(text.Attribute("x")!), Value(text.Attribute("y")!), Value(text.Attribute("font-size")!));
        var width = text.Value.Length * size * 0.5;
        var left = (string?)text.Attribute("text-anchor") switch { "middle" => x - (width / 2), "end" => x - width, _ => x };
        return (left, left + width, y - (size * 0.75), y + (size * 0.2), text.Value);
    }
}
