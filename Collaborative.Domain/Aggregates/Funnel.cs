using System.Globalization;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Domain.Aggregates;

/// <summary>How the limits of a funnel are found.</summary>
public enum FunnelLimits
{
    /// <summary>Binomial for proportions, Poisson for rates.</summary>
    Exact,

    /// <summary>The centre and so many standard errors.</summary>
    Normal,
}

/// <summary>What is made of teams that vary more than chance alone would have them.</summary>
public enum Overdispersion
{
    None,

    /// <summary>Limits widened by √φ, the spread of the winsorised standardised values.</summary>
    Multiplicative,

    /// <summary>A variance τ² between teams, the same for large and small ones, added to that of chance; normal limits.</summary>
    Additive,

    /// <summary>Limits widened by the standard deviation of the standardised values (Laney, for teams instead of months).</summary>
    Laney,
}

/// <summary>Where a team lies in a funnel.</summary>
public enum FunnelPlace
{
    Within,
    AboveInner,
    BelowInner,
    AboveOuter,
    BelowOuter,
}

/// <summary>A pair of limits: the share of teams that chance leaves between them, and their distance in standard errors.</summary>
public readonly record struct FunnelBand(double Coverage, double Deviates)
{
    public static FunnelBand NinetyFive { get; } = new(0.95, 1.959963984540054);

    public static FunnelBand NinetyNinePointEight { get; } = new(0.998, 3.090232306167813);

    public static FunnelBand ThreeSigma { get; } = new(0.9973002039367398, 3);
}

/// <summary>One team's total over a period in which its process was stable, not a single month's.</summary>
public readonly record struct FunnelTeam(string Name, double Numerator, double Denominator);

/// <summary>Everything that decides how a funnel is drawn, echoed with it.</summary>
public sealed record FunnelSettings
{
    private readonly double? multiplier;

    /// <summary>A proportion is binomial; every other quotient is taken for a rate of events.</summary>
    public MeasureKind Kind { get; init; } = MeasureKind.Proportion;

    public Direction Direction { get; init; } = Direction.Neutral;

    public double Multiplier
    {
        get => multiplier ?? PlottedValue.DefaultMultiplier(Kind);
        init => multiplier = value;
    }

    public FunnelLimits Limits { get; init; } = FunnelLimits.Exact;

    public Overdispersion Overdispersion { get; init; } = Overdispersion.None;

    public FunnelBand Inner { get; init; } = FunnelBand.NinetyFive;

    public FunnelBand Outer { get; init; } = FunnelBand.NinetyNinePointEight;

    /// <summary>In plotted units.</summary>
    public double? Goal { get; init; }
}

/// <summary>One team in a funnel, in plotted units.</summary>
/// <param name="Meaning">Beyond the outer limits only; null within them.</param>
public readonly record struct FunnelPoint(
    string Name,
    double Numerator,
    double Denominator,
    double Value,
    double LowerInner,
    double UpperInner,
    double LowerOuter,
    double UpperOuter,
    FunnelPlace Place,
    SignalMeaning? Meaning);

/// <summary>The limits at one denominator, in plotted units.</summary>
public readonly record struct FunnelLine(double Denominator, double LowerInner, double UpperInner, double LowerOuter, double UpperOuter);

