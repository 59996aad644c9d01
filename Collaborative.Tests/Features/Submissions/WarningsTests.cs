using System.Globalization;
using Collaborative.Domain;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Submissions;

/// <summary>Domain page 3.7: what is impossible is refused, what is odd is pointed out, never the reverse.</summary>
public sealed class WarningsTests(Lane lane) : Feature(lane)
{
    private static string Body(double numerator, double denominator) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{ "numerator": {{numerator}}, "denominator": {{denominator}} }""");

    [Test]
    public async Task Ordinary_figures_have_no_warnings() =>
        Assert.That((await After("proportion", "", (41, 100), (39, 98), (44, 104), (42, 101))).Each("code", "/warnings"), Is.Empty);

    [Test]
    public async Task A_small_denominator_is_pointed_out()
    {
        Assert.That((await After("rate", "", (1, 9))).Each("code", "/warnings"), Is.EqualTo(new[] { "smallDenominator" }));
        Assert.That((await After("rate", "", (1, 10))).Each("code", "/warnings"), Is.Empty);
        Assert.That((await After("rate", "\"minimumDenominator\": 50", (1, 49))).Each("code", "/warnings"), Is.EqualTo(new[] { "smallDenominator" }));
    }

    [Test]
    public async Task Cases_that_are_not_whole_are_pointed_out()
    {
        Assert.That((await After("proportion", "", (1.5, 20))).Each("code", "/warnings"), Is.EqualTo(new[] { "notWhole" }));
        Assert.That((await After("proportion", "", (1, 20.5))).Each("code", "/warnings"), Is.EqualTo(new[] { "notWhole" }));
        Assert.That((await After("rate", "", (1, 20.5))).Each("code", "/warnings"), Is.Empty);
    }

    [Test]
    public async Task A_denominator_more_than_half_off_its_trailing_median_is_pointed_out()
    {
        Assert.That((await After("rate", "", (4, 100), (5, 110), (6, 90), (5, 151))).Each("code", "/warnings"), Is.EqualTo(new[] { "denominatorChanged" }));
        Assert.That((await After("rate", "", (4, 100), (5, 110), (6, 90), (5, 49))).Each("code", "/warnings"), Is.EqualTo(new[] { "denominatorChanged" }));
        Assert.That((await After("rate", "", (4, 100), (5, 110), (6, 90), (5, 150))).Each("code", "/warnings"), Is.Empty);
        Assert.That((await After("rate", "", (4, 100), (5, 110), (5, 500))).Each("code", "/warnings"), Is.Empty);
    }

    [Test]
    public async Task Last_months_figures_again_are_pointed_out()
    {
        Assert.That((await After("rate", "", (4, 100), (4, 100))).Each("code", "/warnings"), Is.EqualTo(new[] { "sameAsLastMonth" }));
        Assert.That((await After("rate", "", (4, 100), (5, 100))).Each("code", "/warnings"), Is.Empty);
        Assert.That((await After("rate", "", (4, 100), null, (4, 100))).Each("code", "/warnings"), Is.Empty);
    }

    [Test]
    public async Task A_value_outside_the_teams_own_limits_is_pointed_out()
    {
        (double, double)?[] usual = [(40, 100), (42, 100), (39, 100), (41, 100), (40, 100), (43, 100), (38, 100), (41, 100), (40, 100), (42, 100)];
        Assert.That((await After("proportion", "", [.. usual, (70, 100)])).Each("code", "/warnings"), Is.EqualTo(new[] { "unusualValue" }));
        Assert.That((await After("proportion", "", [.. usual, (45, 100)])).Each("code", "/warnings"), Is.Empty);
        Assert.That((await After("proportion", "", [.. usual.Skip(1), (70, 100)])).Each("code", "/warnings"), Is.Empty);
    }

    [Test]
    public async Task Six_months_at_0_or_100_percent_suggest_another_chart()
    {
        Assert.That((await After("proportion", "", (50, 50), (52, 52), (51, 51), (50, 50), (53, 53), (50, 50))).Each("code", "/warnings"), Is.EqualTo(new[] { "atExtreme" }));
        Assert.That((await After("proportion", "", (0, 50), (0, 52), (0, 51), (0, 50), (0, 53), (0, 50))).Each("code", "/warnings"), Is.EqualTo(new[] { "atExtreme" }));
        Assert.That((await After("proportion", "", (50, 50), (52, 52), (51, 51), (50, 50), (53, 53))).Each("code", "/warnings"), Is.Empty);
        Assert.That((await After("proportion", "", (50, 50), (52, 52), (50, 51), (50, 50), (53, 53), (50, 50))).Each("code", "/warnings"), Is.Empty);
    }

    [Test]
    public async Task Fewer_cases_than_the_sampling_plan_are_pointed_out()
    {
        Assert.That((await After("proportion", "\"plannedSample\": 20", (9, 19))).Each("code", "/warnings"), Is.EqualTo(new[] { "sampleBelowPlan" }));
        Assert.That((await After("proportion", "\"plannedSample\": 20", (9, 20))).Each("code", "/warnings"), Is.Empty);
    }

    [Test]
    public async Task A_mean_without_n_cannot_be_pooled_and_says_so()
    {
        var series = await NewSeries(Given.Measure("mean"));
        Assert.That((await Admin.Put($"{series}/2026-05", """{ "value": 3.5 }""")).Is(201).Each("code", "/warnings"), Is.EqualTo(new[] { "sampleSizeMissing" }));
        Assert.That((await Admin.Put($"{series}/2026-06", """{ "value": 3.6, "n": 20 }""")).Is(201).Each("code", "/warnings"), Is.Empty);
    }

    [Test]
    public async Task Strata_that_do_not_add_up_are_pointed_out_and_not_corrected()
    {
        var series = await NewSeries();
        var answer = (await Admin.Put($"{series}/2026-05", """
            { "numerator": 3, "denominator": 30, "strata": [
              { "scheme": "sex", "category": "f", "numerator": 1, "denominator": 10 }, { "scheme": "sex", "category": "m", "numerator": 1, "denominator": 20 }] }
            """)).Is(201);
        Assert.That(answer.Each("code", "/warnings"), Is.EqualTo(new[] { "strataDiffer" }));
        Assert.That((answer.At("/numerator"), answer.At("/strata/0/numerator")), Is.EqualTo(("3", "1")));
    }

    [Test]
    public async Task Denominators_that_share_a_definition_and_differ_are_pointed_out()
    {
        var path = await NewSiblings("Ventilator-days", "ventilator-days");
        Assert.That((await Admin.Put($"{path}/measures/two/submissions/2026-05", Body(1, 101))).Is(201).Each("code", "/warnings"), Is.EqualTo(new[] { "denominatorDiffers" }));
        Assert.That((await Admin.Put($"{path}/measures/two/submissions/2026-05", Body(1, 100), ifMatch: "1")).Is(200).Each("code", "/warnings"), Is.Empty);
    }

    [Test]
    public async Task More_device_days_than_patient_days_are_pointed_out_from_either_side()
    {
        var path = await NewSiblings("occupied bed-days", "ventilator days");
        Assert.That((await Admin.Put($"{path}/measures/two/submissions/2026-05", Body(1, 101))).Is(201).Each("code", "/warnings"), Is.EqualTo(new[] { "moreDeviceDaysThanPatientDays" }));
        Assert.That((await Admin.Get($"{path}/measures/one/submissions/2026-05")).Each("code", "/warnings"), Is.EqualTo(new[] { "moreDeviceDaysThanPatientDays" }));
        Assert.That((await Admin.Put($"{path}/measures/two/submissions/2026-05", Body(1, 100), ifMatch: "1")).Is(200).Each("code", "/warnings"), Is.Empty);
    }

    [Test]
    public async Task Several_odd_things_are_all_pointed_out_and_still_nothing_is_refused()
    {
        var answer = await After("proportion", "\"plannedSample\": 30", (50, 100), (48, 100), (51, 100), (1.5, 5));
        Assert.That(answer.Each("code", "/warnings"), Is.EquivalentTo(new[] { "notWhole", "smallDenominator", "sampleBelowPlan", "denominatorChanged" }));
        Assert.That(answer.Each("message", "/warnings"), Is.All.Not.Empty);
    }

    [Test]
    public async Task No_data_has_no_warnings()
    {
        var series = await NewSeries();
        Assert.That((await Admin.Put($"{series}/2026-05", """{ "noData": "closed" }""")).Is(201).Each("code", "/warnings"), Is.Empty);
        Assert.That((await Admin.Put($"{series}/2026-06", Body(0, 0))).Is(201).Each("code", "/warnings"), Is.Empty);
    }

    /// <summary>Submits one month after the other, null for a month left out, and answers the last.</summary>
    private async Task<Answer> After(string kind, string more, params (double Numerator, double Denominator)?[] months)
    {
        var series = await NewSeries(Given.Measure(kind, more));
        var month = new Month(2026, 7).AddMonths(1 - months.Length);
        Answer? last = null;
        foreach (var figures in months)
        {
            if (figures is var (numerator, denominator))
            {
                last = (await Admin.Put($"{series}/{month}", Body(numerator, denominator))).Is(201);
            }

            month = month.AddMonths(1);
        }

        return last!;
    }

    /// <summary>The address of a team with two measures, the first of which has 100 as its denominator in May.</summary>
    private async Task<string> NewSiblings(string one, string two)
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{path}/measures/one", Given.Measure("rate", $"\"denominator\": \"{one}\""))).Is(201);
        (await Admin.Put($"{path}/measures/two", Given.Measure("rate", $"\"denominator\": \"{two}\""))).Is(201);
        (await Admin.Put($"{path}/teams/north/measures/one/submissions/2026-05", Body(2, 100))).Is(201);
        return $"{path}/teams/north";
    }
}
