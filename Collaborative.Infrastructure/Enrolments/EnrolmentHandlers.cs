using Collaborative.Domain;
using Collaborative.Domain.Enrolments;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Enrolments;

internal sealed record EnrolmentRow : VersionedRow<EnrolmentView>
{
    public const string Subject = "enrolment";

    public const string Columns = $"{VersionColumns}, TeamId, TeamCode, State, SinceDay, Reason, LastMonth, SeniorLeaderName, SignedOn, LetterReference";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public string State { get; init; } = "";

    public DateOnly SinceDay { get; init; }

    public string? Reason { get; init; }

    public Month? LastMonth { get; init; }

    public string? SeniorLeaderName { get; init; }

    public DateOnly? SignedOn { get; init; }

    public string? LetterReference { get; init; }

    public override string AddressCode => TeamCode;

    public Enrolment Enrolment => new()
    {
        State = EnumText.Parse<EnrolmentState>(State),
        On = SinceDay,
        Reason = Reason,
        LastMonth = LastMonth,
        Letter = SeniorLeaderName is null ? null : new CommitmentLetter { SeniorLeader = SeniorLeaderName, SignedOn = SignedOn, Document = LetterReference },
    };

    public override EnrolmentView View => new()
    {
        Team = TeamCode,
        State = Enrolment.State,
        On = SinceDay,
        Reason = Reason,
        LastMonth = LastMonth,
        Letter = Enrolment.Letter,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };

    public static EnrolmentRow From(Guid teamId, string teamCode, Enrolment enrolment) => new()
    {
        TeamId = teamId,
        TeamCode = teamCode,
        State = EnumText.Of(enrolment.State),
        SinceDay = enrolment.On,
        Reason = enrolment.Reason,
        LastMonth = enrolment.LastMonth,
        SeniorLeaderName = enrolment.Letter?.SeniorLeader,
        SignedOn = enrolment.Letter?.SignedOn,
        LetterReference = enrolment.Letter?.Document,
    };
}

internal sealed class PutEnrolmentHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutEnrolment, Outcome<Written<EnrolmentView>>>, IRequestHandler<WithdrawEnrolment, Outcome<Written<EnrolmentView>>>
{
    internal static readonly SqlText Load = $"SELECT {EnrolmentRow.Columns} FROM Enrolment WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId";

    internal static readonly SqlText Insert = VersionedSql.Insert("Enrolment", EnrolmentRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("Enrolment", EnrolmentRow.Columns);

    internal static readonly SqlText PassesGate =
        "SELECT COUNT(*) FROM ReadinessChecklist WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0 AND PassesGate = 1";

    internal static readonly SqlText CountFigures =
        "SELECT COUNT(*) FROM Measure m JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = @teamId WHERE m.CollaborativeId = @collaborativeId";

    public async Task<Outcome<Written<EnrolmentView>>> Handle(PutEnrolment request, CancellationToken cancellationToken)
    {
        if (EnrolmentMoves.Forbidden(request.Viewer, request.Body.State!.Value) is { } forbidden)
        {
            return forbidden;
        }

        var session = unitOfWork.Session;
        var scope = new { collaborativeId = request.CollaborativeId, teamId = request.TeamId };
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await session.First<EnrolmentRow>(Load, scope, cancellationToken);
        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var present = current is { IsWithdrawn: false } ? current.Enrolment : null;
        var wanted = Enrolment.From(request.Body, present, context.EnrolledFrom, context.Collaborative.Calendar.Today(clock.GetUtcNow()));
        if (wanted.Problem is { } problem)
        {
            return problem;
        }

        var hasFigures = await session.First<int>(CountFigures, scope, cancellationToken) > 0;
        var passesGate = await session.First<int>(PassesGate, scope, cancellationToken) > 0;
        var written = await session.Put<EnrolmentRow, EnrolmentView>(
            ChangeOf(request.Viewer, request.CollaborativeId, request.TeamId, request.Preconditions, wanted.Value.Reason),
            Insert,
            Update,
            current,
            EnrolmentRow.From(request.TeamId, context.Code, wanted.Value),
            clock,
            cancellationToken,
            () => EnrolmentMoves.Refusal(present?.State, wanted.Value.State, hasFigures, passesGate));
        if (written is { Problem: null, Value.Kind: not WriteKind.Unchanged })
        {
            await Follow(session, request.CollaborativeId, request.TeamId, written.Value.Value, present, wanted.Value, cancellationToken);
        }

        return written;
    }

    public async Task<Outcome<Written<EnrolmentView>>> Handle(WithdrawEnrolment request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await session.First<EnrolmentRow>(Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId }, cancellationToken);
        var written = await session.Withdraw<EnrolmentRow, EnrolmentView>(
            ChangeOf(request.Viewer, request.CollaborativeId, request.TeamId, request.Preconditions, request.Reason),
            Update,
            current,
            clock,
            cancellationToken);
        if (!written.IsRefused)
        {
            await Follow(session, request.CollaborativeId, request.TeamId, written.Value.Value with { Reason = request.Reason }, current!.Enrolment, null, cancellationToken);
        }

        return written;
    }

