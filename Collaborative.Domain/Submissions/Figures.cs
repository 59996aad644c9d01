using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;

namespace Collaborative.Domain.Submissions;

/// <summary>One category's part of a month's figures, under a stratification scheme such as sex or age.</summary>
public sealed record Stratum
{
    [JsonPropertyName("scheme")]
    public string? Scheme { get; init; }

    [JsonPropertyName("category")]
    public string? Category { get; init; }

    [JsonPropertyName("numerator")]
    public double? Numerator { get; init; }

    [JsonPropertyName("denominator")]
    public double? Denominator { get; init; }
}

/// <summary>The figures of one team, measure and month as they are stored: raw numerator and denominator, never only the quotient.</summary>
public sealed record Figures
{
    public static readonly Figures None = new();

    public double? Numerator { get; init; }

    public double? Denominator { get; init; }

    /// <summary>A mean or median that came already worked out.</summary>
    public double? Value { get; init; }

    /// <summary>The number of observations behind <see cref="Value"/>.</summary>
    public double? N { get; init; }

    /// <summary>The standard deviation beside a mean.</summary>
    public double? Sd { get; init; }

    /// <summary>The gaps of a between measure in the order in which they ended, written with single spaces; empty text is "no event this month".</summary>
    public string? Gaps { get; init; }

    public IReadOnlyList<double> GapValues => Gaps is null ? [] : ParseGaps(Gaps);

    public bool IsEmpty => this == None;

    /// <summary>The figures as aggregates and charts take them.</summary>
    public TeamMonth ToTeamMonth() => new(Numerator, Denominator, Value, N, Gaps is null ? null : GapValues);

    /// <summary>What a chart plots for this month; null is a gap, and 0/0 is one.</summary>
    /// <remarks>A month with several gaps between events has no single value; its chart shows each gap.</remarks>
    public double? PlottedValue(MeasureKind kind, double multiplier) =>
        kind is MeasureKind.DaysBetween or MeasureKind.CasesBetween && GapValues.Count > 1 ? null : Aggregates.PlottedValue.Of(kind, ToTeamMonth(), multiplier);

    /// <summary>Writes gaps in the stored form: shortest numbers that read back the same, single spaces.</summary>
    public static string WriteGaps(IEnumerable<double> gaps) =>
        string.Join(' ', gaps.Select(gap => gap.ToString("R", CultureInfo.InvariantCulture)));

    private static double[] ParseGaps(string gaps) =>
        gaps.Length == 0 ? [] : Array.ConvertAll(gaps.Split(' '), gap => double.Parse(gap, CultureInfo.InvariantCulture));
}

/// <summary>Strata in their one stored form: JSON, ordered by scheme and category, so that equal strata are equal text.</summary>
public static class StratumText
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string? Write(IReadOnlyList<Stratum>? strata) => strata is not { Count: > 0 }
        ? null
        : JsonSerializer.Serialize(
            strata.Select(stratum => stratum with { Scheme = stratum.Scheme!.Trim(), Category = stratum.Category!.Trim() })
                .OrderBy(stratum => stratum.Scheme, StringComparer.Ordinal)
                .ThenBy(stratum => stratum.Category, StringComparer.Ordinal),
            Options);

    /// <exception cref="JsonException">The text is no list of strata.</exception>
    public static IReadOnlyList<Stratum>? Read(string? text) =>
        text is null ? null : JsonSerializer.Deserialize<List<Stratum>>(text, Options);
}
