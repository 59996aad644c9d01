using System.Globalization;

namespace Collaborative.Domain.RunCharts;

/// <summary>When the engine may propose a new phase. A person accepts it or does not; that a project has started is never a reason.</summary>
public enum RephasePolicy
{
    /// <summary>Only people ask for new phases (Anhøj; Wheeler).</summary>
    Never,

    /// <summary>
    /// A shift against the line in force that has lasted for ten points and still goes on (Williams, "When can I change my centerline and
    /// limits?", 2019: a shift, sustained to 10 to 12 points).
    /// </summary>
    Williams,

    /// <summary>Nine useful points in a row on one side (the practice of Healthcare Improvement Scotland).</summary>
    SustainedNine,
}

/// <summary>A new phase that the figures speak for.</summary>
/// <param name="Start">The label at which it would begin: the first point of the shift.</param>
/// <param name="Points">Useful points in the shift.</param>
/// <param name="Centre">The median that it would have as far as the shift goes, in plotted units; null on a chart of another centre.</param>
/// <param name="Reason">A sentence for the people who decide.</param>
public sealed record PhaseProposal(
    string Start, int StartIndex, int Points, double? Centre, SignalDirection Direction, SignalMeaning Meaning, RephasePolicy Policy, string Reason);

/// <summary>Proposes new phases.</summary>
public static class PhaseProposals
{
    private const int WilliamsLength = 10;
    private const int SustainedLength = 9;

    /// <summary>The first new phase that the policy speaks for after the last one; null where there is none, or the rules were silent.</summary>
    public static PhaseProposal? Next(ChartAnalysis analysis, RephasePolicy policy)
    {
        var run = policy switch
        {
            RephasePolicy.Williams => LastingRun.Find(analysis, WilliamsLength, ongoing: true),
            RephasePolicy.SustainedNine => LastingRun.Find(analysis, SustainedLength, ongoing: false),
            _ => null,
        };
        if (run is not { } shift)
        {
            return null;
        }

        var start = analysis.Points[shift.From].Label;
        var side = shift.Direction == SignalDirection.Up ? "above" : "below";
        var line = ChartWords.LineName(analysis.Settings);
        var still = shift.Ongoing ? ", and the last one still does" : "";
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{shift.Length} points in a row lie {side} the {line} from {ChartWords.Label(start)} on{still}. "
            + $"Start a new phase there only if the reason is known, the change is wanted or accepted, and it is expected to last.");
        return new(
            start,
            shift.From,
            shift.Length,
            analysis.Settings.Type == ChartType.Run ? shift.Median(analysis) : null,
            shift.Direction,
            Meanings.Of(shift.Direction, analysis.Settings.Direction),
            policy,
            reason);
    }
}
