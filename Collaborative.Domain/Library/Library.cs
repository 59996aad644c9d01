using Collaborative.Domain.Access;
using Collaborative.Domain.Pdsa;
using Collaborative.Domain.Reports;

namespace Collaborative.Domain.Library;

/// <summary>What an entry of the library was harvested from.</summary>
public enum LibrarySource
{
    PdsaCycle,
    Report,
}

/// <summary>What the library can be narrowed to.</summary>
/// <param name="Words">All of them must occur, in any order; see <see cref="SearchWords"/>.</param>
/// <param name="Driver">The code of a primary driver, a secondary driver or a concept of the change package.</param>
public sealed record LibraryFilter(
    IReadOnlyList<string> Words, string? Idea, string? Driver, PdsaDecision? Decision, DegreeOfBelief? DegreeOfBelief, string? Team, LibrarySource? Source);

/// <summary>What teams tried and learned, the newest first. Everyone in a collaborative may read it: the teams have shared it.</summary>
/// <param name="Before">The page holds what was shared before this instant.</param>
public sealed record ListLibrary(Viewer Viewer, Guid CollaborativeId, LibraryFilter Filter, DateTimeOffset? Before, int Limit) : IQuery<Page<LibraryEntryView>>;

public sealed record LibraryEntryView
{
    public required string Team { get; init; }

    public required string TeamName { get; init; }

    public required LibrarySource Source { get; init; }

    /// <summary>The code of the cycle, or the month of the report.</summary>
    public required string SourceCode { get; init; }

    public string? Idea { get; init; }

    public PdsaDecision? Decision { get; init; }

    public DegreeOfBelief? DegreeOfBelief { get; init; }

    public required LibraryContent Content { get; init; }

    public required DateTimeOffset SharedAt { get; init; }

    public required string SharedBy { get; init; }
}

/// <param name="Prediction">What was expected.</param>
/// <param name="What">What was found instead, or beside.</param>
public sealed record PredictionFound(string Prediction, PredictionOutcome Happened, string? What);

/// <summary>What an entry tells: harvested, never typed a second time.</summary>
public sealed record LibraryContent
{
    public required string Title { get; init; }

    public string? Tried { get; init; }

    public IReadOnlyList<PredictionFound>? Predictions { get; init; }

    public string? Learned { get; init; }

    public string? Next { get; init; }

    public PdsaScale? Scale { get; init; }

    public string? Conditions { get; init; }

    public string? Measure { get; init; }

    /// <summary>What a cycle gives to the library: nothing before it is studied, and nothing without consent.</summary>
    public static LibraryContent? Of(PdsaView cycle) => cycle is not { Share: true, State: >= PdsaState.Studied } ? null : new LibraryContent
    {
        Title = cycle.Title,
        Tried = Together(cycle.Objective, cycle.Plan?.What),
        Predictions =
        [
            .. (cycle.Study?.Results ?? [])
                .Where(result => result is { Prediction: > 0, Happened: not null } && result.Prediction <= (cycle.Plan?.Predictions?.Count ?? 0))
                .Select(result => new PredictionFound(cycle.Plan!.Predictions![result.Prediction!.Value - 1], result.Happened!.Value, result.What)),
        ],
        Learned = Together(cycle.Study?.Learned, cycle.Study?.Summary),
        Next = cycle.Act?.Next,
        Scale = cycle.Scale,
        Conditions = cycle.Conditions,
        Measure = cycle.Measure,
    };

    /// <summary>What a monthly report gives to the library: its lessons, once they are submitted, and with consent.</summary>
    public static LibraryContent? Of(MonthlyReportView report) => report is not { Share: true, Status: MonthlyReportState.Submitted or MonthlyReportState.Accepted, Lessons: { } lessons } ? null : new LibraryContent
    {
        Title = $"Lessons of {report.Month}",
        Tried = report.Successes,
        Learned = lessons,
        Next = report.NextPlan,
    };

    private static string? Together(string? first, string? second) =>
        first is null ? second
        : second is null || second == first ? first
        : $"{first}\n{second}";
}
