using Collaborative.Domain;
using Collaborative.Domain.Pdsa;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Tests.Rules;

public sealed class PdsaRulesTests
{
    private static readonly PdsaBody Planned = new() { Title = "One nurse, one patient", Scale = new PdsaScale(ScaleKind.OnePatient, null) };

    private static readonly PdsaBody Running = Planned with
    {
        State = PdsaState.Running,
        StartedOn = new DateOnly(2026, 3, 2),
        Plan = new PdsaPlan { Predictions = ["It takes two minutes", "Nobody forgets it"] },
    };

    private static readonly PdsaBody Studied = Running with
    {
        State = PdsaState.Studied,
        Study = new PdsaStudy { Results = [new PredictionResult(1, PredictionOutcome.Not, "It took ten"), new PredictionResult(2, PredictionOutcome.AsPredicted, null)] },
    };

    private static readonly PdsaBody Closed = Studied with { State = PdsaState.Closed, Act = new PdsaAct(PdsaDecision.Adapt, "Shorten the list") };

    private static readonly PdsaView View = new()
    {
        Team = "north",
        Code = "c2",
        Title = "Daily goals on a board",
        Scale = new PdsaScale(ScaleKind.OneShift, 2),
        Kind = PdsaKind.Testing,
        State = PdsaState.Running,
        StartedOn = new DateOnly(2026, 3, 31),
        Measure = "vap",
        Share = false,
        Revision = 1,
        RecordedAt = default,
        RecordedBy = "Ann",
    };

    private static IEnumerable<TestCaseData> Incomplete =>
    [
        new TestCaseData(Planned with { State = PdsaState.Running, StartedOn = Running.StartedOn }, "/plan/predictions").SetArgDisplayNames("running without a prediction"),
        new TestCaseData(Running with { StartedOn = null }, "/startedOn").SetArgDisplayNames("running without a start"),
        new TestCaseData(Running with { State = PdsaState.Studied }, "/study/results").SetArgDisplayNames("studied without a study"),
        new TestCaseData(Studied with { Study = new PdsaStudy { Results = [new PredictionResult(1, PredictionOutcome.Not, null)] } }, "/study/results").SetArgDisplayNames("one prediction left open"),
        new TestCaseData(Closed with { Act = null }, "/act/decision").SetArgDisplayNames("closed without a decision"),
        new TestCaseData(Running with { EndedOn = new DateOnly(2026, 3, 1) }, "/endedOn").SetArgDisplayNames("ended before it started"),
        new TestCaseData(Studied with { Study = new PdsaStudy { Results = [new PredictionResult(3, PredictionOutcome.Not, null)] } }, "/study/results/0/prediction").SetArgDisplayNames("a prediction that is not there"),
        new TestCaseData(Planned with { Scale = new PdsaScale(null, null) }, "/scale/kind").SetArgDisplayNames("no scale"),
        new TestCaseData(Planned with { Scale = new PdsaScale(ScaleKind.Several, 0) }, "/scale/size").SetArgDisplayNames("a test of nobody"),
        new TestCaseData(Planned with { Plan = new PdsaPlan { Predictions = [" "] } }, "/plan/predictions/0").SetArgDisplayNames("an empty prediction"),
    ];

    [Test]
    public void Each_state_is_content_with_its_own_parts() =>
        Assert.That(new[] { Planned, Running, Studied, Closed }.SelectMany(PdsaRules.ShapeErrors), Is.Empty);

    [TestCaseSource(nameof(Incomplete))]
    public void A_missing_part_is_named_with_its_place(PdsaBody body, string pointer) =>
        Assert.That(PdsaRules.ShapeErrors(body).Select(error => error.Pointer), Does.Contain(pointer));

    [TestCase(null, PdsaState.Closed, true)]
    [TestCase(PdsaState.Planned, PdsaState.Closed, true)]
    [TestCase(PdsaState.Studied, PdsaState.Running, true)]
    [TestCase(PdsaState.Running, PdsaState.Planned, true)]
    [TestCase(PdsaState.Closed, PdsaState.Closed, true)]
    [TestCase(PdsaState.Closed, PdsaState.Studied, false)]
    [TestCase(PdsaState.Closed, PdsaState.Planned, false)]
    public void Only_a_closed_cycle_stays_where_it_is(PdsaState? from, PdsaState to, bool allowed) =>
        Assert.That(PdsaRules.JudgeMove(from, to, "c1") is null, Is.EqualTo(allowed));

    [Test]
    public void A_ramp_grows_in_scale_in_size_or_in_conditions()
    {
        var before = View with { Code = "c1" };
        Assert.Multiple(() =>
        {
            Assert.That(Codes(View, before), Is.EqualTo(new[] { "scaleNotGrown" }), "the same again");
            Assert.That(Codes(View with { Scale = new PdsaScale(ScaleKind.OneClinician, 9) }, before), Is.EqualTo(new[] { "scaleNotGrown" }), "smaller");
            Assert.That(Codes(View with { Scale = new PdsaScale(ScaleKind.OneUnit, 1) }, before), Is.Empty, "a larger kind");
            Assert.That(Codes(View with { Scale = new PdsaScale(ScaleKind.OneShift, 3) }, before), Is.Empty, "more of the kind");
            Assert.That(Codes(View with { Conditions = "At night" }, before), Is.Empty, "other conditions");
            Assert.That(Codes(View, null), Is.Empty, "the first");
        });
    }

