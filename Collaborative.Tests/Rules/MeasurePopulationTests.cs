using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;

namespace Collaborative.Tests.Rules;

public sealed class MeasurePopulationTests
{
    // Denominator, its exclusions and exceptions, numerator, its exclusions, stated score; the figures, and what is found.
    [TestCase(100, 10, null, 60, null, ".66", "60/90", "", TestName = "Exclusions_leave_the_denominator_and_a_truncated_score_is_no_mistake")]
    [TestCase(1000, null, 100, 800, null, ".888889", "800/900", "", TestName = "Exceptions_leave_the_denominator")]
    [TestCase(760, null, 60, 700, null, ".921052", "700/700", "scoreDiffers", TestName = "A_score_without_the_exceptions_differs")]
    [TestCase(50, 10, null, 20, 5, "0.6", "15/40", "scoreDiffers", TestName = "HL7s_own_example_states_a_score_that_its_counts_do_not_give")]
    [TestCase(760, null, null, 700, null, "0.921052", "700/760", "", TestName = "A_truncated_sixth_decimal_is_no_mistake")]
    [TestCase(0, null, null, 0, null, null, "0/0", "", TestName = "No_cases_is_no_mistake")]
    [TestCase(10, 11, null, 3, null, null, "/", "exclusions", TestName = "More_excluded_than_there_are")]
    [TestCase(10, null, null, 3, 4, null, "/", "exclusions", TestName = "More_of_the_numerator_excluded_than_there_are")]
    public void Rate_is_numerator_over_denominator_less_exclusions(double den, double? denEx, double? denExcep, double num, double? numEx, string? score, string expected, string findings)
    {
        var figures = new MeasurePopulations
        {
            Denominator = den,
            DenominatorExclusion = denEx,
            DenominatorException = denExcep,
            Numerator = num,
            NumeratorExclusion = numEx,
            Score = score,
        }.Figures();

        Assert.That(FormattableString.Invariant($"{figures.Numerator}/{figures.Denominator}"), Is.EqualTo(expected));
        Assert.That(string.Join(' ', figures.Findings.Select(finding => finding.Code)), Is.EqualTo(findings));
    }

    [Test]
    public void A_continuous_variable_is_its_score_and_the_number_measured()
    {
        var figures = new MeasurePopulations { Initial = 10000, Measured = 8000, MeasuredExclusion = 4000, Score = "0.5" }.Figures();

        Assert.That((figures.Value, figures.N, figures.Numerator, figures.IsGood), Is.EqualTo(((double?)0.5, (double?)4000, (double?)null, true)));
    }

    [Test]
    public void A_cohort_is_its_count() =>
        Assert.That(new MeasurePopulations { Initial = 12 }.Figures().Numerator, Is.EqualTo(12));

    [TestCase(3.0, null, "numerator")]
    [TestCase(null, null, "populations")]
    public void What_is_missing_is_named(double? denominator, double? numerator, string code) =>
        Assert.That(new MeasurePopulations { Denominator = denominator, Numerator = numerator }.Figures().Findings.Single(), Has.Property("Code").EqualTo(code).And.Property("IsError").True);

    [Test]
    public void A_numerator_alone_is_a_count() =>
        Assert.That(new MeasurePopulations { Numerator = 7, NumeratorExclusion = 2 }.Figures(), Has.Property("Numerator").EqualTo(5).And.Property("IsGood").True);

    [Test]
    public void A_bound_is_no_score()
    {
        Assert.That(new MeasurePopulations { Measured = 30, Score = "90", Comparator = "<" }.Figures().IsGood, Is.False);
        Assert.That(new MeasurePopulations { Denominator = 10, Numerator = 5, Score = "0.9", Comparator = "<" }.Figures(), Has.Property("IsGood").True.And.Property("Findings").Count.EqualTo(1));
    }

    [TestCase("2024-02-30", "2024-02-29", "starts on “2024-02-30”")]
    [TestCase("2024-02-01", "soon", "ends on “soon”")]
    [TestCase("2024-02-01", null, "has no end")]
    public void A_date_that_is_none_is_repeated(string? start, string? end, string said) =>
        Assert.That(ReportedPeriod.Of(start, end, PeriodReading.Usual).Finding!.Message, Does.Contain(said));

