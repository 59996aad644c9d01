using Collaborative.Domain;
using Collaborative.Domain.Rosters;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Rosters;

internal sealed record TeamMemberRow : CodedRow<TeamMemberView>
{
    public const string Subject = "teamMember";

    public const string Columns = $"{CodedColumns}, TeamId, Name, RolesJson, Email, Phone, FromDay, ToDay, TimePercent, IsOptedOut";

    public Guid TeamId { get; init; }

    public string Name { get; init; } = "";

    public string RolesJson { get; init; } = "";

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public DateOnly FromDay { get; init; }

    public DateOnly? ToDay { get; init; }

    public double? TimePercent { get; init; }

    public bool IsOptedOut { get; init; }

    public IReadOnlyList<TeamRole> Roles => StoredJson.Read<IReadOnlyList<TeamRole>>(RolesJson);

    public override TeamMemberView View => new()
    {
        Code = Code,
        Name = Name,
        Roles = Roles,
        Email = Email,
        Phone = Phone,
        From = FromDay,
        To = ToDay,
        TimePercent = TimePercent,
        OptedOut = IsOptedOut,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutTeamMemberHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutTeamMember, Outcome<Written<TeamMemberView>>>, IRequestHandler<WithdrawTeamMember, Outcome<Written<TeamMemberView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {TeamMemberRow.Columns} FROM TeamMember WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("TeamMember", TeamMemberRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("TeamMember", TeamMemberRow.Columns);

    public async Task<Outcome<Written<TeamMemberView>>> Handle(PutTeamMember request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken);
        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var body = request.Body;

        // Whoever sends the same again without a first day means the same day.
        var from = body.From ?? (current is { IsWithdrawn: false } ? current.FromDay : context.Collaborative.Calendar.Today(clock.GetUtcNow()));
        if (body.To < from)
        {
            return Problem.Invalid([new FieldError("/to", "order", $"The last day on the team cannot be before the first, {from:yyyy-MM-dd}.")]);
        }

        var wanted = new TeamMemberRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = Code.KeyOf(request.Code),
            TeamId = request.TeamId,
            Name = body.Name!.Trim(),
            RolesJson = StoredJson.Write(body.Roles!.Order()),
            Email = Shape.Tidy(body.Email),
            Phone = Shape.Tidy(body.Phone),
            FromDay = from,
            ToDay = body.To,
            TimePercent = body.TimePercent,
            // Whoever said that reminders are not wanted is not asked again by a change of anything else.
            IsOptedOut = body.OptedOut ?? current is { IsWithdrawn: false, IsOptedOut: true },
        };
        return await session.Put<TeamMemberRow, TeamMemberView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, TeamMemberRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<TeamMemberView>>> Handle(WithdrawTeamMember request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<TeamMemberRow, TeamMemberView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, TeamMemberRow.Subject, request.Preconditions, request.Reason),
            Update,
            await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken),
            clock,
            cancellationToken);
    }

    private static Task<TeamMemberRow?> Current(Session session, Guid collaborativeId, Guid teamId, string code, CancellationToken cancellation) =>
        session.First<TeamMemberRow>(Load, new { collaborativeId, teamId, codeKey = Code.KeyOf(code) }, cancellation);
}

internal sealed class ReadTeamMembersHandler(IDatabase database)
    : IRequestHandler<GetTeamMember, Outcome<TeamMemberView>>, IRequestHandler<ListTeamMembers, Outcome<Page<TeamMemberView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {TeamMemberRow.Columns} FROM TeamMember WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {TeamMemberRow.Columns} {From} ORDER BY CodeKey LIMIT @take",
        $"SELECT TOP (@take) {TeamMemberRow.Columns} {From} ORDER BY CodeKey");

    private const string From =
        "FROM TeamMember WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0 AND CodeKey > @after "
        + "AND (@rolePattern IS NULL OR RolesJson LIKE @rolePattern) AND (@onDay IS NULL OR (FromDay <= @onDay AND (ToDay IS NULL OR ToDay >= @onDay)))";

    public async Task<Outcome<TeamMemberView>> Handle(GetTeamMember request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<TeamMemberRow>(
                Load,
                new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, codeKey = Code.KeyOf(request.Code) },
                cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<TeamMemberView>>> Handle(ListTeamMembers request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<TeamMemberRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    teamId = request.TeamId,
                    after = request.AfterKey ?? "",
                    rolePattern = request.Role is { } role ? $"%\"{EnumText.Of(role)}\"%" : null,
                    onDay = request.On,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }
}
