using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class RunsLimitsTests
{
    /// <summary>Useful points, then the printed table's limits, then the exact ones: rows of the field's documents.</summary>
    private static readonly int[][] Table =
    [
        [10, 3, 9, 3, 9], [11, 3, 10, 4, 9], [12, 3, 11, 4, 10], [13, 4, 11, 4, 11], [14, 4, 12, 4, 12], [15, 5, 12, 5, 12],
        [16, 5, 13, 5, 13], [17, 5, 13, 6, 13], [18, 6, 14, 6, 14], [19, 6, 15, 6, 15], [20, 6, 16, 7, 15], [21, 7, 16, 7, 16],
        [22, 7, 17, 8, 16], [23, 7, 17, 8, 17], [24, 8, 18, 8, 18], [25, 8, 18, 9, 18], [26, 9, 19, 9, 19], [27, 10, 19, 10, 19],
        [28, 10, 20, 10, 20], [29, 10, 20, 10, 21], [30, 11, 21, 11, 21], [31, 11, 22, 11, 22], [32, 11, 23, 12, 22], [33, 12, 23, 12, 23],
        [34, 12, 24, 12, 24], [35, 12, 24, 13, 24], [36, 13, 25, 13, 25], [37, 13, 25, 14, 25], [38, 14, 26, 14, 26], [39, 14, 26, 14, 26],
        [40, 15, 27, 15, 27], [41, 15, 27, 15, 28], [42, 16, 28, 16, 28], [43, 16, 28, 16, 29], [44, 17, 29, 17, 29], [45, 17, 30, 17, 30],
        [46, 17, 31, 17, 31], [47, 18, 31, 18, 31], [48, 18, 32, 18, 32], [49, 19, 32, 19, 32], [50, 19, 33, 19, 33], [51, 20, 33, 20, 33],
        [52, 20, 34, 20, 34], [53, 21, 34, 20, 35], [54, 21, 35, 21, 35], [55, 22, 35, 21, 36], [56, 22, 36, 22, 36], [57, 23, 36, 22, 37],
        [58, 23, 37, 23, 37], [59, 24, 38, 23, 38], [60, 24, 38, 24, 38],
    ];

    [TestCaseSource(nameof(Table))]
    public void The_tables_hold_the_documented_rows(int useful, int perlaLower, int perlaUpper, int exactLower, int exactUpper)
    {
        int above = useful / 2, below = useful - above;
        Assert.Multiple(() =>
        {
            Assert.That(RunsLimits.For(RunsTable.Perla2011, above, below, ownMedian: true), Is.EqualTo(new RunsLimits(perlaLower, perlaUpper)));
            Assert.That(RunsLimits.For(RunsTable.Exact, above, below, ownMedian: true), Is.EqualTo(new RunsLimits(exactLower, exactUpper)));
        });
    }

    [TestCase(70, 28, 44)]
    [TestCase(80, 32, 50)]
    [TestCase(90, 37, 55)]
    [TestCase(100, 41, 61)]
    public void Beyond_the_table_the_exact_distribution_takes_over(int useful, int lower, int upper) =>
        Assert.That(RunsLimits.For(RunsTable.Perla2011, useful / 2, useful / 2, ownMedian: true), Is.EqualTo(new RunsLimits(lower, upper)));

    [TestCase(6, 18, 6, null)]
    [TestCase(5, 17, 5, null)]
    [TestCase(1, 30, null, null)]
    [TestCase(0, 30, null, null)]
    [TestCase(10, 14, 8, 17)]
    public void A_line_from_elsewhere_needs_the_actual_split(int above, int below, int? lower, int? upper)
    {
        Assert.Multiple(() =>
        {
            Assert.That(RunsLimits.For(RunsTable.Perla2011, above, below, ownMedian: false), Is.EqualTo(new RunsLimits(lower, upper)));
            Assert.That(RunsLimits.For(RunsTable.Perla2011, below, above, ownMedian: false), Is.EqualTo(new RunsLimits(lower, upper)));
        });
    }

    [Test]
    public void Fewer_than_ten_useful_points_have_no_limits() =>
        Assert.That(RunsLimits.For(RunsTable.Perla2011, 4, 5, ownMedian: true), Is.EqualTo(default(RunsLimits)));

    [Test]
    public void The_exact_limits_hold_by_brute_force()
    {
        for (var above = 1; above <= 7; above++)
        {
            for (var below = 1; below <= 7; below++)
            {
                Assert.That(RunsLimits.Exact(above, below), Is.EqualTo(ByEnumeration(above, below)), $"{above} above, {below} below");
            }
        }
    }

    [Test]
    public void A_million_useful_points_are_within_range()
    {
        // Mean n/2 + 1 and standard deviation √n/2 for equal halves; the normal limits are exact enough here.
        var limits = RunsLimits.Exact(500_000, 500_000);
        Assert.Multiple(() =>
        {
            Assert.That(limits.Lower, Is.EqualTo(500_001 - 980).Within(2));
            Assert.That(limits.Upper, Is.EqualTo(500_001 + 980).Within(2));
        });
    }

    private static RunsLimits ByEnumeration(int above, int below)
    {
        var counts = new int[above + below + 1];
        var all = 0;
        for (var arrangement = 0; arrangement < 1 << (above + below); arrangement++)
        {
            if (System.Numerics.BitOperations.PopCount((uint)arrangement) != above)
            {
                continue;
            }

            var runs = 1 + System.Numerics.BitOperations.PopCount((uint)((arrangement ^ (arrangement >> 1)) & ((1 << (above + below - 1)) - 1)));
            counts[runs]++;
            all++;
        }

        int? lower = null, upper = null;
        var most = Array.FindLastIndex(counts, count => count > 0);
        for (int r = 1, atMost = 0; r <= most; r++)
        {
            atMost += counts[r];
            lower = atMost > 0 && 40 * atMost <= all ? r + 1 : lower;
        }

        for (int r = most, atLeast = 0; r >= 1; r--)
        {
            atLeast += counts[r];
            upper = 40 * atLeast <= all ? r - 1 : upper;
        }

        return new(lower, upper);
    }
}
