using System.Globalization;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Durability;

/// <summary>Files that spreadsheets, mistakes and malice make: each is read, or refused in words, and leaves nothing half-written.</summary>
public sealed class HostileFileTests(Lane lane) : ImportFeature(lane)
{
    private static readonly TestCaseData[] Unreadable =
    [
        new TestCaseData(Array.Empty<byte>()).SetArgDisplayNames("empty"),
        new TestCaseData("\r\n\r\n  \r\n"u8.ToArray()).SetArgDisplayNames("blank lines"),
        new TestCaseData("when,what,how many\n2026-01,m,3\n"u8.ToArray()).SetArgDisplayNames("another header"),
        new TestCaseData("team,measure,month\nnorth,m,2026-01\n"u8.ToArray()).SetArgDisplayNames("no figures"),
        new TestCaseData("team,measure,month,numerator,Numerator\nnorth,m,2026-01,3,3\n"u8.ToArray()).SetArgDisplayNames("a column twice"),
        new TestCaseData((byte[])[0x50, 0x4B, 0x03, 0x04, 0x14, 0x00, 0x06, 0x00]).SetArgDisplayNames("a workbook"),
        new TestCaseData((byte[])[.. "team,measure,month,numerator,denominator\n"u8, 0x00, 0x01, 0xFF]).SetArgDisplayNames("binary behind the header"),
        new TestCaseData((byte[])[.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("team,measure,month,numerator,denominator\n")]).SetArgDisplayNames("UTF-16"),
        new TestCaseData((byte[])[.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("team,measure,month,numerator,denominator\n")]).SetArgDisplayNames("UTF-16, big end first"),
        new TestCaseData(Encoding.Unicode.GetBytes("team,measure,month,numerator,denominator\n")).SetArgDisplayNames("UTF-16 without its mark"),
        new TestCaseData(Encoding.UTF8.GetBytes(new string('a', 70_000))).SetArgDisplayNames("a first line without end"),
    ];

    [TestCaseSource(nameof(Unreadable))]
    public async Task A_file_that_is_no_long_CSV_is_422_and_leaves_nothing(byte[] file)
    {
        var path = await NewProgramme();

        (await Send(path, file)).IsProblem(422, "import-unreadable");

        Assert.That((await Admin.Get($"{path}/imports")).Count(), Is.Zero);
        Assert.That(await JobsLeft(path), Is.EqualTo("0 0"));
    }

    [TestCase("text/plain")]
    [TestCase("application/json")]
    [TestCase("text/csv; charset=utf-16")]
    [TestCase("text/csv; charset=windows-1252")]
    [TestCase("")]
    public async Task Another_type_is_415(string type)
    {
        var path = await NewProgramme();

        (await Admin.Post($"{path}/imports", Header, type)).IsProblem(415, "unsupported-media-type");
    }

    [Test]
    public async Task A_header_alone_is_an_import_of_no_rows()
    {
        var path = await NewProgramme();

        var job = await Import(path, Header.TrimEnd());

        Assert.That(job.At("/state"), Is.EqualTo("succeeded"));
        Assert.That(Counts(job), Is.EqualTo("0 0 0 0 0"));
    }

    [TestCase("﻿team,measure,month,numerator,denominator\nnorth,m,2026-01,1,400\n", TestName = "Understood_with_a_byte_order_mark")]
    [TestCase("Month;DENOMINATOR;Team;Numerator;Measure\n01/2026;400,5;north;1,25;m\n", TestName = "Understood_with_semicolons_and_a_decimal_comma")]
    [TestCase("team\tmeasure\tmonth\tnumerator\tdenominator\nnorth\tm\tJan 2026\t1,25\t400,5\n", TestName = "Understood_with_tabs_and_a_decimal_comma")]
    [TestCase("team,measure,month,numerator,denominator\rnorth,m,2026-01-31,1.25,400.5\r", TestName = "Understood_with_line_ends_of_old_Macs")]
    [TestCase("\r\n\r\n\"team\",\"measure\",\"month\",\"numerator\",\"denominator\"\r\n\r\n\"north\",\"m\",\"2026-01\",\"1.25\",\"400.5\"\r\n   \r\n", TestName = "Understood_with_everything_quoted_and_blank_lines")]
    [TestCase("team,measure,month,numerator,denominator,ward\nNORTH, M ,2026-01, 1.25 ,400.5,\"a,b\"", TestName = "Understood_with_a_column_of_the_hospitals_own_and_no_last_line_end")]
    public async Task Understood(string file)
    {
        var path = await NewProgramme();

        var job = await Import(path, file);

        Assert.That(Counts(job), Does.StartWith("1 1 0 "), job.Text);
        Assert.That(await Export(path), Does.Contain("\r\nnorth,m,2026-01,1"));
    }

