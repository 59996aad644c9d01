using Collaborative.Domain.Access;

namespace Collaborative.Domain.Chase;

public sealed record ChaseContactBody
{
    /// <summary>The day on which the team was reached, or made itself heard.</summary>
    public DateOnly? ContactedOn { get; init; }

    /// <summary>The day by which the figures will come; until then, or for good where none is given, the team is not reminded.</summary>
    public DateOnly? ExpectedBy { get; init; }

    public string? Note { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Notes down that a team has made contact about a month, which takes it off the list of those that are reminded.</summary>
public sealed record PutChaseContact(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month, ChaseContactBody Body, Preconditions Preconditions)
    : ICommand<Written<ChaseContactView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Given(Body.ContactedOn, "/contactedOn", "the day of the contact, like 2026-03-16"));
        errors.AddRange(Shape.Optional(Body.Note, "/note", Shape.TextLength));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body is { ContactedOn: { } contacted, ExpectedBy: { } expected } && expected < contacted)
        {
            errors.Add(new FieldError("/expectedBy", "order", "The figures cannot be expected before the day of the contact."));
        }

        return errors;
    }
}

public sealed record WithdrawChaseContact(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month, string? Reason, Preconditions Preconditions)
    : ICommand<Written<ChaseContactView>>;

public sealed record GetChaseContact(Viewer Viewer, Guid CollaborativeId, Guid TeamId, Month Month) : IQuery<ChaseContactView>;

public sealed record ChaseContactView
{
    public required Month Month { get; init; }

    public required DateOnly ContactedOn { get; init; }

    public DateOnly? ExpectedBy { get; init; }

    public string? Note { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
