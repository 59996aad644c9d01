namespace Collaborative.Domain.ChangePackages;

/// <summary>
/// The colours of driver diagrams and of the matrix. Primary drivers take the palette of Okabe and Ito, which colour-blind readers can tell
/// apart, for lines and bars only: words are always dark on light. How far an idea is goes from light to dark, so that it prints in grey.
/// </summary>
internal static class IdeaColours
{
    public const string Empty = "#c9cfd6";

    private static readonly string[] Drivers = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a6a00", "#4d4d4d"];

    private static readonly string[] Tints = ["#e6f1f8", "#fbeee5", "#e5f5f1", "#faf1f6", "#fdf5e5", "#eef7fd", "#f2f0e5", "#ededed"];

    public static string Driver(int number) => Drivers[number % Drivers.Length];

    public static string Tint(int number) => Tints[number % Tints.Length];

    public static string Of(IdeaStatus status) => status switch
    {
        IdeaStatus.Testing => "#a9c8e6",
        IdeaStatus.Implemented => "#4a86c0",
        IdeaStatus.Spread => "#12406f",
        _ => Empty,
    };

    public static string Name(IdeaStatus status) => status switch
    {
        IdeaStatus.Testing => "testing",
        IdeaStatus.Implemented => "implemented",
        IdeaStatus.Spread => "spread",
        _ => "not started",
    };
}
