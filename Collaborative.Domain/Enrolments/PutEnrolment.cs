using Collaborative.Domain.Access;

namespace Collaborative.Domain.Enrolments;

public sealed record EnrolmentBody
{
    public EnrolmentState? State { get; init; }

    /// <summary>Why; must be given where a team is declined, waitlisted or withdrawn.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when; today for a new state unless given.</summary>
    public DateOnly? On { get; init; }

    /// <summary>Of a team that withdraws: the last month in which it took part; the month of the withdrawal unless given.</summary>
    public Month? LastMonth { get; init; }

    /// <summary>The letter of commitment; the one that is there stays unless another is given.</summary>
    public CommitmentLetter? Letter { get; init; }
}

public sealed record CommitmentLetter
{
    /// <summary>Who signed it.</summary>
    public string? SeniorLeader { get; init; }

    public DateOnly? SignedOn { get; init; }

    /// <summary>Where the letter is: an address or a file number.</summary>
    public string? Document { get; init; }
}

/// <summary>Moves a team's enrolment on, or mends what is written there.</summary>
public sealed record PutEnrolment(Viewer Viewer, Guid CollaborativeId, Guid TeamId, EnrolmentBody Body, Preconditions Preconditions)
    : ICommand<Written<EnrolmentView>>, IHasShape
{
    public const int DocumentLength = 1000;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Given(Body.State, "/state", "the state: applied, underReview, selected, declined, waitlisted, committed, active, withdrawn or completed"));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body.State is { } state)
        {
            if (EnrolmentMoves.NeedsReason(state))
            {
                errors.AddRange(Shape.Required(Body.Reason, "/reason", "the reason", Shape.TextLength));
            }

            if (state != EnrolmentState.Withdrawn && Body.LastMonth is not null)
            {
                errors.Add(new FieldError("/lastMonth", "notForState", "Only a team that withdraws has a last month."));
            }

            if (Body.Letter is not null && !Enrolment.HasLetter(state))
            {
                errors.Add(new FieldError("/letter", "notForState", "The letter of commitment comes when the team has been selected; send it with the state committed."));
            }
        }

        if (Body.Letter is { } letter)
        {
            errors.AddRange(Shape.Required(letter.SeniorLeader, "/letter/seniorLeader", "the senior leader who signed", Shape.NameLength));
            errors.AddRange(Shape.Given(letter.SignedOn, "/letter/signedOn", "the day on which it was signed"));
            errors.AddRange(Shape.Optional(letter.Document, "/letter/document", DocumentLength));
        }

        return errors;
    }
}

/// <summary>Takes an enrolment back: the team counts as enrolled again, as one that never applied.</summary>
public sealed record WithdrawEnrolment(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string? Reason, Preconditions Preconditions) : ICommand<Written<EnrolmentView>>;

public sealed record GetEnrolment(Viewer Viewer, Guid CollaborativeId, Guid TeamId) : IQuery<EnrolmentView>;

/// <summary>The enrolments that the viewer may see, by team.</summary>
public sealed record ListEnrolments(Viewer Viewer, Guid CollaborativeId, EnrolmentState? State, string? AfterKey, int Limit) : IQuery<Page<EnrolmentView>>;

public sealed record EnrolmentView
{
    public required string Team { get; init; }

    public required EnrolmentState State { get; init; }

    /// <summary>Since when.</summary>
    public required DateOnly On { get; init; }

    public string? Reason { get; init; }

    /// <summary>The last month in which a team that withdrew took part; null if it never did.</summary>
    public Month? LastMonth { get; init; }

    public CommitmentLetter? Letter { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>An enrolment as it is to be kept.</summary>
public sealed record Enrolment
{
    public required EnrolmentState State { get; init; }

    public required DateOnly On { get; init; }

    public string? Reason { get; init; }

    public Month? LastMonth { get; init; }

    public CommitmentLetter? Letter { get; init; }

    public static bool HasLetter(EnrolmentState state) => state is EnrolmentState.Committed or EnrolmentState.Active or EnrolmentState.Completed or EnrolmentState.Withdrawn;

    /// <summary>What a body makes of the enrolment that is there.</summary>
    /// <param name="current">Null where there is none.</param>
    /// <param name="enrolledFrom">The team's first month.</param>
    public static Outcome<Enrolment> From(EnrolmentBody body, Enrolment? current, Month enrolledFrom, DateOnly today)
    {
        var state = body.State!.Value;

        // Whoever sends the same again without a day means the same day.
        var on = body.On ?? (current?.State == state ? current.On : today);
        if (on > today)
        {
            return Problem.Invalid([new FieldError("/on", "future", "This day has not come yet; note it down when it has.")]);
        }

        var letter = !HasLetter(state) ? null
            : body.Letter is { } given ? new CommitmentLetter { SeniorLeader = given.SeniorLeader!.Trim(), SignedOn = given.SignedOn, Document = Shape.Tidy(given.Document) }
            : current?.Letter;
        if (state == EnrolmentState.Committed && letter is null)
        {
            return Problem.Invalid([new FieldError("/letter", "required", "A team commits itself by a letter: give the senior leader who signed it and the day.")]);
        }

        if (letter?.SignedOn > today)
        {
            return Problem.Invalid([new FieldError("/letter/signedOn", "future", "The letter cannot have been signed on a day that has not come yet.")]);
        }

        var last = state == EnrolmentState.Withdrawn ? LastMonthOf(body, current, enrolledFrom, on) : null;
        return last?.Problem is { } problem ? problem : new Enrolment
        {
            State = state,
            On = on,
            Reason = Shape.Tidy(body.Reason),
            LastMonth = last?.Value,
            Letter = letter,
        };
    }

    private static Outcome<Month?> LastMonthOf(EnrolmentBody body, Enrolment? current, Month enrolledFrom, DateOnly on)
    {
        var tookPart = current is { State: EnrolmentState.Withdrawn } ? current.LastMonth is not null : EnrolmentMoves.TakesPart(current?.State);
        if (!tookPart)
        {
            return body.LastMonth is null
                ? (Month?)null
                : Problem.Invalid([new FieldError("/lastMonth", "notForState", "The team had not begun to take part, so it has no last month.")]);
        }

        if (body.LastMonth < enrolledFrom)
        {
            return Problem.Invalid([new FieldError("/lastMonth", "order", $"The team cannot withdraw before it was enrolled in {enrolledFrom}.")]);
        }

        // One that withdraws before its first month never took part.
        var last = body.LastMonth ?? (current is { State: EnrolmentState.Withdrawn } && current.On == on ? current.LastMonth!.Value : Month.Of(on));
        return last < enrolledFrom ? (Month?)null : last;
    }
}
