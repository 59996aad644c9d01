using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>QRDA Category III (HL7 CDA R2, release 2.1 with the yearly constraints of CMS): the counts of many measures in one document.</summary>
/// <remarks>Templates are named by their object identifiers, as the implementation guide does.</remarks>
internal sealed class QrdaFormat : ImportFormat
{
    private const string SectionOfMeasures = "2.16.840.1.113883.10.20.27.2.1";
    private const string ReportOfPatients = "2.16.840.1.113883.10.20.24.1.1";
    private const string Parameters = "2.16.840.1.113883.10.20.17.3.8";
    private const string MeasureId = "2.16.840.1.113883.4.738";

    /// <summary>A continuous value, of HL7 and with the constraints of CMS.</summary>
    private static readonly string[] ContinuousValues = ["2.16.840.1.113883.10.20.27.3.2", "2.16.840.1.113883.10.20.27.3.26"];

    /// <summary>How an observation of a population holds its continuous value: HL7's guide leaves it open, CMS asks for the second.</summary>
    private static readonly string[] HoldsValue = ["SUBJ", "COMP", "REFR"];

    private const string AggregateReport = "55184-6";
    private const string PerformanceRate = "72510-1";

    /// <summary>Improvement activities and promoting interoperability: entries that are no measures of care.</summary>
    private static readonly string[] OtherEntries = ["2.16.840.1.113883.3.7031", "2.16.840.1.113883.3.7034"];

    /// <summary>Who reports, by the certification number, the tax number or the provider number; the first that is there.</summary>
    private static readonly string[] ReporterRoots = ["2.16.840.1.113883.4.336", "2.16.840.1.113883.4.2", "2.16.840.1.113883.4.6"];

    /// <summary>The templates of strata and of supplemental data.</summary>
    private static readonly (string Template, string Scheme)[] Schemes =
    [
        ("2.16.840.1.113883.10.20.27.3.4", QrdaCount.ReportingStratum),
        ("2.16.840.1.113883.10.20.27.3.6", "sex"),
        ("2.16.840.1.113883.10.20.27.3.7", "ethnicity"),
        ("2.16.840.1.113883.10.20.27.3.8", "race"),
        ("2.16.840.1.113883.10.20.27.3.9", "payer"),
    ];

    private const long MostBytes = 512L * 1024 * 1024;

    private const int MostComponents = 200;

    private static readonly XNamespace Hl7 = "urn:hl7-org:v3";

    public override string Name => "qrda3";

    public override FileFamily Family => FileFamily.Xml;

    public override Outcome<Recognised> Recognise(ReadOnlySpan<byte> head)
    {
        var isWhole = head.Length < BeginImport.HeadBytes;
        using var reader = SafeXml.Open(new MemoryStream(head.ToArray()), MostBytes);
        var isReport = false;
        try
        {
            while (reader.Next())
            {
                if (reader.NodeType != XmlNodeType.Element)
                {
                    continue;
                }

                if (reader.Depth == 0)
                {
                    isReport = IsHl7(reader, "ClinicalDocument");
                    if (!isReport)
                    {
                        return Unreadable(reader.NamespaceURI == "http://hl7.org/fhir" ? "FHIR is read as JSON only; have it written as JSON." : "The file is XML, but no QRDA Category III document.");
                    }
                }
                else if (Refusal(reader) is { } patients)
                {
                    return PatientLevelException.Refusal(patients);
                }
            }
        }
        catch (UnreadableFileException exception)
        {
            if (isWhole || !isReport || exception.Message.Contains("DOCTYPE", StringComparison.Ordinal))
            {
                return Unreadable(exception.Message);
            }
        }

        return new Recognised(this);
    }

