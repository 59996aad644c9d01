using Collaborative.Domain.Access;

namespace Collaborative.Domain.Stages;

public sealed record StageBody
{
    public Stage? Stage { get; init; }

    /// <summary>Which learning session or action period an active collaborative is in; learning session 1 unless given.</summary>
    public StageSessionBody? Session { get; init; }

    /// <summary>Why it moves on.</summary>
    public string? Reason { get; init; }

    /// <summary>At launch only: why it begins with fewer or more teams, or for a shorter or longer time, than a collaborative has.</summary>
    public LaunchOverride? Override { get; init; }
}

public sealed record StageSessionBody
{
    public StageSessionKind? Kind { get; init; }

    public int? Number { get; init; }
}

public sealed record LaunchOverride
{
    public string? Reason { get; init; }
}

/// <summary>Moves a collaborative on in its life.</summary>
public sealed record MoveStage(Viewer Viewer, Guid CollaborativeId, StageBody Body, Preconditions Preconditions) : ICommand<Written<StageView>>, IHasShape
{
    private const int MostSessions = 99;

    /// <summary>Where the collaborative is to be.</summary>
    public StagePoint To => new(
        Body.Stage!.Value,
        Body.Stage != Stage.Active ? null
        : Body.Session is { Kind: { } kind, Number: { } number } ? new StageSession(kind, number) : StageMachine.FirstSession);

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Given(Body.Stage, "/stage", "the stage: planning, recruiting, prework, active, closing, holdingGains, closed or cancelled"));
        errors.AddRange(Shape.Required(Body.Reason, "/reason", "the reason, so that everybody can read why it moved", Shape.TextLength));
        if (Body.Session is { } session)
        {
            errors.AddRange(Shape.Given(session.Kind, "/session/kind", "the kind: learningSession or actionPeriod"));
            errors.AddRange(Shape.Given(session.Number, "/session/number", "the number of the learning session or action period"));
            if (session.Number is < 1 or > MostSessions)
            {
                errors.Add(new FieldError("/session/number", "range", $"Learning sessions and action periods are numbered from 1 to {MostSessions}."));
            }

            if (Body.Stage is { } stage && stage != Stage.Active)
            {
                errors.Add(new FieldError("/session", "notHere", "Only an active collaborative is in a learning session or an action period; leave session out."));
            }
        }

        if (Body.Override is { } launch)
        {
            errors.AddRange(Shape.Required(launch.Reason, "/override/reason", "the reason for launching all the same", Shape.TextLength));
            if (Body.Stage is { } stage && stage != Stage.Active)
            {
                errors.Add(new FieldError("/override", "notHere", "An override is for the launch, the move to active; leave it out."));
            }
        }

        return errors;
    }
}

public sealed record GetStage(Viewer Viewer, Guid CollaborativeId) : IQuery<StageView>;

/// <summary>The moves so far, the first one first.</summary>
public sealed record ListStageMoves(Viewer Viewer, Guid CollaborativeId, int AfterRevision, int Limit) : IQuery<Page<StageView>>;

/// <summary>Whether a launch now would need an override, and why.</summary>
public sealed record GetLaunch(Viewer Viewer, Guid CollaborativeId) : IQuery<LaunchView>;

public sealed record StageView
{
    public required Stage Stage { get; init; }

    /// <summary>Of an active collaborative only.</summary>
    public StageSession? Session { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required string By { get; init; }

    /// <summary>Null for planning, which a collaborative begins with.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it was launched outside the usual size or length; null where it was not.</summary>
    public LaunchOverride? Override { get; init; }

    public required IReadOnlyList<StagePoint> MayMoveTo { get; init; }

    public required int Revision { get; init; }
}

/// <param name="Teams">Teams that take part now.</param>
/// <param name="Months">From the start month to the end month, both included.</param>
/// <param name="Why">What is unusual, a sentence each.</param>
public sealed record LaunchView(int Teams, int Months, bool NeedsOverride, IReadOnlyList<string> Why);
