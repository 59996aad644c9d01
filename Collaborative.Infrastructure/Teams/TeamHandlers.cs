using Collaborative.Domain;
using Collaborative.Domain.Enrolments;
using Collaborative.Domain.Teams;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Teams;

/// <summary>A team as it is stored, current or as one of its revisions.</summary>
internal sealed record TeamRow
{
    public const string Columns = "t.Id, t.Code, t.CodeKey, r.Revision, r.Name, r.Organisation, r.Region, r.EnrolledFrom, r.WithdrawnAfter, r.EnrolmentState, r.RecordedAt, r.RecordedBy";

    public Guid Id { get; init; }

    public string Code { get; init; } = "";

    public string CodeKey { get; init; } = "";

    public int Revision { get; init; }

    public string Name { get; init; } = "";

    public string? Organisation { get; init; }

    public string? Region { get; init; }

    public Month EnrolledFrom { get; init; }

    public Month? WithdrawnAfter { get; init; }

    public string? EnrolmentState { get; init; }

    public DateTimeOffset RecordedAt { get; init; }

    public string RecordedBy { get; init; } = "";

    public TeamState State => new()
    {
        Name = Name,
        Organisation = Organisation,
        Region = Region,
        EnrolledFrom = EnrolledFrom,
        WithdrawnAfter = WithdrawnAfter,
        Enrolment = Enrolment,
    };

    /// <summary>A team's state as far as taking part is concerned, for rows that hold no more of it.</summary>
    public static TeamState Membership(Month enrolledFrom, Month? withdrawnAfter, string? enrolmentState) => new()
    {
        Name = "",
        EnrolledFrom = enrolledFrom,
        WithdrawnAfter = withdrawnAfter,
        Enrolment = enrolmentState is null ? null : EnumText.Parse<EnrolmentState>(enrolmentState),
    };

    private EnrolmentState? Enrolment => EnrolmentState is { } state ? EnumText.Parse<EnrolmentState>(state) : null;

