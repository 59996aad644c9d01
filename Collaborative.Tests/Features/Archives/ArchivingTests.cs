using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Database;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Archives;

public sealed class ArchivingTests(Lane lane) : ArchiveFeature(lane)
{
    [SetUp]
    public void ResetClockElsewhere() => Elsewhere.Clock.MoveTo(Given.Now);

    [Test]
    public async Task A_collaborative_is_the_same_elsewhere_with_all_that_was_ever_known_of_it()
    {
        var path = await NewLife();
        var instants = (await Admin.Get($"{path}/history?limit=200")).Is(200).Each("recordedAt").Append("2026-07-23T12:00:00Z").ToList();
        Elsewhere.Clock.Now = Clock.Now;
        var imported = (await Import(AdminElsewhere, await Archive(path))).Is(201);
        Assert.That((imported.Header("Location"), imported.ETag), Is.EqualTo(($"/api/v1{path}", "\"1\"")));
        string[] addresses =
        [
            "", "/teams?limit=200", "/measures", "/submissions", "/submissions.csv", "/summary", "/reporting?month=2026-05", "/imports", "/measures/m/chart", "/measures/m/chart.svg",
            "/teams/north/measures/m/chart", "/teams/north/measures/m/submissions/2026-04/revisions", "/teams/north/measures/m/submissions/2026-05/revisions", "/teams/north/annotations",
            "/measures/m/phases", "/scales", "/profiles", "/profiles/epic", "/ideas/idea/thread", "/sessions", "/sessions/ls1/storyboards", "/teams/north/members",
            "/teams/north/sessions/ls1/storyboard", "/teams/north/sessions/ls1/storyboard?revision=1", "/history?subject=annotation", "/history?subject=storyboard", "/history?subject=teamMember",
            .. instants.SelectMany(at => new[] { $"/teams/north/measures/m/chart?asOf={at}", $"/submissions.csv?asOf={at}", $"/measures/m/chart?asOf={at}" }),
        ];
        await Compare([.. addresses.Select(address => path + address)]);
        var imports = (await Admin.Get($"{path}/imports")).Each("id");
        Assert.That(imports, Has.Count.EqualTo(2));
        await Compare([.. imports.SelectMany(id => new[] { $"/imports/{id}", $"/imports/{id}/rows", $"/imports/{id}/rows.csv", $"/imports/{id}/changes" })]);
    }

