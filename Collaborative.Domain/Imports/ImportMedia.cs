namespace Collaborative.Domain.Imports;

/// <summary>The kinds of files that an import takes, as their Content-Type tells them apart.</summary>
public enum FileFamily
{
    Csv,
    Workbook,
    Json,
    Xml,
}

public static class ImportMedia
{
    public const string Csv = "text/csv";

    public const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public const string FhirJson = "application/fhir+json";

    public const string FhirLines = "application/fhir+ndjson";

    public const string Xml = "application/xml";

    /// <summary>Every type that is taken, the first of each kind first.</summary>
    public static IReadOnlyList<string> Types { get; } =
        [Csv, Workbook, FhirJson, FhirLines, "application/json", "application/ndjson", "application/x-ndjson", Xml, "text/xml"];

    public static FileFamily? FamilyOf(string mediaType) => mediaType.ToLowerInvariant() switch
    {
        Csv => FileFamily.Csv,
        Workbook => FileFamily.Workbook,
        FhirJson or FhirLines or "application/json" or "application/ndjson" or "application/x-ndjson" => FileFamily.Json,
        Xml or "text/xml" => FileFamily.Xml,
        _ => null,
    };

    /// <summary>Files are in UTF-8; XML says itself in what it is written.</summary>
    public static bool IsReadable(FileFamily family, string? charset) =>
        family == FileFamily.Xml || string.IsNullOrEmpty(charset) || charset.Trim('"').ToLowerInvariant() is "utf-8" or "utf8" or "us-ascii";
}
