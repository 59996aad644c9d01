namespace Collaborative.Domain.RunCharts;

/// <summary>What a note on a chart is about.</summary>
public enum AnnotationKind
{
    TestOfChange,
    Implementation,
    LearningSession,
    ActionPeriod,
    Event,
    DataIssue,
    DefinitionChange,
}

/// <summary>A note on a chart, drawn as a flag with a number and told in words below.</summary>
/// <param name="Label">The position it belongs to; a note on a position outside the series is not drawn.</param>
public sealed record ChartAnnotation(string Label, AnnotationKind Kind, string Text);

/// <summary>A stretch of the series between two learning sessions, drawn as a band behind the points; its ends may lie outside the series.</summary>
/// <param name="From">The first label in it, as a month.</param>
/// <param name="To">The last label in it, as a month.</param>
/// <param name="Name">"Action period 1", or short: "AP1".</param>
public sealed record ChartBand(Month From, Month To, string Name);
