using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

/// <summary>Laws that hold for every series of whole numbers, so that no rounding stands between the law and the code.</summary>
[TestFixture]
public class RunChartPropertyTests
{
    private static readonly Gen<double?> Point =
        Gen.Frequency((8, Gen.Choose(-6, 6).Select(value => (double?)value)), (1, Gen.Constant<double?>(null)));

    private static readonly Gen<double?[]> Values = Gen.Choose(0, 40).SelectMany(length => Gen.ArrayOf(Point, length));

    private static readonly Gen<Example> Examples =
        from values in Values
        from rules in Gen.Elements(RuleSet.Perla, RuleSet.Anhoej)
        from freeze in Gen.Elements<int?>(null, 5, 12)
        from other in Gen.Choose(1, 9)
        from position in Gen.Choose(0, 40)
        select new Example(values, Series.Perla with { Rules = rules, FreezePositions = freeze }, other, position);

    [Test]
    public void Shifting_and_positive_scaling_change_no_signal() => Check(example =>
    {
        var plain = Series.Judge(example.Settings, example.Values);
        var moved = Series.Judge(example.Settings, Map(example.Values, value => (value * example.Other) + (100 * example.Other)));
        return Same(plain, moved);
    });

    [Test]
    public void Negating_mirrors_the_signals() => Check(example =>
    {
        var plain = Series.Judge(example.Settings, example.Values);
        var mirrored = Series.Judge(example.Settings with { Direction = Direction.Decrease }, Map(example.Values, value => -value));
        return Same(plain, mirrored) && plain.Signals.Zip(mirrored.Signals).All(
            pair => pair.First.Direction is null ? pair.Second.Direction is null : pair.First.Direction != pair.Second.Direction);
    });

    [Test]
    public void A_gap_neither_adds_nor_breaks() => Check(example => InsertedIsPassedOver(example with { Settings = Unfrozen(example) }, null));

    [Test]
    public void A_point_on_the_centre_line_neither_adds_to_a_run_nor_breaks_it() => Check(example =>
    {
        // A fixed line, and no trends, of which points on the line may be part; the share on the line is another rule's business.
        var settings = Unfrozen(example) with { FixedCentre = 0, Thresholds = RuleThresholds.Default with { Trend = 99 } };
        var (plain, more) = (Series.Judge(settings, example.Values), Series.Judge(settings, Insert(example, 0)));
        return plain.Statistics.Signal is null || more.Statistics.Signal is null || InsertedIsPassedOver(example with { Settings = settings }, 0);
    });

    [Test]
    public void A_point_on_the_series_own_median_neither_adds_to_a_run_nor_breaks_it() => Check(example =>
    {
        var settings = Unfrozen(example) with { Thresholds = RuleThresholds.Default with { Trend = 99 } };
        var plain = Series.Judge(settings, example.Values);
        if (plain.Phases is not [{ Centre: { } median }])
        {
            return true;
        }

        var more = Series.Judge(settings, Insert(example, median));
        return more.Phases[0].Centre == median
            && (plain.Statistics.Signal is null || more.Statistics.Signal is null || InsertedIsPassedOver(example with { Settings = settings }, median));
    });

    [Test]
    public void The_statistics_count_what_the_points_say() => Check(example =>
    {
        var analysis = Series.Judge(example.Settings, example.Values);
        var statistics = analysis.Statistics;
        return statistics.Points == example.Values.Count(value => value is not null)
            && statistics.Useful == analysis.Points.Count(point => point.Useful)
            && (statistics.Signal == true) == (analysis.Signals.Length > 0)
            && (statistics.Signal is null) == (statistics.Note is { } note && !note.StartsWith("The baseline median rests", StringComparison.Ordinal))
            && analysis.Points.All(point => point.Signals.IsEmpty == point.Meaning is null);
    });

    [Test]
    public void Shifting_and_positive_scaling_change_no_signal_of_individual_values() => Check(example =>
    {
        var settings = Individuals(example);
        var (plain, moved) = (
            Series.Judge(settings, example.Values),
            Series.Judge(settings, Map(example.Values, value => (value * example.Other) + (100 * example.Other))));
        return Same(plain, moved) && plain.Icons == moved.Icons;
    });