    public TeamView View => new()
    {
        Code = Code,
        Name = Name,
        Organisation = Organisation,
        Region = Region,
        EnrolledFrom = EnrolledFrom,
        WithdrawnAfter = WithdrawnAfter,
        Enrolment = Enrolment,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutTeamHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutTeam, Outcome<Written<TeamView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {TeamRow.Columns} FROM Team t JOIN TeamRevision r ON r.TeamId = t.Id AND r.Revision = t.Revision WHERE t.CollaborativeId = @collaborativeId AND t.CodeKey = @codeKey";

    internal static readonly SqlText LoadStart = "SELECT c.StartMonth FROM Collaborative c WHERE c.Id = @collaborativeId";

    internal static readonly SqlText Insert =
        """
        INSERT INTO Team (Id, CollaborativeId, Code, CodeKey, Revision, Name, Organisation, Region, EnrolledFrom, WithdrawnAfter, EnrolmentState, RecordedAt, RecordedBy, Reason)
        VALUES (@id, @collaborativeId, @code, @codeKey, @revision, @name, @organisation, @region, @enrolledFrom, @withdrawnAfter, @enrolmentState, @recordedAt, @recordedBy, @reason)
        """;

    internal static readonly SqlText Update =
        """
        UPDATE Team
        SET Revision = @revision, Name = @name, Organisation = @organisation, Region = @region, EnrolledFrom = @enrolledFrom, WithdrawnAfter = @withdrawnAfter, EnrolmentState = @enrolmentState,
            RecordedAt = @recordedAt, RecordedBy = @recordedBy, Reason = @reason
        WHERE Id = @id AND CollaborativeId = @collaborativeId AND Revision = @revision - 1
        """;

    internal static readonly SqlText Append =
        """
        INSERT INTO TeamRevision (TeamId, Revision, Name, Organisation, Region, EnrolledFrom, WithdrawnAfter, EnrolmentState, RecordedAt, RecordedBy, Reason)
        VALUES (@id, @revision, @name, @organisation, @region, @enrolledFrom, @withdrawnAfter, @enrolmentState, @recordedAt, @recordedBy, @reason)
        """;

    public async Task<Outcome<Written<TeamView>>> Handle(PutTeam request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var codeKey = Code.KeyOf(request.Code);
        var current = await session.First<TeamRow>(Load, new { collaborativeId = request.CollaborativeId, codeKey }, cancellationToken);
        var start = await session.First<Month>(LoadStart, new { collaborativeId = request.CollaborativeId }, cancellationToken);
        var state = TeamState.From(request.Body, start, current?.State.Enrolment);
        if (state.WithdrawnAfter < state.EnrolledFrom)
        {
            return Problem.Invalid([new FieldError("/withdrawnAfter", "order", $"The team cannot withdraw before it was enrolled in {state.EnrolledFrom}.")]);
        }

        var decision = Versioning.Decide(current?.Revision, current?.State == state, request.Preconditions);
        if (decision.Problem is { } problem)
        {
            return problem;
        }

        if (decision.Value == WriteKind.Unchanged)
        {
            return new Written<TeamView>(current!.View, current.Revision, WriteKind.Unchanged);
        }

        if (await session.WhyOver(request.CollaborativeId, cancellationToken) is { } over)
        {
            return over;
        }

        if (current is { WithdrawnAfter: not null } && state is { Enrolment: Domain.Enrolments.EnrolmentState.Withdrawn, WithdrawnAfter: null })
        {
            return new Problem(ProblemCode.TeamWithdrawn, $"The team withdrew after {current.WithdrawnAfter}. Keep withdrawnAfter, or make the team active again in its enrolment.");
        }

        var at = await session.Mark(request.CollaborativeId, clock, cancellationToken);
        var row = new TeamRow
        {
            Id = current?.Id ?? Guid.CreateVersion7(at),
            Code = current?.Code ?? request.Code,
            CodeKey = codeKey,
            Revision = (current?.Revision ?? 0) + 1,
            Name = state.Name,
            Organisation = state.Organisation,
            Region = state.Region,
            EnrolledFrom = state.EnrolledFrom,
            WithdrawnAfter = state.WithdrawnAfter,
            EnrolmentState = current?.EnrolmentState,
            RecordedAt = at,
            RecordedBy = request.Viewer.Name,
        };
        await Save(session, request.CollaborativeId, row, Shape.Tidy(request.Body.Reason), current is null, cancellationToken);
        return new Written<TeamView>(row.View, row.Revision, decision.Value);
    }

    /// <summary>Writes the current row and its revision.</summary>
    public static async Task Save(Session session, Guid collaborativeId, TeamRow row, string? reason, bool isNew, CancellationToken cancellation)
    {
        var values = new
        {
            id = row.Id,
            collaborativeId,
            code = row.Code,
            codeKey = row.CodeKey,
            revision = row.Revision,
            name = row.Name,
            organisation = row.Organisation,
            region = row.Region,
            enrolledFrom = row.EnrolledFrom,
            withdrawnAfter = row.WithdrawnAfter,
            enrolmentState = row.EnrolmentState,
            recordedAt = row.RecordedAt,
            recordedBy = row.RecordedBy,
            reason,
        };
        if (await session.Execute(isNew ? Insert : Update, values, cancellation) == 0)
        {
            throw new ConcurrentChangeException();
        }

        await session.Execute(Append, values, cancellation);
    }
}

internal sealed class GetTeamHandler(IDatabase database) : IRequestHandler<GetTeam, Outcome<TeamView>>
{
    internal static readonly SqlText Load =
        $"SELECT {TeamRow.Columns} FROM Team t JOIN TeamRevision r ON r.TeamId = t.Id AND r.Revision = t.Revision WHERE t.Id = @teamId AND t.CollaborativeId = @collaborativeId";

    public async Task<Outcome<TeamView>> Handle(GetTeam request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<TeamRow>(Load, new { teamId = request.TeamId, collaborativeId = request.CollaborativeId }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;
}

internal sealed class ListTeamsHandler(IDatabase database) : IRequestHandler<ListTeams, Outcome<Page<TeamView>>>
{
    internal static readonly SqlText List = new(
        $"SELECT {TeamRow.Columns} {From} ORDER BY t.CodeKey LIMIT @take",
        $"SELECT TOP (@take) {TeamRow.Columns} {From} ORDER BY t.CodeKey");

    private const string From =
        "FROM Team t JOIN TeamRevision r ON r.TeamId = t.Id AND r.Revision = t.Revision "
        + "WHERE t.CollaborativeId = @collaborativeId AND t.CodeKey > @after "
        + "AND (@region IS NULL OR t.Region = @region) AND (@organisation IS NULL OR t.Organisation = @organisation)";

    public async Task<Outcome<Page<TeamView>>> Handle(ListTeams request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<TeamRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    after = request.AfterKey ?? "",
                    region = request.Region,
                    organisation = request.Organisation,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }
}
