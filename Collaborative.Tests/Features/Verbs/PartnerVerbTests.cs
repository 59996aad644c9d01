using System.Security.Cryptography;
using System.Text;
using Collaborative.Api.Verbs;
using Collaborative.Domain.Access;
using Collaborative.Tests.Durability;
using Collaborative.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Collaborative.Tests.Features.Verbs;

/// <summary>A partner's folder against a real server, over lines that break.</summary>
public sealed class PartnerVerbTests(Lane lane) : ImportFeature(lane)
{
    private static readonly PartnerPace Quick = new(4, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20));

    private static readonly Func<HttpRequest, Mishap?> Clear = _ => null;

    [Test]
    public async Task Every_file_of_the_folder_is_taken_in_the_order_of_names()
    {
        var path = await NewProgramme();
        var folder = Folder(
            ("b/south.csv", Header + "south,m,2026-01,2,400,\n"),
            ("a.csv", Header + "north,m,2026-01,1,400,\n"),
            ("C.json", Report("south", "2026-02")),
            ("export.dat", Header + "north,m,2026-02,4,400,\n"),
            (".hidden.csv", Header + "north,m,2026-03,5,400,\n"),
            (".git/x.csv", Header + "north,m,2026-03,5,400,\n"),
            ("~$a.xlsx", "locked"),
            ("readme", "Nothing to see here."));

        var (code, output, error) = await Run(path, folder);

        Assert.That((code, error), Is.EqualTo((0, "")), output);
        Assert.That(Lines(output), Is.EqualTo(new[]
        {
            "C.json: taken; 1 rows, 1 accepted, 0 unchanged, 1 warned, 0 rejected.",
            "a.csv: taken; 1 rows, 1 accepted, 0 unchanged, 0 warned, 0 rejected.",
            "b/south.csv: taken; 1 rows, 1 accepted, 0 unchanged, 0 warned, 0 rejected.",
            "export.dat: taken; 1 rows, 1 accepted, 0 unchanged, 0 warned, 0 rejected.",
            "readme: left out; 0 rows, 0 accepted, 0 unchanged, 0 warned, 0 rejected.",
            "  This is no kind of file that an import takes.",
            "",
            "file         rows  accepted  unchanged  warned  rejected",
            "C.json          1         1          0       1         0  taken",
            "a.csv           1         1          0       0         0  taken",
            "b/south.csv     1         1          0       0         0  taken",
            "export.dat      1         1          0       0         0  taken",
            "readme          0         0          0       0         0  left out",
            "5 files         4         4          0       1         0",
        }));
        Assert.That(await Export(path), Does.Contain("north,m,2026-01,1,400").And.Contain("north,m,2026-02,4,400").And.Contain("south,m,2026-02,3,4,").And.Not.Contain("2026-03"));
    }

    [Test]
    public async Task The_same_folder_twice_changes_nothing_not_even_what_was_mended_since()
    {
        var path = await NewProgramme();
        var folder = Folder(("a.csv", Header + "north,m,2026-01,1,400,\nnorth,m,2026-02,2,400,\n"));
        var (key, _) = await Key(path);
        await Run(path, folder, key: key);
        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-01", """{ "numerator": 7, "denominator": 400 }""", ifMatch: "*")).Is(200);

        var (code, output, _) = await Run(path, folder, key: key);

        Assert.That(code, Is.Zero);
        Assert.That(Lines(output)[0], Is.EqualTo("a.csv: sent before; 2 rows, 0 accepted, 2 unchanged, 0 warned, 0 rejected."));
        Assert.That(Lines(output)[1], Does.Match("^  Import [0-9a-f-]{36} took it on 2026-07-22, so it was not sent again.$"));
        Assert.That(await Export(path), Does.Contain("north,m,2026-01,7,400"));

        var other = await Run(path, folder, key: (await Key(path)).Token, options: "--dry-run");
        Assert.That(Lines(other.Output)[0], Is.EqualTo("a.csv: would be taken; 2 rows, 1 accepted, 1 unchanged, 1 warned, 0 rejected."), "Another key knows nothing of it");
    }

    [Test]
    public async Task What_was_not_taken_whole_is_judged_anew_by_the_next_run()
    {
        var path = await NewProgramme();
        var folder = Folder(("a.csv", Header + "north,m,2026-01,1,400,\neast,m,2026-01,2,400,\n"));
        var (key, _) = await Key(path);

        var first = await Run(path, folder, key: key);
        (await Admin.Put($"{path}/teams/east", Given.Team)).Is(201);
        var second = await Run(path, folder, key: key);
        var third = await Run(path, folder, key: key);

        Assert.That((first.Code, second.Code, third.Code), Is.EqualTo((1, 0, 0)));
        Assert.That(Lines(first.Output)[..2], Is.EqualTo(new[]
        {
            "a.csv: taken in part; 2 rows, 1 accepted, 0 unchanged, 0 warned, 1 rejected.",
            "  The team east has no meaning here yet: 1 rows.",
        }));
        Assert.That(first.Output, Does.Contain("  line 3: The collaborative has no team of this code that you may write for."));
        Assert.That(Lines(second.Output)[0], Is.EqualTo("a.csv: taken; 2 rows, 1 accepted, 1 unchanged, 0 warned, 0 rejected."));
        Assert.That(Lines(third.Output)[0], Does.StartWith("a.csv: sent before; 2 rows, 0 accepted, 2 unchanged"));
    }

    [Test]
    public async Task Codes_without_a_meaning_are_listed_and_taken_once_somebody_has_said_it()
    {
        var path = await NewProgramme();
        var folder = Folder(("w.csv", Header + "W-12,CMS1,2026-01,1,400,\n"));
        var (key, _) = await Key(path);

        var unmapped = await Run(path, folder, key: key, options: "--profile epic");
        (await Admin.Put($"{path}/profiles/epic", """{ "partner": "Epic", "state": "confirmed", "teams": [{ "code": "W-12", "team": "north" }], "measures": [{ "code": "CMS1", "measure": "m" }] }""", ifMatch: "*")).Is(200);
        var review = await Run(path, folder, key: key, options: "--profile epic");
        var again = await Run(path, folder, key: key, options: "--profile epic");

        Assert.That((unmapped.Code, review.Code, again.Code), Is.EqualTo((1, 0, 0)));
        Assert.That(unmapped.Output, Does.StartWith("w.csv: unmapped; 0 rows").And.Contain("  The team W-12 has no meaning here yet: 1 rows.").And.Contain("confirm it, and send the file again."));
        Assert.That(review.Output, Does.StartWith("w.csv: waits for review; 1 rows, 1 accepted").And.Contain("/review."));
        Assert.That(again.Output, Does.StartWith("w.csv: waits for review;"));
        Assert.That((await Admin.Get($"{path}/imports?state=review")).Count(), Is.EqualTo(1), "It waits once");
    }

    [Test]
    public async Task One_bad_file_is_told_and_the_others_are_taken()
    {
        var path = await NewProgramme();
        var folder = Folder(
            ("1.csv", Header + "north,m,2026-01,1,400,\n"),
            ("2.csv", "no,figures\n1,2\n"),
            ("3.csv", Header + string.Concat(Enumerable.Range(1, 9).Select(month => $"north,m,2025-0{month},x,400,\n"))),
            ("4.csv", "team,measure,month,numerator,denominator,mrn\nnorth,m,2026-01,1,1,4711\n"),
            ("5.csv", Header + "south,m,2026-01,1,400,\n"));

        var (code, output, _) = await Run(path, folder);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("1.csv: taken;").And.Contain("2.csv: refused;").And.Contain("3.csv: taken in part; 9 rows, 0 accepted, 0 unchanged, 0 warned, 9 rejected.")
            .And.Contain("4.csv: refused;").And.Contain("5.csv: taken;"));
        Assert.That(output, Does.Contain("  line 2: “x” is not a number.").And.Contain("  … and 4 more: /imports/").And.Not.Contain("line 7:").And.Not.Contain("4711"));
    }

    [Test]
    public async Task Hostile_names_are_only_names()
    {
        var path = await NewProgramme();
        var folder = Folder(
            ("a\u001b[2Jb\nc.csv", Header + "north,m,2026-01,1,400,\n"),
            ("%2f..%2f?x=1&dryRun=true#.csv", Header + "north,m,2026-02,2,400,\n"),
            ("-rf '$(x)'; Ü \u202e.csv", Header + "north,m,2026-03,3,400,\n"),
            (new string('n', 200) + ".csv", Header + "north,m,2026-04,4,400,\n"));
        File.CreateSymbolicLink(Path.Combine(folder, "round"), folder);

        var (code, output, _) = await Run(path, folder);

        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("a\uFFFD[2Jb\uFFFDc.csv: taken;").And.Contain("4 files "));
        Assert.That(output.Replace("\n", "", StringComparison.Ordinal).Any(letter => char.IsControl(letter) || letter == '\u202e'), Is.False);
        Assert.That(await Export(path), Does.Contain("2026-02,2,400").And.Contain("2026-03,3,400").And.Contain("2026-04,4,400"));
    }

    [TestCase(503, null)]
    [TestCase(429, "0")]
    [TestCase(425, null)]
    [TestCase(408, null)]
    [TestCase(502, null)]
    public async Task What_may_pass_is_tried_again(int status, string? retryAfter)
    {
        var path = await NewProgramme();
        var folder = Folder(("a.csv", Header + "north,m,2026-01,1,400,\n"));
        var count = 0;
        await using var line = await BrokenLine.To(Server.Address, _ => count++ % 2 == 0 ? new Mishap { Answer = status, RetryAfter = retryAfter } : null);

        var (code, output, error) = await Run(path, folder, server: line.Address);

        Assert.That((code, Lines(output)[0]), Is.EqualTo((0, "a.csv: taken; 1 rows, 1 accepted, 0 unchanged, 0 warned, 0 rejected.")));
        Assert.That(error, Does.Contain($"The server answered {status}. Trying again in "));
    }

    [Test]
    public async Task The_server_says_how_long_to_wait()
    {
        var path = await NewProgramme();
        var folder = Folder(("a.csv", Header + "north,m,2026-01,1,400,\n"));
        var asked = false;
        await using var line = await BrokenLine.To(Server.Address, request => request.Method == "POST" && !asked && (asked = true) ? new Mishap { Answer = 429, RetryAfter = "1" } : null);

        var (code, _, error) = await Run(path, folder, server: line.Address);

        Assert.That((code, error.TrimEnd()), Is.EqualTo((0, "The server answered 429. Trying again in 1 s (1 of 4).")));
    }

    [Test]
    public async Task A_request_whose_answer_is_lost_is_one_request()
    {
        var path = await NewProgramme();
        var folder = Folder(("a.csv", Header + "north,m,2026-01,1,400,\n"));
        var lost = 0;
        await using var line = await BrokenLine.To(Server.Address, request => request.Method == "POST" && lost++ < 3 ? new Mishap { LosesAnswer = true } : null);

        var (code, output, _) = await Run(path, folder, server: line.Address);

        Assert.That((code, Lines(output)[0]), Is.EqualTo((0, "a.csv: taken; 1 rows, 1 accepted, 0 unchanged, 0 warned, 0 rejected.")), "This run did it, although the answer that came is a replay");
        Assert.That((await Admin.Get($"{path}/imports")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_large_file_comes_in_pieces_and_goes_on_after_every_break()
    {
        var path = await NewProgramme();
        var content = Large();
        var folder = Folder(("large.csv", content));
        var pieces = 0;
        await using var line = await BrokenLine.To(Server.Address, request => request.Method != "PATCH" ? null : ++pieces switch
        {
            1 => new Mishap { BreaksAfter = 1_500_000 },
            2 => new Mishap { LosesAnswer = true },
            3 => new Mishap { Answer = 503 },
            _ => null,
        });

        var (code, output, error) = await Run(path, folder, server: line.Address);

        Assert.That(code, Is.EqualTo(1), "The rows name no team");
        Assert.That(Lines(output)[0], Does.Match("^large.csv: taken in part; ([0-9]+) rows, 0 accepted, 0 unchanged, 0 warned, \\1 rejected.$"), error);
        var job = (await Admin.Get($"{path}/imports")).Is(200);
        Assert.That((job.Count(), job.At("/items/0/contentHash")), Is.EqualTo((1, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))))));
        var offsets = line.Requests.Where(request => request.StartsWith("PATCH", StringComparison.Ordinal)).Select(request => int.Parse(request.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.That(offsets, Is.Ordered);
        Assert.That(offsets[2], Is.GreaterThan(offsets[1]), "The piece whose answer was lost is not sent again");
        Assert.That(line.Requests.Count(request => request.StartsWith("HEAD", StringComparison.Ordinal)), Is.AtLeast(3));
    }

    [Test]
    public async Task An_upload_that_gets_further_is_gone_on_with_however_often_it_stands_elsewhere()
    {
        var path = await NewProgramme();
        var content = Large();
        var (key, _) = await Key(path);
        using var other = new HttpClient { BaseAddress = Server.Address, DefaultRequestHeaders = { Authorization = new("Bearer", key) } };
        var overtaken = 0;
        await using var line = await BrokenLine.To(Server.Address, request =>
        {
            if (request.Method != "PATCH" || ++overtaken > 3 * (Quick.Repetitions + 1))
            {
                return null;
            }

            if (overtaken % 3 == 0)
            {
                return new Mishap { BreaksAfter = 300_000 };
            }

            // Somebody else's piece comes first.
            var offset = int.Parse(request.Headers["Upload-Offset"]!, System.Globalization.CultureInfo.InvariantCulture);
            using var piece = new HttpRequestMessage(HttpMethod.Patch, request.Path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content, offset, 1000)) };
            piece.Headers.Add("Upload-Offset", $"{offset}");
            piece.Content.Headers.ContentType = new("application/offset+octet-stream");
            using var answer = other.Send(piece);
            Assert.That((int)answer.StatusCode, Is.EqualTo(204));
            return null;
        });

        var (_, output, error) = await Run(path, Folder(("large.csv", content)), key: key, server: line.Address);

        Assert.That(Lines(output)[0], Does.StartWith("large.csv: taken in part;"), error);
        Assert.That((await Admin.Get($"{path}/imports")).At("/items/0/contentHash"), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))));
    }

    [Test]
    public async Task An_upload_that_gets_no_further_is_given_up()
    {
        var path = await NewProgramme();
        var pieces = 0;
        await using var line = await BrokenLine.To(Server.Address, request =>
        {
            if (request.Method == "PATCH")
            {
                pieces++;
                request.Headers["Upload-Offset"] = "1";
            }

            return null;
        });

        var (code, output, error) = await Run(path, Folder(("large.csv", Large())), server: line.Address);

        Assert.That((code, output.Contains("0  broken off", StringComparison.Ordinal)), Is.EqualTo((1, true)), output);
        Assert.That(error, Does.Contain("The upload stands elsewhere than expected. Run this again"));
        Assert.That(pieces, Is.EqualTo(Quick.Repetitions + 1));
    }

    [Test]
    public async Task A_run_goes_on_with_the_upload_that_an_earlier_one_left()
    {
        var path = await NewProgramme();
        var folder = Folder(("large.csv", Large()));
        var (key, _) = await Key(path);
        var pieces = 0;
        await using (var line = await BrokenLine.To(Server.Address, request => request.Method is "PATCH" && ++pieces > 1 || request.Method is "HEAD" ? new Mishap { Answer = 503 } : null))
        {
            var first = await Run(path, folder, key: key, server: line.Address);
            Assert.That((first.Code, first.Output.Contains("large.csv     0         0          0       0         0  broken off", StringComparison.Ordinal)), Is.EqualTo((1, true)), first.Output);
        }

        await using var mended = await BrokenLine.To(Server.Address, Clear);
        var (_, output, _) = await Run(path, folder, key: key, server: mended.Address);

        Assert.That(output, Does.StartWith("large.csv: taken in part;"));
        Assert.That(mended.Requests.Where(request => request.StartsWith("PATCH", StringComparison.Ordinal)).First(), Does.EndWith(" 4194304"));
        Assert.That((await Admin.Get($"{path}/imports")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_large_file_that_is_none_is_refused_like_a_small_one()
    {
        var path = await NewProgramme();

        var (code, output, _) = await Run(path, Folder(("large.csv", "no,figures\n" + new string('1', 9_000_000))));

        Assert.That((code, Lines(output)[0]), Is.EqualTo((1, "large.csv: refused; 0 rows, 0 accepted, 0 unchanged, 0 warned, 0 rejected.")));
        Assert.That(Lines(output)[1], Does.Contain("The first line must name the columns"));
    }

    [Test]
    public async Task A_server_that_is_gone_leaves_the_rest_unsent()
    {
        var path = await NewProgramme();
        var folder = Folder(("a.csv", Header + "north,m,2026-01,1,400,\n"), ("b.csv", Header), ("c.csv", Header));
        var posts = 0;
        await using var line = await BrokenLine.To(Server.Address, request => request.Method == "POST" && ++posts > 1 ? new Mishap { Answer = 503 } : null);

        var (code, output, error) = await Run(path, folder, server: line.Address);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("a.csv       1         1          0       0         0  taken").And.Contain("0  broken off").And.Contain("c.csv       0         0          0       0         0  not sent"));
        Assert.That(error, Does.Contain("Run this again when it is there"));
        Assert.That(posts, Is.EqualTo(6), "Once for a, five times for b");

        var down = await Run(path, folder, server: new Uri("http://127.0.0.1:1"));
        Assert.That((down.Code, down.Output.Contains("a.csv       0         0          0       0         0  not sent", StringComparison.Ordinal)), Is.EqualTo((1, true)));
        Assert.That(down.Error, Does.Contain("The server at 127.0.0.1:1 cannot be reached."));
    }

    [Test]
    public async Task A_key_that_is_revoked_on_the_way_ends_the_run()
    {
        var path = await NewProgramme();
        var (key, id) = await Key(path);
        var posts = 0;
        await using var line = await BrokenLine.To(Server.Address, request =>
        {
            if (request.Method == "POST" && ++posts == 2)
            {
                Server.Send(new RevokeKey(id)).GetAwaiter().GetResult();
            }

            return null;
        });

        var (code, output, error) = await Run(path, Folder(("a.csv", Header), ("b.csv", Header), ("c.csv", Header)), key: key, server: line.Address);

        Assert.That((code, error.TrimEnd()), Is.EqualTo((1, "The server no longer takes this key; it has expired or was revoked.")));
        Assert.That(output, Does.Contain("0  broken off").And.Contain("0  not sent"));
    }

    [Test]
    public async Task What_makes_no_sense_is_told_before_anything_is_sent()
    {
        var path = await NewProgramme();
        var folder = Folder(("a.csv", Header));

        Assert.That(await Refused(Run(path, folder, key: "cbl_wrong")), Is.EqualTo("The server does not know this key, or it has expired or was revoked."));
        Assert.That(await Refused(Run("/collaboratives/elsewhere", folder, key: (await Key(path)).Token)), Is.EqualTo("The server has no collaborative elsewhere, or none that this key may see."));
        Assert.That(await Refused(Run(path, folder + "-none")), Does.StartWith("There is no folder "));
        Assert.That(await Refused(Run(path, folder, options: "--key cbl_x")), Does.StartWith("A key on the command line is seen by everybody"));
        Assert.That(await Refused(Run(path, folder, key: " ")), Does.StartWith("Give the key in the environment variable COLLABORATIVE_KEY"));
        Assert.That(await Refused(Run(path, folder, server: new Uri("ftp://x"))), Does.StartWith("--server takes an address like"));
        Assert.That((await Run(path, Folder(), key: (await Key(path)).Token)).Output.Trim(), Is.EqualTo("There is no file in the folder."));
    }

    [Test]
    public async Task A_server_behind_a_path_is_found()
    {
        var path = await NewProgramme();
        await using var line = await BrokenLine.To(Server.Address, request =>
        {
            Assert.That(request.Path.StartsWithSegments("/collab", out var rest), Is.True);
            request.Path = rest;
            return null;
        });

        var (code, output, _) = await Run(path, Folder(("a.csv", Header + "north,m,2026-01,1,400,\n")), server: new Uri(line.Address, "/collab/"));

        Assert.That((code, Lines(output)[0]), Is.EqualTo((0, "a.csv: taken; 1 rows, 1 accepted, 0 unchanged, 0 warned, 0 rejected.")));
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd().Split('\n');

    private static string Large() => Header + string.Concat(Enumerable.Repeat($"nobody,m,2026-01,1,400,{new string('x', 400)}\n", 21_000));

    private static string Report(string team, string month) =>
        $$"""
        { "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "m", "reporter": { "reference": "Organization/{{team}}" }, "period": { "start": "{{month}}-01", "end": "{{month}}-28" },
          "group": [{ "population": [{ "code": { "coding": [{ "code": "denominator" }] }, "count": 4 }, { "code": { "coding": [{ "code": "numerator" }] }, "count": 3 }] }] }
        """;

    private static string Folder(params (string Name, string Content)[] files)
    {
        var folder = Path.GetDirectoryName(Temporary.File("x"))!;
        foreach (var (name, content) in files)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }

        return folder;
    }

    private static async Task<string> Refused(Task<(int Code, string Output, string Error)> run)
    {
        var (code, output, error) = await run;
        Assert.That((code, output), Is.EqualTo((2, "")));
        return error.TrimEnd();
    }

    private async Task<(string Token, Guid Id)> Key(string path)
    {
        var key = await Server.Key(Role.Integration, CodeIn(path));
        return (key.Token, key.Id);
    }

    private async Task<(int Code, string Output, string Error)> Run(string path, string folder, string? key = null, Uri? server = null, string options = "")
    {
        var keyFile = Temporary.File("key");
        await File.WriteAllTextAsync(keyFile, (key ?? (await Key(path)).Token) + "\n");
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments =
        [
            folder, "--server", (server ?? Server.Address).ToString(), "--collaborative", CodeIn(path), "--key-file", keyFile,
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
        int code;
        try
        {
            code = await PartnerVerb.Run(arguments, output, error, Quick);
        }
        catch (UsageException usage)
        {
            // As the command line does with every verb.
            await error.WriteLineAsync(usage.Message);
            code = 2;
        }

        return (code, output.ToString(), error.ToString());
    }
}
