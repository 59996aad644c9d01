using Collaborative.Domain.Access;

namespace Collaborative.Domain.RunCharts;

/// <summary>What the figures of a chart speak for; a person accepts it with a PUT, or does not.</summary>
/// <param name="TeamId">Null for the chart of all teams.</param>
public sealed record GetProposals(Viewer Viewer, Guid CollaborativeId, Guid? TeamId, Guid MeasureId, ChartQuestion Question, RephasePolicy Policy)
    : IQuery<ProposalsAnswer>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => Question.Errors();
}

public sealed record ProposalsAnswer
{
    public required RephasePolicy Policy { get; init; }

    /// <summary>A new phase; null where the policy speaks for none.</summary>
    public ProposedPhase? Phase { get; init; }

    /// <summary>Months that a person might want to flag as astronomical: those beyond the screened limits of individual values.</summary>
    public required IReadOnlyList<string> Astronomical { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <param name="Start">The month with which it would begin.</param>
/// <param name="Points">Useful points in the shift.</param>
/// <param name="Centre">The median it would have so far, in plotted units; null on a chart of another centre.</param>
public sealed record ProposedPhase(string Start, int Points, double? Centre, SignalDirection Direction, SignalMeaning Meaning, string Reason);
