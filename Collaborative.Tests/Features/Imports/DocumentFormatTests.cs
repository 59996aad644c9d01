using System.Globalization;
using System.Text;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;
using Collaborative.Infrastructure.Imports.Formats;

namespace Collaborative.Tests.Features.Imports;

/// <summary>What the translators make of documents, row by row, without a server.</summary>
public sealed class DocumentFormatTests
{
    private const string Period = """ "period": { "start": "2026-03-01", "end": "2026-03-31" } """;

    [Test]
    public void Release_5_has_one_code_where_release_4_has_a_list()
    {
        var row = Fhir("""
            { "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "http://a/Measure/m", "reporter": { "reference": "Organization/north" },
              "period": { "start": "2026-03-01", "end": "2026-03-31" },
              "group": [{ "linkId": "g1",
                "population": [{ "linkId": "d", "code": { "coding": [{ "code": "den-local" }, { "code": "denominator" }] }, "count": 40 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 30 }],
                "measureScoreQuantity": { "value": 0.75 },
                "stratifier": [{ "code": { "text": "sex" }, "stratum": [
                  { "valueCodeableConcept": { "coding": [{ "code": "female" }] }, "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 20 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 16 }] },
                  { "valueBoolean": true, "population": [] }] }] }] }
            """).Single();

        Assert.That((row.Team, row.Measure, row.Month, row.Numerator, row.Denominator), Is.EqualTo(("north", "http://a/Measure/m", "2026-03", "30", "40")));
        Assert.That(row.Strata, Is.EqualTo("""[{"scheme":"sex","category":"female","numerator":16,"denominator":20}]"""));
        Assert.That(row.Findings.Select(finding => finding.Message), Is.EqualTo(new[] { "The stratum sex true is left out. It has no populations." }));
    }

    [Test]
    public void Components_make_a_stratum_of_several_schemes()
    {
        var row = Fhir(Report("""
            [{ "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 4 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 3 }],
               "stratifier": [{ "stratum": [{ "component": [{ "code": { "text": "sex" }, "value": { "text": "female" } }, { "code": { "text": "age" }, "value": { "text": "65+" } }],
                 "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 2 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 1 }] }] }] }]
            """)).Single();

        Assert.That(row.Strata, Is.EqualTo("""[{"scheme":"sex × age","category":"female × 65+","numerator":1,"denominator":2}]"""));
    }

    [TestCase(""" "valueRange": { "low": { "value": 1, "unit": "a" }, "high": { "value": 5, "unit": "a" } } """, "1-5 a")]
    [TestCase(""" "valueRange": { "low": { "value": 11, "unit": "mo" }, "high": { "value": 5, "unit": "a" } } """, "11 mo-5 a")]
    [TestCase(""" "valueRange": { "low": { "value": 65, "code": "a" } } """, "65+ a")]
    [TestCase(""" "valueRange": { "high": { "value": 17 } } """, "up to 17")]
    [TestCase(""" "valueQuantity": { "value": 6, "unit": "a" } """, "6 a")]
    [TestCase(""" "valueReference": { "reference": "Location/ward-4" } """, "ward-4")]
    public void A_stratum_has_a_value_of_any_type(string value, string category)
    {
        var row = Fhir(Report($$"""[{ "population": [{{Counts(40, 30)}}], "stratifier": [{ "code": [{ "text": "of" }], "stratum": [{ {{value}}, "population": [{{Counts(20, 16)}}] }] }] }]""")).Single();

        Assert.That(row.Strata, Is.EqualTo($$"""[{"scheme":"of","category":"{{category}}","numerator":16,"denominator":20}]"""));
    }

    [Test]
    public void Every_stratum_that_is_left_out_is_named()
    {
        var row = Fhir(Report($$"""
            [{ "population": [{{Counts(40, 30)}}], "stratifier": [{ "code": [{ "text": "sex" }], "stratum": [
                { "value": { "text": "F" }, "population": [{{Counts(20, 16)}}] }, { "value": { "text": "F" }, "population": [{{Counts(19, 16)}}] },
                { "value": { "text": "M" }, "population": [{{Counts(20, 14)}}] }, { "value": { "text": "X" } }, { "value": { "text": "Y" } },
                { "population": [{{Counts(1, 1)}}] }, { "value": { "text": "Z" }, "modifierExtension": [{ "url": "http://a/not" }], "population": [{{Counts(1, 1)}}] },
                { "value": { "text": "W" }, "population": [{ "code": { "coding": [{ "code": "initial-population" }] }, "count": 3 }] }] }] }]
            """)).Single();

        Assert.That(row.Strata, Is.EqualTo("""[{"scheme":"sex","category":"M","numerator":14,"denominator":20}]"""));
        var said = string.Join(' ', row.Findings.Select(finding => finding.Message));
        foreach (var part in new[] { "sex F is left out. It is given twice", "sex X, sex Y are left out. It has no populations", "sex (no value) is left out", "sex Z is left out. The document says by a modifier", "sex W is left out. A stratum needs" })
        {
            Assert.That(said, Does.Contain(part));
        }
    }

