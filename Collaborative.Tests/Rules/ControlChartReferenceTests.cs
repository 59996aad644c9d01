using System.Text.Json;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class ControlChartReferenceTests
{
    private const double Relative = 1e-9;

    private static readonly Dictionary<string, ChartType> Types = new()
    {
        ["i"] = ChartType.Xmr,
        ["mr"] = ChartType.Mr,
        ["p"] = ChartType.P,
        ["pp"] = ChartType.PPrime,
        ["u"] = ChartType.U,
        ["up"] = ChartType.UPrime,
        ["c"] = ChartType.C,
        ["g"] = ChartType.G,
        ["t"] = ChartType.T,
        ["xbar"] = ChartType.Xbar,
        ["s"] = ChartType.S,
        ["ip"] = ChartType.IPrime,
    };

    [Test]
    public void Every_reference_control_chart_agrees()
    {
        var folder = ReferenceCases.FolderOrIgnore();
        var names = new List<string>();
        Assert.Multiple(() =>
        {
            foreach (var (name, reference) in ReferenceCases.All(folder))
            {
                foreach (var (series, expected, points, settings) in ReferenceCases.SeriesOf(name, reference))
                {
                    ControlChartsAgree(series, expected, points, settings, names);
                }
            }
        });
        TestContext.Out.WriteLine($"{names.Count} reference control charts compared: {string.Join(", ", names)}");
        Assert.That(names, Is.Not.Empty);
    }

    [Test]
    public void Every_reference_plot_of_the_dots_agrees()
    {
        var folder = ReferenceCases.FolderOrIgnore();
        var names = new List<string>();
        Assert.Multiple(() =>
        {
            foreach (var (name, reference) in ReferenceCases.All(folder))
            {
                foreach (var (series, expected, points, settings) in ReferenceCases.SeriesOf(name, reference))
                {
                    if (!expected.TryGetProperty("nhs_xmr", out var variants))
                    {
                        continue;
                    }

                    foreach (var variant in variants.EnumerateObject())
                    {
                        if (PlotOfTheDotsAgrees($"{series}, {variant.Name}", variant, points, settings))
                        {
                            names.Add($"{series} {variant.Name}");
                        }
                    }
                }
            }
        });
        TestContext.Out.WriteLine($"{names.Count} reference plots of the dots compared: {string.Join(", ", names)}");
        Assert.That(names, Is.Not.Empty);
    }

    private static void ControlChartsAgree(string name, JsonElement expected, ChartPoint[] points, AnalysisSettings settings, List<string> names)
    {
        foreach (var (group, screened) in new[] { ("control", true), ("control_unscreened", false) })
        {
            if (!expected.TryGetProperty(group, out var charts))
            {
                continue;
            }

            foreach (var chart in charts.EnumerateObject())
            {
                if (chart.Value.TryGetProperty("error", out _))
                {
                    continue;
                }

                var what = $"{name} {chart.Name}{(screened ? "" : " unscreened")}";
                names.Add(what);
                var analysis = Analyser.Analyse(points, settings with { Type = Types[chart.Name], Rules = RuleSet.Shewhart3Sigma, ScreenMovingRanges = screened });
                Agrees(what, chart.Value, analysis);
            }
        }
    }

    private static void Agrees(string name, JsonElement chart, ChartAnalysis ours)
    {
        if (chart.TryGetProperty("y", out var values))
        {
            Near(ours.Points.Select(point => point.Value), values, $"{name}: values");
            Assert.That(ours.Points.Select(point => !point.Excluded), Is.EqualTo(ReferenceCases.Flags(chart.GetProperty("included"))), $"{name}: included");
        }

        Near(ours.Points.Select(point => point.Centre), chart.GetProperty("cl"), $"{name}: centre");
        Near(ours.Points.Select(point => point.Lower), chart.GetProperty("lcl"), $"{name}: lower limit");
        Near(ours.Points.Select(point => point.Upper), chart.GetProperty("ucl"), $"{name}: upper limit");
        var undecided = chart.TryGetProperty("points_within_1e9_of_a_line", out var near) ? near.EnumerateArray().Select(point => point.GetInt32()).ToHashSet() : [];
        var signals = ReferenceCases.Flags(chart.GetProperty("sigma_signal"));
        for (var i = 0; i < signals.Length; i++)
        {
            Assert.That(
                undecided.Contains(i + 1) || ours.Points[i].Signals.Contains(SignalRule.OutsideLimits) == signals[i], $"{name}: beyond a limit, point {i + 1}");
        }

        if (!chart.TryGetProperty("parts", out var parts) || undecided.Count > 0)
        {
            return;
        }

        foreach (var (part, phase) in parts.EnumerateArray().Zip(ours.Phases))
        {
            Assert.That((double?)phase.Statistics.LongestRun, Is.EqualTo(ReferenceCases.Number(part.GetProperty("longest_run"))), $"{name}: longest run");
            Assert.That((double?)phase.Statistics.Crossings, Is.EqualTo(ReferenceCases.Number(part.GetProperty("n_crossings"))), $"{name}: crossings");
            Assert.That(phase.Statistics.Useful, Is.EqualTo(ReferenceCases.Number(part.GetProperty("n_useful"))), $"{name}: useful");
        }
    }

    private static bool PlotOfTheDotsAgrees(string name, JsonProperty variant, ChartPoint[] points, AnalysisSettings settings)
    {
        var theirs = variant.Value;
        var gaps = Analyser.Analyse(points, settings).Points.Select(point => point.Value is null).ToArray();
        var dropped = variant.Name == "nulls_dropped";
        if (theirs.ValueKind != JsonValueKind.Object || theirs.TryGetProperty("error", out _))
        {
            return false;
        }

        var kept = dropped ? points.Where((_, i) => !gaps[i]).ToArray() : points;
        var ours = Analyser.Analyse(kept, settings with
        {
            Type = ChartType.Xmr,
            Rules = RuleSet.MakingDataCount,
            ScreenMovingRanges = theirs.GetProperty("screen_outliers").GetBoolean(),
        });
        Near(ours.Points.Select(point => point.Centre), Kept(theirs.GetProperty("mean")), $"{name}: mean");
        Near(ours.Points.Select(point => point.Lower), Kept(theirs.GetProperty("lpl")), $"{name}: lower limit");
        Near(ours.Points.Select(point => point.Upper), Kept(theirs.GetProperty("upl")), $"{name}: upper limit");
        if (!dropped && gaps.Contains(true))
        {
            // With gaps in the series the package has no flags that could be compared.
            return true;
        }

        var undecided = theirs.TryGetProperty("points_within_1e9_of_a_line", out var near) ? near.EnumerateArray().Select(point => point.GetInt32()).ToHashSet() : [];
        Flags("outside_limits", SignalRule.OutsideLimits);
        Flags("shift7", SignalRule.Shift);
        Flags("trend7", SignalRule.Trend);
        Flags("two_of_three", SignalRule.TwoOfThree);
        if (undecided.Count == 0)
        {
            Assert.That(ours.Points.Select(PointType), Is.EqualTo(Kept(theirs.GetProperty("point_type")).Select(type => type.GetString())), $"{name}: point types");
            Assert.That(VariationName(ours.Icons!.Variation), Is.EqualTo(theirs.GetProperty("variation_icon").GetString()), $"{name}: variation icon");
        }

        var assurance = theirs.GetProperty("assurance_icon").GetString();
        Assert.That(AssuranceName(ours.Icons!.Assurance), Is.EqualTo(assurance), $"{name}: assurance icon");
        return true;

        void Flags(string property, SignalRule rule)
        {
            if (theirs.TryGetProperty(property, out var flags) && undecided.Count == 0)
            {
                Assert.That(
                    ours.Points.Select(point => point.Signals.Contains(rule)),
                    Is.EqualTo(Kept(flags).Select(flag => flag.ValueKind == JsonValueKind.True)),
                    $"{name}: {property}");
            }
        }

        JsonElement[] Kept(JsonElement array) => [.. array.EnumerateArray().Where((_, i) => !dropped || !gaps[i])];

        string PointType(PointAnalysis point) => (point.Meaning, settings.Direction) switch
        {
            (null, _) => "common_cause",
            (SignalMeaning.Improvement, _) => "special_cause_improvement",
            (SignalMeaning.Concern, _) => "special_cause_concern",
            _ => Array.Exists(ours.Signals, signal => signal.Direction == SignalDirection.Up && Covers(signal, point)) ? "special_cause_neutral_high" : "special_cause_neutral_low",
        };

        bool Covers(Signal signal, PointAnalysis point) =>
            Array.FindIndex(ours.Points, other => other.Label == point.Label) is var at && signal.FromIndex <= at && at <= signal.ToIndex;
    }

    private static string VariationName(VariationIcon icon) => icon switch
    {
        VariationIcon.ImprovementHigh or VariationIcon.ImprovementLow => "special_cause_improvement",
        VariationIcon.ConcernHigh or VariationIcon.ConcernLow => "special_cause_concern",
        VariationIcon.NeutralHigh => "special_cause_neutral_high",
        VariationIcon.NeutralLow => "special_cause_neutral_low",
        _ => "common_cause",
    };

    private static string? AssuranceName(AssuranceIcon? icon) => icon switch
    {
        AssuranceIcon.Pass => "consistent_pass",
        AssuranceIcon.Fail => "consistent_fail",
        AssuranceIcon.Inconsistent => "inconsistent",
        _ => null,
    };

    private static void Near(IEnumerable<double?> ours, JsonElement theirs, string what) => Near(ours, [.. theirs.EnumerateArray()], what);

    private static void Near(IEnumerable<double?> ours, JsonElement[] theirs, string what)
    {
        var list = ours.ToArray();
        Assert.That(list, Has.Length.EqualTo(theirs.Length), what);
        for (var i = 0; i < theirs.Length; i++)
        {
            var wanted = ReferenceCases.Number(theirs[i]);
            Assert.That(list[i] is null, Is.EqualTo(wanted is null), $"{what}, point {i + 1}: {list[i]} for {wanted}");
            Assert.That(list[i] ?? 0, Is.EqualTo(wanted ?? 0).Within(Relative * Math.Abs(wanted ?? 0)), $"{what}, point {i + 1}");
        }
    }
}
