using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>What a QRDA document says, gathered as it is read: little, whatever its size.</summary>
internal sealed class QrdaDocument
{
    private const int MostMeasures = 10_000;

    private readonly Stack<Section> sections = new();
    private readonly Dictionary<QrdaMeasure, Section> places = [];
    private QrdaPeriod? elsewhere;

    public bool IsAggregate { get; set; }

    /// <summary>Who reports: the first that is named.</summary>
    public (string Code, string? Name)? Reporter { get; private set; }

    public List<QrdaMeasure> Measures { get; } = [];

    /// <summary>The depth of the section that is being read; −1 outside of sections.</summary>
    public int SectionDepth => sections.TryPeek(out var section) ? section.Depth : -1;

    /// <summary>Whether the section that is being read holds measures.</summary>
    public bool IsInMeasures
    {
        get => sections.TryPeek(out var section) && section.HoldsMeasures;
        set => sections.Peek().HoldsMeasures = value;
    }

    public void BeginSection(int depth) => sections.Push(new Section { Depth = depth });

    public void EndSection() => sections.Pop();

    public void AddReporter((string Code, string? Name)? reporter) => Reporter ??= reporter;

    /// <summary>A file may hold several periods, one for each section; that of the measures is theirs, wherever in the section it stands.</summary>
    public void AddPeriod(QrdaPeriod period)
    {
        if (IsInMeasures)
        {
            sections.Peek().Period ??= period;
        }

        elsewhere ??= period;
    }

    public void Add(QrdaMeasure? measure)
    {
        if (measure is null)
        {
            return;
        }

        if (Measures.Count == MostMeasures)
        {
            throw new UnreadableFileException("The document has more measures than there are.");
        }

        Measures.Add(measure);
        places[measure] = sections.Peek();
    }

    public QrdaPeriod PeriodOf(QrdaMeasure measure) => places[measure].Period ?? elsewhere ?? new QrdaPeriod(null, null);

    private sealed class Section
    {
        public required int Depth { get; init; }

        public bool HoldsMeasures { get; set; }

        public QrdaPeriod? Period { get; set; }
    }
}

/// <summary>As it is written.</summary>
internal sealed record QrdaPeriod(string? Start, string? End);

/// <summary>One measure's entry.</summary>
internal sealed class QrdaMeasure
{
    /// <summary>An entry of another programme, which is no measure of care.</summary>
    public bool IsOther { get; set; }

    /// <summary>The GUID of the measure's version.</summary>
    public string? Code { get; set; }

    public string? Name { get; set; }

    public int Components { get; set; }

    public List<QrdaRate> Rates { get; } = [];

    public List<QrdaPopulation> Populations { get; } = [];

    public List<Finding> Findings { get; } = [];

    /// <summary>The populations of each rate. The document says nowhere which belong together, so the order in which they stand decides.</summary>
    public IReadOnlyList<Counted> Split()
    {
        var rates = Populations.Count(population => population.Code == Counted.Numerator);
        return rates < 2 ? [new Counted(Populations, [], Twice(Populations))] : InBlocks(rates) ?? InTurn(rates);
    }

    /// <summary>Rate after rate: each begins with the population that is the first to be there once for each. What stands before belongs to all.</summary>
    private List<Counted>? InBlocks(int rates)
    {
        var times = Populations.CountBy(population => population.Code).ToDictionary();
        var opener = Populations.First(population => times[population.Code] == rates).Code;
        var shared = Populations.TakeWhile(population => population.Code != opener).ToList();
        if (shared.Exists(population => population.Code == Counted.Denominator))
        {
            // What is left out of a denominator that all rates share is left out for all of them, wherever it stands.
            shared.AddRange(Populations.Where(population => population.Code is "DENEX" or "DENEXCEP" && times[population.Code] == 1 && !shared.Contains(population)));
        }

        var blocks = new List<List<QrdaPopulation>>();
        foreach (var population in Populations.Except(shared))
        {
            if (population.Code == opener)
            {
                blocks.Add([]);
            }

            blocks[^1].Add(population);
        }

        return Twice(shared) is null && blocks.TrueForAll(block => block.Exists(population => population.Code == Counted.Numerator) && Twice([.. shared, .. block]) is null)
            ? blocks.ConvertAll(block => new Counted([.. shared, .. block], [], null))
            : null;
    }

    /// <summary>All of one kind after all of another: the first of each go together, and so on; what is there once for all belongs to all.</summary>
    private List<Counted> InTurn(int rates)
    {
        var kinds = Populations.GroupBy(population => population.Code).Select(kind => kind.ToList()).ToList();
        bool IsShared(string code) => kinds.Exists(kind => kind[0].Code == code && kind.Count == 1);
        bool Belongs(List<QrdaPopulation> kind) => kind.Count == rates
            || (kind.Count == 1 && (kind[0].Code is "IPOP" or Counted.Denominator || (kind[0].Code is "DENEX" or "DENEXCEP" && IsShared(Counted.Denominator))));
        var unplaced = kinds.Where(kind => !Belongs(kind)).Select(kind => kind[0].Code).ToList();
        return [.. Enumerable.Range(0, rates).Select(i => new Counted([.. kinds.Where(Belongs).Select(kind => kind[kind.Count == rates ? i : 0])], unplaced, null))];
    }

    private static string? Twice(List<QrdaPopulation> populations) => populations.CountBy(population => population.Code).FirstOrDefault(code => code.Value > 1).Key;
}

