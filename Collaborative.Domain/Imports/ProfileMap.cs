using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Imports;

/// <summary>A profile at work: what a partner's codes mean in a month.</summary>
public sealed class ProfileMap
{
    private readonly Dictionary<string, List<TeamMapping>> teams;
    private readonly Dictionary<string, List<MeasureMapping>> measures;
    private readonly Dictionary<(string Scheme, string Category), StratumMapping> strata;
    private readonly HashSet<string> schemes;

    public ProfileMap(IEnumerable<TeamMapping> teams, IEnumerable<MeasureMapping> measures, IEnumerable<StratumMapping> strata)
    {
        this.teams = ByCode(teams, mapping => mapping.Code!);
        this.measures = ByCode(measures, mapping => mapping.Code!);
        this.strata = strata.ToDictionary(mapping => (mapping.Scheme!.Trim(), mapping.Category!.Trim()));
        schemes = [.. this.strata.Keys.Select(known => known.Scheme)];
    }

    /// <summary>Our code of a team; false where the profile does not speak of the partner's code at all.</summary>
    /// <param name="month">Null where the row's month cannot be read: then any month of the code's will do.</param>
    /// <param name="team">Null where the code means nothing in that month.</param>
    public bool Team(string code, Month? month, out string? team)
    {
        var known = Find(teams, code);
        team = known?.Find(mapping => Covers(mapping.From, mapping.To, month))?.Team;
        return known is not null;
    }

    public bool Measure(string code, Month? month, out MeasureMapping? measure)
    {
        var known = Find(measures, code);
        measure = known?.Find(mapping => Covers(mapping.From, mapping.To, month));
        return known is not null;
    }

    /// <summary>The figures in our units, signs and strata.</summary>
    public SubmissionBody Convert(SubmissionBody body, MeasureMapping mapping, MeasureKind kind)
    {
        var factor = mapping.MultiplyBy ?? 1;
        var isComplement = mapping.Negate == true && kind == MeasureKind.Proportion;
        var sign = mapping.Negate == true && !isComplement ? -factor : factor;
        return body with
        {
            Numerator = Above(body.Numerator, body.Denominator),
            Value = body.Value * sign,
            Sd = body.Sd * factor,
            Values = body.Values is null || sign == 1 ? body.Values : [.. body.Values.Select(gap => gap * sign)],
            Strata = body.Strata is null
                ? null
                : [.. Together(body.Strata.Select(stratum => stratum with { Numerator = Above(stratum.Numerator, stratum.Denominator) }))],
        };

        double? Above(double? numerator, double? denominator) => isComplement ? denominator - (numerator * factor) : numerator * sign;
    }

    /// <summary>False where the profile knows the scheme, but not this category of it.</summary>
    public bool Stratum(string scheme, string category) =>
        strata.ContainsKey((scheme.Trim(), category.Trim())) || !schemes.Contains(scheme.Trim());

    /// <summary>Under our names; what the partner tells apart and we do not is added up.</summary>
    private IEnumerable<Stratum> Together(IEnumerable<Stratum> theirs) => theirs
        .GroupBy(stratum => (Named(stratum).Scheme, Named(stratum).Category))
        .SelectMany(group => group.DistinctBy(stratum => (stratum.Scheme, stratum.Category)).Count() == group.Count()
            ? [Named(group.First()) with { Numerator = Sum(group.Select(stratum => stratum.Numerator)), Denominator = Sum(group.Select(stratum => stratum.Denominator)) }]
            : group.Select(Named));

    /// <summary>Nothing where one of them is missing.</summary>
    private static double? Sum(IEnumerable<double?> counts) => counts.Aggregate((double?)0, (sum, count) => sum + count);

    private Stratum Named(Stratum stratum) => stratum is { Scheme: { } scheme, Category: { } category } && strata.TryGetValue((scheme.Trim(), category.Trim()), out var ours)
        ? stratum with { Scheme = ours.ToScheme, Category = ours.ToCategory }
        : stratum;

    private static List<T>? Find<T>(Dictionary<string, List<T>> known, string code) =>
        PartnerCode.Forms(code.Trim()).Select(form => known.GetValueOrDefault(Code.KeyOf(form))).FirstOrDefault(found => found is not null);

    private static bool Covers(Month? from, Month? to, Month? month) => month is null || ((from is null || from <= month) && (to is null || month <= to));

    /// <summary>Documents lose the versions of addresses on their way here, so a code with a version is known without it too, unless that is a code of its own.</summary>
    private static Dictionary<string, List<T>> ByCode<T>(IEnumerable<T> mappings, Func<T, string> code)
    {
        var known = mappings.GroupBy(mapping => Code.KeyOf(code(mapping).Trim())).ToDictionary(group => group.Key, group => group.ToList());
        var versioned = known
            .Where(pair => PartnerCode.WithoutVersion(pair.Key) is var plain && plain != pair.Key && !known.ContainsKey(plain))
            .GroupBy(pair => PartnerCode.WithoutVersion(pair.Key), pair => pair.Value)
            .ToList();
        foreach (var group in versioned)
        {
            known[group.Key] = [.. group.SelectMany(found => found)];
        }

        return known;
    }
}

/// <summary>Which of our codes a partner may mean: the likeness of names, as the share of letter pairs that two have in common (Dice).</summary>
public static class CodeSuggestion
{
    /// <summary>Less alike is a guess.</summary>
    private const double Enough = 0.6;

    /// <summary>Two that are nearly as alike leave the choice to a person.</summary>
    private const double Ahead = 0.1;

    public static string? Best(string code, string? name, IEnumerable<(string Code, string Name)> ours)
    {
        string[] theirs = [PartnerCode.LastPart(code.Split('|')[0]), name ?? ""];
        var ranked = ours
            .Select(own => (own.Code, Likeness: theirs.Max(their => Math.Max(Likeness(their, own.Code), Likeness(their, own.Name)))))
            .OrderByDescending(own => own.Likeness)
            .Take(2)
            .ToList();
        return ranked is [var best, ..] && best.Likeness >= Enough && (ranked.Count == 1 || best.Likeness - ranked[1].Likeness >= Ahead || (best.Likeness == 1 && ranked[1].Likeness < 1))
            ? best.Code
            : null;
    }

    public static double Likeness(string a, string b)
    {
        var (left, right) = (Pairs(a), Pairs(b));
        if (left.Count == 0 || right.Count == 0)
        {
            return 0;
        }

        var common = 0;
        foreach (var (pair, count) in left)
        {
            common += Math.Min(count, right.GetValueOrDefault(pair));
        }

        return 2.0 * common / (left.Values.Sum() + right.Values.Sum());
    }

    private static Dictionary<string, int> Pairs(string text)
    {
        var letters = string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        var pairs = new Dictionary<string, int>();
        for (var i = 0; i + 1 < Math.Min(letters.Length, 200); i++)
        {
            var pair = letters.Substring(i, 2);
            pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
        }

        return pairs;
    }
}
