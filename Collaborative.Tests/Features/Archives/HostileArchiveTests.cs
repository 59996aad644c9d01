using System.Text;
using System.Text.Json.Nodes;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Archives;

/// <summary>Archives that mistakes and malice make: each is refused with a sentence, and leaves nothing behind.</summary>
public sealed class HostileArchiveTests(Lane lane) : ArchiveFeature(lane)
{
    private byte[] archive = [];

    /// <summary>The manifest is made to agree with what was changed, so that only the change itself is wrong.</summary>
    private static readonly TestCaseData[] Rows =
    [
        Case("no JSON", "is no JSON", a => a.Replace("team.jsonl", "{", "[")),
        Case("JSON nested without end", "levels deep", a => a.Replace("historyEntry.jsonl", "\"content\":{", "\"content\":" + string.Concat(Enumerable.Repeat("{\"a\":", 5000)))),
        Case("a member that is not known", "not known", a => a.Replace("team.jsonl", "\"code\":", "\"colour\":\"red\",\"code\":")),
        Case("a member twice", "given twice", a => a.Replace("team.jsonl", "\"code\":", "\"name\":\"x\",\"code\":")),
        Case("a member that is missing", "is missing", a => a.Replace("team.jsonl", "\"revision\":1,", "")),
        Case("a text for a number", "revision is not what belongs there", a => a.Replace("team.jsonl", "\"revision\":1", "\"revision\":\"1\"")),
        Case("a number beyond all", "is not what belongs there", a => a.Replace("submission.jsonl", "\"denominator\":20", "\"denominator\":1e999")),
        Case("a text that is too long", "name is not what belongs there", a => a.Replace("team.jsonl", "north ICU", new string('x', 201))),
        Case("half a character", "name is not what belongs there", a => a.Replace("team.jsonl", "north ICU", "\\ud800")),
        Case("a month that is none", "is not what belongs there", a => a.Replace("submission.jsonl", "\"2026-05\"", "\"2026-13\"")),
        Case("a code that is none", "A code is", a => a.Replace("team.jsonl", "\"code\":\"north\"", "\"code\":\"../x\"")),
        Case("the key of another code", "is not the key", a => a.Replace("team.jsonl", "\"codeKey\":\"north\"", "\"codeKey\":\"south\"")),
        Case("the code of another team", "is not the code", a => a.Replace("storyboard.jsonl", "\"teamCode\":\"north\"", "\"teamCode\":\"south\"")),
        Case("two collaboratives", "its id is that of another row", a => a["collaborative.jsonl"] += a["collaborative.jsonl"]),
        Case("no collaborative", "holds one collaborative", a => a["collaborative.jsonl"] = ""),
        Case("a row of another collaborative", "belongs to another collaborative", a => a.Replace("team.jsonl", Id(a, "team.jsonl", "collaborativeId"), Guid.NewGuid().ToString())),
        Case("an id twice", "its id is that of another row", a => a.Replace("measure.jsonl", Id(a, "measure.jsonl", "id"), Id(a, "team.jsonl", "id"))),
        Case("a figure twice", "two rows are of the same thing", a => a["submission.jsonl"] += a["submission.jsonl"]),
        Case("two teams of one code", "two rows are of the same thing", a => { a.Replace("team.jsonl", "\"code\":\"south\",\"codeKey\":\"south\"", "\"code\":\"north\",\"codeKey\":\"north\""); }),
        Case("a reference that leads out", "refers to something that is not in the archive", a => a.Replace("submission.jsonl", Id(a, "submission.jsonl", "teamId"), Guid.NewGuid().ToString())),
        Case("history of something else", "refers to something that is not in the archive", a => a.Replace("historyEntry.jsonl", Id(a, "historyEntry.jsonl", "subjectId"), Guid.NewGuid().ToString())),
        Case("an instant before the last", "not later than the revision before it", a => a.Replace("submissionRevision.jsonl", Instant(a, 2), Instant(a, 1))),
        Case("a revision that is left out", "revisions", a => a["submissionRevision.jsonl"] = string.Join('\n', a["submissionRevision.jsonl"].Split('\n').Where(line => !line.Contains("\"revision\":1,", StringComparison.Ordinal)))),
        Case("a figure without revisions", "is not the last of its revisions", a => a["submissionRevision.jsonl"] = ""),
        Case("a team without revisions", "has no revisions", a => a["teamRevision.jsonl"] = ""),
        Case("a figure that cannot be", "", a => a.Replace("submission.jsonl", "\"numerator\":12", "\"numerator\":21")),
        Case("0 patients", "", a => a.Replace("submission.jsonl", "\"denominator\":20", "\"denominator\":0")),
        Case("strata that are none", "", a => a.Replace("submissionRevision.jsonl", "\"scheme\":", "\"schema\":")),
        Case("a status that is none", "", a => a.Replace("submission.jsonl", "\"status\":\"submitted\"", "\"status\":\"perfect\"")),
        Case("a document that is none", "", a => a.Replace("teamMember.jsonl", "\"rolesJson\":[\"seniorLeader\"]", "\"rolesJson\":[\"king\"]")),
        Case("history that cannot be shown", "content is not", a => a.Replace("historyEntry.jsonl", "\"content\":{", "\"content\":{\"revision\":\"x\",")),
        Case("a change after the last", "later than the last change", a => a.Replace("annotation.jsonl", "\"recordedAt\":\"2026", "\"recordedAt\":\"2027")),
        Case("a file of another kind", "PDF", a => Change(a, file => file[0] = (byte)'#')),
        Case("a file of another size", "another size", a => a.Replace("storyboardFile.jsonl", "\"totalBytes\":3", "\"totalBytes\":4")),
    ];

