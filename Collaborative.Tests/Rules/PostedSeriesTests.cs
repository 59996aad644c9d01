using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class PostedSeriesTests
{
    private static string[] Pointers(AnalysisSettings settings, params ChartPoint[] points) =>
        [.. PostedSeries.Errors(points, settings).Select(error => $"{error.Pointer} {error.Code}")];

    private static readonly ChartPoint[] Good = Series.Of(1, 2, null, 4);

    [Test]
    public void A_good_series_has_no_errors() => Assert.That(
        Pointers(new() { Phases = [new("2024-03", 1)], Excluded = ["2024-02"], FixedCentre = 3, Goal = 2 }, Good), Is.Empty);

    [Test]
    public void Everything_wrong_is_named_with_its_place()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Pointers(new()), Is.EqualTo(new[] { "/points required" }));
            Assert.That(
                Pointers(new(), new("a", double.NaN), new("a", 1), new("", double.PositiveInfinity), new("d", null, 1, -5), new("e", null, 1, 0)),
                Is.EqualTo(new[] { "/points/0 figures", "/points/1/label duplicate", "/points/2/label required", "/points/2 figures", "/points/3 figures", "/points/4 figures" }));
            Assert.That(Pointers(new() { Type = ChartType.T }, new ChartPoint("a", 0)), Is.EqualTo(new[] { "/points/0 figures" }));
            Assert.That(Pointers(new() { Rules = RuleSet.Nelson }, Good), Is.EqualTo(new[] { "/chart/rules mismatch" }));
            Assert.That(Pointers(new() { Type = ChartType.P, Multiplier = 100, FixedCentre = 101 }, Good), Is.EqualTo(new[] { "/centreLine range" }));
            Assert.That(Pointers(new() { Type = ChartType.T, FixedCentre = 0 }, Good), Is.EqualTo(new[] { "/centreLine range" }));
            Assert.That(Pointers(new() { Type = ChartType.Xmr, FixedCentre = -1 }, Good), Is.Empty);
            Assert.That(
                Pointers(new() { FixedCentre = double.NaN, Goal = double.NegativeInfinity, Multiplier = 0, FreezePositions = 0 }, Good),
                Is.EqualTo(new[] { "/centreLine number", "/measure/goal/value number", "/measure/multiplier range", "/freezePoints range" }));
            Assert.That(
                Pointers(new() { Phases = [new("2024-03"), new("2024-02", 0), new("x")], Excluded = ["y"] }, Good),
                Is.EqualTo(new[] { "/phases/1/start order", "/phases/1/freezePoints range", "/phases/2/start unknown", "/exclude/0 unknown" }));
        });
    }

    [Test]
    public void A_million_points_are_refused_at_once()
    {
        var points = new ChartPoint[1_000_000];
        Assert.That(Pointers(new(), points), Is.EqualTo(new[] { "/points tooMany" }));
        Assert.That(PostedSeries.Errors(new ChartPoint[PostedSeries.MostPoints], new()), Has.Count.EqualTo(20), "a list of nonsense ends");
    }

    [Test]
    public void More_marks_than_anybody_sets_are_refused()
    {
        var labels = Enumerable.Range(0, PostedSeries.MostMarks + 1).Select(i => $"{i}").ToArray();
        ChartPoint[] points = [.. labels.Select(label => new ChartPoint(label, 1))];
        Assert.That(Pointers(new() { Excluded = labels }, points), Is.EqualTo(new[] { "/exclude tooMany" }));
        Assert.That(Pointers(new() { Phases = [.. labels.Select(label => new PhaseStart(label))] }, points), Is.EqualTo(new[] { "/phases tooMany" }));
        Assert.That(Pointers(new() { Astronomical = [.. labels.Select(label => new FlaggedPoint(label, "x"))] }, points), Is.EqualTo(new[] { "/astronomical tooMany" }));
        Assert.That(Pointers(new() { Excluded = labels[1..] }, points), Is.Empty);
    }

    [Test]
    public void The_longest_series_is_analysed()
    {
        var points = Enumerable.Range(0, PostedSeries.MostPoints).Select(i => new ChartPoint($"{i}", i % 7)).ToArray();
        foreach (var type in new[] { ChartType.Run, ChartType.Xmr, ChartType.C, ChartType.G })
        {
            var analysis = Analyser.Analyse(points, new() { Type = type, Rules = type == ChartType.Run ? RuleSet.Anhoej : RuleSet.Nelson });
            Assert.That(analysis.Points, Has.Length.EqualTo(points.Length));
        }
    }

    [Test]
    public void What_is_accepted_is_analysed_without_an_exception()
    {
        foreach (var type in Enum.GetValues<ChartType>())
        {
            foreach (var points in new[] { Good, [new("a", null, 1, 2), new("b", null, 0, 0)], [new("a")], [new("a", 1, Size: 1), new("b", 2, Size: 3, Deviation: 0)] })
            {
                var settings = new AnalysisSettings { Type = type, Rules = type == ChartType.Run ? RuleSet.Perla : RuleSet.MakingDataCount };
                Assert.That(PostedSeries.Errors(points, settings), Is.Empty);
                Assert.That(() => Analyser.Analyse(points, settings), Throws.Nothing, $"{type}");
            }
        }
    }

    [Test]
    public void A_row_of_a_summary_is_read_off_the_chart()
    {
        var settings = new AnalysisSettings
        {
            Type = ChartType.Xmr,
            Rules = RuleSet.MakingDataCount,
            Direction = Direction.Decrease,
            FreezePositions = 12,
            Goal = 6,
        };
        var analysis = Series.Judge(settings, 12, 10, 11, 12, 10, 13, 11, 12, 10, 12, 11, 12, 9, 8, 9, 8, 8, 9, 3, 2, null);
        var row = SummaryRow.Of(analysis);
        Assert.Multiple(() =>
        {
            Assert.That((row.LastLabel, row.LastValue, row.Goal, row.GoalMet), Is.EqualTo(("2025-08", (double?)2, (double?)6, (bool?)true)));
            Assert.That((row.LastSignal!.Value.Rule, row.LastSignal.Value.From), Is.EqualTo((SignalRule.OutsideLimits, "2025-07")), "the two points beyond the limit, not the shift");
            Assert.That(row.Icons, Is.EqualTo(new Icons(VariationIcon.ImprovementLow, AssuranceIcon.Fail, false)));
            Assert.That(SummaryRow.Of(Series.Judge(settings)), Is.EqualTo(new SummaryRow(null, null, 6, null, null, null, null, "There are no figures to judge yet.")));
        });
    }

    [Test]
    public void Many_zeros_call_for_another_chart_without_silencing_the_limits()
    {
        var analysis = Series.Judge(new() { Type = ChartType.C, Kind = MeasureKind.Count }, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 3, 0);
        Assert.That(analysis.Statistics.Note, Does.StartWith("12 points lie at the end of the scale; a chart of the time or the cases between"));
        Assert.That(Series.Rules(analysis), Is.EqualTo(new[] { SignalRule.OutsideLimits }));
    }

    [Test]
    public void One_point_alone_has_no_icon() =>
        Assert.That(Series.Judge(new() { Type = ChartType.Xmr, Rules = RuleSet.MakingDataCount }, 4).Icons, Is.Null);
}
