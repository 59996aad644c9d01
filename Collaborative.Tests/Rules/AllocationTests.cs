using System.Runtime.CompilerServices;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

/// <summary>The engine works on the stack: what it allocates is its answer, whatever the length of the series.</summary>
[TestFixture]
public class AllocationTests
{
    private static readonly AnalysisSettings[] Kinds =
    [
        Series.Perla,
        Series.Anhoej,
        Series.Perla with { Type = ChartType.Xmr, Rules = RuleSet.MakingDataCount, Goal = 3 },
        Series.Perla with { Type = ChartType.Xmr, Rules = RuleSet.Nelson, Goal = 3 },
    ];

    [TestCaseSource(nameof(Kinds))]
    public void A_longer_series_allocates_a_longer_answer_and_nothing_else(AnalysisSettings settings)
    {
        var (brief, lengthy) = (Calm(24), Calm(96));
        for (var round = 0; round < 3; round++)
        {
            Allocated(brief, settings);
            Allocated(lengthy, settings);
        }

        Assert.That(Allocated(lengthy, settings) - Allocated(brief, settings), Is.EqualTo((96 - 24) * Unsafe.SizeOf<PointAnalysis>()));
    }

    /// <summary>Values that cross their middle as chance would, so that there is no signal to tell of.</summary>
    private static ChartPoint[] Calm(int length)
    {
        double?[] pattern = [4, 7, 5, 2, 1, 6, 8, 3];
        return Series.Of([.. Enumerable.Range(0, length).Select(i => pattern[i % pattern.Length])]);
    }

    private static long Allocated(ChartPoint[] points, AnalysisSettings settings)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var analysis = Analyser.Analyse(points, settings);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(analysis.Signals, Is.Empty, "the example is calm");
        return allocated;
    }
}