    private static readonly TestCaseData[] Wholes =
    [
        Case("a changed part", "is not what the manifest says", a => a.Replace("team.jsonl", "north ICU", "North ICU")),
        Case("a part that is missing", "is missing from the archive", a => a.Entries.Remove("team.jsonl")),
        Case("a part that the manifest leaves out", "does not list", a => a.Edit(m => m["parts"]!.AsArray().RemoveAt(3))),
        Case("a part that is nowhere", "is missing from the archive", a => { a.Entries.Remove("barrier.jsonl"); Remove(a, "barrier.jsonl"); }),
        Case("something outside of itself", "does not list", a => a["../../etc/passwd"] = "x"),
        Case("a part that no archive has", "that no archive has", a => { a["../x"] = "x"; a.Edit(m => m["parts"]!.AsArray().Add(JsonNode.Parse("""{ "name": "../x", "rows": null, "bytes": 1, "sha256": "" }"""))); }),
        Case("no manifest", "There is no manifest.json", a => a.Entries.Remove(OpenedArchive.Manifest)),
        Case("a manifest that is none", "cannot be read", a => a[OpenedArchive.Manifest] = "[]"),
        Case("a manifest of nothing", "no archive of a collaborative", a => a[OpenedArchive.Manifest] = "{}"),
        Case("parts that are none", "cannot be read", a => a.Edit(m => m["parts"] = new JsonArray(null, null))),
        Case("another format", "no archive of a collaborative", a => a.Edit(m => m["format"] = "something")),
        Case("a newer version", "newer program", a => a.Edit(m => m["version"] = 2)),
        Case("a newer schema", "newer program", a => a.Edit(m => m["schemaVersion"] = 1000)),
        Case("the future", "in the future", a => a.Edit(m => m["madeAt"] = "2031-01-01T00:00:00Z")),
        Case("10^9 rows", "rows; at most", a => Declare(a, "submission.jsonl", "rows", 1_000_000_000)),
        Case("fewer rows than there are", "more lines than the manifest says", a => Declare(a, "team.jsonl", "rows", 1)),
        Case("more rows than there are", "fewer lines than the manifest says", a => Declare(a, "team.jsonl", "rows", 3)),
        Case("less than there is", "larger than the manifest says", a => Declare(a, "team.jsonl", "bytes", 10)),
        Case("a bomb that says so", "out of all proportion", a => { a["submission.jsonl"] = new string(' ', 200_000_000); a.Sealed(); }),
        Case("a bomb that does not say so", "larger than the manifest says", a => a["submission.jsonl"] = new string('\n', 200_000_000)),
        Case("a line without end", "which nothing in it needs", a => { a["submission.jsonl"] = new string(' ', 60_000_000); a.Sealed(); }),
    ];

