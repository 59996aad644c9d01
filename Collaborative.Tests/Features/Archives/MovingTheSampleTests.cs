using System.Text.Json;
using System.Text.RegularExpressions;
using Collaborative.Api.Verbs;
using Collaborative.Domain.Samples;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Archives;

/// <summary>The sample has lived through nearly all that a collaborative does: whatever can be read of it is the same where it is taken to.</summary>
public sealed partial class MovingTheSampleTests(Lane lane) : ArchiveFeature(lane)
{
    private const string Path = $"/collaboratives/{IntensiveCareSample.Code}";

    /// <summary>What stays behind, by the addresses that show it.</summary>
    private static readonly string[] LeftBehind = [$"{Path}/reminders", $"{Path}/calendar/links", $"{Path}/webhooks", $"{Path}/connections"];

    /// <summary>Enough of each kind of thing; the last are those with the longest history.</summary>
    private const int Most = 3;

    /// <summary>Where the values of an address's parts are found.</summary>
    private static readonly Dictionary<string, string> Values = new()
    {
        ["team"] = "SELECT DISTINCT TeamCode FROM Storyboard UNION SELECT 'ashgrove' UNION SELECT TeamCode FROM SiteVisit",
        ["measure"] = "SELECT Code FROM Measure",
        ["annotation"] = "SELECT Code FROM Annotation",
        ["barrier"] = "SELECT Code FROM Barrier",
        ["event"] = "SELECT Code FROM CalendarEvent",
        ["call"] = "SELECT Code FROM CoachingCall",
        ["idea"] = "SELECT IdeaCode FROM ThreadPost UNION SELECT Code FROM ChangeIdea WHERE TeamId IS NOT NULL",
        ["post"] = "SELECT Code FROM ThreadPost",
        ["member"] = "SELECT Code FROM TeamMember",
        ["cycle"] = "SELECT Code FROM PdsaCycle",
        ["item"] = "SELECT Code FROM PreworkItem",
        ["session"] = "SELECT Code FROM LearningSession",
        ["visit"] = "SELECT Code FROM SiteVisit",
        ["date"] = "SELECT DISTINCT OnDay FROM AttendanceSheet",
        ["month"] = "SELECT DISTINCT SUBSTR(CAST(ReportMonth AS TEXT), 1, 4) || '-' || SUBSTR(CAST(ReportMonth AS TEXT), 5, 2) FROM MonthlyReport",
        ["kind"] = "SELECT DISTINCT Kind FROM Assessment",
    };

    [Test]
    public async Task Every_address_answers_the_same_where_it_is_taken_to()
    {
        if (Lane != Lane.Sqlite)
        {
            Assert.Ignore("The sample is made on the embedded engine; its archive is taken to the other one from there.");
        }

        await DemoVerb.Build([.. Server.Database.Arguments, "--Database:SampleData=true"]);
        var archive = await Archive(Path);
        (await Import(AdminElsewhere, archive)).Is(201);
        var values = new Dictionary<string, List<string>>();
        foreach (var (part, query) in Values)
        {
            values[part] = [.. (await Server.Database.Rows(query)).TakeLast(Most)];
        }

        var addresses = (await Templates()).SelectMany(template => Addresses(template, values)).Where(address => !LeftBehind.Any(address.StartsWith)).ToList();
        addresses.AddRange((await Server.Database.Rows("SELECT RecordedAt FROM CollaborativeChange ORDER BY DataVersion")).Chunk(800).SelectMany(chunk => new[]
        {
            $"{Path}/submissions.csv?asOf={chunk[0]}", $"{Path}/measures/vap/chart?asOf={chunk[0]}", $"{Path}/teams/ashgrove/measures/vap/chart?asOf={chunk[0]}",
        }));
        var found = 0;
        var differences = new List<string>();
        foreach (var first in addresses)
        {
            for (var address = first; address is not null;)
            {
                var (here, there) = (await Admin.Get(address), await AdminElsewhere.Get(address));
                found += here.Status == 200 ? 1 : 0;
                var same = here.Status == there.Status && here.ETag == there.ETag
                    && (here.Status == 200 ? Content(address, here) == Content(address, there) : here.WithoutTraceId() == there.WithoutTraceId());
                if (!same)
                {
                    differences.Add($"{address}: {here.Status} {Start(here)} | {there.Status} {Start(there)}");
                }

                address = same && here.Status == 200 && here.Header("Content-Type")!.StartsWith("application/json", StringComparison.Ordinal) && address.Contains("/history", StringComparison.Ordinal)
                    ? here.At("/next")
                    : null;
            }
        }

        Assert.That(differences, Is.Empty);
        Assert.That(found, Is.GreaterThan(400));
    }

    /// <summary>All that can be read, by the OpenAPI document.</summary>
    private async Task<IEnumerable<string>> Templates()
    {
        var document = JsonDocument.Parse((await Admin.Send(HttpMethod.Get, "openapi/v1.json")).Is(200).Text).RootElement;
        return document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.Contains("{collaborative}", StringComparison.Ordinal) && path.Value.TryGetProperty("get", out _))
            .Select(path => path.Name["/api/v1".Length..]);
    }

    private static IEnumerable<string> Addresses(string template, Dictionary<string, List<string>> values)
    {
        IEnumerable<string> addresses = [template.Replace("{collaborative}", IntensiveCareSample.Code, StringComparison.Ordinal)];
        foreach (Match part in Part().Matches(template))
        {
            var name = part.Groups[1].Value;
            if (name != "collaborative")
            {
                addresses = [.. addresses.SelectMany(address => values.GetValueOrDefault(name, ["none"]).Select(value => address.Replace($"{{{name}}}", value, StringComparison.Ordinal)))];
            }
        }

        return addresses;
    }

    /// <summary>A workbook is another file each time that it is made; its sheets are what is in it.</summary>
    private static string Content(string address, Answer answer) => !address.EndsWith(".xlsx", StringComparison.Ordinal)
        ? Convert.ToBase64String(answer.Bytes)
        : new OpenedArchive(answer.Bytes) is var workbook ? string.Concat(workbook.Entries.Keys.Where(name => name.StartsWith("xl/worksheets/", StringComparison.Ordinal)).Select(name => workbook[name])) : "";

    private static string Start(Answer answer) => answer.Text[..Math.Min(answer.Text.Length, 200)];

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Part();
}