    [Test]
    public async Task An_archive_of_what_was_imported_is_the_same_archive()
    {
        var path = await NewLife();
        var archive = await Archive(path);
        Elsewhere.Clock.Now = Clock.Now;
        (await Import(AdminElsewhere, archive)).Is(201);
        var again = (await AdminElsewhere.Get($"{path}/archive.zip")).Is(200).Bytes;
        var (before, after) = (new OpenedArchive(archive), new OpenedArchive(again));
        Assert.That(after.Entries.Keys, Is.EquivalentTo(before.Entries.Keys));
        foreach (var part in before.Entries.Keys.Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal)))
        {
            // Engines order ids differently.
            Assert.That(after[part].Split('\n').Order(StringComparer.Ordinal), Is.EqualTo(before[part].Split('\n').Order(StringComparer.Ordinal)), part);
        }

        if (Elsewhere.Database.Lane == Lane)
        {
            Assert.That(again, Is.EqualTo(archive), "byte for byte");
        }
    }

    [Test]
    public async Task Life_goes_on_after_the_move()
    {
        var path = await NewLife();
        Elsewhere.Clock.Now = Clock.Now;
        (await Import(AdminElsewhere, await Archive(path))).Is(201);
        var submission = $"{path}/teams/north/measures/m/submissions/2026-05";
        var before = (await AdminElsewhere.Get($"{path}/submissions.csv")).Bytes;
        var at = (await AdminElsewhere.Get(submission)).At("/recordedAt");
        (await AdminElsewhere.Put(submission, """{ "numerator": 13, "denominator": 20 }""", ifMatch: "2")).Is(200).Has("/revision", "3");
        (await AdminElsewhere.Put($"{path}/teams/north/annotations/note", """{ "month": "2026-02", "kind": "event", "text": "Earlier" }""", ifMatch: "1")).Is(200).Has("/revision", "2");
        Assert.That((await AdminElsewhere.Get($"{path}/submissions.csv")).Bytes, Is.Not.EqualTo(before));
        (await AdminElsewhere.Get($"{path}/teams/north/measures/m/chart?asOf={at}")).Is(200);
        var imports = (await AdminElsewhere.Get($"{path}/imports")).Is(200);
        var import = imports.Each("id").Zip(imports.Each("dryRun")).Single(pair => pair.Second == "false").First;
        await Jobs.Ended(AdminElsewhere, (await AdminElsewhere.Post($"/imports/{import}/undo", "", contentType: "")).Is(202));
        (await AdminElsewhere.Get($"{path}/teams/south/measures/m/submissions/2026-05")).Is(404);
        var lead = await Elsewhere.As(Role.DataLead, CodeIn(path), "north");
        (await lead.Get($"{path}/teams/north/measures/m/chart")).Is(200);
    }

    [Test]
    public async Task An_import_that_changed_nothing_goes_along()
    {
        var path = await NewLife();
        Clock.Advance(TimeSpan.FromHours(1));
        var again = await Jobs.Ended(Admin, (await Admin.Post($"{path}/imports", "team,measure,month,numerator,denominator\nsouth,m,2026-05,7,20\n", "text/csv")).Is(202));
        Assert.That(again.At("/counts/unchanged"), Is.EqualTo("1"));
        Elsewhere.Clock.Now = Clock.Now;
        (await Import(AdminElsewhere, await Archive(path))).Is(201);
        await Compare($"{path}/imports", $"{path}/history?subject=import");
    }

    [Test]
    public async Task A_partners_year_to_date_goes_on_after_the_move()
    {
        var path = await NewLife();
        (await Admin.Put($"{path}/profiles/yearly", """{ "partner": "Yearly", "state": "confirmed", "autoAccept": true, "periods": "yearToDate" }""")).Is(201);
        await Send(Admin, "south,m,2026-01,2,100\nsouth,m,2026-02,5,210\n");
        Elsewhere.Clock.Now = Clock.Now;
        (await Import(AdminElsewhere, await Archive(path))).Is(201);
        await Send(AdminElsewhere, "south,m,2026-03,7,300\n");
        (await AdminElsewhere.Get($"{path}/teams/south/measures/m/submissions/2026-03")).Is(200).Has("/numerator", "2").Has("/denominator", "90");

        async Task Send(Client client, string rows) =>
            await Jobs.Ended(client, (await client.Post($"{path}/imports?profile=yearly", "team,measure,month,numerator,denominator\n" + rows, "text/csv")).Is(202));
    }

    [Test]
    public async Task Without_another_code_it_can_be_somewhere_once()
    {
        var path = await NewLife();
        var archive = await Archive(path);
        (await Import(Admin, archive)).IsProblem(409, "collaborative-there");
        Elsewhere.Clock.Now = Clock.Now;
        (await Import(AdminElsewhere, archive)).Is(201);
        var rows = await RowsElsewhere();
        (await Import(AdminElsewhere, archive)).IsProblem(409, "collaborative-there");
        Assert.That(await RowsElsewhere(), Is.EqualTo(rows));
    }

    [Test]
    public async Task A_code_that_another_collaborative_has_is_refused()
    {
        var path = await NewLife();
        Elsewhere.Clock.Now = Clock.Now;
        (await AdminElsewhere.Put(path.ToUpperInvariant().Replace("/COLLABORATIVES", "/collaboratives", StringComparison.Ordinal), Given.Collaborative)).Is(201);
        var answer = (await Import(AdminElsewhere, await Archive(path))).IsProblem(409, "collaborative-there");
        Assert.That(answer.At("/detail"), Does.Contain("?code="));
        (await Import(AdminElsewhere, await Archive(path), "free-" + CodeIn(path))).Is(201);
    }

    [Test]
    public async Task With_another_code_it_is_a_copy_that_stands_beside_the_original_and_goes_its_own_way()
    {
        var path = await NewLife();
        var copy = path + "-copy";
        var archive = await Archive(path);
        (await Import(Admin, archive, CodeIn(copy))).Is(201).Has("/code", CodeIn(copy));
        (await Import(Admin, archive, CodeIn(copy))).IsProblem(409, "collaborative-there");
        foreach (var address in new[] { "/submissions.csv", "/measures/m/chart", "/teams/north/annotations", "/history?subject=annotation", "/sessions/ls1/storyboards", "/ideas/idea/thread", "/scales" })
        {
            var (original, copied) = ((await Admin.Get(path + address)).Is(200), (await Admin.Get(copy + address)).Is(200));
            Assert.That(copied.Text.Replace(CodeIn(copy), CodeIn(path), StringComparison.Ordinal), Is.EqualTo(original.Text), address);
        }

        Assert.That((await Admin.Get($"{copy}/teams/north/sessions/ls1/storyboard")).Bytes, Is.EqualTo((await Admin.Get($"{path}/teams/north/sessions/ls1/storyboard")).Bytes));
        var (imports, copies) = ((await Admin.Get($"{path}/imports")).Each("id"), (await Admin.Get($"{copy}/imports")).Each("id"));
        Assert.That(copies, Has.Count.EqualTo(imports.Count).And.Not.AnyOf(imports));
        Assert.That((await Admin.Get($"{copy}/teams/south/measures/m/submissions/2026-05")).At("/importId"), Is.AnyOf([.. copies]));
        (await Admin.Put($"{copy}/teams/north/measures/m/submissions/2026-05", """{ "numerator": 1, "denominator": 20 }""", ifMatch: "2")).Is(200);
        (await Admin.Get($"{path}/teams/north/measures/m/submissions/2026-05")).Has("/numerator", "12");
        var shared = await Server.Database.Rows(
            $"SELECT COUNT(*) FROM HistoryEntry a JOIN HistoryEntry b ON a.SubjectId = b.SubjectId JOIN Collaborative c ON c.Id = b.CollaborativeId WHERE a.CollaborativeId <> b.CollaborativeId AND c.Code = '{CodeIn(copy)}'");
        Assert.That(shared, Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task A_retry_with_the_same_idempotency_key_makes_nothing_and_answers_the_same()
    {
        var path = await NewLife();
        var archive = await Archive(path);
        Elsewhere.Clock.Now = Clock.Now;
        var first = (await Import(AdminElsewhere, archive, idempotencyKey: path)).Is(201);
        Assert.That(first.Header("Idempotency-Replayed"), Is.Null);
        var rows = await RowsElsewhere();
        var second = (await Import(AdminElsewhere, archive, idempotencyKey: path)).Is(201);
        Assert.That((second.Header("Idempotency-Replayed"), second.Text), Is.EqualTo(("true", first.Text)));
        Assert.That(await RowsElsewhere(), Is.EqualTo(rows));
        (await Import(AdminElsewhere, archive, "another", path)).IsProblem(422, "idempotency-key-reused");
    }

    [Test]
    public async Task Of_two_who_bring_the_same_archive_at_once_one_makes_it()
    {
        var path = await NewLife();
        var archive = await Archive(path);
        Elsewhere.Clock.Now = Clock.Now;
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Import(AdminElsewhere, archive)));
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 201, 409, 409, 409 }));
    }

    [Test]
    public async Task What_is_archived_while_others_write_is_one_state_of_it()
    {
        var path = await NewLife();
        var writing = Task.Run(async () =>
        {
            for (var i = 1; i <= 60; i++)
            {
                (await Admin.Put(
                    $"{path}/teams/south/measures/m/submissions/2026-0{1 + (i % 4)}", $$"""{ "numerator": {{i % 20}}, "denominator": 20 }""", ifMatch: i <= 4 ? null : "*")).Is(i <= 4 ? 201 : 200);
                (await Admin.Put($"{path}/teams/south/annotations/n{i}", """{ "month": "2026-03", "kind": "event", "text": "Another" }""")).Is(201);
            }
        });
        for (var i = 0; i < 6; i++)
        {
            // The check holds every revision against every row, and the manifest against them all.
            var archive = await Archive(path);
            (await Import(Admin, archive, NewCode("busy"))).Is(201);
        }

        await writing;
    }

    [Test]
    public async Task Nothing_secret_is_in_an_archive()
    {
        var path = await NewLife();
        var key = await Server.Key(Role.DataLead, CodeIn(path), ["north"], name: "Someone's key");
        var opened = new OpenedArchive(await Archive(path));
        var all = string.Concat(opened.Entries.Keys.Select(name => opened[name]));
        Assert.That(all, Does.Not.Contain(ApiToken.Hash(key.Token)).And.Not.Contain("Someone's key").And.Not.Contain("calendarLink").And.Not.Contain(key.Id.ToString()));
        Elsewhere.Clock.Now = Clock.Now;
        (await Import(AdminElsewhere, await Archive(path))).Is(201);
        (await AdminElsewhere.Get($"{path}/calendar/links")).Has("/items", "[]");
        var keys = await Elsewhere.Database.Rows($"SELECT k.Name, k.RevokedAt FROM ApiKey k JOIN Collaborative c ON c.Id = k.CollaborativeId WHERE c.Code = '{CodeIn(path)}'");
        Assert.That(keys.Single(), Does.StartWith("Authors of an archive|").And.Not.EndWith("|"), "nobody speaks for the authors");
    }

    [Test]
    public async Task An_import_that_was_under_way_arrives_as_cancelled()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/measures/m", Given.Proportion)).Is(201);
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        await Jobs.Ended(Admin, (await Admin.Post($"{path}/imports", "team,measure,month,numerator,denominator\nnorth,m,2026-05,7,20\n", "text/csv")).Is(202));
        await Server.Database.Execute("UPDATE ImportJob SET State = 'review', EndedAt = NULL WHERE CollaborativeId = (SELECT c.Id FROM Collaborative c WHERE c.Code = '" + CodeIn(path) + "')");
        var archive = new OpenedArchive(await Archive(path));
        (await Import(AdminElsewhere, archive.ToArray())).Is(201);
        var import = (await AdminElsewhere.Get($"{path}/imports")).Is(200);
        Assert.That(import.Each("state"), Is.EqualTo(new[] { "cancelled" }));
        (await AdminElsewhere.Get($"{path}/teams/north/measures/m/submissions/2026-05")).Has("/numerator", "7").Has("/origin", "import");
    }

    [Test]
    public async Task More_rows_than_go_to_the_database_at_once_arrive_whole()
    {
        const int More = (2 * RowsTogether.Most) + 7;
        var path = await NewLife();
        var opened = new OpenedArchive(await Archive(path));
        var row = opened["importRow.jsonl"].Split('\n').First(line => line.Contains("\"outcome\":\"rejected\"", StringComparison.Ordinal));
        var rows = new StringBuilder(opened["importRow.jsonl"]);
        for (var i = 0; i < More; i++)
        {
            var next = JsonNode.Parse(row)!.AsObject();
            (next["rowNumber"], next["rawText"]) = (1000 + i, $"{i}{new string('ü', 1500)}");
            rows.Append(next.ToJsonString()).Append('\n');
        }

        opened["importRow.jsonl"] = rows.ToString();
        var archive = opened.Sealed().ToArray();
        Elsewhere.Clock.Now = Clock.Now;
        (await Import(AdminElsewhere, archive)).Is(201);
        (await Import(Admin, archive, CodeIn(path) + "-copy")).Is(201);
        foreach (var (server, code) in new[] { (Elsewhere, CodeIn(path)), (Server, CodeIn(path) + "-copy") })
        {
            Assert.That(await server.Database.Rows(
                "SELECT COUNT(*), COUNT(DISTINCT r.RawText), MAX(r.RowNumber) FROM ImportRow r JOIN ImportJob j ON j.Id = r.ImportId JOIN Collaborative c ON c.Id = j.CollaborativeId "
                + $"WHERE c.Code = '{code}' AND r.RowNumber >= 1000"), Is.EqualTo(new[] { $"{More}|{More}|{999 + More}" }));
        }
    }

    [Test]
    public async Task An_archive_of_an_older_schema_has_what_there_was()
    {
        var path = await NewLife();
        Elsewhere.Clock.Now = Clock.Now;
        var archive = new OpenedArchive(await Archive(path));
        archive.Entries.Remove("barrier.jsonl");
        archive.Replace("importJob.jsonl", ",\"isAtomic\":false", "");
        archive.Edit(manifest =>
        {
            manifest["schemaVersion"] = (int)manifest["schemaVersion"]! - 1;
            var parts = manifest["parts"]!.AsArray();
            parts.Remove(parts.Single(part => (string)part!["name"]! == "barrier.jsonl"));
        }).Sealed();
        (await Import(AdminElsewhere, archive.ToArray())).Is(201);
        (await AdminElsewhere.Get($"{path}/barriers")).Has("/items", "[]");
    }

    [Test]
    public async Task The_manifest_says_what_the_archive_is()
    {
        var path = await NewLife();
        var archive = new OpenedArchive(await Archive(path));
        var manifest = JsonNode.Parse(archive[OpenedArchive.Manifest])!;
        Assert.Multiple(() =>
        {
            Assert.That((string)manifest["format"]!, Is.EqualTo("collaborative-archive"));
            Assert.That((int)manifest["version"]!, Is.EqualTo(1));
            Assert.That((string)manifest["collaborative"]!, Is.EqualTo(CodeIn(path)));
            Assert.That(DateTimeOffset.Parse((string)manifest["madeAt"]!, CultureInfo.InvariantCulture), Is.EqualTo(Clock.Now));
            Assert.That((int)manifest["schemaVersion"]!, Is.Positive);
            Assert.That((string)manifest["program"]!, Is.Not.Empty);
            Assert.That(manifest["parts"]!.AsArray().Select(part => (string)part!["name"]!).Append(OpenedArchive.Manifest), Is.EqualTo(archive.Entries.Keys));
        });
        var parts = archive[OpenedArchive.Manifest];
        Assert.That(new OpenedArchive(archive.ToArray()).Sealed()[OpenedArchive.Manifest].Length, Is.EqualTo(parts.Length).Within(200), "sizes and hashes are those of the parts");
    }

    [Test]
    public async Task It_can_be_had_as_a_ZIP_only_and_under_both_addresses()
    {
        var path = await NewCollaborative();
        var answer = (await Admin.Get($"{path}/archive", accept: Zip)).Is(200);
        Assert.That(answer.Header("Content-Type"), Is.EqualTo(Zip));
        Assert.That(answer.Header("Content-Disposition"), Does.Contain($"{CodeIn(path)}-archive.zip"));
        Assert.That((await Admin.Get($"{path}/archive.zip", accept: "text/html")).Is(200).Bytes, Is.EqualTo(answer.Bytes));
        (await Admin.Get($"{path}/archive", accept: "text/csv")).IsProblem(406, "not-acceptable");
    }

    [TestCase("not a code")]
    [TestCase("~")]
    public async Task A_code_that_is_none_is_refused(string code) =>
        (await Import(AdminElsewhere, [1], Uri.EscapeDataString(code))).IsInvalid("code");

    private async Task Compare(params string[] addresses)
    {
        foreach (var address in addresses)
        {
            var (here, there) = ((await Admin.Get(address)).Is(200), await AdminElsewhere.Get(address));
            Assert.That((there.Status, there.ETag, there.Text), Is.EqualTo((here.Status, here.ETag, here.Text)), address);
            Assert.That(there.Bytes, Is.EqualTo(here.Bytes), address);
        }
    }
}
