namespace Collaborative.Domain.Stages;

/// <summary>The stages of a collaborative's life, in their order.</summary>
public enum Stage
{
    Planning,
    Recruiting,
    Prework,

    /// <summary>Learning sessions and action periods in turn.</summary>
    Active,
    Closing,
    HoldingGains,
    Closed,
    Cancelled,
}

public enum StageSessionKind
{
    LearningSession,
    ActionPeriod,
}

/// <summary>Which learning session or action period it is.</summary>
public sealed record StageSession(StageSessionKind Kind, int Number)
{
    public override string ToString() => $"{(Kind == StageSessionKind.LearningSession ? "learning session" : "action period")} {Number}";
}

/// <summary>Where a collaborative is in its life.</summary>
/// <param name="Session">Of an active collaborative only.</param>
public sealed record StagePoint(Stage Stage, StageSession? Session = null)
{
    public override string ToString() => (Stage, Session) switch
    {
        (Stage.HoldingGains, _) => "holding the gains",
        (Stage.Active, { } session) => $"active ({session})",
        _ => Stage.ToString().ToLowerInvariant(),
    };
}

/// <summary>The legal moves. Nothing is skipped and nothing goes back; how many learning sessions there are is data.</summary>
public static class StageMachine
{
    public static readonly StageSession FirstSession = new(StageSessionKind.LearningSession, 1);

    public static IReadOnlyList<StagePoint> MayMoveTo(StagePoint from) => from switch
    {
        { Stage: Stage.Planning } => [new(Stage.Recruiting), new(Stage.Cancelled)],
        { Stage: Stage.Recruiting } => [new(Stage.Prework), new(Stage.Cancelled)],
        { Stage: Stage.Prework } => [new(Stage.Active, FirstSession), new(Stage.Cancelled)],
        { Stage: Stage.Active, Session: var session } => [new(Stage.Active, After(session ?? FirstSession)), new(Stage.Closing), new(Stage.Cancelled)],
        { Stage: Stage.Closing } => [new(Stage.HoldingGains)],
        { Stage: Stage.HoldingGains } => [new(Stage.Closed)],
        _ => [],
    };

    public static Problem? Refusal(StagePoint from, StagePoint to)
    {
        var moves = MayMoveTo(from);
        if (moves.Contains(to))
        {
            return null;
        }

        return new Problem(ProblemCode.StageMoveNotAllowed, moves.Count == 0
            ? $"The collaborative is {from}, and that is the end of its life; it cannot become {to}."
            : $"The collaborative is in {from}. From there it moves to {string.Join(" or ", moves)}, not to {to}.");
    }

    /// <summary>The move with which work begins.</summary>
    public static bool IsLaunch(StagePoint from, StagePoint to) => from.Stage != Stage.Active && to.Stage == Stage.Active;

    /// <summary>Action period n follows learning session n and lasts until learning session n + 1.</summary>
    private static StageSession After(StageSession session) => session.Kind == StageSessionKind.LearningSession
        ? session with { Kind = StageSessionKind.ActionPeriod }
        : new StageSession(StageSessionKind.LearningSession, session.Number + 1);
}

/// <summary>The envelope of a Breakthrough Series Collaborative: 12 to 160 teams, 6 to 15 months.</summary>
/// <remarks>IHI, "Support for Large-Scale Improvement Initiatives"; the Breakthrough Series white paper (2003) has the same.</remarks>
public static class LaunchRules
{
    public const int FewestTeams = 12;
    public const int MostTeams = 160;
    public const int FewestMonths = 6;
    public const int MostMonths = 15;

    public static LaunchView Check(int teams, int months)
    {
        List<string> why = [];
        if (teams is < FewestTeams or > MostTeams)
        {
            why.Add($"It has {teams} {(teams == 1 ? "team" : "teams")}; a collaborative has {FewestTeams} to {MostTeams}.");
        }

        if (months is < FewestMonths or > MostMonths)
        {
            why.Add($"It lasts {months} {(months == 1 ? "month" : "months")}; a collaborative lasts {FewestMonths} to {MostMonths}.");
        }

        return new LaunchView(teams, months, why.Count > 0, why);
    }

    public static Problem? Refusal(LaunchView launch, string? overrideReason) => launch.NeedsOverride && overrideReason is null
        ? new Problem(ProblemCode.LaunchNeedsOverride, $"{string.Join(" ", launch.Why)} To launch all the same, send override with your reason; it is kept with the move.")
        : null;
}
