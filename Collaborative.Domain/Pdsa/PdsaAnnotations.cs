using Collaborative.Domain.RunCharts;

namespace Collaborative.Domain.Pdsa;

/// <summary>How a cycle shows on the chart of its measure: by itself, in the month in which it started.</summary>
public static class PdsaAnnotations
{
    /// <summary>The note of a cycle; null while there is nothing to show, because it has not started or names no measure.</summary>
    public static (Month Month, AnnotationKind Kind, string Text)? Of(PdsaView cycle) =>
        cycle is { State: not PdsaState.Planned, StartedOn: { } started, Measure: not null }
            ? (Month.Of(started), cycle.Kind == PdsaKind.Testing ? AnnotationKind.TestOfChange : AnnotationKind.Implementation, Words(cycle))
            : null;

    private static string Words(PdsaView cycle) =>
        cycle.Decision is { } decision ? $"{cycle.Title} ({Naming.Of(decision)})" : cycle.Title;
}
