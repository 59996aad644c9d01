using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Samples;

/// <summary>One month's figures of one team for one measure, and the day on which they were sent.</summary>
public sealed record SampleSubmission(string Team, string Measure, Month Month, DateTimeOffset SentAt, SubmissionBody Body);

/// <summary>
/// A made-up collaborative of 24 intensive care units over 24 months that gets the results which the Scottish Patient
/// Safety Programme published for 2008 to 2013: ventilator-associated pneumonia −61 %, central-line infections −70 %,
/// rounds and daily goals +24 %, length of stay half a day shorter, C. difficile −90 %, S. aureus bacteraemia −40 %.
/// Baselines are invented. The same every time: it depends on nothing but this code.
/// </summary>
public static class IntensiveCareSample
{
    public const string Code = "spsp-icu";
    public const string TimeZone = "Europe/London";
    public const int ReportDueDay = 15;

    public static readonly Month BaselineFrom = new(2011, 1);
    public static readonly Month StartMonth = new(2012, 1);
    public static readonly Month EndMonth = new(2012, 12);

    /// <summary>The month in which teams are midway to the new level; by August 2012 all are there.</summary>
    private static readonly Month Turning = new(2012, 4);

    private const int Seed = 20080101;

    /// <summary>Deviations of the whole collaborative's figure from its level, in per cent: as many up as down, so that the median is the level.</summary>
    private static readonly double[] Ripple = [2.1, -3.4, 0.9, -1.2, 3.8, -0.6, -2.3, 1.5, 0.4, -3.9, 3.1, -0.4];

    public static IReadOnlyList<(string Code, string Name, string Region)> Teams { get; } =
    [
        ("ashgrove", "Ashgrove General", "North"), ("balcraig", "Balcraig Royal", "North"), ("birnam", "Birnam District", "Tayside"),
        ("caldermuir", "Caldermuir Infirmary", "West"), ("carnoch", "Carnoch Memorial", "Highland"), ("dunferry", "Dunferry General", "East"),
        ("eastlaw", "Eastlaw University", "East"), ("fallside", "Fallside Hospital", "West"), ("glenorrin", "Glenorrin General", "Highland"),
        ("hallbank", "Hallbank Royal", "South"), ("inverlay", "Inverlay Hospital", "Highland"), ("kelbrae", "Kelbrae Infirmary", "South"),
        ("kirkmuir", "Kirkmuir District", "East"), ("larchfield", "Larchfield General", "West"), ("lochside", "Lochside Memorial", "North"),
        ("marnoch", "Marnoch Royal", "North"), ("milnwood", "Milnwood Hospital", "South"), ("northesk", "Northesk General", "Tayside"),
        ("orrinmouth", "Orrinmouth District", "Highland"), ("pitlour", "Pitlour Infirmary", "Tayside"), ("rowanlea", "Rowanlea Hospital", "West"),
        ("stranraich", "Stranraich General", "South"), ("tarvit", "Tarvit University", "East"), ("westerlea", "Westerlea Royal", "West"),
    ];

    public static IReadOnlyList<(string Code, MeasureBody Body)> Measures { get; } =
    [
        ("vap", Rate("Ventilator-associated pneumonia", "ventilator-associated pneumonias", "ventilator-days", "per 1000 ventilator-days", 5)),
        ("clabsi", Rate("Central-line bloodstream infection", "central-line bloodstream infections", "central-line-days", "per 1000 line-days", 1)),
        ("cdiff", Rate("C. difficile infection", "hospital-onset C. difficile cases", "bed-days of patients aged two or more", "per 1000 bed-days", 1)),
        ("sab", Rate("S. aureus bacteraemia", "S. aureus bacteraemias", "occupied bed-days", "per 1000 bed-days", 3)),
        ("rounds", new MeasureBody
        {
            Name = "Multidisciplinary rounds with daily goals", Type = MeasureType.Process, Kind = MeasureKind.Proportion, Direction = Direction.Increase,
            Numerator = "patient-days with a multidisciplinary round and daily goals", Denominator = "patient-days audited",
            Goal = new Goal { Value = 60, ByMonth = EndMonth }, Decimals = 1,
        }),
        ("icu-los", new MeasureBody
        {
            Name = "Length of stay in intensive care", Type = MeasureType.Outcome, Kind = MeasureKind.Mean, Direction = Direction.Decrease, Unit = "days",
            Numerator = "sum of the days stayed", Denominator = "discharges", Goal = new Goal { Value = 4, ByMonth = EndMonth }, Decimals = 2,
        }),
        ("reintubation", new MeasureBody
        {
            Name = "Re-intubation within 48 hours", Type = MeasureType.Balancing, Kind = MeasureKind.Proportion, Direction = Direction.Decrease,
            Numerator = "re-intubations within 48 hours", Denominator = "planned extubations", Decimals = 1, MinimumDenominator = 5,
        }),
    ];

    /// <summary>From which level to which the whole collaborative goes, per unit of the denominator, and how large a team's denominator is.</summary>
    private static readonly Dictionary<string, (double Before, double After, double Denominator)> Levels = new()
    {
        ["vap"] = (0.012, 0.00468, 290),
        ["clabsi"] = (0.003, 0.0009, 420),
        ["cdiff"] = (0.010, 0.001, 640),
        ["sab"] = (0.005, 0.003, 640),
        ["rounds"] = (0.50, 0.62, 120),
        ["icu-los"] = (4.5, 4.0, 38),
        ["reintubation"] = (0.08, 0.08, 22),
    };

