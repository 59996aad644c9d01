using System.Net.Http.Headers;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Tests.Durability;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Imports;

/// <summary>A large file over a bad line: opened with its length, sent in pieces, gone on with where it stands.</summary>
public sealed class UploadInPiecesTests(Lane lane) : ImportFeature(lane)
{
    [Test]
    public async Task A_file_comes_in_pieces_and_is_the_same_file()
    {
        var path = await NewProgramme();
        var file = Encoding.UTF8.GetBytes(Header + "north,m,2026-01,1,400,Ü✓\nsouth,m,2026-01,2,400,\n");

        var opened = (await Open(path, file.Length, key: "k1")).Is(201);
        var address = opened.Header("Location")!;
        Assert.That((opened.At("/state"), opened.At("/progress/total")), Is.EqualTo(("uploading", $"{file.Length}")));
        Assert.That(await Stands(address), Is.EqualTo($"0 of {file.Length}"));
        Assert.That((await Append(address, 0, file[..10])).Is(204).Header("Upload-Offset"), Is.EqualTo("10"));
        Assert.That((await Append(address, 10, file[10..60])).Is(204).Header("Upload-Offset"), Is.EqualTo("60"));
        Assert.That(await Stands(address), Is.EqualTo($"60 of {file.Length}"));
        var again = (await Open(path, file.Length, key: "k1")).Is(201);
        Assert.That((again.Header("Location"), again.Header("Idempotency-Replayed")), Is.EqualTo((address, "true")), "Opened again after a break it is the same upload");
        Assert.That((await Append(address, 60, file[60..])).Is(204).Header("Upload-Offset"), Is.EqualTo($"{file.Length}"));

        var job = await Until(() => Admin.Get(address), found => found.At("/endedAt") != "null");
        Assert.That((job.At("/state"), job.At("/format"), Counts(job)), Is.EqualTo(("succeeded", "csvLong", "2 2 0 0 0")));
        Assert.That(job.At("/contentHash"), Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file))));
        Assert.That(await Export(path), Does.Contain("north,m,2026-01,1,400,,,,,,Ü✓,"));
        (await Append(address, file.Length, [])).IsProblem(409, "import-ended");
        (await Open(path, file.Length, body: file)).IsInvalid("Upload-Length", "body");
        (await Open(path, file.Length + 1, key: "k1")).IsProblem(422, "idempotency-key-reused");
    }

    [Test]
    public async Task A_piece_at_the_wrong_place_is_told_the_right_one()
    {
        var path = await NewProgramme();
        var address = (await Open(path, 1000)).Is(201).Header("Location")!;
        (await Append(address, 0, new byte[100])).Is(204);

        foreach (var offset in new[] { 0, 99, 101, 1000 })
        {
            var refused = (await Append(address, offset, new byte[10])).IsProblem(409, "upload-offset");
            Assert.That(refused.Header("Upload-Offset"), Is.EqualTo("100"));
        }

        (await Append(address, 100, new byte[901])).IsProblem(413, "too-large");
        Assert.That(await Stands(address), Is.EqualTo("100 of 1000"));
        (await Append(address, 100, new byte[1], type: "text/csv")).IsProblem(415, "unsupported-media-type");
        (await Append(address, null, new byte[1])).IsInvalid("Upload-Offset");
    }

    [Test]
    public async Task Nobody_goes_on_with_the_upload_of_another()
    {
        var path = await NewProgramme();
        var address = (await Open(path, 1000)).Is(201).Header("Location")!;
        var content = new ByteArrayContent(new byte[100]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");

        var other = await Server.As(Role.Director, CodeIn(path));
        (await other.Send(HttpMethod.Patch, address, content, more: request => request.Headers.Add("Upload-Offset", "0"))).IsProblem(403, "forbidden");
        Assert.That(await Stands(address), Is.EqualTo("0 of 1000"));
    }

    [Test]
    public async Task Of_many_who_send_the_same_piece_at_once_one_is_kept()
    {
        var path = await NewProgramme();
        var address = (await Open(path, 1000)).Is(201).Header("Location")!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Append(address, 0, new byte[300])));

        Assert.That(answers.Count(answer => answer.Status == 204), Is.EqualTo(1));
        Assert.That(await Stands(address), Is.EqualTo("300 of 1000"));
    }

    [Test]
    public async Task A_piece_that_breaks_off_is_kept_as_far_as_it_came_and_gone_on_with()
    {
        var path = await NewProgramme();
        var file = Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat("nobody,m,2026-01,1,400,\n", 50_000)));
        var address = (await Open(path, file.Length)).Is(201).Header("Location")!;
        using (var broken = new RawRequest(Server.Address, "PATCH", address, Admin.Token!, "Content-Type: application/offset+octet-stream", "Upload-Offset: 0", $"Content-Length: {file.Length}"))
        {
            broken.Send(file.AsSpan(0, 700_000));
            await Until(() => Stands(address), stands => !stands.StartsWith("0 ", StringComparison.Ordinal));
            broken.BreakOff();
        }

        var offset = int.Parse((await Stands(address)).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(offset, Is.GreaterThan(0).And.LessThan(file.Length));
        Answer last;
        do
        {
            // What was on its way when the line broke may still be kept.
            last = await Append(address, offset, file[offset..]);
            offset = int.Parse(last.Header("Upload-Offset")!, System.Globalization.CultureInfo.InvariantCulture);
        }
        while (last.Status == 409);

        last.Is(204);
        var job = await Until(() => Admin.Get(address), found => found.At("/endedAt") != "null");
        Assert.That(Counts(job), Is.EqualTo("50000 0 0 0 50000"));
        Assert.That(job.At("/contentHash"), Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file))));
    }

    [Test]
    public async Task A_file_that_is_none_is_told_with_its_last_piece_and_thrown_away()
    {
        var path = await NewProgramme();
        var address = (await Open(path, 9)).Is(201).Header("Location")!;

        (await Append(address, 0, "no figure"u8.ToArray())).IsProblem(422, "import-unreadable");

        Assert.That((await Admin.Get(address)).At("/state"), Is.EqualTo("failed"));
        Assert.That(await Server.Database.Rows($"SELECT COUNT(*) FROM ImportBody b WHERE b.ImportId = '{address.Split('/')[^1]}'"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task A_report_of_one_patient_is_thrown_away_with_its_last_piece()
    {
        var path = await NewProgramme();
        var file = """{ "resourceType": "MeasureReport", "status": "complete", "type": "individual" }"""u8.ToArray();
        var address = (await Open(path, file.Length, type: "application/fhir+json")).Is(201).Header("Location")!;

        (await Append(address, 0, file)).IsProblem(422, "patient-level-data");

        Assert.That(await Server.Database.Rows($"SELECT COUNT(*) FROM ImportBody b WHERE b.ImportId = '{address.Split('/')[^1]}'"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task An_upload_that_is_never_finished_is_given_up_and_one_can_be_cancelled()
    {
        var path = await NewProgramme();
        var left = (await Open(path, 1000)).Is(201).Header("Location")!;
        (await Append(left, 0, new byte[10])).Is(204);
        var cancelled = (await Open(path, 1000)).Is(201).Header("Location")!;
        (await Admin.Delete(cancelled)).Is(200);
        (await Append(cancelled, 0, new byte[10])).IsProblem(409, "import-ended");

        Clock.Advance(TimeSpan.FromHours(25));
        await Import(path, Header);

        await Until(() => Admin.Get(left), job => job.At("/state") == "cancelled");
        await Until(() => Server.Database.Rows($"SELECT COUNT(*) FROM ImportBody b WHERE b.ImportId = '{left.Split('/')[^1]}'"), rows => rows[0] == "0");
    }

    [Test]
    public async Task The_length_is_a_number_within_the_limit()
    {
        var path = await NewProgramme();

        (await Open(path, 0)).IsInvalid("Upload-Length");
        (await Open(path, long.MaxValue)).IsProblem(413, "too-large");
        (await Open(path, 10, type: "application/pdf")).IsProblem(415, "unsupported-media-type");
    }

    private Task<Answer> Open(string path, long length, string? key = null, string? type = "text/csv", byte[]? body = null)
    {
        var content = new ByteArrayContent(body ?? []);
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        return Admin.Send(HttpMethod.Post, $"{path}/imports", content, more: request =>
        {
            request.Headers.Add("Upload-Length", length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }
        });
    }

    private Task<Answer> Append(string address, long? offset, byte[] piece, string type = "application/offset+octet-stream")
    {
        var content = new ByteArrayContent(piece);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return Admin.Send(HttpMethod.Patch, address, content, more: request =>
        {
            if (offset is { } at)
            {
                request.Headers.Add("Upload-Offset", at.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        });
    }

    private async Task<string> Stands(string address)
    {
        var answer = (await Admin.Send(HttpMethod.Head, address)).Is(200);
        return $"{answer.Header("Upload-Offset")} of {answer.Header("Upload-Length")}";
    }
}