/// <summary>A rate as the document states it.</summary>
/// <param name="Numerator">The GUID of the numerator that it is the rate of.</param>
internal sealed record QrdaRate(string? Value, string? Numerator);

/// <param name="Id">The GUID of the population in the measure's definition.</param>
/// <param name="Value">The mean or median of what was measured, of a measure that is no share.</param>
/// <param name="Method">What the value is: MEAN, MEDIAN.</param>
internal sealed record QrdaPopulation(string Code, double? Count, string? Id, IReadOnlyList<QrdaCount> Strata, string? Value, string? Method);

/// <summary>How many of a population are of one category.</summary>
/// <param name="Count">Null where it cannot be read.</param>
internal sealed record QrdaCount(string Scheme, string Category, double? Count)
{
    /// <summary>The scheme of the strata that the measure itself defines.</summary>
    public const string ReportingStratum = "stratum";

    /// <summary>Categories are GUIDs or short codes, and documents write GUIDs in either case.</summary>
    public bool IsOf(string scheme, string category) => Scheme == scheme && string.Equals(Category, category, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The populations of one rate of a measure.</summary>
/// <param name="Unplaced">The codes of populations of which nobody can tell whether they belong to this rate.</param>
/// <param name="Twice">The code of a population that is there twice although the measure has one rate.</param>
internal sealed record Counted(IReadOnlyList<QrdaPopulation> Populations, IReadOnlyList<string> Unplaced, string? Twice)
{
    public const string Numerator = "NUMER";
    public const string Denominator = "DENOM";

    /// <summary>The GUID of its numerator.</summary>
    public string? Id => Find(Numerator)?.Id;

    /// <summary>What the value of a measure that is no share is: MEAN, MEDIAN.</summary>
    public string? Method => Find("MSRPOPL")?.Method;

    /// <summary>The rate that the document states of it: by the numerator's GUID, else by its place where there are as many rates; the only rate of an only numerator whatever it refers to.</summary>
    public string? Stated(IReadOnlyList<QrdaRate> rates, int index, int several) =>
        rates.FirstOrDefault(rate => rate.Numerator is not null && string.Equals(rate.Numerator, Id, StringComparison.OrdinalIgnoreCase)) is { } named ? named.Value
        : rates.Count == several && (several == 1 || Id is null || rates[index].Numerator is null) ? rates[index].Value
        : null;

    public MeasurePopulations Of(Func<QrdaPopulation, double?> count, string? rate)
    {
        double? Count(string code) => Find(code) is { } population ? count(population) : null;
        return new MeasurePopulations
        {
            Initial = Count("IPOP"),
            Denominator = Count(Counted.Denominator),
            DenominatorExclusion = Count("DENEX"),
            DenominatorException = Count("DENEXCEP"),
            Numerator = Count(Counted.Numerator),
            NumeratorExclusion = Count("NUMEX"),
            Measured = Count("MSRPOPL"),
            MeasuredExclusion = Count("MSRPOPLEX"),
            Score = Find("MSRPOPL")?.Value ?? rate,
        };
    }

    /// <summary>The strata whose numerator and denominator can be worked out; every other is named.</summary>
    public string? Strata(List<Finding> findings)
    {
        var strata = new List<Stratum>();
        var leftOut = new LeftOutStrata();
        foreach (var (scheme, name) in Populations.SelectMany(population => population.Strata).Select(count => (count.Scheme, count.Category)).DistinctBy(count => (count.Scheme, count.Category.ToUpperInvariant())))
        {
            var category = name.Length > 100 ? name[..100] : name;
            if (Populations.FirstOrDefault(population => Used.Contains(population.Code) && PartOf(population, scheme, name) is null) is { } unknown)
            {
                leftOut.Add(scheme, category, $"{unknown.Code} has no count of it that can be read.");
                continue;
            }

            var figures = Of(population => PartOf(population, scheme, name), null).Figures();
            if (figures is { IsGood: true, Numerator: { } numerator, Denominator: { } denominator })
            {
                strata.Add(new Stratum { Scheme = scheme, Category = category, Numerator = numerator, Denominator = denominator });
            }
            else
            {
                leftOut.Add(scheme, category, figures.Findings.FirstOrDefault(finding => finding.IsError)?.Message ?? "It has no denominator.");
            }
        }

        findings.AddRange(leftOut.Findings);
        return StratumText.Write(strata);
    }

    /// <summary>The populations that a rate is worked out from.</summary>
    private static readonly string[] Used = [Denominator, "DENEX", "DENEXCEP", Numerator, "NUMEX"];

    /// <summary>How many of a population are of a category; null where the document does not say.</summary>
    /// <remarks>
    /// What is missing is not zero. CMS asks for one supplemental datum of each kind and not for every category, so one that
    /// is not listed is empty only where those that are add up to the whole population. The strata of the measure itself may
    /// overlap or leave people out, so that of them nothing follows, unless there is nobody in the population at all.
    /// </remarks>
    private static double? PartOf(QrdaPopulation population, string scheme, string category)
    {
        var listed = population.Strata.Where(count => count.Scheme == scheme).ToList();
        return listed.FindAll(count => count.IsOf(scheme, category)) switch
        {
            [var only] => only.Count,
            [] when population.Count == 0 => 0,
            [] when scheme != QrdaCount.ReportingStratum && listed.Sum(count => count.Count ?? double.NaN) == population.Count => 0,
            _ => null,
        };
    }

    private QrdaPopulation? Find(string code) => Populations.FirstOrDefault(population => population.Code == code);
}