    [Test]
    public void More_strata_than_can_be_kept_are_told_as_that()
    {
        var strata = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $$"""{ "value": { "text": "{{i}}" }, "population": [{{Counts(0, 0)}}] }"""));
        var transcript = new Transcript();
        transcript.Add(Fhir(Report($$"""[{ "population": [{{Counts(40, 30)}}], "stratifier": [{ "code": [{ "text": "s" }], "stratum": [{{strata}}] }] }]""")).Single());

        Assert.That(Encoding.UTF8.GetString(transcript.Take()), Does.Contain("at most 200"));
    }

    [TestCase("1.5")]
    [TestCase("1e30")]
    [TestCase("\"5\"")]
    [TestCase("true")]
    public void A_count_that_is_none_is_repeated(string count) => Assert.That(
        Fhir(Report($$"""[{ "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": {{count}} }] }]""")).Single().Findings[0].Message,
        Is.EqualTo($"The count of the denominator, {count}, is not a whole number as FHIR writes one."));

    [TestCase(""" "modifierExtension": [{ "url": "http://a/not", "valueBoolean": true }] """, "modifierExtension")]
    [TestCase(""" "dataUpdateType": "incremental" """, "updateType")]
    [TestCase(""" "extension": [{ "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-MeasureReport.dataUpdateType", "valueCode": "incremental" }] """, "updateType")]
    public void A_report_that_means_something_else_is_not_taken(string member, string code)
    {
        var report = Report($$"""[{ "population": [{{Counts(40, 30)}}] }]""");

        Assert.That(Fhir(report.Replace("\"group\":", $"{member}, \"group\":", StringComparison.Ordinal)).Single().Findings.Where(finding => finding.IsError).Select(finding => finding.Code), Is.EqualTo(new[] { code }));
    }

    [Test]
    public void Nor_are_a_group_and_a_population_that_do()
    {
        const string Modified = """ "modifierExtension": [{ "url": "http://a/not" }] """;

        Assert.That(Fhir(Report($$"""[{ {{Modified}}, "population": [{{Counts(40, 30)}}] }]""")).Single().Findings.Single().Code, Is.EqualTo("modifierExtension"));
        Assert.That(Fhir(Report($$"""[{ "population": [{{Counts(40, 30)}}, { {{Modified}}, "code": { "coding": [{ "code": "denominator-exclusion" }] }, "count": 1 }] }]""")).Single().Findings.Single().Code, Is.EqualTo("modifierExtension"));
    }

    [Test]
    public void What_an_entry_asks_to_be_deleted_is_no_figure()
    {
        var report = Report($$"""[{ "population": [{{Counts(40, 30)}}] }]""");

        var row = Fhir($$"""{ "resourceType": "Bundle", "type": "batch", "entry": [{ "resource": {{report}}, "request": { "method": "DELETE", "url": "MeasureReport/1" } }] }""").Single();

        Assert.That((row.Numerator, row.Findings.Single().Code, row.Findings.Single().IsError), Is.EqualTo(((string?)null, "delete", true)));
    }

    [Test]
    public void What_is_better_is_told_where_the_measure_has_it_the_other_way()
    {
        var report = Report($$"""[{ "population": [{{Counts(40, 30)}}] }]""").Replace("\"group\":", """ "improvementNotation": { "coding": [{ "code": "increase" }] }, "group":""", StringComparison.Ordinal);

        Assert.That(Fhir(report).Single().Findings.Single(), Has.Property("OnlyWhere").EqualTo(Direction.Decrease).And.Property("IsError").False);
    }

    [TestCase("""{ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "not-found" }] }""", "error message of a server")]
    [TestCase("""{ "resourceType": "Measure", "url": "http://a/Measure/m" }""", "no FHIR MeasureReport")]
    [TestCase("""{ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": { "resourceType": "Organization", "id": "north" } }] }""", "no FHIR MeasureReport")]
    [TestCase("""{ "resourceType": "Bundle", "type": "batch-response", "entry": [{ "resource": { "resourceType": "OperationOutcome" } }] }""", "error message of a server")]
    public void A_file_without_a_report_is_none(string text, string said)
    {
        Assert.That(ImportFormat.Recognise(FileFamily.Json, Encoding.UTF8.GetBytes(text)).Problem!.Detail, Does.Contain(said));
        Assert.That(Assert.Throws<UnreadableFileException>(() => Fhir(text).ToList())!.Message, Does.Contain(said));
    }

    [TestCase("""{"resourceType":"Bundle"}""", false)]
    [TestCase("""{ "resourceType": "Bundle", "type": "collection", "entry": [] }""", false)]
    [TestCase("""{ "resourceType": "Bundle", "type": "searchset", "total": 0 }""", true)]
    public void A_bundle_of_nothing_is_the_answer_to_a_search_or_a_mistake(string text, bool isTaken)
    {
        Assert.That(ImportFormat.Recognise(FileFamily.Json, Encoding.UTF8.GetBytes(text)).Problem is null, Is.EqualTo(isTaken));
        Assert.That(Fhir(text), Is.Empty);
    }

    [TestCase("40.0", 40.0)]
    [TestCase("4e1", 40.0)]
    [TestCase("40.5", null)]
    [TestCase("1e30", null)]
    public void A_count_is_a_whole_number_however_it_is_written(string written, double? expected)
    {
        var row = Fhir(Report($$"""[{ "population": [{{Counts(40, 30)}}] }]""").Replace("\"count\": 40", $"\"count\": {written}", StringComparison.Ordinal)).Single();

        Assert.That(row.Denominator, Is.EqualTo(expected?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Test]
    public void Lines_of_other_resources_beside_reports_are_passed_over()
    {
        var text = $$"""{ "resourceType": "Measure", "url": "http://a/Measure/m" }""" + "\n" + Report($$"""[{ "population": [{{Counts(40, 30)}}] }]""").ReplaceLineEndings(" ");

        Assert.That(ImportFormat.Recognise(FileFamily.Json, Encoding.UTF8.GetBytes(text)).Problem, Is.Null);
        Assert.That(Fhir(text).Single().Place, Is.EqualTo("line 2"));
    }

    [Test]
    public void Several_groups_are_several_rows_of_measures_of_their_own()
    {
        var rows = Fhir(Report("""
            [{ "code": { "text": "bundle" }, "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 4 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 3 }] },
             { "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": -4 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 3 }] }]
            """)).ToList();

        Assert.That(rows.Select(row => $"{row.Place} {row.Measure}"), Is.EqualTo(new[] { "report, group 1 http://a/Measure/m#bundle", "report, group 2 http://a/Measure/m#2" }));
        Assert.That(rows[1].Findings.Select(finding => finding.Message), Does.Contain("The count of the denominator is below 0."));
    }

    [Test]
    public void Reports_may_stand_one_on_each_line()
    {
        var one = Report("""[{ "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 4 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 3 }] }]""").ReplaceLineEndings(" ");

        Assert.That(Fhir($"\uFEFF{one}\r\n\r\n{one}\n{one}").Select(row => row.Place), Is.EqualTo(new[] { "line 1", "line 2", "line 3" }));
    }

    [TestCase(""" "type": "subject-list" """, TestName = "A_list_of_subjects")]
    [TestCase(""" "type": "data-collection" """, TestName = "Collected_data")]
    [TestCase(""" "type": "summary", "subject": { "reference": "Patient/1" } """, TestName = "A_summary_of_one_patient")]
    [TestCase(""" "type": "summary", "evaluatedResource": [{ "reference": "Encounter/1" }] """, TestName = "What_was_counted")]
    [TestCase(""" "type": "summary", "group": [{ "subject": { "reference": "Patient/1" } }] """, TestName = "A_group_of_one_patient")]
    [TestCase(""" "type": "summary", "group": [{ "subject": { "identifier": { "value": "77" } } }] """, TestName = "A_group_of_somebody")]
    [TestCase(""" "type": "summary", "extension": [{ "url": "http://a/x", "valueReference": { "reference": "http://ehr/fhir/Patient/1/_history/2" } }] """, TestName = "An_extension_that_points_at_a_patient")]
    [TestCase(""" "type": "summary", "extension": [{ "url": "http://a/x", "valueReference": { "type": "Patient", "identifier": { "value": "77" } } }] """, TestName = "An_extension_that_names_a_patients_number")]
    [TestCase(""" "type": "summary", "contained": [{ "resourceType": "Observation" }] """, TestName = "An_observation_within")]
    [TestCase(""" "type": "summary", "group": [{ "population": [{ "subjectReport": [{ "reference": "MeasureReport/of-one" }] }] }] """, TestName = "The_reports_of_a_populations_subjects")]
    [TestCase(""" "type": "summary", "group": [{ "population": [{ "subjectResults": { "reference": "List/1" } }] }] """, TestName = "The_subjects_of_a_population")]
    public void About_patients(string members)
    {
        var report = $$"""{ "resourceType": "MeasureReport", "status": "complete", {{members}} }""";
        var bundle = $$"""{ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": { "resourceType": "Organization" } }, { "resource": {{report}} }] }""";

        Assert.Throws<PatientLevelException>(() => Fhir(report).ToList());
        Assert.Throws<PatientLevelException>(() => Fhir(bundle).ToList());
    }

    [Test]
    public void A_bundle_with_patients_in_it_is_refused_wherever_they_stand()
    {
        var bundle = """{ "entry": [{ "resource": { "resourceType": "Organization", "id": "a" } }, { "resource": { "resourceType": "Patient", "name": [{ "family": "Secret" }] } }], "resourceType": "Bundle" }""";

        var refusal = Assert.Throws<PatientLevelException>(() => Fhir(bundle).ToList())!;
        Assert.That(refusal.Message, Does.Contain("Patient").And.Not.Contain("Secret"));
    }

    [Test]
    public void A_bundle_inside_a_bundle_is_refused_and_not_passed_over()
    {
        const string Outer = """{ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": { "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": { "resourceType": "Patient" } }] } }] }""";

        Assert.That(Assert.Throws<UnreadableFileException>(() => Fhir(Outer).ToList())!.Message, Does.Contain("inside the bundle"));
    }

    [Test]
    public void A_ratio_has_two_initial_populations_and_its_rate_all_the_same()
    {
        var row = Fhir(Report("""
            [{ "population": [{ "code": { "coding": [{ "code": "initial-population" }] }, "count": 90 }, { "code": { "coding": [{ "code": "initial-population" }] }, "count": 3 },
               { "code": { "coding": [{ "code": "denominator" }] }, "count": 80 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 2 }] }]
            """)).Single();

        Assert.That((row.Numerator, row.Denominator, row.Findings.Single().Code, row.Findings.Single().IsError), Is.EqualTo(("2", "80", "populationTwice", false)));
    }

    [Test]
    public void A_Group_may_be_the_subject_of_a_summary() => Assert.That(
        Fhir($$"""{ "resourceType": "MeasureReport", "status": "complete", "type": "summary", "subject": { "reference": "Group/all" }, {{Period}}, "group": [] }""").Single().Findings.Single().Code,
        Is.EqualTo("group"));

    [Test]
    public void Nor_is_a_Group_of_organisations_a_patient() => Assert.That(
        Fhir(Report($$"""[{ "subject": { "reference": "Group/hospitals" }, "population": [{{Counts(40, 30)}}] }]""")).Single().Findings, Is.Empty);

    [Test]
    public void JSON_nested_without_end_is_told_and_costs_nothing()
    {
        var deep = """{ "resourceType": "Bundle", "entry": [""" + string.Concat(Enumerable.Repeat("""{"a":[""", 1_000_000));

        Assert.That(Assert.Throws<UnreadableFileException>(() => Fhir(deep).ToList())!.Message, Does.Contain("64 levels"));
    }

    [TestCase("""{ "resourceType": "Bundle", "entry": [{ "resource": """)]
    [TestCase("""{ "resourceType": "MeasureReport", """)]
    [TestCase("""{ "resourceType": "Bundle", "entry": [ { ] }""")]
    public void JSON_that_breaks_off_is_unreadable(string text) => Assert.Throws<UnreadableFileException>(() => Fhir(text).ToList());

    [Test]
    public void A_bundle_of_50_000_reports_is_read_as_it_comes()
    {
        var entry = Encoding.UTF8.GetBytes($$"""{ "fullUrl": "urn:uuid:1", "resource": {{Report("""[{ "population": [{ "code": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/measure-population", "code": "denominator" }] }, "count": 4 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 3 }], "measureScore": { "value": 0.75 } }]""")}} }""");
        Assert.That(Heap(new FhirFormat(), """{ "resourceType": "Bundle", "type": "batch", "entry": ["""u8.ToArray(), entry, ","u8.ToArray(), 50_000, "] }"u8.ToArray(), 50_000), Is.LessThan(100));
    }

    [Test]
    public void QRDA_of_20_MB_is_read_as_it_comes()
    {
        var component = Encoding.UTF8.GetBytes(Population("DENOM", 900, string.Concat(Enumerable.Range(0, 40).Select(i => Supplemental($"c{i}", i)))));
        var measure = Encoding.UTF8.GetBytes($"""<entry><organizer><reference><externalDocument><id root="2.16.840.1.113883.4.738" extension="m"/></externalDocument></reference>{Population("NUMER", 800, "")}{Encoding.UTF8.GetString(component)}</organizer></entry>""");
        var head = Encoding.UTF8.GetBytes(QrdaHead);
        var count = 20 * 1024 * 1024 / measure.Length;
        var tail = Encoding.UTF8.GetBytes(QrdaTail);

        Assert.That(Heap(new QrdaFormat(), head, measure, [], count, tail, count), Is.LessThan(100));
    }

    [TestCase("""<!DOCTYPE ClinicalDocument [<!ENTITY x SYSTEM "file:///etc/passwd">]><ClinicalDocument xmlns="urn:hl7-org:v3"><title>&x;</title></ClinicalDocument>""", TestName = "An_external_entity")]
    [TestCase("""<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><ClinicalDocument xmlns="urn:hl7-org:v3">&b;</ClinicalDocument>""", TestName = "An_entity_bomb")]
    [TestCase("""<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><ClinicalDocument xmlns="urn:hl7-org:v3"/>""", TestName = "A_parameter_entity")]
    public void XML_with_a_document_type_is_refused(string text)
    {
        Assert.That(Assert.Throws<UnreadableFileException>(() => Qrda(text).ToList())!.Message, Does.Contain("DOCTYPE"));
        Assert.That(ImportFormat.Recognise(FileFamily.Xml, Encoding.UTF8.GetBytes(text)).Problem!.Detail, Does.Contain("DOCTYPE"));
    }

    [Test]
    public void XML_nested_without_end_is_told() => Assert.That(
        Assert.Throws<UnreadableFileException>(() => Qrda("""<ClinicalDocument xmlns="urn:hl7-org:v3">""" + string.Concat(Enumerable.Repeat("<component>", 100_000))).ToList())!.Message,
        Does.Contain("64 levels"));

    [Test]
    public void A_text_without_end_between_two_tags_is_told() => Assert.That(
        Assert.Throws<UnreadableFileException>(() => Qrda("""<ClinicalDocument xmlns="urn:hl7-org:v3"><title>""" + new string('a', 20_000_000)).ToList())!.Message,
        Does.Contain("1 MB"));

    [TestCase("""<recordTarget><patientRole><id root="1.2" extension="MRN-77"/></patientRole></recordTarget>""", TestName = "A_patients_number")]
    [TestCase("""<recordTarget><patientRole><id nullFlavor="NA"/><patient><name>Secret</name></patient></patientRole></recordTarget>""", TestName = "A_patients_name")]
    [TestCase("""<templateId root="2.16.840.1.113883.10.20.24.1.1"/>""", TestName = "A_report_of_Category_I")]
    public void Of_one_patient(string header)
    {
        var text = QrdaHead.Replace("<recordTarget><patientRole><id nullFlavor=\"NA\"/></patientRole></recordTarget>", header, StringComparison.Ordinal) + QrdaTail;

        Assert.That(Assert.Throws<PatientLevelException>(() => Qrda(text).ToList())!.Message, Does.Not.Contain("Secret").And.Not.Contain("MRN-77"));
        Assert.That(ImportFormat.Recognise(FileFamily.Xml, Encoding.UTF8.GetBytes(text)).Problem!.Code, Is.EqualTo(Collaborative.Domain.ProblemCode.PatientLevelData));
    }

    [Test]
    public void A_measure_of_several_rates_is_several_rows()
    {
        var text = QrdaHead + "<entry><organizer><reference><externalDocument><id root=\"2.16.840.1.113883.4.738\" extension=\"g\"/></externalDocument></reference>"
            + Population("DENOM", 100, "", "d1") + Population("NUMER", 40, "", "n1") + Population("DENOM", 50, "", "d2") + Population("NUMER", 20, "", "n2") + "</organizer></entry>" + QrdaTail;

        Assert.That(
            Qrda(text).Select(row => $"{row.Place}: {row.Measure} {row.Numerator}/{row.Denominator} {row.Month}"),
            Is.EqualTo(new[] { "measure 1, rate 1: g#n1 40/100 2026-03", "measure 1, rate 2: g#n2 20/50 2026-03" }));
    }

    [TestCase("DENOM 100, DENEX 10, NUMER 40, DENOM 50, NUMER 20", "40/90 20/50", TestName = "Populations_of_a_rate_stand_together")]
    [TestCase("IPOP 100, DENOM 100, NUMER 40, IPOP 50, DENOM 50, NUMER 20, NUMEX 5", "40/100 15/50", TestName = "What_is_left_out_of_one_rate_is_left_in_the_others")]
    [TestCase("NUMER 40, DENOM 100, NUMER 20, DENOM 50, DENEXCEP 5", "40/100 20/45", TestName = "The_order_within_a_rate_is_free")]
    [TestCase("IPOP 100, DENOM 100, DENEX 10, NUMER 40, NUMER 20", "40/90 20/90", TestName = "A_denominator_is_shared")]
    [TestCase("IPOP 100, DENOM 100, NUMER 40, NUMER 20, DENEX 10", "40/90 20/90", TestName = "What_is_left_out_of_a_shared_denominator_is_left_out_of_all")]
    [TestCase("IPOP 100, IPOP 50, DENOM 100, DENOM 50, NUMER 40, NUMER 20, DENEX 10, DENEX 0", "40/90 20/50", TestName = "Kind_after_kind")]
    [TestCase("IPOP 100, IPOP 50, DENOM 100, DENOM 50, NUMER 40, NUMER 20, DENEX 10", "/ !populationUnplaced / !populationUnplaced", TestName = "What_belongs_nowhere_is_told")]
    [TestCase("DENOM 100, DENOM 90, NUMER 40", "/ !populationTwice", TestName = "One_rate_has_one_denominator")]
    public void The_populations_of_several_rates(string populations, string expected)
    {
        var components = populations.Split(", ").Select(population => population.Split(' ')).Select((parts, i) => Population(parts[0], int.Parse(parts[1]), "", $"p{i}"));
        var text = QrdaHead + "<entry><organizer><reference><externalDocument><id root=\"2.16.840.1.113883.4.738\" extension=\"g\"/></externalDocument></reference>" + string.Concat(components) + "</organizer></entry>" + QrdaTail;

        Assert.That(
            string.Join(" ", Qrda(text).Select(row => $"{row.Numerator}/{row.Denominator}{string.Concat(row.Findings.Where(finding => finding.IsError).Select(finding => $" !{finding.Code}"))}")),
            Is.EqualTo(expected));
    }

    [Test]
    public void A_stated_rate_goes_with_the_numerator_that_it_names()
    {
        static string Rate(string value, string numerator) =>
            $"""<component><observation><code code="72510-1"/><value value="{value}"/><reference><externalObservation><id root="{numerator}"/></externalObservation></reference></observation></component>""";
        var text = QrdaHead + "<entry><organizer><reference><externalDocument><id root=\"2.16.840.1.113883.4.738\" extension=\"g\"/></externalDocument></reference>"
            + Rate("0.25", "N2") + Rate("0.4", "N1")
            + Population("DENOM", 100, "", "d1") + Population("NUMER", 40, "", "n1") + Population("DENOM", 50, "", "d2") + Population("NUMER", 20, "", "n2") + "</organizer></entry>" + QrdaTail;

        var rows = Qrda(text).ToList();
        Assert.That(rows[0].Findings.Select(finding => finding.Code), Does.Not.Contain("scoreDiffers"));
        Assert.That(rows[1].Findings.Select(finding => finding.Message), Does.Contain("The document states 0.25, but its counts give 20/50 = 0.4. The counts are kept."));
    }

    [Test]
    public void The_only_rate_is_compared_whatever_it_refers_to()
    {
        const string Rate = """<component><observation><code code="72510-1"/><value value="0.9"/><reference><externalObservation><id root="other"/></externalObservation></reference></observation></component>""";

        Assert.That(Qrda(OfMeasure(Rate + Population("DENOM", 100, "", "d1") + Population("NUMER", 40, "", "n1"))).Single().Findings.Single().Code, Is.EqualTo("scoreDiffers"));
    }

    [TestCase("typeCode=\"COMP\"", "27.3.26", "MEAN", MeasureKind.Median)]
    [TestCase("typeCode=\"REFR\"", "27.3.2", "MEDIAN", MeasureKind.Mean)]
    [TestCase("typeCode=\"SUBJ\" inversionInd=\"true\"", "27.3.2", "MEDIAN", MeasureKind.Mean)]
    public void A_continuous_value_may_be_held_in_three_ways_and_says_what_it_is(string relation, string template, string method, MeasureKind wrong)
    {
        var value = $"""<entryRelationship {relation}><observation><templateId root="2.16.840.1.113883.10.20.{template}"/><value value="55" unit="min"/><methodCode code="{method}"/></observation></entryRelationship>""";

        var row = Qrda(OfMeasure(Population("IPOP", 50, "") + Population("MSRPOPL", 40, value))).Single();

        Assert.That((row.Value, row.N), Is.EqualTo(("55", "40")));
        Assert.That(row.Findings.Single(), Has.Property("IsError").True.And.Property("OnlyOf").EqualTo(wrong));
    }

    [TestCase("a:60 b:40", "A:12 B:8", "a 12/60, b 8/40", "", TestName = "GUIDs_are_the_same_in_either_case")]
    [TestCase("a:60 b:40", "b:20", "b 20/40", "stratum a", TestName = "A_stratum_of_the_measure_that_is_missing_is_not_zero")]
    [TestCase("a:60 b:40", "b:0", "b 0/40", "stratum a", TestName = "Nor_beside_one_that_is")]
    public void Strata_of_the_measure_itself(string denominators, string numerators, string kept, string named) =>
        AssertStrata("""<templateId root="2.16.840.1.113883.10.20.27.3.4"/><value code="STRAT"/><reference><externalObservation><id root="{0}"/></externalObservation></reference>""", denominators, numerators, kept, named);

    [TestCase("F:60 M:40", "F:20", "F 20/60, M 0/40", "", TestName = "What_adds_up_leaves_nobody_for_the_others")]
    [TestCase("F:60 M:40", "F:12", "F 12/60", "race M", TestName = "What_does_not_add_up_leaves_the_others_open")]
    [TestCase("F:60 M:40", "F:x M:8", "M 8/40", "race F", TestName = "A_count_that_is_none_leaves_its_stratum_out")]
    public void Supplemental_data(string denominators, string numerators, string kept, string named) =>
        AssertStrata("""<templateId root="2.16.840.1.113883.10.20.27.3.8"/><value code="{0}"/>""", denominators, numerators, kept, named);

    private static void AssertStrata(string part, string denominators, string numerators, string kept, string named)
    {
        string Parts(string counts) => string.Concat(counts.Split(' ').Select(count => count.Split(':')).Select(pair =>
            $"""<entryRelationship typeCode="COMP"><observation>{part.Replace("{0}", pair[0], StringComparison.Ordinal)}<entryRelationship typeCode="SUBJ" inversionInd="true"><observation><code code="MSRAGG"/><value value="{pair[1]}"/></observation></entryRelationship></observation></entryRelationship>"""));

        var row = Qrda(OfMeasure(Population("DENOM", 100, Parts(denominators)) + Population("NUMER", 20, Parts(numerators)))).Single();

        Assert.That(string.Join(", ", (Collaborative.Domain.Submissions.StratumText.Read(row.Strata) ?? []).Select(stratum => $"{stratum.Category} {stratum.Numerator}/{stratum.Denominator}")), Is.EqualTo(kept));
        Assert.That(row.Findings.Select(finding => finding.Message.Split(" is left")[0]), Is.EqualTo(named.Length == 0 ? Array.Empty<string>() : [$"The stratum {named}"]));
    }

    private static string OfMeasure(string components) =>
        $"""{QrdaHead}<entry><organizer><reference><externalDocument><id root="2.16.840.1.113883.4.738" extension="g"/></externalDocument></reference>{components}</organizer></entry>{QrdaTail}""";

    private static string Counts(int denominator, int numerator) =>
        $$"""{ "code": { "coding": [{ "code": "denominator" }] }, "count": {{denominator}} }, { "code": { "coding": [{ "code": "numerator" }] }, "count": {{numerator}} }""";

    [TestCase("team,Apr-16,2016-05\nnorth,3/4,\nsouth,,0/0\n", "AE", "north AE 2016-04 3/4 | south AE 2016-05 0/0")]
    [TestCase("Team;Measure;Jan 2026;Feb 2026\nnorth;m;1,5/400,5;7\n", null, "north m 2026-01 1.5/400.5 | north m 2026-02 =7")]
    [TestCase("team,month,vap,clabsi_num,clabsi_den\nnorth,Mar 2026,2/300,1,40\n", null, "north vap 2026-03 2/300 | north clabsi 2026-03 1/40")]
    [TestCase("team,measure,part,Jan-26,Feb-26\nnorth,m,numerator,1,2\nnorth,m,denominator,10,20\n", null, "north m 2026-01 1/10 | north m 2026-02 2/20")]
    [TestCase("team,month,numerator,denominator\nnorth,2026-01,1,10\n", "m", "north m 2026-01 1/10")]
    [TestCase("team,Jan-26\nnorth,12-Jul\nsouth,2026-07-12\neast,<5\n", "m", "north m 2026-01 / !spreadsheetDate | south m 2026-01 / !spreadsheetDate | east m 2026-01 =<5")]
    [TestCase("team,measure,part,Jan-26\nnorth,m,numerator,1\nsouth,m,numerator,2\n", null, "   / !half |    / !half")]
    public void Wide_tables_are_read_in_every_shape(string text, string? measure, string expected)
    {
        var rows = new WideCsvFormat().Translate(Source(() => new MemoryStream(Encoding.UTF8.GetBytes(text)), measure)).OfType<LongRow>();

        Assert.That(string.Join(" | ", rows.Select(Say)), Is.EqualTo(expected));

        static string Say(LongRow row) => $"{row.Team} {row.Measure} {row.Month} {(row.Value is null ? $"{row.Numerator}/{row.Denominator}" : $"={row.Value}")}"
            + string.Concat(row.Findings.Select(finding => $" !{finding.Code}")).TrimEnd();
    }

    private const string QrdaHead =
        """
        <?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?><ClinicalDocument xmlns="urn:hl7-org:v3"><code code="55184-6"/><recordTarget><patientRole><id nullFlavor="NA"/></patientRole></recordTarget><component><structuredBody><component><section><templateId root="2.16.840.1.113883.10.20.27.2.1"/>
        """;

    private const string QrdaTail =
        """
        <entry><act><templateId root="2.16.840.1.113883.10.20.17.3.8"/><effectiveTime><low value="20260301"/><high value="20260331"/></effectiveTime></act></entry></section></component></structuredBody></component></ClinicalDocument>
        """;

    private static string Population(string code, int count, string more, string id = "p") =>
        $"""<component><observation><code code="ASSERTION"/><value code="{code}"/>{Aggregate(count)}{more}<reference><externalObservation><id root="{id}"/></externalObservation></reference></observation></component>""";

    private static string Supplemental(string category, int count) =>
        $"""<entryRelationship typeCode="COMP"><observation><templateId root="2.16.840.1.113883.10.20.27.3.8"/><value code="{category}"/>{Aggregate(count)}</observation></entryRelationship>""";

    private static string Aggregate(int count) =>
        $"""<entryRelationship typeCode="SUBJ" inversionInd="true"><observation><code code="MSRAGG"/><value value="{count}"/></observation></entryRelationship>""";

    private static string Report(string groups) =>
        $$"""{ "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "http://a/Measure/m|1", "reporter": { "reference": "Organization/north" }, {{Period}}, "group": {{groups}} }""";

    private static IEnumerable<LongRow> Fhir(string text) => Translate(new FhirFormat(), text);

    private static IEnumerable<LongRow> Qrda(string text) => Translate(new QrdaFormat(), text);

    private static IEnumerable<LongRow> Translate(ImportFormat format, string text) =>
        format.Translate(Source(() => new MemoryStream(Encoding.UTF8.GetBytes(text)))).OfType<LongRow>();

    private static ImportSource Source(Func<Stream> open, string? measure = null) => new(open, open, measure, PeriodReading.Usual);

    /// <summary>The most megabytes that were alive while a long document was read.</summary>
    private static double Heap(ImportFormat format, byte[] head, byte[] element, byte[] between, int count, byte[] tail, int rows)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        var found = 0;
        foreach (var row in format.Translate(Source(() => new Repeated(head, element, between, count, tail))).OfType<LongRow>())
        {
            Assert.That(row.Findings.Where(finding => finding.IsError), Is.Empty);
            if (++found % Math.Max(1, rows / 20) == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.That(found, Is.EqualTo(rows));
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found} rows, at most {most / 1048576.0:0.0} MB alive"));
        return most / 1048576.0;
    }

    /// <summary>A long document that is never held.</summary>
    private sealed class Repeated(byte[] head, byte[] element, byte[] between, int count, byte[] tail) : Stream
    {
        private byte[] current = head;
        private int offset;
        private int next;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            while (offset == current.Length && next <= 2 * count)
            {
                current = next == 2 * count ? tail : next % 2 == 0 ? element : next < (2 * count) - 1 ? between : [];
                next++;
                offset = 0;
            }

            var taken = Math.Min(buffer.Length, current.Length - offset);
            current.AsSpan(offset, taken).CopyTo(buffer);
            offset += taken;
            return taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
