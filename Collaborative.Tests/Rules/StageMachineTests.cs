using Collaborative.Domain.Stages;

namespace Collaborative.Tests.Rules;

public sealed class StageMachineTests
{
    private static readonly StagePoint[] Points =
    [
        .. Enum.GetValues<Stage>().Where(stage => stage != Stage.Active).Select(stage => new StagePoint(stage)),
        .. Enumerable.Range(1, 4).SelectMany(n => Enum.GetValues<StageSessionKind>().Select(kind => new StagePoint(Stage.Active, new StageSession(kind, n)))),
    ];

    /// <summary>All legal moves, by hand; every other pair is refused.</summary>
    private static readonly string[] Legal =
    [
        "planning > recruiting", "planning > cancelled",
        "recruiting > prework", "recruiting > cancelled",
        "prework > active (learning session 1)", "prework > cancelled",
        "active (learning session 1) > active (action period 1)", "active (learning session 1) > closing", "active (learning session 1) > cancelled",
        "active (action period 1) > active (learning session 2)", "active (action period 1) > closing", "active (action period 1) > cancelled",
        "active (learning session 2) > active (action period 2)", "active (learning session 2) > closing", "active (learning session 2) > cancelled",
        "active (action period 2) > active (learning session 3)", "active (action period 2) > closing", "active (action period 2) > cancelled",
        "active (learning session 3) > active (action period 3)", "active (learning session 3) > closing", "active (learning session 3) > cancelled",
        "active (action period 3) > active (learning session 4)", "active (action period 3) > closing", "active (action period 3) > cancelled",
        "active (learning session 4) > active (action period 4)", "active (learning session 4) > closing", "active (learning session 4) > cancelled",
        "active (action period 4) > closing", "active (action period 4) > cancelled",
        "closing > holding the gains",
        "holding the gains > closed",
    ];

    [Test]
    public void A_collaborative_moves_along_its_life_and_nowhere_else() =>
        Assert.That(
            from a in Points
            from b in Points
            where StageMachine.Refusal(a, b) is null
            select $"{a} > {b}",
            Is.EquivalentTo(Legal));

    [Test]
    public void A_refusal_says_where_the_collaborative_is_and_where_it_may_go()
    {
        Assert.That(
            StageMachine.Refusal(new(Stage.Prework), new(Stage.Closing))!.Detail,
            Is.EqualTo("The collaborative is in prework. From there it moves to active (learning session 1) or cancelled, not to closing."));
        Assert.That(
            StageMachine.Refusal(new(Stage.Closed), new(Stage.Planning))!.Detail,
            Is.EqualTo("The collaborative is closed, and that is the end of its life; it cannot become planning."));
    }

    [TestCase(12, 6, 0)]
    [TestCase(160, 15, 0)]
    [TestCase(11, 12, 1)]
    [TestCase(161, 12, 1)]
    [TestCase(24, 5, 1)]
    [TestCase(24, 16, 1)]
    [TestCase(1, 1, 2)]
    public void Twelve_to_160_teams_and_6_to_15_months_need_no_override(int teams, int months, int sentences)
    {
        var launch = LaunchRules.Check(teams, months);
        Assert.That((launch.Why.Count, launch.NeedsOverride), Is.EqualTo((sentences, sentences > 0)));
        Assert.That(LaunchRules.Refusal(launch, null) is null, Is.EqualTo(sentences == 0));
        Assert.That(LaunchRules.Refusal(launch, "a pilot"), Is.Null);
    }
}
