using Collaborative.Tests.Contract;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Imports;

/// <summary>140 English emergency departments, 36 months, 2 measures, as one import.</summary>
public sealed class RealDataTests(Lane lane) : Feature(lane)
{
    private const string Years =
        """{ "name": "English emergency departments", "topic": "Waiting", "aim": "95 % within four hours", "startMonth": "2016-04", "endMonth": "2019-03", "timeZone": "Europe/London" }""";

    private const int Rows = 9864;

    [Test]
    public async Task All_departments_go_in_and_come_out_unchanged()
    {
        var file = await File.ReadAllTextAsync(Golden.Shared("data", "ae-departments.csv"));
        var path = await Collaborative();
        var job = await Import(path, file, "?createTeams=true");
        Assert.That((job.At("/state"), job.At("/counts/rows"), job.At("/counts/accepted"), job.At("/result/teamsCreated")), Is.EqualTo(("succeeded", $"{Rows}", $"{Rows}", "140")));

        job = await Import(path, file, "");
        Assert.That((job.At("/counts/unchanged"), job.At("/counts/accepted")), Is.EqualTo(($"{Rows}", "0")), "the same file twice changes nothing");

        foreach (var aggregate in new[] { "pooled", "meanOfTeams", "medianOfTeams" })
        {
            var chart = (await Admin.Get($"{path}/measures/within-4h/chart?aggregate={aggregate}")).Is(200);
            Assert.That(chart.Count("/points"), Is.EqualTo(36));
            (await Admin.Get($"{path}/measures/within-4h/chart.svg?aggregate={aggregate}")).Is(200);
            (await Admin.Get($"{path}/measures/within-4h/chart.csv?aggregate={aggregate}")).Is(200);
        }

        var first = (await Admin.Get($"{path}/measures/within-4h/chart?to=2016-04")).Is(200);
        Assert.That((first.At("/points/0/numerator"), first.At("/points/0/denominator")), Is.EqualTo(Total(file, "2016-04")));

        var export = (await Admin.Get($"{path}/submissions.csv")).Is(200).Bytes;
        var copy = await Collaborative();
        await Import(copy, System.Text.Encoding.UTF8.GetString(export), "?createTeams=true");
        Assert.That((await Admin.Get($"{copy}/submissions.csv")).Is(200).Bytes, Is.EqualTo(export));
    }

    private static (string, string) Total(string file, string month)
    {
        var rows = file.Split('\n').Select(line => line.Trim().Split(',')).Where(row => row.Length == 5 && row[1] == "within-4h" && row[2] == month).ToList();
        return ($"{rows.Sum(row => long.Parse(row[3], System.Globalization.CultureInfo.InvariantCulture))}", $"{rows.Sum(row => long.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture))}");
    }

    private async Task<string> Collaborative()
    {
        var path = await NewCollaborative(Years);
        foreach (var measure in new[] { "within-4h", "admitted" })
        {
            (await Admin.Put($"{path}/measures/{measure}", Given.Proportion)).Is(201);
        }

        return path;
    }

    private async Task<Answer> Import(string path, string file, string query)
    {
        var job = (await Admin.Post($"{path}/imports{query}", file, "text/csv")).Is(202);
        return await Jobs.Ended(Admin, job);
    }
}
