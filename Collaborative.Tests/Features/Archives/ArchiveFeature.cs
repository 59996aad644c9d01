using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Archives;

/// <summary>What tests of archives share: a second server to take them to, on the other engine where there is one.</summary>
public abstract class ArchiveFeature(Lane lane) : Feature(lane)
{
    protected const string Zip = "application/zip";

    protected TestServer Elsewhere { get; private set; } = null!;

    protected Client AdminElsewhere { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartElsewhere()
    {
        Elsewhere = await TestServer.Start(Lane == Lane.Sqlite && Lanes.SqlServerConnection is not null ? Lane.SqlServer : Lane.Sqlite);
        AdminElsewhere = await Elsewhere.As(Role.Administrator);
    }

    [OneTimeTearDown]
    public async Task StopElsewhere()
    {
        if (Elsewhere is not null)
        {
            await Elsewhere.DisposeAsync();
        }
    }

    protected async Task<byte[]> Archive(string path) => (await Admin.Get($"{path}/archive.zip")).Is(200).Bytes;

    protected static Task<Answer> Import(Client client, byte[] archive, string? code = null, string? idempotencyKey = null)
    {
        var content = new ByteArrayContent(archive);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(Zip);
        return client.Send(HttpMethod.Post, code is null ? "/archives" : $"/archives?code={code}", content, more: request =>
        {
            if (idempotencyKey is not null)
            {
                request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
            }
        });
    }

    /// <summary>A collaborative with something of everything that the matrix of rights does not make by itself.</summary>
    protected async Task<string> NewLife()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/measures/m", Given.Proportion)).Is(201);
        foreach (var team in new[] { "north", "south" })
        {
            (await Admin.Put($"{path}/teams/{team}", $$"""{ "name": "{{team}} ICU" }""")).Is(201);
            (await Admin.Put($"{path}/teams/{team}/members/ann", """{ "name": "Ann", "roles": ["seniorLeader"], "from": "2026-01-01" }""")).Is(201);
        }

        var series = $"{path}/teams/north/measures/m/submissions";
        Clock.Advance(TimeSpan.FromDays(1));
        (await Admin.Put($"{series}/2026-04", """{ "numerator": 10, "denominator": 20 }""")).Is(201);
        (await Admin.Put($"{series}/2026-05", """{ "numerator": 11, "denominator": 20, "strata": [{ "scheme": "sex", "category": "f", "numerator": 5, "denominator": 9 }] }""")).Is(201);
        Clock.Advance(TimeSpan.FromDays(1));
        (await Admin.Put($"{series}/2026-05", """{ "numerator": 12, "denominator": 20, "reason": "Counted anew" }""", ifMatch: "1")).Is(200);
        (await Admin.Delete($"{series}/2026-04", ifMatch: "1")).Is(200);
        (await Admin.Put($"{path}/teams/north/annotations/note", """{ "month": "2026-03", "measure": "m", "kind": "event", "text": "Ein „neuer“ Ablauf 🏥" }""")).Is(201);
        (await Admin.Put($"{path}/measures/m/phases/2026-03", """{ "reason": "The new bundle is in use" }""")).Is(201);
        (await Admin.Put($"{path}/scales/ours", """{ "name": "Our steps", "levels": [{ "value": 1, "name": "Begun" }, { "value": 5, "name": "Done" }] }""")).Is(201);
        (await Admin.Put($"{path}/profiles/epic", """{ "partner": "Epic", "state": "confirmed", "teams": [{ "code": "W-12", "team": "north" }], "measures": [{ "code": "CMS1", "measure": "m" }] }""")).Is(201);
        (await Admin.Put($"{path}/calendar/links/mine", """{ "title": "Mine" }""")).Is(201);
        (await Admin.Put($"{path}/change-package", """
            { "aim": "Halve pneumonia by December 2026", "primaryDrivers": [{ "code": "p", "title": "P", "secondaryDrivers": [{ "code": "s", "title": "S",
              "concepts": [{ "code": "c", "title": "C", "ideas": [{ "code": "idea", "title": "An idea" }] }] }] }] }
            """)).Is(201);
        (await Admin.Put($"{path}/ideas/idea/thread/post", """{ "kind": "question", "text": "How often?" }""")).Is(201);
        (await Admin.Put($"{path}/sessions/ls1", """{ "number": 1, "title": "Learning session 1", "firstDay": "2026-03-03", "lastDay": "2026-03-04" }""")).Is(201);
        foreach (var (version, ifMatch) in new[] { ("one", (string?)null), ("two", "1") })
        {
            (await Admin.Put($"{path}/teams/north/sessions/ls1/storyboard", "%PDF-1.7 " + version + new string('x', 300_000), ifMatch, contentType: "application/pdf")).Is(ifMatch is null ? 201 : 200);
        }

        await Jobs.Ended(Admin, (await Admin.Post($"{path}/imports", "team,measure,month,numerator,denominator\nsouth,m,2026-05,7,20\nsouth,m,2026-06,x,20\n", "text/csv")).Is(202));
        await Jobs.Ended(Admin, (await Admin.Post($"{path}/imports?dryRun=true", "team,measure,month,numerator,denominator\nsouth,m,2026-05,9,20\n", "text/csv")).Is(202));
        return path;
    }

    /// <summary>How many rows there are in each table of the second server.</summary>
    protected async Task<IReadOnlyList<string>> RowsElsewhere()
    {
        var counts = new List<string>();
        foreach (var table in Infrastructure.Archives.ArchiveTables.All.Select(table => table.Name).Concat(["StoryboardPart", "ApiKey", "IdempotencyKey"]))
        {
            counts.Add($"{table} {(await Elsewhere.Database.Rows($"SELECT COUNT(*) FROM {table}")).Single()}");
        }

        return counts;
    }
}

/// <summary>An archive taken apart, to be put together differently.</summary>
public sealed class OpenedArchive
{
    public const string Manifest = "manifest.json";

    public OpenedArchive(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive));
        foreach (var entry in zip.Entries)
        {
            using var content = entry.Open();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            Entries[entry.FullName] = copy.ToArray();
        }
    }

    public Dictionary<string, byte[]> Entries { get; } = [];

    public string this[string name]
    {
        get => Encoding.UTF8.GetString(Entries[name]);
        set => Entries[name] = Encoding.UTF8.GetBytes(value);
    }

    /// <summary>Changes a text that must be there.</summary>
    public OpenedArchive Replace(string part, string old, string text)
    {
        Assert.That(this[part], Does.Contain(old), "the test changes nothing");
        var at = this[part].IndexOf(old, StringComparison.Ordinal);
        this[part] = string.Concat(this[part].AsSpan(0, at), text, this[part].AsSpan(at + old.Length));
        return this;
    }

    public OpenedArchive Edit(Action<JsonObject> manifest)
    {
        var json = JsonNode.Parse(Entries[Manifest])!.AsObject();
        manifest(json);
        this[Manifest] = json.ToJsonString();
        return this;
    }

    /// <summary>Makes the manifest say what the parts are now, as whoever means harm would.</summary>
    public OpenedArchive Sealed() => Edit(manifest =>
    {
        foreach (var part in manifest["parts"]!.AsArray())
        {
            if (Entries.TryGetValue((string)part!["name"]!, out var content))
            {
                part["bytes"] = content.Length;
                part["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content));
                if (part["rows"] is not null)
                {
                    part["rows"] = content.Count(b => b == '\n');
                }
            }
        }
    });

    public byte[] ToArray(params (string Name, byte[] Content)[] more)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in Entries.Select(entry => (entry.Key, entry.Value)).Concat(more))
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return buffer.ToArray();
    }
}
