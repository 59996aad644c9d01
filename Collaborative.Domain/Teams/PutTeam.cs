using Collaborative.Domain.Access;
using Collaborative.Domain.Enrolments;

namespace Collaborative.Domain.Teams;

public sealed record TeamBody
{
    public string? Name { get; init; }

    public string? Organisation { get; init; }

    public string? Region { get; init; }

    /// <summary>The first month the team is expected to report; the collaborative's start month unless given.</summary>
    public Month? EnrolledFrom { get; init; }

    /// <summary>The last month the team took part.</summary>
    public Month? WithdrawnAfter { get; init; }

    public string? Reason { get; init; }
}

public sealed record PutTeam(Viewer Viewer, Guid CollaborativeId, string Code, TeamBody Body, Preconditions Preconditions)
    : ICommand<Written<TeamView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Code(Code, "team"));
        errors.AddRange(Shape.Required(Body.Name, "/name", "the team's name", Shape.NameLength));
        errors.AddRange(Shape.Optional(Body.Organisation, "/organisation", Shape.NameLength));
        errors.AddRange(Shape.Optional(Body.Region, "/region", Shape.NameLength));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body is { EnrolledFrom: { } from, WithdrawnAfter: { } after } && after < from)
        {
            errors.Add(new FieldError("/withdrawnAfter", "order", $"The team cannot withdraw before it was enrolled in {from}."));
        }

        return errors;
    }
}

public sealed record TeamState
{
    public required string Name { get; init; }

    public string? Organisation { get; init; }

    public string? Region { get; init; }

    public required Month EnrolledFrom { get; init; }

    public Month? WithdrawnAfter { get; init; }

    /// <summary>How far its enrolment has come; null for a team that was only defined, which takes part.</summary>
    public EnrolmentState? Enrolment { get; init; }

    /// <summary>Whether there is a month in which the team takes part; one that withdrew its application has none.</summary>
    public bool TakesPart => EnrolmentMoves.TakesPart(Enrolment) || (Enrolment == EnrolmentState.Withdrawn && WithdrawnAfter is not null);

    /// <summary>A team is enrolled in a month from its first to its last, both included.</summary>
    public bool IsEnrolledIn(Month month) => TakesPart && EnrolledFrom <= month && (WithdrawnAfter is null || month <= WithdrawnAfter);

    /// <param name="enrolment">What the enrolment of the team that is there says; it is changed by other means.</param>
    public static TeamState From(TeamBody body, Month collaborativeStart, EnrolmentState? enrolment) => new()
    {
        Name = body.Name!.Trim(),
        Organisation = Shape.Tidy(body.Organisation),
        Region = Shape.Tidy(body.Region),
        EnrolledFrom = body.EnrolledFrom ?? collaborativeStart,
        WithdrawnAfter = body.WithdrawnAfter,
        Enrolment = enrolment,
    };
}

public sealed record TeamView
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public string? Organisation { get; init; }

    public string? Region { get; init; }

    public required Month EnrolledFrom { get; init; }

    public Month? WithdrawnAfter { get; init; }

    /// <summary>How far its enrolment has come; null for a team without one, which takes part.</summary>
    public EnrolmentState? Enrolment { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

public sealed record GetTeam(Viewer Viewer, Guid CollaborativeId, Guid TeamId) : IQuery<TeamView>;

/// <summary>The teams of a collaborative, by code.</summary>
public sealed record ListTeams(Viewer Viewer, Guid CollaborativeId, string? Region, string? Organisation, string? AfterKey, int Limit) : IQuery<Page<TeamView>>;
