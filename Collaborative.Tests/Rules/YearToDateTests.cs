using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;

namespace Collaborative.Tests.Rules;

public sealed class YearToDateTests
{
    private static readonly Month March = new(2026, 3);

    [TestCase(7, 300, 5, 210, 2, 90, TestName = "A_month_is_what_it_adds")]
    [TestCase(0.3, 0.3, 0.1, 0.2, 0.2, 0.1, TestName = "Differences_are_decimal")]
    [TestCase(5, 210, 5, 210, 0, 0, TestName = "A_month_that_adds_nothing_had_no_opportunities")]
    public void The_month_of_a_rate(double numerator, double denominator, double before, double below, double own, double over)
    {
        var (found, finding) = YearToDate.Own(Of(numerator, denominator) with { Note = "n" }, Of(before, below), MeasureKind.Rate, March);

        Assert.That((found!.Numerator, found.Denominator, found.Note, finding), Is.EqualTo(((double?)own, (double?)over, "n", (Finding?)null)));
    }

    [TestCase(4, 300, 5, 210, "The numerator of the year to date until 2026-03 is 4, but until the month before it was 5.")]
    [TestCase(6, 200, 5, 210, "The denominator of the year to date until 2026-03 is 200, but until the month before it was 210.")]
    public void A_year_to_date_that_falls_is_refused(double numerator, double denominator, double before, double below, string sentence)
    {
        var (own, finding) = YearToDate.Own(Of(numerator, denominator), Of(before, below), MeasureKind.Proportion, March);

        Assert.That((own, finding!.Code, finding.IsError), Is.EqualTo(((SubmissionBody?)null, "yearToDateFell", true)));
        Assert.That(finding.Message, Does.StartWith(sentence));
    }

    [Test]
    public void A_mean_of_a_month_is_weighed_out_of_two_means()
    {
        var before = new SubmissionBody { Value = 10, N = 20 };

        var (own, finding) = YearToDate.Own(new SubmissionBody { Value = 11, N = 30, Sd = 2 }, before, MeasureKind.Mean, March);

        Assert.That((own!.Value, own.N, own.Sd, finding!.Code), Is.EqualTo(((double?)13, (double?)10, (double?)null, "sd")));
        own = YearToDate.Own(before, before, MeasureKind.Mean, March).Own;
        Assert.That((own!.Value, own.N, own.Numerator, own.Denominator), Is.EqualTo(((double?)null, (double?)null, (double?)0, (double?)0)));
        own = YearToDate.Own(Of(-30, 3), Of(-10, 2), MeasureKind.Mean, March).Own;
        Assert.That((own!.Numerator, own.Denominator), Is.EqualTo(((double?)-20, (double?)1)), "What is measured may be below 0");
    }

    [TestCase(MeasureKind.Median)]
    [TestCase(MeasureKind.DaysBetween)]
    [TestCase(MeasureKind.Mean)]
    public void What_does_not_add_up_is_refused(MeasureKind kind) =>
        Assert.That(YearToDate.Own(new SubmissionBody { Value = 3 }, new SubmissionBody { Value = 2 }, kind, March).Finding!.Code, Is.EqualTo("notAdditive"));

    [TestCase(7.0, 5.0, 2.0)]
    [TestCase(4.0, 5.0, null)]
    public void A_count_may_be_given_as_a_value(double now, double before, double? own) =>
        Assert.That(YearToDate.Own(new SubmissionBody { Value = now }, new SubmissionBody { Value = before }, MeasureKind.Count, March).Own?.Value, Is.EqualTo(own));

    [Test]
    public void Figures_of_which_only_one_is_given_cannot_be_compared() =>
        Assert.That(YearToDate.Own(Of(4, 40), new SubmissionBody { Numerator = 3 }, MeasureKind.Rate, March).Finding!.Code, Is.EqualTo("yearToDate"));

    [Test]
    public void Strata_are_worked_out_each_by_itself()
    {
        var (own, _) = YearToDate.Own(Of(7, 300, ("sex", "f", 4, 160), ("sex", "m", 2, 139), ("sex", "x", 1, 1)), Of(5, 210, ("sex", "m", 2, 100), ("sex", "f", 3, 110)), MeasureKind.Rate, March);

        Assert.That(own!.Strata!.Select(stratum => (stratum.Category, stratum.Numerator, stratum.Denominator)), Is.EqualTo(new (string?, double?, double?)[] { ("f", 1, 50), ("m", 0, 39), ("x", 1, 1) }));
    }

    [TestCase("sex", "f", 2, "yearToDateFell", TestName = "A_stratum_that_falls_is_refused")]
    [TestCase("age", "old", 2, "yearToDate", TestName = "A_scheme_that_was_not_there_before_is_refused")]
    [TestCase("sex", "m", 2, "yearToDate", TestName = "A_category_that_is_gone_is_refused")]
    public void Strata_that_cannot_be_compared(string scheme, string category, double numerator, string code) =>
        Assert.That(YearToDate.Own(Of(7, 300, (scheme, category, numerator, 200)), Of(5, 210, ("sex", "f", 3, 110)), MeasureKind.Rate, March).Finding!.Code, Is.EqualTo(code));

    [TestCase("2026-01-01", "2026-03-31", 1, "2026-03")]
    [TestCase("2026-01-01", "2026-04-01", 1, "2026-03")]
    [TestCase("2026-01-01", "2026-01-31", 1, "2026-01")]
    [TestCase("2025-04-01", "2026-03-31", 4, "2026-03")]
    [TestCase("2026-04-01", "2026-04-30", 4, "2026-04")]
    [TestCase("2025-10-01", "2026-02-28", 10, "2026-02")]
    [TestCase("2026-03-01", "2026-03-31", 1, null, TestName = "A_month_by_itself_is_no_year_to_date")]
    [TestCase("2025-04-01", "2026-03-31", 1, null, TestName = "Nor_is_a_year_that_starts_elsewhere")]
    [TestCase("2026-01-01", "2026-03-15", 1, null, TestName = "Nor_is_part_of_a_month")]
    public void The_month_that_a_year_to_date_ends_with(string start, string end, int yearStartsIn, string? month)
    {
        var (found, finding) = ReportedPeriod.Of(ReportedPeriod.Day(start, isEnd: false), ReportedPeriod.Day(end, isEnd: true), new PeriodReading(PeriodRule.YearToDate, yearStartsIn));

        Assert.That((found?.ToString(), finding?.IsError), Is.EqualTo((month, month is null ? true : (bool?)null)));
    }

    private static SubmissionBody Of(double numerator, double denominator, params (string Scheme, string Category, double Numerator, double Denominator)[] strata) => new()
    {
        Numerator = numerator,
        Denominator = denominator,
        Strata = strata.Length == 0 ? null : [.. strata.Select(part => new Stratum { Scheme = part.Scheme, Category = part.Category, Numerator = part.Numerator, Denominator = part.Denominator })],
    };
}
