using System.Diagnostics;
using Collaborative.Domain;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Benchmarks;

/// <summary>
/// A month of a whole programme: 160 teams × 20 measures × 24 months. The floor is one pass over the same values that only adds them up
/// and sorts them, as any median must.
/// </summary>
[TestFixture]
[Explicit("Measures; takes a few seconds and wants an otherwise idle machine.")]
public class AnalysisBenchmark
{
    private const int Teams = 160;
    private const int Measures = 20;
    private const int Months = 24;

    [Test]
    public void Run_charts_of_a_whole_programme()
    {
        var all = Programme();
        var settings = new AnalysisSettings { Kind = MeasureKind.Rate, Direction = Direction.Decrease, FreezePositions = 12 };
        var floor = Best(() => all.Sum(MedianAlone));
        var (anhoej, icons) = (settings with { Rules = RuleSet.Anhoej }, settings with { Type = ChartType.Xmr, Rules = RuleSet.MakingDataCount, Goal = 3 });
        foreach (var (name, chosen) in new (string, AnalysisSettings[])[]
        {
            ("perla, own median", [settings with { FreezePositions = null }]),
            ("perla, frozen at 12", [settings]),
            ("anhoej, frozen at 12", [anhoej]),
            ("XmR, making data count", [icons]),
            ("XmR, nelson", [icons with { Rules = RuleSet.Nelson }]),
            ("all run rules and icons", [settings, anhoej, icons]),
        })
        {
            var signals = 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var points in all)
            {
                foreach (var one in chosen)
                {
                    signals += Analyser.Analyse(points, one).Signals.Length;
                }
            }

            var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 1048576.0;
            var ours = Best(() =>
            {
                var useful = 0;
                foreach (var points in all)
                {
                    foreach (var one in chosen)
                    {
                        useful += Analyser.Analyse(points, one).Statistics.Useful;
                    }
                }

                return useful;
            });
            TestContext.Out.WriteLine(
                FormattableString.Invariant($"{all.Length} series × {Months}, {name,-23} {ours,7:0.00} ms   floor {floor,5:0.00} ms   {ours / floor,5:0.0}×   {allocated,5:0.0} MB   {signals} signals"));
            Assert.Multiple(() =>
            {
                Assert.That(ours, Is.LessThan(50), name);
                Assert.That(allocated, Is.LessThan(64), name);
            });
        }
    }

    [Test]
    public void Aggregate_and_picture_of_160_teams()
    {
        var series = new TeamSeries(MeasureKind.Rate, 1000, Teams, Months);
        var random = new Random(2011);
        for (var team = 0; team < Teams; team++)
        {
            for (var month = 0; month < Months; month++)
            {
                series.Set(team, month, new(random.Next(0, 9), random.Next(200, 400)));
            }
        }

        var labels = Labels();
        var settings = new AnalysisSettings { Kind = MeasureKind.Rate, Multiplier = 1000, Direction = Direction.Decrease, FreezePositions = 12, Goal = 8 };
        foreach (var aggregate in Enum.GetValues<Aggregate>())
        {
            var time = Best(() => Analyser.Analyse(Aggregator.Compute(series, aggregate).ToChartPoints(labels), settings).Points.Length);
            TestContext.Out.WriteLine(FormattableString.Invariant($"aggregate and analysis, {Teams} teams × {Months}, {aggregate,-14} {time,7:0.000} ms"));
        }

        var chart = new Chart
        {
            Analysis = Analyser.Analyse(Aggregator.Compute(series, Aggregate.Pooled).ToChartPoints(labels), settings),
            Title = "Ventilator-associated pneumonia",
            Aggregate = Aggregate.Pooled,
            Teams = [.. labels.Select(_ => new TeamCounts(Teams, Teams, Teams, false))],
        };
        var svg = Best(() => ChartSvg.Draw(chart).Length);
        TestContext.Out.WriteLine(FormattableString.Invariant($"SVG of one chart {svg:0.000} ms, CSV {Best(() => ChartCsv.Write(chart).Length):0.000} ms"));
        Assert.That(svg, Is.LessThan(0.5));
        var limits = chart with { Analysis = Analyser.Analyse(Programme()[0], settings with { Type = ChartType.Xmr, Rules = RuleSet.Nelson }) };
        var svgOfLimits = Best(() => ChartSvg.Draw(limits).Length);
        TestContext.Out.WriteLine(FormattableString.Invariant($"SVG of one chart with limits and icons {svgOfLimits:0.000} ms"));
        Assert.That(svgOfLimits, Is.LessThan(0.5));
    }

    [Test]
    public void Small_multiples_and_a_funnel_of_160_teams()
    {
        var settings = new AnalysisSettings { Kind = MeasureKind.Rate, Direction = Direction.Decrease, FreezePositions = 12, Goal = 3 };
        foreach (var chosen in new[] { settings, settings with { Type = ChartType.Xmr, Rules = RuleSet.MakingDataCount } })
        {
            var all = Programme()[..Teams];
            var time = Best(() => SmallMultiplesSvg.Draw(new()
            {
                Title = "Ventilator-associated pneumonia",
                Order = PanelOrder.ByLatest,
                Panels = [.. all.Select((points, team) => new Chart { Analysis = Analyser.Analyse(points, chosen), Title = "Ventilator-associated pneumonia", Subject = $"Team {team}" })],
            }).Length);
            TestContext.Out.WriteLine(FormattableString.Invariant($"analysis and small multiples of {Teams} teams, {chosen.Type} {time:0.00} ms"));
            Assert.That(time, Is.LessThan(50));
        }

        var random = new Random(42);
        FunnelTeam[] teams = [.. Enumerable.Range(0, Teams).Select(team => new FunnelTeam($"Team {team}", random.Next(0, 20), random.Next(20, 2000)))];
        var funnel = Best(() => FunnelSvg.Draw(Funnel.Of(teams, new()), "Ventilator-associated pneumonia").Length);
        TestContext.Out.WriteLine(FormattableString.Invariant($"funnel of {Teams} teams with exact limits, and its picture {funnel:0.00} ms"));
        Assert.That(funnel, Is.LessThan(50));
    }

    private static double MedianAlone(ChartPoint[] points)
    {
        Span<double> values = stackalloc double[points.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = points[i].Value ?? 0;
        }

        values.Sort();
        return Quantile.Median(values);
    }

    private static ChartPoint[][] Programme()
    {
        var random = new Random(1995);
        var labels = Labels();
        var all = new ChartPoint[Teams * Measures][];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = Array.ConvertAll(labels, label => new ChartPoint(label, random.Next(20) == 0 ? null : Math.Round(random.NextDouble() * 40) / 4));
        }

        return all;
    }

    private static string[] Labels() => [.. Enumerable.Range(0, Months).Select(i => new Month(2024, 1).AddMonths(i).ToString())];

    /// <summary>Milliseconds of the fastest of many rounds, once the code is compiled.</summary>
    private static double Best<T>(Func<T> work)
    {
        var best = double.MaxValue;
        var all = Stopwatch.StartNew();
        for (var round = 0; round < 10 || all.ElapsedMilliseconds < 1500; round++)
        {
            var started = Stopwatch.GetTimestamp();
            _ = work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return best;
    }
}
