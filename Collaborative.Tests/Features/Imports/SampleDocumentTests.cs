using System.Globalization;
using System.Net.Http.Headers;
using Collaborative.Tests.Contract;
using Collaborative.Tests.Durability;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Imports;

/// <summary>Documents as their makers publish them: each gives the figures that were worked out by hand, or is refused.</summary>
public sealed class SampleDocumentTests(Lane lane) : ImportFeature(lane)
{
    private const string Fhir = "application/fhir+json";
    private const string Xml = "application/xml";

    [Test]
    public async Task A_FHIR_summary_leaves_its_exclusions_out_and_warns_of_its_period()
    {
        var path = await Programme("organization01", "EXM130-FHIR");

        var job = await End(await Post(path, Sample("deqm-MeasureReport-summ-measurereport02.json"), Fhir));

        Assert.That((job.At("/state"), job.At("/format"), Counts(job)), Is.EqualTo(("succeeded", "fhirMeasureReport", "1 1 0 1 0")));
        var figure = await Figure(path, "organization01", "EXM130-FHIR", "2019-08");
        Assert.That((figure.At("/numerator"), figure.At("/denominator"), figure.At("/origin")), Is.EqualTo(("60", "90", "import")));
        var row = await Row(job);
        Assert.That((row.At("/items/0/source"), row.At("/items/0/team"), string.Join(' ', row.Each("code", "/items/0/problems"))), Is.EqualTo(("report", "organization01", "periodEnd")));
    }