    [OneTimeSetUp]
    public async Task Make()
    {
        archive = await Archive(await NewLife());
        Elsewhere.Clock.Now = Clock.Now;
    }

    [TestCaseSource(nameof(Rows))]
    public async Task A_row_that_should_not_be_is_refused(string sentence, Action<OpenedArchive> change)
    {
        var opened = new OpenedArchive(archive);
        change(opened);
        await IsRefused(opened.Sealed().ToArray(), sentence);
    }

    [TestCaseSource(nameof(Wholes))]
    public async Task An_archive_that_is_not_as_it_was_written_is_refused(string sentence, Action<OpenedArchive> change)
    {
        var opened = new OpenedArchive(archive);
        change(opened);
        await IsRefused(opened.ToArray(), sentence);
    }

    [Test]
    public async Task What_is_no_archive_or_was_cut_off_is_refused()
    {
        foreach (var bytes in new[] { [], "PK"u8.ToArray(), Encoding.UTF8.GetBytes(new string('x', 100_000)), archive[..(archive.Length / 2)], archive[..^1], archive[1..] })
        {
            await IsRefused(bytes, "");
        }

        await IsRefused(new OpenedArchive(archive).ToArray(("team.jsonl", [])), "the same name");
    }

    [Test]
    public async Task An_archive_with_a_few_bytes_changed_anywhere_is_refused_or_the_same()
    {
        var random = new Random(20261125);
        for (var i = 0; i < 150; i++)
        {
            var spoiled = archive.ToArray();
            for (var n = random.Next(1, 5); n > 0; n--)
            {
                spoiled[random.Next(spoiled.Length)] ^= (byte)random.Next(1, 256);
            }

            var rows = await RowsElsewhere();
            var answer = await Import(AdminElsewhere, spoiled);
            if (answer.Status == 201)
            {
                // The bytes that were changed are such as nobody reads: dates of entries, or of a name in the second place.
                Assert.Pass("an archive that reads the same is the same");
            }

            Assert.That(answer.Status, Is.AnyOf(413, 422), $"{i}: {answer.Text}");
            Assert.That(await RowsElsewhere(), Is.EqualTo(rows), $"{i}");
        }
    }

    private static TestCaseData Case(string name, string sentence, Action<OpenedArchive> change) => new TestCaseData(sentence, change).SetArgDisplayNames(name);

    private static void Declare(OpenedArchive opened, string part, string member, long number) =>
        opened.Edit(manifest => manifest["parts"]!.AsArray().Single(each => (string)each!["name"]! == part)![member] = number);

    private static void Remove(OpenedArchive opened, string part) => opened.Edit(manifest =>
    {
        var parts = manifest["parts"]!.AsArray();
        parts.Remove(parts.Single(each => (string)each!["name"]! == part));
    });

    private static void Change(OpenedArchive opened, Action<byte[]> change) =>
        change(opened.Entries.First(entry => entry.Key.StartsWith("storyboards/", StringComparison.Ordinal)).Value);

    private static string Id(OpenedArchive opened, string part, string member) => (string)JsonNode.Parse(opened[part].Split('\n')[0])![member]!;

    /// <summary>When a revision of the figure that has two was made.</summary>
    private static string Instant(OpenedArchive opened, int revision)
    {
        var lines = opened["submissionRevision.jsonl"].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        return (string)lines.Single(line => (string?)line["reportMonth"] == "2026-05" && (int)line["revision"]! == revision && (double?)line["numerator"] is 11 or 12)["recordedAt"]!;
    }

    private async Task IsRefused(byte[] bytes, string sentence)
    {
        var rows = await RowsElsewhere();
        var answer = await Import(AdminElsewhere, bytes);
        Assert.That(answer.Status, Is.AnyOf(413, 422), answer.Text);
        Assert.That(answer.At("/detail"), Does.Contain(sentence));
        Assert.That(await RowsElsewhere(), Is.EqualTo(rows), "something was left behind");
    }
}
