using System.Net.Http.Headers;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Tests.Durability;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Imports;

/// <summary>What a partner's codes mean: proposed from the first file, confirmed by a person, used from then on.</summary>
public sealed class ProfileTests(Lane lane) : ImportFeature(lane)
{
    private const string Mappings =
        """ "teams": [{ "code": "W-12", "team": "NORTH" }, { "code": "W-13", "team": "south", "from": "2026-02" }], "measures": [{ "code": "CMS1", "measure": "m", "multiplyBy": 2 }] """;

    private const string Partner = Header + "W-12,CMS1,2026-01,1,400,\nW-13,CMS1,2026-01,2,400,\nW-13,CMS1,2026-02,3,400,\n";

    [Test]
    public async Task The_first_file_proposes_a_profile_and_takes_nothing()
    {
        var path = await NewProgramme();

        var job = await Import(path, Header + string.Concat(Enumerable.Range(1, 9).Select(i => $"North-Ward,4711,2026-0{(i % 7) + 1},{i},400,\n")) + "W-13,m,2026-01,1,400,\n", "?profile=epic");

        Assert.That((job.At("/state"), job.At("/problem/code"), Counts(job)), Is.EqualTo(("unmapped", "unmapped", "0 0 0 0 0")));
        Assert.That(
            job.Each("kind", "/unmapped").Zip(job.Each("code", "/unmapped"), job.Each("rows", "/unmapped")),
            Is.EquivalentTo(new (string?, string?, string?)[] { ("team", "North-Ward", "9"), ("measure", "4711", "9"), ("team", "W-13", "1") }));
        Assert.That((await Admin.Get($"/imports/{job.At("/id")}/rows")).Count(), Is.Zero, "One list, not a thousand errors");
        var profile = (await Admin.Get($"{path}/profiles/epic")).Is(200);
        Assert.That((profile.At("/state"), profile.At("/teams/0/code"), profile.At("/measures/0/code"), profile.ETag), Is.EqualTo(("proposed", "North-Ward", "4711", "\"1\"")));
        Assert.That(await Export(path), Has.Length.LessThan(200), "Only the header");

        await Import(path, Header + "W-14,4711,2026-01,1,400,\n", "?profile=EPIC");
        Assert.That((await Admin.Get($"{path}/profiles/epic")).Each("code", "/teams"), Is.EqualTo(new[] { "North-Ward", "W-13", "W-14" }));
    }

