using System.Globalization;
using System.Text.Json;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class RunChartReferenceTests
{
    /// <summary>As the cases ask: signals and counts exactly, lines to nine digits.</summary>
    private const double Relative = 1e-9;

    [Test]
    public void Every_reference_run_chart_agrees()
    {
        var folder = ReferenceCases.FolderOrIgnore();
        var names = new List<string>();
        Assert.Multiple(() =>
        {
            foreach (var (name, reference) in ReferenceCases.All(folder))
            {
                if (reference.GetProperty("expected").TryGetProperty("run", out _))
                {
                    names.Add(name);
                    var labels = ReferenceCases.Labels(reference);
                    AgreesWith(name, reference.GetProperty("expected"), ReferenceCases.Points(reference), ReferenceCases.Settings(reference, labels));
                }
            }
        });
        Report("run charts", names);
        Assert.That(names, Is.Not.Empty);
    }

    [Test]
    public void Every_reference_aggregate_agrees()
    {
        var folder = ReferenceCases.FolderOrIgnore();
        var names = new List<string>();
        Assert.Multiple(() =>
        {
            foreach (var (name, reference) in ReferenceCases.All(folder))
            {
                if (reference.GetProperty("group").GetString() == "aggregate")
                {
                    names.Add(name);
                    AggregateAgrees(name, reference);
                }
            }
        });
        Report("aggregates", names);
        Assert.That(names, Is.Not.Empty);
    }

    [Test]
    public void Every_reference_run_after_a_baseline_agrees()
    {
        var folder = ReferenceCases.FolderOrIgnore();
        var names = new List<string>();
        Assert.Multiple(() =>
        {
            foreach (var (name, reference) in ReferenceCases.All(folder))
            {
                if (reference.GetProperty("expected").TryGetProperty("runcharter_shift6", out var runs))
                {
                    names.Add(name);
                    FirstRunsAgree(name, ReferenceCases.Points(reference), ReferenceCases.Settings(reference, ReferenceCases.Labels(reference)), runs);
                }
            }
        });
        Report("runs after a baseline", names);
        Assert.That(names, Is.Not.Empty);
    }

    /// <summary>The package looks beyond the baseline only, and takes the first six points of a run for a new phase.</summary>
    private static void FirstRunsAgree(string name, ChartPoint[] points, AnalysisSettings settings, JsonElement runs)
    {
        var baseline = Analyser.Analyse(points, settings).Phases[0];
        var beyond = (baseline.FrozenToIndex ?? -1) + 1;
        var tail = Analyser.Analyse(points.AsSpan(beyond), settings with { FreezePositions = null, FixedCentre = baseline.Centre, Thresholds = RuleThresholds.Default with { MinimumPoints = 1 } });
        foreach (var (property, direction) in new (string, SignalDirection?)[] { ("both", null), ("above", SignalDirection.Up), ("below", SignalDirection.Down) })
        {
            var theirs = runs.GetProperty(property).EnumerateArray().ToArray();
            Near([baseline.Centre], [ReferenceCases.Number(theirs[0].GetProperty("median"))], $"{name}, {property}: baseline");
            var shifts = tail.Signals.Where(signal => signal.Rule == SignalRule.Shift && (direction ?? signal.Direction) == signal.Direction).OrderBy(signal => signal.FromIndex).ToArray();
            Assert.That(shifts, theirs.Length > 1 ? Is.Not.Empty : Is.Empty, $"{name}, {property}: a run of six");
            if (shifts.Length == 0 || theirs.Length < 2)
            {
                continue;
            }

            var six = Enumerable.Range(shifts[0].FromIndex, shifts[0].ToIndex - shifts[0].FromIndex + 1).Where(i => tail.Points[i].Useful).Take(6).ToArray();
            double[] values = [.. six.Select(i => tail.Points[i].Value!.Value).Order()];
            Assert.That((beyond + six[0] + 1, beyond + six[^1] + 1), Is.EqualTo((theirs[1].GetProperty("from").GetInt32(), theirs[1].GetProperty("to").GetInt32())), $"{name}, {property}: place");
            Near([Quantile.Median(values)], [ReferenceCases.Number(theirs[1].GetProperty("median"))], $"{name}, {property}: median of the run");
        }
    }

    [Test]
    public void Every_row_of_the_reference_tables_agrees()
    {
        var folder = ReferenceCases.FolderOrIgnore();
        var anhoej = Rows(folder, "anhoej_limits.csv");
        var runs = Rows(folder, "swed_eisenhart_exact.csv").Where(row => row[0] >= RunsLimits.SmallestTable).ToArray();
        Assert.Multiple(() =>
        {
            foreach (var row in anhoej)
            {
                Assert.That((AnhoejLimits.LongestRun(row[0]!.Value), AnhoejLimits.Crossings(row[0]!.Value)), Is.EqualTo((row[1], row[2])), $"n = {row[0]}");
            }

            foreach (var row in runs)
            {
                var (useful, above, below) = (row[0]!.Value, row[1]!.Value, row[2]!.Value);
                Assert.That(RunsLimits.Exact(above, below), Is.EqualTo(new RunsLimits(row[5] + 1, row[6] - 1)), $"n = {useful}");
                if (useful <= RunsLimits.LargestTable && useful % 2 == 0)
                {
                    Assert.That(RunsLimits.Perla(useful), Is.EqualTo(new RunsLimits(row[3], row[4])), $"printed table, n = {useful}");
                }
            }
        });
        TestContext.Out.WriteLine($"{anhoej.Length} rows of the Anhøj limits and {runs.Length} rows of the runs distribution compared.");
    }

    private static void AgreesWith(string name, JsonElement expected, ChartPoint[] points, AnalysisSettings settings)
    {
        // The packages judge short series too; we count them and keep silent, which is tested here beside the rules themselves.
        var free = settings with { Thresholds = RuleThresholds.Default with { MinimumPoints = 1 } };
        var run = expected.GetProperty("run");
        var anhoej = Analyser.Analyse(points, free with { Rules = RuleSet.Anhoej });
        Near(anhoej.Points.Select(point => point.Value), ReferenceCases.Numbers(run.GetProperty("y")), $"{name}: values");
        Near(anhoej.Points.Select(point => point.Centre), ReferenceCases.Numbers(run.GetProperty("centre_line")), $"{name}: centre line");
        Assert.That(anhoej.Points.Select(point => !point.Excluded), Is.EqualTo(ReferenceCases.Flags(run.GetProperty("included"))), $"{name}: included");
        var parts = run.GetProperty("parts").EnumerateArray().ToArray();
        Assert.That(anhoej.Phases, Has.Length.EqualTo(parts.Length), $"{name}: phases");
        for (var p = 0; p < parts.Length; p++)
        {
            AnhoejPart($"{name}, phase {p + 1}", anhoej, anhoej.Phases[p], parts[p]);
        }

        if (expected.TryGetProperty("perla", out var perla) && perla.GetProperty("available").GetBoolean())
        {
            var printed = Analyser.Analyse(points, free);
            var exact = Analyser.Analyse(points, free with { RunsTable = RunsTable.Exact });
            var perlaParts = perla.GetProperty("parts").EnumerateArray().ToArray();
            for (var p = 0; p < perlaParts.Length; p++)
            {
                PerlaPart($"{name}, phase {p + 1}", printed, printed.Phases[p], perlaParts[p]);
                RunsPart($"{name}, phase {p + 1}", settings, printed, exact, p, perlaParts[p].GetProperty("runs"));
            }
        }

        foreach (var phase in Analyser.Analyse(points, settings).Phases)
        {
            Assert.That(phase.Statistics.Points >= 10 || phase.Statistics.Signal is null, $"{name}: a short phase is not judged");
        }
    }

    private static void AnhoejPart(string name, ChartAnalysis analysis, PhaseAnalysis phase, JsonElement part)
    {
        var ours = phase.Statistics;
        Assert.Multiple(() =>
        {
            Assert.That((phase.FromIndex + 1, phase.ToIndex + 1), Is.EqualTo((part.GetProperty("from").GetInt32(), part.GetProperty("to").GetInt32())), name);
            Assert.That(ours.Useful, Is.EqualTo(ReferenceCases.Number(part.GetProperty("n_useful"))), $"{name}: useful");
            Assert.That((double?)ours.LongestRun, Is.EqualTo(ReferenceCases.Number(part.GetProperty("longest_run"))), $"{name}: longest run");
            Assert.That((double?)ours.LongestRunLimit, Is.EqualTo(ReferenceCases.Number(part.GetProperty("longest_run_max"))), $"{name}: its limit");
            Assert.That((double?)ours.Crossings, Is.EqualTo(ReferenceCases.Number(part.GetProperty("n_crossings"))), $"{name}: crossings");
            Assert.That((double?)ours.CrossingsLimit, Is.EqualTo(ReferenceCases.Number(part.GetProperty("n_crossings_min"))), $"{name}: their limit");
            Assert.That(Signalled(analysis, phase, SignalRule.LongestRun), Is.EqualTo(part.GetProperty("longest_run_signal").GetBoolean()), $"{name}: longest run signal");
            Assert.That(Signalled(analysis, phase, SignalRule.Crossings), Is.EqualTo(part.GetProperty("crossings_signal").GetBoolean()), $"{name}: crossings signal");
            Assert.That(ours.Signal ?? false, Is.EqualTo(part.GetProperty("runs_signal").GetBoolean()), $"{name}: signal");
        });
    }

    private static void PerlaPart(string name, ChartAnalysis analysis, PhaseAnalysis phase, JsonElement part)
    {
        Near([phase.Centre], [ReferenceCases.Number(part.GetProperty("median"))], $"{name}: median");
        var shift = part.GetProperty("shift6");
        var trend = part.GetProperty("trend5");
        Assert.That(Marks(analysis, phase, SignalRule.Shift), Is.EqualTo(ReferenceCases.Flags(shift.GetProperty("points"))), $"{name}: points in a shift");
        Assert.That(Signalled(analysis, phase, SignalRule.Shift), Is.EqualTo(shift.GetProperty("signal").GetBoolean()), $"{name}: shift");
        Assert.That(Marks(analysis, phase, SignalRule.Trend), Is.EqualTo(ReferenceCases.Flags(trend.GetProperty("any_trend_points"))), $"{name}: points in a trend");
        Assert.That(
            analysis.Signals.Count(signal => signal.Rule == SignalRule.Trend && Inside(signal, phase)),
            Is.EqualTo(trend.GetProperty("n_trends").GetInt32()),
            $"{name}: trends");
    }

    private static void RunsPart(string name, AnalysisSettings settings, ChartAnalysis printed, ChartAnalysis exact, int p, JsonElement runs)
    {
        var (ours, phase) = (printed.Phases[p].Statistics, exact.Phases[p]);
        Assert.That(ours.Runs, Is.EqualTo(runs.GetProperty("n_runs").GetInt32()), $"{name}: runs");
        var ownMedian = settings.FixedCentre is null && (phase.FrozenToIndex is null || phase.FrozenToIndex == phase.ToIndex);
        var table = runs.GetProperty(ownMedian ? "exact_2_5pct_each_tail" : "exact_2_5pct_actual_split");
        Assert.That((double?)phase.Statistics.RunsLower - 1, Is.EqualTo(ReferenceCases.Number(table.GetProperty("lower_critical"))), $"{name}: fewest runs");
        Assert.That((double?)phase.Statistics.RunsUpper + 1, Is.EqualTo(ReferenceCases.Number(table.GetProperty("upper_critical"))), $"{name}: most runs");
        Assert.That(Signalled(exact, phase, SignalRule.TooFewRuns), Is.EqualTo(table.GetProperty("too_few").ValueKind == JsonValueKind.True), $"{name}: too few runs");
        Assert.That(Signalled(exact, phase, SignalRule.TooManyRuns), Is.EqualTo(table.GetProperty("too_many").ValueKind == JsonValueKind.True), $"{name}: too many runs");
        var fivePerCent = runs.GetProperty("table_5pct_each_tail");
        if (ownMedian && fivePerCent.GetProperty("fewer_than_lower").ValueKind != JsonValueKind.Null && ours.Useful % 2 == 0)
        {
            Assert.That(Signalled(printed, printed.Phases[p], SignalRule.TooFewRuns), Is.EqualTo(fivePerCent.GetProperty("fewer_than_lower").GetBoolean()), $"{name}: printed table");
            Assert.That(Signalled(printed, printed.Phases[p], SignalRule.TooManyRuns), Is.EqualTo(fivePerCent.GetProperty("more_than_upper").GetBoolean()), $"{name}: printed table");
        }
    }

    private static void AggregateAgrees(string name, JsonElement reference)
    {
        var expected = reference.GetProperty("expected");
        var labels = ReferenceCases.Labels(reference);
        var (series, teams) = ReferenceCases.Teams(reference);
        var pooled = Aggregator.Compute(series, Aggregate.Pooled);
        var mean = Aggregator.Compute(series, Aggregate.MeanOfTeams);
        var median = Aggregator.Compute(series, Aggregate.MedianOfTeams);
        var (wanted, across) = (expected.GetProperty("pooled"), expected.GetProperty("across_teams"));
        Near(pooled.Points.Select(point => point.Value), ReferenceCases.Numbers(wanted.GetProperty("value")), $"{name}: pooled");
        Near(pooled.Points.Select(point => point.Numerator), ReferenceCases.Numbers(wanted.GetProperty("numerator")), $"{name}: numerators");
        Near(pooled.Points.Select(point => (double?)point.TeamsContributing), ReferenceCases.Numbers(wanted.GetProperty("n_teams")), $"{name}: teams");
        Near(mean.Points.Select(point => point.Value), ReferenceCases.Numbers(across.GetProperty("mean")), $"{name}: mean");
        Near(median.Points.Select(point => point.Value), ReferenceCases.Numbers(across.GetProperty("median")), $"{name}: median");
        Near(median.Points.Select(point => point.Minimum), ReferenceCases.Numbers(across.GetProperty("min")), $"{name}: smallest");
        Near(median.Points.Select(point => point.Maximum), ReferenceCases.Numbers(across.GetProperty("max")), $"{name}: largest");
        Near(median.Points.Select(point => point.LowerQuartile), ReferenceCases.Numbers(across.GetProperty("q25_type7")), $"{name}: lower quartile");
        Near(median.Points.Select(point => point.UpperQuartile), ReferenceCases.Numbers(across.GetProperty("q75_type7")), $"{name}: upper quartile");

        var settings = ReferenceCases.Settings(reference, labels);
        AgreesWith($"{name}: pooled", expected.GetProperty("pooled_analysis"), pooled.ToChartPoints(labels), settings);
        AgreesWith($"{name}: median of teams", expected.GetProperty("median_of_teams_analysis"), median.ToChartPoints(labels), settings);
        var free = settings with { Rules = RuleSet.Anhoej, Thresholds = RuleThresholds.Default with { MinimumPoints = 1 } };
        foreach (var part in expected.GetProperty("per_team").EnumerateArray())
        {
            var team = Array.IndexOf(teams, ReferenceCases.Text(part.GetProperty("team")));
            var points = labels.Select((label, month) => new ChartPoint(label, double.IsNaN(series.Value(team, month)) ? null : series.Value(team, month)));
            var ours = Analyser.Analyse(points.ToArray(), free).Statistics;
            Assert.That((double?)ours.Useful, Is.EqualTo(ReferenceCases.Number(part.GetProperty("n_useful"))), $"{name}, {teams[team]}: useful");
            Assert.That((double?)ours.LongestRun, Is.EqualTo(ReferenceCases.Number(part.GetProperty("longest_run"))), $"{name}, {teams[team]}: longest run");
            Assert.That((double?)ours.Crossings, Is.EqualTo(ReferenceCases.Number(part.GetProperty("n_crossings"))), $"{name}, {teams[team]}: crossings");
            Assert.That(ours.Signal ?? false, Is.EqualTo(part.GetProperty("runs_signal").GetBoolean()), $"{name}, {teams[team]}: signal");
        }
    }

    private static bool Inside(Signal signal, PhaseAnalysis phase) => signal.FromIndex >= phase.FromIndex && signal.ToIndex <= phase.ToIndex;

    private static bool Signalled(ChartAnalysis analysis, PhaseAnalysis phase, SignalRule rule) =>
        Array.Exists(analysis.Signals, signal => signal.Rule == rule && Inside(signal, phase));

    private static IEnumerable<bool> Marks(ChartAnalysis analysis, PhaseAnalysis phase, SignalRule rule) =>
        analysis.Points[phase.FromIndex..(phase.ToIndex + 1)].Select(point => point.Signals.Contains(rule));

    private static void Near(IEnumerable<double?> ours, double?[] theirs, string what)
    {
        var list = ours.ToArray();
        Assert.That(list, Has.Length.EqualTo(theirs.Length), what);
        for (var i = 0; i < theirs.Length; i++)
        {
            Assert.That(list[i] is null, Is.EqualTo(theirs[i] is null), $"{what}, point {i + 1}");
            Assert.That(list[i] ?? 0, Is.EqualTo(theirs[i] ?? 0).Within(Relative * Math.Abs(theirs[i] ?? 0)), $"{what}, point {i + 1}");
        }
    }

    private static int?[][] Rows(string folder, string file) =>
    [
        .. File.ReadLines(Path.Combine(folder, file)).Skip(1).Select(line => line.Split(',').Select(
            cell => int.TryParse(cell, CultureInfo.InvariantCulture, out var number) ? number : (int?)null).ToArray()),
    ];

    private static void Report(string what, List<string> names) =>
        TestContext.Out.WriteLine($"{names.Count} reference {what} compared: {string.Join(", ", names)}");
}
