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

internal sealed record QrdaPeriod(DateOnly? Start, DateOnly? End);

/// <summary>One measure's entry.</summary>
internal sealed class QrdaMeasure
{
    /// <summary>An entry of another programme, which is no measure of care.</summary>
    public bool IsOther { get; set; }

    /// <summary>The GUID of the measure's version.</summary>
    public string? Code { get; set; }

    public string? Name { get; set; }

    public int Components { get; set; }

    public List<string?> Rates { get; } = [];

    public List<QrdaPopulation> Populations { get; } = [];

    public List<Finding> Findings { get; } = [];
}

/// <param name="Id">The GUID of the population in the measure's definition.</param>
/// <param name="Value">The mean or median of what was measured, of a measure that is no share.</param>
internal sealed record QrdaPopulation(string Code, double? Count, string? Id, IReadOnlyList<QrdaCount> Strata, string? Value);

/// <summary>How many of a population are of one category.</summary>
internal sealed record QrdaCount(string Scheme, string Category, double Count);

/// <summary>The populations of one rate of a measure.</summary>
/// <param name="index">Which of the measure's rates.</param>
internal sealed class Counted(QrdaMeasure measure, int index, bool several)
{
    private readonly Dictionary<string, QrdaPopulation> populations = measure.Populations
        .GroupBy(population => population.Code)
        .ToDictionary(group => group.Key, group => several && group.Count() > index ? group.ElementAt(index) : group.First());

    /// <summary>The code of a population that is there twice although the measure has one rate.</summary>
    public string? Twice => several ? null : measure.Populations.GroupBy(population => population.Code).FirstOrDefault(group => group.Count() > 1)?.Key;

    public MeasurePopulations Of(Func<QrdaPopulation, double?> count, string? rate)
    {
        double? Count(string code) => populations.TryGetValue(code, out var population) ? count(population) : null;
        return new MeasurePopulations
        {
            Initial = Count("IPOP"),
            Denominator = Count("DENOM"),
            DenominatorExclusion = Count("DENEX"),
            DenominatorException = Count("DENEXCEP"),
            Numerator = Count("NUMER"),
            NumeratorExclusion = Count("NUMEX"),
            Measured = Count("MSRPOPL"),
            MeasuredExclusion = Count("MSRPOPLEX"),
            Score = populations.GetValueOrDefault("MSRPOPL")?.Value ?? rate,
        };
    }

    /// <summary>The strata whose numerator and denominator can be worked out.</summary>
    public string? Strata()
    {
        var strata = new List<Stratum>();
        foreach (var (scheme, category) in populations.Values.SelectMany(population => population.Strata).Select(count => (count.Scheme, count.Category)).Distinct())
        {
            // A category that a population does not list is one that it has nobody of.
            var figures = Of(population => population.Strata.FirstOrDefault(count => count.Scheme == scheme && count.Category == category)?.Count ?? 0, null).Figures();
            if (figures is { IsGood: true, Numerator: { } numerator, Denominator: { } denominator } && (denominator > 0 || numerator == 0))
            {
                strata.Add(new Stratum { Scheme = scheme, Category = category.Length > 100 ? category[..100] : category, Numerator = numerator, Denominator = denominator });
            }
        }

        return StratumText.Write(strata);
    }
}