    [Test]
    public void What_is_odd_about_a_cycle_is_said_not_refused() => Assert.Multiple(() =>
    {
        Assert.That(Codes(View with { Kind = PdsaKind.Implementing }, null), Is.EqualTo(new[] { "implementedUntested" }));
        Assert.That(Codes(View with { Scale = new PdsaScale(ScaleKind.All, null) }, View with { Decision = PdsaDecision.Abandon }), Is.EqualTo(new[] { "afterAbandoned" }));
        Assert.That(Codes(View with { Scale = new PdsaScale(ScaleKind.All, null), Idea = "a" }, View with { Idea = "b" }), Is.EqualTo(new[] { "otherIdea" }));
        Assert.That(Codes(View with { Share = true, State = PdsaState.Studied, Study = new PdsaStudy { Learned = "It works" } }, null), Is.EqualTo(new[] { "noDegreeOfBelief" }));
        Assert.That(Codes(View with { Share = true, State = PdsaState.Studied, DegreeOfBelief = DegreeOfBelief.Low }, null), Is.EqualTo(new[] { "nothingLearned" }));
        Assert.That(PdsaRules.Warnings(View, null, isIdeaRetired: true).Single().Code, Is.EqualTo("ideaRetired"));
    });

    [TestCase("a", "a", "a:-", "RampCircular")]
    [TestCase("a", "c", "a:-,b:a,c:b", "RampCircular")]
    [TestCase("a", "b", "a:-,b:a", "RampCircular")]
    [TestCase("d", "c", "a:-,b:a,c:b", null)]
    [TestCase("b", "a", "a:-,b:a,c:b", null)]
    [TestCase("b", "c", "a:-,b:a,c:a", null)]
    public void A_ramp_is_never_a_circle(string key, string after, string cycles, string? problem) =>
        Assert.That(Ramps.Judge(key, after, Cycles(cycles))?.Code.ToString(), Is.EqualTo(problem));

    [Test]
    public void A_ramp_has_at_most_a_hundred_cycles_counted_from_both_ends()
    {
        var ninetyNine = Enumerable.Range(1, 99).ToDictionary(i => $"c{i}", i => i == 1 ? null : $"c{i - 1}");
        Assert.That(Ramps.Judge("new", "c99", ninetyNine), Is.Null);
        ninetyNine["c100"] = "c99";
        Assert.That(Ramps.Judge("new", "c100", ninetyNine)?.Code, Is.EqualTo(ProblemCode.RampTooLong));
        ninetyNine["x1"] = null;
        ninetyNine["x2"] = "x1";
        Assert.That(Ramps.Judge("x1", "c98", ninetyNine), Is.Null);
        Assert.That(Ramps.Judge("x1", "c99", ninetyNine)?.Code, Is.EqualTo(ProblemCode.RampTooLong));
    }

    [Test]
    public void Ramps_begin_with_the_first_test_and_climb()
    {
        var ramps = Ramps.Of(
            [
                View with { Code = "third", After = "second", StartedOn = new DateOnly(2026, 3, 9) },
                View with { Code = "second", After = "FIRST", StartedOn = new DateOnly(2026, 3, 5) },
                View with { Code = "alone", StartedOn = null },
                View with { Code = "first", Idea = "oral-care", StartedOn = new DateOnly(2026, 3, 2) },
                View with { Code = "beside", After = "first", StartedOn = new DateOnly(2026, 3, 4) },
            ],
            new HashSet<string>());
        Assert.That(
            ramps.Select(ramp => string.Join(' ', ramp.Cycles.Select(step => $"{step.Number}{step.Cycle.Code}"))),
            Is.EqualTo(new[] { "1first 2beside 2second 3third", "1alone" }));
        Assert.That(ramps[0].Idea, Is.EqualTo("oral-care"));
        Assert.That(ramps[0].Cycles[2].Cycle.Warnings!.Select(warning => warning.Code), Is.EqualTo(new[] { "scaleNotGrown", "otherIdea" }));
    }

    [Test]
    public void A_cycle_is_a_note_on_its_measures_chart_from_the_day_it_starts()
    {
        Assert.Multiple(() =>
        {
            Assert.That(PdsaAnnotations.Of(View), Is.EqualTo((new Month(2026, 3), AnnotationKind.TestOfChange, "Daily goals on a board")));
            Assert.That(PdsaAnnotations.Of(View with { Decision = PdsaDecision.Adopt, Kind = PdsaKind.Spreading }), Is.EqualTo((new Month(2026, 3), AnnotationKind.Implementation, "Daily goals on a board (adopt)")));
            Assert.That(PdsaAnnotations.Of(View with { Measure = null }), Is.Null);
            Assert.That(PdsaAnnotations.Of(View with { State = PdsaState.Planned }), Is.Null);
        });
    }

    private static IEnumerable<string> Codes(PdsaView cycle, PdsaView? before) => PdsaRules.Warnings(cycle, before, isIdeaRetired: false).Select(warning => warning.Code);

    private static Dictionary<string, string?> Cycles(string text) =>
        text.Split(',').Select(pair => pair.Split(':')).ToDictionary(pair => pair[0], pair => pair[1] == "-" ? null : pair[1]);
}
