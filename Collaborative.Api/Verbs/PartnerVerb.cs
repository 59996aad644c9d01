using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain.Imports;

namespace Collaborative.Api.Verbs;

/// <summary>Plays a partner's system against a running server: a folder of files goes in, and what became of each is told.</summary>
internal static class PartnerVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api partner FOLDER --collaborative CODE [--server http://localhost:5080] [options]
        Sends every file of a folder to a running server, over HTTP as a partner's own system would, and says what was accepted.

        The key is read from the environment variable COLLABORATIVE_KEY, or from the first line of --key-file FILE; one made with
        key create --role integration --collaborative CODE may do this and little else.

          --profile CODE     The partner whose codes the files have. Codes that nobody has confirmed the meaning of are listed.
          --measure CODE     The measure of files that name none.
          --create-teams     Makes the teams that are named and not there; for those who define teams.
          --atomic           Of each file all rows or none.
          --dry-run          Only says what would happen.
          --reason TEXT      Why figures change; a director must say so for locked months.
          --key-file FILE    Where the key is, instead of the environment.

        Files are taken in the order of their names, folders below included; hidden files and links are not. What a file is, its content
        says, else the end of its name: .csv, .tsv, .txt, .xlsx, .json, .ndjson, .xml. Larger ones than 8 MB go in pieces and are gone on
        with where they broke off, by the next run too. What may pass (a broken connection, 408, 425, 429, 5xx) is tried again after a
        while. Each file is sent under an Idempotency-Key made from what is in it, so running this twice is safe: what was taken whole in
        the last three days is not sent again, and the rest is judged anew.

        The exit code is 0 when all was taken or waits for review, 1 when anything was refused or could not be sent, and 2 when the
        folder, the key or an option is wrong.
        """;

    private const string KeyVariable = "COLLABORATIVE_KEY";

    private const int MostSentences = 5;

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error, PartnerPace? pace = null, CancellationToken cancellation = default)
    {
        var options = new Options(args, ["server", "collaborative", "profile", "measure", "reason", "key-file", "key"], "create-teams", "dry-run", "atomic");
        var folder = options.Position(0, "the folder to send");
        if (options.Positions.Count > 1 || options.Configuration.Length > 0)
        {
            throw new UsageException("Give one folder; a name with a blank in it needs quotation marks. The server's address is given with --server.");
        }

        var collaborative = options.One("collaborative") ?? throw new UsageException("Say which collaborative the files are for: --collaborative CODE.");
        var address = Address(options.One("server") ?? Server.DefaultUrl);
        var key = Key(options);
        if (address is { Scheme: "http", IsLoopback: false })
        {
            await error.WriteLineAsync($"The key and the figures go to {address.Authority} unencrypted; use https.");
        }

        var files = PartnerFile.In(folder);
        using var server = new PartnerServer(address, key, pace ?? PartnerPace.Usual, error);
        var sending = new Sending(server, collaborative, options, output, cancellation);
        try
        {
            await server.Greet(collaborative, cancellation);
            foreach (var file in files)
            {
                await sending.Send(file);
            }
        }
        catch (UnreachableException unreachable)
        {
            await error.WriteLineAsync($"{unreachable.Message} Run this again when it is there; what was sent is not sent twice.");
            sending.StopBefore(files);
        }
        catch (RefusedException refused) when (refused.Status is HttpStatusCode.Unauthorized)
        {
            await error.WriteLineAsync("The server no longer takes this key; it has expired or was revoked.");
            sending.StopBefore(files);
        }

        await sending.WriteTable();
        return sending.IsRefused ? 1 : 0;
    }

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address is { UserInfo: "", Query: "", Fragment: "" }
            ? address
            : throw new UsageException("--server takes an address like https://collaborative.example.org.");

    private static string Key(Options options)
    {
        if (options.One("key") is not null)
        {
            throw new UsageException($"A key on the command line is seen by everybody on this machine. Put it into {KeyVariable} or into a file: --key-file FILE.");
        }

        var key = options.One("key-file") is { } file ? File.ReadLines(file).FirstOrDefault() : Environment.GetEnvironmentVariable(KeyVariable);
        return key?.Trim() is { Length: > 0 } given && given.All(char.IsAscii) && !given.Any(char.IsWhiteSpace)
            ? given
            : throw new UsageException($"Give the key in the environment variable {KeyVariable}, or the file that it is alone in: --key-file FILE.");
    }

    /// <summary>What other people's files and servers say, without what would move the cursor or hide a line.</summary>
    private static string Plain(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? "\uFFFD" : rune.ToString()));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>One run over a folder.</summary>
    private sealed class Sending(PartnerServer server, string collaborative, Options options, TextWriter output, CancellationToken cancellation)
    {
        private const int MostOfAName = 48;

        private static readonly RowCounts Nothing = new(0, 0, 0, 0, 0);

        private readonly List<(string Name, RowCounts Counts, string State)> lines = [];

        private PartnerFile? begun;

        public bool IsRefused { get; private set; }

        private string Address
        {
            get
            {
                var query = new (string Name, string? Value)[]
                {
                    ("profile", options.One("profile")),
                    ("measure", options.One("measure")),
                    ("reason", options.One("reason")),
                    ("createTeams", options.Has("create-teams") ? "true" : null),
                    ("dryRun", options.Has("dry-run") ? "true" : null),
                    ("atomic", options.Has("atomic") ? "true" : null),
                };
                var given = query.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToList();
                return $"collaboratives/{Uri.EscapeDataString(collaborative)}/imports{(given.Count > 0 ? "?" : "")}{string.Join('&', given)}";
            }
        }

        public async Task Send(PartnerFile file)
        {
            begun = file;
            try
            {
                using var content = file.Open();
                if (content.MediaType is null)
                {
                    await Tell(file, Nothing, "left out", ["This is no kind of file that an import takes."]);
                    return;
                }

                await Tell(file, await Deliver(content), content);
            }
            catch (RefusedException refused) when (refused.Status is not HttpStatusCode.Unauthorized)
            {
                IsRefused = true;
                await Tell(file, Nothing, "refused", [refused.Message]);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                IsRefused = true;
                await Tell(file, Nothing, "not read", [unreadable.Message]);
            }
        }

        /// <summary>The files that are left once it is no use to go on.</summary>
        public void StopBefore(IReadOnlyList<PartnerFile> files)
        {
            IsRefused = true;
            lines.AddRange(files.Skip(lines.Count).Select(file => (Plain(file.Name), Nothing, file == begun ? "broken off" : "not sent")));
        }

        /// <summary>Sends a file under the key that its content makes. What an earlier run has sent is waited for; where that came to nothing or to less than the whole, it is sent anew.</summary>
        private async Task<StartedJob> Deliver(PartnerContent content)
        {
            var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Address}\n{content.MediaType}\n{content.Hash}")));
            while (true)
            {
                var started = content.ComesInPieces
                    ? await server.Upload(Address, content, key, cancellation)
                    : await server.Post(Address, content, key, cancellation);
                var (job, isReplay) = started;
                if (!isReplay || !job.HasEnded)
                {
                    return new StartedJob(await server.Ended(job, cancellation), IsReplay: false);
                }

                if (job is { State: PartnerJob.Review } or { State: PartnerJob.Succeeded, DryRun: false, Counts.Rejected: 0 })
                {
                    return started;
                }

                key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{job.Id:D}")));
            }
        }

        private async Task Tell(PartnerFile file, StartedJob delivered, PartnerContent content)
        {
            var (job, isReplay) = delivered;
            if (isReplay && job.State == PartnerJob.Succeeded)
            {
                await Tell(
                    file,
                    new RowCounts(job.Counts.Rows, 0, job.Counts.Rows, 0, 0),
                    "sent before",
                    [string.Create(CultureInfo.InvariantCulture, $"Import {job.Id:D} took it on {job.CreatedAt:yyyy-MM-dd}, so it was not sent again.")]);
                return;
            }

            var isAltered = job.ContentHash is { } hash && hash != content.Hash;
            IsRefused |= isAltered || job.Counts.Rejected > 0 || job.State is not (PartnerJob.Succeeded or PartnerJob.Review);
            var state = (job.State, job.DryRun, job.Counts.Rejected) switch
            {
                (PartnerJob.Succeeded, false, 0) => "taken",
                (PartnerJob.Succeeded, false, _) => "taken in part",
                (PartnerJob.Succeeded, true, 0) => "would be taken",
                (PartnerJob.Succeeded, true, _) => "would be taken in part",
                (PartnerJob.Review, _, _) => "waits for review",
                (PartnerJob.Unmapped, _, _) => "unmapped",
                ("cancelled", _, _) => "cancelled",
                _ => "refused",
            };
            var sentences = new List<string>();
            if (isAltered)
            {
                sentences.Add("The file was changed while it was being sent. Look at what was taken, and run this again.");
            }

            if (job.State == PartnerJob.Review)
            {
                sentences.Add($"A data lead of the team or a director looks at /imports/{job.Id:D}/changes and puts /imports/{job.Id:D}/review.");
            }

            if (job.Problem?.Message is { } why)
            {
                sentences.Add(why);
            }

            sentences.AddRange(job.Codes.Take(MostSentences).Select(code =>
                $"The {code.Kind} {code.Code}{(code.Name is null ? "" : $" ({code.Name})")} has no meaning here yet: {Number(code.Rows)} rows."));
            More(job.Codes.Count, $"unmapped in /imports/{job.Id:D}");
            if (job.Counts.Rejected > 0)
            {
                sentences.AddRange((await server.RejectedRows(job.Id, MostSentences, cancellation)).Select(row =>
                    $"{row.Source ?? $"line {Number(row.Row)}"}: {string.Join(" ", row.Problems.Select(problem => problem.Message))}"));
                More(job.Counts.Rejected, $"/imports/{job.Id:D}/rows.csv");
            }

            await Tell(file, job.Counts, state, sentences);

            void More(int count, string where)
            {
                if (count > MostSentences)
                {
                    sentences.Add($"… and {Number(count - MostSentences)} more: {where}");
                }
            }
        }

        private async Task Tell(PartnerFile file, RowCounts counts, string state, IReadOnlyList<string> sentences)
        {
            var name = Plain(file.Name);
            lines.Add((name, counts, state));
            await output.WriteLineAsync(
                $"{name}: {state}; {Number(counts.Rows)} rows, {Number(counts.Accepted)} accepted, {Number(counts.Unchanged)} unchanged, {Number(counts.Warned)} warned, {Number(counts.Rejected)} rejected.");
            foreach (var sentence in sentences)
            {
                await output.WriteLineAsync("  " + Plain(sentence));
            }
        }

        public async Task WriteTable()
        {
            if (lines.Count == 0)
            {
                await output.WriteLineAsync("There is no file in the folder.");
                return;
            }

            var total = lines.Aggregate(Nothing, (sum, line) => new RowCounts(
                sum.Rows + line.Counts.Rows, sum.Accepted + line.Counts.Accepted, sum.Unchanged + line.Counts.Unchanged, sum.Warned + line.Counts.Warned, sum.Rejected + line.Counts.Rejected));
            string[][] rows =
            [
                ["file", "rows", "accepted", "unchanged", "warned", "rejected", ""],
                .. lines.Select(line => Cells(Short(line.Name), line.Counts, line.State)),
                Cells(lines.Count == 1 ? "1 file" : $"{Number(lines.Count)} files", total, ""),
            ];
            var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
            await output.WriteLineAsync();
            foreach (var row in rows)
            {
                var line = row.Select((cell, column) => column == 0 || column == row.Length - 1 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
                await output.WriteLineAsync(string.Join("  ", line).TrimEnd());
            }
        }

        private static string[] Cells(string name, RowCounts counts, string state) =>
            [name, Number(counts.Rows), Number(counts.Accepted), Number(counts.Unchanged), Number(counts.Warned), Number(counts.Rejected), state];

        /// <summary>The end of a name tells more than its beginning.</summary>
        private static string Short(string name) => name.Length <= MostOfAName ? name : "…" + name[^(MostOfAName - 1)..];
    }
}
