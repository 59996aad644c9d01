using System.Collections.Frozen;
using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Imports;

/// <summary>Which of our strata a partner may mean.</summary>
public static class StratumSuggestion
{
    /// <summary>Categories are short: "male" has three quarters of its letter pairs in common with "female".</summary>
    private const double CategoryEnough = 0.8;

    private const double SchemeEnough = 0.6;

    /// <summary>
    /// What the codes of partners' documents stand for. Sex: HL7 V3 AdministrativeGender and SNOMED CT; race and ethnicity: the five and two
    /// categories of the CDC Race and Ethnicity code system (OID 2.16.840.1.113883.6.238); payer: the groups A to D of the CMS
    /// QRDA III implementation guide (OID 2.16.840.1.113883.3.249.12).
    /// </summary>
    private static readonly FrozenDictionary<(string? Scheme, string Code), string> Meanings = new Dictionary<(string?, string), string>
    {
        [("sex", "f")] = "female",
        [("sex", "m")] = "male",
        [("sex", "o")] = "other",
        [("sex", "u")] = "unknown",
        [(null, "248152002")] = "female",
        [(null, "248153007")] = "male",
        [(null, "1002-5")] = "American Indian or Alaska Native",
        [(null, "2028-9")] = "Asian",
        [(null, "2054-5")] = "Black or African American",
        [(null, "2076-8")] = "Native Hawaiian or Other Pacific Islander",
        [(null, "2106-3")] = "White",
        [(null, "2131-1")] = "Other race",
        [(null, "2135-2")] = "Hispanic or Latino",
        [(null, "2186-5")] = "Not Hispanic or Latino",
        [("payer", "a")] = "Medicare",
        [("payer", "b")] = "Medicaid",
        [("payer", "c")] = "Private health insurance",
        [("payer", "d")] = "Other payer",
    }.ToFrozenDictionary();

    /// <summary>The names of these schemes, and the LOINC codes that QRDA III gives them.</summary>
    private static readonly FrozenDictionary<string, string> Schemes = new Dictionary<string, string>
    {
        ["sex"] = "sex",
        ["gender"] = "sex",
        ["administrative-gender"] = "sex",
        ["administrativegender"] = "sex",
        ["administrative sex"] = "sex",
        ["76689-9"] = "sex",
        ["ethnicity"] = "ethnicity",
        ["69490-1"] = "ethnicity",
        ["race"] = "race",
        ["72826-1"] = "race",
        ["payer"] = "payer",
        ["48768-6"] = "payer",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> OfAges = new[] { "age", "aged", "years", "yrs", "old" }.ToFrozenSet();

    /// <summary>
    /// Proposes one of ours, or a new one where the collaborative has no such scheme yet; both null where the scheme is ours and
    /// no category of it is alike, or two are, so that a person has to say.
    /// </summary>
    /// <param name="ours">The schemes and categories that the collaborative has.</param>
    public static (string? Scheme, string? Category) Best(string scheme, string category, IReadOnlyCollection<(string Scheme, string Category)> ours)
    {
        var (theirScheme, theirCategory) = (SchemeName(scheme), CategoryName(scheme, category));
        var ranked = ours
            .Select(own => (
                own.Scheme,
                own.Category,
                Likeness: CategoryLikeness(theirCategory, CategoryName(own.Scheme, own.Category)),
                OfScheme: SchemeLikeness(theirScheme, SchemeName(own.Scheme))))
            .Where(own => own.OfScheme >= SchemeEnough)
            .OrderByDescending(own => own.Likeness)
            .ThenByDescending(own => own.OfScheme)
            .Take(2)
            .ToList();
        return ranked switch
        {
            [] => (theirScheme, theirCategory),
            [var best, ..] when best.Likeness < CategoryEnough => (null, null),
            [var best, var next] when next.Likeness == best.Likeness && next.OfScheme == best.OfScheme => (null, null),
            [var best, ..] => (best.Scheme, best.Category),
        };
    }

    /// <summary>All schemes and categories of some figures' strata.</summary>
    public static IEnumerable<(string Scheme, string Category)> Of(IReadOnlyList<Stratum>? strata) =>
        (strata ?? []).Where(stratum => stratum is { Scheme: not null, Category: not null }).Select(stratum => (stratum.Scheme!.Trim(), stratum.Category!.Trim()));

    /// <summary>The last part of what is an address; of anything else a stroke is a stroke, as in "Hispanic/Latino".</summary>
    private static string Plain(string text)
    {
        var plain = PartnerCode.WithoutVersion(text.Trim());
        return plain.Contains("://", StringComparison.Ordinal) || plain.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) ? PartnerCode.LastPart(plain) : plain;
    }

    private static string SchemeName(string scheme)
    {
        var name = Plain(scheme);
        return Schemes.GetValueOrDefault(name.ToLowerInvariant(), name);
    }

    private static string CategoryName(string scheme, string category)
    {
        var name = Plain(category);
        var code = name.ToLowerInvariant();
        return Meanings.GetValueOrDefault((null, code)) ?? Meanings.GetValueOrDefault((SchemeName(scheme), code)) ?? name;
    }

    private static double SchemeLikeness(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase) ? 1 : CodeSuggestion.Likeness(a, b);

    /// <summary>Numbers are alike only when they are the same: 0-17 is not 10-17.</summary>
    private static double CategoryLikeness(string a, string b) =>
        string.Equals(Bare(a), Bare(b), StringComparison.OrdinalIgnoreCase) ? 1
        : Numbers(a).SequenceEqual(Numbers(b)) ? CodeSuggestion.Likeness(a, b)
        : 0;

    /// <summary>Without what ages are counted in.</summary>
    private static string Bare(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => !OfAges.Contains(word.ToLowerInvariant())));

    private static string[] Numbers(string text) =>
        string.Concat(text.Select(letter => char.IsAsciiDigit(letter) ? letter : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
