using System.Net.Http.Headers;
using System.Security.Cryptography;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.LearningSessions;

public sealed class SendingStoryboardsTests(Lane lane) : Feature(lane)
{
    private const string Pdf = "application/pdf";

    [Test]
    public async Task A_storyboard_is_sent_replaced_and_taken_back_and_every_version_stays_to_be_read()
    {
        var path = await NewStoryboard();
        var (first, second) = (File(600_000, 1), File(300, 2));
        (await Send(path, first)).Is(201).Has("/bytes", "600000").Has("/sha256", Convert.ToHexStringLower(SHA256.HashData(first))).Has("/format", "pdf");
        (await Send(path, first)).Is(200).Has("/revision", "1");
        (await Send(path, second)).IsProblem(428, "precondition-required");
        (await Send(path, second, ifMatch: "1")).Is(200).Has("/revision", "2");
        var now = (await Admin.Get(path)).Is(200);
        Assert.That(now.Bytes, Is.EqualTo(second));
        Assert.That((now.ETag, now.Header("Content-Type")), Is.EqualTo(("\"2\"", Pdf)));
        Assert.That((await Admin.Get(path + "?revision=1")).Is(200).Bytes, Is.EqualTo(first));
        (await Admin.Get(path, ifNoneMatch: "\"2\"")).Is(304);
        (await Admin.Get(path + "?revision=3")).IsProblem(404, "not-found");
        (await Admin.Delete(path, "2")).Is(200);
        (await Admin.Get(path)).IsProblem(404, "not-found");
        Assert.That((await Admin.Get(path + "?revision=1")).Is(200).Bytes, Is.EqualTo(first));
        (await Send(path, second)).Is(201).Has("/revision", "4");
        Assert.That(
            await Server.Database.Rows($"SELECT f.StoryboardRevision FROM StoryboardFile f JOIN Team t ON t.Id = f.TeamId JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE c.Code = '{CodeIn(path)}' ORDER BY f.StoryboardRevision"),
            Is.EqualTo(new[] { "1", "2", "4" }), "what was refused or sent again leaves nothing behind");
    }

    [Test]
    public async Task A_storyboard_is_given_out_as_a_file_to_save_and_never_as_a_page()
    {
        var path = await NewStoryboard();
        (await Send(path, File(100, 1))).Is(201);
        var answer = (await Admin.Get(path)).Is(200);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Header("Content-Disposition"), Is.EqualTo("attachment; filename=\"storyboard-ls1-north.pdf\""));
            Assert.That(answer.Header("X-Content-Type-Options"), Is.EqualTo("nosniff"));
            Assert.That(answer.Header("Content-Security-Policy"), Does.Contain("sandbox"));
        });
    }

    [Test]
    public async Task A_file_that_is_not_what_it_is_said_to_be_is_refused_and_leaves_nothing_behind()
    {
        var path = await NewStoryboard();
        (await Send(path, "<html><script>alert(1)</script>"u8.ToArray())).IsProblem(415, "unsupported-media-type");
        (await Send(path, File(100, 1), "text/html")).IsProblem(415, "unsupported-media-type");
        (await Send(path, File(100, 1), "image/png")).IsProblem(415, "unsupported-media-type");
        (await Send(path, [])).IsProblem(415, "unsupported-media-type");
        (await Send(path, new byte[(25 * 1024 * 1024) + 1])).IsProblem(413, "too-large");
        (await Send(path.Replace("ls1", "ls9", StringComparison.Ordinal), File(100, 1))).IsProblem(404, "not-found");
        Assert.That(
            await Server.Database.Rows($"SELECT f.Id FROM StoryboardFile f JOIN Team t ON t.Id = f.TeamId JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE c.Code = '{CodeIn(path)}'"),
            Is.Empty);
    }

    [Test]
    public async Task Of_two_versions_sent_at_once_one_is_told_that_it_is_late()
    {
        var path = await NewStoryboard();
        (await Send(path, File(100, 0))).Is(201);
        var answers = await Task.WhenAll(Enumerable.Range(1, 4).Select(i => Send(path, File(300_000, i), ifMatch: "1")));
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200, 412, 412, 412 }));
    }

    [Test]
    public async Task An_upload_that_broke_off_is_thrown_away_by_a_later_one()
    {
        var path = await NewStoryboard();
        (await Send(path, File(100, 1))).Is(201);
        await Server.Database.Execute(
            "INSERT INTO StoryboardFile (Id, SessionId, TeamId, StoryboardRevision, Format, TotalBytes, ReceivedAt) "
            + "SELECT '0197f000-0000-7000-8000-000000000001', f.SessionId, f.TeamId, NULL, f.Format, 0, '2026-07-22T08:00:00.000Z' FROM StoryboardFile f "
            + $"JOIN Team t ON t.Id = f.TeamId JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE c.Code = '{CodeIn(path)}'");
        (await Send(path, File(100, 2), ifMatch: "1")).Is(200);
        Assert.That(await Server.Database.Rows("SELECT Id FROM StoryboardFile WHERE Id = '0197f000-0000-7000-8000-000000000001'"), Is.Empty);
    }

    [Test]
    public async Task Storyboards_are_listed_by_team_and_narrowed_to_own_teams()
    {
        var path = await NewStoryboard();
        var collaborative = path.Split("/teams/")[0];
        (await Admin.Put($"{collaborative}/teams/East", Given.Team)).Is(201);
        (await Send(path, File(100, 1))).Is(201);
        (await Send(path.Replace("/north/", "/East/", StringComparison.Ordinal), File(100, 2))).Is(201);
        Assert.That((await Admin.Get($"{collaborative}/sessions/ls1/storyboards")).Is(200).Each("team"), Is.EqualTo(new[] { "East", "north" }));
        var member = await Server.As(Role.Member, CodeIn(path), "north");
        Assert.That((await member.Get($"{collaborative}/sessions/ls1/storyboards")).Is(200).Each("team"), Is.EqualTo(new[] { "north" }));
        (await member.Get(path)).Is(200);
        (await member.Get(path.Replace("/north/", "/East/", StringComparison.Ordinal))).IsProblem(404, "not-found");
    }

    private static byte[] File(int bytes, int seed)
    {
        var content = new byte[bytes];
        new Random(seed).NextBytes(content);
        "%PDF-1.7"u8.CopyTo(content);
        return content;
    }

    private Task<Answer> Send(string path, byte[] file, string contentType = Pdf, string? ifMatch = null)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        // So that a refusal is read before a file too large is sent.
        return Admin.Send(HttpMethod.Put, path, content, ifMatch, more: request => request.Headers.ExpectContinue = true);
    }

    private async Task<string> NewStoryboard()
    {
        var collaborative = await NewCollaborative();
        (await Admin.Put($"{collaborative}/sessions/ls1", """{ "number": 1, "title": "Launch", "firstDay": "2026-03-03", "lastDay": "2026-03-04" }""")).Is(201);
        (await Admin.Put($"{collaborative}/teams/north", Given.Team)).Is(201);
        return $"{collaborative}/teams/north/sessions/ls1/storyboard";
    }
}
