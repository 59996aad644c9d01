using System.Diagnostics.CodeAnalysis;

namespace Collaborative.Domain;

/// <summary>Every refusal the system knows. One table in the API maps each to a status and a title.</summary>
public enum ProblemCode
{
    /// <summary>The request's shape is wrong, or its figures are impossible for the kind of measure.</summary>
    InvalidRequest,
    Unauthenticated,
    NotFound,
    Forbidden,
    MethodNotAllowed,
    NotAcceptable,
    UnsupportedMediaType,
    TooLarge,
    TooManyRequests,

    /// <summary>An If-Match or If-None-Match header does not fit what is there.</summary>
    PreconditionFailed,

    /// <summary>Something different is there already and the request does not say that it may be replaced.</summary>
    PreconditionRequired,
    MonthLocked,
    MonthOutsideCollaborative,
    MonthInFuture,
    TeamWithdrawn,
    CollaborativeClosed,
    WaiverNotAllowed,
    MeasureInUse,
    IdeaCodeTaken,
    IdeaInUse,
    PdsaCycleClosed,
    PdsaCycleFollowed,
    RampCircular,
    RampTooLong,
    TeamNotEnrolled,
    EnrolmentMove,
    ReadinessGate,
    PreworkReviewed,
    SessionsOutOfOrder,
    SessionAttended,
    DayOutsideSession,
    DayInFuture,
    MemberNotOnTeam,
    AggregateUndefined,
    ChartTypeUnavailable,
    ReportAccepted,
    ReportSubmitted,
    ReportNotSubmitted,
    StageMoveNotAllowed,
    LaunchNeedsOverride,
    CharterNotSubmitted,
    AssessmentNeedsReport,
    CalendarEventFixed,
    EscalationNeedsReason,
    ImportUnreadable,
    ArchiveUnreadable,
    ArchiveTooNew,

    /// <summary>What an archive would bring is there already.</summary>
    CollaborativeThere,

    /// <summary>The file is about single patients; only counts may come in.</summary>
    PatientLevelData,

    /// <summary>More than a spreadsheet can hold.</summary>
    WorkbookFull,
    ImportEnded,
    ImportNotForReview,
    ImportNotUndoable,
    UploadOffset,
    AddressNotAllowed,
    SecretsNotConfigured,
    WebhookNotReady,
    IdempotencyKeyReused,
    IdempotencyKeyRunning,

    /// <summary>The database could not answer or could not confirm; the outcome is unknown and sending again is safe.</summary>
    Unavailable,
    Unexpected,
}

/// <summary>One thing wrong with one member of a request. <paramref name="Pointer"/> is a JSON Pointer, or a parameter's name.</summary>
public sealed record FieldError(string Pointer, string Code, string Message);

/// <summary>A refusal: a code for programs and a sentence for people.</summary>
public sealed record Problem(ProblemCode Code, string Detail, IReadOnlyList<FieldError>? Errors = null)
{
    public static readonly Problem NotFound = new(ProblemCode.NotFound, "There is nothing here, or it is not open to your key.");

    public static Problem Invalid(params IReadOnlyList<FieldError> errors) =>
        new(ProblemCode.InvalidRequest, errors.Count == 1 ? errors[0].Message : $"{errors.Count} things need mending; see errors.", errors);
}

/// <summary>Lets the pipeline see whether a unit of work is to be kept, without knowing what it answers.</summary>
public interface IOutcome
{
    Problem? Problem { get; }
}

/// <summary>Makes a refusal of the right type where only the type is known.</summary>
public interface IOutcome<TSelf> : IOutcome
    where TSelf : IOutcome<TSelf>
{
    static abstract TSelf Refuse(Problem problem);
}

/// <summary>What a use case answers: a value, or a refusal. Expected refusals are never exceptions.</summary>
public sealed class Outcome<T> : IOutcome<Outcome<T>>
{
    private readonly T? value;

    private Outcome(T? value, Problem? problem)
    {
        this.value = value;
        Problem = problem;
    }

    public Problem? Problem { get; }

    public bool IsRefused => Problem is not null;

    public T Value => Problem is null ? value! : throw new InvalidOperationException($"Refused: {Problem.Code}.");

    public static Outcome<T> Refuse(Problem problem) => new(default, problem);

    [SuppressMessage("Usage", "CA2225", Justification = "An outcome is made by returning the value.")]
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Problem problem) => new(default, problem);
}
