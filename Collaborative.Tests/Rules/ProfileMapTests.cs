using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;

namespace Collaborative.Tests.Rules;

public sealed class ProfileMapTests
{
    private static readonly (string Code, string Name)[] Ours = [("north", "North ICU"), ("south", "South ICU"), ("vap", "Ventilator-associated pneumonia"), ("clabsi", "Central line infections")];

    [Test]
    public void A_code_means_a_team_from_one_month_to_another()
    {
        var map = new ProfileMap(
            [new TeamMapping { Code = "W12", Team = "north", To = new Month(2026, 3) }, new TeamMapping { Code = "w12", Team = "south", From = new Month(2026, 5) }], [], []);

        Assert.That(new[] { 2, 3, 4, 5 }.Select(month => (map.Team("W12", new Month(2026, month), out var team), team)), Is.EqualTo(new[] { (true, "north"), (true, "north"), (true, null), (true, "south") }));
        Assert.That(map.Team("W13", new Month(2026, 3), out _), Is.False);
    }

    [TestCase("http://a/Measure/EXM130|2.0.0")]
    [TestCase("http://a/Measure/EXM130")]
    [TestCase("http://b/Measure/exm130|3")]
    public void A_measure_is_known_by_any_form_of_its_address(string code)
    {
        var map = new ProfileMap([], [new MeasureMapping { Code = "EXM130", Measure = "m" }], []);

        Assert.That(map.Measure(code, new Month(2026, 3), out var measure), Is.True);
        Assert.That(measure!.Measure, Is.EqualTo("m"));
    }

    [TestCase(MeasureKind.Proportion, null, true, 30.0, 40.0, 10.0, 40.0, TestName = "Of_a_proportion_the_complement_is_taken")]
    [TestCase(MeasureKind.Proportion, 2.0, true, 15.0, 40.0, 10.0, 40.0, TestName = "The_complement_is_of_what_the_factor_makes")]
    [TestCase(MeasureKind.Mean, 60.0, null, 1.5, 3.0, 90.0, 3.0, TestName = "Hours_become_minutes")]
    [TestCase(MeasureKind.Mean, 2.0, true, 1.5, 3.0, -3.0, 3.0, TestName = "Elsewhere_the_sign_turns")]
    public void Figures_come_in_our_unit_and_sign(MeasureKind kind, double? multiplyBy, bool? negate, double numerator, double denominator, double expected, double below)
    {
        var map = new ProfileMap([], [], [new StratumMapping { Scheme = "76689-9", Category = "F", ToScheme = "sex", ToCategory = "female" }]);
        var body = new SubmissionBody
        {
            Numerator = numerator,
            Denominator = denominator,
            Strata = [new Stratum { Scheme = "76689-9", Category = "F", Numerator = numerator, Denominator = denominator }, new Stratum { Scheme = "x", Category = "y", Numerator = 0, Denominator = 0 }],
        };

        var converted = map.Convert(body, new MeasureMapping { MultiplyBy = multiplyBy, Negate = negate }, kind);

        Assert.That((converted.Numerator, converted.Denominator), Is.EqualTo(((double?)expected, (double?)below)));
        Assert.That((converted.Strata![0].Scheme, converted.Strata[0].Category, converted.Strata[0].Numerator), Is.EqualTo(("sex", "female", (double?)expected)));
        Assert.That(converted.Strata[1].Scheme, Is.EqualTo("x"));
    }

    [Test]
    public void What_the_partner_tells_apart_and_we_do_not_is_added_up()
    {
        StratumMapping To(string category, string ours) => new() { Scheme = "age", Category = category, ToScheme = "age", ToCategory = ours };
        var map = new ProfileMap([], [], [To("18-39", "18-64"), To("40-64", "18-64"), To("65+", "65 and over")]);
        Stratum Of(string category, double? numerator, double? denominator) => new() { Scheme = "age", Category = category, Numerator = numerator, Denominator = denominator };

        Assert.That(
            Strata(Of("18-39", 1, 10), Of("40-64", 2, 20), Of("65+", 4, 40)),
            Is.EqualTo(new[] { Of("18-64", 3, 30), Of("65 and over", 4, 40) }));
        Assert.That(Strata(Of("18-39", null, 10), Of("40-64", 2, 20))[0].Numerator, Is.Null, "What is missing is not nothing");
        Assert.That(Strata(Of("18-39", 1, 10), Of("18-39", 1, 10)), Has.Count.EqualTo(2), "Twice the same is a mistake, and no sum");

        IReadOnlyList<Stratum> Strata(params Stratum[] theirs) => map.Convert(new SubmissionBody { Strata = theirs }, new MeasureMapping(), MeasureKind.Proportion).Strata!;
    }

    [TestCase("sex", "f", "sex", "female")]
    [TestCase("Gender", "F", "sex", "female")]
    [TestCase("http://ehr/CodeSystem/administrative-gender", "248153007", "sex", "male")]
    [TestCase("76689-9", "Male", "sex", "male")]
    [TestCase("race", "2106-3", "race", "White")]
    [TestCase("Sex", "undifferentiated", null, null, TestName = "A_category_like_none_is_left_to_a_person")]
    [TestCase("age group", "0-17 years", "age group", "0-17")]
    [TestCase("age group", "10-17", null, null, TestName = "Numbers_are_alike_only_when_they_are_the_same")]
    [TestCase("ward", "A4", "ward", "A4", TestName = "A_scheme_that_is_new_comes_as_it_is")]
    [TestCase("payer", "A", "payer", "Medicare", TestName = "And_its_codes_by_their_meaning")]
    public void What_a_stratum_is_likely_to_mean(string scheme, string category, string? expectedScheme, string? expectedCategory) =>
        Assert.That(
            StratumSuggestion.Best(scheme, category, [("sex", "female"), ("sex", "male"), ("race", "White"), ("race", "Asian"), ("age group", "0-17"), ("age group", "18-64")]),
            Is.EqualTo((expectedScheme, expectedCategory)));

    [TestCase("North_ICU", null, "north")]
    [TestCase("4711", "ICU North", "north")]
    [TestCase("http://a/Measure/VAP|1", null, "vap")]
    [TestCase("CMS9", "Ventilator associated pneumonias", "vap")]
    [TestCase("ICU", null, null, TestName = "What_may_be_two_is_left_to_a_person")]
    [TestCase("4711", "Emergency department", null, TestName = "What_is_like_nothing_is_left_to_a_person")]
    [TestCase("", null, null)]
    public void What_a_code_is_likely_to_mean(string code, string? name, string? expected) => Assert.That(CodeSuggestion.Best(code, name, Ours), Is.EqualTo(expected));
}
