namespace Collaborative.Domain.RunCharts;

/// <summary>
/// Blue for improvement and orange for concern, as in NHS Making Data Count, which colour-blind readers can tell apart; darkened so that
/// they print. Shape and words say the same, for paper without colour.
/// </summary>
internal static class ChartColours
{
    public const string Ink = "#1f2937";
    public const string Quiet = "#5b6472";
    public const string Grid = "#e3e6ea";
    public const string Axis = "#8a93a0";
    public const string Path = "#7c8796";
    public const string Dot = "#374151";
    public const string Goal = "#0f766e";

    public static string Of(SignalMeaning? meaning) => meaning switch
    {
        SignalMeaning.Improvement => "#0b63b0",
        SignalMeaning.Concern => "#c2500a",
        SignalMeaning.Neutral => "#6d28a8",
        _ => Dot,
    };

    public static string BandOf(SignalMeaning meaning) => meaning switch
    {
        SignalMeaning.Improvement => "#e3effb",
        SignalMeaning.Concern => "#fdebdc",
        _ => "#f1e8f9",
    };
}