    [Test]
    public void A_finding_may_be_said_of_one_kind_of_measure_only()
    {
        var mean = new Finding("method", "It is a median.", IsError: true) { OnlyOf = MeasureKind.Mean };
        var more = new Finding("improvementNotation", "More is better there.") { OnlyWhere = Direction.Decrease };

        Assert.That((mean.IsSaidOf(MeasureKind.Mean, Direction.Neutral), mean.IsSaidOf(MeasureKind.Median, Direction.Neutral)), Is.EqualTo((true, false)));
        Assert.That((more.IsSaidOf(MeasureKind.Rate, Direction.Decrease), more.IsSaidOf(MeasureKind.Rate, Direction.Increase)), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_score_in_percent_is_compared_as_a_share() =>
        Assert.That(new MeasurePopulations { Denominator = 90, Numerator = 60, Score = "66.7", IsPercent = true }.Figures().Findings, Is.Empty);

    [TestCase("2019-08-01", "2019-08-31", "2019-08", null)]
    [TestCase("2019-08-01", "2019-09-01", "2019-08", "periodEnd")]
    [TestCase("2024-02-01", "2024-02-29", "2024-02", null)]
    [TestCase("2019-08", "2019-08", "2019-08", null)]
    [TestCase("2022-08-01T00:00:00+10:00", "2022-08-31T23:59:59-08:00", "2022-08", null)]
    [TestCase("20250101", "20251231", "2025-12", "notAMonth")]
    [TestCase("20250101000000", "20250131235959", "2025-01", null)]
    [TestCase("2018-01-01", "2019-01-01", "2018-12", "notAMonth")]
    [TestCase("2019-08-15", "2019-08-15", "2019-08", "notAMonth")]
    [TestCase("2019", "2019", "2019-12", "notAMonth")]
    public void A_period_belongs_to_a_month(string start, string end, string month, string? finding)
    {
        var (found, said) = ReportedPeriod.Of(ReportedPeriod.Day(start, isEnd: false), ReportedPeriod.Day(end, isEnd: true), PeriodReading.Usual);

        Assert.That((found?.ToString(), said?.Code, said?.IsError), Is.EqualTo((month, finding, finding is null ? null : (bool?)false)));
    }

    [TestCase("20190101", null)]
    [TestCase(null, "20190131")]
    [TestCase("20190201", "20190131")]
    [TestCase("2019-13-01", "2019-13-31")]
    [TestCase("yesterday", "today")]
    [TestCase("2019-02-01", "2019-02-30")]
    public void A_period_that_is_none_is_an_error(string? start, string? end) =>
        Assert.That(ReportedPeriod.Of(ReportedPeriod.Day(start, isEnd: false), ReportedPeriod.Day(end, isEnd: true), PeriodReading.Usual).Finding, Has.Property("IsError").True);

    [Test]
    public void Where_only_months_are_wanted_a_year_is_an_error()
    {
        var (month, finding) = ReportedPeriod.Of(new DateOnly(2025, 1, 1), new DateOnly(2025, 12, 31), new PeriodReading(PeriodRule.MonthsOnly));

        Assert.That((month, finding!.IsError), Is.EqualTo(((Month?)null, true)));
    }

    [TestCase("MRN")]
    [TestCase("patient_id")]
    [TestCase("NHS Number")]
    [TestCase("Date of Birth")]
    [TestCase("last-name")]
    [TestCase("DOB (dd/mm/yyyy)")]
    [TestCase("PatientMRN")]
    [TestCase("Patient first name")]
    [TestCase("person_id")]
    [TestCase("person id")]
    [TestCase("case id")]
    [TestCase("subject")]
    [TestCase("subject id")]
    [TestCase("CHI")]
    [TestCase("initials")]
    [TestCase("admission date")]
    [TestCase("date of admission")]
    [TestCase("discharge date")]
    [TestCase("Patienten-Nr")]
    [TestCase("Patientennummer")]
    [TestCase("Geburtsdatum")]
    [TestCase("Fallnummer")]
    public void A_column_of_patients_is_told(string column) =>
        Assert.That(PatientColumns.FirstIn(["team", "month", column]), Is.EqualTo(column));

    [TestCase("ward")]
    [TestCase("patients")]
    [TestCase("patient days")]
    [TestCase("PatientDays")]
    [TestCase("patient identification errors")]
    [TestCase("admissions")]
    [TestCase("discharges by noon")]
    [TestCase("cases")]
    [TestCase("Fallzahl")]
    [TestCase("note")]
    public void A_column_of_counts_is_not(string column) => Assert.That(PatientColumns.FirstIn(["team", column]), Is.Null);

    [Test]
    public void A_column_named_after_a_measure_is_of_that_measure_unless_it_can_be_of_nobody_but_patients()
    {
        Assert.That(PatientColumns.FirstIn(["team", "month", "chi"], name => name == "chi"), Is.Null);
        Assert.That(PatientColumns.FirstIn(["team", "month", "MRN"], name => name == "MRN"), Is.EqualTo("MRN"));
        Assert.That(PatientColumns.FirstCertainIn(["initials", "person id", "admission date"]), Is.Null, "Staff may be listed with them");
        Assert.That(PatientColumns.FirstCertainIn(["Name", "Geburtsdatum"]), Is.EqualTo("Geburtsdatum"));
    }

    [TestCase("http://hl7.org/fhir/uv/cqm/Measure/EXM130-FHIR|2.0.0", "http://hl7.org/fhir/uv/cqm/Measure/EXM130-FHIR|2.0.0 http://hl7.org/fhir/uv/cqm/Measure/EXM130-FHIR EXM130-FHIR")]
    [TestCase("urn:oid:1.2.3", "urn:oid:1.2.3 1.2.3")]
    [TestCase("vap", "vap")]
    public void A_code_is_known_under_several_forms(string code, string forms) =>
        Assert.That(string.Join(' ', PartnerCode.Forms(code)), Is.EqualTo(forms));
}
