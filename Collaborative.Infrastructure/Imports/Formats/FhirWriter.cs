using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Teams;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>
/// Figures as FHIR R4 MeasureReports of type summary, in a Bundle or one on each line. What it writes, <see cref="FhirFormat"/>
/// reads back without loss; memory does not grow with the figures.
/// </summary>
internal sealed class FhirWriter(Stream output, Snapshot snapshot, bool asLines)
{
    /// <summary>Written out whenever this much is gathered.</summary>
    private const int Gathered = 32 * 1024;

    private readonly Utf8JsonWriter json = new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false });

    private readonly string collaborative = snapshot.Collaborative.Code;

    /// <summary>Begins with those who report and what is measured, so that a reader knows them when their figures come.</summary>
    public void Begin(IEnumerable<TeamRow> teams, IEnumerable<MeasureRow> measures)
    {
        if (!asLines)
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Bundle");
            json.WriteString("type", "collection");
            json.WriteString("timestamp", Instant(snapshot.At));
            json.WriteStartArray("entry");
        }

        foreach (var team in teams)
        {
            Resource(TeamId(team), () => WriteTeam(team));
        }

        foreach (var measure in measures)
        {
            Resource(Id($"measure {collaborative} {measure.CodeKey}"), () => WriteMeasure(measure));
        }
    }

    public void Report(TeamRow team, MeasureRow measure, ExportedFigure figure) =>
        Resource(Id($"report {collaborative} {team.CodeKey} {measure.CodeKey} {figure.Month}"), () => WriteReport(team, measure, figure));

    public void End()
    {
        if (!asLines)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.Flush();
    }

    private void Resource(string id, Action members)
    {
        if (!asLines)
        {
            json.WriteStartObject();
            json.WriteString("fullUrl", $"urn:uuid:{id}");
            json.WritePropertyName("resource");
        }

        json.WriteStartObject();
        members();
        json.WriteEndObject();
        if (asLines)
        {
            // Each line is a text of its own.
            json.Flush();
            output.Write("\n"u8);
            json.Reset();
            return;
        }

        json.WriteEndObject();
        if (json.BytesPending > Gathered)
        {
            json.Flush();
        }
    }

    private void WriteTeam(TeamRow team)
    {
        json.WriteString("resourceType", "Organization");
        json.WriteString("id", TeamId(team));
        json.WriteStartArray("identifier");
        Identifier(FhirNames.TeamSystem, team.Code);
        json.WriteEndArray();
        json.WriteBoolean("active", true);
        json.WriteString("name", team.Name);
        if (team.Organisation is { } organisation)
        {
            json.WriteStartObject("partOf");
            json.WriteString("display", organisation);
            json.WriteEndObject();
        }
    }

    private void WriteMeasure(MeasureRow measure)
    {
        var state = measure.State;
        json.WriteString("resourceType", "Measure");
        json.WriteString("id", Id($"measure {collaborative} {measure.CodeKey}"));
        json.WriteString("url", Canonical(measure));
        json.WriteStartArray("identifier");
        Identifier(FhirNames.MeasureBase + collaborative, measure.Code);
        json.WriteEndArray();
        json.WriteString("version", Version(measure));
        json.WriteString("title", state.Name);
        json.WriteString("status", "active");
        json.WritePropertyName("scoring");
        Concept(FhirNames.Scoring, ScoringOf(state.Kind));
        json.WriteStartArray("type");
        if (state.Type == MeasureType.Balancing)
        {
            // HL7 has no code for it.
            Concept("balancing");
        }
        else
        {
            Concept(FhirNames.MeasureTypes, Naming.Of(state.Type));
        }

        json.WriteEndArray();
        WriteImprovement(state);
        var definitions = new[] { (FhirNames.Numerator, state.NumeratorDefinition), (FhirNames.Denominator, state.DenominatorDefinition) };
        if (definitions.Any(definition => definition.Item2 is not null))
        {
            json.WriteStartArray("group");
            json.WriteStartObject();
            json.WriteStartArray("population");
            foreach (var (code, definition) in definitions)
            {
                if (definition is not null)
                {
                    json.WriteStartObject();
                    json.WritePropertyName("code");
                    Concept(FhirNames.Populations, code);
                    json.WriteStartObject("criteria");
                    json.WriteString("language", "text/plain");
                    json.WriteString("expression", definition);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        }
    }

    private void WriteReport(TeamRow team, MeasureRow row, ExportedFigure figure)
    {
        var (measure, state, month) = (row.State, figure.State, figure.Month);
        json.WriteString("resourceType", "MeasureReport");
        json.WriteString("id", Id($"report {collaborative} {team.CodeKey} {row.CodeKey} {month}"));
        if (state.NoData is null && measure.Direction != Direction.Neutral)
        {
            // The profile asks for populations, and for a direction that is better.
            json.WriteStartObject("meta");
            json.WriteStartArray("profile");
            json.WriteStringValue(FhirNames.SummaryProfile);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteStartArray("extension");
        json.WriteStartObject();
        json.WriteString("url", FhirNames.ScoringExtension);
        json.WritePropertyName("valueCodeableConcept");
        Concept(FhirNames.Scoring, ScoringOf(measure.Kind));
        json.WriteEndObject();
        TextExtension(FhirNames.NoData, state.NoData);
        TextExtension(FhirNames.Note, state.Note);
        json.WriteEndArray();
        json.WriteStartArray("identifier");
        Identifier(FhirNames.SubmissionSystem, $"{collaborative}/{team.Code}/{row.Code}/{month}");
        json.WriteEndArray();
        json.WriteString("status", "complete");
        json.WriteString("type", "summary");
        json.WriteString("measure", $"{Canonical(row)}|{Version(row)}");
        json.WriteString("date", Instant(figure.RecordedAt));
        json.WriteStartObject("reporter");
        json.WriteString("reference", asLines ? $"Organization/{TeamId(team)}" : $"urn:uuid:{TeamId(team)}");
        json.WritePropertyName("identifier");
        Identifier(FhirNames.TeamSystem, team.Code);
        json.WriteString("display", team.Name);
        json.WriteEndObject();
        json.WriteStartObject("period");
        json.WriteString("start", Day(month.FirstDay));
        json.WriteString("end", Day(month.LastDay));
        json.WriteEndObject();
        WriteImprovement(measure);
        json.WriteStartArray("group");
        json.WriteStartObject();
        WriteGroup(measure, state);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteGroup(MeasureState measure, SubmissionState state)
    {
        var figures = state.Figures;
        var isContinuous = ScoringOf(measure.Kind) == "continuous-variable";
        if (isContinuous && state.NoData is null)
        {
            json.WriteStartArray("extension");
            WriteFigures(figures);
            json.WriteEndArray();
        }

        json.WritePropertyName("code");
        Concept(measure.Name);
        if (state.NoData is not null)
        {
            json.WriteStartObject("measureScore");
            json.WriteStartArray("extension");
            json.WriteStartObject();
            json.WriteString("url", FhirNames.DataAbsent);
            json.WriteString("valueCode", "unknown");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            return;
        }

        if (isContinuous)
        {
            var (score, size) = ContinuousVariable.Of(figures);
            json.WriteStartArray("population");
            Population(FhirNames.MeasurePopulation, size);
            json.WriteEndArray();
            Score(score);
        }
        else if (measure.Kind == MeasureKind.Count)
        {
            json.WriteStartArray("population");
            Population(FhirNames.InitialPopulation, figures.Numerator);
            json.WriteEndArray();
        }
        else
        {
            WriteQuotient(figures.Numerator, figures.Denominator);
        }

        WriteStrata(StratumText.Read(state.Strata) ?? []);
    }

    private void WriteFigures(Figures figures)
    {
        json.WriteStartObject();
        json.WriteStartArray("extension");
        foreach (var (name, value) in new[]
        {
            (FhirNames.Numerator, figures.Numerator), (FhirNames.Denominator, figures.Denominator), ("value", figures.Value), ("n", figures.N), ("sd", figures.Sd),
        })
        {
            if (value is { } number)
            {
                json.WriteStartObject();
                json.WriteString("url", name);
                json.WriteNumber("valueDecimal", number);
                json.WriteEndObject();
            }
        }

        TextExtension("values", figures.Gaps is { Length: 0 } ? LongForm.NoGaps : figures.Gaps);
        json.WriteEndArray();
        json.WriteString("url", FhirNames.Figures);
        json.WriteEndObject();
    }

    private void WriteQuotient(double? above, double? below)
    {
        json.WriteStartArray("population");
        Population(FhirNames.Denominator, below);
        Population(FhirNames.Numerator, above);
        json.WriteEndArray();
        Score(below > 0 ? above / below : null);
    }

    private void WriteStrata(IReadOnlyList<Stratum> strata)
    {
        if (strata.Count == 0)
        {
            return;
        }

        json.WriteStartArray("stratifier");
        foreach (var scheme in strata.GroupBy(stratum => stratum.Scheme!))
        {
            json.WriteStartObject();
            json.WriteStartArray("code");
            Concept(scheme.Key);
            json.WriteEndArray();
            json.WriteStartArray("stratum");
            foreach (var stratum in scheme)
            {
                json.WriteStartObject();
                json.WritePropertyName("value");
                Concept(stratum.Category!);
                WriteQuotient(stratum.Numerator, stratum.Denominator);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Population(string code, double? size)
    {
        json.WriteStartObject();
        if (size is { } number)
        {
            var isCount = number is >= 0 and <= int.MaxValue && Math.Floor(number) == number;
            if (!isCount)
            {
                json.WriteStartArray("extension");
                json.WriteStartObject();
                json.WriteString("url", FhirNames.CountQuantity);
                json.WriteStartObject("valueQuantity");
                json.WriteNumber("value", number);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndArray();
            }

            json.WritePropertyName("code");
            Concept(FhirNames.Populations, code);
            if (isCount)
            {
                json.WriteNumber("count", (int)number);
            }
        }
        else
        {
            json.WritePropertyName("code");
            Concept(FhirNames.Populations, code);
            json.WriteStartObject("_count");
            json.WriteStartArray("extension");
            json.WriteStartObject();
            json.WriteString("url", FhirNames.DataAbsent);
            json.WriteString("valueCode", "unknown");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>The plain quotient or value, whatever a chart multiplies it by.</summary>
    private void Score(double? score)
    {
        if (score is { } number)
        {
            json.WriteStartObject("measureScore");
            json.WriteNumber("value", number);
            json.WriteString("system", FhirNames.Units);
            json.WriteString("code", "1");
            json.WriteEndObject();
        }
    }

    private void WriteImprovement(MeasureState measure)
    {
        if (measure.Direction != Direction.Neutral)
        {
            json.WritePropertyName("improvementNotation");
            Concept(FhirNames.Improvement, Naming.Of(measure.Direction));
        }
    }

    private void Concept(string system, string code)
    {
        json.WriteStartObject();
        json.WriteStartArray("coding");
        json.WriteStartObject();
        json.WriteString("system", system);
        json.WriteString("code", code);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Concept(string text)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private void Identifier(string system, string value)
    {
        json.WriteStartObject();
        json.WriteString("system", system);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    private void TextExtension(string url, string? text)
    {
        if (text is not null)
        {
            json.WriteStartObject();
            json.WriteString("url", url);
            json.WriteString("valueString", text);
            json.WriteEndObject();
        }
    }

    private string Canonical(MeasureRow measure) => $"{FhirNames.MeasureBase}{collaborative}:{measure.Code}";

    private static string Version(MeasureRow measure) => measure.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private string TeamId(TeamRow team) => Id($"team {collaborative} {team.CodeKey}");

    private static string ScoringOf(MeasureKind kind) => kind switch
    {
        MeasureKind.Proportion => "proportion",
        MeasureKind.Rate or MeasureKind.Ratio => "ratio",
        MeasureKind.Count => "cohort",
        _ => "continuous-variable",
    };

    /// <summary>An id that follows from the codes, so that the same thing has the same one in every export (RFC 9562, version 8).</summary>
    private static string Id(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"urn:collaborative:{name}")).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