    [Test]
    public async Task A_decimal_comma_where_commas_separate_is_a_row_problem_and_no_figure()
    {
        var path = await NewProgramme();

        var job = await Import(path, Header + "north,m,2026-01,\"1,25\",400,\nnorth,m,2026-02,1,400,\n");

        Assert.That(Counts(job), Does.StartWith("2 1 0 ").And.EndWith(" 1"));
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "2 number" }));
    }

    [Test]
    public async Task Rows_in_another_encoding_are_told_by_line_and_leave_the_others_alone()
    {
        var path = await NewProgramme();
        byte[] file =
        [
            .. Encoding.UTF8.GetBytes(Header + "north,m,2026-01,1,400,Übergabe\n"),
            .. Encoding.Latin1.GetBytes("north,m,2026-02,1,400,Übergabe\n"),
            .. Encoding.UTF8.GetBytes("north,m,2026-03,1,400,\n"),
            0xFF, 0xFE, .. Encoding.UTF8.GetBytes("north,m,2026-04,1,400,\n"),
        ];

        var job = await Import(path, file);

        Assert.That(Counts(job), Does.StartWith("4 2 0 ").And.EndWith(" 2"));
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "3 encoding", "5 encoding" }));
        Assert.That((await Admin.Get($"{path}/teams/north/measures/m/submissions/2026-01")).At("/note"), Is.EqualTo("Übergabe"));
    }

    [Test]
    public async Task A_byte_order_mark_in_the_middle_spoils_its_own_row_only()
    {
        var path = await NewProgramme();

        var job = await Import(path, Header + "north,m,2026-01,1,400,\n\uFEFFnorth,m,2026-02,1,400,\nnorth,m,2026-03,1,400,\n");

        Assert.That(Counts(job), Does.StartWith("3 2 0 ").And.EndWith(" 1"));
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "3 unknownTeam" }));
    }

    [Test]
    public async Task NULs_far_into_the_file_spoil_their_own_rows_only()
    {
        var path = await NewProgramme();
        var filler = string.Concat(Enumerable.Repeat($"nobody,m,2026-01,1,400,{new string('x', 500)}\n", 200));

        var job = await Import(path, Header + filler + "north,m,2026-01,1,400,\nno\0rth,m,2026-02,1,400,\nnorth,m,2026-03,1\0,400,\nnorth,m,2026-04,1,400,a\0b\nnorth,m,2026-05,1,400,\n");

        Assert.That(job.At("/state"), Is.EqualTo("succeeded"));
        Assert.That(Counts(job), Does.StartWith("205 2 0 "));
        Assert.That((await Import(await NewProgramme(), await Export(path))).At("/counts/accepted"), Is.EqualTo("2"));
    }

    [Test]
    public async Task A_quotation_mark_that_is_never_closed_spoils_its_own_row_only()
    {
        var path = await NewProgramme();
        var rest = string.Concat(Enumerable.Range(0, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $"south,m,2025-{i + 1:00},1,400,\n")));

        var job = await Import(path, Header + "north,m,2026-01,1,400,\"never closed\nnorth,m,2026-02,1,400,\nnorth,m,2026-03,1,400,in\"side\n" + rest);

        Assert.That(Counts(job), Does.StartWith("15 13 0 ").And.EndWith(" 2"));
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "2 quotes", "4 quotes" }));
    }

    [Test]
    public async Task A_line_of_ten_million_characters_is_one_row_problem()
    {
        var path = await NewProgramme();

        var job = await Import(path, $"{Header}north,m,2026-01,1,400,\nnorth,m,2026-02,1,400,{new string('x', 10_000_000)}\n{new string(',', 10_000_000)}\nnorth,m,2026-03,1,400,\n");

        Assert.That(Counts(job), Does.StartWith("4 2 0 ").And.EndWith(" 2"));
        Assert.That(await Rejected(job), Is.EqualTo(new[] { "3 lineTooLong", "4 lineTooLong" }));
    }

    [Test]
    public async Task A_hundred_thousand_bad_rows_are_each_told_by_line_and_come_back_ready_to_mend()
    {
        const int Rows = 100_000;
        const int Months = 500;
        var path = await NewProgramme(""" "startMonth": "1980-01", "endMonth": "2027-06" """);
        for (var i = 0; i < Rows / Months / 2; i++)
        {
            (await Admin.Put($"{path}/measures/m{i}", Given.Rate)).Is(201);
        }

        var file = new StringBuilder("team;measure;month;numerator;denominator;note\r\n");
        for (var i = 0; i < Rows; i++)
        {
            var series = i / Months;
            file.Append(CultureInfo.InvariantCulture, $"{(series % 2 == 0 ? "north" : "south")};m{series / 2};{1980 + (i % Months / 12)}-{(i % Months % 12) + 1:00};many;400;\"of \"\"us\"\"; again\"\r\n");
        }

        var job = await Import(path, file.ToString());

        Assert.That(Counts(job), Is.EqualTo($"{Rows} 0 0 0 {Rows}"));
        Assert.That((await Rejected(job)).Take(2), Is.EqualTo(new[] { "2 number", "3 number" }));
        Assert.That(await Server.Database.Rows($"SELECT MIN(RowNumber), MAX(RowNumber), COUNT(*) FROM ImportRow WHERE ImportId = '{job.At("/id")}' AND Outcome = 'rejected'"), Is.EqualTo(new[] { $"2|{Rows + 1}|{Rows}" }));
        Assert.That(await Export(path), Has.Length.LessThan(200), "Only the header");

        var toMend = (await Admin.Get($"/imports/{job.At("/id")}/rows.csv")).Is(200).Text;
        var mended = await Import(path, toMend.Replace(";many;", ";1;", StringComparison.Ordinal));

        Assert.That(mended.At("/counts/accepted"), Is.EqualTo($"{Rows}"), Counts(mended));
        Assert.That((await Admin.Get($"{path}/teams/south/measures/m99/submissions/2021-08")).At("/note"), Is.EqualTo("of \"us\"; again"));
    }

    [Test]
    public async Task Duplicate_rows_name_the_line_of_the_first_however_they_are_written()
    {
        var path = await NewProgramme();

        var job = await Import(path, Header + "north,m,2026-01,1,400,\"a\nb\"\nsouth,m,2026-01,1,400,\nNORTH,M,Jan 2026,2,400,\n");

        Assert.That(await Rejected(job), Is.EqualTo(new[] { "5 duplicate" }));
        var rows = await Admin.Get($"/imports/{job.At("/id")}/rows?outcome=rejected");
        Assert.That(rows.At("/items/0/problems/0/message"), Does.Contain("line 2 "));
        Assert.That((await Admin.Get($"{path}/teams/north/measures/m/submissions/2026-01")).At("/numerator"), Is.EqualTo("1"));
    }

    [Test]
    public async Task The_same_file_again_changes_nothing()
    {
        var path = await NewProgramme();
        var file = Header + "north,m,2026-01,1,400,\nsouth,m,2026-01,x,400,\nsouth,m,2026-02,2,400,\n";
        var first = await Import(path, file);
        var exported = await Admin.Get($"{path}/submissions.csv");

        var second = await Import(path, file);

        Assert.That(Counts(first), Does.StartWith("3 2 0 ").And.EndWith(" 1"));
        Assert.That(Counts(second), Is.EqualTo("3 0 2 0 1"));
        Assert.That((await Admin.Get($"{path}/submissions.csv")).ETag, Is.EqualTo(exported.ETag));
        Assert.That((await Admin.Get($"{path}/teams/north/measures/m/submissions/2026-01/revisions")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_dry_run_says_what_would_happen_and_leaves_nothing()
    {
        var path = await NewProgramme();
        var file = Header + "north,m,2026-01,1,400,\nnew,m,2026-01,1,400,\nnorth,m,2026-02,x,400,\n";
        var before = await Export(path);

        var dry = await Import(path, file, "?dryRun=true&createTeams=true");

        Assert.That(Counts(dry), Does.StartWith("3 2 0 ").And.EndWith(" 1"));
        Assert.That(dry.At("/result/teamsCreated"), Is.EqualTo("1"));
        Assert.That(await Export(path), Is.EqualTo(before));
        Assert.That((await Admin.Get($"{path}/teams/new")).Status, Is.EqualTo(404));
        Assert.That(Counts(await Import(path, file, "?createTeams=true")), Is.EqualTo(Counts(dry)));
    }

    [Test]
    public async Task What_an_export_writes_an_import_reads_and_exports_again_to_the_same_byte()
    {
        string[] notes =
        [
            "two\r\nlines", "two\nlines", "two\rlines", "\"quoted\"", "a,b;c\td", "=SUM(A1)", "'", "''=1", "-5", "+1", "@here", "日本語 ✓ é", "x\u00A0", "tab\tinside",
            string.Join('\n', Enumerable.Range(0, 300)), new string('"', 900), "a\u2028b", "\\n", "<script>", "ends with \\",
        ];
        var path = await NewProgramme();
        for (var i = 0; i < notes.Length; i++)
        {
            var month = $"{2025 + (i / 2 / 12)}-{(i / 2 % 12) + 1:00}";
            (await Admin.Put($"{path}/teams/{(i % 2 == 0 ? "north" : "south")}/measures/m/submissions/{month}",
                $$"""{ "numerator": {{i}}.1e-7, "denominator": 0.30000000000000004, "note": {{System.Text.Json.JsonSerializer.Serialize(notes[i])}} }""")).Is(201);
        }

        var exported = await Export(path);
        var other = await NewProgramme();
        var job = await Import(other, exported);

        Assert.That(await Rejected(job), Is.Empty);
        Assert.That(await Export(other), Is.EqualTo(exported));
    }

    [Test]
    public async Task A_file_that_comes_one_byte_at_a_time_is_the_same_file()
    {
        var path = await NewProgramme();
        var token = (await Server.Key(Role.Administrator)).Token;
        using var request = new RawRequest(Server.Address, "POST", $"{Client.Base}{path}/imports", token, "Content-Type: text/csv", "Transfer-Encoding: chunked");
        foreach (var one in Encoding.UTF8.GetBytes(Header + "north,m,2026-01,1,400,\"Ü\r\n✓\"\r\nsouth,m,2026-01,1,400,\r\n"))
        {
            request.SendChunk([one]);
        }

        request.Send("0\r\n\r\n"u8);
        Assert.That(await request.Answer(), Does.StartWith("HTTP/1.1 202 "));

        await Until(() => Admin.Get($"{path}/imports?state=succeeded"), list => list.Count() == 1);
        Assert.That(await Export(path), Does.Contain("north,m,2026-01,1,400,,,,,,\"Ü\r\n✓\",\r\nsouth,m,"));
    }

    [TestCase(30)]
    [TestCase(100_000)]
    [TestCase(700_000)]
    public async Task An_upload_that_breaks_off_is_no_import_and_its_parts_are_thrown_away(int bytes)
    {
        var path = await NewProgramme();
        var token = (await Server.Key(Role.Administrator)).Token;
        var file = Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat("north,m,2026-01,1,400,\n", 50_000)));
        using var request = new RawRequest(Server.Address, "POST", $"{Client.Base}{path}/imports", token, "Content-Type: text/csv", $"Content-Length: {file.Length}", "Idempotency-Key: again");
        request.Send(file.AsSpan(0, bytes));
        if (bytes > 64 * 1024)
        {
            await Until(() => JobsLeft(path), jobs => jobs.StartsWith("1 ", StringComparison.Ordinal));
        }

        request.BreakOff();

        await Until(() => JobsLeft(path), jobs => jobs == "0 0");
        Assert.That((await Admin.Get($"{path}/imports")).Count(), Is.Zero);
        using var again = new RawRequest(Server.Address, "POST", $"{Client.Base}{path}/imports", token, "Content-Type: text/csv", $"Content-Length: {file.Length}", "Idempotency-Key: again");
        again.Send(file);
        Assert.That(await again.Answer(), Does.StartWith("HTTP/1.1 202 "), "The key of an upload that broke off is free again");
    }

    [Test]
    public async Task An_upload_that_stalls_is_ended_by_the_server_and_thrown_away()
    {
        var path = await NewProgramme();
        await using var impatient = await TestServer.StartBeside(Server, "--Imports:MaxSilence=00:00:01");
        var token = (await Server.Key(Role.Administrator)).Token;
        using var request = new RawRequest(impatient.Address, "POST", $"{Client.Base}{path}/imports", token, "Content-Type: text/csv", "Content-Length: 1000000");
        request.Send(Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat("north,m,2026-01,1,400,\n", 20_000))));
        await Until(() => JobsLeft(path), jobs => jobs.StartsWith("1 ", StringComparison.Ordinal));

        Assert.That(await request.Answer().WaitAsync(TimeSpan.FromSeconds(60)), Is.Empty.Or.StartWith("HTTP/1.1 4"));

        await Until(() => JobsLeft(path), jobs => jobs == "0 0");
        Assert.That((await Admin.Get($"{path}/imports")).Count(), Is.Zero);
    }

    [TestCase("?dryRun")]
    [TestCase("?dryRun=")]
    [TestCase("?atomic")]
    [TestCase("?dryRun=yes")]
    public async Task A_flag_that_says_neither_true_nor_false_takes_nothing(string query)
    {
        var path = await NewProgramme();

        (await Send(path, Encoding.UTF8.GetBytes(Header + "north,m,2026-01,1,400,\n"), query)).IsInvalid(query.Split('?', '=')[1], "format");

        Assert.That((await Admin.Get($"{path}/imports")).Count(), Is.Zero);
    }

    [Test]
    public async Task Cancelled_half_way_it_stops_and_what_is_in_stays_in()
    {
        var path = await NewProgramme(""" "startMonth": "1980-01", "endMonth": "2027-06" """);
        var begun = (await Send(path, Encoding.UTF8.GetBytes(Header + ManyRows()), "?createTeams=true")).Is(202);
        await Until(() => Admin.Get(begun.Header("Location")!), job => job.At("/counts/rows") != "0");

        var cancelled = (await Admin.Delete(begun.Header("Location")!)).Is(200);
        var job = await Import(path, Header, "?dryRun=true");

        Assert.That(cancelled.At("/state"), Is.EqualTo("cancelled"));
        Assert.That(job.At("/state"), Is.EqualTo("succeeded"), "The worker goes on with the next");
        var after = (await Admin.Get(begun.Header("Location")!)).Is(200);
        Assert.That(Counts(after), Is.EqualTo(Counts(cancelled)), "Nothing is written after the answer");
        Assert.That(after.At("/counts/accepted"), Is.EqualTo(await Figures(path)));
        (await Admin.Delete(begun.Header("Location")!)).IsProblem(409, "import-ended");
        await Until(() => JobsLeft(path), jobs => jobs.EndsWith(" 0", StringComparison.Ordinal));
    }

    [Test]
    public async Task The_same_rows_in_two_imports_at_once_are_there_once()
    {
        var path = await NewProgramme(""" "startMonth": "1980-01", "endMonth": "2027-06" """);
        var file = Encoding.UTF8.GetBytes(Header + ManyRows());

        var jobs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Import(path, file, "?createTeams=true")));

        Assert.That(jobs.Select(Counts).Select(counts => counts.Split(' ')[0..3]).Select(counts => string.Join(' ', counts)), Is.EquivalentTo(new[] { "10000 10000 0", "10000 0 10000" }));
        Assert.That(await Figures(path), Is.EqualTo("10000"));
        Assert.That(await Revisions(path), Is.EqualTo("10000"));
    }

    [Test]
    public async Task An_Idempotency_Key_is_good_for_one_file_and_its_options()
    {
        var path = await NewProgramme();
        var file = Encoding.UTF8.GetBytes(Header + "north,m,2026-01,1,400,\n");
        var other = Encoding.UTF8.GetBytes(Header + "north,m,2026-01,2,400,\n");

        var first = (await Send(path, file, idempotencyKey: "k1")).Is(202);
        await End(first);
        var replay = (await Send(path, file, idempotencyKey: "k1")).Is(202);

        Assert.That(replay.At("/id"), Is.EqualTo(first.At("/id")));
        Assert.That(replay.Header("Location"), Is.EqualTo(first.Header("Location")));
        Assert.That(replay.Header("Idempotency-Replayed"), Is.EqualTo("true"));
        Assert.That(first.Header("Idempotency-Replayed"), Is.Null);
        (await Send(path, other, idempotencyKey: "k1")).IsProblem(422, "idempotency-key-reused");
        (await Send(path, file, "?dryRun=true", "k1")).IsProblem(422, "idempotency-key-reused");
        (await Send(await NewProgramme(), file, idempotencyKey: "k1")).IsProblem(422, "idempotency-key-reused");
        Assert.That((await Admin.Get($"{path}/imports")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task While_the_first_upload_runs_its_Idempotency_Key_is_409()
    {
        var path = await NewProgramme();
        var file = Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat("north,m,2026-01,1,400,\n", 10_000)));
        var token = (await Server.Key(Role.Administrator)).Token;
        using var first = new RawRequest(Server.Address, "POST", $"{Client.Base}{path}/imports", token, "Content-Type: text/csv", $"Content-Length: {file.Length}", "Idempotency-Key: k2");
        first.Send(file.AsSpan(0, 100_000));
        await Until(() => JobsLeft(path), jobs => jobs.StartsWith("1 ", StringComparison.Ordinal));

        using var second = new RawRequest(Server.Address, "POST", $"{Client.Base}{path}/imports", token, "Content-Type: text/csv", $"Content-Length: {file.Length}", "Idempotency-Key: k2");
        second.Send(file);
        Assert.That(await second.Answer(), Does.StartWith("HTTP/1.1 409 ").And.Contain("/problems/idempotency-key-running"));

        first.Send(file.AsSpan(100_000));
        Assert.That(await first.Answer(), Does.StartWith("HTTP/1.1 202 "));
    }

    [TestCase("Content-Length: 52428800")]
    [TestCase("Transfer-Encoding: chunked")]
    public async Task A_JSON_body_of_50_MB_is_refused_before_it_is_read_and_harms_nobody(string length)
    {
        var path = await NewProgramme();
        var token = (await Server.Key(Role.Administrator)).Token;
        var address = $"{path}/teams/north/measures/m/submissions/2026-01";
        using var request = new RawRequest(Server.Address, "PUT", Client.Base + address, token, "Content-Type: application/json", length);
        var answer = request.Answer();
        var part = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
        var sent = 0;
        while (sent < 50 * 1024 * 1024 && !answer.IsCompleted && (length.StartsWith('C') ? request.Send(part) : request.SendChunk(part)))
        {
            sent += part.Length;
        }

        Assert.That(await answer, Does.StartWith("HTTP/1.1 413 ").And.Contain("application/problem+json"));
        Assert.That(sent, Is.LessThan(20 * 1024 * 1024), "Most of the body is never taken from the wire");
        (await Admin.Get(address)).Is(404);
        (await Admin.Put(address, """{ "numerator": 1, "denominator": 400 }""")).Is(201);
    }

    /// <summary>10,000 rows of 20 teams, which the import must make.</summary>
    private static string ManyRows()
    {
        var rows = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            rows.Append(CultureInfo.InvariantCulture, $"t{i / 500},m,{1980 + (i % 500 / 12)}-{(i % 500 % 12) + 1:00},{i % 7},400,\n");
        }

        return rows.ToString();
    }

    private Task<string> Figures(string path) => Count("Submission", path);

    private Task<string> Revisions(string path) => Count("SubmissionRevision", path);

    private async Task<string> Count(string table, string path) => (await Server.Database.Rows(
        $"SELECT COUNT(*) FROM {table} s JOIN Team t ON t.Id = s.TeamId JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE c.CodeKey = '{CodeIn(path)}'"))[0];

    /// <summary>How many jobs the collaborative has, uploads that have not ended among them, and how many parts of files are kept for them.</summary>
    private async Task<string> JobsLeft(string path) => (await Server.Database.Rows(
        $"""
        SELECT COUNT(DISTINCT j.Id), COUNT(b.Part) FROM Collaborative c JOIN ImportJob j ON j.CollaborativeId = c.Id LEFT JOIN ImportBody b ON b.ImportId = j.Id
        WHERE c.CodeKey = '{CodeIn(path)}'
        """))[0].Replace('|', ' ');
}
