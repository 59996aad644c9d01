using Collaborative.Domain.Submissions;

namespace Collaborative.Domain.Imports;

/// <summary>What an import makes, or would make, of the figures: each as it was and as it becomes.</summary>
public sealed record ListImportChanges(Guid CollaborativeId, Guid ImportId, int AfterRow, int Limit) : IQuery<Page<ImportChangeView>>;

public sealed record ImportChangeView
{
    public required int Row { get; init; }

    public string? Source { get; init; }

    public required string Team { get; init; }

    public required string Measure { get; init; }

    public required string Month { get; init; }

    /// <summary>Null where there was nothing.</summary>
    public FiguresView? Before { get; init; }

    /// <summary>Null where the figure is taken back.</summary>
    public FiguresView? After { get; init; }
}

/// <summary>A month's figures as they are stored.</summary>
public sealed record FiguresView
{
    public required SubmissionStatus Status { get; init; }

    public double? Numerator { get; init; }

    public double? Denominator { get; init; }

    public double? Value { get; init; }

    public double? N { get; init; }

    public double? Sd { get; init; }

    public IReadOnlyList<double>? Values { get; init; }

    public string? NoData { get; init; }

    public string? Note { get; init; }

    public IReadOnlyList<Stratum>? Strata { get; init; }

    /// <summary>What is to be seen of a state; nothing once it is taken back.</summary>
    public static FiguresView? Of(SubmissionState? state) => state is null or { Status: SubmissionStatus.Withdrawn }
        ? null
        : new FiguresView
        {
            Status = state.Status,
            Numerator = state.Figures.Numerator,
            Denominator = state.Figures.Denominator,
            Value = state.Figures.Value,
            N = state.Figures.N,
            Sd = state.Figures.Sd,
            Values = state.Figures.Gaps is null ? null : state.Figures.GapValues,
            NoData = state.NoData,
            Note = state.Note,
            Strata = StratumText.Read(state.Strata),
        };
}
