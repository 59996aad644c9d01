using Collaborative.Domain;
using Collaborative.Domain.LearningSessions;
using Collaborative.Domain.Rosters;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Rosters;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.LearningSessions;

internal sealed record AttendanceRow : VersionedRow<AttendanceView>
{
    public const string Subject = "attendance";

    public const string Columns = $"{VersionColumns}, SessionId, SessionCode, TeamId, TeamCode, OnDay, PresentJson";

    public Guid SessionId { get; init; }

    public string SessionCode { get; init; } = "";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public DateOnly OnDay { get; init; }

    public string PresentJson { get; init; } = "";

    public override string AddressCode => $"{SessionCode} {Binding.Text(OnDay)}";

    public override AttendanceView View => new()
    {
        Session = SessionCode,
        Team = TeamCode,
        Day = OnDay,
        Present = StoredJson.Read<IReadOnlyList<PresentMember>>(PresentJson),
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutAttendanceHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutAttendance, Outcome<Written<AttendanceView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {AttendanceRow.Columns} FROM AttendanceSheet WHERE CollaborativeId = @collaborativeId AND SessionId = @sessionId AND TeamId = @teamId AND OnDay = @onDay";

    internal static readonly SqlText Insert = VersionedSql.Insert("AttendanceSheet", AttendanceRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("AttendanceSheet", AttendanceRow.Columns);

    internal static readonly SqlText People = $"SELECT {TeamMemberRow.Columns} FROM TeamMember WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0";

    internal static readonly SqlText Append =
        """
        INSERT INTO SessionAttendance (SheetId, SheetRevision, MemberId, AttendanceMode, RolesJson, IsSeniorLeader)
        VALUES (@sheetId, @sheetRevision, @memberId, @attendanceMode, @rolesJson, @isSeniorLeader)
        """;

    public async Task<Outcome<Written<AttendanceView>>> Handle(PutAttendance request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var learning = await session.First<LearningSessionRow>(
            ReadLearningSessionsHandler.Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Session) }, cancellationToken);
        if (learning is null)
        {
            return Problem.NotFound;
        }

        var scope = new { collaborativeId = request.CollaborativeId, sessionId = learning.Id, teamId = request.TeamId, onDay = request.Day };
        var current = await session.First<AttendanceRow>(Load, scope, cancellationToken);
        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var roster = (await session.Query<TeamMemberRow>(People, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId }, cancellationToken))
            .ToDictionary(row => row.CodeKey, StringComparer.Ordinal);
        var present = request.Body.Present!;
        var unknown = present
            .Select((who, i) => (Member: who.Member!, Place: i))
            .Where(who => !roster.ContainsKey(Code.KeyOf(who.Member)))
            .Select(who => new FieldError($"/present/{who.Place}/member", "unknown", $"There is no {who.Member} on this team's roster; put the person there first."))
            .ToList();
        if (unknown.Count > 0)
        {
            return Problem.Invalid(unknown);
        }

        var people = present.Select(who => (Person: roster[Code.KeyOf(who.Member!)], Mode: who.Mode ?? AttendanceMode.InPerson)).OrderBy(who => who.Person.CodeKey, StringComparer.Ordinal).ToList();
        var wanted = new AttendanceRow
        {
            SessionId = learning.Id,
            SessionCode = learning.Code,
            TeamId = request.TeamId,
            TeamCode = context.Code,
            OnDay = request.Day,
            PresentJson = StoredJson.Write(people.Select(who => new PresentMember { Member = who.Person.Code, Mode = who.Mode })),
        };
        var written = await session.Put<AttendanceRow, AttendanceView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, AttendanceRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => AttendanceRules.Refusal(
                learning.Dates,
                request.Day,
                context.Collaborative.Calendar.Today(clock.GetUtcNow()),
                people.Select(who => new RosterTime(who.Person.Name, who.Person.FromDay, who.Person.ToDay, who.Person.Roles))));
        if (written is { Problem: null, Value.Kind: not WriteKind.Unchanged })
        {
            var sheet = (await session.First<AttendanceRow>(Load, scope, cancellationToken))!;
            foreach (var (person, mode) in people)
            {
                await session.Execute(
                    Append,
                    new
                    {
                        sheetId = sheet.Id,
                        sheetRevision = sheet.Revision,
                        memberId = person.Id,
                        attendanceMode = EnumText.Of(mode),
                        rolesJson = person.RolesJson,
                        isSeniorLeader = person.Roles.Contains(TeamRole.SeniorLeader),
                    },
                    cancellationToken);
            }
        }

        return written;
    }
}

internal sealed class ReadAttendanceHandler(IDatabase database)
    : IRequestHandler<GetAttendance, Outcome<AttendanceView>>, IRequestHandler<ListAttendance, Outcome<Page<AttendanceView>>>
{
    internal static readonly SqlText Load =
        $"""
        SELECT {VersionedSql.Of("h", AttendanceRow.Columns)}
        FROM AttendanceSheet h
        JOIN LearningSession s ON s.Id = h.SessionId
        WHERE h.CollaborativeId = @collaborativeId AND h.TeamId = @teamId AND h.OnDay = @onDay AND s.CodeKey = @sessionKey AND s.IsWithdrawn = 0
        """;

    internal static readonly SqlText CountSessions =
        "SELECT COUNT(*) FROM LearningSession s WHERE s.CollaborativeId = @collaborativeId AND s.CodeKey = @sessionKey AND s.IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {VersionedSql.Of("h", AttendanceRow.Columns)} {From} ORDER BY t.CodeKey, h.OnDay LIMIT @take",
        $"SELECT TOP (@take) {VersionedSql.Of("h", AttendanceRow.Columns)} {From} ORDER BY t.CodeKey, h.OnDay");

    private const string From =
        """
        FROM LearningSession s
        JOIN AttendanceSheet h ON h.SessionId = s.Id
        JOIN Team t ON t.Id = h.TeamId
        WHERE s.CollaborativeId = @collaborativeId AND s.CodeKey = @sessionKey
            AND (@teamId IS NULL OR h.TeamId = @teamId)
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = h.TeamId))
            AND (@afterTeam IS NULL OR t.CodeKey > @afterTeam OR (t.CodeKey = @afterTeam AND h.OnDay > @afterDay))
        """;

    public async Task<Outcome<AttendanceView>> Handle(GetAttendance request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<AttendanceRow>(
                Load,
                new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, onDay = request.Day, sessionKey = Code.KeyOf(request.Session) },
                cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<AttendanceView>>> Handle(ListAttendance request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<AttendanceView>>>(
            async session =>
            {
                var sessionKey = Code.KeyOf(request.Session);
                if (await session.First<int>(CountSessions, new { collaborativeId = request.CollaborativeId, sessionKey }, cancellationToken) == 0)
                {
                    return Problem.NotFound;
                }

                var rows = await session.Query<AttendanceRow>(
                    List,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        sessionKey,
                        teamId = request.TeamId,
                        limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                        afterTeam = request.After?.TeamKey,
                        afterDay = request.After?.Day,
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                return Paging.Page(rows, request.Limit, row => row.View, row => $"{Code.KeyOf(row.TeamCode)} {Binding.Text(row.OnDay)}");
            },
            cancellationToken);
}
