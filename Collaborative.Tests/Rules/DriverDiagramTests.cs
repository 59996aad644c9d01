using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Collaborative.Domain.ChangePackages;
using Collaborative.Tests.Contract;

namespace Collaborative.Tests.Rules;

public sealed class DriverDiagramTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static IEnumerable<TestCaseData> Sizes =>
    [
        new TestCaseData(Packages.Diagram(1, 1, 1)).SetArgDisplayNames("1 x 1 x 1"),
        new TestCaseData(Packages.Diagram(1, 1, 1, aim: string.Join(' ', Enumerable.Repeat("A long aim goes on.", 100)))).SetArgDisplayNames("an aim of 2000 characters"),
        new TestCaseData(Packages.Diagram(4, 12, 40)).SetArgDisplayNames("4 x 12 x 40"),
        new TestCaseData(Packages.Diagram(12, 60, 300, teams: 160)).SetArgDisplayNames("the largest"),
        new TestCaseData(Packages.Diagram(3, 0, 0)).SetArgDisplayNames("primary drivers alone"),
        new TestCaseData(DriverDiagram.Of("c", "C", "Aim", Packages.Of(2, 4, 9, _ => new string('W', 200)), 3, new Dictionary<string, IdeaTotals>(), 1)).SetArgDisplayNames("ideas without a space"),
    ];

    [Test]
    public void A_diagram_of_four_by_twelve_by_forty_is_drawn_as_it_was_agreed() =>
        Golden.Compare("driver-diagram.svg", DriverDiagramSvg.Draw(Packages.Diagram(4, 12, 40)) + "\n");

    [TestCaseSource(nameof(Sizes))]
    public void Nothing_overlaps_and_nothing_leaves_the_picture(DriverDiagram diagram)
    {
        var root = XDocument.Parse(DriverDiagramSvg.Draw(diagram)).Root!;
        var height = Number(root, "height");
        var width = Number(root, "width");
        var boxes = root.Elements(Svg + "rect").Where(rect => rect.Attribute("rx") is not null).ToList();
        Assert.That(boxes, Has.Count.EqualTo(1 + diagram.PrimaryDrivers.Count + diagram.PrimaryDrivers.Sum(primary => primary.SecondaryDrivers.Count)));
        foreach (var column in boxes.GroupBy(box => Number(box, "x")))
        {
            var below = 0.0;
            foreach (var box in column.OrderBy(box => Number(box, "y")))
            {
                Assert.That(Number(box, "y"), Is.GreaterThanOrEqualTo(below), "a box begins where the one above has ended");
                below = Number(box, "y") + Number(box, "height");
            }

            Assert.That(below, Is.LessThanOrEqualTo(height));
        }

        foreach (var column in root.Elements(Svg + "text").GroupBy(text => (Number(text, "x"), Number(text, "font-size"))))
        {
            var lines = column.Select(text => Number(text, "y")).Order().ToList();
            Assert.That(lines.Zip(lines.Skip(1), (a, b) => b - a), Has.All.GreaterThanOrEqualTo(column.Key.Item2).Or.Empty, "lines of words keep their distance");
            Assert.That(lines[^1], Is.LessThan(height));
            Assert.That(column.Key.Item1, Is.LessThan(width));
        }
    }

    [Test]
    public void The_words_of_the_whole_tree_are_in_the_description()
    {
        var root = XDocument.Parse(DriverDiagramSvg.Draw(Packages.Diagram(2, 5, 9))).Root!;
        Assert.That(root.Attribute("role")!.Value, Is.EqualTo("img"));
        Assert.That(root.Element(Svg + "title")!.Value, Is.EqualTo("Driver diagram: Safer intensive care"));
        Assert.That(root.Element(Svg + "desc")!.Value, Does.StartWith("Aim: Reduce ventilator-associated pneumonia").And.Contain("Secondary driver: Oral hygiene.").And.Contain("Oral care with chlorhexidine four times a day"));
    }

    [Test]
    public void Titles_are_words_and_never_markup()
    {
        var diagram = DriverDiagram.Of("c", "<b>", "\"&<script>", [new PrimaryDriver("p", "</svg>", null)], 0, new Dictionary<string, IdeaTotals>(), 1);
        Assert.That(XDocument.Parse(DriverDiagramSvg.Draw(diagram)).Descendants(Svg + "script"), Is.Empty);
    }

    [Test]
    public void A_matrix_of_160_teams_and_40_ideas_stays_a_small_picture()
    {
        var picture = IdeaMatrixSvg.Draw(Packages.Matrix(160, 40));
        Assert.That(picture.Length, Is.LessThan(400_000));
        Assert.That(XDocument.Parse(picture).Root!.Elements(Svg + "text").Count(), Is.GreaterThan(160 + 40));
    }

    [TestCase(0, 0)]
    [TestCase(1, 1)]
    [TestCase(24, 12)]
    public void A_matrix_of_any_size_is_a_picture_and_a_table(int teams, int ideas)
    {
        var matrix = Packages.Matrix(teams, ideas);
        Assert.That(() => XDocument.Parse(IdeaMatrixSvg.Draw(matrix)), Throws.Nothing);
        var lines = IdeaMatrixCsv.Write(matrix).Split("\r\n");
        Assert.That(lines, Has.Length.EqualTo(1 + teams + 4 + 1));
        Assert.That(lines.SkipLast(1).Select(line => Regex.Count(line, ",")), Has.All.EqualTo(1 + ideas));
    }

    [TestCase(null, 0, "NotStarted", false)]
    [TestCase(null, 1, "Testing", true)]
    [TestCase(IdeaStatus.NotStarted, 2, "Testing", true)]
    [TestCase(IdeaStatus.NotStarted, 0, "NotStarted", false)]
    [TestCase(IdeaStatus.Testing, 2, "Testing", false)]
    [TestCase(IdeaStatus.Implemented, 2, "Implemented", false)]
    [TestCase(IdeaStatus.Spread, 0, "Spread", false)]
    public void A_cycle_shows_a_test_and_only_people_say_more(IdeaStatus? stated, int cycles, string status, bool derived)
    {
        var cell = MatrixCell.Of(stated, null, cycles);
        Assert.That((cell.Status.ToString(), cell.Derived, cell.Cycles), Is.EqualTo((status, derived, cycles)));
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
