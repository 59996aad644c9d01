using System.Globalization;
using System.Text;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>
/// FHIR MeasureReports of type summary, of releases 4 and 5: one, one on each line, or those of a bundle. Each group is a
/// row; strata come along. Anything about single patients refuses the whole file.
/// </summary>
internal sealed class FhirFormat : ImportFormat
{
    private const string Report = "MeasureReport";

    private const string Bundle = "Bundle";

    private const string ErrorMessage = "OperationOutcome";

    private const string InitialPopulation = "initial-population";

    private const string CountQuantity = "countQuantity";

    private const int MostOrganizations = 100_000;

    /// <summary>What a bundle may hold besides reports: descriptions, and those who report. Everything else is about patients.</summary>
    private static readonly string[] Harmless =
    [
        Report, Bundle, "Organization", "Location", "HealthcareService", "Endpoint", "Device", "Practitioner", "PractitionerRole",
        "Measure", "Library", "CodeSystem", "ValueSet", "ConceptMap", "NamingSystem", "StructureDefinition", "SearchParameter", "OperationDefinition",
        "CapabilityStatement", "ImplementationGuide", ErrorMessage,
    ];

    /// <summary>Who a reference in a summary must not point at.</summary>
    private static readonly string[] Individuals = ["Patient", "Person", "RelatedPerson", "ResearchSubject", "Encounter", "EpisodeOfCare"];

    /// <summary>What a group of a report may be about.</summary>
    private static readonly string[] SubjectsOfGroups = ["Group", "Organization", "Location", "HealthcareService", "CareTeam", "Device", "Practitioner", "PractitionerRole"];

    private static readonly Finding NotUnderstood = new(
        "modifierExtension", "The document says by a modifier extension that this means something else than it seems to. Nobody here understands it, so it is not taken.", IsError: true);

    /// <summary>2^53: beyond it not every whole number is a double (IEEE 754).</summary>
    private const double MostExact = 9_007_199_254_740_992;

    private static readonly string[] PatientTypes = ["individual", "subject-list", "data-collection", "data-exchange"];

    public override string Name => "fhirMeasureReport";

    public override FileFamily Family => FileFamily.Json;

    /// <summary>Goes over the beginning word by word, so that a file of patients is refused before any of it is kept.</summary>
    public override Outcome<Recognised> Recognise(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(Encoding.UTF8.Preamble))
        {
            head = head[Encoding.UTF8.Preamble.Length..];
        }