    [Test]
    public async Task A_report_of_one_patient_is_refused_and_nothing_of_it_is_kept()
    {
        var path = await Programme("organization01", "EXM130-FHIR");

        (await Post(path, Sample("deqm-MeasureReport-indv-measurereport01.json"), Fhir)).IsProblem(422, "patient-level-data");

        Assert.That((await Admin.Get($"{path}/imports")).Count(), Is.Zero);
        Assert.That(await Server.Database.Rows("SELECT COUNT(*) FROM ImportBody b JOIN ImportJob j ON j.Id = b.ImportId WHERE j.Format = 'fhirMeasureReport' AND j.State = 'receiving'"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task Of_a_bundle_the_reports_are_taken_whoever_they_refer_to()
    {
        var path = await Programme("organization01", "EXM130-FHIR");
        (await Admin.Put($"{path}/measures/EXM55-FHIR", Given.Measure("median"))).Is(201);
        (await Admin.Put($"{path}/measures/measure-mrp-example", Given.Proportion)).Is(201);
        var inTheBundle = System.Text.Json.JsonDocument.Parse(Sample("deqm-Bundle-multiple-summ-report.json")).RootElement.GetProperty("entry")[2].GetProperty("resource").GetProperty("identifier")[0].GetProperty("value").GetString()!;
        (await Admin.Put($"{path}/teams/{inTheBundle}", Given.Team)).Is(201);

        var job = await End(await Post(path, Sample("deqm-Bundle-multiple-summ-report.json"), Fhir));

        Assert.That(Counts(job), Is.EqualTo("3 3 0 3 0"), await RowText(job));
        Assert.That((await Row(job)).Each("source"), Is.EqualTo(new[] { "entry 2", "entry 4", "entry 5" }));
        var median = await Figure(path, "organization01", "EXM55-FHIR", "2018-12");
        Assert.That((median.At("/value"), median.At("/n")), Is.EqualTo(("0.5", "4000")));
        var share = await Figure(path, inTheBundle, "EXM130-FHIR", "2019-08");
        Assert.That((share.At("/numerator"), share.At("/denominator")), Is.EqualTo(("60", "90")));
        var other = await Figure(path, inTheBundle, "measure-mrp-example", "2018-08");
        Assert.That((other.At("/numerator"), other.At("/denominator")), Is.EqualTo(("80", "100")));
    }

    [Test]
    public async Task A_QRDA_document_gives_each_measures_own_counts_and_its_strata()
    {
        const string Cms68 = "8a6d0454-8df0-2d9f-018d-f6aeba950637";
        var path = await Programme("000777777", Cms68);

        var job = await End(await Post(path, Sample("qpp-Mvp_Mips-Group-Sample-2025.xml"), Xml));

        Assert.That((job.At("/state"), job.At("/format"), Counts(job)), Is.EqualTo(("succeeded", "qrda3", "1 1 0 1 0")), await RowText(job));
        var figure = await Figure(path, "000777777", Cms68, "2025-12");
        Assert.That((figure.At("/numerator"), figure.At("/denominator")), Is.EqualTo(("800", "900")));
        Assert.That(figure.Each("scheme", "/strata"), Does.Contain("sex").And.Contain("payer"));
        Assert.That((await Row(job)).Each("code", "/items/0/problems"), Is.EqualTo(new[] { "notAMonth" }));
    }

    [Test]
    public async Task Counts_that_are_none_are_told_each_with_its_place()
    {
        var path = await Programme("any", "m");

        var job = await End(await Post(path, Sample("qpp-NEG-angerMeasureDataValidations.xml"), Xml));

        Assert.That(Counts(job), Does.StartWith("1 0 0 0 1"), job.Text);
        var row = await Row(job);
        Assert.That(row.At("/items/0/source"), Is.EqualTo("measure 1"));
        Assert.That(row.Each("message", "/items/0/problems"), Does.Contain("The count of DENOM is not a whole number.").And.Contain("The count of DENEXCEP is below 0."));
    }

    [Test]
    public async Task A_period_without_an_end_is_refused()
    {
        var path = await Programme("any", "m");

        var job = await End(await Post(path, Sample("cypress-ep_test_qrda_cat3_no_end.xml"), Xml));

        Assert.That(job.At("/counts/accepted"), Is.EqualTo("0"));
        Assert.That((await Row(job)).Each("message", "/items/0/problems"), Does.Contain("The measurement period has no end."));
    }

    [TestCase("nhsr-ae-long.csv", "csvLong", "")]
    [TestCase("nhsr-ae-wide.csv", "csvWide", "")]
    [TestCase("nhsr-ae-wide.csv", "csvWide", "&measure=ae4h")]
    public async Task Twenty_trusts_come_out_the_same_from_the_long_and_the_wide_form(string file, string format, string more)
    {
        var path = await NewCollaborative("""{ "name": "A&E", "topic": "Waiting", "aim": "Four hours", "startMonth": "2016-04", "endMonth": "2019-03" }""");
        (await Admin.Put($"{path}/measures/AE4H", Given.Proportion)).Is(201);
        if (more.Length > 0)
        {
            (await Admin.Put($"{path}/measures/other", Given.Proportion)).Is(201);
        }

        var job = await End(await Post(path, Sample(file), "text/csv", $"?createTeams=true{more}"));

        Assert.That((job.At("/format"), Counts(job).Split(' ')[0..2]), Is.EqualTo((format, new[] { "720", "720" })), job.Text);
        var figures = (await Export(path)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).ToList();
        Assert.That((figures.Sum(row => long.Parse(row[3], CultureInfo.InvariantCulture)), figures.Sum(row => long.Parse(row[4], CultureInfo.InvariantCulture))), Is.EqualTo((830277L, 5663497L)));
        Assert.That(figures.Select(row => row[2]).Distinct().Count(), Is.EqualTo(36));
    }

    private static byte[] Sample(string name) => File.ReadAllBytes(Golden.Shared("samples", name));

    private async Task<string> Programme(string team, string measure)
    {
        var path = await NewCollaborative("""{ "name": "Documents", "topic": "T", "aim": "A", "startMonth": "2016-01", "endMonth": "2027-06" }""");
        (await Admin.Put($"{path}/teams/{team}", Given.Team)).Is(201);
        (await Admin.Put($"{path}/measures/{measure}", Given.Proportion)).Is(201);
        return path;
    }

    private Task<Answer> Post(string path, byte[] file, string type, string query = "")
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return Admin.Send(HttpMethod.Post, $"{path}/imports{query}", content);
    }

    private async Task<Answer> Row(Answer job) => (await Admin.Get($"/imports/{job.At("/id")}/rows")).Is(200);

    private async Task<string> RowText(Answer job) => (await Row(job)).Text;

    private async Task<Answer> Figure(string path, string team, string measure, string month) =>
        (await Admin.Get($"{path}/teams/{team}/measures/{measure}/submissions/{month}")).Is(200);
}