    /// <summary>The month in which a team that came late was enrolled, and the last month of one that left.</summary>
    public static (Month? EnrolledFrom, Month? WithdrawnAfter) Membership(string team) => team switch
    {
        "rowanlea" => (new Month(2012, 3), null),
        "fallside" => (null, new Month(2012, 9)),
        _ => (null, null),
    };

    /// <summary>Every submission, in the order in which they were sent.</summary>
    public static IReadOnlyList<SampleSubmission> Submissions()
    {
        var random = new Random(Seed);
        var all = new List<SampleSubmission>();
        for (var month = BaselineFrom; month <= EndMonth; month = month.AddMonths(1))
        {
            foreach (var (measure, _) in Measures)
            {
                all.AddRange(OfMonth(random, measure, month));
            }
        }

        return [.. all.OrderBy(submission => submission.SentAt)];
    }

    private static IEnumerable<SampleSubmission> OfMonth(Random random, string measure, Month month)
    {
        var (before, after, size) = Levels[measure];
        var denominators = new double[Teams.Count];
        var weights = new double[Teams.Count];
        for (var i = 0; i < Teams.Count; i++)
        {
            // Units differ in size; each keeps its own, give or take a tenth from month to month.
            denominators[i] = Math.Round(size * (0.6 + (0.8 * i / (Teams.Count - 1))) * (0.9 + (0.2 * random.NextDouble())));
            weights[i] = denominators[i] * Level(before, after, month, i) * (0.85 + (0.3 * ((i * 7) % 24) / 23));
        }

        // The whole collaborative follows its level closely; who of the teams has how many events is left to chance.
        var expected = 0.0;
        for (var i = 0; i < Teams.Count; i++)
        {
            expected += denominators[i] * Level(before, after, month, i);
        }

        var total = (int)Math.Round(expected * (1 + (Ripple[(month - BaselineFrom) % Ripple.Length] / 100)));
        var numerators = Deal(random, total, weights, Levels[measure].Before is < 1 and > 0.02 ? denominators : null);
        for (var i = 0; i < Teams.Count; i++)
        {
            if (Body(measure, month, i, numerators[i], denominators[i]) is { } body)
            {
                yield return new SampleSubmission(Teams[i].Code, measure, month, SentAt(random, month, i), body);
            }
        }
    }

    /// <summary>A team goes from the old level to the new one over half a year, some sooner than others.</summary>
    private static double Level(double before, double after, Month month, int team)
    {
        var progress = Math.Clamp((month - Turning + 2 + ((team % 5) * -0.35) + 0.7) / 5.0, 0, 1);
        return before + ((after - before) * progress);
    }

    /// <summary>Deals events to teams by weight; a proportion's team never gets more than it has cases.</summary>
    private static int[] Deal(Random random, int total, double[] weights, double[]? most)
    {
        var dealt = new int[weights.Length];
        var sum = weights.Sum();
        var left = total;

        // Most of what a team is due it gets for certain, so that teams are as steady as real ones; the rest is drawn.
        for (var i = 0; i < dealt.Length; i++)
        {
            dealt[i] = (int)(0.7 * total * weights[i] / sum);
            left -= dealt[i];
        }

        while (left > 0)
        {
            var at = random.NextDouble() * sum;
            var team = 0;
            while (team < weights.Length - 1 && at > weights[team])
            {
                at -= weights[team++];
            }

            if (most is null || dealt[team] < most[team])
            {
                dealt[team]++;
                left--;
            }
        }

        return dealt;
    }

    /// <summary>What was sent; null where nothing was.</summary>
    private static SubmissionBody? Body(string measure, Month month, int team, int numerator, double denominator)
    {
        var (enrolled, withdrawn) = Membership(Teams[team].Code);
        if (withdrawn < month || (Teams[team].Code == "marnoch" && month == EndMonth && measure is "vap" or "rounds"))
        {
            return null;
        }

        if (enrolled is not null && month < BaselineFrom.AddMonths(6))
        {
            return null;
        }

        if (Teams[team].Code == "carnoch" && month == new Month(2012, 7))
        {
            return new SubmissionBody { NoData = "The unit was closed for refurbishment." };
        }

        return new SubmissionBody
        {
            Numerator = numerator,
            Denominator = denominator,
            Status = Teams[team].Code == "tarvit" && month == EndMonth ? SubmissionStatus.Draft : null,
        };
    }

    /// <summary>Baseline months came together in the collaborative's first weeks; after that most teams are on time and a few are late.</summary>
    private static DateTimeOffset SentAt(Random random, Month month, int team)
    {
        var late = random.Next(12) == 0 || (team == 7 && month.Number % 2 == 0);
        var day = late ? 16 + random.Next(8) : 3 + random.Next(11);
        var reported = Month.Max(month, StartMonth).AddMonths(1);
        return new DateTimeOffset(reported.Year, reported.Number, day, 8 + random.Next(9), random.Next(60), random.Next(60), random.Next(1000), TimeSpan.Zero);
    }

    private static MeasureBody Rate(string name, string numerator, string denominator, string unit, double goal) => new()
    {
        Name = name,
        Type = MeasureType.Outcome,
        Kind = MeasureKind.Rate,
        Direction = Direction.Decrease,
        Multiplier = 1000,
        Unit = unit,
        Numerator = numerator,
        Denominator = denominator,
        Goal = new Goal { Value = goal, ByMonth = EndMonth },
        Decimals = 1,
    };
}
