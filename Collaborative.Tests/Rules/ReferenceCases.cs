using System.Text.Json;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

/// <summary>
/// Cases whose expected values were computed by the field's own packages. They are not part of this repository: a folder
/// shared/reference beside the checkout holds them, and without it the tests that need it are ignored.
/// </summary>
internal static class ReferenceCases
{
    public static string? Folder()
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "reference");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    public static string FolderOrIgnore()
    {
        var folder = Folder();
        if (folder is null)
        {
            Assert.Ignore("There is no folder shared/reference beside the checkout, so only the golden vectors of the field's documents were run, in the tests of the rules and limits.");
        }

        return folder;
    }

    public static IEnumerable<(string Name, JsonElement Case)> All(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            yield return (Path.GetFileNameWithoutExtension(file), JsonDocument.Parse(File.ReadAllBytes(file)).RootElement);
        }
    }

    public static double? Number(JsonElement element) => element.ValueKind == JsonValueKind.Number ? element.GetDouble() : null;

    public static double?[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(Number)];

    public static bool[] Flags(JsonElement array) => [.. array.EnumerateArray().Select(flag => flag.ValueKind == JsonValueKind.True)];

    public static string[] Labels(JsonElement reference) => [.. reference.GetProperty("expected").GetProperty("period").EnumerateArray().Select(Text)];

    public static string Text(JsonElement element) => element.ToString();

    /// <summary>The series of a single case in the order of its periods. Rows may be unsorted, and rows of one period belong together.</summary>
    public static ChartPoint[] Points(JsonElement reference)
    {
        var data = reference.GetProperty("data");
        var periods = data.GetProperty("period").EnumerateArray().Select(Text).ToArray();
        var rows = periods.Select((period, row) => (period, row)).ToLookup(pair => pair.period, pair => pair.row);
        if (data.TryGetProperty("value", out var posted))
        {
            var values = Numbers(posted);
            if (reference.GetProperty("measure_type").GetString() == "subgroup")
            {
                return [.. Labels(reference).Select(label => ChartPoint.OfSubgroup(label, [.. rows[label].Select(row => values[row]).OfType<double>()]))];
            }

            return [.. Labels(reference).Select(label => new ChartPoint(label, rows[label].Average(row => values[row])))];
        }

        var (numerators, denominators) = (Numbers(data.GetProperty("numerator")), Numbers(data.GetProperty("denominator")));
        return
        [
            .. Labels(reference).Select(label => new ChartPoint(
                label, null, Sum(rows[label].Select(row => numerators[row])), Sum(rows[label].Select(row => denominators[row])))),
        ];
    }

    /// <summary>The series of a case that charts are compared for: one, or for an aggregate the pooled one and the median of teams.</summary>
    public static IEnumerable<(string Name, JsonElement Expected, ChartPoint[] Points, AnalysisSettings Settings)> SeriesOf(string name, JsonElement reference)
    {
        var (expected, labels) = (reference.GetProperty("expected"), Labels(reference));
        var settings = Settings(reference, labels);
        if (reference.GetProperty("group").GetString() != "aggregate")
        {
            yield return (name, expected, Points(reference), settings);
            yield break;
        }

        var (series, _) = Teams(reference);
        foreach (var (property, aggregate) in new[] { ("pooled_analysis", Aggregate.Pooled), ("median_of_teams_analysis", Aggregate.MedianOfTeams) })
        {
            if (expected.TryGetProperty(property, out var analysis))
            {
                yield return ($"{name} {aggregate}", analysis, Aggregator.Compute(series, aggregate).ToChartPoints(labels), settings);
            }
        }
    }

    /// <summary>The figures of an aggregate case, and the names of its teams.</summary>
    public static (TeamSeries Series, string[] Teams) Teams(JsonElement reference)
    {
        var (data, labels) = (reference.GetProperty("data"), Labels(reference));
        var rowTeams = data.GetProperty("team").EnumerateArray().Select(Text).ToArray();
        var rowPeriods = data.GetProperty("period").EnumerateArray().Select(Text).ToArray();
        var (numerators, denominators) = (Numbers(data.GetProperty("numerator")), Numbers(data.GetProperty("denominator")));
        var teams = rowTeams.Distinct().Order(StringComparer.Ordinal).ToArray();
        var series = new TeamSeries(MeasureKind.Proportion, 1, teams.Length, labels.Length);
        for (var row = 0; row < rowTeams.Length; row++)
        {
            series.Set(Array.IndexOf(teams, rowTeams[row]), Array.IndexOf(labels, rowPeriods[row]), new(numerators[row], denominators[row]));
        }

        return (series, teams);
    }

    public static AnalysisSettings Settings(JsonElement reference, IReadOnlyList<string> labels)
    {
        var options = reference.GetProperty("options");
        var parts = options.GetProperty("part").EnumerateArray().Select(last => last.GetInt32()).ToArray();
        return new()
        {
            Kind = Kind(reference.GetProperty("measure_type").GetString()!),
            Multiplier = 1,
            Direction = Enum.TryParse<Direction>(options.GetProperty("improvement_direction").GetString(), true, out var good) ? good : Direction.Neutral,
            FreezePositions = (int?)Number(options.GetProperty("freeze")),
            Phases = [.. parts.Where(last => last < labels.Count).Select(last => new PhaseStart(labels[last]))],
            Excluded = [.. options.GetProperty("exclude").EnumerateArray().Select(position => labels[position.GetInt32() - 1])],
            Goal = Number(options.GetProperty("target")),
            FixedCentre = Number(options.GetProperty("centre_line")),
        };
    }

    private static MeasureKind Kind(string type) => type switch
    {
        "proportion" => MeasureKind.Proportion,
        "rate" => MeasureKind.Rate,
        "count" => MeasureKind.Count,
        "time_between" => MeasureKind.DaysBetween,
        "cases_between" => MeasureKind.CasesBetween,
        _ => MeasureKind.Mean,
    };

    private static double? Sum(IEnumerable<double?> terms)
    {
        double? sum = null;
        foreach (var term in terms)
        {
            sum = term is null ? sum : (sum ?? 0) + term;
        }

        return sum;
    }
}