    [Test]
    public void Negating_mirrors_the_signals_of_individual_values() => Check(example =>
    {
        var settings = Individuals(example);
        var plain = Series.Judge(settings, example.Values);
        var mirrored = Series.Judge(settings with { Direction = Direction.Decrease }, Map(example.Values, value => -value));
        return plain.Statistics == mirrored.Statistics
            && plain.Points.Select(point => (point.Signals, point.Meaning)).SequenceEqual(mirrored.Points.Select(point => (point.Signals, point.Meaning)));
    });

    [Test]
    public void A_gap_breaks_a_moving_range_of_individual_values() => Check(example =>
    {
        var settings = Individuals(example) with { ScreenMovingRanges = false, FreezePositions = null };
        var values = example.Values;
        var ranges = values.Zip(values.Skip(1), (a, b) => Math.Abs((a - b) ?? double.NaN)).Where(range => !double.IsNaN(range)).ToArray();
        var analysis = Series.Judge(settings, values);
        var factor = settings.Rules == RuleSet.MakingDataCount ? 2.66 : 3 / 1.128;
        return analysis.Points.All(point => ranges.Length == 0
            ? point.Upper is null
            : Math.Abs(point.Upper!.Value - point.Centre!.Value - (factor * ranges.Average())) < 1e-9);
    });

    [Test]
    public void Limits_enclose_the_centre_and_only_points_beyond_them_are_outside() => Check(example =>
        Series.Judge(Individuals(example), example.Values).Points.All(point =>
            (point.Upper is null || (point.Lower <= point.Centre && point.Centre <= point.Upper))
            && (!point.Signals.Contains(SignalRule.OutsideLimits) || point.Value > point.Upper || point.Value < point.Lower)));

    private static AnalysisSettings Individuals(Example example) => example.Settings with
    {
        Type = ChartType.Xmr,
        Rules = Shewhart[example.Position % Shewhart.Length],
        Direction = Direction.Increase,
    };

    private static readonly RuleSet[] Shewhart =
        [RuleSet.Shewhart3Sigma, RuleSet.WesternElectric, RuleSet.Nelson, RuleSet.HealthCareDataGuide, RuleSet.MakingDataCount];

    private static AnalysisSettings Unfrozen(Example example) => example.Settings with { FreezePositions = null };

    private static bool InsertedIsPassedOver(Example example, double? inserted)
    {
        var plain = Series.Judge(example.Settings, example.Values);
        var more = Series.Judge(example.Settings, Insert(example, inserted));
        var at = Math.Min(example.Position, example.Values.Length);
        var without = more.Points.Where((_, i) => i != at).Select(point => (point.Signals, point.Meaning, point.Useful));
        return without.SequenceEqual(plain.Points.Select(point => (point.Signals, point.Meaning, point.Useful)))
            && plain.Signals.Select(signal => (signal.Rule, signal.Direction)).SequenceEqual(more.Signals.Select(signal => (signal.Rule, signal.Direction)))
            && plain.Statistics with { Points = 0, Note = null } == more.Statistics with { Points = 0, Note = null };
    }

    private static double?[] Insert(Example example, double? value)
    {
        var list = example.Values.ToList();
        list.Insert(Math.Min(example.Position, list.Count), value);
        return [.. list];
    }

    private static double?[] Map(double?[] values, Func<double, double> map) =>
        Array.ConvertAll(values, value => value is { } number ? map(number) : (double?)null);

    private static bool Same(ChartAnalysis a, ChartAnalysis b) =>
        a.Statistics == b.Statistics
        && a.Signals.Select(Place).SequenceEqual(b.Signals.Select(Place))
        && a.Points.Select(point => (point.Signals, point.Meaning, point.Useful)).SequenceEqual(b.Points.Select(point => (point.Signals, point.Meaning, point.Useful)));

    private static (SignalRule Rule, int From, int To, SignalMeaning Meaning) Place(Signal signal) =>
        (signal.Rule, signal.FromIndex, signal.ToIndex, signal.Meaning);

    private static void Check(Func<Example, bool> law) =>
        Prop.ForAll(Examples.ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private sealed record Example(double?[] Values, AnalysisSettings Settings, int Other, int Position)
    {
        public override string ToString() =>
            $"{string.Join(", ", Values.Select(value => value?.ToString() ?? "gap"))} ({Settings.Rules}, freeze {Settings.FreezePositions}, {Other}, {Position})";
    }
}