        var isWhole = head.Length < BeginImport.HeadBytes;
        try
        {
            var seen = LookOver(head);
            if (seen.Patients is { } patients)
            {
                return PatientLevelException.Refusal(patients);
            }

            return JsonDocuments.TypeIn(head, isWhole, out var type) && !Harmless.Contains(type)
                ? Unreadable("The file is JSON, but no FHIR MeasureReport and no Bundle of them.")
                : isWhole && seen is { Ends: true, HasFigures: false } && (seen.HasOutcome || !seen.IsOfASearch) ? Unreadable(NoReport(seen.HasOutcome))
                : new Recognised(this);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or UnreadableFileException)
        {
            // What is asked of a text that is none in Unicode is an invalid operation.
            return Unreadable(exception is UnreadableFileException ? exception.Message : "The file is not JSON as it should be; have it written anew.");
        }
    }

    public override IEnumerable<LongRow?> Translate(ImportSource source)
    {
        Dictionary<string, Reporter> reporters = [];
        var (hasOutcome, hasResources) = (false, false);
        using (var body = source.Open())
        {
            foreach (var (_, element) in new JsonDocuments(body).Read())
            {
                Collect(element, reporters);
                hasResources = true;
                hasOutcome |= Resource(element) is { } resource && Text(resource, "resourceType") == ErrorMessage;
            }
        }

        var isEmpty = true;
        using var again = source.Open();
        foreach (var (place, element) in new JsonDocuments(again).Read())
        {
            foreach (var row in Rows(place, element, reporters, source.Periods))
            {
                isEmpty = false;
                yield return row;
            }
        }

        // A search that found nothing is answered with a bundle of nothing.
        if (isEmpty && hasResources)
        {
            throw new UnreadableFileException(NoReport(hasOutcome));
        }
    }

    private static string NoReport(bool hasOutcome) => hasOutcome
        ? "The file has no FHIR MeasureReport. It has an OperationOutcome, the error message of a server: that server wrote no report."
        : "The file has no FHIR MeasureReport, so there are no figures in it.";

    private static Seen LookOver(ReadOnlySpan<byte> head)
    {
        var seen = default(Seen);
        var reader = new Utf8JsonReader(head, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = JsonDocuments.MostDepth, AllowMultipleValues = true }));
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("subjectResults"u8) || reader.ValueTextEquals("subjectReport"u8) || reader.ValueTextEquals("evaluatedResource"u8))
            {
                return seen with { Patients = "lists of the patients that were counted" };
            }

            // An entry that asks for something to be deleted has no report with it, and is told in its own row.
            seen.HasFigures |= reader.ValueTextEquals("request"u8);
            var (isType, isResource) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("resourceType"u8));
            if ((!isType && !isResource) || !reader.Read() || reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > 100)
            {
                continue;
            }

            var value = reader.GetString()!;
            if (isType && PatientTypes.Contains(value))
            {
                return seen with { Patients = $"a report of type {value}, which is about single patients" };
            }

            if (isResource && !Harmless.Contains(value))
            {
                return seen with { Patients = WhatIs(value) };
            }

            seen.HasFigures |= isResource && value == Report;
            seen.IsOfASearch |= isType && value == "searchset";
            seen.HasOutcome |= isResource && value == ErrorMessage;
        }

        return seen with { Ends = reader is { TokenType: JsonTokenType.EndObject, CurrentDepth: 0 } };
    }

    /// <summary>The name of a resource type comes from the file, so it is only repeated where it is one of FHIR's words.</summary>
    private static string WhatIs(string resourceType) =>
        resourceType.Length <= 40 && resourceType.All(char.IsAsciiLetter) ? $"a resource of type {resourceType} beside its reports" : "other resources beside its reports";

    private static void Collect(JsonElement element, Dictionary<string, Reporter> reporters)
    {
        var resource = Resource(element);
        if (resource is not { } found || Text(found, "resourceType") is not "Organization" and not "Location")
        {
            return;
        }

        var reporter = ReporterOf(found);
        if (Text(element, "fullUrl") is { } url)
        {
            reporters.TryAdd(url, reporter);
        }

        if (Text(found, "id") is { } id)
        {
            reporters.TryAdd($"{Text(found, "resourceType")}/{id}", reporter);
        }

        if (reporters.Count > MostOrganizations)
        {
            throw new UnreadableFileException("The file names more organisations than any collaborative has.");
        }
    }

    private static IEnumerable<LongRow> Rows(string place, JsonElement element, Dictionary<string, Reporter> reporters, PeriodReading periods)
    {
        var isReport = false;
        if (Resource(element) is { } resource)
        {
            RefusePatients(resource);
            isReport = Text(resource, "resourceType") == Report;
            if (!isReport)
            {
                yield break;
            }
        }

        if (Array(element, "request").Any(request => Text(request, "method") == "DELETE"))
        {
            yield return new LongRow
            {
                Place = place,
                Findings = [new Finding("delete", "Nothing is taken back by an import; withdraw the figure itself.", IsError: true)],
            };
            yield break;
        }

        if (!isReport)
        {
            yield break;
        }

        var report = Resource(element)!.Value;

        var findings = new List<Finding>();
        if (Text(report, "type") is var type && type != "summary")
        {
            throw new PatientLevelException(type is not null && PatientTypes.Contains(type) ? $"a report of type {type}, which is about single patients" : "a report that is no summary");
        }

        if (Text(report, "status") is var status && status != "complete")
        {
            findings.Add(new Finding("status", $"The report's status is {(status is "pending" or "error" ? status : "not complete")}; only complete reports are taken.", IsError: true));
        }

        if (IsModified(element) || IsModified(report))
        {
            findings.Add(NotUnderstood);
        }

        if (UpdateType(report) is { } update && update != "snapshot")
        {
            findings.Add(new Finding("updateType", "The report gives only what has changed since an earlier one. Reports are taken as they stand, so send the whole figures (a snapshot).", IsError: true));
        }

        var (month, problem) = Period(report, periods);
        if (problem is not null)
        {
            findings.Add(problem);
        }

        findings.AddRange(Better(report));
        var reporter = Who(report, reporters);
        var measure = Text(report, "measure");
        var version = measure?.IndexOf('|', StringComparison.Ordinal) ?? -1;
        var canonical = version > 0 ? measure![..version] : measure;
        var groups = Array(report, "group").ToList();
        if (groups.Count == 0)
        {
            findings.Add(new Finding("group", "The report has no group, so it has no figures.", IsError: true));
            groups.Add(default);
        }

        var (note, noData) = (ExtensionText(report, FhirNames.Note), ExtensionText(report, FhirNames.NoData));
        for (var i = 0; i < groups.Count; i++)
        {
            var group = groups[i];
            var own = group.ValueKind == JsonValueKind.Object ? GroupRow(group, findings, noData is not null) : new LongRow { Place = place, Findings = findings };
            yield return own with
            {
                Place = groups.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{place}, group {i + 1}") : place,
                Team = reporter?.Code,
                TeamName = reporter?.Name,
                Measure = groups.Count > 1 && canonical is not null
                    ? $"{canonical}#{Codes(group, "code").FirstOrDefault() ?? Link(group) ?? (i + 1).ToString(CultureInfo.InvariantCulture)}"
                    : canonical,
                MeasureName = Display(group, "code"),
                Month = month?.ToString(),
                Note = note,
                NoData = noData,
            };
        }
    }

    /// <param name="saysWhyNone">The report says why there are no figures, so there need be none.</param>
    private static LongRow GroupRow(JsonElement group, List<Finding> ofReport, bool saysWhyNone)
    {
        var findings = new List<Finding>(ofReport);
        findings.AddRange(Better(group));
        if (IsModified(group) || Array(group, "population").Any(IsModified))
        {
            findings.Add(NotUnderstood);
        }

        if (saysWhyNone && !Array(group, "population").Any())
        {
            return new LongRow { Place = "", Findings = findings };
        }

        var full = OwnFigures(group, findings);
        var populations = Populations(group, findings, mayLackCounts: full is not null);
        if (full is { } own)
        {
            findings.AddRange(populations.Against(own));
            return FiguresRow(own) with { Strata = StrataOf(group, findings), Findings = findings };
        }

        var figures = populations.Figures();
        findings.AddRange(figures.Findings);
        return new LongRow
        {
            Place = "",
            Numerator = Number(figures.Numerator),
            Denominator = Number(figures.Denominator),
            Value = Number(figures.Value),
            N = Number(figures.N),
            Strata = StrataOf(group, findings) is var strata && figures is { Numerator: null, Value: null } ? null : strata,
            Findings = findings,
        };
    }

    private static LongRow FiguresRow(Figures figures) => new()
    {
        Place = "",
        Numerator = Number(figures.Numerator),
        Denominator = Number(figures.Denominator),
        Value = Number(figures.Value),
        N = Number(figures.N),
        Sd = Number(figures.Sd),
        Values = figures.Gaps is { Length: 0 } ? LongForm.NoGaps : figures.Gaps,
    };

    /// <summary>The figures in full, as an export of ours writes them where populations and a score cannot hold all of them; otherwise null.</summary>
    private static Figures? OwnFigures(JsonElement group, List<Finding> findings)
    {
        if (Extension(group, FhirNames.Figures) is not { } found)
        {
            return null;
        }

        var figures = Figures.None;
        foreach (var member in Array(found, "extension"))
        {
            double? number = member.TryGetProperty("valueDecimal", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var given) && double.IsFinite(given) ? given : null;
            var read = (Text(member, "url"), number) switch
            {
                (FhirNames.Numerator, not null) => figures with { Numerator = number },
                (FhirNames.Denominator, not null) => figures with { Denominator = number },
                ("value", not null) => figures with { Value = number },
                ("n", not null) => figures with { N = number },
                ("sd", not null) => figures with { Sd = number },
                ("values", null) when Text(member, "valueString") is { } text && LongForm.TryGaps(text, out var gaps) => figures with { Gaps = Figures.WriteGaps(gaps) },
                _ => null,
            };
            if (read is null)
            {
                findings.Add(new Finding("figures", "The figures in full have a member that cannot be read.", IsError: true));
            }

            figures = read ?? figures;
        }

        return figures;
    }

    /// <summary>The strata that can be kept; every other is named.</summary>
    private static string? StrataOf(JsonElement group, List<Finding> findings)
    {
        var strata = new Dictionary<(string Scheme, string Category), Stratum>();
        var leftOut = new LeftOutStrata();
        foreach (var (stratifier, i) in Array(group, "stratifier").Select((stratifier, i) => (stratifier, i)))
        {
            var scheme = Codes(stratifier, "code").FirstOrDefault() ?? Link(stratifier) ?? Text(stratifier, "id") ?? string.Create(CultureInfo.InvariantCulture, $"stratifier {i + 1}");
            foreach (var stratum in Array(stratifier, "stratum"))
            {
                if (StratumOf(scheme, IsModified(stratifier), stratum, leftOut, findings) is not { } kept)
                {
                    continue;
                }

                if (!strata.TryAdd((kept.Scheme!, kept.Category!), kept) && strata[(kept.Scheme!, kept.Category!)] is { Denominator: not null } known && known != kept)
                {
                    strata[(kept.Scheme!, kept.Category!)] = known with { Numerator = null, Denominator = null };
                    leftOut.Add(kept.Scheme!, kept.Category, "It is given twice, with different figures.");
                }
            }
        }

        findings.AddRange(leftOut.Findings);
        return StratumText.Write([.. strata.Values.Where(stratum => stratum.Denominator is not null)]);
    }

    private static Stratum? StratumOf(string scheme, bool isModified, JsonElement stratum, LeftOutStrata leftOut, List<Finding> findings)
    {
        var components = Array(stratum, "component").ToList();
        var category = components.Count > 0
            ? string.Join(" × ", components.Select(component => Category(component)))
            : Category(stratum);
        if (components.Count > 0 && components.Select(component => Codes(component, "code").FirstOrDefault()).ToList() is var names && names.TrueForAll(name => name is not null))
        {
            scheme = string.Join(" × ", names);
        }

        (scheme, category) = (Short(scheme), Short(category));
        if (category.Length == 0)
        {
            leftOut.Add(scheme, null, "It does not say which of the cases it is of.");
            return null;
        }

        if (isModified || IsModified(stratum) || components.Exists(IsModified) || Array(stratum, "population").Any(IsModified))
        {
            leftOut.Add(scheme, category, NotUnderstood.Message);
            return null;
        }

        if (!Array(stratum, "population").Any())
        {
            leftOut.Add(scheme, category, "It has no populations.");
            return null;
        }

        var found = new List<Finding>();
        var figures = Populations(stratum, found).Figures();
        found.AddRange(figures.Findings);
        if (found.Find(finding => finding.IsError) is { } error)
        {
            leftOut.Add(scheme, category, error.Message);
            return null;
        }

        if (figures is not { Numerator: { } numerator, Denominator: { } denominator })
        {
            leftOut.Add(scheme, category, "A stratum needs the counts of a denominator and a numerator.");
            return null;
        }

        findings.AddRange(found.Select(finding => finding with { Message = $"{scheme} {category}: {finding.Message}" }));
        return new Stratum { Scheme = scheme, Category = category, Numerator = numerator, Denominator = denominator };
    }

    /// <summary>A stratum's value, under any of the names that release 5 gives it; nothing where there is none that can be read.</summary>
    private static string Category(JsonElement stratum)
    {
        if (Codes(stratum, "value").Concat(Codes(stratum, "valueCodeableConcept")).FirstOrDefault() is { } code)
        {
            return code;
        }

        if (Array(stratum, "valueQuantity").FirstOrDefault() is { ValueKind: JsonValueKind.Object } quantity)
        {
            return Amount(quantity);
        }

        if (Array(stratum, "valueRange").FirstOrDefault() is { ValueKind: JsonValueKind.Object } range)
        {
            return Range(Array(range, "low").FirstOrDefault(), Array(range, "high").FirstOrDefault());
        }

        if (Array(stratum, "valueReference").FirstOrDefault() is { ValueKind: JsonValueKind.Object } reference)
        {
            return Text(reference, "display") ?? (Text(reference, "reference") is { } to ? PartnerCode.LastPart(to) : "");
        }

        return stratum.TryGetProperty("valueBoolean", out var flag) && flag.ValueKind is JsonValueKind.True or JsonValueKind.False ? flag.GetRawText() : "";
    }

    private static string Amount(JsonElement quantity) => NumberOf(quantity) is { } number ? $"{Text(quantity, "comparator")}{number}{Unit(quantity)}" : "";

    /// <summary>“1-5 a”; one without an end is “65+ a”, one without a beginning “up to 17 a”.</summary>
    private static string Range(JsonElement low, JsonElement high) => (NumberOf(low), NumberOf(high)) switch
    {
        ({ } from, { } to) => Unit(low) is { Length: > 0 } unit && unit != Unit(high) ? $"{from}{unit}-{to}{Unit(high)}" : $"{from}-{to}{Unit(high)}",
        ({ } from, null) => $"{from}+{Unit(low)}",
        (null, { } to) => $"up to {to}{Unit(high)}",
        _ => "",
    };

    private static string? NumberOf(JsonElement quantity) =>
        quantity.ValueKind == JsonValueKind.Object && quantity.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;

    private static string Unit(JsonElement quantity) => (Text(quantity, "unit") ?? Text(quantity, "code")) is { Length: > 0 } unit ? $" {unit}" : "";

    /// <param name="mayLackCounts">Whether a population may say that its count is unknown: the figures stand elsewhere.</param>
    private static MeasurePopulations Populations(JsonElement group, List<Finding> findings, bool mayLackCounts = false)
    {
        var counts = new Dictionary<string, double>();
        var severalInitial = false;
        foreach (var population in Array(group, "population"))
        {
            // The standard code may stand behind a local one.
            if (Codes(population, "code").Select(KnownPopulation).FirstOrDefault(code => code is not null) is not { } code)
            {
                continue;
            }

            if (mayLackCounts && !Holds(population, "count") && Holds(population, "_count"))
            {
                continue;
            }

            var (size, written) = Count(population);
            if (size is not { } count)
            {
                findings.Add(new Finding("count", written is null ? $"The {code} has no count." : $"The count of the {code}, {Short(written, 40)}, is not a whole number as FHIR writes one.", IsError: true));
            }
            else if (count < 0)
            {
                findings.Add(new Finding("count", $"The count of the {code} is below 0.", IsError: true));
            }
            else if (!counts.TryAdd(code, count))
            {
                // A ratio has an initial population for each of its two parts. Nothing is worked out from them, so they keep no row out.
                severalInitial |= code == InitialPopulation;
                findings.Add(new Finding("populationTwice", $"The {code} is given twice.", IsError: code != InitialPopulation));
            }
        }

        double? Of(string code) => counts.TryGetValue(code, out var count) ? count : null;
        var (score, isPercent, comparator) = Score(group);
        return new MeasurePopulations
        {
            Initial = severalInitial ? null : Of(InitialPopulation),
            Denominator = Of("denominator"),
            DenominatorExclusion = Of("denominator-exclusion"),
            DenominatorException = Of("denominator-exception"),
            Numerator = Of("numerator"),
            NumeratorExclusion = Of("numerator-exclusion"),
            Measured = Of("measure-population"),
            MeasuredExclusion = Of("measure-population-exclusion"),
            Score = score,
            IsPercent = isPercent,
            Comparator = comparator,
        };
    }

    /// <summary>The codes of http://terminology.hl7.org/CodeSystem/measure-population; measure-observation has no count of its own.</summary>
    private static string? KnownPopulation(string code) => code switch
    {
        InitialPopulation or "denominator" or "denominator-exclusion" or "denominator-exception" or "numerator" or "numerator-exclusion"
            or "measure-population" or "measure-population-exclusion" => code,
        "initial-patient-population" => InitialPopulation,
        _ => null,
    };

    /// <summary>A population's count, and how it is written where something is.</summary>
    private static (double? Count, string? Written) Count(JsonElement population)
    {
        if (population.TryGetProperty("count", out var count))
        {
            // FHIR's count is a whole number, which some write as 100.0.
            return (count.ValueKind == JsonValueKind.Number && count.TryGetDouble(out var whole) && whole == Math.Floor(whole) && Math.Abs(whole) <= MostExact ? whole : null, count.GetRawText());
        }

        foreach (var extension in Array(population, "extension"))
        {
            if (Text(extension, "url")?.EndsWith(CountQuantity, StringComparison.Ordinal) == true
                && extension.TryGetProperty("valueQuantity", out var quantity) && quantity.ValueKind == JsonValueKind.Object
                && quantity.TryGetProperty("value", out var value))
            {
                return (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null, value.GetRawText());
            }
        }

        return (null, null);
    }

    private static (string? Score, bool IsPercent, string? Comparator) Score(JsonElement group)
    {
        foreach (var name in (string[])["measureScore", "measureScoreQuantity"])
        {
            if (group.TryGetProperty(name, out var score) && score.ValueKind == JsonValueKind.Object && score.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number)
            {
                return (value.GetRawText(), Text(score, "code") == "%" || Text(score, "unit") == "%", Text(score, "comparator") is { } comparator ? Short(comparator, 4) : null);
            }
        }

        return (null, false, null);
    }

    private static (Month? Month, Finding? Finding) Period(JsonElement report, PeriodReading periods)
    {
        var period = Array(report, "period").FirstOrDefault();
        return ReportedPeriod.Of(Text(period, "start"), Text(period, "end"), periods);
    }

    private static Reporter? Who(JsonElement report, Dictionary<string, Reporter> reporters)
    {
        if (!report.TryGetProperty("reporter", out var reporter) || reporter.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (Text(reporter, "reference") is { Length: > 0 } reference)
        {
            if (reference[0] == '#')
            {
                foreach (var contained in Array(report, "contained"))
                {
                    if (Text(contained, "id") == reference[1..])
                    {
                        return ReporterOf(contained);
                    }
                }
            }

            var version = reference.IndexOf("/_history/", StringComparison.Ordinal);
            var plain = version > 0 ? reference[..version] : reference;
            return reporters.TryGetValue(plain, out var known) ? known : new Reporter(PartnerCode.LastPart(plain), Text(reporter, "display"));
        }

        return reporter.TryGetProperty("identifier", out var identifier) && identifier.ValueKind == JsonValueKind.Object && Text(identifier, "value") is { } value
            ? new Reporter(value, Text(reporter, "display"))
            : null;
    }

    /// <summary>An organisation goes by its identifier where it has one: ids belong to one server.</summary>
    private static Reporter ReporterOf(JsonElement organization) => new(
        Array(organization, "identifier").Select(identifier => Text(identifier, "value")).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value))
            ?? Text(organization, "id") ?? Text(organization, "name") ?? "",
        Text(organization, "name"));

    private static void RefusePatients(JsonElement resource)
    {
        if (Text(resource, "resourceType") is var type && (type is null || !Harmless.Contains(type)))
        {
            throw new PatientLevelException(type is null ? "entries without a type" : WhatIs(type));
        }

        if (type == Bundle)
        {
            // Its entries are not looked at here, so nobody can say what they hold.
            throw new UnreadableFileException("A bundle stands inside the bundle; send each on its own.");
        }

        foreach (var contained in Array(resource, "contained"))
        {
            RefusePatients(contained);
        }

        if (type != Report)
        {
            return;
        }

        if (resource.TryGetProperty("subject", out var subject) && subject.ValueKind == JsonValueKind.Object
            && (Text(subject, "reference")?.Contains("Group/", StringComparison.Ordinal) != true || Text(subject, "type") is not (null or "Group")))
        {
            throw new PatientLevelException("a report about one subject");
        }

        if (Array(resource, "group").SelectMany(group => Array(group, "subject")).Any(subject => !IsTo(subject, SubjectsOfGroups)))
        {
            throw new PatientLevelException("figures about one subject");
        }

        if (PointsAtIndividual(resource))
        {
            throw new PatientLevelException("a reference to a single patient");
        }

        if (Holds(resource, "evaluatedResource") || Array(resource, "group").SelectMany(Everything).Any(population => Holds(population, "subjectResults") || Holds(population, "subjectReport") || Holds(population, "subjects")))
        {
            throw new PatientLevelException("lists of the patients that were counted");
        }
    }

    private static bool PointsAtIndividual(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(PointsAtIndividual),
        JsonValueKind.Object => IsTo(element, Individuals) || element.EnumerateObject().Any(member => PointsAtIndividual(member.Value)),
        _ => false,
    };

    /// <summary>Whether an object is a reference to a resource of one of some types, by its address or by what it says beside an identifier.</summary>
    private static bool IsTo(JsonElement element, string[] types)
    {
        var address = Text(element, "reference");
        return (Text(element, "type") is { } type && types.Contains(type) && (address is not null || Holds(element, "identifier")))
            || (address is not null && address.Split('/', '?') is var parts && parts.SkipLast(1).Any(types.Contains));
    }

    private static bool IsModified(JsonElement element) => Array(element, "modifierExtension").Any();

    /// <summary>Whether a report replaces an earlier one or adds to it: a member in release 5, an extension before.</summary>
    private static string? UpdateType(JsonElement report) => Text(report, "dataUpdateType") ?? Array(report, "extension")
        .Where(extension => Text(extension, "url")?.EndsWith("dataUpdateType", StringComparison.OrdinalIgnoreCase) == true)
        .Select(extension => Text(extension, "valueCode") ?? Text(extension, "valueString"))
        .FirstOrDefault();

    /// <summary>What is said where the measure turns out to be one that gets better the other way.</summary>
    private static IEnumerable<Finding> Better(JsonElement owner) => Codes(owner, "improvementNotation").FirstOrDefault(code => code is "increase" or "decrease") is { } better
        ? [new Finding("improvementNotation", $"For the sender {(better == "increase" ? "an increase is" : "a decrease is")} better, but this measure gets better the other way; check that both count the same.")
            {
                OnlyWhere = better == "increase" ? Direction.Decrease : Direction.Increase,
            }]
        : [];

    /// <summary>A group's populations, and those of its strata.</summary>
    private static IEnumerable<JsonElement> Everything(JsonElement group) =>
        Array(group, "population").Concat(Array(group, "stratifier").SelectMany(stratifier => Array(stratifier, "stratum")).SelectMany(stratum => Array(stratum, "population"))).Append(group);

    private static bool Holds(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    /// <summary>An entry's resource, or the element itself where it is one.</summary>
    private static JsonElement? Resource(JsonElement element) => element.ValueKind != JsonValueKind.Object ? null
        : element.TryGetProperty("resource", out var resource) ? resource.ValueKind == JsonValueKind.Object ? resource : null
        : element.TryGetProperty("resourceType", out _) ? element : null;

    /// <summary>The codes of a concept, or of a list of them; its text where it has no code.</summary>
    private static IEnumerable<string> Codes(JsonElement owner, string name)
    {
        foreach (var concept in Array(owner, name))
        {
            foreach (var coding in Array(concept, "coding"))
            {
                if (Text(coding, "code") is { Length: > 0 } code)
                {
                    yield return code;
                }
            }

            if (Text(concept, "text") is { Length: > 0 } text)
            {
                yield return text;
            }
        }
    }

    private static string? Display(JsonElement owner, string name) =>
        Array(owner, name).Select(concept => Text(concept, "text") ?? Array(concept, "coding").Select(coding => Text(coding, "display")).FirstOrDefault(display => display is not null)).FirstOrDefault();

    /// <summary>The id of an element of the measure: a member in release 5, an extension before.</summary>
    private static string? Link(JsonElement element) => Text(element, "linkId") ?? Array(element, "extension")
        .Where(extension => Text(extension, "url")?.EndsWith("linkId", StringComparison.Ordinal) == true)
        .Select(extension => Text(extension, "valueString"))
        .FirstOrDefault();

    private static JsonElement? Extension(JsonElement owner, string url) =>
        Array(owner, "extension").Where(extension => Text(extension, "url") == url).Select(extension => (JsonElement?)extension).FirstOrDefault();

    private static string? ExtensionText(JsonElement owner, string url) => Extension(owner, url) is { } found ? Text(found, "valueString") : null;

    /// <summary>The elements of a list; release 5 has single objects where release 4 has lists, so one object is a list of one.</summary>
    private static IEnumerable<JsonElement> Array(JsonElement owner, string name)
    {
        if (owner.ValueKind != JsonValueKind.Object || !owner.TryGetProperty(name, out var found))
        {
            return [];
        }

        return found.ValueKind switch
        {
            JsonValueKind.Array => found.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.Object),
            JsonValueKind.Object => [found],
            _ => [],
        };
    }

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    private static string? Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>What fits where strata are kept.</summary>
    private static string Short(string text, int most = 100) => text.Length > most ? text[..most] : text;

    /// <summary>What the beginning of a file shows.</summary>
    /// <param name="Patients">What it holds of patients; null for nothing.</param>
    /// <param name="HasFigures">Whether a report or a request stands in it.</param>
    /// <param name="Ends">Whether it ends behind a whole resource.</param>
    private record struct Seen(string? Patients, bool HasFigures, bool HasOutcome, bool IsOfASearch, bool Ends);

    private sealed record Reporter(string Code, string? Name);
}
