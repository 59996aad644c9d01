using Collaborative.Domain;
using Collaborative.Domain.ChangePackages;

namespace Collaborative.Tests.Rules;

public sealed class ChangePackageRulesTests
{
    private static readonly ChangePackageBody Good = new() { Aim = "Halve pneumonia", PrimaryDrivers = Packages.Of(4, 12, 40) };

    private static IEnumerable<TestCaseData> Bad =>
    [
        new TestCaseData(Good with { Aim = " " }, "/aim").SetArgDisplayNames("no aim"),
        new TestCaseData(Good with { PrimaryDrivers = [] }, "/primaryDrivers").SetArgDisplayNames("no driver"),
        new TestCaseData(Good with { PrimaryDrivers = [null!] }, "/primaryDrivers/0/title").SetArgDisplayNames("a driver that is null"),
        new TestCaseData(Good with { PrimaryDrivers = [new PrimaryDriver("p", "P", [new SecondaryDriver("P", "S", null)])] }, "/primaryDrivers/0/secondaryDrivers/0/code").SetArgDisplayNames("a code used twice, in another case"),
        new TestCaseData(Good with { PrimaryDrivers = [new PrimaryDriver("p q", "P", null)] }, "/primaryDrivers/0/code").SetArgDisplayNames("a code with a blank"),
        new TestCaseData(Good with { PrimaryDrivers = Packages.Of(13, 13, 13) }, "/primaryDrivers").SetArgDisplayNames("thirteen primary drivers"),
        new TestCaseData(Good with { PrimaryDrivers = Packages.Of(4, 12, 301) }, "/primaryDrivers").SetArgDisplayNames("301 ideas"),
        new TestCaseData(
            Good with { PrimaryDrivers = [new PrimaryDriver("p", "P", [new SecondaryDriver("s", "S", [new ChangeConcept("c", "C", [new PackageIdea("i", "", null, "a measure", null)])])])] },
            "/primaryDrivers/0/secondaryDrivers/0/concepts/0/ideas/0/measure").SetArgDisplayNames("a measure that is no code"),
    ];

    [Test]
    public void A_package_of_four_by_twelve_by_forty_is_fine() => Assert.That(ChangePackageRules.ShapeErrors(Good), Is.Empty);

    [TestCaseSource(nameof(Bad))]
    public void What_is_wrong_is_named_with_its_place(ChangePackageBody body, string pointer) =>
        Assert.That(ChangePackageRules.ShapeErrors(body).Select(error => error.Pointer), Does.Contain(pointer));

    [Test]
    public void Ideas_that_were_tested_are_retired_and_others_leave()
    {
        (RetiredIdea, bool)[] before = [(new("Tested", "T"), false), (new("untested", "U"), false), (new("old", "O"), true), (new("back", "B"), true), (new("stays", "S"), false)];
        var retired = ChangePackageRules.Retire(before, new HashSet<string> { "stays", "back" }, new HashSet<string> { "tested", "stays" });
        Assert.That(retired.Select(idea => idea.Code), Is.EqualTo(new[] { "old", "Tested" }));
    }

    [Test]
    public void Ideas_of_two_teams_become_one_only_where_they_are_the_same()
    {
        (string, string, string)[] own = [("north", "huddle", "Huddle at nine"), ("south", "huddle", "huddle at NINE"), ("east", "board", "A board"), ("west", "board", "Another board")];
        Assert.Multiple(() =>
        {
            Assert.That(ChangePackageRules.JudgePromotion(own, new HashSet<string> { "huddle" }), Is.Null);
            Assert.That(ChangePackageRules.JudgePromotion(own, new HashSet<string> { "board" })?.Detail, Does.Contain("east, west"));
            Assert.That(ChangePackageRules.JudgePromotion(own, new HashSet<string>()), Is.Null);
        });
    }

    [TestCase("S1", "p1 s1")]
    [TestCase("c1-1", "p1 s1 c1-1")]
    [TestCase("P1", null)]
    [TestCase("I1", null)]
    public void An_idea_of_a_team_stands_under_a_secondary_driver_or_a_concept(string under, string? place)
    {
        var found = ChangePackageRules.PlaceUnder(Good.PrimaryDrivers!, under);
        Assert.That(found is var (primary, secondary, concept) ? $"{primary} {secondary} {concept}".TrimEnd() : null, Is.EqualTo(place));
    }
}
