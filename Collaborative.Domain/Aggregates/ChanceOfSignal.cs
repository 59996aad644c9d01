using System.Collections.Concurrent;
using System.Globalization;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Domain.Aggregates;

/// <summary>
/// How often a process that does not change at all shows a favourable signal. Rules of about 5 % each add up: of stable series of 24 points
/// more than a third show some signal under the Perla rules. Found by simulation with the engine itself: so many stable series of
/// independent normal values, judged as the real ones are, always from the same seed. The share is good to about one percentage point.
/// </summary>
public static class ChanceOfSignal
{
    /// <summary>Two standard errors of a share of 20 % are then 1.3 points.</summary>
    private const int Series = 4000;

    /// <summary>Ten years of months; a longer series is taken for one of this length, which shows some signal almost surely.</summary>
    private const int Longest = 120;

    private const ulong Seed = 2011;

    private static readonly ConcurrentDictionary<Case, double> Known = new();

    /// <summary>The share of stable series with a favourable signal, from 0 to 1; 0 for a measure without a good direction.</summary>
    /// <param name="settings">As for the real series. Charts with limits of other kinds are taken as charts of individual values.</param>
    /// <param name="points">Figures in the phase judged.</param>
    /// <param name="frozen">How many of them set the line; null when all do.</param>
    public static double Favourable(AnalysisSettings settings, int points, int? frozen)
    {
        if (settings.Direction == Direction.Neutral || points == 0)
        {
            return 0;
        }

        var type = settings.Type == ChartType.Run ? ChartType.Run : ChartType.Xmr;
        return Known.GetOrAdd(
            new(type, settings.Rules, settings.RunsTable, settings.ScreenMovingRanges, settings.Thresholds, settings.FixedCentre is not null, Math.Min(points, Longest), frozen),
            Simulate);
    }

    /// <summary>Whether an analysis has a signal in the good direction in its last phase.</summary>
    public static bool HasFavourable(ChartAnalysis analysis) =>
        Array.Exists(analysis.Signals, signal => signal.Meaning == SignalMeaning.Improvement && signal.FromIndex >= analysis.Phases[^1].FromIndex);

    private static double Simulate(Case asked)
    {
        var settings = new AnalysisSettings
        {
            Type = asked.Type,
            Rules = asked.Rules,
            RunsTable = asked.RunsTable,
            ScreenMovingRanges = asked.Screened,
            Thresholds = asked.Thresholds,
            FixedCentre = asked.FixedCentre ? 0 : null,
            FreezePositions = asked.Frozen,
            Direction = Direction.Increase,
        };
        var state = Seed;
        var points = new ChartPoint[asked.Points];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new(i.ToString(CultureInfo.InvariantCulture));
        }

        var favourable = 0;
        for (var series = 0; series < Series; series++)
        {
            foreach (ref var point in points.AsSpan())
            {
                point = point with { Value = Normal(ref state) };
            }

            favourable += HasFavourable(Analyser.Analyse(points, settings)) ? 1 : 0;
        }

        return (double)favourable / Series;
    }

    /// <summary>Box and Muller, Annals of Mathematical Statistics 1958;29:610-611.</summary>
    private static double Normal(ref ulong state)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(ref state)));
        return radius * Math.Cos(2 * Math.PI * Uniform(ref state));
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine and in every version. From 0, below 1.</summary>
    private static double Uniform(ref ulong state)
    {
        var mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    private readonly record struct Case(
        ChartType Type, RuleSet Rules, RunsTable? RunsTable, bool? Screened, RuleThresholds Thresholds, bool FixedCentre, int Points, int? Frozen);
}
