using System.Globalization;
using System.Text;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Durability;

/// <summary>One server that works on a large file and a small one at once: nobody's few rows wait for somebody's many, and all comes out right.</summary>
public sealed class TwoLanesTests(Lane lane) : ImportFeature(lane)
{
    private const int Months = 300;

    private const int SmallTeams = 2;

    /// <summary>So many that the file is a large one.</summary>
    private const int LargeTeams = 200;

    [Test]
    public async Task A_small_file_is_done_while_a_large_one_of_another_sender_makes_team_after_team()
    {
        var path = await Programme();
        var large = await Send(Admin, path, Rows(LargeTeams, 1), "?createTeams=true");
        await Until(() => Admin.Get(large), job => job.At("/state") == "running");

        var small = await Send(await Server.As(Role.Administrator), path, Rows(SmallTeams, 1));
        var done = await Until(() => Admin.Get(small), job => job.At("/endedAt") != "null");

        Assert.That((await Admin.Get(large)).At("/state"), Is.EqualTo("running"), "The large one is still at it");
        Assert.That((done.At("/state"), done.At("/counts/rows"), done.At("/counts/rejected")), Is.EqualTo(("succeeded", $"{SmallTeams * Months}", "0")), done.Text);
        var all = await Until(() => Admin.Get(large), job => job.At("/endedAt") != "null");
        Assert.That((all.At("/state"), all.At("/counts/rows"), all.At("/counts/rejected")), Is.EqualTo(("succeeded", $"{LargeTeams * Months}", "0")), all.Text);
        Assert.That(
            int.Parse(all.At("/counts/accepted")!, CultureInfo.InvariantCulture) + int.Parse(done.At("/counts/accepted")!, CultureInfo.InvariantCulture),
            Is.EqualTo(LargeTeams * Months),
            "Each figure was taken from one of them, and found unchanged by the other");
        Assert.That(await Kept(path), Is.EqualTo($"{LargeTeams * Months}|{LargeTeams * Months}|1"));
        Assert.That(
            await Server.Database.Rows($"SELECT j.Fence FROM ImportJob j WHERE j.Id IN ('{done.At("/id")}', '{all.At("/id")}')"),
            Is.EqualTo(new[] { "1", "1" }),
            "Neither was thrown back by the other");
    }

    [Test]
    public async Task Where_both_bring_a_figure_the_last_one_stays_and_the_history_has_no_gap()
    {
        var path = await Programme();
        var large = await Send(Admin, path, Rows(LargeTeams, 1), "?createTeams=true");
        await Until(() => Admin.Get(large), job => job.At("/state") == "running");

        var small = await Send(await Server.As(Role.Administrator), path, Rows(SmallTeams, 2));
        var jobs = new[] { await Until(() => Admin.Get(large), job => job.At("/endedAt") != "null"), await Until(() => Admin.Get(small), job => job.At("/endedAt") != "null") };

        Assert.That(jobs.Select(job => (job.At("/state"), job.At("/counts/rejected"))), Is.All.EqualTo(("succeeded", "0")));
        Assert.That(jobs.Select(job => job.At("/counts/accepted")), Is.EqualTo(new[] { $"{LargeTeams * Months}", $"{SmallTeams * Months}" }));
        Assert.That(await Kept(path), Is.EqualTo($"{LargeTeams * Months}|{(LargeTeams + SmallTeams) * Months}|2"));
        Assert.That(
            await Server.Database.Rows(
                $"""
                SELECT COUNT(*) FROM Submission s JOIN SubmissionRevision r ON r.MeasureId = s.MeasureId AND r.TeamId = s.TeamId AND r.ReportMonth = s.ReportMonth AND r.Revision = s.Revision
                    AND r.Numerator = s.Numerator AND r.ImportId = s.ImportId
                JOIN Team t ON t.Id = s.TeamId JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE c.CodeKey = '{CodeIn(path)}'
                """),
            Is.EqualTo(new[] { $"{LargeTeams * Months}" }));
    }

    private static string Rows(int teams, int numerator)
    {
        var file = new StringBuilder("team,measure,month,numerator,denominator\n");
        for (var i = 0; i < teams * Months; i++)
        {
            file.Append(CultureInfo.InvariantCulture, $"t{i / Months},m,{2000 + (i % Months / 12)}-{(i % Months % 12) + 1:00},{numerator},400\n");
        }

        return file.ToString();
    }

    private static async Task<string> Send(Client sender, string path, string file, string query = "") =>
        $"/imports/{(await sender.Post($"{path}/imports{query}", file, "text/csv")).Is(202).At("/id")}";

    /// <summary>How many figures there are, how many revisions, and the last of these.</summary>
    private async Task<string> Kept(string path) => (await Server.Database.Rows(
        $"""
        SELECT (SELECT COUNT(*) FROM Submission s JOIN Team t ON t.Id = s.TeamId WHERE t.CollaborativeId = c.Id), COUNT(*), MAX(r.Revision)
        FROM SubmissionRevision r JOIN Team t ON t.Id = r.TeamId JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE c.CodeKey = '{CodeIn(path)}' GROUP BY c.Id
        """))[0];

    /// <summary>The teams of the small file are there; the others come with the large one.</summary>
    private async Task<string> Programme()
    {
        var path = await NewCollaborative("""{ "name": "C", "topic": "T", "aim": "A", "startMonth": "1999-01", "endMonth": "2027-06" }""");
        (await Admin.Put($"{path}/measures/m", Given.Rate)).Is(201);
        for (var team = 0; team < SmallTeams; team++)
        {
            (await Admin.Put($"{path}/teams/t{team}", Given.Team)).Is(201);
        }

        return path;
    }
}
