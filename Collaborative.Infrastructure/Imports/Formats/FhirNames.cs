namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>The names that reading and writing MeasureReports share: those of HL7, and our own for what FHIR has no place for.</summary>
internal static class FhirNames
{
    public const string Populations = "http://terminology.hl7.org/CodeSystem/measure-population";
    public const string Scoring = "http://terminology.hl7.org/CodeSystem/measure-scoring";
    public const string Improvement = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation";
    public const string MeasureTypes = "http://terminology.hl7.org/CodeSystem/measure-type";
    public const string Units = "http://unitsofmeasure.org";

    public const string SummaryProfile = "http://hl7.org/fhir/us/davinci-deqm/StructureDefinition/summary-measurereport-deqm";
    public const string ScoringExtension = "http://hl7.org/fhir/us/davinci-deqm/StructureDefinition/extension-measureScoring";

    /// <summary>A population whose size is no whole number that FHIR's integer holds.</summary>
    public const string CountQuantity = "http://hl7.org/fhir/StructureDefinition/measurereport-countQuantity";

    public const string DataAbsent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

    /// <summary>On a report: what people wrote beside the figures.</summary>
    public const string Note = "urn:collaborative:fhir:note";

    /// <summary>On a report: why there are no figures for the month.</summary>
    public const string NoData = "urn:collaborative:fhir:no-data";

    /// <summary>On a group: the figures in full where populations and a score cannot hold all of them; numerator, denominator, value, n, sd and values are members.</summary>
    public const string Figures = "urn:collaborative:fhir:figures";

    public const string TeamSystem = "urn:collaborative:team";
    public const string SubmissionSystem = "urn:collaborative:submission";

    /// <summary>Before the code of the collaborative and that of the measure.</summary>
    public const string MeasureBase = "urn:collaborative:measure:";

    public const string Numerator = "numerator";
    public const string Denominator = "denominator";
    public const string InitialPopulation = "initial-population";
    public const string MeasurePopulation = "measure-population";
}