/// <summary>Teams against what chance allows for their size: for learning from those that lie outside, not for ranking the rest.</summary>
/// <param name="Centre">Everything put together, in plotted units; null without a team.</param>
/// <param name="Phi">How much more the teams vary than chance alone would have them: the mean square of the winsorised standardised values; null below two teams.</param>
/// <param name="TauSquared">The variance between teams in squared plotted units; null below two teams.</param>
/// <param name="Points">In the order of the teams; teams without opportunities are left out.</param>
/// <param name="Curves">The limits from the smallest to the largest denominator.</param>
/// <param name="Note">What weakens the picture; otherwise null.</param>
public sealed record Funnel(
    FunnelSettings Settings, double? Centre, double? Phi, double? TauSquared, FunnelPoint[] Points, FunnelLine[] Curves, string? Note)
{
    private const int FewestTeams = 10;
    private const int CurvePoints = 80;

    /// <summary>The share of the standardised values at either end that is drawn in (Spiegelhalter, Qual Saf Health Care 2005;14:347-351).</summary>
    private const double Winsorised = 0.1;

    /// <exception cref="ArgumentException">Figures that are impossible: not finite, negative, n/0, or over the denominator in a proportion.</exception>
    public static Funnel Of(IReadOnlyList<FunnelTeam> teams, FunnelSettings settings)
    {
        var used = new List<FunnelTeam>(teams.Count);
        double above = 0, below = 0;
        foreach (var team in teams)
        {
            Check(team, settings);
            if (team.Denominator > 0)
            {
                used.Add(team);
                above += team.Numerator;
                below += team.Denominator;
            }
        }

        if (used.Count == 0)
        {
            return new(settings, null, null, null, [], [], "No team has had an opportunity yet.");
        }

        var model = Model.Of(used, above / below, settings);
        var points = used.ConvertAll(team => Place(team, model, settings)).ToArray();
        return new(
            settings,
            model.Centre * settings.Multiplier,
            used.Count < 2 ? null : model.Phi,
            used.Count < 2 ? null : model.TauSquared * settings.Multiplier * settings.Multiplier,
            points,
            CurvesOf(used, model),
            NoteOf(used.Count, model, settings));
    }

    /// <summary>Each team's total over some months of a series.</summary>
    /// <param name="names">One for each team.</param>
    /// <param name="from">The first month, from 0.</param>
    /// <param name="to">The last month.</param>
    public static FunnelTeam[] Totals(TeamSeries series, IReadOnlyList<string> names, int from, int to)
    {
        var totals = new FunnelTeam[series.Teams];
        for (var team = 0; team < totals.Length; team++)
        {
            double above = 0, below = 0;
            for (var month = from; month <= to; month++)
            {
                if (!double.IsNaN(series.PoolDenominator(team, month)))
                {
                    above += series.PoolNumerator(team, month);
                    below += series.PoolDenominator(team, month);
                }
            }

            totals[team] = new(names[team], above, below);
        }

        return totals;
    }

    private static void Check(in FunnelTeam team, FunnelSettings settings)
    {
        var possible = double.IsFinite(team.Numerator) && double.IsFinite(team.Denominator) && team.Numerator >= 0 && team.Denominator >= 0
            && (team.Denominator > 0 || team.Numerator == 0)
            && (settings.Kind != MeasureKind.Proportion || team.Numerator <= team.Denominator);
        if (!possible)
        {
            throw new ArgumentException($"The figures of '{team.Name}' are impossible.", nameof(team));
        }
    }

    private static FunnelPoint Place(in FunnelTeam team, Model model, FunnelSettings settings)
    {
        var value = team.Numerator / team.Denominator * settings.Multiplier;
        var line = model.At(team.Denominator);
        var place = OnTheLine.Side(value, line.UpperOuter) > 0 ? FunnelPlace.AboveOuter
            : OnTheLine.Side(value, line.LowerOuter) < 0 ? FunnelPlace.BelowOuter
            : OnTheLine.Side(value, line.UpperInner) > 0 ? FunnelPlace.AboveInner
            : OnTheLine.Side(value, line.LowerInner) < 0 ? FunnelPlace.BelowInner
            : FunnelPlace.Within;
        SignalMeaning? meaning = place switch
        {
            FunnelPlace.AboveOuter => Meanings.Of(SignalDirection.Up, settings.Direction),
            FunnelPlace.BelowOuter => Meanings.Of(SignalDirection.Down, settings.Direction),
            _ => null,
        };
        return new(team.Name, team.Numerator, team.Denominator, value, line.LowerInner, line.UpperInner, line.LowerOuter, line.UpperOuter, place, meaning);
    }

    /// <summary>Denominators evenly spaced in their square roots, since the limits go with these.</summary>
    private static FunnelLine[] CurvesOf(List<FunnelTeam> teams, Model model)
    {
        var (least, most) = (Math.Sqrt(teams.Min(team => team.Denominator)), Math.Sqrt(teams.Max(team => team.Denominator)));
        var from = Math.Max(1, least * 0.8);
        var to = Math.Max(most * 1.04, from);
        var lines = new FunnelLine[CurvePoints];
        for (var i = 0; i < lines.Length; i++)
        {
            var root = from + ((to - from) * i / (CurvePoints - 1));
            lines[i] = model.At(Math.Round(root * root));
        }

        return lines;
    }

    private static string? NoteOf(int teams, Model model, FunnelSettings settings)
    {
        if (teams < FewestTeams)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Only {teams} {(teams == 1 ? "team" : "teams")}; a funnel wants at least {FewestTeams}.");
        }

        // The mean square of k standardised values has a standard error of √(2/k).
        return settings.Overdispersion == Overdispersion.None && model.Phi > 1 + (2 * Math.Sqrt(2.0 / teams))
            ? string.Create(CultureInfo.InvariantCulture, $"The teams vary more than chance alone explains (\u03c6 = {model.Phi:0.0}), so that these limits are too narrow.")
            : null;
    }

    /// <summary>The centre and what widens the limits, as shares or rates before the multiplier.</summary>
    private sealed record Model(FunnelSettings Settings, double Centre, double Phi, double TauSquared, double Laney)
    {
        private bool IsProportion => Settings.Kind == MeasureKind.Proportion;

        public static Model Of(List<FunnelTeam> teams, double centre, FunnelSettings settings)
        {
            var variance = settings.Kind == MeasureKind.Proportion ? centre * (1 - centre) : centre;
            var standardised = new double[teams.Count];
            double weights = 0, squares = 0, sum = 0, sumOfSquares = 0;
            for (var i = 0; i < standardised.Length; i++)
            {
                var weight = teams[i].Denominator / variance;
                standardised[i] = variance > 0 ? ((teams[i].Numerator / teams[i].Denominator) - centre) * Math.Sqrt(weight) : 0;
                weights += weight;
                squares += weight * weight;
                sum += standardised[i];
                sumOfSquares += standardised[i] * standardised[i];
            }

            var count = standardised.Length;
            var laney = count < 2 ? 1 : Math.Sqrt(Math.Max(0, sumOfSquares - (sum * sum / count)) / (count - 1));
            Array.Sort(standardised);
            var (low, high) = (Quantile.Type7(standardised, Winsorised), Quantile.Type7(standardised, 1 - Winsorised));
            var phi = standardised.Sum(z => Math.Pow(Math.Clamp(z, low, high), 2)) / count;

            // DerSimonian and Laird, Controlled Clinical Trials 1986;7:177-188, on the winsorised values.
            var tauSquared = variance > 0 && count > 1 ? Math.Max(0, ((count * phi) - (count - 1)) / (weights - (squares / weights))) : 0;
            return new(settings, centre, phi, tauSquared, laney);
        }

        public FunnelLine At(double denominator)
        {
            var (lowerInner, upperInner) = Limits(denominator, Settings.Inner);
            var (lowerOuter, upperOuter) = Limits(denominator, Settings.Outer);
            return new(denominator, lowerInner, upperInner, lowerOuter, upperOuter);
        }

        private (double Lower, double Upper) Limits(double denominator, FunnelBand band)
        {
            var exact = Settings.Limits == FunnelLimits.Exact && Settings.Overdispersion != Overdispersion.Additive;
            var (lower, upper) = exact ? Exact(denominator, band) : Normal(denominator, band);

            // Less variation than chance is no reason to narrow limits, except on the chart that is named for it.
            var widen = Settings.Overdispersion switch
            {
                Overdispersion.Multiplicative => Math.Sqrt(Math.Max(1, Phi)),
                Overdispersion.Laney => Laney,
                _ => 1,
            };
            var most = IsProportion ? 1 : double.PositiveInfinity;
            return (
                Math.Max(0, Centre + ((lower - Centre) * widen)) * Settings.Multiplier,
                Math.Min(most, Centre + ((upper - Centre) * widen)) * Settings.Multiplier);
        }

        private (double Lower, double Upper) Exact(double denominator, FunnelBand band)
        {
            var tail = (1 - band.Coverage) / 2;
            var count = Math.Round(denominator);
            return IsProportion
                ? (ExactTails.Binomial(count, Centre, tail) / count, ExactTails.Binomial(count, Centre, 1 - tail) / count)
                : (ExactTails.Poisson(Centre * denominator, tail) / denominator, ExactTails.Poisson(Centre * denominator, 1 - tail) / denominator);
        }

        private (double Lower, double Upper) Normal(double denominator, FunnelBand band)
        {
            var chance = (IsProportion ? Centre * (1 - Centre) : Centre) / denominator;
            var deviation = Math.Sqrt(chance + (Settings.Overdispersion == Overdispersion.Additive ? TauSquared : 0));
            return (Centre - (band.Deviates * deviation), Centre + (band.Deviates * deviation));
        }
    }
}