    [Test]
    public async Task The_partners_strata_are_proposed_beside_those_that_the_collaborative_has()
    {
        var path = await NewProgramme();
        var file = Strata("2026-02", "Gender", "F", "M");
        Assert.That((await Import(path, file, "?profile=first")).At("/state"), Is.EqualTo("succeeded"), "Where there are no strata yet, the first partner's are ours");
        (await Admin.Delete($"{path}/teams/north/measures/m/submissions/2026-02", ifMatch: "1")).Is(200);
        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-01", """
            { "numerator": 3, "denominator": 400, "strata": [{ "scheme": "sex", "category": "female", "numerator": 1, "denominator": 200 }, { "scheme": "sex", "category": "male", "numerator": 2, "denominator": 200 }] }
            """)).Is(201);

        var job = await Import(path, Strata("2026-02", "Gender", "F", "X"), "?profile=epic");

        Assert.That((job.At("/state"), job.At("/unmapped/1/kind"), job.At("/unmapped/1/scheme"), job.At("/unmapped/1/code"), job.At("/unmapped/1/rows")), Is.EqualTo(("unmapped", "stratum", "Gender", "X", "1")), job.Text);
        var proposed = (await Admin.Get($"{path}/profiles/epic")).Is(200);
        Assert.That(Enumerable.Range(0, 2).Select(i => (proposed.At($"/strata/{i}/category"), proposed.At($"/strata/{i}/toScheme"), proposed.At($"/strata/{i}/toCategory"))), Is.EqualTo(new[] { ("F", "sex", "female"), ("X", "null", "null") }));
        (await Admin.Put($"{path}/profiles/epic", """{ "partner": "Epic", "state": "confirmed", "strata": [{ "scheme": "Gender", "category": "F", "toScheme": "sex", "toCategory": "female" }, { "scheme": "Gender", "category": "X" }] }""", ifMatch: "1"))
            .IsInvalid("/strata/1/toScheme", "required");
        (await Admin.Put($"{path}/profiles/epic", """{ "partner": "Epic", "state": "confirmed", "strata": [{ "scheme": "Gender", "category": "F", "toScheme": "sex", "toCategory": "female" }, { "scheme": "Gender", "category": "X", "toScheme": "sex", "toCategory": "other" }] }""", ifMatch: "1")).Is(200);

        var taken = await Import(path, Strata("2026-02", "Gender", "F", "M"), "?profile=epic");

        Assert.That((Counts(taken), taken.At("/unmapped/0/code"), taken.Count("/unmapped")), Is.EqualTo(("1 1 0 1 0", "M", 1)), "A category that is new is kept under its name, and pointed out");
        Assert.That((await Admin.Get($"/imports/{taken.At("/id")}/rows")).Each("problems/0/code"), Is.EqualTo(new[] { "unmappedStratum" }));
        var figure = (await Admin.Get($"{path}/teams/north/measures/m/submissions/2026-02")).Is(200);
        Assert.That(Enumerable.Range(0, 2).Select(i => $"{figure.At($"/strata/{i}/scheme")} {figure.At($"/strata/{i}/category")}"), Is.EqualTo(new[] { "Gender M", "sex female" }));

        static string Strata(string month, string scheme, string one, string other) =>
            $"team,measure,month,numerator,denominator,strata\nnorth,m,{month},3,400,\"[{{\"\"scheme\"\":\"\"{scheme}\"\",\"\"category\"\":\"\"{one}\"\",\"\"numerator\"\":1,\"\"denominator\"\":200}},{{\"\"scheme\"\":\"\"{scheme}\"\",\"\"category\"\":\"\"{other}\"\",\"\"numerator\"\":2,\"\"denominator\"\":200}}]\"\n";
    }

    [Test]
    public async Task A_confirmed_profile_turns_the_partners_codes_months_and_units_into_ours()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/profiles/epic", $$"""{ "partner": "Epic", "state": "confirmed", {{Mappings}} }""")).Is(201);

        var job = await Import(path, Partner, "?profile=epic");

        Assert.That((job.At("/state"), job.At("/profile"), Counts(job)), Is.EqualTo(("succeeded", "epic", "3 2 0 0 1")), job.Text);
        Assert.That((job.Count("/unmapped"), job.At("/unmapped/0/code"), job.At("/unmapped/0/rows")), Is.EqualTo((1, "W-13", "1")), "In January the code meant nothing yet");
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "3 unmappedTeam" }));
        var exported = await Export(path);
        Assert.That(exported, Does.Contain("north,m,2026-01,2,400,").And.Contain("south,m,2026-02,6,400,"));
        Assert.That(Counts(await Import(path, Partner, "?profile=epic")), Is.EqualTo("3 0 2 0 1"), "The same file again changes nothing");
        var revision = (await Admin.Get($"{path}/teams/north/measures/m/submissions/2026-01/revisions")).Is(200);
        Assert.That((revision.At("/items/0/importId"), revision.At("/items/0/importRow"), revision.At("/items/0/origin")), Is.EqualTo((job.At("/id"), "2", "import")), "Where it came from");
        Assert.That(job.At("/contentHash"), Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Partner)))));
    }

    [Test]
    public async Task What_was_reviewed_is_what_is_done_and_nothing_else()
    {
        var path = await NewProgramme();
        string Profile(string team) => $$"""{ "partner": "Epic", "state": "confirmed", "teams": [{ "code": "WARD", "team": "{{team}}" }] }""";
        (await Admin.Put($"{path}/profiles/epic", Profile("south"))).Is(201);
        var feed = await Server.As(Role.Integration, CodeIn(path));
        var job = await SendAs(path, feed, Header + "WARD,m,2026-01,1,400,\nWARD,m,2026-02,2,400,\nWARD,m,2026-03,3,400,\n", "?profile=epic");
        Assert.That((job.At("/state"), Counts(job)), Is.EqualTo(("review", "3 3 0 0 0")));
        var address = $"/imports/{job.At("/id")}";
        (await Admin.Put($"{path}/teams/south/measures/m/submissions/2026-02", """{ "numerator": 9, "denominator": 400 }""")).Is(201);
        var lead = await Server.As(Role.DataLead, CodeIn(path), "south");

        (await lead.Put($"{address}/review", """{ "verdict": "accepted" }""")).Is(200);
        var done = await Until(() => Admin.Get(address), view => view.At("/endedAt") != "null");
        Assert.That((Counts(done), await Rejected(done)), Is.EqualTo(("3 2 0 0 1", new[] { "3 otherThanReviewed" })), "What a person typed meanwhile stays");
        Assert.That(await Export(path), Does.Contain("south,m,2026-01,1,400,").And.Contain("south,m,2026-02,9,400,").And.Contain("south,m,2026-03,3,400,"));

        var second = await SendAs(path, feed, Header + "WARD,m,2026-04,4,400,\n", "?profile=epic");
        (await Admin.Put($"{path}/profiles/epic", Profile("north"), ifMatch: "1")).Is(200);
        (await lead.Put($"/imports/{second.At("/id")}/review", """{ "verdict": "accepted" }""")).Is(200);
        done = await Until(() => Admin.Get($"/imports/{second.At("/id")}"), view => view.At("/endedAt") != "null");
        Assert.That(await Rejected(done), Is.EqualTo(new[] { "2 otherThanReviewed" }), "She has seen a figure of her own team");
        Assert.That(await Export(path), Does.Not.Contain("2026-04"));
    }

    [Test]
    public async Task A_profile_is_confirmed_only_when_every_line_says_what_it_means()
    {
        var path = await NewProgramme();

        (await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "confirmed", "teams": [{ "code": "x" }] }""")).IsInvalid("/teams/0/team", "required");
        (await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "proposed", "teams": [{ "code": "x", "team": "nowhere" }] }""")).IsInvalid("/teams/0/team", "unknown");
        (await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "proposed", "measures": [{ "code": "x", "measure": "m", "to": "2026-03" }, { "code": "X", "measure": "m", "from": "2026-03" }] }""")).IsInvalid("/measures/1/code", "duplicate");
        (await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "proposed", "measures": [{ "code": "x", "measure": "m", "multiplyBy": -1 }] }""")).IsInvalid("/measures/0/multiplyBy", "range");
        (await Admin.Put($"{path}/profiles/p", """{ "state": "proposed" }""")).IsInvalid("/partner", "required");
        (await Admin.Put($"{path}/profiles/p", """{ "partner": "P" }""")).IsInvalid("/state", "required");
        var made = (await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "proposed", "teams": [{ "code": "x" }] }""")).Is(201);
        Assert.That((await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "proposed", "teams": [{ "code": "x" }] }""")).Is(200).ETag, Is.EqualTo(made.ETag));
        (await Admin.Put($"{path}/profiles/p", """{ "partner": "P", "state": "confirmed", "teams": [{ "code": "x", "team": "north" }] }""", ifMatch: "1")).Is(200);
        (await Admin.Delete($"{path}/profiles/p", ifMatch: "2")).Is(200);
        (await Admin.Get($"{path}/profiles/p")).Is(404);
    }

    [Test]
    public async Task A_FHIR_reporter_and_measure_are_proposed_by_their_names()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/teams/icu-north", """{ "name": "Northern Hospital ICU" }""")).Is(201);
        var file = """
            { "resourceType": "Bundle", "type": "collection", "entry": [
              { "fullUrl": "urn:uuid:1", "resource": { "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "http://ehr/Measure/77|1", "reporter": { "reference": "urn:uuid:2" },
                "period": { "start": "2026-03-01", "end": "2026-03-31" }, "group": [{ "code": { "text": "Pneumonia" }, "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 4 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 3 }] }] } },
              { "fullUrl": "urn:uuid:2", "resource": { "resourceType": "Organization", "identifier": [{ "value": "9001" }], "name": "Northern Hospital, ICU" } }] }
            """;

        var job = await SendAs(path, Admin, file, "?profile=ehr", "application/fhir+json");

        var profile = (await Admin.Get($"{path}/profiles/ehr")).Is(200);
        Assert.That((job.At("/state"), profile.At("/teams/0/code"), profile.At("/teams/0/name"), profile.At("/teams/0/team")), Is.EqualTo(("unmapped", "9001", "Northern Hospital, ICU", "icu-north")));
        Assert.That((profile.At("/measures/0/code"), profile.At("/measures/0/measure")), Is.EqualTo(("http://ehr/Measure/77", "m")), "The measure m is called Pneumonia");

        (await Admin.Put($"{path}/profiles/ehr", $$"""{ "partner": "EHR", "state": "confirmed", "teams": [{ "code": "9001", "team": "icu-north" }], "measures": [{ "code": "http://ehr/Measure/77", "measure": "m" }] }""", ifMatch: "*")).Is(200);
        Assert.That(Counts(await SendAs(path, Admin, file, "?profile=ehr", "application/fhir+json")), Does.StartWith("1 1 0"));
    }

    [Test]
    public async Task Only_months_may_be_asked_of_a_partner()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/profiles/ehr", """{ "partner": "EHR", "state": "confirmed", "periods": "monthsOnly" }""")).Is(201);
        var file = """
            { "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "m", "reporter": { "reference": "Organization/north" }, "period": { "start": "2026-01-01", "end": "2026-03-31" },
              "group": [{ "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 4 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 3 }] }] }
            """;

        Assert.That(await Rejected(await SendAs(path, Admin, file, "?profile=ehr", "application/fhir+json")), Is.EqualTo(new[] { "2 period" }));
        Assert.That(Counts(await SendAs(path, Admin, file, "", "application/fhir+json")), Does.StartWith("1 1 0"));
    }

    [Test]
    public async Task What_an_integration_sends_waits_for_the_word_of_a_person_of_the_team()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/profiles/epic", $$"""{ "partner": "Epic", "state": "confirmed", {{Mappings}} }""")).Is(201);
        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-01", """{ "numerator": 5, "denominator": 400 }""")).Is(201);
        var feed = await Server.As(Role.Integration, CodeIn(path));
        var north = await Server.As(Role.DataLead, CodeIn(path), "north");
        var south = await Server.As(Role.DataLead, CodeIn(path), "south");

        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-02", """{ "numerator": 4, "denominator": 400 }""")).Is(201);
        var job = await SendAs(path, feed, Header + "W-12,CMS1,2026-01,1,400,\nW-12,CMS1,2026-02,2,400,\n", "?profile=epic");
        var address = $"/imports/{job.At("/id")}";

        Assert.That((job.At("/state"), Counts(job)), Is.EqualTo(("review", "2 1 1 1 0")));
        var changes = (await north.Get($"{address}/changes")).Is(200);
        Assert.That((changes.At("/items/0/before/numerator"), changes.At("/items/0/after/numerator"), changes.At("/items/0/team"), changes.At("/items/0/month")), Is.EqualTo(("5", "2", "north", "2026-01")));
        Assert.That((await north.Get($"{path}/imports?state=review")).Count(), Is.EqualTo(1));
        Assert.That((await south.Get($"{path}/imports?state=review")).Count(), Is.Zero);
        (await south.Put($"{address}/review", """{ "verdict": "accepted" }""")).Is(404);
        (await feed.Put($"{address}/review", """{ "verdict": "accepted" }""")).Is(403);
        (await north.Put($"{address}/review", """{ }""")).IsInvalid("/verdict", "required");
        Assert.That((await Admin.Get($"{path}/teams/north/measures/m/submissions/2026-01")).At("/numerator"), Is.EqualTo("5"));

        (await north.Put($"{address}/review", """{ "verdict": "accepted", "note": "As we counted" }""")).Is(200);
        var done = await Until(() => Admin.Get(address), found => found.At("/endedAt") != "null");

        Assert.That((done.At("/state"), Counts(done), done.At("/review/verdict"), done.At("/review/note")), Is.EqualTo(("succeeded", "2 1 1 1 0", "accepted", "As we counted")));
        Assert.That((await Admin.Get($"{path}/teams/north/measures/m/submissions/2026-01")).At("/numerator"), Is.EqualTo("2"));
        changes = (await north.Get($"{address}/changes")).Is(200);
        Assert.That((changes.At("/items/0/before/numerator"), changes.At("/items/0/after/numerator")), Is.EqualTo(("5", "2")));
        (await north.Put($"{address}/review", """{ "verdict": "accepted" }""")).Is(200);
        (await Admin.Put($"{address}/review", """{ "verdict": "rejected" }""")).IsProblem(409, "import-not-for-review");
    }

    [Test]
    public async Task Of_two_teams_neither_lead_sees_the_import_and_what_is_rejected_is_never_taken()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/profiles/epic", $$"""{ "partner": "Epic", "state": "confirmed", {{Mappings}} }""")).Is(201);
        var feed = await Server.As(Role.Integration, CodeIn(path));
        var north = await Server.As(Role.DataLead, CodeIn(path), "north");

        var job = await SendAs(path, feed, Header + "W-12,CMS1,2026-01,1,400,\nW-13,CMS1,2026-02,3,400,\n", "?profile=epic");

        (await north.Get($"/imports/{job.At("/id")}/changes")).Is(404);
        var rejected = (await Admin.Put($"/imports/{job.At("/id")}/review", """{ "verdict": "rejected", "note": "Wrong ward" }""")).Is(200);
        Assert.That((rejected.At("/state"), rejected.At("/review/verdict")), Is.EqualTo(("cancelled", "rejected")));
        Assert.That(await Export(path), Has.Length.LessThan(200));
        await Import(path, Header, "?dryRun=true");
        await Until(() => Server.Database.Rows($"SELECT COUNT(*) FROM ImportBody WHERE ImportId = '{job.At("/id")}'"), rows => rows[0] == "0");
    }

    [Test]
    public async Task A_trusted_partner_is_taken_without_asking()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/profiles/epic", $$"""{ "partner": "Epic", "state": "confirmed", "autoAccept": true, {{Mappings}} }""")).Is(201);
        var feed = await Server.As(Role.Integration, CodeIn(path));

        Assert.That((await SendAs(path, feed, Header + "W-12,CMS1,2026-01,1,400,\n", "?profile=epic")).At("/state"), Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task A_dry_run_shows_each_figure_before_and_after()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-01", """{ "numerator": 5, "denominator": 400, "note": "by hand" }""")).Is(201);

        var dry = await Import(path, Header + "north,m,2026-01,1,400,\nsouth,m,2026-01,2,400,\nsouth,m,2026-02,x,400,\n", "?dryRun=true");

        var changes = (await Admin.Get($"/imports/{dry.At("/id")}/changes")).Is(200);
        Assert.That(changes.Each("row"), Is.EqualTo(new[] { "2", "3" }));
        Assert.That((changes.At("/items/0/before/numerator"), changes.At("/items/0/before/note"), changes.At("/items/0/after/numerator"), changes.At("/items/1/before")), Is.EqualTo(("5", "by hand", "1", "null")));
        var page = (await Admin.Get($"/imports/{dry.At("/id")}/changes?limit=1")).Is(200);
        Assert.That((await Admin.Get(page.At("/next")!)).Each("row"), Is.EqualTo(new[] { "3" }));
    }

    [Test]
    public async Task All_rows_or_none()
    {
        var path = await NewProgramme();
        var good = Header + "north,m,2026-01,1,400,\nnew,m,2026-01,2,400,\n";
        var before = await Export(path);

        var bad = await Import(path, good + "south,m,2026-02,x,400,\n", "?atomic=true&createTeams=true");

        Assert.That((bad.At("/state"), bad.At("/problem/code"), Counts(bad), bad.At("/result/teamsCreated")), Is.EqualTo(("failed", "notAllAccepted", "3 0 0 0 3", "0")));
        Assert.That(await Rejected(bad), Is.EqualTo(new[] { "2 heldBack", "3 heldBack", "4 number" }));
        Assert.That(await Export(path), Is.EqualTo(before));
        (await Admin.Get($"{path}/teams/new")).Is(404);
        var mended = (await Admin.Get($"/imports/{bad.At("/id")}/rows.csv")).Is(200).Text.Replace(",x,", ",3,", StringComparison.Ordinal);

        var whole = await Import(path, mended, "?atomic=true&createTeams=true");

        Assert.That((whole.At("/state"), Counts(whole).Split(' ')[1]), Is.EqualTo(("succeeded", "3")), whole.Text);
    }

    private async Task<Answer> SendAs(string path, Client client, string file, string query, string type = "text/csv")
    {
        var content = new StringContent(file, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        var begun = (await client.Send(HttpMethod.Post, $"{path}/imports{query}", content)).Is(202);
        return await Until(() => client.Get(begun.Header("Location")!), job => job.At("/endedAt") != "null" || job.At("/state") == "review");
    }
}