    public override IEnumerable<LongRow?> Translate(ImportSource source)
    {
        using var reader = SafeXml.Open(source.Open(), MostBytes);
        var document = new QrdaDocument();
        while (reader.Next())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    Take(reader, document);
                    break;
                case XmlNodeType.EndElement when IsHl7(reader, "section") && reader.Depth == document.SectionDepth:
                    document.EndSection();
                    break;
                default:
                    break;
            }
        }

        if (!document.IsAggregate)
        {
            throw new UnreadableFileException("The document does not say that it is a QRDA Category III report (code 55184-6).");
        }

        if (document.Measures.Count == 0)
        {
            throw new UnreadableFileException("The document has no measures.");
        }

        for (var i = 0; i < document.Measures.Count; i++)
        {
            foreach (var row in Rows(document, document.Measures[i], string.Create(CultureInfo.InvariantCulture, $"measure {i + 1}"), source.Periods))
            {
                yield return row;
            }
        }
    }

    private static void Take(XmlReader reader, QrdaDocument document)
    {
        if (Refusal(reader) is { } patients)
        {
            throw new PatientLevelException(patients);
        }

        if (reader.NamespaceURI != Hl7.NamespaceName)
        {
            return;
        }

        switch (reader.LocalName)
        {
            case "code" when reader.Depth == 1:
                document.IsAggregate = reader.GetAttribute("code") == AggregateReport;
                break;
            case "documentationOf":
                document.AddReporter(Reporter(reader.Take()));
                break;
            case "section" when !reader.IsEmptyElement:
                document.BeginSection(reader.Depth);
                break;
            case "templateId" when reader.Depth == document.SectionDepth + 1 && reader.GetAttribute("root") == SectionOfMeasures:
                document.IsInMeasures = true;
                break;
            case "act":
                var act = reader.Take();
                if (HasTemplate(act, Parameters))
                {
                    var time = act.Element(Hl7 + "effectiveTime");
                    document.AddPeriod(new QrdaPeriod(Attribute(time?.Element(Hl7 + "low"), "value"), Attribute(time?.Element(Hl7 + "high"), "value")));
                }

                break;
            case "organizer" when document.IsInMeasures && !reader.IsEmptyElement:
                document.Add(Measure(reader));
                break;
            default:
                break;
        }
    }

    /// <summary>One measure, component by component, so that a long one is never held whole.</summary>
    private static QrdaMeasure? Measure(XmlReader reader)
    {
        var depth = reader.Depth;
        var measure = new QrdaMeasure();
        while (reader.Next() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (IsHl7(reader, "reference"))
            {
                var external = reader.Take().Element(Hl7 + "externalDocument");
                foreach (var id in external?.Elements(Hl7 + "id") ?? [])
                {
                    measure.IsOther |= OtherEntries.Contains(Attribute(id, "root"));
                    measure.Code ??= Attribute(id, "root") == MeasureId ? Attribute(id, "extension") : null;
                }

                measure.Name ??= external?.Element(Hl7 + "text")?.Value.Trim();
            }
            else if (IsHl7(reader, "component"))
            {
                if (++measure.Components > MostComponents)
                {
                    throw new UnreadableFileException("A measure has more components than any measure has.");
                }

                if (reader.Take().Element(Hl7 + "observation") is { } observation)
                {
                    Component(observation, measure);
                }
            }
            else
            {
                reader.Take();
            }
        }

        return measure.IsOther ? null : measure;
    }

    private static void Component(XElement observation, QrdaMeasure measure)
    {
        var code = Attribute(observation.Element(Hl7 + "code"), "code");
        if (code == PerformanceRate)
        {
            measure.Rates.Add(new QrdaRate(Attribute(observation.Element(Hl7 + "value"), "value"), External(observation)));
            return;
        }

        if (code != "ASSERTION" || KnownPopulation(Attribute(observation.Element(Hl7 + "value"), "code")) is not { } population)
        {
            return;
        }

        var strata = new List<QrdaCount>();
        foreach (var supplemental in observation.Elements(Hl7 + "entryRelationship").Where(relation => Attribute(relation, "typeCode") == "COMP").Elements(Hl7 + "observation"))
        {
            if (Schemes.FirstOrDefault(scheme => HasTemplate(supplemental, scheme.Template)) is { Scheme: { } name } && Category(supplemental, name) is { } category)
            {
                strata.Add(new QrdaCount(name, category, Count(supplemental, population, [])));
            }
        }

        var values = observation.Elements(Hl7 + "entryRelationship")
            .Where(relation => HoldsValue.Contains(Attribute(relation, "typeCode")))
            .Elements(Hl7 + "observation")
            .Where(inner => ContinuousValues.Any(template => HasTemplate(inner, template)))
            .Select(inner => (Value: Attribute(inner.Element(Hl7 + "value"), "value"), Method: Attribute(inner.Element(Hl7 + "methodCode"), "code")))
            .Distinct()
            .ToList();
        if (values.Count > 1)
        {
            measure.Findings.Add(new Finding("score", $"{population} has {values.Count} values; it must have one.", IsError: true));
        }

        measure.Populations.Add(new QrdaPopulation(
            population,
            Count(observation, population, measure.Findings),
            External(observation),
            strata,
            values.FirstOrDefault().Value,
            values.FirstOrDefault().Method));
    }

    /// <summary>The one count of an observation itself: those of its supplemental data lie deeper and are not looked at.</summary>
    private static double? Count(XElement observation, string population, List<Finding> findings)
    {
        var counts = Direct(observation).Where(inner => Attribute(inner.Element(Hl7 + "code"), "code") == "MSRAGG").SelectMany(inner => inner.Elements(Hl7 + "value")).ToList();
        if (counts.Count != 1)
        {
            findings.Add(new Finding("count", $"{population} has {(counts.Count == 0 ? "no count" : $"{counts.Count} counts")}; it must have exactly one.", IsError: true));
            return null;
        }

        if (!long.TryParse(Attribute(counts[0], "value"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
        {
            findings.Add(new Finding("count", $"The count of {population} is not a whole number.", IsError: true));
            return null;
        }

        if (count < 0)
        {
            findings.Add(new Finding("count", $"The count of {population} is below 0.", IsError: true));
            return null;
        }

        return count;
    }

    private static IEnumerable<XElement> Direct(XElement observation) => observation.Elements(Hl7 + "entryRelationship")
        .Where(relation => Attribute(relation, "typeCode") == "SUBJ" && Attribute(relation, "inversionInd") == "true")
        .Elements(Hl7 + "observation");

    private static string? Category(XElement supplemental, string scheme)
    {
        if (scheme == QrdaCount.ReportingStratum && External(supplemental) is { } definition)
        {
            // Which stratum of the measure it is; its own code only says that it is one.
            return definition;
        }

        var value = supplemental.Element(Hl7 + "value");
        return Attribute(value, "code") ?? Attribute(value?.Element(Hl7 + "translation"), "code")
            ?? External(supplemental);
    }

    /// <summary>The GUID of what an observation refers to in the measure's definition.</summary>
    private static string? External(XElement observation) =>
        Attribute(observation.Elements(Hl7 + "reference").Elements(Hl7 + "externalObservation").Elements(Hl7 + "id").FirstOrDefault(), "root");

    private static string? KnownPopulation(string? code) => code switch
    {
        "IPOP" or "IPP" => "IPOP",
        "DENOM" or "DENEX" or "DENEXCEP" or "NUMER" or "NUMEX" or "MSRPOPL" or "MSRPOPLEX" => code,
        _ => null,
    };

    private static IEnumerable<LongRow> Rows(QrdaDocument document, QrdaMeasure measure, string place, PeriodReading periods)
    {
        var period = document.PeriodOf(measure);
        var (month, problem) = ReportedPeriod.Of(period.Start, period.End, periods);
        var rates = measure.Split();
        var several = rates.Count > 1;
        for (var i = 0; i < rates.Count; i++)
        {
            var findings = new List<Finding>(measure.Findings);
            if (problem is not null)
            {
                findings.Add(problem);
            }

            if (measure.Code is null)
            {
                findings.Add(new Finding("measure", "The entry does not say which eCQM it is of.", IsError: true));
            }

            if (several)
            {
                findings.Add(new Finding("rates", "The measure has several rates; populations were put together in the order of the document."));
            }

            var counts = rates[i];
            if (counts.Twice is { } twice)
            {
                findings.Add(new Finding("populationTwice", $"{twice} is given twice.", IsError: true));
            }

            findings.AddRange(counts.Unplaced.Select(code => new Finding("populationUnplaced", $"The measure has {rates.Count} rates, and nobody can tell to which of them {code} belongs.", IsError: true)));

            ReportedFigures? figures = null;
            string? strata = null;
            if (findings.TrueForAll(finding => !finding.IsError))
            {
                figures = counts.Of(population => population.Count, counts.Stated(measure.Rates, i, rates.Count)).Figures();
                findings.AddRange(figures.Findings);
                if (figures.Value is not null)
                {
                    findings.AddRange(Method(counts.Method));
                }

                strata = figures.Denominator is null ? null : counts.Strata(findings);
            }

            yield return new LongRow
            {
                Place = several ? string.Create(CultureInfo.InvariantCulture, $"{place}, rate {i + 1}") : place,
                Team = document.Reporter?.Code,
                TeamName = document.Reporter?.Name,
                Measure = several && measure.Code is not null ? $"{measure.Code}#{counts.Id ?? (i + 1).ToString(CultureInfo.InvariantCulture)}" : measure.Code,
                MeasureName = measure.Name,
                Month = month?.ToString(),
                Numerator = Number(figures?.Numerator),
                Denominator = Number(figures?.Denominator),
                Value = Number(figures?.Value),
                N = Number(figures?.N),
                Strata = strata,
                Findings = findings,
            };
        }
    }

    /// <summary>A mean is no median: what the document says of its value must be what the measure is. One that says nothing is believed.</summary>
    private static IEnumerable<Finding> Method(string? code) => code switch
    {
        null => [],
        "MEAN" => [new Finding("method", "The document's value is a mean, but the measure is a median.", IsError: true) { OnlyOf = MeasureKind.Median }],
        "MEDIAN" => [new Finding("method", "The document's value is a median, but the measure is a mean.", IsError: true) { OnlyOf = MeasureKind.Mean }],
        _ => [new Finding("method", "The document says of its value that it is neither a mean nor a median.", IsError: true)],
    };

    private static (string Code, string? Name)? Reporter(XElement documentation)
    {
        var entities = documentation.Elements(Hl7 + "serviceEvent").Elements(Hl7 + "performer").Elements(Hl7 + "assignedEntity").ToList();
        var ids = entities.Elements(Hl7 + "representedOrganization").Elements(Hl7 + "id").Concat(entities.Elements(Hl7 + "id")).ToList();
        var id = ReporterRoots.Select(root => ids.FirstOrDefault(id => Attribute(id, "root") == root && Attribute(id, "extension") is not null)).FirstOrDefault(found => found is not null);
        return id is null ? null : (Attribute(id, "extension")!, entities.Elements(Hl7 + "representedOrganization").Elements(Hl7 + "name").FirstOrDefault()?.Value.Trim());
    }

    /// <summary>Where the reader stands on something that is about a patient: what it is.</summary>
    private static string? Refusal(XmlReader reader) => reader.NamespaceURI != Hl7.NamespaceName ? null : reader.LocalName switch
    {
        "templateId" when reader.GetAttribute("root") == ReportOfPatients => "a QRDA Category I report, which is about one patient",
        "recordTarget" => Patient(reader.Take()),
        _ => null,
    };

    /// <summary>A report of counts says that it has no patient: its identifier is nulled.</summary>
    private static string? Patient(XElement target) =>
        target.Descendants(Hl7 + "patient").Any() || target.Descendants(Hl7 + "id").Any(id => Attribute(id, "extension") is not null && Attribute(id, "nullFlavor") is null)
            ? "a patient's particulars"
            : null;

    private static bool HasTemplate(XElement element, string root) => element.Elements(Hl7 + "templateId").Any(template => Attribute(template, "root") == root);

    private static bool IsHl7(XmlReader reader, string name) => reader.LocalName == name && reader.NamespaceURI == Hl7.NamespaceName;

    private static string? Attribute(XElement? element, string name) => element?.Attribute(name)?.Value.Trim() is { Length: > 0 } value ? value : null;

    private static string? Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);
}
