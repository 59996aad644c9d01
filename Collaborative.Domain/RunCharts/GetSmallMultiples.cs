using Collaborative.Domain.Access;

namespace Collaborative.Domain.RunCharts;

/// <summary>One panel for each team that the viewer may see, side by side.</summary>
/// <param name="Question">What every panel is asked to be.</param>
/// <param name="CommonScale">Whether all panels share one vertical scale.</param>
public sealed record GetSmallMultiples(Viewer Viewer, Guid CollaborativeId, Guid MeasureId, ChartQuestion Question, PanelOrder Order, bool CommonScale)
    : IQuery<SmallMultiplesDocument>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => Question.Errors();
}

public sealed record SmallMultiplesDocument(SmallMultiplesAnswer Answer, SmallMultiples Picture);

public sealed record SmallMultiplesAnswer
{
    public required string Collaborative { get; init; }

    public required MeasureOfChart Measure { get; init; }

    public required PanelOrder Order { get; init; }

    public required bool CommonScale { get; init; }

    public required IReadOnlyList<PanelAnswer> Panels { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>One team's panel.</summary>
/// <param name="Chart">What it was judged by.</param>
/// <param name="Icons">None on a run chart.</param>
public sealed record PanelAnswer(
    string Team, string Name, ChartSettings Chart, IReadOnlyList<PanelPoint> Points, IReadOnlyList<ChartAnswerSignal> Signals, PhaseStatistics Statistics, Icons? Icons);

public sealed record PanelPoint(string Month, double? Value, double? Centre, double? Lower, double? Upper, SignalSet Signals, SignalMeaning? Meaning);
