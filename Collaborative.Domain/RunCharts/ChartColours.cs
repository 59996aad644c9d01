namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Blue for improvement and orange for concern, as in NHS Making Data Count, which colour-blind readers can tell apart; darkened so that
/// they print. Shape and words say the same, for paper without colour.
/// </summary>
public static class ChartColours
{
    public const string Ink = "#1f2937";
    public const string Quiet = "#5b6472";
    public const string Grid = "#e3e6ea";
    public const string Axis = "#8a93a0";
    public const string Path = "#7c8796";
    public const string Dot = "#374151";
    public const string Goal = "#0f766e";
    public const string Limit = "#6b7280";
    public const string Period = "#f4f1ea";
    public const string Flag = "#8a5a00";

    public static string Of(SignalMeaning? meaning) => meaning switch
    {
        SignalMeaning.Improvement => "#0b63b0",
        SignalMeaning.Concern => "#c2500a",
        SignalMeaning.Neutral => "#6d28a8",
        _ => Dot,
    };

    /// <summary>The colours of the Making Data Count icons themselves, as NHS England publishes them.</summary>
    public static string IconOf(VariationIcon icon) => icon switch
    {
        VariationIcon.ImprovementHigh or VariationIcon.ImprovementLow => IconBlue,
        VariationIcon.ConcernHigh or VariationIcon.ConcernLow => IconOrange,
        VariationIcon.NeutralHigh or VariationIcon.NeutralLow => "#490092",
        _ => IconGrey,
    };

    public static string IconOf(AssuranceIcon icon) => icon switch
    {
        AssuranceIcon.Pass => IconBlue,
        AssuranceIcon.Fail => IconOrange,
        _ => IconGrey,
    };

    private const string IconBlue = "#00b0f0";
    private const string IconOrange = "#e46c0a";
    private const string IconGrey = "#a6a6a6";

    public static string BandOf(SignalMeaning meaning) => meaning switch
    {
        SignalMeaning.Improvement => "#e3effb",
        SignalMeaning.Concern => "#fdebdc",
        _ => "#f1e8f9",
    };
}