    private static Change ChangeOf(Domain.Access.Viewer viewer, Guid collaborativeId, Guid teamId, Preconditions preconditions, string? reason) =>
        new(viewer, collaborativeId, teamId, EnrolmentRow.Subject, preconditions, reason);

    /// <summary>The team follows its enrolment in the same unit of work, so that whatever counts teams or takes figures needs to know the team alone.</summary>
    /// <param name="now">Null when the enrolment is taken back.</param>
    private static async Task Follow(
        Session session, Guid collaborativeId, Guid teamId, EnrolmentView view, Enrolment? before, Enrolment? now, CancellationToken cancellation)
    {
        var team = (await session.First<TeamRow>(GetTeamHandler.Load, new { teamId, collaborativeId }, cancellation))!;
        var next = team with
        {
            EnrolmentState = now is null ? null : EnumText.Of(now.State),
            WithdrawnAfter = now is { State: EnrolmentState.Withdrawn } ? now.LastMonth : before is { State: EnrolmentState.Withdrawn } ? null : team.WithdrawnAfter,
        };
        if (next != team)
        {
            await PutTeamHandler.Save(
                session,
                collaborativeId,
                next with { Revision = team.Revision + 1, RecordedAt = view.RecordedAt, RecordedBy = view.RecordedBy },
                view.Reason ?? "Follows the enrolment.",
                isNew: false,
                cancellation);
        }
    }
}

internal sealed class ReadEnrolmentsHandler(IDatabase database)
    : IRequestHandler<GetEnrolment, Outcome<EnrolmentView>>, IRequestHandler<ListEnrolments, Outcome<Page<EnrolmentView>>>
{
    internal static readonly SqlText Load = $"SELECT {EnrolmentRow.Columns} FROM Enrolment WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {VersionedSql.Of("e", EnrolmentRow.Columns)} {From} ORDER BY t.CodeKey LIMIT @take",
        $"SELECT TOP (@take) {VersionedSql.Of("e", EnrolmentRow.Columns)} {From} ORDER BY t.CodeKey");

    private const string From =
        """
        FROM Enrolment e
        JOIN Team t ON t.Id = e.TeamId
        WHERE e.CollaborativeId = @collaborativeId AND e.IsWithdrawn = 0 AND t.CodeKey > @after
            AND (@state IS NULL OR e.State = @state)
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = e.TeamId))
        """;

    public async Task<Outcome<EnrolmentView>> Handle(GetEnrolment request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<EnrolmentRow>(Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<EnrolmentView>>> Handle(ListEnrolments request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<EnrolmentRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    after = request.AfterKey ?? "",
                    state = request.State is { } state ? EnumText.Of(state) : null,
                    limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => Code.KeyOf(row.TeamCode));
    }
}
