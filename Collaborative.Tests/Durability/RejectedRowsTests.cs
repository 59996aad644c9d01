using System.Globalization;
using System.Text;
using Collaborative.Infrastructure.Imports;
using Collaborative.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Collaborative.Tests.Durability;

/// <summary>What files leave behind of which nothing is taken: not without end, and not for ever.</summary>
public sealed class RejectedRowsTests(Lane lane) : ImportFeature(lane)
{
    private const int Months = 500;

    /// <summary>So many that their rows are a chunk or two beyond the limit.</summary>
    private const int Unknown = 208;

    [Test]
    public async Task An_import_ends_where_nearly_all_is_wrong_and_what_was_right_stays_until_it_is_put_back_or_sent_again()
    {
        var path = await NewProgramme(""" "startMonth": "1980-01", "endMonth": "2027-06" """);
        var file = new StringBuilder(Header.Replace(",note", "", StringComparison.Ordinal));
        for (var row = 0; row < (Unknown + 1) * Months; row++)
        {
            file.Append(CultureInfo.InvariantCulture, $"{(row < Months ? "north" : $"t{row / Months}")},m,{1980 + (row % Months / 12)}-{(row % Months % 12) + 1:00},1,400\n");
        }

        var dryRun = await Import(path, file.ToString(), "?dryRun=true");
        var job = await Import(path, file.ToString());

        Assert.That(new[] { dryRun, job }.Select(each => (each.At("/state"), each.At("/problem/code"))), Is.All.EqualTo(("failed", "tooManyRejected")));
        Assert.That(dryRun.At("/problem/message"), Does.StartWith("More than 100,000 rows were rejected, and fewer were right, so the rest of the file was not read. Nothing was changed. "));
        Assert.That(job.At("/problem/message"), Does.Contain("What was accepted is kept, and undo puts it back.").And.EndsWith("send the whole file again: what is in already is found unchanged."));
        Assert.That((Counts(job), Counts(dryRun)), Is.EqualTo(("101999 500 0 499 101499", "101999 500 0 499 101499")));
        Assert.That((await Export(path)).Count(letter => letter == '\n'), Is.EqualTo(1 + Months));
        Assert.That((await Admin.Get($"/imports/{job.At("/id")}/rows.csv")).Is(200).Text.Count(letter => letter == '\n'), Is.EqualTo(101_500));
        Assert.That((await Admin.Get($"/imports/{job.At("/id")}/changes?limit=1")).At("/items/0/after/numerator"), Is.EqualTo("1"));

        var undone = await End(await Admin.Post($"/imports/{job.At("/id")}/undo", "{}"));
        Assert.That((undone.At("/state"), Counts(undone)), Is.EqualTo(("succeeded", "500 500 0 0 0")));
        Assert.That((await Export(path)).Count(letter => letter == '\n'), Is.EqualTo(1));

        await Import(path, file.ToString());
        var whole = await Import(path, file.ToString(), "?createTeams=true");
        Assert.That(
            (whole.At("/state"), whole.At("/counts/accepted"), whole.At("/counts/unchanged"), whole.At("/counts/rejected")),
            Is.EqualTo(("succeeded", $"{Unknown * Months}", $"{Months}", "0")));
    }

    [Test]
    public async Task The_rows_of_a_dry_run_are_told_for_thirty_days_and_its_counts_for_ever()
    {
        var path = await NewProgramme();
        var file = Header + string.Concat(Enumerable.Repeat("nobody,m,2026-01,1,400,\n", 6000));
        var dryRun = await Import(path, file, "?dryRun=true");
        var job = await Import(path, file);

        Server.Clock.Advance(TimeSpan.FromDays(29));
        await Age();
        Assert.That(await RowsOf(dryRun), Is.EqualTo("6001"));

        Server.Clock.Advance(TimeSpan.FromDays(2));
        await Age();
        Assert.That((await RowsOf(dryRun), await RowsOf(job)), Is.EqualTo(("0", "6001")));
        var later = (await Admin.Get($"/imports/{dryRun.At("/id")}")).Is(200);
        Assert.That((later.At("/state"), Counts(later)), Is.EqualTo(("succeeded", "6000 0 0 0 6000")));
        Assert.That((await Admin.Get($"/imports/{dryRun.At("/id")}/rows")).Is(200).Count(), Is.Zero);
        Assert.That((await Admin.Get($"/imports/{dryRun.At("/id")}/rows.csv")).Is(200).Text, Is.Empty);
    }

    private Task Age() => Server.Services.GetRequiredService<ImportQueue>().Age(CancellationToken.None);

    private async Task<string> RowsOf(Answer job) => (await Server.Database.Rows($"SELECT COUNT(*) FROM ImportRow WHERE ImportId = '{job.At("/id")}'"))[0];
}
