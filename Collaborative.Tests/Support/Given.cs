namespace Collaborative.Tests.Support;

/// <summary>JSON literals of the things that most tests begin with.</summary>
public static class Given
{
    /// <summary>When tests take place unless they say otherwise: a Wednesday, after the due day of June and before the end of July 2026.</summary>
    public const string Now = "2026-07-22T10:00:00Z";

    /// <summary>The key to what tests keep secret.</summary>
    public static readonly string SecretsKey = System.Convert.ToBase64String(new byte[32]);

    public const string Collaborative =
        """{ "name": "ICU safety", "topic": "Ventilator care", "aim": "Halve pneumonia in a year", "startMonth": "2026-01", "endMonth": "2027-06", "baselineFrom": "2025-01" }""";

    public const string Team = """{ "name": "North ICU" }""";

    public const string Proportion = """{ "name": "Bundle reliability", "type": "process", "kind": "proportion", "direction": "increase" }""";

    public const string Rate = """{ "name": "Pneumonia", "type": "outcome", "kind": "rate", "direction": "decrease", "multiplier": 1000 }""";

    public static string Measure(string kind, string more = "") =>
        $$"""{ "name": "A {{kind}}", "type": "outcome", "kind": "{{kind}}", "direction": "decrease"{{(more.Length > 0 ? ", " : "")}}{{more}} }""";
}
